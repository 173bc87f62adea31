package storage_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// twice is an office with the training C of the employees 11 to 50, their supervisors
// 51 to 53, and rounds about it that have closed: competence before and after,
// application, and observation by supervisors.
type twice struct {
	office
	before, after, self, observed int64
}

func newTwice(t *testing.T) twice {
	t.Helper()
	o := newOffice(t)
	if _, _, err := o.Publish(t.Context(), seldomSeen(), storage.Source{}, monday); err != nil {
		t.Fatal(err)
	}
	o.exec(`
		INSERT INTO unit (name) VALUES ('Kantor Contoh');
		INSERT INTO employee (id, nip, name, unit_id) OVERRIDING SYSTEM VALUE
		SELECT n, '198001012005012' || lpad(n::text, 3, '0'), 'Orang ' || n, 1 + n % 3 FROM generate_series(11, 53) n;
		INSERT INTO training (code, title, first_day, last_day) VALUES ('C', 'Pelatihan C', '2026-04-01', '2026-04-03');
		INSERT INTO account (id, created_at) SELECT 100 + n, '2026-07-01' FROM generate_series(11, 53) n;
		INSERT INTO claim (account_id, employee_id, state, via, created_at)
		SELECT 100 + n, n, 'confirmed', 'link', '2026-07-01' FROM generate_series(11, 53) n;`)
	return twice{office: o,
		before: o.closed("competence", "alumni", weekBegins.Add(-90*day)), after: o.closed("competence", "alumni", weekBegins.Add(day)),
		self: o.closed("application", "alumni", weekBegins.Add(day)), observed: o.closed("observed", "supervisors", weekBegins.Add(day))}
}

// seldomSeen is a form for supervisors, in which something may not be observed.
func seldomSeen() survey.Instrument {
	text := survey.Text{"id": "Contoh"}
	often := []survey.Choice{{Name: "1", Label: text}, {Name: "2", Label: text}, {Name: "3", Label: text}, {Name: "unseen", Label: text}}
	question := func(name string, dimension survey.Dimension) survey.Question {
		return survey.Question{Name: name, Kind: survey.SelectOne, Label: text, Choices: often, Dimension: dimension, Required: true}
	}
	return survey.Instrument{Key: "observed", Version: "1", Title: text, DefaultLanguage: "id", Languages: []string{"id"},
		Privacy: survey.Confidential, Questions: []survey.Question{
			question("use_before", survey.Application), question("use_now", survey.Application), question("service_now", survey.Performance)}}
}

