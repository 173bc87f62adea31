package bot_test

import (
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

func TestHentikan(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		w.step(h, admin, "/mulai A uji")
		w.step(h, admin, "[Mulai putaran]")
		w.step(h, admin, "[Hentikan]")
		h.reads(admin, "dihentikan, terbuka sampai", "Dihentikan. Undangan terkirim: 0 dari 2; 2 belum keluar.")
		rudi := h.sim.Person(7003, "Rudi", "id")
		rudi.Start(h.newcomer(3, "Rudi Misal"))
		h.settle()
		h.tap(rudi, "Ya, saya")
		h.tap(rudi, "Setuju")
		if got := h.deliver(); len(got) != 0 {
			h.t.Errorf("while it is held there went out %v", got)
		}
		h.write(admin, "/ingatkan 1")
		h.reads(admin, "sedang dihentikan")
		w.step(h, admin, "[Lanjutkan]")
		h.deliverAll()
		if got := h.status(storage.Round{ID: 1}); got.Delivered != 3 {
			h.t.Errorf("%d delivered", got.Delivered)
		}
		for _, message := range admin.Chat().FromBot() {
			if strings.Contains(message.Text, "Undangan terkirim") && !strings.Contains(message.Text, "Selesai. Undangan terkirim: 3 dari 3.") {
				h.t.Errorf("it reads\n%s", shown(message))
			}
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action IN ('round held', 'round let go on')`); got != 2 {
			h.t.Errorf("%d audit rows", got)
		}
	})
}

// A round can be held from where it is looked at, and closed while it is held.
func TestHentikanFromStatus(t *testing.T) {
	h := newHouse(t)
	round, _, err := h.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
	must(t, err)
	admin := h.admin()
	h.write(admin, "/status 1")
	first := admin.Chat().Button("Hentikan")
	h.tap(admin, "Hentikan")
	h.expect(admin, "dihentikan, terbuka sampai", "2 diundang")
	admin.Tap(first) // an old button changes nothing
	h.settle()
	if h.status(round).HeldAt == nil {
		t.Error("it is not held")
	}
	h.tap(admin, "Tutup putaran")
	h.tap(admin, "Tutup putaran")
	h.expect(admin, "ditutup", "2 orang: undangannya belum keluar")
	if got := h.deliver(); len(got) != 0 {
		t.Errorf("after the closing there went out %v", got)
	}
	for _, forged := range []string{"r:1:0:hold", "r:1:1:goon", "r:1:99:goon", "r:9223372036854775807:9223372036854775807:hold", "r:1:0:unplan", "r:0:0:close", "r:1:0:nothing"} {
		admin.TapData(admin.Chat().Last().ID, forged)
		h.settle()
	}
	if status := h.status(round); status.ClosedAt == nil || status.Turns != 1 {
		t.Errorf("the round is %+v", status.Round)
	}
}

func TestIngatkan(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		h.newcomer(3, "Rudi Misal")
		h.open("A")
		h.settle()
		for _, step := range path[:2] {
			h.act(h.budi, step)
		}
		admin := h.admin()
		h.pass(24 * time.Hour)
		w.step(h, admin, "/ingatkan")
		w.step(h, admin, "[1 · Pelatihan A]")
		h.reads(admin, "Yang akan diingatkan: 2 orang.", "Tidak diingatkan:\n· 1 orang belum terhubung")
		w.step(h, admin, "[Ingatkan]")
		h.reads(admin, "Pengingat sedang dikirim kepada 2 orang.")
		h.deliverAll()
		h.reads(h.budi, "formulir Pelatihan A masih menunggu jawaban", "Tinggal 4 pertanyaan")
		h.reads(h.siti, "formulir Pelatihan A masih menunggu jawaban", "Belum dimulai, perlu sekitar 1 menit")
		w.step(h, admin, "/ingatkan 1")
		h.reads(admin, "sudah diingatkan hari ini")
		if got := query[int](h, `SELECT count(*) FROM delivery WHERE kind = 'reminder'`); got != 2 {
			h.t.Errorf("%d reminders", got)
		}
		h.tap(h.siti, "Isi sekarang")
		h.reads(h.siti, "Seberapa puas?")
		h.tap(h.budi, "Isi sekarang")
		h.reads(h.budi, "Pelatihan A · ")
	})
}

func TestIngatkanWhoHasOnlyToSend(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	for _, step := range path {
		h.act(h.budi, step)
	}
	for _, step := range path {
		h.act(h.siti, step)
	}
	h.tap(h.siti, "Kirim")
	admin := h.admin()
	h.pass(10 * time.Minute) // else he is at it just now
	h.write(admin, "/ingatkan 1")
	h.expect(admin, "Yang akan diingatkan: 1 orang.", "· 1 orang sudah mengirim")
	h.tap(admin, "Ingatkan")
	h.deliver()
	h.settle()
	h.reads(h.budi, "sudah lengkap, tinggal menekan Kirim")
	h.pass(24 * time.Hour)
	h.tap(h.budi, "Tinjau jawaban")
	h.pass(10 * time.Minute)
	h.write(admin, "/ingatkan 1")
	yes := admin.Chat().Button("Ingatkan")
	h.tap(h.budi, "Kirim")
	admin.Tap(yes)
	h.settle()
	h.reads(admin, "Tidak ada yang perlu diingatkan.")
}

func TestTutup(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		h.newcomer(3, "Rudi Misal")
		round := h.open("A")
		h.settle()
		for _, step := range path {
			h.act(h.budi, step)
		}
		admin := h.admin()
		w.step(h, admin, "/tutup")
		w.step(h, admin, "[1 · Pelatihan A]")
		h.reads(admin, "1 · Pelatihan A", "Terkirim 0 dari 3", "belum dikirim: 1, dan terkirim sendiri saat ditutup", "tidak dapat dibuka lagi")
		if first := admin.Chat().Last().Buttons()[0].Text; first != "Tutup putaran" {
			h.t.Errorf("the first button is %q, not the yes", first)
		}
		if h.status(round).ClosedAt != nil {
			h.t.Error("it is closed before the yes")
		}
		w.step(h, admin, "[Tutup putaran]")
		h.reads(admin, "ditutup", "Terkirim 1 dari 3 undangan (33%).", "· 1 orang belum terhubung. Bagikan tautan pribadinya")
		if status := h.status(round); status.ClosedAt == nil || status.Sent != 1 {
			h.t.Errorf("closed at %v, %d sent", status.ClosedAt, status.Sent)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'round closed'`); got != 1 {
			h.t.Errorf("%d audit rows", got)
		}
		if got := query[int](h, `SELECT count(*) FROM delivery WHERE kind = 'closing'`); got != 0 {
			h.t.Errorf("%d people are told, beside the one who closed it", got)
		}
		w.step(h, admin, "[Belum terjangkau]")
		h.reads(admin, "Rudi Misal · Dinas Contoh")
	})
}

