package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"pascalatih/bot/simulator"
)

const (
	monthKills       = 10 // of each process
	killsAtOccasions = 7  // of both, and at other moments:
	killsAnywhere    = 5
	longestDown      = 3 * time.Hour         // how long a killed process stays away
	holdsOn          = time.Second           // machine's time that a message waits for its process to be killed
	withinTick       = 40 * time.Millisecond // machine's time, after an occasion has come
)

// twin is one of the two processes.
type twin struct {
	name  string
	bot   *serving // nil: it is down
	began int      // how often it was started
	kills int
	logs  []*logbook
}

// tell logs what happened, and when.
func (w *monthWorld) tell(what string, values ...any) {
	w.t.Helper()
	w.t.Logf("%s, after %.1f s: %s", w.clock.Now().In(w.zone).Format("02 Jan 15:04:05.000"), time.Since(w.began).Seconds(), fmt.Sprintf(what, values...))
}

// hasEnded tells whether the twin ended though nobody killed it.
func (tw *twin) hasEnded() bool {
	if tw.bot == nil {
		return false
	}
	select {
	case <-tw.bot.ended:
		return true
	default:
		return false
	}
}

// called is how Postgres knows the present process of a twin.
func (tw *twin) called() string { return fmt.Sprintf("%s-%d", tw.name, tw.began) }

var joinedAs = regexp.MustCompile(`"msg":"joined","process":(\d+)`)

// number is that under which the twin takes part; 0: it does not yet.
func (tw *twin) number() int {
	all := joinedAs.FindAllStringSubmatch(tw.bot.log.tail(1<<30), -1)
	if len(all) == 0 {
		return 0
	}
	number, _ := strconv.Atoi(all[len(all)-1][1]) // it is digits
	return number
}

// strikeNext has one of the next messages, once Telegram has taken it, wait for its
// process to be killed, unless all kills are done.
func (w *monthWorld) strikeNext(least, most int) {
	w.struck = nil
	if w.twins[0].kills == monthKills && w.twins[1].kills == monthKills {
		return
	}
	w.struck = make(chan struct{})
	w.telegram.Inject(simulator.Fault{
		Kind: simulator.Delay, Method: "sendMessage", Skip: least + w.chance.IntN(most-least), Delay: holdsOn, Held: w.struck,
	})
}

// isStruck tells whether a message waits.
func (w *monthWorld) isStruck() bool {
	select {
	case <-w.struck:
		return true
	default:
		return false
	}
}

// start starts a twin. The clock stands until it takes part.
func (w *monthWorld) start(tw *twin) {
	w.t.Helper()
	tw.began++
	address, err := url.Parse(w.url)
	if err != nil {
		w.t.Fatal(err)
	}
	query := address.Query()
	query.Set("application_name", tw.called())
	address.RawQuery = query.Encode()
	forget := w.clock.Expect()
	bot, err := start(program(context.Background(), w.t, append(w.environment(), "DATABASE_URL="+address.String()), "serve"))
	if err != nil {
		forget()
		w.t.Fatal(err)
	}
	go func() {
		<-bot.ended
		forget() // if it ended before it joined the clock, nobody is awaited
	}()
	w.tell("the %s process is started", tw.name)
	tw.bot, tw.logs = bot, append(tw.logs, bot.log)
}

// kill kills a twin, and counts what it had in hand. It is held first, so that what it
// had asked of Postgres is done, and the other does not clear up yet.
func (w *monthWorld) kill(tw *twin) {
	w.t.Helper()
	_ = tw.bot.command.Process.Signal(syscall.SIGSTOP) // who has ended is found out elsewhere
	await(w.t, "Postgres does what the killed process asked", func() bool {
		return countIn(w.t, w.db, `SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND state = 'active'`, tw.called()) == 0
	})
	inHand := countIn(w.t, w.db, `SELECT count(*) FROM delivery WHERE state = 'sending' AND process = $1`, tw.number())
	w.inFlight += inHand
	w.tell("the %s process is killed with %d in flight", tw.name, inHand)
	w.telegram.RecordKill()
	tw.bot.kill()
	<-tw.bot.ended
	tw.bot = nil
	tw.kills++
}

// sender is the twin that is sending a delivery, if any is.
func (w *monthWorld) sender() *twin {
	w.t.Helper()
	for _, tw := range w.twins {
		if tw.bot != nil && countIn(w.t, w.db, `SELECT count(*) FROM delivery WHERE state = 'sending' AND process = $1`, tw.number()) > 0 {
			return tw
		}
	}
	return nil
}

// victim is the twin to be killed at a moment that is nobody's: of those that run the
// one that was killed less; nil: none is left.
func (w *monthWorld) victim() (chosen *twin) {
	for _, i := range w.chance.Perm(len(w.twins)) {
		tw := w.twins[i]
		if tw.bot != nil && tw.kills < monthKills && (chosen == nil || tw.kills < chosen.kills) {
			chosen = tw
		}
	}
	return chosen
}
