package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"pascalatih/bot"
	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/clock"
	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey"
	"pascalatih/survey/roster"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// house is the bot in this process between a real database and a simulated
// Telegram, on a virtual clock. Budi (7001) and Siti (7002) are linked, and took
// part in the trainings A and B. Whatever a test does, the simulator must find
// nothing to object to.
type house struct {
	*storage.Store
	t     *testing.T
	url   string
	sim   *simulator.Server
	clock *clock.Server
	texts *text.Catalogue

	bot     *bot.Bot
	process *storage.Process
	stop    func()

	budi, siti *simulator.Person

	// hand holds the clock between a test's steps where something else would let
	// it go on; nil: nothing would.
	hand calendar.Worker
}

var wib = time.FixedZone("WIB", 7*60*60)

// afternoon is Monday, 29 June 2026, 15.30 WIB.
var afternoon = time.Date(2026, time.June, 29, 15, 30, 0, 0, wib)

const (
	adminID = 9000
	pegawai = `nip,nama,unit,jabatan,golongan,telepon,atasan_nip
198001012005011001,Budi Contoh,Dinas Contoh,,,,
198001012005011002,Siti Contoh,Dinas Contoh,,,,
`
	pelatihan = `kode,judul,jenis,penyelenggara,mulai,selesai,jp,rencana
A,Pelatihan A,,,2026-06-25,2026-06-29,,
B,Pelatihan B,,,2026-06-25,2026-06-29,,
`
	peserta = `kode,nip
A,198001012005011001
A,198001012005011002
B,198001012005011001
B,198001012005011002
`
)

func newHouse(t *testing.T) *house {
	t.Helper()
	url := postgrestest.OpenPrepared(t, "bot", func(url string) error { return furnish(t.Context(), url) })
	store, err := storage.Open(t.Context(), url, quiet)
	must(t, err)
	virtual, err := clock.NewServer(afternoon)
	must(t, err)
	sim, err := simulator.New(simulator.Config{Clock: virtual, Attended: true})
	must(t, err)
	texts, err := catalogue()
	must(t, err)
	h := &house{Store: store, t: t, url: url, sim: sim, clock: virtual, texts: texts}
	t.Cleanup(func() {
		h.stop()
		if err := sim.Sound(); err != nil {
			t.Errorf("Telegram objects: %v", err)
		}
		sim.Close()
		virtual.Close()
		store.Close()
	})
	h.start()
	h.budi, h.siti = sim.Person(7001, "Budi Contoh", "id"), sim.Person(7002, "Siti Contoh", "id")
	for _, person := range []*simulator.Person{h.budi, h.siti} {
		person.Start("")
	}
	h.settle()
	return h
}

var quiet = slog.New(slog.DiscardHandler)

// catalogue reads the texts once for all houses.
var catalogue = sync.OnceValues(text.Load)

