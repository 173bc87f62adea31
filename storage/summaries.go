package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Summary is the figures of a period, computed once and kept. It is of an
// occasion of a schedule, or of the job of somebody who asked; the one that it is
// not of is zero.
type Summary struct {
	ID         int64
	ScheduleID int64
	Occasion   time.Time
	JobID      int64
	From, To   time.Time
	Figures    json.RawMessage // stats.Figures
	ComputedAt time.Time
}

// summaryUseful is how long a summary is worth sending: then the next is there.
const summaryUseful = 7 * 24 * time.Hour

// KeepSummary keeps a summary and plans its deliveries to the accounts (nil: to
// every administrator), in one transaction. An occasion, or a job, has one: a
// second one is not kept, and the first one's id is returned with false.
func (s *Store) KeepSummary(ctx context.Context, summary Summary, accounts []int64, now time.Time) (id int64, isNew bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		id, isNew, err = insertSummary(ctx, tx, summary, now)
		if err != nil || !isNew {
			return err
		}
		if accounts == nil {
			if accounts, err = accountsWithRole(ctx, tx, RoleAdmin); err != nil {
				return err
			}
		}
		return deliverSummary(ctx, tx, id, accounts, now)
	})
	return id, isNew, err
}

// Summary reads a summary; NotFound (Detail what: summary) if there is none.
func (s *Store) Summary(ctx context.Context, id int64) (Summary, error) {
	var (
		summary  Summary
		occasion *time.Time
		figures  []byte
	)
	err := s.db.QueryRowxContext(ctx, `
		SELECT id, coalesce(schedule_id, 0), occasion, coalesce(job_id, 0), from_at, to_at, figures, computed_at
		FROM summary WHERE id = $1`, id).
		Scan(&summary.ID, &summary.ScheduleID, &occasion, &summary.JobID,
			&summary.From, &summary.To, &figures, &summary.ComputedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return Summary{}, refuse(NotFound, "what", "summary")
	}
	if err != nil {
		return Summary{}, fmt.Errorf("read summary %d: %w", id, err)
	}
	if occasion != nil {
		summary.Occasion = *occasion
	}
	summary.Figures = figures
	return summary, nil
}

func insertSummary(ctx context.Context, tx *sqlx.Tx, summary Summary, now time.Time) (id int64, isNew bool, err error) {
	var occasion *time.Time
	if summary.ScheduleID != 0 {
		occasion = &summary.Occasion
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO summary (schedule_id, occasion, job_id, from_at, to_at, figures, computed_at)
		VALUES (nullif($1::bigint, 0), $2, nullif($3::bigint, 0), $4, $5, $6, $7)
		ON CONFLICT DO NOTHING RETURNING id`,
		summary.ScheduleID, occasion, summary.JobID, summary.From, summary.To, string(summary.Figures), now)
	if err == nil {
		return id, true, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return 0, false, fmt.Errorf("keep a summary: %w", err)
	}
	err = tx.GetContext(ctx, &id, `
		SELECT id FROM summary WHERE schedule_id = $1 AND occasion = $2 OR job_id = nullif($3::bigint, 0)`,
		summary.ScheduleID, occasion, summary.JobID)
	if err != nil {
		return 0, false, fmt.Errorf("find the summary that is kept: %w", err)
	}
	return id, false, nil
}

func deliverSummary(ctx context.Context, tx *sqlx.Tx, id int64, accounts []int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO delivery (key, kind, account_id, summary_id, due_at, expires_at)
		SELECT 'summary:' || $1::bigint || ':' || a.id, 'summary', a.id, $1, $3, $4
		FROM account a WHERE a.id = ANY($2) AND a.blocked_at IS NULL
		ON CONFLICT (key) DO NOTHING`,
		id, pq.Array(accounts), now, now.Add(summaryUseful))
	if err != nil {
		return fmt.Errorf("plan deliveries of summary %d: %w", id, err)
	}
	return nil
}
