package bot_test

import (
	"os"
	"strings"
	"testing"
)

// holidayFile is the decree of a year.
func holidayFile(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../survey/roster/testdata/holidays-2026.csv")
	must(t, err)
	return data
}

func TestHolidaysInChat(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		query[string](h, `INSERT INTO holiday (day, name, kind) VALUES ('2026-01-01', 'Hari contoh', 'joint_leave') RETURNING name`)
		admin := h.admin()
		data := holidayFile(h.t)
		days := strings.Count(strings.TrimSpace(string(data)), "\n")
		w.sends(h, admin, "libur.csv", data)
		h.reads(admin, "Pratinjau hari libur", "1 berubah", "• 16 Januari 2026 · Isra Mikraj Nabi Muhammad SAW (libur nasional)", "(cuti bersama)",
			"• Hari contoh (1 Januari 2026): nama Hari contoh → Tahun Baru 2026 Masehi; jenis cuti_bersama → libur_nasional")
		if got := query[int](h, `SELECT count(*) FROM holiday`); got != 1 {
			h.t.Errorf("%d days before the yes", got)
		}
		w.applies(h, admin, "Terapkan")
		h.expect(admin, "Sudah disimpan.", "2026: ")
		if got := query[int](h, `SELECT count(*) FROM holiday WHERE name <> 'Hari contoh'`); got != days {
			h.t.Errorf("%d days of %d", got, days)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'holidays imported'`); got != 1 {
			h.t.Errorf("%d entries in the books", got)
		}
		w.sends(h, admin, "libur.csv", data)
		h.expect(admin, "Tidak ada yang baru")
	})
}

func TestHolidaysOvertaken(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "libur.csv", []byte("tanggal;nama;jenis\n17/08/2026;Proklamasi;libur_nasional\n01/05/2027;Hari Buruh;libur nasional\n"))
	h.reads(admin, "2026: 1 baru", "2027: 1 baru")
	query[string](h, `INSERT INTO holiday (day, name, kind) VALUES ('2026-08-17', 'Proklamasi', 'holiday') RETURNING name`)
	h.tap(admin, "Terapkan")
	h.works()
	h.reads(admin, "berubah sejak pratinjau tadi", "2027: 1 baru")
	h.tap(admin, "Terapkan")
	h.works()
	h.expect(admin, "Sudah disimpan.")
}

func TestFaultyHolidaysComeBack(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "libur.csv", []byte("tanggal,nama,jenis\n2026-13-01,Hari,libur_nasional\n2026-08-17,Proklamasi,libur\n"))
	messages := admin.Chat().FromBot()
	if told := messages[len(messages)-2].Text; !strings.Contains(told, "Jenis harus libur_nasional atau cuti_bersama.") {
		t.Errorf("it reads %q", told)
	}
	if messages[len(messages)-1].File == nil {
		t.Error("the file does not come back")
	}
}

func TestInstrumentInChat(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		w.sends(h, admin, "saran.xlsx", form(h.t, "named"))
		h.reads(admin, "Saran\nsaran versi 1 · 1 pertanyaan\nbahasa Indonesia · jawaban dengan nama\n\n")
		if first := admin.Chat().Last().Buttons()[0].Text; first != "Terbitkan" {
			h.t.Errorf("the first button is %q, not the yes", first)
		}
		w.applies(h, admin, "Terbitkan")
		h.expect(admin, "Instrumen Saran versi 1 sudah diterbitkan, dan dapat dipilih di /mulai.")
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'instrument published' AND account_id = $1`, adminID); got != 1 {
			h.t.Errorf("%d entries in the books", got)
		}
		w.sends(h, admin, "saran.xlsx", form(h.t, "named"))
		h.expect(admin, "sudah diterbitkan sebelumnya dengan isi yang sama")
		w.sends(h, admin, "saran.xlsx", form(h.t, "confidential"))
		h.expect(admin, "Instrumen saran versi 1 sudah diterbitkan dengan isi lain. Mohon naikkan versinya")
	})
}

// The same version may be published by somebody else before the yes.
func TestInstrumentOvertaken(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "saran.xlsx", form(t, "named"))
	first := admin.Chat().Button("Terbitkan")
	untroubled.sends(h, admin, "saran.xlsx", form(t, "confidential"))
	h.tap(admin, "Terbitkan")
	h.works()
	h.reads(admin, "sudah diterbitkan, dan")
	admin.Tap(first)
	h.settle()
	h.works()
	if told := admin.Chat().Message(first.Message).Text; !strings.Contains(told, "dengan isi lain") {
		t.Errorf("it reads %q", told)
	}
}

// What a form refers to in earlier ones has to be there.
func TestInstrumentThatRefersToNothing(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "lanjut.xlsx", sheetsOf(t, map[string]string{
		"survey":   "type,name,label\ntext,hasil,Apa hasil dari ${training/uji/tidak_ada}?\n",
		"settings": "form_id,form_title,version,default_language,privacy\nlanjut,Lanjut,1,Bahasa Indonesia (id),named\n",
	}))
	h.expect(admin, "1 hal perlu diperbaiki", "lembar survey, baris 2, kolom label", "Mohon perbaiki, lalu kirim lagi")
}
