package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey/stats"
)

// blocksLock is held by whoever forms blocks, of responses or of pairs: one process at
// a time.
const blocksLock = 7230

// FormBlocks puts the responses that count since before until, and are in no block
// yet, into blocks as stats.FormBlocks decides: those of one round, or of all (0).
// Weeks are those of zone. It gives how many blocks were formed.
func (s *Store) FormBlocks(ctx context.Context, round int64, until time.Time, zone *time.Location) (formed int, err error) {
	filled := 0
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, blocksLock); err != nil {
			return fmt.Errorf("wait for others that form blocks: %w", err)
		}
		weeks, err := weeksPending(ctx, tx, round, until, zone)
		if err != nil || len(weeks) == 0 {
			return err
		}
		cells, err := pendingCells(ctx, tx, round, until, weeks)
		if err != nil {
			return err
		}
		blocks := stats.FormBlocks(cells)
		formed, filled = len(blocks), 0
		if formed == 0 {
			return nil
		}
		for _, block := range blocks {
			filled += block.Size
		}
		return fillBlocks(ctx, tx, blocks, cells, until, weeks)
	})
	if err != nil || filled < manyFilled {
		return formed, err
	}
	if _, err := s.db.ExecContext(ctx, `ANALYZE response (block_id)`); err != nil {
		return formed, fmt.Errorf("look over the blocks: %w", err)
	}
	return formed, nil
}

// manyFilled is from how many responses on Postgres is shown at once that they are
// in blocks: while it believes that few are, it looks up the answers of each by
// itself, which takes twice as long.
const manyFilled = 10_000

// pendingResponses are those that are in no block yet; $1 is until, $2 the round.
const pendingResponses = `p.counts AND p.block_id IS NULL AND p.counted_at < $1 AND ($2::bigint = 0 OR p.round_id = $2)`

// weeksPending are the beginnings of the weeks in which pending responses can be.
func weeksPending(ctx context.Context, tx *sqlx.Tx, round int64, until time.Time, zone *time.Location) ([]time.Time, error) {
	var first *time.Time
	if err := tx.GetContext(ctx, &first, `SELECT min(p.counted_at) FROM response p WHERE `+pendingResponses, until, round); err != nil {
		return nil, fmt.Errorf("find the first response that is in no block: %w", err)
	}
	if first == nil {
		return nil, nil
	}
	var weeks []time.Time
	for at := *first; at.Before(until); {
		from, to := calendar.Week(at, zone)
		weeks = append(weeks, from)
		at = to
	}
	return weeks, nil
}

func pendingCells(ctx context.Context, tx *sqlx.Tx, round int64, until time.Time, weeks []time.Time) ([]stats.Pending, error) {
	var cells []stats.Pending
	err := tx.SelectContext(ctx, &cells, `
		SELECT r.instrument_key AS form, p.round_id AS round, coalesce(p.unit_id, 0) AS unit,
		       width_bucket(p.counted_at, $3::timestamptz[]) AS week, count(*) AS count,
		       coalesce(r.closed_at < $1, false) AS final
		FROM response p JOIN round r ON r.id = p.round_id
		WHERE `+pendingResponses+`
		GROUP BY r.id, p.round_id, 3, 4 ORDER BY p.round_id, 3, 4`, until, round, pq.Array(weeks))
	if err != nil {
		return nil, fmt.Errorf("count the responses that are in no block: %w", err)
	}
	return cells, nil
}

// fillBlocks writes the blocks, and which responses are in them. What came into a
// cell since it was counted is in its block too.
func fillBlocks(ctx context.Context, tx *sqlx.Tx, blocks []stats.Block, cells []stats.Pending, until time.Time, weeks []time.Time) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT nextval(pg_get_serial_sequence('block', 'id')) FROM generate_series(1, $1)`, len(blocks))
	if err != nil {
		return fmt.Errorf("number the blocks: %w", err)
	}
	var forms []string
	var rounds, units, sizes, formations, cellBlocks, cellRounds, cellUnits, cellWeeks []int64
	first := map[int]int64{0: 0} // of each week; several weeks are none
	for i, block := range blocks {
		if _, known := first[block.Week]; !known {
			first[block.Week] = ids[i]
		}
		formations = append(formations, first[block.Week])
		forms = append(forms, block.Form)
		rounds = append(rounds, block.Round)
		units = append(units, block.Unit)
		sizes = append(sizes, int64(block.Size))
		for _, cell := range block.Cells {
			cellBlocks = append(cellBlocks, ids[i])
			cellRounds = append(cellRounds, cells[cell].Round)
			cellUnits = append(cellUnits, cells[cell].Unit)
			cellWeeks = append(cellWeeks, int64(cells[cell].Week))
		}
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO block (id, instrument_key, round_id, unit_id, size, formation, from_at, to_at) OVERRIDING SYSTEM VALUE
		SELECT id, form, nullif(round, 0), nullif(unit, 0), size, nullif(formation, 0), $7, $7
		FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::int[], $6::bigint[])
		     b (id, form, round, unit, size, formation)`,
		pq.Array(ids), pq.Array(forms), pq.Array(rounds), pq.Array(units), pq.Array(sizes), pq.Array(formations), until)
	if err != nil {
		return fmt.Errorf("write the blocks: %w", err)
	}
	_, err = tx.ExecContext(ctx, `
		WITH filled AS (
			UPDATE response p SET block_id = c.block
			FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::int[]) c (block, round, unit, week)
			WHERE p.counts AND p.block_id IS NULL AND p.counted_at < $1
			  AND p.round_id = c.round AND coalesce(p.unit_id, 0) = c.unit
			  AND width_bucket(p.counted_at, $6::timestamptz[]) = c.week
			RETURNING p.block_id, p.counted_at
		)
		UPDATE block b SET size = f.size, from_at = f.first, to_at = f.last
		FROM (SELECT block_id, count(*) AS size, min(counted_at) AS first, max(counted_at) AS last FROM filled GROUP BY 1) f
		WHERE b.id = f.block_id`,
		until, pq.Array(cellBlocks), pq.Array(cellRounds), pq.Array(cellUnits), pq.Array(cellWeeks), pq.Array(weeks))
	if err != nil {
		return fmt.Errorf("fill the blocks: %w", err)
	}
	return nil
}
