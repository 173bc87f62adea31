package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey/stats"
)

var everywhere = storage.Scope{All: true}

// joins has a new account say by a class link that it is an employee.
func (o office) joins(account, training, employee int64, via storage.ClaimVia) (storage.Joined, error) {
	o.t.Helper()
	if _, err := o.TouchAccount(o.t.Context(), account, "id", 1, afternoon); err != nil {
		o.t.Fatal(err)
	}
	return o.JoinClass(o.t.Context(), storage.Joining{
		Account: account, Training: training, Employee: employee, Via: via, ToldName: "Pegawai Lima", Notice: "1",
	}, from(account, 2), afternoon)
}

// waits has a new account wait for HR to confirm that it is an employee, by the
// class link of training A.
func (o office) waits(account, employee int64) (claim int64) {
	o.t.Helper()
	joined, err := o.joins(account, 1, employee, storage.ViaNIP)
	if err != nil || joined.Confirmed {
		o.t.Fatalf("account %d joined as %+v: %v", account, joined, err)
	}
	return joined.Claim
}

func (o office) openedB() storage.Round {
	o.t.Helper()
	round, _, err := o.OpenRound(o.t.Context(), storage.Opening{Training: "B", Instrument: "reaction"}, storage.Source{}, wib, afternoon)
	if err != nil {
		o.t.Fatal(err)
	}
	return round
}

func (o office) confirm(claims ...int64) int {
	o.t.Helper()
	confirmed, err := o.ConfirmClaims(o.t.Context(), everywhere, claims, from(admin, claims[0]), afternoon)
	if err != nil {
		o.t.Fatal(err)
	}
	return confirmed
}

// stands wants a claim to be in a state.
func (o office) stands(claim int64, want storage.ClaimState) {
	o.t.Helper()
	if got := query[string](o.t, o.url, `SELECT state FROM claim WHERE id = $1`, claim); got != string(want) {
		o.t.Errorf("claim %d is %s, want %s", claim, got, want)
	}
}

// told wants an account to be told as often of its claim.
func (o office) told(account int64, want int) {
	o.t.Helper()
	if got := o.count(`SELECT count(*) FROM delivery WHERE account_id = $1 AND kind = 'claim' AND state = 'due'`, account); got != want {
		o.t.Errorf("account %d is told %d times of its claim, want %d", account, got, want)
	}
}

// A form under a claim that waits is a session of its own, in the class link's
// training only, and counts from the moment HR confirms.
func TestProvisionalFormsCountOnceConfirmed(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	roundB := o.openedB()
	claim := o.waits(301, 5)
	if s := o.session(301); s.RoundID != round.ID {
		t.Errorf("invited to round %d, want only that of the class link's training", s.RoundID)
	}
	o.sent(301, "3", afternoon)
	if status, err := o.Status(t.Context(), round.ID); err != nil || status.Sent != 0 {
		t.Errorf("%d sent count before HR confirmed: %v", status.Sent, err)
	}
	if counts, err := o.Counts(t.Context(), stats.Period{From: afternoon, To: afternoon.Add(day)}); err != nil || sentIn(counts) != 0 {
		t.Errorf("the figures are %+v: %v", counts.Standings, err)
	}

	later := afternoon.Add(2 * day)
	if n, err := o.ConfirmClaims(t.Context(), everywhere, []int64{claim}, from(admin, 9), later); err != nil || n != 1 {
		t.Fatalf("confirmed %d: %v", n, err)
	}
	if n, err := o.ConfirmClaims(t.Context(), everywhere, []int64{claim}, from(admin, 9), later); !errors.Is(err, storage.ErrRepeated) || n != 1 {
		t.Errorf("the same tap again: %d, %v", n, err)
	}
	if status, err := o.Status(t.Context(), round.ID); err != nil || status.Sent != 1 {
		t.Errorf("%d sent count after it: %v", status.Sent, err)
	}
	for from, want := range map[time.Time]int{afternoon: 0, afternoon.Add(2 * day): 1} {
		counts, err := o.Counts(t.Context(), stats.Period{From: from, To: from.Add(day)})
		if got := sentIn(counts); err != nil || got != want {
			t.Errorf("from %v: %d sent, want %d: %v", from, got, want, err)
		}
	}
	if s := o.session(301); s.RoundID != roundB.ID {
		t.Errorf("after it invited to round %d", s.RoundID)
	}
	if n := o.count(`SELECT count(*) FROM claim WHERE told_name <> ''`); n != 0 {
		t.Error("what Telegram calls them is kept")
	}
	o.told(301, 1)
}

