package storage_test

import (
	"errors"
	"testing"

	"pascalatih/storage"
)

func TestEndClaim(t *testing.T) {
	o := newOffice(t)
	o.opened()
	o.openedB()
	o.completed(101, "3", afternoon)
	src := from(admin, 9)
	if err := o.EndClaim(t.Context(), everywhere, 1, src, afternoon); err != nil {
		t.Fatal(err)
	}
	o.stands(1, storage.ClaimEnded)
	o.told(101, 1)
	if n := o.count(`SELECT (SELECT count(*) FROM session WHERE account_id = 101)
		+ (SELECT count(*) FROM delivery WHERE account_id = 101 AND state = 'due' AND kind = 'invitation')`); n != 0 {
		t.Errorf("%d forms and invitations are left", n)
	}
	if err := o.EndClaim(t.Context(), everywhere, 1, src, afternoon); !errors.Is(err, storage.ErrRepeated) {
		t.Errorf("the same tap again: %v", err)
	}
	if err := o.EndClaim(t.Context(), everywhere, 1, from(admin, 10), afternoon); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("ended twice: %v", err)
	}
	// The new phone gets a form of its own.
	link, err := o.NewLink(t.Context(), everywhere, 1, from(admin, 11), afternoon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.TouchAccount(t.Context(), 301, "id", 1, afternoon); err != nil {
		t.Fatal(err)
	}
	owner, err := o.FindLink(t.Context(), link.Token, 301)
	if err != nil {
		t.Fatal(err)
	}
	if invited, err := o.UseLink(t.Context(), owner.LinkID, 301, "1", from(301, 2), afternoon); err != nil || invited != 1 {
		t.Errorf("invited to %d: %v", invited, err)
	}
}

func TestEndClaimKeepsWhatWasSent(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	o.sent(101, "3", afternoon)
	if err := o.EndClaim(t.Context(), everywhere, 1, from(admin, 9), afternoon); err != nil {
		t.Fatal(err)
	}
	if status, err := o.Status(t.Context(), round.ID); err != nil || status.Sent != 1 {
		t.Errorf("%d sent: %v", status.Sent, err)
	}
	joined, err := o.joins(301, 1, 1, storage.ViaPhone)
	if err != nil || !joined.Confirmed || joined.Invited != 0 {
		t.Errorf("who sent is asked again from another account: %+v, %v", joined, err)
	}
}

func TestNewLink(t *testing.T) {
	o := newOffice(t)
	before := o.link("005")
	src := from(admin, 9)
	link, err := o.NewLink(t.Context(), everywhere, 5, src, afternoon)
	if err != nil || link.Token == before.Token || link.NIP != before.NIP {
		t.Fatalf("the new link is %+v: %v", link, err)
	}
	if _, err := o.FindLink(t.Context(), before.Token, newcomer); !storage.IsCode(err, storage.LinkRevoked) {
		t.Errorf("the former link: %v", err)
	}
	if again, err := o.NewLink(t.Context(), everywhere, 5, src, afternoon); again != link || !errors.Is(err, storage.ErrRepeated) {
		t.Errorf("the same tap again gives another link, %v", err)
	}
	if o.link("005") != link {
		t.Error("another link is handed out")
	}
	if _, err := o.NewLink(t.Context(), everywhere, 1, from(admin, 10), afternoon); !storage.IsCode(err, storage.AlreadyClaimed) {
		t.Errorf("for whom an account stands: %v", err)
	}
	if _, err := o.NewLink(t.Context(), storage.Scope{Units: []int64{1}}, 5, from(admin, 11), afternoon); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("of another unit: %v", err)
	}
	o.exec(`UPDATE employee SET left_at = '2026-07-01', left_as = 'moved' WHERE id = 5`)
	if _, err := o.NewLink(t.Context(), everywhere, 5, from(admin, 12), afternoon); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("of who left: %v", err)
	}
	if _, err := o.FindLink(t.Context(), link.Token, newcomer); !storage.IsCode(err, storage.LinkRevoked) {
		t.Errorf("the link of who left: %v", err)
	}
}
