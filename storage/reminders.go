package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/scheduler/calendar"
)

// StandingReminded is of those who got a reminder of the round today; only
// reminders tell it apart from StandingReached.
const StandingReminded Standing = "reminded"

// Reminding tells who would be reminded of a round, and who not, and why.
type Reminding struct {
	Reminded int
	Others   map[Standing]int
}

// remindable gives the rows of asked with who is to be reminded of round $1: the
// reachable who have not sent. Nobody is reminded twice from $4, the beginning of
// the day, on.
const remindable = asked + `, remindable AS (
		SELECT asked.id, asked.claim_id, asked.account_id,
		       CASE
		           WHEN standing NOT IN ('reached', 'failed', 'unknown') THEN standing
		           WHEN EXISTS (SELECT FROM delivery d JOIN delivery_invitation di ON di.delivery_id = d.id
		                        WHERE di.invitation_id = asked.id AND d.kind = 'reminder' AND d.due_at >= $4) THEN 'reminded'
		           WHEN NOT EXISTS (SELECT FROM session s WHERE s.invitation_id = asked.id
		                            AND s.claim_id = asked.claim_id AND s.state = 'open') THEN 'sent'
		           ELSE ''
		       END AS reason
		FROM asked
	) `

// PreviewReminder tells what RemindRound would do, and refuses what it refuses.
func (s *Store) PreviewReminder(ctx context.Context, round int64, zone *time.Location, now time.Time) (Reminding, error) {
	if err := checkRemindable(ctx, s.db, round, zone, now); err != nil {
		return Reminding{}, err
	}
	return countRemindable(ctx, s.db, round, zone, now)
}

// RemindRound reminds everybody who can be reached and has not sent, each of what
// is left for them to do; at most once on a day of zone. It refuses with NotFound
// (Detail what: round), Closed, Refused (Detail reason: held while the round is
// held, today where HR reminded today already) and Empty where nobody is to be
// reminded. A command that was carried out before gives its number and
// ErrRepeated.
func (s *Store) RemindRound(ctx context.Context, round int64, src Source, zone *time.Location, now time.Time) (reminded int, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT FROM round WHERE id = $1 FOR NO KEY UPDATE`, round); err != nil {
			return fmt.Errorf("lock round %d: %w", round, err)
		}
		if err := firstTime(ctx, tx, src, &struct{ Reminded *int }{&reminded}); err != nil {
			return err
		}
		if err := checkRemindable(ctx, tx, round, zone, now); err != nil {
			return err
		}
		reminded, err = planReminders(ctx, tx, round, zone, now)
		if err != nil {
			return err
		}
		if reminded == 0 {
			return refuse(Empty)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE round SET reminded_at = $2 WHERE id = $1`, round, now); err != nil {
			return fmt.Errorf("note that round %d was reminded of: %w", round, err)
		}
		return writeAudit(ctx, tx, src, "round reminded", map[string]any{"round": round, "reminded": reminded}, now)
	})
	return reminded, err
}

// checkRemindable refuses what RemindRound refuses.
func checkRemindable(ctx context.Context, q sqlx.ExtContext, round int64, zone *time.Location, now time.Time) error {
	var state struct {
		Closed, Held bool
		RemindedAt   *time.Time `db:"reminded_at"`
	}
	err := sqlx.GetContext(ctx, q, &state, `
		SELECT closed_at IS NOT NULL AS closed, held_at IS NOT NULL AS held, reminded_at FROM round WHERE id = $1`, round)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return refuse(NotFound, "what", "round")
	case err != nil:
		return fmt.Errorf("read whether round %d can be reminded of: %w", round, err)
	case state.Closed:
		return refuse(Closed)
	case state.Held:
		return refuse(Refused, "reason", "held")
	case state.RemindedAt != nil && calendar.DayOf(*state.RemindedAt, zone) == calendar.DayOf(now, zone):
		return refuse(Refused, "reason", "today")
	}
	return nil
}

func countRemindable(ctx context.Context, q sqlx.ExtContext, round int64, zone *time.Location, now time.Time) (Reminding, error) {
	var rows []struct {
		Reason Standing
		Count  int
	}
	err := sqlx.SelectContext(ctx, q, &rows, remindable+`SELECT reason, count(*) FROM remindable GROUP BY reason`,
		round, true, pq.Array([]int64{}), calendar.DayOf(now, zone).Begin(zone))
	if err != nil {
		return Reminding{}, fmt.Errorf("count who is to be reminded of round %d: %w", round, err)
	}
	reminding := Reminding{Others: map[Standing]int{}}
	for _, row := range rows {
		if row.Reason == "" {
			reminding.Reminded = row.Count
		} else {
			reminding.Others[row.Reason] = row.Count
		}
	}
	return reminding, nil
}

