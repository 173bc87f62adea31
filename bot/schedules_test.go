package bot_test

import (
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// cron is the expression of the only schedule.
func (h *house) cron() string {
	h.t.Helper()
	return query[string](h, `SELECT cron FROM schedule`)
}

func TestJadwal(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		w.step(h, admin, "/jadwal")
		h.reads(admin, "Ringkasan pekan: setiap Senin pukul 08.00\nBerikutnya: Senin, 6 Juli 2026 pukul 08.00 WIB", "pilih harinya")
		w.step(h, admin, "[Selasa]")
		h.reads(admin, "Ringkasan pekan dikirim setiap Selasa. Pukul berapa?")
		w.step(h, admin, "[09.00]")
		h.reads(admin, "Ringkasan pekan dikirim setiap Selasa pukul 09.00.", "Lima waktu berikutnya:\n• Selasa, 30 Juni 2026 pukul 09.00 WIB\n• Selasa, 7 Juli",
			"• Selasa, 28 Juli 2026 pukul 09.00 WIB\n\nSetiap ringkasan memuat pekan penuh terakhir")
		if first := admin.Chat().Last().Buttons()[0].Text; first != "Simpan" {
			h.t.Errorf("the first button is %q, not the yes", first)
		}
		if got := h.cron(); got != "0 8 * * 1" {
			h.t.Errorf("before the yes it is %s", got)
		}
		w.step(h, admin, "[Simpan]")
		h.reads(admin, "Jadwal sudah disimpan.\n\nRingkasan pekan: setiap Selasa pukul 09.00\nBerikutnya: Selasa, 30 Juni 2026 pukul 09.00 WIB")
		if got := h.cron(); got != "0 9 * * 2" {
			h.t.Errorf("it became %s", got)
		}

		w.step(h, admin, "/jadwal")
		w.step(h, admin, "[Tulis sendiri]")
		h.reads(admin, "lima bagian", "• 0 9 1 3,9 * · setiap tanggal 1 Maret dan September pukul 09.00")
		w.step(h, admin, "0 8 1 * 7")
		h.reads(admin, "Hari Minggu ditulis 0, bukan 7", "lima bagian")
		w.step(h, admin, " 0  8 1 * 1 ")
		h.reads(admin, "Ringkasan pekan dikirim setiap tanggal 1 atau setiap Senin pukul 08.00.", "salah satunya sudah cukup.\n\nSetiap ringkasan memuat",
			"• Rabu, 1 Juli 2026 pukul 08.00 WIB\n• Senin, 6 Juli 2026 pukul 08.00 WIB\n• Senin, 13 Juli")
		w.step(h, admin, "[Ubah]")
		h.reads(admin, "Ringkasan pekan: setiap Selasa pukul 09.00", "pilih harinya")
		w.step(h, admin, "[Jumat]")
		w.step(h, admin, "pukul 7:30")
		h.reads(admin, "setiap Jumat pukul 07.30.")
		w.step(h, admin, "[Simpan]")
		if got := h.cron(); got != "30 7 * * 5" {
			h.t.Errorf("it became %s", got)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'schedule changed'`); got != 2 {
			h.t.Errorf("%d audit rows, want 2", got)
		}
		w.step(h, admin, "/audit")
		h.reads(admin, "Akun 9000\nMengubah jadwal. Ringkasan pekan: dari setiap Selasa pukul 09.00 menjadi setiap Jumat pukul 07.30",
			"dari setiap Senin pukul 08.00 menjadi setiap Selasa pukul 09.00")
		w.step(h, admin, "[Jadwal]")
		h.reads(admin, "Mengubah jadwal. Ringkasan pekan")
	})
}

// Looking changes nothing, and what is there stays to be read.
func TestJadwalThatChangesNothing(t *testing.T) {
	tests := map[string]struct {
		way  []string
		says string
	}{
		"looked at":               {way: []string{"[Selesai]"}, says: "Ringkasan pekan: setiap Senin pukul 08.00\nBerikutnya"},
		"back, and looked at":     {way: []string{"[Rabu]", "[Kembali]", "[Tulis sendiri]", "[Kembali]", "[Selesai]"}, says: "setiap Senin pukul 08.00"},
		"cancelled at the time":   {way: []string{"[Rabu]", "[Batal]"}, says: "Baik, dibatalkan."},
		"cancelled while writing": {way: []string{"[Tulis sendiri]", "[Batal]"}, says: "Baik, dibatalkan."},
		"cancelled at the end":    {way: []string{"[Rabu]", "[10.00]", "[Batal]"}, says: "Baik, dibatalkan."},
		"left":                    {way: []string{"[Rabu]", "[10.00]", "/batal"}, says: "Baik, dibatalkan."},
		"the present one":         {way: []string{"[Senin]", "[08.00]", "[Simpan]"}, says: "Jadwalnya memang sudah begitu.\n\nRingkasan pekan: setiap Senin pukul 08.00"},
		"a time that is none":     {way: []string{"[Senin]", "25.00"}, says: "Waktu itu tidak terbaca. Mohon ketik seperti 07.30\n\nRingkasan pekan dikirim setiap Senin."},
		"a minute that is none":   {way: []string{"[Senin]", "08.60"}, says: "Waktu itu tidak terbaca"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			admin := h.admin()
			for _, step := range append([]string{"/jadwal"}, test.way...) {
				h.act(admin, step)
			}
			h.expect(admin, test.says)
			if h.cron() != "0 8 * * 1" || query[int](h, `SELECT count(*) FROM audit WHERE action = 'schedule changed'`) != 0 {
				t.Errorf("the schedule is %s", h.cron())
			}
		})
	}
}

// What cannot be a schedule of summaries is told with what to write instead, in
// either language, and the expression is asked for again.
func TestJadwalRefuses(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	tests := map[string]struct{ id, en string }{
		"TZ=Asia/Jakarta 0 8 * * 1":     {"Mohon hapus TZ= atau CRON_TZ=", "Please leave out TZ= or CRON_TZ="},
		"CRON_TZ=UTC 0 8 * * 1":         {"Mohon hapus TZ= atau CRON_TZ=", "Please leave out TZ= or CRON_TZ="},
		"@every 24h":                    {"@every tidak dapat dipakai", "@every cannot be used"},
		"0 8 * * 1-7":                   {"Hari Minggu ditulis 0", "Sunday is written 0"},
		"0 8 30 2 *":                    {"tidak akan pernah tiba", "will never come"},
		"0 8,16 * * *":                  {"paling sering sekali sehari", "once a day at most"},
		"*/30 8 1 1 *":                  {"paling sering sekali sehari", "once a day at most"},
		"@hourly":                       {"paling sering sekali sehari", "once a day at most"},
		"0 8 * *":                       {"tidak terbaca", "cannot be read"},
		"setiap Senin pukul delapan ya": {"tidak terbaca", "cannot be read"},
		"<b>&":                          {"tidak terbaca", "cannot be read"},
		"0 8 " + strings.Repeat("1,", 120) + "1 * *": {"tidak terbaca", "cannot be read"},
	}
	for _, language := range h.texts.Languages() {
		must(t, h.SetLanguage(t.Context(), adminID, language, storage.Source{}, h.clock.Now()))
		h.write(admin, "/jadwal")
		h.tap(admin, h.texts.In(language).Say("button.write_schedule", nil))
		for words, says := range tests {
			want := says.id
			if language == text.English {
				want = says.en
			}
			h.write(admin, words)
			h.expect(admin, want, "0 9 1 3,9 *")
		}
	}
	if h.cron() != "0 8 * * 1" {
		t.Errorf("the schedule is %s", h.cron())
	}
	for words, says := range map[string]string{
		"@daily":      "The weekly summary will come every day at 00:00.",
		"0 8 */2 * *": "The weekly summary will come by 0 8 */2 * *\n\nThe next five times:\n• Wednesday, 1 July 2026 at 08:00 WIB\n• Friday, 3 July",
		"0 0 29 2 *":  "• Tuesday, 29 February 2028 at 00:00 WIB\n• Sunday, 29 February 2032",
	} {
		h.write(admin, words)
		h.expect(admin, says)
		h.tap(admin, "Change")
		h.tap(admin, "Write it myself")
	}
}

// Of two administrators the later one sees what the first one saved, and may
// change that.
func TestTwoAdministratorsOnOneSchedule(t *testing.T) {
	h := newHouse(t)
	one, other := h.admin(), h.sim.Person(7005, "Admin Contoh", "id")
	h.give(other.ID, storage.RoleAdmin, storage.Scope{All: true})
	other.Start("")
	h.settle()
	people, pressed := []*simulator.Person{one, other}, map[int64]simulator.Button{}
	for i, day := range []string{"[Selasa]", "[Kamis]"} {
		h.goes(untroubled, people[i], "/jadwal", day, "[09.00]")
		pressed[people[i].ID] = people[i].Chat().Button("Simpan")
	}
	for _, person := range people {
		person.Tap(pressed[person.ID])
	}
	h.pass(10 * time.Second)
	first, second := one, other
	if !strings.Contains(first.Chat().Last().Text, "sudah disimpan") {
		first, second = other, one
	}
	h.reads(first, "Jadwal sudah disimpan.")
	h.reads(second, "Jadwal ini baru saja diubah orang lain", "Ringkasan pekan: setiap "+map[*simulator.Person]string{one: "Selasa", other: "Kamis"}[first], "pilih harinya")
	if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'schedule changed'`); got != 1 {
		t.Errorf("%d audit rows", got)
	}
	for _, step := range []string{"[Sabtu]", "[06.00]", "[Simpan]"} {
		h.act(second, step)
	}
	if h.cron() != "0 6 * * 6" {
		t.Errorf("it became %s", h.cron())
	}
}

// The summary that has just come due is not lost with its schedule.
func TestJadwalWaitsForTheSummary(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for _, step := range []string{"/jadwal", "[Selasa]", "[09.00]"} {
		h.act(admin, step)
	}
	h.pass(7 * 24 * time.Hour) // nobody summarises here
	h.tap(admin, "Simpan")
	h.expect(admin, "Ringkasan yang waktunya sudah tiba masih disusun", "setiap Selasa pukul 09.00")
	occasion := time.Date(2026, time.July, 6, 8, 0, 0, 0, wib)
	_, _, err := h.KeepSummary(t.Context(), storage.Summary{ScheduleID: 1, Occasion: occasion, Period: stats.Period{From: occasion.AddDate(0, 0, -7), To: occasion}, Figures: []byte(`{}`)}, []int64{}, h.clock.Now())
	must(t, err)
	h.tap(admin, "Simpan")
	h.expect(admin, "Jadwal sudah disimpan.", "Berikutnya: Selasa, 7 Juli 2026 pukul 09.00 WIB")
}

// Who moves the summary to an earlier day is told which week is left out, unless
// it is summarised already, and who has it come rarely that weeks are.
func TestJadwalSaysWhichWeekIsLeftOut(t *testing.T) {
	const left = "Ringkasan pekan 22–28 Juni 2026 tidak dikirim lagi. Bila diperlukan, silakan minta dengan /ringkasan."
	tests := map[string]struct {
		present string // on Monday, 29 June, 15.30
		kept    bool   // the summary of the week before
		wanted  string
		says    string // "": neither is said
	}{
		"from a later day to one that is over":  {present: "0 9 * * 5", wanted: "0 8 * * 1", says: left},
		"from a later hour to one that is over": {present: "0 17 * * 1", wanted: "0 8 * * 1", says: left},
		"which is summarised already":           {present: "0 9 * * 5", kept: true, wanted: "0 8 * * 1"},
		"from a later day to an earlier":        {present: "0 9 * * 5", wanted: "0 8 * * 2"},
		"from one that is over to a later day":  {present: "0 8 * * 1", kept: true, wanted: "0 9 * * 5"},
		"from Sunday to Monday":                 {present: "0 17 * * 0", wanted: "0 8 * * 1", says: left},
		"to each day":                           {present: "0 8 * * 1", kept: true, wanted: "0 8 * * *"},
		"to each month":                         {present: "0 8 * * 1", kept: true, wanted: "0 8 1 * *", says: "Senin sampai Minggu. Dengan jadwal ini ada pekan yang tidak diringkas."},
		"from what cannot be read":              {present: "rusak", wanted: "0 8 * * 1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			query[int64](h, `UPDATE schedule SET cron = $1 RETURNING id`, test.present)
			if test.kept {
				monday := time.Date(2026, time.June, 29, 0, 0, 0, 0, wib)
				_, _, err := h.KeepSummary(t.Context(), storage.Summary{ScheduleID: 1, Occasion: monday.Add(8 * time.Hour), Period: stats.Period{From: monday.AddDate(0, 0, -7), To: monday}, Figures: []byte(`{}`)},
					[]int64{}, h.clock.Now())
				must(t, err)
			}
			admin := h.admin()
			h.goes(untroubled, admin, "/jadwal", "[Tulis sendiri]", test.wanted)
			h.expect(admin, "Setiap ringkasan memuat pekan penuh terakhir", test.says)
			if said := admin.Chat().Last().Text; test.says == "" && (strings.Contains(said, "tidak dikirim lagi") || strings.Contains(said, "tidak diringkas")) {
				t.Errorf("it reads\n%s", said)
			}
		})
	}
}

