package storage_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

func TestCloseRound(t *testing.T) {
	t.Parallel()
	closing := afternoon.Add(7 * day)

	t.Run("sends what only lacks Kirim and ends the rest", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		o.sent(101, "4", afternoon)
		complete := o.completed(102, "2", afternoon)
		halfway := o.session(103)
		halfway = o.save(halfway, o.form(halfway), afternoon)
		untouched := o.session(104)
		counts, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, closing)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(storage.RoundCounts{Invited: 6, Reachable: 4, Opened: 3, Sent: 2}, counts); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		if s := o.reread(complete); s.State != storage.SessionSent || !s.Automatic || s.Revision != complete.Revision+1 {
			t.Errorf("the complete form: %+v", s)
		}
		if s := o.reread(halfway); s.State != storage.SessionClosed || s.Revision != halfway.Revision+1 {
			t.Errorf("the form halfway: %+v", s)
		}
		if got := o.count(`SELECT count(*) FROM answer a JOIN response r ON r.id = a.response_id WHERE r.automatic`); got != len(o.form(complete).Answers(afternoon)) {
			t.Errorf("%d answers were sent", got)
		}
		if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'unneeded'`); got != 4 {
			t.Errorf("%d deliveries are no longer needed", got)
		}
		for _, ref := range o.behind() {
			if ref.ID == untouched.ID {
				t.Error("a card is to be shown to somebody who never had one")
			}
		}
		if len(o.behind()) != 3 {
			t.Errorf("behind: %v", o.behind())
		}
	})

	t.Run("a date that has passed meanwhile does not make a form incomplete", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		o.completed(101, "4", afternoon)
		if counts, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, afternoon.AddDate(1, 0, 0)); err != nil || counts.Sent != 1 {
			t.Errorf("counts %+v, %v", counts, err)
		}
	})

	t.Run("a form that cannot be read does not keep the round open", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		o.completed(101, "4", afternoon)
		o.exec(`UPDATE session SET survey = '{"answers": {"x": "y"}}' WHERE account_id = 101`)
		if counts, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, closing); err != nil || counts.Sent != 0 {
			t.Errorf("counts %+v, %v", counts, err)
		}
	})

	t.Run("again, it changes nothing; the same command says so", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		src := storage.Source{Account: admin, Chat: admin, Message: 6}
		for i, src := range []storage.Source{src, {}, src} {
			counts, err := o.CloseRound(t.Context(), round.ID, src, closing.Add(time.Duration(i)*time.Hour))
			if errors.Is(err, storage.ErrRepeated) != (i == 2) || err != nil && i != 2 || counts.Invited != 6 {
				t.Errorf("closing %d: %+v, %v", i, counts, err)
			}
		}
		if s := o.status(round); !s.ClosedAt.Equal(closing) {
			t.Errorf("closed at %v", s.ClosedAt)
		}
	})

	t.Run("two at once send each form once", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		for account := int64(101); account <= 104; account++ {
			o.completed(account, "4", afternoon)
		}
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if counts, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, closing); err != nil || counts.Sent != 4 {
					t.Errorf("counts %+v, %v", counts, err)
				}
			})
		}
		wait.Wait()
		if got := o.count(`SELECT count(*) FROM response`); got != 4 {
			t.Errorf("%d responses", got)
		}
	})

	t.Run("a Kirim that races it is one response", func(t *testing.T) {
		for range 4 {
			o := newOffice(t)
			round := o.opened()
			var wait sync.WaitGroup
			for account := int64(101); account <= 104; account++ {
				s := o.completed(account, "4", afternoon)
				answers := o.form(s).Answers(afternoon)
				wait.Go(func() {
					if _, err := o.SendSession(t.Context(), s, answers, closing); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Go(func() {
				if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, closing); err != nil {
					t.Error(err)
				}
			})
			wait.Wait()
			if got := o.count(`SELECT count(*) FROM response`); got != 4 {
				t.Fatalf("%d responses, want 4", got)
			}
		}
	})

	t.Run("rounds are due when their time is over", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		if next, found, err := o.NextClosing(t.Context()); err != nil || !found || !next.Equal(closing) {
			t.Errorf("next closing %v, %v, %v", next, found, err)
		}
		for now, want := range map[time.Time]int{closing.Add(-time.Second): 0, closing: 1} {
			if due, err := o.DueClosings(t.Context(), now); err != nil || len(due) != want {
				t.Errorf("due at %v: %v, %v", now, due, err)
			}
		}
		if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, closing); err != nil {
			t.Fatal(err)
		}
		if _, found, err := o.NextClosing(t.Context()); err != nil || found {
			t.Errorf("another closing: %v, %v", found, err)
		}
	})
}
