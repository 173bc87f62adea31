package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"pascalatih/storage"
	"pascalatih/survey/roster"
	"pascalatih/survey/sheet"
)

type importCommand struct {
	office
	Files []string `arg:"" name:"file" help:"Workbooks (.xlsx) with the sheets pegawai, pelatihan, peserta, unit, jam_kerja, or one of them as .csv; lists of holidays."`
}

func (c importCommand) Run(ctx context.Context, std streams) error {
	files, holidays, err := readFiles(c.Files)
	if err != nil {
		return tellCells(std, err)
	}
	return c.withOffice(ctx, std, func(o opened) error {
		var done []imported
		if len(files) > 0 {
			if done, err = o.importRosters(ctx, files); err != nil {
				return tellCells(std, err)
			}
		}
		for _, days := range holidays {
			seen, err := o.PreviewHolidays(ctx, days)
			if err != nil {
				return err
			}
			if _, err := o.ImportHolidays(ctx, days, seen.Counts, storage.Source{}, o.clock.Now()); err != nil {
				return err
			}
			done = append(done, imported{"holidays", seen.Counts})
		}
		fmt.Fprintln(std.out, "kind,new,changed,unchanged")
		for _, row := range done {
			fmt.Fprintf(std.out, "%s,%d,%d,%d\n", row.kind, row.New, row.Changed, row.Unchanged)
		}
		return nil
	})
}

// imported is what was done with one kind of rows.
type imported struct {
	kind string
	storage.Changes
}

func (o opened) importRosters(ctx context.Context, files []roster.Roster) ([]imported, error) {
	all, err := roster.Merge(files...)
	if err != nil {
		return nil, err
	}
	counts, err := o.Import(ctx, all, storage.Source{}, o.clock.Now())
	done := []imported{{"units", counts.Units}, {"employees", counts.Employees},
		{"trainings", counts.Trainings}, {"participants", counts.Participants}}
	if len(all.Hours) > 0 {
		done = append(done, imported{"hours", counts.Hours})
	}
	return done, err
}

// readFiles reads rosters and lists of holidays, told apart by what is in them;
// every error of all of them comes as roster.Errors.
func readFiles(paths []string) (rosters []roster.Roster, holidays [][]roster.Holiday, err error) {
	var wrong roster.Errors
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, fmt.Errorf("read the roster: %w", err)
		}
		name := filepath.Base(path)
		tables, err := sheet.Read(data)
		if err == nil && roster.HoldsHolidays(tables) {
			var days []roster.Holiday
			days, err = roster.ParseHolidays(name, tables)
			holidays = append(holidays, days)
		} else {
			var one roster.Roster
			one, err = roster.Parse(name, data)
			rosters = append(rosters, one)
		}
		if cells, some := errors.AsType[roster.Errors](err); some {
			wrong = append(wrong, cells...)
		} else if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	if len(wrong) > 0 {
		return nil, nil, wrong
	}
	return rosters, holidays, nil
}

// tellCells prints every wrong cell on its own line, and returns an error that
// says that nothing was changed.
func tellCells(std streams, err error) error {
	cells, some := errors.AsType[roster.Errors](err)
	if !some {
		return err
	}
	for _, cell := range cells {
		fmt.Fprintln(std.err, cell.In("en"))
	}
	return fmt.Errorf("%d cells are wrong; nothing was imported", cells.Count())
}

// talk is the log of a command that ends: only what a person should worry about.
func talk(std streams) *slog.Logger {
	return slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
