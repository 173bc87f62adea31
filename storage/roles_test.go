package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

func TestSetRole(t *testing.T) {
	all := storage.Scope{All: true}
	units := func(ids ...int64) storage.Scope { return storage.Scope{Units: ids} }
	grants := func(role storage.Role, units ...int64) []storage.Grant {
		var all []storage.Grant
		for _, unit := range units {
			all = append(all, storage.Grant{Role: role, UnitID: unit})
		}
		return all
	}
	type change struct {
		role  storage.Role
		scope storage.Scope
	}
	tests := map[string]struct {
		account int64 // 0: 101
		before  []change
		change
		changed bool
		grants  []storage.Grant
		refused storage.Code
	}{
		"an interviewer":               {change: change{storage.RoleInterviewer, all}, changed: true, grants: grants(storage.RoleInterviewer, 0)},
		"no interviewer any more":      {before: []change{{storage.RoleInterviewer, all}}, change: change{storage.RoleInterviewer, units()}, changed: true},
		"what is held already":         {before: []change{{storage.RoleHR, all}}, change: change{storage.RoleHR, all}, grants: grants(storage.RoleHR, 0)},
		"what is not held anyway":      {change: change{storage.RoleHR, units()}},
		"two units":                    {change: change{storage.RoleHR, units(2, 1, 2)}, changed: true, grants: grants(storage.RoleHR, 1, 2)},
		"another unit instead":         {before: []change{{storage.RoleHR, units(1)}}, change: change{storage.RoleHR, units(2)}, changed: true, grants: grants(storage.RoleHR, 2)},
		"every unit instead of one":    {before: []change{{storage.RoleHR, units(1)}}, change: change{storage.RoleHR, all}, changed: true, grants: grants(storage.RoleHR, 0)},
		"one unit instead of every":    {before: []change{{storage.RoleHR, all}}, change: change{storage.RoleHR, units(1)}, changed: true, grants: grants(storage.RoleHR, 1)},
		"a head of unit":               {change: change{storage.RoleUnitHead, units(1)}, changed: true, grants: grants(storage.RoleUnitHead, 1)},
		"another role stays":           {before: []change{{storage.RoleUnitHead, units(1)}}, change: change{storage.RoleUnitHead, units()}, changed: true},
		"a second administrator":       {change: change{storage.RoleAdmin, all}, changed: true, grants: grants(storage.RoleAdmin, 0)},
		"one administrator of two":     {before: []change{{storage.RoleAdmin, all}}, change: change{storage.RoleAdmin, units()}, changed: true},
		"the last administrator":       {account: admin, change: change{storage.RoleAdmin, units()}, grants: grants(storage.RoleAdmin, 0), refused: storage.Refused},
		"a head of everything":         {change: change{storage.RoleUnitHead, all}, refused: storage.Refused},
		"an administrator of one unit": {change: change{storage.RoleAdmin, units(1)}, refused: storage.Refused},
		"a role that needs no giving":  {change: change{storage.RoleParticipant, all}, refused: storage.Refused},
		"a role that there is not":     {change: change{"raja", all}, refused: storage.Refused},
		"an unknown unit":              {before: []change{{storage.RoleHR, units(1)}}, change: change{storage.RoleHR, units(2, 99)}, grants: grants(storage.RoleHR, 1), refused: storage.NotFound},
		"an unknown account":           {account: 4711, change: change{storage.RoleInterviewer, all}, refused: storage.NotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, who := newOffice(t), int64(101)
			if test.account != 0 {
				who = test.account
			}
			for _, c := range test.before {
				if _, err := o.SetRole(t.Context(), who, c.role, c.scope, storage.Source{}, monday); err != nil {
					t.Fatal(err)
				}
			}
			noted := o.count(`SELECT count(*) FROM audit WHERE action LIKE 'role %'`)
			changed, err := o.SetRole(t.Context(), who, test.role, test.scope, from(admin, 5), afternoon)
			if test.refused != "" && !storage.IsCode(err, test.refused) || test.refused == "" && (err != nil || changed != test.changed) {
				t.Fatalf("changed %v, %v", changed, err)
			}
			account, err := o.Account(t.Context(), who)
			if diff := cmp.Diff(test.grants, account.Grants); diff != "" || err != nil {
				t.Errorf("the roles (-want +got):\n%s%v", diff, err)
			}
			more := o.count(`SELECT count(*) FROM audit WHERE action LIKE 'role %'`) - noted
			if want := map[bool]int{true: 1}[test.changed]; more != want {
				t.Errorf("%d audit rows, want %d", more, want)
			}
			if !test.changed {
				return
			}
			again, err := o.SetRole(t.Context(), who, test.role, storage.Scope{}, from(admin, 5), afternoon)
			if !errors.Is(err, storage.ErrRepeated) || !again {
				t.Errorf("the same command again: changed %v, %v", again, err)
			}
		})
	}
}

