package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"pascalatih/storage"
	"pascalatih/survey/export"
	"pascalatih/survey/text"
)

type exportCommand struct {
	office
	Round  int64  `required:"" placeholder:"ID" help:"Number of the round."`
	Format string `enum:"csv,xlsx" default:"csv" help:"Kind of file: csv, or xlsx with a codebook."`
	Long   bool   `help:"One row per answer instead of one per response."`
	Names  bool   `help:"With NIP and name also where the instrument is confidential; recorded in the audit."`
	Reason string `placeholder:"TEXT" help:"Why names are needed; with --names, recorded in the audit."`
	Out    string `type:"path" placeholder:"FILE" help:"Write to this file instead of standard output."`
}

func (c exportCommand) Run(ctx context.Context, std streams) error {
	if c.Reason != "" && !c.Names {
		return usageError{errors.New("--reason says why names are needed: it goes with --names")}
	}
	texts, err := text.Load()
	if err != nil {
		return err
	}
	return c.withOffice(ctx, std, func(o opened) error {
		options := storage.ExportOptions{Options: export.Options{
			Format: export.Format(c.Format), Long: c.Long, Names: c.Names,
			Zone: o.zone, Phrases: texts.In(text.Indonesian),
		}, Reason: c.Reason}
		write := func(w io.Writer) error {
			return o.Export(ctx, c.Round, options, storage.Source{}, o.clock.Now(), w)
		}
		if c.Out == "" {
			return write(std.out)
		}
		return writeWhole(c.Out, write)
	})
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