// furnish makes an empty database an office in which both are linked.
func furnish(ctx context.Context, url string) error {
	store, err := storage.Open(ctx, url, quiet)
	if err != nil {
		return err
	}
	defer store.Close()
	now := afternoon.Add(-time.Hour)
	var files []roster.Roster
	for name, content := range map[string]string{"pegawai.csv": pegawai, "pelatihan.csv": pelatihan, "peserta.csv": peserta} {
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
	err = errors.Join(store.Migrate(ctx), store.Seed(ctx, []survey.Instrument{trial()}, []int64{adminID}, now))
	if err != nil {
		return err
	}
	if _, err := store.Import(ctx, all, storage.Source{}, now); err != nil {
		return err
	}
	links, err := store.Links(ctx, "", now)
	if err != nil {
		return err
	}
	for i, link := range links {
		account := int64(7001 + i)
		if _, err := store.TouchAccount(ctx, account, "id", 0, now); err != nil {
			return err
		}
		owner, err := store.FindLink(ctx, link.Token, account)
		if err != nil {
			return err
		}
		if _, err := store.UseLink(ctx, owner.LinkID, account, "1", storage.Source{}, now); err != nil {
			return err
		}
	}
	return nil
}

// trial is a form with what people can do to a card.
func trial() survey.Instrument {
	say := func(s string) survey.Text { return survey.Text{"id": s, "en": s + " (en)"} }
	choices := func(pairs ...string) []survey.Choice {
		var all []survey.Choice
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, survey.Choice{Name: pairs[i], Label: say(pairs[i+1])})
		}
		return all
	}
	return survey.Instrument{
		Key: "uji", Version: "1", Title: say("Formulir uji"),
		DefaultLanguage: "id", Languages: []string{"id", "en"}, Privacy: survey.Confidential,
		Questions: []survey.Question{
			{Name: "puas", Kind: survey.Scale, Required: true, Label: say("Seberapa puas?"),
				Choices: choices("1", "Tidak puas", "2", "Kurang puas", "3", "Puas", "4", "Sangat puas")},
			{Name: "kendala", Kind: survey.SelectMultiple, Required: true, Label: say("Apa kendalanya?"),
				Choices: choices("dana", "Anggaran", "waktu", "Waktu")},
			{Name: "jam", Kind: survey.Decimal, Label: say("Berapa jam?")},
			{Name: "rencana", Kind: survey.LongText, Label: say("Apa rencananya?")},
			{Name: "kapan", Kind: survey.Date, Label: say("Kapan?")},
		},
	}
}

// start runs the bot as a new process would.
func (h *house) start() {
	h.t.Helper()
	process, err := h.Join(h.t.Context())
	must(h.t, err)
	client := telegram.New(telegram.Config{Token: h.sim.Token(), BaseURL: h.sim.URL(), Log: quiet})
	b := bot.New(bot.Config{Store: h.Store, Client: client, Pacer: telegram.NewPacer(h.clock, 28),
		Clock: h.clock, Zone: wib, Texts: h.texts, Log: quiet})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		poller := telegram.Poller{Client: client, Clock: h.clock, Log: quiet}
		if err := poller.Run(ctx, b.Handle); err != nil {
			h.t.Errorf("polling: %v", err)
		}
	})
	running.Go(func() {
		if err := b.Run(ctx); err != nil {
			h.t.Errorf("running: %v", err)
		}
	})
	h.bot, h.process = b, process
	h.stop = func() {
		cancel()
		running.Wait()
		process.Close()
	}
}

// restart ends the process and starts another on the same database.
func (h *house) restart() {
	h.t.Helper()
	h.stop()
	h.start()
}

// settle lets two seconds pass, which the clock does only when all is done.
func (h *house) settle() { h.pass(2 * time.Second) }

func (h *house) pass(d time.Duration) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Minute)
	defer cancel()
	wait := func() error { return h.sim.Person(1, "Waktu", "id").Pause(ctx, d) }
	if h.hand != nil {
		wait = func() error { return h.letGo(ctx, d) }
	}
	if err := wait(); err != nil {
		h.t.Fatalf("the clock does not go on: %v; it waits for %s", err, h.clock.Holding())
	}
}

// letGo lets the clock go on for so long.
func (h *house) letGo(ctx context.Context, d time.Duration) error {
	until := h.clock.Now().Add(d)
	for h.clock.Now().Before(until) && ctx.Err() == nil {
		h.hand.Wait(ctx, until, nil)
	}
	return ctx.Err()
}

