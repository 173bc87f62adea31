package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// july is a moment of that month of 2026, in which the 1st is a Wednesday.
func july(day, hour, minute int) time.Time {
	return time.Date(2026, time.July, day, hour, minute, 0, 0, wib)
}

// remindAt lets the time come, and what is planned and due then go out.
func (h *house) remindAt(moment time.Time) []storage.Outcome {
	h.t.Helper()
	h.pass(moment.Sub(h.clock.Now()))
	_, err := h.PlanReminders(h.t.Context(), h.clock.Now(), wib)
	must(h.t, err)
	outcomes := h.deliver()
	h.settle()
	return outcomes
}

// offers wants these buttons on the person's last message, by rows.
func (h *house) offers(p *simulator.Person, buttons string) {
	h.t.Helper()
	if got := labels(p.Chat().Last()); got != buttons {
		h.t.Errorf("%s sees the buttons\n%s\nand not\n%s", p.Name, got, buttons)
	}
}

const remindButtons = "Isi sekarang\nNanti | Tidak bersedia"

// A week of somebody who never answers, beside one who does: each reminder is worded
// in another way, and says what is left.
func TestRemindersOfAWeek(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	h.remindAt(july(1, 9, 0))
	h.reads(h.budi, "Bapak/Ibu, formulir Pelatihan A masih menunggu jawaban.\n\nBelum dimulai, perlu sekitar 1 menit. Ditunggu sampai 6 Juli 2026 pukul 15.30 WIB.")
	h.offers(h.budi, remindButtons)
	h.tap(h.siti, "Isi sekarang")
	h.expect(h.siti, "Pelatihan A · 1/5", "Seberapa puas?")
	h.tap(h.siti, "Puas")
	h.tap(h.siti, "☐ Waktu")
	h.tap(h.siti, "Lanjut")
	h.remindAt(july(6, 9, 0))
	h.reads(h.budi, "Pengingat terakhir: formulir Pelatihan A segera ditutup.\n\nBelum dimulai")
	h.reads(h.siti, "Pengingat terakhir", "Tinggal 3 pertanyaan, boleh dilewati, lalu tekan Kirim. Bila tidak, formulir terkirim sendiri pada 6 Juli 2026 pukul 15.30 WIB.")
	h.tap(h.siti, "Isi sekarang")
	for _, step := range []string{"[Lewati]", "[Lewati]", "[Lewati]"} {
		h.act(h.siti, step)
	}
	h.tap(h.siti, "Kirim")
	h.expect(h.siti, "Terima kasih")
	if outcomes := h.remindAt(july(6, 15, 0)); len(outcomes) != 0 {
		t.Errorf("more went out: %+v", outcomes)
	}
}

func TestTheSecondReminder(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	h.remindAt(july(1, 9, 0))
	query[int](h, `UPDATE round SET remind_after = '{2,4}' RETURNING 1`)
	h.remindAt(july(3, 9, 0))
	h.reads(h.budi, "Kami ingatkan sekali lagi: formulir Pelatihan A belum kami terima.")
}

// Whether a reminder is needed is decided when it is sent.
func TestRemindersAreDecidedWhenTheyAreSent(t *testing.T) {
	tests := map[string]struct {
		meanwhile func(h *house)
		state     storage.OutcomeState
	}{
		"sent meanwhile": {state: storage.Unneeded, meanwhile: func(h *house) {
			for _, step := range []string{"[Mulai]", "[Puas]", "[☐ Waktu]", "[Lanjut]", "[Lewati]", "[Lewati]", "[Lewati]", "[Kirim]"} {
				h.act(h.budi, step)
			}
		}},
		"answered just now": {state: storage.Later, meanwhile: func(h *house) { h.tap(h.budi, "Mulai"); h.tap(h.budi, "Puas") }},
		"declined": {state: storage.Unneeded, meanwhile: func(h *house) {
			query[int](h, `UPDATE session SET state = 'declined' WHERE account_id = 7001 RETURNING 1`)
		}},
		"the round closed": {state: storage.Unneeded, meanwhile: func(h *house) {
			query[int](h, `UPDATE session SET state = 'closed' WHERE account_id = 7001 RETURNING 1`)
		}},
		"blocked": {state: storage.Failed, meanwhile: func(h *house) {
			query[int](h, `UPDATE account SET blocked_at = '2026-07-01' WHERE id = 7001 RETURNING 1`)
		}},
		"nothing": {state: storage.Sent},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.open("A")
			h.settle()
			h.pass(july(1, 9, 0).Sub(h.clock.Now()))
			_, err := h.PlanReminders(t.Context(), h.clock.Now(), wib)
			must(t, err)
			query[int](h, `UPDATE delivery SET state = 'unneeded' WHERE kind = 'reminder' AND account_id = 7002 RETURNING 1`)
			if test.meanwhile != nil {
				test.meanwhile(h)
			}
			outcomes := h.deliver()
			if len(outcomes) != 1 || outcomes[0].State != test.state {
				t.Fatalf("it ended %+v, want %s", outcomes, test.state)
			}
			if test.state == storage.Later {
				h.pass(time.Hour + time.Minute)
				if outcomes := h.deliver(); len(outcomes) != 1 || outcomes[0].State != storage.Sent {
					t.Errorf("an hour later it ended %+v", outcomes)
				}
			}
		})
	}
}

