package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/roster"
)

// brings imports files of a roster.
func (h *house) brings(files ...string) {
	h.t.Helper()
	var parsed []roster.Roster
	for i, content := range files {
		r, err := roster.Parse(fmt.Sprintf("%d.csv", i), []byte(content))
		must(h.t, err)
		parsed = append(parsed, r)
	}
	all, err := roster.Merge(parsed...)
	must(h.t, err)
	_, err = h.Import(h.t.Context(), all, storage.Source{}, h.clock.Now())
	must(h.t, err)
}

const (
	pegawaiHeader   = "nip,nama,unit,jabatan,golongan,telepon,atasan_nip\n"
	pelatihanHeader = "kode,judul,jenis,penyelenggara,mulai,selesai,jp,rencana\n"
	pesertaHeader   = "kode,nip\n"
)

func (h *house) training(code string) storage.Training {
	h.t.Helper()
	id, err := h.TrainingCoded(h.t.Context(), code)
	must(h.t, err)
	training, err := h.Training(h.t.Context(), storage.Scope{All: true}, id)
	must(h.t, err)
	return training
}

// goes lets a person take a path, step by step.
func (h *house) goes(w way, p *simulator.Person, path ...string) {
	h.t.Helper()
	for _, step := range path {
		w.step(h, p, step)
	}
}

func TestPelatihan(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.brings(pelatihanHeader + "C,Pelatihan C,Teknis,Badan Diklat,2026-05-04,2026-05-04,8,singkat\n")
	h.write(admin, "/pelatihan")
	h.expect(admin, "Juni 2026\n\n1. Pelatihan A\n25–29 Juni 2026 · 2 peserta", "2. Pelatihan B")
	h.tap(admin, "‹ Mei 2026")
	h.expect(admin, "Mei 2026\n\n1. Pelatihan C\n4 Mei 2026 · 0 peserta")
	h.tap(admin, "1. Pelatihan C")
	h.expect(admin, "Pelatihan C\nC · Teknis · Badan Diklat\n4 Mei 2026 · 8 JP\n0 peserta", "Rencana: Singkat",
		"• reaction: 4 Mei 2026 pukul 15.30 WIB, instrumennya belum diterbitkan")
	h.tap(admin, "Mei 2026")
	h.tap(admin, "Juni 2026 ›")

	round := h.open("A")
	h.tap(admin, "1. Pelatihan A")
	h.expect(admin, "Tanpa rencana", fmt.Sprintf("%d · Formulir uji · terbuka sampai", round.ID), "▱ 0 dari 2 terkirim")
	messages := len(admin.Chat())
	h.tap(admin, fmt.Sprintf("%d · Formulir uji", round.ID))
	h.reads(admin, "Pelatihan A", "2 diundang")
	if len(admin.Chat()) != messages {
		t.Error("looking around sends messages")
	}
}

func TestPelatihanOfOneUnit(t *testing.T) {
	h := newHouse(t)
	h.brings(pegawaiHeader+"198001012005011009,Rina Lain,Badan Lain,,,,\n",
		pelatihanHeader+"C,Pelatihan C,,,2026-06-26,2026-06-26,,\n", pesertaHeader+"A,198001012005011009\nC,198001012005011009\n")
	h.give(h.budi.ID, storage.RoleHR, storage.Scope{Units: []int64{1}})
	h.write(h.budi, "/pelatihan")
	h.expect(h.budi, "1. Pelatihan A\n25–29 Juni 2026 · 2 peserta")
	if said := h.budi.Chat().Last(); strings.Contains(said.Text, "Pelatihan C") || h.budi.Chat().Button("Pelatihan baru").Text != "" {
		t.Errorf("of another unit there is\n%s", shown(said))
	}
	h.tap(h.budi, "1. Pelatihan A")
	if h.budi.Chat().Button("Ubah").Text != "" {
		t.Error("there is a button to change it")
	}
	h.tap(h.budi, "Peserta")
	h.expect(h.budi, "1. Budi Contoh, Dinas Contoh\nterhubung", "2. Siti Contoh")
	if strings.Contains(h.budi.Chat().Last().Text, "Rina") {
		t.Error("somebody of another unit is shown")
	}
}

