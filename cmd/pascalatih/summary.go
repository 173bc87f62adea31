package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey/report"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

type summaryCommand struct {
	office
	Week  string `placeholder:"DATE" xor:"period" help:"The week that holds this day, such as 2026-06-27 (default: the last full week)."`
	Round int64  `placeholder:"ID" xor:"period" help:"One round, up to now."`
	Out   string `type:"path" placeholder:"DIR" help:"Write summary.txt, figures.json, the pictures and summary.xlsx into this folder instead."`
}

func (c summaryCommand) Run(ctx context.Context, std streams) error {
	texts, err := text.Load()
	if err != nil {
		return err
	}
	return c.withOffice(ctx, std, func(o opened) error {
		period, err := c.period(ctx, o)
		if err != nil {
			return err
		}
		figures, err := o.Figures(ctx, period, o.zone)
		if err != nil {
			return fmt.Errorf("compute the figures: %w", err)
		}
		say := texts.In(text.Indonesian)
		if c.Out == "" {
			_, err := fmt.Fprintln(std.out, report.Text(figures, say, o.zone, report.Notice{}))
			return err
		}
		return c.write(figures, say, o.zone)
	})
}

// period is what is to be summarised.
func (c summaryCommand) period(ctx context.Context, o opened) (stats.Period, error) {
	if c.Round != 0 {
		round, err := o.Store.Round(ctx, c.Round)
		return stats.Period{From: round.OpenedAt.In(o.zone), To: o.now().In(o.zone), Round: round.ID}, err
	}
	from, to, err := c.week(o)
	return stats.Period{From: from, To: to}, err
}

// errRunning is for a week that is not over: two looks at it would show what the
// few people said who answered in between.
var errRunning = errors.New("that week is not over yet: it is summarised from the next Monday on")

// week is the one that is asked for.
func (c summaryCommand) week(o opened) (from, to time.Time, err error) {
	if c.Week == "" {
		from, to = calendar.WeekBefore(o.now(), o.zone)
		return from, to, nil
	}
	day, err := calendar.ParseDay(c.Week)
	if err != nil {
		return time.Time{}, time.Time{}, usageError{fmt.Errorf("--week: %w", err)}
	}
	if from, to = calendar.Week(day.Begin(o.zone), o.zone); to.After(o.now()) {
		return time.Time{}, time.Time{}, errRunning
	}
	return from, to, nil
}

// write writes all renderings of the figures, each whole or not at all.
func (c summaryCommand) write(figures stats.Figures, say text.Phrases, zone *time.Location) error {
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	pictures, err := report.Pictures(figures, say, zone)
	if err != nil {
		return err
	}
	files := map[string]func(io.Writer) error{
		"figures.json": func(out io.Writer) error { return report.JSON(out, figures) },
		"summary.xlsx": func(out io.Writer) error { return report.Workbook(out, figures, say, zone) },
		"summary.txt": func(out io.Writer) error {
			_, err := fmt.Fprintln(out, report.Text(figures, say, zone, report.Notice{}))
			return err
		},
	}
	for _, picture := range pictures {
		files[picture.Name] = func(out io.Writer) error {
			_, err := io.Copy(out, bytes.NewReader(picture.PNG))
			return err
		}
	}
	for name, write := range files {
		if err := writeWhole(filepath.Join(c.Out, name), write); err != nil {
			return err
		}
	}
	return nil
}
