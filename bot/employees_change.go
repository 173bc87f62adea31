package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/handout"
	"pascalatih/survey/phone"
)

// stepBackFrom goes back to where somebody came from: a person from a step on
// them, the list that they were chosen from.
func (b *Bot) stepBackFrom(ctx context.Context, v visit, s employeeState) (turn[employeeState], error) {
	switch {
	case s.At != atPerson && s.Employee != 0:
		s.At, s.Doing, s.Number, s.Unit = atPerson, "", "", 0
	case s.Training != 0:
		end, err := b.drawParticipants(ctx, v, s.Training, 0, "")
		return turn[employeeState]{State: s, End: &end}, err
	case s.At == atPerson && s.Words != "":
		s.At, s.Employee = atFound, 0
	default:
		s = employeeState{At: atSearch}
	}
	return turn[employeeState]{State: s}, nil
}

// chooseCorrection goes on to what a button on a person is about.
func (b *Bot) chooseCorrection(ctx context.Context, v visit, s employeeState, d deed) (turn[employeeState], error) {
	person, err := b.store.Employee(ctx, seenBy(v.account), s.Employee)
	if storage.IsCode(err, storage.NotFound) {
		return turn[employeeState]{State: s}, nil
	}
	if err != nil {
		return turn[employeeState]{}, err
	}
	verbs := corrections(person, seenBy(v.account))
	switch {
	case !slices.Contains(verbs, d.Verb): // was possible when it was shown
		return turn[employeeState]{State: s}, nil
	case d.Verb == doPhone:
		s.At = atPhone
	case d.Verb == doUnits:
		s.At, s.Page = atUnits, 0
	default:
		s.At, s.Doing = atConfirm, d.Verb
	}
	return turn[employeeState]{State: s}, nil
}

// corrections are what can be done about an employee as they stand.
func corrections(e storage.Employee, scope storage.Scope) []string {
	if e.Reach == storage.ReachLeft {
		return nil
	}
	verbs := []string{doPhone}
	if scope.All || len(scope.Units) > 1 {
		verbs = append(verbs, doUnits)
	}
	switch e.Reach {
	case storage.ReachLinked:
		return append(verbs, doLink, doRevoke)
	case storage.ReachUnlinked, storage.ReachUnconfirmed:
		return append(verbs, doLink)
	}
	return append(verbs, doSwap, doWrong)
}

// readNumber takes a telephone number that was written.
func readNumber(v visit, s employeeState, written string) turn[employeeState] {
	number, err := phone.Parse(written)
	if err != nil {
		return turn[employeeState]{State: s, Notice: v.say.Say("employees.no_number", nil)}
	}
	s.At, s.Doing, s.Number = atConfirm, doPhone, number.String()
	return turn[employeeState]{State: s}
}

// correct does what was confirmed, and shows the person as they stand then.
func (b *Bot) correct(ctx context.Context, v visit, s employeeState, d deed) (turn[employeeState], error) {
	scope := seenBy(v.account)
	var err error
	switch s.Doing {
	case doPhone:
		var number phone.Number
		if s.Number != "" {
			if number, err = phone.Parse(s.Number); err != nil {
				return turn[employeeState]{}, fmt.Errorf("read a number that was kept: %w", err)
			}
		}
		err = b.store.SetPhone(ctx, scope, s.Employee, number, d.source, v.now)
	case doUnits:
		err = b.store.SetUnit(ctx, scope, s.Employee, s.Unit, d.source, v.now)
	case doRevoke:
		err = b.revokeLink(ctx, scope, s.Employee, d.source, v)
	case doSwap, doWrong:
		err = b.store.EndClaim(ctx, scope, s.Employee, d.source, v.now)
	case doLink:
		return b.handLink(ctx, v, s, d)
	}
	return afterCorrection(v, s, err)
}

// afterCorrection says what came of a correction, above the person.
func afterCorrection(v visit, s employeeState, err error) (turn[employeeState], error) {
	key := "access.saved"
	if s.Doing == doSwap || s.Doing == doWrong {
		key = "employees.done_" + s.Doing
	}
	if _, refused := errors.AsType[*storage.Error](err); refused { // somebody else was first, or it was forged
		key, err = "employees.overtaken", nil
	}
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return turn[employeeState]{}, err
	}
	s.At, s.Doing, s.Number, s.Unit = atPerson, "", "", 0
	return turn[employeeState]{State: s, Notice: v.say.Say(key, nil)}, nil
}

func (b *Bot) revokeLink(ctx context.Context, scope storage.Scope, employee int64, src storage.Source, v visit) error {
	person, err := b.store.Employee(ctx, scope, employee)
	if err != nil {
		return err
	}
	return b.store.RevokeLink(ctx, person.NIP, src, v.now)
}

// handLink makes a personal link and shows it, ready to be forwarded. It ends the
// dialogue: the link is kept in no state.
func (b *Bot) handLink(ctx context.Context, v visit, s employeeState, d deed) (turn[employeeState], error) {
	link, err := b.store.NewLink(ctx, seenBy(v.account), s.Employee, d.source, v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return afterCorrection(v, s, err)
	}
	person, err := b.store.Employee(ctx, seenBy(v.account), s.Employee)
	if err != nil {
		return afterCorrection(v, s, err)
	}
	me, err := b.client.Me(ctx)
	if err != nil {
		return turn[employeeState]{}, fmt.Errorf("ask for the bot's name: %w", err)
	}
	number, _ := phone.Parse(person.Phone) // none where it is not known
	message := v.say.Say("employees.invite", map[string]any{
		"Name": person.Name, "Address": addressOf(me, link.Token)})
	end := screen{
		Buttons: telegram.Keyboard{{employeeButton(person.Name, person.ID, s.Training)}},
		Text: write(func(p *page) {
			p.text(v.say.Say("employees.forward", map[string]any{"Name": person.Name}))
			p.gap()
			p.quote(plain(message))
			p.gap()
			p.link(v.say.Say("employees.whatsapp", nil), handout.WhatsApp(number.String(), message))
		}),
	}
	return turn[employeeState]{State: s, End: &end}, nil
}
