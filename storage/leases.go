package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// SweepCounts counts what SweepLeases took away from processes that ended.
type SweepCounts struct {
	Unknown  int `db:"unknown"`  // deliveries whose outcome nobody knows
	Repeated int `db:"repeated"` // those of them that will be tried again
	Jobs     int // jobs that nobody runs any more
}

// lapsed tells, of what is in hand, that nobody is at it: its process has ended,
// or its time is over.
const lapsed = `(lease_until < clock_timestamp() OR process NOT IN (` + livingProcesses + `))`

const (
	lapsedRounds = `SELECT DISTINCT round_id FROM delivery WHERE state = 'sending' AND round_id IS NOT NULL AND ` + lapsed

	sweepDeliveries = `
	WITH swept AS (` + endUnknown + `WHERE state = 'sending' AND ` + lapsed + ` RETURNING state)
	SELECT count(*) AS unknown, count(*) FILTER (WHERE state IN ('due', 'held')) AS repeated FROM swept`
)

// SweepLeases ends the leases of processes that are gone, and those that ran out.
// A delivery under way ends as unknown, and what may be repeated is due again as
// a new attempt (as after EndDelivery with Unknown). A job is due again, because
// jobs may run twice, unless it ended five processes: then it has failed.
func (s *Store) SweepLeases(ctx context.Context, now time.Time) (SweepCounts, error) {
	var counts SweepCounts
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		q := hot{s, tx}
		var rounds []int64
		if err := sqlx.SelectContext(ctx, q, &rounds, lapsedRounds); err != nil {
			return fmt.Errorf("find the rounds of deliveries to sweep: %w", err)
		}
		if err := holdStill(ctx, tx, rounds); err != nil {
			return err
		}
		err := sqlx.GetContext(ctx, q, &counts, sweepDeliveries, now, "its process ended")
		if err != nil {
			return fmt.Errorf("sweep deliveries: %w", err)
		}
		result, err := q.ExecContext(ctx, `
			UPDATE job SET process = NULL, lease_until = NULL, reason = 'its process ended',
			    state = CASE WHEN attempts < $2 THEN 'due' ELSE 'failed' END,
			    ended_at = CASE WHEN attempts < $2 THEN NULL ELSE $1::timestamptz END
			WHERE state = 'running' AND `+lapsed, now, jobAttempts)
		if err != nil {
			return fmt.Errorf("sweep jobs: %w", err)
		}
		jobs, err := result.RowsAffected()
		counts.Jobs = int(jobs)
		return err
	})
	return counts, err
}
