package storage_test

import (
	"errors"
	"sync"
	"testing"

	"pascalatih/storage"
)

// atOnce lets several things happen at once, and gives what each came to.
func atOnce(deeds ...func() error) []error {
	var wait sync.WaitGroup
	errs := make([]error, len(deeds))
	for i, deed := range deeds {
		wait.Go(func() { errs[i] = deed() })
	}
	wait.Wait()
	return errs
}

// refusedOr wants each to be done, or refused with one of the codes.
func refusedOr(t *testing.T, errs []error, codes ...storage.Code) (done int) {
	t.Helper()
	for _, err := range errs {
		if err == nil {
			done++
			continue
		}
		var refusal *storage.Error
		known := false
		for _, code := range codes {
			known = known || errors.As(err, &refusal) && refusal.Code == code
		}
		if !known {
			t.Errorf("it came to %v", err)
		}
	}
	return done
}

const turns = 5 // how often each race is run: who wins is chance

// Whichever comes first, a Kirim or the confirmation of its claim, the form
// counts.
func TestKirimBesideItsConfirmation(t *testing.T) {
	for range turns {
		o := newOffice(t)
		o.opened()
		claim := o.waits(301, 5)
		s := o.completed(301, "3", afternoon)
		answers := o.form(s).Answers(afternoon)
		errs := atOnce(
			func() error { _, err := o.SendSession(t.Context(), s, answers, afternoon); return err },
			func() error {
				_, err := o.ConfirmClaims(t.Context(), everywhere, []int64{claim}, from(admin, 9), afternoon)
				return err
			})
		if refusedOr(t, errs) != 2 || o.count(`SELECT count(*) FROM response WHERE counts`) != 1 {
			t.Errorf("the form does not count: %v", errs)
		}
	}
}

// A Kirim and the refusal of its claim leave nothing.
func TestKirimBesideItsRefusal(t *testing.T) {
	for range turns {
		o := newOffice(t)
		o.opened()
		claim := o.waits(301, 5)
		s := o.completed(301, "3", afternoon)
		answers := o.form(s).Answers(afternoon)
		errs := atOnce(
			func() error { _, err := o.SendSession(t.Context(), s, answers, afternoon); return err },
			func() error { return o.RefuseClaim(t.Context(), everywhere, claim, from(admin, 9), afternoon) })
		if refusedOr(t, errs) != 2 || o.count(`SELECT (SELECT count(*) FROM response) + (SELECT count(*) FROM session WHERE account_id = 301)`) != 0 {
			t.Errorf("something is left: %v", errs)
		}
	}
}

// A closing, and decisions on claims whose forms it sends.
func TestClosingBesideDecisions(t *testing.T) {
	for range turns {
		o := newOffice(t)
		round := o.opened()
		first, second, third := o.waits(301, 5), o.waits(302, 5), o.waits(303, 6)
		for _, account := range []int64{301, 302, 303} {
			o.completed(account, "3", afternoon)
		}
		errs := atOnce(
			func() error {
				_, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, afternoon.Add(day))
				return err
			},
			func() error {
				_, err := o.ConfirmClaims(t.Context(), everywhere, []int64{first}, from(admin, 9), afternoon)
				return err
			},
			func() error { return o.RefuseClaim(t.Context(), everywhere, third, from(admin, 10), afternoon) })
		refusedOr(t, errs)
		o.stands(second, storage.ClaimRefused)
		if all, counting := o.count(`SELECT count(*) FROM response`), o.count(`SELECT count(*) FROM response WHERE counts`); all != 1 || counting != 1 {
			t.Errorf("%d responses, of which %d count; want that of the confirmed claim", all, counting)
		}
	}
}

// Two officers decide on one employee.
func TestTwoOfficersOnOneEmployee(t *testing.T) {
	for range turns {
		o := newOffice(t)
		o.opened()
		claims := []int64{o.waits(301, 5), o.waits(302, 5), o.waits(303, 6)}
		o.sent(301, "3", afternoon)
		o.sent(302, "4", afternoon)
		confirm := func(message int64, ids ...int64) func() error {
			return func() error {
				_, err := o.ConfirmClaims(t.Context(), everywhere, ids, from(admin, message), afternoon)
				return err
			}
		}
		errs := atOnce(confirm(9, claims[0], claims[2]), confirm(10, claims[2], claims[1]),
			func() error { return o.RefuseClaim(t.Context(), everywhere, claims[2], from(901, 11), afternoon) })
		refusedOr(t, errs, storage.NotFound)
		if n := o.count(`SELECT count(*) FROM claim WHERE employee_id = 5 AND state = 'confirmed'`); n != 1 {
			t.Errorf("%d accounts stand for the employee: %v", n, errs)
		}
		if n := o.count(`SELECT count(*) FROM claim WHERE state = 'provisional'`); n != 0 {
			t.Errorf("%d claims wait still", n)
		}
		if all, counting := o.count(`SELECT count(*) FROM response`), o.count(`SELECT count(*) FROM response WHERE counts`); all != 1 || counting != 1 {
			t.Errorf("%d responses, of which %d count", all, counting)
		}
	}
}

