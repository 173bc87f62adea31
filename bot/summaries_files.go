package bot

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/report"
	"pascalatih/survey/text"
)

// summaryFile is what the jobs are told that write a summary as a file.
type summaryFile struct {
	Summary int64 `json:"summary"`
}

// writtenSummary is what came of such a job: what the caption says, and whose
// answers the file is about.
type writtenSummary struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Round int64     `json:"round"`
	Units []int64   `json:"units"`
}

// writeSummary writes a summary as a workbook, or its figures as a list, for the one
// who asked, if they may have it still.
func (b *Bot) writeSummary(ctx context.Context, job storage.Job) error {
	order, err := told[summaryFile](job)
	if err != nil {
		return err
	}
	account, err := b.asker(ctx, job)
	if err != nil {
		return err
	}
	kept, err := b.store.Summary(ctx, order.Summary)
	if err != nil {
		return err
	}
	if !mayRead(account, kept.Units) {
		return nil
	}
	figures, err := kept.Read()
	if err != nil {
		return err
	}
	var content bytes.Buffer
	ending := ".xlsx"
	if job.Kind == storage.JobData {
		ending = ".csv"
		err = report.Data(&content, figures)
	} else {
		err = report.Workbook(&content, figures, b.texts.In(account.Language), b.zone)
	}
	if err != nil {
		return err
	}
	name := fileName("ringkasan", figures.From.In(b.zone).Format(time.DateOnly))
	if figures.Round != 0 {
		name = fileName("ringkasan-putaran", fmt.Sprint(figures.Round))
	}
	result := writtenSummary{From: figures.From, To: figures.To, Round: figures.Round, Units: kept.Units}
	return b.handOut(ctx, job, result, storage.File{Name: name + ending, Data: content.Bytes()})
}

// captionOfSummary says what a summary's file is; days are those of the zone in
// which it was computed.
func captionOfSummary(say text.Phrases, job storage.JobStatus) telegram.HTML {
	made := readResult[writtenSummary](job)
	title := say.Say("summaries.file_week", map[string]any{"Days": say.Days(made.From, made.To.Add(-time.Nanosecond))})
	if made.Round != 0 {
		title = say.Say("summaries.file_round", map[string]any{"Round": made.Round})
	}
	key := "summaries.about_book"
	if job.Kind == storage.JobData {
		key = "summaries.about_data"
	}
	return caption(title, say.Say(key, nil))
}
