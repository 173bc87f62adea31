package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"pascalatih/storage"
	"pascalatih/survey/sheet"
)

type exportCommand struct {
	office
	Round int64  `required:"" placeholder:"ID" help:"Number of the round."`
	Long  bool   `help:"One row per answer instead of one per response."`
	Names bool   `help:"With NIP and name also where the instrument is confidential; recorded in the audit."`
	Out   string `type:"path" placeholder:"FILE" help:"Write to this file instead of standard output."`
}

func (c exportCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(o opened) error {
		options := storage.ExportOptions{Long: c.Long, Names: c.Names, Zone: o.zone}
		if c.Out == "" {
			return exportTo(ctx, o, c.Round, options, std.out)
		}
		return writeWhole(c.Out, func(w io.Writer) error {
			return exportTo(ctx, o, c.Round, options, w)
		})
	})
}

// exportTo writes a round's responses as CSV, with the mark by which Excel
// knows UTF-8.
func exportTo(ctx context.Context, o opened, round int64, options storage.ExportOptions, w io.Writer) error {
	const mark = "\uFEFF"
	out := csv.NewWriter(w)
	begin := sync.OnceValue(func() error {
		_, err := io.WriteString(w, mark)
		return err
	})
	write := func(row []string) error {
		if err := begin(); err != nil {
			return err
		}
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = escapeText(cell)
		}
		return out.Write(safe)
	}
	if err := o.Export(ctx, round, options, storage.Source{}, o.clock.Now(), write); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// plainNumber is a number as answers are kept; a spreadsheet reads it as one.
var plainNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// escapeText keeps a spreadsheet from taking what people wrote for a formula.
func escapeText(cell string) string {
	if plainNumber.MatchString(cell) {
		return cell
	}
	return sheet.Escape(cell)
}

// writeWhole writes a file that is there whole or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".pascalatih-export-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(file.Name()) // after the rename it is gone already
	if err := errors.Join(write(file), file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
