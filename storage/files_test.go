package storage_test

import (
	"errors"
	"testing"
	"time"

	"pascalatih/storage"
)

// runs claims the job that is due, as a process of its own would.
func (o office) runs() storage.Job {
	o.t.Helper()
	process, err := o.Join(o.t.Context())
	must(o.t, err)
	o.t.Cleanup(func() { process.Close() })
	job, found, err := o.ClaimJob(o.t.Context(), process.Number(), time.Minute, monday)
	if err != nil || !found {
		o.t.Fatalf("no job is due: %v", err)
	}
	return job
}

// kept tells what the row of a job holds still.
func (o office) kept(job int64) (payload, result string) {
	o.t.Helper()
	status, err := o.Job(o.t.Context(), job)
	must(o.t, err)
	return string(status.Payload), string(status.Result)
}

// A day after a file was read, nothing of what it said is in the books, be it only
// its name; what is confirmed at the last moment is kept until it is applied.
func TestForgetFiles(t *testing.T) {
	tests := map[string]struct {
		kind      storage.JobKind
		confirmed bool // an hour before the day is over
		after     time.Duration
		forgotten bool
	}{
		"within the day":            {kind: storage.JobImport, after: day - time.Second},
		"after the day":             {kind: storage.JobImport, after: day, forgotten: true},
		"confirmed, after the day":  {kind: storage.JobImport, confirmed: true, after: day},
		"confirmed, two days after": {kind: storage.JobImport, confirmed: true, after: 2 * day, forgotten: true},
		"of a planned round":        {kind: storage.JobRound, after: 9 * day},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			told := map[string]string{"file": "document-1", "name": "Pegawai Contoh.xlsx"}
			id, err := o.EnqueueJob(t.Context(), storage.Order{Kind: test.kind, AccountID: admin, Payload: told}, storage.Source{}, monday)
			must(t, err)
			job := o.runs()
			if test.kind == storage.JobImport {
				must(t, o.KeepFile(t.Context(), job, storage.File{Name: "Pegawai Contoh.xlsx", Data: []byte("x")}, monday))
			}
			must(t, errors.Join(o.KeepResult(t.Context(), job, map[string]string{"before": "Pegawai Contoh"}), o.EndJob(t.Context(), job, nil, monday)))
			if test.confirmed {
				_, err := o.ApplyStaged(t.Context(), id, from(admin, 1), monday.Add(day-time.Hour))
				must(t, err)
			}
			must(t, o.ForgetFiles(t.Context(), monday.Add(test.after)))
			payload, result := o.kept(id)
			if forgotten := payload == "{}" && result == ""; forgotten != test.forgotten {
				t.Errorf("kept are %s and %s", payload, result)
			}
			_, err = o.GivenFile(t.Context(), id, monday.Add(test.after))
			if gone := storage.IsCode(err, storage.NotFound); gone != (test.forgotten || test.kind != storage.JobImport) {
				t.Errorf("the file: %v", err)
			}
		})
	}
}

// A file goes out once, however often its job runs and whatever it is called; what
// it is called is not kept with its delivery.
func TestHandOut(t *testing.T) {
	o := newOffice(t)
	_, err := o.EnqueueJob(t.Context(), storage.Order{Kind: storage.JobImport, AccountID: admin}, storage.Source{}, monday)
	must(t, err)
	job := o.runs()
	for _, name := range []string{"Pegawai Contoh.xlsx", "Pegawai Contoh.xlsx", "lain.xlsx"} {
		must(t, o.HandOut(t.Context(), job, storage.File{Name: name, Data: []byte("x")}, monday))
	}
	if n := o.count(`SELECT count(*) FROM delivery WHERE kind = 'file'`); n != 1 {
		t.Errorf("%d deliveries", n)
	}
	if n := o.count(`SELECT count(*) FROM delivery WHERE to_jsonb(delivery)::text LIKE '%Contoh%'`); n != 0 {
		t.Error("a delivery holds the file's name")
	}
}

// A process that lost its job writes nothing over what another one found.
func TestLostJob(t *testing.T) {
	o := newOffice(t)
	id, err := o.EnqueueJob(t.Context(), storage.Order{Kind: storage.JobImport, AccountID: admin}, storage.Source{}, monday)
	must(t, err)
	lost := o.runs()
	must(t, o.EndJob(t.Context(), lost, errors.New("later"), monday.Add(-time.Hour)))
	job := o.runs()
	must(t, o.HandOut(t.Context(), lost, storage.File{Name: "x.csv", Data: []byte("x")}, monday))
	if n := o.count(`SELECT count(*) FROM job_file`); n != 0 {
		t.Errorf("%d files are handed out", n)
	}
	must(t, o.KeepResult(t.Context(), job, "second"))
	must(t, o.KeepResult(t.Context(), lost, "first"))
	must(t, o.EndJob(t.Context(), job, nil, monday))
	must(t, o.KeepResult(t.Context(), job, "third"))
	if _, result := o.kept(id); result != `"second"` {
		t.Errorf("kept is %s", result)
	}
}