func TestNewTraining(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.goes(w, admin, "/pelatihan", "[Pelatihan baru]", "A")
		h.reads(admin, "Kode itu sudah dipakai pelatihan lain", "Apa kode pelatihannya?")
		h.goes(w, admin, "PEL-09", "Pelatihan  <b>Baru</b>", "Teknis", "[Lewati]", "5 desembr 2026")
		h.reads(admin, "Tanggal ini tidak dikenali", "Kapan hari pertamanya?")
		h.goes(w, admin, "5/12/2026", "4/12/2026")
		h.reads(admin, "Tanggal selesai mendahului tanggal mulai")
		h.goes(w, admin, "[Satu hari saja]", "banyak")
		h.reads(admin, "JP harus bilangan bulat")
		h.goes(w, admin, "8", "[Kembali]", "16", "[Singkat: reaksi dan tindak…]")
		h.reads(admin, "Apakah sudah benar?", "Kode: PEL-09", "Judul: Pelatihan <b>Baru</b>", "Jenis: Teknis",
			"Penyelenggara: kosong", "Tanggal: 5 Desember 2026", "JP: 16\n", "reaction: 5 Desember 2026 pukul 15.30 WIB")
		h.goes(w, admin, "[Simpan]")
		h.reads(admin, "Pelatihan sudah disimpan.", "PEL-09 · Teknis", "5 Desember 2026 · 16 JP")
		if got := h.training("PEL-09"); got.Title != "Pelatihan <b>Baru</b>" || got.Hours.Count != 16 || got.Plan != "singkat" {
			h.t.Errorf("it is %+v", got)
		}
		if got := query[int](h, `SELECT count(*) FROM training`); got != 3 {
			h.t.Errorf("%d trainings", got)
		}
	})
}