func TestLaterRoundsOfWhoWaits(t *testing.T) {
	o := newOffice(t)
	o.waits(301, 5)
	o.openedB()
	if open, err := o.OpenSessions(t.Context(), 301); err != nil || len(open) != 0 {
		t.Errorf("asked about another training: %d, %v", len(open), err)
	}
	o.opened()
	o.session(301)
}

func TestConfirmingRefusesTheOthers(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	first, second, third := o.waits(301, 5), o.waits(302, 5), o.waits(303, 5)
	o.sent(301, "1", afternoon)
	o.sent(302, "4", afternoon)
	o.completed(303, "2", afternoon)
	o.confirm(second)
	o.stands(first, storage.ClaimRefused)
	o.stands(second, storage.ClaimConfirmed)
	o.stands(third, storage.ClaimRefused)
	for _, account := range []int64{301, 303} {
		o.told(account, 1)
		if n := o.count(`SELECT (SELECT count(*) FROM session WHERE account_id = $1) + (SELECT count(*) FROM response r JOIN claim c ON c.id = r.claim_id
			WHERE c.account_id = $1) + (SELECT count(*) FROM delivery WHERE account_id = $1 AND state = 'due' AND kind = 'invitation')`, account); n != 0 {
			t.Errorf("%d forms and invitations of account %d are left", n, account)
		}
		if known, err := o.Account(t.Context(), account); err != nil || known.Waiting || known.Consented {
			t.Errorf("account %d is %+v: %v", account, known, err)
		}
	}
	if n := o.count(`SELECT count(*) FROM answer a JOIN response r ON r.id = a.response_id WHERE NOT r.counts`); n != 0 {
		t.Errorf("%d answers count nowhere and are kept", n)
	}
	if status, err := o.Status(t.Context(), round.ID); err != nil || status.Sent != 1 {
		t.Errorf("%d sent: %v", status.Sent, err)
	}
	// Who was refused may try again, as somebody else.
	if _, err := o.JoinClass(t.Context(), storage.Joining{Account: 301, Training: 1, Employee: 6, Via: storage.ViaNIP, Notice: "1"}, from(301, 9), afternoon); err != nil {
		t.Error(err)
	}
	o.session(301)
}

func TestConfirmingAnotherAccountOfAnEmployee(t *testing.T) {
	for name, formerSent := range map[string]bool{"who had not sent": false, "who had sent": true} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			round := o.opened()
			joined, err := o.joins(301, 1, 1, storage.ViaPhone) // 101 stands for employee 1
			if err != nil || joined.Confirmed || joined.Invited != 1 {
				t.Fatalf("joined as %+v: %v", joined, err)
			}
			o.sent(301, "3", afternoon)
			if formerSent {
				o.sent(101, "4", afternoon)
			} else {
				o.completed(101, "4", afternoon)
			}
			o.confirm(joined.Claim)
			o.stands(1, storage.ClaimEnded)
			o.stands(joined.Claim, storage.ClaimConfirmed)
			o.told(101, 1)
			if status, err := o.Status(t.Context(), round.ID); err != nil || status.Sent != 1 {
				t.Errorf("%d sent, want one form of one employee: %v", status.Sent, err)
			}
			if n := o.count(`SELECT count(*) FROM response`); n != 1 {
				t.Errorf("%d responses are kept", n)
			}
			if open, err := o.OpenSessions(t.Context(), 101); err != nil || len(open) != 0 {
				t.Errorf("%d forms are open to the former account: %v", len(open), err)
			}
		})
	}
}

