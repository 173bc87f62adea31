package storage_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// What answers a person's own act goes out at once, all else waits.
func TestWhatIsAReply(t *testing.T) {
	const out = `UPDATE delivery SET state = 'sent', ended_at = due_at`
	tests := map[string]struct {
		act   func(o office)
		reply bool
	}{
		"a round opens": {act: func(o office) { o.openedB() }},
		"HR adds a participant": {act: func(o office) {
			o.openedB()
			o.exec(out)
			_, err := o.AddParticipants(o.t.Context(), 2, []int64{1}, storage.Source{}, afternoon)
			must(o.t, err)
		}},
		"HR confirms who somebody is": {act: func(o office) {
			claim := o.waits(301, 5)
			o.openedB()
			o.confirm(claim)
		}},
		"a class link with a number that is known": {reply: true, act: func(o office) {
			o.openedB()
			o.exec(out)
			joined, err := o.joins(301, 2, 7, storage.ViaPhone)
			if err != nil || !joined.Confirmed {
				o.t.Fatalf("joined as %+v, %v", joined, err)
			}
		}},
		"a class link with an NIP that HR confirms later": {reply: true, act: func(o office) {
			o.opened()
			o.exec(out)
			o.waits(301, 5)
		}},
		"a personal link": {reply: true, act: func(o office) {
			o.openedB()
			o.exec(out)
			links, err := o.Links(o.t.Context(), "B", afternoon)
			must(o.t, err)
			_, err = o.TouchAccount(o.t.Context(), 301, "id", 1, afternoon)
			must(o.t, err)
			owner, err := o.FindLink(o.t.Context(), links[0].Token, 301)
			must(o.t, err)
			_, err = o.UseLink(o.t.Context(), owner.LinkID, 301, "1", from(301, 2), afternoon)
			must(o.t, err)
		}},
		"consent after it was withdrawn": {reply: true, act: func(o office) {
			o.opened()
			_, err := o.Withdraw(o.t.Context(), 101, from(101, 1), afternoon)
			must(o.t, err)
			o.exec(out)
			_, err = o.Consent(o.t.Context(), 101, "1", from(101, 2), afternoon)
			must(o.t, err)
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.exec(`INSERT INTO participation (training_id, employee_id) VALUES (2, 2)`)
			test.act(o)
			replies := o.count(`SELECT count(*) FROM delivery WHERE kind = 'invitation' AND state = 'due' AND reply`)
			waiting := o.count(`SELECT count(*) FROM delivery WHERE kind = 'invitation' AND state = 'due' AND NOT reply`)
			if (replies > 0) != test.reply || (waiting > 0) == test.reply {
				t.Errorf("%d go out at once, %d wait", replies, waiting)
			}
		})
	}
}

// release releases what is due at a moment, one a day and three a week.
func (o office) release(now time.Time) storage.ReleaseCounts {
	o.t.Helper()
	counts, err := o.Release(o.t.Context(), calendar.Caps{PerDay: 1, PerWeek: 3}, wib, 500, now)
	must(o.t, err)
	return counts
}

// outgoing claims what may go out at a moment.
func (o office) outgoing(now time.Time) []storage.Delivery {
	o.t.Helper()
	claimed, err := o.ClaimDeliveries(o.t.Context(), 1, lease, 1000, now)
	must(o.t, err)
	return claimed
}

// plan plans a delivery to an account, of no round.
func (o office) plan(key, kind string, account int, due, expires time.Time, lastDay bool) {
	o.t.Helper()
	_, err := o.db.ExecContext(o.t.Context(), `
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at, last_day) VALUES ($1, $2, $3, $4, $5, $6)`,
		key, kind, account, due, expires, lastDay)
	must(o.t, err)
}

// dueAt is when a delivery is due.
func (o office) dueAt(key string) time.Time {
	o.t.Helper()
	return query[time.Time](o.t, o.url, `SELECT due_at FROM delivery WHERE key = '`+key+`'`)
}

// both opens a round of training A and one of B, in which account 101 is asked too.
func (o office) both() (a, b storage.Round) {
	o.t.Helper()
	o.exec(`INSERT INTO participation (training_id, employee_id) VALUES (2, 1)`)
	return o.opened(), o.openedB()
}

