package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

func TestClassLink(t *testing.T) {
	midnight := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, wib) }
	tests := map[string]struct {
		at    time.Time
		renew bool // after a first one of 1 July
		ends  time.Time
	}{
		"before the training ends":       {at: midnight(time.July, 3), ends: midnight(time.July, 21)},
		"a few days after it":            {at: midnight(time.July, 10), ends: midnight(time.July, 21)},
		"long after it":                  {at: midnight(time.September, 1).Add(time.Hour), ends: midnight(time.September, 16)},
		"renewed before it ends":         {at: midnight(time.July, 3), renew: true, ends: midnight(time.July, 21)},
		"renewed after it":               {at: midnight(time.July, 10), renew: true, ends: midnight(time.July, 25)},
		"renewed when its time was over": {at: midnight(time.September, 1), renew: true, ends: midnight(time.September, 16)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			var former storage.ClassLink
			if test.renew {
				former = o.classLink(false, midnight(time.July, 1))
			}
			link := o.classLink(test.renew, test.at)
			if !link.ExpiresAt.Equal(test.ends) || link.TrainingTitle != "Pelatihan A" || link.Token == former.Token || link.Token[0] != 'k' {
				t.Errorf("the link is %+v, want it to end %v", link, test.ends)
			}
			if again := o.classLink(false, test.at.Add(time.Minute)); cmp.Diff(link, again) != "" {
				t.Errorf("asked for again it is another: %s", cmp.Diff(link, again))
			}
			if found, err := o.FindClassLink(t.Context(), link.Token, wib, test.ends.Add(-time.Second)); err != nil || found.TrainingID != 1 {
				t.Errorf("just before its end: %+v, %v", found, err)
			}
			if _, err := o.FindClassLink(t.Context(), link.Token, wib, test.ends); !storage.IsCode(err, storage.Closed) {
				t.Errorf("at its end: %v", err)
			}
			if _, err := o.FindClassLink(t.Context(), former.Token, wib, test.at); test.renew && !storage.IsCode(err, storage.LinkRevoked) {
				t.Errorf("the former link: %v", err)
			}
		})
	}
}

// classLink is the link of training A.
func (o office) classLink(renew bool, now time.Time) storage.ClassLink {
	o.t.Helper()
	link, err := o.ClassLink(o.t.Context(), "A", storage.Source{}, wib, now)
	if err == nil && renew {
		link, err = o.RenewClassLink(o.t.Context(), "A", link.ID, storage.Source{}, wib, now)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return link
}

func TestClassLinkOfATrainingThatMoved(t *testing.T) {
	o := newOffice(t)
	link := o.classLink(false, monday)
	o.exec(`UPDATE training SET last_day = '2026-08-06' WHERE id = 1`)
	if _, err := o.FindClassLink(t.Context(), link.Token, wib, monday.AddDate(0, 1, 10)); err != nil {
		t.Error(err)
	}
}

func TestClassLinkIsMadeOnce(t *testing.T) {
	o := newOffice(t)
	first := o.classLink(false, monday)
	for range 2 {
		link, err := o.RenewClassLink(t.Context(), "A", first.ID, from(admin, 5), wib, monday)
		if link.Token == first.Token || err != nil && !errors.Is(err, storage.ErrRepeated) {
			t.Errorf("renewed: %v", err)
		}
	}
	// Somebody who saw the first one does not renew the second.
	link, err := o.RenewClassLink(t.Context(), "A", first.ID, from(admin, 8), wib, monday)
	if !storage.IsCode(err, storage.LinkRevoked) || link.Token == first.Token || link.ID == 0 {
		t.Errorf("what was renewed already: %+v, %v", link, err)
	}
	if n := o.count(`SELECT count(*) FROM class_link`); n != 2 {
		t.Errorf("%d links were made, want the first and one that renews it", n)
	}
	if _, err := o.ClassLink(t.Context(), "X", storage.Source{}, wib, monday); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("of an unknown training: %v", err)
	}
	if _, err := o.RenewClassLink(t.Context(), "X", 0, storage.Source{}, wib, monday); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("renewed of an unknown training: %v", err)
	}
	for _, token := range []string{"", "k", "k\x00", first.Token + "x"} {
		if _, err := o.FindClassLink(t.Context(), token, wib, monday); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("token %q: %v", token, err)
		}
	}
	errs := atOnce(
		func() error { _, err := o.ClassLink(t.Context(), "B", from(admin, 6), wib, monday); return err },
		func() error { _, err := o.ClassLink(t.Context(), "B", from(admin, 7), wib, monday); return err })
	if refusedOr(t, errs) != 2 || o.count(`SELECT count(*) FROM class_link WHERE training_id = 2`) != 1 {
		t.Errorf("two at once: %v", errs)
	}
}
