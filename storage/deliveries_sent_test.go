package storage_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pascalatih/storage"
)

// Outcomes that two processes write at the same time go together in statements; each
// is its own delivery's all the same.
func TestManyAreSentAtOnce(t *testing.T) {
	t.Parallel()
	const n = 300
	o := newOffice(t)
	o.opened()
	o.exec(fmt.Sprintf(`
		INSERT INTO account (id, created_at) SELECT 1000 + n, '2026-07-01' FROM generate_series(1, 50) n;
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
		SELECT 'x:' || n, 'summary', 1001 + n %% 50, '2026-07-06', '2026-08-01' FROM generate_series(1, %d) n`, n))
	process := o.join().Number()
	claimed := o.claim(process, n+10, afternoon)
	if len(claimed) != n+4 {
		t.Fatalf("%d claimed", len(claimed))
	}
	o.exec(fmt.Sprintf(`UPDATE delivery SET attempts = 2 WHERE id = %d`, claimed[5].ID)) // and sent anew meanwhile
	stores := []*storage.Store{o.Store, connect(t, o.url)}
	var wait sync.WaitGroup
	for i, d := range claimed {
		wait.Go(func() {
			outcome := storage.Outcome{State: storage.Sent, MessageID: 5000 + d.ID}
			if err := stores[i%2].EndDelivery(t.Context(), d, outcome, afternoon.Add(time.Duration(d.ID)*time.Second)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for what, test := range map[string]struct {
		query string
		want  int
	}{
		"sent, each with its message and moment": {want: n + 3, query: `SELECT count(*) FROM delivery
			WHERE state = 'sent' AND message_id = 5000 + id AND ended_at = '2026-07-06 15:30+07'::timestamptz + id * interval '1 second'`},
		"left to its later attempt": {want: 1, query: `SELECT count(*) FROM delivery WHERE state = 'sending' AND attempts = 2`},
		"first cards": {want: 4, query: `SELECT count(*) FROM session s JOIN delivery d ON d.account_id = s.account_id
			WHERE d.kind = 'invitation' AND s.card_message_id = d.message_id AND s.shown_revision = 0`},
		"newest messages": {want: 0, query: `SELECT count(*) FROM account a WHERE last_message_id IS DISTINCT FROM
			coalesce((SELECT max(message_id) FROM delivery d WHERE d.account_id = a.id), 0)`},
	} {
		if got := o.count(test.query); got != test.want {
			t.Errorf("%s: %d, want %d", what, got, test.want)
		}
	}
}

func TestDeliverySessions(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.opened()
	claimed := o.claim(1, 10, afternoon)
	withdrawn, strange := claimed[0], claimed[1]
	withdrawn.Sessions = []int64{1 << 40}
	strange.Sessions = claimed[2].Sessions
	var wait sync.WaitGroup
	for range 20 {
		for _, test := range []struct {
			storage.Delivery
			want int
		}{{claimed[0], 1}, {claimed[1], 1}, {claimed[2], 1}, {withdrawn, 0}, {strange, 0}} {
			wait.Go(func() {
				found, err := o.DeliverySessions(t.Context(), test.Delivery)
				if err != nil || len(found) != test.want {
					t.Errorf("of delivery %d: %+v, %v", test.ID, found, err)
					return
				}
				for _, session := range found {
					if session.ID != test.Sessions[0] || session.AccountID != test.AccountID {
						t.Errorf("delivery %d to %d carries %v, got %d of %d", test.ID, test.AccountID, test.Sessions, session.ID, session.AccountID)
					}
				}
			})
		}
	}
	wait.Wait()
}
