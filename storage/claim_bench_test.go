package storage_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/storage/embedded/postgrestest"
)

const (
	fewFinished  = 10_000
	manyFinished = 5_000_000
	timesEach    = 400 // of each side, in turns
	claimOf      = 7   // deliveries: a quarter of a second's at the default rate
)

// BenchmarkClaim puts claiming what is due, of a table with five million deliveries
// that have ended, beside claiming it of one with ten thousand; and releasing it.
// The ratios are of the medians, and may be 1.5 at the most.
//
//	go test ./storage -run xxx -bench Claim -benchtime 1x -timeout 40m
func BenchmarkClaim(b *testing.B) {
	few, many := officeWithFinished(b, fewFinished), officeWithFinished(b, manyFinished)
	b.ReportMetric(0, "ns/op") // says nothing here
	compare(b, "claim", few, many, func(o office) error {
		claimed, err := o.ClaimDeliveries(b.Context(), 1, time.Minute, claimOf, afternoon)
		if err == nil && len(claimed) != claimOf {
			err = fmt.Errorf("%d claimed", len(claimed))
		}
		return err
	})
	compare(b, "release", few, many, func(o office) error {
		counts, err := o.Release(b.Context(), calendar.Caps{PerDay: 1, PerWeek: 3}, wib, claimOf, afternoon)
		if want := (storage.ReleaseCounts{Released: claimOf}); err == nil && counts != want {
			err = fmt.Errorf("released %+v", counts)
		}
		return err
	})
}

// compare times act in both offices in turns.
func compare(b *testing.B, what string, few, many office, act func(office) error) {
	b.Helper()
	var times [2][]time.Duration
	for range timesEach {
		for i, o := range []office{few, many} {
			began := time.Now()
			err := act(o)
			times[i] = append(times[i], time.Since(began))
			if err != nil {
				b.Fatalf("%s: %v", what, err)
			}
		}
	}
	var medians [2]float64
	for i, size := range []int{fewFinished, manyFinished} {
		slices.Sort(times[i])
		medians[i] = times[i][timesEach/2].Seconds() * 1000
		b.ReportMetric(medians[i], fmt.Sprintf("%s-ms-of-%d", what, size))
	}
	ratio := medians[1] / medians[0]
	b.ReportMetric(ratio, what+"-ratio")
	if ratio > 1.5 {
		b.Errorf("%s takes %.2f times as long", what, ratio)
	}
}

// officeWithFinished has so many deliveries that have ended, of rounds of 5,000
// people, and enough that are due: those that were asked for, and those that wait to
// be released.
func officeWithFinished(b *testing.B, finished int) office {
	b.Helper()
	url := postgrestest.OpenPrepared(b, fmt.Sprint("finished-", finished), func(url string) error {
		return fillFinished(b.Context(), url, finished)
	})
	db, err := sql.Open("postgres", url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return office{Store: connect(b, url), t: b, url: url, db: db}
}

func fillFinished(ctx context.Context, url string, finished int) error {
	store, err := storage.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, fmt.Sprintf(`
		INSERT INTO account (id, created_at) SELECT n, '2026-01-01' FROM generate_series(1, 10000) n;
		INSERT INTO instrument (key, version, hash, privacy, definition, published_at)
		VALUES ('reaction', '1', '', 'confidential', '{}', '2025-01-01');
		INSERT INTO round (instrument_id, instrument_key, audience, opened_at, closes_at, closed_at)
		SELECT 1, 'reaction', 'alumni', '2026-01-01', '2026-01-08', '2026-01-08' FROM generate_series(0, %d / 5000) n;
		INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at, state, attempts, ended_at, message_id, counted_on)
		SELECT 'e:' || n, 'invitation', 1 + n %% 5000, 1 + n / 5000, timestamptz '2026-01-01' + n * interval '1 second', '2026-07-01',
		       'sent', 1, '2026-07-01', n, date '2026-01-01' + n / 86400
		FROM generate_series(1, %[1]d) n;
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at, reply)
		SELECT 'd:' || n, 'invitation', 1 + n %% 5000, '2026-07-06', '2027-01-01', true FROM generate_series(1, %d) n;
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
		SELECT 'w:' || n, 'invitation', n, '2026-07-06', '2027-01-01' FROM generate_series(1, %[2]d) n;`,
		finished, 2*timesEach*claimOf))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM ANALYZE`)
	return err
}