func TestRefuseClaim(t *testing.T) {
	o := newOffice(t)
	o.opened()
	claim := o.waits(301, 5)
	o.sent(301, "3", afternoon)
	src := from(admin, 9)
	if err := o.RefuseClaim(t.Context(), everywhere, claim, src, afternoon); err != nil {
		t.Fatal(err)
	}
	o.stands(claim, storage.ClaimRefused)
	o.told(301, 1)
	if n := o.count(`SELECT (SELECT count(*) FROM response) + (SELECT count(*) FROM answer)`); n != 0 {
		t.Errorf("%d responses and answers are kept", n)
	}
	if err := o.RefuseClaim(t.Context(), everywhere, claim, src, afternoon); !errors.Is(err, storage.ErrRepeated) {
		t.Errorf("the same tap again: %v", err)
	}
	if err := o.RefuseClaim(t.Context(), everywhere, claim, from(admin, 10), afternoon); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("refused twice: %v", err)
	}
	if _, err := o.ConfirmClaims(t.Context(), everywhere, []int64{claim}, from(admin, 11), afternoon); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("confirmed after it: %v", err)
	}
}

func TestClaimsOfOtherUnits(t *testing.T) {
	o := newOffice(t)
	claim := o.waits(301, 5) // of unit 2
	mine, others := storage.Scope{Units: []int64{2}}, storage.Scope{Units: []int64{1}}
	for name, scope := range map[string]storage.Scope{"another unit": others, "none": {}} {
		if seen, err := o.WaitingClaims(t.Context(), scope); err != nil || len(seen) != 0 {
			t.Errorf("%s sees %v: %v", name, seen, err)
		}
		if _, err := o.ConfirmClaims(t.Context(), scope, []int64{claim}, from(admin, 8), afternoon); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("%s confirms: %v", name, err)
		}
		if err := o.RefuseClaim(t.Context(), scope, claim, from(admin, 9), afternoon); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("%s refuses: %v", name, err)
		}
		if err := o.EndClaim(t.Context(), scope, 1, from(admin, 10), afternoon); name == "none" && !storage.IsCode(err, storage.NotFound) {
			t.Errorf("%s ends: %v", name, err)
		}
	}
	seen, err := o.WaitingClaims(t.Context(), mine)
	want := []storage.WaitingClaim{{ID: claim, Name: "Pegawai 5", Unit: "Badan Contoh", ToldName: "Pegawai Lima", Training: "Pelatihan A",
		Via: storage.ViaNIP, CreatedAt: afternoon.UTC(), TakesPart: true}}
	if diff := cmp.Diff(want, seen, cmp.Comparer(time.Time.Equal)); diff != "" || err != nil {
		t.Errorf("(-want +got):\n%s%v", diff, err)
	}
	if n, err := o.ConfirmClaims(t.Context(), mine, []int64{claim}, from(admin, 11), afternoon); err != nil || n != 1 {
		t.Errorf("confirmed %d: %v", n, err)
	}
}

