package bot

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
	"pascalatih/survey/xlsform"
)

// mostVersions is how many other versions of an instrument have a button.
const mostVersions = 6

// drawInstrument shows one version of an instrument, below a notice if there is
// one. wish is what tells a wish for its workbook from those that this message
// brought before.
func (b *Bot) drawInstrument(ctx context.Context, say text.Phrases, id, wish int64, notice string) (screen, error) {
	form, err := b.store.Instrument(ctx, id)
	if err != nil {
		return screen{}, fmt.Errorf("read an instrument to show: %w", err)
	}
	use, err := b.store.InstrumentUse(ctx, id)
	if err != nil {
		return screen{}, err
	}
	info, others, err := b.versions(ctx, form.Key, id)
	if err != nil {
		return screen{}, err
	}
	words := write(func(p *page) {
		writeNotice(p, notice)
		writeInstrument(p, say, summaryOf(form))
		p.gap()
		p.text(say.Say("forms.published", map[string]any{"Day": say.Day(info.PublishedAt.In(b.zone))}) + " ")
		if use.Rounds == 0 {
			p.text(say.Say("forms.unused", nil))
		} else {
			p.text(say.Say("forms.used", map[string]any{"Count": use.Rounds, "Open": say.Count(use.Open)}))
		}
	})
	file := tap{Kind: instrumentTap, ID: id, Revision: wish, Verb: doFile}
	keyboard := telegram.Keyboard{{
		instrumentButton(say.Say("button.try_form", nil), doTry, id, 0),
		{Text: say.Say("button.get_form", nil), Data: file.data()},
	}}
	var versions []telegram.Button
	for _, other := range others {
		label := say.Say("button.form_version", map[string]any{"Version": other.Version})
		versions = append(versions, instrumentButton(label, doShow, other.ID, 0))
	}
	keyboard = append(keyboard, rows(versions, 3)...)
	back := instrumentButton(say.Say("button.instruments", nil), doInstruments, 0, 0)
	return screen{Text: words, Buttons: append(keyboard, []telegram.Button{back})}, nil
}

// versions are one version of an instrument, and the latest of the others.
func (b *Bot) versions(ctx context.Context, key string, id int64) (storage.InstrumentInfo, []storage.InstrumentInfo, error) {
	published, err := b.store.Instruments(ctx)
	if err != nil {
		return storage.InstrumentInfo{}, nil, err
	}
	var this storage.InstrumentInfo
	others := slices.DeleteFunc(published, func(info storage.InstrumentInfo) bool {
		if info.ID == id {
			this = info
		}
		return info.Key != key || info.ID == id
	})
	return this, others[:min(mostVersions, len(others))], nil
}

// wantedInstrument is what a job of the kind JobInstrument is told.
type wantedInstrument struct {
	ID      int64  `json:"id"`
	Key     string `json:"key"`
	Version string `json:"version"`
}

// writeWorkbook does the job of writing an instrument as a workbook.
func (b *Bot) writeWorkbook(ctx context.Context, job storage.Job) error {
	wanted, err := told[wantedInstrument](job)
	if err != nil {
		return err
	}
	form, err := b.store.Instrument(ctx, wanted.ID)
	if err != nil {
		return err
	}
	var content bytes.Buffer
	if err := xlsform.WriteWorkbook(&content, form); err != nil {
		return err
	}
	return b.store.HandOut(ctx, job, storage.File{Name: fileName(form.Key, form.Version) + ".xlsx", Data: content.Bytes()}, b.clock.Now())
}

// captionInstrument says what to do with the workbook.
func captionInstrument(say text.Phrases, job storage.JobStatus) telegram.HTML {
	wanted, err := told[wantedInstrument](job.Job)
	if err != nil {
		return "" // the job could not have made the file
	}
	return plain(say.Say("forms.caption", map[string]any{"Key": wanted.Key, "Version": wanted.Version}))
}

// followWorkbook draws the message that follows the workbook: the instrument
// again, once the file is on its way.
func (b *Bot) followWorkbook(ctx context.Context, say text.Phrases, job storage.JobStatus) (screen, bool, error) {
	if job.State != storage.JobDone {
		return screen{Text: plain(say.Say("forms.preparing", nil))}, false, nil
	}
	wanted, err := told[wantedInstrument](job.Job)
	if err != nil {
		return screen{}, false, err
	}
	shown, err := b.drawInstrument(ctx, say, wanted.ID, job.ID, say.Say("forms.ready", nil))
	return shown, true, err
}
