package roster_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey/roster"
)

func TestMerge(t *testing.T) {
	const (
		satu   = nipA + ",Contoh Satu,Dinas Contoh,,,,\n"
		dua    = nipB + ",Contoh Dua,Dinas Contoh,,,,\n"
		course = "PL-1,Pelatihan Contoh,,,2026-06-25,2026-06-27,,\n"
	)
	tests := map[string]struct {
		files  []string
		counts [3]int   // employees, trainings, participants
		errors []string // what the errors say, without the reason
	}{
		"nothing":                          {errors: []string{"Nothing is filled in there yet. Please fill it in and send it again."}},
		"headers only":                     {files: []string{pegawai, peserta}, errors: []string{"Nothing is filled in there yet. Please fill it in and send it again."}},
		"three files":                      {files: []string{pegawai + satu + dua, pelatihan + course, peserta + "PL-1," + nipA + "\n"}, counts: [3]int{2, 1, 1}},
		"the same rows twice":              {files: []string{pegawai + satu + satu, pegawai + satu, pelatihan + course + course, peserta + "PL-1," + nipA + "\nPL-1," + nipA + "\n"}, counts: [3]int{1, 1, 1}},
		"an employee in several trainings": {files: []string{peserta + "PL-1," + nipA + "\nPL-2," + nipA + "\n"}, counts: [3]int{0, 0, 2}},
		"two names for one NIP": {
			files:  []string{pegawai + satu + dua, pegawai + strings.Replace(satu, "Satu", "Tiga", 1)},
			errors: []string{"2.csv, sheet pegawai, row 2, column nip, \"" + nipA + "\": This is there already with other content: 1.csv, sheet pegawai, row 2."},
		},
		"two names in one file, and two dates of one training": {
			files: []string{pegawai + satu + strings.Replace(satu, "Dinas", "Badan", 1), pelatihan + course + strings.Replace(course, "25", "24", 1)},
			errors: []string{
				"1.csv, sheet pegawai, row 3, column nip, \"" + nipA + "\": This is there already with other content: 1.csv, sheet pegawai, row 2.",
				"2.csv, sheet pelatihan, row 3, column kode, \"PL-1\": This is there already with other content: 2.csv, sheet pelatihan, row 2.",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			merged, err := roster.Merge(parseAll(t, test.files...)...)
			if got := [3]int{len(merged.Employees), len(merged.Trainings), len(merged.Participants)}; got != test.counts {
				t.Errorf("there are %v, want %v", got, test.counts)
			}
			found, _ := errors.AsType[roster.Errors](err)
			var said []string
			for _, cell := range found {
				said = append(said, cell.In("en"))
			}
			if diff := cmp.Diff(test.errors, said); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReferences(t *testing.T) {
	merged, err := roster.Merge(parseAll(t,
		pegawai+nipA+",Contoh Satu,Dinas Contoh,,,,"+nipB+"\n",
		pelatihan+"PL-1,Pelatihan Contoh,,,2026-06-25,2026-06-27,,singkat\nPL-2,Pelatihan Contoh,,,2026-06-25,2026-06-27,,\n",
		peserta+"PL-1,"+nipA+"\nPL-3,"+nipA+"\nPL-2,"+nipB+"\n")...)
	if err != nil {
		t.Fatal(err)
	}
	want := []roster.Reference{
		{To: roster.ToEmployee, Key: nipB, At: roster.Place{File: "1.csv", Sheet: "pegawai", Row: 2}, Column: "atasan_nip"},
		{To: roster.ToPlan, Key: "singkat", At: roster.Place{File: "2.csv", Sheet: "pelatihan", Row: 2}, Column: "rencana"},
		{To: roster.ToTraining, Key: "PL-3", At: roster.Place{File: "3.csv", Sheet: "peserta", Row: 3}, Column: "kode"},
		{To: roster.ToEmployee, Key: nipB, At: roster.Place{File: "3.csv", Sheet: "peserta", Row: 4}, Column: "nip"},
	}
	got := merged.References()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	sentences := []string{
		"1.csv, lembar pegawai, baris 2, kolom atasan_nip, \"" + nipB + "\": NIP ini tidak ada dalam berkas maupun data pegawai.",
		"2.csv, lembar pelatihan, baris 2, kolom rencana, \"singkat\": Rencana ini tidak dikenal.",
		"3.csv, lembar peserta, baris 3, kolom kode, \"PL-3\": Kode pelatihan ini tidak ada dalam berkas maupun data pelatihan.",
	}
	for i, want := range sentences {
		if said := got[i].Unknown().In("id"); said != want {
			t.Errorf("it says %s, want %s", said, want)
		}
	}
	if said := got[1].Unknown("singkat", "standar").In("id"); !strings.HasSuffix(said, "Rencana ini tidak dikenal. Rencana yang ada: singkat, standar.") {
		t.Errorf("of an unknown plan it says %s", said)
	}
}

// parseAll parses files, called 1.csv and so on.
func parseAll(t *testing.T, files ...string) []roster.Roster {
	t.Helper()
	var all []roster.Roster
	for i, file := range files {
		read, err := roster.Parse(fmt.Sprintf("%d.csv", i+1), []byte(file))
		if err != nil {
			t.Fatal(sentences(err))
		}
		all = append(all, read)
	}
	return all
}
