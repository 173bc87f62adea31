package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
	"pascalatih/storage"
)

// prepare is the morning of the first day: the bot starts, HR reads the roster in
// and hands out links, and everybody's life begins.
func (d *demo) prepare(ctx, living context.Context) error {
	if err := d.startBot(); err != nil {
		return err
	}
	files, err := writeRoster(d.folder, d.people)
	if err != nil {
		return err
	}
	imported, err := d.run(ctx, append([]string{"import"}, files...)...)
	if err != nil {
		return err
	}
	d.out.tell("HR", "imports the roster: %s", newRows(imported))
	links, err := d.run(ctx, "links")
	if err != nil {
		return err
	}
	tokens, err := tokensOf(links)
	if err != nil {
		return err
	}
	d.out.tell("HR", "hands out %d personal links", len(tokens))
	if d.store, err = storage.Open(ctx, d.postgres.URL(), slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	for i, employee := range d.people {
		d.begin(living, i, employee, tokens[employee.nip])
	}
	admin := d.telegram.Person(demoAdmin, "Admin Contoh", "id")
	admin.Start("")
	_, err = d.awaitAs(ctx, admin, simulator.After(simulator.Message{}))
	return err
}

// newRows reads what import printed: how much of each kind is new.
func newRows(imported string) string {
	var parts []string
	for line := range strings.Lines(imported) {
		if fields := strings.Split(line, ","); fields[0] != "kind" {
			parts = append(parts, fields[1]+" "+fields[0])
		}
	}
	return strings.Join(parts, ", ")
}

// tokensOf reads what links printed: the token of each NIP.
func tokensOf(links string) (map[string]string, error) {
	rows, err := csv.NewReader(strings.NewReader(links)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the links: %w", err)
	}
	tokens := make(map[string]string)
	for _, row := range rows[1:] {
		_, token, _ := strings.Cut(row[2], "?start=")
		tokens[row[0]] = token
	}
	return tokens, nil
}

// awaitAs waits for a screen while the director rests.
func (d *demo) awaitAs(ctx context.Context, person *simulator.Person, wanted func(simulator.Screen) bool) (simulator.Screen, error) {
	var screen simulator.Screen
	wait := person.Live(ctx, func(ctx context.Context) error {
		var err error
		screen, err = person.AwaitFor(ctx, 5*time.Minute, wanted)
		return err
	})
	done := make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		done <- wait()
		close(ended)
	}()
	for {
		select {
		case <-ended:
			return screen, <-done
		default:
			d.director.Wait(ctx, time.Time{}, ended)
		}
		if ctx.Err() != nil {
			return screen, ctx.Err()
		}
	}
}

// killBusy kills the bot while an update is in its hands.
func (d *demo) killBusy(ctx, _ context.Context) error {
	soon, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = d.telegram.AwaitDelivered(soon) // nobody acted: it is killed idle
	return d.killBot()
}

// killBeforeSummary kills the bot in the instant in which the summary is due.
func (d *demo) killBeforeSummary(ctx, living context.Context) error {
	if err := d.killBot(); err != nil {
		return err
	}
	return d.awaitSummary(ctx, living)
}

// awaitSummary waits for the week's summary in the administrator's chat.
func (d *demo) awaitSummary(ctx, _ context.Context) error {
	admin := d.telegram.Person(demoAdmin, "Admin Contoh", "id")
	screen, err := d.awaitAs(ctx, admin, simulator.After(admin.Chat().Last()))
	if err != nil {
		return fmt.Errorf("wait for the summary: %w", err)
	}
	d.summaries++
	first, _, _ := strings.Cut(screen.Last().Text, "\n")
	d.out.tell("administrator", "receives the summary: %s", first)
	return nil
}

// watchOpening tells how the first round opened by its schedule.
func (d *demo) watchOpening(ctx, _ context.Context) error {
	rounds, err := d.store.Rounds(ctx)
	if err != nil {
		return err
	}
	if len(rounds) != 1 {
		return fmt.Errorf("%d rounds are open after 15:30, not 1", len(rounds))
	}
	status, err := d.store.Status(ctx, rounds[0].ID)
	if err != nil {
		return err
	}
	d.out.tell("the bot", "has opened the round of %s at %s by its schedule: %d invited, %d reached",
		status.TrainingCode, status.OpenedAt.In(d.zone).Format("15:04"), status.Invited, status.Delivered)
	return nil
}

// startByHand is HR's /mulai for the training without a plan.
func (d *demo) startByHand(ctx, _ context.Context) error {
	return d.command(ctx, "/mulai "+demoByHand+" reaction", "button.start_round")
}

