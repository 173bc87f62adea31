package bot_test

import (
	"testing"

	"pascalatih/storage"
)

// Who sends one of two forms about a training is offered the other, told apart by its
// title; so it is where a reminder lists both.
func TestTwoFormsAboutOneTraining(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	_, _, err := h.Publish(t.Context(), after(t), storage.Source{}, h.clock.Now())
	must(t, err)
	_, _, err = h.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "lanjut"}, storage.Source{}, wib, h.clock.Now())
	must(t, err)
	h.deliver()
	h.settle()
	h.pass(july(1, 9, 0).Sub(h.clock.Now()))
	_, err = h.PlanReminders(t.Context(), h.clock.Now(), wib)
	must(t, err)
	query[int](h, `WITH other AS (DELETE FROM delivery_invitation USING delivery d WHERE d.id = delivery_id AND d.kind = 'reminder' AND d.round_id = 2 RETURNING d.account_id, invitation_id)
		INSERT INTO delivery_invitation SELECT d.id, o.invitation_id FROM other o JOIN delivery d ON d.account_id = o.account_id AND d.kind = 'reminder' AND d.round_id = 1 RETURNING 1`)
	h.deliver()
	h.settle()
	h.reads(h.budi, "Ada 2 formulir", "1. Formulir uji · Pelatihan A · belum dimulai", "2. Formulir lanjut · Pelatihan A · belum dimulai")
	h.tap(h.budi, "Nanti")
	h.offers(h.budi, "1. Formulir uji · Pelatihan…\n2. Formulir lanjut · Pelati…")

	h.tap(h.budi, "2. Formulir lanjut · Pelati…")
	h.tap(h.budi, "Ya")
	h.tap(h.budi, "Tidak")
	h.tap(h.budi, "Kirim")
	h.reads(h.budi, "Terima kasih, Bapak/Ibu.", "Masih ada 1 formulir yang menunggu jawaban Bapak/Ibu:\n1. Formulir uji · Pelatihan A · sampai 6 Juli 2026")
	h.offers(h.budi, "1. Formulir uji · Pelatihan…")
	h.tap(h.budi, "1. Formulir uji · Pelatihan…")
	h.reads(h.budi, "Seberapa puas?")
	for _, step := range path[1:] {
		h.act(h.budi, step)
	}
	h.tap(h.budi, "Kirim")
	h.reads(h.budi, "Terima kasih, Bapak/Ibu.")
	h.offers(h.budi, "")
}
