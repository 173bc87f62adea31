package bot_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"pascalatih/storage"
	"pascalatih/survey/sheet"
)

// Whatever is sent gets one sentence, and nothing changes.
func TestOddFiles(t *testing.T) {
	tests := map[string]struct {
		name  string
		data  []byte
		reads string
	}{
		"a zip bomb":          {name: "data.xlsx", data: bomb(t), reads: "setelah dibuka"},
		"a protected one":     {name: "data.xlsx", data: protected(t), reads: "kata sandi"},
		"a macro workbook":    {name: "data.xlsm", data: withMacros(t), reads: "makro"},
		"an old workbook":     {name: "data.xls", data: append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 5000)...), reads: "(.xls)"},
		"a PDF":               {name: "data.pdf", data: []byte("%PDF-1.7\n1 0 obj\n"), reads: "PDF"},
		"20 MB of noise":      {name: "data.xlsx", data: noise(sheet.MaxBytes), reads: "bukan tabel"},
		"spaces":              {name: "kosong.csv", data: []byte("  \n"), reads: "kosong"},
		"an empty workbook":   {name: "kosong.xlsx", data: saved(t, excelize.NewFile()), reads: "belum berisi"},
		"a picture":           {name: "foto.png", data: picture(t), reads: "bukan tabel"},
		"another table":       {name: "anggaran.csv", data: []byte("kode,jumlah\n1,2\n"), reads: "tidak dikenali"},
		"without a name":      {name: "", data: []byte("kode,jumlah\n1,2\n"), reads: "tidak dikenali"},
		"a name of markup":    {name: "<b>&../\\.xlsx", data: []byte("nip,nama,unit\n1,,\n"), reads: "3 hal perlu diperbaiki"},
		"a header alone":      {name: "pegawai.csv", data: []byte("nip,nama,unit\n"), reads: "Belum ada yang diisi"},
		"an anonymous form":   {name: "form.xlsx", data: form(t, "anonymous"), reads: "anonim"},
		"a form of nothing":   {name: "form.xlsx", data: sheetsOf(t, map[string]string{"survey": "type,name,label"}), reads: "hal perlu diperbaiki"},
		"a name without end":  {name: strings.Repeat("n", 300) + ".csv", data: []byte("nip,nama,unit\n1,,\n"), reads: "3 hal perlu diperbaiki"},
		"markup in its cells": {name: "pegawai.csv", data: []byte("nip,nama,unit\n<b>&,A,B\n"), reads: `"<b>&": NIP harus 18 angka`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			admin := h.admin()
			before := len(admin.Chat().FromBot())
			untroubled.sends(h, admin, test.name, test.data)
			came := admin.Chat().FromBot()[before:]
			if !strings.Contains(came[0].Text, test.reads) {
				t.Errorf("it reads %q, not %q", came[0].Text, test.reads)
			}
			for _, message := range came {
				if len(message.Rows) > 0 {
					t.Errorf("there are buttons on %s", shown(message))
				}
			}
			if len(came) > 2 || len(came) == 2 && came[1].File == nil {
				t.Errorf("%d messages came", len(came))
			}
			if got := query[int](h, `SELECT count(*) FROM audit WHERE action IN ('roster imported', 'holidays imported')`); got != 1 { // the house's own
				t.Errorf("%d imports", got)
			}
		})
	}
}

// What Telegram does not give to bots is known before it is asked for.
func TestAFileThatIsTooLarge(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		if w.before != nil {
			w.before()
		}
		admin.Document("besar.xlsx", make([]byte, 20<<20+1))
		h.settle()
		h.reads(admin, "lebih besar dari 20 MB")
		if got := query[int](h, `SELECT count(*) FROM job`); got != 0 {
			h.t.Errorf("%d jobs", got)
		}
	})
}

// A file with faults comes back marked; mended, it is taken.
func TestFaultyRosterComesBack(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		rows := "nip,nama,unit\n"
		for i := range 7 {
			rows += fmt.Sprintf("19800101200501100%d,Pegawai %d,\n", i, i)
		}
		w.sends(h, admin, "pegawai.csv", []byte(rows))
		messages := admin.Chat().FromBot()
		told, back := messages[len(messages)-2], messages[len(messages)-1]
		for _, part := range []string{"Belum ada yang disimpan: 7 hal perlu diperbaiki.", "• lembar pegawai, baris 2, kolom unit: Bagian ini wajib diisi.", "baris 6", "dan 2 lainnya", "dikirim kembali dengan tanda"} {
			if !strings.Contains(told.Text, part) {
				h.t.Errorf("it does not say %q but\n%s", part, told.Text)
			}
		}
		if back.File == nil || back.File.Name != "pegawai-kesalahan.xlsx" || !strings.Contains(back.Text, "kolom kesalahan") {
			h.t.Fatalf("what comes back is %+v", back)
		}
		file, err := excelize.OpenReader(bytes.NewReader(back.File.Data))
		must(h.t, err)
		for i := range 7 {
			must(h.t, file.SetCellStr("pegawai", fmt.Sprintf("C%d", i+2), "Dinas Contoh"))
		}
		w.sends(h, admin, back.File.Name, saved(h.t, file))
		h.reads(admin, "Pegawai: 5 baru, 2 berubah")
	})
}

