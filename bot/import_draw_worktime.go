package bot

import (
	"fmt"

	"pascalatih/storage"
	"pascalatih/survey/text"
)

// previewTitle is the text above the preview of a roster: a file may tell of
// nothing but when people work.
func previewTitle(counts storage.ImportCounts) string {
	for _, kind := range []storage.Changes{counts.Employees, counts.Trainings, counts.Participants} {
		if kind != (storage.Changes{}) {
			return "import.roster"
		}
	}
	return "import.worktime"
}

// writeNewHours writes the first working hours that are new.
func writeNewHours(p *page, say text.Phrases, preview storage.ImportPreview) {
	if len(preview.Added) == 0 {
		return
	}
	p.gap()
	p.text(say.Say("import.added_hours", nil))
	for _, hours := range preview.Added {
		p.line()
		p.text("• " + say.Days(hours.From, hours.To) + ": " + say.Say("import.hours_from_to", map[string]any{
			"Opens": valueInWords(say, hours.Opens), "Closes": valueInWords(say, hours.Closes)}))
		if hours.Name != "" {
			p.text(" (" + beginningOf(hours.Name, longestValue) + ")")
		}
	}
	if more := preview.Counts.Hours.New - len(preview.Added); more > 0 {
		p.line()
		p.text(say.Say("import.more", map[string]any{"Count": more}))
	}
}

// whatDiffers names a row that would change: by its name and its key, or by the one
// of them that it has.
func whatDiffers(say text.Phrases, d storage.Difference) string {
	name := beginningOf(d.Name, longestValue)
	switch {
	case d.Key == "":
		return name
	case name == "":
		return valueInWords(say, d.Key)
	}
	return fmt.Sprintf("%s (%s)", name, valueInWords(say, d.Key))
}
