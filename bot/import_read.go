package bot

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/document"
	"pascalatih/survey/roster"
	"pascalatih/survey/sheet"
	"pascalatih/survey/text"
	"pascalatih/survey/xlsform"
)

// imported is what came of a file that somebody sent: why nothing could be made
// of it, what is wrong in it, what it would change, or what it did change. It is
// kept as the result of the job, for the message that follows that.
type imported struct {
	Kind document.Kind `json:"kind,omitempty"`
	// Refused is why nothing could be made of it: a key of the texts, or Reason in
	// the words of who read it.
	Refused string         `json:"refused,omitempty"`
	Reason  survey.Text    `json:"reason,omitempty"`
	Detail  map[string]any `json:"detail,omitempty"` // that the text puts in

	Faults []survey.Text `json:"faults,omitempty"` // the first few, a line each
	Wrong  int           `json:"wrong,omitempty"`  // how many there are
	Marked bool          `json:"marked,omitempty"` // the file goes back with all of them

	Roster   *storage.ImportPreview  `json:"roster,omitempty"`
	Holidays *storage.HolidayPreview `json:"holidays,omitempty"`
	Form     *formPreview            `json:"form,omitempty"`
	Applied  bool                    `json:"applied,omitempty"` // all of this is done
}

// formPreview is an instrument that is to be published.
type formPreview struct {
	formSummary
	Published bool `json:"published"` // it was before, with this content
}

// content is a file that was read.
type content struct {
	kind     document.Kind
	roster   roster.Roster
	holidays []roster.Holiday
	form     survey.Instrument
}

// The steps of reading a file, as the message that follows it counts them.
const (
	stepFetched = iota + 1
	stepRead
	stepCompared
)

// readSent does a job of kind import: it fetches the file, tells what it would
// change, and keeps it for a day to be applied. A file of which nothing can be made
// is not kept.
func (b *Bot) readSent(ctx context.Context, job storage.Job) error {
	file, err := b.fetchSent(ctx, job)
	if kind := telegram.KindOf(err); kind == telegram.TooLarge {
		return b.store.KeepResult(ctx, job, imported{Refused: "import.too_large"})
	} else if kind == telegram.Gone || kind == telegram.Refused {
		return b.store.KeepResult(ctx, job, imported{Refused: "import.gone"})
	}
	if err != nil {
		return err
	}
	if err := b.store.NoteJob(ctx, job, stepFetched, stepCompared); err != nil {
		return err
	}
	read, err := b.parse(ctx, file)
	if err != nil {
		return b.keepRefused(ctx, job, file, read.kind, err)
	}
	if err := b.store.NoteJob(ctx, job, stepRead, stepCompared); err != nil {
		return err
	}
	came, err := b.preview(ctx, read)
	if err != nil {
		return b.keepRefused(ctx, job, file, read.kind, err)
	}
	if err := b.store.KeepFile(ctx, job, file, b.clock.Now()); err != nil {
		return err
	}
	return b.store.KeepResult(ctx, job, came)
}

// fetchSent gives the file of a job: the one that is kept, or Telegram's.
func (b *Bot) fetchSent(ctx context.Context, job storage.Job) (storage.File, error) {
	file, err := b.store.GivenFile(ctx, job.ID, b.clock.Now())
	if !storage.IsCode(err, storage.NotFound) {
		return file, err
	}
	sent, err := told[sentFile](job)
	if err != nil {
		return storage.File{}, err
	}
	file.Name = sent.Name
	err = b.line.insist(ctx, func() error {
		file.Data, err = b.client.Download(ctx, sent.File, telegram.MaxDownload)
		return err
	}, passing)
	if err != nil {
		return storage.File{}, fmt.Errorf("fetch the file of job %d: %w", job.ID, err)
	}
	return file, nil
}

