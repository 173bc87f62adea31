package storage

import (
	"context"
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
}

// Changes counts the rows of one sheet, or the units that they name.
type Changes struct{ New, Changed, Unchanged int }

func changes(all, added, changed int) Changes {
	return Changes{New: added, Changed: changed, Unchanged: all - added - changed}
}

// Import brings a roster, as roster.Merge gave it, into the database, all of it or nothing. What is known
// already is brought up to date, nobody is taken away, and importing the same
// again changes nothing. Who is added to a training that has an open round is
// invited to it at once.
//
// Rows that name an NIP, a training or a plan which neither the roster nor the
// database knows give roster.Errors, with every one of them. ErrRepeated comes
// with the first time's counts.
func (s *Store) Import(ctx context.Context, r roster.Roster, src Source, now time.Time) (ImportCounts, error) {
	var counts ImportCounts
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		counts = ImportCounts{}
		err := firstTime(ctx, tx, src, &counts)
		if err != nil {
			return err
		}
		if err := lockImports(ctx, tx); err != nil {
			return err
		}
		if err := checkReferences(ctx, tx, r.References()); err != nil {
			return err
		}
		if counts.Units, counts.Employees, err = importEmployees(ctx, tx, r.Employees); err != nil {
			return fmt.Errorf("importing employees: %w", err)
		}
		if counts.Trainings, err = importTrainings(ctx, tx, r.Trainings); err != nil {
			return fmt.Errorf("importing trainings: %w", err)
		}
		if counts.Participants, err = importParticipants(ctx, tx, r.Participants, now); err != nil {
			return fmt.Errorf("importing participants: %w", err)
		}
		return writeAudit(ctx, tx, src, "roster imported", map[string]any{
			"units": counts.Units, "employees": counts.Employees,
			"trainings": counts.Trainings, "participants": counts.Participants,
		}, now)
	})
	return counts, err
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
	var unknown roster.Errors
	for _, reference := range references {
		if !known[reference.To][reference.Key] {
			unknown = append(unknown, reference.Unknown())
		}
	}
	if len(unknown) > 0 {
		return unknown
	}
	return nil
}

