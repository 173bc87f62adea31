package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
)

const (
	monthPeople   = 44
	monthUnlinked = 4 // of them never open their link
	monthAdmin    = 9000
	monthFirstID  = 8001
	monthRate     = 8 // PASCALATIH_RATE
)

// monthTraining is a training of the month, and which of the people take part.
type monthTraining struct {
	code, plan  string
	first, last string
	from, to    int // the last not included
}

func monthTrainings() []monthTraining {
	return []monthTraining{
		{"BLN-01", "singkat", "2026-06-02", "2026-06-02", 0, 16},
		{"BLN-02", "standar", "2026-06-08", "2026-06-10", 12, 28},
		{"BLN-03", "standar", "2026-06-12", "2026-06-13", 24, 40},
		{"BLN-04", "singkat", "2026-05-20", "2026-05-21", 32, 44},
		{"BLN-05", "singkat", "2026-06-24", "2026-06-24", 0, 12},
	}
}

// monthRound is a round that the month must have, as a person with a calendar would
// say it: the reminders are days, the last day's in the same list.
type monthRound struct {
	training, instrument string // about none: it recurs
	opens                string
	reminders            []string
}

// monthRounds are all that open from the morning of 2 June 2026, a Tuesday, until the
// evening of 3 July; 16 June, a Tuesday, is a holiday.
func monthRounds() []monthRound {
	return []monthRound{
		{"BLN-01", "reaction", "2026-06-02 15:30", []string{"2026-06-04", "2026-06-09"}},
		{"BLN-02", "competence", "2026-06-05 08:00", nil}, // closes on Monday at eight
		{"BLN-03", "competence", "2026-06-09 08:00", []string{"2026-06-11"}},
		{"", "program", "2026-06-09 20:00", []string{"2026-06-11", "2026-06-15"}},
		{"BLN-02", "reaction", "2026-06-10 15:30", []string{"2026-06-12", "2026-06-17"}},
		{"BLN-03", "reaction", "2026-06-13 15:30", []string{"2026-06-17", "2026-06-19"}}, // a Saturday
		{"BLN-04", "checkin", "2026-06-22 09:00", []string{"2026-06-24", "2026-06-29", "2026-07-03"}},
		{"", "program", "2026-06-23 20:00", []string{"2026-06-25", "2026-06-30"}},
		{"BLN-05", "reaction", "2026-06-24 15:30", []string{"2026-06-26", "2026-07-01"}},
		{"BLN-01", "checkin", "2026-07-02 09:00", nil},
	}
}

// monthSummaries are the Mondays on which a week's summary comes.
func monthSummaries() []string {
	return []string{"2026-06-08 08:00", "2026-06-15 08:00", "2026-06-22 08:00", "2026-06-29 08:00"}
}

// monthWorld is a small office that lives a month on a virtual clock.
type monthWorld struct {
	*stage
	t      *testing.T
	began  time.Time // on the machine's clock
	chance *rand.Rand
	url    string  // of the database
	db     *sql.DB // the same
	people []*resident
	lives  []func() error
	twins  [2]*twin
	deeds  []deed // still to do, the next first

	struck   chan struct{} // closed when a message waits for its process to be killed; nil: none will
	inFlight int           // deliveries that the killed had in hand
	midway   int           // kills while a message was being sent
}

// resident is one of the office's people, or its administrator.
type resident struct {
	*respondent.Respondent // who registers
	token                  string
	forms                  []*respondent.Respondent // that they answer, in their order
	busy                   []span                   // when they were at the phone, so that the bot replied
}

type span struct{ from, to time.Time }

