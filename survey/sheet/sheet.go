// Package sheet reads the tables that people keep in spreadsheets: workbooks
// (.xlsx) and CSV files, told apart by what is in them. It knows of each cell
// whether it is text, a number or a formula; nothing is evaluated.
package sheet

import (
	"bytes"
	"fmt"
	"strings"

	"pascalatih/survey"
)

// Kind is what a cell holds.
type Kind int

// The kinds of cells. Every cell of a CSV file is text.
const (
	Text    Kind = iota
	Number       // also a date: see Date
	Formula      // its value is what was computed last, and not to be relied on
)

// Cell is one cell. Its Value has no spaces around it, no NUL and no invalid
// UTF-8, and is freed of the apostrophe that Escape adds. A number's is the plain
// one, whatever the cell's format shows.
type Cell struct {
	Value string
	Kind  Kind
	// Date is the day a number stands for where it is one ("2026-06-27"), else
	// empty.
	Date string
}

// Row is a row that holds something. What lies beyond its last cell is empty.
type Row struct {
	Number int // as a spreadsheet counts, from 1
	Cells  []Cell
}

// Cell is the one in a column, counted from 0; empty where there is none.
func (r Row) Cell(column int) Cell {
	if column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

// Table is a sheet of a workbook, or a CSV file, without its empty rows.
type Table struct {
	Name string // the sheet's; empty for a CSV file
	Rows []Row
}

// Unreadable says why a file could not be read at all.
type Unreadable struct {
	Row    int // where known, else 0
	Reason survey.Text
}

// Error is the reason in English.
func (u *Unreadable) Error() string { return u.Reason.In("en") }

// MaxBytes is how large a file may be.
const MaxBytes = 20 << 20

// Read reads a file's tables, the sheets of a workbook in their order or the one
// table of a CSV file. What is neither, or is too large or damaged, gives
// *Unreadable.
func Read(data []byte) ([]Table, error) {
	switch {
	case len(data) > MaxBytes:
		return nil, unreadable(0,
			fmt.Sprintf("Berkas ini lebih besar dari %d MB. Mohon hapus gambar dan lembar yang tidak perlu, atau bagi menjadi beberapa berkas.", MaxBytes>>20),
			fmt.Sprintf("This file is larger than %d MB. Please remove pictures and sheets that are not needed, or split it into several files.", MaxBytes>>20))
	case len(bytes.TrimSpace(data)) == 0:
		return nil, unreadable(0, "Berkas ini kosong.", "This file is empty.")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readWorkbook(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, refuseOLE(data)
	case bytes.HasPrefix(data, []byte("%PDF")):
		return nil, unreadable(0,
			"Berkas ini PDF. Mohon kirim berkas Excel (.xlsx) atau CSV.",
			"This file is a PDF. Please send an Excel workbook (.xlsx) or a CSV file.")
	}
	table, err := readCSV(data)
	if err != nil {
		return nil, err
	}
	return []Table{table}, nil
}

// refuseOLE tells the two things apart that begin like an old Office file.
func refuseOLE(data []byte) error {
	if bytes.Contains(data, []byte(strings.Join(strings.Split("EncryptedPackage", ""), "\x00"))) {
		return unreadable(0,
			"Berkas ini dilindungi kata sandi. Mohon simpan tanpa kata sandi, lalu kirim lagi.",
			"This file is protected by a password. Please save it without one and send it again.")
	}
	return unreadable(0,
		"Berkas ini Excel format lama (.xls). Mohon simpan sebagai .xlsx, lalu kirim lagi.",
		"This file has Excel's old format (.xls). Please save it as .xlsx and send it again.")
}

func unreadable(row int, id, en string) error {
	return &Unreadable{Row: row, Reason: survey.Text{"id": id, "en": en}}
}

// clean is a cell's value as Cell documents it.
func clean(value string) string {
	return strings.TrimSpace(Unescape(strings.TrimSpace(survey.Clean(value))))
}