func TestTutupYesAndNo(t *testing.T) {
	tests := map[string]struct {
		pressed []string
		closed  bool
		reads   string
	}{
		"no":           {pressed: []string{"Batal"}, reads: "dibatalkan"},
		"yes, then no": {pressed: []string{"Tutup putaran", "Batal"}, closed: true, reads: "tidak berlaku"},
		"no, then yes": {pressed: []string{"Batal", "Tutup putaran"}, reads: "tidak berlaku"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			round := h.open("A")
			admin := h.admin()
			h.write(admin, "/tutup 1")
			screen := admin.Chat()
			for _, label := range test.pressed {
				admin.Tap(screen.Button(label))
			}
			h.settle()
			h.reads(admin, test.reads)
			if closed := h.status(round).ClosedAt != nil; closed != test.closed {
				t.Errorf("closed: %v", closed)
			}
		})
	}
}

// The others who look after all units are told when a round has closed, while
// they do.
func TestClosingIsTold(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	admin := h.admin()
	officer, former := h.sim.Person(7005, "Petugas Contoh", "en"), h.sim.Person(7006, "Petugas Lama", "id")
	for _, person := range []*simulator.Person{officer, former} {
		person.Start("")
		h.settle()
		query[string](h, `INSERT INTO account_role (account_id, role, granted_at) VALUES ($1, 'hr', '2026-06-29') RETURNING role`, person.ID)
	}
	_, err := h.CloseRound(t.Context(), round.ID, storage.Source{}, h.clock.Now())
	must(t, err)
	query[string](h, `DELETE FROM account_role WHERE account_id = 7006 RETURNING role`)
	h.deliver()
	h.settle()
	h.reads(admin, "Terkirim 0 dari 2 undangan (0%).")
	h.reads(officer, "Sent: 0 of 2 invited (0%).")
	h.tap(officer, "Not reached")
	h.reads(officer, "Everybody invited was reached.")
	if text := former.Chat().Last().Text; strings.Contains(text, "undangan") {
		t.Errorf("who has no role any more is told\n%s", text)
	}
}
