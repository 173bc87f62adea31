package scheduler_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pascalatih/scheduler"
	"pascalatih/storage"
)

// A round from Monday, 6 July, 15.30 on, for two weeks: what one of the people hears
// of it, at the side of another who never does anything.
func TestRemindersOfARound(t *testing.T) {
	const never = 104
	first, second, last := "08 09:00", "13 09:00", "20 09:00!"
	tests := map[string]struct {
		life  func(o *office, round storage.Round) // what 101 does until the 10th
		hears []string
		never []string // what else the other hears; nil: first, second, last
	}{
		"does nothing":   {hears: []string{first, second, last}},
		"sends at once":  {life: func(o *office, _ storage.Round) { o.send(101, "4") }},
		"sends later on": {life: func(o *office, _ storage.Round) { o.until(july(9, 12, 0)); o.send(101, "4") }, hears: []string{first}},
		"answers without sending": {life: func(o *office, _ storage.Round) { o.answer(101, "4") },
			hears: []string{first, second, last}},
		"declines after the first": {hears: []string{first}, life: func(o *office, _ storage.Round) {
			o.until(july(8, 9, 5))
			declined, err := o.Decline(o.t.Context(), o.session(101), storage.Unwilling, "", o.clock.Now())
			if err != nil || !declined {
				o.t.Errorf("declined: %v, %v", declined, err)
			}
		}},
		"blocks the bot": {life: func(o *office, _ storage.Round) { must(o.t, o.Block(o.t.Context(), 101, o.clock.Now())) }},
		"asks to be reminded tomorrow, in the evening": {hears: []string{first, "09 19:30", second, last}, life: func(o *office, _ storage.Round) {
			o.until(july(8, 19, 30))
			_, err := o.RemindLater(o.t.Context(), 101, []int64{o.session(101).ID}, july(9, 19, 30), o.clock.Now())
			must(o.t, err)
		}},
		"asks for it on a day that reminds anyway": {hears: []string{"08 15:00", second, last}, life: func(o *office, _ storage.Round) {
			o.until(july(7, 15, 0))
			_, err := o.RemindLater(o.t.Context(), 101, []int64{o.session(101).ID}, july(8, 15, 0), o.clock.Now())
			must(o.t, err)
		}},
		"HR reminds on such a day": {hears: []string{"08 08:00", second, last}, never: []string{"08 08:00", second, last}, life: func(o *office, round storage.Round) {
			o.until(july(8, 8, 0))
			reminded, err := o.RemindRound(o.t.Context(), round.ID, storage.Source{}, wib, o.clock.Now())
			if err != nil || reminded != 4 {
				o.t.Errorf("%d reminded, %v", reminded, err)
			}
		}},
		"Wednesday becomes a holiday": {hears: []string{"09 09:00", "14 09:00", last}, never: []string{"09 09:00", "14 09:00", last},
			life: func(o *office, _ storage.Round) {
				o.exec(`INSERT INTO holiday (day, name, kind) VALUES ('2026-07-08', 'Hari contoh', 'holiday')`)
			}},
		"the round is held over the first": {hears: []string{"09 10:00", second, last}, never: []string{"09 10:00", second, last},
			life: func(o *office, round storage.Round) {
				must(o.t, o.HoldRound(o.t.Context(), round.ID, 0, storage.Source{}, o.clock.Now()))
				o.until(july(9, 10, 0))
				must(o.t, o.LetGoOn(o.t.Context(), round.ID, 1, storage.Source{}, o.clock.Now()))
			}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := evening(t, afternoon)
			desk := o.desk()
			round := o.open()
			o.exec(`UPDATE round SET closes_at = closes_at + interval '7 days'`)
			for range 2 { // side by side
				o.run(desk)
			}
			o.until(afternoon.Add(time.Hour))
			if test.life != nil {
				test.life(o, round)
			}
			o.until(july(21, 12, 0))
			if test.never == nil {
				test.never = []string{first, second, last}
			}
			for account, want := range map[int64][]string{101: test.hears, never: test.never} {
				if got := desk.heard(o, account); !slices.Equal(got, want) {
					t.Errorf("%d hears on %v, want %v", account, got, want)
				}
			}
		})
	}
}

// heard is when an account was reminded, by day and minute, with ! on the last day.
func (d *desk) heard(o *office, account int64) []string {
	var heard []string
	for _, a := range d.of(storage.DeliveryReminder) {
		if a.AccountID != account {
			continue
		}
		moment := a.at.In(wib).Format("02 15:04")
		if o.count(`SELECT count(*) FROM delivery WHERE id = $1 AND last_day`, a.ID) == 1 {
			moment += "!"
		}
		heard = append(heard, moment)
	}
	return heard
}

// After a downtime the newest that is still of use is made up for, and it alone.
func TestADowntimeOverReminders(t *testing.T) {
	tests := map[string]struct {
		back time.Time
		want []string
	}{
		"over the first":           {back: july(9, 11, 0), want: []string{"09 11:00", "13 09:00", "20 09:00!"}},
		"over two":                 {back: july(14, 11, 0), want: []string{"14 11:00", "20 09:00!"}},
		"until the last afternoon": {back: july(20, 13, 0), want: []string{"20 13:00!"}},
		"until after the closing":  {back: july(20, 16, 0)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := evening(t, afternoon)
			desk := o.desk()
			o.open()
			o.exec(`UPDATE round SET closes_at = closes_at + interval '7 days'`)
			before := o.run(desk)
			o.until(afternoon.Add(time.Hour))
			before.stop()
			o.until(test.back)
			o.run(desk)
			o.until(july(21, 12, 0))
			if got := desk.heard(o, 101); !slices.Equal(got, test.want) {
				t.Errorf("reminded on %v, want %v", got, test.want)
			}
		})
	}
}

// Many processes, of which one dies in between, plan each reminder once.
func TestRemindersArePlannedOnce(t *testing.T) {
	o := evening(t, afternoon)
	desk := o.desk()
	o.open()
	programs := []*program{o.run(desk), o.run(desk), o.run(desk, func(cfg *scheduler.Config) { cfg.Rate = 1 })}
	o.until(july(8, 8, 59))
	programs[0].stop()
	o.until(july(8, 12, 0))
	if got := desk.accounts(storage.DeliveryReminder); !maps.Equal(got, once(101, 102, 103, 104)) {
		t.Errorf("reminded, by account: %v", got)
	}
	o.until(july(13, 12, 0))
	if got, want := fmt.Sprint(desk.accounts(storage.DeliveryReminder)), "map[101:2 102:2 103:2 104:2]"; got != want {
		t.Errorf("reminded, by account: %v", got)
	}
}
