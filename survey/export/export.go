// Package export writes what was sent in a round as a file for further work: a
// CSV file or a workbook, both of the same rows. It is pure; storage reads.
package export

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/text"
)

// Format is a kind of file, named by the ending of its name.
type Format string

// The formats.
const (
	CSV      Format = "csv"
	Workbook Format = "xlsx" // with a codebook
)

// Options say what an export holds.
type Options struct {
	Format  Format
	Long    bool           // a row per answer, instead of one per response
	Names   bool           // NIP and name also where the instrument is confidential
	Zone    *time.Location // in which submitted_on is a date
	Phrases text.Phrases   // in which the codebook explains
}

// Round is the round that is exported.
type Round struct {
	ID         int64
	Training   string // its code; empty for a recurring round
	Instrument survey.Instrument
	// Told are the units that may stand beside an answer where the instrument is
	// confidential, as stats.TellUnits decides.
	Told map[int64]bool
	// Observed: respondents answer about others, whom a further column names.
	Observed bool
}

// ShowsNames tells whether the rows of an export with these options say who sent
// them.
func (r Round) ShowsNames(o Options) bool {
	return r.Instrument.Privacy == survey.Named || r.Instrument.Privacy == survey.Confidential && o.Names
}

// Response is one response as it was sent. What of it is shown is this package's
// part.
type Response struct {
	ID        string
	SentAt    time.Time
	UnitID    int64
	Unit      string
	Code      string // the respondent's, random
	NIP, Name string
	// Of whom it is about, where the round is Observed.
	SubjectCode, SubjectNIP string
	Answers                 []Answer
}

// Answer is one answer of a response.
type Answer struct{ Path, Question, Kind, Value string }

// Writer writes an export: Add for each response in its turn, then Finish. Close
// it in the end, finished or not.
type Writer struct {
	round     Round
	options   Options
	file      file
	asked     []survey.Question // those that have an answer
	positions map[string]int    // of the questions in the form, by name
}

// file is a format's part: it takes rows as they come, the header first, and keeps
// none of their cells.
type file interface {
	header(names []string) error
	row(cells []cell) error
	finish() error
	close() error
}

// cell is a value and the kind of question that it would answer, by which a
// workbook tells text from numbers and dates.
type cell struct {
	value string
	kind  survey.Kind
}

// New begins an export to out, with its header.
func New(out io.Writer, r Round, o Options) (*Writer, error) {
	w := &Writer{round: r, options: o, positions: make(map[string]int)}
	for position, question := range r.Instrument.Questions {
		if question.Kind.Asks() {
			w.asked = append(w.asked, question)
			w.positions[question.Name] = position
		}
	}
	var err error
	switch o.Format {
	case CSV:
		w.file, err = newCSV(out)
	case Workbook:
		w.file, err = newWorkbook(out, w.codebook())
	default:
		return nil, fmt.Errorf("exporting as %q: no such format", o.Format)
	}
	if err != nil {
		return nil, err
	}
	if err := w.file.header(w.columns()); err != nil {
		w.file.close() // the header's error tells more
		return nil, err
	}
	return w, nil
}

// Add adds a response: a row, or one per answer in the form's order.
func (w *Writer) Add(r Response) error {
	row := w.whose(r)
	if w.options.Long {
		return w.addLong(row, r.Answers)
	}
	values := make(map[string]string, len(r.Answers))
	for _, answer := range r.Answers {
		values[answer.Question] = answer.Value
	}
	for _, question := range w.asked {
		row = append(row, cell{value: values[question.Name], kind: question.Kind})
	}
	return w.file.row(row)
}

// Finish completes the file.
func (w *Writer) Finish() error { return w.file.finish() }

// Close lets go of what the writing took.
func (w *Writer) Close() error { return w.file.close() }

func (w *Writer) columns() []string {
	columns := []string{"response_id", "round", "training", "instrument", "version", "submitted_on"}
	columns = append(columns, w.respondentColumns()...)
	if w.options.Long {
		return append(columns, "path", "question", "kind", "value")
	}
	for _, question := range w.asked {
		columns = append(columns, question.Name)
	}
	return columns
}

func (w *Writer) respondentColumns() []string {
	var columns, about []string
	switch w.round.Instrument.Privacy {
	case survey.Named:
		columns, about = []string{"nip", "nama", "unit"}, []string{"nip_subjek"}
	case survey.Confidential:
		columns, about = []string{"kode", "unit"}, []string{"kode_subjek"}
		if w.options.Names {
			columns, about = append(columns, "nip", "nama"), append(about, "nip_subjek")
		}
	}
	if !w.round.Observed {
		return columns
	}
	return append(columns, about...)
}

// whose is the part of a row that tells of the response as a whole.
func (w *Writer) whose(r Response) []cell {
	row := []cell{
		{value: r.ID},
		{value: strconv.FormatInt(w.round.ID, 10), kind: survey.Integer},
		{value: w.round.Training},
		{value: w.round.Instrument.Key},
		{value: w.round.Instrument.Version},
		{value: r.SentAt.In(w.options.Zone).Format(time.DateOnly), kind: survey.Date},
	}
	for _, value := range w.respondent(r) {
		row = append(row, cell{value: value})
	}
	return row
}

// addLong adds a row per answer; whose begins each.
func (w *Writer) addLong(whose []cell, answers []Answer) error {
	answers = slices.Clone(answers)
	slices.SortFunc(answers, func(a, b Answer) int {
		return cmp.Or(cmp.Compare(w.positions[a.Question], w.positions[b.Question]), cmp.Compare(a.Path, b.Path))
	})
	whose = slices.Grow(whose, 4) // once for all rows
	for _, a := range answers {
		row := append(whose, cell{value: a.Path}, cell{value: a.Question}, cell{value: a.Kind},
			cell{value: a.Value, kind: survey.Kind(a.Kind)})
		if err := w.file.row(row); err != nil {
			return err
		}
	}
	return nil
}

// respondent is what respondentColumns hold.
func (w *Writer) respondent(r Response) []string {
	var values, about []string
	switch w.round.Instrument.Privacy {
	case survey.Named:
		values, about = []string{r.NIP, r.Name, r.Unit}, []string{r.SubjectNIP}
	case survey.Confidential:
		if !w.round.Told[r.UnitID] {
			r.Unit = ""
		}
		values, about = []string{r.Code, r.Unit}, []string{r.SubjectCode}
		if w.options.Names {
			values, about = append(values, r.NIP, r.Name), append(about, r.SubjectNIP)
		}
	}
	if !w.round.Observed {
		return values
	}
	return append(values, about...)
}
