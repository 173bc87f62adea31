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
)

// sendDue starts the sending of what is due now, and returns when the next
// delivery will be (zero: a place must become free first, or none is known).
func (s *Scheduler) sendDue(ctx context.Context, worker calendar.Worker) (time.Time, error) {
	for ctx.Err() == nil {
		next, found, err := s.nextToSend(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if !found || next.After(s.Clock.Now()) {
			return next, nil
		}
		places := min(cap(s.flying)-len(s.flying), max(1, int(s.Rate*share.Seconds())))
		if places == 0 {
			return time.Time{}, nil
		}
		if err := s.sendBatch(ctx, worker, places); err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, ctx.Err()
}

// nextToSend is when the next delivery is due. Where that has come in closed time,
// what nobody asked for is put off to the next working morning first: once, for a
// whole night or holiday, by whichever process looks first.
func (s *Scheduler) nextToSend(ctx context.Context) (time.Time, bool, error) {
	next, found, err := s.Store.NextDelivery(ctx)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("find the next delivery: %w", err)
	}
	now := s.Clock.Now()
	if !found || next.After(now) {
		return next, found, nil
	}
	working, err := s.Store.Working(ctx, s.Zone)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("find the working time: %w", err)
	}
	if working.Open(now) {
		return next, true, nil
	}
	morning := working.NextOpen(now)
	moved, err := s.Store.PutOff(ctx, morning, calendar.Spread)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("put off what nobody asked for: %w", err)
	}
	if moved > 0 {
		s.Log.Info("put off to the next working morning", "deliveries", moved, "morning", morning)
	}
	next, found, err = s.Store.NextDelivery(ctx)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("find the next delivery of closed time: %w", err)
	}
	return next, found, nil
}

// sendBatch takes a share of the rate, waits for its moment, and only then
// claims: a delivery is in flight no longer than its request.
func (s *Scheduler) sendBatch(ctx context.Context, worker calendar.Worker, limit int) error {
	from, err := s.Store.SpendRate(ctx, s.Bot, limit, s.Rate, s.Clock.Now())
	if err != nil {
		return fmt.Errorf("take a share of the rate: %w", err)
	}
	for s.Clock.Now().Before(from) && ctx.Err() == nil {
		worker.Wait(ctx, from, nil)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	batch, err := s.claim(ctx, limit)
	if err != nil {
		return err
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

// claim takes what may go out now. What was put in after nextToSend has looked, and
// what the time has closed over meanwhile, is left to its next look.
func (s *Scheduler) claim(ctx context.Context, limit int) ([]storage.Delivery, error) {
	working, err := s.Store.Working(ctx, s.Zone)
	if err != nil {
		return nil, fmt.Errorf("find the working time: %w", err)
	}
	now, take := s.Clock.Now(), s.Store.ClaimInQuiet
	if working.Open(now) {
		take = s.Store.ClaimDeliveries
	}
	batch, err := take(ctx, s.Process.Number(), sendLease, limit, now)
	if err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", err)
	}
	return batch, nil
}

func (s *Scheduler) sendOne(ctx context.Context, work calendar.Worker, d storage.Delivery) {
	sending, enough := context.WithTimeout(ctx, sendTime)
	defer enough()
	outcome := s.Sender.Send(sending, work, d)
	// The outcome is known whether or not ctx has ended since: it is written.
	write, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	log := s.Log.With("delivery", d.ID, "kind", d.Kind, "account", d.AccountID, "attempt", d.Attempt)
	if err := s.Store.EndDelivery(write, d, outcome, s.Clock.Now()); err != nil {
		log.Error("delivery's outcome not written", "outcome", outcome.State, "err", err)
		return
	}
	s.Meter.Delivered(d.Kind, outcome.State)
	log.Info("delivery ended", "outcome", outcome.State, "reason", outcome.Reason)
}
