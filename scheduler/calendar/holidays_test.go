package calendar_test

import (
	"testing"

	"pascalatih/scheduler/calendar"
)

func TestNextWorkingDay(t *testing.T) {
	endless := calendar.Holidays{}
	for n := range 400 {
		endless[dayOf(t, "2026-06-01").AddDays(n)] = true
	}
	holidays := calendar.Holidays{dayOf(t, "2026-12-24"): true, dayOf(t, "2026-12-25"): true}
	tests := map[string]struct {
		holidays    calendar.Holidays
		after, want string
	}{
		"in the week":                  {after: "2026-06-29", want: "2026-06-30"},
		"from Friday to Monday":        {after: "2026-06-26", want: "2026-06-29"},
		"from Saturday to Monday":      {after: "2026-06-27", want: "2026-06-29"},
		"over holidays and a weekend":  {holidays: holidays, after: "2026-12-23", want: "2026-12-28"},
		"a holiday itself counts on":   {holidays: holidays, after: "2026-12-25", want: "2026-12-28"},
		"over the end of the year":     {after: "2026-12-31", want: "2027-01-01"},
		"a year without a working day": {holidays: endless, after: "2026-06-01", want: "2026-06-02"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.holidays.NextWorkingDay(dayOf(t, test.after)); got != dayOf(t, test.want) {
				t.Errorf("after %s comes %s, want %s", test.after, got, test.want)
			}
		})
	}
}
