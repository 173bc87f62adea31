package scheduler_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

func TestAProcessThatDiesWhileSending(t *testing.T) {
	tests := map[string]func(o *office, p *program){
		"its number is given up": func(o *office, p *program) { must(o.t, p.process.Close()) },
		"its connection is gone": func(o *office, p *program) {
			if n := o.count(`SELECT count(pg_terminate_backend(pid)) FROM pg_locks 
				WHERE locktype = 'advisory' AND objid = $1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`, p.process.Number()); n != 1 {
				o.t.Fatalf("%d connections were ended", n)
			}
			<-p.process.Lost()
		},
	}
	for name, die := range tests {
		t.Run(name, func(t *testing.T) {
			o := alone(t)
			dying, living := o.desk(), o.desk()
			buried := make(chan struct{})
			dying.reply = func(_ context.Context, work calendar.Worker, _ storage.Delivery) storage.Outcome {
				work.Done() // nobody hears of it again
				<-buried
				return storage.Outcome{State: storage.Failed, Reason: "dead"}
			}
			dead := o.run(dying)
			t.Cleanup(func() { close(buried) }) // before the program is stopped
			o.settle()
			if got := len(dying.of(storage.DeliveryInvitation)); got != 1 {
				t.Fatalf("%d attempts of the one that dies", got)
			}
			o.run(living)
			o.until(afternoon.Add(time.Minute))
			if got := living.of(storage.DeliveryInvitation); len(got) != 0 {
				t.Fatalf("taken from one that lives: %+v", got)
			}
			dead.halt()
			die(o, dead)
			died := o.clock.Now()
			o.until(died.Add(time.Minute))
			repeats := living.of(storage.DeliveryInvitation)
			if len(repeats) != 1 || repeats[0].Attempt != 2 || repeats[0].Unknowns != 1 {
				t.Fatalf("repeats: %+v, want a second attempt that knows of the unknown first", repeats)
			}
			if pause := repeats[0].at.Sub(died); pause < 10*time.Second || pause > 11*time.Second {
				t.Errorf("repeated after %v", pause)
			}
			if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'sent' AND unknowns = 1`); got != 1 {
				t.Error("the repeat was not written as sent")
			}
		})
	}
}

func TestWhatIsInHandIsFinishedAtTheEnd(t *testing.T) {
	o := alone(t)
	desk := o.desk()
	desk.reply = func(ctx context.Context, work calendar.Worker, _ storage.Delivery) storage.Outcome {
		for ctx.Err() == nil { // the request is under way when the end is asked for
			work.Wait(ctx, time.Time{}, nil)
		}
		return storage.Outcome{State: storage.Sent, MessageID: 5}
	}
	p := o.run(desk)
	o.settle()
	if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'sending'`); got != 1 {
		t.Fatalf("%d are being sent", got)
	}
	p.stop()
	if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'sent' AND message_id = 5`); got != 1 {
		t.Error("the outcome of what was in hand was not written")
	}
}

func TestTheDatabaseIsAwayForAWhile(t *testing.T) {
	o := newOffice(t, afternoon.Add(-time.Hour))
	desk := o.desk()
	first := o.run(desk)
	o.settle()
	back := o.away()
	<-first.process.Lost()
	o.until(afternoon.Add(time.Hour)) // over the occasion of a step
	if got := o.log.times("scheduler could not finish"); got == 0 {
		t.Error("nothing was logged")
	}
	back()
	o.until(o.clock.Now().Add(2 * time.Second))
	rounds := o.rounds()
	if len(rounds) != 1 || rounds[0].OpenedAt.Before(afternoon.Add(time.Hour)) {
		t.Fatalf("rounds: %+v", rounds)
	}
	// Its number is lost: another takes its place, as the program's next life.
	first.stop()
	o.run(desk)
	o.until(o.clock.Now().Add(time.Minute))
	if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'sent' AND kind = 'invitation'`); got != 4 {
		t.Errorf("%d invitations are sent", got)
	}
}

// away ends all connections to the database and lets none in until back.
func (o *office) away() (back func()) {
	o.t.Helper()
	address, err := url.Parse(o.url)
	must(o.t, err)
	name := strings.TrimPrefix(address.Path, "/")
	address.Path = "/postgres"
	above, err := sql.Open("postgres", address.String())
	must(o.t, err)
	o.t.Cleanup(func() { above.Close() })
	exec := func(statement string) {
		o.t.Helper()
		_, err := above.ExecContext(o.t.Context(), fmt.Sprintf(statement, name))
		must(o.t, err)
	}
	exec(`ALTER DATABASE %s WITH ALLOW_CONNECTIONS false`)
	exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'`)
	return func() {
		o.t.Helper()
		exec(`ALTER DATABASE %s WITH ALLOW_CONNECTIONS true`)
	}
}
