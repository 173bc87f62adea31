package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
)

// killSeedVariable replays a run: the same people with the same habits and
// answers, and the same sequence of kills and cuts, as near as the machine lets
// two runs be.
const killSeedVariable = "PASCALATIH_TEST_SEED"

func killSeed(t *testing.T) uint64 {
	t.Helper()
	seed := rand.Uint64N(1_000_000)
	if given := os.Getenv(killSeedVariable); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatalf("%s: %v", killSeedVariable, err)
		}
	}
	t.Logf("seed %d; %s=%d replays it", seed, killSeedVariable, seed)
	return seed
}

// Fifty people answer at once, and HR works, while the bot is killed and its
// networks are cut.
// Of every sent form the export has each answer once, as it was given; of every
// unsent one Tinjau has it; each of HR's commands happens once; and nobody is
// stuck.
func TestKillsAndCutsLoseNothing(t *testing.T) {
	t.Parallel()
	timed, cancel := context.WithTimeout(t.Context(), 150*time.Second)
	defer cancel()
	ctx, giveUp := context.WithCancelCause(timed)
	w := newKillWorld(t, killSeed(t))
	w.gather()
	k := &keeper{world: w, started: make(chan struct{})}
	keeping, stopKeeping := context.WithCancel(ctx)
	defer stopKeeping()
	kept := make(chan error, 1)
	go func() {
		err := k.keep(keeping)
		giveUp(err) // without a bot nobody gets anywhere
		kept <- err
	}()
	t.Cleanup(func() { k.tell(t) })

	if err := w.register(ctx, w.crowd[:crowdEarly]); err != nil {
		t.Fatalf("register: %v (%v)", err, context.Cause(ctx))
	}
	round := w.openRound()
	began := time.Now()
	broken := make(chan error, 1)
	go func() { broken <- w.breakThings(ctx, k) }()
	file, err := officerFile()
	if err != nil {
		t.Fatal(err)
	}
	worked := make(chan error, 1)
	go func() { worked <- w.officer.work(ctx, file, round) }()
	w.answer(ctx)
	if err := <-worked; err != nil {
		t.Errorf("HR is stuck: %v", err)
	}
	if err := <-broken; err != nil {
		t.Fatalf("break things: %v (%v)", err, context.Cause(ctx))
	}
	t.Logf("everybody answered in %v; requests %v; refusals %v; faults %v",
		time.Since(began), w.sim.Requests(), w.sim.Refusals(), w.sim.Faults())
	stopKeeping()
	if err := <-kept; err != nil {
		t.Errorf("the bot: %v", err)
	}
	w.check(round)
}

// register lets people open their links and consent, all at once.
func (w *killWorld) register(ctx context.Context, people []*member) error {
	var all errgroup.Group
	for _, m := range people {
		all.Go(func() error { return m.Register(ctx, m.token) })
	}
	return all.Wait()
}

// answer lets everybody answer, those who are not registered yet after that.
func (w *killWorld) answer(ctx context.Context) {
	var all errgroup.Group
	for i, m := range w.crowd {
		all.Go(func() error {
			err := error(nil)
			if i >= crowdEarly {
				err = m.Register(ctx, m.token)
			}
			if err == nil {
				err = w.live(ctx, m)
			}
			if err != nil {
				w.t.Errorf("%d is stuck: %v\n%s", m.ID, err, screenOf(m.Chat()))
			}
			return nil
		})
	}
	_ = all.Wait()
}

