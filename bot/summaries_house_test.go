package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey"
)

// full is a house with a week's answers in its books: 35 people of three units, of
// whom most have sent about the training C (23, two of them of the small unit), and
// two of twenty about D. Both rounds are open still on the Monday after, at eight.
type full struct {
	*house
	form survey.Instrument
	c, d storage.Round
}

func newFull(h *house) *full {
	h.t.Helper()
	f := &full{house: h}
	people, places := pegawaiHeader, pesertaHeader+"C,198001012005011001\nC,198001012005011002\nD,198001012005011001\n"
	for i := range 33 {
		unit := "Dinas Contoh"
		switch {
		case i >= 30:
			unit = "Bagian Kecil"
		case i >= 16:
			unit = "Badan Lain"
		}
		nip := fmt.Sprintf("1980010120050111%02d", i)
		people += fmt.Sprintf("%s,Pegawai Ke-%d,%s,,,,\n", nip, i+1, unit)
		places += "C," + nip + "\n"
		if i < 19 {
			places += "D," + nip + "\n"
		}
	}
	h.brings(people, pelatihanHeader+"C,Pelatihan Pelayanan Publik,,,2026-06-25,2026-06-29,,\nD,Pelatihan Arsip Digital,,,2026-06-25,2026-06-29,,\n", places)
	for _, form := range h.bundled() {
		if form.Key == "reaction" {
			f.form = form
		}
	}
	f.c, f.d = f.opened("C"), f.opened("D")
	h.deliverAll()
	h.pass(24 * time.Hour)
	f.answer(f.c, "Dinas Contoh", 12)
	f.answer(f.c, "Badan Lain", 9)
	f.answer(f.c, "Bagian Kecil", 2)
	f.answer(f.d, "Dinas Contoh", 2)
	return f
}

// opened opens the round of a training with the bundled form.
func (f *full) opened(training string) storage.Round {
	f.t.Helper()
	round, _, err := f.OpenRound(f.t.Context(), storage.Opening{Training: training, Instrument: f.form.Key}, storage.Source{}, wib, f.clock.Now())
	must(f.t, err)
	return round
}

// answer has n of a unit's people who have not sent send now, each something else.
func (f *full) answer(round storage.Round, unit string, n int) {
	f.t.Helper()
	ids := query[pq.StringArray](f.house, `
		WITH sent AS (
			INSERT INTO response (round_id, id, invitation_id, instrument_id, training_id, unit_id, automatic, sent_at, counted_at)
			SELECT i.round_id, gen_random_uuid(), i.id, r.instrument_id, r.training_id, e.unit_id, false, $4, $4
			FROM invitation i JOIN round r ON r.id = i.round_id JOIN employee e ON e.id = i.respondent_id JOIN unit u ON u.id = e.unit_id
			WHERE i.round_id = $1 AND u.name = $2
			  AND NOT EXISTS (SELECT FROM response p WHERE p.round_id = $1 AND p.invitation_id = i.id)
			ORDER BY i.id DESC LIMIT $3
			RETURNING id
		) SELECT array_agg(id ORDER BY id) FROM sent`, round.ID, unit, n, f.clock.Now())
	if len(ids) != n {
		f.t.Fatalf("%d could answer, want %d", len(ids), n)
	}
	var responses, questions, kinds, values []string
	for k, id := range ids {
		for at, q := range f.form.Questions {
			value := answerOf(q, k, at)
			if value == "" {
				continue
			}
			responses, questions = append(responses, id), append(questions, q.Name)
			kinds, values = append(kinds, string(q.Kind)), append(values, value)
		}
	}
	query[int](f.house, `
		WITH said AS (
			INSERT INTO answer (round_id, response_id, path, question, kind, value)
			SELECT $1, r, q, q, k, v FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) a (r, q, k, v) RETURNING 1
		) SELECT count(*) FROM said`, round.ID, pq.Array(responses), pq.Array(questions), pq.Array(kinds), pq.Array(values))
}

// answerOf is what the k-th of several answers to a form's question; most are
// content.
func answerOf(q survey.Question, k, at int) string {
	last := len(q.Choices) - 1
	switch q.Kind {
	case survey.Scale:
		if strings.HasSuffix(q.Name, "_before") {
			return q.Choices[k%3].Name
		}
		return q.Choices[last-(k*7+at)%3].Name
	case survey.SelectMultiple:
		return q.Choices[(k+at)%3].Name
	case survey.LongText, survey.ShortText:
		if q.Relevant.IsZero() && k%3 > 0 {
			return "Mencoba di kantor"
		}
	}
	return ""
}

// toMonday lets time pass until the Monday after at eight, when a summary of the
// week is due.
func (f *full) toMonday() {
	f.t.Helper()
	f.pass(time.Date(2026, time.July, 6, 8, 0, 0, 0, wib).Sub(f.clock.Now()))
}

// since are the bot's messages that came after so many.
func since(p *simulator.Person, before int) []simulator.Message { return p.Chat().FromBot()[before:] }

// labels are a message's buttons, row by row.
func labels(m simulator.Message) string {
	var rows []string
	for _, row := range m.Rows {
		var names []string
		for _, button := range row {
			names = append(names, button.Text)
		}
		rows = append(rows, strings.Join(names, " | "))
	}
	return strings.Join(rows, "\n")
}

// photos are the pictures among messages.
func photos(messages []simulator.Message) []simulator.Message {
	return slices.DeleteFunc(slices.Clone(messages), func(m simulator.Message) bool { return m.File == nil || m.File.Kind != "photo" })
}

// comes lets what is under way come.
func (f *full) comes() {
	f.t.Helper()
	stop := f.scheduling()
	defer stop()
	f.pass(20 * time.Second)
}

// summary lets somebody ask for the last week's summary, and gives its message.
func (f *full) summary(w way, p *simulator.Person) simulator.Message {
	f.t.Helper()
	before := len(p.Chat().FromBot())
	w.step(f.house, p, "/ringkasan")
	f.comes()
	came := since(p, before)
	if len(came) == 0 {
		f.t.Fatalf("%s got no summary", p.Name)
	}
	return came[0]
}

// stands wants a message to say each of these in its place, and nothing new below.
func (f *full) stands(p *simulator.Person, m simulator.Message, messages int, words ...string) {
	f.t.Helper()
	now := p.Chat().Message(m.ID)
	for _, part := range words {
		if !strings.Contains(now.Text, part) {
			f.t.Errorf("%s does not read %q but\n%s", p.Name, part, shown(now))
		}
	}
	if got := len(p.Chat().FromBot()); got != messages {
		f.t.Errorf("%d messages, want %d: pages are turned in place", got, messages)
	}
}
