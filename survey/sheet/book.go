package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// book is a workbook being read: which parts of the file are its sheets. Cells
// are read from them here and not by the library, which keeps a sheet many times
// over and looks each cell up anew to tell its kind.
type book struct {
	archive   *zip.Reader
	sheets    []bookSheet
	texts     string // the part with the texts that cells share; empty where there is none
	since1904 bool
}

type bookSheet struct{ name, part string }

func readWorkbook(data []byte) ([]Table, error) {
	archive, err := inspect(data)
	if err != nil {
		return nil, err
	}
	b := book{archive: archive}
	tables, err := b.read()
	if err != nil {
		return nil, damaged()
	}
	return tables, nil
}

func (b *book) read() ([]Table, error) {
	if err := b.findSheets(); err != nil {
		return nil, err
	}
	texts, err := b.readTexts()
	if err != nil {
		return nil, err
	}
	var tables []Table
	for _, s := range b.sheets {
		rows, err := b.readSheet(s.part, texts)
		if err != nil {
			return nil, err
		}
		tables = append(tables, Table{Name: s.name, Rows: rows})
	}
	return tables, nil
}

// findSheets reads the workbook's own part and what it points to. Sheets of
// other kinds, such as charts, are passed over.
func (b *book) findSheets() error {
	main := "xl/workbook.xml"
	roots, err := b.relations("_rels/.rels", "")
	if err != nil {
		return err
	}
	for _, root := range roots {
		if root.is("officeDocument") {
			main = root.Target
		}
	}
	var content struct {
		Properties struct {
			Since1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name     string `xml:"name,attr"`
			Relation string `xml:"id,attr"` // the sheet's own number is sheetId
		} `xml:"sheets>sheet"`
	}
	if err := b.unmarshal(main, &content); err != nil {
		return err
	}
	b.since1904 = content.Properties.Since1904 == "1" || content.Properties.Since1904 == "true"
	folder := path.Dir(main)
	relations, err := b.relations(path.Join(folder, "_rels", path.Base(main)+".rels"), folder)
	if err != nil {
		return err
	}
	parts := map[string]string{}
	for _, relation := range relations {
		switch {
		case relation.is("worksheet"):
			parts[relation.ID] = relation.Target
		case relation.is("sharedStrings"):
			b.texts = relation.Target
		}
	}
	for _, s := range content.Sheets {
		if part, there := parts[s.Relation]; there {
			b.sheets = append(b.sheets, bookSheet{s.Name, part})
		}
	}
	return nil
}

// relation is how one part points to another.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

func (r relation) is(kind string) bool { return strings.HasSuffix(r.Type, "/"+kind) }

// relations are those that a part tells, their targets as names in the archive.
func (b *book) relations(part, folder string) ([]relation, error) {
	var content struct {
		Relations []relation `xml:"Relationship"`
	}
	if err := b.unmarshal(part, &content); err != nil {
		return nil, err
	}
	for i, r := range content.Relations {
		target := strings.ReplaceAll(r.Target, `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(folder, target)
		}
		content.Relations[i].Target = strings.TrimPrefix(path.Clean(target), "/")
	}
	return content.Relations, nil
}

func (b *book) unmarshal(part string, into any) error {
	content, err := b.open(part)
	if err != nil {
		return err
	}
	defer content.Close()
	if err := xml.NewDecoder(content).Decode(into); err != nil {
		return fmt.Errorf("reading the part %s: %w", part, err)
	}
	return nil
}

var errNoPart = errors.New("the workbook lacks a part")

// open opens a part by its name, which means the same in capitals.
func (b *book) open(part string) (io.ReadCloser, error) {
	for _, file := range b.archive.File {
		if strings.EqualFold(strings.ReplaceAll(file.Name, `\`, "/"), part) {
			return file.Open()
		}
	}
	return nil, errNoPart
}

func (b *book) readTexts() ([]string, error) {
	if b.texts == "" {
		return nil, nil
	}
	content, err := b.open(b.texts)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return readTexts(content)
}

func (b *book) readSheet(part string, texts []string) ([]Row, error) {
	content, err := b.open(part)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	reader := cellReader{texts: texts, since1904: b.since1904}
	return reader.read(content)
}
