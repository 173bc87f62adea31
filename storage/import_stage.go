package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey/roster"
)

// stage puts a roster into temporary tables beside the database, where it is
// compared and written set by set: with 20,000 rows a statement for each would
// take a minute. NULL is a column that the files do not have. What the roster
// names and nobody knows gives roster.Errors.
func stage(ctx context.Context, tx *sqlx.Tx, r roster.Roster) error {
	if err := checkReferences(ctx, tx, r.References()); err != nil {
		return err
	}
	for _, table := range []incoming{
		incomingEmployees(r.Employees), incomingTrainings(r.Trainings), incomingParticipants(r.Participants),
		incomingUnits(r.Units), incomingHours(r.Hours),
	} {
		if err := table.copy(ctx, tx); err != nil {
			return fmt.Errorf("staging %s: %w", table.name, err)
		}
	}
	return checkHours(ctx, tx, r.Hours)
}

// incoming is one of the temporary tables.
type incoming struct {
	name, columns string // as CREATE TABLE has them
	fill          string // the columns' names
	rows          [][]any
}

func incomingEmployees(employees []roster.Employee) incoming {
	rows := make([][]any, len(employees))
	for i, e := range employees {
		rows[i] = []any{
			e.NIP.String(), e.Name, e.Unit,
			given(e.Given.Position, e.Position), given(e.Given.Grade, e.Grade), given(e.Given.Phone, e.Phone),
			given(e.Given.Supervisor, e.Supervisor.String()),
		}
	}
	return incoming{name: "incoming_employee", rows: rows,
		columns: `nip text PRIMARY KEY, name text, unit text, position text, grade text, phone text, supervisor text`,
		fill:    `nip, name, unit, position, grade, phone, supervisor`}
}

func incomingTrainings(trainings []roster.Training) incoming {
	rows := make([][]any, len(trainings))
	for i, t := range trainings {
		var hours any
		if t.Hours.Known {
			hours = t.Hours.Count
		}
		rows[i] = []any{
			t.Code, t.Title, given(t.Given.Kind, t.Kind), given(t.Given.Provider, t.Provider),
			t.First.Format(time.DateOnly), t.Last.Format(time.DateOnly), hours, t.Given.Hours,
			given(t.Given.Plan, t.Plan),
		}
	}
	return incoming{name: "incoming_training", rows: rows,
		columns: `code text PRIMARY KEY, title text, kind text, provider text, first_day date, last_day date,
			hours int, hours_given boolean, plan text`,
		fill: `code, title, kind, provider, first_day, last_day, hours, hours_given, plan`}
}

func incomingParticipants(participants []roster.Participant) incoming {
	rows := make([][]any, len(participants))
	for i, p := range participants {
		rows[i] = []any{p.Code, p.NIP.String()}
	}
	return incoming{name: "incoming_participant", rows: rows, columns: `code text, nip text`, fill: `code, nip`}
}

// given is a value, or NULL where the files do not have its column.
func given(present bool, value string) any {
	if !present {
		return nil
	}
	return value
}

// copy makes the table and fills it.
func (t incoming) copy(ctx context.Context, tx *sqlx.Tx) error {
	if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE `+t.name+` (`+t.columns+`) ON COMMIT DROP`); err != nil {
		return err
	}
	stmt, err := tx.PrepareContext(ctx, `COPY `+t.name+` (`+t.fill+`) FROM STDIN`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, row := range t.rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	if _, err := stmt.ExecContext(ctx); err != nil { // sends what is buffered
		return err
	}
	if err := stmt.Close(); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `ANALYZE `+t.name)
	return err
}
