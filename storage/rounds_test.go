package storage_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

func TestOpenRound(t *testing.T) {
	t.Parallel()
	t.Run("everybody is invited, the reachable get a session and a message", func(t *testing.T) {
		o := newOffice(t)
		o.exec(`UPDATE account SET blocked_at = '2026-07-05' WHERE id = 103;
			UPDATE consent SET withdrawn_at = '2026-07-05' WHERE account_id = 104`)
		round, counts, err := o.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "reaction"}, storage.Source{}, wib, afternoon)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(storage.RoundCounts{Invited: 6, Reachable: 2, Withdrawn: 1}, counts); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		if want := afternoon.Add(7 * day); !round.ClosesAt.Equal(want) {
			t.Errorf("closes at %v, want %v", round.ClosesAt, want)
		}
		if got := o.count(`SELECT count(*) FROM session`); got != 3 {
			t.Errorf("%d sessions, want 3: who blocked the bot has one too", got)
		}
		if got := o.count(`SELECT count(*) FROM delivery d JOIN delivery_invitation i ON i.delivery_id = d.id
			WHERE d.kind = 'invitation' AND d.due_at = $1 AND d.expires_at = $2`, afternoon, round.ClosesAt); got != 2 {
			t.Errorf("%d invitations to deliver, want 2", got)
		}
		if got := o.count(`SELECT count(*) FROM round WHERE step_id IS NOT NULL`); got != 1 {
			t.Error("the plan's step was not opened by it")
		}
	})

	refused := map[string]struct {
		opening storage.Opening
		before  string
		code    storage.Code
	}{
		"an unknown training":           {opening: storage.Opening{Training: "X", Instrument: "reaction"}, code: storage.NotFound},
		"an unknown instrument":         {opening: storage.Opening{Training: "A", Instrument: "x"}, code: storage.NotFound},
		"an audience not served":        {opening: storage.Opening{Training: "A", Instrument: "reaction", Audience: "everybody"}, code: storage.Refused},
		"supervisors whom nobody knows": {opening: storage.Opening{Training: "A", Instrument: "reaction", Audience: storage.Supervisors}, code: storage.Empty},
		"a training without people":     {opening: storage.Opening{Training: "A", Instrument: "reaction"}, before: `DELETE FROM participation`, code: storage.Empty},
		"a round that is open already":  {opening: storage.Opening{Training: "A", Instrument: "reaction"}, before: `INSERT INTO round (instrument_id, instrument_key, audience, training_id, opened_at, closes_at) VALUES (1, 'reaction', 'alumni', 1, '2026-07-06', '2026-07-13')`, code: storage.AlreadyOpen},
	}
	for name, test := range refused {
		t.Run(name+" is refused and changes nothing", func(t *testing.T) {
			o := newOffice(t)
			o.exec(test.before)
			rounds := o.count(`SELECT count(*) FROM round`)
			if _, err := o.PreviewRound(t.Context(), test.opening); !storage.IsCode(err, test.code) {
				t.Errorf("preview: %v, want %s", err, test.code)
			}
			if _, _, err := o.OpenRound(t.Context(), test.opening, storage.Source{}, wib, afternoon); !storage.IsCode(err, test.code) {
				t.Errorf("open: %v, want %s", err, test.code)
			}
			if got := o.count(`SELECT count(*) FROM round`); got != rounds {
				t.Errorf("%d rounds, want %d", got, rounds)
			}
		})
	}

	t.Run("the preview tells what opening does", func(t *testing.T) {
		o := newOffice(t)
		preview, err := o.PreviewRound(t.Context(), storage.Opening{Training: "B", Instrument: "reaction"})
		if err != nil {
			t.Fatal(err)
		}
		_, awaited := preview.Step(afternoon, wib)
		if preview.Invited != 4 || preview.Reachable != 0 || awaited || !preview.ClosesAt(afternoon, wib).Equal(afternoon.Add(7*day)) {
			t.Errorf("preview %+v", preview)
		}
	})

	t.Run("a command handled again opens nothing and gives its round", func(t *testing.T) {
		o := newOffice(t)
		src := storage.Source{Account: admin, Chat: admin, Message: 5, Revision: 1}
		var results [4]storage.Round
		var repeated [4]bool
		var wait sync.WaitGroup
		for i := range results {
			wait.Go(func() {
				round, counts, err := o.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "reaction"}, src, wib, afternoon)
				results[i], repeated[i] = round, errors.Is(err, storage.ErrRepeated)
				if err != nil && !repeated[i] {
					t.Error(err)
				}
				if counts.Invited != 6 {
					t.Errorf("counts %+v", counts)
				}
			})
		}
		wait.Wait()
		first := 0
		for i := range results {
			if results[i].ID != results[0].ID {
				t.Errorf("rounds %d and %d", results[i].ID, results[0].ID)
			}
			if !repeated[i] {
				first++
			}
		}
		if first != 1 {
			t.Errorf("%d commands were the first", first)
		}
	})
}