// parse reads a file, as what it is by its content. What is wrong with it comes as
// *sheet.Unreadable, roster.Errors or xlsform.Errors.
func (b *Bot) parse(ctx context.Context, file storage.File) (content, error) {
	kind, tables, err := document.Recognise(file.Data)
	read := content{kind: kind}
	if err != nil {
		return read, err
	}
	switch kind {
	case document.Holidays:
		read.holidays, err = roster.ParseHolidays(file.Name, tables)
	case document.Instrument:
		read.form, err = xlsform.ReadWorkbook(file.Data, func(in survey.Instrument) error { return b.store.CheckEarlier(ctx, in) })
	case document.Roster:
		if read.roster, err = roster.ParseTables(file.Name, tables); err == nil {
			read.roster, err = roster.Merge(read.roster)
		}
	}
	return read, err
}

// preview tells what a file would change.
func (b *Bot) preview(ctx context.Context, read content) (imported, error) {
	came := imported{Kind: read.kind}
	switch read.kind {
	case document.Holidays:
		preview, err := b.store.PreviewHolidays(ctx, read.holidays)
		came.Holidays = &preview
		return came, err
	case document.Instrument:
		published, err := b.store.IsPublished(ctx, read.form)
		came.Form = &formPreview{formSummary: summaryOf(read.form), Published: published}
		return came, err
	}
	preview, err := b.store.PreviewImport(ctx, read.roster)
	came.Roster = &preview
	return came, err
}

// keepRefused keeps what is wrong with a file as what came of the job; an error
// that is not the file's stays one. A roster or a list of holidays goes back with
// its faults marked.
func (b *Bot) keepRefused(ctx context.Context, job storage.Job, file storage.File, kind document.Kind, err error) error {
	came := imported{Kind: kind}
	unreadable, isUnreadable := errors.AsType[*sheet.Unreadable](err)
	cells, areCells := errors.AsType[roster.Errors](err)
	wrong, isForm := errors.AsType[xlsform.Errors](err)
	refusal, isRefusal := errors.AsType[*storage.Error](err)
	switch {
	case isUnreadable:
		came.Reason = unreadable.Reason
	case areCells:
		for _, cell := range cells[:min(faultsShown, len(cells))] {
			cell.File = "" // there is only this one
			came.Faults = append(came.Faults, inBoth(cell.In))
		}
		came.Wrong = cells.Count()
		if came.Marked, err = b.handBackMarked(ctx, job, file, cells); err != nil {
			return err
		}
	case isForm:
		for _, one := range wrong[:min(faultsShown, len(wrong))] {
			came.Faults = append(came.Faults, inBoth(one.In))
		}
		came.Wrong = len(wrong)
	case isRefusal && refusal.Code == storage.OtherContent:
		came.Refused, came.Detail = "import.other_content", map[string]any{"Key": refusal.Detail["key"], "Version": refusal.Detail["version"]}
	default:
		return err
	}
	return b.store.KeepResult(ctx, job, came)
}

// faultsShown is how many of a file's faults its message lists.
const faultsShown = 5

// inBoth is a line in both languages: which one is read is decided when it is
// shown.
func inBoth(in func(language string) string) survey.Text {
	return survey.Text{"id": in("id"), "en": in("en")}
}

// handBackMarked sends the file back with its faults marked, and tells whether
// that could be done.
func (b *Bot) handBackMarked(ctx context.Context, job storage.Job, file storage.File, faults roster.Errors) (bool, error) {
	account, err := b.asker(ctx, job)
	if err != nil {
		return false, err
	}
	marked, err := roster.Mark(file.Name, file.Data, faults, b.texts.In(account.Language))
	if err != nil {
		b.log.Warn("file not marked", "job", job.ID, "err", err)
		return false, nil
	}
	return true, b.store.HandOut(ctx, job, storage.File{Name: markedName(file.Name), Data: marked}, b.clock.Now())
}

// markedName is what a file is called that goes back marked.
func markedName(name string) string {
	name = strings.TrimSuffix(path.Base(strings.ReplaceAll(name, `\`, "/")), path.Ext(name))
	if strings.Trim(name, "./ ") == "" {
		name = "berkas"
	}
	const most = 40 // characters: with what follows it is a file's name everywhere
	return beginningOf(name, most) + "-kesalahan.xlsx"
}

func captionMarked(say text.Phrases, _ storage.JobStatus) telegram.HTML {
	return plain(say.Say("import.marked", nil))
}
