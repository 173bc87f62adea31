package storage

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// differingEmployees are the known employees of whom the staged roster says
// something else than the database, as they will be and (was_) as they are: by
// names and NIPs, since units and supervisors may be new themselves.
const differingEmployees = `
	SELECT e.id, i.nip, i.name, i.unit, w.position, w.grade, w.phone, w.supervisor,
	       e.name AS was_name, u.name AS was_unit, e.position AS was_position, e.grade AS was_grade, e.phone AS was_phone,
	       coalesce(boss.nip, '') AS was_supervisor, e.left_at IS NOT NULL AS was_gone
	FROM incoming_employee i
	JOIN employee e ON e.nip = i.nip
	JOIN unit u ON u.id = e.unit_id
	LEFT JOIN employee boss ON boss.id = e.supervisor_id
	CROSS JOIN LATERAL (
		SELECT coalesce(i.position, e.position) AS position, coalesce(i.grade, e.grade) AS grade,
		       coalesce(i.phone, e.phone) AS phone, coalesce(i.supervisor, boss.nip, '') AS supervisor) w
	WHERE (i.name, i.unit, w.position, w.grade, w.phone, w.supervisor)
	      <> (e.name, u.name, e.position, e.grade, e.phone, coalesce(boss.nip, ''))
	   OR e.left_at IS NOT NULL`

// differingTrainings are the same of trainings.
const differingTrainings = `
	SELECT t.id, i.code, i.title, w.kind, w.provider, i.first_day, i.last_day, w.hours, w.plan,
	       t.title AS was_title, t.kind AS was_kind, t.provider AS was_provider, t.first_day AS was_first_day,
	       t.last_day AS was_last_day, t.hours AS was_hours, coalesce(p.key, '') AS was_plan
	FROM incoming_training i
	JOIN training t ON t.code = i.code
	LEFT JOIN plan p ON p.id = t.plan_id
	CROSS JOIN LATERAL (
		SELECT coalesce(i.kind, t.kind) AS kind, coalesce(i.provider, t.provider) AS provider,
		       CASE WHEN i.hours_given THEN i.hours ELSE t.hours END AS hours, coalesce(i.plan, p.key, '') AS plan) w
	WHERE (i.title, w.kind, w.provider, i.first_day, i.last_day, w.hours, w.plan)
	      IS DISTINCT FROM (t.title, t.kind, t.provider, t.first_day, t.last_day, t.hours, coalesce(p.key, ''))`

// compare tells what writing the staged roster would change.
func compare(ctx context.Context, tx *sqlx.Tx) (ImportPreview, error) {
	counts, err := countStaged(ctx, tx)
	if err != nil {
		return ImportPreview{}, err
	}
	preview := ImportPreview{Counts: counts}
	if preview.Examples, err = findDifferences(ctx, tx, counts); err != nil {
		return ImportPreview{}, err
	}
	if preview.Added, err = addedHours(ctx, tx); err != nil {
		return ImportPreview{}, err
	}
	err = tx.GetContext(ctx, &preview.Present, `SELECT count(*) FROM employee WHERE left_at IS NULL`)
	if err != nil {
		return ImportPreview{}, fmt.Errorf("count who is in the office: %w", err)
	}
	err = tx.SelectContext(ctx, &preview.Missing, `
		SELECT e.id FROM employee e JOIN unit u ON u.id = e.unit_id
		WHERE e.left_at IS NULL AND EXISTS (SELECT FROM incoming_employee)
		  AND NOT EXISTS (SELECT FROM incoming_employee i WHERE i.nip = e.nip)
		ORDER BY u.name, e.name, e.id`)
	if err != nil {
		return ImportPreview{}, fmt.Errorf("find who is not listed: %w", err)
	}
	return preview, nil
}

