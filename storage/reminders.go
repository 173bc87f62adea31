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

// Standings that only reminders tell apart from StandingReached.
const (
	StandingReminded  Standing = "reminded"  // got a reminder of the round today, or is about to get one
	StandingAnswering Standing = "answering" // is at the form just now
)

// JustNow is for how long after an answer its person counts as being at it.
const JustNow = 5 * time.Minute

// Reminding tells who would be reminded of a round, and who not, and why.
type Reminding struct {
	Reminded int
	Others   map[Standing]int
}

// remindable gives the rows of asked with who is to be reminded of round $1: the
// reachable who have not sent. Nobody is reminded twice from $4, the beginning of
// the day, on, nor who answered since $5.
const remindable = asked + `, remindable AS (
		SELECT asked.id, asked.respondent_id, asked.claim_id, asked.account_id,
		       CASE
		           WHEN standing NOT IN ('reached', 'failed', 'unknown') THEN standing
		           WHEN EXISTS (SELECT FROM delivery d JOIN delivery_invitation di ON di.delivery_id = d.id
		                        WHERE di.invitation_id = asked.id AND d.kind = 'reminder'
		                          AND (d.due_at >= $4 OR d.state IN ('due', 'held', 'sending'))) THEN 'reminded'
		           WHEN NOT EXISTS (SELECT FROM session s WHERE s.invitation_id = asked.id
		                            AND s.claim_id = asked.claim_id AND s.state = 'open') THEN 'sent'
		           WHEN EXISTS (SELECT FROM session s WHERE s.invitation_id = asked.id AND s.claim_id = asked.claim_id
		                        AND s.opened_at IS NOT NULL AND s.updated_at > $5) THEN 'answering'
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
		reminded, err = remindNow(ctx, tx, round, zone, now)
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
// WrittenOn tells whether somebody who has not sent a round's form yet got a message
// on a day that the caps count: a reminder may then wait for the next one.
func (s *Store) WrittenOn(ctx context.Context, round int64, day calendar.Day) (written bool, err error) {
	err = s.db.GetContext(ctx, &written, `
		SELECT EXISTS (SELECT FROM session s JOIN delivery d ON d.account_id = s.account_id
		               WHERE s.round_id = $1 AND s.state = 'open' AND d.counted_on = $2)`, round, day.String())
	if err != nil {
		return false, fmt.Errorf("look who of round %d was written to: %w", round, err)
	}
	return written, nil
}

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
		Reason        Standing
		Forms, People int // a supervisor has several forms
	}
	err := sqlx.SelectContext(ctx, q, &rows, remindable+`
		SELECT reason, count(*) AS forms, count(DISTINCT respondent_id) AS people FROM remindable GROUP BY reason`,
		round, true, pq.Array([]int64{}), calendar.DayOf(now, zone).Begin(zone), now.Add(-JustNow))
	if err != nil {
		return Reminding{}, fmt.Errorf("count who is to be reminded of round %d: %w", round, err)
	}
	reminding := Reminding{Others: map[Standing]int{}}
	for _, row := range rows {
		switch row.Reason {
		case "":
			reminding.Reminded = row.People
		case StandingSent, StandingNotMine, StandingUnwilling:
			reminding.Others[row.Reason] = row.Forms
		default:
			reminding.Others[row.Reason] = row.People
		}
	}
	return reminding, nil
}

func remindNow(ctx context.Context, tx *sqlx.Tx, round int64, zone *time.Location, now time.Time) (int, error) {
	today := calendar.DayOf(now, zone)
	var planned []int64
	err := tx.SelectContext(ctx, &planned, remindable+`
		INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at)
		SELECT DISTINCT 'reminder:' || $1 || ':' || c.claim_id || ':' || $6, 'reminder', c.account_id, r.id, $7::timestamptz, r.closes_at
		FROM remindable c JOIN round r ON r.id = $1
		WHERE c.reason = ''
		ON CONFLICT (key) DO NOTHING
		RETURNING id`,
		round, true, pq.Array([]int64{}), today.Begin(zone), now.Add(-JustNow), today.String(), now)
	if err != nil {
		return 0, fmt.Errorf("plan reminders of round %d: %w", round, err)
	}
	return len(planned), carryForms(ctx, tx, planned)
}

// RemindLater reminds an account again of its open forms among sessions, at the
// moment that it asked for (a moment of the office's zone), and gives that moment: it
// stands for whatever else would remind it of their rounds that day. Asked again for
// the same day, the reminder is moved. The zero moment says that none of them is open
// any more.
func (s *Store) RemindLater(ctx context.Context, account int64, sessions []int64, at, now time.Time) (time.Time, error) {
	var due time.Time
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		// Of the rounds, the one that closes last; none of them is closed or held just now.
		var open []struct {
			ID    int64
			Round int64
			Claim int64
		}
		err := tx.SelectContext(ctx, &open, `
			SELECT s.id, s.round_id AS round, s.claim_id AS claim FROM session s JOIN round r ON r.id = s.round_id
			WHERE s.account_id = $1 AND s.id = ANY($2) AND s.state = 'open' AND r.closed_at IS NULL
			ORDER BY r.closes_at DESC, s.id FOR SHARE OF r`, account, pq.Array(sessions))
		if err != nil {
			return fmt.Errorf("find what account %d is to be reminded of: %w", account, err)
		}
		if due = (time.Time{}); len(open) == 0 {
			return nil
		}
		var reminder int64
		err = tx.QueryRowxContext(ctx, `
			INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at, state, reply)
			SELECT 'later:' || r.id || ':' || $2::bigint || ':' || $3::text, 'reminder', $4::bigint, r.id, $5::timestamptz, r.closes_at,
			       CASE WHEN r.held_at IS NULL THEN 'due' ELSE 'held' END, true
			FROM round r WHERE r.id = $1
			ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at, state = excluded.state, reason = NULL, ended_at = NULL
			WHERE delivery.state IN ('due', 'held', 'unneeded')
			RETURNING id, due_at`, open[0].Round, open[0].Claim, calendar.DayOf(at, at.Location()).String(), account, at).Scan(&reminder, &due)
		if errors.Is(err, sql.ErrNoRows) { // that day's is out already
			due = at
			return nil
		}
		if err != nil {
			return fmt.Errorf("plan a reminder that account %d asked for: %w", account, err)
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO delivery_invitation (delivery_id, invitation_id)
			SELECT $1, invitation_id FROM session WHERE account_id = $2 AND id = ANY($3) AND state = 'open'
			ON CONFLICT DO NOTHING`, reminder, account, pq.Array(sessions))
		if err != nil {
			return fmt.Errorf("tie forms to the reminder of account %d: %w", account, err)
		}
		return nil
	})
	return due, err
}

