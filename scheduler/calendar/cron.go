package calendar

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Why ParseCron refuses an expression; it wraps one of these.
var (
	// ErrCronZone refuses TZ= and CRON_TZ=.
	ErrCronZone = errors.New("a schedule names no zone of its own: times are those of the office; leave TZ= or CRON_TZ= out")
	// ErrCronEvery refuses @every, which counts from when a process started.
	ErrCronEvery = errors.New("@every has no fixed occasions: write the times as five fields, such as 0 */2 * * * for every second hour")
	// ErrCronSunday refuses 7 as a day of the week.
	ErrCronSunday = errors.New("in the fifth field Sunday is 0 or SUN, not 7")
	// ErrCronNever refuses what never occurs, such as 30 February.
	ErrCronNever = errors.New("this never occurs: no month has such a day")
	// ErrCronForm refuses what is no cron expression at all.
	ErrCronForm = errors.New("want five fields, minute hour day month weekday, such as 0 8 * * 1 for Mondays at 8, or @weekly")
)

// Cron is a schedule: the readings of the office's wall clock at which
// something is due. Each reading happens once, also where the clock is set
// back; one that the clock jumps over when it is set forward happens when it
// would have without the jump. With both the day and the weekday given, either one counts, and also
// where one of them is a step such as */2. The zero Cron is not valid.
type Cron struct {
	expression string
	schedule   *cron.SpecSchedule
}

// ParseCron reads a cron expression of five fields (minute, hour, day, month,
// weekday) or a descriptor such as @weekly.
//
// What cannot be relied on is refused with an error for the person who wrote
// it: ErrCronZone, ErrCronEvery, ErrCronSunday, ErrCronNever or ErrCronForm.
func ParseCron(expression string) (Cron, error) {
	trimmed := strings.TrimSpace(expression)
	if err := refuse(trimmed); err != nil {
		return Cron{}, fmt.Errorf("schedule %q: %w", expression, err)
	}
	parsed, err := cron.ParseStandard(trimmed)
	if err != nil {
		return Cron{}, fmt.Errorf("schedule %q: %w (%w)", expression, ErrCronForm, err)
	}
	schedule, hasFields := parsed.(*cron.SpecSchedule) // all but @every are
	if !hasFields {
		return Cron{}, fmt.Errorf("schedule %q: %w", expression, ErrCronEvery)
	}
	// 2000 is a leap year: what does not occur in five years from its beginning
	// never does.
	if schedule.Next(time.Date(1999, time.December, 31, 23, 59, 59, 0, time.UTC)).IsZero() {
		return Cron{}, fmt.Errorf("schedule %q: %w", expression, ErrCronNever)
	}
	return Cron{expression: trimmed, schedule: schedule}, nil
}

// refuse stops what the library takes and misunderstands, or panics on.
func refuse(expression string) error {
	upper := strings.ToUpper(expression)
	switch {
	case strings.HasPrefix(upper, "TZ=") || strings.HasPrefix(upper, "CRON_TZ="):
		return ErrCronZone
	case strings.HasPrefix(upper, "@EVERY"):
		return ErrCronEvery
	case strings.HasPrefix(upper, "@"):
		return nil
	}
	fields := strings.Fields(expression)
	if len(fields) != 5 {
		return ErrCronForm
	}
	for _, field := range fields {
		for part := range strings.SplitSeq(field, ",") {
			// An empty part is taken as nothing, and *-5 as *.
			if part == "" || strings.HasPrefix(part, "*-") || strings.HasPrefix(part, "?-") {
				return ErrCronForm
			}
		}
	}
	for part := range strings.SplitSeq(fields[4], ",") {
		days, _, _ := strings.Cut(part, "/")
		if days == "7" || strings.HasSuffix(days, "-7") {
			return ErrCronSunday
		}
	}
	return nil
}

// String is the expression as it was written, without spaces around it.
func (c Cron) String() string { return c.expression }

// Next is the first occasion after the given moment, in zone.
func (c Cron) Next(after time.Time, zone *time.Location) time.Time {
	reading := wallReading(after, zone)
	for {
		reading = c.nextReading(reading)
		if occasion := atReading(reading, zone); occasion.After(after) {
			return occasion
		}
	}
}

// FirstFrom is the first occasion on day, or on the next day that has one.
func (c Cron) FirstFrom(day Day, zone *time.Location) time.Time {
	return atReading(c.nextReading(day.Begin(time.UTC).Add(-time.Second)), zone)
}

// Occasions lists the occasions after from and up to and including to, the
// earliest first.
func (c Cron) Occasions(from, to time.Time, zone *time.Location) []time.Time {
	var occasions []time.Time
	for at := c.Next(from, zone); !at.After(to); at = c.Next(at, zone) {
		occasions = append(occasions, at)
	}
	return occasions
}

// nextReading computes on wall clock readings, written as times in UTC. The
// library would leave out days whose midnight does not exist, and repeat the
// hour that comes twice.
func (c Cron) nextReading(reading time.Time) time.Time {
	for {
		if next := c.schedule.Next(reading); !next.IsZero() {
			return next
		}
		// The library gives up after five years; between 1896 and 1904, or 2096
		// and 2104, 29 February is eight years away.
		reading = reading.AddDate(4, 0, 0)
	}
}

func wallReading(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	return time.Date(local.Year(), local.Month(), local.Day(),
		local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.UTC)
}

// atReading is the moment at which zone's clock shows the reading, or, where it
// jumps over it, would have shown it without the jump.
func atReading(reading time.Time, zone *time.Location) time.Time {
	at := time.Date(reading.Year(), reading.Month(), reading.Day(),
		reading.Hour(), reading.Minute(), reading.Second(), 0, zone)
	if jumped := reading.Sub(wallReading(at, zone)); jumped > 0 {
		return at.Add(jumped)
	}
	return at
}
