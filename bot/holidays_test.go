package bot_test

import (
	"strings"
	"testing"
	"time"

	"pascalatih/storage"
)

// callFor plans the message that asks for the holidays of 2027, as of now.
func (h *house) callFor() {
	h.t.Helper()
	now := h.clock.Now()
	asked, err := h.CallForHolidays(h.t.Context(), 2027, now, now.Add(7*24*time.Hour), now)
	must(h.t, err)
	if asked != 1 {
		h.t.Fatalf("%d are asked", asked)
	}
}

// november lets the clock go on to the first working day of November.
func (h *house) november() {
	h.t.Helper()
	h.pass(time.Date(2026, time.November, 2, 1, 0, 0, 0, time.UTC).Sub(h.clock.Now()))
}

// knows2027 has the holidays of 2027 come.
func (h *house) knows2027() {
	h.t.Helper()
	query[string](h, `INSERT INTO holiday (day, name, kind) SELECT d, 'Hari contoh', 'holiday' FROM generate_series('2027-01-01'::date, '2027-01-10', '1 day') d RETURNING name`)
}

func TestHolidaysAreAskedFor(t *testing.T) {
	for language, want := range map[string]string{
		"id": "Hari libur dan cuti bersama 2027 belum diunggah atau belum lengkap, sehingga undangan dan pengingat dapat terkirim pada hari libur. Mohon kirim daftarnya ke sini sebagai berkas Excel atau CSV, dengan kolom tanggal, nama, dan jenis.",
		"en": "The holidays and joint leaves of 2027 have not been uploaded, or not all, so invitations and reminders may go out on a holiday. Please send the list here as an Excel or CSV file, with the columns tanggal, nama and jenis.",
	} {
		t.Run(language, func(t *testing.T) {
			h := newHouse(t)
			admin := h.admin()
			query[string](h, `UPDATE account SET language = '`+language+`' RETURNING language`)
			h.november()
			h.callFor()
			h.deliver()
			h.expect(admin, want)
		})
	}
}

// Between the call and its message the list may have come.
func TestHolidaysThatCameAreNotAskedFor(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.november()
	h.callFor()
	before := len(admin.Chat().FromBot())
	h.knows2027()
	if outcomes := h.deliver(); len(outcomes) != 1 || outcomes[0].State != storage.Unneeded {
		t.Errorf("it ended as %v", outcomes)
	}
	if now := len(admin.Chat().FromBot()); now != before {
		t.Errorf("%d messages came", now-before)
	}
}

// The weekly summary says it too, below what it says else, as long as they are
// missing.
func TestSummarySaysThatHolidaysAreMissing(t *testing.T) {
	const line = "Hari libur 2027 belum diunggah atau belum lengkap. Mohon kirim daftarnya ke sini."
	h := newHouse(t)
	f, admin := newFull(h), h.admin()
	f.toMonday()
	if summary := f.summary(untroubled, admin); strings.Contains(summary.Text, "belum diunggah") {
		t.Errorf("in July it reads\n%s", summary.Text)
	}
	h.november()
	f.comes() // what came of rounds that closed meanwhile
	if summary := f.summary(untroubled, admin); !strings.HasSuffix(summary.Text, "\n\n"+line) {
		t.Errorf("in November it reads\n%s", summary.Text)
	}
	h.knows2027()
	if summary := f.summary(untroubled, admin); strings.Contains(summary.Text, "belum diunggah") {
		t.Errorf("once they are known it reads\n%s", summary.Text)
	}
}
