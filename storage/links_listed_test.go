package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

// words is a list of links, a word a person: their name, and what they get.
func words(listed []storage.ListedLink) []string {
	var all []string
	for _, l := range listed {
		gets := "connected"
		if l.Token != "" {
			gets = l.Token[:1]
		}
		all = append(all, fmt.Sprintf("%s/%s/%s", l.Unit, l.Name, gets))
	}
	return all
}

// Supervisors of those who take part get their links too, below them, and only who is
// not listed as taking part.
func TestLinksOfSupervisors(t *testing.T) {
	o := newOffice(t)
	o.exec(`UPDATE employee SET supervisor_id = CASE id WHEN 1 THEN 8 WHEN 2 THEN 5 WHEN 3 THEN 7 ELSE NULL END;
		UPDATE employee SET left_at = '2026-07-01', left_as = 'moved' WHERE id = 3`)
	listed, err := o.ListLinks(t.Context(), storage.Scope{All: true}, 1, storage.Source{}, monday)
	must(t, err)
	var supervisors []string
	for i, l := range listed {
		if l.Supervisor {
			supervisors = append(supervisors, fmt.Sprintf("%d: %s", i, l.Name))
		}
	}
	if len(listed) != 6 || len(supervisors) != 1 || supervisors[0] != "5: Pegawai 8" {
		t.Errorf("%d listed, supervisors %v", len(listed), supervisors)
	}
	status, err := o.LinkStatus(t.Context(), storage.Scope{All: true}, 1, wib)
	if err != nil || status.Supervisors != 1 || status.SupervisorsConnected != 0 || status.Participants != 5 {
		t.Errorf("status %+v, %v", status, err)
	}
	links, err := o.Links(t.Context(), "A", monday)
	must(t, err)
	marked := map[string]bool{}
	for _, l := range links {
		marked[l.Name] = l.Supervisor
	}
	if diff := cmp.Diff(map[string]bool{"Pegawai 5": false, "Pegawai 6": false, "Pegawai 8": true}, marked); diff != "" {
		t.Errorf("who has a link, and as a supervisor (-want +got):\n%s", diff)
	}
	if all, err := o.Links(t.Context(), "", monday); err != nil || len(all) != 4 || all[3].Supervisor {
		t.Errorf("all links %+v, %v", all, err)
	}
}

