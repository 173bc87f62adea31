package scheduler_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pascalatih/scheduler"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// alone makes an office in which one invitation, to account 101, is due at
// afternoon.
func alone(t *testing.T) *office {
	o := newOffice(t, afternoon)
	o.exec(`
		UPDATE training SET plan_id = NULL;
		DELETE FROM participation WHERE employee_id <> 1`)
	o.open()
	return o
}

func TestOutcomes(t *testing.T) {
	tests := map[string]struct {
		outcomes []storage.Outcome // of the attempts, in their order; then it is sent
		at       []time.Duration   // when the attempts begin
		unknowns int               // earlier ones that the last attempt knows of
		state    string
	}{
		"sent is the end": {at: []time.Duration{0}, state: "sent"},
		"later waits on the clock": {
			outcomes: []storage.Outcome{{State: storage.Later, Reason: "throttled", After: 17 * time.Second}, {State: storage.Later, After: 2 * time.Hour}},
			at:       []time.Duration{0, 17 * time.Second, 17*time.Second + 2*time.Hour}, state: "sent",
		},
		"unknown is repeated, each time after a longer pause, as a counted attempt": {
			outcomes: []storage.Outcome{{State: storage.Unknown, Reason: "cut"}, {State: storage.Unknown, Reason: "cut"}},
			at:       []time.Duration{0, 10 * time.Second, 30 * time.Second}, unknowns: 2, state: "sent",
		},
		"an invitation of which four attempts are unknown stays unknown": {
			outcomes: slices.Repeat([]storage.Outcome{{State: storage.Unknown, Reason: "cut"}}, 10),
			at:       []time.Duration{0, 10 * time.Second, 30 * time.Second, 70 * time.Second}, unknowns: 3, state: "unknown",
		},
		"failed is the end":     {outcomes: []storage.Outcome{{State: storage.Failed, Reason: "chat not found"}}, at: []time.Duration{0}, state: "failed"},
		"not needed is the end": {outcomes: []storage.Outcome{{State: storage.Unneeded, Reason: "withdrawn"}}, at: []time.Duration{0}, state: "unneeded"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := alone(t)
			desk := o.desk()
			desk.reply = func(_ context.Context, _ calendar.Worker, d storage.Delivery) storage.Outcome {
				if d.Attempt > len(test.outcomes) {
					return storage.Outcome{State: storage.Sent, MessageID: 5}
				}
				return test.outcomes[d.Attempt-1]
			}
			o.run(desk)
			o.until(afternoon.Add(day))
			attempts := desk.of(storage.DeliveryInvitation)
			if len(attempts) != len(test.at) {
				t.Fatalf("%d attempts, want %d", len(attempts), len(test.at))
			}
			for i, a := range attempts {
				if !a.at.Equal(afternoon.Add(test.at[i])) || a.Attempt != i+1 {
					t.Errorf("attempt %d, numbered %d, after %v; want %v", i+1, a.Attempt, a.at.Sub(afternoon), test.at[i])
				}
			}
			if got := attempts[len(attempts)-1].Unknowns; got != test.unknowns {
				t.Errorf("the last attempt knows of %d unknown ones, want %d", got, test.unknowns)
			}
			if got := o.count(`SELECT count(*) FROM delivery WHERE state = $1`, test.state); got != 1 {
				t.Errorf("it did not end %s", test.state)
			}
		})
	}
}

func TestABlockedAccount(t *testing.T) {
	o := newOffice(t, afternoon)
	desk := o.desk()
	desk.reply = func(_ context.Context, _ calendar.Worker, d storage.Delivery) storage.Outcome {
		if d.AccountID == 101 {
			return storage.Outcome{State: storage.Failed, Reason: "blocked", Blocked: true}
		}
		return storage.Outcome{State: storage.Sent, MessageID: 5}
	}
	o.run(desk)
	o.until(afternoon.Add(time.Minute))
	o.open() // a second round: to three of them
	o.until(afternoon.Add(day))
	if got := desk.accounts(storage.DeliveryInvitation); got[101] != 1 || got[102] != 2 {
		t.Errorf("attempts by account: %v; want no second one to 101", got)
	}
}

