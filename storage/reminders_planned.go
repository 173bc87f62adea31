package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/scheduler/calendar"
)

// PlanReminders plans the reminders of open rounds whose moment has come, as
// calendar.Working.Reminders tells it in zone, to everybody who knows of the round
// since an earlier day and has not sent. It returns how many deliveries it planned.
// Of several moments that have passed since the last look, the newest alone is made
// up for. While a round is held, it waits.
//
// Nobody is reminded twice on a day, be it that HR did or that they asked for it
// themselves. A reminder that still waits makes room for its successor. Those of the
// last day are there from the beginning of that day on, due at their hour: whatever
// else is due to the same person in the morning can let them go first.
func (s *Store) PlanReminders(ctx context.Context, now time.Time, zone *time.Location) (int, error) {
	rounds, err := s.remindingRounds(ctx, now, zone)
	if err != nil {
		return 0, err
	}
	planned := 0
	for _, round := range rounds {
		newest, found := round.newest(now, zone)
		if !found || round.Held || round.Planned != nil && !newest.At.After(*round.Planned) {
			continue
		}
		n, err := s.planRound(ctx, round.ID, newest, zone, now)
		if err != nil {
			return planned, err
		}
		planned += n
	}
	return planned, nil
}

// NextReminder is the earliest moment after now at which PlanReminders has reminders
// to plan, if anybody needs them then.
func (s *Store) NextReminder(ctx context.Context, now time.Time, zone *time.Location) (time.Time, bool, error) {
	rounds, err := s.remindingRounds(ctx, now, zone)
	if err != nil {
		return time.Time{}, false, err
	}
	var next time.Time
	for _, round := range rounds {
		for _, reminder := range round.reminders {
			if at := plannedAt(reminder, zone); at.After(now) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next, !next.IsZero(), nil
}

// plannedAt is from when on there are the deliveries of a reminder.
func plannedAt(r calendar.Reminder, zone *time.Location) time.Time {
	if r.LastDay {
		return calendar.DayOf(r.At, zone).Begin(zone)
	}
	return r.At
}

// remindingRound is an open round and when it reminds.
type remindingRound struct {
	ID       int64
	OpenedAt time.Time     `db:"opened_at"`
	ClosesAt time.Time     `db:"closes_at"`
	After    pq.Int64Array `db:"remind_after"`
	Last     bool          `db:"remind_last"`
	Held     bool
	Planned  *time.Time

	reminders []calendar.Reminder
}

// newest is the last of its reminders whose time to be planned has come.
func (r remindingRound) newest(now time.Time, zone *time.Location) (newest calendar.Reminder, found bool) {
	for _, reminder := range r.reminders {
		if !plannedAt(reminder, zone).After(now) {
			newest, found = reminder, true
		}
	}
	return newest, found
}

// remindingRounds are the rounds that close after now.
func (s *Store) remindingRounds(ctx context.Context, now time.Time, zone *time.Location) ([]remindingRound, error) {
	var rounds []remindingRound
	err := sqlx.SelectContext(ctx, hot{store: s}, &rounds, `
		SELECT id, opened_at, closes_at, remind_after, remind_last, held_at IS NOT NULL AS held, reminders_planned AS planned
		FROM round WHERE closed_at IS NULL AND closes_at > $1 ORDER BY closes_at, id`, now)
	if err != nil {
		return nil, fmt.Errorf("find the rounds that remind: %w", err)
	}
	if len(rounds) == 0 {
		return nil, nil
	}
	working, err := s.Working(ctx, zone)
	if err != nil {
		return nil, err
	}
	for i, round := range rounds {
		after := make([]int, len(round.After))
		for j, n := range round.After {
			after[j] = int(n)
		}
		rounds[i].reminders = working.Reminders(round.OpenedAt, round.ClosesAt, after, round.Last)
	}
	return rounds, nil
}

// planRound plans one reminder of a round, unless another process did.
func (s *Store) planRound(ctx context.Context, round int64, r calendar.Reminder, zone *time.Location, now time.Time) (planned int, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		q := hot{s, tx}
		taken, err := affected(q.ExecContext(ctx, `
			UPDATE round SET reminders_planned = $2
			WHERE id = $1 AND closed_at IS NULL AND held_at IS NULL AND (reminders_planned IS NULL OR reminders_planned < $2)`,
			round, r.At))
		if err != nil {
			return fmt.Errorf("note that the reminders of round %d are planned: %w", round, err)
		}
		if planned = 0; taken == 0 {
			return nil
		}
		day := calendar.DayOf(r.At, zone)
		if err := makeRoom(ctx, q, round, day, r.LastDay, zone, now); err != nil {
			return err
		}
		var fresh []int64
		err = sqlx.SelectContext(ctx, q, &fresh, planReminders, round, day.Begin(zone), day.String(), latest(r.At, now), r.LastDay)
		if err != nil {
			return fmt.Errorf("plan reminders of round %d: %w", round, err)
		}
		planned = len(fresh)
		return carryForms(ctx, q, fresh)
	})
	return planned, err
}

