package main

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
	"pascalatih/storage/embedded"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
	"pascalatih/survey/text"
)

const (
	crowdSize    = 50
	crowdUnsent  = 5  // of them never press Kirim
	crowdEarly   = 30 // of them are registered when the round opens
	crowdID      = 6001
	crowdCode    = "UJI-01"
	crowdTitle   = "Pelayanan Contoh"
	crowdHurries = 2 * time.Second  // how long they wait before they press again
	crowdWonders = 10 * time.Second // and before they ask where the form is
)

// killWorld is a small office whose bot has a bad day.
type killWorld struct {
	t      *testing.T
	seed   uint64
	sim    *simulator.Server
	proxy  *proxy
	office []string // the environment of commands, past the proxy
	form   survey.Instrument
	crowd  []*member
	// officer is HR, at work while all breaks.
	officer *hurried
	db      *sql.DB     // past the proxy
	calm    atomic.Bool // nothing breaks any more
}

// member is one of the people who answer.
type member struct {
	*respondent.Respondent
	keepsUnsent bool
	token       string
	calmReviews int // how often they saw the review since nothing breaks any more
	end         respondent.Seen
}

func newKillWorld(t *testing.T, seed uint64) *killWorld {
	t.Helper()
	sim, err := simulator.New(simulator.Config{Clock: systemClock{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	forms, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	// The server's settings are those of production: what it said is written, is.
	postgres, err := embedded.Start(t.Context(), embedded.Config{Dir: postgrestest.Dir(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closePrivate(postgres); err != nil {
			t.Error(err)
		}
	})
	db, err := sql.Open("postgres", postgres.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() }) // before its server ends
	return &killWorld{
		db: db, t: t, seed: seed, sim: sim, proxy: newProxy(t, postgres.URL()), form: forms[0],
		office: []string{"DATABASE_URL=" + postgres.URL(), "TELEGRAM_BOT_TOKEN=" + sim.Token(), "TELEGRAM_API_URL=" + sim.URL()},
	}
}

// bot is the environment of the bot, whose way to Postgres can be cut.
func (w *killWorld) bot() []string {
	return []string{
		"DATABASE_URL=" + w.proxy.url, "TELEGRAM_BOT_TOKEN=" + w.sim.Token(), "TELEGRAM_API_URL=" + w.sim.URL(),
		"PASCALATIH_LISTEN=127.0.0.1:0", "PASCALATIH_LOG=json", fmt.Sprintf("PASCALATIH_ADMINS=%d", crowdOfficer),
	}
}

// gather imports the crowd and gives everybody their link.
func (w *killWorld) gather() {
	w.t.Helper()
	texts, err := text.Load()
	if err != nil {
		w.t.Fatal(err)
	}
	w.hire(texts.In("id"))
	mustPerform(w.t, w.office, append([]string{"import"}, w.writeCrowd()...)...)
	tokens := tokensByNIP(w.t, mustPerform(w.t, w.office, "links", "--training", crowdCode))
	for i := range crowdSize {
		language := "id"
		if i%7 == 3 {
			language = "en"
		}
		chance := rand.New(rand.NewPCG(w.seed, uint64(1+i)))
		nip := crowdNIP(i)
		if tokens[nip] == "" {
			w.t.Fatalf("employee %d got no link", i)
		}
		w.crowd = append(w.crowd, &member{
			token:       tokens[nip],
			keepsUnsent: i%(crowdSize/crowdUnsent) == 0,
			Respondent: &respondent.Respondent{
				Person: w.sim.Person(int64(crowdID+i), fmt.Sprintf("Peserta Contoh %d", i), language),
				Form:   w.form, Title: crowdTitle, Say: texts.In(language), Chance: chance, Patience: crowdHurries,
				// Until nothing breaks any more, they change one answer after the other.
				Habits: respondent.Habits{Back: 0.06, Nonsense: 0.06, Old: 0.06, Twice: 0.15, Changes: 1 << 30},
				Book:   &respondent.Book{NIP: nip, Training: crowdCode, Answers: map[string]string{}},
			},
		})
	}
}

// writeCrowd writes the roster's three files.
func (w *killWorld) writeCrowd() (paths []string) {
	employees := [][]string{{"nip", "nama", "unit", "jabatan", "golongan", "telepon", "atasan_nip"}}
	participants := [][]string{{"kode", "nip"}}
	for i := range crowdSize {
		employees = append(employees, []string{crowdNIP(i), fmt.Sprintf("Peserta Contoh %d", i), fmt.Sprintf("Dinas Contoh %d", i%4), "", "", "", ""})
		participants = append(participants, []string{crowdCode, crowdNIP(i)})
	}
	today := systemClock{}.Now().Format(time.DateOnly)
	trainings := [][]string{
		{"kode", "judul", "jenis", "penyelenggara", "mulai", "selesai", "jp", "rencana"},
		{crowdCode, crowdTitle, "teknis", "Lembaga Contoh", today, today, "8", ""},
	}
	return writeTables(w.t, map[string][][]string{"pegawai.csv": employees, "pelatihan.csv": trainings, "peserta.csv": participants})
}

// writeTables writes a file for each table, and gives their paths.
func writeTables(t testing.TB, tables map[string][][]string) (paths []string) {
	t.Helper()
	folder := t.TempDir()
	for name, rows := range tables {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(written(t, rows)), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// crowdNIP is a number that nobody has: born in 1900.
func crowdNIP(i int) string { return fmt.Sprintf("1900010119200101%02d", i) }

// tokensByNIP reads what `pascalatih links` prints.
func tokensByNIP(t *testing.T, printed string) map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(printed)).ReadAll()
	if err != nil {
		t.Fatalf("read the links: %v", err)
	}
	tokens := map[string]string{}
	for _, row := range rows[1:] {
		link, err := url.Parse(row[2])
		if err != nil {
			t.Fatalf("read a link: %v", err)
		}
		tokens[row[0]] = link.Query().Get("start")
	}
	return tokens
}

// openRound opens the round as HR would, and gives its number.
func (w *killWorld) openRound() string {
	w.t.Helper()
	said := mustPerform(w.t, w.office, "round", "start", "--training", crowdCode, "--instrument", "reaction")
	number := regexp.MustCompile(`^round (\d+) is open`).FindStringSubmatch(said)
	if number == nil {
		w.t.Fatalf("round start said %q", said)
	}
	// The machine's clock may show a night or a weekend, in which they would wait.
	_, err := w.db.ExecContext(w.t.Context(), `UPDATE delivery SET reply = true, due_at = least(due_at, now()) WHERE kind = 'invitation'`)
	if err != nil {
		w.t.Fatal(err)
	}
	return number[1]
}

// live is what one of the crowd does: answer, and answer anew, until nothing
// breaks any more, and then press Kirim, or not.
func (w *killWorld) live(ctx context.Context, m *member) (err error) {
	if err := m.awaitInvitation(ctx); err != nil {
		return fmt.Errorf("wait for the invitation: %w", err)
	}
	if m.end, err = m.Fill(ctx, func(seen respondent.Seen) bool { return w.hasAnsweredOn(m, seen) }); err != nil || m.keepsUnsent {
		return err
	}
	m.Habits.Changes = 0
	m.end, err = m.Fill(ctx, respondent.Never)
	return err
}

// awaitInvitation waits for the form, and asks for it where it does not come: an
// invitation of which nobody knows whether it arrived is not repeated for ever.
func (m *member) awaitInvitation(ctx context.Context) error {
	for {
		patient, enough := context.WithTimeout(ctx, crowdWonders)
		err := m.Invited(patient)
		enough()
		if err == nil || ctx.Err() != nil {
			return err
		}
		m.Write("/survei")
	}
}

// hasAnsweredOn tells whether the person stands at the review and answered at
// least once more after the last thing broke.
func (w *killWorld) hasAnsweredOn(m *member, seen respondent.Seen) bool {
	if seen.Stage != respondent.Reviewing || !w.calm.Load() {
		return false
	}
	m.calmReviews++
	return m.calmReviews > 1
}

// numbered begins each question of the review.
var numbered = regexp.MustCompile(`(?m)^\d+\. `)

// reviewFaults tells how a person's Tinjau differs from their book.
func (m *member) reviewFaults() (faults []string) {
	missing := maps.Clone(m.Book.Answers)
	list, _, _ := strings.Cut(m.end.Message.Text, "\n\n"+m.firstWords("review.complete"))
	for _, item := range numbered.Split(list, -1)[1:] {
		label, shown, _ := strings.Cut(strings.TrimSpace(item), "\n")
		question := m.labelled(label)
		want := "–"
		if value := m.Book.Answers[question.Name]; value != "" {
			want = m.asShown(question, value)
		}
		if !abbreviates(shown, want) {
			faults = append(faults, fmt.Sprintf("%s %s: shows %q, the book has %q", m.Book.NIP, question.Name, shown, want))
		}
		delete(missing, question.Name)
	}
	for name, value := range missing {
		if value != "" {
			faults = append(faults, fmt.Sprintf("%s %s: shows nothing, the book has %q", m.Book.NIP, name, value))
		}
	}
	return faults
}

// firstWords are those of a text before what differs from form to form.
func (m *member) firstWords(key string) string {
	words, _, _ := strings.Cut(m.Say.Say(key, map[string]any{"Until": "\x00"}), ".")
	return words
}

// labelled is the question that the review lists by this label.
func (m *member) labelled(label string) survey.Question {
	for _, question := range m.Form.Questions {
		if abbreviates(label, question.Label.In(m.Say.Language())) {
			return question
		}
	}
	return survey.Question{Name: label}
}

// abbreviates tells whether shown is whole, or its beginning and a sign for the
// rest.
func abbreviates(shown, whole string) bool {
	beginning, shortened := strings.CutSuffix(shown, "…")
	return shown == whole || shortened && strings.HasPrefix(whole, beginning)
}

// asShown is an answer in words.
func (m *member) asShown(question survey.Question, value string) string {
	switch {
	case question.Kind.HasChoices():
		var labels []string
		for _, name := range strings.Fields(value) {
			choice, _ := question.Choice(name)
			labels = append(labels, choice.Label.In(m.Say.Language()))
		}
		return strings.Join(labels, ", ")
	case question.Kind == survey.Date:
		day, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return err.Error()
		}
		return m.Say.Day(day)
	}
	return value
}
