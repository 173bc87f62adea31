package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// What a tap on a card about somebody else asks for, beside what every card offers.
const (
	doNotMine = "notmine" // whether it is true that the person is not theirs
	doDisown  = "disown"  // it is
	doLook    = "look"    // the card as it is
)

// mostSubjects is how many people a list names at once.
const mostSubjects = 12

// observes tells whether the card is about somebody else.
func (c card) observes() bool { return c.session.SubjectName != "" }

// mayDisown tells whether the card offers to say that the person is not theirs:
// before anything is answered about them.
func (c card) mayDisown() bool {
	return c.observes() && c.session.State == storage.SessionOpen && !c.disowning && len(c.answers.Answers(c.today)) == 0
}

// disownKeys is the row that says so; none where it is too late.
func (c card) disownKeys() telegram.Keyboard {
	if !c.mayDisown() {
		return nil
	}
	return telegram.Keyboard{{c.button(c.say.Say("button.not_mine", nil), doNotMine, 0)}}
}

// writeDisowning asks whether the person is not theirs.
func (c card) writeDisowning(p *page) {
	p.italic(c.title())
	p.gap()
	p.text(c.say.Say("observing.not_mine", map[string]any{"Name": c.session.SubjectName}))
}

func (c card) disowningKeyboard() telegram.Keyboard {
	return telegram.Keyboard{
		{c.button(c.say.Say("button.sure_not_mine", nil), doDisown, 0)},
		{c.button(c.say.Say("button.back", nil), doLook, 0)},
	}
}

// writeObserved is the first card of a form about somebody: about whom.
func (c card) writeObserved(p *page) {
	p.bold(c.session.SubjectName)
	p.text(" · " + c.session.SubjectUnit)
	p.line()
	if c.session.TrainingTitle == "" {
		p.text(c.say.Say("observing.invitation_general", nil))
		return
	}
	p.text(c.say.Say("observing.invitation", map[string]any{"Training": c.session.TrainingTitle}))
}

// writeEnded says what came of a form about somebody, and who is left.
func (c card) writeEnded(p *page) {
	key := "observing.thanks"
	if c.session.DeclinedAs == storage.NotMine {
		key = "observing.declined_not_mine"
	}
	p.text(c.say.Say(key, map[string]any{"Name": c.session.SubjectName, "Title": c.title()}))
	p.gap()
	if left, sent := byState(c.others); len(left) > 0 {
		writeLeft(p, c.say, "observing.left", left, sent)
	} else if len(sent) > 0 {
		if len(sent) > 1 {
			p.text(c.say.Say("observing.thanks_all", nil) + " ")
		}
		p.text(c.say.Say("observing.use", nil))
	}
}

// byState parts the forms about somebody's people in those that are left and those
// that were sent.
func byState(all []storage.Session) (left, sent []storage.Session) {
	for _, session := range all {
		switch session.State {
		case storage.SessionOpen:
			left = append(left, session)
		case storage.SessionSent:
			sent = append(sent, session)
		}
	}
	return left, sent
}

// writeLeft lists who is left below a heading, and above that who was observed.
func writeLeft(p *page, say text.Phrases, heading string, left, sent []storage.Session) {
	if len(sent) > mostSubjects {
		p.text(say.Say("observing.sent", map[string]any{"Count": len(sent)}))
		p.line()
	} else {
		for _, session := range sent {
			p.text("✓ " + session.SubjectName)
			p.line()
		}
	}
	if len(sent) > 0 {
		p.line()
	}
	p.text(say.Say(heading, map[string]any{"Count": len(left)}))
	for i, session := range left[:min(mostSubjects, len(left))] {
		p.line()
		p.text(fmt.Sprintf("%d. %s", i+1, session.SubjectName))
		if severalUnits(left) {
			p.text(" · " + session.SubjectUnit)
		}
		if session.OpenedAt != nil {
			p.italic(" · " + say.Say("observing.begun", nil))
		}
	}
	if more := len(left) - mostSubjects; more > 0 {
		p.line()
		p.text(say.Say("observing.more", map[string]any{"Count": more}))
	}
}

// severalUnits tells whether people are of more than one unit: where all are of one,
// nobody needs to read it with each of them.
func severalUnits(people []storage.Session) bool {
	return slices.ContainsFunc(people, func(s storage.Session) bool { return s.SubjectUnit != people[0].SubjectUnit })
}

