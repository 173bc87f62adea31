package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// cellReader reads a worksheet's cells as they come by.
type cellReader struct {
	texts     []string // the workbook's shared ones
	since1904 bool

	rows    []Row
	row     Row
	column  int // of the cell, counted from 1
	kind    string
	formula bool
	content text
}

func (r *cellReader) read(from io.Reader) ([]Row, error) {
	decoder := xml.NewDecoder(from)
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return r.rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading cells: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			err = r.begin(token)
		case xml.CharData:
			r.content.add(token)
		case xml.EndElement:
			err = r.end(token.Name.Local)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (r *cellReader) begin(element xml.StartElement) error {
	switch element.Name.Local {
	case "row":
		at := r.row.Number + 1
		if stated := largest(element, number); stated > 0 {
			at = stated
		}
		if at <= r.row.Number {
			return errors.New("the rows are not in their order")
		}
		r.row, r.column = Row{Number: at}, 0
	case "c":
		r.column++
		if stated := largest(element, columnOf); stated > 0 {
			r.column = stated
		}
		r.kind, r.formula, r.content = attribute(element, "t"), false, text{}
	case "f":
		r.formula = true
	}
	r.content.begin(element.Name.Local)
	return nil
}

func (r *cellReader) end(name string) error {
	r.content.end(name)
	switch name {
	case "c":
		cell, err := r.cell(r.content.String())
		if err != nil || cell == (Cell{}) {
			return err
		}
		for len(r.row.Cells) < r.column {
			r.row.Cells = append(r.row.Cells, Cell{})
		}
		r.row.Cells[r.column-1] = cell
	case "row":
		if len(r.row.Cells) > 0 {
			r.rows = append(r.rows, r.row)
		}
	}
	return nil
}

// cell is the one that ends, with what stands in it.
func (r *cellReader) cell(value string) (Cell, error) {
	if r.kind == "s" && value != "" {
		at, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || at < 0 || at >= len(r.texts) {
			return Cell{}, errors.New("a cell has a text that is not there")
		}
		value = r.texts[at]
	}
	switch {
	case r.formula || r.kind == "e": // an error (#N/A) is a formula's, or was
		return Cell{Value: clean(value), Kind: Formula}, nil
	case value == "":
		return Cell{}, nil
	case r.kind == "" || r.kind == "n":
		return numberCell(value, r.since1904), nil
	case r.kind == "d":
		day, _, _ := strings.Cut(value, "T")
		return Cell{Value: clean(value), Kind: Number, Date: clean(day)}, nil
	case r.kind == "inlineStr" || r.kind == "str":
		value = unescaped(value)
	}
	return Cell{Value: clean(value)}, nil
}

// numberCell writes out a number that the file holds with an exponent
// (8.123E10), and the day that it may stand for.
func numberCell(value string, since1904 bool) Cell {
	parsed, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return Cell{Value: clean(value)}
	}
	cell := Cell{Value: strconv.FormatFloat(parsed, 'f', -1, 64), Kind: Number}
	if day, err := excelize.ExcelDateToTime(parsed, since1904); err == nil && day.Year() > 1900 && day.Year() < 2200 {
		cell.Date = day.Format(time.DateOnly)
	}
	return cell
}

// readTexts reads the texts that a workbook's cells share.
func readTexts(from io.Reader) ([]string, error) {
	decoder := xml.NewDecoder(from)
	var texts []string
	var content text
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading shared texts: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "si" {
				content = text{}
			}
			content.begin(token.Name.Local)
		case xml.CharData:
			content.add(token)
		case xml.EndElement:
			content.end(token.Name.Local)
			if token.Name.Local == "si" {
				texts = append(texts, unescaped(content.String()))
			}
		}
	}
}

// text gathers what an element holds in its v, or in the runs (t) of which it is
// made, without the readings (rPh) that East Asian programs add.
type text struct {
	written strings.Builder
	inside  bool
	reading bool
}

func (t *text) begin(element string) {
	switch element {
	case "rPh":
		t.reading = true
	case "v", "t":
		t.inside = !t.reading
	}
}

func (t *text) add(content []byte) {
	if t.inside {
		t.written.Write(content)
	}
}

func (t *text) end(element string) {
	switch element {
	case "rPh":
		t.reading = false
	case "v", "t":
		t.inside = false
	}
}

// String is what was gathered.
func (t *text) String() string { return t.written.String() }

// escapedCharacter is how a workbook writes what XML cannot hold.
var escapedCharacter = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

func unescaped(value string) string {
	if !strings.Contains(value, "_x") {
		return value
	}
	return escapedCharacter.ReplaceAllStringFunc(value, func(escape string) string {
		code, err := strconv.ParseUint(escape[2:6], 16, 16)
		if err != nil || code >= 0xD800 && code < 0xE000 { // half a character
			return escape
		}
		return string(rune(code))
	})
}

func attribute(element xml.StartElement, name string) string {
	for _, attr := range element.Attr {
		if attr.Name.Local == name {
			return attr.Value
		}
	}
	return ""
}
