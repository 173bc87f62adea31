package scheduler_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// july is a moment of that month of 2026, in which the 10th is a Friday.
func july(day, hour, minute int) time.Time {
	return time.Date(2026, time.July, day, hour, minute, 0, 0, wib)
}

// evening makes an office at a moment, in which no step opens anything.
func evening(t *testing.T, at time.Time) *office {
	t.Helper()
	o := newOffice(t, at)
	o.exec(`UPDATE training SET plan_id = NULL`)
	return o
}

// within wants one message of the kind to each of the accounts, spread over the
// hour after a morning.
func (d *desk) within(t *testing.T, kind storage.DeliveryKind, morning time.Time, accounts ...int64) {
	t.Helper()
	if got := d.accounts(kind); !maps.Equal(got, once(accounts...)) {
		t.Errorf("%ss by account: %v, want one to each of %v", kind, got, accounts)
	}
	moments := map[time.Time]bool{}
	for _, a := range d.of(kind) {
		if a.at.Before(morning) || !a.at.Before(morning.Add(calendar.Spread)) {
			t.Errorf("the %s to %d went out at %v", kind, a.AccountID, a.at.In(wib))
		}
		moments[a.at] = true
	}
	if len(moments) != len(accounts) {
		t.Errorf("%ss went out at %d moments", kind, len(moments))
	}
}

func TestARoundOpensInClosedTime(t *testing.T) {
	week := `INSERT INTO holiday (day, name, kind)
		SELECT d, 'Hari contoh', 'joint_leave' FROM generate_series('2026-07-13'::date, '2026-07-17', '1 day') d`
	tests := map[string]struct {
		opens    time.Time
		holidays string
		morning  time.Time // zero: it is working time
	}{
		"Friday, just before six":    {opens: july(10, 17, 59)},
		"Friday at six":              {opens: july(10, 18, 0), morning: july(13, 7, 0)},
		"on Saturday":                {opens: july(11, 12, 0), morning: july(13, 7, 0)},
		"before a week of holidays":  {opens: july(10, 18, 0), holidays: week, morning: july(20, 7, 0)},
		"within a week of holidays":  {opens: july(15, 10, 0), holidays: week, morning: july(20, 7, 0)},
		"in the small hours":         {opens: july(14, 3, 0), morning: july(14, 7, 0)},
		"the first second of Monday": {opens: july(13, 7, 0)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := evening(t, test.opens)
			if test.holidays != "" {
				o.exec(test.holidays)
			}
			desk := o.desk()
			o.open()
			o.exec(`UPDATE round SET closes_at = closes_at + interval '7 days'; UPDATE delivery SET expires_at = expires_at + interval '7 days'`)
			for range 2 { // side by side
				o.run(desk)
			}
			if test.morning.IsZero() {
				o.until(test.opens.Add(10 * time.Second))
				if got := desk.accounts(storage.DeliveryInvitation); !maps.Equal(got, once(101, 102, 103, 104)) {
					t.Errorf("invited within ten seconds, by account: %v", got)
				}
				return
			}
			o.until(test.morning.Add(2 * time.Hour))
			desk.within(t, storage.DeliveryInvitation, test.morning, 101, 102, 103, 104)
			if got := o.log.times("put off to the next working morning"); got != 1 {
				t.Errorf("put off %d times", got)
			}
		})
	}
}

func TestWhatWaitedIsSpreadOverTheMorning(t *testing.T) {
	const n = 240
	o := crowd(t, n)
	o.exec(`UPDATE delivery SET due_at = '2026-07-06 22:00+07', expires_at = '2026-07-10'`)
	desk := o.desk()
	o.run(desk)
	o.run(desk)
	morning := july(7, 7, 0)
	o.until(morning.Add(2 * time.Hour))
	if got := len(desk.accounts(storage.DeliveryInvitation)); got != n {
		t.Fatalf("%d people got one", got)
	}
	quarters := map[time.Duration]int{}
	for _, a := range desk.of(storage.DeliveryInvitation) {
		quarters[a.at.Sub(morning).Truncate(15*time.Minute)]++
	}
	if len(desk.of(storage.DeliveryInvitation)) != n || len(quarters) != 4 {
		t.Errorf("by quarters of an hour: %v", quarters)
	}
	for quarter, count := range quarters {
		if count < n/5 || count > n*3/10 {
			t.Errorf("%d in the quarter from %v on", count, quarter)
		}
	}
}