func TestChangeTraining(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.brings(pelatihanHeader + "A,Pelatihan A,,,2026-07-01,2026-07-03,,singkat\n")
		h.goes(w, admin, "/pelatihan", "[1. Pelatihan A]", "[Ubah]", "[Tanggal]")
		h.reads(admin, "Kapan hari pertamanya?", "Sekarang: 1 Juli 2026")
		h.goes(w, admin, "8 Juli 2026", "2026-07-10")
		h.reads(admin, "Tanggal: 1–3 Juli 2026 → 8–10 Juli 2026", "Putaran yang belum dibuka ikut bergeser:",
			"reaction: 10 Juli 2026 pukul 15.30 WIB", "checkin: 10 Agustus 2026 pukul 09.00 WIB")
		h.goes(w, admin, "[Simpan]")
		h.reads(admin, "Pelatihan sudah disimpan.", "8–10 Juli 2026")
		h.goes(w, admin, "[Ubah]", "[Penyelenggara]", "Badan Diklat", "[Kembali]", "[Penyelenggara]", "Balai Diklat", "[Simpan]")
		h.reads(admin, "A · Balai Diklat")
		h.goes(w, admin, "[Ubah]", "[Rencana]", "[Tanpa rencana]")
		h.reads(admin, "Rencana: Singkat", "→ kosong")
		h.goes(w, admin, "[Simpan]", "[Ubah]", "[Penyelenggara]", "[Kosongkan]", "[Simpan]", "[Ubah]", "[JP]", "[Kosongkan]")
		h.reads(admin, "Tidak ada yang berubah.")
		h.goes(w, admin, "[Batal]")
		h.reads(admin, "Tanpa rencana")
		if got := h.training("A"); got.Provider != "" || got.Plan != "" || !got.First.Equal(time.Date(2026, time.July, 8, 0, 0, 0, 0, time.UTC)) {
			h.t.Errorf("it is %+v", got)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'training changed'`); got != 4 {
			h.t.Errorf("%d changes are in the audit", got)
		}
	})
}

// Of two officers who change one training at once, the second sees what the first
// did, and nothing of it is lost.
func TestTwoOfficersChangeOneTraining(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
	for _, step := range []string{"/pelatihan", "[1. Pelatihan A]", "[Ubah]", "[Judul]", "Judul admin"} {
		h.act(admin, step)
	}
	for _, step := range []string{"/pelatihan", "[1. Pelatihan A]", "[Ubah]", "[Jenis]", "Teknis"} {
		h.act(h.budi, step)
	}
	admin.Tap(admin.Chat().Button("Simpan"))
	h.budi.Tap(h.budi.Chat().Button("Simpan"))
	h.settle()
	first, second := admin, h.budi
	if strings.Contains(admin.Chat().Last().Text, "diubah orang lain") {
		first, second = h.budi, admin
	}
	h.reads(first, "Pelatihan sudah disimpan.")
	h.reads(second, "baru saja diubah orang lain", "Apa yang diubah?")
	label, words := "[Jenis]", "Teknis"
	if second == admin {
		label, words = "[Judul]", "Judul admin"
	}
	for _, step := range []string{label, words, "[Simpan]"} {
		h.act(second, step)
	}
	if got := h.training("A"); got.Title != "Judul admin" || got.Kind != "Teknis" {
		t.Errorf("it is %+v", got)
	}
}

func TestAddParticipantsBySearch(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.brings(pegawaiHeader + "198001012005011003,Rudi Misal,Dinas Contoh,,,,198001012005011001\n" +
			"198001012005011004,Rudi Umpama,Dinas Contoh,,,,\n")
		h.goes(w, admin, "/pelatihan", "[1. Pelatihan A]", "[Peserta]", "[Tambahkan]", "rudi")
		h.reads(admin, "1. Rudi Misal, Dinas Contoh · …011003", "2. Rudi Umpama")
		h.goes(w, admin, "[☐ 1. Rudi Misal]", "[☐ 2. Rudi Umpama]", "[☑ 2. Rudi Umpama]", "contoh")
		h.reads(admin, "1. Budi Contoh, Dinas Contoh · …011001 · sudah peserta", "Yang dipilih: 1 orang.")
		h.goes(w, admin, "[Lanjut]")
		h.reads(admin, "Yang akan ditambahkan: 1 orang.", "• Rudi Misal, Dinas Contoh")
		h.goes(w, admin, "[Tambahkan]")
		h.reads(admin, "1 peserta sudah ditambahkan.", "2. Rudi Misal, Dinas Contoh\natasan Budi Contoh · belum terhubung", "3 peserta")
		if got := h.training("A").Participants; got != 3 {
			h.t.Errorf("%d participants", got)
		}
	})
}

func TestAddParticipantsByNIPs(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.brings(pelatihanHeader + "C,Pelatihan C,,,2026-06-30,2026-06-30,,\n")
	for _, step := range []string{"/pelatihan", "[3. Pelatihan C]", "[Peserta]", "[Tambahkan]"} {
		h.act(admin, step)
	}
	h.write(admin, "1. 19800101 200501 1 001 Budi\n2. 198001012005011099\n3. 19800101200501100\n198001012005011001")
	h.expect(admin, "Yang akan ditambahkan: 1 orang.", "• Budi Contoh", "NIP yang tidak ada dalam data pegawai: 1, yaitu 198001012005011099",
		"bukan 18 angka: 1, yaitu 19800101200501100")
	h.write(admin, "198001012005011002")
	h.expect(admin, "Yang akan ditambahkan: 2 orang.")
	round, _, err := h.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
	must(t, err)
	h.tap(admin, "Tambahkan")
	h.expect(admin, "2 peserta sudah ditambahkan.")
	if got := h.status(round).Invited; got != 2 {
		t.Errorf("training A invites %d", got)
	}
	h.tap(admin, "Tambahkan")
	h.write(admin, "198001012005011001 198001012005011002")
	h.expect(admin, "Yang akan ditambahkan: 0 orang.", "Sudah menjadi peserta: 2 orang.")
	if h.sees(admin, "Tambahkan") {
		t.Error("there is nobody to add, and a button for it")
	}
}

// sees tells whether the bot's last message has such a button.
func (h *house) sees(p *simulator.Person, label string) bool {
	for _, button := range p.Chat().Last().Buttons() {
		if button.Text == label {
			return true
		}
	}
	return false
}

// Hundreds of NIPs come in several messages, and are named only in part.
func TestAddHundreds(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	var lines, first, second strings.Builder
	for i := range 300 {
		nip := fmt.Sprintf("198101012005011%03d", i)
		fmt.Fprintf(&lines, "%s,Pegawai %03d,Dinas Contoh,,,,\n", nip, i)
		into := &first
		if i >= 150 {
			into = &second
		}
		fmt.Fprintln(into, nip)
	}
	h.brings(pegawaiHeader + lines.String())
	for _, step := range []string{"/pelatihan", "[1. Pelatihan A]", "[Peserta]", "[Tambahkan]", first.String(), second.String()} {
		h.act(admin, step)
	}
	h.expect(admin, "Yang akan ditambahkan: 300 orang.", "• Pegawai 014", "dan 285 orang lagi")
	h.tap(admin, "Tambahkan")
	h.expect(admin, "300 peserta sudah ditambahkan.", "302 peserta")
}

func TestRemoveParticipant(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		round := h.open("A")
		h.settle()
		h.tap(h.siti, "Mulai")
		h.goes(w, admin, "/pelatihan", "[1. Pelatihan A]", "[Peserta]", "[Keluarkan]", "[2. Siti Contoh]")
		h.reads(admin, "Keluarkan Siti Contoh dari Pelatihan A?", "Formulir yang sedang diisi dan belum dikirim akan dihapus")
		h.goes(w, admin, "[Keluarkan]")
		h.reads(admin, "Peserta sudah dikeluarkan.", "1. Budi Contoh", "1 peserta")
		if status := h.status(round); status.Invited != 1 || status.Withdrawn != 0 {
			h.t.Errorf("the round counts %+v", status.RoundCounts)
		}
		w.step(h, h.siti, "/survei")
		h.reads(h.siti, "tidak ada formulir yang perlu diisi")
	})
}

func TestTrainingButtonsThatAreForged(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.write(admin, "/pelatihan")
	message := admin.Chat().Last().ID
	for _, data := range []string{"t:99:0:show", "t:99:0:people", "t:99:0:edit", "t:99:0:add", "t:99:0:remove", "t:99:0:begin"} {
		admin.TapData(message, data)
		h.settle()
		h.reads(admin, "Pelatihan itu tidak ada")
	}
	for _, data := range []string{"t:0:999999999:month", "t:0:9223372036854775807:month:9999", "t:0:1:month"} {
		admin.TapData(message, data)
		h.settle()
		h.reads(admin, "Juni 2026")
	}
	// In the dialogues, ids of what does not belong to them.
	for _, path := range []struct{ begin, forged, reads string }{
		{"t:1:0:remove", "d:99:%d:choose", "sudah bukan peserta"},
		{"t:1:0:add", "d:99:%d:tick", "sudah menjadi peserta, atau tidak lagi"},
		{"t:1:0:add", "d:0:%d:yes", "Siapa yang ditambahkan?"},
		{"t:1:0:edit", "d:0:%d:field:9999", "Apa yang diubah?"},
		{"t:1:0:edit", "d:0:%d:yes", "Apa yang diubah?"},
		{"t:0:0:new", "d:0:%d:skip", "Apa kode pelatihannya?"},
		{"t:0:0:new", "d:1:%d:plan", "Apa kode pelatihannya?"},
	} {
		admin.TapData(admin.Chat().Last().ID, path.begin)
		h.settle()
		h.forge(admin, path.forged)
		h.reads(admin, path.reads)
	}
	if got := query[int](h, `SELECT count(*) FROM audit WHERE account_id = 9000`); got != 0 {
		t.Errorf("%d audit rows", got)
	}
}

// A round begins from its training, by the dialogue of /mulai.
func TestBeginRoundFromTraining(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for _, step := range []string{"/pelatihan", "[1. Pelatihan A]", "[Mulai putaran]"} {
		h.act(admin, step)
	}
	h.expect(admin, "Instrumen apa yang dikirim?")
}
