package storage_test

import (
	"sync"
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// What answers a person's own act goes out at once, all else waits.
func TestWhatIsAReply(t *testing.T) {
	const out = `UPDATE delivery SET state = 'sent', ended_at = due_at`
	tests := map[string]struct {
		act   func(o office)
		reply bool
	}{
		"a round opens": {act: func(o office) { o.openedB() }},
		"HR adds a participant": {act: func(o office) {
			o.openedB()
			o.exec(out)
			_, err := o.AddParticipants(o.t.Context(), 2, []int64{1}, storage.Source{}, afternoon)
			must(o.t, err)
		}},
		"HR confirms who somebody is": {act: func(o office) {
			claim := o.waits(301, 5)
			o.openedB()
			o.confirm(claim)
		}},
		"a class link with a number that is known": {reply: true, act: func(o office) {
			o.openedB()
			o.exec(out)
			joined, err := o.joins(301, 2, 7, storage.ViaPhone)
			if err != nil || !joined.Confirmed {
				o.t.Fatalf("joined as %+v, %v", joined, err)
			}
		}},
		"a class link with an NIP that HR confirms later": {reply: true, act: func(o office) {
			o.opened()
			o.exec(out)
			o.waits(301, 5)
		}},
		"a personal link": {reply: true, act: func(o office) {
			o.openedB()
			o.exec(out)
			links, err := o.Links(o.t.Context(), "B", afternoon)
			must(o.t, err)
			_, err = o.TouchAccount(o.t.Context(), 301, "id", 1, afternoon)
			must(o.t, err)
			owner, err := o.FindLink(o.t.Context(), links[0].Token, 301)
			must(o.t, err)
			_, err = o.UseLink(o.t.Context(), owner.LinkID, 301, "1", from(301, 2), afternoon)
			must(o.t, err)
		}},
		"consent after it was withdrawn": {reply: true, act: func(o office) {
			o.opened()
			_, err := o.Withdraw(o.t.Context(), 101, from(101, 1), afternoon)
			must(o.t, err)
			o.exec(out)
			_, err = o.Consent(o.t.Context(), 101, "1", from(101, 2), afternoon)
			must(o.t, err)
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.exec(`INSERT INTO participation (training_id, employee_id) VALUES (2, 2)`)
			test.act(o)
			replies := o.count(`SELECT count(*) FROM delivery WHERE kind = 'invitation' AND state = 'due' AND reply`)
			waiting := o.count(`SELECT count(*) FROM delivery WHERE kind = 'invitation' AND state = 'due' AND NOT reply`)
			if (replies > 0) != test.reply || (waiting > 0) == test.reply {
				t.Errorf("%d go out at once, %d wait", replies, waiting)
			}
		})
	}
}

func TestPutOff(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.opened()
	const night = `'2026-07-06 22:00+07'`
	morning := time.Date(2026, time.July, 7, 7, 0, 0, 0, wib)
	o.exec(`UPDATE delivery SET due_at = ` + night + `;
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at, reply) VALUES
		('1', 'claim', 101, ` + night + `, '2026-07-20', false), ('2', 'invitation', 102, ` + night + `, '2026-07-20', true),
		('3', 'invitation', 103, ` + night + `, '2026-07-07 06:00+07', false)`)
	now := morning.Add(-9 * time.Hour)
	process := o.join().Number()

	// Before they are put off, closed time leaves them: somebody put them in since.
	claimed, err := o.ClaimInQuiet(t.Context(), process, lease, 10, now)
	if err != nil || len(claimed) != 2 || claimed[0].Kind != storage.DeliveryClaim || claimed[1].AccountID != 102 {
		t.Fatalf("claimed %+v, %v; want the news of a claim and the reply", claimed, err)
	}
	for _, d := range claimed {
		o.end(d, storage.Outcome{State: storage.Sent, MessageID: 5}, now)
	}
	var moved [4]int
	var each sync.WaitGroup
	for i := range moved {
		each.Go(func() {
			var err error
			if moved[i], err = o.PutOff(t.Context(), morning, calendar.Spread); err != nil {
				t.Error(err)
			}
		})
	}
	each.Wait()
	if got := moved[0] + moved[1] + moved[2] + moved[3]; got != 5 {
		t.Errorf("moved %v, want 5 of them, each once", moved)
	}
	if got := o.count(`SELECT count(DISTINCT due_at) FROM delivery WHERE state = 'due' AND due_at >= $1 AND due_at < $1::timestamptz + interval '1 hour'`, morning); got != 4 {
		t.Errorf("%d moments in the morning", got)
	}

	// What expires before the morning ends then.
	expires := morning.Add(-time.Hour)
	if next, found, err := o.NextDelivery(t.Context()); err != nil || !found || !next.Equal(expires) {
		t.Errorf("the next is due at %v, %v, %v", next, found, err)
	}
	if claimed, err := o.ClaimInQuiet(t.Context(), process, lease, 10, expires); err != nil || len(claimed) != 0 {
		t.Errorf("claimed %+v, %v", claimed, err)
	}
	if got := o.count(`SELECT count(*) FROM delivery WHERE state = 'expired' AND key = '3'`); got != 1 {
		t.Error("what expired has not ended")
	}
}
