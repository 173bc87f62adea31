package storage_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey/instruments"
)

const newcomer = 205 // an account that is nobody yet

// from is a command of the account, the message-th.
func from(account, message int64) storage.Source {
	return storage.Source{Account: account, Chat: account, Message: message}
}

// link is the personal link of the n-th employee.
func (o office) link(n string) storage.Link {
	o.t.Helper()
	links, err := o.Links(o.t.Context(), "", monday)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, link := range links {
		if strings.HasSuffix(link.NIP, n) {
			return link
		}
	}
	o.t.Fatalf("employee %s has no link", n)
	return storage.Link{}
}

// use has a new account use the link of the n-th employee.
func (o office) use(account int64, n string) (invited int, err error) {
	o.t.Helper()
	if _, err := o.TouchAccount(o.t.Context(), account, "id", 1, monday); err != nil {
		o.t.Fatal(err)
	}
	owner, err := o.FindLink(o.t.Context(), o.link(n).Token, account)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.UseLink(o.t.Context(), owner.LinkID, account, "1", from(account, 2), monday)
}

func TestSeed(t *testing.T) {
	o := newOffice(t)
	bundled, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Seed(t.Context(), bundled, []int64{admin, 901}, afternoon); err != nil {
		t.Fatalf("a second start: %v", err)
	}
	for _, id := range []int64{admin, 901} {
		account, err := o.Account(t.Context(), id)
		if err != nil || !account.Has(storage.RoleAdmin) {
			t.Errorf("account %d: %+v, %v", id, account, err)
		}
	}
	if since := query[time.Time](t, o.url, `SELECT since FROM schedule WHERE key = 'weekly'`); !since.Equal(monday) {
		t.Errorf("the weekly schedule holds since %v", since)
	}
	published, err := o.Instruments(t.Context())
	if err != nil || len(published) != len(bundled) {
		t.Fatalf("%d instruments of %d: %v", len(published), len(bundled), err)
	}
	for _, form := range bundled {
		at := slices.IndexFunc(published, func(p storage.InstrumentInfo) bool { return p.Key == form.Key })
		stored, err := o.Instrument(t.Context(), published[at].ID)
		if err != nil || stored.Hash() != form.Hash() {
			t.Errorf("%s came back different: %v", form.Key, err)
		}
	}
	bundled[0].Title = map[string]string{"id": "Lain", "en": "Other"}
	if _, _, err := o.Publish(t.Context(), bundled[0], storage.Source{}, afternoon); !storage.IsCode(err, storage.OtherContent) {
		t.Errorf("the same version with another title: %v", err)
	}
	if _, err := o.Instrument(t.Context(), 12345); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("an unknown instrument: %v", err)
	}
}

func TestAccount(t *testing.T) {
	o := newOffice(t)
	if account, err := o.Account(t.Context(), newcomer); err != nil || account.Known {
		t.Errorf("before the first message: %+v, %v", account, err)
	}
	account, err := o.TouchAccount(t.Context(), newcomer, "en", 10, monday)
	want := storage.Account{ID: newcomer, Known: true, Language: "en"}
	if diff := cmp.Diff(want, account); diff != "" || err != nil {
		t.Errorf("after it (-want +got):\n%s%v", diff, err)
	}
	err = errors.Join(
		o.SetLanguage(t.Context(), newcomer, "id", from(newcomer, 11), monday),
		o.Block(t.Context(), newcomer, monday))
	if err != nil {
		t.Fatal(err)
	}
	if account, _ = o.Account(t.Context(), newcomer); account.Language != "id" || !account.Blocked {
		t.Errorf("blocked, in Indonesian: %+v", account)
	}
	if account, _ = o.TouchAccount(t.Context(), newcomer, "en", 9, monday); account.Language != "id" || account.Blocked {
		t.Errorf("writing again: %+v", account)
	}
	if err := o.NoteMessage(t.Context(), newcomer, 8); err != nil {
		t.Fatal(err)
	}
	if last := o.count(`SELECT last_message_id FROM account WHERE id = $1`, newcomer); last != 10 {
		t.Errorf("the newest message is %d", last)
	}
}

func TestBlockEndsDueDeliveries(t *testing.T) {
	o := newOffice(t)
	o.opened()
	if err := o.Block(t.Context(), 101, afternoon); err != nil {
		t.Fatal(err)
	}
	if n := o.count(`SELECT count(*) FROM delivery WHERE account_id = 101 AND state = 'failed' AND reason = 'blocked'`); n != 1 {
		t.Errorf("%d deliveries failed as blocked", n)
	}
}

