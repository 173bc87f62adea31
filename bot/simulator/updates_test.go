package simulator_test

import (
	"slices"
	"testing"
	"time"

	"pascalatih/bot/simulator"
)

func TestUpdatesComeUntilTheyAreConfirmed(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.Person(7001, "Contoh", "id")
	p.Start("ptoken")
	p.Write("satu")
	p.Write("dua")
	texts := func(batch []update) []string {
		var texts []string
		for _, u := range batch {
			texts = append(texts, decode[message](r, u.Message).Text)
		}
		return texts
	}
	first := r.updates(0, nil)
	if got, want := texts(first), []string{"/start ptoken", "satu", "dua"}; !slices.Equal(got, want) {
		t.Fatalf("came %q, want %q", got, want)
	}
	if first[1].ID != first[0].ID+1 || first[2].ID != first[1].ID+1 {
		t.Errorf("ids do not ascend by one: %d, %d, %d", first[0].ID, first[1].ID, first[2].ID)
	}
	if got := r.Unconfirmed(); got != 3 {
		t.Errorf("%d unconfirmed, want 3", got)
	}
	steps := []struct {
		offset int64
		limit  string
		want   []string
	}{
		{offset: 0, want: []string{"/start ptoken", "satu", "dua"}},
		{offset: first[1].ID, limit: "1", want: []string{"satu"}},
		{offset: -1, want: []string{"dua"}},
		{offset: first[2].ID + 1},
	}
	for _, step := range steps {
		if got := texts(r.updates(step.offset, params{"limit": step.limit})); !slices.Equal(got, step.want) {
			t.Errorf("from %d came %q, want %q", step.offset, got, step.want)
		}
	}
	if got := r.Unconfirmed(); got != 0 {
		t.Errorf("%d unconfirmed, want none", got)
	}
}

func TestAllowedUpdates(t *testing.T) {
	tests := map[string]struct {
		asked []string // one request each
		want  int      // of a message and a tap
	}{
		"by default all come":          {want: 2},
		"only what was asked for":      {asked: []string{`["message"]`}, want: 1},
		"null keeps what was asked":    {asked: []string{`["message"]`, "null"}, want: 1},
		"an empty list is as at first": {asked: []string{`["message"]`, "[]"}, want: 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			p := r.started(7001)
			for _, asked := range test.asked {
				r.updates(0, params{"allowed_updates": asked})
			}
			p.Write("a")
			p.TapData(1, "x")
			if got := len(r.updates(0, nil)); got != test.want {
				t.Errorf("%d updates came, want %d", got, test.want)
			}
		})
	}
}

func TestUnfetchedUpdatesAreDropped(t *testing.T) {
	tests := map[string]struct {
		later   time.Duration
		fetched bool // before
		left    int  // of a message and a tap
	}{
		"after 150 seconds all are there":      {later: 150 * time.Second, left: 2},
		"after that the tap is gone":           {later: 151 * time.Second, left: 1},
		"after 24 hours the message is there":  {later: 24 * time.Hour, left: 1},
		"after that it is gone too":            {later: 24*time.Hour + time.Second, left: 0},
		"a tap that was fetched is sent again": {later: time.Hour, fetched: true, left: 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			p := r.started(7001)
			p.Write("a")
			p.TapData(1, "x")
			if test.fetched {
				r.updates(0, nil)
			}
			r.clock.turn(test.later)
			if got := len(r.updates(0, nil)); got != test.left {
				t.Errorf("%d updates are left, want %d", got, test.left)
			}
			if got, want := r.Dropped(), 2-test.left; got != want {
				t.Errorf("%d counted as dropped, want %d", got, want)
			}
		})
	}
}

func TestLongPollEndsWithAnUpdate(t *testing.T) {
	r := newRig(t, simulator.Config{})
	came := make(chan []update)
	go func() { came <- r.updates(0, params{"timeout": "50"}) }()
	r.Person(7001, "Contoh", "id").Start("")
	if batch := <-came; len(batch) != 1 {
		t.Errorf("%d updates came, want 1", len(batch))
	}
}

func TestOlderOfTwoPollersGets409(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	p.Write("a")
	seen := r.updates(0, nil)
	older, newer := make(chan reply), make(chan reply)
	go func() { older <- r.call("getUpdates", params{"timeout": "50", "offset": id(seen[0].ID + 1)}) }()
	await(t, "the older polls, and confirms", func() bool { return r.Queued() == 0 })
	go func() { newer <- r.call("getUpdates", params{"timeout": "50"}) }()
	if answer := <-older; answer.Code != 409 {
		t.Errorf("the older is answered %d, want 409", answer.Code)
	}
	p.Write("b")
	if answer := <-newer; !answer.OK {
		t.Errorf("the newer is answered %d", answer.Code)
	}
	if got := r.Refusals()[simulator.TwoPollers]; got != 1 {
		t.Errorf("counted %d times, want once", got)
	}
}

func TestKillWhileUnconfirmedIsCounted(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	kill := func(want bool) {
		t.Helper()
		if got := r.RecordKill(); got != want {
			t.Errorf("an update was in hand at the kill: %v, want %v", got, want)
		}
	}
	kill(false)
	p.Write("a")
	kill(false) // it lies there, undelivered
	batch := r.updates(0, nil)
	if err := r.AwaitDelivered(t.Context()); err != nil {
		t.Fatal(err)
	}
	kill(true)
	r.updates(batch[0].ID+1, nil)
	if err := r.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	kill(false)
	if got := r.KillsWhileUnconfirmed(); got != 1 {
		t.Errorf("%d counted, want 1", got)
	}
}

func TestWebhookIsNoneAndItsUpdatesCanBeDropped(t *testing.T) {
	r := newRig(t, simulator.Config{})
	r.Person(7001, "Contoh", "id").Start("")
	must[bool](r, "deleteWebhook", nil)
	if got := r.Queued(); got != 1 {
		t.Errorf("%d updates are left, want 1", got)
	}
	must[bool](r, "deleteWebhook", params{"drop_pending_updates": "true"})
	if got := r.Queued(); got != 0 {
		t.Errorf("%d updates are left, want none", got)
	}
}

// await waits for a condition of the server.
func await(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(deadline) {
			t.Fatalf("did not come about: %s", what)
		}
	}
}
