package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
)

// sending is one request: planned, and as it then was.
type sending struct {
	class telegram.Class
	chat  int64
	after time.Duration // from the start until somebody wants it
	takes time.Duration // from its beginning to its end
	wait  time.Duration // that its 429 asks for; 0 succeeds
	album int           // how many messages it makes; 0: one, which is no album

	began, ended time.Time
	arrived      time.Time // at Telegram, at some moment in between
}

// pace makes all sendings side by side and returns when all have ended.
func pace(c *clock, pacer *telegram.Pacer, all []*sending) {
	start := c.Now()
	setup := c.Work() // holds the clock until all are there
	var group sync.WaitGroup
	for _, s := range all {
		w := c.Work()
		group.Go(func() {
			defer w.Done()
			w.Wait(context.Background(), start.Add(s.after), nil)
			_ = s.pace(pacer, w, func() error {
				s.began = c.Now()
				if s.takes > 0 {
					w.Wait(context.Background(), s.began.Add(s.takes), nil)
				}
				s.ended = c.Now()
				if s.wait > 0 {
					return &telegram.Error{Kind: telegram.Throttled, RetryAfter: s.wait}
				}
				return nil
			})
		})
	}
	setup.Done()
	group.Wait()
	slices.SortStableFunc(all, func(a, b *sending) int { return a.began.Compare(b.began) })
}

// pace makes one request.
func (s *sending) pace(pacer *telegram.Pacer, w calendar.Worker, call func() error) error {
	if s.album == 0 {
		return pacer.Do(context.Background(), w, s.class, s.chat, call)
	}
	return pacer.DoAlbum(context.Background(), w, s.class, s.chat, s.album, call)
}

func milliseconds(most int) *rapid.Generator[time.Duration] {
	return rapid.Map(rapid.IntRange(0, most), func(ms int) time.Duration { return time.Duration(ms) * time.Millisecond })
}

// sendings draws requests to few chats, so that they get into each other's way.
func sendings(t *rapid.T) []*sending {
	var all []*sending
	for range rapid.IntRange(1, 120).Draw(t, "sendings") {
		s := &sending{
			class: rapid.SampledFrom([]telegram.Class{telegram.Reply, telegram.Bulk, telegram.Edit}).Draw(t, "class"),
			chat:  rapid.Int64Range(1, 60).Draw(t, "chat"),
			after: milliseconds(4000).Draw(t, "after"),
			takes: milliseconds(300).Draw(t, "takes"),
		}
		if rapid.IntRange(0, 2).Draw(t, "busy chat") == 0 {
			s.chat = 1
		}
		if s.class != telegram.Edit && rapid.IntRange(0, 9).Draw(t, "an album") == 0 {
			s.album = rapid.IntRange(2, 10).Draw(t, "pictures")
		}
		all = append(all, s)
	}
	return all
}

// In no second more begins, an album counted once, than Telegram takes, and a Telegram that counts in
// token buckets, an album message by message, at any moment while a request is under way, never says 429.
func TestPaceStaysBelowTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newClock()
		start, all := c.Now(), sendings(t)
		pace(c, telegram.NewPacer(c, 28), all)

		sends, inChat, edits := []time.Time{}, map[int64][]time.Time{}, map[int64][]time.Time{}
		for _, s := range all {
			if s.class == telegram.Edit {
				edits[s.chat] = append(edits[s.chat], s.began)
			} else {
				sends, inChat[s.chat] = append(sends, s.began), append(inChat[s.chat], s.began)
			}
		}
		noSecondHasMore(t, "messages", sends, 30)
		for chat, times := range inChat {
			noSecondHasMore(t, fmt.Sprintf("messages in chat %d", chat), times, 3)
		}
		for chat, times := range edits {
			noSecondHasMore(t, fmt.Sprintf("edits in chat %d", chat), times, 3)
		}

		for _, s := range all {
			share := rapid.Float64Range(0, 1).Draw(t, "share of the way")
			s.arrived = s.began.Add(time.Duration(share * float64(s.ended.Sub(s.began))))
		}
		slices.SortStableFunc(all, func(a, b *sending) int { return a.arrived.Compare(b.arrived) })
		server := newLimits(start)
		for _, s := range all {
			if !server.takes(s) {
				t.Fatalf("429 for class %d in chat %d after %v", s.class, s.chat, s.arrived.Sub(start))
			}
		}
	})
}