func TestLateParticipants(t *testing.T) {
	t.Parallel()
	t.Run("who links later gets the open rounds at once", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		o.exec(`INSERT INTO account (id, created_at) VALUES (105, '2026-07-07')`)
		links, err := o.Links(t.Context(), "A", afternoon)
		if err != nil {
			t.Fatal(err)
		}
		owner, err := o.FindLink(t.Context(), links[0].Token, 105)
		if err != nil {
			t.Fatal(err)
		}
		invited, err := o.UseLink(t.Context(), owner.LinkID, 105, "1", storage.Source{Account: 105, Chat: 105, Message: 1}, afternoon.Add(day))
		if err != nil || invited != 1 {
			t.Fatalf("invited to %d rounds: %v", invited, err)
		}
		o.session(105)
		if got := o.count(`SELECT count(*) FROM delivery WHERE account_id = 105 AND state = 'due'`); got != 1 {
			t.Errorf("%d deliveries", got)
		}
	})

	t.Run("nobody is missed who links while the round opens", func(t *testing.T) {
		for range 4 {
			o := newOffice(t)
			links, err := o.Links(t.Context(), "A", afternoon)
			if err != nil {
				t.Fatal(err)
			}
			var wait sync.WaitGroup
			for i, link := range links {
				account := int64(201 + i)
				if _, err := o.TouchAccount(t.Context(), account, "id", 1, monday); err != nil {
					t.Fatal(err)
				}
				owner, err := o.FindLink(t.Context(), link.Token, account)
				if err != nil {
					t.Fatal(err)
				}
				wait.Go(func() {
					_, err := o.UseLink(t.Context(), owner.LinkID, account, "1", storage.Source{Account: account, Chat: account, Message: 1}, afternoon)
					if err != nil {
						t.Error(err)
					}
				})
			}
			wait.Go(func() { o.opened() })
			wait.Wait()
			if got := o.count(`SELECT count(*) FROM session`); got != 6 {
				t.Fatalf("%d sessions, want 6", got)
			}
			if got := o.count(`SELECT count(*) FROM delivery_invitation`); got != 6 {
				t.Fatalf("%d invitations to deliver, want 6", got)
			}
		}
	})
}