func newMonthWorld(t *testing.T, seed uint64) *monthWorld {
	t.Helper()
	w := &monthWorld{t: t, began: time.Now(), chance: rand.New(rand.NewPCG(seed, 31)), url: postgrestest.Open(t),
		twins: [2]*twin{{name: "first"}, {name: "second"}}}
	var err error
	if w.stage, err = newStage(io.Discard, w.moment("2026-06-02 07:30")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	if w.db, err = sql.Open("postgres", w.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	w.prepare()
	return w
}

// moment reads a time of the office's clock.
func (w *monthWorld) moment(words string) time.Time {
	w.t.Helper()
	zone, err := calendar.ParseZone("Asia/Jakarta")
	if err != nil {
		w.t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", words, zone)
	if err != nil {
		w.t.Fatal(err)
	}
	return at
}

// environment is that of both processes, and of the operator's commands.
func (w *monthWorld) environment() []string {
	return []string{
		"DATABASE_URL=" + w.url, "PASCALATIH_CLOCK_URL=" + w.clock.URL(),
		"TELEGRAM_BOT_TOKEN=" + w.telegram.Token(), "TELEGRAM_API_URL=" + w.telegram.URL(),
		"PASCALATIH_LISTEN=127.0.0.1:0", "PASCALATIH_LOG=json",
		fmt.Sprintf("PASCALATIH_ADMINS=%d", monthAdmin), fmt.Sprintf("PASCALATIH_RATE=%d", monthRate),
	}
}

// prepare brings the roster in, and a round that recurs; it makes the people.
func (w *monthWorld) prepare() {
	w.t.Helper()
	mustPerform(w.t, w.environment(), append([]string{"import"}, w.writeRoster()...)...)
	store, err := storage.Open(w.t.Context(), w.url, slog.New(slog.DiscardHandler))
	if err != nil {
		w.t.Fatal(err)
	}
	defer store.Close()
	cron, err := calendar.ParseCron("0 20 9,23 * *")
	if err != nil {
		w.t.Fatal(err)
	}
	recurring := storage.Recurrence{Instrument: "program", Audience: storage.Everybody, Cron: cron, DaysOpen: 7}
	if _, err := store.AddRecurring(w.t.Context(), recurring, w.zone, storage.Source{}, w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
	tokens := map[string]string{}
	for _, training := range monthTrainings() {
		for nip, token := range tokensByNIP(w.t, mustPerform(w.t, w.environment(), "links", "--training", training.code)) {
			tokens[nip] = token
		}
	}
	w.settle(tokens)
}

// writeRoster writes the roster's files, and the holidays.
func (w *monthWorld) writeRoster() []string {
	employees := [][]string{{"nip", "nama", "unit"}}
	for i := range monthPeople {
		employees = append(employees, []string{crowdNIP(i), fmt.Sprintf("Pegawai Bulan %d", i), fmt.Sprintf("Dinas Contoh %d", i%4)})
	}
	trainings := [][]string{{"kode", "judul", "mulai", "selesai", "rencana"}}
	participants := [][]string{{"kode", "nip"}}
	for _, training := range monthTrainings() {
		trainings = append(trainings, []string{training.code, titleOf(training), training.first, training.last, training.plan})
		for i := training.from; i < training.to; i++ {
			participants = append(participants, []string{training.code, crowdNIP(i)})
		}
	}
	return writeTables(w.t, map[string][][]string{
		"pegawai.csv": employees, "pelatihan.csv": trainings, "peserta.csv": participants,
		"libur.csv": {{"tanggal", "nama", "jenis"}, {"2026-06-16", "Tahun Baru Islam", "libur_nasional"}},
	})
}

func titleOf(t monthTraining) string { return "Pelatihan " + t.code }

// settle makes the people. Of those who are asked about a training with the short
// plan, every second one answers.
func (w *monthWorld) settle(tokens map[string]string) {
	w.t.Helper()
	bundled, err := instruments.All()
	if err != nil {
		w.t.Fatal(err)
	}
	reaction := bundled[slices.IndexFunc(bundled, func(i survey.Instrument) bool { return i.Key == reactionKey })]
	for i := range monthPeople - monthUnlinked {
		visitor := w.respondent(i, reaction, "\x00")
		r := &resident{Respondent: visitor, token: tokens[crowdNIP(i)]}
		for _, training := range monthTrainings() {
			if training.plan == "singkat" && training.last >= "2026-06" && i >= training.from && i < training.to && i%2 == 0 {
				form := *visitor
				form.Title, form.Book = titleOf(training), &respondent.Book{NIP: crowdNIP(i), Answers: map[string]string{}}
				r.forms = append(r.forms, &form)
			}
		}
		w.people = append(w.people, r)
	}
}

func (w *monthWorld) respondent(i int, form survey.Instrument, title string) *respondent.Respondent {
	return &respondent.Respondent{
		Person: w.telegram.Person(int64(monthFirstID+i), fmt.Sprintf("Pegawai Bulan %d", i), "id"), Form: form, Title: title,
		Say: w.texts.In("id"), Chance: rand.New(rand.NewPCG(w.chance.Uint64(), uint64(i))), Patience: 10 * time.Minute,
		Book: &respondent.Book{NIP: crowdNIP(i), Answers: map[string]string{}},
	}
}

// begin lets everybody live until ctx is done.
func (w *monthWorld) begin(ctx context.Context) {
	for _, r := range w.people {
		w.lives = append(w.lives, r.Live(ctx, func(ctx context.Context) error { return w.live(ctx, r) }))
	}
	admin := &resident{Respondent: w.respondent(0, survey.Instrument{}, "\x00")}
	admin.Person = w.telegram.Person(monthAdmin, "Admin Contoh", "id")
	w.people = append(w.people, admin)
	w.lives = append(w.lives, admin.Live(ctx, func(ctx context.Context) error {
		return admin.atPhone(func() error {
			admin.Start("")
			_, err := admin.Await(ctx, func(s simulator.Screen) bool { return len(s.FromBot()) > 0 })
			return err
		})
	}))
}

// live is a person's month: they open their link on the first morning; who answers
// begins minutes or days after an invitation came.
func (w *monthWorld) live(ctx context.Context, r *resident) error {
	if err := r.PauseUntil(ctx, w.moment("2026-06-02 08:00").Add(upTo(r.Chance, 6*time.Hour))); err != nil {
		return err
	}
	if err := r.atPhone(func() error { return r.Register(ctx, r.token) }); err != nil {
		return err
	}
	for _, form := range r.forms {
		if err := form.Invited(ctx); err != nil {
			return err
		}
		if err := r.Pause(ctx, 10*time.Minute+upTo(r.Chance, 50*time.Hour)); err != nil {
			return err
		}
		err := r.atPhone(func() error {
			_, err := form.Fill(ctx, respondent.Never)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// atPhone does what the bot replies to.
func (r *resident) atPhone(do func() error) error {
	from := r.Now()
	err := do()
	r.busy = append(r.busy, span{from, r.Now().Add(time.Minute)})
	return err
}

// end ends all lives. Who waits for something still is none that failed.
func (w *monthWorld) end(stop context.CancelFunc) {
	w.t.Helper()
	stop()
	for i, wait := range w.lives {
		if err := wait(); err != nil && !errors.Is(err, context.Canceled) {
			w.t.Errorf("person %d: %v\n%s", i, err, screenOf(w.people[i].Chat()))
		}
	}
}
