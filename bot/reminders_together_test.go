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
