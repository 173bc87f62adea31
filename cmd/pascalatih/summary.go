package main

import (
	"context"
	"encoding/json"
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
	Week string `placeholder:"DATE" help:"The week that holds this day, such as 2026-06-27 (default: the last full week)."`
	Out  string `type:"path" placeholder:"DIR" help:"Write summary.txt and figures.json into this folder instead."`
}

func (c summaryCommand) Run(ctx context.Context, std streams) error {
	texts, err := text.Load()
	if err != nil {
		return err
	}
	return c.withOffice(ctx, std, func(o opened) error {
		from, to, err := c.week(o)
		if err != nil {
			return err
		}
		counts, err := o.Counts(ctx, from, to)
		if err != nil {
			return fmt.Errorf("count the week: %w", err)
		}
		figures := stats.Compute(counts)
		words := report.Text(figures, texts.In(text.Indonesian), o.zone, report.Notice{}) + "\n"
		if c.Out == "" {
			_, err := io.WriteString(std.out, words)
			return err
		}
		return c.write(figures, words)
	})
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

func (c summaryCommand) write(figures stats.Figures, words string) error {
	content, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	for name, data := range map[string][]byte{"summary.txt": []byte(words), "figures.json": append(content, '\n')} {
		whole := func(out io.Writer) error {
			_, err := out.Write(data)
			return err
		}
		if err := writeWhole(filepath.Join(c.Out, name), whole); err != nil {
			return err
		}
	}
	return nil
}
