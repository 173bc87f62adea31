package storage_test

import (
	"errors"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/survey/export"
)

func TestWithdraw(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	o.completed(101, "3", afternoon)
	src := from(101, 50)
	if sent, err := o.Withdraw(t.Context(), 101, src, afternoon); err != nil || sent != 0 {
		t.Fatalf("withdrew with %d sent: %v", sent, err)
	}
	if open, err := o.OpenSessions(t.Context(), 101); err != nil || len(open) != 0 {
		t.Errorf("%d open forms: %v", len(open), err)
	}
	if n := o.count(`SELECT count(*) FROM session WHERE account_id = 101`); n != 0 {
		t.Errorf("%d sessions are kept", n)
	}
	if n := o.count(`SELECT count(*) FROM delivery WHERE account_id = 101 AND state <> 'unneeded'`); n != 0 {
		t.Errorf("%d deliveries are still on their way", n)
	}
	status, err := o.Status(t.Context(), round.ID)
	if err != nil || status.Withdrawn != 1 || status.Invited != 6 {
		t.Errorf("invited %d, withdrawn %d: %v", status.Invited, status.Withdrawn, err)
	}
	if _, err := o.Withdraw(t.Context(), 101, src, afternoon); !errors.Is(err, storage.ErrRepeated) {
		t.Errorf("the same tap again: %v", err)
	}
	if _, err := o.Withdraw(t.Context(), 101, from(101, 51), afternoon); !storage.IsCode(err, storage.NoConsent) {
		t.Errorf("withdrawn twice: %v", err)
	}
	account, err := o.Account(t.Context(), 101)
	if err != nil || account.Claim == nil || account.Consented {
		t.Errorf("the claim stays, the consent does not: %+v, %v", account, err)
	}
}

func TestWithdrawKeepsSummariesComing(t *testing.T) {
	o := newOffice(t)
	o.exec(`INSERT INTO summary (from_at, to_at, figures, computed_at) VALUES ('2026-06-29', '2026-07-06', '{}', '2026-07-06');
		INSERT INTO delivery (key, kind, account_id, summary_id, due_at, expires_at)
		VALUES ('summary:1:101', 'summary', 101, 1, '2026-07-06', '2026-07-13')`)
	if _, err := o.Withdraw(t.Context(), 101, from(101, 50), afternoon); err != nil {
		t.Fatal(err)
	}
	if n := o.count(`SELECT count(*) FROM delivery WHERE kind = 'summary' AND state = 'due'`); n != 1 {
		t.Errorf("%d summaries are due", n)
	}
}

func TestConsentAgain(t *testing.T) {
	o := newOffice(t)
	o.opened()
	o.sent(102, "3", afternoon)
	for _, account := range []int64{101, 102} {
		if _, err := o.Withdraw(t.Context(), account, from(account, 50), afternoon); err != nil {
			t.Fatal(err)
		}
	}
	src := from(101, 60)
	if invited, err := o.Consent(t.Context(), 101, "2", src, afternoon.Add(day)); err != nil || invited != 1 {
		t.Fatalf("invited to %d: %v", invited, err)
	}
	o.session(101)
	if n := o.count(`SELECT count(*) FROM delivery WHERE account_id = 101 AND state = 'due'`); n != 1 {
		t.Errorf("%d invitations are due", n)
	}
	if invited, err := o.Consent(t.Context(), 101, "2", src, afternoon); !errors.Is(err, storage.ErrRepeated) || invited != 1 {
		t.Errorf("the same tap again: %d, %v", invited, err)
	}
	if invited, err := o.Consent(t.Context(), 102, "2", from(102, 60), afternoon); err != nil || invited != 0 {
		t.Errorf("who sent is asked again: %d, %v", invited, err)
	}
	if _, err := o.Consent(t.Context(), admin, "2", from(admin, 60), afternoon); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("without a claim: %v", err)
	}
	if n := o.count(`SELECT count(*) FROM consent WHERE account_id = 101`); n != 2 {
		t.Errorf("%d consents are on record", n)
	}
}

func TestUnlink(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	later := afternoon.Add(90 * time.Minute)
	for _, account := range []int64{101, 102, 103} {
		o.sent(account, "3", later)
	}
	before := o.exported(round.ID, export.Options{})
	src := from(101, 50)
	if unlinked, err := o.Unlink(t.Context(), 101, src, later.Add(day)); err != nil || unlinked != 1 {
		t.Fatalf("unlinked %d: %v", unlinked, err)
	}
	if n := o.count(`SELECT count(*) FROM response WHERE claim_id IS NULL AND invitation_id IS NULL AND unit_id IS NULL`); n != 1 {
		t.Errorf("%d responses are nobody's", n)
	}
	if n := o.count(`SELECT count(*) FROM respondent_code WHERE employee_id = 1`); n != 0 {
		t.Errorf("%d codes are kept", n)
	}
	if n := o.count(`SELECT count(*) FROM session x JOIN response p ON p.sent_at IN (x.updated_at, x.opened_at)
		WHERE x.account_id = 101`); n != 0 {
		t.Error("the session's times lead to the response")
	}
	after := o.exported(round.ID, export.Options{})
	if len(after) != len(before) {
		t.Errorf("%d rows of %d are in the export", len(after)-1, len(before)-1)
	}
	if last := after[len(after)-1]; last["kode"] != "" || last["unit"] != "" {
		t.Errorf("the unlinked row has code %q, unit %q", last["kode"], last["unit"])
	}
	if unlinked, err := o.Unlink(t.Context(), 101, src, later); !errors.Is(err, storage.ErrRepeated) || unlinked != 1 {
		t.Errorf("the same tap again: %d, %v", unlinked, err)
	}
	if unlinked, err := o.Unlink(t.Context(), 101, from(101, 51), later); err != nil || unlinked != 0 {
		t.Errorf("nothing is left: %d, %v", unlinked, err)
	}
}

func TestUnlinkKeepsTheUnitOfFive(t *testing.T) {
	o := newOffice(t)
	o.exec(`UPDATE employee SET unit_id = 1 WHERE id <= 5`)
	if _, err := o.use(newcomer, "005"); err != nil {
		t.Fatal(err)
	}
	o.opened()
	for _, account := range []int64{101, 102, 103, 104, newcomer} {
		o.sent(account, "3", afternoon)
	}
	if _, err := o.Unlink(t.Context(), 101, from(101, 50), afternoon); err != nil {
		t.Fatal(err)
	}
	if n := o.count(`SELECT count(*) FROM response WHERE claim_id IS NULL AND unit_id = 1`); n != 1 {
		t.Errorf("%d unlinked responses kept their unit", n)
	}
}
