package benchmark_test

import (
	"context"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/telegram"
)

const (
	crowdOfARound = 3000
	officeRate    = 28   // PASCALATIH_RATE as it comes
	paidRate      = 1000 // and as much as Telegram sells
	fastCrowd     = 12_000
	fastEnough    = 900 // messages a second, on two cores that nothing else uses

	repliesEvery = 100 * time.Millisecond
	talkers      = 100 // who ask for help, each every ten seconds
)

// BenchmarkRound sends a round to 3,000 people on the real clock, with Telegram's
// limits on: it must never say 429. It takes as long as it takes, whatever
// -benchtime says: under two minutes alone, under three beside ten replies a second.
//
//	go test -run xxx -bench 'Round$' -benchtime 1x -timeout 20m ./bot/benchmark
func BenchmarkRound(b *testing.B) {
	b.Run("alone", func(b *testing.B) {
		p := newPost(b, crowdOfARound, officeRate, false)
		took := p.sendAll(b)
		ideal := crowdOfARound / float64(officeRate)
		b.ReportMetric(took.Seconds()/ideal, "of-ideal")
		if off := took.Seconds()/ideal - 1; off > 0.05 || off < -0.05 {
			b.Errorf("it takes %.1f s, more than 5%% off %.1f s", took.Seconds(), ideal)
		}
	})
	b.Run("beside replies", func(b *testing.B) {
		p := newPost(b, crowdOfARound, officeRate, false)
		must(b, p.skipUpdates(b.Context()))
		ctx, end := context.WithCancel(b.Context())
		var talk sync.WaitGroup
		talk.Go(func() {
			poller := telegram.Poller{Client: p.client, Clock: p.clock, Log: quiet}
			if err := poller.Run(ctx, p.bot.Handle); err != nil {
				b.Errorf("polling: %v", err)
			}
		})
		talk.Go(func() { p.talk(ctx) })
		took := p.sendAll(b)
		replies := p.sim.Requests()["sendMessage"] - crowdOfARound
		end()
		talk.Wait()
		b.ReportMetric(float64(replies)/took.Seconds(), "replies/s")
		b.ReportMetric(float64(replies+crowdOfARound)/took.Seconds(), "sends/s")
	})
}

// BenchmarkFast sends as fast as it can: PASCALATIH_RATE=1000 without Telegram's
// limits. What it can depends on the machine, which the simulator and Postgres share
// with it.
//
//	go test -run xxx -bench 'Fast$' -benchtime 1x -cpu 2 ./bot/benchmark
func BenchmarkFast(b *testing.B) {
	p := newPost(b, fastCrowd, paidRate, true)
	took := p.sendAll(b)
	perSecond := fastCrowd / took.Seconds()
	b.ReportMetric(perSecond, "sent/s")
	if perSecond < fastEnough {
		b.Errorf("it sends %.0f a second, less than %d", perSecond, fastEnough)
	}
}

// sendAll opens the round and lets the scheduler run until its last message is out.
// Telegram must take each at once.
func (p *post) sendAll(b *testing.B) time.Duration {
	ctx, end := context.WithCancel(b.Context())
	defer end()
	must(b, p.openRound(ctx))
	began, worked := time.Now(), cpuTime(b)
	running := make(chan error, 1)
	go func() { running <- p.planner.Run(ctx) }()
	p.sent.await(ctx, p.crowd)
	took, worked := time.Since(began), cpuTime(b)-worked
	end()
	must(b, <-running)
	b.ReportMetric(worked.Seconds()*1000/float64(p.crowd), "cpu-ms/message")
	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(took.Seconds(), "s")
	if refused := p.sim.Refusals()[simulator.TooMany]; refused > 0 {
		b.Errorf("Telegram said 429 %d times", refused)
	}
	if other := p.sent.other.Load(); other > 0 {
		b.Errorf("%d attempts were not sent", other)
	}
	return took
}

// talk has somebody ask for help ten times a second.
func (p *post) talk(ctx context.Context) {
	ticker := time.NewTicker(repliesEvery)
	defer ticker.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			p.sim.Person(firstPerson+int64(p.crowd+i%talkers), "Contoh", "id").Write("/help")
		}
	}
}

// skipUpdates confirms all that people did so far.
func (p *post) skipUpdates(ctx context.Context) error {
	for i := range talkers {
		p.sim.Person(firstPerson+int64(p.crowd+i), "Contoh", "id").Start("")
	}
	r := rig{base: p.sim.URL() + "/bot" + p.sim.Token() + "/", http: p.http}
	for offset := int64(0); ; {
		updates, err := r.updates(ctx, offset, "0")
		if err != nil || len(updates) == 0 {
			return err
		}
		for _, u := range updates {
			offset = max(offset, u.ID+1)
		}
	}
}

// tally counts how attempts end. It is the scheduler's Meter.
type tally struct {
	sent, other atomic.Int64
}

// await waits until so many were sent.
func (t *tally) await(ctx context.Context, n int) {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for t.sent.Load() < int64(n) && ctx.Err() == nil {
		<-ticker.C
	}
}

// cpuTime is how long this process, with the simulator in it, has worked.
func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
