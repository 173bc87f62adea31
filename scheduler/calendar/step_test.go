package calendar_test

import (
	"cmp"
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
)

func TestStepOpens(t *testing.T) {
	const reaction, checkin = "30 15 * * *", "0 9 * * 1-5"
	tests := map[string]struct {
		zone        string // WIB where it is empty
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
		"ninety days over the year's end":            {first: "2026-10-01", last: "2026-10-04", anchor: calendar.LastDay, days: 90, cron: checkin, opens: "2027-01-04 09:00:00"},
		"before the first of March of a leap year":   {first: "2028-03-03", last: "2028-03-03", anchor: calendar.FirstDay, days: -3, cron: "0 8 * * *", opens: "2028-02-29 08:00:00"},
		"and of a common one":                        {first: "2027-03-03", last: "2027-03-03", anchor: calendar.FirstDay, days: -3, cron: "0 8 * * *", opens: "2027-02-28 08:00:00"},
		"at midnight it is that day's, not the next": {first: "2026-06-25", last: "2026-06-26", anchor: calendar.LastDay, days: 1, cron: "0 0 * * *", opens: "2026-06-27 00:00:00"},
		"a day whose hour is jumped over":            {zone: "Europe/Berlin", first: "2026-03-26", last: "2026-03-28", anchor: calendar.LastDay, days: 1, cron: "30 2 * * *", opens: "2026-03-29 03:30:00"},
		"nine o'clock stays nine o'clock":            {zone: "Europe/Berlin", first: "2026-10-01", last: "2026-10-02", anchor: calendar.LastDay, days: 30, cron: checkin, opens: "2026-11-02 09:00:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			zone := zoneOf(t, cmp.Or(test.zone, "Asia/Jakarta"))
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