// check holds what is left against the books.
func (w *killWorld) check(round string) {
	t := w.t
	sent := 0
	for _, m := range w.crowd {
		switch {
		case m.keepsUnsent:
			for _, fault := range m.reviewFaults() {
				t.Errorf("Tinjau: %s", fault)
			}
		case m.end.Stage == respondent.Sent:
			sent++
		}
	}
	if want := crowdSize - crowdUnsent; sent != want {
		t.Errorf("%d reached Kirim, want %d", sent, want)
	}
	hurt := w.sim.KillsWhileUnconfirmed()
	t.Logf("%d kills, %d of them while an update was delivered and not confirmed", killCount, hurt)
	if hurt < 15 {
		t.Errorf("%d kills fell while an update was delivered and not confirmed, want 15 at least", hurt)
	}
	if err := w.sim.Sound(); err != nil {
		t.Errorf("towards Telegram the bot broke rules: %v", err)
	}
	w.checkOffice()
	w.checkExport(round, "the export")

	mustPerform(t, w.office, "round", "close", round)
	for _, m := range w.crowd {
		m.Book.Sent = true // complete, it is sent by the closing
	}
	w.checkExport(round, "the export after the closing")
}

// checkExport compares the round's export with the books, and makes sure that the
// comparison would have seen a difference.
func (w *killWorld) checkExport(round, what string) {
	w.t.Helper()
	export := mustPerform(w.t, w.office, "export", "--round", round, "--names")
	report := w.compare(export)
	for _, difference := range report.Differences() {
		w.t.Errorf("%s: %s", what, difference)
	}
	w.t.Logf("%s: %d answers compared, lost %d, doubled %d, changed %d, unexpected %d", what,
		report.Checked, len(report.Lost), len(report.Doubled), len(report.Changed), len(report.Unexpected))
	for name, spoilt := range spoil(w.t, export) {
		if w.compare(spoilt).Clean() {
			w.t.Errorf("one answer %s in %s goes unnoticed", name, what)
		}
	}
}

// spoil gives the export with one answer removed, changed, and doubled.
func spoil(t *testing.T, export string) map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(export)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("read the export's %d rows: %v", len(rows), err)
	}
	column := slices.Index(rows[0], "satisfaction_overall")
	with := func(answer string) string {
		row := slices.Clone(rows[1])
		row[column] = answer
		return written(t, slices.Concat(rows[:1], [][]string{row}, rows[2:]))
	}
	other := map[bool]string{true: "1", false: "2"}[rows[1][column] != "1"]
	return map[string]string{"removed": with(""), "changed": with(other), "doubled": written(t, append(rows, rows[1]))}
}

func written(t testing.TB, rows [][]string) string {
	t.Helper()
	var out strings.Builder
	if err := csv.NewWriter(&out).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func (w *killWorld) compare(export string) respondent.Report {
	w.t.Helper()
	var books []*respondent.Book
	for _, m := range w.crowd {
		books = append(books, m.Book)
	}
	report, err := respondent.Compare(w.form, books, strings.NewReader(export))
	if err != nil {
		w.t.Fatal(err)
	}
	return report
}

// screenOf is what a person sees, for those who have to find out why.
func screenOf(screen simulator.Screen) string {
	var lines strings.Builder
	for _, message := range screen {
		fmt.Fprintf(&lines, "[%d bot=%t deleted=%t edits=%d] %q", message.ID, message.FromBot, message.Deleted, message.Edits, message.Text)
		for _, button := range message.Buttons() {
			fmt.Fprintf(&lines, " [%s %s]", button.Text, button.Data)
		}
		lines.WriteString("\n")
	}
	return lines.String()
}

// tell logs what the bots said, if it is needed.
func (k *keeper) tell(t *testing.T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.bot != nil {
		k.bot.kill()
	}
	tellLogs(t, k.logs)
}

// tellLogs looks for what no bot may say, and logs what they said, if it is needed.
func tellLogs(t *testing.T, logs []*logbook) {
	t.Helper()
	passedOver := 0
	for i, log := range logs {
		said := log.tail(1 << 30)
		if strings.Contains(said, "panic") {
			t.Errorf("bot %d panicked", i)
		}
		passedOver += strings.Count(said, `"msg":"update passed over"`)
	}
	t.Logf("%d bots ran; %d updates were passed over", len(logs), passedOver)
	if !t.Failed() {
		return
	}
	for i, log := range logs {
		t.Logf("bot %d of %d:\n%s", i, len(logs), log.tail(1<<30))
	}
}
