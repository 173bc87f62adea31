package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// roundsShown is how many rounds of a training are listed.
const roundsShown = 5

// drawTraining shows a training as far as the person may see it, below a notice
// if there is one.
func (b *Bot) drawTraining(ctx context.Context, v visit, id int64, notice string) (screen, error) {
	training, err := b.store.Training(ctx, seenBy(v.account), id)
	if err != nil {
		return explainTraining(v.say, err)
	}
	steps, err := b.store.PlanSteps(ctx, id, training.Training, b.zone)
	if err != nil {
		return screen{}, err
	}
	rounds, err := b.store.TrainingRounds(ctx, seenBy(v.account), id)
	if err != nil {
		return screen{}, err
	}
	rounds = rounds[:min(roundsShown, len(rounds))]
	planned, err := b.plannedFor(ctx, v, id)
	if err != nil {
		return screen{}, err
	}
	words := write(func(p *page) {
		writeNotice(p, notice)
		writeTraining(p, v.say, training)
		b.writePlan(p, v, training, steps)
		b.writeRounds(p, v.say, rounds, planned)
	})
	return screen{Text: words, Buttons: showButtons(v, training, rounds)}, nil
}

// plannedFor are the rounds about a training that a job will open. They concern
// those who may start rounds.
func (b *Bot) plannedFor(ctx context.Context, v visit, training int64) ([]storage.PlannedRound, error) {
	if !office.allows(v.account) {
		return nil, nil
	}
	planned, err := b.store.PlannedRounds(ctx)
	return slices.DeleteFunc(planned, func(p storage.PlannedRound) bool { return p.TrainingID != training }), err
}

// writeNotice writes a sentence on what the person just did.
func writeNotice(p *page, notice string) {
	if notice != "" {
		p.italic(notice)
		p.gap()
	}
}

func writeTraining(p *page, say text.Phrases, t storage.Training) {
	p.bold(t.Title)
	p.line()
	about := []string{t.Code}
	for _, part := range []string{t.Kind, t.Provider} {
		if part != "" {
			about = append(about, part)
		}
	}
	p.text(strings.Join(about, " · "))
	p.line()
	p.text(say.Days(t.First, t.Last))
	if t.Hours.Known {
		p.text(" · " + say.Say("trainings.hours", map[string]any{"Count": t.Hours.Count}))
	}
	p.line()
	p.text(say.Say("trainings.participants", map[string]any{"Count": t.Participants}))
}

// writePlan writes the steps of a training's plan, and what came of them.
func (b *Bot) writePlan(p *page, v visit, t storage.Training, steps []storage.PlanStep) {
	p.gap()
	key := "trainings.plan"
	switch {
	case t.Cancelled != nil:
		p.text(v.say.Say("cancelling.is", map[string]any{"At": v.say.Moment(*t.Cancelled, b.zone)}))
		return
	case t.PlanTitle == "":
		p.text(v.say.Say("trainings.no_plan", nil))
		return
	case t.PlanOfKind:
		key = "trainings.plan_of_kind"
	}
	p.text(v.say.Say(key, map[string]any{"Plan": t.PlanTitle}))
	for _, step := range steps {
		p.line()
		p.text("• " + b.stepInWords(v, step))
	}
}

// stepInWords says when a step opens, or what came of it.
func (b *Bot) stepInWords(v visit, step storage.PlanStep) string {
	key := "trainings.step_opens"
	switch {
	case step.Round != 0:
		key = "trainings.step_opened"
	case step.Instrument.IsEmpty():
		key = "trainings.step_unpublished"
	case step.Over(v.now):
		key = "trainings.step_missed"
	case calendar.StillOpens(step.Opens, v.now):
		key = "trainings.step_waits"
	}
	return v.say.Say(key, map[string]any{"Step": stepName(v.say, step), "At": v.say.Moment(step.Opens, b.zone), "Round": step.Round})
}

// stepName is what a step is called: the title of its instrument.
func stepName(say text.Phrases, step storage.PlanStep) string {
	if step.Instrument.IsEmpty() {
		return step.InstrumentKey
	}
	return step.Instrument.In(say.Language())
}

func (b *Bot) writeRounds(p *page, say text.Phrases, rounds []storage.RoundStatus, planned []storage.PlannedRound) {
	for _, plan := range planned {
		p.gap()
		p.text(plan.InstrumentTitle.In(say.Language()) + " · " +
			say.Say("rounds.planned_for", map[string]any{"At": say.Moment(plan.OpensAt, b.zone)}))
	}
	for _, round := range rounds {
		p.gap()
		key, at := "rounds.open_until", round.ClosesAt
		switch {
		case round.ClosedAt != nil:
			key, at = "rounds.closed_at", *round.ClosedAt
		case round.HeldAt != nil:
			key = "rounds.held_until"
		}
		p.text(fmt.Sprintf("%s · %s", roundName(say, round.Round), say.Say(key, map[string]any{"At": say.Moment(at, b.zone)})))
		p.line()
		p.text(bar(round.Sent, round.Invited) + " " + say.Say("rounds.sent_of", map[string]any{
			"Sent": say.Count(round.Sent), "Invited": say.Count(round.Invited)}))
	}
}

