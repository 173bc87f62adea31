package bot

import (
	"context"
	"fmt"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// trainingTap is the kind of the taps on what shows trainings. ID is the
// training; the dialogues about trainings have taps of their own.
const trainingTap tapKind = "t"

// What a tap on a training asks for, beside doShow.
const (
	doMonth  = "month"  // the month Revision, such as 202606 (0: the newest), page Index
	doPeople = "people" // the page Index of who takes part
	doNew    = "new"    // another training
	doEdit   = "edit"
	doAdd    = "add"    // participants
	doRemove = "remove" // a participant
	doBegin  = "begin"  // a round
	doCancel = "cancel" // the training, or takes that back
)

// trainings is /pelatihan.
func (b *Bot) trainings(ctx context.Context, v visit, _ string) error {
	return b.showMonth(ctx, v, 0, 0)
}

// trainingTapped handles the taps on what shows trainings. Whoever sees those of
// some units only may not change them.
func (b *Bot) trainingTapped(ctx context.Context, v visit, t tap) error {
	switch t.Verb {
	case doMonth:
		return b.showMonth(ctx, v, t.Revision, t.Index)
	case doShow:
		return b.reactWith(v)(b.drawTraining(ctx, v, t.ID, ""))
	case doPeople:
		return b.reactWith(v)(b.drawParticipants(ctx, v, t.ID, t.Index, ""))
	case doHand:
		if _, err := b.store.Training(ctx, seenBy(v.account), t.ID); err != nil {
			return b.reactWith(v)(explainTraining(v.say, err))
		}
		return beginTalk(b, ctx, v, handingDialogue(), handingState{Training: t.ID, Shown: true})
	}
	if !office.allows(v.account) {
		return b.refuseTap(ctx, v)
	}
	if t.Verb == doNew {
		return beginTalk(b, ctx, v, trainingDialogue(), trainingState{At: trainingFields()[0].name})
	}
	training, err := b.store.Training(ctx, seenBy(v.account), t.ID)
	if err != nil {
		return b.reactWith(v)(explainTraining(v.say, err))
	}
	switch t.Verb {
	case doEdit:
		return beginTalk(b, ctx, v, trainingDialogue(), trainingState{ID: t.ID, At: atChoice, Seen: training.Training, Draft: training.Training})
	case doAdd:
		return beginTalk(b, ctx, v, addingDialogue(), addingState{Training: t.ID})
	case doRemove:
		return beginTalk(b, ctx, v, removingDialogue(), removingState{Training: t.ID})
	case doPlan:
		return beginTalk(b, ctx, v, trainingDialogue(), trainingState{ID: t.ID, At: fieldPlan, Seen: training.Training, Draft: training.Training})
	case doCancel:
		return beginTalk(b, ctx, v, cancellingDialogue(), cancellingState{Training: t.ID, Back: training.Cancelled != nil})
	case doBegin:
		return beginTalk(b, ctx, v, openingDialogue(), openingState{Training: training.Code})
	}
	return b.refuseTap(ctx, v)
}

// reactWith reacts with a screen, unless it could not be drawn.
func (b *Bot) reactWith(v visit) func(screen, error) error {
	return func(shown screen, err error) error {
		if err != nil {
			return err
		}
		b.react(v, shown.Text, shown.Buttons)
		return nil
	}
}

// explainTraining says that a training is not there; other errors stay what they
// are.
func explainTraining(say text.Phrases, err error) (screen, error) {
	if !storage.IsCode(err, storage.NotFound) {
		return screen{}, err
	}
	back := trainingButton(say.Say("button.trainings", nil), doMonth, 0, 0)
	return screen{Text: plain(say.Say("trainings.gone", nil)), Buttons: telegram.Keyboard{{back}}}, nil
}

// trainingButton is a button on a training.
func trainingButton(label, verb string, training int64, index int) telegram.Button {
	t := tap{Kind: trainingTap, ID: training, Verb: verb, Index: index}
	return telegram.Button{Text: beginningOf(label, fullWidth), Data: t.data()}
}

// monthNumber is a month as a button carries it: 202606.
func monthNumber(month time.Time) int64 { return int64(month.Year()*100 + int(month.Month())) }

// monthOf is the month of such a number. What is forged is some month or other.
func monthOf(number int64) time.Time {
	return time.Date(int(number/100%10_000), time.Month(number%100), 1, 0, 0, 0, 0, time.UTC)
}

// newestMonth is after all months that trainings begin in.
const newestMonth = 999912

// showMonth shows a page of the trainings that begin in a month.
func (b *Bot) showMonth(ctx context.Context, v visit, number int64, leaf int) error {
	if number == 0 {
		number = newestMonth
	}
	month, err := b.store.TrainingMonth(ctx, seenBy(v.account), monthOf(number))
	if err != nil {
		return err
	}
	part := partOf(len(month.Trainings), listedAtOnce, leaf)
	words := write(func(p *page) {
		if len(month.Trainings) == 0 {
			p.text(v.say.Say("trainings.none", nil))
			return
		}
		p.bold(v.say.Month(month.Month))
		for i, training := range month.Trainings[part.From:part.To] {
			p.gap()
			p.text(fmt.Sprintf("%d. %s", part.From+i+1, training.Title))
			p.line()
			p.text(v.say.Days(training.First, training.Last) + " · " +
				v.say.Say("trainings.participants", map[string]any{"Count": training.Participants}))
			if training.Cancelled != nil {
				p.text(" · " + v.say.Say("cancelling.marked", nil))
			}
		}
	})
	b.react(v, words, monthButtons(v, month, part))
	return nil
}

// monthButtons are the trainings, the other pages and months, and the one to add
// another training.
func monthButtons(v visit, month storage.Month, part part) telegram.Keyboard {
	var keyboard telegram.Keyboard
	for i, training := range month.Trainings[part.From:part.To] {
		label := fmt.Sprintf("%d. %s", part.From+i+1, training.Title)
		keyboard = append(keyboard, []telegram.Button{trainingButton(label, doShow, training.ID, 0)})
	}
	to := func(label string, month time.Time, leaf int) telegram.Button {
		return telegram.Button{Text: label, Data: tap{Kind: trainingTap, Revision: monthNumber(month), Verb: doMonth, Index: leaf}.data()}
	}
	turns := part.turns(func(label string, leaf int) telegram.Button { return to(label, month.Month, leaf) })
	if turns != nil {
		keyboard = append(keyboard, turns)
	}
	var months []telegram.Button
	if !month.Before.IsZero() {
		months = append(months, to("‹ "+v.say.Month(month.Before), month.Before, 0))
	}
	if !month.After.IsZero() {
		months = append(months, to(v.say.Month(month.After)+" ›", month.After, 0))
	}
	if months != nil {
		keyboard = append(keyboard, months)
	}
	if office.allows(v.account) {
		keyboard = append(keyboard, []telegram.Button{trainingButton(v.say.Say("button.new_training", nil), doNew, 0, 0)})
	}
	return keyboard
}
