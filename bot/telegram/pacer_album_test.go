package telegram_test

import (
	"context"
	"testing"
	"time"

	"pascalatih/bot/telegram"
)

// An album waits for the chat's whole burst, and what comes after it until each of
// its messages has been paid for.
func TestPaceOfAnAlbum(t *testing.T) {
	tests := map[string]struct {
		album int
		waits time.Duration // the album, after a message that left two of its chat's three
		next  time.Duration // the message that is wanted 1.5 s after that one
	}{
		"of two goes after its share of a second":     {album: 2, waits: 35 * time.Millisecond, next: 1500 * time.Millisecond},
		"of three waits for the third":                {album: 3, waits: 1055 * time.Millisecond, next: 2075 * time.Millisecond},
		"of ten leaves a debt of seven, and pays for": {album: 10, waits: 1297 * time.Millisecond, next: 9460 * time.Millisecond},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			const quiet = 10 * time.Second
			first := &sending{class: telegram.Bulk, chat: 7, after: quiet}
			album := &sending{class: telegram.Bulk, chat: 7, after: quiet + time.Millisecond, album: test.album}
			other := &sending{class: telegram.Reply, chat: 8, after: quiet + 2*time.Millisecond}
			next := &sending{class: telegram.Reply, chat: 7, after: quiet + 1500*time.Millisecond}
			pace(c, telegram.NewPacer(c, 28), []*sending{first, album, other, next})
			const leeway = 3 * time.Millisecond
			if waited := album.began.Sub(first.began); (waited - test.waits).Abs() > leeway {
				t.Errorf("the album waited %v, want %v", waited, test.waits)
			}
			if waited := next.began.Sub(first.began); (waited - test.next).Abs() > leeway {
				t.Errorf("the next message went after %v, want %v", waited, test.next)
			}
			if waited := other.began.Sub(first.began); waited > 110*time.Millisecond {
				t.Errorf("another chat waited %v for the album", waited)
			}
		})
	}
}

// An album that gives up while it waits for its share leaves its chat to others.
func TestPaceForgetsAnAlbumThatGivesUp(t *testing.T) {
	c := newClock()
	pacer := telegram.NewPacer(c, 28)
	ctx, cancel := context.WithCancel(t.Context())
	setup := c.Work()
	setup.Wait(t.Context(), c.Now().Add(10*time.Second), nil)
	w := c.Work()
	gone := make(chan error)
	go func() {
		defer w.Done()
		gone <- pacer.DoAlbum(ctx, w, telegram.Reply, 7, 10, func() error { return nil })
	}()
	setup.Wait(t.Context(), c.Now().Add(100*time.Millisecond), nil)
	cancel()
	if err := <-gone; telegram.KindOf(err) != telegram.Unreachable {
		t.Errorf("got %v, want unreachable", err)
	}
	setup.Done()
	next := &sending{class: telegram.Reply, chat: 7}
	start := c.Now()
	pace(c, pacer, []*sending{next})
	if waited := next.began.Sub(start); waited > time.Second {
		t.Errorf("the chat waited %v for an album that had given up", waited)
	}
}
