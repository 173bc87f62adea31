package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

func TestRemindRound(t *testing.T) {
	t.Parallel()

	t.Run("reminds who can be reached and has not sent", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		o.exec(`INSERT INTO account (id, created_at) VALUES (105, '2026-07-01');
			INSERT INTO claim (account_id, employee_id, state, via, created_at) VALUES (105, 5, 'provisional', 'nip', '2026-07-01')`)
		o.sent(101, "4", afternoon)
		must(t, o.Block(t.Context(), 102, afternoon))
		for _, d := range o.claim(1, 10, afternoon) {
			o.end(d, storage.Outcome{State: storage.Sent, MessageID: 5}, afternoon)
		}
		reminding, err := o.PreviewReminder(t.Context(), round.ID, wib, afternoon)
		want := storage.Reminding{Reminded: 2, Others: map[storage.Standing]int{storage.StandingSent: 1, storage.StandingBlocked: 1,
			storage.StandingUnconfirmed: 1, storage.StandingNoAccount: 1}}
		if diff := cmp.Diff(want, reminding); diff != "" || err != nil {
			t.Errorf("%v, preview (-want +got):\n%s", err, diff)
		}
		if reminded, err := o.RemindRound(t.Context(), round.ID, by(1), wib, afternoon); err != nil || reminded != 2 {
			t.Fatalf("%d reminded, %v", reminded, err)
		}
		claimed := o.claim(1, 10, afternoon)
		if len(claimed) != 2 || claimed[0].Kind != storage.DeliveryReminder || len(claimed[0].Sessions) != 1 || !claimed[0].ExpiresAt.Equal(round.ClosesAt) {
			t.Errorf("deliveries %+v", claimed)
		}
		if reminded, err := o.RemindRound(t.Context(), round.ID, by(1), wib, afternoon); !errors.Is(err, storage.ErrRepeated) || reminded != 2 {
			t.Errorf("the same command again: %d, %v", reminded, err)
		}
	})

	t.Run("once on a day of the office", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		for _, d := range o.claim(1, 10, afternoon) {
			o.end(d, storage.Outcome{State: storage.Sent, MessageID: 5}, afternoon)
		}
		midnight := time.Date(2026, time.July, 7, 0, 0, 0, 0, wib)
		steps := []struct {
			at     time.Time
			reason any // of the refusal
		}{
			{at: afternoon},
			{at: midnight.Add(-time.Second), reason: "today"},
			{at: midnight},
			{at: midnight.Add(time.Hour), reason: "today"},
		}
		for i, step := range steps {
			_, err := o.RemindRound(t.Context(), round.ID, by(int64(i+1)), wib, step.at)
			refusal, _ := errors.AsType[*storage.Error](err)
			o.exec(`UPDATE delivery SET state = 'sent', ended_at = due_at WHERE kind = 'reminder' AND state = 'due'`)
			if (refusal == nil) != (step.reason == nil) || refusal != nil && refusal.Detail["reason"] != step.reason {
				t.Errorf("at %v: %v", step.at, err)
			}
		}
		if got := o.count(`SELECT count(*) FROM delivery WHERE kind = 'reminder'`); got != 8 {
			t.Errorf("%d reminders", got)
		}
	})

	t.Run("not who waits for one, is at the form, or would rather not answer", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		o.out(afternoon)
		later := afternoon.Add(2 * day)
		o.completed(101, "4", later.Add(-time.Minute))
		o.decline(102, storage.Unwilling, "time", later)
		s := o.session(103)
		_, err := o.RemindLater(t.Context(), 103, []int64{s.ID}, later.Add(day), later)
		must(t, err)
		reminding, err := o.PreviewReminder(t.Context(), round.ID, wib, later)
		want := storage.Reminding{Reminded: 1, Others: map[storage.Standing]int{storage.StandingAnswering: 1,
			storage.StandingUnwilling: 1, storage.StandingReminded: 1, storage.StandingNoAccount: 2}}
		if diff := cmp.Diff(want, reminding); diff != "" || err != nil {
			t.Errorf("%v, preview (-want +got):\n%s", err, diff)
		}
		if reminded, err := o.RemindRound(t.Context(), round.ID, by(1), wib, later); err != nil || reminded != 1 {
			t.Errorf("%d reminded, %v", reminded, err)
		}
	})

	refused := map[string]struct {
		before func(o office, round storage.Round)
		code   storage.Code
		reason any
	}{
		"a closed round": {code: storage.Closed, before: func(o office, round storage.Round) {
			_, err := o.CloseRound(o.t.Context(), round.ID, storage.Source{}, afternoon)
			must(o.t, err)
		}},
		"a held round": {code: storage.Refused, reason: "held", before: func(o office, round storage.Round) {
			must(o.t, o.HoldRound(o.t.Context(), round.ID, 0, by(1), afternoon))
		}},
		"one whose invitations are going out": {code: storage.Empty, before: func(office, storage.Round) {}},
		"one that is not there":               {code: storage.NotFound, before: func(o office, _ storage.Round) {}},
	}
	for name, test := range refused {
		t.Run(name+" is refused", func(t *testing.T) {
			o := newOffice(t)
			round := o.opened()
			test.before(o, round)
			id := round.ID
			if test.code == storage.NotFound {
				id = 99
			}
			_, err := o.RemindRound(t.Context(), id, by(9), wib, afternoon)
			refusal, _ := errors.AsType[*storage.Error](err)
			if refusal == nil || refusal.Code != test.code || refusal.Detail["reason"] != test.reason && test.reason != nil {
				t.Errorf("got %v", err)
			}
			if got := o.count(`SELECT count(*) FROM delivery WHERE kind = 'reminder'`); got != 0 {
				t.Errorf("%d reminders", got)
			}
		})
	}
}
