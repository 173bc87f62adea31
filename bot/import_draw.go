package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// drawImport draws the message that follows a file: that it is being read or
// applied, and then what came of it.
func (b *Bot) drawImport(_ context.Context, say text.Phrases, job storage.JobStatus) (screen, bool, error) {
	if job.State != storage.JobDone {
		key := "import.reading"
		if job.Kind == storage.JobApply {
			key = "import.applying"
		}
		return screen{Text: write(func(p *page) {
			if job.Total > 0 {
				p.text(bar(job.Done, job.Total))
				p.line()
			}
			p.text(say.Say(key, nil))
		})}, false, nil
	}
	came, err := readImported(job)
	return drawImported(say, job, came), true, err
}

// drawImported draws what came of a file.
func drawImported(say text.Phrases, job storage.JobStatus, came imported) screen {
	switch {
	case !came.Reason.IsEmpty():
		return screen{Text: plain(came.Reason.In(say.Language()))}
	case came.Refused != "":
		return screen{Text: plain(say.Say(came.Refused, came.Detail))}
	case len(came.Faults) > 0:
		return drawFaults(say, came)
	case came.Form != nil:
		return drawForm(say, job, came)
	case came.Holidays != nil:
		return drawHolidays(say, job, came)
	case came.Roster != nil:
		return drawRoster(say, job, came)
	}
	return screen{Text: plain(say.Say("import.expired", nil))} // it is forgotten
}

// drawFaults lists the first faults of a file, and says what to do.
func drawFaults(say text.Phrases, came imported) screen {
	return screen{Text: write(func(p *page) {
		p.bold(say.Say("import.faults", map[string]any{"Count": came.Wrong}))
		p.line()
		for _, fault := range came.Faults {
			p.line()
			p.text("• " + fault.In(say.Language()))
		}
		if more := came.Wrong - len(came.Faults); more > 0 {
			p.line()
			p.text(say.Say("import.more", map[string]any{"Count": more}))
		}
		p.gap()
		if came.Marked {
			p.text(say.Say("import.marked_follows", nil))
			return
		}
		p.text(say.Say("import.mend", nil))
	})}
}

// confirming are the buttons below a preview.
func confirming(say text.Phrases, job int64, yes string) telegram.Keyboard {
	return telegram.Keyboard{{importButton(say.Say(yes, nil), job, doConfirm), importButton(say.Say("button.cancel", nil), job, doDeny)}}
}

func importButton(label string, job int64, verb string) telegram.Button {
	return telegram.Button{Text: label, Data: tap{Kind: importTap, ID: job, Verb: verb}.data()}
}

// head begins what came of a file: what it is, or that it is done, or that it has
// to be looked at again.
func head(p *page, say text.Phrases, job storage.JobStatus, applied bool, what string) {
	switch {
	case applied:
		p.bold(say.Say("import.applied", nil))
	case job.Kind == storage.JobApply:
		p.text(say.Say("import.overtaken", nil))
		p.gap()
		p.bold(say.Say(what, nil))
	default:
		p.bold(say.Say(what, nil))
	}
}

// manyMissing tells whether more are missing in a roster than can be those who
// left: it is one of a part of the office, then.
func manyMissing(preview storage.ImportPreview) bool { return len(preview.Missing)*5 > preview.Present }

func drawRoster(say text.Phrases, job storage.JobStatus, came imported) screen {
	preview := *came.Roster
	missing := len(preview.Missing)
	fresh := preview.Counts.Any() && !came.Applied
	var keyboard telegram.Keyboard
	switch {
	case fresh:
		keyboard = confirming(say, job.ID, "button.apply")
	case missing > 0 && manyMissing(preview):
		keyboard = telegram.Keyboard{{importButton(say.Say("button.not_listed", nil), job.ID, doMissing)}}
	case missing > 0:
		keyboard = telegram.Keyboard{{importButton(say.Say("button.look_through", nil), job.ID, doMissing),
			importButton(say.Say("button.keep_all", nil), job.ID, doKeepAll)}}
	}
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		if !fresh && !came.Applied {
			p.bold(say.Say("import.nothing_new", nil))
		} else {
			head(p, say, job, came.Applied, previewTitle(preview.Counts))
			p.line()
			writeImportCounts(p, say, preview.Counts)
		}
		if fresh {
			writeNewHours(p, say, preview)
			c := preview.Counts
			writeDifferences(p, say, preview.Examples, c.Employees.Changed+c.Trainings.Changed+c.Units.Changed+c.Hours.Changed)
		}
		if missing == 0 {
			return
		}
		p.gap()
		key := "import.missing_kept"
		if !fresh && !manyMissing(preview) {
			key = "import.missing_ask"
		}
		p.text(say.Say(key, map[string]any{"Number": say.Count(missing)}))
	})}
}

