package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
)

// patienceOfPeople is how long they wait for a reaction before they press again.
const patienceOfPeople = time.Minute

// live opens the link, and deals with each form as it comes: those with a link of
// their own on the first day, the others in class.
func (l *life) live(ctx context.Context, t demoTraining, token string) error {
	day := 0
	if t.classLink {
		day = t.last
	}
	if err := l.person.PauseUntil(ctx, l.day(day, 13, l.chance.IntN(120))); err != nil {
		return err
	}
	visitor := l.visitor(l.person, l.employee.nip)
	if err := visitor.Register(ctx, token); err != nil {
		return err
	}
	if l.kind == blocking {
		l.person.Block()
		l.tell("opens the link, agrees to the notice, and blocks the bot")
		return nil
	}
	for i := range l.forms {
		if l.forms[i].way == neverActs {
			continue
		}
		if err := l.deal(ctx, &l.forms[i]); err != nil {
			return fmt.Errorf("%s, %s of %s: %w", l.employee.name, l.forms[i].round.form, l.forms[i].round.training.code, err)
		}
	}
	return nil
}

// deal deals with one form, from the invitation on.
func (l *life) deal(ctx context.Context, f *form) error {
	if err := l.person.PauseUntil(ctx, f.round.opens.Add(-time.Minute)); err != nil {
		return err
	}
	before := lastUntil(l.person.Chat(), f.round.opens)
	invitation, err := l.await(ctx, before, func(m simulator.Message) bool {
		return strings.Contains(m.First, f.Title) && !l.reminds(m)
	})
	if err != nil {
		return err
	}
	f.After = before
	if l.sharesMessage(*f) {
		f.After = l.person.Chat().Last().ID
	}
	if f.way == answers || f.way == stops || f.way == leaves {
		if err := l.hesitate(ctx); err != nil {
			return err
		}
	}
	if f.way == stops || f.way == leaves {
		return l.beginOnly(ctx, f)
	}
	if f.way != answers {
		done, err := l.whenReminded(ctx, f, invitation.ID)
		if done || err != nil {
			return err
		}
	}
	if l.kind == disowning && f.Book.About == l.people[disowned].nip {
		return l.disown(ctx, f)
	}
	return l.fill(ctx, f)
}

// sharesMessage tells whether another form that came in the same message was filled
// before.
func (l *life) sharesMessage(f form) bool {
	i := slices.IndexFunc(l.forms, func(other form) bool { return other.Book == f.Book })
	return i > 0 && !f.round.toHeads && l.forms[i-1].round.opens.Equal(f.round.opens)
}

// whenReminded waits for a reminder; done tells that the form is dealt with then.
func (l *life) whenReminded(ctx context.Context, f *form, after int) (done bool, err error) {
	reminder, err := l.await(ctx, after, func(m simulator.Message) bool {
		return l.reminds(m) && strings.Contains(m.First, f.Title)
	})
	if err != nil {
		return false, err
	}
	if err := l.hesitate(ctx); err != nil {
		return false, err
	}
	label := func(key string) simulator.Button {
		return l.person.Chat().Message(reminder.ID).Button(f.Say.Say(key, nil))
	}
	switch f.way {
	case postpones:
		l.tell("presses Nanti")
		l.person.Tap(label("button.later"))
		asked, err := l.await(ctx, reminder.ID, func(m simulator.Message) bool {
			return strings.HasPrefix(m.First, beginningIn(f.Say, "reminder.asked"))
		})
		if err != nil {
			return false, err
		}
		reminder = asked
		return false, l.hesitate(ctx)
	case declines:
		l.tell("presses Tidak bersedia: too many surveys")
		l.person.Tap(label("button.decline"))
		_, err := l.person.Await(ctx, simulator.HasButton(f.Say.Say("reason.surveys", nil)))
		if err != nil {
			return false, err
		}
		l.person.Tap(l.person.Chat().Button(f.Say.Say("reason.surveys", nil)))
		return true, nil
	}
	return false, nil
}

// beginOnly begins a form, and goes on with it after a reminder, or has all but sent
// it.
func (l *life) beginOnly(ctx context.Context, f *form) error {
	if err := f.Open(ctx); err != nil {
		return err
	}
	if f.way == leaves {
		return l.leaveUnsent(ctx, f)
	}
	if _, err := f.Fill(ctx, l.reading(*f, 5)); err != nil {
		return err
	}
	l.tell("stops halfway")
	last := l.person.Chat().Last().ID
	if _, err := l.whenReminded(ctx, f, last); err != nil {
		return err
	}
	return l.fill(ctx, f)
}

