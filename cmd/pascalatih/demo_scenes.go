package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// scene is what happens at a moment of the demo. living is the context of the
// lives that it begins.
type scene struct {
	at   time.Time
	name string // a heading; "" goes on below the one before
	play func(ctx, living context.Context) error
}

func nothing(context.Context, context.Context) error { return nil }

func (d *demo) scenes() []scene {
	return []scene{
		{d.day(0, 8, 0), "Last day of the first training", d.prepare},
		{d.day(0, 15, 40), "", d.watch("PEL-01", reactionKey)},
		{d.day(0, 15, 45), "", d.killBusy},
		{d.day(1, 8, 0), "Last day of the second training", nothing},
		{d.day(5, 7, 0), "First Monday: the summary", nothing},
		{d.day(5, 8, 0), "", d.killBeforeSummary},
		{d.day(12, 7, 59), "Second Monday", d.awaitSummary},
		{d.day(19, 7, 59), "Third Monday", d.awaitSummary},
		{d.day(26, 7, 59), "Fourth Monday", d.awaitSummary},
		{d.day(30, 8, 0), "A month after the first training: its check-in opens by itself", nothing},
		{d.day(30, 9, 15), "", d.killBusy},
		{d.day(33, 7, 59), "Fifth Monday; the second check-in opens", d.awaitSummary},
		{d.day(40, 7, 59), "Sixth Monday", d.awaitSummary},
		{d.day(42, 9, 0), "Six weeks are over: HR closes and exports", d.exportAll},
	}
}

func (d *demo) prepare(ctx, living context.Context) error {
	if err := d.startBot(); err != nil {
		return err
	}
	book, err := rosterBook(d.people)
	if err != nil {
		return err
	}
	path := filepath.Join(d.folder, "pegawai.xlsx")
	if err := os.WriteFile(path, book, 0o644); err != nil {
		return err
	}
	if _, err := d.run(ctx, "import", path); err != nil {
		return err
	}
	links, err := d.run(ctx, "links")
	if err != nil {
		return err
	}
	tokens := map[string]string{}
	for line := range strings.Lines(links) {
		f := strings.Split(strings.TrimSpace(line), ",")
		_, tokens[f[0]], _ = strings.Cut(f[2], "?start=")
	}
	if d.store, err = storage.Open(ctx, d.postgres.URL(), slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	for _, t := range demoTrainings() {
		d.begin(living, t, func(e demoEmployee) string { return tokens[e.nip] })
	}
	d.admin = &officer{Person: d.telegram.Person(demoAdmin, "Admin Contoh", "id"), stage: d.stage, role: "administrator"}
	_, err = d.admin.writes(ctx, "/start")
	return err
}

func (d *demo) watch(training, instrument string) func(ctx, living context.Context) error {
	return func(ctx, _ context.Context) error {
		round, err := d.roundOf(ctx, training, instrument)
		if err != nil {
			return err
		}
		_, err = d.admin.writes(ctx, fmt.Sprintf("/status %d", round.ID))
		return err
	}
}

func (d *demo) exportAll(ctx, _ context.Context) error {
	rounds, err := d.store.Rounds(ctx)
	if err != nil {
		return err
	}
	for _, round := range rounds {
		if round.ClosedAt == nil {
			if _, err := d.admin.writes(ctx, fmt.Sprintf("/tutup %d", round.ID)); err != nil {
				return err
			}
			if _, err := d.admin.taps(ctx, "button.close_round"); err != nil {
				return err
			}
		}
		out, err := d.run(ctx, "export", "--round", fmt.Sprint(round.ID), "--names")
		if err != nil {
			return err
		}
		d.exports[round.InstrumentKey] = append(d.exports[round.InstrumentKey], []byte(out))
	}
	return nil
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
	said, err := d.admin.awaits(ctx, "the summary", d.isSummary)
	if err != nil {
		return err
	}
	d.summaries++
	first, _, _ := strings.Cut(said.Text, "\n")
	d.out.tell(d.admin.role, "receives the summary: %s", first)
	return nil
}

func (d *demo) isSummary(m simulator.Message) bool {
	beginning, _, _ := strings.Cut(d.texts.In("id").Say("report.heading", map[string]any{"Week": "\x00", "Finding": ""}), "\x00")
	return strings.HasPrefix(m.Text, beginning)
}
