package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// moveField takes what is said about a step: by a button, or in writing.
func (b *Bot) moveField(ctx context.Context, v visit, s planState, d deed) (turn[planState], error) {
	number, numbered := d.Index, d.Verb == doNumber
	if d.Text != "" && (s.At == atDays || s.At == atOpen) {
		if number, numbered = wholeNumber(d.Text); !numbered {
			return turn[planState]{State: s, Notice: v.say.Say("plans.refused_number", nil)}, nil
		}
	}
	switch {
	case s.At == atInstrument && d.Verb == doInstrument:
		return b.takeInstrument(ctx, v, s, d.ID)
	case s.At == atAnchor && d.Verb == doAnchor && d.Index < len(anchors()):
		return b.takeAnchor(s, d.Index), nil
	case s.At == atDays && numbered:
		return b.takeDays(ctx, v, s, number)
	case s.At == atPattern && (d.Verb == doDaily || d.Verb == doWorkdays):
		s.Draft.Cron = onDays(timeOf(s.Draft.Cron), d.Verb == doWorkdays)
		s.At = atTime
		return turn[planState]{State: s}, nil
	case s.At == atPattern && d.Verb == doWrite:
		s.At = atExpression
		return turn[planState]{State: s}, nil
	case s.At == atTime && d.Verb == doHour && d.Index < 24:
		return b.takeStepTime(ctx, v, s, d.Index, 0)
	case s.At == atTime && d.Text != "":
		if hour, minute, read := readTime(d.Text); read {
			return b.takeStepTime(ctx, v, s, hour, minute)
		}
		return turn[planState]{State: s, Notice: v.say.Say("schedules.refused_time", nil)}, nil
	case s.At == atExpression && d.Text != "":
		return b.takeStepExpression(ctx, v, s, d.Text)
	case s.At == atOpen && numbered:
		s.Draft.DaysOpen = number
		return b.propose(ctx, v, s)
	case s.At == atRemind && (d.Verb == doRemindAt && d.Index < len(reminds()) || d.Text != ""):
		return b.takeReminders(ctx, v, s, d)
	case s.At == atMissing && (d.Verb == doTell || d.Verb == doSilent):
		s.Draft.Missing = storage.TellMissing
		if d.Verb == doSilent {
			s.Draft.Missing = storage.AwaitMissing
		}
		return b.propose(ctx, v, s)
	}
	return turn[planState]{State: s}, nil
}

// numberPattern is a number of days: 30, 30 hari.
var numberPattern = regexp.MustCompile(`^(\d{1,4})(?: (?:hari|days?))?$`)

func wholeNumber(words string) (int, bool) {
	parts := numberPattern.FindStringSubmatch(strings.ToLower(oneLine(words)))
	if parts == nil {
		return 0, false
	}
	number, err := strconv.Atoi(parts[1])
	return number, err == nil
}

// oneLine is what was written, without spaces around and line breaks in it.
func oneLine(words string) string { return strings.Join(strings.Fields(words), " ") }

// takeInstrument takes the form that a new step sends; it says who answers.
func (b *Bot) takeInstrument(ctx context.Context, v visit, s planState, id int64) (turn[planState], error) {
	choices, err := b.store.InstrumentChoices(ctx)
	if err != nil {
		return turn[planState]{}, err
	}
	at := slices.IndexFunc(choices, func(c storage.InstrumentChoice) bool { return c.ID == id })
	if at < 0 {
		return turn[planState]{State: s, Notice: v.say.Say("rounds.no_instrument", nil)}, nil
	}
	s.Draft.InstrumentKey, s.Draft.Audience = choices[at].Key, storage.AudienceFor(choices[at].Key)
	s.At = atAnchor
	return turn[planState]{State: s}, nil
}

// anchorChoice is what a step may count from.
type anchorChoice struct {
	name   string // of its button and questions
	anchor calendar.Anchor
	before bool
}

func anchors() []anchorChoice {
	return []anchorChoice{
		{name: "before", anchor: calendar.FirstDay, before: true},
		{name: "since_first", anchor: calendar.FirstDay},
		{name: "since_last", anchor: calendar.LastDay},
	}
}

func (b *Bot) takeAnchor(s planState, index int) turn[planState] {
	chosen := anchors()[index]
	s.Draft.Anchor, s.Before, s.At = chosen.anchor, chosen.before, atDays
	return turn[planState]{State: s}
}

// takeDays takes how many days before or after the training a step lies. Before
// it, it may open on any day of the week, and is open until the training begins.
func (b *Bot) takeDays(ctx context.Context, v visit, s planState, number int) (turn[planState], error) {
	switch most := storage.LatestStep; {
	case s.Before && (number < 1 || number > -storage.EarliestStep):
		return turn[planState]{State: s, Notice: v.say.Say("plans.refused_before_days", nil)}, nil
	case !s.Before && number > most:
		return turn[planState]{State: s, Notice: v.say.Say("plans.refused_days", nil)}, nil
	}
	was := s.Draft.Before()
	s.Draft.Days = number
	if s.Before {
		s.Draft.Days, s.Draft.DaysOpen = -number, number
		if s.Draft.Cron != "" {
			s.Draft.Cron = onDays(timeOf(s.Draft.Cron), false)
		}
	} else if was {
		s.Draft.DaysOpen = newStep(0).DaysOpen
	}
	if s.Seen.ID == 0 {
		s.At = atPattern
		if s.Before {
			s.At = atTime
		}
		return turn[planState]{State: s}, nil
	}
	return b.propose(ctx, v, s)
}

