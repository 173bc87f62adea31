package bot

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey/text"
)

// Why a moment that somebody wrote cannot be that of an opening.
var (
	errNoMoment = errors.New("no date with a time")
	errPast     = errors.New("a moment that is over")
	errTooFar   = errors.New("a moment more than a year away")
)

// momentPattern is a date, with or without its year, and a time of day: 30/11
// 09.00, 30-11-2026 pukul 9:00.
var momentPattern = regexp.MustCompile(
	`^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?[ ,]+(?:(?:pukul|jam|at) )?(\d{1,2})[.:](\d{2})$`)

// parseMoment reads a moment to come, in zone. Of a date without a year it is the
// one nearest to now.
func parseMoment(words string, now time.Time, zone *time.Location) (time.Time, error) {
	parts := momentPattern.FindStringSubmatch(strings.ToLower(strings.Join(strings.Fields(words), " ")))
	if parts == nil {
		return time.Time{}, errNoMoment
	}
	var numbers [5]int
	for i := range numbers {
		numbers[i], _ = strconv.Atoi(parts[i+1]) // digits, or no year
	}
	day, month, year, hour, minute := numbers[0], time.Month(numbers[1]), numbers[2], numbers[3], numbers[4]
	years := []int{year}
	if parts[3] == "" {
		this := now.In(zone).Year()
		years = []int{this, this + 1, this - 1}
	}
	nearest, found := time.Time{}, false
	for _, year := range years {
		at := time.Date(year, month, day, hour, minute, 0, 0, zone)
		exists := at.Day() == day && at.Month() == month && at.Hour() == hour && at.Minute() == minute
		if exists && (!found || at.Sub(now).Abs() < nearest.Sub(now).Abs()) {
			nearest, found = at, true
		}
	}
	switch {
	case !found:
		return time.Time{}, errNoMoment
	case !nearest.After(now):
		return time.Time{}, errPast
	case nearest.After(now.In(zone).AddDate(1, 0, 0)):
		return time.Time{}, errTooFar
	}
	return nearest, nil
}

// openingHour is when a round opens for which only the day is chosen.
const openingHour = 9

// openingOn is that hour of a day.
func openingOn(d calendar.Day, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Date, openingHour, 0, 0, 0, zone)
}

// workMorning is when working time begins again; zero where it has not ended.
type workMorning struct {
	time.Time
	unitsDiffer bool // some units' mornings are others
}

// waitsUntil is the office's working morning from which on invitations and reminders
// go out that are meant for a moment in closed time; zero where they go out at once.
func (b *Bot) waitsUntil(ctx context.Context, at time.Time) (workMorning, error) {
	working, err := b.store.Working(ctx, b.zone)
	if err != nil || working.Open(at) {
		return workMorning{}, err
	}
	differ, err := b.store.UnitsDiffer(ctx)
	return workMorning{working.NextOpen(at), differ}, err
}

// sayMorning says something about what waits for a morning, which is named with its
// day of the week.
func (b *Bot) sayMorning(say text.Phrases, key string, count int, morning workMorning) string {
	at := say.Weekday(morning.In(b.zone).Weekday()) + ", " + say.Moment(morning.Time, b.zone)
	words := say.Say(key, map[string]any{"Count": count, "At": at})
	if morning.unitsDiffer {
		words += " " + say.Say("rounds.units_differ", nil)
	}
	return words
}
