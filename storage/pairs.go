package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// pairsLate is for how long after both rounds have closed late pairs are looked for:
// such as HR confirms.
const pairsLate = 92 * 24 * time.Hour

// FormPairs compares, of rounds that had closed before until, what the same people
// said twice: it puts pairs of responses that are in blocks, and in no comparison yet,
// into pair blocks, as stats.ChooseMatches decides. They are those of trainings of a
// round, or of all (0). It gives how many blocks were formed.
//
// They are of the last moment before until, so that the week's summary tells of them.
func (s *Store) FormPairs(ctx context.Context, round int64, until time.Time) (formed int, err error) {
	couples, err := s.couples(ctx, round, until)
	if err != nil || len(couples) == 0 {
		return 0, err
	}
	forms := make(map[int64]survey.Instrument)
	for _, couple := range couples {
		for _, id := range []int64{couple.FirstForm, couple.SecondForm} {
			if _, known := forms[id]; known {
				continue
			}
			if forms[id], err = s.Instrument(ctx, id); err != nil {
				return 0, err
			}
		}
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, blocksLock); err != nil {
			return fmt.Errorf("wait for others that form blocks: %w", err)
		}
		formed = 0
		for _, couple := range couples {
			for _, scoring := range stats.Scorings(couple.Comparison, forms[couple.FirstForm], forms[couple.SecondForm]) {
				p := pairing{Tx: tx, couple: couple, scoring: scoring, until: until}
				isNew, err := p.form(ctx)
				if err != nil {
					return fmt.Errorf("compare rounds %d and %d: %w", couple.First, couple.Second, err)
				}
				if isNew {
					formed++
				}
			}
		}
		return nil
	})
	return formed, err
}

// couple is two rounds about the same training that are compared.
type couple struct {
	Training              int64
	Comparison            stats.Comparison
	First, Second         int64
	FirstForm, SecondForm int64 // the instruments
}

// couples are the first round of a form about a training with each later one, and
// what people said of themselves with what their supervisors did.
func (s *Store) couples(ctx context.Context, round int64, until time.Time) ([]couple, error) {
	var all []couple
	err := s.db.SelectContext(ctx, &all, `
		SELECT f.training_id AS training, c.comparison, f.id AS first, s.id AS second,
		       f.instrument_id AS firstform, s.instrument_id AS secondform
		FROM round f
		JOIN round s ON s.training_id = f.training_id AND s.id <> f.id
		CROSS JOIN LATERAL (
			SELECT 'before_after' AS comparison
			WHERE s.audience = 'alumni' AND s.instrument_key = f.instrument_key
			  AND (s.opened_at, s.id) > (f.opened_at, f.id)
			  AND NOT EXISTS (SELECT FROM round e
			      WHERE e.training_id = f.training_id AND e.audience = 'alumni' AND e.instrument_key = f.instrument_key
			        AND (e.opened_at, e.id) < (f.opened_at, f.id))
			UNION ALL
			SELECT 'self_supervisor' WHERE s.audience = 'supervisors' AND f.instrument_key = $4
		) c
		WHERE f.audience = 'alumni' AND f.closed_at < $1 AND s.closed_at < $1 AND greatest(f.closed_at, s.closed_at) >= $2
		  AND ($3::bigint = 0 OR $3 IN (f.id, s.id))
		ORDER BY training, comparison, s.opened_at, s.id`, until, until.Add(-pairsLate), round, stats.SelfForm)
	if err != nil {
		return nil, fmt.Errorf("find rounds that can be compared: %w", err)
	}
	return all, nil
}

// pairing is one comparison while its pairs are formed.
type pairing struct {
	*sqlx.Tx
	couple
	scoring stats.Scoring
	until   time.Time
}

// form puts the pairs that can be told of into a block, or notes that there are some
// which wait.
func (p pairing) form(ctx context.Context) (isNew bool, err error) {
	matched, err := p.matched(ctx)
	if err != nil || len(matched) == 0 {
		return false, err
	}
	var waiting []stats.Match
	var places []int
	for i, m := range matched {
		if m.FirstBlock != 0 && m.SecondBlock != 0 {
			waiting, places = append(waiting, p.match(m)), append(places, i)
		}
	}
	told, lost, err := p.told(ctx)
	if err != nil {
		return false, err
	}
	var chosen []match
	if !lost {
		first, second, err := p.answering(ctx, waiting, told)
		if err != nil {
			return false, err
		}
		chance := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())) // nobody can tell who waits
		for _, place := range stats.ChooseMatches(waiting, told, first, second, chance) {
			chosen = append(chosen, matched[places[place]])
		}
	}
	switch {
	case len(chosen) > 0:
		return true, p.keep(ctx, chosen)
	case len(told) == 0 && !lost:
		return false, p.wait(ctx)
	}
	return false, nil
}

// match is two responses of which a pair may be made.
type match struct {
	First       string
	Second      string
	FirstBlock  int64
	SecondBlock int64
	FirstItems  int // answered
	SecondItems int
	FirstScore  float64
	SecondScore float64
}

func (p pairing) wholes(m match) (first, second bool) {
	return m.FirstItems == p.scoring.FirstItems, m.SecondItems == p.scoring.SecondItems
}

func (p pairing) match(m match) stats.Match {
	first, second := p.wholes(m)
	return stats.Match{First: stats.Seat{Block: m.FirstBlock, Whole: first}, Second: stats.Seat{Block: m.SecondBlock, Whole: second}}
}