func TestJadwalOfSeveral(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	query[int64](h, `INSERT INTO schedule (key, job, cron, since) VALUES ('zweite', 'summary', 'rusak', $1) RETURNING id`, h.clock.Now())
	h.write(admin, "/jadwal")
	h.expect(admin, "1. Ringkasan pekan: setiap Senin pukul 08.00\nBerikutnya: Senin, 6 Juli", "2. Ringkasan pekan: rusak\n\nJadwal mana yang diubah?")
	for _, step := range []string{"[2. Ringkasan pekan]", "[Kembali]", "[1. Ringkasan pekan]", "[Minggu]", "[Kembali]", "[Kembali]", "[2. Ringkasan pekan]", "[Minggu]", "[17.00]", "[Simpan]"} {
		h.act(admin, step)
	}
	h.expect(admin, "Jadwal sudah disimpan.", "1. Ringkasan pekan: setiap Senin pukul 08.00", "2. Ringkasan pekan: setiap Minggu pukul 17.00\nBerikutnya: Minggu, 5 Juli 2026 pukul 17.00 WIB")

	h.goes(untroubled, admin, "/jadwal", "[2. Ringkasan pekan]", "[Rabu]", "[10.00]")
	save := admin.Chat().Button("Simpan")
	query[int64](h, `DELETE FROM schedule WHERE key = 'zweite' RETURNING id`)
	admin.Tap(save)
	h.settle()
	h.expect(admin, "Jadwal itu sudah tidak ada.", "Ringkasan pekan: setiap Senin pukul 08.00")

	h.write(admin, "/jadwal")
	query[int64](h, `DELETE FROM schedule RETURNING id`)
	h.tap(admin, "Senin")
	h.expect(admin, "Jadwal itu sudah tidak ada.")
	h.tap(admin, "Selesai")
	h.expect(admin, "Belum ada jadwal.")
	h.write(admin, "/jadwal")
	h.expect(admin, "Belum ada jadwal.")
}