func TestSeveralSurveysInOneMessage(t *testing.T) {
	t.Parallel()
	later := afternoon.Add(time.Minute)
	t.Run("what was taken along ends with the message", func(t *testing.T) {
		o := newOffice(t)
		_, b := o.both()
		if got, want := o.release(afternoon), (storage.ReleaseCounts{Released: 4, Carried: 1}); got != want {
			t.Fatalf("released %+v, want %+v", got, want)
		}
		claimed := o.outgoing(afternoon)
		if len(claimed) != 4 || len(claimed[0].Sessions)+len(claimed[1].Sessions)+len(claimed[2].Sessions)+len(claimed[3].Sessions) != 5 {
			t.Fatalf("claimed %+v", claimed)
		}
		for _, d := range claimed {
			o.end(d, storage.Outcome{State: storage.Sent, MessageID: 5}, later)
		}
		if next, found, err := o.NextDelivery(t.Context()); err != nil || !found || next.After(later) {
			t.Errorf("nobody looks after what was taken along: %v, %v, %v", next, found, err)
		}
		if got := o.release(later); got != (storage.ReleaseCounts{}) {
			t.Errorf("released %+v", got)
		}
		if n := o.count(`SELECT count(*) FROM delivery WHERE state = 'unneeded' AND reason = 'in another message' AND ended_at = $1`, later); n != 1 {
			t.Errorf("%d ended in another message", n)
		}
		report, err := o.Report(t.Context(), b.ID, storage.Scope{All: true})
		if err != nil || report.Delivered != 1 {
			t.Errorf("round B: %+v, %v", report.RoundCounts, err)
		}
		if out, err := o.Outgoing(t.Context(), b.ID); err != nil || out.Sent != out.All || !out.Ended() {
			t.Errorf("of round B: %+v, %v", out, err)
		}
	})

	undone := map[string]struct {
		do  func(o office, a, b storage.Round)
		now time.Time
		out int // messages that go out then, each with one form
	}{
		"its message is not needed any more": {now: later, out: 1, do: func(o office, a, _ storage.Round) {
			_, err := o.CloseRound(o.t.Context(), a.ID, storage.Source{}, later)
			must(o.t, err)
		}},
		"its round is held": {now: later, out: 4, do: func(o office, _, b storage.Round) {
			must(o.t, o.HoldRound(o.t.Context(), b.ID, 0, storage.Source{}, later))
		}},
		"the other round is held": {now: later, out: 1, do: func(o office, a, _ storage.Round) {
			must(o.t, o.HoldRound(o.t.Context(), a.ID, 0, storage.Source{}, later))
		}},
		"its message fails": {now: later, out: 1, do: func(o office, _, _ storage.Round) {
			for _, d := range o.outgoing(afternoon) {
				o.end(d, storage.Outcome{State: storage.Failed, Reason: "bad"}, later)
			}
		}},
	}
	for name, test := range undone {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			a, b := o.both()
			o.release(afternoon)
			test.do(o, a, b)
			o.release(test.now)
			o.release(test.now)
			claimed := slices.DeleteFunc(o.outgoing(test.now), func(d storage.Delivery) bool { return d.Kind != storage.DeliveryInvitation })
			if len(claimed) != test.out {
				t.Fatalf("%d go out, want %d", len(claimed), test.out)
			}
			for _, d := range claimed {
				if len(d.Sessions) != 1 {
					t.Errorf("one carries %v", d.Sessions)
				}
			}
		})
	}
}

