package bot_test

import (
	"context"
	"database/sql"
	"maps"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// path leads from the invitation to the review.
var path = []string{
	"[Mulai]", "[Puas]", "[☐ Anggaran]", "[☐ Waktu]", "[Lanjut]", "1,5",
	"Membagikan <b>bahan_ajar</b> 🙂", "dan mencobanya", "[Lanjut]", "[2 minggu]",
}

// given are the answers on it.
var given = map[string]string{
	"puas": "3", "kendala": "dana waktu", "jam": "1.5",
	"rencana": "Membagikan <b>bahan_ajar</b> 🙂\ndan mencobanya", "kapan": "2026-07-13",
}

func TestAnswering(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	h.settle()
	h.expect(h.budi, "Formulir uji", "Pelatihan A", "sekitar 1 menit, sampai 6 Juli 2026 pukul 15.30 WIB", "Rahasia")
	h.tap(h.budi, "Mulai")
	h.expect(h.budi, "Pelatihan A · 1/5", "Seberapa puas?")
	if cards := h.budi.Chat().FromBot(); cards[len(cards)-1].Edits != 1 {
		t.Errorf("the invitation did not become the first card but\n%s", shown(cards[len(cards)-1]))
	}
	h.tap(h.budi, "Puas")
	h.expect(h.budi, "2/5", "Apa kendalanya?")
	h.tap(h.budi, "☐ Anggaran")
	h.tap(h.budi, "☐ Waktu")
	h.tap(h.budi, "Lanjut")
	h.expect(h.budi, "3/5", "Berapa jam?")
	h.write(h.budi, "1,5")
	h.expect(h.budi, "4/5", "Apa rencananya?")
	h.write(h.budi, "Membagikan <b>bahan_ajar</b> 🙂")
	h.write(h.budi, "dan mencobanya")
	h.expect(h.budi, "Yang sudah ditulis:\nMembagikan <b>bahan_ajar</b> 🙂\ndan mencobanya")
	h.tap(h.budi, "Lanjut")
	h.tap(h.budi, "2 minggu")
	h.expect(h.budi, "Tinjau jawaban", "1. Seberapa puas?\nPuas", "2. Apa kendalanya?\nAnggaran, Waktu", "3. Berapa jam?\n1,5", "5. Kapan?\n13 Juli 2026")

	h.tap(h.budi, "Ubah jawaban")
	h.expect(h.budi, "Jawaban nomor berapa")
	h.tap(h.budi, "1")
	h.expect(h.budi, "Seberapa puas?", "Jawaban saat ini: Puas")
	h.tap(h.budi, "Sangat puas")
	h.expect(h.budi, "1. Seberapa puas?\nSangat puas")
	h.tap(h.budi, "Kirim")
	h.expect(h.budi, "Terima kasih", "Pelatihan A")
	if rows := h.budi.Chat().Last().Rows; len(rows) > 0 {
		t.Errorf("after Kirim there are buttons: %v", rows)
	}
	if status := h.status(round); status.Sent != 1 || status.Opened != 1 {
		t.Errorf("sent %d, opened %d; want 1 of each", status.Sent, status.Opened)
	}
	h.write(h.budi, "/survei")
	h.expect(h.budi, "tidak ada formulir")
}

// walk goes a path to the review, with something in between, and then Kirim.
func (h *house) walk(p *simulator.Person, path []string, between func()) {
	h.t.Helper()
	for _, step := range path {
		h.act(p, step)
		between()
	}
	if answers := h.session(p).Survey.Answers; !maps.Equal(answers, given) {
		h.t.Errorf("the answers are %v, want %v", answers, given)
	}
	h.tap(p, "Kirim")
	h.pass(10 * time.Second)
	h.reads(p, "Terima kasih")
}

func TestRestartBetweenAllSteps(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	h.settle()
	h.walk(h.budi, path, h.restart)
	if sent := h.status(round).Sent; sent != 1 {
		t.Errorf("sent %d, want 1", sent)
	}
}

func TestEveryUpdateComesTwice(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	h.settle()
	again := func() { h.sim.Inject(simulator.Fault{Kind: simulator.RepeatUpdate}) }
	again()
	h.walk(h.budi, path, again)
	if sent := h.status(round).Sent; sent != 1 {
		t.Errorf("sent %d, want 1", sent)
	}
}

func TestTelegramBreaks(t *testing.T) {
	kinds := []simulator.FaultKind{simulator.CutBefore, simulator.CutAfter, simulator.Status500, simulator.Status502HTML, simulator.TooManyNow}
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			round := h.open("A")
			h.settle()
			steps := 0
			h.walk(h.budi, path, func() {
				// The first request of a step meets it, or the second.
				h.sim.Inject(simulator.Fault{Kind: kind, Chat: h.budi.ID, Skip: steps % 2})
				steps++
				h.pass(10 * time.Second)
			})
			if sent := h.status(round).Sent; sent != 1 {
				t.Errorf("sent %d, want 1", sent)
			}
		})
	}
}

