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
