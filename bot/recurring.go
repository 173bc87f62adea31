package bot

import (
	"context"
	"errors"
	"slices"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey"
)

// recurringState is how far somebody is in /jadwal with the rounds that recur: what
// is chosen of one so far.
type recurringState struct {
	At         string  `json:"at"`
	ID         int64   `json:"id,omitempty"`   // that is looked at or changed; 0: a new one
	Seen       int     `json:"seen,omitempty"` // its revision then
	Instrument string  `json:"instrument,omitempty"`
	Audience   string  `json:"audience,omitempty"`
	Units      []int64 `json:"units,omitempty"`
	Months     int     `json:"months,omitempty"`
	Days       int     `json:"days,omitempty"`
	Cron       string  `json:"cron,omitempty"`
	Page       int     `json:"page,omitempty"` // of the units
}

// The steps of it, beside atSure, and atDays and atSwitch of a plan's.
const (
	atRecurring = "recurring" // all of them
	atOne       = "one"       // one, as it is
	atForm      = "form"
	atWho       = "who"
	atMonths    = "months"
	atWhen      = "when"
	atCron      = "cron" // an expression that is written
)

// What the buttons of it do, beside those of others.
const doRecurring = "recurring"

// audiences are the choices of whom a recurring round asks.
func audiences() []string { return []string{storage.Everybody, storage.OfUnits, storage.Recent} }

// The numbers that have a button, of months and of days.
func monthChoices() []int { return []int{3, 6, 12, 24} }
func dayChoices() []int   { return []int{7, 14, 21, 30} }

// readyExpressions are when most would have a round recur.
func readyExpressions() []string {
	return []string{"0 9 1 3,9 *", "0 9 1 1,4,7,10 *", "0 9 1 6 *", "0 9 1 11 *"}
}

func (r recurringState) recurrence() (storage.Recurrence, error) {
	cron, err := calendar.ParseCron(r.Cron)
	return storage.Recurrence{Instrument: r.Instrument, Audience: r.Audience, Units: r.Units, Months: r.Months,
		Cron: cron, DaysOpen: r.Days}, err
}

// before is the step before this one.
func (r recurringState) before() recurringState {
	previous := map[string]string{atOne: atRecurring, atSwitch: atOne, atForm: atRecurring, atWho: atForm, atUnits: atWho,
		atMonths: atWho, atDays: atWho, atWhen: atDays, atCron: atWhen, atSure: atWhen}
	if r.At == atForm && r.ID != 0 {
		return recurringState{At: atOne, ID: r.ID}
	}
	r.At = previous[r.At]
	return r
}

// moveRecurring is moveSchedules while rounds that recur are looked at.
func (b *Bot) moveRecurring(ctx context.Context, v visit, s scheduleState, d deed) (turn[scheduleState], error) {
	r := *s.Recurring
	to := func(r recurringState) (turn[scheduleState], error) {
		s.Recurring = &r
		return turn[scheduleState]{State: s}, nil
	}
	switch {
	case d.Verb == doReturn && r.At == atRecurring:
		s.Recurring = nil
		return turn[scheduleState]{State: s}, nil
	case d.Verb == doReturn:
		return to(r.before())
	case r.At == atRecurring && d.Verb == doAdd:
		return to(recurringState{At: atForm})
	case r.At == atRecurring && d.Verb == doChoose:
		return to(recurringState{At: atOne, ID: d.ID})
	case r.At == atOne && (d.Verb == doChange || d.Verb == doSwitch):
		return b.beginChange(ctx, v, s, d.Verb)
	case r.At == atSwitch && d.Verb == doConfirm:
		return b.switchRecurring(ctx, v, s, d)
	case r.At == atCron && d.Text != "":
		return b.takeRecurring(ctx, v, s, d.Text)
	case r.At == atSure && d.Verb == doConfirm:
		return b.saveRecurring(ctx, v, s, d)
	case r.At == atWhen && d.Verb == doPick && d.Index < len(readyExpressions()):
		return b.takeRecurring(ctx, v, s, readyExpressions()[d.Index])
	}
	next, err := b.chooseRecurring(ctx, r, d)
	s.Recurring = &next
	return turn[scheduleState]{State: s}, err
}

// chooseRecurring takes one of the choices that make a recurring round.
func (b *Bot) chooseRecurring(ctx context.Context, r recurringState, d deed) (recurringState, error) {
	switch {
	case r.At == atForm && d.Verb == doInstrument:
		forms, err := b.officeForms(ctx)
		if at := slices.IndexFunc(forms, func(f storage.InstrumentChoice) bool { return f.ID == d.ID }); at >= 0 {
			r.At, r.Instrument = atWho, forms[at].Key
		}
		return r, err
	case r.At == atWho && d.Verb == doPick && d.Index < len(audiences()):
		r.Audience = audiences()[d.Index]
		r.At = map[string]string{storage.Everybody: atDays, storage.OfUnits: atUnits, storage.Recent: atMonths}[r.Audience]
	case r.At == atUnits && d.Verb == doPage:
		r.Page = d.Index
	case r.At == atUnits && d.Verb == doUnit:
		if at := slices.Index(r.Units, d.ID); at >= 0 {
			r.Units = slices.Delete(slices.Clone(r.Units), at, at+1)
		} else {
			r.Units = append(slices.Clone(r.Units), d.ID)
		}
	case r.At == atUnits && d.Verb == doNext && len(r.Units) > 0:
		r.At = atDays
	case r.At == atMonths && d.Verb == doPick && d.Index < len(monthChoices()):
		r.At, r.Months = atDays, monthChoices()[d.Index]
	case r.At == atDays && d.Verb == doPick && d.Index < len(dayChoices()):
		r.At, r.Days = atWhen, dayChoices()[d.Index]
	case r.At == atWhen && d.Verb == doWrite:
		r.At = atCron
	}
	return r, nil
}

