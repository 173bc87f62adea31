package storage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

// HR hears of those who wait in one list, not too often.
func TestPlanningTheListOfClaims(t *testing.T) {
	o := newOffice(t)
	o.exec(`INSERT INTO account (id, created_at) SELECT n, '2026-07-01' FROM generate_series(801, 804) n;
		UPDATE account SET blocked_at = '2026-07-01' WHERE id = 804;
		INSERT INTO account_role (account_id, role, unit_id, granted_at)
		VALUES (801, 'hr', NULL, '2026-07-01'), (802, 'hr', 1, '2026-07-01'), (802, 'hr', 2, '2026-07-01'), (803, 'hr', 1, '2026-07-01'), (804, 'hr', NULL, '2026-07-01')`)
	planned := func() map[int64]int {
		t.Helper()
		rows, err := o.db.QueryContext(t.Context(), `SELECT account_id, extract(epoch FROM due_at - $1)::int / 60 FROM delivery WHERE kind = 'claims' AND state = 'due'`, afternoon)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		due := map[int64]int{}
		for rows.Next() {
			var account int64
			var minutes int
			if err := rows.Scan(&account, &minutes); err != nil {
				t.Fatal(err)
			}
			due[account] = minutes
		}
		return due
	}
	expect := func(want map[int64]int) {
		t.Helper()
		if diff := cmp.Diff(want, planned()); diff != "" {
			t.Errorf("minutes until the list (-want +got):\n%s", diff)
		}
	}
	errs := atOnce(
		func() error { _, err := o.joins(301, 1, 5, storage.ViaNIP); return err }, // of unit 2
		func() error { _, err := o.joins(302, 1, 5, storage.ViaNIP); return err })
	refusedOr(t, errs)
	expect(map[int64]int{801: 5, 802: 5})
	o.exec(`UPDATE delivery SET state = 'sent', ended_at = due_at WHERE kind = 'claims'`)
	o.waits(303, 6) // of unit 1
	expect(map[int64]int{801: 65, 802: 65, 803: 5})
}

func TestAdministratorsHearWhereThereIsNoHR(t *testing.T) {
	o := newOffice(t)
	o.exec(`INSERT INTO account_role (account_id, role, unit_id, granted_at) VALUES (101, 'hr', 1, '2026-07-01')`)
	o.waits(301, 5) // of unit 2
	if n := o.count(`SELECT account_id FROM delivery WHERE kind = 'claims'`); n != admin {
		t.Errorf("account %d hears of it", n)
	}
}
