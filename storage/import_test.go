package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey/roster"
)

// read makes one roster of CSV files, given as their lines.
func read(t testing.TB, files ...string) roster.Roster {
	t.Helper()
	var all []roster.Roster
	for i, lines := range files {
		one, err := roster.Parse(fmt.Sprintf("%d.csv", i+1), []byte(lines))
		if err != nil {
			t.Fatalf("%s: %v", lines, err)
		}
		all = append(all, one)
	}
	merged, err := roster.Merge(all...)
	if err != nil {
		t.Fatal(err)
	}
	return merged
}

const (
	nipA = "198001012005011001"
	nipB = "198001012005011002"

	employees = "nip,nama,unit,jabatan,atasan_nip\n" +
		nipA + ",Pegawai Satu,Dinas Contoh,Kepala,\n" +
		nipB + ",Pegawai Dua,Badan Contoh,Analis," + nipA + "\n"
	trainings    = "kode,judul,mulai,selesai,jp,rencana\nA,Pelatihan A,2026-07-02,2026-07-06,20,singkat\n"
	participants = "kode,nip\nA," + nipA + "\nA," + nipB + "\n"
)

func TestImport(t *testing.T) {
	type counts = storage.ImportCounts
	type n = storage.Changes
	tests := map[string]struct {
		files []string // imported after the three above
		want  counts
	}{
		"the same again changes nothing": {
			files: []string{employees, trainings, participants},
			want:  counts{Units: n{Unchanged: 2}, Employees: n{Unchanged: 2}, Trainings: n{Unchanged: 1}, Participants: n{Unchanged: 2}},
		},
		"a new unit and a new name": {
			files: []string{"nip,nama,unit\n" + nipA + ",Pegawai Satu,Kantor Contoh\n" + nipB + ",Pegawai Dua,Badan Contoh\n"},
			want:  counts{Units: n{New: 1, Unchanged: 1}, Employees: n{Changed: 1, Unchanged: 1}},
		},
		"a column that is there and empty empties": {
			files: []string{"nip,nama,unit,jabatan\n" + nipA + ",Pegawai Satu,Dinas Contoh,\n"},
			want:  counts{Units: n{Unchanged: 1}, Employees: n{Changed: 1}},
		},
		"only the supervisor changed": {
			files: []string{"nip,nama,unit,atasan_nip\n" + nipB + ",Pegawai Dua,Badan Contoh,\n"},
			want:  counts{Units: n{Unchanged: 1}, Employees: n{Changed: 1}},
		},
		"a training without its plan, and another": {
			files: []string{"kode,judul,mulai,selesai,rencana\nA,Pelatihan A,2026-07-02,2026-07-06,\nB,Pelatihan B,2026-07-02,2026-07-06,\n"},
			want:  counts{Trainings: n{New: 1, Changed: 1}},
		},
		"what is known may be named": {
			files: []string{"kode,judul,mulai,selesai\nB,Pelatihan B,2026-07-02,2026-07-06\n", "kode,nip\nB," + nipA + "\n"},
			want:  counts{Trainings: n{New: 1}, Participants: n{New: 1}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			first, err := store.Import(t.Context(), read(t, employees, trainings, participants), storage.Source{}, monday)
			if err != nil {
				t.Fatal(err)
			}
			want := counts{Units: n{New: 2}, Employees: n{New: 2}, Trainings: n{New: 1}, Participants: n{New: 2}}
			if diff := cmp.Diff(want, first); diff != "" {
				t.Errorf("first import (-want +got):\n%s", diff)
			}
			for range 2 { // what changed once is unchanged the second time
				got, err := store.Import(t.Context(), read(t, test.files...), storage.Source{}, monday)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("second import (-want +got):\n%s", diff)
				}
				test.want = unchanged(test.want)
			}
		})
	}
}

func unchanged(c storage.ImportCounts) storage.ImportCounts {
	for _, rows := range []*storage.Changes{&c.Units, &c.Employees, &c.Trainings, &c.Participants} {
		*rows = storage.Changes{Unchanged: rows.New + rows.Changed + rows.Unchanged}
	}
	return c
}

