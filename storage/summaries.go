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

	"pascalatih/survey/stats"
)

// Summary is the figures of a period, computed once and kept. It is of an
// occasion of a schedule, or of the job of somebody who asked; the one that it is
// not of is zero.
type Summary struct {
	stats.Period
	ID         int64
	ScheduleID int64
	Occasion   time.Time
	JobID      int64
	Figures    json.RawMessage // stats.Figures
	ComputedAt time.Time
}

// Read gives the figures that are kept.
func (s Summary) Read() (stats.Figures, error) {
	var figures stats.Figures
	if err := json.Unmarshal(s.Figures, &figures); err != nil {
		return figures, fmt.Errorf("read the figures of summary %d: %w", s.ID, err)
	}
	return figures, nil
}

// SummaryOrder is which summary somebody asks for: that of the week that holds Week
// (zero: the last full one), or of a round so far.
type SummaryOrder struct {
	Week  time.Time `json:"week,omitzero"`
	Round int64     `json:"round,omitempty"`
	Units []int64   `json:"units,omitempty"` // none: the whole office
}

// Readership is who gets the same weekly summary: the administrators that of the
// whole office, heads that of their units.
type Readership struct {
	Units    []int64 // in order; none: the whole office
	Accounts []int64
}

// summaryUseful is how long a summary is worth sending: then the next is there.
const summaryUseful = 7 * 24 * time.Hour

// Readerships are who gets a weekly summary, that of the whole office last. Whoever
// is an administrator gets that one only.
func (s *Store) Readerships(ctx context.Context) ([]Readership, error) {
	var rows []struct {
		Units    pq.Int64Array
		Accounts pq.Int64Array
	}
	err := s.db.SelectContext(ctx, &rows, `
		SELECT units, array_agg(account_id ORDER BY account_id) AS accounts
		FROM (
			SELECT account_id, array_agg(unit_id ORDER BY unit_id) AS units
			FROM account_role h
			WHERE role = 'unit_head' AND unit_id IS NOT NULL
			  AND NOT EXISTS (SELECT FROM account_role a WHERE a.account_id = h.account_id AND a.role = 'admin')
			GROUP BY account_id
		) heads
		GROUP BY units ORDER BY units`)
	if err != nil {
		return nil, fmt.Errorf("read the heads of units: %w", err)
	}
	var all []Readership
	for _, row := range rows {
		all = append(all, Readership{Units: row.Units, Accounts: row.Accounts})
	}
	admins, err := accountsWithRole(ctx, s.db, RoleAdmin)
	if err != nil {
		return nil, err
	}
	return append(all, Readership{Accounts: admins}), nil
}

// IsKept tells whether the summary of an occasion is kept, for these units.
func (s *Store) IsKept(ctx context.Context, schedule int64, occasion time.Time, units []int64) (bool, error) {
	var kept bool
	err := s.db.GetContext(ctx, &kept, `
		SELECT EXISTS (SELECT FROM summary WHERE schedule_id = $1 AND occasion = $2 AND units = $3)`,
		schedule, occasion, pq.Array(listed(units)))
	if err != nil {
		return false, fmt.Errorf("look for the summary of an occasion: %w", err)
	}
	return kept, nil
}

// KeepSummary keeps a summary and plans its deliveries to the accounts, in one
// transaction. An occasion has one for each choice of units, and a job has one: a
// second one is not kept, and the first one's id is returned with false.
func (s *Store) KeepSummary(ctx context.Context, summary Summary, accounts []int64, now time.Time) (id int64, isNew bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		id, isNew, err = insertSummary(ctx, tx, summary, now)
		if err != nil || !isNew {
			return err
		}
		return deliverSummary(ctx, tx, id, summary.JobID, accounts, now)
	})
	return id, isNew, err
}

// DeliverAgain plans deliveries of a summary that is kept to the one who asked for
// it with a job; run again, the job finds that they are planned.
func (s *Store) DeliverAgain(ctx context.Context, id int64, job Job, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		return deliverSummary(ctx, tx, id, job.ID, []int64{job.AccountID}, now)
	})
}

// KeptWeek is the last summary that is kept of a week and of these units; false if
// there is none.
func (s *Store) KeptWeek(ctx context.Context, week stats.Period) (Summary, bool, error) {
	summary, err := s.findSummary(ctx, `
		WHERE from_at = $1 AND to_at = $2 AND units = $3 AND round_id IS NULL AND figures ? 'list'
		ORDER BY id DESC LIMIT 1`, week.From, week.To, pq.Array(listed(week.Units)))
	if IsCode(err, NotFound) {
		return Summary{}, false, nil
	}
	return summary, err == nil, err
}