func TestClosedTimeOvertakesASending(t *testing.T) {
	t.Run("an attempt whose outcome nobody knows", func(t *testing.T) {
		o := evening(t, july(9, 17, 59).Add(55*time.Second))
		desk := o.desk()
		desk.reply = func(_ context.Context, _ calendar.Worker, d storage.Delivery) storage.Outcome {
			if d.Attempt == 1 {
				return storage.Outcome{State: storage.Unknown, Reason: "cut"}
			}
			return storage.Outcome{State: storage.Sent, MessageID: 5}
		}
		o.open()
		o.run(desk)
		o.until(july(10, 9, 0))
		attempts := desk.of(storage.DeliveryInvitation)
		if len(attempts) != 8 {
			t.Fatalf("%d attempts, want two each", len(attempts))
		}
		for _, a := range attempts[4:] {
			if a.Unknowns != 1 || a.at.Before(july(10, 7, 0)) {
				t.Errorf("repeated at %v, knowing of %d", a.at.In(wib), a.Unknowns)
			}
		}
	})

	t.Run("those for whom the pace left no time", func(t *testing.T) {
		o := crowd(t, 100)
		o.exec(`UPDATE delivery SET due_at = '2026-07-06 17:59:58+07', expires_at = '2026-07-10'`)
		desk := o.desk()
		o.run(desk)
		o.until(july(7, 9, 0))
		before, after := 0, 0
		for _, a := range desk.of(storage.DeliveryInvitation) {
			switch {
			case a.at.Before(july(6, 18, 0)):
				before++
			case a.at.Before(july(7, 7, 0)):
				t.Errorf("one went out at %v", a.at.In(wib))
			default:
				after++
			}
		}
		if before == 0 || after == 0 || before+after != 100 {
			t.Errorf("%d in the evening, %d in the morning", before, after)
		}
	})
}

func TestARestartInTheNight(t *testing.T) {
	o := evening(t, july(10, 21, 0))
	desk := o.desk()
	o.open()
	first := o.run(desk)
	o.until(july(11, 3, 0))
	first.stop()
	o.run(desk)
	o.until(july(13, 9, 0))
	desk.within(t, storage.DeliveryInvitation, july(13, 7, 0), 101, 102, 103, 104)
	if got := o.log.times("put off to the next working morning"); got != 1 {
		t.Errorf("put off %d times", got)
	}
}

// What answers a person goes out at any hour; what HR does about them waits.
func TestRepliesGoOutAtOnce(t *testing.T) {
	night := july(9, 22, 0)
	o := evening(t, night)
	o.exec(`
		INSERT INTO account (id, created_at) VALUES (105, '2026-07-01'), (106, '2026-07-01');
		INSERT INTO claim (account_id, employee_id, state, via, created_at)
		VALUES (105, 5, 'provisional', 'nip', '2026-07-01'), (106, 6, 'confirmed', 'link', '2026-07-01');
		INSERT INTO consent (account_id, notice_version, given_at) VALUES (105, '1', '2026-07-01')`)
	desk := o.desk()
	o.open()
	o.run(desk)
	o.until(night.Add(time.Minute))
	if invited, err := o.Consent(t.Context(), 106, "1", storage.Source{}, o.clock.Now()); err != nil || invited != 1 {
		t.Fatalf("%d invited, %v", invited, err)
	}
	_, err := o.ConfirmClaims(t.Context(), storage.Scope{All: true}, []int64{5}, storage.Source{}, o.clock.Now())
	must(t, err)
	o.until(night.Add(2 * time.Minute))
	if got := desk.accounts(storage.DeliveryInvitation); !maps.Equal(got, once(106)) {
		t.Errorf("invited in the night, by account: %v, want only who agreed just now", got)
	}
	if got := desk.accounts(storage.DeliveryClaim); !maps.Equal(got, once(105)) {
		t.Errorf("told of their claim, by account: %v", got)
	}
	o.until(july(10, 9, 0))
	if got := desk.accounts(storage.DeliveryInvitation); !maps.Equal(got, once(101, 102, 103, 104, 105, 106)) {
		t.Errorf("invited by the morning, by account: %v", got)
	}
}