// crowd makes an office in which n deliveries are due at afternoon.
func crowd(t *testing.T, n int) *office {
	o := newOffice(t, afternoon)
	o.exec(fmt.Sprintf(`
		UPDATE training SET plan_id = NULL;
		INSERT INTO account (id, created_at) SELECT 1000 + n, '2026-07-01' FROM generate_series(1, %d) n;
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
		SELECT 'x:' || id, 'invitation', id, '2026-07-06 15:30+07', '2026-07-07' FROM account WHERE id > 1000`, n))
	return o
}

func TestSendersKeepTheRateTogether(t *testing.T) {
	const rate, n = 20, 150
	o := crowd(t, n)
	desk := o.desk()
	for range 2 {
		o.run(desk, func(c *scheduler.Config) { c.Rate = rate })
	}
	o.until(afternoon.Add(time.Minute))
	attempts := desk.of(storage.DeliveryInvitation)
	if len(attempts) != n {
		t.Fatalf("%d sent, want %d", len(attempts), n)
	}
	slices.SortFunc(attempts, func(a, b attempt) int { return a.at.Compare(b.at) })
	for i := rate; i < n; i++ {
		if within := attempts[i].at.Sub(attempts[i-rate].at); within < time.Second {
			t.Fatalf("%d within %v", rate+1, within)
		}
	}
	if took := attempts[n-1].at.Sub(afternoon); took > n*time.Second/rate+time.Second {
		t.Errorf("it took %v, the rate would allow %v", took, n*time.Second/rate)
	}
	accounts := desk.accounts(storage.DeliveryInvitation)
	if len(accounts) != n {
		t.Errorf("%d of %d people got one", len(accounts), n)
	}
}