// After a 429 nothing begins in its chat until the wait is over, and after a
// bulk one, or those of two chats within a second, nothing at all. Still
// everything goes in the end.
func TestPaceObeysThrottling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newClock()
		all := sendings(t)
		for _, s := range all {
			if rapid.IntRange(0, 9).Draw(t, "throttled") == 0 {
				s.wait = time.Duration(rapid.IntRange(1, 20).Draw(t, "wait")) * time.Second
			}
		}
		pace(c, telegram.NewPacer(c, 28), all)

		var throttled []*sending
		for _, s := range all {
			if s.began.IsZero() {
				t.Fatalf("class %d to chat %d never went", s.class, s.chat)
			}
			if s.wait > 0 {
				throttled = append(throttled, s)
			}
		}
		slices.SortStableFunc(throttled, func(a, b *sending) int { return a.ended.Compare(b.ended) })
		for i, cause := range throttled {
			everybody := cause.class == telegram.Bulk
			if i > 0 {
				before := throttled[i-1]
				everybody = everybody || before.chat != cause.chat && cause.ended.Sub(before.ended) <= time.Second && cause.ended.After(before.ended)
			}
			for _, s := range all {
				if (everybody || s.chat == cause.chat) && s.began.After(cause.ended) && s.began.Before(cause.ended.Add(cause.wait)) {
					t.Fatalf("class %d to chat %d began %v after a 429 of chat %d (class %d) that asked for %v",
						s.class, s.chat, s.began.Sub(cause.ended), cause.chat, cause.class, cause.wait)
				}
			}
		}
	})
}

func TestPaceOfClasses(t *testing.T) {
	many := func(n int, class telegram.Class, spread time.Duration) []*sending {
		var all []*sending
		for i := range n {
			all = append(all, &sending{class: class, chat: int64(1000*int(class) + i), after: spread / time.Duration(n) * time.Duration(i)})
		}
		return all
	}
	count := func(all []*sending, class telegram.Class, until time.Time) int {
		n := 0
		for _, s := range all {
			if s.class == class && s.began.Before(until) {
				n++
			}
		}
		return n
	}
	// The first second is every chat's own: all begin spent.
	const quiet = 2 * time.Second
	tests := map[string]struct {
		rate          float64
		all           []*sending
		replies, bulk int // of the 10 seconds, within 2 of it
	}{
		"bulk goes at its rate":          {28, many(400, telegram.Bulk, 0), 0, 280},
		"bulk goes at a smaller rate":    {10, many(200, telegram.Bulk, 0), 0, 100},
		"no free rate is above":          {30, many(400, telegram.Bulk, 0), 0, 290},
		"bulk gets what replies leave":   {28, append(many(400, telegram.Bulk, 0), many(100, telegram.Reply, 10*time.Second)...), 100, 180},
		"replies need not leave any":     {28, append(many(400, telegram.Bulk, 0), many(600, telegram.Reply, 0)...), 290, 0},
		"edits take nothing from either": {28, append(many(400, telegram.Bulk, 0), many(600, telegram.Edit, 0)...), 0, 280},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			pacer := telegram.NewPacer(c, test.rate)
			w := c.Work()
			w.Wait(context.Background(), c.Now().Add(quiet), nil)
			until := c.Now().Add(10 * time.Second)
			w.Done()
			pace(c, pacer, test.all)
			var sends []time.Time
			for _, s := range test.all {
				if s.class != telegram.Edit {
					sends = append(sends, s.began)
				}
			}
			noSecondHasMore(t, "messages", sends, 30)
			replies, bulk := count(test.all, telegram.Reply, until), count(test.all, telegram.Bulk, until)
			if math.Abs(float64(replies-test.replies)) > 2 || math.Abs(float64(bulk-test.bulk)) > 2 {
				t.Errorf("in ten seconds went %d replies and %d bulk, want %d and %d", replies, bulk, test.replies, test.bulk)
			}
		})
	}
}

func TestAReplyOvertakesBulk(t *testing.T) {
	c := newClock()
	var all []*sending
	for i := range 200 {
		all = append(all, &sending{class: telegram.Bulk, chat: int64(i)})
	}
	reply := &sending{class: telegram.Reply, chat: 1000, after: 3 * time.Second}
	start := c.Now()
	pace(c, telegram.NewPacer(c, 28), append(all, reply))
	if late := reply.began.Sub(start.Add(reply.after)); late > 70*time.Millisecond {
		t.Errorf("the reply waited %v behind bulk", late)
	}
}

func TestAQuietChatTakesABurst(t *testing.T) {
	c := newClock()
	start := c.Now()
	var all []*sending
	for range 5 {
		all = append(all, &sending{class: telegram.Reply, chat: 7, after: 10 * time.Second})
	}
	pace(c, telegram.NewPacer(c, 28), all)
	for i, most := range []time.Duration{0, 100 * time.Millisecond, 100 * time.Millisecond, 1100 * time.Millisecond, 2200 * time.Millisecond} {
		if late := all[i].began.Sub(start.Add(10 * time.Second)); late > most {
			t.Errorf("message %d waited %v, want at most %v", i+1, late, most)
		}
	}
}