func TestNanti(t *testing.T) {
	t.Run("tomorrow at the same time, once", func(t *testing.T) {
		h := newHouse(t)
		h.open("A")
		h.settle()
		h.remindAt(july(1, 9, 0))
		h.pass(10 * time.Hour)
		h.tap(h.budi, "Nanti")
		h.reads(h.budi, "Baik. Kami ingatkan lagi tentang formulir Pelatihan A pada Kamis, 2 Juli 2026 pukul 19.00 WIB.")
		h.offers(h.budi, "Isi sekarang")
		h.restart()
		if outcomes := h.remindAt(july(2, 18, 59)); len(outcomes) != 0 {
			t.Errorf("early: %+v", outcomes)
		}
		h.remindAt(july(2, 19, 1))
		h.reads(h.budi, "Sesuai permintaan Bapak/Ibu, kami ingatkan kembali tentang formulir Pelatihan A.")
		h.offers(h.budi, remindButtons)
	})
	t.Run("late by a downtime, in working time", func(t *testing.T) {
		h := newHouse(t)
		h.open("A")
		h.settle()
		h.remindAt(july(1, 9, 0))
		h.pass(10 * time.Hour)
		h.tap(h.budi, "Nanti")
		if outcomes := h.remindAt(july(3, 2, 0)); len(outcomes) == 0 || slices.ContainsFunc(outcomes, func(o storage.Outcome) bool { return o.State == storage.Sent }) {
			t.Errorf("in the night: %+v", outcomes)
		}
		h.remindAt(july(3, 7, 1))
		h.reads(h.budi, "Sesuai permintaan Bapak/Ibu, kami ingatkan kembali tentang formulir Pelatihan A.")
	})
	t.Run("on the last day an hour before it closes", func(t *testing.T) {
		h := newHouse(t)
		h.open("A")
		h.settle()
		h.remindAt(july(6, 9, 0))
		h.tap(h.budi, "Nanti")
		h.reads(h.budi, "Baik. Formulir Pelatihan A ditutup 6 Juli 2026 pukul 15.30 WIB, jadi kami ingatkan lagi pada Senin, 6 Juli 2026 pukul 14.30 WIB.")
		h.remindAt(july(6, 14, 31))
		h.reads(h.budi, "Sesuai permintaan")
		h.tap(h.budi, "Nanti")
		h.reads(h.budi, "jadi tidak ada pengingat lagi. Mohon diisi sebelum itu.")
		h.tap(h.budi, "Isi sekarang")
		h.reads(h.budi, "Seberapa puas?")
	})
	t.Run("several forms in one message", func(t *testing.T) {
		h := newHouse(t)
		h.twoInOne(july(1, 9, 0))
		h.reads(h.budi, "Ada 2 formulir yang masih menunggu jawaban Bapak/Ibu:\n1. Pelatihan A · belum dimulai, sekitar 1 menit · sampai 6 Juli 2026")
		h.offers(h.budi, "1. Pelatihan A\n2. Pelatihan B\nNanti | Tidak bersedia")
		h.tap(h.budi, "Tidak bersedia")
		h.reads(h.budi, "Formulir mana yang tidak ingin Bapak/Ibu isi?\n1. Pelatihan A\n2. Pelatihan B")
		h.offers(h.budi, "1. Pelatihan A\n2. Pelatihan B\nKembali")
		h.tap(h.budi, "2. Pelatihan B")
		h.reads(h.budi, "Baik. Formulir Pelatihan B tidak kami tanyakan lagi")
	})
	t.Run("several forms, none of them declined after all", func(t *testing.T) {
		h := newHouse(t)
		h.twoInOne(july(1, 9, 0))
		h.tap(h.budi, "Tidak bersedia")
		h.tap(h.budi, "Kembali")
		h.reads(h.budi, "1. Pelatihan A · sampai", "2. Pelatihan B · sampai")
	})
	t.Run("several forms put off", func(t *testing.T) {
		h := newHouse(t)
		h.twoInOne(july(1, 9, 0))
		h.tap(h.budi, "Nanti")
		h.reads(h.budi, "Baik. Kami ingatkan lagi pada Kamis, 2 Juli 2026 pukul 09.0", "1. Pelatihan A", "2. Pelatihan B")
		h.remindAt(july(2, 9, 10))
		h.reads(h.budi, "Sesuai permintaan Bapak/Ibu, kami ingatkan kembali tentang 2 formulir:")
		h.tap(h.budi, "2. Pelatihan B")
		h.reads(h.budi, "Pelatihan B · 1/5")
	})
}

