package bot_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// Whatever happens to messages on their way, each of them ends: with faults of
// Telegram and the network, processes that die before, in and after a request,
// people who block and come back, rounds that are held and closed.
func TestEveryDeliveryEnds(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			l := life{house: newHouse(t), random: rand.New(rand.NewPCG(seed, 7))}
			l.sim.Inject(simulator.Scatter(seed, 14, 20, []simulator.FaultKind{simulator.Refuse, simulator.Status500,
				simulator.Status502HTML, simulator.CutBefore, simulator.CutAfter, simulator.TooManyNow}, "sendMessage")...)
			l.rounds = []storage.Round{l.open("A"), l.open("B")}
			for range 40 {
				l.step()
			}
			for _, round := range l.rounds {
				_, err := l.CloseRound(t.Context(), round.ID, storage.Source{}, l.clock.Now())
				if err != nil && !storage.IsCode(err, storage.Closed) {
					t.Fatal(err)
				}
			}
			l.runOut()
			queues, err := l.Queues(t.Context(), l.clock.Now())
			must(t, err)
			if len(queues.Deliveries) > 0 || queues.Lapsed > 0 {
				t.Errorf("there are still on their way: %+v, %d of them lapsed", queues.Deliveries, queues.Lapsed)
			}
		})
	}
}

// life is a house in which things go wrong.
type life struct {
	*house
	random *rand.Rand
	rounds []storage.Round
}

// step does one of the things that happen, and lets some time pass.
func (l *life) step() {
	l.t.Helper()
	round := l.rounds[l.random.IntN(len(l.rounds))]
	person := []*simulator.Person{l.budi, l.siti}[l.random.IntN(2)]
	switch l.random.IntN(8) {
	case 0:
		person.Block()
	case 1:
		person.Unblock()
	case 2:
		_, err := l.RemindRound(l.t.Context(), round.ID, storage.Source{}, wib, l.clock.Now())
		l.allow(err)
	case 3:
		l.turn(round)
	case 4:
		l.die()
	case 5:
		person.Write("/survei")
	default:
		l.deliver()
	}
	l.pass(time.Duration(l.random.IntN(7200)+1) * time.Second)
	_, err := l.SweepLeases(l.t.Context(), l.clock.Now())
	must(l.t, err)
}

// allow passes over what is refused.
func (l *life) allow(err error) {
	l.t.Helper()
	for _, code := range []storage.Code{storage.Closed, storage.Refused, storage.Empty} {
		if storage.IsCode(err, code) {
			return
		}
	}
	must(l.t, err)
}

// turn holds a round, or lets it go on.
func (l *life) turn(round storage.Round) {
	l.t.Helper()
	now, err := l.Round(l.t.Context(), round.ID)
	must(l.t, err)
	turn := l.HoldRound
	if now.HeldAt != nil {
		turn = l.LetGoOn
	}
	l.allow(turn(l.t.Context(), now.ID, now.Turns, storage.Source{}, l.clock.Now()))
}

// die is a process that claims, perhaps sends, and is gone before it writes how
// that went.
func (l *life) die() {
	l.t.Helper()
	process, err := l.Join(l.t.Context())
	must(l.t, err)
	defer process.Close()
	l.letOut()
	claimed, err := l.ClaimDeliveries(l.t.Context(), process.Number(), time.Minute, 1+l.random.IntN(3), l.clock.Now())
	must(l.t, err)
	work := l.clock.Work()
	defer work.Done()
	for _, d := range claimed {
		if l.random.IntN(2) == 0 {
			l.bot.Send(l.t.Context(), work, d)
		}
	}
}

// runOut sends until nothing is due any more, ever.
func (l *life) runOut() {
	l.t.Helper()
	for range 100 {
		_, err := l.SweepLeases(l.t.Context(), l.clock.Now())
		must(l.t, err)
		l.deliver()
		next, found, err := l.NextDelivery(l.t.Context())
		must(l.t, err)
		if !found {
			return
		}
		l.pass(max(time.Second, next.Sub(l.clock.Now())))
	}
	l.t.Error("it never ends")
}
