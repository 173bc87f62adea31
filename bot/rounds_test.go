package bot_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/scheduler"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/roster"
)

// admin is an administrator who has started the bot.
func (h *house) admin() *simulator.Person {
	h.t.Helper()
	admin := h.sim.Person(adminID, "Admin Contoh", "id")
	admin.Start("")
	h.settle()
	return admin
}

// count counts the rounds that there are.
func (h *house) count() int {
	h.t.Helper()
	rounds, err := h.Rounds(h.t.Context())
	must(h.t, err)
	return len(rounds)
}

func TestStatus(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.write(admin, "/status")
	h.expect(admin, "Belum ada putaran")
	first := h.open("A")
	h.pass(time.Hour)
	h.open("B")
	_, err := h.CloseRound(t.Context(), first.ID, storage.Source{}, h.clock.Now())
	must(t, err)

	h.write(admin, "/putaran")
	h.reads(admin, "1 · Pelatihan A\nFormulir uji · ditutup 29 Juni 2026 pukul 16.30 WIB\n▱▱▱▱▱▱▱▱▱▱ 0 dari 2 terkirim",
		"2 · Pelatihan B\nFormulir uji · terbuka sampai 6 Juli 2026")
	if list := admin.Chat().Last().Text; strings.Index(list, "Pelatihan B") > strings.Index(list, "Pelatihan A") {
		t.Errorf("the open one is not first:\n%s", list)
	}
	h.settle()
	h.tap(h.budi, "Mulai")
	h.tap(admin, "2 · Pelatihan B")
	h.reads(admin, "2 · Pelatihan B", "▰▰▰▰▰▰▰▰▰▰ 2 diundang\n▰▰▰▰▰▰▰▰▰▰ 2 dapat dihubungi\n▰▰▰▰▰▰▰▰▰▰ 2 menerima undangan\n▰▰▰▰▰▱▱▱▱▱ 1 membuka formulir\n"+
		"▱▱▱▱▱▱▱▱▱▱ 0 lengkap, belum dikirim\n▱▱▱▱▱▱▱▱▱▱ 0 terkirim\n▱▱▱▱▱▱▱▱▱▱ 0 menarik persetujuan", "Keadaan 29 Juni 2026 pukul 16.30 WIB")
	h.pass(time.Hour)
	h.tap(admin, "Perbarui")
	h.expect(admin, "Keadaan 29 Juni 2026 pukul 17.30 WIB")
	h.tap(admin, "Belum terjangkau")
	h.expect(admin, "Semua yang diundang sudah terjangkau.")
	for argument, reads := range map[string]string{
		"99": "Putaran itu tidak ada", "-1": "Putaran itu tidak ada", "0": "Putaran itu tidak ada",
		"A": "ketik nomor putarannya", "1 2": "ketik nomor putarannya", "99999999999999999999": "ketik nomor putarannya", "<b>": "ketik nomor putarannya",
	} {
		for _, command := range []string{"/status ", "/tutup ", "/ingatkan "} {
			h.write(admin, command+argument)
			h.reads(admin, reads)
		}
	}
	for _, command := range []string{"/tutup 1", "/ingatkan 1"} {
		h.write(admin, command)
		h.reads(admin, "Putaran itu sudah ditutup")
	}
}

func TestMissingNames(t *testing.T) {
	h := newHouse(t)
	h.newcomer(3, "Rudi Misal")
	must(t, h.Block(t.Context(), h.siti.ID, h.clock.Now()))
	h.open("A")
	admin := h.admin()
	h.write(admin, "/status 1")
	h.tap(admin, "Belum terjangkau")
	h.expect(admin, "Belum terjangkau: 2 orang.", "1 orang belum terhubung\nRudi Misal · Dinas Contoh", "1 orang memblokir bot\nSiti Contoh · Dinas Contoh")
	if text := admin.Chat().Last().Text; strings.Contains(text, "Budi") {
		t.Errorf("who was reached is among them:\n%s", text)
	}
}

// An officer of some units sees these only, and changes nothing.
func TestRoundsOfSomeUnits(t *testing.T) {
	h := newHouse(t)
	people, err := roster.Parse("pegawai.csv", []byte("nip,nama,unit,jabatan,golongan,telepon,atasan_nip\n198001012005011009,Rina Lain,Badan Lain,,,,\n"))
	must(t, err)
	places, err := roster.Parse("peserta.csv", []byte("kode,nip\nA,198001012005011009\n"))
	must(t, err)
	all, err := roster.Merge(people, places)
	must(t, err)
	_, err = h.Import(t.Context(), all, storage.Source{}, h.clock.Now())
	must(t, err)
	h.open("A")
	h.open("B")
	officer := h.sim.Person(7005, "Petugas Contoh", "id")
	officer.Start("")
	h.settle()
	query[string](h, `INSERT INTO account_role (account_id, role, unit_id, granted_at) VALUES (7005, 'hr', 2, '2026-06-29') RETURNING role`)
	h.write(officer, "/putaran")
	h.expect(officer, "1 · Pelatihan A", "0 dari 1 terkirim")
	if text := officer.Chat().Last().Text; strings.Contains(text, "Pelatihan B") {
		t.Errorf("a round without anybody of the unit is listed:\n%s", text)
	}
	h.tap(officer, "1 · Pelatihan A")
	h.expect(officer, "1 diundang")
	for _, button := range officer.Chat().Last().Buttons() {
		if button.Text == "Tutup putaran" || button.Text == "Ingatkan" {
			t.Errorf("there is the button %v", button)
		}
	}
	h.tap(officer, "Belum terjangkau")
	h.expect(officer, "Rina Lain · Badan Lain")
	h.write(officer, "/status 2")
	h.reads(officer, "Putaran itu tidak ada")
	button := officer.Chat().FromBot()[0].ID
	for _, data := range []string{"r:1:0:close", "r:1:0:remind", "r:1:0:hold", "r:1:0:unplan"} {
		officer.TapData(button, data)
		h.settle()
		h.reads(officer, "sudah tidak berlaku")
	}
	for _, data := range []string{"r:2:0:show", "r:2:0:missing"} {
		officer.TapData(button, data)
		h.settle()
		if got := officer.Chat().Message(button).Text; got != "Putaran itu tidak ada. Nomornya ada di /putaran." {
			t.Errorf("a foreign round gives %q", got)
		}
	}
}

