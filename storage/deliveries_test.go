package storage_test

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"pascalatih/storage"
)

const lease = time.Minute

// join gives a process that lives until the test ends.
func (o office) join() *storage.Process {
	o.t.Helper()
	process, err := o.Join(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { process.Close() })
	return process
}

// letOut lets everything go out that is due, as though it had been released.
const letOut = `UPDATE delivery SET released_until = 'infinity' WHERE state = 'due'`

// claim claims what is due, as though it had been released.
func (o office) claim(process, limit int, now time.Time) []storage.Delivery {
	o.t.Helper()
	o.exec(letOut)
	claimed, err := o.ClaimDeliveries(o.t.Context(), process, lease, limit, now)
	if err != nil {
		o.t.Fatal(err)
	}
	return claimed
}

func (o office) end(d storage.Delivery, outcome storage.Outcome, now time.Time) {
	o.t.Helper()
	if err := o.EndDelivery(o.t.Context(), d, outcome, now); err != nil {
		o.t.Fatal(err)
	}
}

func (o office) state(d storage.Delivery) string {
	o.t.Helper()
	return query[string](o.t, o.url, `SELECT state FROM delivery WHERE id = $1`, d.ID)
}

func TestClaimDeliveries(t *testing.T) {
	t.Parallel()
	t.Run("gives what the sender needs, once", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		process := o.join().Number()
		claimed := o.claim(process, 10, afternoon)
		if len(claimed) != 4 {
			t.Fatalf("%d claimed, want 4", len(claimed))
		}
		d := claimed[0]
		if d.Kind != storage.DeliveryInvitation || d.RoundID != round.ID || len(d.Sessions) != 1 || d.Attempt != 1 ||
			d.Sessions[0] != o.session(d.AccountID).ID || !d.ExpiresAt.Equal(round.ClosesAt) {
			t.Errorf("delivery %+v", d)
		}
		if again := o.claim(process, 10, afternoon); len(again) != 0 {
			t.Errorf("claimed again: %+v", again)
		}
	})

	t.Run("several processes share them", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		o.exec(`INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
			SELECT 'x:' || n, 'invitation', 101, '2026-07-06', '2026-08-01' FROM generate_series(1, 96) n;` + letOut)
		var mu sync.Mutex
		claims := make(map[int64]int)
		var wait sync.WaitGroup
		for process := range 4 {
			store := connect(t, o.url)
			wait.Go(func() {
				for {
					claimed, err := store.ClaimDeliveries(t.Context(), process, lease, 7, afternoon)
					if err != nil {
						t.Error(err)
					}
					if len(claimed) == 0 {
						return
					}
					mu.Lock()
					for _, d := range claimed {
						claims[d.ID]++
					}
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		if len(claims) != 100 {
			t.Errorf("%d were claimed, want 100", len(claims))
		}
		for id, times := range claims {
			if times != 1 {
				t.Errorf("delivery %d was claimed %d times", id, times)
			}
		}
	})

	t.Run("what is not due waits, what is over expires", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		if got := o.claim(1, 10, afternoon.Add(-time.Second)); len(got) != 0 {
			t.Errorf("claimed early: %+v", got)
		}
		if next, found, err := o.NextDelivery(t.Context()); err != nil || !found || !next.Equal(afternoon) {
			t.Errorf("next at %v, %v, %v", next, found, err)
		}
		if got := o.claim(1, 10, round.ClosesAt); len(got) != 0 {
			t.Errorf("claimed late: %+v", got)
		}
		if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'expired' AND ended_at IS NOT NULL`); got != 4 {
			t.Errorf("%d expired", got)
		}
		if _, found, err := o.NextDelivery(t.Context()); err != nil || found {
			t.Errorf("another one: %v, %v", found, err)
		}
	})
}

func TestEndDelivery(t *testing.T) {
	t.Parallel()
	later := afternoon.Add(time.Minute)
	tests := map[string]struct {
		outcome storage.Outcome
		state   string
		again   time.Duration // until the next attempt; 0: there is none
	}{
		"sent":       {outcome: storage.Outcome{State: storage.Sent, MessageID: 33}, state: "sent"},
		"failed":     {outcome: storage.Outcome{State: storage.Failed, Reason: "chat not found"}, state: "failed"},
		"not needed": {outcome: storage.Outcome{State: storage.Unneeded, Reason: "withdrawn"}, state: "unneeded"},
		"later":      {outcome: storage.Outcome{State: storage.Later, After: 42 * time.Second}, state: "due", again: 42 * time.Second},
		"unknown":    {outcome: storage.Outcome{State: storage.Unknown, Reason: "cut"}, state: "due", again: 10 * time.Second},
		"unknown, and most likely nothing": {outcome: storage.Outcome{State: storage.Unknown, Reason: "unavailable", After: 42 * time.Second},
			state: "due", again: 42 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.opened()
			process := o.join().Number()
			d := o.claim(process, 1, afternoon)[0]
			o.end(d, test.outcome, later)
			if got := o.state(d); got != test.state {
				t.Errorf("state %s, want %s", got, test.state)
			}
			if test.again == 0 {
				return
			}
			o.exec(`DELETE FROM delivery_invitation WHERE delivery_id <> ` + strconv.FormatInt(d.ID, 10) + `; DELETE FROM delivery WHERE id <> ` + strconv.FormatInt(d.ID, 10))
			if got := o.claim(process, 1, later.Add(test.again-time.Second)); len(got) != 0 {
				t.Errorf("claimed too early: %+v", got)
			}
			if got := o.claim(process, 1, later.Add(test.again)); len(got) != 1 || got[0].Attempt != 2 || (got[0].Unknowns == 1) != (test.outcome.State == storage.Unknown) {
				t.Errorf("the next attempt: %+v", got)
			}
		})
	}

	t.Run("an invitation that was sent is the first card", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		d := o.claim(1, 1, afternoon)[0]
		o.end(d, storage.Outcome{State: storage.Sent, MessageID: 33}, later)
		s := o.session(d.AccountID)
		if s.CardMessageID != 33 || s.LastMessageID != 33 || s.ShownRevision != 0 {
			t.Errorf("session %+v", s)
		}
		if len(o.behind()) != 0 {
			t.Error("its card is behind")
		}
	})

	t.Run("one that arrives after the round closed shows so", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		d := o.claim(1, 1, afternoon)[0]
		if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, later); err != nil {
			t.Fatal(err)
		}
		o.end(d, storage.Outcome{State: storage.Sent, MessageID: 33}, later)
		if behind := o.behind(); len(behind) != 1 || behind[0].ID != d.Sessions[0] {
			t.Errorf("behind: %v", behind)
		}
	})

	t.Run("a blocked account's other deliveries fail too", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		d := o.claim(1, 1, afternoon)[0]
		o.exec(`UPDATE delivery SET account_id = ` + strconv.FormatInt(d.AccountID, 10))
		o.end(d, storage.Outcome{State: storage.Failed, Reason: "blocked", Blocked: true}, later)
		if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'failed'`); got != 4 {
			t.Errorf("%d failed, want all 4", got)
		}
	})

	t.Run("an invitation is repeated three times after unknown, a summary ten", func(t *testing.T) {
		for kind, want := range map[string]int{"invitation": 4, "summary": 11} {
			o := newOffice(t)
			o.exec(`INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
				VALUES ('x', '` + kind + `', 101, '2026-07-06', '2026-08-01')`)
			attempts, now := 0, afternoon
			for claimed := o.claim(1, 1, now); len(claimed) == 1; claimed = o.claim(1, 1, now) {
				attempts++
				o.end(claimed[0], storage.Outcome{State: storage.Unknown, Reason: "cut"}, now)
				now = now.Add(6 * time.Hour)
			}
			if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'unknown' AND ended_at IS NOT NULL`); attempts != want || got != 1 {
				t.Errorf("%s: %d attempts, want %d; %d unknown", kind, attempts, want, got)
			}
		}
	})
}

func TestSweepLeases(t *testing.T) {
	t.Parallel()
	later := afternoon.Add(time.Minute)

	t.Run("a dead process's deliveries are unknown at once, a living one's are left", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		dead, living := o.join(), o.join()
		lost := o.claim(dead.Number(), 3, afternoon)
		kept := o.claim(living.Number(), 1, afternoon)
		if counts, err := o.SweepLeases(t.Context(), later); err != nil || counts != (storage.SweepCounts{}) {
			t.Errorf("swept while both live: %+v, %v", counts, err)
		}
		dead.Close()
		if counts, err := o.SweepLeases(t.Context(), later); err != nil || counts != (storage.SweepCounts{Unknown: 3, Repeated: 3}) {
			t.Errorf("swept %+v, %v", counts, err)
		}
		if n := o.count(`SELECT count(*) FROM delivery WHERE state = 'sending' AND process = $1`, dead.Number()); n != 0 {
			t.Errorf("%d still in flight, want none", n)
		}
		if o.state(kept[0]) != "sending" {
			t.Error("the living process lost its delivery")
		}
		again := o.claim(living.Number(), 10, later.Add(10*time.Second))
		if len(again) != len(lost) || again[0].Unknowns != 1 || again[0].Attempt != 2 {
			t.Errorf("repeats %+v", again)
		}
	})

	t.Run("so is one whose lease ran out; that it was sent is still news", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		process := o.join()
		o.exec(letOut)
		claimed, err := o.ClaimDeliveries(t.Context(), process.Number(), -time.Second, 2, afternoon)
		if err != nil {
			t.Fatal(err)
		}
		if counts, err := o.SweepLeases(t.Context(), later); err != nil || counts.Unknown != 2 {
			t.Errorf("swept %+v, %v", counts, err)
		}
		o.end(claimed[0], storage.Outcome{State: storage.Sent, MessageID: 33}, later)
		o.end(claimed[1], storage.Outcome{State: storage.Unknown, Reason: "cut"}, later)
		if got := []string{o.state(claimed[0]), o.state(claimed[1])}; got[0] != "sent" || got[1] != "due" {
			t.Errorf("states %v", got)
		}
		if got := o.count(`SELECT unknowns FROM delivery WHERE id = $1`, claimed[1].ID); got != 1 {
			t.Errorf("counted as unknown %d times", got)
		}
	})

	t.Run("what has expired stays unknown", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		o.claim(99999, 1, afternoon)
		if counts, err := o.SweepLeases(t.Context(), round.ClosesAt); err != nil || counts != (storage.SweepCounts{Unknown: 1}) {
			t.Errorf("swept %+v, %v", counts, err)
		}
	})
}

func TestJobs(t *testing.T) {
	t.Parallel()
	ask := storage.Source{Account: admin, Chat: admin, Message: 4}
	enqueue := func(o office) {
		o.t.Helper()
		if _, err := o.EnqueueJob(t.Context(), storage.Order{Kind: storage.JobSummary, AccountID: admin}, ask, afternoon); err != nil {
			o.t.Fatal(err)
		}
	}

	t.Run("asked for once, run once", func(t *testing.T) {
		o := newOffice(t)
		enqueue(o)
		if _, err := o.EnqueueJob(t.Context(), storage.Order{Kind: storage.JobSummary, AccountID: admin}, ask, afternoon); !errors.Is(err, storage.ErrRepeated) {
			t.Errorf("the command again: %v", err)
		}
		if next, found, err := o.NextJob(t.Context()); err != nil || !found || !next.Equal(afternoon) {
			t.Errorf("next job %v, %v, %v", next, found, err)
		}
		job, found, err := o.ClaimJob(t.Context(), 1, lease, afternoon)
		if err != nil || !found || job.Kind != storage.JobSummary || job.AccountID != admin || job.Attempt != 1 {
			t.Fatalf("job %+v, %v, %v", job, found, err)
		}
		if _, found, err := o.ClaimJob(t.Context(), 2, lease, afternoon); err != nil || found {
			t.Errorf("claimed twice: %v, %v", found, err)
		}
		if err := o.EndJob(t.Context(), job, nil, afternoon); err != nil {
			t.Fatal(err)
		}
		if got := o.count(`SELECT count(*) FROM job WHERE state = 'done'`); got != 1 {
			t.Error("it is not done")
		}
	})

	t.Run("five failures end it, whether it says so or ends its process", func(t *testing.T) {
		for name, fail := range map[string]func(office, storage.Job, time.Time) error{
			"an error": func(o office, job storage.Job, now time.Time) error {
				return o.EndJob(t.Context(), job, errors.New("no room"), now)
			},
			"a death": func(o office, _ storage.Job, now time.Time) error {
				_, err := o.SweepLeases(t.Context(), now)
				return err
			},
		} {
			o := newOffice(t)
			enqueue(o)
			now, attempts := afternoon, 0
			for {
				job, found, err := o.ClaimJob(t.Context(), 99999, lease, now)
				if err != nil {
					t.Fatal(err)
				}
				if !found {
					break
				}
				attempts++
				if err := fail(o, job, now); err != nil {
					t.Fatal(err)
				}
				now = now.Add(time.Hour)
			}
			if got := o.count(`SELECT count(*) FROM job WHERE state = 'failed' AND ended_at IS NOT NULL`); got != 1 || attempts != 8 {
				t.Errorf("%s: %d attempts, %d failed", name, attempts, got)
			}
		}
	})
}