func TestReleaseByPersonAndUnit(t *testing.T) {
	t.Parallel()
	week := afternoon.Add(7 * day)
	tuesday := time.Date(2026, time.July, 7, 7, 0, 0, 0, wib)
	nine := time.Date(2026, time.July, 6, 9, 0, 0, 0, wib)
	tests := map[string]struct {
		given string // that is so before; account 101 is of Badan Contoh, unit 2
		plan  func(o office)
		now   time.Time
		want  storage.ReleaseCounts
		due   map[string]time.Time // mornings: within the hour after
	}{
		"a unit in WIT is closed earlier": {given: `UPDATE unit SET zone = 'Asia/Jayapura' WHERE id = 2`, now: afternoon.Add(time.Hour),
			plan: func(o office) {
				o.plan("x", "invitation", 101, afternoon, week, false)
				o.plan("y", "invitation", 102, afternoon, week, false)
			}, want: storage.ReleaseCounts{Released: 1, PutOff: 1}, due: map[string]time.Time{"x": tuesday.Add(-2 * time.Hour)}},
		"a unit that works from Tuesday on": {given: `UPDATE unit SET working_days = '{2,3,4,5,6}' WHERE id = 2`, now: afternoon,
			plan: func(o office) { o.plan("x", "invitation", 101, afternoon, week, false) },
			want: storage.ReleaseCounts{PutOff: 1}, due: map[string]time.Time{"x": tuesday}},
		"other hours": {given: `INSERT INTO working_hours VALUES ('2026-07-01', '2026-07-06', '08:00', '15:00', 'Ramadan')`, now: afternoon,
			plan: func(o office) { o.plan("x", "invitation", 101, afternoon, week, false) },
			want: storage.ReleaseCounts{PutOff: 1}, due: map[string]time.Time{"x": tuesday}},
		"closed until Tuesday": {given: `INSERT INTO working_hours VALUES ('2026-07-01', '2026-07-06', NULL, NULL, 'Libur')`, now: afternoon,
			plan: func(o office) { o.plan("x", "invitation", 101, afternoon, week, false) },
			want: storage.ReleaseCounts{PutOff: 1}, due: map[string]time.Time{"x": tuesday}},
		"one today": {given: counted(`'sent'`, "2026-07-06"), now: afternoon,
			plan: func(o office) { o.plan("x", "invitation", 101, afternoon, week, false) },
			want: storage.ReleaseCounts{PutOff: 1}, due: map[string]time.Time{"x": tuesday}},
		"one today that went to nobody": {given: counted(`'unneeded'`, "2026-07-06"), now: afternoon,
			plan: func(o office) { o.plan("x", "invitation", 101, afternoon, week, false) },
			want: storage.ReleaseCounts{Released: 1}},
		"three this week: over the weekend": {given: counted(`'unknown'`, "2026-07-06", "2026-07-07", "2026-07-08"), now: afternoon.Add(3 * day),
			plan: func(o office) { o.plan("x", "invitation", 101, afternoon, week.Add(day), false) },
			want: storage.ReleaseCounts{PutOff: 1}, due: map[string]time.Time{"x": tuesday.Add(6 * day)}},
		"three last week, none this": {given: counted(`'sent'`, "2026-07-01", "2026-07-02", "2026-07-03"), now: afternoon,
			plan: func(o office) { o.plan("x", "invitation", 101, afternoon, week, false) },
			want: storage.ReleaseCounts{Released: 1}},
		"a last day is reminded of in an hour": {now: nine.Add(-time.Hour), plan: func(o office) {
			o.plan("x", "invitation", 101, nine.Add(-time.Hour), week, false)
			o.plan("y", "reminder", 101, nine, nine.Add(6*time.Hour), true)
		}, want: storage.ReleaseCounts{Yielding: 1}, due: map[string]time.Time{"x": nine, "y": nine}},
		"what waits for a later moment goes along": {now: nine, plan: func(o office) {
			o.plan("x", "invitation", 101, nine.Add(30*time.Minute), week, false)
			o.plan("y", "reminder", 101, nine.Add(day), week, false)
			o.plan("z", "invitation", 101, nine, week, false)
		}, want: storage.ReleaseCounts{Released: 1, Carried: 2}},
		"but for reminders of a last day": {now: nine, plan: func(o office) {
			o.plan("x", "invitation", 101, nine, week, false)
			o.plan("y", "reminder", 101, nine.Add(day), nine.Add(day+6*time.Hour), true)
		}, want: storage.ReleaseCounts{Released: 1}, due: map[string]time.Time{"y": nine.Add(day)}},
		"what expires before the morning ends then": {now: afternoon.Add(3 * time.Hour), plan: func(o office) {
			o.plan("x", "invitation", 101, afternoon, tuesday.Add(-time.Hour), false)
			o.plan("y", "reminder", 102, afternoon, afternoon.Add(time.Hour), false)
		}, want: storage.ReleaseCounts{PutOff: 1, Expired: 1}, due: map[string]time.Time{"x": tuesday.Add(-time.Hour)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if test.given != "" {
				o.exec(test.given)
			}
			test.plan(o)
			if got := o.release(test.now); got != test.want {
				t.Errorf("released %+v, want %+v", got, test.want)
			}
			for key, want := range test.due {
				if got := o.dueAt(key); got.Before(want) || !got.Before(want.Add(time.Hour)) {
					t.Errorf("%s is due at %v, want %v", key, got.In(wib), want)
				}
			}
			if got := len(o.outgoing(test.now)); got != test.want.Released {
				t.Errorf("%d go out", got)
			}
		})
	}
}

