package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/scheduler/calendar"
)

// Schedule is a job that recurs: at each occasion of its cron expression after
// Since.
type Schedule struct {
	ID    int64     `db:"id"`
	Key   string    `db:"key"`
	Job   string    `db:"job"`
	Cron  string    `db:"cron"`
	Since time.Time `db:"since"`
}

// ScheduleSummary is the Job of a schedule by which summaries come.
const ScheduleSummary = "summary"

// Schedules are those by which summaries come, by key; RecurringRounds are the
// others.
func (s *Store) Schedules(ctx context.Context) ([]Schedule, error) {
	var schedules []Schedule
	err := s.db.SelectContext(ctx, &schedules, `SELECT id, key, job, cron, since FROM schedule WHERE job = 'summary' ORDER BY key`)
	if err != nil {
		return nil, fmt.Errorf("read schedules: %w", err)
	}
	return schedules, nil
}

// LastOccasion is the latest one of a schedule for which the summary of the whole
// office, which is kept last, is kept. Those up to its Since were of an earlier expression, and are none of it.
func (s *Store) LastOccasion(ctx context.Context, schedule int64) (time.Time, bool, error) {
	return lastOccasion(ctx, s.db, schedule)
}

func lastOccasion(ctx context.Context, q sqlx.ExtContext, schedule int64) (time.Time, bool, error) {
	return earliest(ctx, q, `
		SELECT max(m.occasion) FROM summary m JOIN schedule s ON s.id = m.schedule_id
		WHERE s.id = $1 AND m.occasion > s.since AND m.units = '{}'`, schedule)
}

// WeekSummarised tells whether a schedule, whatever its expression was then, has a
// summary of what began at that moment.
func (s *Store) WeekSummarised(ctx context.Context, schedule int64, from time.Time) (bool, error) {
	var kept bool
	err := s.db.GetContext(ctx, &kept, `SELECT EXISTS (SELECT FROM summary WHERE schedule_id = $1 AND from_at = $2 AND units = '{}')`, schedule, from)
	if err != nil {
		return false, fmt.Errorf("look for the summary of a week: %w", err)
	}
	return kept, nil
}

// ChangeSchedule gives a schedule another expression, whose occasions count from
// now on; changed is false where it is the present one. seen is the present one as
// the person saw it: where somebody else changed it meanwhile, it is Refused (Detail
// reason: "changed"). Refused ("due") is it also while an occasion of the present
// one has come and its summary is not kept yet, for it would be lost. NotFound
// (Detail what: schedule): there is no such schedule.
func (s *Store) ChangeSchedule(
	ctx context.Context, id int64, seen string, wanted calendar.Cron, zone *time.Location, src Source, now time.Time,
) (changed bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		changed = true
		schedule, err := lockSchedule(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		if schedule.Cron != seen {
			return refuse(Refused, "reason", "changed")
		}
		if changed = schedule.Cron != wanted.String(); !changed {
			return nil
		}
		if err := checkNoneDue(ctx, tx, schedule, zone, now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE schedule SET cron = $3, since = $4 WHERE id = $1 AND cron = $2`, id, seen, wanted.String(), now)
		if err != nil {
			return fmt.Errorf("change schedule %d: %w", id, err)
		}
		return writeAudit(ctx, tx, src, "schedule changed",
			map[string]any{"schedule": id, "does": schedule.Job, "was": seen, "cron": wanted.String()}, now)
	})
	return changed, err
}

// lockSchedule reads a schedule and lets one change of it at a time pass.
func lockSchedule(ctx context.Context, tx *sqlx.Tx, id int64) (Schedule, error) {
	var schedule Schedule
	err := tx.GetContext(ctx, &schedule, `SELECT id, key, job, cron, since FROM schedule WHERE id = $1 AND job = 'summary' FOR NO KEY UPDATE`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Schedule{}, refuse(NotFound, "what", "schedule")
	}
	if err != nil {
		return Schedule{}, fmt.Errorf("read schedule %d: %w", id, err)
	}
	return schedule, nil
}

// checkNoneDue refuses while an occasion waits for its summary. An expression that
// cannot be read has none: it was written past the program, and must be mended.
func checkNoneDue(ctx context.Context, tx *sqlx.Tx, schedule Schedule, zone *time.Location, now time.Time) error {
	cron, err := calendar.ParseCron(schedule.Cron)
	if err != nil {
		return nil
	}
	last, found, err := lastOccasion(ctx, tx, schedule.ID)
	if err != nil {
		return err
	}
	if !found {
		last = schedule.Since
	}
	if caughtUp := now.Add(-calendar.CaughtUp); last.Before(caughtUp) {
		last = caughtUp
	}
	if !cron.Next(last, zone).After(now) {
		return refuse(Refused, "reason", "due")
	}
	return nil
}
