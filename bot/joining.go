package bot

import (
	"context"
	"errors"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/phone"
	"pascalatih/survey/roster"
)

// startClass begins with a class link, which everybody in a training sees.
func (b *Bot) startClass(ctx context.Context, v visit, token Token) error {
	link, err := b.store.FindClassLink(ctx, string(token), b.zone, v.now)
	if err != nil {
		return err
	}
	switch {
	case v.account.Claim != nil:
		return b.greetInClass(ctx, v, link)
	case v.account.Waiting:
		return b.greet(ctx, v)
	}
	return beginTalk(b, ctx, v, joinDialogue(), joinState{Training: link.TrainingID, Title: link.TrainingTitle})
}

// greetInClass answers who is known already, and says where they are not on the
// training's list.
func (b *Bot) greetInClass(ctx context.Context, v visit, link storage.ClassLink) error {
	listed, err := b.store.TakesPart(ctx, v.account.Claim.EmployeeID, link.TrainingID)
	if err != nil {
		return err
	}
	if listed {
		return b.greet(ctx, v)
	}
	b.reply(v.Chat.ID, plain(v.say.Say("joining.not_listed", map[string]any{"Title": link.TrainingTitle})), nil)
	return nil
}

// joinState is where a person is who came by a class link.
type joinState struct {
	Training int64  `json:"training,omitempty"`
	Title    string `json:"title,omitempty"`
	// Unmatched: the number was nobody's, or several people's; the NIP is asked.
	Unmatched bool `json:"unmatched,omitempty"`
	// Employee, once it is not 0, is whom the person says, or the number shows, that
	// they are; the privacy notice is shown.
	Employee int64            `json:"employee,omitempty"`
	Via      storage.ClaimVia `json:"via,omitempty"`
	Checked  bool             `json:"checked,omitempty"` // HR will have to confirm it
}

// joinDialogue follows a class link, which proves nothing by itself: the account's
// own phone number does, as the roster has it, and an NIP once HR has confirmed
// it. Then come the privacy notice and consent; nothing is tied before. Of the
// employee nothing is shown: whoever types an NIP may not be them.
func joinDialogue() dialogue[joinState] {
	return dialogue[joinState]{
		kind: "join",
		awaits: func(s joinState) awaited {
			if s.Employee != 0 {
				return onlyTaps
			}
			return aText | aContact
		},
		draw: (*Bot).drawJoin,
		move: (*Bot).moveJoin,
	}
}

func (b *Bot) drawJoin(_ context.Context, sc scene, s joinState) (screen, error) {
	switch {
	case s.Employee != 0:
		before := []string{sc.say.Say("joining.before", nil)}
		if s.Checked {
			before = append(before, sc.say.Say("joining.checked", nil))
		}
		return screen{Text: b.notice(sc.say, append(before, sc.say.Say("privacy.ask", nil))...), Buttons: consentButtons(sc)}, nil
	case s.Unmatched:
		return screen{Text: plain(sc.say.Say("joining.ask_nip", nil))}, nil
	}
	return screen{
		Text: plain(sc.say.Say("joining.ask", map[string]any{"Title": s.Title})),
		Keys: [][]telegram.Key{{{Text: sc.say.Say("button.share_number", nil), Contact: true}}},
	}, nil
}

func (b *Bot) moveJoin(ctx context.Context, v visit, s joinState, d deed) (turn[joinState], error) {
	switch {
	case d.Verb == doDeny: // whom they named is not kept
		return turn[joinState]{End: say(v.say.Say("joining.denied", nil)), Forget: true}, nil
	case d.Verb == doAgree && s.Employee != 0:
		return b.join(ctx, v, s, d)
	case d.Contact != nil:
		return b.takeContact(ctx, v, s, *d.Contact)
	case d.Text != "":
		return b.takeNIP(ctx, v, s, d.Text)
	}
	return turn[joinState]{State: s}, nil
}

