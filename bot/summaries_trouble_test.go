package bot_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/stats"
)

// kept keeps the summary of the week before a scheduled occasion, and plans its
// deliveries.
func (f *full) kept(occasion time.Time, change func(*stats.Figures), accounts ...int64) {
	f.t.Helper()
	schedules, err := f.Schedules(f.t.Context())
	must(f.t, err)
	period := stats.Period{From: time.Date(2026, time.June, 29, 0, 0, 0, 0, wib), To: time.Date(2026, time.July, 6, 0, 0, 0, 0, wib)}
	figures, err := f.Figures(f.t.Context(), period, wib)
	must(f.t, err)
	if change != nil {
		change(&figures)
	}
	content, err := json.Marshal(figures)
	must(f.t, err)
	_, _, err = f.KeepSummary(f.t.Context(), storage.Summary{ScheduleID: schedules[0].ID, Occasion: occasion, Period: period, Figures: content}, accounts, f.clock.Now())
	must(f.t, err)
}

// mondayAtEight is when the summary of the week is due.
var mondayAtEight = time.Date(2026, time.July, 6, 8, 0, 0, 0, wib)

const (
	saysLate     = "Ringkasan ini terlambat terkirim; isinya tetap tentang pekan 29 Juni – 5 Juli 2026."
	saysRepeated = "Ringkasan ini mungkin sudah Bapak/Ibu terima"
)

// A summary that was due while the program was down says so; whoever asks for the
// same later did not wait for it.
func TestSummaryThatIsLate(t *testing.T) {
	tests := map[string]struct {
		after time.Duration
		late  bool
	}{
		"on time":            {},
		"half an hour later": {after: 30 * time.Minute},
		"a day later":        {after: 24 * time.Hour, late: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			f, admin := newFull(h), h.admin()
			f.toMonday()
			f.pass(test.after)
			before := len(admin.Chat().FromBot())
			f.kept(mondayAtEight, nil, admin.ID)
			f.deliverAll()
			f.settle()
			came := since(admin, before)
			if len(came) == 0 || !strings.HasPrefix(came[0].Text, weekHeading) || strings.Contains(came[0].Text, saysLate) != test.late {
				t.Errorf("%d messages came: %+v", len(came), came)
			}
			f.comes() // the rounds have closed
			if asked := f.summary(untroubled, admin); strings.Contains(asked.Text, saysLate) || !strings.HasPrefix(asked.Text, weekHeading) {
				t.Errorf("who asks reads\n%s", asked.Text)
			}
		})
	}
}

// Whatever Telegram does, the message comes before its pictures; what may have come
// before says so.
func TestSummaryWhenTelegramBreaks(t *testing.T) {
	const repeatedPictures = "Gambar ini mungkin sudah Bapak/Ibu terima."
	tests := map[string]struct {
		fault    simulator.Fault
		messages []string // how each begins, or what it says
	}{
		"the picture arrives unknown": {simulator.Fault{Kind: simulator.CutAfter, Method: "sendPhoto"},
			[]string{weekHeading, saysRepeated, "", "", ""}},
		"the picture is lost": {simulator.Fault{Kind: simulator.CutBefore, Method: "sendPhoto"},
			[]string{saysRepeated, "", "", ""}},
		"a gateway breaks": {simulator.Fault{Kind: simulator.Status502HTML, Method: "sendPhoto"},
			[]string{saysRepeated, "", "", ""}},
		"the picture is throttled": {simulator.Fault{Kind: simulator.TooManyNow, Method: "sendPhoto", RetryAfter: 30 * time.Second},
			[]string{weekHeading, "", "", ""}},
		"the album is throttled": {simulator.Fault{Kind: simulator.TooManyNow, Method: "sendMediaGroup", RetryAfter: 30 * time.Second},
			[]string{weekHeading, "", "", ""}},
		"the album arrives unknown": {simulator.Fault{Kind: simulator.CutAfter, Method: "sendMediaGroup"},
			[]string{weekHeading, "", "", "", repeatedPictures, "", ""}},
		"the album is lost": {simulator.Fault{Kind: simulator.CutBefore, Method: "sendMediaGroup"},
			[]string{weekHeading, repeatedPictures, "", ""}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			f, admin := newFull(h), h.admin()
			f.toMonday()
			before := len(admin.Chat().FromBot())
			test.fault.Chat = admin.ID
			h.sim.Inject(test.fault)
			h.write(admin, "/ringkasan")
			stop := f.scheduling()
			f.pass(5 * time.Minute)
			stop()
			came := since(admin, before)
			if len(came) != len(test.messages) {
				t.Fatalf("%d messages came, want %d", len(came), len(test.messages))
			}
			for i, want := range test.messages {
				if !strings.Contains(came[i].Text, want) || (want == "") != (came[i].Text == "") {
					t.Errorf("message %d is\n%s\nwant %q", i, shown(came[i]), want)
				}
				if alone := len(came[i].Rows) > 0; alone == came[i].Silent {
					t.Errorf("message %d has buttons: %v, and is silent: %v", i, alone, came[i].Silent)
				}
			}
		})
	}
}

