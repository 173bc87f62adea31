package bot_test

import (
	"strings"
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey"
)

// recurs has the house ask everybody again and again, with the trial form as one
// about the office, every second day for one, from the day after this one on.
func (h *house) recurs() {
	h.t.Helper()
	office := trial()
	office.Key, office.About = "berkala", survey.AboutOffice
	office.Title = survey.Text{"id": "Suara pegawai", "en": "Voice of staff"}
	h.publish(office)
	cron, err := calendar.ParseCron("0 9 * * 2,4")
	must(h.t, err)
	_, err = h.AddRecurring(h.t.Context(), storage.Recurrence{Instrument: "berkala", Audience: storage.Everybody, Cron: cron, DaysOpen: 1},
		wib, storage.Source{}, h.clock.Now())
	must(h.t, err)
}

// occasion lets the clock go on to the next occasion, opens its round and sends what
// is due.
func (h *house) occasion(at time.Time) storage.Round {
	h.t.Helper()
	h.pass(at.Sub(h.clock.Now()))
	due, err := h.DueOccasions(h.t.Context(), h.clock.Now(), wib)
	must(h.t, err)
	if len(due) != 1 {
		h.t.Fatalf("%d occasions are due", len(due))
	}
	round, _, err := h.OpenOccasion(h.t.Context(), due[0], wib, h.clock.Now())
	must(h.t, err)
	h.deliver()
	h.settle()
	return round
}

var (
	tuesday  = time.Date(2026, time.June, 30, 9, 0, 0, 0, wib)
	thursday = tuesday.AddDate(0, 0, 2)
)

// A round about no training is called by its form wherever a training's name would
// stand.
func TestARoundAboutNoTraining(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.recurs()
		first := h.occasion(tuesday)
		h.expect(h.budi, "Suara pegawai\n\nSurvei ini tidak tentang satu pelatihan. Kami mohon pendapat Bapak/Ibu.", "sampai 1 Juli 2026 pukul 09.00 WIB")
		h.goes(w, h.budi, path...)
		w.step(h, h.budi, "[Kirim]")
		h.reads(h.budi, "Terima kasih, Bapak/Ibu. Jawaban untuk Suara pegawai sudah kami terima.", "jawaban pegawai lain untuk memperbaiki pengembangan pegawai")
		for _, step := range path { // what she leaves in review is reminded of, and sent by itself
			h.act(h.siti, step)
		}

		w.step(h, admin, "/putaran")
		h.reads(admin, "1 · Suara pegawai\nsurvei berkala, dibuka 30 Juni 2026 pukul 09.00 WIB · terbuka sampai 1 Juli 2026", "1 dari 2 terkirim")
		h.goes(w, admin, "[1 · Suara pegawai]")
		h.reads(admin, "1 · Suara pegawai\nsurvei berkala", "2 diundang", "1 lengkap")
		h.goes(w, admin, "/ekspor", "[1 · Suara pegawai]")
		h.reads(admin, "1 · Suara pegawai\nsurvei berkala", "1 formulir terkirim")
		h.goes(w, admin, "/tutup", "[1 · Suara pegawai]", "[Tutup putaran]")
		h.reads(admin, "1 · Suara pegawai", "ditutup", "2 dari 2")
		if said := admin.Chat().Last().Text; strings.Contains(said, "Putaran sebelumnya") {
			h.t.Errorf("before the first there was one:\n%s", said)
		}
		h.pass(time.Minute)
		h.reads(h.siti, "Masa pengisian Suara pegawai sudah berakhir. Jawaban Bapak/Ibu sudah lengkap")

		second := h.occasion(thursday)
		if first.ID == second.ID || second.TrainingID != 0 {
			h.t.Errorf("the second is %+v", second)
		}
		w.step(h, admin, "/putaran")
		h.reads(admin, "2 · Suara pegawai\nsurvei berkala, dibuka 2 Juli 2026", "1 · Suara pegawai\nsurvei berkala, dibuka 30 Juni 2026 pukul 09.00 WIB · ditutup")
		h.goes(w, admin, "/tutup 2", "[Tutup putaran]")
		h.reads(admin, "Putaran sebelumnya, 30 Juni 2026: 2 dari 2 terkirim (100%)")
		w.step(h, admin, "/audit")
		h.reads(admin, "Menutup putaran 2 · Suara pegawai", "Membuka putaran 2 · Suara pegawai; diundang 2 orang, 2 dapat dihubungi")
	})
}

// It stands in one list with forms about trainings, and is reminded of by its form.
func TestARoundAboutNoTrainingAmongOthers(t *testing.T) {
	h := newHouse(t)
	h.recurs()
	h.open("A")
	h.occasion(tuesday)
	h.write(h.budi, "/survei")
	h.reads(h.budi, "1. Suara pegawai · sampai 1 Juli 2026 pukul 09.00 WIB", "2. Pelatihan A · sampai 6 Juli")
	h.tap(h.budi, "1. Suara pegawai")
	h.reads(h.budi, "Suara pegawai · 1/5")
	if _, err := h.RemindRound(t.Context(), 2, storage.Source{}, wib, h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.deliver()
	h.settle()
	h.reads(h.siti, "Suara pegawai")
}

// /mulai is for rounds about trainings.
func TestMulaiLeavesOutWhatIsAboutNoTraining(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.recurs()
		h.goes(w, admin, "/mulai", "[A · Pelatihan A]")
		h.reads(admin, "Instrumen apa")
		if h.sees(admin, "Suara pegawai") {
			h.t.Error("a form about no training can be chosen")
		}
		w.step(h, admin, "/mulai A berkala")
		h.reads(admin, "Instrumen ini tidak tentang satu pelatihan. Administrator dapat mengirimnya secara berkala dengan /jadwal.")
	})
}

// Tried, a form about no training says so.
func TestTrialAboutNoTraining(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.recurs()
	for _, step := range []string{"/instrumen", "[1. Suara pegawai]", "[Coba isi]"} {
		h.act(admin, step)
	}
	h.reads(admin, "Survei ini tidak tentang satu pelatihan.")
}
