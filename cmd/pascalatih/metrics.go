package main

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"pascalatih/bot"
	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// metrics count what this process does. Labels are of small, fixed sets: never
// an id, a name or a token.
type metrics struct {
	registry *prometheus.Registry

	updates    *prometheus.CounterVec
	handling   *prometheus.HistogramVec
	answers    prometheus.Counter
	responses  prometheus.Counter
	deliveries *prometheus.CounterVec
	jobs       *prometheus.CounterVec
	requests   *prometheus.CounterVec
	requesting *prometheus.HistogramVec
	throttled  prometheus.Counter
}

func newMetrics() *metrics {
	// Where the buckets of durations end, in seconds. A long poll takes 25.
	handlingBuckets := []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}
	requestingBuckets := []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 15, 30}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		updates: counters("pascalatih_updates_total",
			"Attempts to handle an update, by its kind and by how they ended: done, again (it comes again), passed_over (it failed too often).", "kind", "outcome"),
		handling: histograms("pascalatih_update_duration_seconds", "Time to handle an update.", handlingBuckets, "kind"),
		answers: prometheus.NewCounter(prometheus.CounterOpts{Name: "pascalatih_answers_total",
			Help: "Taps and texts that open forms took: answers, corrections, steps back."}),
		responses: prometheus.NewCounter(prometheus.CounterOpts{Name: "pascalatih_responses_total",
			Help: "Forms sent by their persons; those that the end of a round sends are not counted."}),
		deliveries: counters("pascalatih_delivery_attempts_total",
			"Attempts to send a delivery, by its kind and by how they ended: sent, failed, unneeded, unknown, later.", "kind", "outcome"),
		jobs: counters("pascalatih_job_runs_total", "Runs of jobs, by their kind and by how they ended: done, failed.", "kind", "outcome"),
		requests: counters("pascalatih_telegram_requests_total",
			"Requests to the Bot API, by method and by how they ended: ok, throttled, blocked, unreachable and others.", "method", "outcome"),
		requesting: histograms("pascalatih_telegram_request_duration_seconds",
			"Time of a request to the Bot API; getUpdates waits up to 25 s for something to come.", requestingBuckets, "method"),
		throttled: prometheus.NewCounter(prometheus.CounterOpts{Name: "pascalatih_telegram_throttled_total",
			Help: "Requests that Telegram answered with 429, too many requests."}),
	}
	m.register()
	return m
}

// register is what metrics tell from the start.
func (m *metrics) register() {
	for _, kind := range []string{"message", "edited", "callback", "membership", "other"} {
		m.updates.WithLabelValues(kind, string(bot.PassedOver)) // 0 from the start: the first one is an increase too
	}
	built := prometheus.NewGauge(prometheus.GaugeOpts{Name: "pascalatih_build_info", Help: "Always 1; the labels tell what was built.",
		ConstLabels: prometheus.Labels{"version": versionName(), "go_version": runtime.Version()}})
	built.Set(1)
	m.registry.MustRegister(built, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.updates, m.handling, m.answers, m.responses, m.deliveries, m.jobs, m.requests, m.requesting, m.throttled)
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
}

// Update implements bot.Meter.
func (m *metrics) Update(kind string, outcome bot.Handled, took time.Duration) {
	m.updates.WithLabelValues(kind, string(outcome)).Inc()
	m.handling.WithLabelValues(kind).Observe(took.Seconds())
}

// Answered implements bot.Meter.
func (m *metrics) Answered() { m.answers.Inc() }

// Submitted implements bot.Meter.
func (m *metrics) Submitted() { m.responses.Inc() }

// Delivered implements scheduler.Meter.
func (m *metrics) Delivered(kind storage.DeliveryKind, outcome storage.OutcomeState) {
	m.deliveries.WithLabelValues(string(kind), string(outcome)).Inc()
}

// Worked implements scheduler.Meter.
func (m *metrics) Worked(kind storage.JobKind, failed bool) {
	outcome := "done"
	if failed {
		outcome = "failed"
	}
	m.jobs.WithLabelValues(string(kind), outcome).Inc()
}

// Requested is for telegram.Config.
func (m *metrics) Requested(method string, outcome telegram.Kind, took time.Duration) {
	ended := "ok"
	if outcome != 0 {
		ended = strings.ReplaceAll(outcome.String(), " ", "_")
	}
	m.requests.WithLabelValues(method, ended).Inc()
	m.requesting.WithLabelValues(method).Observe(took.Seconds())
	if outcome == telegram.Throttled {
		m.throttled.Inc()
	}
}

// of adds what is not counted but looked at when somebody asks: the database and
// whether this process polls.
func (m *metrics) of(s *service) {
	m.registry.MustRegister(
		s.store.PoolCollector(),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "pascalatih_polling",
			Help: "1 in the process that talks with Telegram, 0 in those that stand by."}, func() float64 { return number(s.polling.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "pascalatih_telegram_last_answer_timestamp_seconds",
			Help: "When Telegram last did what this process asked, in Unix time; 0 if never."}, func() float64 {
			answered := s.client.Answered()
			if answered.IsZero() {
				return 0
			}
			return float64(answered.UnixMilli()) / 1000
		}),
		newQueues(s),
	)
}

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// handler answers with all of them. What the database does not tell is left
// out, and pascalatih_database_up is 0 then.
func (m *metrics) handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn), ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 2,
	})
}

// queues are the figures of what waits in the database. They are the office's,
// the same from every process that serves it.
type queues struct {
	*service
	up, deliveries, jobs, deliveryAge, jobAge, lapsed *prometheus.Desc
}

func newQueues(s *service) queues {
	desc := prometheus.NewDesc
	return queues{
		service: s,
		up:      desc("pascalatih_database_up", "1 if the database answered when these figures were asked for.", nil, nil),
		deliveries: desc("pascalatih_deliveries_waiting",
			"Deliveries that have not ended, by kind and state: planned (due later), due, held (with their round), sending. At most 100000 of a state are counted.",
			[]string{"kind", "state"}, nil),
		jobs: desc("pascalatih_jobs_waiting", "Jobs that have not ended, by kind and state: planned, due, running.",
			[]string{"kind", "state"}, nil),
		deliveryAge: desc("pascalatih_delivery_oldest_due_age_seconds", "How long the oldest delivery that is due has waited; 0 where none is.", nil, nil),
		lapsed: desc("pascalatih_deliveries_lapsed",
			"Deliveries under way whose process is gone, or took longer than its lease; those that stay are taken by nobody.", nil, nil),
		jobAge: desc("pascalatih_job_oldest_due_age_seconds", "How long the oldest job that is due has waited; 0 where none is.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (q queues) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{q.up, q.deliveries, q.jobs, q.deliveryAge, q.jobAge, q.lapsed} {
		to <- desc
	}
}

// Collect implements prometheus.Collector.
func (q queues) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	waiting, err := q.store.Queues(ctx, q.clock.Now())
	to <- gauge(q.up, number(err == nil))
	if err != nil {
		q.log.Warn("queues not counted", "err", err)
		return
	}
	for _, w := range waiting.Deliveries {
		to <- gauge(q.deliveries, float64(w.Count), w.Kind, w.State)
	}
	for _, w := range waiting.Jobs {
		to <- gauge(q.jobs, float64(w.Count), w.Kind, w.State)
	}
	to <- gauge(q.lapsed, float64(waiting.Lapsed))
	to <- gauge(q.deliveryAge, waiting.DeliveryAge.Seconds())
	to <- gauge(q.jobAge, waiting.JobAge.Seconds())
}

func gauge(desc *prometheus.Desc, value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
}
