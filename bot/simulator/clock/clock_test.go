package clock_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/simulator/clock"
	"pascalatih/scheduler/calendar"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

func newServer(t testing.TB) *clock.Server {
	t.Helper()
	server, err := clock.NewServer(start)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

func join(t testing.TB, server *clock.Server) *clock.Clock {
	t.Helper()
	process, err := clock.Join(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(process.Close)
	return process
}

// restUntil rests until c shows moment, however often the rest ends early.
func restUntil(ctx context.Context, c calendar.Clock, w calendar.Worker, moment time.Time) {
	for c.Now().Before(moment) && ctx.Err() == nil {
		w.Wait(ctx, moment, nil)
	}
}

// eventually waits for a condition of the clock's server.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); {
		if time.Now().After(deadline) {
			t.Fatalf("did not come about: %s", what)
		}
		time.Sleep(50 * time.Microsecond) // machine time: between two looks at the condition
	}
}

func TestClockJumpsToTheEarliestMoment(t *testing.T) {
	server := newServer(t)
	holder := server.Work()
	first, second := join(t, server), join(t, server)
	moments := make(chan time.Time, 3)
	var group sync.WaitGroup
	for moment, c := range map[time.Time]calendar.Clock{
		start.Add(time.Hour):       first,
		start.Add(24 * time.Hour):  second,
		start.Add(200 * time.Hour): server,
	} {
		w := c.Work()
		group.Go(func() {
			defer w.Done()
			restUntil(t.Context(), c, w, moment)
			moments <- c.Now()
		})
	}
	if got := server.Now(); !got.Equal(start) {
		t.Errorf("while somebody is at work the clock shows %v, want %v", got, start)
	}
	holder.Done()
	group.Wait()
	for _, want := range []time.Duration{time.Hour, 24 * time.Hour, 200 * time.Hour} {
		if got := <-moments; !got.Equal(start.Add(want)) {
			t.Errorf("woke at %v, want %v", got, start.Add(want))
		}
	}
}

// Sleepers in several processes sleep at random. Each must wake at its very
// moment: had the clock passed it, or moved before the sleeper rested again, it
// would show another.
func TestNobodyIsOvertaken(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		server, err := clock.NewServer(start)
		if err != nil {
			r.Fatal(err)
		}
		defer server.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		clocks := []calendar.Clock{server}
		for range rapid.IntRange(0, 3).Draw(r, "processes") {
			process, err := clock.Join(ctx, server.URL())
			if err != nil {
				r.Fatal(err)
			}
			defer process.Close()
			clocks = append(clocks, process)
		}
		holder := server.Work()
		var group sync.WaitGroup
		faults := make(chan string, 1000)
		for _, c := range clocks {
			// A process that never worked counts as at work.
			workers := rapid.IntRange(1, 4).Draw(r, "workers")
			for range workers {
				naps := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 6).Draw(r, "naps")
				w := c.Work()
				group.Go(func() {
					defer w.Done()
					for _, nap := range naps {
						moment := c.Now().Add(time.Duration(nap) * time.Minute)
						restUntil(ctx, c, w, moment)
						if now := c.Now(); !now.Equal(moment) {
							faults <- fmt.Sprintf("woke at %v for %v (held by: %s)", now, moment, server.Holding())
						}
					}
				})
			}
		}
		holder.Done()
		group.Wait()
		close(faults)
		for fault := range faults {
			r.Error(fault)
		}
	})
}

// table stands for a database: what one process commits another must find in
// time, though nobody wakes it.
type table struct {
	mu   sync.Mutex
	rows []*row
}

type row struct {
	due       time.Time
	written   time.Time
	delivered time.Time
}

func (tb *table) insert(r *row) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.rows = append(tb.rows, r)
}

// next gives a row that is due, or else the moment when one will be.
func (tb *table) next(now time.Time) (due *row, at time.Time) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for _, r := range tb.rows {
		switch {
		case !r.delivered.IsZero():
		case !r.due.After(now):
			return r, time.Time{}
		case at.IsZero() || r.due.Before(at):
			at = r.due
		}
	}
	return nil, at
}

// deliver is a sender's loop.
func (tb *table) deliver(ctx context.Context, c calendar.Clock, w calendar.Worker) {
	defer w.Done()
	for ctx.Err() == nil {
		due, at := tb.next(c.Now())
		if due == nil {
			w.Wait(ctx, at, nil)
			continue
		}
		piece := c.Work()
		tb.mu.Lock()
		due.delivered = c.Now()
		tb.mu.Unlock()
		piece.Done()
	}
}

