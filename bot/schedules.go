package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// schedulesDialogue is /jadwal: an administrator sees when what recurs will come,
// and chooses another day and time, or writes an expression. It is shown with its
// next times before it is kept.
func schedulesDialogue() dialogue[scheduleState] {
	return dialogue[scheduleState]{
		kind:   "schedules",
		access: admins,
		awaits: func(s scheduleState) awaited {
			if s.Recurring != nil && s.Recurring.At == atCron || s.At == atTime || s.At == atExpression {
				return aText
			}
			return onlyTaps
		},
		draw: (*Bot).drawSchedules,
		move: (*Bot).moveSchedules,
	}
}

// scheduleState is how far somebody is who changes a schedule.
type scheduleState struct {
	At      string       `json:"at"`
	ID      int64        `json:"id,omitempty"`
	Seen    string       `json:"seen,omitempty"` // its expression as it was when it was chosen
	Only    bool         `json:"only,omitempty"` // there is no other to choose
	Weekday time.Weekday `json:"weekday,omitempty"`
	Cron    string       `json:"cron,omitempty"` // that is proposed
	// Recurring is set while rounds that recur are looked at instead.
	Recurring *recurringState `json:"recurring,omitempty"`
}

// The steps of the dialogue, beside atSure.
const (
	atSchedules  = "schedules"  // which one?
	atDay        = "day"        // on which day of the week?
	atTime       = "time"       // at what time?
	atExpression = "expression" // which expression?
)

// What the buttons of the dialogue do, beside those of others.
const (
	doDay   = "day"   // Index: time.Weekday
	doHour  = "hour"  // Index
	doWrite = "write" // an expression
)

// schedules is /jadwal. Where there is one schedule it need not be chosen.
func (b *Bot) schedules(ctx context.Context, v visit, _ string) error {
	schedules, err := b.store.Schedules(ctx)
	switch {
	case err != nil:
		return err
	case len(schedules) == 0:
		b.reply(v.Chat.ID, plain(v.say.Say("schedules.none", nil)), nil)
		return nil
	case len(schedules) == 1:
		return beginTalk(b, ctx, v, schedulesDialogue(), scheduleState{At: atDay, ID: schedules[0].ID, Seen: schedules[0].Cron, Only: true})
	}
	return beginTalk(b, ctx, v, schedulesDialogue(), scheduleState{At: atSchedules})
}

func (b *Bot) moveSchedules(ctx context.Context, v visit, s scheduleState, d deed) (turn[scheduleState], error) {
	stay := turn[scheduleState]{State: s}
	switch {
	case d.Verb == doDeny:
		return turn[scheduleState]{State: s, End: say(v.say.Say("core.cancelled", nil))}, nil
	case d.Verb == doFinish:
		return b.endSchedules(ctx, v, s, "")
	case s.Recurring != nil:
		return b.moveRecurring(ctx, v, s, d)
	case d.Verb == doRecurring && (s.At == atSchedules || s.At == atDay):
		stay.State.Recurring = &recurringState{At: atRecurring}
	case d.Verb == doReturn:
		return turn[scheduleState]{State: s.before()}, nil
	case s.At == atSchedules && d.Verb == doChoose:
		return b.chooseSchedule(ctx, v, s, d.ID, "")
	case s.At == atDay && d.Verb == doDay && d.Index <= int(time.Saturday):
		stay.State.At, stay.State.Weekday = atTime, time.Weekday(d.Index)
	case s.At == atDay && d.Verb == doWrite:
		stay.State.At = atExpression
	case s.At == atTime && d.Verb == doHour && d.Index < 24:
		return turn[scheduleState]{State: s.weekly(d.Index, 0)}, nil
	case s.At == atTime && d.Text != "":
		return takeTime(v, s, d.Text), nil
	case s.At == atExpression && d.Text != "":
		return b.takeExpression(ctx, v, s, d.Text)
	case s.At == atSure && d.Verb == doConfirm:
		return b.saveSchedule(ctx, v, s, d)
	}
	return stay, nil
}

// before is the step before this one.
func (s scheduleState) before() scheduleState {
	switch {
	case s.At == atTime, s.At == atExpression, s.At == atSure:
		s.At = atDay
	case !s.Only:
		return scheduleState{At: atSchedules}
	}
	return s
}

// weekly proposes the chosen weekday at this time.
func (s scheduleState) weekly(hour, minute int) scheduleState {
	s.At, s.Cron = atSure, fmt.Sprintf("%d %d * * %d", minute, hour, s.Weekday)
	return s
}

// chooseSchedule goes on to the change of a schedule as it is now; without one
// like that, to the choice among those there are.
func (b *Bot) chooseSchedule(ctx context.Context, v visit, s scheduleState, id int64, notice string) (turn[scheduleState], error) {
	schedule, found, err := b.findSchedule(ctx, id)
	switch {
	case err != nil:
		return turn[scheduleState]{}, err
	case !found:
		return turn[scheduleState]{State: scheduleState{At: atSchedules}, Notice: v.say.Say("schedules.gone", nil)}, nil
	}
	return turn[scheduleState]{State: scheduleState{At: atDay, ID: id, Seen: schedule.Cron, Only: s.Only}, Notice: notice}, nil
}

