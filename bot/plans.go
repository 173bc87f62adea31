package bot

import (
	"context"
	"errors"
	"slices"

	"pascalatih/storage"
	"pascalatih/survey/text"
)

// plansDialogue is /rencana: HR sees the plans as lines of time, copies one, adds
// and changes their steps, and says which kind of trainings follows which. What a
// change does is shown before it is kept.
func plansDialogue() dialogue[planState] {
	return dialogue[planState]{
		kind:   "plans",
		access: office,
		awaits: func(s planState) awaited {
			switch s.At {
			case atCopying, atDays, atTime, atExpression, atOpen, atRemind:
				return aText
			}
			return onlyTaps
		},
		draw: (*Bot).drawPlans,
		move: (*Bot).movePlans,
	}
}

// planState is how far somebody is who looks at plans.
type planState struct {
	At     string       `json:"at"`
	Plan   int64        `json:"plan,omitempty"`
	Seen   storage.Step `json:"seen"`             // as it was when it was chosen; ID 0: a new one
	Draft  storage.Step `json:"draft"`            // as it may become
	Before bool         `json:"before,omitempty"` // Days are being asked for before the training
	Kind   string       `json:"kind,omitempty"`
	Was    int64        `json:"was,omitempty"`  // the kind's plan as it was
	Will   int64        `json:"will,omitempty"` // and may become; 0: none
	Page   int          `json:"page,omitempty"` // of the kinds
}

// The steps of the dialogue, beside atTime, atExpression and atSure.
const (
	atPlans      = "plans"      // which plan?
	atPlan       = "plan"       // its line of time
	atCopying    = "copying"    // what is the copy called?
	atStep       = "step"       // one step
	atInstrument = "instrument" // which form does it send?
	atAnchor     = "anchor"     // before or after what?
	atDays       = "days"       // how many days?
	atPattern    = "pattern"    // on which days?
	atOpen       = "open"       // for how long?
	atRemind     = "remind"     // when does it remind?
	atMissing    = "missing"    // is HR told?
	atSwitch     = "switch"     // is it switched off, or on?
	atKinds      = "kinds"      // which kind of trainings?
	atKind       = "kind"       // which plan does it follow?
	atKindSure   = "kindsure"   // is this right?
)

// What the buttons of the dialogue do, beside those of others.
const (
	doAnchor   = "anchor"   // Index: of anchors
	doNumber   = "number"   // Index
	doDaily    = "daily"    // on every day
	doWorkdays = "workdays" // from Monday to Friday
	doRemindAt = "remind"   // Index: of reminds
	doTell     = "tell"
	doSilent   = "silent"
	doCopy     = "copy"
	doSwitch   = "switch"
	doKinds    = "kinds"
	doKind     = "kind" // Index
)

// plans is /rencana.
func (b *Bot) plans(ctx context.Context, v visit, _ string) error {
	return beginTalk(b, ctx, v, plansDialogue(), planState{At: atPlans})
}

func (b *Bot) movePlans(ctx context.Context, v visit, s planState, d deed) (turn[planState], error) {
	switch {
	case d.Verb == doFinish, d.Verb == doDeny:
		return turn[planState]{State: s, End: say(v.say.Say("plans.finished", nil))}, nil
	case d.Verb == doReturn:
		return turn[planState]{State: s.back()}, nil
	}
	switch s.At {
	case atKinds, atKind, atKindSure:
		return b.moveKinds(ctx, v, s, d)
	case atPlans, "", atPlan, atCopying:
		return b.moveWhole(ctx, v, s, d)
	case atStep, atSwitch:
		return b.moveStep(ctx, v, s, d)
	case atSure:
		if d.Verb == doConfirm {
			return b.saveStep(ctx, v, s, d)
		}
		return turn[planState]{State: s}, nil
	}
	return b.moveField(ctx, v, s, d)
}

// back is the step before this one.
func (s planState) back() planState {
	whole := planState{At: atPlan, Plan: s.Plan}
	one := planState{At: atStep, Plan: s.Plan, Seen: s.Seen, Draft: s.Seen}
	switch {
	case s.At == atCopying, s.At == atStep, s.At == atInstrument:
		return whole
	case s.At == atSwitch:
		return one
	case s.At == atKind:
		return planState{At: atKinds}
	case s.At == atKindSure:
		return planState{At: atKind, Kind: s.Kind, Was: s.Was}
	case s.At == atPlan, s.At == atKinds, s.At == atPlans:
		return planState{At: atPlans}
	case s.At == atExpression:
		s.At = atPattern
		return s
	case s.Seen.ID != 0:
		return one
	}
	// A new step: its questions, the last answered first.
	asked := s.questions()
	at := slices.Index(asked, s.At)
	if s.At == atSure {
		at = len(asked)
	}
	if at <= 0 {
		return whole
	}
	s.At = asked[at-1]
	return s
}

// questions are those about a new step: before a training it opens on any day of
// the week, and is open until the training begins.
func (s planState) questions() []string {
	if s.Before || s.Draft.Before() {
		return []string{atInstrument, atAnchor, atDays, atTime}
	}
	return []string{atInstrument, atAnchor, atDays, atPattern, atTime, atOpen}
}

// moveWhole handles what is done with whole plans.
func (b *Bot) moveWhole(ctx context.Context, v visit, s planState, d deed) (turn[planState], error) {
	switch {
	case s.At == atPlan && d.Verb == doChoose:
		return b.chooseStep(ctx, v, s, d.ID, "")
	case s.At == atPlan && d.Verb == doCopy:
		return turn[planState]{State: planState{At: atCopying, Plan: s.Plan}}, nil
	case s.At == atPlan && d.Verb == doAdd:
		return turn[planState]{State: planState{At: atInstrument, Plan: s.Plan, Draft: newStep(s.Plan)}}, nil
	case s.At == atCopying && d.Text != "":
		return b.copyPlan(ctx, v, s, d)
	case s.At == atCopying, s.At == atPlan:
		return turn[planState]{State: s}, nil
	case d.Verb == doChoose:
		return turn[planState]{State: planState{At: atPlan, Plan: d.ID}}, nil
	case d.Verb == doKinds:
		return turn[planState]{State: planState{At: atKinds}}, nil
	}
	return turn[planState]{State: s}, nil
}