// timeOf is the hour and the minute of an expression, as its first two fields; at
// nine where there is none, or it is not of one time a day.
func timeOf(expression string) (minuteAndHour string) {
	cron, err := calendar.ParseCron(expression)
	if err != nil || cron.MoreThanDaily() {
		return "0 9"
	}
	at := cron.Pattern().Times[0]
	return fmt.Sprintf("%d %d", int(at.Minutes())%60, int(at.Hours()))
}

// onDays is the expression of a time on every day, or on working days.
func onDays(minuteAndHour string, workdays bool) string {
	if workdays {
		return minuteAndHour + " * * 1-5"
	}
	return minuteAndHour + " * * *"
}

// takeStepTime takes the time of day at which a step opens.
func (b *Bot) takeStepTime(ctx context.Context, v visit, s planState, hour, minute int) (turn[planState], error) {
	days := " * * *"
	if fields := strings.Fields(s.Draft.Cron); len(fields) == 5 && !s.Draft.Before() {
		days = " " + strings.Join(fields[2:], " ")
	}
	s.Draft.Cron = fmt.Sprintf("%d %d%s", minute, hour, days)
	return b.afterTime(ctx, v, s)
}

// afterTime goes on once it is known at what times a step opens.
func (b *Bot) afterTime(ctx context.Context, v visit, s planState) (turn[planState], error) {
	if s.Seen.ID == 0 && !s.Draft.Before() {
		s.At = atOpen
		return turn[planState]{State: s}, nil
	}
	return b.propose(ctx, v, s)
}

// takeStepExpression takes an expression that was written, or says what to write
// instead.
func (b *Bot) takeStepExpression(ctx context.Context, v visit, s planState, words string) (turn[planState], error) {
	cron, err := parseSchedule(words, "")
	switch {
	case err == nil && cron.MoreThanDaily():
		return turn[planState]{State: s, Notice: sayRefusedStep(v.say, "often")}, nil
	case err == nil:
		s.Draft.Cron = cron.String()
		return b.afterTime(ctx, v, s)
	}
	key := "schedules.refused_form"
	switch {
	case errors.Is(err, calendar.ErrCronZone):
		key = "schedules.refused_zone"
	case errors.Is(err, calendar.ErrCronEvery):
		key = "schedules.refused_every"
	case errors.Is(err, calendar.ErrCronSunday):
		key = "schedules.refused_sunday"
	case errors.Is(err, calendar.ErrCronNever):
		key = "schedules.refused_never"
	}
	return turn[planState]{State: s, Notice: v.say.Say(key, nil)}, nil
}

// remindChoice is when a step may remind by a button.
type remindChoice struct {
	name  string // of its button
	after []int64
	last  bool
}

func reminds() []remindChoice {
	return []remindChoice{
		{name: "remind_usual", after: []int64{2, 5}, last: true},
		{name: "remind_last", last: true},
		{name: "remind_never"},
	}
}

// takeReminders takes when a step reminds: by a button, or as days that are
// written, beside which the last day stays as it is.
func (b *Bot) takeReminders(ctx context.Context, v visit, s planState, d deed) (turn[planState], error) {
	if d.Verb == doRemindAt {
		s.Draft.RemindAfter, s.Draft.RemindLast = reminds()[d.Index].after, reminds()[d.Index].last
		return b.propose(ctx, v, s)
	}
	var after []int64
	for _, word := range strings.FieldsFunc(strings.ToLower(d.Text), func(r rune) bool { return r == ' ' || r == ',' || r == '\n' }) {
		if word == "dan" || word == "and" || word == "hari" {
			continue
		}
		day, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return turn[planState]{State: s, Notice: sayRefusedStep(v.say, "remind")}, nil
		}
		after = append(after, day)
	}
	slices.Sort(after)
	s.Draft.RemindAfter = slices.Compact(after)
	return b.propose(ctx, v, s)
}

// propose goes on to what the change would do, or says why it cannot be.
func (b *Bot) propose(ctx context.Context, v visit, s planState) (turn[planState], error) {
	if s.Seen.ID != 0 && s.Draft.Same(s.Seen) {
		s.At = atStep
		return turn[planState]{State: s, Notice: v.say.Say("trainings.unchanged", nil)}, nil
	}
	if _, err := b.store.PreviewPlan(ctx, s.change(), b.zone, v.now); err != nil {
		return b.refusedChange(ctx, v, s, err)
	}
	s.At = atSure
	return turn[planState]{State: s}, nil
}
