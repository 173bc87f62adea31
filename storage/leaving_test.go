package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pascalatih/storage"
)

func TestMarkLeft(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	o.exec(`UPDATE session SET opened_at = '2026-07-06' WHERE account_id = 101`)
	o.sent(102, "4", afternoon.Add(time.Hour))
	src := storage.Source{Account: admin, Chat: admin, Message: 7}
	leaving := map[int64]storage.Departure{1: storage.Moved, 2: storage.Moved, 3: storage.Retired, 5: storage.Retired, 99: storage.Moved}
	for _, want := range []error{nil, storage.ErrRepeated} {
		left, err := o.MarkLeft(t.Context(), leaving, src, afternoon.Add(2*time.Hour))
		if !errors.Is(err, want) || left != (storage.Left{Moved: 2, Retired: 2}) {
			t.Errorf("%+v, %v", left, err)
		}
	}
	// Begun and sent stays; what nobody opened is withdrawn, with its deliveries.
	if n := o.count(`SELECT count(*) FROM invitation WHERE round_id = $1`, round.ID); n != 4 {
		t.Errorf("%d invitations", n)
	}
	if n := o.count(`SELECT count(*) FROM delivery WHERE state IN ('due', 'held') AND account_id IN (101, 102, 103)`); n != 0 {
		t.Errorf("%d deliveries are on their way to who left", n)
	}
	if n := o.count(`SELECT count(*) FROM response`); n != 1 {
		t.Errorf("%d responses", n)
	}
	people, all, err := o.Present(t.Context(), []int64{1, 4, 6}, 0, 1)
	if err != nil || all != 2 || len(people) != 1 || people[0].ID != 4 {
		t.Errorf("in the office are %v of %d: %v", people, all, err)
	}

	// Listed again, they are asked again.
	o.mustImport("nip,nama,unit\n198001012005011003,Pegawai 3,Badan Contoh\n198001012005011005,Pegawai 5,Badan Contoh\n")
	if n := o.count(`SELECT count(*) FROM employee WHERE left_at IS NOT NULL`); n != 2 {
		t.Errorf("%d are gone", n)
	}
	if n := o.count(`SELECT count(*) FROM invitation WHERE round_id = $1`, round.ID); n != 6 {
		t.Errorf("%d invitations after the return", n)
	}
	if s := o.session(103); s.RoundID != round.ID {
		t.Errorf("account 103 is asked in round %d", s.RoundID)
	}
	// To take part is not to be back.
	o.mustImport("kode,nip\nB,198001012005011001\n")
	if n := o.count(`SELECT count(*) FROM employee WHERE id = 1 AND left_as = 'moved'`); n != 1 {
		t.Error("a participation takes the leaving back")
	}
}

// Who leaves while a round is closed, or sends just then, is in a whole state.
func TestMarkLeftBesideAClosing(t *testing.T) {
	for i := range 5 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			o := newOffice(t)
			round := o.opened()
			o.completed(101, "4", afternoon.Add(time.Hour))
			var wait sync.WaitGroup
			wait.Go(func() {
				if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, afternoon.Add(2*time.Hour)); err != nil {
					t.Errorf("closing: %v", err)
				}
			})
			wait.Go(func() {
				all := map[int64]storage.Departure{1: storage.Moved, 2: storage.Retired, 3: storage.Moved, 4: storage.Moved}
				if _, err := o.MarkLeft(t.Context(), all, storage.Source{}, afternoon.Add(2*time.Hour)); err != nil {
					t.Errorf("leaving: %v", err)
				}
			})
			wait.Wait()
			if n := o.count(`SELECT count(*) FROM employee WHERE left_at IS NOT NULL`); n != 4 {
				t.Errorf("%d left", n)
			}
			if n := o.count(`SELECT count(*) FROM session WHERE state = 'open'`); n != 0 {
				t.Errorf("%d forms are open in a closed round", n)
			}
		})
	}
}

// Whoever leaves while a round is opened is not asked in it.
func TestMarkLeftBesideAnOpening(t *testing.T) {
	for i := range 10 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			o := newOffice(t)
			var wait sync.WaitGroup
			wait.Go(func() { o.opened() })
			wait.Go(func() {
				leaving := map[int64]storage.Departure{1: storage.Moved, 2: storage.Retired}
				if _, err := o.MarkLeft(t.Context(), leaving, storage.Source{}, afternoon); err != nil {
					t.Errorf("leaving: %v", err)
				}
			})
			wait.Wait()
			if n := o.count(`SELECT count(*) FROM invitation WHERE respondent_id IN (1, 2)`); n != 0 {
				t.Errorf("%d invitations to who left", n)
			}
		})
	}
}
