package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey/roster"
)

const (
	unitTimes = "nama,zona,hari_kerja\nDinas Contoh,WITA,Senin-Sabtu\nBadan Contoh,,\n"
	hours     = "dari,sampai,buka,tutup,keterangan\n2027-02-08,2027-03-09,08:00,15:00,Contoh Ramadan\n2027-12-24,2027-12-24,07:00,12:00,\n"
)

func dateOf(year int, month time.Month, date int) time.Time {
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
}

// Units get a time of their own and give it up again; exceptions come, change and
// end. Each is seen before, and done again it changes nothing.
func TestImportWorkTime(t *testing.T) {
	store := open(t)
	type counts = storage.Changes
	field := func(column, before, after string) storage.FieldDifference {
		return storage.FieldDifference{Column: column, Before: before, After: after}
	}
	for _, step := range []struct {
		name     string
		files    []string
		units    counts
		hours    counts
		examples []storage.Difference
		added    int
	}{
		{name: "with new units", files: []string{employees, unitTimes, hours}, units: counts{New: 2}, hours: counts{New: 2}, added: 2},
		{name: "alone", files: []string{unitTimes, hours}, units: counts{Unchanged: 2}, hours: counts{Unchanged: 2}},
		{
			name:  "changed",
			files: []string{"nama,zona,hari_kerja\nDinas Contoh,Asia/Jayapura,Senin-Sabtu\nBadan Contoh,,Minggu\n", "dari,sampai,buka,tutup,keterangan\n2027-02-08,2027-03-10,08:00,14:30,Contoh\n"},
			units: counts{Changed: 2}, hours: counts{Changed: 1},
			examples: []storage.Difference{
				{Name: "Badan Contoh", Fields: []storage.FieldDifference{field("hari_kerja", "", "Minggu")}},
				{Name: "Dinas Contoh", Fields: []storage.FieldDifference{field("zona", "WITA", "WIT")}},
				{Key: "2027-02-08", Name: "Contoh Ramadan", Fields: []storage.FieldDifference{
					field("keterangan", "Contoh Ramadan", "Contoh"), field("sampai", "2027-03-09", "2027-03-10"), field("tutup", "15:00", "14:30")}},
			},
		},
		{
			name:  "taken away",
			files: []string{"nama,zona,hari_kerja\nDinas Contoh,,\n", "dari,sampai,buka,tutup\n2027-02-08,2027-03-10,,\n2027-05-01,2027-05-02,,\n"},
			units: counts{Changed: 1}, hours: counts{Changed: 1, Unchanged: 1},
			examples: []storage.Difference{
				{Name: "Dinas Contoh", Fields: []storage.FieldDifference{field("zona", "WIT", ""), field("hari_kerja", "Senin-Sabtu", "")}},
				{Key: "2027-02-08", Name: "Contoh", Fields: []storage.FieldDifference{field("buka", "08:00", ""), field("tutup", "14:30", "")}},
			},
		},
		{name: "taken away before", files: []string{"dari,sampai,buka,tutup\n2027-02-08,2027-03-10,,\n"}, hours: counts{Unchanged: 1}},
	} {
		t.Run(step.name, func(t *testing.T) {
			r := read(t, step.files...)
			preview, err := store.PreviewImport(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([2]counts{step.units, step.hours}, [2]counts{preview.Counts.Units, preview.Counts.Hours}); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(step.examples, preview.Examples); diff != "" {
				t.Error(diff)
			}
			if len(preview.Added) != step.added {
				t.Errorf("new hours: %+v", preview.Added)
			}
			if done, err := store.ImportSeen(t.Context(), r, preview.Counts, storage.Source{}, monday); err != nil || done.Counts != preview.Counts {
				t.Errorf("it did %+v: %v", done.Counts, err)
			}
			if again, err := store.PreviewImport(t.Context(), r); err != nil || again.Counts.Any() {
				t.Errorf("done again it would do %+v: %v", again.Counts, err)
			}
		})
	}
}

func TestPreviewOfNewHours(t *testing.T) {
	preview, err := open(t).PreviewImport(t.Context(), read(t, hours))
	if err != nil {
		t.Fatal(err)
	}
	want := []storage.AddedHours{
		{From: dateOf(2027, 2, 8), To: dateOf(2027, 3, 9), Opens: "08:00", Closes: "15:00", Name: "Contoh Ramadan"},
		{From: dateOf(2027, 12, 24), To: dateOf(2027, 12, 24), Opens: "07:00", Closes: "12:00"},
	}
	if diff := cmp.Diff(want, preview.Added, cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Error(diff)
	}
}

func TestImportWorkTimeRefuses(t *testing.T) {
	store := open(t)
	if _, err := store.Import(t.Context(), read(t, employees, hours), storage.Source{}, monday); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ file, want string }{
		"a unit that nobody is in": {
			"nama,zona,hari_kerja\nDinas Lain,WIB,\n",
			`1.csv, sheet unit, row 2, column nama, "Dinas Lain": No employee is in a unit of this name. Please write it exactly as it is with the employees.`},
		"hours on days that have others": {
			"dari,sampai,buka,tutup\n2027-03-01,2027-03-31,09:00,14:00\n",
			`1.csv, sheet jam_kerja, row 2, column dari, "2027-03-01": Some of these days have other hours already: 08/02/2027–09/03/2027 (Contoh Ramadan).`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.Import(t.Context(), read(t, test.file), storage.Source{}, monday)
			cells, some := errors.AsType[roster.Errors](err)
			if !some || len(cells) != 1 || cells[0].In("en") != test.want {
				t.Errorf("got %v %v", err, cells)
			}
		})
	}
	// What makes room in the same file may be followed by others.
	moved := read(t, "dari,sampai,buka,tutup\n2027-02-08,2027-03-09,,\n2027-03-01,2027-03-31,09:00,14:00\n")
	if counts, err := store.Import(t.Context(), moved, storage.Source{}, monday); err != nil || counts.Hours != (storage.Changes{New: 1, Changed: 1}) {
		t.Errorf("moved: %+v, %v", counts.Hours, err)
	}
}
