package bot

import (
	"context"
	"errors"

	"pascalatih/storage"
	"pascalatih/survey/document"
)

// applySent does a job of kind apply: it carries out what a preview showed, or
// shows another preview where the database has changed since.
func (b *Bot) applySent(ctx context.Context, job storage.Job) error {
	order, err := told[storage.Applying](job)
	if err != nil {
		return err
	}
	file, err := b.store.GivenFile(ctx, order.Import, b.clock.Now())
	if storage.IsCode(err, storage.NotFound) {
		return b.store.KeepResult(ctx, job, imported{Refused: "import.expired"})
	}
	if err != nil {
		return err
	}
	_, seen, err := b.cameOf(ctx, order.Shown)
	if err != nil {
		return err
	}
	read, err := b.parse(ctx, file)
	if err != nil {
		return b.keepRefused(ctx, job, file, read.kind, err)
	}
	came, err := b.carryOut(ctx, read, seen, order.Source)
	if err != nil {
		return b.keepRefused(ctx, job, file, read.kind, err)
	}
	return b.store.KeepResult(ctx, job, came)
}

// carryOut does what was seen in a preview. Where it is not what would be done any
// more, it gives a new preview.
func (b *Bot) carryOut(ctx context.Context, read content, seen imported, src storage.Source) (imported, error) {
	came := imported{Kind: read.kind}
	var err error
	switch read.kind {
	case document.Holidays:
		var expected storage.Changes
		if seen.Holidays != nil {
			expected = seen.Holidays.Counts
		}
		var now storage.HolidayPreview
		now, err = b.store.ImportHolidays(ctx, read.holidays, expected, src, b.clock.Now())
		came.Holidays = &now
		if errors.Is(err, storage.ErrRepeated) {
			came.Holidays = seen.Holidays
		}
	case document.Instrument:
		_, _, err = b.store.Publish(ctx, read.form, src, b.clock.Now())
		came.Form = &formPreview{formSummary: summaryOf(read.form), Published: true}
	default:
		var expected storage.ImportCounts
		if seen.Roster != nil {
			expected = seen.Roster.Counts
		}
		var now storage.ImportPreview
		now, err = b.store.ImportSeen(ctx, read.roster, expected, src, b.clock.Now())
		came.Roster = &now
	}
	refusal, refused := errors.AsType[*storage.Error](err)
	switch {
	case err == nil, errors.Is(err, storage.ErrRepeated):
		came.Applied = true
		return came, nil
	case refused && refusal.Code == storage.Refused && refusal.Detail["reason"] == "changed":
		return came, nil
	}
	return imported{}, err
}
