package bot_test

import (
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// goOutAt lets the time come, and what is planned and due then go out, of each person
// in one message.
func (h *house) goOutAt(moment time.Time) []storage.Outcome {
	h.t.Helper()
	h.pass(moment.Sub(h.clock.Now()))
	_, err := h.PlanReminders(h.t.Context(), h.clock.Now(), wib)
	must(h.t, err)
	_, err = h.Release(h.t.Context(), calendar.Caps{PerDay: 1, PerWeek: 3}, wib, 100, h.clock.Now())
	must(h.t, err)
	outcomes := h.deliver()
	h.settle()
	return outcomes
}

// A supervisor is one person, however many forms are left to them.
func TestIngatkanCountsPeople(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.supervising(8)
	h.settle()
	h.pass(24 * time.Hour)
	h.write(admin, "/ingatkan 1")
	h.reads(admin, "Yang akan diingatkan: 1 orang.")
	h.tap(admin, "Ingatkan")
	h.reads(admin, "Pengingat sedang dikirim kepada 1 orang.")
}

// What went out in the message of another round has arrived in this one too.
func TestStatusOfWhatWentOutInOneMessage(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.open("A")
	h.settle()
	h.pass(july(1, 8, 59).Sub(h.clock.Now()))
	_, _, err := h.OpenRound(t.Context(), storage.Opening{Training: "B", Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
	must(t, err)
	h.goOutAt(july(1, 9, 0))
	h.goOutAt(july(1, 9, 1)) // what went along is ended
	h.write(admin, "/status 2")
	h.reads(admin, "2 menerima undangan", "Pesan: 2 terkirim\n")
}

// Who declines one of several forms still sees the others.
func TestDecliningOneOfSeveral(t *testing.T) {
	h := newHouse(t)
	h.twoInOne(july(1, 9, 0))
	h.tap(h.budi, "Tidak bersedia")
	h.tap(h.budi, "2. Pelatihan B")
	h.tap(h.budi, "Tanpa alasan")
	h.reads(h.budi, "Formulir Pelatihan B tidak kami tanyakan lagi", "Masih ada 1 formulir yang menunggu jawaban Bapak/Ibu:\n1. Pelatihan A · sampai")
	h.offers(h.budi, "1. Pelatihan A\nIsi saja")
	h.tap(h.budi, "1. Pelatihan A")
	h.reads(h.budi, "Seberapa puas?")
}

// The end of a round is not shown in a message that has become another form's card.
func TestTheEndOfADeclinedFormLeavesAnothersCard(t *testing.T) {
	h := newHouse(t)
	h.twoInOne(july(1, 9, 0))
	h.tap(h.budi, "Tidak bersedia")
	h.tap(h.budi, "2. Pelatihan B")
	h.tap(h.budi, "1. Pelatihan A")
	h.reads(h.budi, "Seberapa puas?")
	_, err := h.CloseRound(t.Context(), 2, storage.Source{}, h.clock.Now())
	must(t, err)
	h.pass(time.Minute)
	h.reads(h.budi, "Seberapa puas?")
	h.tap(h.budi, "Puas")
	h.reads(h.budi, "Apa kendalanya?")
}

// Nor is that of a supervisor's, where the others of their people are shown.
func TestTheEndOfADeclinedObservationLeavesAnothersCard(t *testing.T) {
	h := newHouse(t)
	round := h.supervising(3)
	h.settle()
	h.remindAt(july(1, 9, 0))
	h.tap(h.budi, "Tidak bersedia")
	h.tap(h.budi, "1. Pegawai 01 · Pelatihan C")
	h.tap(h.budi, "1. Pegawai 02")
	h.observes(h.budi)
	const thanks = "Pengamatan atas Pegawai 02 sudah kami terima."
	h.reads(h.budi, thanks)
	_, err := h.CloseRound(t.Context(), round.ID, storage.Source{}, h.clock.Now())
	must(t, err)
	h.pass(time.Minute)
	h.reads(h.budi, thanks)
}

// Whoever puts off several forms is reminded in time for the one that closes first.
func TestNantiOfSeveral(t *testing.T) {
	tests := map[string]struct {
		closes   time.Time // the first; the second on the 6th at 15:30
		promised string
		at       time.Time
		reads    string
	}{
		"the first closes before the same time tomorrow": {closes: july(2, 12, 0), promised: "Kamis, 2 Juli 2026 pukul 11.00", at: july(2, 11, 1), reads: "tentang 2 formulir"},
		"the first closes within the hour":               {closes: july(1, 15, 40), promised: "Kamis, 2 Juli 2026 pukul 15.00", at: july(2, 15, 1), reads: "tentang formulir Pelatihan B"},
		"both are open tomorrow":                         {closes: july(6, 14, 0), promised: "Kamis, 2 Juli 2026 pukul 15.00", at: july(2, 15, 1), reads: "tentang 2 formulir"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.twoInOne(july(1, 9, 0))
			query[int](h, `UPDATE round SET closes_at = $1 WHERE id = 1 RETURNING 1`, test.closes)
			h.pass(july(1, 15, 0).Sub(h.clock.Now()))
			h.tap(h.budi, "Nanti")
			h.reads(h.budi, "Baik. Kami ingatkan lagi pada "+test.promised)
			h.remindAt(test.at)
			h.reads(h.budi, "Sesuai permintaan Bapak/Ibu, kami ingatkan kembali "+test.reads)
		})
	}
}

// That HR closes one of them early takes nothing from the others.
func TestNantiOfSeveralOutlivesARound(t *testing.T) {
	for _, closed := range []int64{1, 2} {
		h := newHouse(t)
		h.twoInOne(july(1, 9, 0))
		h.tap(h.budi, "Nanti")
		_, err := h.CloseRound(t.Context(), closed, storage.Source{}, h.clock.Now())
		must(t, err)
		h.remindAt(july(2, 9, 1))
		h.reads(h.budi, "Sesuai permintaan Bapak/Ibu, kami ingatkan kembali tentang formulir Pelatihan "+map[int64]string{1: "B", 2: "A"}[closed])
	}
}

// A message that announces a form and reminds of another is a reminder too.
func TestANewFormBesideOneThatWasBegun(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	h.act(h.budi, "[Mulai]")
	h.pass(july(1, 8, 58).Sub(h.clock.Now()))
	h.act(h.budi, "[Puas]")
	card := h.budi.Chat().Last().ID
	_, _, err := h.OpenRound(t.Context(), storage.Opening{Training: "B", Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
	must(t, err)
	h.goOutAt(july(1, 9, 0))
	if last := h.budi.Chat().Last(); last.ID != card {
		t.Errorf("who answered a minute ago reads\n%s", shown(last))
	}
	h.goOutAt(july(1, 10, 1))
	h.reads(h.budi, "Ada 2 formulir yang menunggu jawaban Bapak/Ibu:",
		"1. Pelatihan A · tinggal 4 pertanyaan · sampai", "2. Pelatihan B · belum dimulai, sekitar 1 menit · sampai")
	h.offers(h.budi, "1. Pelatihan A\n2. Pelatihan B\nNanti | Tidak bersedia")
	h.tap(h.budi, "Nanti")
	h.reads(h.budi, "Baik. Kami ingatkan lagi pada Kamis, 2 Juli 2026 pukul 10.0")
}

// Each reminder of a round is worded in another way, however many there are, and
// whichever message they came in.
func TestNoReminderReadsAsAnother(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.open("B")
	h.settle()
	query[int](h, `WITH round AS (UPDATE round SET remind_after = CASE id WHEN 1 THEN '{1}'::int[] ELSE '{1,2,3,5}' END, closes_at = '2026-07-10 15:30+07' RETURNING 1)
		SELECT count(*) FROM round`)
	for _, step := range []struct {
		at    time.Time
		reads string
	}{
		{time.Date(2026, time.June, 30, 9, 0, 0, 0, wib), "Ada 2 formulir yang masih menunggu"},
		{july(1, 9, 0), "Kami ingatkan sekali lagi: formulir Pelatihan B"},
		{july(2, 9, 0), "Pengingat ke-3: formulir Pelatihan B"},
		{july(6, 9, 0), "Pengingat ke-4: formulir Pelatihan B"},
	} {
		h.goOutAt(step.at)
		h.reads(h.budi, step.reads)
	}
}
