package bot_test

import (
	"strings"
	"testing"
)

const (
	unitTimes = "nama;zona;hari_kerja\nDinas Contoh;WITA;Senin-Sabtu\n"
	hoursFile = "dari;sampai;buka;tutup;keterangan\n08/02/2027;09/03/2027;08.00;15.00;Contoh Ramadan\n24/12/2027;24/12/2027;07.00;12.00;\n"
)

// When units and the office work comes in files of its own, is seen, and then kept.
func TestWorkTimeInChat(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		w.sends(h, admin, "unit.csv", []byte(unitTimes))
		h.reads(admin, "Pratinjau waktu kerja", "Unit kerja: 1 berubah", "• Dinas Contoh: zona kosong → WITA; hari_kerja kosong → Senin-Sabtu")
		w.applies(h, admin, "Terapkan")
		h.expect(admin, "Sudah disimpan.", "Unit kerja: 1 berubah")
		w.sends(h, admin, "jam.csv", []byte(hoursFile))
		h.reads(admin, "Pratinjau waktu kerja", "Jam kerja khusus: 2 baru", "Jam kerja khusus yang baru:",
			"• 8 Februari – 9 Maret 2027: pukul 08.00–15.00 (Contoh Ramadan)", "• 24 Desember 2027: pukul 07.00–12.00")
		if got := query[int](h, `SELECT count(*) FROM working_hours`); got != 0 {
			h.t.Errorf("%d exceptions before the yes", got)
		}
		w.applies(h, admin, "Terapkan")
		h.expect(admin, "Sudah disimpan.", "Jam kerja khusus: 2 baru")
		w.sends(h, admin, "jam.csv", []byte(hoursFile))
		h.expect(admin, "Tidak ada yang baru")
	})
}

// Empty cells give the unit the office's time again, and end an exception.
func TestWorkTimeTakenAwayInChat(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for _, file := range []string{unitTimes, hoursFile} {
		untroubled.sends(h, admin, "waktu.csv", []byte(file))
		untroubled.applies(h, admin, "Terapkan")
	}
	untroubled.sends(h, admin, "unit.csv", []byte("nama;zona;hari_kerja\nDinas Contoh;;\n"))
	h.reads(admin, "zona WITA → kosong; hari_kerja Senin-Sabtu → kosong")
	untroubled.applies(h, admin, "Terapkan")
	untroubled.sends(h, admin, "jam.csv", []byte(strings.NewReplacer("08.00;15.00", ";", "07.00;12.00", ";").Replace(hoursFile)))
	h.reads(admin, "Jam kerja khusus: 2 berubah", "• Contoh Ramadan (8 Februari 2027): buka 08.00 → kosong; tutup 15.00 → kosong",
		"• 24 Desember 2027: buka 07.00 → kosong; tutup 12.00 → kosong")
	untroubled.applies(h, admin, "Terapkan")
	if got := query[int](h, `SELECT (SELECT count(*) FROM working_hours) + (SELECT count(*) FROM unit WHERE zone IS NOT NULL OR working_days IS NOT NULL)`); got != 0 {
		t.Errorf("%d are left", got)
	}
	h.write(admin, "/audit")
	h.expect(admin, "waktu kerja 1 unit berubah", "jam kerja khusus 0 baru dan 2 berubah")
}

func TestFaultyWorkTimeComesBack(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "jam.csv", []byte("dari,sampai,buka,tutup\n2027-02-08,2027-03-09,08:00,\n"))
	messages := admin.Chat().FromBot()
	if told := messages[len(messages)-2].Text; !strings.Contains(told, "Mohon isi jam buka dan jam tutup, atau kosongkan keduanya") {
		t.Errorf("it reads %q", told)
	}
	if messages[len(messages)-1].File == nil {
		t.Error("the file does not come back")
	}
}
