package scheduler_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/simulator/clock"
	"pascalatih/scheduler"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey"
)

// office is a database and a virtual clock. Its training "A" ends on Monday,
// 6 July 2026, and has the plan singkat; of its 6 participants the accounts 101
// to 104 are linked. Training "B" has the same people and no plan. 900 and 901
// are admins.
type office struct {
	*storage.Store
	t     *testing.T
	url   string
	db    *sql.DB
	clock *clock.Server
	// work is the test's own: the clock stands while the test looks at things.
	work calendar.Worker
	log  journal
}

var (
	wib = time.FixedZone("WIB", 7*60*60)
	// afternoon is when the reaction to training A is asked.
	afternoon = time.Date(2026, time.July, 6, 15, 30, 0, 0, wib)
)

const day = 24 * time.Hour

func newOffice(t *testing.T, now time.Time) *office {
	t.Helper()
	t.Parallel()
	url := postgrestest.OpenPrepared(t, "office", furnish)
	virtual, err := clock.NewServer(now)
	must(t, err)
	t.Cleanup(virtual.Close)
	db, err := sql.Open("postgres", url)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	o := &office{t: t, url: url, db: db, clock: virtual, work: virtual.Work()}
	o.Store = o.connect()
	return o
}

func (o *office) connect() *storage.Store {
	o.t.Helper()
	store, err := storage.Open(o.t.Context(), o.url, slog.New(slog.DiscardHandler))
	must(o.t, err)
	o.t.Cleanup(func() { store.Close() })
	return store
}

// furnish makes an empty database the office.
func furnish(url string) error {
	ctx := context.Background()
	store, err := storage.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer store.Close()
	begun := time.Date(2026, time.July, 6, 9, 0, 0, 0, wib)
	err = errors.Join(store.Migrate(ctx), store.Seed(ctx, []survey.Instrument{form("reaction")}, []int64{900, 901}, begun))
	if err != nil {
		return err
	}
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `
		INSERT INTO unit (name) VALUES ('Dinas Contoh');
		INSERT INTO employee (nip, name, unit_id)
		SELECT '198001012005011' || lpad(n::text, 3, '0'), 'Pegawai ' || n, 1 FROM generate_series(1, 6) n;
		INSERT INTO training (code, title, first_day, last_day, plan_id)
		SELECT 'A', 'Pelatihan A', '2026-07-02', '2026-07-06', id FROM plan WHERE key = 'singkat';
		INSERT INTO training (code, title, first_day, last_day) VALUES ('B', 'Pelatihan B', '2026-07-02', '2026-07-06');
		INSERT INTO participation (training_id, employee_id)
		SELECT t, n FROM generate_series(1, 2) t, generate_series(1, 6) n;
		INSERT INTO account (id, created_at) SELECT 100 + n, '2026-07-01' FROM generate_series(1, 4) n;
		INSERT INTO claim (account_id, employee_id, state, via, created_at)
		SELECT 100 + n, n, 'confirmed', 'link', '2026-07-01' FROM generate_series(1, 4) n;
		INSERT INTO consent (account_id, notice_version, given_at)
		SELECT 100 + n, '1', '2026-07-01' FROM generate_series(1, 4) n`)
	return err
}

// form is an instrument with one question.
func form(key string) survey.Instrument {
	choice := func(name string) survey.Choice {
		return survey.Choice{Name: name, Label: survey.Text{"id": "Nilai " + name}}
	}
	return survey.Instrument{
		Key: key, Version: "1", Title: survey.Text{"id": "Formulir"},
		DefaultLanguage: "id", Languages: []string{"id"}, Privacy: survey.Confidential,
		Questions: []survey.Question{{
			Name: "puas", Kind: survey.Scale, Required: true, Dimension: "satisfaction",
			Label: survey.Text{"id": "Puas?"}, Choices: []survey.Choice{choice("1"), choice("2"), choice("3"), choice("4")},
		}},
	}
}

// program is a process that ticks and sends.
type program struct {
	*scheduler.Scheduler
	process *storage.Process
	// halt ends its loops, and waits for nothing.
	halt func()
	// stop ends it as SIGTERM does.
	stop func()
}

// run starts a program that sends through sender. It goes on until the test ends.
func (o *office) run(sender scheduler.Sender, change ...func(*scheduler.Config)) *program {
	o.t.Helper()
	store := o.connect()
	process, err := store.Join(o.t.Context())
	must(o.t, err)
	cfg := scheduler.Config{Store: store, Clock: o.clock, Zone: wib, Sender: sender, Process: process,
		Bot: 1, Rate: 28, Caps: calendar.Caps{PerDay: 1, PerWeek: 3}, Log: slog.New(slog.NewTextHandler(&o.log, nil))}
	for _, c := range change {
		c(&cfg)
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{Scheduler: scheduler.New(cfg), process: process, halt: cancel}
	var running sync.WaitGroup
	running.Go(func() {
		if err := p.Run(ctx); err != nil {
			o.t.Errorf("running: %v", err)
		}
	})
	p.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		if err := process.Close(); err != nil {
			o.t.Error(err)
		}
	})
	o.t.Cleanup(p.stop)
	return p
}

