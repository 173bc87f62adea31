package calendar_test

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pascalatih/scheduler/calendar"
)

func TestParseCron(t *testing.T) {
	tests := map[string]struct {
		expression string
		refused    error
	}{
		"five fields":                         {expression: "30 15 * * *"},
		"spaces around them":                  {expression: "  0 8 * * 1 "},
		"names of days and months":            {expression: "0 8 * JAN-jun mon-fri"},
		"a descriptor":                        {expression: "@weekly"},
		"a leap day":                          {expression: "0 0 29 2 *"},
		"30 February or a Monday":             {expression: "0 0 30 2 1"},
		"steps and lists":                     {expression: "*/20 8-16/2 1,15 * *"},
		"TZ= alone, on which a parser panics": {expression: "TZ=Asia/Jakarta", refused: calendar.ErrCronZone},
		"TZ= before five fields":              {expression: "TZ=Asia/Jakarta 0 8 * * 1", refused: calendar.ErrCronZone},
		"CRON_TZ=":                            {expression: "CRON_TZ=UTC 0 8 * * 1", refused: calendar.ErrCronZone},
		"TZ= after a space":                   {expression: " tz=UTC 0 8 * * 1", refused: calendar.ErrCronZone},
		"@every":                              {expression: "@every 1h", refused: calendar.ErrCronEvery},
		"30 February":                         {expression: "0 0 30 2 *", refused: calendar.ErrCronNever},
		"31 in months of 30 days":             {expression: "0 0 31 4,6,9,11 *", refused: calendar.ErrCronNever},
		"7 for Sunday":                        {expression: "0 8 * * 7", refused: calendar.ErrCronSunday},
		"Monday to 7":                         {expression: "0 8 * * 1-7", refused: calendar.ErrCronSunday},
		"7 in a list":                         {expression: "0 8 * * 6,7", refused: calendar.ErrCronSunday},
		"8 for a day of the week":             {expression: "0 8 * * 8", refused: calendar.ErrCronForm},
		"nothing":                             {expression: "", refused: calendar.ErrCronForm},
		"an unknown descriptor":               {expression: "@sometimes", refused: calendar.ErrCronForm},
		"four fields":                         {expression: "0 8 * *", refused: calendar.ErrCronForm},
		"six fields, with seconds":            {expression: "0 0 8 * * 1", refused: calendar.ErrCronForm},
		"an empty part of a list":             {expression: "0,,30 8 * * 1", refused: calendar.ErrCronForm},
		"only a comma":                        {expression: ", 8 * * 1", refused: calendar.ErrCronForm},
		"a range that begins with a star":     {expression: "*-5 8 * * 1", refused: calendar.ErrCronForm},
		"an hour 24":                          {expression: "0 24 * * *", refused: calendar.ErrCronForm},
		"words":                               {expression: "setiap hari Senin jam delapan", refused: calendar.ErrCronForm},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := calendar.ParseCron(test.expression)
			if !errors.Is(err, test.refused) {
				t.Errorf("ParseCron(%q) gives %v, want %v", test.expression, err, test.refused)
			}
		})
	}
}

func TestNext(t *testing.T) {
	tests := map[string]struct {
		cron  string
		zone  string // Asia/Jakarta where none is given
		after string
		next  string
	}{
		"the same day":                           {cron: "30 15 * * *", after: "2026-06-27 08:00:00", next: "2026-06-27 15:30:00 +0700"},
		"strictly after":                         {cron: "30 15 * * *", after: "2026-06-27 15:30:00", next: "2026-06-28 15:30:00 +0700"},
		"one second before":                      {cron: "30 15 * * *", after: "2026-06-27 15:29:59", next: "2026-06-27 15:30:00 +0700"},
		"over the weekend":                       {cron: "0 9 * * 1-5", after: "2026-06-26 09:00:00", next: "2026-06-29 09:00:00 +0700"},
		"over the end of a month":                {cron: "0 9 1 * *", after: "2026-04-30 23:59:59", next: "2026-05-01 09:00:00 +0700"},
		"the 31st, in the months that have one":  {cron: "0 9 31 * *", after: "2026-03-31 09:00:00", next: "2026-05-31 09:00:00 +0700"},
		"over the end of a year":                 {cron: "0 8 * * 1", after: "2026-12-28 08:00:00", next: "2027-01-04 08:00:00 +0700"},
		"a leap day":                             {cron: "0 0 29 2 *", after: "2026-01-01 00:00:00", next: "2028-02-29 00:00:00 +0700"},
		"a leap day, eight years away":           {cron: "0 0 29 2 *", after: "2096-02-29 00:00:00", next: "2104-02-29 00:00:00 +0700"},
		"both day fields: the 15th counts":       {cron: "0 8 15 * 1", after: "2026-07-13 08:00:00", next: "2026-07-15 08:00:00 +0700"},
		"both day fields: a Monday counts":       {cron: "0 8 15 * 1", after: "2026-07-15 08:00:00", next: "2026-07-20 08:00:00 +0700"},
		"Sunday is 0":                            {cron: "0 8 * * 0", after: "2026-06-27 08:00:00", next: "2026-06-28 08:00:00 +0700"},
		"@weekly is Sunday's midnight":           {cron: "@weekly", after: "2026-06-27 08:00:00", next: "2026-06-28 00:00:00 +0700"},
		"in Jayapura's time":                     {cron: "30 15 * * *", zone: "Asia/Jayapura", after: "2026-06-27 08:00:00", next: "2026-06-27 15:30:00 +0900"},
		"an hour that is jumped over":            {cron: "30 2 * * *", zone: "America/New_York", after: "2026-03-07 02:30:00", next: "2026-03-08 03:30:00 -0400"},
		"and the day after it":                   {cron: "30 2 * * *", zone: "America/New_York", after: "2026-03-08 03:30:00", next: "2026-03-09 02:30:00 -0400"},
		"an hour that comes twice, once":         {cron: "30 1 * * *", zone: "America/New_York", after: "2026-11-01 00:00:00", next: "2026-11-01 01:30:00 -0400"},
		"and not again":                          {cron: "30 1 * * *", zone: "America/New_York", after: "2026-11-01 01:30:00", next: "2026-11-02 01:30:00 -0500"},
		"a day without midnight":                 {cron: "0 9 4 11 *", zone: "America/Sao_Paulo", after: "2018-10-20 00:00:00", next: "2018-11-04 09:00:00 -0200"},
		"the midnight of a day without midnight": {cron: "0 0 * * *", zone: "America/Sao_Paulo", after: "2018-11-03 12:00:00", next: "2018-11-04 01:00:00 -0200"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			zone := zoneOf(t, test.zone)
			schedule := cronOf(t, test.cron)
			next := schedule.Next(at(t, test.after, zone), zone)
			if got := next.Format("2006-01-02 15:04:05 -0700"); got != test.next {
				t.Errorf("Next gives %s, want %s", got, test.next)
			}
		})
	}
}

