package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// Counts counts what the figures of a period are made of: rounds as far as they had
// come at its end, and the responses of the blocks that lie in it. No answer leaves
// the database, only how often each was given.
func (s *Store) Counts(ctx context.Context, p stats.Period) (stats.Counts, error) {
	counts := stats.Counts{Period: p, UnitNames: make(map[int64]string), Instruments: make(map[int64]survey.Instrument)}
	if err := readRounds(ctx, s.db, &counts); err != nil {
		return stats.Counts{}, err
	}
	for _, round := range counts.Rounds {
		if _, known := counts.Instruments[round.Instrument]; known {
			continue
		}
		instrument, err := s.Instrument(ctx, round.Instrument)
		if err != nil {
			return stats.Counts{}, err
		}
		counts.Instruments[round.Instrument] = instrument
	}
	err := s.inSnapshot(ctx, func(tx *sqlx.Tx) error {
		if err := countStandings(ctx, tx, &counts); err != nil {
			return err
		}
		if err := countAnswers(ctx, tx, &counts); err != nil {
			return err
		}
		return countCompared(ctx, tx, &counts)
	})
	if err != nil {
		return stats.Counts{}, err
	}
	return counts, nil
}

// readRounds reads the rounds of the period.
func readRounds(ctx context.Context, q sqlx.QueryerContext, c *stats.Counts) error {
	err := sqlx.SelectContext(ctx, q, &c.Rounds, `
		SELECT r.id, coalesce(t.title, '') AS training, coalesce(t.code, '') AS code, r.instrument_id AS instrument,
		       r.opened_at, r.closed_at IS NULL OR r.closed_at >= $2 AS open
		FROM round r LEFT JOIN training t ON t.id = r.training_id
		WHERE r.opened_at < $2 AND ($3::bigint = 0 OR r.id = $3)
		  AND (r.closed_at IS NULL OR r.closed_at >= $1 OR EXISTS ( -- HR confirmed somebody later
		          SELECT FROM response p WHERE p.round_id = r.id AND p.counts AND p.counted_at >= $1 AND p.counted_at < $2))
		ORDER BY r.opened_at, r.id`, c.From, c.To, c.Round)
	if err != nil {
		return fmt.Errorf("read the rounds of a period: %w", err)
	}
	return nil
}

// countStandings counts how far the rounds have come in each unit. Rounds that
// asked nobody of the units are left out.
func countStandings(ctx context.Context, q sqlx.QueryerContext, c *stats.Counts) error {
	var rounds []int64
	for _, round := range c.Rounds {
		rounds = append(rounds, round.ID)
	}
	// Somebody who moved since they sent is of the unit that they sent in. A response
	// that was untied from its invitation stays one of those who sent.
	err := sqlx.SelectContext(ctx, q, &c.Standings, `
		WITH asked AS (
			SELECT i.round_id AS round, coalesce(p.unit_id, e.unit_id) AS unit, 1 AS invited, p.counted_at,
			       (p.id IS NULL AND e.left_at IS NULL AND i.withdrawn_at IS NULL AND NOT EXISTS (
			           SELECT FROM claim c JOIN account a ON a.id = c.account_id
			           WHERE c.employee_id = e.id AND c.state = 'confirmed' AND a.blocked_at IS NULL))::int AS unreached,
			       (p.id IS NULL AND e.left_at IS NULL AND i.withdrawn_at IS NULL
			           AND i.declined_as IS NOT DISTINCT FROM 'unwilling' AND i.declined_at < $2)::int AS declined
			FROM invitation i
			JOIN employee e ON e.id = i.respondent_id
			LEFT JOIN response p ON p.round_id = i.round_id AND p.invitation_id = i.id AND p.counts AND p.counted_at < $2
			WHERE i.round_id = ANY($3)
			UNION ALL
			SELECT p.round_id, coalesce(p.unit_id, 0), 0, p.counted_at, 0, 0
			FROM response p WHERE p.round_id = ANY($3) AND p.invitation_id IS NULL AND p.counts AND p.counted_at < $2
		)
		SELECT round, unit, sum(invited) AS invited, sum(unreached) AS unreached, sum(declined) AS declined,
		       count(counted_at) AS sent, count(counted_at) FILTER (WHERE counted_at >= $1) AS sent_now
		FROM asked WHERE cardinality($4::bigint[]) = 0 OR unit = ANY($4)
		GROUP BY round, unit ORDER BY round, unit`, c.From, c.To, pq.Array(rounds), pq.Array(listed(c.Units)))
	if err != nil {
		return fmt.Errorf("count the rounds of a period: %w", err)
	}
	if len(c.Units) > 0 {
		asked := func(round stats.Round) bool {
			return slices.ContainsFunc(c.Standings, func(s stats.Standing) bool { return s.Round == round.ID })
		}
		c.Rounds = slices.DeleteFunc(c.Rounds, func(round stats.Round) bool { return !asked(round) })
	}
	return nameUnits(ctx, q, c)
}