// A quiet week is one sentence, without a picture. Its pages stand in its place.
func TestQuietSummary(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		f, admin := &full{house: h}, h.admin()
		f.toMonday()
		summary := f.summary(w, admin)
		messages := len(admin.Chat().FromBot())
		if summary.File != nil || summary.Text != "Tidak ada putaran yang berjalan pada pekan 29 Juni – 5 Juli 2026." || labels(summary) != "Pekan lain" {
			h.t.Fatalf("it is %s", shown(summary))
		}
		last := admin.Chat().Last() // where the answer was lost, it came twice
		w.step(h, admin, "[Pekan lain]")
		f.stands(admin, last, messages, "Ringkasan pekan mana")
		w.step(h, admin, "[Per putaran]")
		f.stands(admin, last, messages, "Belum ada putaran.")
		w.step(h, admin, "[Kembali]")
		w.step(h, admin, "[Kembali]")
		f.stands(admin, last, messages, "Tidak ada putaran yang berjalan")
	})
}

// A summary whose pictures cannot be drawn comes as a text, and can do what others
// can.
func TestSummaryWithoutPictures(t *testing.T) {
	h := newHouse(t)
	f, admin := newFull(h), h.admin()
	f.toMonday()
	before := len(admin.Chat().FromBot())
	f.kept(mondayAtEight, func(figures *stats.Figures) {
		for i, figure := range figures.List { // a bar that no value goes with
			if figure.Measure == stats.Chosen && figure.Group == stats.All && strings.HasPrefix(figure.Item, "help=none") {
				figures.List[i].N, figures.List[i].Value = 1, nil
			}
		}
	}, admin.ID)
	f.deliverAll()
	f.pass(10 * time.Second)
	f.deliverAll()
	f.settle()
	came := since(admin, before)
	if len(came) != 1 || came[0].File != nil || !strings.HasPrefix(came[0].Text, weekHeading) || labels(came[0]) != allButtons {
		t.Fatalf("%d messages came: %+v", len(came), came)
	}
	h.tap(admin, "Rinci")
	f.stands(admin, came[0], before+1, "Pelatihan mana")
	h.tap(admin, "Kembali")
	for i, step := range []string{"Ingatkan peserta", "Lihat siapa saja"} {
		h.tap(admin, step)
		f.stands(admin, came[0], before+2+i, weekHeading)
	}
	if now := admin.Chat().Message(came[0].ID); labels(now) != allButtons {
		t.Errorf("the summary lost buttons: %s", labels(now))
	}
}

// A training that fell has a button to its details.
func TestSummaryOfATrainingThatFell(t *testing.T) {
	h := newHouse(t)
	f, admin := newFull(h), h.admin()
	f.toMonday()
	before := len(admin.Chat().FromBot())
	f.kept(mondayAtEight, func(figures *stats.Figures) {
		by := -4.2
		for _, figure := range figures.List {
			if figure.Measure == stats.IndexOf && figure.Group == stats.RoundGroup(f.c.ID) {
				figure.Measure, figure.Value = stats.IndexMoved, &by
				figures.List = append(figures.List, figure)
			}
		}
	}, admin.ID)
	f.deliverAll()
	f.settle()
	summary := since(admin, before)[0]
	f.stands(admin, summary, len(admin.Chat().FromBot()), "• Pelatihan Pelayanan Publik: indeks kepuasan turun 4,2 poin.")
	h.tap(admin, "Lihat rinciannya")
	f.stands(admin, summary, len(admin.Chat().FromBot()), "Pelatihan Pelayanan Publik\nKesan setelah pelatihan\n23 dari 35 mengirim")
	h.tap(admin, "Kembali")
	f.stands(admin, summary, len(admin.Chat().FromBot()), "Pelatihan mana")
}

