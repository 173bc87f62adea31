package storage_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/roster"
)

// What a preview counts is what the import then does.
func TestPreviewImport(t *testing.T) {
	store := open(t)
	all := read(t, employees, trainings, participants)
	for _, state := range []string{"new", "known"} {
		preview, err := store.PreviewImport(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		counts, err := store.Import(t.Context(), all, storage.Source{}, monday)
		if err != nil || counts != preview.Counts {
			t.Errorf("%s: imported %+v, previewed %+v: %v", state, counts, preview.Counts, err)
		}
		if len(preview.Examples)+len(preview.Missing) > 0 {
			t.Errorf("%s: %+v", state, preview)
		}
	}
	changed := read(t,
		"nip,nama,unit,atasan_nip,telepon\n"+nipA+",Pegawai Satu,Kantor Baru,198001012005011003,\n198001012005011003,Pegawai Tiga,Kantor Baru,,\n",
		"kode,judul,mulai,selesai,jp,rencana\nA,Pelatihan A,2026-07-02,2026-07-07,,\n")
	preview, err := store.PreviewImport(t.Context(), changed)
	if err != nil {
		t.Fatal(err)
	}
	want := storage.ImportPreview{
		Counts: storage.ImportCounts{Units: storage.Changes{New: 1}, Employees: storage.Changes{New: 1, Changed: 1}, Trainings: storage.Changes{Changed: 1}},
		Examples: []storage.Difference{
			{Key: nipA, Name: "Pegawai Satu", Fields: []storage.FieldDifference{
				{Column: "unit", Before: "Dinas Contoh", After: "Kantor Baru"}, {Column: "atasan_nip", After: "198001012005011003"}}},
			{Key: "A", Name: "Pelatihan A", Fields: []storage.FieldDifference{
				{Column: "selesai", Before: "2026-07-06", After: "2026-07-07"}, {Column: "jp", Before: "20"}, {Column: "rencana", Before: "singkat"}}},
		},
		Missing: []int64{2}, Present: 2,
	}
	if diff := cmp.Diff(want, preview); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	counts, err := store.Import(t.Context(), changed, storage.Source{}, monday)
	if err != nil || counts != preview.Counts {
		t.Errorf("imported %+v: %v", counts, err)
	}
	if again, err := store.PreviewImport(t.Context(), changed); err != nil || again.Counts.Any() {
		t.Errorf("again %+v: %v", again.Counts, err)
	}
}

func TestPreviewImportWaitsForNobody(t *testing.T) {
	o := newOffice(t)
	tx, err := o.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`SELECT pg_advisory_xact_lock(7228); UPDATE employee SET name = 'Lain'; LOCK TABLE unit IN EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	preview, err := o.PreviewImport(t.Context(), read(t, "nip,nama,unit\n198001012005011001,Pegawai 1,Kantor Baru\n"))
	if err != nil || preview.Counts.Employees.Changed != 1 || len(preview.Missing) != 7 {
		t.Errorf("%+v: %v", preview, err)
	}
}

func TestPreviewImportGivesWhatIsUnknown(t *testing.T) {
	_, err := open(t).PreviewImport(t.Context(), read(t, "kode,nip\nX,"+nipA+"\n"))
	if cells, some := errors.AsType[roster.Errors](err); !some || len(cells) != 2 {
		t.Errorf("got %v", err)
	}
}

// Only what was seen is done, and it is done once.
func TestImportSeen(t *testing.T) {
	o := newOffice(t)
	r := read(t, "nip,nama,unit\n198001012005011500,Pegawai Baru,Dinas Contoh\n")
	src := storage.Source{Account: admin, Chat: admin, Message: 5}
	now, err := o.ImportSeen(t.Context(), r, storage.ImportCounts{}, src, monday)
	if !storage.IsCode(err, storage.Refused) || now.Counts.Employees.New != 1 || o.count(`SELECT count(*) FROM employee`) != 8 {
		t.Fatalf("as it was not seen: %+v, %v", now, err)
	}
	for _, want := range []error{nil, storage.ErrRepeated, storage.ErrRepeated} {
		done, err := o.ImportSeen(t.Context(), r, now.Counts, src, monday)
		if !errors.Is(err, want) || done.Counts != now.Counts || len(done.Missing) != 8 {
			t.Errorf("as it was seen: %+v, %v, want %v", done, err, want)
		}
	}
	if n := o.count(`SELECT count(*) FROM audit WHERE action = 'roster imported'`); n != 1 {
		t.Errorf("%d entries in the books", n)
	}
}

func TestImportHolidays(t *testing.T) {
	o := newOffice(t)
	day := func(d int, name string, joint bool) roster.Holiday {
		return roster.Holiday{Day: time.Date(2026, time.August, d, 0, 0, 0, 0, time.UTC), Name: name, Joint: joint}
	}
	bring := func(want storage.Changes, days ...roster.Holiday) storage.HolidayPreview {
		t.Helper()
		preview, err := o.PreviewHolidays(t.Context(), days)
		if err != nil || preview.Counts != want {
			t.Errorf("it would do %+v, want %+v: %v", preview.Counts, want, err)
		}
		if _, err := o.ImportHolidays(t.Context(), days, storage.Changes{New: 99}, storage.Source{}, monday); !storage.IsCode(err, storage.Refused) {
			t.Errorf("as it was not seen: %v", err)
		}
		if _, err := o.ImportHolidays(t.Context(), days, want, storage.Source{}, monday); err != nil {
			t.Error(err)
		}
		return preview
	}
	bring(storage.Changes{New: 2}, day(17, "Proklamasi", false), day(18, "Cuti", true))
	preview := bring(storage.Changes{New: 1, Changed: 1, Unchanged: 1}, day(19, "Lagi", true), day(17, "Proklamasi", false), day(18, "Cuti", false))
	want := []storage.Difference{{Key: "2026-08-18", Name: "Cuti", Fields: []storage.FieldDifference{{Column: "jenis", Before: "cuti_bersama", After: "libur_nasional"}}}}
	if diff := cmp.Diff(want, preview.Examples); diff != "" || !slices.Equal(preview.Years, []storage.HolidayYear{{Year: 2026, New: 1, Changed: 1}}) {
		t.Errorf("years %v, (-want +got):\n%s", preview.Years, diff)
	}
	known, err := o.Holidays(t.Context())
	if err != nil || len(known) != 3 {
		t.Errorf("%v: %v", known, err)
	}
}

func TestIsPublished(t *testing.T) {
	o := newOffice(t)
	infos, err := o.Instruments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	form, err := o.Instrument(t.Context(), infos[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if published, err := o.IsPublished(t.Context(), form); !published || err != nil {
		t.Errorf("as it is: %v, %v", published, err)
	}
	form.Title = survey.Text{"id": "Lain", "en": "Other"}
	if _, err := o.IsPublished(t.Context(), form); !storage.IsCode(err, storage.OtherContent) {
		t.Errorf("with another title: %v", err)
	}
	form.Version = "999"
	if published, err := o.IsPublished(t.Context(), form); published || err != nil {
		t.Errorf("another version: %v, %v", published, err)
	}
}

// Of several who confirm a preview, or give it up, one is the first.
func TestStagedOnce(t *testing.T) {
	o := newOffice(t)
	job := o.staged()
	src := func(message int64) storage.Source {
		return storage.Source{Account: admin, Chat: admin, Message: message, Revision: job}
	}
	var wait sync.WaitGroup
	for message := range int64(6) {
		wait.Go(func() {
			if _, err := o.ApplyStaged(t.Context(), job, src(message), monday); err != nil && !errors.Is(err, storage.ErrRepeated) {
				t.Errorf("applying: %v", err)
			}
		})
	}
	wait.Wait()
	if n := o.count(`SELECT count(*) FROM job WHERE kind = 'apply'`); n != 1 {
		t.Errorf("%d jobs", n)
	}
	if err := o.CancelStaged(t.Context(), job, src(9), monday); !storage.IsCode(err, storage.Closed) {
		t.Errorf("giving it up: %v", err)
	}
	if _, err := o.ApplyStaged(t.Context(), job, storage.Source{Account: 101, Chat: 101, Message: 1}, monday); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("another's: %v", err)
	}

	job = o.staged()
	for range 2 {
		if err := o.CancelStaged(t.Context(), job, src(20), monday); err != nil {
			t.Errorf("giving it up: %v", err)
		}
	}
	if _, err := o.ApplyStaged(t.Context(), job, src(21), monday); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("applying what was given up: %v", err)
	}
	if n := o.count(`SELECT count(*) FROM audit WHERE action = 'import cancelled'`); n != 1 {
		t.Errorf("%d entries in the books", n)
	}
}

// staged is an import of admin's that has read its file.
func (o office) staged() int64 {
	o.t.Helper()
	id, err := o.EnqueueJob(o.t.Context(), storage.Order{Kind: storage.JobImport, AccountID: admin}, storage.Source{}, monday)
	if err != nil {
		o.t.Fatal(err)
	}
	process, err := o.Join(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	defer process.Close()
	job, found, err := o.ClaimJob(o.t.Context(), process.Number(), time.Minute, monday)
	if err != nil || !found || job.ID != id {
		// An apply of an earlier preview waits before it: it is of no interest here.
		job, _, err = o.ClaimJob(o.t.Context(), process.Number(), time.Minute, monday)
	}
	err = errors.Join(err, o.KeepFile(o.t.Context(), job, storage.File{Name: "x.csv", Data: []byte("x")}, monday), o.EndJob(o.t.Context(), job, nil, monday))
	if err != nil || job.ID != id {
		o.t.Fatalf("job %d, want %d: %v", job.ID, id, err)
	}
	return id
}
