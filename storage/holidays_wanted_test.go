package storage_test

import (
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
)

// From November on it is found that next year's holidays are missing, until they
// are known.
func TestExamineFindsHolidaysMissing(t *testing.T) {
	o := newOffice(t)
	october, november := calendar.Day{Year: 2026, Month: time.October, Date: 31}, calendar.Day{Year: 2026, Month: time.November, Date: 1}
	look := func(day calendar.Day, want int) {
		t.Helper()
		seen, err := o.Examine(t.Context(), day)
		if err != nil || seen.Unlisted != want {
			t.Errorf("on %s it finds %d: %v, want %d", day, seen.Unlisted, err, want)
		}
	}
	look(october, 0)
	look(november, 2027)
	o.exec(`INSERT INTO holiday (day, name, kind) SELECT d, 'Hari contoh', 'holiday' FROM generate_series('2027-01-01'::date, '2027-01-10', '1 day') d`)
	look(november, 0)
}