func TestWhatSpeaksAgainstAClaim(t *testing.T) {
	o := newOffice(t)
	o.waits(301, 5)
	o.waits(302, 5)
	o.waits(303, 8) // takes part in B only
	o.waits(304, 1) // account 101 stands for them
	o.waits(305, 6)
	o.exec(`UPDATE employee SET left_at = '2026-07-01', left_as = 'moved' WHERE id = 6`)
	seen, err := o.WaitingClaims(t.Context(), everywhere)
	if err != nil {
		t.Fatal(err)
	}
	type doubts struct {
		TakesPart, Taken, Left bool
		Rivals                 int
	}
	var got []doubts
	for _, c := range seen {
		got = append(got, doubts{c.TakesPart, c.Taken, c.Left, c.Rivals})
	}
	want := []doubts{{TakesPart: true, Rivals: 1}, {TakesPart: true, Rivals: 1}, {}, {TakesPart: true, Taken: true}, {TakesPart: true, Left: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWithdrawingWhileWaiting(t *testing.T) {
	o := newOffice(t)
	o.opened()
	claim := o.waits(301, 5)
	o.sent(301, "3", afternoon)
	if sent, err := o.Withdraw(t.Context(), 301, from(301, 50), afternoon); err != nil || sent != 0 {
		t.Fatalf("withdrew with %d sent: %v", sent, err)
	}
	o.stands(claim, storage.ClaimEnded)
	if n := o.count(`SELECT (SELECT count(*) FROM response) + (SELECT count(*) FROM session WHERE account_id = 301)`); n != 0 {
		t.Errorf("%d forms are kept", n)
	}
	if n := o.count(`SELECT count(*) FROM invitation WHERE withdrawn_at IS NOT NULL`); n != 0 {
		t.Error("the employee is counted as withdrawn")
	}
	if seen, err := o.WaitingClaims(t.Context(), everywhere); err != nil || len(seen) != 0 {
		t.Errorf("%d claims wait: %v", len(seen), err)
	}
}

func TestUnlinkLeavesWhatWaits(t *testing.T) {
	o := newOffice(t)
	o.opened()
	claim := o.waits(301, 5)
	o.sent(301, "3", afternoon)
	if unlinked, err := o.Unlink(t.Context(), 301, from(301, 50), afternoon); err != nil || unlinked != 0 {
		t.Fatalf("unlinked %d: %v", unlinked, err)
	}
	o.confirm(claim)
	if n := o.count(`SELECT count(*) FROM response WHERE counts`); n != 1 {
		t.Errorf("%d responses count", n)
	}
}

func TestUsingALinkWhileWaiting(t *testing.T) {
	tests := map[string]struct {
		by, waited int64 // the account that uses the link of employee 5, and whom 301 says it is
		own        storage.ClaimState
		counted    int
	}{
		"its own":         {by: 301, waited: 5, own: storage.ClaimConfirmed, counted: 1},
		"somebody else's": {by: 302, waited: 5, own: storage.ClaimRefused},
		"of another":      {by: 301, waited: 6, own: storage.ClaimEnded},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.opened()
			claim := o.waits(301, test.waited)
			o.sent(301, "3", afternoon)
			if _, err := o.TouchAccount(t.Context(), test.by, "id", 1, afternoon); err != nil {
				t.Fatal(err)
			}
			owner, err := o.FindLink(t.Context(), o.link("005").Token, test.by)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := o.UseLink(t.Context(), owner.LinkID, test.by, "1", from(test.by, 77), afternoon); err != nil {
				t.Fatal(err)
			}
			o.stands(claim, test.own)
			account, err := o.Account(t.Context(), test.by)
			if err != nil || account.Claim == nil || account.Claim.EmployeeID != 5 || account.Waiting || !account.Consented {
				t.Errorf("the account is %+v: %v", account, err)
			}
			if n := o.count(`SELECT count(*) FROM response`); n != test.counted {
				t.Errorf("%d responses", n)
			}
			if n := o.count(`SELECT count(*) FROM response WHERE counts`); n != test.counted {
				t.Errorf("%d responses count", n)
			}
		})
	}
}

// A closing sends complete forms of those who wait, too; they count when they are
// confirmed after it.
func TestClosingWhileWaiting(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	claim := o.waits(301, 5)
	s := o.completed(301, "3", afternoon)
	counts, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, afternoon.Add(day))
	if err != nil || counts.Sent != 0 {
		t.Fatalf("%d sent: %v", counts.Sent, err)
	}
	if now := o.reread(s); now.State != storage.SessionSent || !now.Automatic {
		t.Errorf("the form is %s, by itself %v", now.State, now.Automatic)
	}
	o.confirm(claim)
	if status, err := o.Status(t.Context(), round.ID); err != nil || status.Sent != 1 {
		t.Errorf("%d sent after it: %v", status.Sent, err)
	}
}

// sentIn is how many sent in a period.
func sentIn(c stats.Counts) int {
	sent := 0
	for _, standing := range c.Standings {
		sent += standing.SentNow
	}
	return sent
}
