package bot

import (
	"context"
	"fmt"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// restAfter is how much later a reminder comes to somebody who is answering just now,
// if it is needed then.
const restAfter = time.Hour

// composeReminder reminds of forms that were not sent, each of what is left to be
// done. Whether it is needed is decided now: of what was sent, declined or closed
// since it was planned nobody is reminded, and whoever answers just now is left alone.
func (b *Bot) composeReminder(ctx context.Context, d storage.Delivery) (telegram.Message, storage.Outcome, error) {
	sessions, err := b.sessionsOf(ctx, d)
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	var waiting []waitingForm
	for _, session := range sessions {
		if !session.ClosesAt.After(b.clock.Now()) {
			continue
		}
		form, err := b.waitingForm(ctx, session)
		if err != nil {
			return telegram.Message{}, storage.Outcome{}, err
		}
		waiting = append(waiting, form)
	}
	if len(waiting) == 0 {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "nothing is unsent"}, nil
	}
	if answering, err := b.isAnswering(ctx, d); err != nil || answering.State != "" {
		return telegram.Message{}, answering, err
	}
	turn, err := b.store.ReminderTurn(ctx, d.ID)
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	if now := b.clock.Now(); turn.Asked && now.Sub(d.DueAt) > tooLate {
		morning, err := b.waitsUntil(ctx, now)
		if err != nil || !morning.IsZero() {
			return telegram.Message{}, storage.Outcome{State: storage.Later, Reason: "too late for this hour", After: morning.Sub(now)}, err
		}
	}
	message := telegram.Message{Chat: d.AccountID}
	if len(waiting) == 1 {
		message.Text, message.Buttons = waiting[0].remind(turn)
	} else {
		say := waiting[0].say
		heading := say.Say("reminder.several_"+turnKey(turn), map[string]any{"Count": len(waiting), "Number": turn.Earlier + 1})
		if message.Text, message.Buttons, err = b.listWaiting(ctx, heading, waiting); err != nil {
			return telegram.Message{}, storage.Outcome{}, err
		}
		message.Buttons = append(message.Buttons, waiting[0].putOffSeveral())
	}
	return message, storage.Outcome{}, nil
}

// tooLate is how late a reminder that somebody asked for may come at any hour: after
// that it waits for working time.
const tooLate = time.Hour

// isAnswering is what becomes of a reminder whose person is answering just now; the
// zero Outcome where they are not.
func (b *Bot) isAnswering(ctx context.Context, d storage.Delivery) (storage.Outcome, error) {
	answering, err := b.store.AnsweredSince(ctx, d.AccountID, b.clock.Now().Add(-storage.JustNow))
	if err != nil || !answering {
		return storage.Outcome{}, err
	}
	return storage.Outcome{State: storage.Later, Reason: "is answering just now", After: restAfter}, nil
}

// turnKey is how a reminder is worded: each of a round another way.
func turnKey(turn storage.ReminderTurn) string {
	switch {
	case turn.Asked:
		return "asked"
	case turn.LastDay:
		return "last"
	case turn.Earlier > 1:
		return "numbered"
	case turn.Earlier > 0:
		return "again"
	}
	return "first"
}

// waitingForm is an open form, and what is left to be done in it.
type waitingForm struct {
	card
	state string         // a key: unsent, optional, unfinished, unopened
	data  map[string]any // what the sentences about it put in
}

func (b *Bot) waitingForm(ctx context.Context, session storage.Session) (waitingForm, error) {
	answers, err := b.resume(ctx, session)
	if err != nil {
		return waitingForm{}, err
	}
	say := b.texts.In(session.Language)
	form := waitingForm{card: card{session: session, answers: answers, say: say, zone: b.zone, today: b.today()}}
	form.data = map[string]any{"Title": form.title(), "Until": say.Moment(session.ClosesAt, b.zone)}
	left := answers.Left(b.today())
	switch {
	case session.OpenedAt == nil:
		form.state, form.data["Count"] = "unopened", minutes(answers, b.today())
	case session.Complete && left == 0:
		form.state = "unsent"
	case session.Complete:
		form.state, form.data["Count"] = "optional", left
	default:
		form.state, form.data["Count"] = "unfinished", max(1, left)
	}
	return form, nil
}

// remind is the reminder of this one form.
func (f waitingForm) remind(turn storage.ReminderTurn) (telegram.HTML, telegram.Keyboard) {
	words := write(func(p *page) {
		p.text(f.say.Say("reminder."+turnKey(turn), map[string]any{"Title": f.title(), "Number": turn.Earlier + 1}))
		p.gap()
		p.text(f.say.Say("reminder."+f.state, f.data))
	})
	return words, telegram.Keyboard{
		{f.toForm()},
		{f.button(f.say.Say("button.later", nil), doLater, 0), f.button(f.say.Say("button.decline", nil), doDecline, 0)},
	}
}