// ReminderTurn is how a reminder stands among those that its person got.
type ReminderTurn struct {
	LastDay bool `db:"last_day"`
	Asked   bool // for, by the person
	Earlier int  // about any of its forms, that arrived, be it in another message
}

// ReminderTurn tells it of a delivery.
func (s *Store) ReminderTurn(ctx context.Context, delivery int64) (ReminderTurn, error) {
	var turn ReminderTurn
	err := s.db.GetContext(ctx, &turn, `
		SELECT d.last_day, d.reply AS asked,
		       (SELECT count(DISTINCT o.id) FROM delivery_invitation mine
		        JOIN delivery_invitation theirs ON theirs.invitation_id = mine.invitation_id
		        JOIN delivery e ON e.id = theirs.delivery_id
		        JOIN delivery o ON o.id = coalesce(e.carried_by, e.id)
		        WHERE mine.delivery_id = d.id AND o.id <> d.id AND e.kind = 'reminder' AND e.account_id = d.account_id
		          AND o.state = 'sent') AS earlier
		FROM delivery d WHERE d.id = $1`, delivery)
	if err != nil {
		return ReminderTurn{}, fmt.Errorf("read how delivery %d reminds: %w", delivery, err)
	}
	return turn, nil
}

// AnsweredSince tells whether an account answered anything after a moment, or sent it.
func (s *Store) AnsweredSince(ctx context.Context, account int64, moment time.Time) (answered bool, err error) {
	err = s.db.GetContext(ctx, &answered, `
		SELECT EXISTS (SELECT FROM session WHERE account_id = $1 AND state = 'open' AND opened_at IS NOT NULL AND updated_at > $2)
		    OR EXISTS (SELECT FROM response p JOIN claim c ON c.id = p.claim_id
		               WHERE c.account_id = $1 AND c.state IN ('confirmed', 'provisional') AND p.sent_at > $2 AND NOT p.automatic)`,
		account, moment)
	if err != nil {
		return false, fmt.Errorf("look when account %d answered: %w", account, err)
	}
	return answered, nil
}
