package storage

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey/stats"
)

// countCompared reads the comparisons of which pairs were added in the period, or of
// a round those that it is part of, each with all its pairs until then, and those of
// which none can be told. They are of whole trainings, so that for some units there
// are none. A block that lost a pair is passed over whole.
func countCompared(ctx context.Context, q sqlx.QueryerContext, c *stats.Counts) error {
	if len(c.Units) > 0 {
		return nil
	}
	var rows []struct {
		stats.Compared
		stats.Two
		Told bool
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		WITH told AS (
			SELECT b.* FROM pair_block b
			WHERE b.formed_at < $2
			  AND b.size = (SELECT count(*) FROM pair x
			                JOIN response f ON f.round_id = x.first_round AND f.id = x.first_id AND f.counts
			                JOIN response s ON s.round_id = x.second_round AND s.id = x.second_id AND s.counts
			                WHERE x.pair_block_id = b.id)
			  AND EXISTS (SELECT FROM pair_block n
			      WHERE n.training_id = b.training_id AND n.comparison = b.comparison AND n.dimension = b.dimension
			        AND n.formed_at < $2 AND CASE WHEN $3::bigint = 0 THEN n.formed_at >= $1 ELSE $3 IN (n.first_round, n.second_round) END)
		), listed AS (
			SELECT b.training_id, b.comparison, b.dimension, b.first_round, b.second_round, b.least, b.most,
			       x.first_score, x.second_score, true AS told
			FROM told b JOIN pair x ON x.pair_block_id = b.id
			UNION ALL
			SELECT w.training_id, w.comparison, w.dimension, w.first_round, w.second_round, 0, 1, 0, 0, false
			FROM pair_waiting w
			WHERE w.since < $2 AND CASE WHEN $3::bigint = 0 THEN w.since >= $1 ELSE $3 IN (w.first_round, w.second_round) END
			  AND NOT EXISTS (SELECT FROM pair_block b
			      WHERE b.training_id = w.training_id AND b.comparison = w.comparison AND b.dimension = w.dimension AND b.formed_at < $2)
		)
		SELECT l.training_id AS training, t.title, t.code, l.comparison, l.dimension,
		       f.instrument_key AS firstform, s.instrument_key AS secondform, l.least, l.most,
		       l.first_score AS first, l.second_score AS second, l.told
		FROM listed l
		JOIN training t ON t.id = l.training_id
		JOIN round f ON f.id = l.first_round
		JOIN round s ON s.id = l.second_round
		ORDER BY l.training_id, l.comparison, l.dimension, l.first_score, l.second_score`, c.From, c.To, c.Round)
	if err != nil {
		return fmt.Errorf("read comparisons: %w", err)
	}
	for i, row := range rows {
		if i == 0 || rows[i-1].Training != row.Training || rows[i-1].Item() != row.Item() {
			c.Compared = append(c.Compared, row.Compared)
		}
		if row.Told {
			last := &c.Compared[len(c.Compared)-1]
			last.Pairs = append(last.Pairs, row.Two)
		}
	}
	return nil
}
