package scheduler_test

import (
	"maps"
	"testing"
	"time"

	"pascalatih/storage"
)

// The first working days of November and December, when an office is asked for the
// holidays of 2027.
var (
	november = time.Date(2026, time.November, 2, 8, 0, 0, 0, wib)
	december = time.Date(2026, time.December, 1, 8, 0, 0, 0, wib)
)

// Next year's holidays are asked for twice, and of each only once, however many
// programs run.
func TestCallForHolidays(t *testing.T) {
	o := newOffice(t, november.Add(-3*day))
	o.exec(`
		INSERT INTO account (id, created_at) VALUES (910, '2026-07-01'), (911, '2026-07-01'), (912, '2026-07-01');
		INSERT INTO account_role (account_id, role, unit_id, granted_at)
		VALUES (910, 'hr', NULL, '2026-07-01'), (900, 'hr', NULL, '2026-07-01'), (911, 'unit_head', 1, '2026-07-01'), (912, 'hr', 1, '2026-07-01');
		UPDATE account SET blocked_at = '2026-07-01' WHERE id = 901`)
	desk := o.desk()
	for range 2 {
		o.run(desk)
	}
	o.until(november.Add(-time.Second))
	if early := desk.of(storage.DeliveryHolidays); len(early) != 0 {
		t.Errorf("early: %+v", early)
	}
	for i, call := range []time.Time{november, december} {
		o.until(call.Add(week))
		want := map[int64]int{900: i + 1, 910: i + 1}
		if got := desk.accounts(storage.DeliveryHolidays); !maps.Equal(got, want) {
			t.Errorf("after call %d were asked %v, want %v", i+1, got, want)
		}
		if at := desk.of(storage.DeliveryHolidays)[2*i].at; at.Before(call) || at.Sub(call) > time.Second {
			t.Errorf("call %d came at %v", i+1, at)
		}
	}
	o.until(december.Add(60 * day))
	if got := len(desk.of(storage.DeliveryHolidays)); got != 4 {
		t.Errorf("%d messages by the end of January", got)
	}
}

func TestNoCallForHolidays(t *testing.T) {
	tests := map[string]struct {
		before string        // what is done to the office first
		late   time.Duration // after the call of November
		want   int           // of two administrators
	}{
		"as it is":                  {want: 2},
		"they are known":            {before: `INSERT INTO holiday (day, name, kind) SELECT d, 'Hari contoh', 'holiday' FROM generate_series('2027-01-01'::date, '2027-01-10', '1 day') d`},
		"a few of them are known":   {before: `INSERT INTO holiday (day, name, kind) SELECT d, 'Hari contoh', 'holiday' FROM generate_series('2027-01-01'::date, '2027-01-09', '1 day') d`, want: 2},
		"those of this year are":    {before: `INSERT INTO holiday (day, name, kind) SELECT d, 'Hari contoh', 'holiday' FROM generate_series('2026-01-01'::date, '2026-01-10', '1 day') d`, want: 2},
		"those of a later year are": {before: `INSERT INTO holiday (day, name, kind) SELECT d, 'Hari contoh', 'holiday' FROM generate_series('2028-01-01'::date, '2028-01-10', '1 day') d`, want: 2},
		"nobody is there":           {before: `UPDATE employee SET left_at = '2026-07-01', left_as = 'retired'`},
		"after a downtime":          {late: 6 * day, want: 2},
		"after a long downtime":     {late: 8 * day},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, november.Add(test.late-time.Minute))
			o.exec(test.before)
			desk := o.desk()
			o.run(desk)
			o.until(november.Add(test.late + time.Hour))
			if got := len(desk.of(storage.DeliveryHolidays)); got != test.want {
				t.Errorf("%d were asked, want %d", got, test.want)
			}
		})
	}
}