// closeByHand is HR's /tutup.
func (d *demo) closeByHand(ctx, _ context.Context) error {
	rounds, err := d.store.Rounds(ctx)
	if err != nil {
		return err
	}
	for _, round := range rounds {
		if round.TrainingCode == demoByHand {
			return d.command(ctx, fmt.Sprintf("/tutup %d", round.ID), "button.close_round")
		}
	}
	return fmt.Errorf("training %s has no round", demoByHand)
}

// command writes a command in the administrator's chat, presses the yes, and
// tells what the bot said.
func (d *demo) command(ctx context.Context, words, button string) error {
	admin := d.telegram.Person(demoAdmin, "Admin Contoh", "id")
	label := d.texts.In("id").Say(button, nil)
	d.out.tell("HR in chat", "writes %s", words)
	admin.Write(words)
	screen, err := d.awaitAs(ctx, admin, simulator.HasButton(label))
	if err != nil {
		return fmt.Errorf("wait for the button %s: %w", label, err)
	}
	asked := screen.Card()
	d.out.tell("the bot", "%s", oneLine(asked.Text))
	admin.Tap(asked.Button(label))
	screen, err = d.awaitAs(ctx, admin, simulator.Changed(asked))
	if err != nil {
		return fmt.Errorf("wait for the reaction to %s: %w", label, err)
	}
	d.out.tell("the bot", "%s", oneLine(screen.Message(asked.ID).Text))
	return nil
}

func oneLine(words string) string { return strings.Join(strings.Fields(words), " ") }

// settle ends the lives, exports, and holds everybody's book against it.
func (d *demo) settle(ctx context.Context) error {
	d.endLives()
	for i, wait := range d.lives {
		if err := wait(); err != nil && ctx.Err() == nil && !isOver(err) {
			return fmt.Errorf("life of %s: %w", d.people[i].name, err)
		}
	}
	if err := d.bot.failure(); err != nil {
		return err
	}
	d.printSummary()
	rounds, err := d.store.Rounds(ctx)
	if err != nil {
		return err
	}
	var exports []string
	for _, round := range rounds {
		path := filepath.Join(d.folder, fmt.Sprintf("export-%s-names.csv", round.TrainingCode))
		if _, err := d.run(ctx, "export", "--round", fmt.Sprint(round.ID), "--names", "--out", path); err != nil {
			return err
		}
		exports = append(exports, path)
	}
	return d.judge(ctx, rounds, exports)
}

// printSummary prints the last summary as the administrator sees it.
func (d *demo) printSummary() {
	admin := d.telegram.Person(demoAdmin, "Admin Contoh", "id")
	fmt.Fprintf(d.out.out, "\nThe last summary\n\n")
	for line := range strings.Lines(admin.Chat().Last().Text) {
		fmt.Fprint(d.out.out, "    ", line)
	}
	fmt.Fprintln(d.out.out)
}

// judge prints the table and every difference; any of them is an error.
func (d *demo) judge(ctx context.Context, rounds []storage.Round, exports []string) error {
	report, err := compareFiles(d.form, d.books, exports)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out.out, "\nThe exports lie in %s\n\n", d.folder)
	table := tabwriter.NewWriter(d.out.out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "training\tinvited\tdelivered\topened\tsent\tresumed\tlost\tdoubled\t")
	for _, round := range rounds {
		status, err := d.store.Status(ctx, round.ID)
		if err != nil {
			return err
		}
		of := report.Of(round.TrainingCode)
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", round.TrainingCode, status.Invited, status.Delivered,
			status.Opened, status.Sent, status.Resumed, len(of.Lost)+len(of.Changed), len(of.Doubled)+len(of.Unexpected))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if err := tellReport(d.out.out, report); err != nil {
		return err
	}
	switch {
	case d.kills != 3:
		return fmt.Errorf("the bot was killed %d times, not 3", d.kills)
	case d.summaries != 2:
		return fmt.Errorf("%d summaries came, not 2", d.summaries)
	}
	return d.telegram.Sound()
}

// tellReport prints what the comparison found, every difference on a line of its
// own; any of them is an error.
func tellReport(out io.Writer, report respondent.Report) error {
	fmt.Fprintf(out, "\n%d answers compared with what people pressed and wrote: lost %d, doubled %d, changed %d\n",
		report.Checked, len(report.Lost), len(report.Doubled)+len(report.Unexpected), len(report.Changed))
	for _, line := range report.Differences() {
		fmt.Fprintln(out, "    ", line)
	}
	if !report.Clean() {
		return errors.New("the export differs from the people's books")
	}
	return nil
}
