package storage_test

import (
	"bytes"
	"database/sql"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/storage/crowd"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey"
	"pascalatih/survey/export"
	"pascalatih/survey/instruments"
)

// million is an office whose people sent a million answers within a week, to the
// bundled form after 60 trainings.
func million(b *testing.B) office {
	b.Helper()
	bundled, err := instruments.All()
	if err != nil {
		b.Fatal(err)
	}
	at := slices.IndexFunc(bundled, func(i survey.Instrument) bool { return i.Key == "reaction" })
	people := crowd.Crowd{
		Form: bundled[at], Week: weekBegins, Trainings: 60, Units: 40, Employees: 28_000, Invited: 1_400, Sent: 1_167,
	}
	url := postgrestest.OpenPrepared(b, "million", func(url string) error { return people.Fill(b.Context(), url) })
	db, err := sql.Open("postgres", url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return office{Store: connect(b, url), t: b, url: url, db: db}
}

const benchmarkRounds = 7 // of each side, in turns

// BenchmarkMillionFigures puts all figures of a week of a million answers beside
// bare counting, one query for each table of a summary that is read off the
// answers: of the form as a whole, by training, by unit, of each item, of obstacles
// and help, and of the pairs of before and now.
//
//	go test ./storage -run xxx -bench Million -benchtime 1x
//
// Responses are put into blocks once in their lives: form-ms. After that figures are
// figures-ms. ratio is of both over the sum of the bare queries, formed-ratio without
// the former, and to-one-query is of both over one of the bare queries.
func BenchmarkMillionFigures(b *testing.B) {
	const tables = 6
	o := million(b)
	var forms, figures, bares []time.Duration
	var ratios, formedRatios, toOne []float64
	for round := range benchmarkRounds {
		for _, statement := range []string{
			`UPDATE response SET block_id = NULL WHERE block_id IS NOT NULL`, `DELETE FROM block`, `VACUUM ANALYZE response, block`,
		} {
			o.exec(statement)
		}
		form := lasting(func() error {
			_, err := o.FormBlocks(b.Context(), 0, weekEnds, wib)
			return err
		}, b)
		figure := lasting(func() error {
			_, err := o.Figures(b.Context(), week(weekBegins), wib)
			return err
		}, b)
		var bare time.Duration
		for range tables {
			bare += lasting(o.countBare, b)
		}
		forms, figures, bares = append(forms, form), append(figures, figure), append(bares, bare/tables)
		ratios = append(ratios, over(form+figure, bare))
		formedRatios = append(formedRatios, over(figure, bare))
		toOne = append(toOne, over(form+figure, bare/tables))
		b.Logf("round %d: blocks %v, figures %v, bare queries %v", round+1, form, figure, bare)
	}
	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(float64(o.count(`SELECT count(*) FROM answer`)), "answers")
	b.ReportMetric(float64(median(forms).Milliseconds()), "form-ms")
	b.ReportMetric(float64(median(figures).Milliseconds()), "figures-ms")
	b.ReportMetric(float64(median(bares).Milliseconds()), "bare-query-ms")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(median(formedRatios), "formed-ratio")
	b.ReportMetric(median(toOne), "to-one-query")
}

// countBare counts how often each answer was given, and reads what comes out.
func (o office) countBare() error {
	rows, err := o.db.QueryContext(o.t.Context(), `SELECT question, value, count(*) FROM answer GROUP BY 1, 2`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// BenchmarkMillionExport puts the export of all answers, a row each, beside psql's
// COPY of the same columns in one query and in no order. COPY tells every unit.
//
// ratio is the rows a second of the export over those of COPY.
func BenchmarkMillionExport(b *testing.B) {
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin/psql")
	if err != nil || len(programs) == 0 {
		b.Skip("there is no psql")
	}
	o := million(b)
	psql := programs[len(programs)-1]
	var exported, copied bytes.Buffer // once, so that it is the same
	if err := o.exportAll(&exported); err != nil {
		b.Fatal(err)
	}
	if err := o.copyAll(psql, &copied); err != nil {
		b.Fatal(err)
	}
	rows := o.count(`SELECT count(*) FROM answer`)
	headers := o.count(`SELECT count(*) FROM round`)
	if got, want := bytes.Count(exported.Bytes(), []byte("\n"))-headers, bytes.Count(copied.Bytes(), []byte("\n"))-1; got != rows || want != rows {
		b.Fatalf("%d rows are exported, %d copied, of %d", got, want, rows)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	var ours, theirs []time.Duration
	var ratios []float64
	for round := range benchmarkRounds {
		our := lasting(func() error { return o.exportAll(null) }, b)
		their := lasting(func() error { return o.copyAll(psql, null) }, b)
		ours, theirs, ratios = append(ours, our), append(theirs, their), append(ratios, over(their, our))
		b.Logf("round %d: export %v, COPY %v", round+1, our, their)
	}
	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(float64(rows)/median(ours).Seconds(), "export-rows/s")
	b.ReportMetric(float64(rows)/median(theirs).Seconds(), "copy-rows/s")
	b.ReportMetric(median(ratios), "ratio")
}

// exportAll exports every round, a row per answer.
func (o office) exportAll(out io.Writer) error {
	options := storage.ExportOptions{Options: export.Options{Format: export.CSV, Long: true, Zone: wib}}
	for round := range o.count(`SELECT count(*) FROM round`) {
		if err := o.Export(o.t.Context(), int64(round+1), options, storage.Source{}, weekEnds, out); err != nil {
			return err
		}
	}
	return nil
}

// copyAll has psql copy what exportAll exports.
func (o office) copyAll(psql string, out io.Writer) error {
	command := exec.CommandContext(o.t.Context(), psql, o.url, "--quiet", "--command", `COPY (
		SELECT p.id AS response_id, p.round_id AS round, t.code AS training, f.key AS instrument, f.version,
		       (p.sent_at AT TIME ZONE 'Asia/Jakarta')::date AS submitted_on, k.code AS kode, u.name AS unit,
		       a.path, a.question, a.kind, a.value
		FROM answer a
		JOIN response p ON p.round_id = a.round_id AND p.id = a.response_id
		JOIN training t ON t.id = p.training_id
		JOIN instrument f ON f.id = p.instrument_id
		JOIN unit u ON u.id = p.unit_id
		JOIN invitation i ON i.id = p.invitation_id
		JOIN respondent_code k ON k.employee_id = i.respondent_id AND k.training_id = p.training_id
	) TO STDOUT CSV HEADER`)
	command.Stdout, command.Stderr = out, os.Stderr
	return command.Run()
}

func lasting(act func() error, b *testing.B) time.Duration {
	b.Helper()
	began := time.Now()
	if err := act(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

func over(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }

func median[T time.Duration | float64](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
