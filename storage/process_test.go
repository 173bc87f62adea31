package storage_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"pascalatih/storage"
)

const bot = 7

func join(t *testing.T, store *storage.Store) *storage.Process {
	t.Helper()
	process, err := store.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.Close() })
	return process
}

func TestPolling(t *testing.T) {
	t.Parallel()
	store, url := openURL(t)
	first, second := join(t, store), join(t, connect(t, url))
	if first.Number() == second.Number() {
		t.Fatalf("both are process %d", first.Number())
	}
	holds := func(p *storage.Process, want bool) {
		t.Helper()
		held, err := store.HoldPolling(t.Context(), p, bot)
		if err != nil || held != want {
			t.Errorf("process %d holds: %v, %v", p.Number(), held, err)
		}
	}
	holds(first, true)
	holds(second, false)
	holds(first, true) // renewed

	if err := store.ReleasePolling(t.Context(), second, bot); err != nil { // not its own
		t.Error(err)
	}
	holds(second, false)
	if err := store.ReleasePolling(t.Context(), first, bot); err != nil {
		t.Error(err)
	}
	holds(second, true)

	if err := second.Close(); err != nil {
		t.Error(err)
	}
	holds(first, true) // at once: nobody holds the lock on the other's number

	third := join(t, store)
	query[int64](t, url, `UPDATE poller SET lease_until = clock_timestamp() - interval '1 second' RETURNING bot_id`)
	holds(third, true) // the holder lives, but did not renew
}

func TestProcessIsLostWithItsConnection(t *testing.T) {
	t.Parallel()
	store, url := openURL(t)
	process := join(t, store)
	if held, err := store.HoldPolling(t.Context(), process, bot); err != nil || !held {
		t.Fatal(held, err)
	}
	query[bool](t, url, `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`, process.Number())
	select {
	case <-process.Lost():
	case <-time.After(10 * time.Second):
		t.Fatal("nobody noticed")
	}
	if held, err := store.HoldPolling(t.Context(), process, bot); err != nil || held {
		t.Errorf("the lost process holds: %v, %v", held, err)
	}
	if err := process.Close(); err != nil {
		t.Error(err)
	}
	if held, err := store.HoldPolling(t.Context(), join(t, store), bot); err != nil || !held {
		t.Errorf("the next process holds: %v, %v", held, err)
	}
}

func TestSpendRate(t *testing.T) {
	store := open(t)
	tests := []struct {
		now  time.Duration // after monday
		n    int
		from time.Duration
	}{
		{now: 0, n: 10, from: 0},
		{now: 0, n: 5, from: time.Second}, // ten at ten a second come first
		{now: time.Second, n: 5, from: 1500 * time.Millisecond},
		{now: time.Minute, n: 1, from: time.Minute}, // what was not spent is gone
		{now: time.Minute, n: 0, from: time.Minute + 100*time.Millisecond},
	}
	for _, test := range tests {
		from, err := store.SpendRate(t.Context(), bot, test.n, 0, 10, monday.Add(test.now))
		if err != nil {
			t.Fatal(err)
		}
		if got := from.Sub(monday); got != test.from {
			t.Errorf("%d at %v may go from %v on, want %v", test.n, test.now, got, test.from)
		}
	}
}

func TestRepliesAreCharged(t *testing.T) {
	store := open(t)
	for _, want := range []time.Duration{200 * time.Millisecond, 500 * time.Millisecond} {
		from, err := store.SpendRate(t.Context(), bot, 1, 2, 10, monday)
		if err != nil || from.Sub(monday) != want {
			t.Errorf("from %v on, %v; want %v", from.Sub(monday), err, want)
		}
	}
}

