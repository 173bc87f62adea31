package calendar_test

import (
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
)

func TestHolidaysWanted(t *testing.T) {
	for day, want := range map[string]int{
		"2026-10-31": 0, "2026-11-01": 2027, "2026-12-31": 2027, "2027-01-01": 2027, "2027-01-31": 2027, "2027-02-01": 0,
		"2028-02-29": 0,
	} {
		if year, wanted := calendar.HolidaysWanted(dayOf(t, day)); year != want || wanted != (want != 0) {
			t.Errorf("on %s it is %d (%v), want %d", day, year, wanted, want)
		}
	}
}

func TestCalls(t *testing.T) {
	makassar, err := calendar.ParseZone("Asia/Makassar")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		holidays calendar.Holidays
		year     int
		want     [2]string
	}{
		"after a weekend":       {year: 2027, want: [2]string{"2026-11-02T08:00:00+08:00", "2026-12-01T08:00:00+08:00"}},
		"after holidays":        {holidays: calendar.Holidays{dayOf(t, "2026-11-02"): true, dayOf(t, "2026-12-01"): true}, year: 2027, want: [2]string{"2026-11-03T08:00:00+08:00", "2026-12-02T08:00:00+08:00"}},
		"the first is a Monday": {year: 2022, want: [2]string{"2021-11-01T08:00:00+08:00", "2021-12-01T08:00:00+08:00"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for i, at := range test.holidays.Calls(test.year, makassar) {
				if got := at.Format(time.RFC3339); got != test.want[i] {
					t.Errorf("call %d is at %s, want %s", i+1, got, test.want[i])
				}
			}
		})
	}
}
