package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"pascalatih/survey/stats"
)

// matched are the responses of both rounds that are about the same person, each with
// the score of what it answers, and are in no pair of this comparison.
func (p pairing) matched(ctx context.Context) ([]match, error) {
	var all []match
	first, second := listWorths(p.scoring.First), listWorths(p.scoring.Second)
	// A supervisor may have changed, and both have observed: the last one counts.
	err := p.SelectContext(ctx, &all, `
		WITH matched AS (
			SELECT DISTINCT ON (f.id) f.id AS first, s.id AS second,
			       coalesce(f.block_id, 0) AS firstblock, coalesce(s.block_id, 0) AS secondblock
			FROM response f
			JOIN invitation fi ON fi.id = f.invitation_id
			JOIN invitation si ON si.round_id = $2 AND si.subject_id = fi.subject_id
			     AND CASE $4 WHEN 'before_after' THEN si.respondent_id = fi.respondent_id
			                 ELSE fi.respondent_id = fi.subject_id AND si.respondent_id <> si.subject_id END
			JOIN response s ON s.round_id = $2 AND s.invitation_id = si.id
			WHERE f.round_id = $1 AND f.counts AND s.counts AND f.counted_at < $3 AND s.counted_at < $3
			  AND NOT EXISTS (SELECT FROM pair x JOIN pair_block b ON b.id = x.pair_block_id
			      WHERE x.first_round = f.round_id AND x.first_id = f.id AND b.comparison = $4 AND b.dimension = $5)
			  AND NOT EXISTS (SELECT FROM pair x JOIN pair_block b ON b.id = x.pair_block_id
			      WHERE x.second_round = s.round_id AND x.second_id = s.id AND b.comparison = $4 AND b.dimension = $5)
			ORDER BY f.id, s.counted_at DESC, s.id
		), firsts AS (
			SELECT m.first, m.second, w.item, w.score
			FROM matched m
			JOIN answer a ON a.round_id = $1 AND a.response_id = m.first
			JOIN unnest($7::text[], $8::text[], $9::text[], $10::float8[]) w (item, question, value, score)
			     ON w.question = a.path AND w.value = a.value
		), seconds AS (
			SELECT m.first, w.item, w.score
			FROM matched m
			JOIN answer a ON a.round_id = $2 AND a.response_id = m.second
			JOIN unnest($11::text[], $12::text[], $13::text[], $14::float8[]) w (item, question, value, score)
			     ON w.question = a.path AND w.value = a.value
		), scored AS (
			SELECT first, count(*) AS items, round(avg(score::numeric), 9)::float8 AS score FROM firsts
			WHERE NOT $6::boolean OR (first, item) IN (SELECT first, item FROM seconds)
			GROUP BY first
		), observed AS (
			SELECT first, count(*) AS items, round(avg(score::numeric), 9)::float8 AS score FROM seconds
			WHERE NOT $6::boolean OR (first, item) IN (SELECT first, item FROM firsts)
			GROUP BY first
		)
		SELECT m.first, m.second, m.firstblock, m.secondblock, f.items AS firstitems, s.items AS seconditems,
		       f.score AS firstscore, s.score AS secondscore
		FROM matched m JOIN scored f USING (first) JOIN observed s USING (first)
		ORDER BY m.first`,
		p.First, p.Second, p.until, p.Comparison, p.scoring.Dimension, p.scoring.Together,
		first.items, first.questions, first.values, first.scores, second.items, second.questions, second.values, second.scores)
	if err != nil {
		return nil, fmt.Errorf("find who answered both: %w", err)
	}
	return all, nil
}

// listedWorths are worths as columns.
type listedWorths struct {
	items, questions, values pq.StringArray
	scores                   pq.Float64Array
}

func listWorths(worths []stats.Worth) listedWorths {
	var l listedWorths
	for _, w := range worths {
		l.items, l.questions = append(l.items, w.Item), append(l.questions, w.Question)
		l.values, l.scores = append(l.values, w.Value), append(l.scores, w.Score)
	}
	return l
}

