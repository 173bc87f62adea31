package scheduler_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/survey"
)

// life is half a year of an office in which people answer, some under a claim that
// HR confirms later, while readers get and ask for summaries. It keeps books of its
// own on who answered what.
type life struct {
	*office
	chance  *rand.Rand
	desk    *desk
	rounds  map[int64]*lived
	said    map[string]saying   // by response
	blocks  map[string]int64    // by response
	seen    map[int64]time.Time // when a block was there first
	pending []string            // responses that HR has not confirmed
}

// lived is a round, and who has not answered yet.
type lived struct {
	until   time.Time
	waiting []int64 // the units of those who have not
}

// saying is one response as its sender knows it.
type saying struct {
	round, unit int64
	at          time.Time // when it began to count
	level       int
	several     bool // answered the question that may be left out
}

// The accounts that read summaries, and the units that they head; admin900 and, from
// the second quarter on, turncoat are administrators.
const (
	admin900 = 900
	head     = 101 // of unit 1
	heads    = 102 // of the units 2 and 3
	turncoat = 103 // of unit 1 at first
)

const weeksLived = 26

// live lets half a year pass.
func live(t *testing.T, seed uint64) *life {
	begins := monday.Add(-week)
	o := newOffice(t, begins)
	l := &life{office: o, chance: rand.New(rand.NewPCG(seed, 26)), desk: o.desk(), rounds: map[int64]*lived{},
		said: map[string]saying{}, blocks: map[string]int64{}, seen: map[int64]time.Time{}}
	instrument := form("reaction")
	instrument.Version = "2"
	instrument.Questions = append(instrument.Questions, survey.Question{Name: "kendala", Kind: survey.SelectMultiple,
		Dimension: survey.Obstacle, Label: survey.Text{"id": "Apa kendalanya?"},
		Choices: []survey.Choice{{Name: "a", Label: survey.Text{"id": "A"}}, {Name: "b", Label: survey.Text{"id": "B"}}}})
	_, _, err := o.Publish(t.Context(), instrument, storage.Source{}, begins)
	must(t, err)
	o.exec(fmt.Sprintf(`
		DELETE FROM participation; UPDATE training SET plan_id = NULL; UPDATE schedule SET since = '%s';
		INSERT INTO unit (name) VALUES ('Badan Contoh'), ('Kantor Contoh'), ('Bagian Contoh');
		INSERT INTO employee (nip, name, unit_id)
		SELECT '198001012006011' || lpad(n::text, 3, '0'), 'Orang ' || n, 1 + n %% 4 FROM generate_series(1, 60) n;
		INSERT INTO account_role (account_id, role, unit_id, granted_at)
		SELECT account, 'unit_head', unit, '2026-07-01' FROM (VALUES (%d, 1), (%d, 2), (%d, 3), (%d, 1)) h (account, unit)`,
		begins.Format(time.RFC3339), head, heads, heads, turncoat))
	o.run(l.desk)
	for d := range weeksLived * 7 {
		today := begins.Add(time.Duration(d) * day)
		o.until(today.Add(eight + time.Second)) // on Mondays the summaries are out by now
		l.note()
		if d == weeksLived*7/2 {
			o.exec(fmt.Sprintf(`INSERT INTO account_role (account_id, role, granted_at) VALUES (%d, 'admin', '2026-07-01')`, turncoat))
		}
		o.until(today.Add(18 * time.Hour))
		l.day(today)
		o.until(today.Add(19 * time.Hour))
		l.ask(today)
	}
	return l
}

// day lets a training end on some days, and people answer.
func (l *life) day(today time.Time) {
	if l.chance.IntN(6) == 0 {
		l.train(today)
	}
	for _, id := range slices.Sorted(maps.Keys(l.rounds)) {
		r := l.rounds[id]
		if !today.Add(day).Before(r.until) {
			continue
		}
		for _, unit := range slices.Clone(r.waiting) {
			if l.chance.IntN(5) == 0 {
				at := slices.Index(r.waiting, unit)
				r.waiting = slices.Delete(r.waiting, at, at+1)
				l.answer(id, unit, today)
			}
		}
	}
	for _, id := range slices.Clone(l.pending) {
		if l.chance.IntN(6) == 0 {
			l.pending = slices.DeleteFunc(l.pending, func(p string) bool { return p == id })
			l.confirm(id, today)
		}
	}
}

