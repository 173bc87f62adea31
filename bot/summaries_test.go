package bot_test

import (
	"strings"
	"testing"

	"pascalatih/bot/simulator"
	"pascalatih/bot/telegram"
)

const (
	weekHeading = "Pekan 29 Juni – 5 Juli 2026: 67% puas"
	allButtons  = "Ingatkan peserta\nLihat siapa saja\nRinci | Buku kerja | Data\nPekan lain"
)

// The summary is a picture with its text and buttons; its further pictures come
// after it, silently.
func TestSummaryInChat(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		f, admin := newFull(h), h.admin()
		f.toMonday()
		before := len(admin.Chat().FromBot())
		summary := f.summary(w, admin)
		came := since(admin, before)
		if len(came) != 4 || len(photos(came)) != 4 {
			h.t.Fatalf("%d messages came, %d of them pictures; want 4", len(came), len(photos(came)))
		}
		if labels(summary) != allButtons || summary.Silent || summary.Album != "" {
			h.t.Errorf("the first is silent: %v, in an album: %q, with the buttons\n%s", summary.Silent, summary.Album, labels(summary))
		}
		for _, part := range []string{weekHeading, "25 dari 55 mengirim", "Pelatihan Arsip Digital: 2 dari 20 (10%), kepuasan disembunyikan (n < 5)",
			"Perlu tindakan:\n• Pelatihan Arsip Digital: baru 10% yang mengirim."} {
			if !strings.Contains(summary.Text, part) {
				h.t.Errorf("it does not read %q but\n%s", part, summary.Text)
			}
		}
		for _, further := range came[1:] {
			if !further.Silent || further.Album == "" || further.Album != came[1].Album || further.Text != "" || len(further.Rows) > 0 {
				h.t.Errorf("a further picture is silent: %v, in the album %q, and reads %s", further.Silent, further.Album, shown(further))
			}
		}
		if got := query[int](h, `SELECT count(*) FROM delivery WHERE summary_id IS NOT NULL AND state = 'sent' AND account_id = 9000`); got != 2 {
			h.t.Errorf("%d deliveries, want the message and its pictures", got)
		}
	})
}

// All that Rinci leads to stands in the same message, with what is withheld
// withheld.
func TestSummaryDetails(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		f, admin := newFull(h), h.admin()
		f.toMonday()
		summary := f.summary(w, admin)
		messages := len(admin.Chat().FromBot())
		const hidden = "Hasil jawaban: disembunyikan (n < 5)"
		for _, step := range []struct {
			tap     string
			reads   []string
			buttons string
		}{
			{"Rinci", []string{"Pelatihan mana yang ingin Bapak/Ibu lihat?\n\n1. Pelatihan Pelayanan Publik\n2. Pelatihan Arsip Digital"},
				"1. Pelatihan Pelayanan Publ…\n2. Pelatihan Arsip Digital\nPer unit | Kembali"},
			{"1. Pelatihan Pelayanan Publ…", []string{"Pelatihan Pelayanan Publik\nKesan setelah pelatihan\n23 dari 35 mengirim", "Kepuasan: 3,0 dari 4", "(n = 23)"}, "› | Kembali"},
			{"›", []string{"Pelatihan Arsip Digital\nKesan setelah pelatihan\n2 dari 20 mengirim", hidden, "Agar tidak ada yang dikenali"}, "‹ | Kembali"},
			{"‹", []string{"23 dari 35 mengirim"}, "› | Kembali"},
			{"Kembali", []string{"Pelatihan mana"}, "1. Pelatihan Pelayanan Publ…\n2. Pelatihan Arsip Digital\nPer unit | Kembali"},
			{"Per unit", []string{"Unit kerja mana", "1. Badan Lain\n2. Bagian Kecil\n3. Dinas Contoh"}, "1. Badan Lain\n2. Bagian Kecil\n3. Dinas Contoh\nPer pelatihan | Kembali"},
			{"2. Bagian Kecil", []string{"Bagian Kecil\nKesan setelah pelatihan\n2 dari 3 mengirim", hidden}, "‹ | › | Kembali"},
			{"‹", []string{"Badan Lain\nKesan setelah pelatihan\n9 dari 17 mengirim", hidden}, "› | Kembali"}, // counted with the small unit
			{"›", []string{"Bagian Kecil"}, "‹ | › | Kembali"},
			{"›", []string{"Dinas Contoh\nKesan setelah pelatihan", "Kepuasan: 3,0 dari 4", "(n = 12)"}, "‹ | Kembali"},
			{"Kembali", []string{"Unit kerja mana"}, "1. Badan Lain\n2. Bagian Kecil\n3. Dinas Contoh\nPer pelatihan | Kembali"},
			{"Per pelatihan", []string{"Pelatihan mana"}, "1. Pelatihan Pelayanan Publ…\n2. Pelatihan Arsip Digital\nPer unit | Kembali"},
			{"Kembali", []string{summary.Text}, allButtons},
		} {
			w.step(h, admin, "["+step.tap+"]")
			f.stands(admin, summary, messages, step.reads...)
			now := admin.Chat().Message(summary.ID)
			if labels(now) != step.buttons {
				h.t.Errorf("after %s there are the buttons\n%s\nwant\n%s", step.tap, labels(now), step.buttons)
			}
			if strings.Contains(now.Text, hidden) && strings.Contains(now.Text, "Kepuasan:") {
				h.t.Errorf("what is withheld is told of in\n%s", now.Text)
			}
		}
	})
}

