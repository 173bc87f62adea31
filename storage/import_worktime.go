package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey/roster"
)

// differingUnits are the known units of which the staged roster says another zone
// or other working days than the database; NULL are those of the office.
const differingUnits = `
	SELECT u.id, u.name, i.zone, i.days, u.zone AS was_zone, u.working_days AS was_days
	FROM incoming_unit i JOIN unit u ON u.name = i.name
	WHERE (i.zone, i.days) IS DISTINCT FROM (u.zone, u.working_days)`

// differingHours are the known exceptions that the staged roster changes or ends.
const differingHours = `
	SELECT w.from_day, w.name AS was_name, w.to_day AS was_to, w.opens AS was_opens, w.closes AS was_closes,
	       i.ends, i.name, i.to_day, i.opens, i.closes
	FROM incoming_hours i JOIN working_hours w ON w.from_day = i.from_day
	WHERE i.ends OR (i.name, i.to_day, i.opens, i.closes) IS DISTINCT FROM (w.name, w.to_day, w.opens, w.closes)`

func incomingUnits(units []roster.Unit) incoming {
	rows := make([][]any, len(units))
	for i, u := range units {
		rows[i] = []any{u.Name, given(u.Zone != "", u.Zone), pq.Array(weekdayNumbers(u.Days))}
	}
	return incoming{name: "incoming_unit", rows: rows, columns: `name text PRIMARY KEY, zone text, days int[]`, fill: `name, zone, days`}
}

// weekdayNumbers are days as the database keeps them: from 1, Monday, to 7; nil
// for none.
func weekdayNumbers(days roster.Weekdays) []int64 {
	var numbers []int64
	for n := int64(1); n <= 7; n++ {
		if days[n%7] {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

func weekdaysNumbered(numbers []int64) roster.Weekdays {
	var days roster.Weekdays
	for _, n := range numbers {
		days[n%7] = true
	}
	return days
}

func incomingHours(hours []roster.WorkingHours) incoming {
	rows := make([][]any, len(hours))
	for i, h := range hours {
		rows[i] = []any{
			h.From.Format(time.DateOnly), h.To.Format(time.DateOnly),
			given(!h.Ends, h.Opens.String()), given(!h.Ends, h.Closes.String()), h.Name, h.Ends,
		}
	}
	return incoming{name: "incoming_hours", rows: rows,
		columns: `from_day date PRIMARY KEY, to_day date, opens time, closes time, name text, ends boolean`,
		fill:    `from_day, to_day, opens, closes, name, ends`}
}

// checkHours gives the staged hours that would share a day with others that stay
// as they are.
func checkHours(ctx context.Context, tx *sqlx.Tx, hours []roster.WorkingHours) error {
	var shared []struct {
		Incoming time.Time
		Name     string
		From, To time.Time
	}
	err := tx.SelectContext(ctx, &shared, `
		SELECT i.from_day AS incoming, w.name, w.from_day AS from, w.to_day AS to
		FROM incoming_hours i JOIN working_hours w ON w.from_day <= i.to_day AND w.to_day >= i.from_day
		WHERE NOT i.ends AND NOT EXISTS (SELECT FROM incoming_hours o WHERE o.from_day = w.from_day)
		ORDER BY i.from_day, w.from_day`)
	if err != nil {
		return fmt.Errorf("compare working hours with the known ones: %w", err)
	}
	var wrong roster.Errors
	for _, one := range shared {
		for _, h := range hours {
			if h.From.Equal(one.Incoming) {
				wrong = append(wrong, h.Overlapping(one.Name, one.From, one.To))
			}
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// unitDifferences are the first units whose time would change.
func unitDifferences(ctx context.Context, tx *sqlx.Tx, most int) ([]Difference, error) {
	var rows []struct {
		Name    string
		Zone    string
		WasZone string `db:"was_zone"`
		Days    pq.Int64Array
		WasDays pq.Int64Array `db:"was_days"`
	}
	err := tx.SelectContext(ctx, &rows, `
		SELECT name, coalesce(zone, '') AS zone, coalesce(was_zone, '') AS was_zone, days, was_days
		FROM (`+differingUnits+`) d ORDER BY name LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("read what would change with units: %w", err)
	}
	var found []Difference
	for _, row := range rows {
		found = append(found, Difference{Name: row.Name, Fields: differing(
			FieldDifference{"zona", roster.ZoneName(row.WasZone), roster.ZoneName(row.Zone)},
			FieldDifference{"hari_kerja", weekdaysNumbered(row.WasDays).String(), weekdaysNumbered(row.Days).String()},
		)})
	}
	return found, nil
}

// differing leaves out the fields that do not change.
func differing(fields ...FieldDifference) []FieldDifference {
	var found []FieldDifference
	for _, field := range fields {
		if field.Before != field.After {
			found = append(found, field)
		}
	}
	return found
}

// hoursDifferences are the first exceptions that would change or end.
func hoursDifferences(ctx context.Context, tx *sqlx.Tx, most int) ([]Difference, error) {
	const clock = `'HH24:MI'`
	return readDifferences(ctx, tx, []string{"keterangan", "sampai", "buka", "tutup"}, `
		SELECT from_day::text AS key, was_name AS name, false AS returns,
		       ARRAY[was_name, was_to::text, coalesce(to_char(was_opens, `+clock+`), ''), coalesce(to_char(was_closes, `+clock+`), '')] AS before,
		       CASE WHEN ends THEN ARRAY[was_name, was_to::text, '', '']
		            ELSE ARRAY[name, to_day::text, to_char(opens, `+clock+`), to_char(closes, `+clock+`)] END AS after
		FROM (`+differingHours+`) d ORDER BY from_day LIMIT $1`, most)
}

// addedHours are the first exceptions that would be new.
func addedHours(ctx context.Context, tx *sqlx.Tx) ([]AddedHours, error) {
	var added []AddedHours
	err := tx.SelectContext(ctx, &added, `
		SELECT from_day AS from, to_day AS to, to_char(opens, 'HH24:MI') AS opens, to_char(closes, 'HH24:MI') AS closes, name
		FROM incoming_hours i
		WHERE NOT ends AND NOT EXISTS (SELECT FROM working_hours w WHERE w.from_day = i.from_day)
		ORDER BY from_day LIMIT $1`, mostExamples)
	if err != nil {
		return nil, fmt.Errorf("read which working hours are new: %w", err)
	}
	return added, nil
}

// writeWorkTime writes the staged units' own times, once these units are there,
// and the staged hours.
func writeWorkTime(ctx context.Context, tx *sqlx.Tx) error {
	for _, statement := range []string{
		`UPDATE unit u SET zone = d.zone, working_days = d.days FROM (` + differingUnits + `) d WHERE u.id = d.id`,
		// Away first: what moves must not meet what it makes room for.
		`DELETE FROM working_hours w USING incoming_hours i WHERE i.from_day = w.from_day`,
		`INSERT INTO working_hours (from_day, to_day, opens, closes, name)
		 SELECT from_day, to_day, opens, closes, name FROM incoming_hours WHERE NOT ends ORDER BY from_day`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
