package storage_test

import (
	"errors"
	"testing"
	"time"

	"pascalatih/storage"
)

func TestCancelTraining(t *testing.T) {
	t.Parallel()
	src := storage.Source{Account: admin, Chat: admin, Message: 5, Revision: 1}

	t.Run("what is open closes, what is to come never opens", func(t *testing.T) {
		o := newOffice(t)
		o.exec(`INSERT INTO account (id, created_at) VALUES (901, '2026-07-01');
			INSERT INTO account_role (account_id, role, granted_at) VALUES (901, 'hr', '2026-07-01')`)
		o.opened()
		o.completed(101, "4", afternoon)
		now := afternoon.Add(time.Hour)
		_, err := o.PlanRound(t.Context(), storage.Opening{Training: "A", Instrument: "application"}, now.Add(day), storage.Source{Account: admin, Chat: admin, Message: 4}, now)
		if err != nil {
			t.Fatal(err)
		}
		preview, err := o.PreviewCancel(t.Context(), 1, wib, now)
		if err != nil || len(preview.Rounds) != 1 || preview.Rounds[0].Invited != 6 || preview.Planned != 1 || len(preview.Steps) != 1 {
			t.Fatalf("preview %+v, %v", preview, err)
		}
		if err := o.CancelTraining(t.Context(), 1, src, now); err != nil {
			t.Fatal(err)
		}
		if err := o.CancelTraining(t.Context(), 1, src, now); !errors.Is(err, storage.ErrRepeated) {
			t.Errorf("again: %v", err)
		}
		if err := o.CancelTraining(t.Context(), 1, storage.Source{}, now); !storage.IsCode(err, storage.Refused) {
			t.Errorf("by another: %v", err)
		}
		if got := o.count(`SELECT count(*) FROM round WHERE closed_at IS NULL`); got != 0 {
			t.Errorf("%d rounds are open", got)
		}
		if got := o.count(`SELECT count(*) FROM response`); got != 1 {
			t.Errorf("%d forms that were complete are sent", got)
		}
		if got := o.count(`SELECT count(*) FROM delivery WHERE kind <> 'cancelled' AND state IN ('due', 'held')`); got != 0 {
			t.Errorf("%d messages still go out", got)
		}
		if got := o.count(`SELECT count(*) FROM delivery WHERE kind IN ('cancelled', 'closing') AND account_id = 901 AND state = 'due'`); got != 1 {
			t.Errorf("the other officer gets %d messages", got)
		}
		if _, found, err := o.NextStep(t.Context(), now, wib); found || err != nil {
			t.Errorf("a step will open: %v", err)
		}
		if planned, err := o.PlannedRounds(t.Context()); len(planned) != 0 || err != nil {
			t.Errorf("planned: %+v, %v", planned, err)
		}
		if _, err := o.PreviewRound(t.Context(), storage.Opening{Training: "A", Instrument: "checkin"}); !storage.IsCode(err, storage.Refused) {
			t.Errorf("a round can be opened: %v", err)
		}
		after, err := o.PreviewCancel(t.Context(), 1, wib, now)
		if err != nil || len(after.Rounds) != 1 || after.Rounds[0].Sent != 1 || len(after.Steps) != 1 {
			t.Errorf("afterwards %+v, %v", after, err)
		}
	})

	t.Run("taken back, what is to come opens again", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		if err := o.TakeCancelBack(t.Context(), 1, storage.Source{}, afternoon); !storage.IsCode(err, storage.Refused) {
			t.Errorf("before it is cancelled: %v", err)
		}
		if err := o.CancelTraining(t.Context(), 1, src, afternoon); err != nil {
			t.Fatal(err)
		}
		back := storage.Source{Account: admin, Chat: admin, Message: 6, Revision: 1}
		for _, want := range []error{nil, storage.ErrRepeated} {
			if err := o.TakeCancelBack(t.Context(), 1, back, afternoon.Add(day)); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		next, found, err := o.NextStep(t.Context(), afternoon.Add(day), wib)
		if err != nil || !found || !next.Equal(checkIn) {
			t.Errorf("next step at %v (%v, %v)", next, found, err)
		}
		if got, _ := o.Round(t.Context(), round.ID); got.ClosedAt == nil {
			t.Error("its round is open again")
		}
		if id, err := o.CancelledOf(t.Context(), int64(o.count(`SELECT coalesce(max(id), 0) FROM delivery WHERE kind = 'cancelled'`))); id != 0 || err != nil {
			t.Errorf("the office is told of training %d, %v", id, err)
		}
	})

	t.Run("a step that opens at that moment is closed or does not open", func(t *testing.T) {
		for range 4 {
			o := newOffice(t)
			due, err := o.DueSteps(t.Context(), afternoon, wib)
			if err != nil || len(due) != 1 {
				t.Fatalf("due: %+v, %v", due, err)
			}
			done := make(chan error)
			go func() { done <- o.CancelTraining(t.Context(), 1, src, afternoon) }()
			if _, _, err := o.OpenStep(t.Context(), due[0], wib, afternoon); err != nil && !storage.IsCode(err, storage.Refused) {
				t.Error(err)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
			if got := o.count(`SELECT count(*) FROM round WHERE closed_at IS NULL`); got != 0 {
				t.Errorf("%d rounds are open", got)
			}
		}
	})
}

// When a step opens to people who cannot be reached, HR is told, unless the step
// says to wait.
func TestStepTellsOfTheUnreached(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before string
		told   int
	}{
		"two of six have no account":   {before: `SELECT`, told: 1},
		"everybody has one":            {before: `DELETE FROM participation WHERE employee_id > 4`},
		"the step waits in silence":    {before: `UPDATE step SET missing = 'wait'`},
		"an officer for some units":    {before: `UPDATE account_role SET unit_id = 1`},
		"everybody blocked the bot":    {before: `UPDATE account SET blocked_at = '2026-07-01' WHERE id < 900`, told: 1},
		"so did the only officer, too": {before: `UPDATE account SET blocked_at = '2026-07-01'`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.exec(test.before)
			due, err := o.DueSteps(t.Context(), afternoon, wib)
			if err != nil || len(due) != 1 {
				t.Fatalf("due: %+v, %v", due, err)
			}
			for range 2 {
				if _, _, err := o.OpenStep(t.Context(), due[0], wib, afternoon); err != nil {
					t.Fatal(err)
				}
			}
			if got := o.count(`SELECT count(*) FROM delivery WHERE kind = 'opening' AND state = 'due'`); got != test.told {
				t.Errorf("%d are told, want %d", got, test.told)
			}
		})
	}
}
