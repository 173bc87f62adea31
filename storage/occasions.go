package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/scheduler/calendar"
)

// DueOccasion is an occasion of a recurring round that has come.
type DueOccasion struct {
	ScheduleID int64
	Occasion   time.Time
}

// DueOccasions are the occasions, in zone, whose round opens now: of each recurring
// round that is on the newest that has come, if it is at most 7 days ago. Those
// before it are passed over: people would be asked the same at once. While the round
// of an earlier occasion is open, it waits.
func (s *Store) DueOccasions(ctx context.Context, now time.Time, zone *time.Location) ([]DueOccasion, error) {
	return dueOccasions(ctx, hot{store: s}, now, zone)
}

// NextOccasion is the earliest occasion of a recurring round after now.
func (s *Store) NextOccasion(ctx context.Context, now time.Time, zone *time.Location) (time.Time, bool, error) {
	recurring, err := findRecurring(ctx, hot{store: s}, `AND s.off_at IS NULL`)
	if err != nil {
		return time.Time{}, false, err
	}
	var next time.Time
	for _, r := range recurring {
		said, err := r.Recurrence()
		if err != nil {
			continue // it was written past the program, and must be mended
		}
		after := now
		if r.Since.After(after) {
			after = r.Since
		}
		if at := said.Cron.Next(after, zone); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next, !next.IsZero(), nil
}

// OpenOccasion opens the round of an occasion, once: called again, by whomever, it
// gives the round that is there. It invites whom its schedule says, as they are now,
// and announces it to the reachable, in one transaction. It refuses with Empty where
// nobody is to be asked, with NotFound (Detail what: instrument), with AlreadyOpen
// (Detail round) while that of an earlier occasion is open, and with Refused (Detail
// reason: moved) where the schedule was changed since the occasion was found due.
func (s *Store) OpenOccasion(ctx context.Context, due DueOccasion, zone *time.Location, now time.Time) (Round, RoundCounts, error) {
	var status RoundStatus
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		recurring, err := lockRecurring(ctx, tx, due.ScheduleID)
		if err != nil {
			return err
		}
		rounds, err := findRounds(ctx, tx, `WHERE r.schedule_id = $1 AND (r.occasion = $2 OR r.closed_at IS NULL)
			ORDER BY r.occasion <> $2`, due.ScheduleID, due.Occasion)
		if err != nil {
			return err
		}
		switch {
		case len(rounds) > 0 && rounds[0].Occasion.Equal(due.Occasion):
			status, err = roundStatus(ctx, tx, rounds[0].ID)
			return err
		case !recurring.has(due.Occasion, zone):
			return refuse(Refused, "reason", "moved")
		case len(rounds) > 0:
			return refuse(AlreadyOpen, "round", rounds[0].ID)
		}
		status, err = openOccasion(ctx, tx, recurring, due.Occasion, zone, now)
		return err
	})
	return status.Round, status.RoundCounts, err
}

