// Package scheduler is the one place that knows when. Its tick opens and closes
// rounds, plans reminders and computes summaries at the moments that plans and
// cron expressions name; its sender hands what is due to Telegram's side of the
// house at the pace that Telegram allows.
//
// Nothing here is remembered from one look at the database to the next: any
// number of processes may run it side by side, and each may die at any instant.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// Sender shows a delivery to its person. It renders at that moment and says how
// it went; it returns an Outcome whatever happens, also when ctx ends, which it
// does well before the delivery's lease. work is at work when Send is called and
// when it returns; Send rests it where it waits.
type Sender interface {
	Send(ctx context.Context, work calendar.Worker, d storage.Delivery) storage.Outcome
}

// Worker does jobs other than summaries. A job may be done more than once; ctx
// ends when this process does.
type Worker interface {
	Work(ctx context.Context, job storage.Job) error
}

// Config is what a Scheduler works with.
type Config struct {
	Store   *storage.Store
	Clock   calendar.Clock
	Zone    *time.Location // the office's: cron expressions and weeks are read in it
	Sender  Sender
	Worker  Worker
	Process *storage.Process // in whose name deliveries and jobs are leased
	Bot     int64            // Telegram's id of the bot, whose rate is shared by all processes
	Rate    float64          // bulk messages a second, over all processes together
	Caps    calendar.Caps    // how many unasked messages a person gets
	// Replies tells how many messages this process sent without asking for a share of
	// the rate, since it was asked last and within a second; nil: none.
	Replies func() int
	// SenderReady is from when on what is handed to Sender goes out at once: what had
	// its share of the rate before would go out beside what others have then.
	SenderReady time.Time
	Log         *slog.Logger
	Meter       Meter // nil: nobody counts
}

// Scheduler runs the tick, the sender and the jobs.
type Scheduler struct {
	Config
	tick, send, jobs loop

	flying chan struct{}  // a place for each delivery under way
	sends  sync.WaitGroup // the deliveries under way

	deciding deciding
}

// New returns a Scheduler, at work on the clock already: Run must follow.
func New(cfg Config) *Scheduler {
	if cfg.Meter == nil {
		cfg.Meter = unmetered{}
	}
	if cfg.Replies == nil {
		cfg.Replies = func() int { return 0 }
	}
	s := &Scheduler{Config: cfg, flying: make(chan struct{}, max(minFlying, int(cfg.Rate/2)))}
	s.tick = loop{name: "tick", do: s.doDue, nudge: make(chan struct{}, 1), work: cfg.Clock.Work()}
	s.send = loop{name: "send", do: s.sendOnceReady, nudge: make(chan struct{}, 1), work: cfg.Clock.Work()}
	s.jobs = loop{name: "jobs", do: s.doJobs, nudge: make(chan struct{}, 1), work: cfg.Clock.Work()}
	return s
}

// loop does what is due, rests until something more may be, and begins again.
type loop struct {
	name  string
	do    func(context.Context, calendar.Worker) (next time.Time, err error)
	nudge chan struct{} // something may have become due
	work  calendar.Worker
}

const (
	// lookEvery is how often, in machine's time, the database is looked at for
	// what the conversations and other processes left there.
	lookEvery = time.Second
	// minFlying is how many deliveries may be under way at the least: a chat that
	// waits for its pace does not hold up the others.
	minFlying = 32
)

// Run ticks, sends and does jobs until ctx is done, then finishes what is in hand.
func (s *Scheduler) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.repeat(ctx, s.tick) })
	group.Go(func() error { return s.repeat(ctx, s.send) })
	group.Go(func() error { return s.repeat(ctx, s.jobs) })
	group.Go(func() error { return s.lookAround(ctx) })
	err := group.Wait()
	s.sends.Wait()
	return err
}

// wake says that something may have become due.
func (l loop) wake() {
	select {
	case l.nudge <- struct{}{}:
	default: // a nudge is waiting already
	}
}

// lookAround wakes the loops each second of the machine's time.
func (s *Scheduler) lookAround(ctx context.Context) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			s.tick.wake()
			s.send.wake()
			s.jobs.wake()
		}
	}
}

// repeat does what is due in l until ctx is done. Errors are logged and tried
// again at the next look around: the database may be away for a while.
func (s *Scheduler) repeat(ctx context.Context, l loop) error {
	defer l.work.Done()
	for ctx.Err() == nil {
		next, err := l.do(ctx, l.work)
		if err != nil && ctx.Err() == nil {
			s.Log.Error("scheduler could not finish", "loop", l.name, "err", err)
		}
		l.work.Wait(ctx, next, l.nudge)
	}
	return nil
}

// doDue does all that is due now, and returns the next moment at which something
// will be (zero: none is known). One thing that fails does not hold up another.
func (s *Scheduler) doDue(ctx context.Context, _ calendar.Worker) (time.Time, error) {
	s.deciding.Lock()
	next, err := s.planDue(ctx)
	missed := s.deciding.plannedUntil(next)
	s.deciding.Unlock()
	if missed {
		work := s.Clock.Work() // a virtual clock sees that something happened
		s.send.wake()
		work.Done()
	}
	return next, err
}

func (s *Scheduler) planDue(ctx context.Context) (time.Time, error) {
	now := s.Clock.Now().In(s.Zone)
	err := errors.Join(
		s.sweep(ctx, now),
		s.closeRounds(ctx, now),
		s.openSteps(ctx, now),
		s.openOccasions(ctx, now),
		s.summarise(ctx, now),
		s.planReminders(ctx, now),
		s.callForHolidays(ctx, now),
		s.forget(ctx, now),
	)
	if err != nil {
		return time.Time{}, err
	}
	return s.next(ctx, now)
}

// sweep ends the leases of processes that died.
func (s *Scheduler) sweep(ctx context.Context, now time.Time) error {
	counts, err := s.Store.SweepLeases(ctx, now)
	if err != nil {
		return fmt.Errorf("sweep leases: %w", err)
	}
	if counts != (storage.SweepCounts{}) {
		s.Log.Warn("leases of ended processes swept", "counts", counts)
		s.send.wake()
	}
	return nil
}