func countStaged(ctx context.Context, tx *sqlx.Tx) (ImportCounts, error) {
	type counted struct{ All, Added, Changed int }
	count := func(query string) (Changes, error) {
		var c counted
		if err := tx.GetContext(ctx, &c, query); err != nil {
			return Changes{}, fmt.Errorf("compare a roster with the database: %w", err)
		}
		return changes(c.All, c.Added, c.Changed), nil
	}
	var counts ImportCounts
	for _, kind := range []struct {
		counts *Changes
		query  string
	}{
		{&counts.Units, `
			SELECT count(*) AS all, count(*) FILTER (WHERE u.id IS NULL) AS added,
			       (SELECT count(*) FROM (` + differingUnits + `) d) AS changed
			FROM (SELECT unit FROM incoming_employee UNION SELECT name FROM incoming_unit) i LEFT JOIN unit u ON u.name = i.unit`},
		{&counts.Employees, `
			SELECT count(*) AS all, count(*) FILTER (WHERE e.id IS NULL) AS added,
			       (SELECT count(*) FROM (` + differingEmployees + `) d) AS changed
			FROM incoming_employee i LEFT JOIN employee e ON e.nip = i.nip`},
		{&counts.Trainings, `
			SELECT count(*) AS all, count(*) FILTER (WHERE t.id IS NULL) AS added,
			       (SELECT count(*) FROM (` + differingTrainings + `) d) AS changed
			FROM incoming_training i LEFT JOIN training t ON t.code = i.code`},
		{&counts.Participants, `
			SELECT count(*) AS all, count(*) FILTER (WHERE p.training_id IS NULL) AS added
			FROM incoming_participant i
			LEFT JOIN training t ON t.code = i.code
			LEFT JOIN employee e ON e.nip = i.nip
			LEFT JOIN participation p ON p.training_id = t.id AND p.employee_id = e.id`},
		{&counts.Hours, `
			SELECT count(*) AS all, count(*) FILTER (WHERE w.from_day IS NULL AND NOT i.ends) AS added,
			       (SELECT count(*) FROM (` + differingHours + `) d) AS changed
			FROM incoming_hours i LEFT JOIN working_hours w ON w.from_day = i.from_day`},
	} {
		var err error
		if *kind.counts, err = count(kind.query); err != nil {
			return ImportCounts{}, err
		}
	}
	return counts, nil
}

// mostExamples is how many rows that would change a preview shows.
const mostExamples = 5

// findDifferences gives the first rows that would change, employees before
// trainings before when units and the office work.
func findDifferences(ctx context.Context, tx *sqlx.Tx, counts ImportCounts) ([]Difference, error) {
	var found []Difference
	if counts.Employees.Changed > 0 {
		some, err := readDifferences(ctx, tx, []string{"nama", "unit", "jabatan", "golongan", "telepon", "atasan_nip"}, `
			SELECT nip AS key, was_name AS name, was_gone AS returns,
			       ARRAY[was_name, was_unit, was_position, was_grade, was_phone, was_supervisor] AS before,
			       ARRAY[name, unit, position, grade, phone, supervisor] AS after
			FROM (`+differingEmployees+`) d ORDER BY was_name, id LIMIT $1`, mostExamples)
		if err != nil {
			return nil, err
		}
		found = some
	}
	if left := mostExamples - len(found); counts.Trainings.Changed > 0 && left > 0 {
		some, err := readDifferences(ctx, tx, []string{"judul", "jenis", "penyelenggara", "mulai", "selesai", "jp", "rencana"}, `
			SELECT code AS key, was_title AS name, false AS returns,
			       ARRAY[was_title, was_kind, was_provider, was_first_day::text, was_last_day::text, coalesce(was_hours::text, ''), was_plan] AS before,
			       ARRAY[title, kind, provider, first_day::text, last_day::text, coalesce(hours::text, ''), plan] AS after
			FROM (`+differingTrainings+`) d ORDER BY code LIMIT $1`, left)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	for _, kind := range []struct {
		changed int
		read    func(context.Context, *sqlx.Tx, int) ([]Difference, error)
	}{{counts.Units.Changed, unitDifferences}, {counts.Hours.Changed, hoursDifferences}} {
		if left := mostExamples - len(found); kind.changed > 0 && left > 0 {
			some, err := kind.read(ctx, tx, left)
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
	}
	return found, nil
}

// readDifferences reads rows with the values of these columns, before and after.
func readDifferences(ctx context.Context, q sqlx.QueryerContext, columns []string, query string, args ...any) ([]Difference, error) {
	var rows []struct {
		Key, Name     string
		Returns       bool
		Before, After pq.StringArray
	}
	if err := sqlx.SelectContext(ctx, q, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("read what would change: %w", err)
	}
	found := make([]Difference, len(rows))
	for i, row := range rows {
		found[i] = Difference{Key: row.Key, Name: row.Name, Returns: row.Returns}
		for j, column := range columns {
			if row.Before[j] != row.After[j] {
				found[i].Fields = append(found[i].Fields, FieldDifference{Column: column, Before: row.Before[j], After: row.After[j]})
			}
		}
	}
	return found, nil
}
