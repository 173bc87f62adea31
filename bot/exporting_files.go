package bot

import (
	"bytes"
	"context"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/export"
	"pascalatih/survey/text"
)

// exported is what came of an export: what the caption says, and whether names
// of a confidential round are in it.
type exported struct {
	Title  string        `json:"title"`
	Format export.Format `json:"format"`
	Rows   string        `json:"rows"` // by_name, by_code
	Names  bool          `json:"names"`
}

// makeExport writes a round's answers for the one who asked, if they may have
// them still.
func (b *Bot) makeExport(ctx context.Context, job storage.Job) error {
	order, err := told[storage.ExportOrder](job)
	if err != nil {
		return err
	}
	account, err := b.asker(ctx, job)
	if err != nil {
		return err
	}
	if !mayExport(account, order.Names) {
		return nil
	}
	round, err := b.store.Round(ctx, order.Round)
	if err != nil {
		return err
	}
	instrument, err := b.store.Instrument(ctx, round.InstrumentID)
	if err != nil {
		return err
	}
	options := storage.ExportOptions{Options: export.Options{
		Format: order.Format, Long: order.Long, Names: order.Names, Zone: b.zone, Phrases: b.texts.In(account.Language)}}
	var content bytes.Buffer
	if err := b.store.Export(ctx, order.Round, options, order.Asked, b.clock.Now(), &content); err != nil {
		return err
	}
	result := exported{Title: roundTitle(b.texts.In(account.Language), round), Format: order.Format, Names: order.Names,
		Rows: whoseRows(instrument.Privacy, order.Names)}
	return b.handOut(ctx, job, result, storage.File{Name: exportName(round, order), Data: content.Bytes()})
}

// exportName is what the file is called, such as putaran-3-PEL-01-reaction.xlsx.
func exportName(round storage.Round, o storage.ExportOrder) string {
	parts := []string{"putaran", fmt.Sprint(round.ID), round.TrainingCode, round.InstrumentKey}
	if o.Long {
		parts = append(parts, "per-jawaban")
	}
	if o.Names {
		parts = append(parts, "dengan-nama")
	}
	return fileName(parts...) + "." + string(o.Format)
}

func captionOfExport(say text.Phrases, job storage.JobStatus) telegram.HTML {
	made := readResult[exported](job)
	rows := "exporting.by_code"
	if made.Rows == "by_name" {
		rows = "exporting.file_by_name"
	}
	codebook := "exporting.codebook"
	if made.Format == export.CSV {
		codebook = "exporting.no_codebook"
	}
	return caption(made.Title, say.Say(rows, nil)+" "+say.Say(codebook, nil))
}
