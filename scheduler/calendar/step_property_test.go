package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pascalatih/scheduler/calendar"
)

// Whatever the step and the training, a step opens at the first occasion from its
// day on: none lies between that day's beginning and it.
func TestStepOpensAtTheFirstOccasion(t *testing.T) {
	zone := zoneOf(t, "Asia/Jakarta")
	rapid.Check(t, func(t *rapid.T) {
		first := dayFrom(rapid.IntRange(0, 40*366).Draw(t, "first"))
		last := first.AddDays(rapid.IntRange(0, 60).Draw(t, "length"))
		anchor := rapid.SampledFrom([]calendar.Anchor{calendar.FirstDay, calendar.LastDay}).Draw(t, "anchor")
		days := rapid.IntRange(-60, 400).Draw(t, "days")
		cron, err := calendar.ParseCron(rapid.SampledFrom([]string{
			"0 8 * * *", "30 15 * * *", "0 9 * * 1-5", "0 9 1 * *", "0 0 31 12 *", "59 23 * * 0", "0 9 15 * 1"}).Draw(t, "cron"))
		if err != nil {
			t.Fatal(err)
		}
		day := last.AddDays(days)
		if anchor == calendar.FirstDay {
			day = first.AddDays(days)
		}
		opens := calendar.StepOpens(first, last, anchor, days, cron, zone)
		if opens.Before(day.Begin(zone)) {
			t.Fatalf("it opens %s, before its day %s", opens, day)
		}
		if before := cron.Occasions(day.Begin(zone).Add(-time.Nanosecond), opens, zone); len(before) != 1 || !before[0].Equal(opens) {
			t.Fatalf("it opens %s, and from %s on there are %v", opens, day, before)
		}
		ends, ending := calendar.StepEnds(first, last, anchor, days, zone)
		if ending != day.Before(first) || ending && !ends.Equal(first.Begin(zone).Add(8*time.Hour)) {
			t.Fatalf("it ends %s (%v), the training begins on %s", ends, ending, first)
		}
	})
}

// dayFrom is so many days after 1 January 2000.
func dayFrom(n int) calendar.Day {
	return calendar.Day{Year: 2000, Month: time.January, Date: 1}.AddDays(n)
}

func TestStepEnds(t *testing.T) {
	tests := map[string]struct {
		first  string
		anchor calendar.Anchor
		days   int
		ends   string // "": whenever it opened
	}{
		"three days before":          {first: "2026-07-06", anchor: calendar.FirstDay, days: -3, ends: "2026-07-06 08:00:00"},
		"over the year's end":        {first: "2027-01-02", anchor: calendar.FirstDay, days: -3, ends: "2027-01-02 08:00:00"},
		"on the first day":           {first: "2026-07-06", anchor: calendar.FirstDay},
		"between first and last day": {first: "2026-07-06", anchor: calendar.LastDay, days: -1},
		"long after":                 {first: "2026-07-06", anchor: calendar.LastDay, days: 90},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			zone := zoneOf(t, "Asia/Jakarta")
			ends, ending := calendar.StepEnds(dayOf(t, test.first), dayOf(t, test.first).AddDays(4), test.anchor, test.days, zone)
			if ending != (test.ends != "") || ending && !ends.Equal(at(t, test.ends, zone)) {
				t.Errorf("it ends %s (%v), want %s", ends, ending, test.ends)
			}
		})
	}
}
