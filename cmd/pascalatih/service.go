package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"pascalatih/bot"
	"pascalatih/bot/telegram"
	"pascalatih/scheduler"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// service is the running bot: polling (or standing by), the chats, the
// scheduler, and the health pages.
type service struct {
	store  *storage.Store
	client *telegram.Client
	bot    *bot.Bot
	clock  calendar.Clock
	zone   *time.Location
	botID  int64
	rate   float64
	caps   calendar.Caps
	log    *slog.Logger
	pacer  *telegram.Pacer

	metrics *metrics

	polling atomic.Bool // this process holds the lease on polling
	onDuty  atomic.Bool // it does, or stands by for the process that does
}

// run serves until ctx is done, then finishes what is in hand. started is Done
// once everything is at work by itself.
func (s *service) run(ctx context.Context, listener net.Listener, started calendar.Worker) error {
	group, ctx := errgroup.WithContext(ctx)
	// Updates that are still handled have something to be said: the chats end after
	// them.
	speaking, quiet := context.WithCancel(context.WithoutCancel(ctx))
	group.Go(func() error { return s.serveHealth(ctx, listener) })
	group.Go(func() error { return s.bot.Run(speaking) })
	group.Go(func() error { return s.keepPulse(ctx) })
	group.Go(func() error {
		defer quiet()
		return s.beMember(ctx, started)
	})
	s.log.Info("serving", "listen", listener.Addr().String(), "zone", s.zone.String(), "version", versionName())
	err := group.Wait()
	s.log.Info("stopped")
	return err
}

// handleTime is how long, in machine's time, updates in hand may take once the
// end was asked for. With what the chats have to say after it, an end takes less
// than 10 s.
const handleTime = 4 * time.Second

// again is the wait, in machine's time, before something that failed is tried
// again.
const again = time.Second

// beMember takes part in the work under a number of its own, and under a new
// one whenever the connection that holds the number breaks.
func (s *service) beMember(ctx context.Context, started calendar.Worker) error {
	defer started.Done()
	for ctx.Err() == nil {
		process, err := s.store.Join(ctx)
		if err != nil {
			s.log.Error("could not join the other processes", "err", err)
			pause(ctx, again)
			continue
		}
		s.log.Info("joined", "process", process.Number())
		s.workAs(ctx, process, started)
		if err := process.Close(); err != nil {
			s.log.Warn("process did not leave cleanly", "process", process.Number(), "err", err)
		}
	}
	return nil
}

// workAs polls and schedules in the name of process until ctx is done or its
// number is lost.
func (s *service) workAs(ctx context.Context, process *storage.Process, started calendar.Worker) {
	member, cancel := context.WithCancel(ctx)
	defer cancel()
	planner := scheduler.New(scheduler.Config{
		Store: s.store, Clock: s.clock, Zone: s.zone, Sender: s.bot, Worker: s.bot,
		Process: process, Bot: s.botID, Rate: s.rate, Caps: s.caps, Replies: s.pacer.Replies, SenderReady: s.pacer.Ready(),
		Log: s.log, Meter: s.metrics,
	})
	started.Done()
	var group errgroup.Group
	group.Go(func() error {
		select {
		case <-process.Lost():
			s.log.Warn("number lost", "process", process.Number())
			cancel()
		case <-member.Done():
		}
		return nil
	})
	group.Go(func() error { return planner.Run(member) })
	group.Go(func() error { return s.takeTurns(member, process) })
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		s.log.Error("work stopped", "process", process.Number(), "err", err)
	}
}

// takeTurns polls while this process holds the lease on polling, and stands by
// otherwise.
func (s *service) takeTurns(ctx context.Context, process *storage.Process) error {
	defer s.onDuty.Store(false)
	standingBy := false
	for ctx.Err() == nil {
		held, err := s.store.HoldPolling(ctx, process, s.botID)
		s.onDuty.Store(err == nil)
		switch {
		case err != nil:
			s.log.Error("lease on polling not reached", "err", err)
		case held:
			standingBy = false
			s.log.Info("polling", "process", process.Number())
			s.polling.Store(true)
			s.poll(ctx, process)
			s.polling.Store(false)
		case !standingBy:
			standingBy = true
			s.log.Info("standing by", "process", process.Number())
		}
		pause(ctx, again)
	}
	return nil
}

// poll handles updates for as long as the lease on polling is held.
func (s *service) poll(ctx context.Context, process *storage.Process) {
	turn, cancel := context.WithCancel(ctx)
	defer cancel()
	var group errgroup.Group
	group.Go(func() error {
		defer cancel()
		for {
			pause(turn, again)
			if turn.Err() != nil {
				return nil
			}
			if held, err := s.store.HoldPolling(turn, process, s.botID); err != nil || !held {
				return fmt.Errorf("hold the lease on polling (held %t): %w", held, err)
			}
		}
	})
	group.Go(func() error {
		defer cancel()
		poller := telegram.Poller{Client: s.client, Clock: s.clock, Log: s.log, Grace: handleTime}
		return poller.Run(turn, s.bot.Handle)
	})
	if err := group.Wait(); err != nil && turn.Err() == nil {
		s.log.Warn("polling ended", "process", process.Number(), "err", err)
	}
	release, done := context.WithTimeout(context.WithoutCancel(ctx), again)
	defer done()
	if err := s.store.ReleasePolling(release, process, s.botID); err != nil {
		s.log.Warn("lease on polling not released", "process", process.Number(), "err", err)
	}
}

// pause waits in machine's time.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
