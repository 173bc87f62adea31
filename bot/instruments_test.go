package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
	"pascalatih/survey/xlsform"
)

// publish publishes instruments, one second after the other.
func (h *house) publish(forms ...survey.Instrument) {
	h.t.Helper()
	for _, form := range forms {
		h.pass(time.Second)
		_, _, err := h.Publish(h.t.Context(), form, storage.Source{}, h.clock.Now())
		must(h.t, err)
	}
}

// bundled publishes the bundled instruments.
func (h *house) bundled() []survey.Instrument {
	h.t.Helper()
	all, err := instruments.All()
	must(h.t, err)
	h.publish(all...)
	return all
}

// withFiles are the bot's messages that brought a file.
func withFiles(p *simulator.Person) []simulator.Message {
	return slices.DeleteFunc(p.Chat().FromBot(), func(m simulator.Message) bool { return m.File == nil })
}

func TestInstrumen(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.bundled()
	second := trial()
	second.Version, second.Privacy = "2/b", survey.Named
	h.publish(second)
	h.write(admin, "/instrumen")
	h.expect(admin, "2. Tindak lanjut pelatihan\ncheckin versi 1 · 11 pertanyaan\nbahasa Indonesia, bahasa Inggris · jawaban dengan kode, tanpa nama",
		"6. Kesan setelah pelatihan", "unduh salah satu")
	h.tap(admin, "›")
	h.expect(admin, "7. Formulir uji\nuji versi 2/b · 5 pertanyaan\nbahasa Indonesia, bahasa Inggris · jawaban dengan nama · 1 versi lain")
	messages := len(admin.Chat())
	h.tap(admin, "7. Formulir uji")
	h.expect(admin, "Formulir uji\nuji versi 2/b", "Diterbitkan 29 Juni 2026. Belum dipakai dalam putaran.")
	h.tap(admin, "Versi 1")
	h.expect(admin, "Formulir uji\nuji versi 1 · 5 pertanyaan")
	h.tap(admin, "Semua instrumen")
	if len(admin.Chat()) != messages {
		t.Error("looking around sends messages")
	}

	h.open("A") // with the newest version
	_, err := h.CloseRound(t.Context(), h.open("B").ID, storage.Source{}, h.clock.Now())
	must(t, err)
	h.tap(admin, "›")
	h.tap(admin, "7. Formulir uji")
	h.expect(admin, "Dipakai dalam 2 putaran, 1 di antaranya masih terbuka.")
}

func TestInstrumentsOnSeveralPages(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for i := range 7 {
		form := trial()
		form.Key = fmt.Sprintf("form%d", i)
		h.publish(form)
	}
	h.write(admin, "/instrumen")
	h.tap(admin, "›")
	h.expect(admin, "7. Formulir uji\nform6 versi 1", "8. Formulir uji\nuji versi 1")
	h.tap(admin, "8. Formulir uji")
	h.expect(admin, "uji versi 1")
}

func TestInstrumentWorkbook(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		forms := h.bundled()
		h.goes(w, admin, "/instrumen", "[6. Kesan setelah pelatihan]", "[Unduh]")
		h.reads(admin, "Berkas sedang disiapkan.")
		h.works()
		files := withFiles(admin)
		if len(files) != 1 || files[0].File.Name != "reaction-2.xlsx" {
			h.t.Fatalf("the files are %v", files)
		}
		for _, part := range []string{"Instrumen reaction versi 2.", "naikkan versinya", "kirim kembali ke sini"} {
			if !strings.Contains(files[0].Text, part) {
				h.t.Errorf("the caption is %q", files[0].Text)
			}
		}
		read, err := xlsform.ReadWorkbook(files[0].File.Data)
		if err != nil || read.Hash() != forms[0].Hash() {
			h.t.Errorf("the workbook holds another form: %v", err)
		}
		// The message shows the instrument again, and gives the file anew.
		h.goes(w, admin, "[Unduh]")
		h.works()
		if files := withFiles(admin); len(files) != 2 {
			h.t.Errorf("asked again, there are %d files", len(files))
		}
		if got := query[int](h, `SELECT count(*) FROM job`); got != 2 {
			h.t.Errorf("%d jobs", got)
		}
		h.goes(w, admin, "[Semua instrumen]")
		if message := admin.Chat().Card(); !strings.Contains(message.Text, "6. Kesan setelah pelatihan") {
			h.t.Errorf("the list is\n%s", shown(message))
		}
	})
}

func TestInstrumentButtonsThatAreForged(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.write(admin, "/instrumen")
	message := admin.Chat().Last().ID
	for _, data := range []string{"i:99:0:show", "i:99:0:try", "i:99:5:file", "i:0:0:try"} {
		admin.TapData(message, data)
		h.settle()
		h.reads(admin, "Instrumen itu tidak ada")
	}
	h.tap(admin, "Semua instrumen")
	admin.TapData(message, "i:0:0:list:9999")
	h.settle()
	h.reads(admin, "1. Formulir uji")
	if got := query[int](h, `SELECT count(*) FROM audit WHERE account_id = 9000`); got != 0 {
		t.Errorf("%d audit rows", got)
	}
}