// roundName is what a round is called where its training is known.
func roundName(say text.Phrases, round storage.Round) string {
	return fmt.Sprintf("%d · %s", round.ID, round.InstrumentTitle.In(say.Language()))
}

// showButtons lead from a training to what there is to do about it.
func showButtons(v visit, t storage.Training, rounds []storage.RoundStatus) telegram.Keyboard {
	button := func(key, verb string) telegram.Button { return trainingButton(v.say.Say(key, nil), verb, t.ID, 0) }
	keyboard := telegram.Keyboard{{button("button.participants", doPeople), button("button.links", doHand)}}
	if office.allows(v.account) {
		keyboard[0] = append(keyboard[0], button("button.edit_training", doEdit))
		switch {
		case t.Cancelled != nil:
			keyboard = append(keyboard, []telegram.Button{button("button.restore_training", doCancel)})
		case t.Participants > 0:
			keyboard = append(keyboard, []telegram.Button{button("button.choose_plan", doPlan), button("button.start_round", doBegin)},
				[]telegram.Button{button("button.cancel_training", doCancel)})
		default:
			keyboard = append(keyboard, []telegram.Button{button("button.choose_plan", doPlan), button("button.cancel_training", doCancel)})
		}
	}
	for _, round := range rounds {
		keyboard = append(keyboard, []telegram.Button{roundButton(roundName(v.say, round.Round), doShow, round.ID, 0)})
	}
	back := tap{Kind: trainingTap, Revision: monthNumber(t.First), Verb: doMonth}
	return append(keyboard, []telegram.Button{{Text: v.say.Month(t.First), Data: back.data()}})
}

// drawParticipants shows a page of those who take part in a training, below a
// notice if there is one.
func (b *Bot) drawParticipants(ctx context.Context, v visit, id int64, number int, notice string) (screen, error) {
	training, err := b.store.Training(ctx, seenBy(v.account), id)
	if err != nil {
		return explainTraining(v.say, err)
	}
	people, part, err := b.participantsOn(ctx, v, id, number)
	if err != nil {
		return screen{}, err
	}
	words := write(func(p *page) {
		writeNotice(p, notice)
		p.bold(training.Title)
		p.line()
		p.text(v.say.Say("trainings.participants", map[string]any{"Count": training.Participants}))
		if len(people) == 0 {
			p.gap()
			p.text(v.say.Say("trainings.nobody", nil))
		}
		for i, person := range people {
			p.gap()
			p.text(fmt.Sprintf("%d. %s, %s", part.From+i+1, person.Name, person.Unit))
			p.line()
			if person.Supervisor != "" {
				p.text(v.say.Say("trainings.supervisor", map[string]any{"Name": person.Supervisor}) + " · ")
			}
			p.text(v.say.Say("employees.short_"+string(person.Reach), nil))
		}
	})
	var keyboard telegram.Keyboard
	for i, person := range people {
		label := fmt.Sprintf("%d. %s", part.From+i+1, person.Name)
		keyboard = append(keyboard, []telegram.Button{employeeButton(label, person.ID, id)})
	}
	turns := part.turns(func(label string, leaf int) telegram.Button { return trainingButton(label, doPeople, id, leaf) })
	if turns != nil {
		keyboard = append(keyboard, turns)
	}
	if office.allows(v.account) {
		row := []telegram.Button{trainingButton(v.say.Say("button.add_people", nil), doAdd, id, 0)}
		if len(people) > 0 {
			row = append(row, trainingButton(v.say.Say("button.remove_person", nil), doRemove, id, 0))
		}
		keyboard = append(keyboard, row)
	}
	back := trainingButton(v.say.Say("button.back", nil), doShow, id, 0)
	return screen{Text: words, Buttons: append(keyboard, []telegram.Button{back})}, nil
}

// participantsOn is a page of those who take part in a training.
func (b *Bot) participantsOn(ctx context.Context, v visit, training int64, number int) ([]storage.Person, part, error) {
	scope := seenBy(v.account)
	_, all, err := b.store.Participants(ctx, scope, training, 0, 0)
	if err != nil {
		return nil, part{}, err
	}
	shown := partOf(all, peopleShown, number)
	people, _, err := b.store.Participants(ctx, scope, training, shown.From, peopleShown)
	return people, shown, err
}
