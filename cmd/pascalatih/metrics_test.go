package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
	"pascalatih/survey/text"
)

func TestMetricsTellWhatABotDid(t *testing.T) {
	t.Parallel()
	sim, env := surroundings(t)
	greeted := greeting(t)
	way := newProxy(t, strings.TrimPrefix(env[0], "DATABASE_URL="))
	env[0] = "DATABASE_URL=" + way.url
	bot := serve(t, env...)
	bot.says(t, "msg=polling")
	sim.Inject(simulator.Fault{Kind: simulator.TooManyNow, Method: "sendMessage", Times: 1})
	sim.Person(7301, "Budi Contoh", "id").Start("")
	await(t, "a 429", func() bool { return strings.Contains(bot.scrape(t), "\npascalatih_telegram_throttled_total 1\n") })
	sari := sim.Person(7302, "Sari Contoh", "id")
	sari.Start("")
	if _, err := sari.AwaitFor(t.Context(), 10*time.Second, greeted); err != nil {
		t.Fatalf("nobody answers: %v", err)
	}
	await(t, "both updates", func() bool { // counted once handled, which the answer does not wait for
		return strings.Contains(bot.scrape(t), "\npascalatih_updates_total{kind=\"message\",outcome=\"done\"} 2\n")
	})
	text := bot.scrape(t)
	for _, sample := range []string{
		`pascalatih_build_info{go_version="go[^"]+",version="[^"]+"} 1`,
		`pascalatih_polling 1`,
		`pascalatih_database_up 1`,
		`pascalatih_updates_total{kind="message",outcome="done"} 2`,
		`pascalatih_update_duration_seconds_count{kind="message"} 2`,
		`pascalatih_updates_total{kind="callback",outcome="passed_over"} 0`,
		`pascalatih_answers_total 0`,
		`pascalatih_responses_total 0`,
		`pascalatih_telegram_requests_total{method="getMe",outcome="ok"} [1-9]\d*`,
		`pascalatih_telegram_requests_total{method="sendMessage",outcome="throttled"} 1`,
		`pascalatih_telegram_throttled_total 1`,
		`pascalatih_telegram_request_duration_seconds_bucket{method="sendMessage",le="\+Inf"} [1-9]\d*`,
		`pascalatih_telegram_last_answer_timestamp_seconds 1.\d+e\+09`,
		`pascalatih_delivery_oldest_due_age_seconds 0`,
		`pascalatih_deliveries_lapsed 0`,
		`pascalatih_job_oldest_due_age_seconds 0`,
		`go_sql_max_open_connections{db_name="pascalatih"} 20`,
		`go_goroutines \d+`,
		`process_open_fds \d+`,
	} {
		if !regexp.MustCompile(`(?m)^` + sample + `$`).MatchString(text) {
			t.Errorf("no sample %s", sample)
		}
	}
	for _, secret := range []string{sim.Token(), "7301", "7302", "Budi", "Sari"} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics hold %q", secret)
		}
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Errorf("%s: %s", problem.Metric, problem.Text)
	}

	way.cut()
	await(t, "metrics without the database", func() bool { return strings.Contains(bot.scrape(t), "\npascalatih_database_up 0\n") })
	if text := bot.scrape(t); strings.Contains(text, "pascalatih_delivery_oldest") || !strings.Contains(text, "pascalatih_updates_total") {
		t.Errorf("without the database it tells\n%s", text)
	}
}

// A form that is invited to, filled in and sent is counted on its way.
func TestMetricsCountAForm(t *testing.T) {
	t.Parallel()
	sim, env := surroundings(t)
	folder := t.TempDir()
	var files []string
	for name, content := range map[string]string{"pegawai.csv": employeesCSV, "pelatihan.csv": trainingsCSV, "peserta.csv": participantsCSV} {
		files = append(files, filepath.Join(folder, name))
		if err := os.WriteFile(files[len(files)-1], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mustPerform(t, env, append([]string{"import"}, files...)...)
	link := regexp.MustCompile(`start=(p[^,\s]+)`).FindStringSubmatch(mustPerform(t, env, "links", "--training", "PEL-01"))
	mustPerform(t, env, "round", "start", "--training", "PEL-01", "--instrument", "reaction")
	bot := serve(t, env...)

	bundled, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	budi := respondent.Respondent{
		Person: sim.Person(7303, "Budi Contoh", "id"), Title: "Pelatihan Contoh", Say: texts.In("id"),
		Form:   bundled[slices.IndexFunc(bundled, func(i survey.Instrument) bool { return i.Key == "reaction" })],
		Chance: rand.New(rand.NewPCG(1, 1)), Patience: 5 * time.Second, Book: &respondent.Book{Answers: map[string]string{}},
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := errors.Join(budi.Register(ctx, link[1]), budi.Invited(ctx)); err != nil {
		t.Fatal(err)
	}
	if _, err := budi.Fill(ctx, respondent.Never); err != nil {
		t.Fatal(err)
	}
	for _, sample := range []string{`pascalatih_delivery_attempts_total{kind="invitation",outcome="sent"} 1`, `pascalatih_responses_total 1`,
		`pascalatih_answers_total [1-9]\d*`, `pascalatih_updates_total{kind="callback",outcome="done"} [1-9]\d*`} {
		holds := regexp.MustCompile(`(?m)^` + sample + `$`)
		await(t, sample, func() bool { return holds.MatchString(bot.scrape(t)) })
	}
}

// What the operator's guide has Prometheus watch is there.
func TestTheGuidesMetricsAreTold(t *testing.T) {
	guide, err := os.ReadFile("../../docs/operator.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("metrics.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`pascalatih_[a-z_]+[a-z]`).FindAllString(string(guide), -1)
	if len(named) < 9 {
		t.Fatalf("the guide names only %q", named)
	}
	for _, name := range named {
		name = strings.TrimSuffix(name, "_bucket")
		if name != "pascalatih_old" && !strings.Contains(string(source), `"`+name+`"`) {
			t.Errorf("the guide watches %s, which is not told", name)
		}
	}
}

// scrape asks the bot for its metrics, as Prometheus would.
func (s *serving) scrape(t *testing.T) string {
	t.Helper()
	at := listening.FindStringSubmatch(s.says(t, "msg=serving"))
	answer, err := http.Get("http://" + at[1] + "/metrics")
	if err != nil {
		t.Fatalf("ask for metrics: %v", err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := io.Copy(&text, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("metrics: %s (%v)", answer.Status, err)
	}
	return text.String()
}
