package bot_test

import (
	"slices"
	"strings"
	"testing"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// A plan is seen as a line of time, and in the words of people.
func TestRencana(t *testing.T) {
	h := newHouse(t)
	h.publish(h.bundled()...)
	admin := h.admin()
	h.write(admin, "/rencana")
	h.expect(admin, "Rencana mana yang dilihat?\n\n1. Singkat: reaksi", "2. Standar: sebelum pelatihan")
	h.tap(admin, "2. Standar")
	h.expect(admin, "Standar: sebelum pelatihan sampai 90 hari sesudahnya\nDalam berkas impor ditulis: standar",
		"3 hari sebelum mulai, pukul 08.00\n1. Penilaian kemampuan diri · peserta · terbuka sampai pelatihan dimulai",
		"Hari terakhir, pukul 15.30\n2. Kesan setelah pelatihan · peserta · terbuka 7 hari",
		"30 hari setelah selesai, hari kerja pertama pukul 09.00\n3. ",
		"90 hari setelah selesai, hari kerja pertama pukul 09.00\n4. Penerapan hasil pelatihan · peserta · terbuka 14 hari\n5. ",
		" · peserta · terbuka 14 hari\n6. Pengamatan oleh atasan · atasan peserta · terbuka 21 hari")
	h.tap(admin, "2. Kesan setelah pelatihan")
	h.expect(admin, "Kesan setelah pelatihan\nKepada: peserta\nDibuka: Hari terakhir, pukul 15.30\nLamanya: terbuka 7 hari\n"+
		"Pengingat: setelah 2 dan 5 hari kerja, dan pada hari terakhir\nBila ada yang belum terhubung: bagian kepegawaian diberi tahu")
	h.tap(admin, "Kembali")
	h.tap(admin, "Kembali")
	h.tap(admin, "Selesai")
	h.expect(admin, "Rencana dapat dibuka lagi dengan /rencana")
}

// A step is added by buttons alone, in the middle of crashes and double taps.
func TestAddStepByButtons(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.brings(pelatihanHeader + "A,Pelatihan A,,,2026-07-07,2026-07-08,,singkat\n")
		h.goes(w, admin, "/rencana", "[1. Singkat]", "[Tambah langkah]", "[Formulir uji]", "[Sebelum mulai]", "[3]", "[08.00]")
		h.reads(admin, "Langkah yang ditambahkan:\n\nFormulir uji\nKepada: peserta\nDibuka: 3 hari sebelum mulai, pukul 08.00\n"+
			"Lamanya: terbuka sampai pelatihan dimulai", "Putaran yang berubah: 1, pada 1 pelatihan dengan 2 peserta.",
			"• Pelatihan A · Formulir uji: baru, 4 Juli 2026 pukul 08.00 WIB", "Putaran yang sudah dibuka tidak berubah.")
		h.goes(w, admin, "[Kembali]", "[Kembali]", "[7]", "[09.00]", "[Simpan]")
		h.reads(admin, "Rencana sudah disimpan.", "7 hari sebelum mulai, pukul 09.00\n1. Formulir uji")
		if got := query[int](h, `SELECT count(*) FROM step JOIN plan p ON p.id = plan_id WHERE p.key = 'singkat'`); got != 3 {
			h.t.Errorf("%d steps", got)
		}
	})
}

