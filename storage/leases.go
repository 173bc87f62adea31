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

const sweepDeliveries = `
	WITH swept AS (` + endUnknown + `WHERE state = 'sending' AND ` + lapsed + ` RETURNING state)
	SELECT count(*) AS unknown, count(*) FILTER (WHERE state = 'due') AS repeated FROM swept`

// SweepLeases ends the leases of processes that are gone, and those that ran out.
// A delivery under way ends as unknown, and what may be repeated is due again as
// a new attempt (as after EndDelivery with Unknown). A job is due again, because
// jobs may run twice, unless it ended five processes: then it has failed.
func (s *Store) SweepLeases(ctx context.Context, now time.Time) (SweepCounts, error) {
	var counts SweepCounts
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		err := tx.GetContext(ctx, &counts, sweepDeliveries, now, "its process ended")
		if err != nil {
			return fmt.Errorf("sweep deliveries: %w", err)
		}
		result, err := tx.ExecContext(ctx, `
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

// InFlight counts what processes that are gone left in hand: until SweepLeases
// has been there, the clock must not pass it.
func (s *Store) InFlight(ctx context.Context, process int) (others int, err error) {
	err = s.db.GetContext(ctx, &others, `
		SELECT (SELECT count(*) FROM delivery WHERE state = 'sending' AND process <> $1 AND process NOT IN (`+livingProcesses+`))
		     + (SELECT count(*) FROM job WHERE state = 'running' AND process <> $1 AND process NOT IN (`+livingProcesses+`))`,
		process)
	if err != nil {
		return 0, fmt.Errorf("count what ended processes left: %w", err)
	}
	return others, nil
}