// officeForms are the forms that are about no training.
func (b *Bot) officeForms(ctx context.Context) ([]storage.InstrumentChoice, error) {
	all, err := b.store.InstrumentChoices(ctx)
	return slices.DeleteFunc(all, func(f storage.InstrumentChoice) bool { return f.About != survey.AboutOffice }), err
}

func (b *Bot) recurringRound(ctx context.Context, id int64) (storage.RecurringRound, bool, error) {
	all, err := b.store.RecurringRounds(ctx)
	at := slices.IndexFunc(all, func(r storage.RecurringRound) bool { return r.ID == id })
	if err != nil || at < 0 {
		return storage.RecurringRound{}, false, err
	}
	return all[at], true, nil
}

// beginChange goes on to what is to be done with the one that is looked at, as it
// is now.
func (b *Bot) beginChange(ctx context.Context, v visit, s scheduleState, verb string) (turn[scheduleState], error) {
	one, found, err := b.recurringRound(ctx, s.Recurring.ID)
	if err != nil {
		return turn[scheduleState]{}, err
	}
	if !found {
		s.Recurring = &recurringState{At: atRecurring}
		return turn[scheduleState]{State: s, Notice: v.say.Say("schedules.gone", nil)}, nil
	}
	s.Recurring = &recurringState{At: atForm, ID: one.ID, Seen: one.Revision, Instrument: one.InstrumentKey,
		Audience: one.Audience, Units: one.Units, Months: one.Months, Days: one.DaysOpen, Cron: one.Expression}
	if verb == doSwitch {
		s.Recurring.At = atSwitch
	}
	return turn[scheduleState]{State: s}, nil
}

// takeRecurring takes when it recurs, unless that cannot be.
func (b *Bot) takeRecurring(ctx context.Context, v visit, s scheduleState, words string) (turn[scheduleState], error) {
	stay := turn[scheduleState]{State: s}
	r := *s.Recurring
	cron, err := parseSchedule(words, storage.ScheduleRound)
	if err != nil {
		stay.Notice = refusedExpression(v.say, err)
		return stay, nil
	}
	r.Cron = cron.String()
	wanted, err := r.recurrence()
	if err != nil {
		return stay, err
	}
	if _, err := b.store.PreviewRecurrence(ctx, wanted, b.zone, v.now); err != nil {
		return b.refusedRecurring(v, s, err)
	}
	r.At = atSure
	stay.State.Recurring = &r
	return stay, nil
}

func (b *Bot) saveRecurring(ctx context.Context, v visit, s scheduleState, d deed) (turn[scheduleState], error) {
	r := *s.Recurring
	wanted, err := r.recurrence()
	if err != nil {
		return turn[scheduleState]{}, err
	}
	changed, key := true, "recurring.added"
	if r.ID == 0 {
		_, err = b.store.AddRecurring(ctx, wanted, b.zone, d.source, v.now)
	} else {
		key = "schedules.saved"
		changed, err = b.store.ChangeRecurring(ctx, r.ID, r.Seen, wanted, b.zone, d.source, v.now)
	}
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return b.refusedRecurring(v, s, err)
	}
	if !changed {
		key = "schedules.unchanged"
	}
	return b.endRecurring(ctx, v, s, v.say.Say(key, nil))
}

func (b *Bot) switchRecurring(ctx context.Context, v visit, s scheduleState, d deed) (turn[scheduleState], error) {
	one, _, err := b.recurringRound(ctx, s.Recurring.ID)
	if err != nil {
		return turn[scheduleState]{}, err
	}
	// Pressed twice, it finds itself switched: the command of this source tells.
	on := one.OffAt != nil
	_, err = b.store.SwitchRecurring(ctx, s.Recurring.ID, s.Recurring.Seen, on, d.source, v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return b.refusedRecurring(v, s, err)
	}
	return b.endRecurring(ctx, v, s, v.say.Say("schedules.saved", nil))
}

// refusedRecurring says why it is refused, where the person can do something else.
func (b *Bot) refusedRecurring(v visit, s scheduleState, err error) (turn[scheduleState], error) {
	refusal, refused := errors.AsType[*storage.Error](err)
	switch {
	case !refused:
		return turn[scheduleState]{}, err
	case refusal.Code == storage.Refused && refusal.Detail["reason"] == "changed":
		s.Recurring = &recurringState{At: atOne, ID: s.Recurring.ID}
		return turn[scheduleState]{State: s, Notice: v.say.Say("schedules.refused_changed", nil)}, nil
	case refusal.Code == storage.Refused && refusal.Detail["reason"] == "overlap":
		return turn[scheduleState]{State: s, Notice: v.say.Say("recurring.overlap", nil)}, nil
	case refusal.Code == storage.Refused && refusal.Detail["reason"] == "due":
		return turn[scheduleState]{State: s, Notice: v.say.Say("recurring.due", nil)}, nil
	}
	s.Recurring = &recurringState{At: atRecurring} // a form, a unit or the round itself is gone
	return turn[scheduleState]{State: s, Notice: v.say.Say("schedules.gone", nil)}, nil
}

func (b *Bot) endRecurring(ctx context.Context, v visit, s scheduleState, notice string) (turn[scheduleState], error) {
	all, err := b.store.RecurringRounds(ctx)
	if err != nil {
		return turn[scheduleState]{}, err
	}
	return turn[scheduleState]{State: s, End: &screen{Text: write(func(p *page) {
		p.italic(notice)
		p.gap()
		b.writeRecurring(p, v.say, all)
	})}}, nil
}
