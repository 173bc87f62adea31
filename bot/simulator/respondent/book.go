package respondent

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/sheet"
)

// Book is what one person pressed and wrote in one form and saw accepted. It is
// kept on the person's side, and knows nothing of the program's.
type Book struct {
	NIP, Training string            // the training's code
	About         string            // the NIP of whom the form is about, where it is not the person
	Answers       map[string]string // by question name, as an export writes them
	Sent          bool              // the thanks were seen, or the complete form was there when the round closed
}

// who is whose book it is, as an export's rows tell it.
func (b *Book) who() string {
	who := b.Training + " " + b.NIP
	if b.About != "" {
		who += " " + b.About
	}
	return who
}

// Report is how an export differs from the books.
type Report struct {
	Checked    int // answers compared
	Lost       []string
	Doubled    []string
	Changed    []string
	Unexpected []string // answers that nobody remembers to have given
}

// Clean tells whether there is no difference.
func (r Report) Clean() bool {
	return len(r.Lost)+len(r.Doubled)+len(r.Changed)+len(r.Unexpected) == 0
}

// Differences are all of them, a line each.
func (r Report) Differences() []string {
	var all []string
	for _, kind := range []struct {
		name  string
		lines []string
	}{{"lost", r.Lost}, {"doubled", r.Doubled}, {"changed", r.Changed}, {"unexpected", r.Unexpected}} {
		for _, line := range kind.lines {
			all = append(all, kind.name+": "+line)
		}
	}
	return all
}

// Of are the differences in one training.
func (r Report) Of(training string) Report {
	of := func(lines []string) []string {
		return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.HasPrefix(line, training+" ") })
	}
	return Report{Lost: of(r.Lost), Doubled: of(r.Doubled), Changed: of(r.Changed), Unexpected: of(r.Unexpected)}
}

// Plus is both reports in one.
func (r Report) Plus(other Report) Report {
	return Report{
		Checked:    r.Checked + other.Checked,
		Lost:       slices.Concat(r.Lost, other.Lost),
		Doubled:    slices.Concat(r.Doubled, other.Doubled),
		Changed:    slices.Concat(r.Changed, other.Changed),
		Unexpected: slices.Concat(r.Unexpected, other.Unexpected),
	}
}

// Compare holds exports (wide, as CSV, with names, of one form's rounds) against
// the books, answer by answer.
func Compare(form survey.Instrument, books []*Book, exports ...io.Reader) (Report, error) {
	rows := map[string][]map[string]string{}
	for _, export := range exports {
		if err := readExport(export, rows); err != nil {
			return Report{}, err
		}
	}
	var report Report
	for _, book := range books {
		key := book.who()
		if book.Sent {
			report.compare(form, book, rows[key])
			delete(rows, key)
		}
	}
	for key, left := range rows {
		for range left {
			report.Unexpected = append(report.Unexpected, key+": a response that its person did not see sent")
		}
	}
	slices.Sort(report.Unexpected)
	return report, nil
}

// readExport adds an export's rows by training and NIP.
func readExport(export io.Reader, rows map[string][]map[string]string) error {
	records, err := csv.NewReader(export).ReadAll()
	if err != nil {
		return fmt.Errorf("read an export: %w", err)
	}
	if len(records) == 0 {
		return fmt.Errorf("read an export: it has no header")
	}
	header := records[0]
	header[0] = strings.TrimPrefix(header[0], "\uFEFF")
	for _, record := range records[1:] {
		row := make(map[string]string, len(header))
		for i, name := range header {
			row[name] = sheet.Unescape(record[i])
		}
		key := row["training"] + " " + row["nip"]
		if about := row["nip_subjek"]; about != "" {
			key += " " + about
		}
		rows[key] = append(rows[key], row)
	}
	return nil
}

func (r *Report) compare(form survey.Instrument, book *Book, rows []map[string]string) {
	who := book.who()
	if len(rows) > 1 {
		r.Doubled = append(r.Doubled, fmt.Sprintf("%s: %d responses", who, len(rows)))
	}
	for _, question := range form.Questions {
		if !question.Kind.Asks() {
			continue
		}
		given, exported := book.Answers[question.Name], ""
		if len(rows) > 0 {
			exported = rows[0][question.Name]
		}
		at := who + " " + question.Name
		switch {
		case given == "" && exported == "":
			continue
		case exported == "":
			r.Lost = append(r.Lost, fmt.Sprintf("%s: gave %q, exported nothing", at, given))
		case given == "":
			r.Unexpected = append(r.Unexpected, fmt.Sprintf("%s: gave nothing, exported %q", at, exported))
		case given != exported:
			r.Changed = append(r.Changed, fmt.Sprintf("%s: gave %q, exported %q", at, given, exported))
		}
		r.Checked++
	}
}
