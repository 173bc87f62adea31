package bot_test

import (
	"strings"
	"testing"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

func TestPegawai(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.brings(pegawaiHeader + "198001012005011001,Budi Contoh,Dinas Contoh,Analis,,0812-0000-0001,198001012005011002\n")
	h.open("A")
	h.settle()
	h.write(admin, "/pegawai")
	h.expect(admin, "Siapa yang dicari?")
	h.write(admin, "contoh")
	h.expect(admin, "1. Budi Contoh, Dinas Contoh · …011001", "2. Siti Contoh")
	h.tap(admin, "1. Budi Contoh")
	h.expect(admin, "Budi Contoh\nNIP 198001012005011001\nDinas Contoh · Analis\nAtasan: Siti Contoh\nTelepon: 081200000001",
		"Terhubung sejak 29 Juni 2026, lewat tautan pribadi.", "• Pelatihan A · 25–29 Juni 2026",
		"• Formulir uji · Pelatihan A · diundang 29 Juni 2026")
	h.tap(admin, "Kembali")
	h.expect(admin, "2. Siti Contoh")
	h.tap(admin, "Selesai")
	h.expect(admin, "selesai")
	for _, words := range []string{"/pegawai 198001012005011002", "/pegawai 19800101 200501 1 002", "/pegawai SITI"} {
		h.write(admin, words)
		h.expect(admin, "Siti Contoh\nNIP 198001012005011002")
	}
	h.write(admin, "/pegawai x")
	h.reads(admin, "sedikitnya dua huruf")
	h.write(admin, "/pegawai wati")
	h.expect(admin, "Tidak ada pegawai yang cocok")
}

func TestHowEmployeesAreReached(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.newcomer(3, "Rudi Misal")
	h.brings(pegawaiHeader + "198001012005011004,Wati Umpama,Dinas Contoh,,,,\n198001012005011005,Tono Umpama,Dinas Contoh,,,,\n")
	h.budi.Block()
	h.settle()
	for _, step := range []string{"/privasi", "[Tarik persetujuan]"} {
		h.act(h.siti, step)
	}
	query[int](h, `UPDATE employee SET left_at = '2026-06-01 09:00+07', left_as = 'retired' WHERE nip LIKE '%005' RETURNING 1`)
	for words, reads := range map[string]string{
		"budi": "Memblokir bot sejak 29 Juni 2026.", "siti": "Menarik persetujuan pada 29 Juni 2026.",
		"rudi": "Tautan pribadinya dibuat 29 Juni 2026 dan belum dipakai.", "wati": "belum mempunyai tautan pribadi",
		"tono": "Tidak lagi di kantor sejak 1 Juni 2026 (",
	} {
		h.write(admin, "/pegawai "+words)
		h.expect(admin, reads)
	}
}

func TestCorrectPhoneAndUnit(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.brings(pegawaiHeader + "198001012005011009,Rina Lain,Badan Lain,,,,\n")
		h.goes(w, admin, "/pegawai budi", "[Nomor telepon]", "satu dua tiga")
		h.reads(admin, "tidak terbaca")
		h.goes(w, admin, "62 812-0000-0009")
		h.reads(admin, "menjadi +6281200000009?")
		h.goes(w, admin, "[Ya, simpan]")
		h.reads(admin, "sudah disimpan", "Telepon: +6281200000009")
		h.goes(w, admin, "[Nomor telepon]", "[Hapus nomor]", "[Ya, simpan]")
		h.reads(admin, "Telepon: belum ada")
		h.goes(w, admin, "[Unit kerja]", "[Badan Lain]")
		h.reads(admin, "Pindahkan Budi Contoh ke Badan Lain?")
		h.goes(w, admin, "[Kembali]", "[Unit kerja]", "[Badan Lain]", "[Ya, pindahkan]")
		h.reads(admin, "sudah disimpan", "NIP 198001012005011001\nBadan Lain")
		if got := query[int](h, `SELECT count(*) FROM audit WHERE account_id = 9000`); got != 3 {
			h.t.Errorf("%d audit rows", got)
		}
	})
}

func TestNewAndRevokedLink(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		former := h.newcomer(3, "Rudi Misal")
		h.goes(w, admin, "/pegawai rudi", "[Tautan baru]")
		h.reads(admin, "Tautan sebelumnya tidak berlaku lagi")
		h.goes(w, admin, "[Ya, buat]")
		token := query[string](h, `SELECT token FROM link WHERE used_at IS NULL AND revoked_at IS NULL`)
		h.reads(admin, "Silakan teruskan pesan ini kepada Rudi Misal", "?start="+token, "Kirim lewat WhatsApp")
		if token == former {
			h.t.Error("it is the same link")
		}
		rudi := h.sim.Person(7003, "Rudi", "id")
		w.step(h, rudi, "/start "+former)
		h.reads(rudi, "sudah tidak berlaku")
		h.goes(w, admin, "[Rudi Misal]", "[Cabut tautan]", "[Ya, cabut]")
		h.reads(admin, "sudah disimpan", "belum mempunyai tautan pribadi")
		w.step(h, rudi, "/start "+token)
		h.reads(rudi, "sudah tidak berlaku")
	})
}