// PassOccasion notes why the round of an occasion will not open, and tells whether
// that is new.
func (s *Store) PassOccasion(ctx context.Context, due DueOccasion, reason string, now time.Time) (first bool, err error) {
	noted, err := affected(s.db.ExecContext(ctx, `
		INSERT INTO occasion_pass (schedule_id, occasion, reason, noted_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, due.ScheduleID, due.Occasion, reason, now))
	if err != nil {
		return false, fmt.Errorf("pass over an occasion of schedule %d: %w", due.ScheduleID, err)
	}
	return noted == 1, nil
}

// RoundBefore is the round of the occasion before, of the same schedule, with the
// same form and for the same people; false where there is none.
func (s *Store) RoundBefore(ctx context.Context, round int64) (Round, bool, error) {
	rounds, err := findRounds(ctx, s.db, `
		JOIN round o ON o.id = $1 AND o.schedule_id = r.schedule_id AND o.instrument_key = r.instrument_key
		     AND o.audience = r.audience AND o.units = r.units AND o.months IS NOT DISTINCT FROM r.months
		WHERE r.occasion < o.occasion ORDER BY r.occasion DESC LIMIT 1`, round)
	if err != nil || len(rounds) == 0 {
		return Round{}, false, err
	}
	return rounds[0], true, nil
}

func dueOccasions(ctx context.Context, q sqlx.QueryerContext, now time.Time, zone *time.Location) ([]DueOccasion, error) {
	var rows []struct {
		ID     int64
		Cron   string
		Since  time.Time
		Last   *time.Time
		Passed *time.Time
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT s.id, s.cron, s.since,
		       (SELECT max(r.occasion) FROM round r WHERE r.schedule_id = s.id) AS last,
		       (SELECT max(p.occasion) FROM occasion_pass p WHERE p.schedule_id = s.id) AS passed
		FROM schedule s
		WHERE s.job = 'round' AND s.off_at IS NULL
		  AND NOT EXISTS (SELECT FROM round r WHERE r.schedule_id = s.id AND r.closed_at IS NULL)
		ORDER BY s.id`)
	if err != nil {
		return nil, fmt.Errorf("read what recurs: %w", err)
	}
	var due []DueOccasion
	for _, row := range rows {
		cron, err := calendar.ParseCron(row.Cron)
		if err != nil {
			continue // it was written past the program, and must be mended
		}
		after := now.Add(-calendar.Lateness - time.Nanosecond)
		for _, over := range []*time.Time{&row.Since, row.Last, row.Passed} {
			if over != nil && over.After(after) {
				after = *over
			}
		}
		if come := cron.Occasions(after, now, zone); len(come) > 0 {
			due = append(due, DueOccasion{ScheduleID: row.ID, Occasion: come[len(come)-1]})
		}
	}
	return due, nil
}

// has tells whether a moment is an occasion as the recurring round is now.
func (r RecurringRound) has(occasion time.Time, zone *time.Location) bool {
	said, err := r.Recurrence()
	return err == nil && r.OffAt == nil && occasion.After(r.Since) &&
		said.Cron.Next(occasion.Add(-time.Nanosecond), zone).Equal(occasion)
}

// openOccasion writes the round of an occasion, its invitations, sessions and
// deliveries.
func openOccasion(ctx context.Context, tx *sqlx.Tx, r RecurringRound, occasion time.Time, zone *time.Location, now time.Time) (RoundStatus, error) {
	var found RoundPreview
	if err := findInstrumentOf(ctx, tx, Opening{Instrument: r.InstrumentKey}, &found); err != nil {
		return RoundStatus{}, err
	}
	var people []int64
	// Locked against being noted as gone just now.
	err := tx.SelectContext(ctx, &people, `
		SELECT e.id FROM employee e WHERE `+ofAudience+` ORDER BY e.id FOR KEY SHARE OF e`,
		pq.Array(listed(r.Units)), r.Audience, r.Months, calendar.DayOf(now, zone).String())
	if err != nil {
		return RoundStatus{}, fmt.Errorf("find whom recurring round %d asks: %w", r.ID, err)
	}
	if len(people) == 0 {
		return RoundStatus{}, refuse(Empty)
	}
	var id int64
	err = tx.GetContext(ctx, &id, `
		INSERT INTO round (instrument_id, instrument_key, audience, units, months, schedule_id, occasion, opened_at, closes_at)
		VALUES ($1, $2, $3, $4, nullif($5::int, 0), $6, $7, $8, $9) RETURNING id`,
		found.InstrumentID, r.InstrumentKey, r.Audience, pq.Array(listed(r.Units)), r.Months, r.ID, occasion,
		now, now.In(zone).AddDate(0, 0, r.DaysOpen))
	if err != nil {
		return RoundStatus{}, fmt.Errorf("open a round of schedule %d: %w", r.ID, err)
	}
	status, err := announce(ctx, tx, id, people, now)
	if err != nil {
		return RoundStatus{}, err
	}
	return status, writeAudit(ctx, tx, Source{}, "round opened", map[string]any{
		"round": id, "schedule": r.ID, "instrument": found.InstrumentID, "occasion": occasion,
		"invited": status.Invited, "reachable": status.Reachable,
	}, now)
}
