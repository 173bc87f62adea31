package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pascalatih/storage"
	"pascalatih/survey/roster"
)

// trainingState is how far somebody is who adds a training or changes one.
type trainingState struct {
	ID    int64           `json:"id"`   // 0: a new one
	At    string          `json:"at"`   // the field that is asked for, or one of the steps below
	Seen  roster.Training `json:"seen"` // as it was when it was last read
	Draft roster.Training `json:"draft"`
}

// The steps beside the fields.
const (
	atChoice = "choice" // which field is changed?
	atSure   = "sure"   // is this right?
)

// What the buttons of the dialogue do, beside those of others.
const (
	doField   = "field"   // change the field Index
	doSameDay = "sameday" // the last day is the first
	doPlan    = "plan"    // ID
)

// trainingField is something that is asked about a training. Its questions are
// trainings.ask_name, its name is trainings.name_name.
type trainingField struct {
	name     string
	optional bool
	// take reads what was written; the error is *roster.Refused. "" is nothing, for
	// what is optional.
	take func(t *roster.Training, words string) error
}

// trainingFields are all of them, in the order in which they are asked.
func trainingFields() []trainingField {
	words := func(field func(t *roster.Training) *string) func(*roster.Training, string) error {
		return func(t *roster.Training, written string) (err error) {
			if written == "" {
				*field(t) = ""
				return nil
			}
			*field(t), err = roster.ParseText(written)
			return err
		}
	}
	return []trainingField{
		{name: fieldCode, take: words(func(t *roster.Training) *string { return &t.Code })},
		{name: "title", take: words(func(t *roster.Training) *string { return &t.Title })},
		{name: "kind", optional: true, take: words(func(t *roster.Training) *string { return &t.Kind })},
		{name: "provider", optional: true, take: words(func(t *roster.Training) *string { return &t.Provider })},
		{name: fieldFirst, take: takeFirst},
		{name: fieldLast, take: takeLast},
		{name: "hours", optional: true, take: takeHours},
		{name: fieldPlan, optional: true, take: words(func(t *roster.Training) *string { return &t.Plan })},
	}
}

// The fields that are not all alike.
const (
	fieldCode  = "code"
	fieldFirst = "first"
	fieldLast  = "last"
	fieldPlan  = "plan" // chosen by buttons
)

func takeFirst(t *roster.Training, written string) (err error) {
	t.First, err = roster.ParseDay(written)
	return err
}

func takeLast(t *roster.Training, written string) (err error) {
	if t.Last, err = roster.ParseDay(written); err != nil {
		return err
	}
	return t.CheckDays()
}

func takeHours(t *roster.Training, written string) (err error) {
	if written == "" {
		t.Hours = roster.Hours{}
		return nil
	}
	t.Hours, err = roster.ParseHours(written)
	return err
}

// changeable are the fields that a training may get others of: its code ties it to
// the files of the office, and its last day is asked for with the first.
func changeable() []trainingField {
	return slices.DeleteFunc(trainingFields(), func(f trainingField) bool { return f.name == fieldCode || f.name == fieldLast })
}

// field is the one that is asked for; false where none is.
func (s trainingState) field() (trainingField, bool) {
	fields := trainingFields()
	at := slices.IndexFunc(fields, func(f trainingField) bool { return f.name == s.At })
	if at < 0 {
		return trainingField{}, false
	}
	return fields[at], true
}

// after is the step after the field that is asked for.
func (s trainingState) after() string {
	fields := trainingFields()
	at := slices.IndexFunc(fields, func(f trainingField) bool { return f.name == s.At })
	switch {
	case s.ID != 0 && s.At != fieldFirst, at == len(fields)-1:
		return atSure
	}
	return fields[at+1].name
}

// before is the step before this one.
func (s trainingState) before() trainingState {
	fields := trainingFields()
	at := slices.IndexFunc(fields, func(f trainingField) bool { return f.name == s.At })
	switch {
	case s.ID != 0:
		s.At, s.Draft = atChoice, s.Seen
	case s.At == atSure:
		s.At = fields[len(fields)-1].name
	case at > 0:
		s.At = fields[at-1].name
	}
	return s
}

// trainingDialogue is the conversation by which HR adds a training, or changes one
// field of it at a time.
func trainingDialogue() dialogue[trainingState] {
	return dialogue[trainingState]{
		kind:   "training",
		access: office,
		awaits: func(s trainingState) awaited {
			if _, asked := s.field(); asked && s.At != fieldPlan {
				return aText
			}
			return onlyTaps
		},
		draw: (*Bot).drawEdit,
		move: (*Bot).moveEdit,
	}
}

