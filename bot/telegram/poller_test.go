package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/telegram"
)

// running is a Poller at work.
type running struct {
	clock *clock
	log   *lines
	stop  context.CancelFunc
	ended chan error
}

func run(t *testing.T, s *server, poller telegram.Poller, handle telegram.Handler) *running {
	r := &running{clock: newClock(), log: &lines{}, ended: make(chan error, 1)}
	poller.Client, poller.Clock = s.client, r.clock
	poller.Log = slog.New(slog.NewTextHandler(r.log, nil))
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.ended <- poller.Run(ctx, handle) }()
	t.Cleanup(stop)
	return r
}

// end stops the Poller and waits until it has.
func (r *running) end(t *testing.T) {
	t.Helper()
	r.stop()
	if err := r.returns(t); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func (r *running) returns(t *testing.T) error {
	t.Helper()
	select {
	case err := <-r.ended:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("Run does not return")
		return nil
	}
}

func TestPollerKeepsTheOrderOfAChat(t *testing.T) {
	s, seen := newServer(t), &book{}
	var want [3][]string
	var all []string
	for i := range 60 {
		text := fmt.Sprintf("%d:%d", i%3, i)
		all, want[i%3] = append(all, text), append(want[i%3], text)
	}
	s.comes(1, all...)
	r := run(t, s, telegram.Poller{}, func(_ context.Context, u telegram.Update) error {
		seen.note(u)
		return nil
	})
	s.confirmed(t)
	r.end(t)
	for chat := range want {
		if got := seen.of(int64(chat)); !slices.Equal(got, want[chat]) {
			t.Errorf("chat %d was handled as %v", chat, got)
		}
	}
	if s.others[0] != "deleteWebhook" {
		t.Errorf("before polling came %v", s.others)
	}
}

// While one update is in hand, other chats' are handled, and none of the batch
// is confirmed.
func TestPollerConfirmsAfterTheWholeBatch(t *testing.T) {
	s := newServer(t)
	held, release, other := make(chan struct{}), make(chan struct{}), make(chan struct{})
	s.comes(1, "1:a", "2:b")
	var r *running
	ready := make(chan struct{})
	r = run(t, s, telegram.Poller{}, func(_ context.Context, u telegram.Update) error {
		<-ready
		if r.clock.Working() == 0 {
			t.Error("the clock may jump while an update is in hand")
		}
		switch u.Message.Text {
		case "a":
			close(held)
			<-release
		case "b":
			close(other)
		}
		return nil
	})
	close(ready)
	<-held
	<-other
	if n := s.unconfirmed(); n != 2 {
		t.Errorf("%d updates unconfirmed while one is in hand, want 2", n)
	}
	close(release)
	s.confirmed(t)
	r.end(t)
	if n := r.clock.Working(); n != 0 {
		t.Errorf("%d workers at work after the end", n)
	}
}

func TestPollerIsBounded(t *testing.T) {
	const workers, chats = 3, 30
	s := newServer(t)
	var all []string
	for chat := range chats {
		all = append(all, fmt.Sprintf("%d:x", chat))
	}
	s.comes(1, all...)
	var mu sync.Mutex
	inHand, most := 0, 0
	count := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		inHand += n
		most = max(most, inHand)
	}
	began, release := make(chan struct{}, chats), make(chan struct{})
	r := run(t, s, telegram.Poller{Workers: workers}, func(context.Context, telegram.Update) error {
		count(1)
		began <- struct{}{}
		<-release
		count(-1)
		return nil
	})
	for range workers {
		<-began
	}
	for range chats - workers { // each one that goes lets one in
		release <- struct{}{}
		<-began
	}
	close(release)
	s.confirmed(t)
	r.end(t)
	if most != workers {
		t.Errorf("%d in hand at once, want %d", most, workers)
	}
}

// What cannot be handled for now comes again, before the chat's next one and
// before anything is confirmed.
func TestPollerTriesAgain(t *testing.T) {
	s, seen := newServer(t), &book{}
	s.comes(1, "1:a", "1:b", "2:c")
	tries := 0
	r := run(t, s, telegram.Poller{}, func(_ context.Context, u telegram.Update) error {
		if u.Message.Text == "a" {
			if n := s.unconfirmed(); n != 3 {
				t.Errorf("try %d: %d unconfirmed, want 3", tries, n)
			}
			if tries++; tries < 3 {
				return errors.New("database away")
			}
		}
		seen.note(u)
		return nil
	})
	s.confirmed(t)
	r.end(t)
	if got := seen.of(1); tries != 3 || !slices.Equal(got, []string{"1:a", "1:b"}) {
		t.Errorf("after %d tries chat 1 was handled as %v", tries, got)
	}
	if !strings.Contains(r.log.String(), "update not handled yet") {
		t.Errorf("log: %s", r.log)
	}
}

func TestPollerEnds(t *testing.T) {
	away := errors.New("database away")
	tests := map[string]struct {
		grace time.Duration
		// handle is told when to end, and that it may go on after that.
		handle func(ctx context.Context, stop func()) error
		left   int // unconfirmed
	}{
		"what is in hand is finished and confirmed": {
			handle: func(ctx context.Context, stop func()) error {
				stop()
				return ctx.Err()
			},
		},
		"what cannot be handled stays": {
			handle: func(_ context.Context, stop func()) error {
				stop()
				return away
			},
			left: 3,
		},
		"what takes too long stays": {
			grace: 50 * time.Millisecond,
			handle: func(ctx context.Context, stop func()) error {
				stop()
				<-ctx.Done()
				return ctx.Err()
			},
			left: 3,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.comes(1, "1:a", "1:b", "2:c")
			ready := make(chan struct{})
			var r *running
			r = run(t, s, telegram.Poller{Grace: test.grace}, func(ctx context.Context, _ telegram.Update) error {
				<-ready
				return test.handle(ctx, r.stop)
			})
			close(ready)
			if err := r.returns(t); err != nil {
				t.Errorf("Run: %v", err)
			}
			if n := s.unconfirmed(); n != test.left {
				t.Errorf("%d updates unconfirmed, want %d", n, test.left)
			}
			last := s.polls[len(s.polls)-1].Params
			if test.left == 0 && (last["limit"] != "1" || last["timeout"] != "0" || last["offset"] != "4") {
				t.Errorf("confirmed by %v", last)
			}
		})
	}
}

