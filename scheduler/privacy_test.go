package scheduler_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/stats"
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

// published is a set of responses behind something that a reader was shown.
type published struct {
	what      string
	responses map[string]bool
}

// shownTo are the sets behind all figures of a question that came to an account: in
// the message, and so in the pictures, pages, workbook and list made of the same
// figures. Each figure is held against the books.
func (l *life) shownTo(account int64, question string) []published {
	l.t.Helper()
	var all []published
	for _, a := range l.desk.of(storage.DeliverySummary) {
		if a.AccountID != account {
			continue
		}
		kept, err := l.Summary(l.t.Context(), a.SummaryID)
		must(l.t, err)
		figures, err := kept.Read()
		must(l.t, err)
		for _, f := range figures.List {
			of, _, _ := strings.Cut(f.Item, "=")
			if f.Withheld || of != question {
				continue
			}
			p := published{what: fmt.Sprintf("%s %s %s %s", f.Scope, f.Group, f.Measure, f.Item), responses: l.behind(kept, f.Group, question)}
			l.holdAgainst(p, f)
			all = append(all, p)
		}
	}
	return all
}

// behind are the responses in the blocks that were there when a summary was
// computed, and lie wholly in what the figure is of; for the head of some units those
// of one unit each. Of a question that may be left out, those that answer it count,
// where they are enough of their block, or else of the blocks that were formed with
// it of the same week, of its round or of all.
func (l *life) behind(s storage.Summary, group, question string) map[string]bool {
	answered := map[int64][]string{} // of each block in the period
	inside := map[int64]bool{}       // and in the group
	for block, responses := range l.blocksOf(s) {
		inside[block] = true
		for _, r := range responses {
			said := l.said[r]
			inside[block] = inside[block] && (group == stats.All || group == stats.RoundGroup(said.round) || group == stats.UnitGroup(said.unit))
			if said.several || question == "puas" {
				answered[block] = append(answered[block], r)
			}
		}
	}
	few := func(block int64) bool { return len(answered[block]) < 5 }
	ofRound, ofWeek := map[string]int{}, map[string]int{}
	for block := range inside {
		if few(block) {
			ofRound[l.formedWith(block, true)] += len(answered[block])
		}
	}
	pooled := func(block int64) bool {
		return l.formedWith(block, true) != "" && ofRound[l.formedWith(block, true)] >= 5
	}
	for block := range inside {
		if few(block) && !pooled(block) {
			ofWeek[l.formedWith(block, false)] += len(answered[block])
		}
	}
	behind := map[string]bool{}
	for block, in := range inside {
		together := len(s.Units) == 0 && (strings.HasPrefix(group, "round") && pooled(block) ||
			group == stats.All && (pooled(block) || l.formedWith(block, false) != "" && ofWeek[l.formedWith(block, false)] >= 5))
		if in && (!few(block) || together) {
			for _, r := range answered[block] {
				behind[r] = true
			}
		}
	}
	return behind
}

// blocksOf are the blocks that a summary may count, with their responses.
func (l *life) blocksOf(s storage.Summary) map[int64][]string {
	members := map[int64][]string{}
	for response, block := range l.blocks {
		if !l.seen[block].After(s.ComputedAt.Add(3 * time.Second)) {
			members[block] = append(members[block], response)
		}
	}
	maps.DeleteFunc(members, func(_ int64, responses []string) bool {
		return slices.ContainsFunc(responses, func(r string) bool {
			said := l.said[r]
			return said.at.Before(s.From) || !said.at.Before(s.To) || s.Round != 0 && s.Round != said.round ||
				len(s.Units) > 0 && (!slices.Contains(s.Units, said.unit) || said.unit != l.said[responses[0]].unit)
		})
	})
	return members
}

// formedWith names the blocks that were formed at the same time as this one and are
// of the same week, and of its round alone or of any; "" where it is of several.
func (l *life) formedWith(block int64, round bool) string {
	name := ""
	for response, of := range l.blocks {
		if of != block {
			continue
		}
		said := l.said[response]
		this := fmt.Sprint(l.seen[block].Unix(), " week ", int(said.at.Sub(monday.Add(-10*week))/week))
		if round {
			this += fmt.Sprint(" round ", said.round)
		}
		if name != "" && name != this {
			return ""
		}
		name = this
	}
	return name
}

// holdAgainst wants a figure to be that of the responses behind it.
func (l *life) holdAgainst(p published, f stats.Figure) {
	l.t.Helper()
	sum := 0
	for r := range p.responses {
		sum += l.said[r].level
	}
	switch n := len(p.responses); {
	case f.Base != n:
		l.t.Fatalf("%s is of %d responses, the books have %d", p.what, f.Base, n)
	case f.Measure == stats.Mean && f.Item == "puas" && math.Abs(*f.Value-float64(sum)/float64(n)) > 1e-9:
		l.t.Fatalf("%s is %v, the books have %v", p.what, *f.Value, float64(sum)/float64(n))
	}
}

