package benchmark_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pascalatih/bot"
	"pascalatih/bot/simulator"
	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/instruments"
	"pascalatih/survey/roster"
	"pascalatih/survey/text"
)

// office is a city's: a simulated Telegram without limits, a database, people who
// have the bundled form in front of them, and the bot.
type office struct {
	*storage.Store
	sim    *simulator.Server
	bot    *bot.Bot
	client *telegram.Client
	people []*simulator.Person
	url    string

	answering atomic.Bool // the bot is on duty
}

// patience is how long anything may take on a busy machine.
const patience = 30 * time.Second

var (
	wib   = time.FixedZone("WIB", 7*60*60)
	quiet = slog.New(slog.DiscardHandler)
)

// openOffice furnishes the empty database at url, and brings as many people before
// the form's first card.
func openOffice(tb testing.TB, url string, people int) *office {
	tb.Helper()
	ctx := tb.Context()
	store, err := storage.Open(ctx, url, quiet)
	must(tb, err)
	sim, err := simulator.New(simulator.Config{Clock: machineClock{}, Unlimited: true})
	must(tb, err)
	o := &office{Store: store, sim: sim, url: url}
	must(tb, o.furnish(ctx, people))
	end := o.employ(tb)
	tb.Cleanup(func() {
		end()
		if err := sim.Sound(); err != nil {
			tb.Errorf("Telegram objects: %v", err)
		}
		sim.Close()
		must(tb, store.Close())
	})
	for i := range people {
		o.people = append(o.people, sim.Person(firstPerson+int64(i), "Contoh", "id"))
	}
	must(tb, o.during(ctx, o.serveBot, o.invite))
	return o
}

// firstPerson is the account of the first of the people; the others follow.
const firstPerson = 7001

// furnish imports so many employees who took part in one training, and links them
// all.
func (o *office) furnish(ctx context.Context, people int) error {
	now := time.Now()
	bundled, err := instruments.All()
	if err != nil {
		return err
	}
	if err := errors.Join(o.Migrate(ctx), o.Seed(ctx, bundled, nil, now)); err != nil {
		return err
	}
	employees, participants := "nip,nama,unit,jabatan,golongan,telepon,atasan_nip\n", "kode,nip\n"
	for i := range people {
		nip := fmt.Sprintf("198001012005011%03d", i+1)
		employees += nip + ",Pegawai Contoh,Dinas Contoh,,,,\n"
		participants += "A," + nip + "\n"
	}
	trainings := "kode,judul,jenis,penyelenggara,mulai,selesai,jp,rencana\nA,Pelatihan Contoh,,,2026-06-25,2026-06-29,,\n"
	var files []roster.Roster
	for name, content := range map[string]string{"pegawai.csv": employees, "pelatihan.csv": trainings, "peserta.csv": participants} {
		parsed, err := roster.Parse(name, []byte(content))
		if err != nil {
			return err
		}
		files = append(files, parsed)
	}
	all, err := roster.Merge(files...)
	if err != nil {
		return err
	}
	if _, err := o.Import(ctx, all, storage.Source{}, now); err != nil {
		return err
	}
	links, err := o.Links(ctx, "", now)
	if err != nil {
		return err
	}
	for i, link := range links {
		account := firstPerson + int64(i)
		if _, err := o.TouchAccount(ctx, account, "id", 0, now); err != nil {
			return err
		}
		owner, err := o.FindLink(ctx, link.Token, account)
		if err != nil {
			return err
		}
		if _, err := o.UseLink(ctx, owner.LinkID, account, "1", storage.Source{}, now); err != nil {
			return err
		}
	}
	return nil
}

// employ makes the bot. It sweeps while it is on duty, as it does beside its
// poller.
func (o *office) employ(tb testing.TB) (end func()) {
	tb.Helper()
	texts, err := text.Load()
	must(tb, err)
	o.client = telegram.New(telegram.Config{Token: o.sim.Token(), BaseURL: o.sim.URL(), Log: quiet})
	o.bot = bot.New(bot.Config{
		Store: o.Store, Client: o.client, Pacer: telegram.NewPacer(machineClock{}, math.Inf(1)),
		Clock: machineClock{}, Zone: wib, Texts: texts, Log: quiet, OnDuty: o.answering.Load,
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := o.bot.Run(ctx); err != nil {
			tb.Errorf("running the bot: %v", err)
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

// serveBot has the bot answer until ctx ends.
func (o *office) serveBot(ctx context.Context) error {
	o.answering.Store(true)
	defer o.answering.Store(false)
	poller := telegram.Poller{Client: o.client, Clock: machineClock{}, Log: quiet}
	return poller.Run(ctx, o.bot.Handle)
}

// during runs act while serve answers, and lets serve end what is in hand. If serve
// fails act ends too.
func (o *office) during(ctx context.Context, serve, act func(context.Context) error) error {
	serving, end := context.WithCancel(ctx)
	acting, giveUp := context.WithCancel(ctx)
	defer giveUp()
	served := make(chan error, 1)
	go func() {
		err := serve(serving)
		if err != nil {
			giveUp()
		}
		served <- err
	}()
	err := act(acting)
	end()
	return errors.Join(<-served, err)
}

// invite opens the round and brings everybody the form's first card.
func (o *office) invite(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, person := range o.people {
		start := person.Start("")
		if _, err := person.Await(ctx, simulator.After(start)); err != nil {
			return fmt.Errorf("wait for the reply to /start: %w", err)
		}
	}
	process, err := o.Join(ctx)
	if err != nil {
		return err
	}
	defer process.Close()
	now := time.Now()
	opening := storage.Opening{Training: "A", Instrument: "reaction"}
	if _, _, err := o.OpenRound(ctx, opening, storage.Source{}, wib, now); err != nil {
		return err
	}
	if err := o.letOut(ctx); err != nil {
		return err
	}
	due, err := o.ClaimDeliveries(ctx, process.Number(), time.Minute, len(o.people), now)
	if err != nil {
		return err
	}
	for _, delivery := range due {
		outcome := o.bot.Send(ctx, machineClock{}.Work(), delivery)
		if err := o.EndDelivery(ctx, delivery, outcome, time.Now()); err != nil {
			return err
		}
	}
	for _, person := range o.people {
		if card := person.Chat().Last(); !strings.Contains(card.Text, "Pelatihan Contoh") {
			return fmt.Errorf("person %d was not invited: %q", person.ID, card.Text)
		}
	}
	return nil
}

// machineClock is real time, as the bot is served in.
type machineClock struct{}

func (machineClock) Now() time.Time        { return time.Now() }
func (machineClock) Work() calendar.Worker { return machineWorker{} }

type machineWorker struct{}

func (machineWorker) Wait(ctx context.Context, t time.Time, wake <-chan struct{}) {
	var reached <-chan time.Time
	if !t.IsZero() {
		timer := time.NewTimer(time.Until(t))
		defer timer.Stop()
		reached = timer.C
	}
	select {
	case <-reached:
	case <-wake:
	case <-ctx.Done():
	}
}

func (machineWorker) Done() {}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// letOut lets everything go out that is due, whatever the hour.
func (o *office) letOut(ctx context.Context) error {
	db, err := sql.Open("postgres", o.url)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `UPDATE delivery SET released_until = 'infinity' WHERE state = 'due'`)
	return err
}