// A reference to what is nowhere is a fault like others.
func TestUnknownReferences(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "peserta.csv", []byte("kode,nip\nX,198001012005011001\nA,198001012005011999\n"))
	messages := admin.Chat().FromBot()
	if told := messages[len(messages)-2].Text; !strings.Contains(told, `kolom kode, "X": Kode pelatihan ini tidak ada`) || !strings.Contains(told, "2 hal") {
		t.Errorf("it reads %q", told)
	}
}

// form is an instrument of one question.
func form(t testing.TB, privacy string) []byte {
	return sheetsOf(t, map[string]string{
		"survey":   "type,name,label\ntext,saran,Apa sarannya?\n",
		"settings": "form_id,form_title,version,default_language,privacy\nsaran,Saran,1,Bahasa Indonesia (id)," + privacy + "\n",
	})
}

func bomb(t *testing.T) []byte {
	file := excelize.NewFile()
	file.Pkg.Store("xl/media/image1.bin", make([]byte, 70<<20))
	return saved(t, file)
}

func protected(t *testing.T) []byte {
	t.Helper()
	var written bytes.Buffer
	must(t, excelize.NewFile().Write(&written, excelize.Options{Password: "rahasia"}))
	return written.Bytes()
}

func withMacros(t *testing.T) []byte {
	t.Helper()
	file := excelize.NewFile()
	must(t, file.AddVBAProject([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
	file.Path = "makro.xlsm"
	return saved(t, file)
}

func noise(size int) []byte {
	data := make([]byte, size)
	rand.NewChaCha8([32]byte{}).Read(data)
	return data
}

func picture(t *testing.T) []byte {
	t.Helper()
	var written bytes.Buffer
	must(t, png.Encode(&written, image.NewGray(image.Rect(0, 0, 40, 40))))
	return written.Bytes()
}

func saved(t testing.TB, file *excelize.File) []byte {
	t.Helper()
	var written bytes.Buffer
	must(t, file.Write(&written))
	return written.Bytes()
}

// Of a file with too much to list it is still said how much there is.
func TestManyFaults(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "pegawai.csv", []byte("nip,nama,unit\n"+strings.Repeat("1,Pegawai Contoh,Dinas Contoh\n", 1500)))
	messages := admin.Chat().FromBot()
	if told := messages[len(messages)-2].Text; !strings.Contains(told, "1.500 hal perlu diperbaiki") || !strings.Contains(told, "dan 1.495 lainnya") {
		t.Errorf("it reads %q", told)
	}
}

// What Telegram no longer has cannot be read.
func TestAFileThatIsGone(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	_, err := h.EnqueueJob(t.Context(), storage.Order{Kind: storage.JobImport, AccountID: adminID, Followed: true,
		Payload: map[string]string{"file": "document-99999", "name": "data.xlsx"}}, storage.Source{}, h.clock.Now())
	must(t, err)
	h.works()
	h.expect(admin, "tidak dapat diambil dari Telegram. Mohon kirim lagi.")
}

// The message counts the steps up while they are done.
func TestReadingIsFollowed(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	admin.Document("data.xlsx", newRoster(t))
	h.settle()
	job, _, err := h.ClaimJob(t.Context(), h.process.Number(), time.Minute, h.clock.Now())
	must(t, err)
	for done, reads := range map[int]string{1: "▰▰▰▱▱▱▱▱▱▱\nBerkas sedang dibaca.", 2: "▰▰▰▰▰▰▱▱▱▱\nBerkas sedang dibaca."} {
		must(t, h.NoteJob(t.Context(), job, done, 3))
		h.settle()
		h.expect(admin, reads)
	}
	must(t, h.bot.Work(t.Context(), job))
	must(t, h.EndJob(t.Context(), job, nil, h.clock.Now()))
	h.settle()
	h.expect(admin, "Pratinjau pegawai dan pelatihan")
}

// Every sentence is there in English as well.
func TestImportInEnglish(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.write(admin, "/bahasa")
	h.tap(admin, "English")
	for _, test := range []struct {
		name  string
		data  []byte
		reads string
	}{
		{"data.xlsx", newRoster(t), "Employees: 1 new, 1 changed, 1 unchanged"},
		{"a.pdf", []byte("%PDF-1.7"), "This file is a PDF."},
		{"saran.xlsx", form(t, "confidential"), "answers under a code, without names"},
		{"libur.csv", holidayFile(t), "Preview of the holidays"},
	} {
		admin.Document(test.name, test.data)
		h.settle()
		h.works()
		h.reads(admin, test.reads)
	}
}