// nameUnits reads the names of the units that were asked.
func nameUnits(ctx context.Context, q sqlx.QueryerContext, c *stats.Counts) error {
	var units []int64
	for _, standing := range c.Standings {
		units = append(units, standing.Unit)
	}
	var names []struct {
		ID   int64
		Name string
	}
	if err := sqlx.SelectContext(ctx, q, &names, `SELECT id, name FROM unit WHERE id = ANY($1)`, pq.Array(units)); err != nil {
		return fmt.Errorf("read the names of units: %w", err)
	}
	for _, unit := range names {
		c.UnitNames[unit.ID] = unit.Name
	}
	return nil
}

// listed is ids as an array, which for none is empty: Postgres would read NULL.
func listed(ids []int64) []int64 {
	return append([]int64{}, ids...)
}

// countAnswers reads the blocks that lie in the period, and how often what was
// answered in them. A block that lost a response since it was formed is passed
// over whole.
func countAnswers(ctx context.Context, q sqlx.QueryerContext, c *stats.Counts) error {
	err := sqlx.SelectContext(ctx, q, &c.Blocks, `
		SELECT b.id, b.instrument_key AS form, coalesce(b.round_id, 0) AS round, coalesce(b.unit_id, 0) AS unit, b.size,
		       coalesce(b.formation, 0) AS formation
		FROM block b
		WHERE b.from_at >= $1 AND b.to_at >= $1 AND b.to_at < $2 AND ($3::bigint = 0 OR b.round_id = $3)
		  AND (cardinality($4::bigint[]) = 0 OR b.unit_id = ANY($4))
		  AND b.size = (SELECT count(*) FROM response p WHERE p.block_id = b.id AND p.counts)
		ORDER BY b.id`, c.From, c.To, c.Round, pq.Array(listed(c.Units)))
	if err != nil {
		return fmt.Errorf("read the blocks of a period: %w", err)
	}
	if len(c.Blocks) == 0 {
		return nil
	}
	var blocks []int64
	for _, block := range c.Blocks {
		blocks = append(blocks, block.ID)
	}
	// What is written in words is only told from what is not.
	err = sqlx.SelectContext(ctx, q, &c.Tallies, `
		SELECT p.block_id AS block, a.question,
		       CASE WHEN a.kind IN ('scale', 'select_multiple', 'select_one', 'yes_no') THEN a.value ELSE '' END AS value,
		       count(*) AS count
		FROM response p JOIN answer a ON a.round_id = p.round_id AND a.response_id = p.id
		WHERE p.counts AND p.block_id = ANY($1)
		GROUP BY 1, 2, 3`, pq.Array(blocks))
	if err != nil {
		return fmt.Errorf("count answers: %w", err)
	}
	return countPairs(ctx, q, c, blocks)
}

// countPairs counts the answers to the questions that ask for the same thing before
// and now, of the responses that answer both.
func countPairs(ctx context.Context, q sqlx.QueryerContext, c *stats.Counts, blocks []int64) error {
	var befores, nows []string
	for _, instrument := range c.Instruments {
		for _, item := range stats.PairedItems(instrument) {
			befores = append(befores, item+stats.EndsBefore)
			nows = append(nows, item+stats.EndsNow)
		}
	}
	if len(nows) == 0 {
		return nil
	}
	err := sqlx.SelectContext(ctx, q, &c.Pairs, `
		SELECT p.block_id AS block, left(b.path, -length($4)) AS item, b.value::int AS before, n.value::int AS now,
		       count(*) AS count
		FROM response p
		JOIN answer b ON b.round_id = p.round_id AND b.response_id = p.id AND b.path = ANY($2) AND b.kind = 'scale'
		JOIN answer n ON n.round_id = p.round_id AND n.response_id = p.id AND n.path = ANY($3) AND n.kind = 'scale'
		     AND left(n.path, -length($5)) = left(b.path, -length($4))
		WHERE p.counts AND p.block_id = ANY($1) AND b.value <> $6 AND n.value <> $6
		GROUP BY 1, 2, 3, 4`,
		pq.Array(blocks), pq.Array(befores), pq.Array(nows), stats.EndsBefore, stats.EndsNow, survey.Unobserved)
	if err != nil {
		return fmt.Errorf("count pairs of answers: %w", err)
	}
	return nil
}
