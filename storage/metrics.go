package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Waiting counts what of one kind waits in one state. Planned is due, but later.
type Waiting struct {
	Kind, State string
	Count       int
}

// Queues is what deliveries and jobs wait or are in hand at a moment. What has
// ended is not in it: its rows are never looked at.
type Queues struct {
	Deliveries []Waiting // planned, due, held, sending
	Jobs       []Waiting // planned, due, running
	// How long the first of each that is due has waited; zero where none is due.
	DeliveryAge, JobAge time.Duration
	// Lapsed are the deliveries under way of processes that are gone, or that took
	// longer than their lease. SweepLeases takes them within seconds; where it does not,
	// nobody does what is due.
	Lapsed int
}

// MostCounted is how many rows of one state Queues counts at the most: asked for
// every few seconds, it must not cost more the longer the queue is.
const MostCounted = 100_000

// Each state is read in the order of the index that holds it alone, and so
// without the rows that have ended. $1 is now, $2 is MostCounted.
const (
	waitingDeliveries = `
	SELECT kind, state, count(*) FROM (
		(SELECT kind, CASE WHEN due_at > $1 THEN 'planned' ELSE 'due' END AS state
		 FROM delivery WHERE state = 'due' AND carried_by IS NULL ORDER BY due_at LIMIT $2)
		UNION ALL
		(SELECT kind, state FROM delivery WHERE state = 'held' ORDER BY round_id LIMIT $2)
		UNION ALL
		(SELECT kind, state FROM delivery WHERE state = 'sending' ORDER BY process LIMIT $2)
	) waiting GROUP BY kind, state ORDER BY kind, state`

	lapsedDeliveries = `SELECT count(*) FROM delivery WHERE state = 'sending' AND ` + lapsed

	waitingJobs = `
	SELECT kind, state, count(*) FROM (
		SELECT kind, CASE WHEN state = 'due' AND due_at > $1 THEN 'planned' ELSE state END AS state
		FROM job WHERE state IN ('due', 'running') ORDER BY due_at LIMIT $2
	) waiting GROUP BY kind, state ORDER BY kind, state`
)

// Queues counts what waits at now, at most MostCounted of a state.
func (s *Store) Queues(ctx context.Context, now time.Time) (Queues, error) {
	var queues Queues
	if err := s.db.SelectContext(ctx, &queues.Deliveries, waitingDeliveries, now, MostCounted); err != nil {
		return Queues{}, fmt.Errorf("count what waits to be delivered: %w", err)
	}
	if err := s.db.SelectContext(ctx, &queues.Jobs, waitingJobs, now, MostCounted); err != nil {
		return Queues{}, fmt.Errorf("count the jobs that wait: %w", err)
	}
	if err := s.db.GetContext(ctx, &queues.Lapsed, lapsedDeliveries); err != nil {
		return Queues{}, fmt.Errorf("count what nobody is at any more: %w", err)
	}
	for _, queue := range []struct {
		age   *time.Duration
		first func(context.Context) (time.Time, bool, error)
	}{{&queues.DeliveryAge, s.NextDelivery}, {&queues.JobAge, s.NextJob}} {
		due, found, err := queue.first(ctx)
		if err != nil {
			return Queues{}, fmt.Errorf("find what has waited for longest: %w", err)
		}
		if found {
			*queue.age = max(0, now.Sub(due))
		}
	}
	return queues, nil
}

// PoolCollector tells Prometheus how the connections to the database are used.
func (s *Store) PoolCollector() prometheus.Collector {
	return collectors.NewDBStatsCollector(s.db.DB, "pascalatih")
}
