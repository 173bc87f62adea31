package bot

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/report"
	"pascalatih/survey/stats"
)

// lateAfter is how long after its occasion a summary says that it is late.
const lateAfter = time.Hour

// composeSummary renders a summary's message for one reader, with its first
// picture, and says where it may have come before or comes late.
func (b *Bot) composeSummary(ctx context.Context, d storage.Delivery, account storage.Account) (outgoing, storage.Outcome, error) {
	kept, figures, ended, err := b.deliveredSummary(ctx, d, account)
	if err != nil || ended.State != "" {
		return outgoing{}, ended, err
	}
	say := b.texts.In(account.Language)
	missing, err := b.holidaysWanted(ctx, account, "holidays.missing")
	if err != nil {
		return outgoing{}, storage.Outcome{}, err
	}
	page := summaryPage{Bot: b, visit: visit{account: account, say: say, now: b.clock.Now()}, id: kept.ID, figures: figures}
	shown := page.message(report.Notice{
		Late:     d.JobID == 0 && b.clock.Now().Sub(kept.Occasion) > lateAfter,
		Repeated: d.Unknowns > 0,
	}, missing)
	message := outgoing{Message: telegram.Message{Chat: d.AccountID, Text: shown.Text, Buttons: shown.Buttons}}
	if pictures := b.pictures(d, figures, account); len(pictures) > 0 {
		message.file = &storage.File{Name: pictures[0].Name, Data: pictures[0].PNG}
	}
	return message, storage.Outcome{}, nil
}

// composePictures renders a summary's further pictures, once its message is out;
// without it they would say nothing.
func (b *Bot) composePictures(ctx context.Context, d storage.Delivery, account storage.Account) (outgoing, storage.Outcome, error) {
	_, figures, over, err := b.deliveredSummary(ctx, d, account)
	if err != nil || over.State != "" {
		return outgoing{}, over, err
	}
	ended, came, err := b.store.SummaryIsOut(ctx, d)
	switch {
	case err != nil:
		return outgoing{}, storage.Outcome{}, err
	case ended && !came:
		return outgoing{}, storage.Outcome{State: storage.Unneeded, Reason: "its message did not come"}, nil
	case !ended:
		return outgoing{}, storage.Outcome{State: storage.Later, Reason: "its message comes first", After: b.again(soonAgain, d.Attempt)}, nil
	}
	pictures := b.pictures(d, figures, account)
	if len(pictures) < 2 {
		return outgoing{}, storage.Outcome{State: storage.Unneeded, Reason: "no further pictures"}, nil
	}
	message := outgoing{Message: telegram.Message{Chat: d.AccountID}}
	for _, picture := range pictures[1:] {
		message.album = append(message.album, telegram.Picture{Name: picture.Name, Data: picture.PNG})
	}
	if d.Unknowns > 0 {
		message.album[0].Caption = plain(b.texts.In(account.Language).Say("summaries.pictures_repeated", nil))
	}
	return message, storage.Outcome{}, nil
}

// deliveredSummary reads the summary of a delivery, or tells that it is for its
// reader no more.
func (b *Bot) deliveredSummary(ctx context.Context, d storage.Delivery, account storage.Account) (storage.Summary, stats.Figures, storage.Outcome, error) {
	kept, err := b.store.Summary(ctx, d.SummaryID)
	if err != nil {
		return kept, stats.Figures{}, storage.Outcome{}, fmt.Errorf("read the summary of a delivery: %w", err)
	}
	if !mayRead(account, kept.Units) {
		return kept, stats.Figures{}, storage.Outcome{State: storage.Unneeded, Reason: "no role for it any more"}, nil
	}
	figures, err := kept.Read()
	return kept, figures, storage.Outcome{}, err
}

// pictures draws a summary. Without its pictures it is worth sending still.
func (b *Bot) pictures(d storage.Delivery, figures stats.Figures, account storage.Account) []report.Picture {
	pictures, err := b.drawn(figures, account)
	if err != nil {
		b.log.Error("pictures cannot be drawn", "delivery", d.ID, "summary", d.SummaryID, "err", err)
		return nil
	}
	return pictures
}

// drawn is a summary's pictures. A panic among the letters and lines is an error
// like any other.
func (b *Bot) drawn(figures stats.Figures, account storage.Account) (pictures []report.Picture, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			pictures, err = nil, fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return report.Pictures(figures, b.texts.In(account.Language), b.zone)
}