// Each file comes once, however impatiently it is asked for.
func TestSummaryFiles(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		f, admin := newFull(h), h.admin()
		f.toMonday()
		summary := f.summary(w, admin)
		messages := len(admin.Chat().FromBot())
		for _, file := range []struct{ label, says, name, caption string }{
			{"Buku kerja", "Buku kerja sedang disiapkan dan segera dikirim.", "ringkasan-2026-06-29.xlsx", "Ringkasan pekan 29 Juni – 5 Juli 2026\n\nBuku kerja Excel"},
			{"Data", "Data sedang disiapkan dan segera dikirim.", "ringkasan-2026-06-29.csv", "Ringkasan pekan 29 Juni – 5 Juli 2026\n\nAngka yang sama"},
		} {
			for range 2 {
				w.step(h, admin, "["+file.label+"]")
				f.stands(admin, summary, messages, weekHeading, file.says)
			}
			f.comes()
			messages++
			came := admin.Chat().Last()
			if came.File == nil || came.File.Name != file.name || came.File.Kind != "document" || !strings.HasPrefix(came.Text, file.caption) {
				h.t.Errorf("what comes is %+v, and reads\n%s", came.File, came.Text)
			}
			f.stands(admin, summary, messages, weekHeading)
		}
		for _, row := range h.table(admin.Chat().Last(), 0) {
			if withheld := row[10] == "true"; withheld != (row[4] == "") {
				h.t.Errorf("a figure that is withheld, or one that is not: %q", row)
			}
		}
	})
}

// Other weeks, and rounds so far, come as messages of their own.
func TestSummaryOfOtherTimes(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		f, admin := newFull(h), h.admin()
		f.toMonday()
		f.pass(7 * 24 * 3600e9)
		f.comes()                      // the rounds have closed
		summary := f.summary(w, admin) // of a week without new answers
		messages := len(admin.Chat().FromBot())
		w.step(h, admin, "[Pekan lain]")
		f.stands(admin, summary, messages, "Ringkasan pekan mana yang Bapak/Ibu perlukan?")
		if got := labels(admin.Chat().Message(summary.ID)); got != "6–12 Juli 2026\n29 Juni – 5 Juli 2026\nPer putaran | Kembali" {
			h.t.Errorf("the weeks are\n%s", got)
		}
		w.step(h, admin, "[29 Juni – 5 Juli 2026]")
		f.stands(admin, summary, messages, "Ringkasannya sedang disiapkan dan segera dikirim.")
		f.comes()
		if other := since(admin, messages); len(other) != 4 || !strings.HasPrefix(other[0].Text, weekHeading) || strings.Contains(other[0].Text, "terlambat") {
			h.t.Errorf("%d messages came for the week, first\n%s", len(other), shown(other[0]))
		}
		messages = len(admin.Chat().FromBot())
		w.step(h, admin, "[Per putaran]")
		f.stands(admin, summary, messages, "Putaran mana yang Bapak/Ibu perlukan?", "1 · Pelatihan Pelayanan Publik · Kesan setelah pelatihan")
		w.step(h, admin, "[1 · Pelatihan Pelayanan Pub…]")
		f.stands(admin, summary, messages, "Ringkasannya sedang disiapkan")
		f.comes()
		if other := since(admin, messages); len(other) != 4 || !strings.Contains(other[0].Text, "67% puas") || !strings.HasPrefix(other[0].Text, "Sampai 13 Juli 2026") {
			h.t.Errorf("%d messages came for the round, first\n%s", len(other), shown(other[0]))
		}
	})
}

