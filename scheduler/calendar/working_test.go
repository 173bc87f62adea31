package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pascalatih/scheduler/calendar"
)

// feast is a week of holidays and joint leave: 16 to 25 March 2026 are closed with
// the weekends around it, but for Tuesday the 17th.
var feast = []string{"2026-03-16", "2026-03-18", "2026-03-19", "2026-03-20", "2026-03-23", "2026-03-24", "2026-03-25"}

func workingOf(t *testing.T, zone string, holidays ...string) calendar.Working {
	t.Helper()
	w := calendar.Working{Zone: zoneOf(t, zone), Holidays: calendar.Holidays{}}
	for _, day := range holidays {
		w.Holidays[dayOf(t, day)] = true
	}
	return w
}

func TestNextOpen(t *testing.T) {
	const open = "" // t itself
	tests := map[string]struct {
		zone     string
		holidays []string
		at, next string
	}{
		"in the middle of the day":               {at: "2026-06-26 12:00:00", next: open},
		"the first second of the day":            {at: "2026-06-26 07:00:00", next: open},
		"a second before it":                     {at: "2026-06-26 06:59:59", next: "2026-06-26 07:00:00 +0700"},
		"the last second of the day":             {at: "2026-06-25 17:59:59", next: open},
		"six in the evening":                     {at: "2026-06-25 18:00:00", next: "2026-06-26 07:00:00 +0700"},
		"midnight":                               {at: "2026-06-26 00:00:00", next: "2026-06-26 07:00:00 +0700"},
		"the second before midnight":             {at: "2026-06-25 23:59:59", next: "2026-06-26 07:00:00 +0700"},
		"Friday evening":                         {at: "2026-06-26 18:00:00", next: "2026-06-29 07:00:00 +0700"},
		"Saturday noon":                          {at: "2026-06-27 12:00:00", next: "2026-06-29 07:00:00 +0700"},
		"Sunday night":                           {at: "2026-06-28 23:00:00", next: "2026-06-29 07:00:00 +0700"},
		"Monday's small hours":                   {at: "2026-06-29 03:00:00", next: "2026-06-29 07:00:00 +0700"},
		"over the end of a month":                {at: "2026-06-30 18:00:00", next: "2026-07-01 07:00:00 +0700"},
		"over the end of a month and a weekend":  {at: "2026-07-31 18:00:00", next: "2026-08-03 07:00:00 +0700"},
		"to a leap day":                          {at: "2028-02-28 18:00:00", next: "2028-02-29 07:00:00 +0700"},
		"on a leap day":                          {at: "2028-02-29 12:00:00", next: open},
		"from a leap day on":                     {at: "2028-02-29 20:00:00", next: "2028-03-01 07:00:00 +0700"},
		"past February of a common year":         {at: "2027-02-26 18:00:00", next: "2027-03-01 07:00:00 +0700"},
		"over the year's end, a holiday":         {holidays: []string{"2027-01-01"}, at: "2026-12-31 18:00:00", next: "2027-01-04 07:00:00 +0700"},
		"on a holiday in the week":               {holidays: feast, at: "2026-03-16 10:00:00", next: "2026-03-17 07:00:00 +0700"},
		"before a week of holidays":              {holidays: feast, at: "2026-03-17 18:00:00", next: "2026-03-26 07:00:00 +0700"},
		"within it":                              {holidays: feast, at: "2026-03-22 12:00:00", next: "2026-03-26 07:00:00 +0700"},
		"in Jayapura the day begins earlier":     {zone: "Asia/Jayapura", at: "2026-06-26 06:59:59", next: "2026-06-26 07:00:00 +0900"},
		"the clock is set forward in the night":  {zone: "Europe/Berlin", at: "2026-03-27 18:00:00", next: "2026-03-30 07:00:00 +0200"},
		"the clock is set back in the night":     {zone: "Europe/Berlin", at: "2026-10-25 02:30:00", next: "2026-10-26 07:00:00 +0100"},
		"a working day on which it was set back": {zone: "Africa/Cairo", at: "2024-10-31 23:30:00", next: "2024-11-01 07:00:00 +0200"},
		"a working day without midnight":         {zone: "Asia/Beirut", at: "2021-03-28 00:00:00", next: "2021-03-29 07:00:00 +0300"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := workingOf(t, test.zone, test.holidays...)
			moment := at(t, test.at, w.Zone)
			if isOpen := w.Open(moment); isOpen != (test.next == open) {
				t.Errorf("open: %v", isOpen)
			}
			next := w.NextOpen(moment)
			if test.next == open {
				if !next.Equal(moment) {
					t.Errorf("NextOpen gives %s", next)
				}
				return
			}
			if got := next.Format("2006-01-02 15:04:05 -0700"); got != test.next {
				t.Errorf("NextOpen gives %s, want %s", got, test.next)
			}
		})
	}
}

func TestNextOpenWithoutAWorkingDay(t *testing.T) {
	w := workingOf(t, "")
	for n := range 400 {
		w.Holidays[dayOf(t, "2026-06-01").AddDays(n)] = true
	}
	moment := at(t, "2026-06-01 12:00:00", w.Zone)
	if next := w.NextOpen(moment); !next.Equal(at(t, "2026-06-02 07:00:00", w.Zone)) {
		t.Errorf("NextOpen gives %s, want the next morning", next)
	}
}

// The rule agrees with looking at the wall clock minute by minute.
func TestNextOpenAgainstTheWallClock(t *testing.T) {
	zones := []string{"Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin", "America/Havana", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe"}
	first := calendar.Day{Year: 2015, Month: time.January, Date: 1}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := calendar.ParseZone(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		begin := first.AddDays(rapid.IntRange(0, 5000).Draw(t, "day"))
		moment := begin.Begin(zone).Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "minute")) * time.Minute)
		w := calendar.Working{Zone: zone, Holidays: calendar.Holidays{}}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 12), 0, 10).Draw(t, "holidays") {
			w.Holidays[begin.AddDays(n)] = true
		}
		works := func(at time.Time) bool {
			local := at.In(zone)
			year, month, date := local.Date()
			weekend := local.Weekday() == time.Saturday || local.Weekday() == time.Sunday
			return !weekend && !w.Holidays[calendar.Day{Year: year, Month: month, Date: date}] && local.Hour() >= 7 && local.Hour() < 18
		}
		want := moment
		for !works(want) {
			want = want.Add(time.Minute)
		}
		if w.Open(moment) != works(moment) || !w.NextOpen(moment).Equal(want) {
			t.Fatalf("at %s: open %v, next %s; want %s", moment, w.Open(moment), w.NextOpen(moment), want)
		}
	})
}