// leftKeyboard has a button for each who is left, in the list's order.
func leftKeyboard(left []storage.Session) telegram.Keyboard {
	var keyboard telegram.Keyboard
	for i, session := range left[:min(mostSubjects, len(left))] {
		keyboard = append(keyboard, []telegram.Button{openButton(fmt.Sprintf("%d. %s", i+1, session.SubjectName), session)})
	}
	return keyboard
}

// openButton makes its message the card of a form.
func openButton(label string, session storage.Session) telegram.Button {
	t := tap{Kind: sessionTap, ID: session.ID, Revision: int64(session.Revision), Verb: doOpen}
	return telegram.Button{Text: beginningOf(label, fullWidth), Data: t.data()}
}

// drawObserved is the message that announces the forms of a round about somebody's
// people: a list of all of them, with who was observed already.
func (b *Bot) drawObserved(ctx context.Context, of storage.Session) (screen, error) {
	all, err := b.store.Observations(ctx, of.RoundID, of.AccountID)
	if err != nil {
		return screen{}, err
	}
	instrument, err := b.store.Instrument(ctx, of.InstrumentID)
	if err != nil {
		return screen{}, fmt.Errorf("read the instrument of observations: %w", err)
	}
	say := b.texts.In(of.Language)
	left, sent := byState(all)
	heading := "observing.left"
	if len(sent) == 0 {
		heading = "observing.choose"
	}
	return screen{Buttons: leftKeyboard(left), Text: write(func(p *page) {
		p.bold(instrument.Title.In(of.Language))
		p.gap()
		p.text(say.Say("observing.several", map[string]any{"Count": len(left) + len(sent), "Training": of.TrainingTitle}))
		p.gap()
		p.text(say.Say("observing.time", map[string]any{
			"Count": minutes(instrument.Begin(), b.today()), "Until": say.Moment(of.ClosesAt, b.zone)}))
		writePrivacy(p, say, instrument.Privacy, true)
		p.gap()
		writeLeft(p, say, heading, left, sent)
	})}, nil
}

// sameObservations tells whether all sessions are about people of one supervisor in
// one round.
func sameObservations(sessions []storage.Session) bool {
	for _, session := range sessions {
		if session.SubjectName == "" || session.RoundID != sessions[0].RoundID {
			return false
		}
	}
	return true
}

// disown closes a form because the person is not theirs.
func (b *Bot) disown(ctx context.Context, v visit, session storage.Session, now time.Time) error {
	if tapped := v.message(); tapped != 0 && tapped != session.CardMessageID {
		session.CardMessageID, session.StaleMessageID = tapped, session.CardMessageID
	}
	if _, err := b.store.Decline(ctx, session, storage.NotMine, "", now); err != nil {
		return fmt.Errorf("decline a session: %w", err)
	}
	return nil
}

// composeMistaken tells somebody of the office whose supervisor somebody is not.
func (b *Bot) composeMistaken(ctx context.Context, d storage.Delivery, account storage.Account) (outgoing, storage.Outcome, error) {
	if !people.allows(account) {
		return outgoing{}, storage.Outcome{State: storage.Unneeded, Reason: "no role for it any more"}, nil
	}
	mistaken, err := b.store.MistakenIn(ctx, d.ID)
	if err != nil {
		return outgoing{}, storage.Outcome{}, err
	}
	if len(mistaken.Of) == 0 {
		return outgoing{}, storage.Outcome{State: storage.Unneeded, Reason: "the roster was mended"}, nil
	}
	say := b.texts.In(account.Language)
	words := write(func(p *page) {
		p.bold(say.Say("mistaken.heading", nil))
		p.gap()
		p.text(say.Say("mistaken.whose", map[string]any{"Name": mistaken.Name, "NIP": mistaken.NIP, "Unit": mistaken.Unit}))
		for _, of := range mistaken.Of[:min(mostSubjects, len(mistaken.Of))] {
			p.line()
			p.text("· " + say.Say("mistaken.person", map[string]any{"Name": of.Name, "NIP": of.NIP, "Unit": of.Unit}))
		}
		if more := len(mistaken.Of) - mostSubjects; more > 0 {
			p.line()
			p.text(say.Say("mistaken.more", map[string]any{"Count": more}))
		}
		p.gap()
		p.text(say.Say("mistaken.todo", map[string]any{"Training": mistaken.Training}))
	})
	return outgoing{Message: telegram.Message{Chat: d.AccountID, Text: words}}, storage.Outcome{}, nil
}
