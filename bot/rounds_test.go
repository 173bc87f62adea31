package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/scheduler"
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

func TestMulaiThatStartsNothing(t *testing.T) {
	tests := map[string]struct {
		command string
		reads   string
	}{
		"without arguments":       {command: "/mulai", reads: "misalnya: /mulai PEL-01 reaction"},
		"without instrument":      {command: "/mulai A", reads: "misalnya: /mulai PEL-01 reaction"},
		"an unknown training":     {command: "/mulai Z uji", reads: "Pelatihan dengan kode itu tidak ada"},
		"too many words":          {command: "/mulai A B uji", reads: "Pelatihan dengan kode itu tidak ada"},
		"markup":                  {command: "/mulai <b>& uji", reads: "Pelatihan dengan kode itu tidak ada"},
		"an unknown instrument":   {command: "/mulai A reaksi", reads: "Instrumen itu belum diterbitkan"},
		"a training of nobody":    {command: "/mulai C uji", reads: "belum mempunyai peserta"},
		"what is open already":    {command: "/mulai B uji", reads: "sudah terbuka, dengan nomor 1. Keadaannya: /status 1"},
		"the bot's name behind":   {command: "/mulai@pascalatih_bot Z uji", reads: "Pelatihan dengan kode itu tidak ada"},
		"NUL among the arguments": {command: "/mulai A\x00 x\x00", reads: "Instrumen itu belum diterbitkan"},
	}
	h := newHouse(t)
	nobodys, err := roster.Parse("pelatihan.csv", []byte("kode,judul,jenis,penyelenggara,mulai,selesai,jp,rencana\nC,Pelatihan C,,,2026-06-25,2026-06-29,,\n"))
	must(t, err)
	_, err = h.Import(t.Context(), nobodys, storage.Source{}, h.clock.Now())
	must(t, err)
	h.open("B")
	admin := h.admin()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h.write(admin, test.command)
			h.expect(admin, test.reads)
			if buttons := admin.Chat().Last().Buttons(); len(buttons) > 0 {
				t.Errorf("buttons %v", buttons)
			}
			if got := h.count(); got != 1 {
				t.Errorf("%d rounds", got)
			}
		})
	}
}

func TestMulai(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		h.newcomer(3, "Rudi Misal") // not linked
		admin := h.admin()
		w.step(h, admin, "/mulai A uji")
		h.reads(admin, "Formulir uji · Pelatihan A", "Yang diundang: 3 orang, 2 di antaranya dapat dihubungi sekarang", "Terbuka 7 hari")
		if first := admin.Chat().Last().Buttons()[0].Text; first != "Mulai putaran" {
			h.t.Errorf("the first button is %q, not the yes", first)
		}
		if got := h.count(); got != 0 {
			h.t.Errorf("%d rounds before the yes", got)
		}
		w.step(h, admin, "[Mulai putaran]")
		h.reads(admin, "Putaran 1 sudah dimulai", "3 orang", "2 di antaranya menerima pesan sekarang", "Terbuka sampai 6 Juli 2026 pukul 15.30 WIB")
		if got := h.count(); got != 1 {
			h.t.Errorf("%d rounds", got)
		}
		h.deliver()
		h.settle()
		h.reads(h.budi, "Formulir uji")
		h.reads(h.siti, "Formulir uji")
	})
}

// Of two buttons that are pressed before the first shows, the first counts, and
// nothing says otherwise.
func TestMulaiYesAndNo(t *testing.T) {
	tests := map[string]struct {
		pressed []string
		rounds  int
		reads   string
		never   string
	}{
		"no":           {pressed: []string{"Batal"}, reads: "dibatalkan", never: "dimulai"},
		"no, twice":    {pressed: []string{"Batal", "Batal"}, reads: "dibatalkan", never: "dimulai"},
		"yes, then no": {pressed: []string{"Mulai putaran", "Batal"}, rounds: 1, reads: "tidak berlaku", never: "dibatalkan"},
		"no, then yes": {pressed: []string{"Batal", "Mulai putaran"}, reads: "tidak berlaku", never: "dimulai"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			admin := h.admin()
			h.write(admin, "/mulai A uji")
			screen := admin.Chat()
			for _, label := range test.pressed {
				admin.Tap(screen.Button(label))
			}
			h.settle()
			h.reads(admin, test.reads)
			if got := h.count(); got != test.rounds {
				t.Errorf("%d rounds, want %d", got, test.rounds)
			}
			for _, message := range admin.Chat().FromBot() {
				if strings.Contains(message.Text, test.never) {
					t.Errorf("it says\n%s", shown(message))
				}
			}
		})
	}
}

