package bot

import (
	"context"
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
	}
}

// Work does a job.
func (b *Bot) Work(ctx context.Context, job storage.Job) error {
	do, known := b.works[job.Kind]
	if !known {
		return fmt.Errorf("job %d is of the unknown kind %q", job.ID, job.Kind)
	}
	if err := do(b, ctx, job); err != nil {
		return fmt.Errorf("do job %d of kind %s: %w", job.ID, job.Kind, err)
	}
	return nil
}
