package bot

import (
	"context"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// captions say, by the kind of the job that made it, what a file is and what to
// do with it: at most 1,024 characters.
func captions() map[storage.JobKind]func(say text.Phrases, job storage.JobStatus) telegram.HTML {
	return map[storage.JobKind]func(say text.Phrases, job storage.JobStatus) telegram.HTML{
		storage.JobInstrument: captionInstrument,
		storage.JobLinks:      captionOfLinks,
		storage.JobPoster:     captionOfPoster,
		storage.JobExport:     captionOfExport,
		storage.JobTemplate:   captionTemplate,
		storage.JobImport:     captionMarked,
		storage.JobApply:      captionMarked,
		storage.JobWorkbook:   captionOfSummary,
		storage.JobData:       captionOfSummary,
	}
}

// composeFile is a file that a job made, for the one who asked for it. A role
// that was taken meanwhile takes the file with it.
func (b *Bot) composeFile(ctx context.Context, d storage.Delivery, account storage.Account) (outgoing, storage.Outcome, error) {
	file, job, err := b.store.OutgoingFile(ctx, d.FileID)
	if storage.IsCode(err, storage.NotFound) {
		return outgoing{}, storage.Outcome{State: storage.Unneeded, Reason: "the file is gone"}, nil
	}
	if err != nil {
		return outgoing{}, storage.Outcome{}, fmt.Errorf("read the file of a delivery: %w", err)
	}
	if !mayReceive(account, job) {
		return outgoing{}, storage.Outcome{State: storage.Unneeded, Reason: "no role for it any more"}, nil
	}
	message := telegram.Message{Chat: d.AccountID}
	if caption := b.captions[job.Kind]; caption != nil {
		message.Text = caption(b.texts.In(account.Language), job)
	}
	return outgoing{Message: message, file: &file, sharp: job.Kind == storage.JobPoster}, storage.Outcome{}, nil
}
