package bot_test

import (
	"testing"

	"pascalatih/storage"
)

// recurringRounds are those that are kept.
func (h *house) recurringRounds() []storage.RecurringRound {
	h.t.Helper()
	all, err := h.RecurringRounds(h.t.Context())
	must(h.t, err)
	return all
}

func TestJadwalOfARecurringSurvey(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.bundled()
		h.goes(w, admin, "/jadwal", "[Survei berkala]")
		h.reads(admin, "Belum ada survei berkala.")
		h.goes(w, admin, "[Tambah]")
		h.reads(admin, "Formulir apa yang dikirim berkala?")
		if h.sees(admin, "Kesan setelah pelatihan") {
			h.t.Error("a form about a training can be chosen")
		}
		h.goes(w, admin, "[Pengembangan karier]")
		h.reads(admin, "Siapa yang diminta mengisi?\n1. semua pegawai\n2. pegawai unit kerja tertentu\n3. peserta pelatihan beberapa bulan terakhir")
		h.goes(w, admin, "[1]")
		h.reads(admin, "Berapa lama putarannya terbuka?\n1. 7 hari\n2. 14 hari")
		h.goes(w, admin, "[2]")
		h.reads(admin, "Kapan putarannya dibuka?\n1. setiap tanggal 1 Maret dan September pukul 09.00")
		h.goes(w, admin, "[1]")
		h.reads(admin, "Pengembangan karier\nResponden: semua pegawai. Dibuka setiap tanggal 1 Maret dan September pukul 09.00, selama 14 hari.",
			"diundang 2 orang, dan 2 di antaranya dapat dihubungi.", "Lima waktu berikutnya:\n• Selasa, 1 September 2026 pukul 09.00 WIB\n• Senin, 1 Maret 2027")
		if first := admin.Chat().Last().Buttons()[0].Text; first != "Simpan" {
			h.t.Errorf("the first button is %q, not the yes", first)
		}
		if all := h.recurringRounds(); len(all) != 0 {
			h.t.Errorf("before the yes there are %d", len(all))
		}
		h.goes(w, admin, "[Simpan]")
		h.reads(admin, "Survei berkala sudah ditambahkan.\n\nPengembangan karier\nResponden: semua pegawai.", "Berikutnya: Selasa, 1 September 2026 pukul 09.00 WIB")

		h.goes(w, admin, "/jadwal", "[Survei berkala]", "[1. Pengembangan karier]", "[Ubah]", "[Pengembangan karier]", "[2]")
		h.reads(admin, "Unit kerja mana? Sudah dipilih 0.")
		h.goes(w, admin, "[☐ Dinas Contoh]", "[Lanjut]", "[1]", "[Tulis sendiri]", "0 9 * * 1,4")
		h.reads(admin, "Putaran berikutnya akan tiba sebelum yang satu ini ditutup.")
		h.goes(w, admin, "0 9 1 * 7")
		h.reads(admin, "Hari Minggu ditulis 0")
		h.goes(w, admin, "0 9 15 6 *", "[Simpan]")
		h.reads(admin, "Jadwal sudah disimpan.", "Responden: pegawai Dinas Contoh. Dibuka setiap tanggal 15 Juni pukul 09.00, selama 7 hari.")

		h.goes(w, admin, "/jadwal", "[Survei berkala]", "[1. Pengembangan karier]", "[Matikan]")
		h.reads(admin, "tidak akan dibuka lagi sampai dinyalakan", "diundang 2 orang")
		h.goes(w, admin, "[Matikan]")
		h.reads(admin, "Dimatikan sejak 29 Juni 2026")
		h.goes(w, admin, "/jadwal", "[Survei berkala]", "[1. Pengembangan karier]", "[Nyalakan]", "[Nyalakan]")
		h.reads(admin, "Jadwal sudah disimpan.", "Berikutnya: Selasa, 15 Juni 2027")
		if all := h.recurringRounds(); len(all) != 1 || all[0].Revision != 3 || all[0].OffAt != nil {
			h.t.Errorf("there are %+v", all)
		}
		h.goes(w, admin, "/audit", "[Jadwal]")
		h.reads(admin, "Menambah survei berkala program, setiap tanggal 1 Maret dan September pukul 09.00", "Menghentikan survei berkala program")
	})
}

// Whom it asks can be who learnt of late, and one may go back or leave it.
func TestJadwalOfASurveyOfAlumni(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.bundled()
	for _, step := range []string{"/jadwal", "[Survei berkala]", "[Tambah]", "[Pengembangan karier]", "[2]", "[Lanjut]", "[Kembali]", "[3]", "[2]", "[1]", "[Kembali]", "[3]", "[4]"} {
		h.act(admin, step)
	}
	h.reads(admin, "Responden: peserta pelatihan yang selesai dalam 6 bulan terakhir. Dibuka setiap tanggal 1 November pukul 09.00, selama 21 hari.")
	h.tap(admin, "Batal")
	h.expect(admin, "Baik, dibatalkan.")
	if all := h.recurringRounds(); len(all) != 0 {
		t.Errorf("there are %d", len(all))
	}
}

// What another administrator changed meanwhile is shown, and not written over.
func TestJadwalOfASurveyThatSomebodyChanged(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.recurs()
	id := h.recurringRounds()[0].ID
	for _, step := range []string{"/jadwal", "[Survei berkala]", "[1. Suara pegawai]", "[Matikan]"} {
		h.act(admin, step)
	}
	_, err := h.SwitchRecurring(t.Context(), id, 0, false, storage.Source{}, h.clock.Now())
	must(t, err)
	h.tap(admin, "Matikan")
	h.reads(admin, "baru saja diubah orang lain", "Dimatikan sejak")
}
