package bot_test

import (
	"strings"
	"testing"
	"time"
)

// In the evening of Monday, 29 June 2026; the next day is a holiday.
func TestMulaiInClosedTime(t *testing.T) {
	const wednesday = "mulai Rabu, 1 Juli 2026 pukul 07.00 WIB"
	h := newHouse(t)
	query[string](h, `INSERT INTO holiday (day, name, kind) VALUES ('2026-06-30', 'Hari contoh', 'holiday') RETURNING name`)
	admin := h.admin()
	for _, step := range []string{"/mulai", "[A · Pelatihan A]", "[Formulir uji]", "[Sekarang]"} {
		h.act(admin, step)
		if last := admin.Chat().Last().Text; strings.Contains(last, "jam kerja") {
			t.Errorf("in working time it says\n%s", last)
		}
	}
	h.pass(3 * time.Hour)
	h.tap(admin, "Kembali")
	h.reads(admin, "Saat ini di luar jam kerja. Bila putaran dimulai sekarang, undangan dikirim "+wednesday)
	h.tap(admin, "Sekarang")
	h.reads(admin, "Mulai sekarang, terbuka sampai 6 Juli 2026", "Undangan dikirim "+wednesday)
	h.schedule()
	h.tap(admin, "Mulai putaran")
	h.reads(admin, "Undangan terkirim: 0 dari 2.", "2 undangan menunggu jam kerja, dan dikirim "+wednesday)
	following := admin.Chat().Last().ID
	h.pass(24 * time.Hour)
	h.write(admin, "/status 1")
	h.reads(admin, "0 menerima undangan", "2 undangan menunggu jam kerja, dan dikirim "+wednesday)
	h.pass(14 * time.Hour) // to Wednesday, after eight
	progress := admin.Chat().Message(following).Text
	if !strings.Contains(progress, "Selesai. Undangan terkirim: 2 dari 2.") || strings.Contains(progress, "menunggu") {
		t.Errorf("in the morning it reads\n%s", progress)
	}
	h.reads(h.budi, "Formulir uji")
	h.reads(h.siti, "Formulir uji")
}

// The morning that is named is the office's; that of some units may be another.
func TestMulaiInClosedTimeWithUnitsOfTheirOwnTime(t *testing.T) {
	h := newHouse(t)
	h.brings("nama;zona;hari_kerja\nDinas Contoh;WITA;Senin-Sabtu\n")
	admin := h.admin()
	h.pass(3 * time.Hour)
	for _, step := range []string{"/mulai", "[A · Pelatihan A]", "[Formulir uji]"} {
		h.act(admin, step)
	}
	h.reads(admin, "pukul 07.00 WIB. Unit kerja di zona waktu lain atau dengan hari kerja sendiri menerimanya pada jam kerja mereka.")
}

func TestMulaiLaterInClosedTime(t *testing.T) {
	tests := map[string]struct {
		holidays string // from Saturday, 4 July, up to this
		reads    string
	}{
		"a Saturday":                         {holidays: "2026-07-04", reads: "Mulai 4 Juli 2026 pukul 10.00 WIB, terbuka sampai 11 Juli 2026 pukul 10.00 WIB.\nUndangan dikirim mulai Senin, 6 Juli 2026 pukul 07.00 WIB"},
		"before a long break":                {holidays: "2026-07-08", reads: "Undangan dikirim mulai Kamis, 9 Juli 2026 pukul 07.00 WIB"},
		"before one that outlasts the round": {holidays: "2026-07-12", reads: "Undangan tidak akan terkirim: putaran ditutup sebelum jam kerja berikutnya."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			query[int](h, `WITH break AS (INSERT INTO holiday (day, name, kind)
				SELECT d, 'Hari contoh', 'holiday' FROM generate_series('2026-07-04', $1::date, interval '1 day') d RETURNING day)
				SELECT count(*) FROM break`, test.holidays)
			admin := h.admin()
			for _, step := range []string{"/mulai", "[A · Pelatihan A]", "[Formulir uji]", "[Waktu lain]", "4/7 10.00"} {
				h.act(admin, step)
			}
			h.reads(admin, test.reads)
		})
	}
}

// Who had their message of the day is not reminded at once, and HR is not told so.
func TestIngatkanWhoWasWrittenToToday(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	admin := h.admin()
	h.pass(24 * time.Hour)
	h.open("B")
	h.settle()
	// A house lets out everything, and counts nothing.
	query[int](h, `WITH w AS (UPDATE delivery SET counted_on = '2026-06-30' WHERE round_id = 2 RETURNING 1) SELECT count(*) FROM w`)
	const capped = "Yang akan diingatkan: 2 orang.\nYang hari ini sudah menerima pesan mungkin baru mendapatkannya pada hari kerja berikutnya."
	h.write(admin, "/ingatkan 1")
	h.reads(admin, capped)
	h.tap(admin, "Ingatkan")
	h.reads(admin, capped)
}

func TestIngatkanInClosedTime(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	admin := h.admin()
	h.pass(3 * time.Hour)
	h.write(admin, "/ingatkan 1")
	const waits = "Yang akan diingatkan: 2 orang.\nPengingat dikirim mulai Selasa, 30 Juni 2026 pukul 07.00 WIB"
	h.reads(admin, waits)
	h.tap(admin, "Ingatkan")
	h.reads(admin, waits)
}