// A Poller that died without a word leaves its batch to the next one.
func TestPollerAfterAKill(t *testing.T) {
	s, seen := newServer(t), &book{}
	s.comes(1, "1:a", "1:b")
	dead := make(chan struct{})
	t.Cleanup(func() { close(dead) })
	reached := make(chan struct{})
	run(t, s, telegram.Poller{}, func(_ context.Context, u telegram.Update) error {
		if u.Message.Text == "b" {
			close(reached)
			<-dead
		}
		return nil
	})
	<-reached
	next := run(t, s, telegram.Poller{}, func(_ context.Context, u telegram.Update) error {
		seen.note(u)
		return nil
	})
	s.confirmed(t)
	next.end(t)
	if got := seen.of(1); !slices.Equal(got, []string{"1:a", "1:b"}) {
		t.Errorf("the next one handled %v", got)
	}
}

func TestPollerOutlastsFailures(t *testing.T) {
	refused := func(code int, description, more string) answer {
		return answer{code, fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q%s}`, code, description, more)}
	}
	tests := map[string]struct {
		answers []answer
		logged  string
	}{
		"gateways":                 {[]answer{{502, "<html>"}, {500, "<html>"}, {502, "<html>"}}, "polling failed"},
		"nonsense":                 {[]answer{{200, "surprise"}}, "polling failed"},
		"another program polling":  {[]answer{refused(409, "Conflict: terminated by other getUpdates request", "")}, "another program polls with this token"},
		"a 429, on people's clock": {[]answer{refused(429, "Too Many Requests", `,"parameters":{"retry_after":3600}`)}, "polling failed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // a conflict takes three seconds
			s, seen := newServer(t), &book{}
			s.says(test.answers...)
			s.comes(1, "1:a")
			r := run(t, s, telegram.Poller{}, func(_ context.Context, u telegram.Update) error {
				seen.note(u)
				return nil
			})
			s.confirmed(t)
			r.end(t)
			if got := seen.of(1); !slices.Equal(got, []string{"1:a"}) {
				t.Errorf("handled %v", got)
			}
			if n := strings.Count(r.log.String(), test.logged); n != 1 {
				t.Errorf("said %d times that it failed, want once for all in a row: %s", n, r.log)
			}
			if strings.Contains(r.log.String(), token) {
				t.Errorf("the token is in the log: %s", r.log)
			}
		})
	}
}

func TestPollerWaitsForTelegramAtTheStart(t *testing.T) {
	client := unreachable(t)
	log := &lines{}
	poller := telegram.Poller{Client: client, Clock: newClock(), Log: slog.New(slog.NewTextHandler(log, nil))}
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	if err := poller.Run(ctx, nil); err != nil {
		t.Errorf("Run: %v", err)
	}
	if n := strings.Count(log.String(), "polling failed"); n != 1 {
		t.Errorf("said %d times that polling failed, want once for all in a row: %s", n, log)
	}
}

func TestPollerGivesUpOnARefusedToken(t *testing.T) {
	s := newServer(t)
	s.says(answer{401, `{"ok":false,"error_code":401,"description":"Unauthorized"}`})
	r := run(t, s, telegram.Poller{}, nil)
	if err := r.returns(t); telegram.KindOf(err) != telegram.Unauthorized {
		t.Errorf("Run: %v, want unauthorized", err)
	}
}

// After a quiet week Telegram goes on with any id, be it lower.
func TestPollerTakesRestartedIDs(t *testing.T) {
	s, seen := newServer(t), &book{}
	r := run(t, s, telegram.Poller{}, func(_ context.Context, u telegram.Update) error {
		seen.note(u)
		return nil
	})
	s.comes(900, "1:a")
	s.confirmed(t)
	s.says(answer{200, `{"ok":true,"result":[]}`}) // the poll that waits ends, and so does the next one
	s.until(t, "an empty answer", func() bool { return len(s.answers) == 0 })
	s.comes(5, "1:b")
	s.confirmed(t)
	r.end(t)
	if got := seen.of(1); !slices.Equal(got, []string{"1:a", "1:b"}) {
		t.Errorf("handled %v", got)
	}
}

// An update that cannot be read is handed on as one of no kind and holds up
// nobody.
func TestPollerPassesUnreadableUpdatesOn(t *testing.T) {
	s, seen := newServer(t), &book{}
	s.change(func() {
		s.ids, s.waiting = []int64{1}, []string{`{"update_id":1,"message":"surprise"}`}
	})
	s.comes(2, "1:b")
	others := make(chan int64, 1)
	r := run(t, s, telegram.Poller{}, func(_ context.Context, u telegram.Update) error {
		if u.Other() {
			others <- u.ID
			return nil
		}
		seen.note(u)
		return nil
	})
	s.confirmed(t)
	r.end(t)
	if got := seen.of(1); <-others != 1 || len(got) != 1 {
		t.Errorf("handled %v besides", got)
	}
}