// until lets the clock go on to a moment: all that is due before is done.
func (o *office) until(moment time.Time) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), time.Minute)
	defer cancel()
	for o.clock.Now().Before(moment) {
		if ctx.Err() != nil {
			o.t.Fatalf("the clock does not go on; it waits for: %s", o.clock.Holding())
		}
		o.work.Wait(ctx, moment, nil)
	}
}

// settle lets what is due now be done, and what follows from it at once.
func (o *office) settle() { o.until(o.clock.Now().Add(time.Millisecond)) }

// open opens the round of training B now.
func (o *office) open() storage.Round {
	o.t.Helper()
	round, _, err := o.OpenRound(o.t.Context(), storage.Opening{Training: "B", Instrument: "reaction"}, storage.Source{}, wib, o.clock.Now())
	must(o.t, err)
	return round
}

func (o *office) rounds() []storage.Round {
	o.t.Helper()
	rounds, err := o.Rounds(o.t.Context())
	must(o.t, err)
	return rounds
}

// answer answers the one question in the account's open form; only Kirim is
// missing then.
func (o *office) answer(account int64, level string) storage.Session {
	o.t.Helper()
	now := o.clock.Now()
	before := o.session(account)
	answered, err := o.resume(before).Apply(survey.Choose{Choice: level}, now)
	must(o.t, err)
	saved, err := o.SaveSession(o.t.Context(), before, storage.SessionChange{
		Survey: answered.State(), Complete: answered.Complete(now), CardMessageID: 7}, now)
	must(o.t, err)
	if !saved {
		o.t.Fatalf("the answer of account %d was not saved", account)
	}
	return o.session(account)
}

// send answers and sends the account's open form.
func (o *office) send(account int64, level string) {
	o.t.Helper()
	complete := o.answer(account, level)
	now := o.clock.Now()
	sent, err := o.SendSession(o.t.Context(), complete, o.resume(complete).Answers(now), now)
	must(o.t, err)
	if !sent {
		o.t.Fatalf("the form of account %d was not sent", account)
	}
}

func (o *office) session(account int64) storage.Session {
	o.t.Helper()
	open, err := o.OpenSessions(o.t.Context(), account)
	must(o.t, err)
	if len(open) != 1 {
		o.t.Fatalf("account %d has %d open forms", account, len(open))
	}
	return open[0]
}

func (o *office) resume(s storage.Session) survey.Session {
	o.t.Helper()
	instrument, err := o.Instrument(o.t.Context(), s.InstrumentID)
	must(o.t, err)
	session, err := instrument.Resume(s.Survey)
	must(o.t, err)
	return session
}

// count reads one number.
func (o *office) count(query string, args ...any) int {
	o.t.Helper()
	var n int
	must(o.t, o.db.QueryRowContext(o.t.Context(), query, args...).Scan(&n))
	return n
}

func (o *office) exec(statements string) {
	o.t.Helper()
	_, err := o.db.ExecContext(o.t.Context(), statements)
	must(o.t, err)
}

// desk is a Sender that notes what it is given. reply tells how each attempt
// ends, and may wait; without it all are sent.
type desk struct {
	clock calendar.Clock
	reply func(ctx context.Context, work calendar.Worker, d storage.Delivery) storage.Outcome

	mu    sync.Mutex
	given []attempt
}

// attempt is one delivery that came to the desk.
type attempt struct {
	storage.Delivery
	at time.Time
}

func (o *office) desk() *desk { return &desk{clock: o.clock} }

// Send implements scheduler.Sender.
func (d *desk) Send(ctx context.Context, work calendar.Worker, delivery storage.Delivery) storage.Outcome {
	d.mu.Lock()
	d.given = append(d.given, attempt{delivery, d.clock.Now()})
	number := int64(len(d.given))
	d.mu.Unlock()
	if d.reply != nil {
		return d.reply(ctx, work, delivery)
	}
	return storage.Outcome{State: storage.Sent, MessageID: number}
}

// of are the attempts of a kind so far, in their order.
func (d *desk) of(kind storage.DeliveryKind) []attempt {
	d.mu.Lock()
	defer d.mu.Unlock()
	var of []attempt
	for _, a := range d.given {
		if a.Kind == kind {
			of = append(of, a)
		}
	}
	return of
}

// accounts counts the attempts of a kind by account.
func (d *desk) accounts(kind storage.DeliveryKind) map[int64]int {
	counts := map[int64]int{}
	for _, a := range d.of(kind) {
		counts[a.AccountID]++
	}
	return counts
}

// journal is what was logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

// times is how often a message was logged.
func (j *journal) times(message string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.text.String(), `msg="`+message+`"`)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