func TestListLinks(t *testing.T) {
	everybody := []string{"Badan Contoh/Pegawai 1/connected", "Badan Contoh/Pegawai 3/connected", "Badan Contoh/Pegawai 5/p",
		"Dinas Contoh/Pegawai 4/connected", "Dinas Contoh/Pegawai 6/p"}
	tests := map[string]struct {
		scope storage.Scope
		want  []string
		made  int
	}{
		"of all units":   {storage.Scope{All: true}, everybody, 2},
		"of one unit":    {storage.Scope{Units: []int64{2}}, everybody[:3], 1},
		"of both units":  {storage.Scope{Units: []int64{1, 2}}, everybody, 2},
		"of no unit":     {storage.Scope{}, nil, 0},
		"of another one": {storage.Scope{Units: []int64{3}}, nil, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.exec(`UPDATE employee SET phone = '0812-0000-0005' WHERE id = 5;
				UPDATE employee SET left_at = '2026-07-01', left_as = 'moved' WHERE id = 2;
				INSERT INTO unit (name) VALUES ('Kantor Contoh')`)
			src := storage.Job{ID: 7, AccountID: admin}.Source()
			var first []storage.ListedLink
			for again := range 2 { // as a job that runs twice
				listed, err := o.ListLinks(t.Context(), test.scope, 1, src, monday)
				if test.want == nil {
					if !storage.IsCode(err, storage.NotFound) {
						t.Errorf("it gives %v, %v", words(listed), err)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, words(listed)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if again == 1 && cmp.Diff(first, listed) != "" {
					t.Errorf("listed again they differ:\n%s", cmp.Diff(first, listed))
				}
				first = listed
			}
			if n := o.count(`SELECT count(*) FROM link`); n != test.made {
				t.Errorf("%d links were made, want %d", n, test.made)
			}
			noted := min(test.made, 1)
			if n := o.count(`SELECT count(*) FROM audit WHERE action = 'links made' AND account_id = 900 AND (details->>'links')::int = $1`, test.made); n != noted {
				t.Errorf("%d audit rows, want %d", n, noted)
			}
			for _, l := range first {
				if l.Name == "Pegawai 5" && l.Phone != "0812-0000-0005" {
					t.Errorf("the phone is %q", l.Phone)
				}
			}
		})
	}
}

// What is listed works, and what was used is listed no more.
func TestListedLinksWork(t *testing.T) {
	o := newOffice(t)
	all := storage.Scope{All: true}
	listed, err := o.ListLinks(t.Context(), all, 2, from(admin, 1), monday)
	if err != nil || len(listed) != 4 {
		t.Fatalf("%d listed: %v", len(listed), err)
	}
	if link := o.link("005"); link.Token != listed[0].Token {
		t.Errorf("the same employee has two links: %s, %s", link.Token, listed[0].Token)
	}
	if _, err := o.use(newcomer, "005"); err != nil {
		t.Fatal(err)
	}
	if listed, err = o.ListLinks(t.Context(), all, 2, from(admin, 2), monday); err != nil || listed[0].Token != "" {
		t.Errorf("after it was used it is %q: %v", listed[0].Token, err)
	}
	if got := o.linkStatus(all, 2); got.Connected != 1 || got.Participants != 4 || got.Class.ID != 0 {
		t.Errorf("the status is %+v", got)
	}
}

// A link that ends between two runs of the job does not keep it from its end.
func TestListLinksAgainAfterOneEnded(t *testing.T) {
	o := newOffice(t)
	src := storage.Job{ID: 7, AccountID: admin}.Source()
	all := storage.Scope{All: true}
	first, err := o.ListLinks(t.Context(), all, 2, src, monday)
	must(t, err)
	must(t, o.RevokeLink(t.Context(), "198001012005011005", from(admin, 1), monday))
	second, err := o.ListLinks(t.Context(), all, 2, src, monday)
	must(t, err)
	if second[0].Token == "" || second[0].Token == first[0].Token {
		t.Errorf("the revoked link %q became %q", first[0].Token, second[0].Token)
	}
	if n := o.count(`SELECT count(*) FROM audit WHERE action = 'links made'`); n != 1 {
		t.Errorf("%d audit rows", n)
	}
}

func (o office) linkStatus(scope storage.Scope, training int64) storage.LinkStatus {
	o.t.Helper()
	status, err := o.LinkStatus(o.t.Context(), scope, training, wib)
	if err != nil {
		o.t.Fatal(err)
	}
	return status
}

func TestLinkStatus(t *testing.T) {
	o := newOffice(t)
	link := o.classLink(false, monday)
	got := o.linkStatus(storage.Scope{Units: []int64{2}}, 1)
	if got.Connected != 2 || got.Participants != 3 || cmp.Diff(link, got.Class) != "" || !strings.HasPrefix(got.Title, "Pelatihan A") {
		t.Errorf("for one unit it is %+v", got)
	}
	o.exec(`UPDATE employee SET left_at = '2026-07-01', left_as = 'retired' WHERE id = 1`)
	if got := o.linkStatus(storage.Scope{All: true}, 1); got.Connected != 3 || got.Participants != 5 {
		t.Errorf("without one who left it is %+v", got)
	}
	for _, refused := range []storage.Scope{{}, {Units: []int64{99}}} {
		if _, err := o.LinkStatus(t.Context(), refused, 1, wib); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("for %v: %v", refused, err)
		}
	}
	if _, err := o.LinkStatus(t.Context(), storage.Scope{All: true}, 99, wib); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("of no training: %v", err)
	}
}

// Of the trainings to choose from an officer of some units sees theirs.
func TestTrainingChoices(t *testing.T) {
	o := newOffice(t)
	o.exec(`DELETE FROM participation WHERE training_id = 2 AND employee_id IN (6, 8)`) // those of Dinas Contoh
	counts := func(scope storage.Scope) map[string]int {
		choices, err := o.TrainingChoices(t.Context(), scope)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		for _, choice := range choices {
			found[choice.Code] = choice.Participants
		}
		return found
	}
	for _, test := range []struct {
		scope storage.Scope
		want  map[string]int
	}{
		{storage.Scope{All: true}, map[string]int{"A": 6, "B": 2}},
		{storage.Scope{Units: []int64{1}}, map[string]int{"A": 3}},
		{storage.Scope{}, map[string]int{}},
	} {
		if diff := cmp.Diff(test.want, counts(test.scope)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.scope, diff)
		}
	}
}
