package scheduler

import (
	"context"
	"fmt"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

const (
	// share is the part of the rate that one claim takes: small, so that several
	// processes take turns.
	share = 250 * time.Millisecond
	// sendTime is how long, in machine's time, a delivery may wait for its chat and
	// be under way: one that waits out a long pause lets go, and is claimed anew.
	sendTime = 45 * time.Second
	// sendLease outlasts that; that its process died is seen sooner.
	sendLease = time.Minute
	// releases is about how many deliveries are looked at at once for what is released.
	releases = 500
	// moment is how long, in machine's time, is waited for another process.
	moment = 5 * time.Millisecond
)

// sendDue starts the sending of what is due now, and returns when the next
// delivery will be (zero: none is known).
func (s *Scheduler) sendDue(ctx context.Context, worker calendar.Worker) (time.Time, error) {
	for ctx.Err() == nil {
		next, found, err := s.Store.NextDelivery(ctx)
		if err != nil {
			return time.Time{}, fmt.Errorf("find the next delivery: %w", err)
		}
		if !found || next.After(s.Clock.Now()) {
			return next, nil
		}
		ready, released, err := s.release(ctx)
		if err != nil {
			return time.Time{}, err
		}
		places := max(1, int(s.Rate*share.Seconds()))
		for cap(s.flying)-len(s.flying) < places && ctx.Err() == nil { // few at a time would cost a claim each
			worker.Wait(ctx, time.Time{}, s.send.nudge)
		}
		n, err := s.Store.Claimable(ctx, places, s.Clock.Now())
		if err != nil {
			return time.Time{}, fmt.Errorf("look what may go out: %w", err)
		}
		switch {
		case n > 0:
			err = s.sendBatch(ctx, worker, n)
		case !ready: // the tick wakes us
			return time.Time{}, nil
		case !released: // somebody else is at what is due, for a moment
			pause(ctx, moment)
		}
		if err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, ctx.Err()
}

// sendOnceReady is sendDue from SenderReady on.
func (s *Scheduler) sendOnceReady(ctx context.Context, worker calendar.Worker) (time.Time, error) {
	if s.Clock.Now().Before(s.SenderReady) {
		return s.SenderReady, nil
	}
	return s.sendDue(ctx, worker)
}

// release decides what goes out of what nobody asked for and is due; it tells whether
// the tick was ready for it, and whether there was any.
func (s *Scheduler) release(ctx context.Context) (ready, found bool, err error) {
	s.deciding.Lock()
	defer s.deciding.Unlock()
	now := s.Clock.Now()
	if !s.deciding.ready(now) {
		return false, false, nil
	}
	counts, err := s.Store.Release(ctx, s.Caps, s.Zone, releases, now)
	if err != nil {
		return true, false, fmt.Errorf("release what is due: %w", err)
	}
	if counts.PutOff > 0 {
		s.Log.Info("put off to the next working morning", "deliveries", counts.PutOff)
	}
	return true, counts != storage.ReleaseCounts{}, nil
}

// pause waits in the machine's time.
func pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// sendBatch takes a share of the rate, waits for its moment, and only then
// claims: a delivery is in flight no longer than its request.
func (s *Scheduler) sendBatch(ctx context.Context, worker calendar.Worker, limit int) error {
	from, err := s.Store.SpendRate(ctx, s.Bot, limit, s.Replies(), s.Rate, s.Clock.Now())
	if err != nil {
		return fmt.Errorf("take a share of the rate: %w", err)
	}
	for s.Clock.Now().Before(from) && ctx.Err() == nil {
		worker.Wait(ctx, from, nil)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	batch, err := s.Store.ClaimDeliveries(ctx, s.Process.Number(), sendLease, limit, s.Clock.Now())
	if err != nil {
		return fmt.Errorf("claim deliveries: %w", err)
	}
	for _, d := range batch {
		s.flying <- struct{}{}
		work := s.Clock.Work()
		s.sends.Go(func() {
			defer work.Done()
			s.sendOne(ctx, work, d)
			<-s.flying
			s.send.wake()
		})
	}
	return nil
}

func (s *Scheduler) sendOne(ctx context.Context, work calendar.Worker, d storage.Delivery) {
	sending, enough := context.WithTimeout(ctx, sendTime)
	defer enough()
	outcome := s.Sender.Send(sending, work, d)
	// The outcome is known whether or not ctx has ended since: it is written.
	write, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if outcome.Throttled {
		if err := s.Store.SlowDown(write, s.Bot, outcome.After, s.Clock.Now()); err != nil {
			s.Log.Error("the rate was not slowed", "err", err)
		}
	}
	log := s.Log.With("delivery", d.ID, "kind", d.Kind, "account", d.AccountID, "attempt", d.Attempt)
	if err := s.Store.EndDelivery(write, d, outcome, s.Clock.Now()); err != nil {
		log.Error("delivery's outcome not written", "outcome", outcome.State, "err", err)
		return
	}
	s.Meter.Delivered(d.Kind, outcome.State)
	log.Info("delivery ended", "outcome", outcome.State, "reason", outcome.Reason)
}
