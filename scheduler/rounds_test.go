package scheduler_test

import (
	"maps"
	"testing"
	"time"

	"pascalatih/storage"
)

// once is one message to each of the accounts.
func once(accounts ...int64) map[int64]int {
	counts := map[int64]int{}
	for _, account := range accounts {
		counts[account] = 1
	}
	return counts
}

func TestAStepOpensAtItsOccasion(t *testing.T) {
	o := newOffice(t, afternoon.Add(-time.Hour))
	desk := o.desk()
	for range 2 { // side by side
		o.run(desk)
	}
	o.until(afternoon.Add(-time.Second))
	if rounds := o.rounds(); len(rounds) != 0 {
		t.Fatalf("opened early: %+v", rounds)
	}
	o.until(afternoon.Add(time.Second))
	rounds := o.rounds()
	if len(rounds) != 1 || rounds[0].TrainingCode != "A" || rounds[0].InstrumentKey != "reaction" {
		t.Fatalf("rounds %+v, want the reaction to A", rounds)
	}
	if got := rounds[0]; !got.OpenedAt.Equal(afternoon) || !got.ClosesAt.Equal(afternoon.Add(7*day)) {
		t.Errorf("open from %v to %v", got.OpenedAt, got.ClosesAt)
	}
	if got := desk.accounts(storage.DeliveryInvitation); !maps.Equal(got, once(101, 102, 103, 104)) {
		t.Errorf("invited, by account: %v", got)
	}
	if got := o.count(`SELECT count(*) FROM invitation`); got != 6 {
		t.Errorf("%d invitations, want one for each participant", got)
	}
}

func TestAStepThatIsLate(t *testing.T) {
	tests := map[string]struct {
		after time.Duration // the program starts this long after the occasion
		opens bool
	}{
		"a minute":                {after: time.Minute, opens: true},
		"seven days":              {after: 7 * day, opens: true},
		"seven days and a bit":    {after: 7*day + time.Second},
		"a month: nothing at all": {after: 29 * day},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, afternoon.Add(test.after))
			o.run(o.desk())
			o.settle()
			if rounds := o.rounds(); len(rounds) == 1 != test.opens {
				t.Errorf("rounds: %+v", rounds)
			}
		})
	}
}

// morning is when the check-in on training A is due, on its thirtieth day.
var morning = time.Date(2026, time.August, 5, 9, 0, 0, 0, wib)

func TestAStepWithoutInstrument(t *testing.T) {
	t.Run("is passed over and logged once", func(t *testing.T) {
		o := newOffice(t, morning.Add(-time.Minute))
		o.run(o.desk())
		o.run(o.desk())
		o.until(morning.Add(-time.Second))
		if got := o.log.times("step passed over"); got != 0 {
			t.Errorf("logged %d times before its day", got)
		}
		o.until(morning.Add(8 * day))
		if got := o.log.times("step passed over"); got != 1 {
			t.Errorf("logged %d times", got)
		}
		if rounds := o.rounds(); len(rounds) != 0 {
			t.Errorf("rounds: %+v", rounds)
		}
	})

	tests := map[string]struct {
		after time.Duration
		opens bool
	}{
		"opens when it is published in time": {after: 6 * day, opens: true},
		"not when it is published later":     {after: 8 * day},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, morning.Add(-time.Minute))
			o.run(o.desk())
			o.until(morning.Add(test.after))
			_, _, err := o.Publish(t.Context(), form("checkin"), storage.Source{}, o.clock.Now())
			must(t, err)
			o.settle()
			if rounds := o.rounds(); len(rounds) == 1 != test.opens {
				t.Errorf("rounds: %+v", rounds)
			}
		})
	}
}

