package sheet

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Edit makes a change to a workbook and gives it back; what the change does not
// touch stays. A workbook that Read would not read gives *Unreadable.
func Edit(data []byte, change func(*excelize.File) error) (edited []byte, err error) {
	defer func() {
		if recover() != nil {
			edited, err = nil, damaged()
		}
	}()
	file, _, err := open(data)
	if err != nil {
		return nil, err
	}
	defer file.Close() // holds nothing open: all was read from memory
	if err := change(file); err != nil {
		return nil, err
	}
	written, err := file.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("writing the workbook: %w", err)
	}
	return written.Bytes(), nil
}

func readWorkbook(data []byte) (tables []Table, err error) {
	// No panic is known of this version of the library, but earlier ones had them
	// on odd files, and what somebody uploads must not end the process.
	defer func() {
		if recover() != nil {
			tables, err = nil, damaged()
		}
	}()
	file, found, err := open(data)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	props, err := file.GetWorkbookProps()
	if err != nil {
		return nil, damaged()
	}
	book := workbook{file: file, formulas: found.formulas, since1904: props.Date1904 != nil && *props.Date1904}
	for _, name := range file.GetSheetList() {
		rows, err := book.readSheet(name)
		if err != nil {
			return nil, damaged()
		}
		tables = append(tables, Table{Name: name, Rows: rows})
		file.Sheet.Clear() // the library's copy of a sheet is many times larger than ours
	}
	return tables, nil
}

func open(data []byte) (*excelize.File, census, error) {
	found, err := inspect(data)
	if err != nil {
		return nil, census{}, err
	}
	// Both limits are the same, so that nothing is unpacked to the disk.
	file, err := excelize.OpenReader(bytes.NewReader(data),
		excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped, RawCellValue: true})
	if err != nil {
		return nil, census{}, damaged()
	}
	return file, found, nil
}

// workbook is one being read.
type workbook struct {
	file      *excelize.File
	formulas  bool // there are any
	since1904 bool
}

func (w workbook) readSheet(name string) ([]Row, error) {
	iterator, err := w.file.Rows(name)
	if err != nil {
		return nil, fmt.Errorf("opening the sheet: %w", err)
	}
	defer iterator.Close()
	var rows []Row
	for n := 1; iterator.Next(); n++ {
		values, err := iterator.Columns()
		if err != nil {
			return nil, fmt.Errorf("reading row %d: %w", n, err)
		}
		row, filled := Row{Number: n}, false
		for column, value := range values {
			cell, err := w.readCell(name, column+1, n, value)
			if err != nil {
				return nil, fmt.Errorf("reading row %d: %w", n, err)
			}
			filled = filled || cell != Cell{}
			row.Cells = append(row.Cells, cell)
		}
		if filled {
			rows = append(rows, row)
		}
	}
	return rows, iterator.Error()
}

func (w workbook) readCell(sheet string, column, row int, value string) (Cell, error) {
	if value == "" && !w.formulas {
		return Cell{}, nil
	}
	address, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return Cell{}, err
	}
	if w.formulas {
		formula, err := w.file.GetCellFormula(sheet, address)
		if err != nil {
			return Cell{}, err
		}
		if formula != "" {
			return Cell{Value: clean(value), Kind: Formula}, nil
		}
	}
	if value == "" {
		return Cell{}, nil
	}
	kind, err := w.file.GetCellType(sheet, address)
	if err != nil {
		return Cell{}, err
	}
	switch kind {
	case excelize.CellTypeUnset, excelize.CellTypeNumber:
		return numberCell(value, w.since1904), nil
	case excelize.CellTypeDate:
		day, _, _ := strings.Cut(value, "T")
		return Cell{Value: value, Kind: Number, Date: day}, nil
	case excelize.CellTypeError:
		return Cell{Value: clean(value), Kind: Formula}, nil
	}
	return Cell{Value: clean(value)}, nil
}

// numberCell writes out a number that the file holds with an exponent
// (8.123E10), and the day that it may stand for.
func numberCell(value string, since1904 bool) Cell {
	parsed, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return Cell{Value: clean(value)}
	}
	cell := Cell{Value: strconv.FormatFloat(parsed, 'f', -1, 64), Kind: Number}
	if day, err := excelize.ExcelDateToTime(parsed, since1904); err == nil && day.Year() > 1900 && day.Year() < 2200 {
		cell.Date = day.Format(time.DateOnly)
	}
	return cell
}

func tooLarge() error {
	return unreadable(0,
		fmt.Sprintf("Isi berkas ini terlalu besar. Paling banyak %d baris dan %d kolom per lembar, dan %d sel seluruhnya. Mohon bagi menjadi beberapa berkas.", maxRows, maxColumns, maxCells),
		fmt.Sprintf("This file holds too much. A sheet may have %d rows and %d columns at most, and all together %d cells. Please split it into several files.", maxRows, maxColumns, maxCells))
}

func unzipsTooLarge() error {
	return unreadable(0,
		fmt.Sprintf("Berkas ini terlalu besar setelah dibuka: lebih dari %d MB. Mohon hapus gambar dan lembar yang tidak perlu, lalu kirim lagi.", maxUnzipped>>20),
		fmt.Sprintf("This file is too large once it is unpacked: more than %d MB. Please remove pictures and sheets that are not needed and send it again.", maxUnzipped>>20))
}

func macros() error {
	return unreadable(0,
		"Berkas ini berisi makro. Mohon simpan sebagai .xlsx tanpa makro, lalu kirim lagi.",
		"This file holds macros. Please save it as .xlsx without macros and send it again.")
}

func damaged() error {
	return unreadable(0,
		"Berkas ini rusak atau bukan berkas Excel (.xlsx). Mohon buka di Excel, simpan sebagai .xlsx, lalu kirim lagi.",
		"This file is damaged or no Excel workbook (.xlsx). Please open it in Excel, save it as .xlsx and send it again.")
}
