package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/clock"
	"pascalatih/scheduler/calendar"
	"pascalatih/survey/text"
)

// stage is a simulated Telegram on a virtual clock, for a bot that is a process of
// its own.
type stage struct {
	out      *timeline
	zone     *time.Location
	clock    *clock.Server
	telegram *simulator.Server
	texts    *text.Catalogue
	director calendar.Worker // whoever makes things happen; it holds the clock
}

// newStage is an empty stage at a moment; what happens there is told to out.
func newStage(out io.Writer, from time.Time) (s *stage, err error) {
	s = &stage{}
	if s.zone, err = calendar.ParseZone("Asia/Jakarta"); err != nil {
		return nil, err
	}
	if s.texts, err = text.Load(); err != nil {
		return nil, err
	}
	if s.clock, err = clock.NewServer(from); err != nil {
		return nil, err
	}
	s.director = s.clock.Work()
	s.out = &timeline{out: out, now: s.clock.Now, zone: s.zone}
	s.telegram, err = simulator.New(simulator.Config{Clock: s.clock, Zone: s.zone})
	return s, err
}

func (s *stage) close() {
	s.director.Done()
	s.telegram.Close()
	s.clock.Close()
}

// as lets a person do something that takes time while the director rests.
func (s *stage) as(ctx context.Context, person *simulator.Person, do func(context.Context) error) error {
	wait := person.Live(ctx, do)
	done := make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		done <- wait()
		close(ended)
	}()
	for {
		select {
		case <-ended:
			return <-done
		default:
			s.director.Wait(ctx, time.Time{}, ended)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// timeline prints what happens, each line with its virtual time.
type timeline struct {
	out  io.Writer
	now  func() time.Time
	zone *time.Location
	mu   sync.Mutex
}

func (t *timeline) heading(words string) {
	fmt.Fprintf(t.out, "\n%s · %s\n", t.now().In(t.zone).Format("Monday 2 January 2006"), words)
}

func (t *timeline) tell(who, what string, values ...any) {
	line := fmt.Sprintf("%s  %-18s %s\n", t.now().In(t.zone).Format("Mon 02 Jan 15:04"), who, fmt.Sprintf(what, values...))
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprint(t.out, line)
}
