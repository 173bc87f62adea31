package storage_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey/phone"
	"pascalatih/survey/roster"
)

func TestEmployeeByPhone(t *testing.T) {
	o := newOffice(t)
	o.exec(`UPDATE employee SET phone = CASE id WHEN 1 THEN '0812-0000-0001' WHEN 2 THEN '+62 812 0000 0002'
			WHEN 3 THEN '6281200000003' WHEN 4 THEN '081200000004' WHEN 5 THEN '+62 812-0000-0004'
			WHEN 6 THEN '081200000006' WHEN 7 THEN 'kantor 0000008' ELSE '0811 0000 0001' END`)
	o.exec(`UPDATE employee SET left_at = '2026-07-01', left_as = 'moved' WHERE id = 6`)
	for shared, want := range map[string]int64{
		"6281200000001":  1,
		"+6281200000001": 1,
		"6281200000002":  2,
		"6281200000003":  3,
		"6281200000004":  0, // of two people
		"6281200000006":  0, // who left
		"6281200000008":  0, // what the roster has is no number
		"6281100000001":  8,
		"8190000000001":  0,
	} {
		number, err := phone.ParseInternational(shared)
		if err != nil {
			t.Fatal(err)
		}
		got, err := o.EmployeeByPhone(t.Context(), number)
		if got != want || (err != nil) != (want == 0) || err != nil && !storage.IsCode(err, storage.NotFound) {
			t.Errorf("%s is employee %d, want %d: %v", shared, got, want, err)
		}
	}
}

func TestEmployeeByNIP(t *testing.T) {
	o := newOffice(t)
	o.exec(`UPDATE employee SET left_at = '2026-07-01', left_as = 'retired' WHERE id = 6`)
	for typed, want := range map[string]int64{
		"19800101 200501 1 005": 5, "198001012005011006": 0, "198001012005011999": 0,
	} {
		nip, err := roster.ParseNIP(typed)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := o.EmployeeByNIP(t.Context(), nip); got != want || (err != nil) != (want == 0) {
			t.Errorf("%s is employee %d, want %d: %v", typed, got, want, err)
		}
	}
}

func TestJoinByPhone(t *testing.T) {
	o := newOffice(t)
	o.opened()
	o.openedB()
	rival := o.waits(301, 5)
	joined, err := o.joins(newcomer, 1, 5, storage.ViaPhone)
	if err != nil || !joined.Confirmed || joined.Invited != 2 {
		t.Fatalf("joined as %+v: %v", joined, err)
	}
	again, err := o.joins(newcomer, 1, 5, storage.ViaPhone)
	if diff := cmp.Diff(joined, again); diff != "" || !errors.Is(err, storage.ErrRepeated) {
		t.Errorf("the same tap again (-first +again):\n%s%v", diff, err)
	}
	o.stands(joined.Claim, storage.ClaimConfirmed)
	o.stands(rival, storage.ClaimRefused)
	o.told(301, 1)
	o.told(newcomer, 0)
	account, err := o.Account(t.Context(), newcomer)
	if err != nil || account.Claim == nil || account.Waiting || !account.Consented {
		t.Errorf("the account is %+v: %v", account, err)
	}
	if n := o.count(`SELECT count(*) FROM session WHERE account_id = 301`); n != 0 {
		t.Errorf("%d forms of the refused account are left", n)
	}
}

func TestJoinIsRefused(t *testing.T) {
	tests := map[string]struct {
		account, employee int64
		before            string
		code              storage.Code
	}{
		"an account is one employee":      {account: 101, employee: 5, code: storage.AlreadyClaimed},
		"nobody waits twice":              {account: 301, employee: 6, code: storage.AlreadyClaimed},
		"whoever left is nobody any more": {account: newcomer, employee: 6, before: `UPDATE employee SET left_at = '2026-07-01', left_as = 'moved' WHERE id = 6`, code: storage.NotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.waits(301, 5)
			if test.before != "" {
				o.exec(test.before)
			}
			_, err := o.JoinClass(t.Context(), storage.Joining{Account: test.account, Training: 1, Employee: test.employee, Via: storage.ViaNIP, Notice: "1"},
				from(test.account, 9), afternoon)
			if !storage.IsCode(err, test.code) {
				t.Errorf("got %v, want %s", err, test.code)
			}
		})
	}
}
