package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pascalatih/storage"
)

// openOccasions opens the round of every occasion that has come.
func (s *Scheduler) openOccasions(ctx context.Context, now time.Time) error {
	due, err := s.Store.DueOccasions(ctx, now, s.Zone)
	if err != nil {
		return fmt.Errorf("find due occasions: %w", err)
	}
	var failed error
	for _, occasion := range due {
		failed = errors.Join(failed, s.openOccasion(ctx, occasion, now))
	}
	return failed
}

func (s *Scheduler) openOccasion(ctx context.Context, due storage.DueOccasion, now time.Time) error {
	round, counts, err := s.Store.OpenOccasion(ctx, due, s.Zone, now)
	switch known, refused := errors.AsType[*storage.Error](err); {
	case refused && (known.Code == storage.Empty || known.Detail["what"] == "instrument"):
		return s.passOccasion(ctx, due, known.Code, now)
	case refused: // changed meanwhile, or another process was first: the next look tells
		return nil
	case err != nil:
		return fmt.Errorf("open the occasion %s of schedule %d: %w", due.Occasion.Format(time.RFC3339), due.ScheduleID, err)
	}
	s.Log.Info("round opened", "round", round.ID, "schedule", due.ScheduleID, "occasion", due.Occasion,
		"invited", counts.Invited, "reachable", counts.Reachable)
	s.send.wake()
	return nil
}

func (s *Scheduler) passOccasion(ctx context.Context, due storage.DueOccasion, why storage.Code, now time.Time) error {
	first, err := s.Store.PassOccasion(ctx, due, string(why), now)
	if err != nil {
		return err
	}
	if first {
		s.Log.Warn("occasion passed over", "schedule", due.ScheduleID, "occasion", due.Occasion, "reason", why)
	}
	return nil
}