func TestSteps(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		now  time.Time
		open bool // the round opens
		next time.Time
	}{
		"a minute before":       {now: afternoon.Add(-time.Minute), next: afternoon},
		"at the occasion":       {now: afternoon, open: true, next: checkIn},
		"six days late":         {now: afternoon.Add(6 * day), open: true, next: checkIn},
		"more than a week late": {now: afternoon.Add(7*day + time.Second), next: checkIn},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			due, err := o.DueSteps(t.Context(), test.now, wib)
			if err != nil {
				t.Fatal(err)
			}
			if (len(due) == 1) != test.open {
				t.Fatalf("due: %+v", due)
			}
			for _, step := range due {
				round, counts, err := o.OpenStep(t.Context(), step, wib, test.now)
				if err != nil {
					t.Fatal(err)
				}
				if counts.Invited != 6 || !round.ClosesAt.Equal(test.now.Add(7*day)) {
					t.Errorf("round %+v, counts %+v", round, counts)
				}
			}
			next, found, err := o.NextStep(t.Context(), test.now, wib)
			if err != nil || !found || !next.Equal(test.next) {
				t.Errorf("next step at %v (%v, %v), want %v", next, found, err, test.next)
			}
		})
	}

	t.Run("opened by two schedulers at once it is one round", func(t *testing.T) {
		o := newOffice(t)
		due, err := o.DueSteps(t.Context(), afternoon, wib)
		if err != nil || len(due) != 1 {
			t.Fatalf("due: %+v, %v", due, err)
		}
		var wait sync.WaitGroup
		var rounds [4]int64
		for i := range rounds {
			other := connect(t, o.url)
			wait.Go(func() {
				round, _, err := other.OpenStep(t.Context(), due[0], wib, afternoon)
				if err != nil {
					t.Error(err)
				}
				rounds[i] = round.ID
			})
		}
		wait.Wait()
		if rounds != [4]int64{rounds[0], rounds[0], rounds[0], rounds[0]} {
			t.Errorf("rounds %v", rounds)
		}
	})

	t.Run("HR's command opens the step, which then is not due", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		due, err := o.DueSteps(t.Context(), afternoon, wib)
		if err != nil || len(due) != 0 {
			t.Errorf("due: %+v, %v", due, err)
		}
	})

	asked := map[string]struct {
		closed, now time.Time // closed: zero, it is open still
		due         int
	}{
		"what HR asks already is not due":                 {now: afternoon},
		"nor what was asked by then, once that is over":   {closed: afternoon.Add(2 * day), now: afternoon.Add(3 * day)},
		"what was over before the occasion is asked anew": {closed: afternoon.Add(-time.Hour), now: afternoon, due: 1},
	}
	for name, test := range asked {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.exec(`UPDATE training SET plan_id = NULL`) // as long as HR asks
			round, _, err := o.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "reaction"}, storage.Source{}, wib, afternoon.Add(-5*time.Hour))
			must(t, err)
			if !test.closed.IsZero() {
				_, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, test.closed)
				must(t, err)
			}
			o.exec(`UPDATE training SET plan_id = (SELECT id FROM plan WHERE key = 'singkat') WHERE id = 1`)
			due, err := o.DueSteps(t.Context(), test.now, wib)
			if err != nil || len(due) != test.due {
				t.Errorf("due: %+v, %v", due, err)
			}
		})
	}

	t.Run("what cannot open is passed over, noted once, and opens when it can", func(t *testing.T) {
		o := newOffice(t)
		o.exec(`DELETE FROM instrument WHERE key = 'checkin'`)
		due, err := o.DueSteps(t.Context(), checkIn, wib)
		if err != nil || len(due) != 1 {
			t.Fatalf("due: %+v, %v", due, err)
		}
		_, _, err = o.OpenStep(t.Context(), due[0], wib, checkIn)
		if !storage.IsCode(err, storage.NotFound) {
			t.Fatalf("a step without its instrument: %v", err)
		}
		for _, want := range []bool{true, false} {
			first, err := o.NotePassed(t.Context(), due[0], storage.NotFound, checkIn)
			if err != nil || first != want {
				t.Errorf("noted first: %v (%v), want %v", first, err, want)
			}
		}
		if due, err := o.DueSteps(t.Context(), checkIn, wib); err != nil || len(due) != 0 {
			t.Errorf("after the note: %+v, %v", due, err)
		}
		o.exec(`INSERT INTO instrument (key, version, hash, privacy, definition, published_at)
			SELECT 'checkin', version, hash, privacy, definition, published_at FROM instrument WHERE key = 'reaction'`)
		if due, err := o.DueSteps(t.Context(), checkIn, wib); err != nil || len(due) != 1 {
			t.Errorf("once published: %+v, %v", due, err)
		}
	})
}

// checkIn is the first weekday at 9 from the 30th day after training A on.
var checkIn = time.Date(2026, time.August, 5, 9, 0, 0, 0, wib)
