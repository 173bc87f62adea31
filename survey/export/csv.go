package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"

	"pascalatih/survey/sheet"
)

// plainNumber is a number as answers are kept; a spreadsheet reads it as one.
var plainNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

type csvFile struct {
	out    *csv.Writer
	record []string // the last row's, for the next
}

// newCSV begins a file with the mark by which Excel knows UTF-8.
func newCSV(out io.Writer) (*csvFile, error) {
	const mark = "\uFEFF"
	if _, err := io.WriteString(out, mark); err != nil {
		return nil, fmt.Errorf("beginning a CSV file: %w", err)
	}
	return &csvFile{out: csv.NewWriter(out)}, nil
}

func (f *csvFile) header(names []string) error { return f.write(names) }

func (f *csvFile) row(cells []cell) error {
	f.record = f.record[:0]
	for _, cell := range cells {
		f.record = append(f.record, escape(cell.value))
	}
	return f.write(f.record)
}

func (f *csvFile) write(record []string) error {
	if err := f.out.Write(record); err != nil {
		return fmt.Errorf("writing a CSV file: %w", err)
	}
	return nil
}

func (f *csvFile) finish() error {
	f.out.Flush()
	if err := f.out.Error(); err != nil {
		return fmt.Errorf("writing a CSV file: %w", err)
	}
	return nil
}

func (f *csvFile) close() error { return nil }

// escape keeps a spreadsheet from taking what people wrote for a formula.
func escape(value string) string {
	escaped := sheet.Escape(value)
	if escaped != value && plainNumber.MatchString(value) {
		return value
	}
	return escaped
}
