package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pascalatih/scheduler/calendar"
)

func TestAddDays(t *testing.T) {
	tests := map[string]struct {
		day  string
		n    int
		want string
	}{
		"none":                              {day: "2026-06-27", n: 0, want: "2026-06-27"},
		"over a month's end":                {day: "2026-06-27", n: 30, want: "2026-07-27"},
		"to a leap day":                     {day: "2028-02-28", n: 1, want: "2028-02-29"},
		"past February of a common year":    {day: "2026-02-28", n: 1, want: "2026-03-01"},
		"over the year's end":               {day: "2026-12-31", n: 1, want: "2027-01-01"},
		"back over the year's beginning":    {day: "2027-01-03", n: -7, want: "2026-12-27"},
		"a leap year later in common years": {day: "2028-02-29", n: 366, want: "2029-03-01"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			day := dayOf(t, test.day)
			if got := day.AddDays(test.n).String(); got != test.want {
				t.Errorf("%s plus %d days is %s, want %s", test.day, test.n, got, test.want)
			}
		})
	}
}

func TestParseDayRefuses(t *testing.T) {
	for _, text := range []string{"", "27/06/2026", "2026-02-30", "2026-6-27", "besok"} {
		if day, err := calendar.ParseDay(text); err == nil {
			t.Errorf("ParseDay(%q) gives %s, want an error", text, day)
		}
	}
}

func TestDayOf(t *testing.T) {
	moment := time.Date(2026, time.June, 26, 17, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{"UTC": "2026-06-26", "Asia/Jakarta": "2026-06-27", "America/New_York": "2026-06-26"} {
		if got := calendar.DayOf(moment, zoneOf(t, zone)).String(); got != want {
			t.Errorf("in %s it is %s, want %s", zone, got, want)
		}
	}
}

// Midnight is skipped in São Paulo, comes twice in Havana, and both in Cairo.
func TestBeginIsTheFirstMomentOfItsDay(t *testing.T) {
	zones := []string{"Asia/Jakarta", "America/Sao_Paulo", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Atlantic/Azores"}
	for _, name := range zones {
		zone := zoneOf(t, name)
		for day := dayOf(t, "1990-01-01"); day.Year < 2030; day = day.AddDays(1) {
			begin := day.Begin(zone)
			if calendar.DayOf(begin, zone) != day || !calendar.DayOf(begin.Add(-time.Nanosecond), zone).Before(day) {
				t.Errorf("%s: %s begins at %s", name, day, begin)
			}
		}
	}
}

func TestDaysReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := calendar.Day{Year: 2000, Month: time.January, Date: 1}.AddDays(rapid.IntRange(-200_000, 200_000).Draw(t, "days"))
		read, err := calendar.ParseDay(day.String())
		if err != nil || read != day || read.Compare(day) != 0 {
			t.Fatalf("%s reads back as %s, %v", day, read, err)
		}
		if tomorrow := day.AddDays(1); !day.Before(tomorrow) || tomorrow.Before(day) {
			t.Fatalf("%s and %s are out of order", day, tomorrow)
		}
	})
}

func TestWeek(t *testing.T) {
	tests := map[string]struct {
		moment         string
		zone           string
		monday, before string
	}{
		"midweek":                      {moment: "2026-06-25 12:00:00", monday: "2026-06-22", before: "2026-06-15"},
		"a Monday's first moment":      {moment: "2026-06-22 00:00:00", monday: "2026-06-22", before: "2026-06-15"},
		"a Sunday's last second":       {moment: "2026-06-28 23:59:59", monday: "2026-06-22", before: "2026-06-15"},
		"a week over the year's end":   {moment: "2027-01-01 00:00:00", monday: "2026-12-28", before: "2026-12-21"},
		"a week with one hour less":    {moment: "2026-03-05 12:00:00", zone: "America/New_York", monday: "2026-03-02", before: "2026-02-23"},
		"a week with a missing Sunday": {moment: "2018-11-01 12:00:00", zone: "America/Sao_Paulo", monday: "2018-10-29", before: "2018-10-22"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			zone := zoneOf(t, test.zone)
			moment := at(t, test.moment, zone)
			from, to := calendar.Week(moment, zone)
			if want := at(t, test.monday+" 00:00:00", zone); !from.Equal(want) {
				t.Errorf("the week begins %s, want %s", from, want)
			}
			if want := calendar.DayOf(from, zone).AddDays(7).Begin(zone); !to.Equal(want) {
				t.Errorf("the week ends %s, want %s", to, want)
			}
			earlier, end := calendar.WeekBefore(moment, zone)
			if want := at(t, test.before+" 00:00:00", zone); !earlier.Equal(want) || !end.Equal(from) {
				t.Errorf("the week before is %s to %s, want from %s to %s", earlier, end, want, from)
			}
		})
	}
}

func TestParseZone(t *testing.T) {
	for name, known := range map[string]bool{
		"Asia/Jakarta": true, "Asia/Makassar": true, "UTC": true,
		"": false, "Local": false, "WIB": false, "Asia/Jakrta": false, "../etc/passwd": false,
	} {
		if _, err := calendar.ParseZone(name); (err == nil) != known {
			t.Errorf("ParseZone(%q) gives %v", name, err)
		}
	}
}
