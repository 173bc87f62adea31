package storage

import (
	"context"
	"fmt"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// Counts counts what the figures of the period from (included) to (not included)
// are made of: responses by the time of Kirim, or of HR's confirmation where that
// came later, rounds as far as they had come at its end. No answer leaves the
// database, only how often each was given.
func (s *Store) Counts(ctx context.Context, from, to time.Time) (stats.Counts, error) {
	counts := stats.Counts{From: from, To: to, Instruments: make(map[int64]survey.Instrument)}
	err := s.db.SelectContext(ctx, &counts.Rounds, `
		SELECT r.id, coalesce(t.title, '') AS training, r.instrument_id AS instrument,
		       (SELECT count(*) FROM invitation i WHERE i.round_id = r.id) AS invited,
		       (SELECT count(*) FROM session s JOIN claim c ON c.id = s.claim_id AND c.state <> 'provisional'
		        WHERE s.round_id = r.id AND s.opened_at < $2) AS opened,
		       p.sent, p.sentnow
		FROM round r
		LEFT JOIN training t ON t.id = r.training_id
		CROSS JOIN LATERAL (
			SELECT count(*) AS sent, count(*) FILTER (WHERE p.counted_at >= $1) AS sentnow
			FROM response p WHERE p.round_id = r.id AND p.counts AND p.counted_at < $2
		) p
		WHERE r.opened_at < $2 AND (r.closed_at IS NULL OR r.closed_at >= $1)
		ORDER BY r.opened_at, r.id`, from, to)
	if err != nil {
		return stats.Counts{}, fmt.Errorf("count rounds: %w", err)
	}
	// The first of several choices of an answer stands for the response, once.
	err = s.db.SelectContext(ctx, &counts.Tallies, `
		SELECT a.round_id AS round, a.question, c.choice, count(*) AS count,
		       (sum(count(*) FILTER (WHERE c.place = 1)) OVER (PARTITION BY a.round_id, a.question))::bigint AS base
		FROM response p
		JOIN answer a ON a.round_id = p.round_id AND a.response_id = p.id
		CROSS JOIN LATERAL string_to_table(a.value, ' ') WITH ORDINALITY AS c (choice, place)
		WHERE p.counts AND p.counted_at >= $1 AND p.counted_at < $2
		  AND a.kind IN ('yes_no', 'select_one', 'select_multiple', 'scale')
		GROUP BY a.round_id, a.question, c.choice
		ORDER BY a.round_id, a.question, c.choice`, from, to)
	if err != nil {
		return stats.Counts{}, fmt.Errorf("count answers: %w", err)
	}
	for _, round := range counts.Rounds {
		counts.Instruments[round.Instrument], err = s.Instrument(ctx, round.Instrument)
		if err != nil {
			return stats.Counts{}, err
		}
	}
	return counts, nil
}
