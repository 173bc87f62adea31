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
)

type importCommand struct {
	office
	Files []string `arg:"" name:"file" help:"Workbooks (.xlsx) with the sheets pegawai, pelatihan, peserta, or one of them as .csv."`
}

func (c importCommand) Run(ctx context.Context, std streams) error {
	files, err := readRosters(c.Files)
	if err != nil {
		return tellCells(std, err)
	}
	return c.withOffice(ctx, std, func(o opened) error {
		counts, err := o.Import(ctx, files, storage.Source{}, o.clock.Now())
		if err != nil {
			return tellCells(std, err)
		}
		return printChanges(std, counts)
	})
}

// printChanges prints what an import did, as CSV.
func printChanges(std streams, counts storage.ImportCounts) error {
	fmt.Fprintln(std.out, "kind,new,changed,unchanged")
	for _, row := range []struct {
		kind string
		storage.Changes
	}{{"units", counts.Units}, {"employees", counts.Employees}, {"trainings", counts.Trainings}, {"participants", counts.Participants}} {
		fmt.Fprintf(std.out, "%s,%d,%d,%d\n", row.kind, row.New, row.Changed, row.Unchanged)
	}
	return nil
}

// readRosters reads all files as one roster; every error of all of them comes
// as roster.Errors.
func readRosters(paths []string) (roster.Roster, error) {
	var all []roster.Roster
	var wrong roster.Errors
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return roster.Roster{}, fmt.Errorf("read the roster: %w", err)
		}
		one, err := roster.Parse(filepath.Base(path), data)
		var cells roster.Errors
		if errors.As(err, &cells) {
			wrong = append(wrong, cells...)
			continue
		}
		if err != nil {
			return roster.Roster{}, fmt.Errorf("read %s: %w", filepath.Base(path), err)
		}
		all = append(all, one)
	}
	if len(wrong) > 0 {
		return roster.Roster{}, wrong
	}
	return roster.Merge(all...)
}

// tellCells prints every wrong cell on its own line, and returns an error that
// says that nothing was changed.
func tellCells(std streams, err error) error {
	var cells roster.Errors
	if !errors.As(err, &cells) {
		return err
	}
	for _, cell := range cells {
		fmt.Fprintln(std.err, cell.In("en"))
	}
	return fmt.Errorf("%d cells are wrong; nothing was imported", len(cells))
}

// talk is the log of a command that ends: only what a person should worry about.
func talk(std streams) *slog.Logger {
	return slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
