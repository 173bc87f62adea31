package storage_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

// Entries can be added, nothing else.
func TestNothingChangesTheAudit(t *testing.T) {
	o := newOffice(t)
	before := o.count(`SELECT count(*) FROM audit`)
	if before == 0 {
		t.Fatal("there is no entry")
	}
	for _, statement := range []string{
		`UPDATE audit SET action = 'nothing'`, `UPDATE audit SET at = at`,
		`DELETE FROM audit`, `DELETE FROM audit WHERE id = 1`,
		`TRUNCATE audit`, `TRUNCATE audit CASCADE`,
		`INSERT INTO audit (id, at, action, details) OVERRIDING SYSTEM VALUE VALUES (1, now(), 'x', '{}')
		 ON CONFLICT (id) DO UPDATE SET action = 'x'`,
		`MERGE INTO audit USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE`,
	} {
		if _, err := o.db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s was carried out", statement)
		}
	}
	if after := o.count(`SELECT count(*) FROM audit WHERE action <> 'nothing'`); after != before {
		t.Errorf("%d entries, there were %d", after, before)
	}
}

// doings are six things that are done, in chats and outside of them.
func (o office) doings() {
	t := o.t
	t.Helper()
	if err := o.SetLanguage(t.Context(), 101, "en", from(101, 3), monday); err != nil {
		t.Fatal(err)
	}
	if _, err := o.SetRole(t.Context(), 102, storage.RoleHR, storage.Scope{Units: []int64{1, 2}}, from(101, 4), monday); err != nil {
		t.Fatal(err)
	}
	byStep, _, err := o.OpenStep(t.Context(), storage.DueStep{TrainingID: 1, StepID: 1, Occasion: afternoon}, wib, afternoon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.CloseRound(t.Context(), byStep.ID, storage.Source{}, byStep.ClosesAt); err != nil {
		t.Fatal(err)
	}
	round, _, err := o.OpenRound(t.Context(), storage.Opening{Training: "B", Instrument: "reaction"}, from(admin, 9), wib, afternoon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, afternoon); err != nil {
		t.Fatal(err)
	}
}

func TestAudit(t *testing.T) {
	o := newOffice(t)
	o.doings()
	type line struct {
		account int64
		unasked bool
		action  string
	}
	want := []line{
		{0, false, "round closed"}, {admin, false, "round opened"},
		{0, true, "round closed"}, {0, true, "round opened"},
		{101, false, "role granted"}, {101, false, "language set"},
	}
	entries, err := o.Audit(t.Context(), storage.AuditFilter{}, 0, 6)
	if err != nil {
		t.Fatal(err)
	}
	var lines []line
	for _, e := range entries {
		lines = append(lines, line{e.AccountID, e.Unasked, e.Action})
	}
	if diff := cmp.Diff(want, lines, cmp.AllowUnexported(line{})); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	role := entries[4]
	wantNames := map[string][]string{"account": {"Pegawai 2"}, "units": {"Dinas Contoh", "Badan Contoh"}}
	if diff := cmp.Diff(wantNames, role.Names); diff != "" || role.Name != "Pegawai 1" {
		t.Errorf("by %q (-want +got):\n%s", role.Name, diff)
	}
	if names := entries[2].Names["round"]; entries[1].Name != "" || len(names) != 1 || names[0] != "Pelatihan A" {
		t.Errorf("by %q, about round %q", entries[1].Name, names)
	}
	if invited := entries[1].Details["invited"]; invited != json.Number("4") {
		t.Errorf("invited %v", invited)
	}
	if rest, err := o.Audit(t.Context(), storage.AuditFilter{}, 5, 1); err != nil || len(rest) != 1 || rest[0].ID != entries[5].ID {
		t.Errorf("one more after five: %+v, %v", rest, err)
	}
	people, err := o.AuditPeople(t.Context())
	wantPeople := []storage.AuditPerson{{}, {AccountID: admin}, {AccountID: 101, Name: "Pegawai 1"}}
	if diff := cmp.Diff(wantPeople, people); diff != "" || err != nil {
		t.Errorf("who did something (-want +got):\n%s%v", diff, err)
	}
}

func TestAuditFilters(t *testing.T) {
	o := newOffice(t)
	beginning, last, err := o.AuditSize(t.Context(), storage.AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	o.doings()
	tests := map[string]struct {
		filter storage.AuditFilter
		total  int
	}{
		"all":                  {total: beginning + 6},
		"as it was before":     {filter: storage.AuditFilter{Newest: last}, total: beginning},
		"of one person":        {filter: storage.AuditFilter{Account: 101}, total: 2},
		"of a large number":    {filter: storage.AuditFilter{Account: 1 << 52}},
		"of one kind":          {filter: storage.AuditFilter{Actions: []string{"round opened", "role revoked"}}, total: 2},
		"of a kind and person": {filter: storage.AuditFilter{Account: admin, Actions: []string{"round opened"}}, total: 1},
		"outside of chats":     {filter: storage.AuditFilter{Chatless: true, Actions: []string{"round opened", "round closed"}}, total: 3},
		"of no kind":           {filter: storage.AuditFilter{Actions: []string{"nothing"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			total, newest, err := o.AuditSize(t.Context(), test.filter)
			if err != nil || total != test.total {
				t.Fatalf("%d entries, want %d; %v", total, test.total, err)
			}
			entries, err := o.Audit(t.Context(), test.filter, 0, 100)
			if err != nil || len(entries) != total || total > 0 && entries[0].ID != newest {
				t.Errorf("%d are read, up to %d; %v", len(entries), newest, err)
			}
		})
	}
}