func TestARoundLivesItsWeek(t *testing.T) {
	o := newOffice(t, afternoon.Add(-time.Minute))
	desk := o.desk()
	o.run(desk)
	o.run(desk)
	o.until(afternoon.Add(time.Hour))
	o.answer(101, "4") // and does not send
	o.send(102, "3")
	o.send(103, "1")
	closes := o.rounds()[0].ClosesAt

	// The second working day, at nine: whoever has not sent.
	wednesday := time.Date(2026, time.July, 8, 9, 0, 0, 0, wib)
	o.until(wednesday.Add(-time.Millisecond))
	if reminded := desk.of(storage.DeliveryReminder); len(reminded) != 0 {
		t.Errorf("reminded early: %+v", reminded)
	}
	o.until(wednesday.Add(time.Minute))
	if got := desk.accounts(storage.DeliveryReminder); !maps.Equal(got, once(101, 104)) {
		t.Errorf("reminded, by account: %v, want those who have not pressed Kirim", got)
	}
	o.send(104, "2")

	// The last day, at nine.
	last := time.Date(2026, time.July, 13, 9, 0, 0, 0, wib)
	o.until(last.Add(-time.Millisecond))
	if got := len(desk.of(storage.DeliveryReminder)); got != 2 {
		t.Errorf("%d reminders before the last day", got)
	}
	o.until(last.Add(time.Minute))
	if got := desk.accounts(storage.DeliveryReminder); !maps.Equal(got, map[int64]int{101: 2, 104: 1}) {
		t.Errorf("reminded, by account: %v", got)
	}
	o.until(closes.Add(-time.Millisecond))
	if round := o.rounds()[0]; round.ClosedAt != nil {
		t.Errorf("closed at %v", round.ClosedAt)
	}
	o.until(closes.Add(day))
	status, err := o.Status(t.Context(), o.rounds()[0].ID)
	must(t, err)
	if status.ClosedAt == nil || !status.ClosedAt.Equal(closes) {
		t.Errorf("closed at %v, want %v", status.ClosedAt, closes)
	}
	if status.Sent != 4 || status.Complete != 0 {
		t.Errorf("%d sent, %d complete and unsent; the closing sends what is complete", status.Sent, status.Complete)
	}
	if got := len(desk.of(storage.DeliveryReminder)); got != 3 {
		t.Errorf("%d reminders in all", got)
	}
	if got := o.log.times("round closed"); got < 1 {
		t.Errorf("logged %d times", got)
	}
}

func TestWhatADowntimeSkips(t *testing.T) {
	o := newOffice(t, afternoon)
	desk := o.desk()
	first := o.run(desk)
	o.until(afternoon.Add(time.Hour))
	o.answer(101, "4")
	first.stop()
	o.until(afternoon.Add(8 * day)) // over the reminder and the closing
	o.run(desk)
	o.settle()
	if got := desk.of(storage.DeliveryReminder); len(got) != 0 {
		t.Errorf("reminded of a closed round: %+v", got)
	}
	if round := o.rounds()[0]; round.ClosedAt == nil {
		t.Error("the round is open still")
	}
}

// Two steps of a plan that open at one moment come in one message, whoever opens them.
func TestWhatOpensTogetherComesTogether(t *testing.T) {
	o := newOffice(t, afternoon.Add(-time.Minute))
	for _, key := range []string{"application", "competence"} {
		_, _, err := o.Publish(t.Context(), form(key), storage.Source{}, o.clock.Now())
		must(t, err)
	}
	o.exec(`
		INSERT INTO step (plan_id, position, instrument_key, audience, anchor, days, cron, days_open)
		SELECT plan_id, 10 + row_number() OVER (), key, audience, anchor, days, cron, days_open
		FROM step, unnest('{application,competence}'::text[]) key
		WHERE instrument_key = 'reaction' AND plan_id = (SELECT plan_id FROM training WHERE code = 'A')`)
	desk := o.desk()
	for range 2 {
		o.run(desk)
	}
	o.until(afternoon.Add(time.Minute))
	if got := desk.accounts(storage.DeliveryInvitation); !maps.Equal(got, once(101, 102, 103, 104)) {
		t.Errorf("invited, by account: %v", got)
	}
	for _, a := range desk.of(storage.DeliveryInvitation) {
		if len(a.Sessions) != 3 {
			t.Errorf("%d forms in the message to %d", len(a.Sessions), a.AccountID)
		}
	}
}