// A person uses their link, or takes their consent back, while HR decides.
func TestDecisionsBesideThePersonsOwn(t *testing.T) {
	for range turns {
		o := newOffice(t)
		o.opened()
		claims := []int64{o.waits(301, 5), o.waits(302, 6)}
		o.sent(302, "3", afternoon)
		token := o.link("005").Token
		owner, err := o.FindLink(t.Context(), token, 301)
		if err != nil {
			t.Fatal(err)
		}
		errs := atOnce(
			func() error {
				_, err := o.ConfirmClaims(t.Context(), everywhere, claims, from(admin, 9), afternoon)
				return err
			},
			func() error {
				_, err := o.UseLink(t.Context(), owner.LinkID, 301, "1", from(301, 8), afternoon)
				return err
			},
			func() error { _, err := o.Withdraw(t.Context(), 302, from(302, 8), afternoon); return err })
		refusedOr(t, errs, storage.NotFound)
		if n := o.count(`SELECT count(*) FROM claim WHERE account_id = 301 AND employee_id = 5 AND state = 'confirmed'`); n != 1 {
			t.Errorf("%d confirmed claims of account 301: %v", n, errs)
		}
		if account, err := o.Account(t.Context(), 302); err != nil || account.Consented || account.Waiting {
			t.Errorf("account 302 is %+v: %v", account, err)
		}
		// Confirmed before the withdrawal, the form was sent and counts; else it is gone.
		if n, m := o.count(`SELECT count(*) FROM response`), o.count(`SELECT count(*) FROM claim WHERE account_id = 302 AND state = 'confirmed'`); n != m {
			t.Errorf("%d responses for %d confirmed claims", n, m)
		}
	}
}

// Whoever joins while a round opens gets its form.
func TestJoiningBesideAnOpening(t *testing.T) {
	for range turns {
		o := newOffice(t)
		for _, account := range []int64{301, 302} {
			if _, err := o.TouchAccount(t.Context(), account, "id", 1, afternoon); err != nil {
				t.Fatal(err)
			}
		}
		join := func(account, employee int64, via storage.ClaimVia) func() error {
			return func() error { _, err := o.joins(account, 1, employee, via); return err }
		}
		errs := atOnce(join(301, 5, storage.ViaNIP), join(302, 6, storage.ViaPhone), func() error { o.opened(); return nil })
		refusedOr(t, errs)
		o.session(301)
		o.session(302)
	}
}

// Two accounts come with the number of one employee: one of them waits for HR.
func TestTwoPhonesAtOnce(t *testing.T) {
	for range turns {
		o := newOffice(t)
		errs := atOnce(
			func() error { _, err := o.joins(301, 1, 5, storage.ViaPhone); return err },
			func() error { _, err := o.joins(302, 1, 5, storage.ViaPhone); return err })
		refusedOr(t, errs)
		if n, m := o.count(`SELECT count(*) FROM claim WHERE state = 'confirmed' AND employee_id = 5`),
			o.count(`SELECT count(*) FROM claim WHERE state = 'provisional' AND employee_id = 5`); n != 1 || m != 1 {
			t.Errorf("%d confirmed and %d waiting", n, m)
		}
	}
}

// A new link, and the one that it replaces being used.
func TestNewLinkBesideItsUse(t *testing.T) {
	for range turns {
		o := newOffice(t)
		if _, err := o.TouchAccount(t.Context(), 301, "id", 1, afternoon); err != nil {
			t.Fatal(err)
		}
		owner, err := o.FindLink(t.Context(), o.link("005").Token, 301)
		if err != nil {
			t.Fatal(err)
		}
		errs := atOnce(
			func() error {
				_, err := o.UseLink(t.Context(), owner.LinkID, 301, "1", from(301, 2), afternoon)
				return err
			},
			func() error { _, err := o.NewLink(t.Context(), everywhere, 5, from(admin, 2), afternoon); return err })
		if done := refusedOr(t, errs, storage.AlreadyClaimed, storage.LinkRevoked); done != 1 {
			t.Errorf("%d of both were done: %v", done, errs)
		}
	}
}
