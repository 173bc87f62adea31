package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"pascalatih/bot/simulator/respondent"
	"pascalatih/storage"
	"pascalatih/survey"
)

// settle ends the lives and holds everybody's book against the exports.
func (d *demo) settle(ctx context.Context) error {
	d.endLives()
	for i, wait := range d.lives {
		if err := wait(); err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("life %d: %w", i+1, err)
		}
	}
	if err := d.bot.failure(); err != nil {
		return err
	}
	if err := d.judge(ctx); err != nil {
		return err
	}
	d.printSummary()
	return d.recount(ctx)
}

// recount has the operator write the last summary into a folder: the same words must
// come. It tells where its picture and workbook are.
func (d *demo) recount(ctx context.Context) error {
	folder := d.summaryFolder()
	if _, err := d.run(ctx, "summary", "--out", folder); err != nil {
		return err
	}
	written, err := os.ReadFile(filepath.Join(folder, "summary.txt"))
	if err != nil {
		return err
	}
	if strings.TrimSpace(string(written)) != strings.TrimSpace(d.lastSummary) {
		return fmt.Errorf("the shell's summary of that week is another one: %s", written)
	}
	pictures, err := filepath.Glob(filepath.Join(folder, "*.png"))
	if err != nil {
		return err
	}
	if len(pictures) == 0 {
		return errors.New("the summary has no picture")
	}
	fmt.Fprintf(d.out.out, "Its picture:  %s\nIts workbook: %s\n", pictures[0], filepath.Join(folder, "summary.xlsx"))
	return nil
}

// summaryFolder is where the last summary is written.
func (d *demo) summaryFolder() string { return filepath.Join(d.folder, "ringkasan") }

// printSummary prints the last two summaries as the administrator sees them: the one
// compares before and after, the other self and supervisor.
func (d *demo) printSummary() {
	var all []string
	for _, m := range d.admin.Chat().FromBot() {
		if d.isSummary(m) {
			all = append(all, m.Text)
		}
	}
	d.lastSummary = all[len(all)-1]
	fmt.Fprintf(d.out.out, "\nThe last two summaries\n")
	for _, words := range all[len(all)-2:] {
		fmt.Fprintln(d.out.out)
		for line := range strings.Lines(words) {
			fmt.Fprint(d.out.out, "    ", line)
		}
		fmt.Fprintln(d.out.out)
	}
	fmt.Fprintln(d.out.out)
}

// judge prints the table and every difference; any of them is an error.
func (d *demo) judge(ctx context.Context) error {
	var all respondent.Report
	reports := map[string]respondent.Report{}
	for key, books := range d.books {
		report, err := compare(d.instruments[instrumentOf(key)], books, d.exports[key])
		if err != nil {
			return err
		}
		reports[key] = report
		all = all.Plus(report)
	}
	if err := d.printRounds(ctx, reports); err != nil {
		return err
	}
	shown := 0
	d.plansShown.Range(func(any, any) bool { shown++; return true })
	fmt.Fprintf(d.out.out, "\n%d forms showed people the plan that they had written after the training\n", shown)
	if err := tellReport(d.out.out, all); err != nil {
		return err
	}
	if err := d.judgeAsked(); err != nil {
		return err
	}
	figures, err := d.toldFigures(ctx)
	if err != nil {
		return err
	}
	if err := d.judgePairs(figures); err != nil {
		return err
	}
	switch {
	case d.kills != 3:
		return fmt.Errorf("the bot was killed %d times, not 3", d.kills)
	case d.summaries != demoSummaries:
		return fmt.Errorf("%d summaries came, not %d", d.summaries, demoSummaries)
	case shown == 0:
		return errors.New("nobody was shown their own plan")
	}
	return d.telegram.Sound()
}

func (d *demo) printRounds(ctx context.Context, reports map[string]respondent.Report) error {
	rounds, err := d.store.Rounds(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(d.out.out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "training\tinstrument\tinvited\tdelivered\topened\tsent\tresumed\tlost\tdoubled\t")
	again := map[string]bool{}
	for _, round := range slices.Backward(rounds) {
		status, err := d.store.Status(ctx, round.ID)
		if err != nil {
			return err
		}
		form := round.InstrumentKey
		if form == beforeKey && again[round.TrainingCode] {
			form = afterKey
		}
		again[round.TrainingCode] = again[round.TrainingCode] || form == beforeKey
		of := reports[form].Of(round.TrainingCode)
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", round.TrainingCode, form, status.Invited,
			status.Delivered, status.Opened, status.Sent, status.Resumed, len(of.Lost)+len(of.Changed), len(of.Doubled)+len(of.Unexpected))
	}
	return table.Flush()
}

// compare holds exports of one instrument's rounds against books.
func compare(form survey.Instrument, books []*respondent.Book, exports [][]byte) (respondent.Report, error) {
	var readers []io.Reader
	for _, export := range exports {
		readers = append(readers, bytes.NewReader(export))
	}
	return respondent.Compare(form, books, readers...)
}

// tellReport prints what the comparison found, every difference on a line of its
// own; any of them is an error.
func tellReport(out io.Writer, report respondent.Report) error {
	fmt.Fprintf(out, "%d answers compared with what people pressed and wrote: lost %d, doubled %d, changed %d\n",
		report.Checked, len(report.Lost), len(report.Doubled)+len(report.Unexpected), len(report.Changed))
	for _, line := range report.Differences() {
		fmt.Fprintln(out, "    ", line)
	}
	if !report.Clean() {
		return errors.New("the export differs from the people's books")
	}
	return nil
}

// roundOf is the round of an instrument about a training.
func (d *demo) roundOf(ctx context.Context, training, instrument string) (storage.Round, error) {
	rounds, err := d.store.Rounds(ctx)
	if err != nil {
		return storage.Round{}, err
	}
	for _, round := range rounds {
		if round.TrainingCode == training && round.InstrumentKey == instrument {
			return round, nil
		}
	}
	return storage.Round{}, fmt.Errorf("training %s has no round of %s", training, instrument)
}
