package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/roster"
	"pascalatih/survey/text"
)

// importTap is the kind of the taps below what came of a file; ID is the job that
// it came of.
const importTap tapKind = "m"

// doKeepAll leaves everybody in the office whom a file does not list.
const doKeepAll = "keep"

// importing is /impor: it sends a workbook to be filled in.
func (b *Bot) importing(ctx context.Context, v visit, _ string) error {
	order := storage.Order{Kind: storage.JobTemplate, AccountID: v.account.ID}
	_, err := b.store.EnqueueJob(ctx, order, v.source(0), v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return err
	}
	return nil
}

// makeTemplate does a job of kind template.
func (b *Bot) makeTemplate(ctx context.Context, job storage.Job) error {
	account, err := b.asker(ctx, job)
	if err != nil {
		return err
	}
	plans, err := b.store.Plans(ctx)
	if err != nil {
		return err
	}
	keys := make([]string, len(plans))
	for i, plan := range plans {
		keys[i] = plan.Key
	}
	data, err := roster.Template(b.texts.In(account.Language), keys...)
	if err != nil {
		return err
	}
	return b.store.HandOut(ctx, job, storage.File{Name: "impor.xlsx", Data: data}, b.clock.Now())
}

func captionTemplate(say text.Phrases, _ storage.JobStatus) telegram.HTML {
	return plain(say.Say("import.template", nil))
}

// sentFile is what a job of kind import is told: a file at Telegram.
type sentFile struct {
	File string `json:"file"`
	Name string `json:"name"`
}

// received takes a file that somebody sent. A job reads it, and a message follows
// that.
func (b *Bot) received(ctx context.Context, v visit) error {
	if !office.allows(v.account) {
		return b.showPresent(ctx, v, v.say.Say("notice.content", nil))
	}
	file := v.Message.File
	if file.Size > telegram.MaxDownload {
		b.reply(v.Chat.ID, plain(v.say.Say("import.too_large", nil)), nil)
		return nil
	}
	_, err := b.store.EnqueueJob(ctx, storage.Order{
		Kind: storage.JobImport, AccountID: v.account.ID, Followed: true, Payload: sentFile{File: file.ID, Name: file.Name},
	}, v.source(0), v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return err
	}
	ring(b.sweepIt)
	return nil
}

// importTapped handles the buttons below what came of a file.
func (b *Bot) importTapped(ctx context.Context, v visit, t tap) error {
	switch t.Verb {
	case doConfirm:
		id, err := b.store.ApplyStaged(ctx, t.ID, v.source(t.ID), v.now)
		if errors.Is(err, storage.ErrRepeated) {
			return b.showApplied(ctx, v, id)
		}
		if err != nil {
			return b.explainStaged(ctx, v, err)
		}
		ring(b.sweepIt) // the message follows it
		return nil
	case doDeny:
		if err := b.store.CancelStaged(ctx, t.ID, v.source(t.ID), v.now); err != nil {
			return b.explainStaged(ctx, v, err)
		}
		b.react(v, plain(v.say.Say("core.cancelled", nil)), nil)
		return nil
	case doMissing, doKeepAll:
		return b.missingTapped(ctx, v, t)
	}
	return b.refuseTap(ctx, v)
}

// explainStaged says why nothing can be made of a preview any more.
func (b *Bot) explainStaged(ctx context.Context, v visit, err error) error {
	refusal, ok := errors.AsType[*storage.Error](err)
	switch {
	case !ok:
		return err
	case refusal.Code == storage.Closed:
		return b.showApplied(ctx, v, numberIn(refusal.Detail, "job"))
	case refusal.Code == storage.NotFound && refusal.Detail["what"] == "file":
		b.react(v, plain(v.say.Say("import.expired", nil)), nil)
		return nil
	}
	return b.refuseTap(ctx, v)
}

// showApplied shows in the tapped message what came of a preview that was
// confirmed before. While that is under way, its own message tells.
func (b *Bot) showApplied(ctx context.Context, v visit, id int64) error {
	job, err := b.store.Job(ctx, id)
	if err != nil {
		return fmt.Errorf("read what a preview became: %w", err)
	}
	if job.State != storage.JobDone {
		ring(b.sweepIt)
		return nil
	}
	shown, _, err := b.drawImport(ctx, v.say, job)
	if err != nil {
		return err
	}
	b.react(v, shown.Text, shown.Buttons)
	return nil
}

// missingTapped looks through those whom a roster does not list, or leaves them as
// they are.
func (b *Bot) missingTapped(ctx context.Context, v visit, t tap) error {
	job, came, err := b.cameOf(ctx, t.ID)
	if storage.IsCode(err, storage.NotFound) {
		return b.refuseTap(ctx, v)
	}
	if err != nil {
		return err
	}
	if job.AccountID == v.account.ID && isFile(job.Kind) && job.State == storage.JobDone && job.Result == nil {
		b.react(v, plain(v.say.Say("import.expired", nil)), nil)
		return nil
	}
	if job.AccountID != v.account.ID || came.Roster == nil || len(came.Roster.Missing) == 0 {
		return b.refuseTap(ctx, v)
	}
	if t.Verb == doMissing {
		return beginTalk(b, ctx, v, missingDialogue(), missingState{Job: t.ID})
	}
	b.react(v, plain(v.say.Say("import.kept", nil)), nil)
	return nil
}

// cameOf is a job about a file, and what came of it so far.
func (b *Bot) cameOf(ctx context.Context, id int64) (storage.JobStatus, imported, error) {
	job, err := b.store.Job(ctx, id)
	if err != nil {
		return storage.JobStatus{}, imported{}, err
	}
	came, err := readImported(job)
	return job, came, err
}

// isFile tells whether a job is about a file that somebody sent.
func isFile(kind storage.JobKind) bool { return kind == storage.JobImport || kind == storage.JobApply }

// readImported is what came of a job about a file; the zero imported of any other,
// and once it is forgotten.
func readImported(job storage.JobStatus) (imported, error) {
	var came imported
	if job.Result == nil || !isFile(job.Kind) {
		return came, nil
	}
	if err := json.Unmarshal(job.Result, &came); err != nil {
		return imported{}, fmt.Errorf("read what came of job %d: %w", job.ID, err)
	}
	return came, nil
}
