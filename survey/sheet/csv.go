package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// readCSV reads a CSV file whose separator is a comma, a semicolon or a tab, in
// UTF-8 with or without a byte order mark, or in UTF-16 with one (Excel's
// "Unicode text").
func readCSV(data []byte) (Table, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	decoded, _, err := transform.Bytes(utf.BOMOverride(transform.Nop), data)
	if err != nil {
		return Table{}, notATable()
	}
	if isNoise(decoded) {
		return Table{}, notATable()
	}
	if !bytes.Contains(decoded, []byte("\n")) {
		decoded = bytes.ReplaceAll(decoded, []byte("\r"), []byte("\n"))
	}
	comma := separator(decoded)
	if bytes.Count(decoded, []byte(string(comma))) > maxCells {
		return Table{}, tooLarge()
	}
	reader := csv.NewReader(bytes.NewReader(decoded))
	reader.Comma = comma
	reader.FieldsPerRecord = -1
	reader.ReuseRecord = true
	return readRecords(reader)
}

// isNoise tells whether too much of what should be text is none, by how the file
// begins.
func isNoise(data []byte) bool {
	const enough = 64 << 10
	data = data[:min(len(data), enough)]
	odd := 0
	for rest := data; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 || unicode.IsControl(r) && !unicode.IsSpace(r) {
			odd++
		}
		rest = rest[size:]
	}
	return odd > len(data)/10
}

func readRecords(reader *csv.Reader) (Table, error) {
	var table Table
	inner := 0 // line breaks inside of cells: lines that are no rows
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return table, nil
		}
		if err != nil {
			return Table{}, refuseQuotes(err, inner)
		}
		line, _ := reader.FieldPos(0)
		row := Row{Number: line - inner}
		filled := false
		for _, field := range record {
			inner += strings.Count(field, "\n")
			value := clean(field)
			filled = filled || value != ""
			row.Cells = append(row.Cells, Cell{Value: value})
		}
		if filled {
			table.Rows = append(table.Rows, row)
		}
		if len(table.Rows) > maxRows || filled && len(row.Cells) > maxColumns {
			return Table{}, tooLarge()
		}
	}
}

// separator is the one that splits the first line most often.
func separator(data []byte) rune {
	first, _, _ := bytes.Cut(bytes.TrimLeft(data, "\r\n"), []byte("\n"))
	best, most := ',', 0
	for _, candidate := range ",;\t" {
		if n := bytes.Count(first, []byte(string(candidate))); n > most {
			best, most = candidate, n
		}
	}
	return best
}

func refuseQuotes(err error, inner int) error {
	row := 0
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		row = parse.StartLine - inner
	}
	return unreadable(row,
		fmt.Sprintf("Tanda kutip (\") pada baris %d tidak lengkap.", row),
		fmt.Sprintf("The quotation marks (\") in row %d do not match.", row))
}

func notATable() error {
	return unreadable(0,
		"Berkas ini bukan tabel. Mohon kirim berkas Excel (.xlsx) atau CSV.",
		"This file is no table. Please send an Excel workbook (.xlsx) or a CSV file.")
}
