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
	if useful := now.Add(-calendar.CaughtUp); last.Before(useful) {
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

// summariseOccasion keeps the summary of the week before an occasion for each
// readership. That of the whole office comes last: with it the occasion is done.
func (s *Scheduler) summariseOccasion(ctx context.Context, schedule storage.Schedule, occasion, now time.Time) error {
	readerships, err := s.Store.Readerships(ctx)
	if err != nil {
		return err
	}
	for _, readers := range readerships {
		kept, err := s.Store.IsKept(ctx, schedule.ID, occasion, readers.Units)
		if err != nil {
			return err
		}
		if kept { // by another process, or before this one failed
			continue
		}
		week := s.weekBefore(occasion, readers.Units)
		summary := storage.Summary{Period: week, ScheduleID: schedule.ID, Occasion: occasion}
		id, isNew, err := s.keep(ctx, summary, readers.Accounts, now)
		if err != nil {
			return fmt.Errorf("summary of schedule %s at %s: %w", schedule.Key, occasion.Format(time.RFC3339), err)
		}
		if isNew {
			s.Log.Info("summary kept", "summary", id, "schedule", schedule.Key, "occasion", occasion)
			s.send.wake()
		}
	}
	return nil
}

// summariseJob has the summary that somebody asked for delivered to them: that of a
// week as it is kept, if it is; a round's as it stands.
func (s *Scheduler) summariseJob(ctx context.Context, job storage.Job, now time.Time) error {
	var order storage.SummaryOrder
	if err := json.Unmarshal(job.Payload, &order); err != nil {
		return fmt.Errorf("read which summary is asked for: %w", err)
	}
	summary := storage.Summary{JobID: job.ID}
	if order.Round != 0 {
		round, err := s.Store.Round(ctx, order.Round)
		if err != nil {
			return err
		}
		summary.Period = stats.Period{From: round.OpenedAt.In(s.Zone), To: now, Round: round.ID, Units: order.Units}
	} else {
		summary.Period = s.weekBefore(now, order.Units)
		if !order.Week.IsZero() {
			summary.From, summary.To = calendar.Week(order.Week, s.Zone)
		}
		kept, found, err := s.Store.KeptWeek(ctx, summary.Period)
		if err != nil {
			return err
		}
		if found {
			return s.Store.DeliverAgain(ctx, kept.ID, job, now)
		}
	}
	_, _, err := s.keep(ctx, summary, []int64{job.AccountID}, now)
	return err
}

func (s *Scheduler) weekBefore(moment time.Time, units []int64) stats.Period {
	from, to := calendar.WeekBefore(moment, s.Zone)
	return stats.Period{From: from, To: to, Units: units}
}

// keep computes the figures of a summary's period and keeps them, to be delivered
// to accounts.
func (s *Scheduler) keep(ctx context.Context, summary storage.Summary, accounts []int64, now time.Time) (int64, bool, error) {
	figures, err := s.Store.Figures(ctx, summary.Period, s.Zone)
	if err != nil {
		return 0, false, err
	}
	if summary.Figures, err = json.Marshal(figures); err != nil {
		return 0, false, fmt.Errorf("write the figures: %w", err)
	}
	return s.Store.KeepSummary(ctx, summary, accounts, now)
}