// Whoever is no reader any more gets nothing, wherever the summary is.
func TestSummaryWithoutTheRole(t *testing.T) {
	none := storage.Scope{}
	tests := map[string]struct {
		before func(f *full) // with the role
		after  func(f *full) // without it
		comes  int           // messages
	}{
		"before it is computed": {after: func(f *full) { f.comes() }},
		"before it is sent": {
			before: func(f *full) { f.kept(mondayAtEight, nil, 7005) },
			after:  func(f *full) { f.deliverAll(); f.pass(10 * time.Second); f.deliverAll(); f.comes() },
		},
		"before its pictures are": {
			before: func(f *full) {
				work := f.clock.Work() // they are due a second later
				defer work.Done()
				f.kept(mondayAtEight, nil, 7005)
				f.deliver()
			},
			after: func(f *full) { f.pass(10 * time.Second); f.deliverAll(); f.comes() },
			comes: 1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			f := newFull(h)
			reader := h.sim.Person(7005, "Admin Lain", "id")
			h.give(reader.ID, storage.RoleAdmin, storage.Scope{All: true})
			reader.Start("")
			f.toMonday()
			before := len(reader.Chat().FromBot())
			h.write(reader, "/ringkasan")
			if test.before != nil {
				test.before(f)
			}
			h.give(reader.ID, storage.RoleAdmin, none)
			test.after(f)
			if came := since(reader, before); len(came) != test.comes {
				t.Errorf("%d messages came, want %d", len(came), test.comes)
			}
			if got := query[int](h, `SELECT count(*) FROM delivery WHERE summary_id IS NOT NULL AND state NOT IN ('sent', 'unneeded')`); got != 0 {
				t.Errorf("%d deliveries have not ended", got)
			}
		})
	}
}

// Nor do the buttons of one that they got tell anything, or its files come.
func TestSummaryButtonsWithoutTheRole(t *testing.T) {
	h := newHouse(t)
	f := newFull(h)
	reader := h.sim.Person(7005, "Admin Lain", "id")
	h.give(reader.ID, storage.RoleAdmin, storage.Scope{All: true})
	reader.Start("")
	f.toMonday()
	summary := f.summary(untroubled, reader)
	for _, file := range []string{"Buku kerja", "Data"} {
		h.tap(reader, file)
	}
	h.worksOnce(1) // the workbook is made, the data is not
	h.give(reader.ID, storage.RoleAdmin, storage.Scope{})
	f.comes()
	if got := slices.DeleteFunc(withFiles(reader), func(m simulator.Message) bool { return m.File.Kind == "photo" }); len(got) != 0 {
		t.Errorf("%d files came", len(got))
	}
	before := reader.Chat().Message(summary.ID)
	for _, button := range before.Buttons() {
		query := reader.Tap(button)
		h.settle()
		h.reads(reader, "Tombol itu sudah tidak berlaku.")
		if _, answered := query.Answer(); !answered {
			t.Errorf("the tap on %s was not answered", button.Text)
		}
	}
	if now := reader.Chat().Message(summary.ID); now.Text != before.Text {
		t.Errorf("the summary is now\n%s", now.Text)
	}
	if got := query[int](h, `SELECT count(*) FROM job`); got != 3 {
		t.Errorf("%d jobs", got)
	}
}