func TestWhatOneProcessCommitsAnotherFindsInTime(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		server, err := clock.NewServer(start)
		if err != nil {
			r.Fatal(err)
		}
		defer server.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		holder := server.Work()
		var rows table
		var senders, writers sync.WaitGroup
		defer senders.Wait()
		defer cancel()
		for range rapid.IntRange(1, 2).Draw(r, "senders") {
			process, err := clock.Join(ctx, server.URL())
			if err != nil {
				r.Fatal(err)
			}
			defer process.Close()
			w := process.Work()
			senders.Go(func() { rows.deliver(ctx, process, w) })
		}
		for range rapid.IntRange(1, 3).Draw(r, "writers") {
			process, err := clock.Join(ctx, server.URL())
			if err != nil {
				r.Fatal(err)
			}
			defer process.Close()
			w := process.Work()
			steps := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 6).Draw(r, "steps")
			writers.Go(func() {
				defer w.Done()
				for _, step := range steps {
					restUntil(ctx, process, w, process.Now().Add(time.Duration(step)*time.Minute))
					now := process.Now()
					rows.insert(&row{written: now, due: now.Add(time.Duration(step-2) * time.Minute)})
				}
			})
		}
		end := server.Work()
		holder.Done()
		restUntil(ctx, server, end, start.Add(time.Hour))
		end.Done()
		writers.Wait()
		for _, row := range rows.rows {
			want := row.due
			if want.Before(row.written) {
				want = row.written
			}
			if !row.delivered.Equal(want) {
				r.Errorf("a row written at %v, due at %v, was delivered at %v", row.written, row.due, row.delivered)
			}
		}
	})
}

func TestPendingThatNobodyFetchesHoldsNothing(t *testing.T) {
	server := newServer(t)
	server.Pending(3, false)
	w := server.Work()
	defer w.Done()
	restUntil(t.Context(), server, w, start.Add(time.Hour))
	if got, want := server.Now(), start.Add(time.Hour); !got.Equal(want) {
		t.Errorf("the clock shows %v, want %v", got, want)
	}
}

func TestWaitEndsAtOnce(t *testing.T) {
	ready := make(chan struct{}, 1)
	ready <- struct{}{}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	tests := map[string]struct {
		ctx  context.Context
		t    time.Time
		wake <-chan struct{}
	}{
		"for a moment that is past":     {ctx: t.Context(), t: start.Add(-time.Second)},
		"for the present":               {ctx: t.Context(), t: start},
		"for a wake that was sent":      {ctx: t.Context(), wake: ready},
		"with a context that has ended": {ctx: done, t: start.Add(time.Hour)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			process := join(t, newServer(t))
			w := process.Work()
			defer w.Done()
			w.Wait(test.ctx, test.t, test.wake)
			if got := process.Now(); !got.Equal(start) {
				t.Errorf("the clock shows %v, want %v", got, start)
			}
		})
	}
}

// Somebody from outside, whom no clock knows, wakes a Worker of a process that
// rests. From the moment Wait returns the clock must stand.
func TestWakeFromOutsideStopsTheClock(t *testing.T) {
	server := newServer(t)
	process := join(t, server)
	ticker, sleeper := server.Work(), process.Work()
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	group.Go(func() {
		defer ticker.Done()
		for ctx.Err() == nil {
			restUntil(ctx, server, ticker, server.Now().Add(time.Second))
		}
	})
	wake := make(chan struct{})
	group.Go(func() {
		for ctx.Err() == nil {
			select {
			case wake <- struct{}{}:
			case <-ctx.Done():
			}
		}
	})
	defer sleeper.Done()
	for range 200 {
		sleeper.Wait(ctx, time.Time{}, wake)
		before := server.Now()
		eventually(t, "the ticker rests", func() bool { return server.Holding() == "a joined process is at work" })
		if after := server.Now(); !after.Equal(before) {
			t.Fatalf("the clock went from %v to %v while a process was at work", before, after)
		}
	}
}

func TestDoneTwiceIsDoneOnce(t *testing.T) {
	server := newServer(t)
	other, w := server.Work(), server.Work()
	w.Done()
	w.Done()
	w.Wait(t.Context(), start.Add(time.Hour), nil) // returns: there is nothing to rest from
	if got := server.Holding(); got != "this process is at work" {
		t.Errorf("held by %q, want by the other Worker", got)
	}
	other.Done()
}

func TestProcessNoticesThatTheClockIsGone(t *testing.T) {
	server := newServer(t)
	process := join(t, server)
	server.Close()
	select {
	case <-process.Lost():
	case <-time.After(10 * time.Second):
		t.Fatal("not noticed")
	}
	process.Work().Done() // and hangs nowhere
	if _, err := clock.Join(t.Context(), server.URL()); err == nil {
		t.Error("joined a clock that is gone")
	}
}