// told are the sets of pairs that were told of in this comparison; lost tells whether
// one of them has lost a pair since, so that what it told of is not known any more.
func (p pairing) told(ctx context.Context) (sets [][]stats.Match, lost bool, err error) {
	var rows []struct {
		Block, First, Second    int64
		FirstWhole, SecondWhole bool
		Complete                bool
	}
	err = p.SelectContext(ctx, &rows, `
		SELECT b.id AS block, coalesce(f.block_id, 0) AS first, coalesce(s.block_id, 0) AS second,
		       coalesce(x.first_whole, false) AS firstwhole, coalesce(x.second_whole, false) AS secondwhole,
		       b.size = count(x.first_id) OVER (PARTITION BY b.id) AS complete
		FROM pair_block b
		LEFT JOIN pair x ON x.pair_block_id = b.id
		LEFT JOIN response f ON f.round_id = x.first_round AND f.id = x.first_id
		LEFT JOIN response s ON s.round_id = x.second_round AND s.id = x.second_id
		WHERE b.training_id = $1 AND b.comparison = $2 AND b.dimension = $3
		ORDER BY b.id`, p.Training, p.Comparison, p.scoring.Dimension)
	if err != nil {
		return nil, false, fmt.Errorf("read the pairs told of: %w", err)
	}
	for i, row := range rows {
		lost = lost || !row.Complete
		if i == 0 || row.Block != rows[i-1].Block {
			sets = append(sets, nil)
		}
		sets[len(sets)-1] = append(sets[len(sets)-1], stats.Match{
			First: stats.Seat{Block: row.First, Whole: row.FirstWhole}, Second: stats.Seat{Block: row.Second, Whole: row.SecondWhole}})
	}
	return sets, lost, nil
}

// answering counts of the matches' blocks by how many some item is answered.
func (p pairing) answering(ctx context.Context, waiting []stats.Match, told [][]stats.Match) (first, second stats.Answering, err error) {
	var firsts, seconds []int64
	for _, set := range append([][]stats.Match{waiting}, told...) {
		for _, match := range set {
			firsts, seconds = append(firsts, match.First.Block), append(seconds, match.Second.Block)
		}
	}
	if first, err = p.answeringOf(ctx, firsts, p.scoring.First); err != nil {
		return nil, nil, err
	}
	second, err = p.answeringOf(ctx, seconds, p.scoring.Second)
	return first, second, err
}

func (p pairing) answeringOf(ctx context.Context, blocks []int64, worths []stats.Worth) (stats.Answering, error) {
	var rows []struct {
		Block int64
		Count int
	}
	w := listWorths(worths)
	err := p.SelectContext(ctx, &rows, `
		SELECT p.block_id AS block, count(DISTINCT p.id) AS count
		FROM response p
		JOIN answer a ON a.round_id = p.round_id AND a.response_id = p.id
		JOIN unnest($2::text[], $3::text[]) w (question, value) ON w.question = a.path AND w.value = a.value
		WHERE p.counts AND p.block_id = ANY($1)
		GROUP BY p.block_id`, pq.Array(listed(blocks)), w.questions, w.values)
	if err != nil {
		return nil, fmt.Errorf("count who answered: %w", err)
	}
	by := make(stats.Answering, len(rows))
	for _, row := range rows {
		by[row.Block] = row.Count
	}
	return by, nil
}

// keep writes a pair block. Nothing waits for its first any more.
func (p pairing) keep(ctx context.Context, chosen []match) error {
	var id int64
	err := p.GetContext(ctx, &id, `
		INSERT INTO pair_block (training_id, comparison, dimension, first_round, second_round, least, most, size, formed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		p.Training, p.Comparison, p.scoring.Dimension, p.First, p.Second, p.scoring.Least, p.scoring.Most, len(chosen), p.moment())
	if err != nil {
		return fmt.Errorf("write a block of pairs: %w", err)
	}
	var firsts, seconds []string
	var firstWholes, secondWholes []bool
	var firstScores, secondScores []float64
	for _, m := range chosen {
		first, second := p.wholes(m)
		firsts, seconds = append(firsts, m.First), append(seconds, m.Second)
		firstWholes, secondWholes = append(firstWholes, first), append(secondWholes, second)
		firstScores, secondScores = append(firstScores, m.FirstScore), append(secondScores, m.SecondScore)
	}
	_, err = p.ExecContext(ctx, `
		INSERT INTO pair (pair_block_id, first_round, second_round, first_id, second_id, first_whole, second_whole, first_score, second_score)
		SELECT $1, $2, $3, x.* FROM unnest($4::uuid[], $5::uuid[], $6::boolean[], $7::boolean[], $8::float8[], $9::float8[]) x`,
		id, p.First, p.Second, pq.Array(firsts), pq.Array(seconds), pq.Array(firstWholes), pq.Array(secondWholes),
		pq.Array(firstScores), pq.Array(secondScores))
	if err != nil {
		return fmt.Errorf("write pairs: %w", err)
	}
	return nil
}

// wait notes that there are pairs which cannot be told of yet.
func (p pairing) wait(ctx context.Context) error {
	_, err := p.ExecContext(ctx, `
		INSERT INTO pair_waiting (training_id, comparison, dimension, first_round, second_round, since)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		p.Training, p.Comparison, p.scoring.Dimension, p.First, p.Second, p.moment())
	if err != nil {
		return fmt.Errorf("note that pairs wait: %w", err)
	}
	return nil
}

// moment is the last before until that Postgres tells from it.
func (p pairing) moment() time.Time { return p.until.Add(-time.Microsecond) }
