package main

import (
	"context"
	"slices"
	"testing"
	"time"
)

// Two processes on one database live a month: rounds by plans and by a schedule,
// reminders, summaries, quiet hours, a holiday. Each is killed ten times, often in
// the middle of sending, and stays away for a moment or for hours.
// Every occasion comes once, and no message twice but those whose outcome was not
// known, which are counted.
func TestKillsOverAMonth(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
	defer cancel()
	w := newMonthWorld(t, killSeed(t))
	t.Cleanup(w.bury)
	living, stop := context.WithCancel(ctx)
	defer stop()
	for _, tw := range w.twins {
		w.start(tw)
	}
	w.begin(living)
	w.killAtTimes(ctx)
	w.strikeNext(20, 150)
	w.until(ctx, w.moment("2026-07-03 18:30"))
	w.tell("the month is over; requests %v, refusals %v", w.telegram.Requests(), w.telegram.Refusals())
	w.end(stop)
	w.check()
}

// deed is what is done at a moment of the month.
type deed struct {
	at time.Time
	do func()
}

// plan has something done later, in its turn.
func (w *monthWorld) plan(d deed) {
	w.deeds = append(w.deeds, d)
	slices.SortStableFunc(w.deeds, func(a, b deed) int { return a.at.Compare(b.at) })
}

// until lets the month pass, with what is planned and whatever a strike brings.
func (w *monthWorld) until(ctx context.Context, end time.Time) {
	w.t.Helper()
	w.plan(deed{end, func() {}})
	for len(w.deeds) > 0 {
		next := w.deeds[0]
		switch {
		case ctx.Err() != nil:
			w.t.Fatalf("on %v nothing went on: %s", w.clock.Now().In(w.zone), w.clock.Holding())
		case w.isStruck():
			w.killMidway()
		case !w.clock.Now().Before(next.at):
			w.deeds = w.deeds[1:]
			next.do()
		default:
			w.director.Wait(ctx, next.at, w.struck)
		}
		for _, tw := range w.twins {
			if tw.hasEnded() {
				w.t.Fatalf("the %s process ended by itself: %s", tw.name, tw.bot.log.tail(3))
			}
		}
	}
}

// killAtTimes plans kills: at occasions, while both processes are at what is due, and
// at any moment.
func (w *monthWorld) killAtTimes(ctx context.Context) {
	w.t.Helper()
	begin := w.clock.Now()
	kill := func() {
		if tw := w.victim(); tw != nil {
			w.kill(tw)
			w.comeBack(tw)
		}
	}
	occasions := monthOccasions()
	for _, i := range w.chance.Perm(len(occasions))[:killsAtOccasions] {
		w.plan(deed{w.moment(occasions[i]), func() {
			pause(ctx, upTo(w.chance, withinTick)) // the clock stands: they are at it
			kill()
		}})
	}
	for range killsAnywhere {
		w.plan(deed{begin.Add(upTo(w.chance, 30*24*time.Hour)), kill})
	}
}

// monthOccasions are the moments at which the processes have something to open, to
// plan or to compute.
func monthOccasions() []string {
	all := monthSummaries()
	for _, round := range monthRounds() {
		all = append(all, round.opens)
		for _, day := range round.reminders {
			all = append(all, day+" 09:00")
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// killMidway kills the process that sent the message that waits, and lets it come
// back. Where the message is a reply, or its sender was killed often enough, one of
// them is killed.
func (w *monthWorld) killMidway() {
	w.t.Helper()
	tw := w.sender()
	if tw == nil || tw.kills == monthKills {
		tw = w.victim()
	}
	if tw != nil {
		had := w.inFlight
		w.kill(tw)
		if w.inFlight > had {
			w.midway++
		}
		w.comeBack(tw)
	}
	w.strikeNext(5, 45)
}

// comeBack starts a killed process, at once or hours later.
func (w *monthWorld) comeBack(tw *twin) {
	w.t.Helper()
	if w.chance.IntN(10) < 6 {
		w.start(tw)
		return
	}
	w.plan(deed{w.clock.Now().Add(upTo(w.chance, longestDown)), func() { w.start(tw) }})
}

// bury ends what runs still, and tells what all had to say.
func (w *monthWorld) bury() {
	var logs []*logbook
	for _, tw := range w.twins {
		if tw.bot != nil {
			tw.bot.kill()
			<-tw.bot.ended
		}
		logs = append(logs, tw.logs...)
	}
	tellLogs(w.t, logs)
}