// Buttons that no step offers lead nowhere.
func TestJadwalButtonsThatAreForged(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for _, path := range []struct {
		way    []string
		forged string
		reads  string
	}{
		{[]string{"/jadwal"}, "d:0:%d:yes", "pilih harinya"},
		{[]string{"/jadwal"}, "d:0:%d:hour:9", "pilih harinya"},
		{[]string{"/jadwal"}, "d:0:%d:day:7", "pilih harinya"},
		{[]string{"/jadwal"}, "d:99:%d:choose", "pilih harinya"},
		{[]string{"/jadwal"}, "d:0:%d:return", "pilih harinya"},
		{[]string{"/jadwal", "[Rabu]"}, "d:0:%d:hour:24", "Pukul berapa?"},
		{[]string{"/jadwal", "[Rabu]"}, "d:0:%d:yes", "Pukul berapa?"},
		{[]string{"/jadwal", "[Tulis sendiri]"}, "d:0:%d:yes", "lima bagian"},
		{[]string{"/jadwal", "[Rabu]", "[09.00]"}, "d:0:%d:day:1", "setiap Rabu pukul 09.00"},
		{[]string{"/jadwal", "[Rabu]", "[09.00]"}, "d:0:%d:nothing", "setiap Rabu pukul 09.00"},
	} {
		for _, step := range path.way {
			h.act(admin, step)
		}
		h.forge(admin, path.forged)
		h.reads(admin, path.reads)
	}
	if h.cron() != "0 8 * * 1" {
		t.Errorf("it became %s", h.cron())
	}
}