func TestSlowDown(t *testing.T) {
	store := open(t)
	spend := func(at time.Duration) time.Duration {
		t.Helper()
		from, err := store.SpendRate(t.Context(), bot, 10, 0, 10, monday.Add(at))
		if err != nil {
			t.Fatal(err)
		}
		return from.Sub(monday)
	}
	spend(0)
	for range 3 { // under way together
		if err := store.SlowDown(t.Context(), bot, 30*time.Second, monday.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if from := spend(2 * time.Second); from != 31*time.Second {
		t.Errorf("after a 429 from %v on", from)
	}
	// A second's worth took two, as long as the rate is half.
	if from := spend(3 * time.Second); from < 32900*time.Millisecond || from > 33100*time.Millisecond {
		t.Errorf("at half the rate from %v on", from)
	}
	spend(10 * time.Minute)
	if from := spend(10 * time.Minute); from != 10*time.Minute+time.Second {
		t.Errorf("ten minutes later from %v on", from)
	}
	if from := spend(-24 * time.Hour); from != -24*time.Hour {
		t.Errorf("the clock was set back, and it waits until %v", from)
	}
}

func TestSpendRateIsShared(t *testing.T) {
	store := open(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	moments := make(map[int64]bool)
	for range 20 {
		wait.Go(func() {
			from, err := store.SpendRate(t.Context(), bot, 1, 0, 28, monday)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			moments[from.UnixMicro()] = true
		})
	}
	wait.Wait()
	if len(moments) != 20 {
		t.Errorf("20 sends share %d moments", len(moments))
	}
}

func TestDialogue(t *testing.T) {
	store := open(t)
	if _, err := store.TouchAccount(t.Context(), newcomer, "id", 1, monday); err != nil {
		t.Fatal(err)
	}
	save := func(kind string, revision int64, want bool) {
		t.Helper()
		d := storage.Dialogue{Kind: kind, State: json.RawMessage(`{"link": 1}`), Revision: revision}
		if saved, err := store.SaveDialogue(t.Context(), newcomer, d, monday); err != nil || saved != want {
			t.Errorf("%q at %d: saved %v, %v", kind, revision, saved, err)
		}
	}
	stands := func(kind string, revision int64) {
		t.Helper()
		d, err := store.Dialogue(t.Context(), newcomer)
		if err != nil || d.Kind != kind || d.Revision != revision {
			t.Errorf("stands at %q %d, want %q %d: %v", d.Kind, d.Revision, kind, revision, err)
		}
	}
	stands("", 0)
	save("start", 1, false) // there is none yet
	save("start", 0, true)
	save("start", 0, false) // the same tap again
	stands("start", 1)
	save("consent", 1, true)
	save("consent", 1, false)
	save("", 2, true) // ended
	stands("", 3)
	save("start", 0, false) // an old button
	save("start", 3, true)
	stands("start", 4)
}

func TestFailures(t *testing.T) {
	store, url := openURL(t)
	const source = "message:1"
	for want := 1; want <= 3; want++ {
		long := strings.Repeat("é", 900) + "\x00\xff"
		if n, err := store.CountFailure(t.Context(), newcomer, source, "panic", long, monday); err != nil || n != want {
			t.Errorf("failure %d counts as %d: %v", want, n, err)
		}
	}
	if n, err := store.CountFailure(t.Context(), newcomer, "callback:1", "error", "", monday); err != nil || n != 1 {
		t.Errorf("another update: %d, %v", n, err)
	}
	attempts := `SELECT coalesce(max(attempts), 0) FROM update_failure WHERE source = $1`
	if n := query[int](t, url, attempts, source); n != 3 {
		t.Errorf("after: %d", n)
	}
	if err := store.ForgetFailures(t.Context(), newcomer, "callback:1"); err != nil {
		t.Error(err)
	}
	if n := query[int](t, url, attempts, "callback:1"); n != 0 {
		t.Errorf("handled after all: %d", n)
	}
	if kept := query[string](t, url, `SELECT error FROM update_failure WHERE source = $1`, source); len(kept) > 1000 || !utf8.ValidString(kept) {
		t.Errorf("kept %d bytes", len(kept))
	}
	if err := store.PassOver(t.Context(), newcomer, source, monday); err != nil {
		t.Error(err)
	}
	if err := store.ForgetFailures(t.Context(), newcomer, source); err != nil {
		t.Error(err)
	}
	if n := query[int](t, url, `SELECT count(*) FROM update_failure WHERE passed_at IS NOT NULL`); n != 1 {
		t.Errorf("%d updates are passed over", n)
	}
}

func TestAuditIsKept(t *testing.T) {
	o := newOffice(t)
	for _, statement := range []string{`UPDATE audit SET action = ''`, `DELETE FROM audit`} {
		if _, err := o.db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s: went through", statement)
		}
	}
}
