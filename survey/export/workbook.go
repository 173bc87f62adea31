package export

import (
	"io"

	"pascalatih/survey"
	"pascalatih/survey/sheet"
)

// The names of the sheets.
const (
	dataSheet     = "data"
	codebookSheet = "kodebuku"
)

type workbook struct {
	out      io.Writer
	writer   *sheet.Writer
	codebook [][]string // its header first
}

func newWorkbook(out io.Writer, codebook [][]string) (workbook, error) {
	writer, err := sheet.NewWriter()
	return workbook{out: out, writer: writer, codebook: codebook}, err
}

func (w workbook) header(names []string) error { return w.writer.Sheet(dataSheet, names...) }

func (w workbook) row(cells []cell) error {
	entries := make([]sheet.Entry, len(cells))
	for i, cell := range cells {
		entries[i] = cell.entry()
	}
	return w.writer.Row(entries...)
}

func (w workbook) finish() error {
	if err := w.writer.Sheet(codebookSheet, w.codebook[0]...); err != nil {
		return err
	}
	for _, row := range w.codebook[1:] {
		entries := make([]sheet.Entry, len(row))
		for i, text := range row {
			entries[i] = sheet.Prose(text)
		}
		if err := w.writer.Row(entries...); err != nil {
			return err
		}
	}
	return w.writer.Finish(w.out)
}

func (w workbook) close() error { return w.writer.Close() }

func (c cell) entry() sheet.Entry {
	switch c.kind {
	case survey.Scale, survey.Integer, survey.Decimal:
		return sheet.Amount(c.value)
	case survey.Date:
		return sheet.Day(c.value)
	}
	return sheet.Words(c.value)
}
