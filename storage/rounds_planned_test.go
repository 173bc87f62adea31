package storage_test

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

var reaction = storage.Opening{Training: "A", Instrument: "reaction"}

// planned plans the round of training A for tomorrow.
func (o office) planned() int64 {
	o.t.Helper()
	job, err := o.PlanRound(o.t.Context(), reaction, afternoon.Add(day), by(1), afternoon)
	must(o.t, err)
	return job
}

// outcome is what came of a planned round.
func (o office) outcome(job int64) (outcome storage.PlannedOutcome) {
	o.t.Helper()
	status, err := o.Job(o.t.Context(), job)
	must(o.t, err)
	must(o.t, json.Unmarshal(status.Result, &outcome))
	return outcome
}

func TestPlanRound(t *testing.T) {
	t.Parallel()
	t.Run("opens at its moment, once, and is followed", func(t *testing.T) {
		o := newOffice(t)
		id := o.planned()
		if job, err := o.PlanRound(t.Context(), reaction, afternoon.Add(day), by(1), afternoon); !errors.Is(err, storage.ErrRepeated) || job != id {
			t.Errorf("the same command again: %d, %v", job, err)
		}
		if next, found, err := o.NextJob(t.Context()); err != nil || !found || !next.Equal(afternoon.Add(day)) {
			t.Errorf("next job %v, %v, %v", next, found, err)
		}
		planned, err := o.PlannedRounds(t.Context())
		if err != nil || len(planned) != 1 || planned[0].JobID != id || planned[0].TrainingTitle != "Pelatihan A" || !planned[0].OpensAt.Equal(afternoon.Add(day)) {
			t.Errorf("planned %+v, %v", planned, err)
		}
		job, found, err := o.ClaimJob(t.Context(), 1, lease, afternoon.Add(day))
		if err != nil || !found {
			t.Fatal(found, err)
		}
		for range 2 { // a job may run twice
			must(t, o.OpenPlanned(t.Context(), job, wib, afternoon.Add(day)))
		}
		must(t, o.EndJob(t.Context(), job, nil, afternoon.Add(day)))
		if got := o.outcome(id); got.Round != 1 || got.Code != "" {
			t.Errorf("outcome %+v", got)
		}
		if rounds, err := o.Rounds(t.Context()); err != nil || len(rounds) != 1 || !rounds[0].OpenedAt.Equal(afternoon.Add(day)) {
			t.Errorf("rounds %+v, %v", rounds, err)
		}
		if followed, err := o.Followed(t.Context(), 10); err != nil || len(followed) != 1 || followed[0].RoundID != 1 || followed[0].AccountID != admin {
			t.Errorf("followed %+v, %v", followed, err)
		}
		if planned, err := o.PlannedRounds(t.Context()); err != nil || len(planned) != 0 {
			t.Errorf("still planned: %+v, %v", planned, err)
		}
	})

	t.Run("stands in the way of others of its kind", func(t *testing.T) {
		o := newOffice(t)
		o.planned()
		if _, err := o.PreviewRound(t.Context(), reaction); !storage.IsCode(err, storage.AlreadyPlanned) {
			t.Errorf("preview: %v", err)
		}
		if _, _, err := o.OpenRound(t.Context(), reaction, by(2), wib, afternoon); !storage.IsCode(err, storage.AlreadyPlanned) {
			t.Errorf("open: %v", err)
		}
		if _, err := o.PlanRound(t.Context(), reaction, afternoon.Add(2*day), by(3), afternoon); !storage.IsCode(err, storage.AlreadyPlanned) {
			t.Errorf("plan: %v", err)
		}
		due, err := o.DueSteps(t.Context(), afternoon, wib)
		must(t, err)
		for _, step := range due { // the plan's own step waits for HR's
			if _, _, err := o.OpenStep(t.Context(), step, wib, afternoon); !storage.IsCode(err, storage.AlreadyPlanned) {
				t.Errorf("step: %v", err)
			}
		}
		if _, err := o.PreviewRound(t.Context(), storage.Opening{Training: "B", Instrument: "reaction"}); err != nil {
			t.Errorf("another training: %v", err)
		}
	})

	t.Run("a moment that is over is refused", func(t *testing.T) {
		o := newOffice(t)
		if _, err := o.PlanRound(t.Context(), reaction, afternoon, by(1), afternoon); !storage.IsCode(err, storage.Refused) {
			t.Errorf("got %v", err)
		}
	})

	t.Run("what cannot be opened then is told once", func(t *testing.T) {
		o := newOffice(t)
		id := o.planned()
		o.exec(`UPDATE employee SET left_at = '2026-07-07', left_as = 'retired'`)
		job, _, err := o.ClaimJob(t.Context(), 1, lease, afternoon.Add(day))
		must(t, err)
		for range 2 {
			must(t, o.OpenPlanned(t.Context(), job, wib, afternoon.Add(day)))
		}
		if diff := cmp.Diff(storage.PlannedOutcome{Code: storage.Empty, Training: "Pelatihan A", Detail: nil}, o.outcome(id)); diff != "" {
			t.Errorf("outcome (-want +got):\n%s", diff)
		}
		if followed, err := o.Followed(t.Context(), 10); err != nil || len(followed) != 1 || followed[0].JobID != id {
			t.Errorf("followed %+v, %v", followed, err)
		}
	})

	t.Run("cancelled it does not open, and others may", func(t *testing.T) {
		o := newOffice(t)
		id := o.planned()
		must(t, o.CancelPlanned(t.Context(), id, by(2), afternoon))
		if err := o.CancelPlanned(t.Context(), id, by(2), afternoon); !errors.Is(err, storage.ErrRepeated) {
			t.Errorf("the same command again: %v", err)
		}
		if err := o.CancelPlanned(t.Context(), id, by(3), afternoon); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("another command: %v", err)
		}
		if _, found, err := o.ClaimJob(t.Context(), 1, lease, afternoon.Add(day)); err != nil || found {
			t.Errorf("it runs: %v, %v", found, err)
		}
		o.opened()
		_, err := o.EnqueueJob(t.Context(), storage.Order{Kind: storage.JobSummary, AccountID: admin}, by(4), afternoon)
		must(t, err)
		for _, other := range []int64{id + 1, 99} {
			if err := o.CancelPlanned(t.Context(), other, by(5), afternoon); !storage.IsCode(err, storage.NotFound) {
				t.Errorf("job %d: %v", other, err)
			}
		}
	})

	t.Run("cancelled at its moment it is either open or cancelled", func(t *testing.T) {
		for range 6 {
			o := newOffice(t)
			id := o.planned()
			job, _, err := o.ClaimJob(t.Context(), 1, lease, afternoon.Add(day))
			must(t, err)
			var cancelled error
			var wait sync.WaitGroup
			wait.Go(func() { cancelled = o.CancelPlanned(t.Context(), id, by(2), afternoon.Add(day)) })
			wait.Go(func() {
				if err := o.OpenPlanned(t.Context(), job, wib, afternoon.Add(day)); err != nil {
					t.Error(err)
				}
				if err := o.EndJob(t.Context(), job, nil, afternoon.Add(day)); err != nil {
					t.Error(err)
				}
			})
			wait.Wait()
			rounds := o.count(`SELECT count(*) FROM round`)
			status, err := o.Job(t.Context(), id)
			must(t, err)
			switch {
			case cancelled == nil && rounds == 0 && status.State == storage.JobCancelled:
			case storage.IsCode(cancelled, storage.AlreadyOpen) && rounds == 1 && status.State == storage.JobDone:
			default:
				t.Fatalf("cancelling gives %v; %d rounds, the job is %s", cancelled, rounds, status.State)
			}
		}
	})
}

