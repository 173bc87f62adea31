package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Writer writes a workbook, sheet by sheet and row by row: Sheet, its Rows, the
// next Sheet, and Finish. Each sheet's header is bold, stays in view and can be
// filtered by; columns are as wide as their first rows need. Close it in the end,
// finished or not.
type Writer struct {
	file   *excelize.File
	styles styles
	sheet  *openSheet // the one being written; nil before the first
	sheets int
}

const (
	measured             = 100   // rows by which columns are made wide
	narrowest, widest    = 6, 80 // the widest thing that is read whole is a personal link
	filterArrow, padding = 3, 2  // what they take beside the words
	// mostLinks is how many of a sheet's links lead somewhere: two each for the 5,000
	// people of a city. Each takes the library as long as all before it (10,000 take
	// a second, 20,000 five), and programs open only some 65,000. The others show
	// their address.
	mostLinks = 10_000
)

// NewWriter is a workbook without sheets.
func NewWriter() (*Writer, error) {
	w := &Writer{file: excelize.NewFile()}
	if err := w.prepare(); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing a workbook: %w", err), w.Close())
	}
	return w, nil
}

func (w *Writer) prepare() error {
	if err := w.file.SetDocProps(&excelize.DocProperties{Creator: "Pascalatih"}); err != nil {
		return err
	}
	var err error
	w.styles, err = newStyles(w.file)
	return err
}

// Sheet ends the sheet before and begins another. It has at least one column. The
// name is one that spreadsheet programs allow.
func (w *Writer) Sheet(name string, header ...string) error {
	if err := w.endSheet(); err != nil {
		return err
	}
	if err := w.addSheet(name); err != nil {
		return fmt.Errorf("adding the sheet %s: %w", name, err)
	}
	stream, err := w.file.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("opening the sheet %s: %w", name, err)
	}
	w.sheet = &openSheet{name: name, stream: stream, header: header, widths: make([]int, len(header))}
	for column, title := range header {
		w.sheet.widths[column] = utf8.RuneCountInString(title) + filterArrow
	}
	return nil
}

// addSheet adds a sheet; a new file already has one, which the first takes over.
func (w *Writer) addSheet(name string) error {
	w.sheets++
	if w.sheets == 1 {
		return w.file.SetSheetName(w.file.GetSheetName(0), name)
	}
	_, err := w.file.NewSheet(name)
	return err
}

// Row adds a row to the sheet that was begun last.
func (w *Writer) Row(entries ...Entry) error {
	s := w.sheet
	s.rows++
	s.measure(entries)
	s.waiting = append(s.waiting, entries)
	if s.rows < measured {
		return nil
	}
	return w.release()
}

// release writes the rows that waited for the columns' widths.
func (w *Writer) release() error {
	s := w.sheet
	if !s.begun {
		if err := s.begin(w.styles.header); err != nil {
			return fmt.Errorf("beginning the sheet %s: %w", s.name, err)
		}
		s.begun = true
	}
	first := s.rows - len(s.waiting) + 1
	for i, entries := range s.waiting {
		if err := w.write(1+first+i, entries); err != nil { // the header is row 1
			return fmt.Errorf("writing row %d of the sheet %s: %w", first+i, s.name, err)
		}
	}
	s.waiting = s.waiting[:0]
	return nil
}

func (w *Writer) write(row int, entries []Entry) error {
	cells := make([]any, len(entries))
	for column, entry := range entries {
		if entry == (Entry{}) {
			continue
		}
		if entry.link != "" && w.sheet.links == mostLinks {
			entry = Words(entry.link)
		}
		cells[column] = excelize.Cell{StyleID: w.styles.of(entry.kind), Value: entry.value()}
		if entry.link == "" {
			continue
		}
		cell, err := excelize.CoordinatesToCellName(column+1, row)
		if err != nil {
			return err
		}
		w.sheet.links++
		if err := w.file.SetCellHyperLink(w.sheet.name, cell, entry.link, "External"); err != nil {
			return err
		}
	}
	return w.sheet.stream.SetRow(fmt.Sprintf("A%d", row), cells)
}

func (w *Writer) endSheet() error {
	if w.sheet == nil {
		return nil
	}
	if err := w.release(); err != nil {
		return err
	}
	if err := w.sheet.end(w.file); err != nil {
		return fmt.Errorf("ending the sheet %s: %w", w.sheet.name, err)
	}
	return nil
}

// Finish ends the last sheet and writes the workbook to out. It has a sheet.
func (w *Writer) Finish(out io.Writer) error {
	if err := w.endSheet(); err != nil {
		return err
	}
	w.sheet = nil
	if err := w.file.Write(out); err != nil {
		return fmt.Errorf("writing a workbook: %w", err)
	}
	return nil
}

// Close removes what a large workbook has put on the disk.
func (w *Writer) Close() error { return w.file.Close() }

// openSheet is a sheet being written.
type openSheet struct {
	name    string
	stream  *excelize.StreamWriter
	header  []string
	widths  []int // of the columns, in characters
	waiting [][]Entry
	rows    int // without the header
	links   int
	begun   bool
}

// measure widens the columns to what a row holds.
func (s *openSheet) measure(entries []Entry) {
	if s.begun {
		return
	}
	for column, entry := range entries {
		if column == len(s.widths) {
			return
		}
		for line := range strings.Lines(entry.words) {
			s.widths[column] = max(s.widths[column], utf8.RuneCountInString(line))
		}
	}
}

// begin writes the columns' widths and the header.
func (s *openSheet) begin(headerStyle int) error {
	for column, width := range s.widths {
		width = padding + min(max(width, narrowest), widest)
		if err := s.stream.SetColWidth(column+1, column+1, float64(width)); err != nil {
			return err
		}
	}
	err := s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	cells := make([]any, len(s.header))
	for column, title := range s.header {
		cells[column] = excelize.Cell{StyleID: headerStyle, Value: title}
	}
	return s.stream.SetRow("A1", cells)
}

// end lets the header filter, and keeps the program from marking every NIP as a
// number that was stored as text.
func (s *openSheet) end(file *excelize.File) error {
	last, err := excelize.CoordinatesToCellName(len(s.header), s.rows+1)
	if err != nil {
		return err
	}
	all := "A1:" + last
	if err := file.AutoFilter(s.name, all, nil); err != nil {
		return err
	}
	if err := file.AddIgnoredErrors(s.name, all, excelize.IgnoredErrorsNumberStoredAsText); err != nil {
		return err
	}
	return s.stream.Flush()
}