// importEmployees compares and writes set by set: with 20,000 rows a statement
// for each would take a minute. NULL in an incoming row is a column that the
// files do not have.
func importEmployees(ctx context.Context, tx *sqlx.Tx, employees []roster.Employee) (units, counts Changes, err error) {
	if len(employees) == 0 {
		return Changes{}, Changes{}, nil
	}
	names := make(map[string]bool)
	rows := make([][]any, len(employees))
	for i, e := range employees {
		names[e.Unit] = true
		rows[i] = []any{
			e.NIP.String(), e.Name, e.Unit,
			given(e.Given.Position, e.Position), given(e.Given.Grade, e.Grade), given(e.Given.Phone, e.Phone),
			given(e.Given.Supervisor, e.Supervisor.String()),
		}
	}
	err = copyIncoming(ctx, tx, `
		CREATE TEMP TABLE incoming_employee (
		    nip text PRIMARY KEY, name text, unit text, position text, grade text, phone text,
		    supervisor text, is_new boolean NOT NULL DEFAULT false
		) ON COMMIT DROP`,
		`COPY incoming_employee (nip, name, unit, position, grade, phone, supervisor) FROM STDIN`, rows,
		`ANALYZE incoming_employee`)
	if err != nil {
		return Changes{}, Changes{}, err
	}
	newUnits, err := affected(tx.ExecContext(ctx, `
		INSERT INTO unit (name) SELECT DISTINCT unit FROM incoming_employee ORDER BY unit
		ON CONFLICT (name) DO NOTHING`))
	if err != nil {
		return Changes{}, Changes{}, err
	}
	added, err := affected(tx.ExecContext(ctx, `
		UPDATE incoming_employee i SET is_new = true
		WHERE NOT EXISTS (SELECT FROM employee e WHERE e.nip = i.nip)`))
	if err != nil {
		return Changes{}, Changes{}, err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO employee (nip, name, unit_id)
		SELECT i.nip, i.name, u.id FROM incoming_employee i JOIN unit u ON u.name = i.unit
		WHERE i.is_new ORDER BY i.nip`)
	if err != nil {
		return Changes{}, Changes{}, err
	}
	changed, err := updateEmployees(ctx, tx)
	return changes(len(names), newUnits, 0), changes(len(employees), added, changed), err
}

// updateEmployees writes what differs, once everybody is there who may be a
// supervisor, and counts those who were there before.
func updateEmployees(ctx context.Context, tx *sqlx.Tx) (changed int, err error) {
	err = tx.GetContext(ctx, &changed, `
		WITH wanted AS (
			SELECT e.id, i.is_new, i.name, u.id AS unit_id,
			       coalesce(i.position, e.position) AS position, coalesce(i.grade, e.grade) AS grade,
			       coalesce(i.phone, e.phone) AS phone,
			       CASE WHEN i.supervisor IS NULL THEN e.supervisor_id ELSE boss.id END AS supervisor_id
			FROM incoming_employee i
			JOIN employee e ON e.nip = i.nip
			JOIN unit u ON u.name = i.unit
			LEFT JOIN employee boss ON boss.nip = i.supervisor
		), written AS (
			UPDATE employee e
			SET name = w.name, unit_id = w.unit_id, position = w.position, grade = w.grade,
			    phone = w.phone, supervisor_id = w.supervisor_id
			FROM wanted w
			WHERE w.id = e.id
			  AND (e.name, e.unit_id, e.position, e.grade, e.phone, e.supervisor_id)
			      IS DISTINCT FROM (w.name, w.unit_id, w.position, w.grade, w.phone, w.supervisor_id)
			RETURNING w.is_new
		)
		SELECT count(*) FROM written WHERE NOT is_new`)
	return changed, err
}

func importTrainings(ctx context.Context, tx *sqlx.Tx, trainings []roster.Training) (Changes, error) {
	if len(trainings) == 0 {
		return Changes{}, nil
	}
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
	err := copyIncoming(ctx, tx, `
		CREATE TEMP TABLE incoming_training (
		    code text PRIMARY KEY, title text, kind text, provider text, first_day date, last_day date,
		    hours int, hours_given boolean, plan text
		) ON COMMIT DROP`,
		`COPY incoming_training (code, title, kind, provider, first_day, last_day, hours, hours_given, plan) FROM STDIN`, rows,
		`ANALYZE incoming_training`)
	if err != nil {
		return Changes{}, err
	}
	// What differs first, so that it counts those who were there before.
	changed, err := affected(tx.ExecContext(ctx, `
		UPDATE training t
		SET title = w.title, kind = w.kind, provider = w.provider, first_day = w.first_day,
		    last_day = w.last_day, hours = w.hours, plan_id = w.plan_id
		FROM (
			SELECT t.id, i.title, coalesce(i.kind, t.kind) AS kind, coalesce(i.provider, t.provider) AS provider,
			       i.first_day, i.last_day, CASE WHEN i.hours_given THEN i.hours ELSE t.hours END AS hours,
			       CASE WHEN i.plan IS NULL THEN t.plan_id ELSE p.id END AS plan_id
			FROM incoming_training i
			JOIN training t ON t.code = i.code
			LEFT JOIN plan p ON p.key = i.plan
		) w
		WHERE w.id = t.id
		  AND (t.title, t.kind, t.provider, t.first_day, t.last_day, t.hours, t.plan_id)
		      IS DISTINCT FROM (w.title, w.kind, w.provider, w.first_day, w.last_day, w.hours, w.plan_id)`))
	if err != nil {
		return Changes{}, err
	}
	added, err := affected(tx.ExecContext(ctx, `
		INSERT INTO training (code, title, kind, provider, first_day, last_day, hours, plan_id)
		SELECT i.code, i.title, coalesce(i.kind, ''), coalesce(i.provider, ''), i.first_day, i.last_day, i.hours, p.id
		FROM incoming_training i LEFT JOIN plan p ON p.key = i.plan
		WHERE NOT EXISTS (SELECT FROM training t WHERE t.code = i.code)
		ORDER BY i.code`))
	return changes(len(trainings), added, changed), err
}

func importParticipants(ctx context.Context, tx *sqlx.Tx, participants []roster.Participant, now time.Time) (Changes, error) {
	if len(participants) == 0 {
		return Changes{}, nil
	}
	rows := make([][]any, len(participants))
	for i, p := range participants {
		rows[i] = []any{p.Code, p.NIP.String()}
	}
	err := copyIncoming(ctx, tx, `CREATE TEMP TABLE incoming_participant (code text, nip text) ON COMMIT DROP`,
		`COPY incoming_participant (code, nip) FROM STDIN`, rows, `ANALYZE incoming_participant`)
	if err != nil {
		return Changes{}, err
	}
	var added []struct {
		TrainingID int64 `db:"training_id"`
		EmployeeID int64 `db:"employee_id"`
	}
	err = tx.SelectContext(ctx, &added, `
		INSERT INTO participation (training_id, employee_id)
		SELECT t.id, e.id FROM incoming_participant i
		JOIN training t ON t.code = i.code JOIN employee e ON e.nip = i.nip
		ORDER BY t.id, e.id
		ON CONFLICT DO NOTHING RETURNING training_id, employee_id`)
	if err != nil {
		return Changes{}, err
	}
	late := make(map[int64][]int64)
	for _, p := range added {
		late[p.TrainingID] = append(late[p.TrainingID], p.EmployeeID)
	}
	// Asked after the insertion, which waits for a round that is being opened.
	var open []int64
	err = tx.SelectContext(ctx, &open, `
		SELECT DISTINCT training_id FROM round
		WHERE closed_at IS NULL AND training_id IS NOT NULL ORDER BY training_id`)
	if err != nil {
		return Changes{}, err
	}
	for _, training := range open {
		if len(late[training]) == 0 {
			continue
		}
		if err := inviteParticipants(ctx, tx, training, late[training], now); err != nil {
			return Changes{}, err
		}
	}
	return changes(len(participants), len(added), 0), nil
}

// given is a value, or NULL where the files do not have its column.
func given(present bool, value string) any {
	if !present {
		return nil
	}
	return value
}

// copyIncoming makes a temporary table of rows.
func copyIncoming(ctx context.Context, tx *sqlx.Tx, create, fill string, rows [][]any, analyze string) error {
	if _, err := tx.ExecContext(ctx, create); err != nil {
		return err
	}
	stmt, err := tx.PrepareContext(ctx, fill)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, row := range rows {
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
	_, err = tx.ExecContext(ctx, analyze)
	return err
}
