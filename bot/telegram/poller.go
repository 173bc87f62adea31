package telegram

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"pascalatih/scheduler/calendar"
)

// Handler does what an update asks for and commits it. An error means that it
// could not for now (the database is away): the update comes again after a
// moment, and until then is not confirmed. An update that is to be passed over
// is done, which is nil. Handling an update twice must change nothing.
type Handler func(ctx context.Context, u Update) error

// Poller fetches updates by long polling and has them handled: those of one
// chat in their order, those of different chats side by side. Telegram is told
// to forget a batch only after every update of it was handled; a kill at any
// instant makes it send them again.
type Poller struct {
	Client *Client
	// Clock stands still while an update is in hand.
	Clock calendar.Clock
	Log   *slog.Logger
	// Workers is how many chats' updates may be in hand at once; 0 is 16.
	Workers int
	// Grace is how long handlers may go on after Run was told to end, in the
	// machine's time; 0 is 6 seconds.
	Grace time.Duration
}

// The waits of polling, in the machine's time: it is sockets that they wait for.
const (
	pollWait      = 25 * time.Second // how long Telegram may hold a poll; then it says that nothing came
	batchSize     = 100              // the most that Telegram gives
	firstPause    = 100 * time.Millisecond
	longestPause  = 5 * time.Second
	conflictPause = 3 * time.Second
	confirmTime   = 2 * time.Second
)

const (
	defaultWorkers = 16
	defaultGrace   = 6 * time.Second
)

// Run polls until ctx ends. Then it finishes what is in hand, confirms it and
// returns nil. Telegram being away, at the start too, is no error: it is tried
// again. The only error is Unauthorized: the token, or the address, is wrong.
func (p *Poller) Run(ctx context.Context, handle Handler) error {
	r := &polling{Poller: p, handle: handle}
	work, stop := p.outlive(ctx)
	defer stop()
	for ctx.Err() == nil {
		err := r.round(ctx, work)
		if KindOf(err) == Unauthorized {
			return err
		}
		r.rest(ctx, err)
	}
	r.confirm(work)
	return nil
}

// outlive is a context for handlers: it ends a grace after ctx.
func (p *Poller) outlive(ctx context.Context) (work context.Context, stop func()) {
	grace := p.Grace
	if grace == 0 {
		grace = defaultGrace
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	forget := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return work, func() {
		forget()
		cancel()
	}
}

// polling is one run of a Poller.
type polling struct {
	*Poller
	handle Handler

	noWebhook bool  // Telegram has been told so
	offset    int64 // confirms what was handled; 0 where nothing is to be confirmed

	failed Kind          // of the last round, zero if it went well
	pause  time.Duration // before the next round, where this one failed
}

// round polls once and has handled what came.
func (r *polling) round(ctx, work context.Context) error {
	if !r.noWebhook {
		if err := r.Client.DeleteWebhook(ctx); err != nil {
			return err
		}
		r.noWebhook = true
	}
	updates, err := r.Client.Updates(ctx, r.offset, batchSize, pollWait)
	if err != nil {
		return err
	}
	// What the offset confirms is confirmed now. It is not used again: ids that
	// Telegram restarted at random could all lie before it.
	r.offset = 0
	if r.handleAll(ctx, work, updates) {
		for _, u := range updates {
			r.offset = max(r.offset, u.ID+1)
		}
	}
	return nil
}

// handleAll tells whether every update was handled; if not, ctx has ended.
func (r *polling) handleAll(ctx, work context.Context, updates []Update) bool {
	var group errgroup.Group
	group.SetLimit(r.workers())
	for _, chat := range byChat(updates) {
		group.Go(func() error {
			for _, u := range chat {
				if err := r.handleOne(ctx, work, u); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait() == nil
}

// handleOne has u handled, as often as it takes. Once ctx has ended there is
// only one try.
func (r *polling) handleOne(ctx, work context.Context, u Update) error {
	w := r.Clock.Work()
	defer w.Done()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := r.handle(work, u)
		if err == nil {
			return nil
		}
		r.Log.Warn("update not handled yet", "update", u.ID, "chat", u.Chat.ID, "error", err)
		if !sleep(ctx, pause) {
			return err
		}
	}
}

// confirm tells Telegram what was handled, so that the next process need not
// handle it again. That it may fail is why nothing relies on it.
func (r *polling) confirm(ctx context.Context) {
	if r.offset == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, confirmTime)
	defer cancel()
	if _, err := r.Client.Updates(ctx, r.offset, 1, 0); err != nil {
		r.Log.Warn("handled updates not confirmed", "error", err)
	}
}

// rest waits after a round that failed, and says so once for every kind of
// failure in a row.
func (r *polling) rest(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	kind := KindOf(err)
	if kind != r.failed {
		r.report(kind, err)
		r.failed, r.pause = kind, firstPause
	}
	switch kind {
	case 0:
	case Throttled:
		r.restOnClock(ctx, waitOf(err))
	case Conflict:
		sleep(ctx, conflictPause)
	default:
		sleep(ctx, r.pause)
		r.pause = min(2*r.pause, longestPause)
	}
}

func (r *polling) report(kind Kind, err error) {
	switch kind {
	case 0:
		r.Log.Info("polling again")
	case Conflict:
		r.Log.Error("another program polls with this token, or a webhook is set for it; only one may", "error", err)
	default:
		r.Log.Warn("polling failed, will be tried again", "error", err)
	}
}

// restOnClock waits as long as Telegram asked for, which is people's time.
func (r *polling) restOnClock(ctx context.Context, wait time.Duration) {
	w := r.Clock.Work()
	defer w.Done()
	for until := r.Clock.Now().Add(wait); r.Clock.Now().Before(until) && ctx.Err() == nil; {
		w.Wait(ctx, until, nil)
	}
}

func (r *polling) workers() int {
	if r.Workers == 0 {
		return defaultWorkers
	}
	return r.Workers
}

// byChat parts updates into those of each chat, in the order they came.
func byChat(updates []Update) [][]Update {
	var chats [][]Update
	place := map[int64]int{}
	for _, u := range updates {
		at, known := place[u.Chat.ID]
		if !known {
			at = len(chats)
			place[u.Chat.ID] = at
			chats = append(chats, nil)
		}
		chats[at] = append(chats[at], u)
	}
	return chats
}

// sleep waits in the machine's time; false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