func TestRingkasan(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.open("A")
		h.settle()
		for _, step := range path {
			h.act(h.budi, step)
		}
		h.tap(h.budi, "Kirim")
		h.pass(7 * 24 * time.Hour) // to the next Monday
		before := len(admin.Chat().FromBot())
		w.step(h, admin, "/ringkasan")
		h.schedule()
		h.pass(time.Minute)
		came := slices.DeleteFunc(admin.Chat().FromBot()[before:], func(m simulator.Message) bool {
			return strings.Contains(m.Text, "ditutup") // the round's time is over too
		})
		repeated := len(came) == 2 && strings.Contains(came[1].Text, "mungkin sudah Bapak/Ibu terima")
		if len(came) != 1 && !repeated {
			h.t.Fatalf("%d messages came, want the summary", len(came))
		}
		if got := query[int](h, `SELECT count(*) FROM summary`); got != 1 {
			h.t.Errorf("%d summaries are kept", got)
		}
		if !strings.Contains(came[0].Text, "5 Juli 2026") || !strings.Contains(came[0].Text, "Pelatihan A") {
			h.t.Errorf("the summary reads\n%s", shown(came[0]))
		}
		if got := query[int](h, `SELECT count(*) FROM delivery WHERE kind = 'summary'`); got != 1 {
			h.t.Errorf("it went to %d people, want the one who asked", got)
		}
	})
}

// schedule runs a scheduler in the name of the present process until the test
// ends. Only what is asked for is summarised.
func (h *house) schedule() {
	h.t.Helper()
	h.t.Cleanup(h.scheduling())
}

// scheduling is schedule until it is stopped.
func (h *house) scheduling() (stop func()) {
	h.t.Helper()
	query[int](h, `
		WITH gone AS (
			DELETE FROM schedule s WHERE s.job = 'summary' AND NOT EXISTS (SELECT FROM summary WHERE schedule_id = s.id) RETURNING 1
		) SELECT count(*) FROM gone`)
	planner := scheduler.New(scheduler.Config{Store: h.Store, Clock: h.clock, Zone: wib, Caps: calendar.Caps{PerDay: 1, PerWeek: 3}, Sender: h.bot, Worker: h.bot,
		Process: h.process, Bot: 1, Rate: 28, Log: quiet})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	h.hand = h.clock.Work()
	running.Go(func() {
		if err := planner.Run(ctx); err != nil {
			h.t.Errorf("scheduling: %v", err)
		}
	})
	return func() {
		h.hand.Done()
		h.hand = nil
		cancel()
		running.Wait()
	}
}

// What is an administrator's does not exist for anybody else.
func TestRoles(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	admin := h.admin()
	h.settle()
	h.write(admin, "/status 1")
	showing := admin.Chat().Button("Perbarui").Data
	h.tap(admin, "Tutup putaran")
	closing := admin.Chat().Button("Tutup putaran").Data
	stranger := h.sim.Person(7003, "Rudi", "id")
	stranger.Start("")
	h.settle()

	for _, person := range []*simulator.Person{h.budi, stranger} {
		h.write(person, "/tidakada")
		unknown := person.Chat().Last().Text
		for _, command := range []string{"/mulai", "/mulai B uji", "/putaran", "/ingatkan 1", "/status", "/status 1", "/tutup", "/tutup 1", "/ringkasan", "/RINGKASAN", "/status@pascalatih_bot 1"} {
			h.write(person, command)
			if got := person.Chat().Last().Text; got != unknown {
				t.Errorf("%s gives %s\n%s\nand an unknown command\n%s", command, person.Name, got, unknown)
			}
		}
		button := person.Chat().Last().ID
		person.TapData(button, "z:0:0:yes")
		h.settle()
		gone := person.Chat().Last().Text
		for _, data := range []string{showing, closing, "r:0:0:list", "r:1:0:close", "r:1:0:hold", "r:99:0:show"} {
			person.TapData(button, data)
			h.settle()
			if got := person.Chat().Last().Text; got != gone {
				t.Errorf("the button %s gives %s\n%s\nand an unknown one\n%s", data, person.Name, got, gone)
			}
		}
	}
	if h.status(round).ClosedAt != nil || h.count() != 1 {
		t.Error("somebody without the role started or closed a round")
	}
	if got := query[int](h, `SELECT count(*) FROM job`); got != 0 {
		t.Errorf("%d jobs", got)
	}
}
