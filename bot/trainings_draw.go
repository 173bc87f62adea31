package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/roster"
	"pascalatih/survey/text"
)

func (b *Bot) drawEdit(ctx context.Context, sc scene, s trainingState) (screen, error) {
	plans, err := b.store.Plans(ctx)
	if err != nil {
		return screen{}, err
	}
	if field, asked := s.field(); asked {
		kinds, err := b.store.KindPlans(ctx)
		if err != nil {
			return screen{}, err
		}
		ofKind := slices.ContainsFunc(kinds, func(k storage.KindPlan) bool {
			return k.PlanID != 0 && strings.EqualFold(k.Kind, s.Draft.Kind)
		})
		return drawField(sc, s, field, plans, ofKind), nil
	}
	if s.At == atChoice {
		return drawChange(sc, s, plans), nil
	}
	return b.drawSure(ctx, sc, s, plans)
}

// drawChange asks which field is changed.
func drawChange(sc scene, s trainingState, plans []storage.Plan) screen {
	var keys []telegram.Button
	for i, field := range changeable() {
		keys = append(keys, sc.button(fieldName(sc.say, field.name), doField, 0, i))
	}
	cancel := sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)
	return screen{Buttons: append(rows(keys, 2), []telegram.Button{cancel}), Text: write(func(p *page) {
		p.text(sc.say.Say("trainings.change_what", nil))
		p.gap()
		writeFields(p, sc.say, s.Draft, plans)
	})}
}

// fieldName is what a field is called. The first day stands for both.
func fieldName(say text.Phrases, name string) string {
	if name == fieldFirst {
		name = "days"
	}
	return say.Say("trainings.name_"+name, nil)
}

// drawField asks for a field, and says how it stands where it is changed. ofKind
// says that without a plan of its own the training follows that of its kind.
func drawField(sc scene, s trainingState, field trainingField, plans []storage.Plan, ofKind bool) screen {
	var keyboard telegram.Keyboard
	if field.name == fieldPlan {
		for _, plan := range plans {
			keyboard = append(keyboard, []telegram.Button{sc.button(plan.Title, doPlan, plan.ID, 0)})
		}
	}
	if field.name == fieldLast {
		keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.same_day", nil), doSameDay, 0, 0)})
	}
	if field.optional {
		key := "button.skip"
		switch {
		case field.name == fieldPlan && ofKind:
			key = "button.plan_of_kind"
		case field.name == fieldPlan:
			key = "button.no_plan"
		case s.ID != 0:
			key = "button.leave_empty"
		}
		keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say(key, nil), doSkip, 0, 0)})
	}
	last := []telegram.Button{sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)}
	if s.ID != 0 || field.name != fieldCode {
		last = append([]telegram.Button{sc.button(sc.say.Say("button.back", nil), doReturn, 0, 0)}, last...)
	}
	return screen{Buttons: append(keyboard, last), Text: write(func(p *page) {
		p.text(sc.say.Say("trainings.ask_"+field.name, nil))
		if now := fieldValue(sc.say, s.Seen, field.name, plans); s.ID != 0 && now != "" {
			p.gap()
			p.text(sc.say.Say("trainings.now", map[string]any{"Value": now}))
		}
	})}
}

// fieldValue is a field as people read it; "" where it is empty.
func fieldValue(say text.Phrases, t roster.Training, name string, plans []storage.Plan) string {
	switch name {
	case fieldCode:
		return t.Code
	case "title":
		return t.Title
	case "kind":
		return t.Kind
	case "provider":
		return t.Provider
	case fieldFirst:
		return say.Day(t.First)
	case fieldLast:
		return say.Day(t.Last)
	case "days":
		return say.Days(t.First, t.Last)
	case "hours":
		if !t.Hours.Known {
			return ""
		}
		return say.Count(t.Hours.Count)
	}
	for _, plan := range plans {
		if plan.Key == t.Plan {
			return plan.Title
		}
	}
	return ""
}

