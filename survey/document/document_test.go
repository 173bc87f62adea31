package document_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey/document"
	"pascalatih/survey/roster"
	"pascalatih/survey/sheet"
	"pascalatih/survey/text"
)

const (
	pegawai = "nip,nama,unit\n199001012020011001,Contoh Satu,Dinas Contoh\n"
	libur   = "date,name,kind\n2026-08-17,Proklamasi Kemerdekaan,libur_nasional\n"
)

func TestRecognise(t *testing.T) {
	type sheets map[string][]any // headers by the sheet's name
	tests := map[string]struct {
		file []byte
		want document.Kind
	}{
		"employees as CSV":             {file: []byte(pegawai), want: document.Roster},
		"participants as CSV":          {file: []byte("kode;nip\n"), want: document.Roster},
		"employees without a column":   {file: []byte("nip,nama,jabatan\n"), want: document.Roster},
		"the template":                 {file: template(t), want: document.Roster},
		"a roster's sheet":             {file: workbook(t, sheets{"Petunjuk": {"Isi"}, " Peserta": {"kode"}}), want: document.Roster},
		"an empty sheet of a roster":   {file: workbook(t, sheets{"pegawai": nil}), want: document.Roster},
		"a roster's columns":           {file: workbook(t, sheets{"Data": {"NIP", "Nama", "Unit"}}), want: document.Roster},
		"holidays as CSV":              {file: []byte(libur), want: document.Holidays},
		"holidays of the ministries":   {file: read(t, "../roster/testdata/holidays-2026.csv"), want: document.Holidays},
		"holidays in Indonesian":       {file: []byte("Tanggal;Nama;Jenis\n"), want: document.Holidays},
		"holidays as a workbook":       {file: workbook(t, sheets{"2026": {"date", "name", "kind"}}), want: document.Holidays},
		"a form":                       {file: workbook(t, sheets{"survey": {"type", "name", "label"}, "choices": {"list_name"}}), want: document.Instrument},
		"a form without its questions": {file: workbook(t, sheets{"Survey ": nil, "settings": {"form_id"}}), want: document.Instrument},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			kind, tables, err := document.Recognise(test.file)
			if kind != test.want || err != nil || len(tables) == 0 {
				t.Errorf("it is %q with %d tables and %v, want %q", kind, len(tables), err, test.want)
			}
		})
	}
}

// Each thing that cannot be taken has a sentence of its own.
func TestRecogniseRefuses(t *testing.T) {
	tests := map[string]struct {
		file   []byte
		reason string // part of it, in Indonesian
	}{
		"nothing":                    {file: nil, reason: "kosong"},
		"an empty workbook":          {file: workbook(t, nil), reason: "belum berisi"},
		"a CSV file of commas":       {file: []byte(",,\n,,\n"), reason: "belum berisi"},
		"a workbook of another kind": {file: workbook(t, map[string][]any{"Anggaran": {"kode", "jumlah"}}), reason: "tidak dikenali"},
		"a CSV file of another kind": {file: []byte("name,email\nContoh,contoh\n"), reason: "tidak dikenali"},
		"a letter":                   {file: []byte("Yth. Bapak/Ibu\ndi tempat\n"), reason: "tidak dikenali"},
		"a web page":                 {file: []byte("<html><table><tr><td>nip</td></tr></table></html>"), reason: "tidak dikenali"},
		"a bomb":                     {file: bomb(t), reason: "setelah dibuka"},
		"a bomb of cells":            {file: workbookAcross(t), reason: "sel seluruhnya"},
		"a protected workbook":       {file: protected(t), reason: "kata sandi"},
		"macros":                     {file: withMacros(t), reason: "makro"},
		"an old workbook":            {file: append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 5000)...), reason: "(.xls)"},
		"a PDF":                      {file: []byte("%PDF-1.7\n1 0 obj\n"), reason: "PDF"},
		"20 MB of noise":             {file: noise(sheet.MaxBytes), reason: "bukan tabel"},
		"more than that":             {file: noise(sheet.MaxBytes + 1), reason: "lebih besar dari 20 MB"},
		"half a workbook":            {file: template(t)[:4000], reason: "rusak"},
	}
	said := map[string]string{}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			kind, tables, err := document.Recognise(test.file)
			refused, ok := errors.AsType[*sheet.Unreadable](err)
			if !ok {
				t.Fatalf("it is %q with %d tables and %v, want it refused", kind, len(tables), err)
			}
			if !strings.Contains(refused.Reason["id"], test.reason) || refused.Reason["en"] == "" {
				t.Errorf("the reason is %v, want one with %q", refused.Reason, test.reason)
			}
			if other, there := said[refused.Reason["id"]]; there && other != test.reason {
				t.Errorf("%q is said of several things", refused.Reason["id"])
			}
			said[refused.Reason["id"]] = test.reason
		})
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add([]byte(pegawai))
	f.Add([]byte(libur))
	f.Add(template(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		kind, _, err := document.Recognise(data)
		refused, ok := errors.AsType[*sheet.Unreadable](err)
		if ok == (kind != "") || ok && (refused.Reason["id"] == "" || refused.Reason["en"] == "") {
			t.Fatalf("it is %q with %v", kind, err)
		}
	})
}

func template(t testing.TB) []byte {
	t.Helper()
	catalogue, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	data, err := roster.Template(catalogue.In("id"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// workbook has sheets with headers and nothing else.
func workbook(t *testing.T, sheets map[string][]any) []byte {
	t.Helper()
	file := excelize.NewFile()
	for name, header := range sheets {
		if _, err := file.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		if err := file.SetSheetRow(name, "A1", &header); err != nil {
			t.Fatal(err)
		}
	}
	return save(t, file)
}

func bomb(t *testing.T) []byte {
	t.Helper()
	file := excelize.NewFile()
	file.Pkg.Store("xl/media/image1.bin", make([]byte, 70<<20))
	return save(t, file)
}

// workbookAcross claims a hundred cells in each of many rows.
func workbookAcross(t *testing.T) []byte {
	t.Helper()
	file := excelize.NewFile()
	stream, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for row := range 10_000 {
		if err := stream.SetRow(fmt.Sprintf("CV%d", row+1), []any{1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.Flush(); err != nil {
		t.Fatal(err)
	}
	return save(t, file)
}

func protected(t *testing.T) []byte {
	t.Helper()
	var written bytes.Buffer
	if err := excelize.NewFile().Write(&written, excelize.Options{Password: "rahasia"}); err != nil {
		t.Fatal(err)
	}
	return written.Bytes()
}

func withMacros(t *testing.T) []byte {
	t.Helper()
	file := excelize.NewFile()
	if err := file.AddVBAProject([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")); err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	file.Path = "makro.xlsm"
	if err := file.Write(&written); err != nil {
		t.Fatal(err)
	}
	return written.Bytes()
}

// noise are bytes as they come, always the same.
func noise(size int) []byte {
	data := make([]byte, size)
	rand.NewChaCha8([32]byte{}).Read(data)
	return data
}

func save(t *testing.T, file *excelize.File) []byte {
	t.Helper()
	var written bytes.Buffer
	if err := file.Write(&written); err != nil {
		t.Fatal(err)
	}
	return written.Bytes()
}
