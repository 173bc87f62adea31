package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/stats"
)

// stillUseful is how late a weekly summary is caught up after a downtime.
const stillUseful = 28 * 24 * time.Hour

// summarise computes and keeps the summary of every occasion that has come, of
// every schedule, each once. One that fails holds up the later ones of its
// schedule: it would count as done with them.
func (s *Scheduler) summarise(ctx context.Context, now time.Time) error {
	schedules, err := s.Store.Schedules(ctx)
	if err != nil {
		return fmt.Errorf("read schedules: %w", err)
	}
	var failed error
	for _, schedule := range schedules {
		failed = errors.Join(failed, s.catchUp(ctx, schedule, now))
	}
	return failed
}

func (s *Scheduler) catchUp(ctx context.Context, schedule storage.Schedule, now time.Time) error {
	occasions, err := s.occasions(ctx, schedule, now)
	if err != nil {
		return err
	}
	for _, occasion := range occasions {
		if err := s.summariseOccasion(ctx, schedule, occasion, now); err != nil {
			return err
		}
	}
	return nil
}

// occasions are those of a schedule that have come and were not summarised yet,
// oldest first.
func (s *Scheduler) occasions(ctx context.Context, schedule storage.Schedule, now time.Time) ([]time.Time, error) {
	cron, last, err := s.lastOccasion(ctx, schedule)
	if err != nil {
		return nil, err
	}
	if useful := now.Add(-stillUseful); last.Before(useful) {
		last = useful
	}
	return cron.Occasions(last, now, s.Zone), nil
}

// nextSummary is the earliest occasion to come of any schedule.
func (s *Scheduler) nextSummary(ctx context.Context, now time.Time) (time.Time, bool, error) {
	schedules, err := s.Store.Schedules(ctx)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("read schedules: %w", err)
	}
	var earliest time.Time
	for _, schedule := range schedules {
		cron, last, err := s.lastOccasion(ctx, schedule)
		if err != nil {
			return time.Time{}, false, err
		}
		if last.Before(now) {
			last = now
		}
		if at := cron.Next(last, s.Zone); earliest.IsZero() || at.Before(earliest) {
			earliest = at
		}
	}
	return earliest, !earliest.IsZero(), nil
}

// lastOccasion is the newest one that was summarised, or the moment since which
// the schedule exists.
func (s *Scheduler) lastOccasion(ctx context.Context, schedule storage.Schedule) (calendar.Cron, time.Time, error) {
	cron, err := calendar.ParseCron(schedule.Cron)
	if err != nil {
		return calendar.Cron{}, time.Time{}, fmt.Errorf("schedule %s: %w", schedule.Key, err)
	}
	last, found, err := s.Store.LastOccasion(ctx, schedule.ID)
	if err != nil {
		return calendar.Cron{}, time.Time{}, fmt.Errorf("last occasion of schedule %s: %w", schedule.Key, err)
	}
	if !found {
		last = schedule.Since
	}
	return cron, last, nil
}

func (s *Scheduler) summariseOccasion(ctx context.Context, schedule storage.Schedule, occasion, now time.Time) error {
	id, isNew, err := s.keepWeek(ctx, storage.Summary{ScheduleID: schedule.ID, Occasion: occasion}, occasion, nil, now)
	if err != nil {
		return fmt.Errorf("summary of schedule %s at %s: %w", schedule.Key, occasion.Format(time.RFC3339), err)
	}
	if isNew {
		s.Log.Info("summary kept", "summary", id, "schedule", schedule.Key, "occasion", occasion)
		s.send.wake()
	}
	return nil
}

// keepWeek computes the figures of the week before moment and keeps them as
// summary, to be delivered to accounts (nil: every administrator).
func (s *Scheduler) keepWeek(ctx context.Context, summary storage.Summary, moment time.Time, accounts []int64, now time.Time) (int64, bool, error) {
	summary.From, summary.To = calendar.WeekBefore(moment, s.Zone)
	counts, err := s.Store.Counts(ctx, summary.From, summary.To)
	if err != nil {
		return 0, false, fmt.Errorf("count the week: %w", err)
	}
	if summary.Figures, err = json.Marshal(stats.Compute(counts)); err != nil {
		return 0, false, fmt.Errorf("write the figures: %w", err)
	}
	return s.Store.KeepSummary(ctx, summary, accounts, now)
}