// putOffSeveral are the buttons below a list, about all that is open or one of it.
func (f waitingForm) putOffSeveral() []telegram.Button {
	return []telegram.Button{f.button(f.say.Say("button.later", nil), doLater, 1), f.button(f.say.Say("button.decline", nil), doDecline, 1)}
}

// toForm is the button that makes its message the form's card.
func (f waitingForm) toForm() telegram.Button {
	if f.state == "unsent" {
		return f.button(f.say.Say("button.check", nil), doReview, 0)
	}
	return f.button(f.say.Say("button.fill_now", nil), doOpen, 0)
}

// listWaiting is a heading with several forms below it, each with what is left of it
// and a button that makes this message its card. Of very many, as somebody has who
// supervises them, it names the first.
func (b *Bot) listWaiting(ctx context.Context, heading string, forms []waitingForm) (telegram.HTML, telegram.Keyboard, error) {
	named := forms[:min(mostSubjects, len(forms))]
	sessions := make([]storage.Session, len(named))
	for i, form := range named {
		sessions[i] = form.session
	}
	titles, err := b.titles(ctx, forms[0].say, sessions)
	if err != nil {
		return "", nil, err
	}
	keyboard := make(telegram.Keyboard, len(named))
	words := write(func(p *page) {
		p.text(heading)
		for i, form := range named {
			name := fmt.Sprintf("%d. %s", i+1, titles[i])
			button := form.toForm()
			button.Text = beginningOf(name, fullWidth)
			keyboard[i] = []telegram.Button{button}
			p.line()
			p.text(name + " · " + form.say.Say("reminder.brief_"+form.state, form.data) + " · " +
				form.say.Say("surveys.until", map[string]any{"Until": form.data["Until"]}))
		}
		if more := len(forms) - len(named); more > 0 {
			p.line()
			p.text(forms[0].say.Say("reminder.more", map[string]any{"Count": more}))
		}
	})
	return words, keyboard, nil
}

// later is Nanti: the person is reminded again at a time that is told.
func (b *Bot) later(ctx context.Context, v visit, session storage.Session, all bool) error {
	sessions := []storage.Session{session}
	if all {
		var err error
		if sessions, err = b.store.OpenSessions(ctx, v.Chat.ID); err != nil {
			return fmt.Errorf("read what is open to somebody who waits: %w", err)
		}
	}
	var forms []waitingForm
	for _, s := range sessions {
		form, err := b.waitingForm(ctx, s)
		if err != nil {
			return err
		}
		forms = append(forms, form)
	}
	working, err := b.store.Working(ctx, b.zone)
	if err != nil {
		return fmt.Errorf("find when to remind again: %w", err)
	}
	// In time for the one that closes first, of those for which there is time.
	var at time.Time
	var ids []int64
	again := false
	for _, form := range forms {
		if !again {
			at, again = working.Later(v.now.In(b.zone), form.session.ClosesAt)
		}
		if again {
			ids = append(ids, form.session.ID)
		}
	}
	if again {
		if at, err = b.store.RemindLater(ctx, v.Chat.ID, ids, at, v.now); err != nil {
			return fmt.Errorf("remind later: %w", err)
		}
		if at.IsZero() { // it was sent, or closed, just now
			b.show(view{session: session.ID, account: v.Chat.ID, asked: true, stray: v.message(), class: telegram.Edit})
			return nil
		}
	}
	words, keyboard, err := b.drawLater(ctx, forms, at, again, at.Sub(v.now) < 23*time.Hour)
	if err != nil {
		return err
	}
	b.react(v, words, keyboard)
	return nil
}

// drawLater tells when the forms are reminded of again, or that they are not.
func (b *Bot) drawLater(ctx context.Context, forms []waitingForm, at time.Time, again, sooner bool) (telegram.HTML, telegram.Keyboard, error) {
	first := forms[0]
	key := "reminder.too_late"
	data := map[string]any{"Title": first.data["Title"], "Until": first.data["Until"]}
	if again {
		key = "reminder.later"
		data["At"] = dayAndMoment(first.say, at, b.zone)
	}
	if len(forms) > 1 {
		return b.listWaiting(ctx, first.say.Say(key+"_several", data), forms)
	}
	if again && sooner {
		key = "reminder.later_sooner"
	}
	return plain(first.say.Say(key, data)), telegram.Keyboard{{first.toForm()}}, nil
}

// dayAndMoment is a moment with its day of the week.
func dayAndMoment(say text.Phrases, at time.Time, zone *time.Location) string {
	return say.Weekday(at.In(zone).Weekday()) + ", " + say.Moment(at, zone)
}