// makeRoom ends the reminders of a round that still wait since an earlier day, but
// for those that people asked for, those that are on their way out, and those that
// carry forms of other rounds. Those
// of the day itself become what those of the day are.
func makeRoom(ctx context.Context, q sqlx.ExecerContext, round int64, day calendar.Day, lastDay bool, zone *time.Location, now time.Time) error {
	_, err := q.ExecContext(ctx, `
		UPDATE delivery d SET state = 'unneeded', reason = 'the next reminder is due', ended_at = $2
		WHERE d.round_id = $1 AND d.kind = 'reminder' AND NOT d.reply AND d.state IN ('due', 'held')
		  AND (d.released_until IS NULL OR d.released_until <= $2) AND d.key NOT LIKE '%:' || $3::text
		  AND NOT EXISTS (SELECT FROM delivery_invitation di JOIN invitation i ON i.id = di.invitation_id
		                  WHERE di.delivery_id = d.id AND i.round_id <> $1)`, round, now, day.String())
	if err != nil {
		return fmt.Errorf("end earlier reminders of round %d: %w", round, err)
	}
	if !lastDay {
		return nil
	}
	_, err = q.ExecContext(ctx, `
		UPDATE delivery SET last_day = true
		WHERE round_id = $1 AND kind = 'reminder' AND NOT reply AND state IN ('due', 'held') AND due_at >= $2`, round, day.Begin(zone))
	if err != nil {
		return fmt.Errorf("mark the last reminders of round %d: %w", round, err)
	}
	return nil
}

// planReminders inserts the reminders of round $1 for a day that begins at $2 and is
// called $3, due at $4.
const planReminders = `
	INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at, last_day)
	SELECT DISTINCT 'reminder:' || $1::bigint || ':' || s.claim_id || ':' || $3::text, 'reminder', s.account_id, r.id,
	       $4::timestamptz, r.closes_at, $5::boolean
	FROM session s
	JOIN round r ON r.id = s.round_id
	JOIN claim c ON c.id = s.claim_id AND c.state IN ('confirmed', 'provisional')
	JOIN account a ON a.id = s.account_id AND a.blocked_at IS NULL
	JOIN consent k ON k.account_id = a.id AND k.withdrawn_at IS NULL
	JOIN invitation i ON i.id = s.invitation_id AND i.withdrawn_at IS NULL AND i.declined_at IS NULL
	JOIN employee e ON e.id = i.respondent_id AND e.left_at IS NULL
	WHERE s.round_id = $1 AND s.state = 'open'
	  AND NOT EXISTS (
	      SELECT FROM delivery_invitation di JOIN delivery d ON d.id = di.delivery_id
	      WHERE di.invitation_id = s.invitation_id AND d.account_id = s.account_id
	        AND (d.kind = 'invitation' AND (d.state IN ('due', 'held', 'sending') OR d.ended_at >= $2)
	             OR d.kind = 'reminder' AND d.due_at >= $2 AND (d.reply OR d.state NOT IN ('due', 'held', 'unneeded') OR d.reason = 'in another message')))
	ON CONFLICT (key) DO NOTHING
	RETURNING id`

// latest is the later of two moments.
func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