// takeContact looks for the employee with the number of the sender's own account.
// That of anybody else proves nothing.
func (b *Bot) takeContact(ctx context.Context, v visit, s joinState, c telegram.SharedContact) (turn[joinState], error) {
	if !c.Own {
		return turn[joinState]{State: s, Notice: v.say.Say("joining.not_own", nil)}, nil
	}
	s.Unmatched = true
	number, err := phone.ParseInternational(c.Phone)
	if err != nil {
		return turn[joinState]{State: s}, nil // no number that the roster could have
	}
	employee, err := b.store.EmployeeByPhone(ctx, number)
	if storage.IsCode(err, storage.NotFound) {
		return turn[joinState]{State: s}, nil
	}
	if err != nil {
		return turn[joinState]{}, err
	}
	s.Employee, s.Via = employee, storage.ViaPhone
	s.Checked, err = b.store.Stands(ctx, employee)
	return turn[joinState]{State: s}, err
}

// takeNIP takes what was typed as an NIP, unless too many were wrong.
func (b *Bot) takeNIP(ctx context.Context, v visit, s joinState, typed string) (turn[joinState], error) {
	stay := func(sentence string) (turn[joinState], error) {
		return turn[joinState]{State: s, Notice: sentence}, nil
	}
	until, paused, err := b.store.Pause(ctx, v.account.ID, v.now)
	if err != nil {
		return turn[joinState]{}, err
	}
	if paused {
		return stay(v.say.Say("joining.paused", map[string]any{"Until": v.say.Moment(until, b.zone)}))
	}
	nip, err := roster.ParseNIP(typed)
	if err != nil {
		return stay(v.say.Say("joining.no_nip", nil))
	}
	employee, err := b.store.EmployeeByNIP(ctx, nip)
	if storage.IsCode(err, storage.NotFound) {
		if err := b.store.Guess(ctx, v.account.ID, v.message(), v.now); err != nil {
			return turn[joinState]{}, err
		}
		return stay(v.say.Say("joining.unknown_nip", nil))
	}
	if err != nil {
		return turn[joinState]{}, err
	}
	s.Employee, s.Via, s.Checked = employee, storage.ViaNIP, true
	return turn[joinState]{State: s}, nil
}

// join ties the account to the employee, or asks HR to.
func (b *Bot) join(ctx context.Context, v visit, s joinState, d deed) (turn[joinState], error) {
	joined, err := b.store.JoinClass(ctx, storage.Joining{
		Account: v.account.ID, Training: s.Training, Employee: s.Employee, Via: s.Via,
		ToldName: v.From.Name(), Notice: noticeVersion,
	}, d.source, v.now)
	end := func(key string) (turn[joinState], error) {
		return turn[joinState]{End: say(v.say.Say(key, nil))}, nil
	}
	switch {
	case storage.IsCode(err, storage.NotFound):
		return end("joining.gone")
	case storage.IsCode(err, storage.AlreadyClaimed):
		return end("joining.connected")
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return turn[joinState]{}, fmt.Errorf("join by a class link: %w", err)
	case joined.Confirmed:
		return turn[joinState]{End: &screen{Text: b.welcome(v, joined.Invited)}}, nil
	case joined.Invited > 0:
		return turn[joinState]{End: say(v.say.Say("joining.invited", map[string]any{"Count": joined.Invited}))}, nil
	}
	return end("joining.asked")
}

// composeClaim tells a person how their claim was decided.
func (b *Bot) composeClaim(ctx context.Context, d storage.Delivery, account storage.Account) (outgoing, storage.Outcome, error) {
	state, err := b.store.DecidedClaim(ctx, d.AccountID)
	if err != nil {
		return outgoing{}, storage.Outcome{}, err
	}
	key := map[storage.ClaimState]string{
		storage.ClaimConfirmed: "joining.confirmed",
		storage.ClaimRefused:   "joining.refused",
		storage.ClaimEnded:     "joining.ended",
	}[state]
	if key == "" {
		return outgoing{}, storage.Outcome{State: storage.Unneeded, Reason: "the account waits again"}, nil
	}
	words := plain(b.texts.In(account.Language).Say(key, nil))
	return outgoing{Message: telegram.Message{Chat: d.AccountID, Text: words}}, storage.Outcome{}, nil
}