// twoInOne opens two rounds and sends their reminders in one message.
func (h *house) twoInOne(moment time.Time) {
	h.t.Helper()
	h.open("A")
	h.open("B")
	h.settle()
	h.pass(moment.Sub(h.clock.Now()))
	_, err := h.PlanReminders(h.t.Context(), h.clock.Now(), wib)
	must(h.t, err)
	query[int](h, `WITH other AS (DELETE FROM delivery_invitation USING delivery d WHERE d.id = delivery_id AND d.kind = 'reminder' AND d.round_id = 2 RETURNING d.account_id, invitation_id)
		INSERT INTO delivery_invitation SELECT d.id, o.invitation_id FROM other o JOIN delivery d ON d.account_id = o.account_id AND d.kind = 'reminder' AND d.round_id = 1 RETURNING 1`)
	h.deliver()
	h.settle()
}

func TestTidakBersedia(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		round := h.open("A")
		h.settle()
		h.remindAt(july(1, 9, 0))
		w.step(h, h.budi, "[Tidak bersedia]")
		h.expect(h.budi, "Baik. Formulir Pelatihan A tidak kami tanyakan lagi kepada Bapak/Ibu.",
			"Bila berubah pikiran, formulir masih dapat diisi sampai 6 Juli 2026", "apa alasannya?")
		h.offers(h.budi, "Tidak sempat\nTidak terkait tugas\nTerlalu banyak survei\nKurang nyaman menjawab\nTanpa alasan\nIsi saja")
		w.step(h, h.budi, "[Terlalu banyak survei]")
		h.expect(h.budi, "tidak kami tanyakan lagi kepada Bapak/Ibu. Terima kasih.")
		h.offers(h.budi, "Isi saja")
		if got := query[string](h, `SELECT declined_as || ' ' || declined_why FROM invitation WHERE declined_at IS NOT NULL`); got != "unwilling surveys" {
			h.t.Errorf("kept is %q", got)
		}
		if status := h.status(round); status.Declined != 1 {
			h.t.Errorf("declined %d", status.Declined)
		}
		w.step(h, h.budi, "[Isi saja]")
		h.expect(h.budi, "Formulir uji", "Pelatihan A")
		w.step(h, h.budi, "[Mulai]")
		h.expect(h.budi, "Seberapa puas?")
		if status := h.status(round); status.Declined != 0 {
			h.t.Errorf("declined %d", status.Declined)
		}
	})
}

// Who declined hears nothing more of the round but its end, where they look at it.
func TestDeclinedIsTheEndOfIt(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	h.settle()
	h.remindAt(july(1, 9, 0))
	h.tap(h.budi, "Tidak bersedia")
	card := h.budi.Chat().Last()
	h.write(h.budi, "/survei")
	h.reads(h.budi, "tidak ada formulir")
	if outcomes := h.remindAt(july(6, 9, 0)); len(outcomes) != 1 {
		t.Errorf("on the last day: %+v, want Siti alone", outcomes)
	}
	_, err := h.CloseRound(t.Context(), round.ID, storage.Source{}, h.clock.Now())
	must(t, err)
	h.pass(time.Minute)
	now := h.budi.Chat().Message(card.ID)
	if !strings.Contains(now.Text, "Masa pengisian Pelatihan A sudah berakhir. Bapak/Ibu memilih tidak mengisinya.") || len(now.Rows) != 0 {
		t.Errorf("the card is %s", shown(now))
	}
}

// HR is told how many, and not who.
func TestDeclinedIsToldAsANumber(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.open("A")
	h.settle()
	h.remindAt(july(1, 9, 0))
	h.tap(h.budi, "Tidak bersedia")
	h.tap(h.budi, "Tidak sempat")
	h.write(admin, "/status 1")
	h.reads(admin, "1 tidak mengisi atas pilihannya")
	h.tap(admin, "Belum terjangkau")
	if text := admin.Chat().Last().Text; strings.Contains(text, "Budi") {
		t.Errorf("who declined is named:\n%s", text)
	}
	h.write(admin, "/ingatkan 1")
	h.reads(admin, "1 orang tidak bersedia")
	h.write(admin, "/tutup 1")
	h.tap(admin, "Tutup putaran")
	h.reads(admin, "Terkirim 0 dari 2 undangan (0%).", "Tidak bersedia: 1 orang.")
	if text := admin.Chat().Last().Text; strings.Contains(text, "Tidak sempat") {
		t.Errorf("one reason is told:\n%s", text)
	}
}