// newStep is what a step of a plan says where nobody says otherwise.
func newStep(plan int64) storage.Step {
	return storage.Step{PlanID: plan, DaysOpen: 14, RemindAfter: []int64{2, 5}, RemindLast: true, Missing: storage.TellMissing}
}

// chooseStep shows a step as it is now; without one like that, its plan.
func (b *Bot) chooseStep(ctx context.Context, v visit, s planState, id int64, notice string) (turn[planState], error) {
	step, err := b.store.Step(ctx, id)
	if storage.IsCode(err, storage.NotFound) {
		return turn[planState]{State: planState{At: atPlan, Plan: s.Plan}, Notice: v.say.Say("plans.step_gone", nil)}, nil
	}
	if err != nil {
		return turn[planState]{}, err
	}
	return turn[planState]{State: planState{At: atStep, Plan: step.PlanID, Seen: step, Draft: step}, Notice: notice}, nil
}

// longestPlanTitle is how long the title of a plan may be.
const longestPlanTitle = 80

func (b *Bot) copyPlan(ctx context.Context, v visit, s planState, d deed) (turn[planState], error) {
	title := oneLine(d.Text)
	if len([]rune(title)) > longestPlanTitle {
		return turn[planState]{State: s, Notice: v.say.Say("plans.refused_long", nil)}, nil
	}
	id, err := b.store.CopyPlan(ctx, s.Plan, title, d.source, v.now)
	switch {
	case storage.IsCode(err, storage.NotFound):
		return turn[planState]{State: planState{At: atPlans}, Notice: v.say.Say("plans.gone", nil)}, nil
	case storage.IsCode(err, storage.Refused):
		return turn[planState]{State: s, Notice: v.say.Say("plans.refused_title", nil)}, nil
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return turn[planState]{}, err
	}
	return turn[planState]{State: planState{At: atPlan, Plan: id}, Notice: v.say.Say("plans.copied", nil)}, nil
}

// moveStep handles what is done with one step.
func (b *Bot) moveStep(ctx context.Context, v visit, s planState, d deed) (turn[planState], error) {
	switch {
	case s.At == atStep && d.Verb == doField && d.Index < len(stepFields()):
		s.At = stepFields()[d.Index]
		if s.At == atPattern && s.Draft.Before() {
			s.At = atTime // it opens on any day of the week
		}
	case s.At == atStep && d.Verb == doSwitch:
		change := storage.SwitchStep{Seen: s.Seen, Off: !s.Seen.Off}
		if _, err := b.store.PreviewPlan(ctx, change, b.zone, v.now); err != nil {
			return b.refusedChange(ctx, v, s, err)
		}
		s.At = atSwitch
	case s.At == atSwitch && d.Verb == doConfirm:
		return b.keepChange(ctx, v, s, storage.SwitchStep{Seen: s.Seen, Off: !s.Seen.Off}, d)
	}
	return turn[planState]{State: s}, nil
}

// stepFields are what can be changed of a step, in the order of their buttons.
func stepFields() []string { return []string{atAnchor, atPattern, atOpen, atRemind, atMissing} }

// change is what the draft changes.
func (s planState) change() storage.PlanChange {
	if s.Seen.ID == 0 {
		return storage.AddStep{Step: s.Draft}
	}
	return storage.MoveStep{Seen: s.Seen, Wanted: s.Draft}
}

func (b *Bot) saveStep(ctx context.Context, v visit, s planState, d deed) (turn[planState], error) {
	return b.keepChange(ctx, v, s, s.change(), d)
}

// keepChange makes a change of a step, and goes on to its plan.
func (b *Bot) keepChange(ctx context.Context, v visit, s planState, change storage.PlanChange, d deed) (turn[planState], error) {
	err := b.store.ChangePlan(ctx, change, d.source, v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return b.refusedChange(ctx, v, s, err)
	}
	return turn[planState]{State: planState{At: atPlan, Plan: s.Plan}, Notice: v.say.Say("plans.saved", nil)}, nil
}

// refusedChange says why a change cannot be, where something else can be said
// instead.
func (b *Bot) refusedChange(ctx context.Context, v visit, s planState, err error) (turn[planState], error) {
	refusal, refused := errors.AsType[*storage.Error](err)
	if !refused {
		return turn[planState]{}, err
	}
	reason, _ := refusal.Detail["reason"].(string)
	switch {
	case reason == "changed":
		return b.chooseStep(ctx, v, s, s.Seen.ID, v.say.Say("plans.refused_changed", nil))
	case refusal.Code == storage.NotFound:
		return turn[planState]{State: planState{At: atPlans}, Notice: v.say.Say("plans.gone", nil)}, nil
	}
	at := map[string]string{"days": atAnchor, "before": atAnchor, "twice": atAnchor, "cron": atPattern, "often": atPattern,
		"rare": atPattern, "open": atOpen, "remind": atRemind}[reason]
	if at == "" || s.At == atStep {
		at = s.At
	}
	s.At = at
	return turn[planState]{State: s, Notice: sayRefusedStep(v.say, reason)}, nil
}

// sayRefusedStep says why a step cannot be like that.
func sayRefusedStep(say text.Phrases, reason string) string {
	return say.Say("plans.refused_"+reason, nil)
}