func TestChangingOnesMind(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	for _, step := range atText {
		h.act(h.budi, step)
	}
	h.write(h.budi, "Salah tulis")
	h.tap(h.budi, "Tulis ulang")
	h.expect(h.budi, "Apa rencananya?")
	h.write(h.budi, "Benar")
	h.expect(h.budi, "Yang sudah ditulis:\nBenar")
	h.tap(h.budi, "Kembali")
	h.expect(h.budi, "Berapa jam?")
	h.write(h.budi, "2")
	h.tap(h.budi, "Lanjut")
	h.tap(h.budi, "Lewati")
	h.expect(h.budi, "1. Seberapa puas?\nPuas", "3. Berapa jam?\n2", "4. Apa rencananya?\nBenar", "5. Kapan?\n–")

	h.tap(h.budi, "Ubah jawaban")
	h.tap(h.budi, "Kembali")
	h.expect(h.budi, "tekan Kirim")
	h.tap(h.budi, "Ubah jawaban")
	h.tap(h.budi, "2")
	h.tap(h.budi, "☑ Waktu")
	h.expect(h.budi, "2/5")
	h.tap(h.budi, "Kembali")
	h.expect(h.budi, "Masih ada pertanyaan")
	h.tap(h.budi, "Lengkapi")
	h.tap(h.budi, "☐ Anggaran")
	if complete := h.session(h.budi).Complete; !complete {
		t.Error("the form is not complete")
	}
}

func TestSurveys(t *testing.T) {
	h := newHouse(t)
	h.write(h.budi, "/survei")
	h.expect(h.budi, "tidak ada formulir")

	h.open("A")
	h.write(h.budi, "/survei")
	h.expect(h.budi, "Formulir uji", "Pelatihan A")

	h.open("B")
	h.settle()
	h.write(h.budi, "/survei")
	list := h.budi.Chat().Last()
	if !strings.Contains(list.Text, "1. Pelatihan A · sampai") || len(list.Buttons()) != 2 {
		t.Fatalf("the list is %s", shown(list))
	}
	h.tap(h.budi, "2. Pelatihan B")
	if now := h.budi.Chat().Message(list.ID); !strings.Contains(now.Text, "Pelatihan B · 1/5") {
		t.Errorf("the list did not become the form but\n%s", shown(now))
	}
	h.write(h.budi, "/batal")
	if last := h.budi.Chat().Last().Text; !strings.Contains(last, "disimpan") || !strings.Contains(last, "/survei") {
		t.Errorf("/batal says %q", last)
	}
}