// open opens the round of a training and sends what is due.
func (h *house) open(training string) storage.Round {
	h.t.Helper()
	round, _, err := h.OpenRound(h.t.Context(), storage.Opening{Training: training, Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
	must(h.t, err)
	h.deliver()
	return round
}

// letOut lets everything go out that is due, whatever the hour, as though it had
// been released.
func (h *house) letOut() {
	h.t.Helper()
	query[int](h, `WITH out AS (UPDATE delivery SET released_until = 'infinity' WHERE state = 'due' RETURNING 1) SELECT count(*) FROM out`)
}

// deliver sends what is due, and gives how each attempt ended.
func (h *house) deliver() []storage.Outcome {
	h.t.Helper()
	h.letOut()
	work := h.clock.Work()
	defer work.Done()
	batch, err := h.ClaimDeliveries(h.t.Context(), h.process.Number(), time.Minute, 100, h.clock.Now())
	must(h.t, err)
	var outcomes []storage.Outcome
	for _, d := range batch {
		outcome := h.bot.Send(h.t.Context(), work, d)
		must(h.t, h.EndDelivery(h.t.Context(), d, outcome, h.clock.Now()))
		outcomes = append(outcomes, outcome)
	}
	return outcomes
}

// keepWeek keeps the summary of a quiet week that ended at the n-th Monday before
// now, of these units, and plans its deliveries to an account.
func (h *house) keepWeek(account int64, n int, units ...int64) {
	h.t.Helper()
	schedules, err := h.Schedules(h.t.Context())
	must(h.t, err)
	now := h.clock.Now()
	to := now.AddDate(0, 0, -7*n)
	figures := stats.Figures{Period: stats.Period{From: to.AddDate(0, 0, -7), To: to, Units: units}}
	content, err := json.Marshal(figures)
	must(h.t, err)
	_, _, err = h.KeepSummary(h.t.Context(), storage.Summary{ScheduleID: schedules[0].ID, Occasion: now,
		Period: figures.Period, Figures: content}, []int64{account}, now)
	must(h.t, err)
}

// tap presses the lowest button of this label that the person sees.
func (h *house) tap(p *simulator.Person, label string) {
	h.t.Helper()
	button := p.Chat().Button(label)
	if button.Text == "" {
		h.t.Fatalf("%s sees no button %q on\n%s", p.Name, label, shown(p.Chat().Last()))
	}
	query := p.Tap(button)
	h.settle()
	if _, answered := query.Answer(); !answered {
		h.t.Errorf("the tap on %q was not answered", label)
	}
}

// write writes something and gives it.
func (h *house) write(p *simulator.Person, words string) simulator.Message {
	h.t.Helper()
	message := p.Write(words)
	h.settle()
	return message
}

// act does one of the things that a path is made of: "[label]" is a tap, all else
// is written.
func (h *house) act(p *simulator.Person, step string) {
	h.t.Helper()
	if label, isTap := strings.CutPrefix(step, "["); isTap {
		h.tap(p, strings.TrimSuffix(label, "]"))
		return
	}
	h.write(p, step)
}

// session is where the person stands in the only form open to them.
func (h *house) session(p *simulator.Person) storage.Session {
	h.t.Helper()
	open, err := h.OpenSessions(h.t.Context(), p.ID)
	must(h.t, err)
	if len(open) != 1 {
		h.t.Fatalf("%s has %d open forms", p.Name, len(open))
	}
	return open[0]
}

func (h *house) status(round storage.Round) storage.RoundStatus {
	h.t.Helper()
	status, err := h.Status(h.t.Context(), round.ID)
	must(h.t, err)
	return status
}

// reads wants the bot's last message to say each of these.
func (h *house) reads(p *simulator.Person, words ...string) {
	h.t.Helper()
	last := p.Chat().Last()
	for _, part := range words {
		if !strings.Contains(last.Text, part) {
			h.t.Errorf("%s does not read %q but\n%s", p.Name, part, shown(last))
		}
	}
}

// expect is reads, and wants no other message to have buttons.
func (h *house) expect(p *simulator.Person, words ...string) {
	h.t.Helper()
	h.reads(p, words...)
	screen := p.Chat()
	for _, message := range screen.FromBot() {
		if len(message.Rows) > 0 && message.ID != screen.Last().ID {
			h.t.Errorf("above the last message there are buttons, on\n%s", shown(message))
		}
	}
}

func shown(m simulator.Message) string {
	return fmt.Sprintf("%d: %s %v", m.ID, m.Text, m.Rows)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
