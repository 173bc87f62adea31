package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pascalatih/storage"
)

// openSteps opens every step whose occasion has come.
func (s *Scheduler) openSteps(ctx context.Context, now time.Time) error {
	due, err := s.Store.DueSteps(ctx, now, s.Zone)
	if err != nil {
		return fmt.Errorf("find due steps: %w", err)
	}
	var failed error
	for _, step := range due {
		failed = errors.Join(failed, s.openStep(ctx, step, now))
	}
	return failed
}

func (s *Scheduler) openStep(ctx context.Context, step storage.DueStep, now time.Time) error {
	round, counts, err := s.Store.OpenStep(ctx, step, s.Zone, now)
	var known *storage.Error
	if errors.As(err, &known) {
		first, err := s.Store.NotePassed(ctx, step, known.Code, now)
		if err != nil {
			return fmt.Errorf("note that step %d of training %d is passed over: %w", step.StepID, step.TrainingID, err)
		}
		if first {
			s.Log.Warn("step passed over", "training", step.TrainingID, "step", step.StepID, "reason", known.Code)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("open step %d of training %d: %w", step.StepID, step.TrainingID, err)
	}
	s.Log.Info("round opened", "round", round.ID, "training", step.TrainingID, "step", step.StepID,
		"invited", counts.Invited, "reachable", counts.Reachable)
	s.send.wake()
	return nil
}

// closeRounds closes every round whose time is over.
func (s *Scheduler) closeRounds(ctx context.Context, now time.Time) error {
	due, err := s.Store.DueClosings(ctx, now)
	if err != nil {
		return fmt.Errorf("find rounds to close: %w", err)
	}
	var failed error
	for _, id := range due {
		counts, err := s.Store.CloseRound(ctx, id, storage.Source{}, now)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("close round %d: %w", id, err))
			continue
		}
		s.Log.Info("round closed", "round", id, "invited", counts.Invited, "sent", counts.Sent)
		s.send.wake() // the office is told
	}
	return failed
}

// planReminders plans what reminds those who have not sent.
func (s *Scheduler) planReminders(ctx context.Context, now time.Time) error {
	planned, err := s.Store.PlanReminders(ctx, now, s.Zone)
	if err != nil {
		return fmt.Errorf("plan reminders: %w", err)
	}
	if planned > 0 {
		s.Log.Info("reminders planned", "deliveries", planned)
		s.send.wake()
	}
	return nil
}

// next is the earliest moment after now at which the tick has something to do.
func (s *Scheduler) next(ctx context.Context, now time.Time) (time.Time, error) {
	var earliest time.Time
	for _, ask := range []func() (time.Time, bool, error){
		func() (time.Time, bool, error) { return s.Store.NextStep(ctx, now, s.Zone) },
		func() (time.Time, bool, error) { return s.Store.NextOccasion(ctx, now, s.Zone) },
		func() (time.Time, bool, error) { return s.Store.NextClosing(ctx) },
		func() (time.Time, bool, error) { return s.Store.NextReminder(ctx, now, s.Zone) },
		func() (time.Time, bool, error) { return s.nextSummary(ctx, now) },
		func() (time.Time, bool, error) { return s.nextCall(ctx, now) },
	} {
		at, found, err := ask()
		if err != nil {
			return time.Time{}, fmt.Errorf("find what is due next: %w", err)
		}
		if found && (earliest.IsZero() || at.Before(earliest)) {
			earliest = at
		}
	}
	return earliest, nil
}
