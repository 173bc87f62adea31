package xlsform

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey"
)

// Limits of a workbook. A form is small; what is larger is a mistake or an
// attack.
const (
	maxUnzipped = 16 << 20 // bytes, all parts together
	maxRows     = 5000     // a sheet
)

// csvRows reads a sheet from CSV. Rows may differ in length; a byte order mark
// is passed over.
func csvRows(content []byte) ([][]string, error) {
	records := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	records.FieldsPerRecord = -1
	rows, err := records.ReadAll()
	for _, row := range rows {
		clean(row)
	}
	return rows, err
}

// readWorkbook takes the sheets out of an .xlsx file.
func (r *reader) readWorkbook(content []byte) (err error) {
	// A broken file must not take the process down with the library that reads it.
	defer func() {
		if recover() != nil {
			err = unreadable()
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue:      true,
		UnzipSizeLimit:    maxUnzipped,
		UnzipXMLSizeLimit: maxUnzipped, // the same: nothing goes to temporary files
	})
	if err != nil {
		return unreadable()
	}
	defer func() { err = errors.Join(err, book.Close()) }()

	for _, name := range book.GetSheetList() {
		sheet := strings.ToLower(strings.TrimSpace(name))
		if sheet != surveySheet && sheet != choicesSheet && sheet != settingsSheet {
			continue
		}
		rows, err := workbookRows(book, name)
		if err != nil {
			return Errors{{Sheet: sheet, Reason: survey.Text{
				"id": fmt.Sprintf("lembar ini tidak dapat dibaca atau lebih dari %d baris", maxRows),
				"en": fmt.Sprintf("this sheet cannot be read or has more than %d rows", maxRows),
			}}}
		}
		r.keep(sheet, rows)
		r.refuseFormulas(sheet, rows, partOf(book, name))
	}
	return nil
}

var errTooManyRows = errors.New("too many rows")

func workbookRows(book *excelize.File, name string) (rows [][]string, err error) {
	stream, err := book.Rows(name)
	if err != nil {
		return nil, fmt.Errorf("open sheet: %w", err)
	}
	defer func() { err = errors.Join(err, stream.Close()) }()
	for stream.Next() {
		if len(rows) == maxRows {
			return nil, errTooManyRows
		}
		row, err := stream.Columns()
		if err != nil {
			return nil, fmt.Errorf("read row %d: %w", len(rows)+1, err)
		}
		clean(row)
		rows = append(rows, row)
	}
	return rows, nil
}

// refuseFormulas looks for formulas in a sheet's XML, as the streaming reader
// shows only what another program computed from them.
func (r *reader) refuseFormulas(sheet string, rows [][]string, part []byte) {
	cell := ""
	for decoder := xml.NewDecoder(bytes.NewReader(part)); ; {
		token, err := decoder.Token()
		if err != nil { // io.EOF, or what the streaming reader passed over as well
			return
		}
		start, ok := token.(xml.StartElement)
		switch {
		case ok && start.Name.Local == "c":
			cell = attribute(start, "r")
		case ok && start.Name.Local == "f":
			r.refuseFormula(sheet, rows, cell)
		}
	}
}

func (r *reader) refuseFormula(sheet string, rows [][]string, cell string) {
	column, row, err := excelize.CellNameToCoordinates(cell)
	if err != nil {
		return
	}
	heading := cell
	if len(rows) > 0 && column <= len(rows[0]) {
		heading = rows[0][column-1]
	}
	r.fail(Error{Sheet: sheet, Row: row, Column: heading, Value: cell, Reason: survey.Text{
		"id": "sel ini berisi rumus; mohon isi dengan nilainya",
		"en": "this cell holds a formula; please put its value there",
	}})
}

// partOf is the XML of a sheet: workbook.xml names the relation, its .rels file
// the part.
func partOf(book *excelize.File, sheet string) []byte {
	var workbook struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relationships []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if xml.Unmarshal(rawPart(book, "xl/workbook.xml"), &workbook) != nil ||
		xml.Unmarshal(rawPart(book, "xl/_rels/workbook.xml.rels"), &relations) != nil {
		return nil
	}
	for _, s := range workbook.Sheets {
		for _, relation := range relations.Relationships {
			if s.Name != sheet || s.ID != relation.ID {
				continue
			}
			if absolute, found := strings.CutPrefix(relation.Target, "/"); found {
				return rawPart(book, absolute)
			}
			return rawPart(book, path.Join("xl", relation.Target))
		}
	}
	return nil
}

func rawPart(book *excelize.File, name string) []byte {
	part, _ := book.Pkg.Load(name)
	content, _ := part.([]byte)
	return content
}

func attribute(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func clean(row []string) {
	for i, cell := range row {
		row[i] = survey.Clean(cell)
	}
}

func unreadable() error {
	return Errors{{Reason: survey.Text{
		"id": "berkas ini bukan buku kerja .xlsx yang dapat dibaca, berkata sandi, atau terlalu besar",
		"en": "this file is no readable .xlsx workbook, is protected by a password, or is too large",
	}}}
}
