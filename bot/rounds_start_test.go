package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/roster"
)

func TestMulaiThatStartsNothing(t *testing.T) {
	tests := map[string]struct {
		command string
		reads   string
	}{
		"without instrument":      {command: "/mulai A", reads: "misalnya: /mulai PEL-01 reaction"},
		"an unknown training":     {command: "/mulai Z uji", reads: "Pelatihan dengan kode itu tidak ada"},
		"too many words":          {command: "/mulai A B uji", reads: "Pelatihan dengan kode itu tidak ada"},
		"markup":                  {command: "/mulai <b>& uji", reads: "Pelatihan dengan kode itu tidak ada"},
		"an unknown instrument":   {command: "/mulai A reaksi", reads: "Instrumen itu belum diterbitkan"},
		"a training of nobody":    {command: "/mulai C uji", reads: "belum mempunyai peserta"},
		"what is open already":    {command: "/mulai B uji", reads: "sudah terbuka, dengan nomor 1"},
		"the bot's name behind":   {command: "/mulai@pascalatih_bot Z uji", reads: "Pelatihan dengan kode itu tidak ada"},
		"NUL among the arguments": {command: "/mulai A\x00 x\x00", reads: "Instrumen itu belum diterbitkan"},
	}
	h := newHouse(t)
	h.addTraining("C")
	h.open("B")
	admin := h.admin()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h.write(admin, test.command)
			h.reads(admin, test.reads)
			for _, button := range admin.Chat().Last().Buttons() {
				if button.Text != "Keadaan" {
					t.Errorf("there is the button %v", button)
				}
			}
			if got := h.count(); got != 1 {
				t.Errorf("%d rounds", got)
			}
		})
	}
}

// addTraining adds a training without participants.
func (h *house) addTraining(code string) {
	h.t.Helper()
	parsed, err := roster.Parse("pelatihan.csv", []byte("kode,judul,jenis,penyelenggara,mulai,selesai,jp,rencana\n"+
		code+",Pelatihan "+code+",,,2026-06-25,2026-06-29,,\n"))
	must(h.t, err)
	_, err = h.Import(h.t.Context(), parsed, storage.Source{}, h.clock.Now())
	must(h.t, err)
}

func TestMulai(t *testing.T) {
	for name, steps := range map[string][]string{
		"by a command": {"/mulai A uji"},
		"by buttons":   {"/mulai", "[A · Pelatihan A]", "[Formulir uji]", "[Sekarang]"},
	} {
		t.Run(name, func(t *testing.T) {
			everyWay(t, func(h *house, w way) {
				h.newcomer(3, "Rudi Misal") // not linked
				h.addTraining("C")
				admin := h.admin()
				for _, step := range steps {
					w.step(h, admin, step)
				}
				h.reads(admin, "Formulir uji · Pelatihan A", "Undangan yang akan diterima peserta:", "Kami mohon pendapat Bapak/Ibu tentang pelatihan ini",
					"Yang diundang: 3 orang. Belum terjangkau: 1;", "terbuka sampai 6 Juli 2026 pukul 15.3")
				if first := admin.Chat().Last().Buttons()[0].Text; first != "Mulai putaran" {
					h.t.Errorf("the first button is %q, not the yes", first)
				}
				if got := h.count(); got != 0 {
					h.t.Errorf("%d rounds before the yes", got)
				}
				w.step(h, admin, "[Mulai putaran]")
				h.reads(admin, "1 · Pelatihan A", "▱▱▱▱▱▱▱▱▱▱\nUndangan terkirim: 0 dari 2.")
				h.deliverAll()
				h.reads(admin, "▰▰▰▰▰▰▰▰▰▰\nSelesai. Undangan terkirim: 2 dari 2.")
				h.reads(h.budi, "Formulir uji")
				h.reads(h.siti, "Formulir uji")
				w.step(h, admin, "[Keadaan]")
				h.reads(admin, "3 diundang", "2 menerima undangan")
				if got := h.count(); got != 1 {
					h.t.Errorf("%d rounds", got)
				}
			})
		})
	}
}

// deliverAll sends what is due until nothing is: an attempt whose outcome nobody
// knows is repeated after a while.
func (h *house) deliverAll() {
	h.t.Helper()
	for len(h.deliver()) > 0 {
		h.pass(time.Minute)
	}
}

func TestMulaiChoosesAmongTrainings(t *testing.T) {
	h := newHouse(t)
	for _, code := range []string{"C", "D", "E", "F", "G"} {
		h.addTraining(code)
	}
	admin := h.admin()
	h.write(admin, "/mulai")
	h.reads(admin, "G · Pelatihan G · belum ada peserta")
	if got := len(admin.Chat().Last().Buttons()); got != 3 {
		t.Errorf("%d buttons, want one training, the next page and the end", got)
	}
	h.tap(admin, "›")
	h.reads(admin, "A · Pelatihan A · 29 Juni 2026")
	for _, label := range []string{"‹", "B · Pelatihan B", "Kembali", "›", "A · Pelatihan A", "Formulir uji", "Waktu lain", "Kembali", "Sekarang", "Kembali", "Sekarang"} {
		h.tap(admin, label)
	}
	h.reads(admin, "Formulir uji · Pelatihan A")
	h.tap(admin, "Batal")
	h.expect(admin, "Baik, dibatalkan.")
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
		"no":           {pressed: []string{"Batal"}, reads: "dibatalkan", never: "terkirim"},
		"no, twice":    {pressed: []string{"Batal", "Batal"}, reads: "dibatalkan", never: "terkirim"},
		"yes, then no": {pressed: []string{"Mulai putaran", "Batal"}, rounds: 1, reads: "tidak berlaku", never: "dibatalkan"},
		"no, then yes": {pressed: []string{"Batal", "Mulai putaran"}, reads: "tidak berlaku", never: "terkirim"},
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
		}, reads: "Formulir uji · Pelatihan B"},
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
			if got := admin.Chat().Message(yes.Message).Text; !strings.Contains(got, test.reads) {
				t.Errorf("it reads %q", got)
			}
			if got := h.count(); got != test.rounds {
				t.Errorf("%d rounds, want %d", got, test.rounds)
			}
		})
	}
}