func TestLinks(t *testing.T) {
	o := newOffice(t)
	all, err := o.Links(t.Context(), "", monday)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d links for the 4 who are not linked: %v", len(all), err)
	}
	ofA, err := o.Links(t.Context(), "A", monday)
	if diff := cmp.Diff(all[:2], ofA); diff != "" || err != nil {
		t.Errorf("training A's are the same tokens (-all +A):\n%s%v", diff, err)
	}
	if _, err := o.Links(t.Context(), "X", monday); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("an unknown training: %v", err)
	}
	if err := o.RevokeLink(t.Context(), all[0].NIP, storage.Source{}, monday); err != nil {
		t.Fatal(err)
	}
	if _, err := o.FindLink(t.Context(), all[0].Token, newcomer); !storage.IsCode(err, storage.LinkRevoked) {
		t.Errorf("a revoked link: %v", err)
	}
	if o.link("005").Token == all[0].Token {
		t.Error("the revoked link is handed out again")
	}
	for _, token := range []string{"", "p", "p\x00", strings.Repeat("x", 5000)} {
		if _, err := o.FindLink(t.Context(), token, newcomer); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("token %.10q: %v", token, err)
		}
	}
}

func TestUseLink(t *testing.T) {
	t.Run("ties the account and invites to what is open", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		token := o.link("005").Token
		if invited, err := o.use(newcomer, "005"); err != nil || invited != 1 {
			t.Fatalf("invited to %d: %v", invited, err)
		}
		account, err := o.Account(t.Context(), newcomer)
		if err != nil || account.Claim == nil || account.Claim.Name != "Pegawai 5" || !account.Consented {
			t.Errorf("account: %+v, %v", account, err)
		}
		o.session(newcomer)
		if n := o.count(`SELECT count(*) FROM delivery WHERE account_id = $1 AND state = 'due'`, newcomer); n != 1 {
			t.Errorf("%d deliveries", n)
		}
		owner, err := o.FindLink(t.Context(), token, newcomer)
		if err != nil || owner.UsedBy != newcomer {
			t.Errorf("its own link again: %+v, %v", owner, err)
		}
		if owner, err := o.FindLink(t.Context(), token, 101); !storage.IsCode(err, storage.LinkUsed) || owner.Name != "" {
			t.Errorf("for another account: %+v, %v", owner, err)
		}
		if invited, err := o.UseLink(t.Context(), owner.LinkID, newcomer, "1", from(newcomer, 2), monday); !errors.Is(err, storage.ErrRepeated) || invited != 1 {
			t.Errorf("the same tap again: %d, %v", invited, err)
		}
		if invited, err := o.UseLink(t.Context(), owner.LinkID, newcomer, "1", from(newcomer, 3), monday); err != nil || invited != 0 {
			t.Errorf("another tap: %d, %v", invited, err)
		}
	})
	t.Run("an account is one employee", func(t *testing.T) {
		o := newOffice(t)
		_, err := o.use(101, "005")
		var refusal *storage.Error
		if !errors.As(err, &refusal) || refusal.Code != storage.AlreadyClaimed || refusal.Detail["who"] != "account" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("an employee is one account", func(t *testing.T) {
		o := newOffice(t)
		owner, err := o.FindLink(t.Context(), o.link("005").Token, newcomer)
		if err != nil {
			t.Fatal(err)
		}
		o.exec(`INSERT INTO account (id, created_at) VALUES (205, '2026-07-01'), (206, '2026-07-01'), (207, '2026-07-01');
			INSERT INTO claim (account_id, employee_id, state, via, created_at) VALUES (206, 5, 'confirmed', 'hr', '2026-07-01')`)
		_, err = o.UseLink(t.Context(), owner.LinkID, newcomer, "1", from(newcomer, 2), monday)
		var refusal *storage.Error
		if !errors.As(err, &refusal) || refusal.Code != storage.AlreadyClaimed || refusal.Detail["who"] != "employee" {
			t.Errorf("got %v", err)
		}
		if o.count(`SELECT count(*) FROM consent WHERE account_id = 205`) != 0 {
			t.Error("the consent was kept all the same")
		}
	})
	t.Run("two accounts at once", func(t *testing.T) {
		o := newOffice(t)
		o.exec(`INSERT INTO account (id, created_at) SELECT n, '2026-07-01' FROM generate_series(301, 308) n`)
		owner, err := o.FindLink(t.Context(), o.link("005").Token, 301)
		if err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		outcomes := make([]error, 8)
		for i := range outcomes {
			account := int64(301 + i)
			wait.Go(func() {
				_, outcomes[i] = o.UseLink(t.Context(), owner.LinkID, account, "1", from(account, 2), monday)
			})
		}
		wait.Wait()
		won := 0
		for _, err := range outcomes {
			if err == nil {
				won++
			} else if !storage.IsCode(err, storage.LinkUsed) {
				t.Errorf("a later account: %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d accounts used the link", won)
		}
	})
	t.Run("beside an opening nobody is left out", func(t *testing.T) {
		o := newOffice(t)
		o.link("005")
		var wait sync.WaitGroup
		wait.Go(func() { o.opened() })
		wait.Go(func() {
			if _, err := o.use(newcomer, "005"); err != nil {
				t.Error(err)
			}
		})
		wait.Wait()
		o.session(newcomer)
	})
}