func TestMulaiOvertaken(t *testing.T) {
	tests := map[string]struct {
		meanwhile func(h *house, admin *simulator.Person)
		reads     string
		rounds    int
	}{
		"somebody else started it": {meanwhile: func(h *house, _ *simulator.Person) { h.open("A") }, reads: "sudah terbuka, dengan nomor 1", rounds: 1},
		"another one was asked for": {meanwhile: func(h *house, admin *simulator.Person) {
			h.write(admin, "/mulai B uji")
		}, reads: "tidak berlaku"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			admin := h.admin()
			h.write(admin, "/mulai A uji")
			yes := admin.Chat().Button("Mulai putaran")
			test.meanwhile(h, admin)
			admin.Tap(yes)
			h.settle()
			h.reads(admin, test.reads)
			if got := h.count(); got != test.rounds {
				t.Errorf("%d rounds, want %d", got, test.rounds)
			}
		})
	}
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

	h.write(admin, "/status")
	h.expect(admin, "1 · Pelatihan A\nFormulir uji · ditutup 29 Juni 2026 pukul 16.30 WIB", "2 · Pelatihan B\nFormulir uji · terbuka sampai 6 Juli 2026", "/status 3")
	if list := admin.Chat().Last().Text; strings.Index(list, "Pelatihan B") > strings.Index(list, "Pelatihan A") {
		t.Errorf("the newest is not first:\n%s", list)
	}
	h.settle()
	h.tap(h.budi, "Mulai")
	h.write(admin, "/status 2")
	h.expect(admin, "2 · Pelatihan B", "Diundang: 2\nDapat dihubungi: 2\nSampai: 2\nDibuka: 1\nLengkap, belum dikirim: 0\nTerkirim: 0\nMenarik persetujuan: 0")
	for argument, reads := range map[string]string{
		"99": "Putaran itu tidak ada", "-1": "Putaran itu tidak ada", "0": "Putaran itu tidak ada",
		"A": "tulis nomor putarannya", "1 2": "tulis nomor putarannya", "99999999999999999999": "tulis nomor putarannya", "<b>": "tulis nomor putarannya",
	} {
		h.write(admin, "/status "+argument)
		h.expect(admin, reads)
		h.write(admin, "/tutup "+argument)
		h.expect(admin, strings.Replace(reads, "tulis nomor putarannya", "misalnya: /tutup 3", 1))
	}
	h.write(admin, "/tutup")
	h.expect(admin, "misalnya: /tutup 3")
	h.write(admin, "/tutup 1")
	h.expect(admin, "Putaran 1 sudah ditutup")
}