func planReminders(ctx context.Context, tx *sqlx.Tx, round int64, zone *time.Location, now time.Time) (int, error) {
	today := calendar.DayOf(now, zone)
	var planned []int64
	err := tx.SelectContext(ctx, &planned, remindable+`
		INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at)
		SELECT DISTINCT 'reminder:' || $1 || ':' || c.claim_id || ':' || $5, 'reminder', c.account_id, r.id, $6::timestamptz, r.closes_at
		FROM remindable c JOIN round r ON r.id = $1
		WHERE c.reason = ''
		ON CONFLICT (key) DO NOTHING
		RETURNING id`,
		round, true, pq.Array([]int64{}), today.Begin(zone), today.String(), now)
	if err != nil {
		return 0, fmt.Errorf("plan reminders of round %d: %w", round, err)
	}
	return len(planned), carryForms(ctx, tx, planned)
}

// RemindUnsent plans the one reminder to those who left a complete form unsent: on
// the last day of its round (calendar.Working.LastDayReminder, in zone), if it was
// complete then and HR did not remind them in the day before that. It returns how
// many deliveries it planned. They are not needed any more once the round is closed.
func (s *Store) RemindUnsent(ctx context.Context, now time.Time, zone *time.Location) (int, error) {
	var rounds []int64
	var since []time.Time
	err := s.lastDays(ctx, now, zone, func(round int64, reminder time.Time) {
		if !reminder.After(now) {
			rounds, since = append(rounds, round), append(since, reminder)
		}
	})
	if err != nil || len(rounds) == 0 {
		return 0, err
	}
	var planned int
	err = s.db.GetContext(ctx, &planned, `
		WITH unsent AS (
			SELECT s.id, s.invitation_id, s.account_id, s.round_id, r.closes_at
			FROM unnest($2::bigint[], $3::timestamptz[]) AS last_day (round_id, since)
			JOIN round r ON r.id = last_day.round_id AND r.closed_at IS NULL AND r.held_at IS NULL
			JOIN session s ON s.round_id = r.id AND s.state = 'open' AND s.complete AND s.updated_at <= last_day.since
			JOIN account a ON a.id = s.account_id AND a.blocked_at IS NULL
			WHERE NOT EXISTS (
			      SELECT FROM delivery d JOIN delivery_invitation di ON di.delivery_id = d.id
			      WHERE di.invitation_id = s.invitation_id AND d.kind = 'reminder' AND d.due_at > $1::timestamptz - interval '1 day')
		), planned AS (
			INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at)
			SELECT 'reminder:' || id, 'reminder', account_id, round_id, $1, closes_at FROM unsent
			ON CONFLICT (key) DO NOTHING
			RETURNING id, key
		), carried AS (
			INSERT INTO delivery_invitation (delivery_id, invitation_id)
			SELECT planned.id, unsent.invitation_id
			FROM planned JOIN unsent ON planned.key = 'reminder:' || unsent.id
		)
		SELECT count(*) FROM planned`, now, pq.Array(rounds), pq.Array(since))
	if err != nil {
		return 0, fmt.Errorf("plan reminders: %w", err)
	}
	return planned, nil
}

// NextReminder is the earliest moment after now at which RemindUnsent has reminders
// to plan, if anybody needs them then.
func (s *Store) NextReminder(ctx context.Context, now time.Time, zone *time.Location) (time.Time, bool, error) {
	var next time.Time
	err := s.lastDays(ctx, now, zone, func(_ int64, reminder time.Time) {
		if reminder.After(now) && (next.IsZero() || reminder.Before(next)) {
			next = reminder
		}
	})
	return next, !next.IsZero(), err
}

// lastDays gives the rounds that close after now, with when they are reminded of on
// their last day.
func (s *Store) lastDays(ctx context.Context, now time.Time, zone *time.Location, each func(round int64, reminder time.Time)) error {
	var rounds []struct {
		ID       int64
		ClosesAt time.Time `db:"closes_at"`
	}
	err := s.db.SelectContext(ctx, &rounds, `SELECT id, closes_at FROM round WHERE closed_at IS NULL AND closes_at > $1`, now)
	if err != nil {
		return fmt.Errorf("find the rounds that close: %w", err)
	}
	if len(rounds) == 0 {
		return nil
	}
	working, err := s.Working(ctx, zone)
	if err != nil {
		return err
	}
	for _, round := range rounds {
		each(round.ID, working.LastDayReminder(round.ClosesAt))
	}
	return nil
}