// everything is what a reader would have been shown with a threshold alone: the same
// groups, each with all of its responses, where these are five or more.
func (l *life) everything(account int64) []published {
	var all []published
	for _, a := range l.desk.of(storage.DeliverySummary) {
		if a.AccountID != account {
			continue
		}
		kept, err := l.Summary(l.t.Context(), a.SummaryID)
		must(l.t, err)
		groups := map[string]map[string]bool{}
		for r, said := range l.said {
			if said.at.Before(kept.From) || !said.at.Before(kept.To) || kept.Round != 0 && kept.Round != said.round ||
				len(kept.Units) > 0 && !slices.Contains(kept.Units, said.unit) {
				continue
			}
			for _, group := range []string{stats.All, stats.RoundGroup(said.round), stats.UnitGroup(said.unit)} {
				if groups[group] == nil {
					groups[group] = map[string]bool{}
				}
				groups[group][r] = true
			}
		}
		for group, responses := range groups {
			if len(responses) >= 5 {
				all = append(all, published{what: group, responses: responses})
			}
		}
	}
	return all
}

// Whatever summaries somebody puts together, no difference of two published sets of
// responses, nor of one and disjoint ones in it, is of one to four.
func TestNothingIsToldOfFewerThanFive(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprintf("half a year %d", seed), func(t *testing.T) {
			l := live(t, seed)
			if len(l.said) < 100 || len(l.seen) < 10 {
				t.Fatalf("only %d responses in %d blocks", len(l.said), len(l.seen))
			}
			for _, account := range []int64{admin900, head, heads, turncoat} {
				for _, question := range []string{"puas", "kendala"} {
					sets := l.shownTo(account, question)
					if told := toldOfFew(sets); told != "" {
						t.Errorf("account %d: %s", account, told)
					}
					t.Logf("account %d was shown %d figures of %q", account, len(sets), question)
				}
			}
			if toldOfFew(l.everything(admin900)) == "" {
				t.Error("a threshold alone would have told of nobody: this half year shows nothing")
			}
		})
	}
}

// toldOfFew says how one to four responses can be singled out; "" if they cannot.
func toldOfFew(sets []published) string {
	atoms, weights := atomsOf(sets)
	var distinct []published
	var covers []map[int]bool
	for i, s := range sets {
		if !slices.ContainsFunc(covers, func(c map[int]bool) bool { return maps.Equal(c, atoms[i]) }) {
			distinct, covers = append(distinct, s), append(covers, atoms[i])
		}
	}
	for i, a := range covers {
		var within []map[int]bool
		for j, b := range covers {
			if i == j {
				continue
			}
			rest, inside := 0, true
			for atom := range a {
				if !b[atom] {
					rest += weights[atom]
				}
			}
			for atom := range b {
				inside = inside && a[atom]
			}
			if rest > 0 && rest < 5 {
				return fmt.Sprintf("%s has %d that %s has not", distinct[i].what, rest, distinct[j].what)
			}
			if inside {
				within = append(within, b)
			}
		}
		if rest := leftBy(slices.Sorted(maps.Keys(a)), within, weights, map[int]bool{}, 0, new(int)); rest > 0 {
			return fmt.Sprintf("%s has %d beside disjoint sets in it", distinct[i].what, rest)
		}
	}
	return ""
}

// atomsOf groups responses that are in the same sets, and gives for each set the
// atoms that it is made of, and how many responses each is.
func atomsOf(sets []published) (made []map[int]bool, weights []int) {
	in := map[string][]int{}
	for i, s := range sets {
		for r := range s.responses {
			in[r] = append(in[r], i)
		}
	}
	made = make([]map[int]bool, len(sets))
	for i := range made {
		made[i] = map[int]bool{}
	}
	numbers := map[string]int{}
	for _, response := range slices.Sorted(maps.Keys(in)) {
		signature := fmt.Sprint(in[response])
		atom, known := numbers[signature]
		if !known {
			atom = len(weights)
			numbers[signature], weights = atom, append(weights, 0)
			for _, i := range in[response] {
				made[i][atom] = true
			}
		}
		weights[atom]++
	}
	return made, weights
}

// leftBy searches for disjoint sets that leave one to four responses of the atoms,
// and gives how many; 0 if there are none.
func leftBy(atoms []int, within []map[int]bool, weights []int, covered map[int]bool, left int, steps *int) int {
	if *steps++; *steps > 2_000_000 {
		panic("too many ways to look through")
	}
	at := slices.IndexFunc(atoms, func(atom int) bool { return !covered[atom] })
	if at < 0 {
		return left
	}
	next := atoms[at]
	mark := func(set map[int]bool, on bool) {
		for atom := range set {
			covered[atom] = on
		}
	}
	for _, set := range within {
		if !set[next] || slices.ContainsFunc(slices.Collect(maps.Keys(set)), func(atom int) bool { return covered[atom] }) {
			continue
		}
		mark(set, true)
		rest := leftBy(atoms, within, weights, covered, left, steps)
		mark(set, false)
		if rest > 0 {
			return rest
		}
	}
	if left+weights[next] >= 5 {
		return 0
	}
	covered[next] = true
	defer func() { covered[next] = false }()
	return leftBy(atoms, within, weights, covered, left+weights[next], steps)
}