// writeImportCounts writes what is new, changed and unchanged, a line for each kind that
// the file has.
func writeImportCounts(p *page, say text.Phrases, counts storage.ImportCounts) {
	for _, kind := range []struct {
		key string
		storage.Changes
	}{{"units", counts.Units}, {"employees", counts.Employees}, {"trainings", counts.Trainings}, {"participants", counts.Participants}, {"hours", counts.Hours}} {
		if kind.Any() || kind.Unchanged > 0 {
			p.line()
			p.text(say.Say("import."+kind.key, nil) + ": " + changesInWords(say, kind.Changes))
		}
	}
}

func changesInWords(say text.Phrases, c storage.Changes) string {
	var parts []string
	for _, part := range []struct {
		key   string
		count int
	}{{"import.new", c.New}, {"import.changed", c.Changed}, {"import.unchanged", c.Unchanged}} {
		if part.count > 0 {
			parts = append(parts, say.Say(part.key, map[string]any{"Number": say.Count(part.count)}))
		}
	}
	return strings.Join(parts, ", ")
}

// writeDifferences writes the first rows that change, before and after.
func writeDifferences(p *page, say text.Phrases, some []storage.Difference, all int) {
	if len(some) == 0 {
		return
	}
	p.gap()
	p.text(say.Say("import.differences", nil))
	for _, d := range some {
		var parts []string
		if d.Returns {
			parts = append(parts, say.Say("import.returns", nil))
		}
		for _, field := range d.Fields {
			parts = append(parts, fmt.Sprintf("%s %s → %s", field.Column, valueInWords(say, field.Before), valueInWords(say, field.After)))
		}
		p.line()
		p.text("• " + whatDiffers(say, d) + ": " + strings.Join(parts, "; "))
	}
	if more := all - len(some); more > 0 {
		p.line()
		p.text(say.Say("import.more", map[string]any{"Count": more}))
	}
}

// longestValue is how much a preview quotes of a cell: enough to know it again.
const longestValue = 60

// valueInWords is a cell's value as people read it.
func valueInWords(say text.Phrases, value string) string {
	if value == "" {
		return say.Say("import.empty", nil)
	}
	if day, err := time.Parse(time.DateOnly, value); err == nil {
		return say.Day(day)
	}
	if at, err := time.Parse("15:04", value); err == nil {
		return say.TimeOfDay(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
	}
	return beginningOf(value, longestValue)
}

func drawHolidays(say text.Phrases, job storage.JobStatus, came imported) screen {
	preview := *came.Holidays
	if !preview.Counts.Any() {
		return screen{Text: plain(say.Say("import.nothing_new", nil))}
	}
	var keyboard telegram.Keyboard
	if !came.Applied {
		keyboard = confirming(say, job.ID, "button.apply")
	}
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		head(p, say, job, came.Applied, "import.holidays")
		p.line()
		for _, year := range preview.Years {
			if changes := (storage.Changes{New: year.New, Changed: year.Changed}); changes.Any() {
				p.line()
				p.text(strconv.Itoa(year.Year) + ": " + changesInWords(say, changes))
			}
		}
		if came.Applied {
			return
		}
		if len(preview.Added) > 0 {
			p.gap()
			p.text(say.Say("import.added", nil))
		}
		for _, holiday := range preview.Added {
			key := "import.national"
			if holiday.Joint {
				key = "import.joint"
			}
			p.line()
			p.text(fmt.Sprintf("• %s · %s (%s)", say.Day(holiday.Day), beginningOf(holiday.Name, longestValue), say.Say(key, nil)))
		}
		if more := preview.Counts.New - len(preview.Added); more > 0 {
			p.line()
			p.text(say.Say("import.more", map[string]any{"Count": more}))
		}
		writeDifferences(p, say, preview.Examples, preview.Counts.Changed)
	})}
}

func drawForm(say text.Phrases, job storage.JobStatus, came imported) screen {
	form := *came.Form
	data := map[string]any{"Title": form.Title.In(say.Language()), "Version": form.Version}
	switch {
	case came.Applied:
		return screen{Text: plain(say.Say("import.published", data))}
	case form.Published:
		return screen{Text: plain(say.Say("import.published_before", data))}
	}
	return screen{Buttons: confirming(say, job.ID, "button.publish"), Text: write(func(p *page) {
		writeInstrument(p, say, form.formSummary)
		p.gap()
		p.text(say.Say("import.form_final", nil))
	})}
}