// shownFields are the fields as they are listed, the days as one.
func shownFields() []string {
	return []string{fieldCode, "title", "kind", "provider", "days", "hours", fieldPlan}
}

func writeFields(p *page, say text.Phrases, t roster.Training, plans []storage.Plan) {
	for i, name := range shownFields() {
		value := fieldValue(say, t, name, plans)
		if value == "" {
			value = say.Say("trainings.empty", nil)
		}
		if i > 0 {
			p.line()
		}
		p.text(fieldName(say, name) + ": " + value)
	}
}

// drawSure shows what would be kept: all of a new training, what becomes
// different of another one, and when the steps of its plan open then.
func (b *Bot) drawSure(ctx context.Context, sc scene, s trainingState, plans []storage.Plan) (screen, error) {
	wanted, err := b.store.PlanSteps(ctx, s.ID, s.Draft, b.zone)
	if err != nil {
		return screen{}, err
	}
	before, err := b.store.PlanSteps(ctx, s.ID, s.Seen, b.zone)
	if err != nil {
		return screen{}, err
	}
	if s.ID == 0 {
		before = nil
	}
	keyboard := telegram.Keyboard{{sc.button(sc.say.Say("button.save", nil), doConfirm, 0, 0)}, b.stepBack(sc)}
	if s.ID != 0 && s.Draft == s.Seen {
		keyboard = keyboard[1:]
	}
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		switch {
		case s.ID == 0:
			p.text(sc.say.Say("trainings.sure_new", nil))
			p.gap()
			writeFields(p, sc.say, s.Draft, plans)
		case s.Draft == s.Seen:
			p.text(sc.say.Say("trainings.unchanged", nil))
			return
		default:
			p.bold(s.Seen.Title)
			p.gap()
			writeChanges(p, sc.say, s, plans)
		}
		b.writeMoves(p, sc.visit, s, before, wanted)
	})}, nil
}

// writeChanges writes the fields that become different, before and after.
func writeChanges(p *page, say text.Phrases, s trainingState, plans []storage.Plan) {
	first := true
	for _, name := range shownFields() {
		from, to := fieldValue(say, s.Seen, name, plans), fieldValue(say, s.Draft, name, plans)
		if from == to {
			continue
		}
		for _, value := range []*string{&from, &to} {
			if *value == "" {
				*value = say.Say("trainings.empty", nil)
			}
		}
		if !first {
			p.line()
		}
		first = false
		p.text(fmt.Sprintf("%s: %s → %s", fieldName(say, name), from, to))
	}
}

// writeMoves writes the steps whose opening becomes different, and those that open
// no more. Those that have opened do not move.
func (b *Bot) writeMoves(p *page, v visit, s trainingState, before, wanted []storage.PlanStep) {
	find := func(among []storage.PlanStep, id int64) (storage.PlanStep, bool) {
		at := slices.IndexFunc(among, func(step storage.PlanStep) bool { return step.ID == id })
		if at < 0 {
			return storage.PlanStep{}, false
		}
		return among[at], true
	}
	var moves, gone []string
	key := "trainings.steps_moved"
	for _, step := range wanted {
		old, known := find(before, step.ID)
		if !known {
			key = "trainings.steps_new"
		}
		if !known || step.Round == 0 && !old.Opens.Equal(step.Opens) {
			moves = append(moves, b.stepInWords(v, step))
		}
	}
	for _, old := range before {
		if _, stays := find(wanted, old.ID); !stays && old.Round == 0 && !old.Over(v.now) {
			gone = append(gone, stepName(v.say, old)+": "+v.say.Moment(old.Opens, b.zone))
		}
	}
	writePoints(p, v.say.Say(key, nil), moves)
	writePoints(p, v.say.Say("trainings.steps_gone", nil), gone)
}

// writePoints writes points below a heading, where there are any.
func writePoints(p *page, heading string, points []string) {
	if len(points) == 0 {
		return
	}
	p.gap()
	p.text(heading)
	for _, point := range points {
		p.line()
		p.text("• " + point)
	}
}