// closed is a round about training C that opened then and closed a day later.
func (o office) closed(form, audience string, opened time.Time) int64 {
	o.t.Helper()
	var id int64
	err := o.db.QueryRowContext(o.t.Context(), `
		INSERT INTO round (instrument_id, instrument_key, audience, training_id, opened_at, closes_at, closed_at)
		SELECT i.id, i.key, $2, t.id, $3, $4, $4 FROM instrument i, training t WHERE i.key = $1 AND t.code = 'C' RETURNING id`,
		form, audience, opened, opened.Add(day)).Scan(&id)
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

// said is what a person, or about them their supervisor, answered then.
func (o office) said(round int64, subject int, at time.Time, answers map[string]string) {
	o.t.Helper()
	respondent := subject
	if o.count(`SELECT count(*) FROM round WHERE id = $1 AND audience = 'supervisors'`, round) == 1 {
		respondent = 51 + subject%3
	}
	_, err := o.db.ExecContext(o.t.Context(), `
		WITH invited AS (INSERT INTO invitation (round_id, respondent_id, subject_id) VALUES ($1, $2, $3) RETURNING id)
		INSERT INTO response (round_id, id, invitation_id, claim_id, instrument_id, training_id, unit_id, automatic, sent_at, counted_at)
		SELECT r.id, md5($1 || ' ' || $3)::uuid, i.id, c.id, r.instrument_id, r.training_id, e.unit_id, false, $4, $4
		FROM invited i, round r, claim c JOIN employee e ON e.id = c.employee_id WHERE r.id = $1 AND c.employee_id = $2`,
		round, respondent, subject, at)
	for question, value := range answers {
		_, more := o.db.ExecContext(o.t.Context(), `
			INSERT INTO answer (round_id, response_id, path, question, kind, value)
			VALUES ($1, md5($1::bigint || ' ' || $2::int)::uuid, $3, $3, 'scale', $4)`, round, subject, question, value)
		err = errors.Join(err, more)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// ability answers the five questions on competence, the first one level higher.
func ability(level int) map[string]string {
	answers := map[string]string{"ability_tasks": fmt.Sprint(level + 1), "confidence": "2"}
	for _, item := range []string{"steps", "quality", "problems", "improvement"} {
		answers["ability_"+item] = fmt.Sprint(level)
	}
	return answers
}

// compared is a comparison's figure of training C; false where there is none.
func compared(f stats.Figures, m stats.Measure, item string) (stats.Figure, bool) {
	for _, c := range f.Compared {
		if c.Item() == item {
			figure, found := f.Table()[c.Key(m)]
			return figure, found
		}
	}
	return stats.Figure{}, false
}

func (o office) weekOf(begins time.Time, units ...int64) stats.Figures {
	o.t.Helper()
	f, err := o.Figures(o.t.Context(), week(begins, units...), wib)
	if err != nil {
		o.t.Fatal(err)
	}
	return f
}

const competence = "before_after:competence"

func TestBeforeAndAfter(t *testing.T) {
	t.Parallel()
	o := newTwice(t)
	for n := range 12 {
		o.said(o.before, 11+n, weekBegins.Add(-90*day), ability(2))
		o.said(o.after, 11+n, weekBegins.Add(day), ability(2+n%3))
	}
	f := o.weekOf(weekBegins)
	for measure, want := range map[stats.Measure]float64{stats.PairedFirst: 2.2, stats.PairedSecond: 3.2, stats.PairedGain: 1, stats.PairedFirstSD: 0} {
		if got, found := compared(f, measure, competence); !found || got.N != 12 || math.Abs(*got.Value-want) > 1e-9 {
			t.Errorf("%s: %+v, want %v of 12", measure, got, want)
		}
	}
	if p, _ := compared(f, stats.PairedP, competence); p.N != 8 || p.Base != 12 {
		t.Errorf("of the ranks: %+v", p)
	}
	if c := f.Compared[0]; len(f.Compared) != 1 || c.Title != "Pelatihan C" || c.Code != "C" || c.FirstForm != "competence" || c.Least != 1 || c.Most != 5 {
		t.Errorf("compared %+v", f.Compared)
	}
	so, err := o.Figures(t.Context(), stats.Period{From: weekBegins.Add(day), To: weekBegins.Add(30 * day), Round: o.before}, wib)
	if err != nil {
		t.Fatal(err)
	}
	if _, found := compared(so, stats.PairedGain, competence); !found {
		t.Error("the round's summary says nothing")
	}
	if other, err := o.Figures(t.Context(), stats.Period{From: weekBegins.Add(day), To: weekBegins.Add(30 * day), Round: o.self}, wib); err != nil || len(other.Compared) > 0 {
		t.Errorf("another round's says %+v, %v", other.Compared, err)
	}
	if later, units := o.weekOf(weekEnds), o.weekOf(weekBegins, 1); len(later.Compared)+len(units.Compared) > 0 {
		t.Errorf("the week after says %+v, that of a unit %+v", later.Compared, units.Compared)
	}
}

// Four wait, and the summary says so; a fifth whom HR confirms later brings them all.
func TestFewPairsWait(t *testing.T) {
	t.Parallel()
	o := newTwice(t)
	both := func(n int, at time.Time) {
		o.said(o.before, 11+n, weekBegins.Add(-90*day), ability(2))
		o.said(o.after, 11+n, at, ability(3))
	}
	for n := range 4 {
		both(n, weekBegins.Add(day))
	}
	if got, found := compared(o.weekOf(weekBegins), stats.PairedGain, competence); !found || !got.Withheld || got.Value != nil {
		t.Errorf("of four: %+v", got)
	}
	both(4, weekEnds.Add(day))
	if got, found := compared(o.weekOf(weekEnds), stats.PairedGain, competence); !found || got.Withheld || got.N != 5 {
		t.Errorf("of five: %+v", got)
	}
	for n := 5; n < 9; n++ {
		both(n, weekEnds.Add(8*day))
	}
	if later := o.weekOf(weekEnds.Add(7 * day)); len(later.Compared) > 0 {
		t.Errorf("four more: %+v", later.Compared)
	}
	both(9, weekEnds.Add(15*day))
	if got, _ := compared(o.weekOf(weekEnds.Add(14*day)), stats.PairedGain, competence); got.N != 10 {
		t.Errorf("of ten: %+v", got)
	}
}

func TestWhoHasNoPairIsNotTold(t *testing.T) {
	t.Parallel()
	o := newTwice(t)
	for n := range 13 {
		o.said(o.after, 11+n, weekBegins.Add(day), ability(3))
		if n > 0 {
			o.said(o.before, 11+n, weekBegins.Add(-90*day), ability(2))
		}
	}
	if got, _ := compared(o.weekOf(weekBegins), stats.PairedGain, competence); got.N != 7 { // five of either form must remain
		t.Errorf("beside one without a pair: %+v, want 7", got)
	}
}

func TestUnlinkedPairsAreGone(t *testing.T) {
	t.Parallel()
	o := newTwice(t)
	for n := range 6 {
		o.said(o.before, 11+n, weekBegins.Add(-90*day), ability(2))
		o.said(o.after, 11+n, weekBegins.Add(day), ability(3))
	}
	if n, err := o.FormPairs(t.Context(), 0, weekEnds); n != 0 || err != nil {
		t.Errorf("before their responses are in blocks: %d, %v", n, err)
	}
	o.weekOf(weekBegins)
	if pairs := o.count(`SELECT count(*) FROM pair`); pairs != 6 {
		t.Fatalf("%d pairs", pairs)
	}
	if _, err := o.Unlink(t.Context(), 111, storage.Source{Account: 111, Chat: 111, Message: 1}, weekBegins.Add(3*day)); err != nil {
		t.Fatal(err)
	}
	if pairs := o.count(`SELECT count(*) FROM pair`); pairs != 5 {
		t.Errorf("%d pairs after one was untied", pairs)
	}
	if again := o.weekOf(weekBegins); len(again.Compared) > 0 {
		t.Errorf("a block that lost one says %+v", again.Compared)
	}
}

func TestSelfAndSupervisor(t *testing.T) {
	t.Parallel()
	o := newTwice(t)
	for n := range 30 {
		o.said(o.self, 11+n, weekBegins.Add(day), map[string]string{"use": "5", "innovation": "1", "plan_done": "1", "performance": "3", "service_quality": "5"})
		seen := map[string]string{"use_before": "1", "use_now": "2", "service_now": "3"}
		if n < 6 {
			seen["use_now"] = "unseen"
		}
		o.said(o.observed, 11+n, weekBegins.Add(day), seen)
	}
	f := o.weekOf(weekBegins)
	tests := map[string]struct {
		item          string
		n             int
		first, second float64
	}{
		"of the item that both have, where it was observed": {"self_supervisor:application", 24, 100, 50},
		"where no name is the same, all items":              {"self_supervisor:performance", 30, 50, 100},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			first, _ := compared(f, stats.PairedFirst, test.item)
			second, found := compared(f, stats.PairedSecond, test.item)
			if !found || first.N != test.n || *first.Value != test.first || *second.Value != test.second {
				t.Errorf("self %+v, supervisor %+v; want %v and %v of %d", first, second, test.first, test.second, test.n)
			}
		})
	}
}