func TestTutup(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		round := h.open("A")
		h.settle()
		for _, step := range path {
			h.act(h.budi, step)
		}
		admin := h.admin()
		w.step(h, admin, "/tutup 1")
		h.reads(admin, "1 · Pelatihan A", "Terkirim 0 dari 2", "belum dikirim: 1, dan akan terkirim sendiri", "tidak dapat dibuka lagi")
		if first := admin.Chat().Last().Buttons()[0].Text; first != "Tutup putaran" {
			h.t.Errorf("the first button is %q, not the yes", first)
		}
		if h.status(round).ClosedAt != nil {
			h.t.Error("it is closed before the yes")
		}
		w.step(h, admin, "[Tutup putaran]")
		h.reads(admin, "Putaran 1 sudah ditutup. Terkirim 1 dari 2")
		if status := h.status(round); status.ClosedAt == nil || status.Sent != 1 {
			h.t.Errorf("closed at %v, %d sent", status.ClosedAt, status.Sent)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'round closed'`); got != 1 {
			h.t.Errorf("%d audit rows", got)
		}
	})
}

func TestTutupYesAndNo(t *testing.T) {
	tests := map[string]struct {
		pressed []string
		closed  bool
		reads   string
	}{
		"no":           {pressed: []string{"Batal"}, reads: "dibatalkan"},
		"yes, then no": {pressed: []string{"Tutup putaran", "Batal"}, closed: true, reads: "Putaran 1 sudah ditutup"},
		"no, then yes": {pressed: []string{"Batal", "Tutup putaran"}, closed: true, reads: "Putaran 1 sudah ditutup"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			round := h.open("A")
			admin := h.admin()
			h.write(admin, "/tutup 1")
			screen := admin.Chat()
			for _, label := range test.pressed {
				admin.Tap(screen.Button(label))
			}
			h.settle()
			h.reads(admin, test.reads)
			if closed := h.status(round).ClosedAt != nil; closed != test.closed {
				t.Errorf("closed: %v", closed)
			}
		})
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
		came := admin.Chat().FromBot()[before:]
		repeated := len(came) == 2 && strings.Contains(came[1].Text, "mungkin sudah Bapak/Ibu terima")
		if len(came) != 1 && !repeated {
			h.t.Fatalf("%d messages came, want the summary", len(came))
		}
		if got := query[int](h, `SELECT count(*) FROM summary`); got != 1 {
			h.t.Errorf("%d summaries are kept", got)
		}
		h.reads(admin, "29 Juni", "5 Juli 2026", "Pelatihan A")
		if got := query[int](h, `SELECT count(*) FROM delivery WHERE kind = 'summary'`); got != 1 {
			h.t.Errorf("it went to %d people, want the one who asked", got)
		}
	})
}

// schedule runs a scheduler in the name of the present process until the test
// ends. Only what is asked for is summarised: the clock goes on by itself.
func (h *house) schedule() {
	h.t.Helper()
	query[int64](h, `DELETE FROM schedule RETURNING id`)
	planner := scheduler.New(scheduler.Config{Store: h.Store, Clock: h.clock, Zone: wib, Sender: h.bot,
		Process: h.process, Bot: 1, Rate: 28, Log: quiet})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := planner.Run(ctx); err != nil {
			h.t.Errorf("scheduling: %v", err)
		}
	})
	h.t.Cleanup(func() {
		cancel()
		running.Wait()
	})
}

// What is an administrator's does not exist for anybody else.
func TestRoles(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	admin := h.admin()
	h.settle()
	h.write(admin, "/mulai B uji")
	opening := admin.Chat().Button("Mulai putaran").Data
	h.write(admin, "/tutup 1")
	closing := admin.Chat().Button("Tutup putaran").Data
	stranger := h.sim.Person(7003, "Rudi", "id")
	stranger.Start("")
	h.settle()

	for _, person := range []*simulator.Person{h.budi, stranger} {
		h.write(person, "/tidakada")
		unknown := person.Chat().Last().Text
		for _, command := range []string{"/mulai", "/mulai B uji", "/status", "/status 1", "/tutup", "/tutup 1", "/ringkasan", "/RINGKASAN", "/status@pascalatih_bot 1"} {
			h.write(person, command)
			if got := person.Chat().Last().Text; got != unknown {
				t.Errorf("%s gives %s\n%s\nand an unknown command\n%s", command, person.Name, got, unknown)
			}
		}
		button := person.Chat().Last().ID
		person.TapData(button, "z:0:0:yes")
		h.settle()
		gone := person.Chat().Last().Text
		for _, data := range []string{opening, closing, "m:0:1:yes", "m:0:1:no", "c:1:0:yes", "c:1:0:no", "c:99:0:yes"} {
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