func TestMoveStep(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.brings(pelatihanHeader + "A,Pelatihan A,,,2026-07-01,2026-07-03,,singkat\n")
		h.goes(w, admin, "/rencana", "[1. Singkat]", "[2. checkin]", "[Hari]", "[Setelah selesai]", "berapa saja")
		h.reads(admin, "Mohon ketik angka saja", "Berapa hari setelah hari terakhir?")
		h.goes(w, admin, "45 hari")
		h.reads(admin, "Langkah ini menjadi:", "Dibuka: 45 hari setelah selesai, hari kerja pertama pukul 09.00",
			"• Pelatihan A · checkin: 3 Agustus 2026 pukul 09.00 WIB → 17 Agustus 2026 pukul 09.00 WIB")
		h.goes(w, admin, "[Simpan]", "[2. checkin]", "[Pengingat]", "besok")
		h.reads(admin, "paling banyak lima angka")
		h.goes(w, admin, "5, 1 dan 3")
		h.reads(admin, "Pengingat: setelah 1, 3, dan 5 hari kerja, dan pada hari terakhir", "Tidak ada putaran yang bergeser.")
		h.goes(w, admin, "[Simpan]", "[2. checkin]", "[Jam]", "[Tulis sendiri]", "0 9,15 * * *")
		h.reads(admin, "Langkah dibuka paling sering sekali sehari")
		h.goes(w, admin, "0 9 31 2 *")
		h.reads(admin, "tidak akan pernah tiba")
		h.goes(w, admin, "0 9 29 2 *")
		h.reads(admin, "tidak tiba setiap tahun")
		h.goes(w, admin, "[Tulis sendiri]", "0 9 * * 1")
		h.reads(admin, "pada kesempatan pertama: setiap Senin pukul 09.00")
		h.goes(w, admin, "[Simpan]", "[2. checkin]", "[Lama terbuka]", "[14]")
		h.reads(admin, "Tidak ada yang berubah.")
		h.goes(w, admin, "[Lama terbuka]", "[21]", "[Simpan]", "[2. checkin]", "[Belum terhubung]", "[Tidak perlu]", "[Simpan]",
			"[2. checkin]", "[Matikan]")
		h.reads(admin, "Matikan langkah checkin?", "checkin: tidak dibuka lagi (semula 17 Agustus 2026 pukul 09.00 WIB)")
		h.goes(w, admin, "[Simpan]")
		h.reads(admin, "checkin · peserta · dimatikan")
		if got := query[string](h, `SELECT cron || ' ' || days || ' ' || days_open || ' ' || remind_after::text || missing FROM step WHERE off_at IS NOT NULL`); got != "0 9 * * 1 45 21 {1,3,5}wait" {
			h.t.Errorf("it is %s", got)
		}
		h.goes(w, admin, "[2. checkin]", "[Nyalakan]", "[Simpan]")
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action LIKE 'step%'`); got != 7 {
			h.t.Errorf("%d changes are in the audit", got)
		}
	})
}

func TestCopyPlanAndKinds(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.brings(pelatihanHeader + "A,Pelatihan A,Teknis,,2026-07-01,2026-07-03,,\nB,Pelatihan B,Teknis,,2026-07-01,2026-07-03,,singkat\n")
		h.goes(w, admin, "/rencana", "[1. Singkat]", "[Salin]", "Singkat")
		h.reads(admin, "Nama itu sudah dipakai")
		h.goes(w, admin, "Teknis  2026")
		h.reads(admin, "Salinannya sudah dibuat.", "Teknis 2026\nDalam berkas impor ditulis: teknis-2026", "30 hari setelah selesai, hari kerja pertama pukul 09.00\n2. ")
		h.goes(w, admin, "[Kembali]", "[Menurut jenis]", "[1. Teknis]", "[Teknis 2026]")
		h.reads(admin, "Pelatihan berjenis Teknis tanpa rencana sendiri: Teknis 2026.", "Putaran yang berubah: 2, pada 1 pelatihan dengan 2 peserta.",
			"• Pelatihan A · reaction: baru, 3 Juli 2026 pukul 15.30 WIB")
		h.goes(w, admin, "[Simpan]")
		h.reads(admin, "Sudah disimpan.", "1. Teknis: Teknis 2026\n1 pelatihan tanpa rencana sendiri")
		h.goes(w, admin, "/pelatihan", "[1. Pelatihan A]")
		h.reads(admin, "Rencana menurut jenisnya: Teknis 2026", "• reaction: 3 Juli 2026")
		h.goes(w, admin, "[Pilih rencana]", "[Singkat: reaksi dan tindak…]")
		h.reads(admin, "Rencana: kosong → Singkat", "Jadwal putaran menurut rencana:", "Tidak dibuka lagi:\n• reaction: 3 Juli 2026")
		h.goes(w, admin, "[Simpan]", "[Pilih rencana]", "[Ikuti jenisnya]", "[Simpan]")
		h.reads(admin, "Rencana menurut jenisnya: Teknis 2026")
		h.goes(w, admin, "/rencana", "[Menurut jenis]", "[1. Teknis]", "[Tanpa rencana]")
		h.reads(admin, "tanpa rencana.", "reaction: tidak dibuka lagi (semula 3 Juli")
		h.goes(w, admin, "[Simpan]")
		if got := query[int](h, `SELECT count(*) FROM kind_plan`); got != 0 {
			h.t.Errorf("%d kinds have a plan", got)
		}
	})
}

// Of two officers who change one step, the second sees what the first did.
func TestTwoOfficersChangeOneStep(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
	for _, step := range []string{"/rencana", "[1. Singkat]", "[2. checkin]", "[Lama terbuka]", "[21]"} {
		h.act(admin, step)
		h.act(h.budi, step)
	}
	h.tap(admin, "Simpan")
	h.tap(h.budi, "Simpan")
	h.expect(h.budi, "Rencana ini baru saja diubah orang lain.", "Lamanya: terbuka 21 hari")
}

func TestCancelTraining(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
		h.brings(pelatihanHeader + "A,Pelatihan A,,,2026-06-25,2026-06-29,,singkat\n")
		round := h.open("A")
		h.goes(w, admin, "/pelatihan", "[1. Pelatihan A]", "[Batalkan pelatihan]")
		h.reads(admin, "Batalkan Pelatihan A?", "ditutup, 0 dari 2 sudah mengirim", "checkin: 29 Juli 2026 pukul 09.00 WIB, tidak jadi dibuka",
			"Pembatalan dapat dicabut kapan saja")
		h.goes(w, admin, "[Kembali]", "[Batalkan pelatihan]", "[Ya, batalkan]")
		h.reads(admin, "Pelatihan sudah dibatalkan. Putaran yang ditutup: 1. Langkah yang tidak jadi dibuka: 2.", "Pelatihan ini dibatalkan pada 29 Juni 2026")
		if h.sees(admin, "Mulai putaran") {
			h.t.Error("a round can be started")
		}
		if h.status(round).ClosedAt == nil {
			h.t.Error("its round is open")
		}
		h.deliver()
		h.settle()
		messages := h.budi.Chat().FromBot()
		if !slices.ContainsFunc(messages, func(m simulator.Message) bool {
			return strings.Contains(m.Text, "Pelatihan A sudah dibatalkan.") && strings.Contains(m.Text, "ditutup, 0 dari 2")
		}) {
			h.t.Errorf("the other officer is not told: %s", shown(h.budi.Chat().Last()))
		}
		h.goes(w, admin, "/mulai A uji")
		h.reads(admin, "Pelatihan itu sudah dibatalkan.")
		h.goes(w, admin, "/pelatihan", "[1. Pelatihan A]", "[Aktifkan lagi]")
		h.reads(admin, "Aktifkan lagi Pelatihan A?", "checkin: 29 Juli 2026 pukul 09.00 WIB, akan dibuka")
		h.goes(w, admin, "[Ya, aktifkan]")
		h.reads(admin, "Pelatihan sudah aktif lagi.", "• checkin: 29 Juli 2026")
	})
}

// A training whose rounds are over had some, and nothing is left to be closed.
func TestCancelTrainingThatIsOver(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	round := h.open("B")
	_, err := h.CloseRound(t.Context(), round.ID, storage.Source{}, h.clock.Now())
	must(t, err)
	h.settle()
	for _, step := range []string{"/pelatihan", "[2. Pelatihan B]", "[Batalkan pelatihan]"} {
		h.act(admin, step)
	}
	h.reads(admin, "Batalkan Pelatihan B?", "Tidak ada putaran yang terbuka, dan tidak ada yang akan dibuka.")
}

// When a step opens to people who cannot be reached, HR hears how many, and what
// to do.
func TestStepTellsHR(t *testing.T) {
	h := newHouse(t)
	h.publish(h.bundled()...)
	admin := h.admin()
	h.brings(pegawaiHeader+"198001012005011009,Rina Lain,Badan Lain,,,,\n",
		pelatihanHeader+"A,Pelatihan A,,,2026-06-25,2026-06-29,,singkat\n", pesertaHeader+"A,198001012005011009\n")
	due, err := h.DueSteps(t.Context(), h.clock.Now(), wib)
	must(t, err)
	for _, step := range due {
		_, _, err := h.OpenStep(t.Context(), step, wib, h.clock.Now())
		must(t, err)
	}
	h.deliver()
	h.settle()
	h.reads(admin, "Kesan setelah pelatihan", "Putaran ini baru dibuka, dan belum semua orang dapat dihubungi. 2 dari 3 orang dapat dihubungi.",
		"1 orang belum terhubung. Bagikan tautan pribadinya", "Yang terhubung sebelum putaran ditutup langsung diundang.")
	h.tap(admin, "Belum terjangkau")
}

// Buttons that no step offers lead nowhere.
func TestRencanaButtonsThatAreForged(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for _, path := range []struct {
		way    []string
		forged string
		reads  string
	}{
		{[]string{"/rencana"}, "d:99:%d:choose", "Rencana itu sudah tidak ada"},
		{[]string{"/rencana"}, "d:0:%d:yes", "Rencana mana yang dilihat?"},
		{[]string{"/rencana", "[Menurut jenis]"}, "d:0:%d:kind:9", "Jenis mana yang diatur?"},
		{[]string{"/rencana", "[1. Singkat]"}, "d:99:%d:choose", "Langkah itu sudah tidak ada"},
		{[]string{"/rencana", "[1. Singkat]"}, "d:0:%d:yes", "Hari terakhir, pukul 15.30\n1. "},
		{[]string{"/rencana", "[1. Singkat]", "[2. checkin]"}, "d:0:%d:field:9", "Apa yang diubah?"},
		{[]string{"/rencana", "[1. Singkat]", "[2. checkin]", "[Hari]"}, "d:0:%d:anchor:9", "dihitung dari mana?"},
		{[]string{"/rencana", "[1. Singkat]", "[2. checkin]", "[Hari]", "[Setelah selesai]"}, "d:0:%d:number:9999", "Paling banyak 60 hari sebelum dan 400"},
		{[]string{"/rencana", "[1. Singkat]", "[2. checkin]", "[Lama terbuka]"}, "d:0:%d:number:9999", "paling lama 366 hari"},
		{[]string{"/rencana", "[1. Singkat]", "[2. checkin]", "[Pengingat]"}, "d:0:%d:remind:9", "Kapan yang belum mengirim diingatkan?"},
		{[]string{"/rencana", "[1. Singkat]", "[Tambah langkah]"}, "d:99:%d:instrument", "Instrumen itu belum diterbitkan"},
	} {
		for _, step := range path.way {
			h.act(admin, step)
		}
		h.forge(admin, path.forged)
		h.reads(admin, path.reads)
	}
	if got := query[int](h, `SELECT count(*) FROM audit WHERE account_id = 9000`); got != 0 {
		t.Errorf("%d audit rows", got)
	}
}
