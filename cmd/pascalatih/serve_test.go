package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey/text"
)

// surroundings are a simulated Telegram and an empty database, with the environment of a
// bot that uses both.
func surroundings(t *testing.T) (sim *simulator.Server, env []string) {
	t.Helper()
	sim, err := simulator.New(simulator.Config{Clock: systemClock{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Sound(); err != nil {
			t.Errorf("towards Telegram the bot broke rules: %v", err)
		}
		sim.Close()
	})
	return sim, []string{
		"DATABASE_URL=" + postgrestest.Open(t), "TELEGRAM_BOT_TOKEN=" + sim.Token(), "TELEGRAM_API_URL=" + sim.URL(),
	}
}

// greeting is what a person whom nobody knows is told.
func greeting(t *testing.T) func(simulator.Screen) bool {
	t.Helper()
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	words := texts.In("id").Say("help.stranger", nil)
	return func(s simulator.Screen) bool { return strings.HasPrefix(s.Last().Text, words) }
}

func TestStandbyTakesOver(t *testing.T) {
	t.Parallel()
	sim, env := surroundings(t)
	greeted := greeting(t)
	first := serve(t, env...)
	first.says(t, "msg=polling")
	second := serve(t, env...)
	second.says(t, `msg="standing by"`)
	await(t, "the one that stands by is ready", func() bool { return second.page(t, "/readyz") == http.StatusOK })

	budi := sim.Person(7001, "Budi Contoh", "id")
	budi.Start("")
	if _, err := budi.AwaitFor(t.Context(), 10*time.Second, greeted); err != nil {
		t.Fatalf("nobody answers: %v", err)
	}
	if n := sim.Refusals()[simulator.TwoPollers]; n > 0 {
		t.Errorf("both polled: %d polls were answered 409", n)
	}

	killed := time.Now()
	first.kill()
	sari := sim.Person(7002, "Sari Contoh", "id")
	sari.Start("")
	second.says(t, "msg=polling")
	if took := time.Since(killed); took > 2*time.Second {
		t.Errorf("taking over took %v, want 2 s at most", took)
	}
	if _, err := sari.AwaitFor(t.Context(), 10*time.Second, greeted); err != nil {
		t.Errorf("after the kill nobody answers: %v", err)
	}
}

// What is in hand when the bot is asked to end is handled, answered and
// confirmed; what is not waits for the next one.
func TestEndingFinishesWhatIsInHand(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*testing.T, *simulator.Server){
		"as updates come": func(t *testing.T, sim *simulator.Server) {
			if err := sim.AwaitDelivered(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
		"as answers go": func(t *testing.T, sim *simulator.Server) {
			await(t, "an answer on its way", func() bool { return sim.Requests()["sendMessage"] > 0 })
		},
	}
	for name, isInHand := range tests {
		t.Run(name, func(t *testing.T) {
			const crowd = 20
			sim, env := surroundings(t)
			greeted := greeting(t)
			bot := serve(t, env...)
			bot.says(t, "msg=polling")
			sim.Inject(simulator.Fault{Kind: simulator.Delay, Method: "sendMessage", Times: crowd, Delay: 300 * time.Millisecond})
			var people []*simulator.Person
			for i := range crowd {
				people = append(people, sim.Person(int64(7101+i), "Peserta Contoh", "id"))
				people[i].Start("")
			}
			isInHand(t, sim)
			if code := bot.stop(t, 10*time.Second); code != exitDone {
				t.Errorf("it ended with %d, want %d", code, exitDone)
			}
			answered := 0
			for _, person := range people {
				if greeted(person.Chat()) {
					answered++
				}
			}
			if waiting := sim.Queued(); answered != crowd-waiting {
				t.Errorf("of %d people %d are answered and %d wait for the next bot", crowd, answered, waiting)
			}
		})
	}
}

func TestStartUpErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	sim, working := surroundings(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		env  []string // in place of what works
		code int
		says []string
	}{
		"no token":               {env: []string{"TELEGRAM_BOT_TOKEN="}, code: exitUsage, says: []string{"TELEGRAM_BOT_TOKEN", "@BotFather"}},
		"no token by its form":   {env: []string{"TELEGRAM_BOT_TOKEN=tokenrahasia"}, code: exitUsage, says: []string{"TELEGRAM_BOT_TOKEN", "@BotFather"}},
		"token refused":          {env: []string{"TELEGRAM_BOT_TOKEN=7:tokenrahasia"}, code: exitFailed, says: []string{"TELEGRAM_BOT_TOKEN", "refused", "@BotFather"}},
		"database unreachable":   {env: []string{"DATABASE_URL=postgres://nobody:katarahasia@127.0.0.1:1/none"}, code: exitFailed, says: []string{"database", "DATABASE_URL"}},
		"address of no database": {env: []string{"DATABASE_URL=mysql://nobody:katarahasia@127.0.0.1/none"}, code: exitFailed, says: []string{"DATABASE_URL"}},
		"port taken":             {env: []string{"PASCALATIH_LISTEN=" + taken.Addr().String()}, code: exitFailed, says: []string{taken.Addr().String(), "PASCALATIH_LISTEN"}},
		"unknown zone":           {env: []string{"PASCALATIH_TIMEZONE=Asia/Contoh"}, code: exitUsage, says: []string{"PASCALATIH_TIMEZONE", "Asia/Jakarta"}},
		"data directory not writable": {env: []string{"DATABASE_URL=", "PASCALATIH_DATA_DIR=" + filepath.Join(file, "data")},
			code: exitFailed, says: []string{"data directory", "writable", "PASCALATIH_DATA_DIR"}},
		"a rate of nothing": {env: []string{"PASCALATIH_RATE=0"}, code: exitUsage, says: []string{"PASCALATIH_RATE", "28"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			env := append(append([]string{"PASCALATIH_LISTEN=127.0.0.1:0"}, working...), test.env...)
			done := perform(t, env, "serve")
			if done.code != test.code {
				t.Errorf("exit code %d, want %d", done.code, test.code)
			}
			last := done.err[strings.LastIndex(strings.TrimSuffix(done.err, "\n"), "\n")+1:]
			if !hasAll(last, test.says) {
				t.Errorf("it says %q, want all of %q", last, test.says)
			}
			for _, secret := range []string{"rahasia", sim.Token()} {
				if strings.Contains(done.out+done.err, secret) {
					t.Errorf("it tells a secret: %s", done.err)
				}
			}
		})
	}
}

func TestHealthPagesTellTheTruth(t *testing.T) {
	t.Parallel()
	sim, env := surroundings(t)
	way := newProxy(t, strings.TrimPrefix(env[0], "DATABASE_URL="))
	env[0] = "DATABASE_URL=" + way.url
	sim.NetworkDown()
	bot := serve(t, env...)
	bot.says(t, "msg=serving")
	bot.says(t, "Telegram does not answer")
	expect := func(path string, code int) {
		t.Helper()
		if got := bot.page(t, path); got != code {
			t.Errorf("%s says %d, want %d", path, got, code)
		}
	}
	expect("/healthz", http.StatusOK)
	expect("/readyz", http.StatusServiceUnavailable)

	if err := sim.NetworkUp(); err != nil {
		t.Fatal(err)
	}
	await(t, "ready once Telegram is there", func() bool { return bot.page(t, "/readyz") == http.StatusOK })
	expect("/healthz", http.StatusOK)

	way.cut()
	await(t, "not ready without the database", func() bool { return bot.page(t, "/readyz") == http.StatusServiceUnavailable })
	expect("/healthz", http.StatusOK)
	way.mend()
	await(t, "ready with the database again", func() bool { return bot.page(t, "/readyz") == http.StatusOK })
}

func TestAnotherPollerIsSaidPlainly(t *testing.T) {
	t.Parallel()
	sim, env := surroundings(t)
	greeted := greeting(t)
	bot := serve(t, env...)
	bot.says(t, "msg=polling")
	other, leave := context.WithCancel(t.Context())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for other.Err() == nil {
			pollOnce(other, sim)
		}
	}()
	bot.says(t, "level=ERROR", "another program polls with this token")
	leave()
	<-gone
	budi := sim.Person(7201, "Budi Contoh", "id")
	budi.Start("")
	if _, err := budi.AwaitFor(t.Context(), 10*time.Second, greeted); err != nil {
		t.Errorf("once the other is gone nobody answers: %v", err)
	}
	bot.says(t, `msg="polling again"`)
}

// pollOnce asks for updates as another program would.
func pollOnce(ctx context.Context, sim *simulator.Server) {
	address := fmt.Sprintf("%s/bot%s/getUpdates?timeout=50", sim.URL(), sim.Token())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return
	}
	if answer, err := http.DefaultClient.Do(request); err == nil {
		answer.Body.Close()
	}
}

// listening is where a bot's log says that its pages are.
var listening = regexp.MustCompile(`msg=serving listen=(\S+)`)

// page asks one of the bot's health pages and gives the status.
func (s *serving) page(t *testing.T, path string) int {
	t.Helper()
	at := listening.FindStringSubmatch(s.says(t, "msg=serving"))
	answer, err := http.Get("http://" + at[1] + path)
	if err != nil {
		t.Fatalf("ask %s: %v", path, err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return answer.StatusCode
}

// await waits until something holds, asking again and again.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			t.Fatalf("did not come: %s", what)
		}
	}
}
