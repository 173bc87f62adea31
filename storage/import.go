package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey/roster"
)

// ImportCounts is what an import did.
type ImportCounts struct {
	Units        Changes
	Employees    Changes
	Trainings    Changes
	Participants Changes
	Hours        Changes // exceptions from the office's; one that ends has changed
}

// Changes counts the rows of one sheet, or the units that they name.
type Changes struct{ New, Changed, Unchanged int }

func changes(all, added, changed int) Changes {
	return Changes{New: added, Changed: changed, Unchanged: all - added - changed}
}

// Any tells whether something is new or changed.
func (c Changes) Any() bool { return c.New+c.Changed > 0 }

// Any tells whether something is new or changed.
func (c ImportCounts) Any() bool {
	return c.Units.Any() || c.Employees.Any() || c.Trainings.Any() || c.Participants.Any() || c.Hours.Any()
}

// ImportPreview is what an import would do to the database as it is.
type ImportPreview struct {
	Counts   ImportCounts
	Examples []Difference // the first few rows that would change
	// Missing are the employees in the office whom the roster does not list, by
	// unit and name; none where it lists no employees at all. Present is how many
	// are in the office.
	Missing []int64
	Present int
	Added   []AddedHours `json:",omitempty"` // the first few that are new
}

// AddedHours are working hours that are new, for the days from one to another.
type AddedHours struct {
	From, To      time.Time
	Opens, Closes string // as in 08:00
	Name          string // empty where there is none
}

// Difference is a row that would change.
type Difference struct {
	Key     string // an NIP, a training's code, or a day; none of a unit
	Name    string // what it is called before
	Returns bool   // an employee who left is in the office again
	Fields  []FieldDifference
}

// FieldDifference is what a column would change. Days are written as 2006-01-02.
type FieldDifference struct{ Column, Before, After string }

// Import brings a roster, as roster.Merge gave it, into the database, all of it or
// nothing. What is known already is brought up to date, nobody is taken away, and
// importing the same again changes nothing. Who is listed as an employee is in the
// office, even if they left before. Who is added to a training that has an open
// round is invited to it at once.
//
// Rows that name an NIP, a training, a plan or a unit which neither the roster nor
// the database knows give roster.Errors, with every one of them, and so do hours
// on days that have others already. ErrRepeated comes
// with the first time's counts.
func (s *Store) Import(ctx context.Context, r roster.Roster, src Source, now time.Time) (ImportCounts, error) {
	preview, err := s.importRoster(ctx, r, nil, src, now)
	return preview.Counts, err
}

// ImportSeen is Import for somebody who saw what it would do. Where the database
// has changed since, so that it would do something else, nothing is done: that is
// Refused (Detail reason: changed), and comes with what it would do now.
func (s *Store) ImportSeen(ctx context.Context, r roster.Roster, seen ImportCounts, src Source, now time.Time) (ImportPreview, error) {
	return s.importRoster(ctx, r, &seen, src, now)
}

// PreviewImport tells what Import would do, and keeps nobody waiting. It gives the
// errors that Import gives.
func (s *Store) PreviewImport(ctx context.Context, r roster.Roster) (ImportPreview, error) {
	var preview ImportPreview
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`); err != nil {
			return fmt.Errorf("fixing what a preview looks at: %w", err)
		}
		if err := stage(ctx, tx, r); err != nil {
			return err
		}
		var err error
		preview, err = compare(ctx, tx)
		return err
	})
	return preview, err
}

func (s *Store) importRoster(ctx context.Context, r roster.Roster, seen *ImportCounts, src Source, now time.Time) (ImportPreview, error) {
	var preview ImportPreview
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var before ImportCounts
		repeated := firstTime(ctx, tx, src, &before)
		if repeated != nil && !errors.Is(repeated, ErrRepeated) {
			return repeated
		}
		if err := lockImports(ctx, tx); err != nil {
			return err
		}
		if err := stage(ctx, tx, r); err != nil {
			return err
		}
		var err error
		if preview, err = compare(ctx, tx); err != nil {
			return err
		}
		switch {
		case repeated != nil:
			preview.Counts = before
			return repeated
		case seen != nil && *seen != preview.Counts:
			return refuse(Refused, "reason", "changed")
		}
		if err := writeStaged(ctx, tx, now); err != nil {
			return err
		}
		counts := preview.Counts
		return writeAudit(ctx, tx, src, "roster imported", map[string]any{
			"units": counts.Units, "employees": counts.Employees,
			"trainings": counts.Trainings, "participants": counts.Participants, "hours": counts.Hours,
		}, now)
	})
	return preview, err
}

// lockImports lets one import at a time pass: nobody else adds to the roster, so
// what one looks up is still missing when it adds it.
func lockImports(ctx context.Context, tx *sqlx.Tx) error {
	const importLock = 7228
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, importLock); err != nil {
		return fmt.Errorf("waiting for other imports: %w", err)
	}
	return nil
}

// checkReferences looks up what the roster names and does not hold.
func checkReferences(ctx context.Context, tx *sqlx.Tx, references []roster.Reference) error {
	lookups := map[roster.Target]string{
		roster.ToEmployee: `SELECT nip FROM employee WHERE nip = ANY($1)`,
		roster.ToTraining: `SELECT code FROM training WHERE code = ANY($1)`,
		roster.ToPlan:     `SELECT key FROM plan WHERE key = ANY($1)`,
		roster.ToUnit:     `SELECT name FROM unit WHERE name = ANY($1)`,
	}
	named := make(map[roster.Target][]string)
	for _, reference := range references {
		named[reference.To] = append(named[reference.To], reference.Key)
	}
	known := make(map[roster.Target]map[string]bool)
	for target, keys := range named {
		var found []string
		if err := tx.SelectContext(ctx, &found, lookups[target], pq.Array(keys)); err != nil {
			return fmt.Errorf("looking up what the roster names: %w", err)
		}
		known[target] = make(map[string]bool, len(found))
		for _, key := range found {
			known[target][key] = true
		}
	}
	var plans []string
	if len(known[roster.ToPlan]) < len(named[roster.ToPlan]) {
		if err := tx.SelectContext(ctx, &plans, `SELECT key FROM plan ORDER BY key`); err != nil {
			return fmt.Errorf("reading which plans there are: %w", err)
		}
	}
	var unknown roster.Errors
	for _, reference := range references {
		if !known[reference.To][reference.Key] {
			unknown = append(unknown, reference.Unknown(plans...))
		}
	}
	if len(unknown) > 0 {
		return unknown
	}
	return nil
}
