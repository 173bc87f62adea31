package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// What a workbook may hold. Where one is changed, the library keeps all rows up
// to the last one, and all cells of a row up to its last one, in memory, empty
// ones too: a file of a few kilobytes could claim billions.
const (
	maxUnzipped = 64 << 20
	maxRows     = 100_000
	maxColumns  = 100
	maxCells    = 400_000   // of all sheets
	maxElements = 1_500_000 // of all parts: a cell is two or three, its text two
	maxMerged   = 100       // each is looked through for every cell
)

var (
	errTooLarge = errors.New("more rows, columns, cells or merged cells than allowed")
	errEncoding = errors.New("encoded in another way than UTF-8")
)

// census counts what is in a workbook's parts.
type census struct{ elements, cells int }

// inspect looks at a workbook as it lies packed, before the library unfolds it.
// The error is *Unreadable.
func inspect(data []byte) (*zip.Reader, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged()
	}
	unzipped := uint64(0)
	for _, part := range archive.File {
		// A part that holds more than it declares is an error when it is read.
		unzipped += min(part.UncompressedSize64, maxUnzipped+1)
		if unzipped > maxUnzipped {
			return nil, unzipsTooLarge()
		}
	}
	var found census
	for _, part := range archive.File {
		if err := found.inspectPart(part); err != nil {
			return nil, err
		}
	}
	return archive, nil
}

func (c *census) inspectPart(part *zip.File) error {
	name := strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/"))
	if strings.Contains(name, "vbaproject") || strings.HasPrefix(name, "xl/macrosheets/") {
		return macros()
	}
	content, err := part.Open()
	if err != nil {
		return damaged()
	}
	defer content.Close()
	switch err := c.count(content); {
	case errors.Is(err, errMacros):
		return macros()
	case errors.Is(err, errTooLarge):
		return tooLarge()
	case err != nil:
		return damaged()
	}
	return nil
}

// errMacros is for a part that declares itself, or another one, as one with
// macros.
var errMacros = errors.New("declared to hold macros")

// count adds a part's elements, where it is XML: what is not, such as a picture,
// is not looked at by the library either.
func (c *census) count(content io.Reader) error {
	decoder := xml.NewDecoder(content)
	decoder.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errEncoding }
	row, width, merged := 0, 0, 0
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, errEncoding) {
			return fmt.Errorf("unpacking: %w", err)
		}
		if err != nil {
			return nil
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch element.Name.Local {
		case "row":
			row, width = max(row+1, largest(element, number)), 0
		case "c":
			column := largest(element, columnOf)
			if column == 0 {
				column = width + 1
			}
			c.cells += max(1, column-width)
			row, width = max(row, largest(element, rowOf)), max(width, column)
		case "mergeCell":
			merged++
		case "Default", "Override":
			if declaresMacros(element) {
				return errMacros
			}
		}
		c.elements++
		if row > maxRows || width > maxColumns || c.cells > maxCells || c.elements > maxElements || merged > maxMerged {
			return errTooLarge
		}
	}
}

// largest is the largest number that an element's attribute r stands for: an
// attribute can be there several times, in several namespaces.
func largest(element xml.StartElement, of func(string) int) int {
	most := 0
	for _, attr := range element.Attr {
		if attr.Name.Local == "r" {
			most = max(most, of(attr.Value))
		}
	}
	return most
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if errors.Is(err, strconv.ErrRange) {
		return maxRows + 1
	}
	return n
}

func columnOf(cell string) int {
	column, _, _ := excelize.CellNameToCoordinates(cell)
	return column
}

func rowOf(cell string) int {
	_, row, _ := excelize.CellNameToCoordinates(cell)
	return row
}

func declaresMacros(element xml.StartElement) bool {
	for _, attr := range element.Attr {
		value := strings.ToLower(attr.Value)
		if attr.Name.Local == "ContentType" && (strings.Contains(value, "macro") || strings.Contains(value, "vbaproject")) {
			return true
		}
	}
	return false
}