// Summary reads a summary; NotFound (Detail what: summary) if there is none.
func (s *Store) Summary(ctx context.Context, id int64) (Summary, error) {
	return s.findSummary(ctx, `WHERE id = $1`, id)
}

func (s *Store) findSummary(ctx context.Context, where string, args ...any) (Summary, error) {
	var (
		summary  Summary
		occasion *time.Time
		figures  []byte
	)
	err := s.db.QueryRowxContext(ctx, `
		SELECT id, coalesce(schedule_id, 0), occasion, coalesce(job_id, 0), from_at, to_at, coalesce(round_id, 0), units,
		       figures, computed_at
		FROM summary `+where, args...).
		Scan(&summary.ID, &summary.ScheduleID, &occasion, &summary.JobID, &summary.From, &summary.To, &summary.Round,
			(*pq.Int64Array)(&summary.Units), &figures, &summary.ComputedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return Summary{}, refuse(NotFound, "what", "summary")
	}
	if err != nil {
		return Summary{}, fmt.Errorf("read a summary: %w", err)
	}
	if occasion != nil {
		summary.Occasion = *occasion
	}
	summary.Figures = figures
	return summary, nil
}

// SummaryIsOut tells, of the delivery of a summary's further pictures, whether that
// of its message has ended, and whether the message came then, as far as is known.
func (s *Store) SummaryIsOut(ctx context.Context, d Delivery) (ended, came bool, err error) {
	var state string
	err = s.db.GetContext(ctx, &state, `
		SELECT m.state FROM delivery p JOIN delivery m ON m.key = 'summary' || substr(p.key, length('pictures') + 1)
		WHERE p.id = $1`, d.ID)
	if err != nil {
		return false, false, fmt.Errorf("look whether a summary's message is out: %w", err)
	}
	switch state {
	case "due", "held", "sending":
		return false, false, nil
	}
	return true, state == string(Sent) || state == string(Unknown), nil
}

func insertSummary(ctx context.Context, tx *sqlx.Tx, summary Summary, now time.Time) (id int64, isNew bool, err error) {
	var occasion *time.Time
	if summary.ScheduleID != 0 {
		occasion = &summary.Occasion
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO summary (schedule_id, occasion, job_id, from_at, to_at, figures, computed_at, round_id, units)
		VALUES (nullif($1::bigint, 0), $2, nullif($3::bigint, 0), $4, $5, $6, $7, nullif($8::bigint, 0), $9)
		ON CONFLICT DO NOTHING RETURNING id`,
		summary.ScheduleID, occasion, summary.JobID, summary.From, summary.To, string(summary.Figures), now,
		summary.Round, pq.Array(listed(summary.Units)))
	if err == nil {
		return id, true, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return 0, false, fmt.Errorf("keep a summary: %w", err)
	}
	err = tx.GetContext(ctx, &id, `
		SELECT id FROM summary
		WHERE schedule_id = $1 AND occasion = $2 AND units = $4 OR job_id = nullif($3::bigint, 0)`,
		summary.ScheduleID, occasion, summary.JobID, pq.Array(listed(summary.Units)))
	if err != nil {
		return 0, false, fmt.Errorf("find the summary that is kept: %w", err)
	}
	return id, false, nil
}

// picturesAfter is how long after a summary's message its further pictures are due,
// so that they come below it. They need what a chat takes at once: where another
// process sent the message, the chat has to have forgotten it by then.
const picturesAfter = 4 * time.Second

// deliverSummary plans the parts of a summary, each its own delivery, as the answer
// to a job or (0) by itself.
func deliverSummary(ctx context.Context, tx *sqlx.Tx, id, job int64, accounts []int64, now time.Time) error {
	parts := []DeliveryKind{DeliverySummary, DeliveryPictures}
	due := []time.Time{now, now.Add(picturesAfter)}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO delivery (key, kind, account_id, summary_id, job_id, due_at, expires_at)
		SELECT concat_ws(':', part.kind, $1::bigint, a.id, nullif($2::bigint, 0)), part.kind, a.id, $1, nullif($2::bigint, 0), part.due, $6
		FROM account a CROSS JOIN unnest($4::text[], $5::timestamptz[]) part (kind, due)
		WHERE a.id = ANY($3) AND a.blocked_at IS NULL
		ON CONFLICT (key) DO NOTHING`,
		id, job, pq.Array(accounts), pq.Array(parts), pq.Array(due), now.Add(summaryUseful))
	if err != nil {
		return fmt.Errorf("plan deliveries of summary %d: %w", id, err)
	}
	return nil
}