// What a summary asks for opens below it. It stays as it is.
func TestSummaryActs(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		f, admin := newFull(h), h.admin()
		// Whom HR reminds here, the last day would remind by itself.
		query[int](h, `UPDATE round SET remind_after = '{}', remind_last = false RETURNING 1`)
		f.toMonday()
		summary := f.summary(w, admin)
		w.step(h, admin, "[Ingatkan peserta]")
		h.reads(admin, "2 · Pelatihan Arsip Digital", "Yang akan diingatkan: 1 orang.")
		w.step(h, admin, "[Ingatkan]")
		h.reads(admin, "1 orang")
		w.step(h, admin, "[Lihat siapa saja]")
		h.reads(admin, "2 · Pelatihan Arsip Digital", "17 orang belum terhubung")
		w.step(h, admin, "[›]")
		h.reads(admin, "Pegawai Ke-9")
		now := admin.Chat().Message(summary.ID)
		if now.Edits != summary.Edits || labels(now) != allButtons || now.Text != summary.Text {
			h.t.Errorf("the summary is now\n%s", shown(now))
		}
		if got := query[int](h, `SELECT count(*) FROM delivery WHERE kind = 'reminder'`); got != 1 {
			h.t.Errorf("%d reminders", got)
		}
	})
}

// A tap on a message that is gone, or too old for Telegram to tell, is answered
// below, and the answer can be used.
func TestSummaryThatIsGone(t *testing.T) {
	h := newHouse(t)
	f, admin := newFull(h), h.admin()
	f.toMonday()
	summary := f.summary(untroubled, admin)
	details := summary.Button("Rinci")
	client := telegram.New(telegram.Config{Token: h.sim.Token(), BaseURL: h.sim.URL(), Log: quiet})
	must(t, client.Delete(t.Context(), admin.ID, summary.ID))
	before := len(admin.Chat().FromBot())
	query := admin.Tap(details)
	h.settle()
	if _, answered := query.Answer(); !answered {
		t.Error("the tap was not answered")
	}
	came := since(admin, before)
	if len(came) != 1 || came[0].File != nil || !strings.HasPrefix(came[0].Text, "Pelatihan mana") {
		t.Fatalf("%d messages came: %+v", len(came), came)
	}
	h.tap(admin, "2. Pelatihan Arsip Digital")
	f.stands(admin, came[0], before+1, "2 dari 20 mengirim")
	h.tap(admin, "Kembali")
	h.tap(admin, "Kembali")
	h.tap(admin, "Ingatkan peserta")
	f.stands(admin, came[0], before+2, weekHeading)
	h.reads(admin, "Yang akan diingatkan")
}

// Whoever turns pages in haste sees the last one, and no tap stays unanswered.
func TestSummaryInHaste(t *testing.T) {
	h := newHouse(t)
	f, admin := newFull(h), h.admin()
	f.toMonday()
	summary := f.summary(untroubled, admin)
	h.tap(admin, "Rinci")
	button := admin.Chat().Message(summary.ID).Buttons()[0]
	var queries []*simulator.Query
	for i := range 24 {
		data := strings.Replace(button.Data, ":part", ":parts", 1)
		if i%2 == 1 {
			data = button.Data
		}
		queries = append(queries, admin.TapData(summary.ID, data))
	}
	h.pass(20e9)
	for i, query := range queries {
		if _, answered := query.Answer(); !answered {
			t.Errorf("tap %d was not answered", i)
		}
	}
	if now := admin.Chat().Message(summary.ID); !strings.HasPrefix(now.Text, "Pelatihan Pelayanan Publik") || now.Edits > 12 {
		t.Errorf("after %d edits it reads\n%s", now.Edits, now.Text)
	}
}
