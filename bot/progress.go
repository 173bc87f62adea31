package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// follower draws the message that follows a job of one kind, and tells whether
// that has ended: then the message stays as it is.
type follower func(b *Bot, ctx context.Context, say text.Phrases, job storage.JobStatus) (shown screen, ended bool, err error)

// followers draw the messages that follow jobs, by the job's kind.
func followers() map[storage.JobKind]follower {
	return map[storage.JobKind]follower{
		storage.JobRound:      (*Bot).drawPlanned,
		storage.JobInstrument: (*Bot).followWorkbook,
		storage.JobLinks:      (*Bot).waitForFile,
		storage.JobPoster:     (*Bot).waitForFile,
		storage.JobExport:     (*Bot).waitForFile,
		storage.JobSummary:    (*Bot).waitForFile,
		storage.JobWorkbook:   (*Bot).waitForFile,
		storage.JobData:       (*Bot).waitForFile,
		storage.JobImport:     (*Bot).drawImport,
		storage.JobApply:      (*Bot).drawImport,
	}
}

// followLimit is how many messages that follow something are looked after at a
// time.
const followLimit = 100

// followAll brings the messages that follow something up to date, and gives when it
// is to look again; zero where there are none.
func (b *Bot) followAll(ctx context.Context) (next time.Time) {
	followed, err := b.store.Followed(ctx, followLimit)
	if err != nil {
		if ctx.Err() == nil {
			b.log.Error("what is followed was not found", "err", err)
		}
		return time.Time{}
	}
	soon := b.clock.Now().Add(sweepEvery)
	for _, p := range followed {
		key := "progress:" + strconv.FormatInt(p.ID, 10)
		look := soon
		switch {
		case b.chats.has(p.AccountID, key): // it is being shown
		case b.moved(ctx, p):
			b.chats.add(p.AccountID, remark{key: key, say: func(ctx context.Context, w calendar.Worker) {
				if err := b.follow(ctx, w, p); err != nil && ctx.Err() == nil {
					b.dropped(p.AccountID, "progress", err)
				}
			}})
		default:
			look = b.stillUntil(ctx, p, soon)
		}
		if next.IsZero() || look.Before(next) {
			next = look
		}
	}
	return next
}

// stillUntil is when what is followed may move by itself: soon, or once the first of
// a round's invitations is due that all wait, be it for the next working morning.
func (b *Bot) stillUntil(ctx context.Context, p storage.Progress, soon time.Time) time.Time {
	if p.RoundID == 0 {
		return soon
	}
	due, waits, err := b.store.NextInvitation(ctx, p.RoundID)
	if err != nil {
		b.dropped(p.AccountID, "progress", err)
		return soon
	}
	if !waits || due.Before(soon) {
		return soon
	}
	return due
}

// moved tells whether a message is behind what it follows. Looking must start
// nothing where there is nothing to show: a virtual clock waits for what is
// started, and then has all look once more.
func (b *Bot) moved(ctx context.Context, p storage.Progress) bool {
	shown, ended, err := b.drawProgress(ctx, p)
	if err != nil {
		b.dropped(p.AccountID, "progress", err)
		return false
	}
	return ended || digestOf(shown) != p.Shown
}

// follow shows what a message follows as it is now. One that cannot be drawn, or
// whose chat does not take it, is given up.
func (b *Bot) follow(ctx context.Context, w calendar.Worker, p storage.Progress) error {
	shown, ended, err := b.drawProgress(ctx, p)
	if err != nil {
		return err
	}
	digest := digestOf(shown)
	if digest == p.Shown && !ended {
		return nil
	}
	if shown.Text == "" { // there is nothing to be told yet, or any more
		p.Shown = digest
		return b.store.ProgressShown(ctx, p, ended, b.clock.Now())
	}
	if p.MessageID == 0 {
		p.MessageID, err = b.send(ctx, w, telegram.Message{Chat: p.AccountID, Text: shown.Text, Buttons: shown.Buttons})
	} else if digest != p.Shown {
		err = b.edit(ctx, w, p.AccountID, p.MessageID, shown.Text, shown.Buttons)
	}
	if kind := telegram.KindOf(err); kind == telegram.Gone || kind == telegram.Refused {
		b.log.Warn("progress given up", "progress", p.ID, "err", err)
		ended, err = true, nil
	}
	if err != nil {
		return err
	}
	p.Shown = digest
	return b.store.ProgressShown(ctx, p, ended, b.clock.Now())
}

func (b *Bot) drawProgress(ctx context.Context, p storage.Progress) (screen, bool, error) {
	account, err := b.store.Account(ctx, p.AccountID)
	if err != nil {
		return screen{}, false, fmt.Errorf("read who follows: %w", err)
	}
	if p.RoundID != 0 {
		return b.drawOutgoing(ctx, account, p.RoundID)
	}
	say := b.texts.In(account.Language)
	job, err := b.store.Job(ctx, p.JobID)
	if err != nil {
		return screen{}, false, fmt.Errorf("read the job that is followed: %w", err)
	}
	if !rightTo(job.Kind).allows(account) { // the role was taken meanwhile
		return screen{}, true, nil
	}
	if job.State == storage.JobFailed {
		return screen{Text: plain(say.Say("core.failed", nil))}, true, nil
	}
	draw, known := b.followers[job.Kind]
	if !known {
		return screen{}, false, fmt.Errorf("job %d of kind %s is not followed", job.ID, job.Kind)
	}
	return draw(b, ctx, say, job)
}

// digestOf tells screens apart.
func digestOf(s screen) string {
	sum := sha256.Sum256(fmt.Append(nil, s.Text, s.Buttons))
	return hex.EncodeToString(sum[:8])
}
