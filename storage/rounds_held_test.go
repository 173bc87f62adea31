package storage_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

// by is a command of the admin's, by a button on that message.
func by(message int64) storage.Source {
	return storage.Source{Account: admin, Chat: admin, Message: message, Revision: 1}
}

// states counts a round's deliveries by their state.
func (o office) states(round storage.Round) map[string]int {
	o.t.Helper()
	states := map[string]int{}
	rows, err := o.db.QueryContext(o.t.Context(), `SELECT state, count(*) FROM delivery WHERE round_id = $1 AND kind <> 'closing' GROUP BY state`, round.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			o.t.Fatal(err)
		}
		states[state] = n
	}
	if err := rows.Err(); err != nil {
		o.t.Fatal(err)
	}
	return states
}

func (o office) wantStates(round storage.Round, want map[string]int) {
	o.t.Helper()
	if diff := cmp.Diff(want, o.states(round)); diff != "" {
		o.t.Errorf("deliveries (-want +got):\n%s", diff)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestHoldRound(t *testing.T) {
	t.Parallel()
	t.Run("keeps everything in, also for those who join, until it is let go on", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		flying := o.claim(1, 1, afternoon)[0]
		must(t, o.HoldRound(t.Context(), round.ID, 0, by(1), afternoon))
		o.wantStates(round, map[string]int{"sending": 1, "held": 3})
		if got := o.claim(1, 10, afternoon.Add(time.Hour)); len(got) != 0 {
			t.Errorf("claimed while it is held: %v", got)
		}
		if _, found, err := o.NextDelivery(t.Context()); err != nil || found {
			t.Errorf("something is due: %v, %v", found, err)
		}
		o.exec(`INSERT INTO account (id, created_at) VALUES (105, '2026-07-07')`)
		links, err := o.Links(t.Context(), "A", afternoon)
		must(t, err)
		owner, err := o.FindLink(t.Context(), links[0].Token, 105)
		must(t, err)
		_, err = o.UseLink(t.Context(), owner.LinkID, 105, "1", storage.Source{}, afternoon)
		must(t, err)
		o.wantStates(round, map[string]int{"sending": 1, "held": 4})
		o.end(flying, storage.Outcome{State: storage.Sent, MessageID: 5}, afternoon)
		must(t, o.LetGoOn(t.Context(), round.ID, 1, by(2), afternoon))
		o.wantStates(round, map[string]int{"sent": 1, "due": 4})
		if got := o.claim(1, 10, afternoon.Add(time.Hour)); len(got) != 4 {
			t.Errorf("%d claimed after it", len(got))
		}
	})

	t.Run("what was to be tried again waits with the others", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		claimed := o.claim(99999, 4, afternoon)
		must(t, o.HoldRound(t.Context(), round.ID, 0, by(1), afternoon))
		o.end(claimed[0], storage.Outcome{State: storage.Later, After: time.Second}, afternoon)
		o.end(claimed[1], storage.Outcome{State: storage.Unknown, Reason: "cut"}, afternoon)
		o.end(claimed[2], storage.Outcome{State: storage.Failed, Reason: "chat not found"}, afternoon)
		if counts, err := o.SweepLeases(t.Context(), afternoon); err != nil || counts.Repeated != 1 {
			t.Errorf("swept %+v, %v", counts, err)
		}
		o.wantStates(round, map[string]int{"held": 3, "failed": 1})
		o.end(claimed[3], storage.Outcome{State: storage.Sent, MessageID: 5}, afternoon) // it is news all the same
		o.wantStates(round, map[string]int{"held": 2, "failed": 1, "sent": 1})
	})

	t.Run("who blocks the bot or withdraws is not written to later", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		must(t, o.HoldRound(t.Context(), round.ID, 0, by(1), afternoon))
		must(t, o.Block(t.Context(), 101, afternoon))
		_, err := o.Withdraw(t.Context(), 102, storage.Source{}, afternoon)
		must(t, err)
		must(t, o.LetGoOn(t.Context(), round.ID, 1, by(2), afternoon))
		o.wantStates(round, map[string]int{"failed": 1, "unneeded": 1, "due": 2})
	})

	t.Run("counts at its turn only, and once", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		steps := []struct {
			name string
			do   func() error
			held bool
			err  error
		}{
			{name: "going on unheld", do: func() error { return o.LetGoOn(t.Context(), round.ID, 0, by(1), afternoon) }},
			{name: "a turn to come", do: func() error { return o.HoldRound(t.Context(), round.ID, 1, by(2), afternoon) }},
			{name: "its turn", do: func() error { return o.HoldRound(t.Context(), round.ID, 0, by(3), afternoon) }, held: true},
			{name: "the same again", do: func() error { return o.HoldRound(t.Context(), round.ID, 0, by(3), afternoon) }, held: true, err: storage.ErrRepeated},
			{name: "another button of that turn", do: func() error { return o.HoldRound(t.Context(), round.ID, 0, by(4), afternoon) }, held: true},
			{name: "going on", do: func() error { return o.LetGoOn(t.Context(), round.ID, 1, by(5), afternoon) }},
			{name: "the first button, late", do: func() error { return o.HoldRound(t.Context(), round.ID, 0, by(6), afternoon) }},
		}
		for _, step := range steps {
			if err := step.do(); !errors.Is(err, step.err) {
				t.Errorf("%s: %v", step.name, err)
			}
			if held := o.status(round).HeldAt != nil; held != step.held {
				t.Errorf("%s: held: %v", step.name, held)
			}
		}
		if err := o.HoldRound(t.Context(), 99, 0, by(7), afternoon); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("an unknown round: %v", err)
		}
		_, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, afternoon)
		must(t, err)
		if err := o.HoldRound(t.Context(), round.ID, 2, by(8), afternoon); !storage.IsCode(err, storage.Closed) {
			t.Errorf("a closed round: %v", err)
		}
	})

	t.Run("one message follows the invitations, whoever lets them go on", func(t *testing.T) {
		o := newOffice(t)
		round, _, err := o.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "reaction"}, by(7), wib, afternoon)
		must(t, err)
		must(t, o.HoldRound(t.Context(), round.ID, 0, by(8), afternoon))
		src := storage.Source{Account: admin, Chat: admin, Message: 7, Revision: 9}
		must(t, o.LetGoOn(t.Context(), round.ID, 1, src, afternoon))
		followed, err := o.Followed(t.Context(), 10)
		must(t, err)
		if len(followed) != 1 || followed[0].RoundID != round.ID || followed[0].MessageID != 7 || followed[0].AccountID != admin {
			t.Errorf("followed: %+v", followed)
		}
		o.claim(1, 3, afternoon)
		if out, err := o.Outgoing(t.Context(), round.ID); err != nil || out != (storage.Outgoing{All: 4, Waiting: 1, Flying: 3}) || out.Ended() {
			t.Errorf("outgoing %+v, %v", out, err)
		}
	})
}