func TestMulaiLater(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		for _, step := range []string{"/mulai", "[A · Pelatihan A]", "[Formulir uji]", "[Waktu lain]"} {
			w.step(h, admin, step)
		}
		for words, reads := range map[string]string{
			"besok": "tidak terbaca", "31/6/2026 09.00": "tidak terbaca", "28/6 09.00": "sudah lewat", "1/7/2028 09.00": "lebih dari setahun"} {
			w.step(h, admin, words)
			if w.before == nil && w.taps == 1 { // a repeated text is not answered again
				h.reads(admin, reads)
			}
		}
		w.step(h, admin, "30/6 09.00")
		h.reads(admin, "Mulai 30 Juni 2026 pukul 09.00 WIB, terbuka sampai 7 Juli 2026 pukul 09.00 WIB")
		w.step(h, admin, "[Rencanakan]")
		h.reads(admin, "Putaran akan dimulai 30 Juni 2026 pukul 09.00 WIB")
		w.step(h, admin, "[Semua putaran]")
		h.reads(admin, "Pelatihan A\nFormulir uji · dimulai 30 Juni 2026 pukul 09.00 WIB")
		w.step(h, admin, "/mulai A uji")
		h.reads(admin, "sudah direncanakan untuk 30 Juni 2026 pukul 09.00 WIB")
		if got := query[int](h, `SELECT count(*) FROM job`); got != 1 || h.count() != 0 {
			h.t.Errorf("%d jobs, %d rounds", got, h.count())
		}
		h.schedule()
		h.pass(18 * time.Hour)
		if got := h.count(); got != 1 {
			h.t.Fatalf("%d rounds at the planned moment", got)
		}
		if !slices.ContainsFunc(admin.Chat().FromBot(), func(m simulator.Message) bool {
			return strings.Contains(m.Text, "1 · Pelatihan A") && strings.Contains(m.Text, "Undangan terkirim: 2 dari 2.")
		}) {
			h.t.Errorf("nothing tells how the invitations went out; the last message is\n%s", shown(admin.Chat().Last()))
		}
		h.reads(h.budi, "Formulir uji")
	})
}

func TestMulaiOnAWorkingDay(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		query[string](h, `INSERT INTO holiday (day, name, kind) VALUES ('2026-06-30', 'Hari contoh', 'holiday') RETURNING name`)
		admin := h.admin()
		h.goes(w, admin, "/mulai", "[B · Pelatihan B]", "[Kembali]", "[A · Pelatihan A]", "[Formulir uji]", "[Waktu lain]", "[Kembali]")
		h.reads(admin, "Hari kerja berikutnya: 1 Juli 2026 pukul 09.00 WIB")
		h.goes(w, admin, "[Besok 09.00]")
		h.reads(admin, "Mulai 30 Juni 2026 pukul 09.00 WIB")
		h.goes(w, admin, "[Kembali]", "[Hari kerja berikutnya]")
		h.reads(admin, "Mulai 1 Juli 2026 pukul 09.00 WIB")
		// The moment is over when the yes comes.
		h.pass(3 * 24 * time.Hour)
		h.goes(w, admin, "[Rencanakan]")
		h.reads(admin, "Waktu itu sudah lewat", "Kapan putaran dimulai?")
	})
}

func TestPlannedRoundIsCancelled(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		for _, step := range []string{"/mulai", "[A · Pelatihan A]", "[Formulir uji]", "[Besok 09.00]", "[Rencanakan]", "/putaran", "[Batalkan · Pelatihan A]"} {
			w.step(h, admin, step)
		}
		h.reads(admin, "Rencana itu sudah", "Belum ada putaran")
		h.schedule()
		h.pass(18 * time.Hour)
		if got := h.count(); got != 0 {
			h.t.Errorf("%d rounds", got)
		}
	})
}

func TestPlannedRoundThatCannotOpen(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for _, step := range []string{"/mulai", "[A · Pelatihan A]", "[Formulir uji]", "[Besok 09.00]", "[Rencanakan]"} {
		h.act(admin, step)
	}
	query[int64](h, `UPDATE employee SET left_at = '2026-06-29', left_as = 'moved' WHERE id = 1 RETURNING id`)
	query[int64](h, `UPDATE employee SET left_at = '2026-06-29', left_as = 'moved' WHERE id = 2 RETURNING id`)
	h.schedule()
	h.pass(18 * time.Hour)
	h.reads(admin, "Putaran Pelatihan A yang direncanakan tidak dapat dimulai.", "belum mempunyai peserta")
	if got := h.count(); got != 0 {
		t.Errorf("%d rounds", got)
	}
}