func TestReport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	// Six of the second unit, and employee 6 of the first.
	o.exec(`UPDATE employee SET unit_id = 2 WHERE id <> 6; UPDATE employee SET unit_id = 1 WHERE id = 6;
		INSERT INTO employee (nip, name, unit_id) VALUES ('198001012005011099', 'Pegawai 9', 2);
		INSERT INTO participation VALUES (1, 9);
		INSERT INTO account (id, created_at) VALUES (105, '2026-07-01');
		INSERT INTO claim (account_id, employee_id, state, via, created_at) VALUES (105, 5, 'provisional', 'nip', '2026-07-01');
		UPDATE account SET blocked_at = '2026-07-01' WHERE id = 104`)
	round := o.opened()
	for _, d := range o.claim(1, 2, afternoon) {
		o.end(d, storage.Outcome{State: storage.Sent, MessageID: 5}, afternoon)
	}
	o.sent(101, "4", afternoon)

	t.Run("tells where each of the invited stands", func(t *testing.T) {
		report, err := o.Report(t.Context(), round.ID, storage.Scope{All: true})
		must(t, err)
		want := map[storage.Standing]int{storage.StandingSent: 1, storage.StandingReached: 1, storage.StandingWaiting: 1,
			storage.StandingBlocked: 1, storage.StandingUnconfirmed: 1, storage.StandingNoAccount: 2}
		if diff := cmp.Diff(want, report.Standings); diff != "" {
			t.Errorf("standings (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(storage.RoundCounts{Invited: 7, Reachable: 3, Delivered: 2, Opened: 1, Sent: 1}, report.RoundCounts); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		if len(report.Units) != 1 || report.Units[0].Invited != 6 || report.Units[0].Sent != 1 {
			t.Errorf("units %+v, want only the one with five invited or more", report.Units)
		}
	})

	t.Run("of some units it tells these only", func(t *testing.T) {
		report, err := o.Report(t.Context(), round.ID, storage.Scope{Units: []int64{1}})
		if err != nil || report.Invited != 1 || report.Sent != 0 || len(report.Units) != 0 {
			t.Errorf("report %+v, %v", report, err)
		}
		missing, all, err := o.MissingFrom(t.Context(), round.ID, storage.Scope{Units: []int64{1}}, 0, 10)
		if err != nil || all != 1 || len(missing) != 1 || missing[0].Name != "Pegawai 6" {
			t.Errorf("%d missing: %+v, %v", all, missing, err)
		}
		for _, scope := range []storage.Scope{{}, {Units: []int64{3}}} {
			if _, err := o.Report(t.Context(), round.ID, scope); !storage.IsCode(err, storage.NotFound) {
				t.Errorf("of units without anybody invited: %v", err)
			}
			if rounds, err := o.RoundsOf(t.Context(), scope, afternoon); err != nil || len(rounds) != 0 {
				t.Errorf("they see the rounds %+v, %v", rounds, err)
			}
		}
	})

	t.Run("names who does not know of it, page by page", func(t *testing.T) {
		var names []string
		for first := 0; first < 6; first += 2 {
			missing, all, err := o.MissingFrom(t.Context(), round.ID, storage.Scope{All: true}, first, 2)
			if err != nil || all != 5 {
				t.Fatal(all, err)
			}
			for _, m := range missing {
				names = append(names, m.Name+" "+string(m.Standing))
			}
		}
		want := []string{"Pegawai 6 no_account", "Pegawai 9 no_account", "Pegawai 5 unconfirmed", "Pegawai 4 blocked", "Pegawai 3 waiting"}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("names (-want +got):\n%s", diff)
		}
	})

	t.Run("what was untied from its sender still counts as sent", func(t *testing.T) {
		_, err := o.Unlink(t.Context(), 101, storage.Source{}, afternoon)
		must(t, err)
		report, err := o.Report(t.Context(), round.ID, storage.Scope{All: true})
		if err != nil || report.Sent != 1 || report.Standings[storage.StandingSent] != 1 {
			t.Errorf("report %+v, %v", report, err)
		}
	})
}

func TestClosingIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.exec(`INSERT INTO account (id, created_at, blocked_at) VALUES (901, '2026-07-01', NULL), (902, '2026-07-01', NULL), (903, '2026-07-01', '2026-07-02'), (904, '2026-07-01', NULL);
		INSERT INTO account_role (account_id, role, unit_id, granted_at) VALUES
		    (901, 'hr', NULL, '2026-07-01'), (901, 'admin', NULL, '2026-07-01'), (902, 'hr', 1, '2026-07-01'),
		    (903, 'hr', NULL, '2026-07-01'), (904, 'unit_head', NULL, '2026-07-01')`)
	round := o.opened()
	for range 2 { // the second time it is closed already
		_, err := o.CloseRound(t.Context(), round.ID, by(1), afternoon.Add(time.Hour))
		if err != nil && !errors.Is(err, storage.ErrRepeated) {
			t.Fatal(err)
		}
	}
	claimed := o.claim(1, 10, afternoon.Add(time.Hour))
	if len(claimed) != 1 || claimed[0].Kind != storage.DeliveryClosing || claimed[0].AccountID != 901 || claimed[0].RoundID != round.ID {
		t.Errorf("deliveries %+v, want one to the officer of all units who did not close it", claimed)
	}
}