func TestASlowChatHoldsUpNobody(t *testing.T) {
	o := crowd(t, 100)
	desk := o.desk()
	var ended time.Time
	desk.reply = func(ctx context.Context, work calendar.Worker, d storage.Delivery) storage.Outcome {
		if d.AccountID == 1001 {
			free := o.clock.Now().Add(10 * time.Minute) // its chat is paused
			for o.clock.Now().Before(free) && ctx.Err() == nil {
				work.Wait(ctx, free, nil)
			}
			ended = o.clock.Now()
		}
		return storage.Outcome{State: storage.Sent, MessageID: 5}
	}
	o.run(desk)
	o.until(afternoon.Add(11 * time.Minute))
	attempts := desk.of(storage.DeliveryInvitation)
	last := slices.MaxFunc(attempts, func(a, b attempt) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	if len(attempts) != 100 || last.at.After(afternoon.Add(5*time.Second)) {
		t.Errorf("%d sent, the last after %v", len(attempts), last.at.Sub(afternoon))
	}
	if !ended.Equal(afternoon.Add(10 * time.Minute)) {
		t.Errorf("the slow one was sent at %v", ended)
	}
	if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'sent'`); got != 100 {
		t.Errorf("%d written as sent", got)
	}
}

// A delivery that waited longer than its lease would be taken for one whose
// process died, and go out twice.
func TestASendEndsBeforeItsLease(t *testing.T) {
	o := alone(t)
	desk := o.desk()
	var left time.Duration
	var lease int
	desk.reply = func(ctx context.Context, _ calendar.Worker, d storage.Delivery) storage.Outcome {
		deadline, ok := ctx.Deadline()
		if ok {
			left = time.Until(deadline)
		}
		lease = o.count(`SELECT extract(epoch FROM lease_until - clock_timestamp())::int FROM delivery WHERE id = $1`, d.ID)
		return storage.Outcome{State: storage.Sent, MessageID: 5}
	}
	o.run(desk)
	o.settle()
	if left <= 0 || left > time.Duration(lease-10)*time.Second {
		t.Errorf("it has %v, and its lease %d s", left, lease)
	}
}

// Telegram's 429 on a bulk send slows down every process, not only the one that got it.
func TestA429SlowsAllDown(t *testing.T) {
	const n = 60
	o := crowd(t, n)
	desk := o.desk()
	var refused atomic.Bool
	desk.reply = func(context.Context, calendar.Worker, storage.Delivery) storage.Outcome {
		if refused.CompareAndSwap(false, true) {
			return storage.Outcome{State: storage.Later, Reason: "throttled", After: 20 * time.Second, Throttled: true}
		}
		return storage.Outcome{State: storage.Sent, MessageID: 5}
	}
	for range 2 {
		o.run(desk, func(c *scheduler.Config) { c.Rate = 20 })
	}
	o.until(afternoon.Add(time.Minute))
	early, late := 0, 0
	var last time.Time
	for _, a := range desk.of(storage.DeliveryInvitation) {
		if a.at.Before(afternoon.Add(20 * time.Second)) {
			early++
		} else if late++; a.at.After(last) {
			last = a.at
		}
	}
	// Of those that wait, ten a second at first.
	if early > 20 || early+late != n+1 || last.Before(afternoon.Add(20*time.Second+time.Duration(late)*time.Second/20*3/2)) {
		t.Errorf("%d before the pause is over, %d after, the last after %v", early, late, last.Sub(afternoon))
	}
}

// A process whose sender is not ready takes no share of the rate, and leaves what is
// due to others.
func TestASenderThatIsNotReady(t *testing.T) {
	const n, ready = 150, 2 * time.Second
	tests := map[string]struct {
		others int
		first  time.Duration // when the first goes out
	}{
		"alone":         {first: ready},
		"beside others": {others: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := crowd(t, n)
			starting, other := o.desk(), o.desk()
			for range test.others {
				o.run(other)
			}
			o.run(starting, func(c *scheduler.Config) { c.SenderReady = afternoon.Add(ready) })
			o.until(afternoon.Add(time.Minute))
			own := starting.of(storage.DeliveryInvitation)
			if sent := len(own) + len(other.of(storage.DeliveryInvitation)); sent != n {
				t.Errorf("%d sent, want %d", sent, n)
			}
			first := time.Minute
			for _, a := range append(own, other.of(storage.DeliveryInvitation)...) {
				first = min(first, a.at.Sub(afternoon))
			}
			if first != test.first {
				t.Errorf("the first went out after %v, want %v", first, test.first)
			}
			for _, a := range own {
				if a.at.Before(afternoon.Add(ready)) {
					t.Fatalf("one went out after %v, before its sender was ready", a.at.Sub(afternoon))
				}
			}
		})
	}
}

// Replies take from the rate that bulk has.
func TestRepliesTakeFromTheRate(t *testing.T) {
	const n = 40
	o := crowd(t, n)
	desk := o.desk()
	o.run(desk, func(c *scheduler.Config) {
		c.Rate = 20
		c.Replies = func() int { return 5 } // as many as a claim takes
	})
	o.until(afternoon.Add(time.Minute))
	attempts := desk.of(storage.DeliveryInvitation)
	if took := attempts[len(attempts)-1].at.Sub(afternoon); len(attempts) != n || took < 3*time.Second || took > 5*time.Second {
		t.Errorf("%d sent, the last after %v", len(attempts), took)
	}
}

// A round of 500 does not hold up one of 20 that opens after it.
func TestALargeRoundHoldsUpNoSmallOne(t *testing.T) {
	o := crowd(t, 520)
	large := o.open()
	small, _, err := o.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "reaction"}, storage.Source{}, wib, o.clock.Now())
	must(t, err)
	o.exec(fmt.Sprintf(`
		DELETE FROM delivery_invitation; DELETE FROM delivery WHERE account_id < 1000;
		UPDATE delivery SET round_id = CASE WHEN account_id <= 1500 THEN %d ELSE %d END`, large.ID, small.ID))
	desk := o.desk()
	o.run(desk)
	o.until(afternoon.Add(time.Minute))
	var last time.Time
	for _, a := range desk.of(storage.DeliveryInvitation) {
		if a.RoundID == small.ID && a.at.After(last) {
			last = a.at
		}
	}
	if took := last.Sub(afternoon); len(desk.of(storage.DeliveryInvitation)) != 520 || took > 3*time.Second {
		t.Errorf("the small round took %v", took)
	}
}
