package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey/roster"
)

// Holidays are the days on which the office is closed, those of the weekend left
// out, as far as they are known.
func (s *Store) Holidays(ctx context.Context) (calendar.Holidays, error) {
	var days []time.Time
	if err := s.db.SelectContext(ctx, &days, `SELECT day FROM holiday`); err != nil {
		return nil, fmt.Errorf("read the holidays: %w", err)
	}
	holidays := make(calendar.Holidays, len(days))
	for _, day := range days {
		holidays[calendar.DayOf(day, time.UTC)] = true // dates come as midnights of no zone
	}
	return holidays, nil
}

// HolidayPreview is what a list of holidays would change.
type HolidayPreview struct {
	Counts   Changes
	Years    []HolidayYear
	Added    []roster.Holiday // the first few that are new
	Examples []Difference     // the first few that would change
}

// HolidayYear is what it would change in a year.
type HolidayYear struct{ Year, New, Changed int }

// PreviewHolidays tells what ImportHolidays would do.
func (s *Store) PreviewHolidays(ctx context.Context, days []roster.Holiday) (HolidayPreview, error) {
	return compareHolidays(ctx, s.db, days)
}

// ImportHolidays brings a list of holidays, as roster.ParseHolidays gave it, into
// the database; no day is taken away. It counts only while it would do what seen
// says: otherwise it is Refused (Detail reason: changed), and comes with what it
// would do now. ErrRepeated: it was done before.
func (s *Store) ImportHolidays(ctx context.Context, days []roster.Holiday, seen Changes, src Source, now time.Time) (HolidayPreview, error) {
	var preview HolidayPreview
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Holidays *Changes }{&preview.Counts}); err != nil {
			return err
		}
		if err := lockImports(ctx, tx); err != nil {
			return err
		}
		var err error
		if preview, err = compareHolidays(ctx, tx, days); err != nil {
			return err
		}
		if preview.Counts != seen {
			return refuse(Refused, "reason", "changed")
		}
		dates, names, kinds := holidayRows(days)
		_, err = tx.ExecContext(ctx, `
			INSERT INTO holiday (day, name, kind) SELECT * FROM unnest($1::date[], $2::text[], $3::text[])
			ON CONFLICT (day) DO UPDATE SET name = excluded.name, kind = excluded.kind
			WHERE (holiday.name, holiday.kind) <> (excluded.name, excluded.kind)`, dates, names, kinds)
		if err != nil {
			return fmt.Errorf("write holidays: %w", err)
		}
		return writeAudit(ctx, tx, src, "holidays imported", map[string]any{"holidays": preview.Counts}, now)
	})
	return preview, err
}

// holidayRows are the columns of the table.
func holidayRows(days []roster.Holiday) (dates, names, kinds any) {
	var d, n, k []string
	for _, day := range days {
		kind := "holiday"
		if day.Joint {
			kind = "joint_leave"
		}
		d, n, k = append(d, day.Day.Format(time.DateOnly)), append(n, day.Name), append(k, kind)
	}
	return pq.Array(d), pq.Array(n), pq.Array(k)
}

// kindInFile is the kind of a row as a list of holidays calls it.
func kindInFile(row string) string {
	return `CASE ` + row + `.kind WHEN 'holiday' THEN 'libur_nasional' ELSE 'cuti_bersama' END`
}

func compareHolidays(ctx context.Context, q sqlx.QueryerContext, days []roster.Holiday) (HolidayPreview, error) {
	dates, names, kinds := holidayRows(days)
	const incoming = `FROM unnest($1::date[], $2::text[], $3::text[]) AS i (day, name, kind) LEFT JOIN holiday h ON h.day = i.day `
	var fresh []string
	err := sqlx.SelectContext(ctx, q, &fresh, `SELECT i.day::text `+incoming+`WHERE h.day IS NULL`, dates, names, kinds)
	if err != nil {
		return HolidayPreview{}, fmt.Errorf("compare holidays: %w", err)
	}
	changed, err := readDifferences(ctx, q, []string{"nama", "jenis"}, `
		SELECT i.day::text AS key, h.name, false AS returns, ARRAY[h.name, `+kindInFile("h")+`] AS before, ARRAY[i.name, `+kindInFile("i")+`] AS after `+
		incoming+`WHERE (i.name, i.kind) <> (h.name, h.kind) ORDER BY i.day`, dates, names, kinds)
	if err != nil {
		return HolidayPreview{}, err
	}
	isNew, differs := map[string]bool{}, map[string]bool{}
	for _, date := range fresh {
		isNew[date] = true
	}
	for _, difference := range changed {
		differs[difference.Key] = true
	}
	days = slices.SortedFunc(slices.Values(days), func(a, b roster.Holiday) int { return a.Day.Compare(b.Day) })
	preview := HolidayPreview{Counts: changes(len(days), len(fresh), len(changed)), Examples: changed[:min(mostExamples, len(changed))]}
	for _, day := range days {
		date := day.Day.Format(time.DateOnly)
		if last := len(preview.Years) - 1; last < 0 || preview.Years[last].Year != day.Day.Year() {
			preview.Years = append(preview.Years, HolidayYear{Year: day.Day.Year()})
		}
		year := &preview.Years[len(preview.Years)-1]
		switch {
		case isNew[date]:
			year.New++
			if len(preview.Added) < mostExamples {
				preview.Added = append(preview.Added, day)
			}
		case differs[date]:
			year.Changed++
		}
	}
	return preview, nil
}
