package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

func (b *Bot) drawPlans(ctx context.Context, sc scene, s planState) (screen, error) {
	switch s.At {
	case atPlan:
		return b.drawPlan(ctx, sc, s)
	case atCopying:
		return screen{Text: plain(sc.say.Say("plans.ask_title", nil)), Buttons: telegram.Keyboard{b.planStepBack(sc)}}, nil
	case atStep:
		return b.drawStep(ctx, sc, s)
	case atSwitch:
		return b.drawSwitch(ctx, sc, s)
	case atSure:
		return b.drawStepSure(ctx, sc, s)
	case atKinds:
		return b.drawKinds(ctx, sc, s)
	case atKind:
		return b.drawKind(ctx, sc, s)
	case atKindSure:
		return b.drawKindSure(ctx, sc, s)
	case atPlans, "":
		return b.drawPlanList(ctx, sc)
	}
	return b.drawStepField(ctx, sc, s)
}

// planStepBack is the last row of most steps.
func (b *Bot) planStepBack(sc scene) []telegram.Button {
	return []telegram.Button{returnButton(sc), sc.button(sc.say.Say("button.finish", nil), doFinish, 0, 0)}
}

// drawPlanList lists all plans, a button each.
func (b *Bot) drawPlanList(ctx context.Context, sc scene) (screen, error) {
	plans, err := b.store.Plans(ctx)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	for i, plan := range plans {
		keyboard = append(keyboard, []telegram.Button{sc.button(fmt.Sprintf("%d. %s", i+1, shortTitle(plan.Title)), doChoose, plan.ID, 0)})
	}
	keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.by_kind", nil), doKinds, 0, 0),
		sc.button(sc.say.Say("button.finish", nil), doFinish, 0, 0)})
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		p.text(sc.say.Say("plans.heading", nil))
		p.line()
		for i, plan := range plans {
			p.line()
			p.text(fmt.Sprintf("%d. %s", i+1, plan.Title))
		}
	})}, nil
}

// shortTitle is what a button calls a plan: its title up to the colon.
func shortTitle(title string) string {
	short, _, _ := strings.Cut(title, ":")
	return short
}

// drawPlan shows a plan as a line of time, a button for each step.
func (b *Bot) drawPlan(ctx context.Context, sc scene, s planState) (screen, error) {
	plans, err := b.store.Plans(ctx)
	if err != nil {
		return screen{}, err
	}
	at := slices.IndexFunc(plans, func(p storage.Plan) bool { return p.ID == s.Plan })
	if at < 0 {
		return screen{Text: plain(sc.say.Say("plans.gone", nil)), Buttons: telegram.Keyboard{b.planStepBack(sc)}}, nil
	}
	steps, err := b.store.StepsOf(ctx, s.Plan)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	for i, step := range steps {
		label := fmt.Sprintf("%d. %s", i+1, formOf(sc.say, step))
		keyboard = append(keyboard, []telegram.Button{sc.button(label, doChoose, step.ID, 0)})
	}
	keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.add_step", nil), doAdd, 0, 0),
		sc.button(sc.say.Say("button.copy_plan", nil), doCopy, 0, 0)}, b.planStepBack(sc))
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		p.bold(plans[at].Title)
		p.line()
		p.text(sc.say.Say("plans.in_files", map[string]any{"Key": plans[at].Key}))
		writeTimeline(p, sc.say, steps)
		if len(steps) == 0 {
			p.gap()
			p.text(sc.say.Say("plans.no_steps", nil))
		}
	})}, nil
}

// drawStep shows a step as it is now, and what can be changed of it.
func (b *Bot) drawStep(ctx context.Context, sc scene, s planState) (screen, error) {
	step, err := b.store.Step(ctx, s.Seen.ID)
	if storage.IsCode(err, storage.NotFound) {
		return screen{Text: plain(sc.say.Say("plans.step_gone", nil)), Buttons: telegram.Keyboard{b.planStepBack(sc)}}, nil
	}
	if err != nil {
		return screen{}, err
	}
	var keys []telegram.Button
	for i, field := range stepFields() {
		keys = append(keys, sc.button(sc.say.Say("button.step_"+field, nil), doField, 0, i))
	}
	key := "button.switch_off"
	if step.Off {
		key = "button.switch_on"
	}
	keys = append(keys, sc.button(sc.say.Say(key, nil), doSwitch, 0, 0))
	return screen{Buttons: append(rows(keys, 2), b.planStepBack(sc)), Text: write(func(p *page) {
		writeStep(p, sc.say, step)
		if step.Off {
			p.gap()
			p.text(sc.say.Say("plans.off", nil))
		}
		p.gap()
		p.text(sc.say.Say("trainings.change_what", nil))
	})}, nil
}

func (b *Bot) drawSwitch(ctx context.Context, sc scene, s planState) (screen, error) {
	key := "plans.sure_off"
	if s.Seen.Off {
		key = "plans.sure_on"
	}
	step, err := b.store.Step(ctx, s.Seen.ID) // for its title
	if err != nil && !storage.IsCode(err, storage.NotFound) {
		return screen{}, err
	}
	return b.drawEffect(ctx, sc, storage.SwitchStep{Seen: s.Seen, Off: !s.Seen.Off}, func(p *page) {
		p.text(sc.say.Say(key, map[string]any{"Step": formOf(sc.say, step)}))
	}, doConfirm)
}