func TestDeliveries(t *testing.T) {
	t.Run("a reminder leads to the review", func(t *testing.T) {
		h := newHouse(t)
		h.open("A")
		h.settle()
		for _, step := range []string{"[Mulai]", "[Puas]", "[☐ Waktu]", "[Lanjut]", "[Lewati]", "[Lewati]", "[Lewati]"} {
			h.act(h.budi, step)
		}
		h.pass(6*24*time.Hour + time.Hour)
		if _, err := h.PlanReminders(t.Context(), h.clock.Now(), wib); err != nil {
			t.Fatal(err)
		}
		h.deliver()
		h.settle()
		if last := h.budi.Chat().Last(); !strings.Contains(last.Text, "tinggal menekan Kirim") {
			t.Fatalf("no reminder but\n%s", shown(last))
		}
		h.tap(h.budi, "Tinjau jawaban")
		h.expect(h.budi, "1. Seberapa puas?\nPuas")
		h.tap(h.budi, "Kirim")
		h.expect(h.budi, "Terima kasih")
		if outcomes := h.deliver(); len(outcomes) != 0 {
			t.Errorf("more was due: %v", outcomes)
		}
	})
	t.Run("who blocked the bot gets nothing until they come back", func(t *testing.T) {
		h := newHouse(t)
		h.budi.Block()
		h.settle()
		h.open("A")
		h.settle()
		h.budi.Unblock()
		h.settle()
		h.write(h.budi, "/survei")
		h.expect(h.budi, "Formulir uji")
	})
	t.Run("a block that nobody told of fails the delivery", func(t *testing.T) {
		h := newHouse(t)
		h.budi.Deactivate()
		round := h.open("A")
		h.settle()
		if status := h.status(round); status.Delivered != 1 {
			t.Errorf("delivered to %d, want Siti alone", status.Delivered)
		}
		h.open("B") // it sends him nothing more: the simulator would object
		h.settle()
	})
	t.Run("what comes too late is not needed", func(t *testing.T) {
		h := newHouse(t)
		_, _, err := h.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
		must(t, err)
		h.write(h.budi, "/survei")
		for _, outcome := range h.deliver() {
			if outcome.State != storage.Unneeded && outcome.State != storage.Sent {
				t.Errorf("a delivery ended %+v", outcome)
			}
		}
		h.settle()
		h.expect(h.budi, "Formulir uji")
	})
	t.Run("a summary says that it is late, and may have come before", func(t *testing.T) {
		h := newHouse(t)
		admin := h.admin()
		h.keepWeek(admin.ID, 1)
		h.sim.Inject(simulator.Fault{Kind: simulator.CutAfter, Method: "sendMessage", Chat: admin.ID})
		if outcomes := h.deliver(); len(outcomes) != 1 || outcomes[0].State != storage.Unknown {
			t.Fatalf("the first attempt ended %+v", outcomes)
		}
		h.pass(2 * time.Hour)
		if outcomes := h.deliver(); len(outcomes) != 2 || outcomes[0].State != storage.Later || outcomes[1].State != storage.Sent {
			t.Fatalf("the second attempts ended %+v", outcomes) // the pictures wait for the message
		}
		h.pass(time.Minute)
		if outcomes := h.deliver(); len(outcomes) != 1 || outcomes[0].State != storage.Unneeded {
			t.Fatalf("there are pictures of a quiet week: %+v", outcomes)
		}
		h.reads(admin, "pekan", "terlambat", "mungkin sudah Bapak/Ibu terima")
	})
	t.Run("an end does not break off what is under way", func(t *testing.T) {
		h := newHouse(t)
		_, _, err := h.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
		must(t, err)
		h.sim.Inject(simulator.Fault{Kind: simulator.Delay, Method: "sendMessage", Chat: h.budi.ID, Delay: 200 * time.Millisecond})
		ctx, end := context.WithCancel(t.Context())
		go func() {
			defer end()
			// What is delayed has been processed: it is on the screen.
			_, _ = h.budi.Await(t.Context(), simulator.HasButton("Mulai"))
		}()
		h.letOut()
		batch, err := h.ClaimDeliveries(t.Context(), h.process.Number(), time.Minute, 100, h.clock.Now())
		must(t, err)
		for _, d := range batch {
			work := h.clock.Work()
			outcome := h.bot.Send(ctx, work, d)
			work.Done()
			if d.AccountID == h.budi.ID && outcome.State != storage.Sent {
				t.Errorf("the delivery under way ended %+v", outcome)
			}
			must(t, h.EndDelivery(t.Context(), d, outcome, h.clock.Now()))
		}
	})
	t.Run("an invitation whose outcome is unknown comes again, and one counts", func(t *testing.T) {
		h := newHouse(t)
		h.sim.Inject(simulator.Fault{Kind: simulator.CutAfter, Method: "sendMessage", Chat: h.budi.ID})
		round := h.open("A")
		h.pass(time.Minute)
		h.deliver()
		h.settle()
		first := h.budi.Chat().FromBot()[1]
		if first.Button("Mulai").Text == "" {
			t.Fatalf("the first invitation is\n%s", shown(first))
		}
		h.budi.Tap(first.Button("Mulai"))
		h.settle()
		h.walk(h.budi, path[1:], func() {})
		if sent := h.status(round).Sent; sent != 1 {
			t.Errorf("sent %d, want 1", sent)
		}
	})
}

// Before a training its participants are not told that they took part in it.
func TestAFormBeforeTheTrainingSaysSo(t *testing.T) {
	h := newHouse(t)
	db, err := sql.Open("postgres", h.url)
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `UPDATE training SET first_day = '2026-06-30', last_day = '2026-07-01' WHERE code = 'A'`)
	must(t, err)
	h.open("A")
	h.settle()
	h.reads(h.budi, "Bapak/Ibu akan mengikuti Pelatihan A.")
	h.pass(24 * time.Hour)
	h.write(h.budi, "/survei")
	h.reads(h.budi, "Bapak/Ibu telah mengikuti Pelatihan A.")
}
