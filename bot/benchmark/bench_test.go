// Package benchmark measures what the bot costs beside what it has to do anyway.
//
//	go test -run xxx -bench Tap ./bot/benchmark
//
// People tap on the bundled form's cards: a tap in, a commit, the next card out,
// without Telegram's limits. The bot answers them, and in turns with it a bare rig,
// which runs the same statements and makes the same requests without the bot, on
// the same durable Postgres and the same simulated Telegram.
package benchmark_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage/embedded"
	"pascalatih/storage/embedded/postgrestest"
)

const (
	crowd      = 64 // people who tap as fast as they are answered: more do not add
	rounds     = 17 // of each side, in turns
	roundTime  = time.Second
	warmUpTime = 2 * time.Second

	offered     = 200 // taps a second
	offeredTime = 2 * time.Second
	offeredRuns = 5
)

// BenchmarkTap takes as long as its rounds take, whatever -benchtime says.
//
// ratio is the median of the bot's taps a second over the rig's in the round beside
// it. The latencies are from the tap to the new card on the person's screen, at 200
// taps a second; waiting for a person to be free counts.
func BenchmarkTap(b *testing.B) {
	ctx := b.Context()
	server, err := embedded.Start(ctx, embedded.Config{Dir: postgrestest.Dir(b), Logger: quiet})
	must(b, err)
	b.Cleanup(func() { must(b, server.Close(context.Background())) })
	o := openOffice(b, server.URL(), crowd)
	sides := newSides(b, o, server.URL())

	for _, s := range sides {
		_, err := s.saturate(ctx, o, warmUpTime)
		must(b, err)
	}
	speeds := map[string][]float64{}
	var ratios []float64
	for round := range rounds {
		speed := map[string]float64{}
		for i := range sides {
			s := sides[(round+i)%len(sides)] // each goes first as often as second
			speed[s.name], err = s.saturate(ctx, o, roundTime)
			must(b, err)
			speeds[s.name] = append(speeds[s.name], speed[s.name])
		}
		ratios = append(ratios, speed["bot"]/speed["rig"])
		b.Logf("round %d: bot %.0f/s, rig %.0f/s, ratio %.2f", round+1, speed["bot"], speed["rig"], speed["bot"]/speed["rig"])
	}
	waits := map[string][]float64{}
	for range offeredRuns {
		for _, s := range sides {
			run, err := s.offer(ctx, o, offered, offeredTime)
			must(b, err)
			waits[s.name] = append(waits[s.name], run...)
		}
	}

	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(quantile(ratios, 0.5), "ratio")
	for _, s := range sides {
		b.ReportMetric(quantile(speeds[s.name], 0.5), s.name+"-taps/s")
		b.ReportMetric(quantile(waits[s.name], 0.5), s.name+"-p50-ms")
		b.ReportMetric(quantile(waits[s.name], 0.99), s.name+"-p99-ms")
	}
}

// The yardstick is right: the rig and the bot can take turns in one session, keep
// the same state of it, and show the same cards.
func TestRigDoesAsTheBot(t *testing.T) {
	url := postgrestest.Open(t)
	o := openOffice(t, url, 1)
	sides := newSides(t, o, url)
	slices.Reverse(sides) // the recording was the bot's turn
	for _, s := range sides {
		must(t, o.during(t.Context(), s.serve, func(ctx context.Context) error { return s.circle(ctx, o) }))
	}
}

// side is one of the two that are compared.
type side struct {
	name   string
	script script
	serve  func(context.Context) error
}

func newSides(tb testing.TB, o *office, databaseURL string) []side {
	tb.Helper()
	var s script
	must(tb, o.during(tb.Context(), o.serveBot, func(ctx context.Context) (err error) {
		s, err = record(ctx, o, o.people[0])
		return err
	}))
	return []side{
		{name: "bot", script: s, serve: o.serveBot},
		{name: "rig", script: s, serve: newRig(tb, o, databaseURL, s).serve},
	}
}

// circle goes once around the form with the first of the people, and wants
// everything to be as the script says.
func (s side) circle(ctx context.Context, o *office) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for range s.script.steps[s.script.begin:] {
		if err := s.script.advance(ctx, o.people[0]); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		seen, err := o.photograph(ctx, o.people[0])
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		wanted := s.script.at(seen.revision)
		wanted.revision, wanted.press = seen.revision, ""
		if !reflect.DeepEqual(seen, wanted) {
			return fmt.Errorf("%s has at revision %d\n%+v\nand not\n%+v", s.name, seen.revision, seen, wanted)
		}
	}
	return nil
}

// saturate has everybody tap as soon as they see a new card, and gives the taps a
// second that the side answered.
func (s side) saturate(ctx context.Context, o *office, d time.Duration) (perSecond float64, err error) {
	taps, took := atomic.Int64{}, time.Duration(0)
	err = s.labelled(ctx, o, func(ctx context.Context) error {
		began := time.Now()
		err := together(o.people, func(person *simulator.Person) error {
			for time.Since(began) < d {
				if err := s.script.advance(ctx, person); err != nil {
					return err
				}
				taps.Add(1)
			}
			return nil
		})
		took = time.Since(began)
		return err
	})
	return float64(taps.Load()) / took.Seconds(), err
}

// offer has so many taps a second happen, at even distances, whether or not the
// earlier ones were answered, and gives for each the milliseconds from when it was
// due to the new card.
func (s side) offer(ctx context.Context, o *office, perSecond int, d time.Duration) (waits []float64, err error) {
	var mu sync.Mutex
	var number atomic.Int64
	err = s.labelled(ctx, o, func(ctx context.Context) error {
		began := time.Now()
		return together(o.people, func(person *simulator.Person) error {
			for {
				due := time.Duration(number.Add(1)) * time.Second / time.Duration(perSecond)
				if due > d {
					return nil
				}
				time.Sleep(due - time.Since(began))
				if err := s.script.advance(ctx, person); err != nil {
					return err
				}
				mu.Lock()
				waits = append(waits, float64(time.Since(began)-due)/float64(time.Millisecond))
				mu.Unlock()
			}
		})
	})
	return waits, err
}

// labelled runs act while the side answers, whose part in a profile has its name as
// the label side.
func (s side) labelled(ctx context.Context, o *office, act func(context.Context) error) error {
	runtime.GC() // what the other side left is not this one's to sweep
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	serve := func(ctx context.Context) (err error) {
		pprof.Do(ctx, pprof.Labels("side", s.name), func(ctx context.Context) { err = s.serve(ctx) })
		return err
	}
	return o.during(ctx, serve, act)
}

// together has everybody act at once, and waits for all.
func together(people []*simulator.Person, act func(*simulator.Person) error) error {
	errs := make([]error, len(people))
	var acting sync.WaitGroup
	for i, person := range people {
		acting.Go(func() { errs[i] = act(person) })
	}
	acting.Wait()
	return errors.Join(errs...)
}

// quantile is the value below which the share q of values lies.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)-1))]
}