// drawStepSure shows what the draft says, and what keeping it would do.
func (b *Bot) drawStepSure(ctx context.Context, sc scene, s planState) (screen, error) {
	draft := s.Draft
	choices, err := b.store.InstrumentChoices(ctx)
	if err != nil {
		return screen{}, err
	}
	for _, choice := range choices {
		if choice.Key == draft.InstrumentKey {
			draft.Instrument = choice.Title
		}
	}
	return b.drawEffect(ctx, sc, s.change(), func(p *page) {
		key := "plans.sure_new"
		if s.Seen.ID != 0 {
			key = "plans.sure_changed"
		}
		p.text(sc.say.Say(key, nil))
		p.gap()
		writeStep(p, sc.say, draft)
	}, doConfirm)
}

// movesShown is how many rounds are named that a change moves.
const movesShown = 10

// drawEffect asks whether a change is kept, below what head writes, and says what
// it does to rounds that have not opened.
func (b *Bot) drawEffect(ctx context.Context, sc scene, change storage.PlanChange, head func(p *page), verb string) (screen, error) {
	back := b.planStepBack(sc)
	effect, err := b.store.PreviewPlan(ctx, change, b.zone, b.clock.Now())
	if storage.IsCode(err, storage.Refused) || storage.IsCode(err, storage.NotFound) {
		return screen{Text: plain(sc.say.Say("plans.refused_changed", nil)), Buttons: telegram.Keyboard{back}}, nil
	}
	if err != nil {
		return screen{}, err
	}
	return screen{
		Buttons: telegram.Keyboard{{sc.button(sc.say.Say("button.save", nil), verb, 0, 0)}, back},
		Text: write(func(p *page) {
			head(p)
			p.gap()
			b.writeEffect(p, sc.say, effect)
		}),
	}, nil
}

func (b *Bot) writeEffect(p *page, say text.Phrases, effect storage.PlanEffect) {
	if len(effect.Moves) == 0 {
		p.text(say.Say("plans.moves_none", nil))
		return
	}
	p.text(say.Say("plans.moves", map[string]any{"Rounds": say.Count(len(effect.Moves)),
		"Trainings": say.Count(effect.Trainings), "People": say.Count(effect.People)}))
	for _, move := range effect.Moves[:min(movesShown, len(effect.Moves))] {
		p.line()
		p.text("• " + b.moveInWords(say, move))
	}
	if more := len(effect.Moves) - movesShown; more > 0 {
		p.line()
		p.text(say.Say("plans.moves_more", map[string]any{"Count": more}))
	}
	p.gap()
	p.text(say.Say("plans.opened_stay", nil))
}

// moveInWords says when the round of a step opens now, and when it will.
func (b *Bot) moveInWords(say text.Phrases, move storage.StepMove) string {
	when := func(at time.Time) string {
		if !at.After(b.clock.Now()) {
			return say.Say("plans.at_once", nil)
		}
		return say.Moment(at, b.zone)
	}
	key := "plans.move"
	switch {
	case move.Was.IsZero():
		key = "plans.move_new"
	case move.Will.IsZero():
		key = "plans.move_gone"
	}
	name := stepName(say, storage.PlanStep{InstrumentKey: move.InstrumentKey, Instrument: move.Instrument})
	return say.Say(key, map[string]any{"Training": move.TrainingTitle, "Step": name, "Was": when(move.Was), "Will": when(move.Will)})
}

// drawStepField asks for something about a step.
func (b *Bot) drawStepField(ctx context.Context, sc scene, s planState) (screen, error) {
	var keys []telegram.Button
	inARow := 2
	button := func(key, verb string, index int) {
		keys = append(keys, sc.button(sc.say.Say("button."+key, nil), verb, 0, index))
	}
	numbers := func(all ...int) {
		inARow = 5
		for _, n := range all {
			keys = append(keys, sc.button(strconv.Itoa(n), doNumber, 0, n))
		}
	}
	question := s.At
	switch s.At {
	case atInstrument:
		choices, err := b.store.InstrumentChoices(ctx)
		if err != nil {
			return screen{}, err
		}
		inARow = 1
		for _, choice := range choices {
			keys = append(keys, sc.button(choice.Title.In(sc.say.Language()), doInstrument, choice.ID, 0))
		}
	case atAnchor:
		for i, choice := range anchors() {
			button("anchor_"+choice.name, doAnchor, i)
		}
	case atDays:
		question = "days_" + s.anchorName()
		if s.Before {
			numbers(1, 3, 7)
		} else {
			numbers(0, 7, 30, 60, 90)
		}
	case atPattern:
		button("every_day", doDaily, 0)
		button("workdays_only", doWorkdays, 0)
		button("write_schedule", doWrite, 0)
	case atTime:
		inARow = 4
		for hour := firstHour; hour <= lastHour; hour++ {
			keys = append(keys, sc.button(sc.say.TimeOfDay(time.Duration(hour)*time.Hour), doHour, 0, hour))
		}
	case atExpression:
		shown := drawExpression(sc)
		return screen{Text: shown.Text, Buttons: telegram.Keyboard{b.planStepBack(sc)}}, nil
	case atOpen:
		numbers(3, 7, 14, 21, 30)
	case atRemind:
		for i, choice := range reminds() {
			button(choice.name, doRemindAt, i)
		}
	case atMissing:
		button("missing_tell", doTell, 0)
		button("missing_wait", doSilent, 0)
	}
	return screen{Text: plain(sc.say.Say("plans.ask_"+question, nil)), Buttons: append(rows(keys, inARow), b.planStepBack(sc))}, nil
}

// anchorName is what the days are counted from that are asked for.
func (s planState) anchorName() string {
	for _, choice := range anchors() {
		if choice.anchor == s.Draft.Anchor && choice.before == s.Before {
			return choice.name
		}
	}
	return "since_last"
}