func TestImportKeepsWhatIsNotInTheFiles(t *testing.T) {
	store, url := openURL(t)
	for _, files := range [][]string{
		{employees, trainings},
		{"nip,nama,unit\n" + nipB + ",Pegawai Dua Baru,Badan Contoh\n", "kode,judul,mulai,selesai\nA,Pelatihan A,2026-07-02,2026-07-07\n"},
	} {
		if _, err := store.Import(t.Context(), read(t, files...), storage.Source{}, monday); err != nil {
			t.Fatal(err)
		}
	}
	got := query[string](t, url, `
		SELECT concat_ws(' / ', e.name, e.position, boss.nip, t.last_day, t.hours, p.key)
		FROM employee e JOIN employee boss ON boss.id = e.supervisor_id, training t JOIN plan p ON p.id = t.plan_id
		WHERE e.nip = $1`, nipB)
	if want := "Pegawai Dua Baru / Analis / " + nipA + " / 2026-07-07 / 20 / singkat"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestImportRefusesWhatIsUnknown(t *testing.T) {
	store, url := openURL(t)
	const unknown = "198001012005011999"
	_, err := store.Import(t.Context(), read(t,
		"nip,nama,unit,atasan_nip\n"+nipA+",Pegawai Satu,Dinas Contoh,"+unknown+"\n",
		"kode,judul,mulai,selesai,rencana\nA,Pelatihan A,2026-07-02,2026-07-06,panjang\n",
		"kode,nip\nX,"+nipA+"\nA,"+unknown+"\n",
	), storage.Source{}, monday)
	var cells roster.Errors
	if !errors.As(err, &cells) {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, cell := range cells {
		got = append(got, fmt.Sprint(cell.File, " ", cell.Row, " ", cell.Column, " ", cell.Value))
	}
	want := []string{"1.csv 2 atasan_nip " + unknown, "2.csv 2 rencana panjang", "3.csv 2 kode X", "3.csv 3 nip " + unknown}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if n := query[int](t, url, `SELECT count(*) FROM employee`); n != 0 {
		t.Errorf("%d employees came in all the same", n)
	}
}

func TestImportFromChatHappensOnce(t *testing.T) {
	o := newOffice(t)
	src := storage.Source{Account: admin, Chat: admin, Message: 5}
	r := read(t, "nip,nama,unit\n198001012005011500,Pegawai Baru,Dinas Contoh\n")
	first, err := o.Import(t.Context(), r, src, monday)
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.Import(t.Context(), r, src, monday)
	if !errors.Is(err, storage.ErrRepeated) || again != first {
		t.Errorf("again: %v, %v; first: %v", again, err, first)
	}
}

func TestImportInvitesLateParticipants(t *testing.T) {
	o := newOffice(t)
	o.exec(`DELETE FROM participation WHERE training_id = 1 AND employee_id IN (4, 6)`)
	round := o.opened()
	o.mustImport("kode,nip\nA,198001012005011004\nA,198001012005011006\n")
	if s := o.session(104); s.RoundID != round.ID {
		t.Errorf("account 104 is asked in round %d", s.RoundID)
	}
	if n := o.count(`SELECT count(*) FROM delivery WHERE account_id = 104`); n != 1 {
		t.Errorf("%d deliveries to account 104", n)
	}
	if n := o.count(`SELECT count(*) FROM invitation WHERE round_id = $1`, round.ID); n != 6 {
		t.Errorf("%d invitations", n)
	}
}

// An import and an opening at the same moment leave nobody out.
func TestImportBesideAnOpening(t *testing.T) {
	for i := range 5 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			o := newOffice(t)
			o.exec(`DELETE FROM participation WHERE training_id = 1 AND employee_id = 4`)
			var wait sync.WaitGroup
			wait.Go(func() { o.mustImport("kode,nip\nA,198001012005011004\n") })
			wait.Go(func() { o.opened() })
			wait.Wait()
			if n := o.count(`SELECT count(*) FROM invitation`); n != 6 {
				t.Errorf("%d invitations of 6", n)
			}
		})
	}
}

func TestImportOfACity(t *testing.T) {
	const people, limit = 20_000, 30 * time.Second // generous: a busy machine, with -race
	var pegawai, peserta strings.Builder
	pegawai.WriteString("nip,nama,unit,jabatan,golongan,telepon,atasan_nip\n")
	peserta.WriteString("kode,nip\n")
	for i := range people {
		nip := fmt.Sprintf("1980010120050%05d", i)
		fmt.Fprintf(&pegawai, "%s,Pegawai %d,Unit %d,Staf,III/a,0812%08d,\n", nip, i, i%60, i)
		fmt.Fprintf(&peserta, "A,%s\n", nip)
	}
	store := open(t)
	r := read(t, pegawai.String(), trainings, peserta.String())
	for _, state := range []string{"new", "unchanged"} {
		began := time.Now()
		if _, err := store.Import(t.Context(), r, storage.Source{}, monday); err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		t.Logf("%d employees, %s: %v", people, state, took.Round(time.Millisecond))
		if took > limit {
			t.Errorf("%s: took %v", state, took)
		}
	}
	began := time.Now()
	links, err := store.Links(t.Context(), "", monday)
	if err != nil || len(links) != people {
		t.Fatalf("%d links: %v", len(links), err)
	}
	t.Logf("links: %v", time.Since(began).Round(time.Millisecond))
}

func (o office) mustImport(files ...string) {
	o.t.Helper()
	if _, err := o.Import(o.t.Context(), read(o.t, files...), storage.Source{}, afternoon.Add(time.Hour)); err != nil {
		o.t.Errorf("import: %v", err)
	}
}
