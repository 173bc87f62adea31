package storage_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey/stats"
)

// decline declines the account's open form.
func (o office) decline(account int64, as storage.DeclinedAs, why string, now time.Time) storage.Session {
	o.t.Helper()
	s := o.session(account)
	declined, err := o.Decline(o.t.Context(), s, as, why, now)
	if err != nil || !declined {
		o.t.Fatalf("declined: %v, %v", declined, err)
	}
	return o.reread(s)
}

func TestDecline(t *testing.T) {
	t.Parallel()

	t.Run("is counted, and asks nothing more", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		before := o.completed(101, "4", afternoon) // the closing would send it
		declined := o.decline(101, storage.Unwilling, "time", afternoon)
		if declined.State != storage.SessionDeclined || declined.Revision != before.Revision+1 || declined.DeclinedAs != storage.Unwilling || declined.DeclinedWhy != "time" {
			t.Errorf("the session is %+v", declined)
		}
		if got := o.count(`SELECT count(*) FROM delivery WHERE account_id = 101 AND state = 'due'`); got != 0 {
			t.Errorf("%d deliveries are due still", got)
		}
		report, err := o.Report(t.Context(), round.ID, storage.Scope{All: true})
		must(t, err)
		if report.Declined != 1 || report.Invited != 6 || report.Complete != 0 || report.Standings[storage.StandingUnwilling] != 1 {
			t.Errorf("the report is %+v", report)
		}
		missing, _, err := o.MissingFrom(t.Context(), round.ID, storage.Scope{All: true}, 0, 10)
		must(t, err)
		for _, m := range missing {
			if m.EmployeeID == 1 {
				t.Error("who declined is named")
			}
		}
		if again, err := o.Decline(t.Context(), before, storage.Unwilling, "", afternoon); err != nil || again {
			t.Errorf("declined again: %v, %v", again, err)
		}
		if counts, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, afternoon.Add(7*day)); err != nil || counts.Sent != 0 || counts.Declined != 1 {
			t.Errorf("closed with %+v, %v", counts, err)
		}
		over := o.reread(declined)
		if over.State != storage.SessionDeclined || !over.Over || over.Revision != declined.Revision+1 {
			t.Errorf("after the closing the session is %+v", over)
		}
		if open, err := o.Reconsider(t.Context(), over, afternoon.Add(7*day)); err != nil || open {
			t.Errorf("open again after the closing: %v, %v", open, err)
		}
	})

	t.Run("a reason can follow, and a change of mind", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		declined := o.decline(101, storage.Unwilling, "", afternoon)
		for _, want := range []bool{true, false} { // the second tap is at an old revision
			if said, err := o.SayWhy(t.Context(), declined, "many"); err != nil || said != want {
				t.Errorf("said why: %v, %v", said, err)
			}
		}
		told := o.reread(declined)
		if told.DeclinedWhy != "many" {
			t.Errorf("the reason is %q", told.DeclinedWhy)
		}
		for _, want := range []bool{true, false} {
			if open, err := o.Reconsider(t.Context(), told, afternoon); err != nil || open != want {
				t.Errorf("open again: %v, %v", open, err)
			}
		}
		if s := o.session(101); s.DeclinedAs != "" || s.DeclinedWhy != "" {
			t.Errorf("the session is %+v", s)
		}
		o.sent(101, "4", afternoon)
		if status := o.status(round); status.Sent != 1 || status.Declined != 0 {
			t.Errorf("counts %+v", status.RoundCounts)
		}
	})

	t.Run("not asked anew after the consent was taken back and given", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		o.decline(101, storage.Unwilling, "", afternoon)
		_, err := o.Withdraw(t.Context(), 101, from(101, 1), afternoon)
		must(t, err)
		if invited, err := o.Consent(t.Context(), 101, "1", from(101, 2), afternoon); err != nil || invited != 0 {
			t.Errorf("%d forms, %v", invited, err)
		}
		if status := o.status(round); status.Declined != 1 {
			t.Errorf("counts %+v", status.RoundCounts)
		}
	})

	t.Run("who waits for HR declines for nobody else", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		claim := o.waits(301, 5)
		o.decline(301, storage.Unwilling, "time", afternoon)
		if got := o.count(`SELECT count(*) FROM invitation WHERE declined_at IS NOT NULL`); got != 0 {
			t.Errorf("%d invitations are declined", got)
		}
		o.confirm(claim)
		if got := o.count(`SELECT count(*) FROM invitation WHERE declined_as = 'unwilling' AND respondent_id = 5`); got != 1 {
			t.Error("once it is known who they are, it does not count")
		}
	})

	t.Run("while the round closes", func(t *testing.T) {
		for range 4 {
			o := newOffice(t)
			round := o.opened()
			var wait sync.WaitGroup
			for account := int64(101); account <= 104; account++ {
				s := o.completed(account, "4", afternoon)
				wait.Go(func() {
					if _, err := o.Decline(t.Context(), s, storage.Unwilling, "", afternoon); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Go(func() {
				if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, afternoon); err != nil {
					t.Error(err)
				}
			})
			wait.Wait()
			if s := o.status(round); s.Sent+s.Declined != 4 {
				t.Errorf("%d sent, %d declined", s.Sent, s.Declined)
			}
		}
	})
}

func TestWhyPeopleDecline(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		given []string // "reason count"
		want  []storage.ReasonCount
	}{
		"nobody declined":                       {},
		"four of a kind are not told":           {given: []string{"time 4"}},
		"five are":                              {given: []string{"time 5"}, want: []storage.ReasonCount{{Why: "time", Count: 5}}},
		"the others together, if they are five": {given: []string{"time 6", "many 3", " 1", "none 1"}, want: []storage.ReasonCount{{Why: "time", Count: 6}, {Count: 5}}},
		"else one more is among them": {given: []string{"time 7", "many 5", "unclear 1"},
			want: []storage.ReasonCount{{Why: "time", Count: 7}, {Count: 6}}},
		"and where it is the only one, none is told": {given: []string{"time 7", "many 1"}},
		"without a reason is none":                   {given: []string{" 3", "none 9"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			round := o.opened()
			next := 200
			for _, given := range test.given {
				why, n, _ := strings.Cut(given, " ")
				count, err := strconv.Atoi(n)
				must(t, err)
				for range count {
					next++
					o.exec(fmt.Sprintf(`INSERT INTO employee (nip, name, unit_id) VALUES ('198001012005012%[1]d', 'Orang %[1]d', 1);
						INSERT INTO invitation (round_id, respondent_id, subject_id, declined_at, declined_as, declined_why)
						SELECT 1, id, id, '2026-07-07', 'unwilling', '%[2]s' FROM employee WHERE nip = '198001012005012%[1]d'`, next, why))
				}
			}
			report := func(scope storage.Scope) storage.RoundReport {
				report, err := o.Report(t.Context(), round.ID, scope)
				must(t, err)
				return report
			}
			if got := report(storage.Scope{All: true}).Reasons; got != nil {
				t.Errorf("while it is open: %v", got)
			}
			_, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, afternoon)
			must(t, err)
			if diff := cmp.Diff(test.want, report(storage.Scope{All: true}).Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			if got := report(storage.Scope{Units: []int64{1}}).Reasons; got != nil {
				t.Errorf("of a unit: %v", got)
			}
		})
	}
}

// A summary counts who declined by its end, of the whole office or a round, and
// never by units.
func TestASummaryCountsWhoDeclined(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.opened()
	o.decline(101, storage.Unwilling, "", afternoon.Add(day))
	for to, want := range map[time.Time]int{afternoon.Add(day): 0, afternoon.Add(2 * day): 1} {
		counts, err := o.Counts(t.Context(), stats.Period{From: afternoon.Add(-day), To: to})
		must(t, err)
		declined := 0
		for _, s := range counts.Standings {
			declined += s.Declined
		}
		if declined != want {
			t.Errorf("by %v %d have declined, want %d", to, declined, want)
		}
		for _, figure := range stats.Compute(counts).List {
			if figure.Measure == stats.Declined && (figure.N != 1 || strings.HasPrefix(figure.Group, "unit:")) {
				t.Errorf("told is %+v", figure)
			}
		}
	}
}
