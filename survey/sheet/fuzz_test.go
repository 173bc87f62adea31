package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey/sheet"
)

// A workbook whose packing is sound, and whose sheet and texts are anything: it
// is read or refused with a reason.
func FuzzWorkbook(f *testing.F) {
	file := excelize.NewFile()
	row := []any{"nip", 46200.5, true, nil, "teks"}
	if err := errors.Join(file.SetSheetRow("Sheet1", "A1", &row), file.SetCellFormula("Sheet1", "C3", "=A1"), file.MergeCell("Sheet1", "A1", "A2")); err != nil {
		f.Fatal(err)
	}
	whole := save(f, file)
	f.Add(part(f, whole, "xl/worksheets/sheet1.xml"), part(f, whole, "xl/sharedStrings.xml"), part(f, whole, "xl/workbook.xml"))
	f.Fuzz(func(t *testing.T, cells, texts, book []byte) {
		_, err := sheet.Read(repack(t, whole, map[string][]byte{
			"xl/worksheets/sheet1.xml": cells, "xl/sharedStrings.xml": texts, "xl/workbook.xml": book,
		}))
		if refused, ok := errors.AsType[*sheet.Unreadable](err); err != nil && (!ok || refused.Reason["id"] == "") {
			t.Fatalf("refused with %v", err)
		}
	})
}

func part(t testing.TB, workbook []byte, name string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	content, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// repack is the workbook with some of its parts replaced.
func repack(t testing.TB, workbook []byte, replaced map[string][]byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	writer := zip.NewWriter(&packed)
	for _, file := range archive.File {
		content, there := replaced[file.Name]
		if !there {
			content = part(t, workbook, file.Name)
		}
		to, err := writer.Create(file.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}
