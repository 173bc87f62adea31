package storage_test

import (
	"slices"
	"testing"
	"time"

	"pascalatih/storage"
)

// Who takes a block back gets one message about what they missed, and about
// nothing else. Employee 1 is account 101.
func TestComingBack(t *testing.T) {
	open := func(t *testing.T, o office, instrument string) storage.Round {
		t.Helper()
		round, _, err := o.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: instrument}, storage.Source{}, wib, afternoon)
		must(t, err)
		return round
	}
	send := func(t *testing.T, o office, account int64, state storage.OutcomeState) {
		t.Helper()
		for _, d := range o.claim(o.join().Number(), 100, afternoon) {
			outcome := storage.Outcome{State: storage.Sent, MessageID: 50}
			if d.AccountID == account {
				outcome = storage.Outcome{State: state, Reason: "blocked", MessageID: 50, Blocked: state == storage.Failed}
			}
			o.end(d, outcome, afternoon)
		}
	}
	block := func(t *testing.T, o office) { must(t, o.Block(t.Context(), 101, afternoon)) }
	tests := map[string]struct {
		before func(t *testing.T, o office) // account 101 blocks, and what it misses
		forms  int                          // that come back
		held   int                          // that come when their round is let go on
	}{
		"nothing was open": {before: block},
		"all was seen": {before: func(t *testing.T, o office) {
			open(t, o, "reaction")
			send(t, o, 101, storage.Sent)
			block(t, o)
		}},
		"the block was met in sending": {forms: 1, before: func(t *testing.T, o office) {
			open(t, o, "reaction")
			send(t, o, 101, storage.Failed)
		}},
		"what was due ended with the block": {forms: 2, before: func(t *testing.T, o office) {
			open(t, o, "reaction")
			open(t, o, "checkin")
			block(t, o)
		}},
		"rounds that opened meanwhile": {forms: 2, before: func(t *testing.T, o office) {
			block(t, o)
			open(t, o, "reaction")
			open(t, o, "checkin")
		}},
		"a round that is held waits": {forms: 1, held: 1, before: func(t *testing.T, o office) {
			block(t, o)
			open(t, o, "reaction")
			held := open(t, o, "checkin")
			must(t, o.HoldRound(t.Context(), held.ID, 0, storage.Source{}, afternoon))
		}},
		"a round that closed is over": {forms: 1, before: func(t *testing.T, o office) {
			block(t, o)
			open(t, o, "checkin")
			_, err := o.CloseRound(t.Context(), open(t, o, "reaction").ID, storage.Source{}, afternoon)
			must(t, err)
		}},
		"a reminder was lost": {forms: 1, before: func(t *testing.T, o office) {
			round := open(t, o, "reaction")
			send(t, o, 101, storage.Sent)
			_, err := o.RemindRound(t.Context(), round.ID, storage.Source{}, wib, afternoon)
			must(t, err)
			send(t, o, 101, storage.Failed)
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			test.before(t, o)
			for range 2 { // the update may come again
				account, err := o.TouchAccount(t.Context(), 101, "id", 60, afternoon.Add(time.Hour))
				must(t, err)
				if account.Blocked {
					t.Error("the account blocks still")
				}
			}
			var forms []int
			for _, d := range o.dueTo(101, afternoon.Add(time.Hour+storage.ReturnAfter)) {
				forms = append(forms, len(d.Sessions))
			}
			want := []int{test.forms}
			if test.forms == 0 {
				want = nil
			}
			if !slices.Equal(forms, want) {
				t.Errorf("messages with these numbers of forms came: %v, want %v", forms, want)
			}
			if held := o.count(`SELECT count(*) FROM delivery WHERE account_id = 101 AND state = 'held'`); held != test.held {
				t.Errorf("%d are held, want %d", held, test.held)
			}
		})
	}
}

// What was shown meanwhile does not come a second time, and what came counts in
// its rounds.
func TestComingBackCounts(t *testing.T) {
	o := newOffice(t)
	must(t, o.Block(t.Context(), 101, afternoon))
	round := o.opened()
	standing := func() storage.Standing {
		t.Helper()
		report, err := o.Report(t.Context(), round.ID, storage.Scope{All: true})
		must(t, err)
		for _, s := range []storage.Standing{storage.StandingBlocked, storage.StandingReached, storage.StandingFailed} {
			if report.Standings[s] > 0 {
				return s
			}
		}
		return storage.StandingWaiting
	}
	if got := standing(); got != storage.StandingBlocked {
		t.Errorf("who blocks stands as %s", got)
	}
	back := afternoon.Add(time.Hour)
	touch := func() {
		t.Helper()
		_, err := o.TouchAccount(t.Context(), 101, "id", 60, back)
		must(t, err)
	}
	touch()
	if got := standing(); got != storage.StandingWaiting {
		t.Errorf("who came back stands as %s", got)
	}
	must(t, o.FormsShown(t.Context(), 101, back))
	if due := o.dueTo(101, back.Add(time.Hour)); len(due) != 0 {
		t.Errorf("came although it was shown: %v", due)
	}
	must(t, o.Block(t.Context(), 101, back.Add(time.Minute)))
	touch()
	for _, d := range o.dueTo(101, back.Add(time.Hour)) {
		o.end(d, storage.Outcome{State: storage.Sent, MessageID: 70}, back.Add(time.Hour))
	}
	if got := standing(); got != storage.StandingReached {
		t.Errorf("whom the message reached stands as %s", got)
	}
}

// dueTo claims what is due at now, and gives what goes to the account.
func (o office) dueTo(account int64, now time.Time) []storage.Delivery {
	o.t.Helper()
	claimed := o.claim(o.join().Number(), 100, now)
	return slices.DeleteFunc(claimed, func(d storage.Delivery) bool { return d.AccountID != account })
}
