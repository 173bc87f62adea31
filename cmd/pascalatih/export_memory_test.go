package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"pascalatih/storage/crowd"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
)

// BenchmarkMillionWorkbook has the real program export a round of 100,000 responses
// as a workbook, and as CSV beside it, and tells how much memory it took at most.
//
//	go test ./cmd/pascalatih -run xxx -bench Million -benchtime 1x
func BenchmarkMillionWorkbook(b *testing.B) {
	const most = 256 // MB
	bundled, err := instruments.All()
	if err != nil {
		b.Fatal(err)
	}
	at := slices.IndexFunc(bundled, func(i survey.Instrument) bool { return i.Key == "reaction" })
	people := crowd.Crowd{
		Form: bundled[at], Week: time.Date(2026, time.July, 6, 0, 0, 0, 0, time.UTC),
		Trainings: 1, Units: 40, Employees: 120_000, Invited: 110_000, Sent: 100_000,
	}
	url := postgrestest.Open(b)
	if err := people.Fill(b.Context(), url); err != nil {
		b.Fatal(err)
	}
	folder := b.TempDir()
	b.ReportMetric(0, "ns/op") // says nothing here
	for _, format := range []string{"xlsx", "csv"} {
		path := filepath.Join(folder, "responses."+format)
		began := time.Now()
		peak := peakOf(b, url, "export", "--round", "1", "--format", format, "--out", path)
		b.ReportMetric(time.Since(began).Seconds(), format+"-s")
		b.ReportMetric(peak, format+"-peak-MB")
		file, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(file.Size())/(1<<20), format+"-MB")
		if peak > most {
			b.Errorf("as %s it took %.0f MB, want at most %d", format, peak, most)
		}
	}
}

// peakOf runs the program on a database, and gives the megabytes that it held in
// memory at most. It is never less than what this process holds, as which the other
// begins.
func peakOf(b *testing.B, database string, args ...string) float64 {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 5*time.Minute)
	defer cancel()
	command := program(ctx, b, []string{"DATABASE_URL=" + database}, args...)
	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("pascalatih %v: %v: %s", args, err, out)
	}
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Skip("this system does not tell")
	}
	return float64(usage.Maxrss) / 1024 // Linux counts kilobytes
}