func TestFirstFrom(t *testing.T) {
	tests := map[string]struct {
		cron  string
		zone  string
		day   string
		first string
	}{
		"that day":                            {cron: "30 15 * * *", day: "2026-06-27", first: "2026-06-27 15:30:00 +0700"},
		"its midnight counts":                 {cron: "0 0 * * *", day: "2026-06-27", first: "2026-06-27 00:00:00 +0700"},
		"a working day after a Saturday":      {cron: "0 9 * * 1-5", day: "2026-06-27", first: "2026-06-29 09:00:00 +0700"},
		"midnight on a day that has none":     {cron: "0 0 * * *", zone: "America/Sao_Paulo", day: "2018-11-04", first: "2018-11-04 01:00:00 -0200"},
		"midnight where midnight comes twice": {cron: "0 0 * * *", zone: "America/Havana", day: "2025-11-02", first: "2025-11-02 00:00:00 -0400"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			first := cronOf(t, test.cron).FirstFrom(dayOf(t, test.day), zoneOf(t, test.zone))
			if got := first.Format("2006-01-02 15:04:05 -0700"); got != test.first {
				t.Errorf("FirstFrom gives %s, want %s", got, test.first)
			}
		})
	}
}

func TestOccasions(t *testing.T) {
	zone := zoneOf(t, "")
	mondays := cronOf(t, "0 8 * * 1")
	tests := map[string]struct {
		from, to string
		want     []string
	}{
		"none in between":               {from: "2026-06-22 08:00:00", to: "2026-06-29 07:59:59"},
		"the end counts, not the start": {from: "2026-06-22 08:00:00", to: "2026-06-29 08:00:00", want: []string{"2026-06-29"}},
		"all of three weeks":            {from: "2026-06-21 00:00:00", to: "2026-07-10 00:00:00", want: []string{"2026-06-22", "2026-06-29", "2026-07-06"}},
		"backwards there are none":      {from: "2026-07-10 00:00:00", to: "2026-06-21 00:00:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, occasion := range mondays.Occasions(at(t, test.from, zone), at(t, test.to, zone), zone) {
				got = append(got, calendar.DayOf(occasion, zone).String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNextIsAlwaysLater(t *testing.T) {
	zones := []string{"Asia/Jakarta", "America/New_York", "America/Sao_Paulo", "America/Havana", "Australia/Lord_Howe", "Africa/Cairo"}
	expressions := []string{"* * * * *", "*/15 * * * *", "0 0 * * *", "30 2 * * *", "0 9 * * 1-5", "0 8 1 * 1", "0 0 29 2 *"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := calendar.ParseZone(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		schedule, err := calendar.ParseCron(rapid.SampledFrom(expressions).Draw(t, "cron"))
		if err != nil {
			t.Fatal(err)
		}
		after := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "after"), 0)
		next := schedule.Next(after, zone)
		if !next.After(after) {
			t.Fatalf("Next(%s) gives %s", after, next)
		}
		if again := schedule.Next(next.Add(-time.Second), zone); !again.Equal(next) {
			t.Fatalf("one second before %s the next is %s", next, again)
		}
	})
}

func cronOf(t *testing.T, expression string) calendar.Cron {
	t.Helper()
	schedule, err := calendar.ParseCron(expression)
	if err != nil {
		t.Fatal(err)
	}
	return schedule
}

func dayOf(t *testing.T, iso string) calendar.Day {
	t.Helper()
	day, err := calendar.ParseDay(iso)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	if name == "" {
		name = "Asia/Jakarta"
	}
	zone, err := calendar.ParseZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func at(t *testing.T, reading string, zone *time.Location) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation(time.DateTime, reading, zone)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}
