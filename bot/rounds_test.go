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
		h.reads(admin, "1 · Pelatihan A", "Undangan terkirim: 2 dari 2.")
		h.reads(h.budi, "Formulir uji")
	})
}

func TestMulaiOnAWorkingDay(t *testing.T) {
	h := newHouse(t)
	query[string](h, `INSERT INTO holiday (day, name, kind) VALUES ('2026-06-30', 'Hari contoh', 'holiday') RETURNING name`)
	admin := h.admin()
	for _, step := range []string{"/mulai", "[A · Pelatihan A]", "[Formulir uji]"} {
		h.act(admin, step)
	}
	h.reads(admin, "Hari kerja berikutnya: 1 Juli 2026 pukul 09.00 WIB")
	h.tap(admin, "Besok 09.00")
	h.reads(admin, "Mulai 30 Juni 2026 pukul 09.00 WIB")
	h.tap(admin, "Kembali")
	h.tap(admin, "Hari kerja berikutnya")
	h.reads(admin, "Mulai 1 Juli 2026 pukul 09.00 WIB")
	// The moment is over when the yes comes.
	h.pass(3 * 24 * time.Hour)
	h.tap(admin, "Rencanakan")
	h.reads(admin, "Waktu itu sudah lewat", "Kapan putaran dimulai?")
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

func TestHentikan(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		w.step(h, admin, "/mulai A uji")
		w.step(h, admin, "[Mulai putaran]")
		w.step(h, admin, "[Hentikan]")
		h.reads(admin, "dihentikan, terbuka sampai", "Dihentikan. Undangan terkirim: 0 dari 2; 2 belum keluar.")
		rudi := h.sim.Person(7003, "Rudi", "id")
		rudi.Start(h.newcomer(3, "Rudi Misal"))
		h.settle()
		h.tap(rudi, "Ya, saya")
		h.tap(rudi, "Setuju")
		if got := h.deliver(); len(got) != 0 {
			h.t.Errorf("while it is held there went out %v", got)
		}
		h.write(admin, "/ingatkan 1")
		h.reads(admin, "sedang dihentikan")
		w.step(h, admin, "[Lanjutkan]")
		h.deliverAll()
		if got := h.status(storage.Round{ID: 1}); got.Delivered != 3 {
			h.t.Errorf("%d delivered", got.Delivered)
		}
		for _, message := range admin.Chat().FromBot() {
			if strings.Contains(message.Text, "Undangan terkirim") && !strings.Contains(message.Text, "Selesai. Undangan terkirim: 3 dari 3.") {
				h.t.Errorf("it reads\n%s", shown(message))
			}
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action IN ('round held', 'round let go on')`); got != 2 {
			h.t.Errorf("%d audit rows", got)
		}
	})
}

// A round can be held from where it is looked at, and closed while it is held.
func TestHentikanFromStatus(t *testing.T) {
	h := newHouse(t)
	round, _, err := h.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
	must(t, err)
	admin := h.admin()
	h.write(admin, "/status 1")
	first := admin.Chat().Button("Hentikan")
	h.tap(admin, "Hentikan")
	h.expect(admin, "dihentikan, terbuka sampai", "2 diundang")
	admin.Tap(first) // an old button changes nothing
	h.settle()
	if h.status(round).HeldAt == nil {
		t.Error("it is not held")
	}
	h.tap(admin, "Tutup putaran")
	h.tap(admin, "Tutup putaran")
	h.expect(admin, "ditutup", "2 orang: undangannya belum keluar")
	if got := h.deliver(); len(got) != 0 {
		t.Errorf("after the closing there went out %v", got)
	}
	for _, forged := range []string{"r:1:0:hold", "r:1:1:goon", "r:1:99:goon", "r:9223372036854775807:9223372036854775807:hold", "r:1:0:unplan", "r:0:0:close", "r:1:0:nothing"} {
		admin.TapData(admin.Chat().Last().ID, forged)
		h.settle()
	}
	if status := h.status(round); status.ClosedAt == nil || status.Turns != 1 {
		t.Errorf("the round is %+v", status.Round)
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
		"A": "tulis nomor putarannya", "1 2": "tulis nomor putarannya", "99999999999999999999": "tulis nomor putarannya", "<b>": "tulis nomor putarannya",
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

func TestIngatkan(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		h.newcomer(3, "Rudi Misal")
		h.open("A")
		h.settle()
		for _, step := range path[:2] {
			h.act(h.budi, step)
		}
		admin := h.admin()
		h.pass(24 * time.Hour)
		w.step(h, admin, "/ingatkan")
		w.step(h, admin, "[1 · Pelatihan A]")
		h.reads(admin, "Yang akan diingatkan: 2 orang.", "Tidak diingatkan:\n· 1 orang belum terhubung")
		w.step(h, admin, "[Ingatkan]")
		h.reads(admin, "Pengingat sedang dikirim kepada 2 orang.")
		h.deliverAll()
		h.reads(h.budi, "Formulir Pelatihan A belum selesai diisi")
		h.reads(h.siti, "Formulir Pelatihan A menunggu jawaban Bapak/Ibu. Waktu: sekitar 1 menit")
		w.step(h, admin, "/ingatkan 1")
		h.reads(admin, "sudah diingatkan hari ini")
		if got := query[int](h, `SELECT count(*) FROM delivery WHERE kind = 'reminder'`); got != 2 {
			h.t.Errorf("%d reminders", got)
		}
		h.tap(h.siti, "Mulai")
		h.reads(h.siti, "Seberapa puas?")
		h.tap(h.budi, "Lanjutkan")
		h.reads(h.budi, "Pelatihan A · ")
	})
}

func TestIngatkanWhoHasOnlyToSend(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	for _, step := range path {
		h.act(h.budi, step)
	}
	for _, step := range path {
		h.act(h.siti, step)
	}
	h.tap(h.siti, "Kirim")
	admin := h.admin()
	h.write(admin, "/ingatkan 1")
	h.expect(admin, "Yang akan diingatkan: 1 orang.", "· 1 orang sudah mengirim")
	h.tap(admin, "Ingatkan")
	h.deliver()
	h.settle()
	h.reads(h.budi, "sudah lengkap, tinggal menekan Kirim")
	h.pass(24 * time.Hour)
	h.tap(h.budi, "Tinjau jawaban")
	h.write(admin, "/ingatkan 1")
	yes := admin.Chat().Button("Ingatkan")
	h.tap(h.budi, "Kirim")
	admin.Tap(yes)
	h.settle()
	h.reads(admin, "Tidak ada yang perlu diingatkan.")
}

func TestTutup(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		h.newcomer(3, "Rudi Misal")
		round := h.open("A")
		h.settle()
		for _, step := range path {
			h.act(h.budi, step)
		}
		admin := h.admin()
		w.step(h, admin, "/tutup")
		w.step(h, admin, "[1 · Pelatihan A]")
		h.reads(admin, "1 · Pelatihan A", "Terkirim 0 dari 3", "belum dikirim: 1, dan akan terkirim sendiri", "tidak dapat dibuka lagi")
		if first := admin.Chat().Last().Buttons()[0].Text; first != "Tutup putaran" {
			h.t.Errorf("the first button is %q, not the yes", first)
		}
		if h.status(round).ClosedAt != nil {
			h.t.Error("it is closed before the yes")
		}
		w.step(h, admin, "[Tutup putaran]")
		h.reads(admin, "ditutup", "Terkirim 1 dari 3 undangan (33%).", "· 1 orang belum terhubung. Bagikan tautan pribadinya")
		if status := h.status(round); status.ClosedAt == nil || status.Sent != 1 {
			h.t.Errorf("closed at %v, %d sent", status.ClosedAt, status.Sent)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'round closed'`); got != 1 {
			h.t.Errorf("%d audit rows", got)
		}
		if got := query[int](h, `SELECT count(*) FROM delivery WHERE kind = 'closing'`); got != 0 {
			h.t.Errorf("%d people are told, beside the one who closed it", got)
		}
		w.step(h, admin, "[Belum terjangkau]")
		h.reads(admin, "Rudi Misal · Dinas Contoh")
	})
}

