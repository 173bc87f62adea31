package calendar_test

import (
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
)

func TestStepOpens(t *testing.T) {
	const reaction, checkin = "30 15 * * *", "0 9 * * 1-5"
	tests := map[string]struct {
		first, last string
		anchor      calendar.Anchor
		days        int
		cron        string
		opens       string
	}{
		"reaction, in the afternoon of the last day": {first: "2026-06-25", last: "2026-06-26", anchor: calendar.LastDay, cron: reaction, opens: "2026-06-26 15:30:00"},
		"reaction after each day of one":             {first: "2026-06-26", last: "2026-06-26", anchor: calendar.FirstDay, cron: reaction, opens: "2026-06-26 15:30:00"},
		"check-in on a working day":                  {first: "2026-06-22", last: "2026-06-24", anchor: calendar.LastDay, days: 30, cron: checkin, opens: "2026-07-24 09:00:00"},
		"check-in, day 30 being a Sunday":            {first: "2026-06-25", last: "2026-06-26", anchor: calendar.LastDay, days: 30, cron: checkin, opens: "2026-07-27 09:00:00"},
		"thirty days from the last of January":       {first: "2026-01-30", last: "2026-01-31", anchor: calendar.LastDay, days: 30, cron: checkin, opens: "2026-03-02 09:00:00"},
		"in a leap year":                             {first: "2028-01-30", last: "2028-01-31", anchor: calendar.LastDay, days: 29, cron: checkin, opens: "2028-02-29 09:00:00"},
		"a week before the first day":                {first: "2027-01-04", last: "2027-01-08", anchor: calendar.FirstDay, days: -7, cron: checkin, opens: "2026-12-28 09:00:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			zone := zoneOf(t, "Asia/Jakarta")
			opens := calendar.StepOpens(dayOf(t, test.first), dayOf(t, test.last), test.anchor, test.days, cronOf(t, test.cron), zone)
			if want := at(t, test.opens, zone); !opens.Equal(want) {
				t.Errorf("the step opens %s, want %s", opens, want)
			}
		})
	}
}

func TestStillOpens(t *testing.T) {
	occasion := time.Date(2026, time.June, 26, 8, 30, 0, 0, time.UTC)
	tests := map[string]struct {
		now  time.Time
		want bool
	}{
		"a second too early":   {now: occasion.Add(-time.Second), want: false},
		"on the occasion":      {now: occasion, want: true},
		"after some downtime":  {now: occasion.AddDate(0, 0, 3), want: true},
		"seven days late":      {now: occasion.AddDate(0, 0, 7), want: true},
		"more than seven days": {now: occasion.AddDate(0, 0, 7).Add(time.Second), want: false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := calendar.StillOpens(occasion, test.now); got != test.want {
				t.Errorf("StillOpens is %v, want %v", got, test.want)
			}
		})
	}
}