// fill brings a form up and to its end.
func (l *life) fill(ctx context.Context, f *form) error {
	if err := f.Open(ctx); err != nil {
		return err
	}
	end, err := f.Fill(ctx, l.reading(*f, respondent.NoLimit))
	switch {
	case err != nil:
		return err
	case end.Stage == respondent.Closed:
		l.tell("finds the round closed")
	case end.Stage != respondent.Sent:
		return fmt.Errorf("the form shows another plan than the person wrote: %q", end.Message.Text)
	case f.About != "":
		l.out.tell(l.employee.name, "sends %d answers about %s", len(f.Book.Answers), f.About)
	case f.way == answers && l.kind == halfway:
		l.tell("sends %d answers", len(f.Book.Answers))
	default:
		l.tell("%ssends %d answers", manners(l.kind), len(f.Book.Answers))
	}
	return nil
}

// disown says that somebody is not theirs.
func (l *life) disown(ctx context.Context, f *form) error {
	if err := f.Open(ctx); err != nil {
		return err
	}
	for _, key := range []string{"button.not_mine", "button.sure_not_mine"} {
		screen, err := l.person.Await(ctx, simulator.HasButton(f.Say.Say(key, nil)))
		if err != nil {
			return err
		}
		l.person.Tap(screen.Button(f.Say.Say(key, nil)))
	}
	l.tell("says of %s: not mine", f.About)
	_, err := l.person.Await(ctx, func(s simulator.Screen) bool {
		return strings.Contains(s.Last().Text, f.Say.Say("observing.declined_not_mine", map[string]any{"Name": f.About}))
	})
	return err
}

// reading stops a form after so many cards, and where it does not show the person
// what they planned.
func (l *life) reading(f form, most int) func(respondent.Seen) bool {
	return func(seen respondent.Seen) bool {
		most--
		return most < 0 || !l.showsPlan(f, seen)
	}
}

// showsPlan tells whether a card about the plan shows the one that the person sent,
// and a card for those without one is shown to those only.
func (l *life) showsPlan(f form, seen respondent.Seen) bool {
	if f.earlier == nil || f.About != "" {
		return true
	}
	plan := ""
	if f.earlier.Sent {
		plan = oneLine(f.earlier.Answers["plan"])
	}
	switch seen.Question.Name {
	case "plan_done":
		l.plansShown.Store(f.Book, true)
		return plan != "" && strings.Contains(oneLine(seen.Message.Text), plan)
	case "change":
		return plan == ""
	}
	return true
}

// hesitate is how long people take to begin, on the same day: many at the same
// moment.
func (l *life) hesitate(ctx context.Context) error {
	now := l.person.Now().In(l.zone)
	if l.chance.IntN(2) == 0 {
		return l.person.PauseUntil(ctx, now.Truncate(15*time.Minute).Add(15*time.Minute))
	}
	return l.person.Pause(ctx, time.Duration(20+l.chance.IntN(100))*time.Minute)
}

// leaveUnsent answers everything and never presses Kirim: the form is sent by itself
// when the round closes.
func (l *life) leaveUnsent(ctx context.Context, f *form) error {
	end, err := f.Fill(ctx, func(seen respondent.Seen) bool { return respondent.AtReview(seen) || !l.showsPlan(*f, seen) })
	if err != nil {
		return err
	}
	if end.Stage != respondent.Reviewing {
		return fmt.Errorf("the form shows another plan than the person wrote: %q", end.Message.Text)
	}
	l.tell("answers everything and does not press Kirim")
	if err := f.AwaitSent(ctx); err != nil {
		return err
	}
	l.tell("finds the complete form sent by itself")
	return nil
}

// await waits for a message of the bot's that is newer than one.
func (l *life) await(ctx context.Context, after int, wanted func(simulator.Message) bool) (simulator.Message, error) {
	var seen simulator.Message
	_, err := l.person.Await(ctx, func(s simulator.Screen) bool {
		for _, m := range s {
			if m.FromBot && m.ID > after && wanted(m) {
				seen = m
				return true
			}
		}
		return false
	})
	return seen, err
}

// lastUntil is the last of the messages that came before a moment.
func lastUntil(s simulator.Screen, moment time.Time) int {
	last := 0
	for _, m := range s {
		if m.At.Before(moment) {
			last = m.ID
		}
	}
	return last
}