// Whatever comes first of what two officers do at once, nothing goes out for a
// round that is held or closed, and nothing that may go out stays behind.
func TestOfficersAtOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before func(o office, round storage.Round) error
		first  func(o office, round storage.Round) error
		second func(o office, round storage.Round) error
	}{
		"hold and close": {
			first: func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 0, by(1), afternoon) },
			second: func(o office, r storage.Round) error {
				_, err := o.CloseRound(o.t.Context(), r.ID, by(2), afternoon)
				return err
			},
		},
		"go on and close": {
			before: func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 0, by(1), afternoon) },
			first:  func(o office, r storage.Round) error { return o.LetGoOn(o.t.Context(), r.ID, 1, by(2), afternoon) },
			second: func(o office, r storage.Round) error {
				_, err := o.CloseRound(o.t.Context(), r.ID, by(3), afternoon)
				return err
			},
		},
		"hold and hold": {
			first:  func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 0, by(1), afternoon) },
			second: func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 0, by(2), afternoon) },
		},
		"go on and go on": {
			before: func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 0, by(1), afternoon) },
			first:  func(o office, r storage.Round) error { return o.LetGoOn(o.t.Context(), r.ID, 1, by(2), afternoon) },
			second: func(o office, r storage.Round) error { return o.LetGoOn(o.t.Context(), r.ID, 1, by(3), afternoon) },
		},
		"hold anew and go on": {
			before: func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 0, by(1), afternoon) },
			first:  func(o office, r storage.Round) error { return o.LetGoOn(o.t.Context(), r.ID, 1, by(2), afternoon) },
			second: func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 2, by(3), afternoon) },
		},
		"remind and close": {
			first: func(o office, r storage.Round) error {
				_, err := o.RemindRound(o.t.Context(), r.ID, by(1), wib, afternoon)
				return err
			},
			second: func(o office, r storage.Round) error {
				_, err := o.CloseRound(o.t.Context(), r.ID, by(2), afternoon)
				return err
			},
		},
		"remind and remind": {
			first: func(o office, r storage.Round) error {
				_, err := o.RemindRound(o.t.Context(), r.ID, by(1), wib, afternoon)
				return err
			},
			second: func(o office, r storage.Round) error {
				_, err := o.RemindRound(o.t.Context(), r.ID, by(2), wib, afternoon)
				return err
			},
		},
		"remind and hold": {
			first: func(o office, r storage.Round) error {
				_, err := o.RemindRound(o.t.Context(), r.ID, by(1), wib, afternoon)
				return err
			},
			second: func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 0, by(2), afternoon) },
		},
		"hold, and an attempt that is to be made again": {
			first: func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 0, by(1), afternoon) },
			second: func(o office, r storage.Round) error {
				for _, d := range o.claim(1, 10, afternoon) {
					o.end(d, storage.Outcome{State: storage.Later, After: time.Second}, afternoon)
				}
				return nil
			},
		},
		"hold, and somebody who joins": {
			first: func(o office, r storage.Round) error { return o.HoldRound(o.t.Context(), r.ID, 0, by(1), afternoon) },
			second: func(o office, r storage.Round) error {
				links, err := o.Links(o.t.Context(), "A", afternoon)
				if err != nil {
					return err
				}
				owner, err := o.FindLink(o.t.Context(), links[0].Token, 105)
				if err != nil {
					return err
				}
				_, err = o.UseLink(o.t.Context(), owner.LinkID, 105, "1", storage.Source{}, afternoon)
				return err
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 3 {
				o := newOffice(t)
				o.exec(`INSERT INTO account (id, created_at) VALUES (105, '2026-07-07')`)
				round := o.opened()
				o.exec(`UPDATE delivery SET state = 'sent', ended_at = '2026-07-06' WHERE account_id IN (101, 102)`)
				if test.before != nil {
					must(t, test.before(o, round))
				}
				var wait sync.WaitGroup
				for _, do := range []func(office, storage.Round) error{test.first, test.second} {
					wait.Go(func() {
						err := do(o, round)
						if refusal, refused := errors.AsType[*storage.Error](err); err != nil && !refused {
							t.Error(err)
						} else if refused && refusal.Code != storage.Closed && refusal.Code != storage.Refused {
							t.Errorf("refused: %v", refusal)
						}
					})
				}
				wait.Wait()
				status, states := o.status(round), o.states(round)
				if twice := o.count(`
					SELECT count(*) FROM (SELECT FROM delivery WHERE kind = 'reminder' GROUP BY account_id HAVING count(*) > 1) t`); twice > 0 {
					t.Fatalf("%d people are reminded twice", twice)
				}
				switch {
				case status.ClosedAt != nil && states["due"]+states["held"] > 0:
					t.Fatalf("of a closed round there are %v", states)
				case status.ClosedAt == nil && status.HeldAt != nil && states["due"] > 0:
					t.Fatalf("of a held round there are %v", states)
				case status.HeldAt == nil && states["held"] > 0:
					t.Fatalf("of a round that is not held there are %v", states)
				}
			}
		})
	}

	t.Run("two start the same round", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		var wait sync.WaitGroup
		outcomes := make([]error, 6)
		for i := range outcomes {
			wait.Go(func() {
				opening := storage.Opening{Training: "A", Instrument: "reaction"}
				if i%2 == 0 {
					_, _, outcomes[i] = o.OpenRound(t.Context(), opening, by(int64(i+1)), wib, afternoon)
				} else {
					_, outcomes[i] = o.PlanRound(t.Context(), opening, afternoon.Add(day), by(int64(i+1)), afternoon)
				}
			})
		}
		wait.Wait()
		won := 0
		for _, err := range outcomes {
			switch {
			case err == nil:
				won++
			case !storage.IsCode(err, storage.AlreadyOpen) && !storage.IsCode(err, storage.AlreadyPlanned):
				t.Error(err)
			}
		}
		if got := o.count(`SELECT (SELECT count(*) FROM round) + (SELECT count(*) FROM job)`); won != 1 || got != 1 {
			t.Errorf("%d won, %d rounds and plans", won, got)
		}
	})
}