func TestAHeldRoundGoesOnInTheNight(t *testing.T) {
	o := evening(t, july(9, 15, 0))
	desk := o.desk()
	round := o.open()
	must(t, o.HoldRound(t.Context(), round.ID, 0, storage.Source{}, o.clock.Now()))
	o.run(desk)
	o.until(july(9, 20, 0))
	must(t, o.LetGoOn(t.Context(), round.ID, 1, storage.Source{}, o.clock.Now()))
	o.until(july(10, 9, 0))
	desk.within(t, storage.DeliveryInvitation, july(10, 7, 0), 101, 102, 103, 104)
}

func TestARoundThatClosesBeforeOrInTheMorning(t *testing.T) {
	tests := map[string]struct {
		closes time.Time
		until  time.Time // all are out by then; zero: none is
	}{
		"on Sunday: nobody is asked":           {closes: july(12, 15, 0)},
		"at six on Monday: nobody is asked":    {closes: july(13, 6, 0)},
		"soon: half of what is left is theirs": {closes: july(13, 7, 10), until: july(13, 7, 5)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := evening(t, july(10, 19, 0))
			desk := o.desk()
			o.open()
			o.exec(fmt.Sprintf(`UPDATE round SET closes_at = '%[1]s'; UPDATE delivery SET expires_at = '%[1]s'`, test.closes.Format(time.RFC3339)))
			o.run(desk)
			o.until(july(13, 9, 0))
			if test.until.IsZero() {
				if got := desk.of(storage.DeliveryInvitation); len(got) != 0 {
					t.Errorf("invited: %+v", got)
				}
				if got := o.count(`SELECT count(*) FROM delivery WHERE state IN ('expired', 'unneeded') AND kind = 'invitation'`); got != 4 {
					t.Errorf("%d deliveries ended", got)
				}
				return
			}
			desk.within(t, storage.DeliveryInvitation, july(13, 7, 0), 101, 102, 103, 104)
			for _, a := range desk.of(storage.DeliveryInvitation) {
				if a.at.After(test.until) {
					t.Errorf("invited at %v", a.at.In(wib))
				}
			}
		})
	}
}

func TestRemindersKeepToWorkingTime(t *testing.T) {
	t.Run("the last day is a Sunday: Friday morning", func(t *testing.T) {
		o := evening(t, july(5, 15, 0)) // so it closes on the 12th
		desk := o.desk()
		o.open()
		o.run(desk)
		o.until(july(12, 16, 0))
		reminded := desk.of(storage.DeliveryReminder)
		if len(reminded) != 8 {
			t.Fatalf("%d reminders, want two each", len(reminded))
		}
		for i, a := range reminded {
			want := july(7, 9, 0) // its second working day
			if i >= 4 {
				want = july(10, 9, 0)
			}
			if a.at.Before(want) || a.at.After(want.Add(time.Minute)) {
				t.Errorf("reminded at %v", a.at.In(wib))
			}
		}
	})

	t.Run("HR reminds in the evening: in the morning, once", func(t *testing.T) {
		o := evening(t, july(8, 15, 0))
		desk := o.desk()
		round := o.open()
		o.run(desk)
		o.until(july(8, 20, 0))
		reminded, err := o.RemindRound(t.Context(), round.ID, storage.Source{}, wib, o.clock.Now())
		if err != nil || reminded != 4 {
			t.Fatalf("%d reminded, %v", reminded, err)
		}
		o.until(july(9, 9, 0))
		desk.within(t, storage.DeliveryReminder, july(9, 7, 0), 101, 102, 103, 104)
		o.until(july(9, 16, 0))
		if _, err := o.RemindRound(t.Context(), round.ID, storage.Source{}, wib, o.clock.Now()); !storage.IsCode(err, storage.Empty) {
			t.Errorf("reminded again on the same day: %v", err)
		}
	})
}