// Whoever comes first, one administrator is left.
func TestAdministratorsWhoRemoveEachOther(t *testing.T) {
	o := newOffice(t)
	for try := range 10 {
		if _, err := o.SetRole(t.Context(), 101, storage.RoleAdmin, storage.Scope{All: true}, storage.Source{}, monday); err != nil {
			t.Fatal(err)
		}
		if _, err := o.SetRole(t.Context(), admin, storage.RoleAdmin, storage.Scope{All: true}, storage.Source{}, monday); err != nil {
			t.Fatal(err)
		}
		var removing sync.WaitGroup
		errs := make(chan error, 2)
		for by, who := range map[int64]int64{admin: 101, 101: admin} {
			removing.Go(func() {
				_, err := o.SetRole(t.Context(), who, storage.RoleAdmin, storage.Scope{}, from(by, int64(100+try)), afternoon)
				errs <- err
			})
		}
		removing.Wait()
		close(errs)
		refused := 0
		for err := range errs {
			if storage.IsCode(err, storage.Refused) {
				refused++
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if left := o.count(`SELECT count(*) FROM account_role WHERE role = 'admin'`); left != 1 || refused != 1 {
			t.Fatalf("%d are left, %d refused", left, refused)
		}
	}
}

func TestHolders(t *testing.T) {
	o := newOffice(t)
	o.exec(`UPDATE employee SET name = 'Rina Contoh' WHERE id = 1;
		UPDATE employee SET name = 'Rina 100% Misal' WHERE id = 5;
		UPDATE employee SET left_at = now(), left_as = 'retired' WHERE id = 8`)
	for account, role := range map[int64]storage.Role{101: storage.RoleHR, 102: storage.RoleInterviewer} {
		if _, err := o.SetRole(t.Context(), account, role, storage.Scope{All: true}, storage.Source{}, monday); err != nil {
			t.Fatal(err)
		}
	}
	bare := storage.Holder{AccountID: admin, Grants: []storage.Grant{{Role: storage.RoleAdmin}}}
	rina := storage.Holder{AccountID: 101, Name: "Rina Contoh", Unit: "Badan Contoh", Grants: []storage.Grant{{Role: storage.RoleHR}}}
	second := storage.Holder{AccountID: 102, Name: "Pegawai 2", Unit: "Dinas Contoh", Grants: []storage.Grant{{Role: storage.RoleInterviewer}}}
	misal := storage.Holder{Name: "Rina 100% Misal", Unit: "Badan Contoh"}

	holders, err := o.RoleHolders(t.Context())
	if diff := cmp.Diff([]storage.Holder{bare, second, rina}, holders); diff != "" || err != nil {
		t.Errorf("who holds roles (-want +got):\n%s%v", diff, err)
	}
	tests := map[string]struct {
		words string
		want  []storage.Holder
	}{
		"part of a name, in other letters": {words: "rIN", want: []storage.Holder{misal, rina}},
		"words in another order":           {words: "contoh  rina", want: []storage.Holder{rina}},
		"a wildcard is a letter":           {words: "100%", want: []storage.Holder{misal}},
		"an NIP":                           {words: "198001012005011001", want: []storage.Holder{rina}},
		"an NIP as it is printed":          {words: "19800101 200501 1 001", want: []storage.Holder{rina}},
		"an account that is no employee":   {words: fmt.Sprint(admin), want: []storage.Holder{bare}},
		"an account that is one":           {words: "102", want: []storage.Holder{second}},
		"who left":                         {words: "Pegawai 8"},
		"nobody":                           {words: "Wati"},
		"what Postgres does not take":      {words: "ri\x00na con\xfftoh", want: []storage.Holder{rina}},
		"what would be another question":   {words: `' OR '1'='1`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, err := o.FindHolders(t.Context(), test.words, 10)
			if err != nil || len(found) != len(test.want) {
				t.Fatalf("%+v, %v", found, err)
			}
			for i := range found {
				if diff := cmp.Diff(test.want[i], found[i]); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
	if found, err := o.FindHolders(t.Context(), "pegawai", 2); err != nil || len(found) != 2 {
		t.Errorf("two at most: %+v, %v", found, err)
	}
}
