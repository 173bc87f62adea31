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

type csvFile struct{ out *csv.Writer }

// newCSV begins a file with the mark by which Excel knows UTF-8.
func newCSV(out io.Writer) (csvFile, error) {
	const mark = "\uFEFF"
	if _, err := io.WriteString(out, mark); err != nil {
		return csvFile{}, fmt.Errorf("beginning a CSV file: %w", err)
	}
	return csvFile{out: csv.NewWriter(out)}, nil
}

func (f csvFile) header(names []string) error { return f.write(names) }

func (f csvFile) row(cells []cell) error {
	record := make([]string, len(cells))
	for i, cell := range cells {
		record[i] = escape(cell.value)
	}
	return f.write(record)
}

func (f csvFile) write(record []string) error {
	if err := f.out.Write(record); err != nil {
		return fmt.Errorf("writing a CSV file: %w", err)
	}
	return nil
}

func (f csvFile) finish() error {
	f.out.Flush()
	if err := f.out.Error(); err != nil {
		return fmt.Errorf("writing a CSV file: %w", err)
	}
	return nil
}

func (f csvFile) close() error { return nil }

// escape keeps a spreadsheet from taking what people wrote for a formula.
func escape(value string) string {
	if plainNumber.MatchString(value) {
		return value
	}
	return sheet.Escape(value)
}
