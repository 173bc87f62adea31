package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// What a workbook may hold. The library keeps all cells up to the last row and
// column in memory, empty ones too: a file of a few kilobytes could claim
// billions.
const (
	maxUnzipped = 64 << 20
	maxRows     = 100_000
	maxColumns  = 100
	maxCells    = 1_000_000
	maxMerged   = 100 // each is looked through for every cell
)

var errTooLarge = errors.New("more rows, columns or merged cells than allowed")

func readWorkbook(data []byte) (tables []Table, err error) {
	// No panic is known of this version of the library, but earlier ones had them
	// on odd files, and what somebody uploads must not end the process.
	defer func() {
		if recover() != nil {
			tables, err = nil, damaged()
		}
	}()
	// Both limits are the same, so that nothing is unpacked to the disk.
	file, err := excelize.OpenReader(bytes.NewReader(data),
		excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped, RawCellValue: true})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return nil, tooLarge()
		}
		return nil, damaged()
	}
	defer file.Close() // holds nothing open: all was read from memory
	if err := checkSize(file); err != nil {
		return nil, tooLarge()
	}
	props, err := file.GetWorkbookProps()
	if err != nil {
		return nil, damaged()
	}
	since1904 := props.Date1904 != nil && *props.Date1904
	for _, name := range file.GetSheetList() {
		rows, err := readSheet(file, name, since1904)
		if err != nil {
			return nil, damaged()
		}
		tables = append(tables, Table{Name: name, Rows: rows})
	}
	return tables, nil
}

// checkSize looks at the sheets as they lie in the file, before the library
// unfolds them.
func checkSize(file *excelize.File) error {
	var failed error
	file.Pkg.Range(func(_, part any) bool {
		content, ok := part.([]byte)
		if ok {
			failed = checkSheetSize(content)
		}
		return failed == nil
	})
	return failed
}

func checkSheetSize(content []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	cells, row, widest, merged := 0, 0, 0, 0
	root := true
	for {
		token, err := decoder.RawToken()
		if err != nil {
			return nil // what is no XML is the library's to refuse
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if root && element.Name.Local != "worksheet" {
			return nil
		}
		root = false
		switch element.Name.Local {
		case "row":
			row = max(row+1, number(attribute(element, "r")))
		case "c":
			cells++
			column, cellRow, err := excelize.CellNameToCoordinates(attribute(element, "r"))
			if err == nil {
				widest, row = max(widest, column), max(row, cellRow)
			}
		case "mergeCell":
			merged++
		}
		if row > maxRows || widest > maxColumns || cells > maxCells || merged > maxMerged {
			return errTooLarge
		}
	}
}

func readSheet(file *excelize.File, name string, since1904 bool) ([]Row, error) {
	iterator, err := file.Rows(name)
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
			cell, err := readCell(file, name, column+1, n, value, since1904)
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

func readCell(file *excelize.File, sheet string, column, row int, value string, since1904 bool) (Cell, error) {
	address, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return Cell{}, err
	}
	formula, err := file.GetCellFormula(sheet, address)
	if err != nil {
		return Cell{}, err
	}
	if formula != "" {
		return Cell{Value: clean(value), Kind: Formula}, nil
	}
	if value == "" {
		return Cell{}, nil
	}
	kind, err := file.GetCellType(sheet, address)
	if err != nil {
		return Cell{}, err
	}
	switch kind {
	case excelize.CellTypeUnset, excelize.CellTypeNumber:
		return numberCell(value, since1904), nil
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

func attribute(element xml.StartElement, name string) string {
	for _, attr := range element.Attr {
		if attr.Name.Local == name {
			return attr.Value
		}
	}
	return ""
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

func tooLarge() error {
	return unreadable(0,
		fmt.Sprintf("Berkas ini terlalu besar. Paling banyak %d baris dan %d kolom per lembar.", maxRows, maxColumns),
		fmt.Sprintf("This file is too large. A sheet may have %d rows and %d columns at most.", maxRows, maxColumns))
}

func damaged() error {
	return unreadable(0,
		"Berkas ini rusak atau bukan berkas Excel (.xlsx). Mohon buka di Excel, simpan lagi, lalu kirim.",
		"This file is damaged or no Excel workbook (.xlsx). Please open it in Excel, save it again and send it.")
}