func (b *Bot) findSchedule(ctx context.Context, id int64) (storage.Schedule, bool, error) {
	schedules, err := b.store.Schedules(ctx)
	at := slices.IndexFunc(schedules, func(s storage.Schedule) bool { return s.ID == id })
	if err != nil || at < 0 {
		return storage.Schedule{}, false, err
	}
	return schedules[at], true, nil
}

// timePattern is a time of day: 07.30, pukul 7:30.
var timePattern = regexp.MustCompile(`^(?:(?:pukul|jam|at) )?(\d{1,2})[.:](\d{2})$`)

// readTime reads a time of day that was written.
func readTime(words string) (hour, minute int, read bool) {
	parts := timePattern.FindStringSubmatch(strings.ToLower(strings.Join(strings.Fields(words), " ")))
	if parts == nil {
		return 0, 0, false
	}
	hour, _ = strconv.Atoi(parts[1]) // digits
	minute, _ = strconv.Atoi(parts[2])
	return hour, minute, hour < 24 && minute < 60
}

// takeTime takes a time of day that was written.
func takeTime(v visit, s scheduleState, words string) turn[scheduleState] {
	if hour, minute, read := readTime(words); read {
		return turn[scheduleState]{State: s.weekly(hour, minute)}
	}
	return turn[scheduleState]{State: s, Notice: v.say.Say("schedules.refused_time", nil)}
}

// longestExpression is what somebody writes who means a schedule.
const longestExpression = 200

// errOften refuses summaries that come more than once a day.
var errOften = errors.New("more often than daily")

// parseSchedule reads an expression for a schedule of this job.
func parseSchedule(words, job string) (calendar.Cron, error) {
	if len(words) > longestExpression {
		return calendar.Cron{}, calendar.ErrCronForm
	}
	cron, err := calendar.ParseCron(strings.Join(strings.Fields(words), " "))
	if err == nil && job == storage.ScheduleSummary && cron.MoreThanDaily() {
		return calendar.Cron{}, errOften
	}
	return cron, err
}

// takeExpression takes an expression that was written, or says what to write
// instead.
func (b *Bot) takeExpression(ctx context.Context, v visit, s scheduleState, words string) (turn[scheduleState], error) {
	schedule, found, err := b.findSchedule(ctx, s.ID)
	if err != nil || !found {
		return turn[scheduleState]{State: s}, err // the step says that it is gone
	}
	cron, err := parseSchedule(words, schedule.Job)
	if err == nil {
		s.At, s.Cron = atSure, cron.String()
		return turn[scheduleState]{State: s}, nil
	}
	return turn[scheduleState]{State: s, Notice: refusedExpression(v.say, err)}, nil
}

// refusedExpression says why an expression cannot be taken, and what to write
// instead.
func refusedExpression(say text.Phrases, err error) string {
	switch {
	case errors.Is(err, errOften):
		return say.Say("schedules.refused_often", nil)
	case errors.Is(err, calendar.ErrCronZone):
		return say.Say("schedules.refused_zone", nil)
	case errors.Is(err, calendar.ErrCronEvery):
		return say.Say("schedules.refused_every", nil)
	case errors.Is(err, calendar.ErrCronSunday):
		return say.Say("schedules.refused_sunday", nil)
	case errors.Is(err, calendar.ErrCronNever):
		return say.Say("schedules.refused_never", nil)
	}
	return say.Say("schedules.refused_form", nil)
}

// saveSchedule keeps what is proposed. What somebody else changed meanwhile is
// shown instead.
func (b *Bot) saveSchedule(ctx context.Context, v visit, s scheduleState, d deed) (turn[scheduleState], error) {
	cron, err := calendar.ParseCron(s.Cron)
	if err != nil {
		return turn[scheduleState]{}, fmt.Errorf("read the schedule that is proposed: %w", err)
	}
	changed, err := b.store.ChangeSchedule(ctx, s.ID, s.Seen, cron, b.zone, d.source, v.now)
	refusal, refused := errors.AsType[*storage.Error](err)
	switch {
	case refused && refusal.Code == storage.Refused && refusal.Detail["reason"] == "changed":
		return b.chooseSchedule(ctx, v, s, s.ID, v.say.Say("schedules.refused_changed", nil))
	case refused && refusal.Code == storage.Refused && refusal.Detail["reason"] == "due":
		return turn[scheduleState]{State: s, Notice: v.say.Say("schedules.refused_due", nil)}, nil
	case refused && refusal.Code == storage.NotFound:
		return b.endSchedules(ctx, v, s, v.say.Say("schedules.gone", nil))
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return turn[scheduleState]{}, err
	case !changed:
		return b.endSchedules(ctx, v, s, v.say.Say("schedules.unchanged", nil))
	}
	return b.endSchedules(ctx, v, s, v.say.Say("schedules.saved", nil))
}
