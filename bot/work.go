package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"pascalatih/storage"
)

// works are the jobs that the bot does, by their kind. Each may run more than
// once: it finds what it did.
func works() map[storage.JobKind]func(b *Bot, ctx context.Context, job storage.Job) error {
	return map[storage.JobKind]func(b *Bot, ctx context.Context, job storage.Job) error{
		storage.JobRound:      (*Bot).openPlanned,
		storage.JobInstrument: (*Bot).writeWorkbook,
		storage.JobLinks:      (*Bot).makeLinks,
		storage.JobPoster:     (*Bot).makePoster,
		storage.JobExport:     (*Bot).makeExport,
		storage.JobTemplate:   (*Bot).makeTemplate,
		storage.JobImport:     (*Bot).readSent,
		storage.JobApply:      (*Bot).applySent,
		storage.JobWorkbook:   (*Bot).writeSummary,
		storage.JobData:       (*Bot).writeSummary,
	}
}

// rightTo says who may have what a job of this kind makes, and be told of it.
func rightTo(kind storage.JobKind) access {
	switch kind {
	case storage.JobLinks, storage.JobPoster:
		return people
	case storage.JobSummary, storage.JobWorkbook, storage.JobData:
		return readers
	}
	return office
}

// Work does a job. One of somebody whose role was taken meanwhile is not done; a
// planned round is the office's, whoever planned it.
func (b *Bot) Work(ctx context.Context, job storage.Job) error {
	do, known := b.works[job.Kind]
	if !known {
		return fmt.Errorf("job %d is of the unknown kind %q", job.ID, job.Kind)
	}
	if job.Kind != storage.JobRound {
		account, err := b.asker(ctx, job)
		if err != nil {
			return err
		}
		if !rightTo(job.Kind).allows(account) {
			return nil
		}
	}
	if err := do(b, ctx, job); err != nil {
		return fmt.Errorf("do job %d of kind %s: %w", job.ID, job.Kind, err)
	}
	return nil
}

// told is what a job is told.
func told[T any](job storage.Job) (T, error) {
	var payload T
	if err := json.Unmarshal(job.Payload, &payload); err != nil {
		return payload, fmt.Errorf("read what job %d is told: %w", job.ID, err)
	}
	return payload, nil
}

// asker is who asked for a job, as they are now.
func (b *Bot) asker(ctx context.Context, job storage.Job) (storage.Account, error) {
	account, err := b.store.Account(ctx, job.AccountID)
	if err != nil {
		return account, fmt.Errorf("read who asked for job %d: %w", job.ID, err)
	}
	return account, nil
}