// train opens a round; most trainings are for one unit more than for others.
func (l *life) train(today time.Time) {
	var training, round int64
	ctx := l.t.Context()
	must(l.t, l.db.QueryRowContext(ctx, `
		INSERT INTO training (code, title, first_day, last_day) VALUES ('T' || nextval('process_number'), 'Pelatihan', $1, $1) RETURNING id`,
		today.Format(time.DateOnly)).Scan(&training))
	must(l.t, l.db.QueryRowContext(ctx, `
		INSERT INTO round (instrument_id, instrument_key, audience, training_id, opened_at, closes_at)
		SELECT id, key, 'alumni', $1, $2, $3 FROM instrument WHERE version = '2' RETURNING id`,
		training, today.Add(9*time.Hour), today.Add(15*day)).Scan(&round))
	r := &lived{until: today.Add(15 * day)}
	favoured := 1 + l.chance.Int64N(4)
	for range 3 + l.chance.IntN(25) {
		unit := favoured
		if l.chance.IntN(3) == 0 {
			unit = 1 + l.chance.Int64N(4)
		}
		r.waiting = append(r.waiting, unit)
	}
	_, err := l.db.ExecContext(ctx, `
		INSERT INTO invitation (round_id, respondent_id, subject_id)
		SELECT $1, id, id FROM employee WHERE nip LIKE '198001012006%' ORDER BY id LIMIT $2`, round, len(r.waiting))
	must(l.t, err)
	l.rounds[round] = r
}

// answer sends a response, which one in ten times waits for HR.
func (l *life) answer(round, unit int64, today time.Time) {
	s := saying{round: round, unit: unit, level: 1 + l.chance.IntN(4), several: l.chance.IntN(4) > 0,
		at: today.Add(9*time.Hour + time.Duration(l.chance.IntN(8*3600))*time.Second)}
	var counted *time.Time
	confirmed := l.chance.IntN(10) > 0
	if confirmed {
		counted = &s.at
	}
	var id string
	must(l.t, l.db.QueryRowContext(l.t.Context(), `
		WITH filed AS (
			INSERT INTO response (round_id, id, instrument_id, training_id, unit_id, counted_at, automatic, sent_at)
			SELECT r.id, gen_random_uuid(), r.instrument_id, r.training_id, $2, $3, false, $4 FROM round r WHERE r.id = $1 RETURNING *
		), said AS (
			INSERT INTO answer (round_id, response_id, path, question, kind, value)
			SELECT round_id, id, 'puas', 'puas', 'scale', $5 FROM filed
			UNION ALL SELECT round_id, id, 'kendala', 'kendala', 'select_multiple', 'a b' FROM filed WHERE $6
		)
		SELECT id FROM filed`, round, unit, counted, s.at, fmt.Sprint(s.level), s.several).Scan(&id))
	l.said[id] = s
	if !confirmed {
		l.pending = append(l.pending, id)
	}
}

func (l *life) confirm(id string, today time.Time) {
	s := l.said[id]
	s.at = today.Add(17 * time.Hour)
	l.said[id] = s
	_, err := l.db.ExecContext(l.t.Context(), `UPDATE response SET counted_at = $2 WHERE id = $1`, id, s.at)
	must(l.t, err)
}

// ask lets readers ask for a summary of some week or round.
func (l *life) ask(today time.Time) {
	for _, account := range []int64{admin900, head, heads, turncoat} {
		if l.chance.IntN(4) > 0 {
			continue
		}
		order := storage.SummaryOrder{Units: map[int64][]int64{head: {1}, heads: {2, 3}, turncoat: {1}}[account]}
		if account == turncoat && today.Sub(monday) > weeksLived*week/2 {
			order.Units = nil
		}
		if ids := slices.Sorted(maps.Keys(l.rounds)); l.chance.IntN(2) == 0 && len(ids) > 0 {
			order.Round = ids[max(0, len(ids)-1-l.chance.IntN(4))]
		} else if back := l.chance.IntN(6); today.Sub(monday) > time.Duration(back)*week {
			order.Week = today.Add(-time.Duration(back+1) * week)
		}
		_, err := l.EnqueueJob(l.t.Context(), storage.Order{Kind: storage.JobSummary, AccountID: account, Payload: order}, storage.Source{}, l.clock.Now())
		must(l.t, err)
		l.until(l.clock.Now().Add(3 * time.Second))
		l.note()
	}
}

// note looks which blocks there are by now.
func (l *life) note() {
	rows, err := l.db.QueryContext(l.t.Context(), `SELECT id, block_id FROM response WHERE block_id IS NOT NULL`)
	must(l.t, err)
	defer rows.Close()
	for rows.Next() {
		var response string
		var block int64
		must(l.t, rows.Scan(&response, &block))
		l.blocks[response] = block
		if _, known := l.seen[block]; !known {
			l.seen[block] = l.clock.Now()
		}
	}
	must(l.t, rows.Err())
}