func TestTutupYesAndNo(t *testing.T) {
	tests := map[string]struct {
		pressed []string
		closed  bool
		reads   string
	}{
		"no":           {pressed: []string{"Batal"}, reads: "dibatalkan"},
		"yes, then no": {pressed: []string{"Tutup putaran", "Batal"}, closed: true, reads: "tidak berlaku"},
		"no, then yes": {pressed: []string{"Batal", "Tutup putaran"}, reads: "tidak berlaku"},
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

// The others who look after all units are told when a round has closed, while
// they do.
func TestClosingIsTold(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	admin := h.admin()
	officer, former := h.sim.Person(7005, "Petugas Contoh", "en"), h.sim.Person(7006, "Petugas Lama", "id")
	for _, person := range []*simulator.Person{officer, former} {
		person.Start("")
		h.settle()
		query[string](h, `INSERT INTO account_role (account_id, role, granted_at) VALUES ($1, 'hr', '2026-06-29') RETURNING role`, person.ID)
	}
	_, err := h.CloseRound(t.Context(), round.ID, storage.Source{}, h.clock.Now())
	must(t, err)
	query[string](h, `DELETE FROM account_role WHERE account_id = 7006 RETURNING role`)
	h.deliver()
	h.settle()
	h.reads(admin, "Terkirim 0 dari 2 undangan (0%).")
	h.reads(officer, "Sent: 0 of 2 invited (0%).")
	h.tap(officer, "Not reached")
	h.reads(officer, "Everybody invited was reached.")
	if text := former.Chat().Last().Text; strings.Contains(text, "undangan") {
		t.Errorf("who has no role any more is told\n%s", text)
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
// ends. Only what is asked for is summarised: the clock goes on by itself.
func (h *house) schedule() {
	h.t.Helper()
	query[int64](h, `DELETE FROM schedule RETURNING id`)
	planner := scheduler.New(scheduler.Config{Store: h.Store, Clock: h.clock, Zone: wib, Sender: h.bot, Worker: h.bot,
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