// The head of a unit sees what comes from it, and nothing else.
func TestSummaryOfAUnitHead(t *testing.T) {
	tests := map[string]struct{ reads, not []string }{
		"Dinas Contoh": {reads: []string{weekHeading + "\nDinas Contoh\n", "indeks 75,00", "(n = 12)"}, not: []string{"Badan Lain", "Bagian Kecil", "n = 23"}},
		"Badan Lain":   {reads: []string{"Badan Lain", "9 dari 14", "disembunyikan (n < 5)"}, not: []string{"Dinas Contoh", "Bagian Kecil", "indeks"}},
		"Bagian Kecil": {reads: []string{"Bagian Kecil", "2 dari 3", "disembunyikan (n < 5)"}, not: []string{"Dinas Contoh", "Badan Lain", "indeks"}},
	}
	for unit, test := range tests {
		t.Run(unit, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			f, admin := newFull(h), h.admin()
			head := h.sim.Person(7005, "Kepala Unit", "id")
			id := query[int64](h, `SELECT id FROM unit WHERE name = $1`, unit)
			h.give(head.ID, storage.RoleUnitHead, storage.Scope{Units: []int64{id}})
			head.Start("")
			f.toMonday()
			whole := f.summary(untroubled, admin)
			summary := f.summary(untroubled, head)
			if got := labels(summary); got != "Rinci | Buku kerja | Data\nPekan lain" {
				t.Errorf("the buttons are\n%s", got)
			}
			read := summary.Text
			for _, step := range []string{"Rinci", "1. Pelatihan Pelayanan Publ…", "Kembali", "Per unit", "Per pelatihan"} {
				if head.Chat().Button(step).Text == "" {
					continue // with people in one training only, it is shown at once
				}
				h.tap(head, step)
				read += "\n" + head.Chat().Message(summary.ID).Text
			}
			for _, part := range test.reads {
				if !strings.Contains(read, part) {
					t.Errorf("%q is nowhere in\n%s", part, read)
				}
			}
			for _, part := range test.not {
				if strings.Contains(read, part) {
					t.Errorf("%q is in\n%s", part, read)
				}
			}
			for _, step := range []string{"Kembali", "Kembali", "Data"} {
				if head.Chat().Button(step).Text != "" {
					h.tap(head, step)
				}
			}
			f.comes()
			for _, row := range h.table(head.Chat().Last(), 0) {
				if group := row[1]; strings.HasPrefix(group, "unit:") && group != stats.UnitGroup(id) {
					t.Errorf("the data tells of another unit: %q", row)
				}
			}
			for _, forged := range []string{whole.Button("Rinci").Data, whole.Button("Ingatkan peserta").Data,
				fmt.Sprintf("w:%s:1:remind", strings.Split(summary.Button("Rinci").Data, ":")[1])} {
				head.TapData(summary.ID, forged)
				h.settle()
				h.reads(head, "Tombol itu sudah tidak berlaku.")
			}
		})
	}
}

// Whoever reads English gets all of it in English.
func TestSummaryInEnglish(t *testing.T) {
	h := newHouse(t)
	f, admin := newFull(h), h.admin()
	h.write(admin, "/bahasa")
	h.tap(admin, "English")
	f.toMonday()
	summary := f.summary(untroubled, admin)
	messages := len(admin.Chat().FromBot())
	f.stands(admin, summary, messages, "Week 29 June – 5 July 2026: 67% satisfied, main obstacle too little budget and too little variety of training",
		"Pelatihan Arsip Digital: 2 of 20 (10%), satisfaction withheld (n < 5)", "Needs action:")
	if labels(summary) != "Remind people\nSee who\nDetails | Workbook | Data\nOther weeks" {
		t.Errorf("the buttons are\n%s", labels(summary))
	}
	for _, step := range []struct{ tap, reads string }{
		{"Details", "Which training would you like to see?"},
		{"2. Pelatihan Arsip Digital", "Impressions of the training\n2 of 20 sent"},
		{"Back", "Which training"}, {"By unit", "Which unit would you like to see?"}, {"Back", "Week 29 June"},
		{"Other weeks", "Of which week would you like the summary?"}, {"By round", "Which round would you like? The summary is up to now."},
		{"Back", "Of which week"}, {"Back", "Week 29 June"}, {"Workbook", "The workbook is being prepared and comes soon."},
	} {
		h.tap(admin, step.tap)
		f.stands(admin, summary, messages, step.reads)
	}
	f.comes()
	h.reads(admin, "Summary of the week 29 June – 5 July 2026\n\nAn Excel workbook")
}
