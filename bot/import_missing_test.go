package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"pascalatih/storage"
)

// office puts n more employees into the roster, from the tenth NIP on, and gives
// the lines of a file that lists everybody.
func (h *house) crowd(n int) []string {
	h.t.Helper()
	lines := []string{"198001012005011001,Budi Contoh,Dinas Contoh", "198001012005011002,Siti Contoh,Dinas Contoh"}
	rows := pegawaiHeader
	for i := range n {
		line := fmt.Sprintf("198001012005011%03d,Pegawai Nomor%c,Dinas Contoh", 10+i, 'A'+rune(i))
		lines = append(lines, line)
		rows += line + ",,,,\n"
	}
	h.brings(rows)
	return lines
}

func pegawaiOf(lines ...string) []byte {
	return []byte("nip,nama,unit\n" + strings.Join(lines, "\n") + "\n")
}

// Who is not listed is asked about, once the rest is saved.
func TestWhoIsNotListed(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		lines := h.crowd(20)
		round := h.open("A")
		w.sends(h, admin, "pegawai.csv", pegawaiOf(append(lines[2:19], "198001012005011003,Rudi Misal,Dinas Contoh")...))
		h.reads(admin, "Pegawai: 1 baru, 17 tetap", "Tidak tercantum dalam berkas ini: 5 pegawai. Data mereka tetap ada.")
		w.applies(h, admin, "Terapkan")
		h.reads(admin, "Sudah disimpan.", "5 pegawai. Data mereka tetap ada.") // of 23: more than can have left
		w.step(h, admin, "[Yang tidak tercantum]")
		h.reads(admin, "Siapa yang sudah tidak di kantor?", "1. Budi Contoh, Dinas Contoh", "5. Siti Contoh")
		h.goes(w, admin, "[Semua pensiun]", "[1. Budi Contoh]", "[1. Budi Contoh]", "[2. Pegawai NomorR]")
		h.reads(admin, "1. Budi Contoh, Dinas Contoh · …011001 → pindah", "5. Siti Contoh, Dinas Contoh · …011002 → pensiun", "Ditandai: 1 pindah, 3 pensiun.")
		w.step(h, admin, "[Simpan]")
		h.expect(admin, "Baik, sudah dicatat: 1 pindah, 3 pensiun.")
		if got := query[int](h, `SELECT count(*) FROM employee WHERE left_at IS NOT NULL`); got != 4 {
			h.t.Errorf("%d left", got)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'employees left'`); got != 1 {
			h.t.Errorf("%d entries in the books", got)
		}
		if status := h.status(round); status.Invited != 0 {
			h.t.Errorf("%d are still invited", status.Invited)
		}
		w.step(h, admin, "/pegawai budi contoh")
		h.reads(admin, "Tidak lagi di kantor sejak 29 Juni 2026 (pindah)")

		// Listed again, he is back, and asked.
		w.sends(h, admin, "pegawai.csv", pegawaiOf(lines[0]))
		h.reads(admin, "Pegawai: 1 berubah", "• Budi Contoh (198001012005011001): kembali ke kantor")
		w.applies(h, admin, "Terapkan")
		if status := h.status(round); status.Invited != 1 {
			h.t.Errorf("%d are invited", status.Invited)
		}
		h.reads(h.budi, "Formulir uji")
	})
}

// A few who are missing are asked about straight away, and may all stay.
func TestAFewAreNotListed(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		lines := h.crowd(10)
		w.sends(h, admin, "pegawai.csv", pegawaiOf(lines[1:]...))
		h.reads(admin, "Tidak ada yang baru", "1 pegawai. Apakah mereka sudah tidak di kantor?")
		keep := admin.Chat().Button("Biarkan semua")
		w.step(h, admin, "[Periksa]")
		h.reads(admin, "1. Budi Contoh")
		w.step(h, admin, "[Biarkan semua]")
		h.expect(admin, "semuanya tetap tercatat")
		admin.Tap(keep)
		h.settle()
		h.expect(admin, "semuanya tetap tercatat")
		if got := query[int](h, `SELECT count(*) FROM employee WHERE left_at IS NOT NULL`); got != 0 {
			h.t.Errorf("%d left", got)
		}
	})
}

// A file without employees says nothing of who is missing.
func TestParticipantsMissNobody(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "peserta.csv", []byte("kode,nip\nA,198001012005011001\n"))
	h.expect(admin, "Tidak ada yang baru")
	if said := admin.Chat().Last(); strings.Contains(said.Text, "tercantum") || len(said.Rows) > 0 {
		t.Errorf("it says %s", shown(said))
	}
}

func TestWhoIsNotListedPageByPage(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		lines := h.crowd(8)
		w.sends(h, admin, "pegawai.csv", pegawaiOf(lines[9]))
		h.goes(w, admin, "[Yang tidak tercantum]", "[1. Budi Contoh]", "[›]", "[Semua pindah]")
		h.reads(admin, "7. Pegawai NomorF", "9. Siti Contoh", "Ditandai: 4 pindah, 0 pensiun.")
		h.goes(w, admin, "[Semua pindah]", "[9. Siti Contoh]", "[‹]", "[1. Budi Contoh]")
		h.reads(admin, "→ pensiun", "Ditandai: 1 pindah, 1 pensiun.")
		h.forge(admin, "d:1:%d:zzz")
		h.forge(admin, "d:99:%d:choose")
		h.goes(w, admin, "[Simpan]")
		h.expect(admin, "1 pindah, 1 pensiun")
		// The list that is opened once more holds those who are still there.
		job := query[int64](h, `SELECT id FROM job WHERE kind = 'import'`)
		h.forge(admin, fmt.Sprintf("m:%d:0:missing", job))
		h.reads(admin, "1. Pegawai NomorA")
	})
}

// Whoever began a form before they left may end it; they are not reminded.
func TestLeavingKeepsWhatWasBegun(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	h.settle()
	h.tap(h.budi, "Mulai")
	_, err := h.MarkLeft(t.Context(), map[int64]storage.Departure{1: storage.Moved, 2: storage.Retired}, storage.Source{}, h.clock.Now())
	must(t, err)
	if status := h.status(round); status.Invited != 1 || status.Reachable != 0 {
		t.Errorf("the round stands at %+v", status.RoundCounts)
	}
	for _, step := range path[1:] {
		h.act(h.budi, step)
	}
	h.tap(h.budi, "Kirim")
	if status := h.status(round); status.Sent != 1 {
		t.Errorf("%d sent", status.Sent)
	}
	h.tap(h.siti, "Mulai")
	h.reads(h.siti, "sudah tidak berlaku")
}
