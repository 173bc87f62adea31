package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/xlsform"
)

type instrumentCommand struct {
	List  instrumentListCommand  `cmd:"" help:"List the published instruments."`
	Check instrumentCheckCommand `cmd:"" help:"Check an XLSForm: a workbook, or a folder with its sheets as CSV."`
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
	var wrong xlsform.Errors
	if errors.As(err, &wrong) {
		for _, one := range wrong {
			fmt.Fprintln(std.err, one)
		}
		return fmt.Errorf("%s has %d errors", filepath.Base(c.File), len(wrong))
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s version %s is in order: %d questions, languages %v, %s\n",
		form.Key, form.Version, len(form.Questions), form.Languages, form.Privacy)
	return err
}

func readInstrument(path string) (survey.Instrument, error) {
	info, err := os.Stat(path)
	if err != nil {
		return survey.Instrument{}, fmt.Errorf("read the instrument: %w", err)
	}
	if info.IsDir() {
		return xlsform.ReadFolder(os.DirFS(path))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return survey.Instrument{}, fmt.Errorf("read the instrument: %w", err)
	}
	return xlsform.ReadWorkbook(data)
}