// counted gives account 101 messages that count on days.
func counted(state string, days ...string) string {
	statement := ""
	for _, on := range days {
		statement += fmt.Sprintf(`INSERT INTO delivery (key, kind, account_id, due_at, expires_at, state, counted_on)
			VALUES ('sent %[2]s', 'invitation', 101, '%[2]s 09:00+07', '2026-08-01', %[1]s, '%[2]s');`, state, on)
	}
	return statement
}

func TestWhatIsNotSentInItsTimeWaitsAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.opened()
	o.release(afternoon)
	evening := time.Date(2026, time.July, 6, 18, 0, 0, 0, wib)
	if got := o.outgoing(evening); len(got) != 0 {
		t.Errorf("%d go out in the evening", len(got))
	}
	if got, want := o.release(evening), (storage.ReleaseCounts{PutOff: 4}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if n := o.count(`SELECT count(*) FROM delivery WHERE counted_on IS NOT NULL OR turn <> 0`); n != 0 {
		t.Errorf("%d still count", n)
	}
	if got := o.release(evening.Add(14 * time.Hour)); got.Released != 4 {
		t.Errorf("in the morning: %+v", got)
	}
}

func TestProcessesReleaseEachOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.exec(`
		INSERT INTO account (id, created_at) SELECT 1000 + n, '2026-07-01' FROM generate_series(1, 200) n;
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
		SELECT 'x' || a.id || ':' || n, 'invitation', a.id, '2026-07-06 09:00+07', '2026-07-10' FROM account a, generate_series(1, 3) n WHERE a.id > 1000`)
	var mu sync.Mutex
	var all storage.ReleaseCounts
	var wait sync.WaitGroup
	for range 4 {
		store := connect(t, o.url)
		wait.Go(func() {
			for o.count(`SELECT count(*) FROM delivery WHERE carried_by IS NULL AND released_until IS NULL`) > 0 {
				counts, err := store.Release(t.Context(), calendar.Caps{PerDay: 1, PerWeek: 3}, wib, 50, afternoon)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				all.Released += counts.Released
				all.Carried += counts.Carried
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if all != (storage.ReleaseCounts{Released: 200, Carried: 400}) {
		t.Errorf("released %+v", all)
	}
	if n := o.count(`SELECT count(DISTINCT account_id) FROM delivery WHERE released_until IS NOT NULL`); n != 200 {
		t.Errorf("to %d people", n)
	}
}

// A round of 500 does not hold up one of 20 that comes after it.
func TestRoundsTakeTurns(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.opened(), o.openedB()
	o.exec(`DELETE FROM delivery_invitation; DELETE FROM delivery;
		INSERT INTO account (id, created_at) SELECT 1000 + n, '2026-07-01' FROM generate_series(1, 520) n`)
	fill := func(round int64, first, last int) {
		o.exec(fmt.Sprintf(`INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at)
			SELECT 'x' || n, 'invitation', 1000 + n, %d, '2026-07-06 09:00+07', '2026-07-10' FROM generate_series(%d, %d) n`, round, first, last))
	}
	fill(a.ID, 1, 500)
	o.release(afternoon)
	for range 10 {
		if got, err := o.ClaimDeliveries(t.Context(), 1, lease, 10, afternoon); err != nil || len(got) != 10 {
			t.Fatalf("%d claimed, %v", len(got), err)
		}
	}
	fill(b.ID, 501, 520)
	o.release(afternoon)
	claimed, err := o.ClaimDeliveries(t.Context(), 1, lease, 41, afternoon)
	must(t, err)
	of := map[int64]int{}
	for _, d := range claimed {
		of[d.RoundID]++
	}
	if of[b.ID] != 20 {
		t.Errorf("of the next 41, by round: %v; want all 20 of the small one", of)
	}
}