func (b *Bot) moveEdit(ctx context.Context, v visit, s trainingState, d deed) (turn[trainingState], error) {
	stay := turn[trainingState]{State: s}
	field, asked := s.field()
	switch {
	case d.Verb == doDeny:
		return b.leaveEdit(ctx, v, s)
	case d.Verb == doReturn:
		return turn[trainingState]{State: s.before()}, nil
	case s.At == atChoice && d.Verb == doField && d.Index < len(changeable()):
		stay.State.At = changeable()[d.Index].name
	case s.At == atSure && d.Verb == doConfirm:
		return b.saveTraining(ctx, v, s, d)
	case asked && d.Text != "":
		return b.takeField(ctx, v, s, field, d.Text)
	case asked && field.optional && d.Verb == doSkip:
		return b.takeField(ctx, v, s, field, "")
	case s.At == fieldLast && d.Verb == doSameDay:
		stay.State.Draft.Last = s.Draft.First
		stay.State.At = s.after()
	case s.At == fieldPlan && d.Verb == doPlan:
		return b.choosePlan(ctx, s, d.ID)
	}
	return stay, nil
}

// leaveEdit ends the dialogue with nothing done.
func (b *Bot) leaveEdit(ctx context.Context, v visit, s trainingState) (turn[trainingState], error) {
	if s.ID == 0 {
		return turn[trainingState]{State: s, End: say(v.say.Say("core.cancelled", nil))}, nil
	}
	end, err := b.drawTraining(ctx, v, s.ID, "")
	return turn[trainingState]{State: s, End: &end}, err
}

// takeField takes what was written, or says why not.
func (b *Bot) takeField(ctx context.Context, v visit, s trainingState, field trainingField, words string) (turn[trainingState], error) {
	next := s
	err := field.take(&next.Draft, words)
	if refused, ok := errors.AsType[*roster.Refused](err); ok {
		return turn[trainingState]{State: s, Notice: refused.Reason.In(v.say.Language())}, nil
	}
	if err != nil {
		return turn[trainingState]{}, fmt.Errorf("read a training's %s: %w", field.name, err)
	}
	if field.name == fieldCode {
		_, err := b.store.TrainingCoded(ctx, next.Draft.Code)
		if err == nil {
			return turn[trainingState]{State: s, Notice: v.say.Say("trainings.refused_code", nil)}, nil
		}
		if !storage.IsCode(err, storage.NotFound) {
			return turn[trainingState]{}, err
		}
	}
	next.At = s.after()
	return turn[trainingState]{State: next}, nil
}

func (b *Bot) choosePlan(ctx context.Context, s trainingState, id int64) (turn[trainingState], error) {
	plans, err := b.store.Plans(ctx)
	if err != nil {
		return turn[trainingState]{}, err
	}
	for _, plan := range plans {
		if plan.ID == id {
			s.Draft.Plan, s.At = plan.Key, s.after()
		}
	}
	return turn[trainingState]{State: s}, nil
}

// saveTraining adds the training, or changes it. What somebody else changed
// meanwhile is shown instead.
func (b *Bot) saveTraining(ctx context.Context, v visit, s trainingState, d deed) (turn[trainingState], error) {
	id, err := s.ID, error(nil)
	if id == 0 {
		id, err = b.store.AddTraining(ctx, s.Draft, d.source, v.now)
	} else {
		err = b.store.ChangeTraining(ctx, id, s.Seen, s.Draft, d.source, v.now)
	}
	refusal, refused := errors.AsType[*storage.Error](err)
	switch {
	case refused && refusal.Code == storage.Refused && refusal.Detail["reason"] == "code":
		s.At = fieldCode
		return turn[trainingState]{State: s, Notice: v.say.Say("trainings.refused_code", nil)}, nil
	case refused && refusal.Code == storage.Refused && refusal.Detail["reason"] == "changed":
		return b.readAgain(ctx, v, s)
	case refused: // the training, or the plan, is gone
		end, err := explainTraining(v.say, err)
		return turn[trainingState]{State: s, End: &end}, err
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return turn[trainingState]{}, err
	}
	end, err := b.drawTraining(ctx, v, id, v.say.Say("trainings.saved", nil))
	return turn[trainingState]{State: s, End: &end}, err
}

// readAgain begins the change anew with the training as it is now.
func (b *Bot) readAgain(ctx context.Context, v visit, s trainingState) (turn[trainingState], error) {
	training, err := b.store.Training(ctx, storage.Scope{All: true}, s.ID)
	if err != nil {
		return turn[trainingState]{}, err
	}
	s.At, s.Seen, s.Draft = atChoice, training.Training, training.Training
	return turn[trainingState]{State: s, Notice: v.say.Say("trainings.refused_changed", nil)}, nil
}
