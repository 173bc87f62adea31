package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/xlsform"
)

type instrumentCommand struct {
	List   instrumentListCommand   `cmd:"" help:"List the published instruments."`
	Check  instrumentCheckCommand  `cmd:"" help:"Check an XLSForm: a workbook, or a folder with its sheets as CSV."`
	Import instrumentImportCommand `cmd:"" help:"Publish an XLSForm for good, under its key and version."`
	Export instrumentExportCommand `cmd:"" help:"Write a published instrument as an XLSForm workbook."`
}

type instrumentListCommand struct{ office }

func (c instrumentListCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(o opened) error {
		published, err := o.Instruments(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "KEY\tVERSION\tPRIVACY\tPUBLISHED\tTITLE")
		for _, i := range published {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", i.Key, i.Version, i.Privacy,
				i.PublishedAt.In(o.zone).Format(time.DateTime), i.Title.In("id"))
		}
		return table.Flush()
	})
}

type instrumentCheckCommand struct {
	File string `arg:"" help:"An .xlsx file, or a folder with survey.csv, choices.csv and settings.csv."`
}

func (c instrumentCheckCommand) Run(std streams) error {
	form, err := readInstrument(c.File)
	if err != nil {
		return tellForm(std, c.File, err)
	}
	_, err = fmt.Fprintf(std.out, "%s version %s is in order: %d questions, languages %v, %s\n",
		form.Key, form.Version, len(form.Questions), form.Languages, form.Privacy)
	return err
}

type instrumentImportCommand struct {
	office
	File string `arg:"" help:"An .xlsx file, or a folder with survey.csv, choices.csv and settings.csv."`
}

func (c instrumentImportCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(o opened) error {
		known := func(form survey.Instrument) error { return o.CheckEarlier(ctx, form) }
		form, err := readInstrument(c.File, known)
		if err != nil {
			return tellForm(std, c.File, err)
		}
		_, isNew, err := o.Publish(ctx, form, storage.Source{}, o.clock.Now())
		if err != nil {
			return err
		}
		outcome := "is published"
		if !isNew {
			outcome = "is there already"
		}
		_, err = fmt.Fprintf(std.out, "%s version %s %s\n", form.Key, form.Version, outcome)
		return err
	})
}

type instrumentExportCommand struct {
	office
	Key     string `arg:"" help:"Key of the instrument, as instrument list prints it."`
	Version string `placeholder:"VERSION" help:"This version instead of the newest."`
	Out     string `type:"path" placeholder:"FILE" help:"Write to this file instead of standard output."`
}

func (c instrumentExportCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(o opened) error {
		form, err := o.InstrumentNamed(ctx, c.Key, c.Version)
		if err != nil {
			return err
		}
		write := func(w io.Writer) error { return xlsform.WriteWorkbook(w, form) }
		if c.Out == "" {
			return write(std.out)
		}
		return writeWhole(c.Out, write)
	})
}

// tellForm prints everything that is wrong with a form on its own line, and
// returns an error that says how much it is.
func tellForm(std streams, path string, err error) error {
	var wrong xlsform.Errors
	if !errors.As(err, &wrong) {
		return err
	}
	for _, one := range wrong {
		fmt.Fprintln(std.err, one)
	}
	return fmt.Errorf("%s has %d errors", filepath.Base(path), len(wrong))
}

func readInstrument(path string, checks ...xlsform.Check) (survey.Instrument, error) {
	info, err := os.Stat(path)
	if err != nil {
		return survey.Instrument{}, fmt.Errorf("read the instrument: %w", err)
	}
	if info.IsDir() {
		return xlsform.ReadFolder(os.DirFS(path), checks...)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return survey.Instrument{}, fmt.Errorf("read the instrument: %w", err)
	}
	return xlsform.ReadWorkbook(data, checks...)
}
