package benchmark_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"pascalatih/bot"
	"pascalatih/bot/simulator"
	"pascalatih/bot/telegram"
	"pascalatih/scheduler"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/storage/embedded"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey/instruments"
	"pascalatih/survey/text"
)

// post is an office that sends: a durable Postgres, a simulated Telegram, the bot
// and the scheduler, on a clock that goes as the machine's does, within working
// hours.
type post struct {
	*storage.Store
	sim     *simulator.Server
	client  *telegram.Client
	bot     *bot.Bot
	planner *scheduler.Scheduler
	clock   officeClock
	http    *http.Client
	crowd   int
	sent    tally
}

// newPost makes an office with so many linked participants of one training.
func newPost(b *testing.B, crowd int, perSecond float64, unlimited bool) *post {
	b.Helper()
	ctx := b.Context()
	server, err := embedded.Start(ctx, embedded.Config{Dir: postgrestest.Dir(b), Logger: quiet})
	must(b, err)
	b.Cleanup(func() { must(b, server.Close(context.Background())) })
	store, err := storage.Open(ctx, server.URL(), quiet)
	must(b, err)
	b.Cleanup(func() { must(b, store.Close()) })
	p := &post{Store: store, clock: newOfficeClock(), http: http.DefaultClient, crowd: crowd}
	must(b, p.furnish(ctx, server.URL()))
	p.sim, err = simulator.New(simulator.Config{Clock: p.clock, Unlimited: unlimited})
	must(b, err)
	b.Cleanup(func() {
		if err := p.sim.Sound(); err != nil {
			b.Errorf("Telegram objects: %v", err)
		}
		p.sim.Close()
	})
	for i := range crowd {
		p.sim.Person(firstPerson+int64(i), "Contoh", "id").Start("")
	}
	p.employ(b, perSecond)
	return p
}

// furnish fills the empty database. The people's own way in is not what is measured.
func (p *post) furnish(ctx context.Context, url string) error {
	bundled, err := instruments.All()
	if err != nil {
		return err
	}
	if err := errors.Join(p.Migrate(ctx), p.Seed(ctx, bundled, nil, p.clock.Now())); err != nil {
		return err
	}
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, fmt.Sprintf(`
		INSERT INTO unit (name) VALUES ('Dinas Contoh');
		INSERT INTO training (code, title, first_day, last_day) VALUES ('A', 'Pelatihan Contoh', '2026-06-25', '2026-06-29');
		INSERT INTO employee (nip, name, unit_id)
		SELECT to_char(date '1980-01-01' + n / 900, 'YYYYMMDD') || '2005011' || lpad((1 + n %% 900)::text, 3, '0'), 'Pegawai Contoh', 1
		FROM generate_series(0, %d) n ORDER BY n;
		INSERT INTO participation (training_id, employee_id) SELECT 1, id FROM employee;
		INSERT INTO account (id, created_at) SELECT %d + id - 1, '2026-06-01' FROM employee;
		INSERT INTO claim (account_id, employee_id, state, via, created_at)
		SELECT %[2]d + id - 1, id, 'confirmed', 'link', '2026-06-01' FROM employee;
		INSERT INTO consent (account_id, notice_version, given_at) SELECT id, '1', '2026-06-01' FROM account;
		ANALYZE`, p.crowd-1, firstPerson))
	return err
}

// employ makes the bot and the scheduler.
func (p *post) employ(b *testing.B, perSecond float64) {
	texts, err := text.Load()
	must(b, err)
	process, err := p.Join(b.Context())
	must(b, err)
	p.client = telegram.New(telegram.Config{Token: p.sim.Token(), BaseURL: p.sim.URL(), Paid: perSecond > telegram.FreeRate, Log: quiet})
	pacer := telegram.NewPacer(p.clock, perSecond)
	p.bot = bot.New(bot.Config{Store: p.Store, Client: p.client, Pacer: pacer, Clock: p.clock, Zone: wib, Texts: texts, Log: quiet})
	p.planner = scheduler.New(scheduler.Config{Store: p.Store, Clock: p.clock, Zone: wib, Sender: p.bot, Worker: p.bot,
		Process: process, Bot: 1, Rate: perSecond, Replies: pacer.Replies,
		Caps: calendar.Caps{PerDay: 1, PerWeek: 3}, Log: quiet, Meter: &p.sent})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := p.bot.Run(ctx); err != nil {
			b.Errorf("running the bot: %v", err)
		}
	})
	b.Cleanup(func() {
		cancel()
		running.Wait()
		must(b, process.Close())
	})
}

func (p *post) openRound(ctx context.Context) error {
	opening := storage.Opening{Training: "A", Instrument: "reaction"}
	_, counts, err := p.OpenRound(ctx, opening, storage.Source{}, wib, p.clock.Now())
	if err == nil && counts.Reachable != p.crowd {
		err = fmt.Errorf("%d of %d are reachable", counts.Reachable, p.crowd)
	}
	return err
}

// Delivered implements scheduler.Meter.
func (t *tally) Delivered(_ storage.DeliveryKind, outcome storage.OutcomeState) {
	if outcome == storage.Sent {
		t.sent.Add(1)
	} else {
		t.other.Add(1)
	}
}

// Worked implements scheduler.Meter.
func (t *tally) Worked(storage.JobKind, bool) {}

// officeClock goes as the machine's does, and began at ten on a working morning.
type officeClock struct{ behind time.Duration }

func newOfficeClock() officeClock {
	return officeClock{behind: time.Since(time.Date(2026, time.June, 30, 10, 0, 0, 0, wib))}
}

func (c officeClock) Now() time.Time        { return time.Now().Add(-c.behind) }
func (c officeClock) Work() calendar.Worker { return officeWorker{c} }

type officeWorker struct{ clock officeClock }

func (w officeWorker) Wait(ctx context.Context, t time.Time, wake <-chan struct{}) {
	if !t.IsZero() {
		t = t.Add(w.clock.behind)
	}
	machineWorker{}.Wait(ctx, t, wake)
}

func (officeWorker) Done() {}