// A process that is killed and started again at the same instant does not know
// what the one before it sent; Telegram does.
func TestPaceAfterAKill(t *testing.T) {
	c := newClock()
	server := newLimits(c.Now())
	for life := range 5 {
		var all []*sending
		for i := range 40 {
			all = append(all, &sending{class: telegram.Class(i % 3), chat: int64(i % 4)})
		}
		ctx, kill := context.WithCancel(context.Background())
		pacer := telegram.NewPacer(c, 28)
		setup, start := c.Work(), c.Now()
		var group sync.WaitGroup
		for _, s := range all {
			w := c.Work()
			group.Go(func() {
				defer w.Done()
				_ = pacer.Do(ctx, w, s.class, s.chat, func() error {
					s.arrived = c.Now()
					return nil
				})
			})
		}
		setup.Wait(context.Background(), start.Add(3100*time.Millisecond), nil)
		kill()
		group.Wait()
		setup.Done()
		slices.SortStableFunc(all, func(a, b *sending) int { return a.arrived.Compare(b.arrived) })
		for _, s := range all {
			if !s.arrived.IsZero() && !server.takes(s) {
				t.Fatalf("429 in life %d, %v after its start", life, s.arrived.Sub(start))
			}
		}
	}
}

// What comes once the Pacer is ready does not wait, and what comes before waits until
// then.
func TestPaceIsReadyAfterAWhile(t *testing.T) {
	for name, bulkRate := range map[string]float64{"as usual": 28, "slow": 0.5, "paid": 100, "without rates": math.Inf(1)} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			start := c.Now()
			pacer := telegram.NewPacer(c, bulkRate)
			after := pacer.Ready().Sub(start)
			early := &sending{class: telegram.Bulk, chat: 1}
			pace(c, pacer, []*sending{early})
			if waited := early.began.Sub(start); waited != after {
				t.Errorf("what came at once began after %v, though it was to be ready after %v", waited, after)
			}

			c = newClock()
			start = c.Now()
			pacer = telegram.NewPacer(c, bulkRate)
			late := &sending{class: telegram.Bulk, chat: 1, after: after}
			pace(c, pacer, []*sending{late})
			if waited := late.began.Sub(start) - after; waited != 0 {
				t.Errorf("what came then waited %v", waited)
			}
		})
	}
}

func TestPaceWithoutRates(t *testing.T) {
	c := newClock()
	start := c.Now()
	var all []*sending
	for i := range 500 {
		all = append(all, &sending{class: telegram.Class(i % 3), chat: 7})
	}
	all[0].wait = time.Second
	pacer := telegram.NewPacer(c, math.Inf(1))
	pace(c, pacer, all)
	for _, s := range all {
		if waited := s.began.Sub(start); waited > time.Second {
			t.Fatalf("a request waited %v though only one 429 asked for a second", waited)
		}
	}
	if !c.Now().After(start) {
		t.Error("the 429 was not obeyed")
	}
}

func TestPaceGivesUpWithItsContext(t *testing.T) {
	c := newClock()
	w := c.Work()
	defer w.Done()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := telegram.NewPacer(c, 28).Do(ctx, w, telegram.Reply, 7, func() error {
		t.Error("the request was made")
		return nil
	})
	if telegram.KindOf(err) != telegram.Unreachable || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want unreachable for being canceled", err)
	}
}

// Requests that give up while they wait stand in nobody's way.
func TestPaceForgetsWhoGivesUp(t *testing.T) {
	for _, class := range []telegram.Class{telegram.Reply, telegram.Bulk} {
		c := newClock()
		pacer := telegram.NewPacer(c, 28)
		ctx, cancel := context.WithCancel(context.Background())
		setup := c.Work()
		var group sync.WaitGroup
		for chat := range int64(300) {
			w := c.Work()
			group.Go(func() {
				defer w.Done()
				_ = pacer.Do(ctx, w, class, chat, func() error { return nil })
			})
		}
		setup.Wait(context.Background(), c.Now().Add(3*time.Second), nil)
		cancel()
		group.Wait()
		next := &sending{class: telegram.Bulk, chat: 1000}
		start := c.Now()
		setup.Done()
		pace(c, pacer, []*sending{next})
		if waited := next.began.Sub(start); waited > 200*time.Millisecond {
			t.Errorf("bulk waited %v for class %d that had given up", waited, class)
		}
	}
}

func TestPaceForgetsQuietChats(t *testing.T) {
	c := newClock()
	pacer := telegram.NewPacer(c, 28)
	const chats = 5000 // each has its full allowance again after a second
	w := c.Work()
	defer w.Done()
	for chat := range int64(chats) {
		if chat%100 == 0 {
			w.Wait(context.Background(), c.Now().Add(time.Second), nil)
		}
		err := pacer.Do(context.Background(), w, telegram.Edit, chat, func() error { return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := pacer.Chats(); n > 2000 {
		t.Errorf("%d of %d chats are remembered", n, chats)
	}
}

// noSecondHasMore checks every second that begins with one of times, which
// ascend.
func noSecondHasMore(t rapid.TB, what string, times []time.Time, most int) {
	for i := range times {
		if last := i + most; last < len(times) && times[last].Sub(times[i]) < time.Second {
			t.Fatalf("%d %s within %v", most+1, what, times[last].Sub(times[i]))
		}
	}
}