func TestUnlinkAccount(t *testing.T) {
	for label, reads := range map[string]string{"Ganti ponsel": "buat tautan baru untuk ponsel barunya", "Orang yang salah": "periksa nomor teleponnya"} {
		t.Run(label, func(t *testing.T) {
			everyWay(t, func(h *house, w way) {
				admin := h.admin()
				h.goes(w, admin, "/pegawai budi", "["+label+"]")
				h.reads(admin, "yang sudah dikirim tetap")
				h.goes(w, admin, "[Ya, lepaskan]")
				h.reads(admin, reads, "Belum terhubung")
				if h.account(h.budi).Claim != nil {
					h.t.Error("the account still stands for Budi")
				}
			})
		})
	}
}

// Claims that wait for HR are one button away.
func TestPegawaiLeadsToTheClaims(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.newcomer(3, "Rudi Misal")
	h.write(admin, "/pegawai")
	if h.sees(admin, "Klaim menunggu (0)") {
		t.Error("there is a button to no claims")
	}
	rudi := h.sim.Person(7003, "Rudi", "id")
	rudi.Start("")
	h.settle()
	_, err := h.JoinClass(t.Context(), storage.Joining{Account: rudi.ID, Training: 1, Employee: 3, Via: storage.ViaNIP, ToldName: "Rudi", Notice: "1"},
		storage.Source{}, h.clock.Now())
	must(t, err)
	h.write(admin, "/pegawai")
	h.tap(admin, "Klaim menunggu (1)")
	h.reads(admin, "Rudi Misal")
	h.write(admin, "/pegawai rudi")
	h.reads(admin, "menunggu persetujuan.")
}

// An officer of some units sees and changes their own people only, whatever the
// buttons say.
func TestPegawaiOfOneUnit(t *testing.T) {
	h := newHouse(t)
	h.brings(pegawaiHeader + "198001012005011009,Rina Lain,Badan Lain,,,,\n")
	h.give(h.budi.ID, storage.RoleHR, storage.Scope{Units: []int64{1}})
	h.write(h.budi, "/pegawai lain")
	h.expect(h.budi, "Tidak ada pegawai yang cocok")
	h.write(h.budi, "/pegawai siti")
	if h.sees(h.budi, "Unit kerja") {
		t.Error("there is no other unit to move anybody to")
	}
	h.write(h.budi, "/pegawai contoh")
	h.forge(h.budi, "d:3:%d:choose")
	h.reads(h.budi, "Pegawai itu tidak ada")
	for _, verb := range []string{"phone", "units", "link", "revoke", "swap", "wrong", "yes"} {
		h.forge(h.budi, "d:3:%d:"+verb)
		h.reads(h.budi, "Pegawai itu tidak ada")
	}
	h.budi.TapData(h.budi.Chat().Last().ID, "e:3:0:show")
	h.settle()
	h.reads(h.budi, "tidak berlaku")
	if got := query[int](h, `SELECT count(*) FROM audit WHERE account_id = 7001 AND action <> 'link used'`); got != 0 {
		t.Errorf("%d audit rows", got)
	}
}

// Whoever loses the role in the middle, or comes too late, changes nothing.
func TestCorrectionOvertaken(t *testing.T) {
	tests := map[string]struct {
		path      []string
		meanwhile func(h *house)
		press     string
		reads     string
	}{
		"the role is taken": {path: []string{"/pegawai siti", "[Ganti ponsel]"}, press: "Ya, lepaskan", reads: "tidak berlaku",
			meanwhile: func(h *house) { h.give(h.budi.ID, storage.RoleHR, storage.Scope{}) }},
		"somebody else unlinked them": {path: []string{"/pegawai siti", "[Ganti ponsel]"}, press: "Ya, lepaskan", reads: "sudah berubah",
			meanwhile: func(h *house) {
				must(h.t, h.EndClaim(h.t.Context(), storage.Scope{All: true}, 2, storage.Source{}, h.clock.Now()))
			}},
		"the link was used": {path: []string{"/pegawai rudi", "[Cabut tautan]"}, press: "Ya, cabut", reads: "sudah berubah",
			meanwhile: func(h *house) {
				query[int](h, `UPDATE link SET used_at = created_at WHERE used_at IS NULL RETURNING 1`)
			}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.newcomer(3, "Rudi Misal")
			h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
			for _, step := range test.path {
				h.act(h.budi, step)
			}
			test.meanwhile(h)
			h.tap(h.budi, test.press)
			h.reads(h.budi, test.reads)
		})
	}
}

// From the participants of a training one gets to a person, and back.
func TestParticipantIsLookedUp(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for _, step := range []string{"/pelatihan", "[1. Pelatihan A]", "[Peserta]", "[2. Siti Contoh]"} {
		h.act(admin, step)
	}
	h.expect(admin, "NIP 198001012005011002")
	h.restart()
	h.tap(admin, "Kembali")
	h.expect(admin, "Pelatihan A\n2 peserta")
	if strings.Contains(screenOf(admin), "Siapa yang dicari") {
		t.Error("it asks for another person")
	}
}

func screenOf(p *simulator.Person) string { return p.Chat().Last().Text }
