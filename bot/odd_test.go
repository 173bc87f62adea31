package bot_test

import (
	"maps"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey"
)

// Where the paths of the odd inputs begin.
var (
	atScale   = []string{"[Mulai]"}
	atTicks   = []string{"[Mulai]", "[Puas]"}
	atNumber  = []string{"[Mulai]", "[Puas]", "[☐ Waktu]", "[Lanjut]"}
	atText    = append(atNumber[:4:4], "[Lewati]")
	atDate    = append(atText[:5:5], "[Lewati]")
	inReview  = append(atDate[:6:6], "[Lewati]")
	everybody = strings.Repeat("🙂", 2048)
)

func TestOddInputs(t *testing.T) {
	tests := map[string]struct {
		path []string
		odd  func(h *house, screen simulator.Screen)
		// what follows: the person's last message from the bot says this, and these
		// are all answers. nil: as they were before.
		reads   string
		answers map[string]string
	}{
		"a double tap counts once": {path: atTicks, odd: func(h *house, screen simulator.Screen) {
			h.budi.Tap(screen.Button("☐ Waktu"))
			h.budi.Tap(screen.Button("☐ Waktu"))
		}, reads: "2/5", answers: map[string]string{"puas": "3", "kendala": "waktu"}},
		"of two taps at once the first counts": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.budi.Tap(screen.Button("Sangat puas"))
			h.budi.Tap(screen.Button("Tidak puas"))
		}, reads: "2/5", answers: map[string]string{"puas": "4"}},
		"an old button shows the card as it is": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.budi.Tap(screen.Button("Puas"))
			h.settle()
			h.budi.Tap(screen.Button("Tidak puas"))
		}, reads: "2/5", answers: map[string]string{"puas": "3"}},
		"a tap after three days counts": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.pass(72 * time.Hour)
			h.budi.Tap(screen.Button("Puas"))
		}, reads: "2/5", answers: map[string]string{"puas": "3"}},
		"a forged callback": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.budi.TapData(screen.Last().ID, "Puas")
		}, reads: "tidak berlaku"},
		"a callback for a choice that is not there": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.budi.TapData(screen.Last().ID, strings.Replace(screen.Button("Kurang puas").Data, ":1", ":1", 1)+"9")
		}, reads: "1/5"},
		"a callback for another kind of question": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.budi.TapData(screen.Last().ID, strings.Replace(screen.Button("Kurang puas").Data, "pick", "tick", 1))
		}, reads: "1/5"},
		"a Kirim before its time": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.budi.TapData(screen.Last().ID, strings.Replace(screen.Button("Tidak puas").Data, "pick", "send", 1))
		}, reads: "1/5"},
		"a callback of a form that is not there": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.budi.TapData(screen.Last().ID, "s:9999:1:open")
		}, reads: "tidak berlaku"},
		"a callback of another person's form": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.siti.TapData(h.siti.Chat().Last().ID, screen.Button("Puas").Data)
			h.settle()
			h.reads(h.siti, "tidak berlaku")
		}, reads: "1/5"},
		"a callback of no message": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.budi.TapInline(screen.Button("Puas").Data)
		}, reads: "1/5"},
		"a callback of a message that is gone": {path: atScale, odd: func(h *house, screen simulator.Screen) {
			h.budi.TapData(99999, screen.Button("Puas").Data)
		}, reads: "2/5", answers: map[string]string{"puas": "3"}},
		"text where a tap is wanted": {path: atScale, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write("puas sekali")
		}, reads: "menekan salah satu tombol"},
		"text where ticks are wanted": {path: atTicks, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write("waktu")
		}, reads: "menekan salah satu tombol"},
		"text in the review": {path: inReview, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write("sudah benar")
		}, reads: "tekan salah satu tombol"},
		"words where a number is wanted": {path: atNumber, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write("kira-kira lima")
		}, reads: "ketik satu angka"},
		"a date that there is not": {path: atDate, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write("31 Februari")
		}, reads: "ketik satu tanggal"},
		"a photo":   {path: atText, odd: func(h *house, _ simulator.Screen) { h.budi.Photo() }, reads: "tombol atau tulisan"},
		"a sticker": {path: atText, odd: func(h *house, _ simulator.Screen) { h.budi.Sticker() }, reads: "tombol atau tulisan"},
		"a voice":   {path: atText, odd: func(h *house, _ simulator.Screen) { h.budi.Voice() }, reads: "tombol atau tulisan"},
		"a file":    {path: atText, odd: func(h *house, _ simulator.Screen) { h.budi.Document("a.txt", []byte("a")) }, reads: "tombol atau tulisan"},
		"a contact": {path: atText, odd: func(h *house, _ simulator.Screen) { h.budi.Contact("+628000000000") }, reads: "tombol atau tulisan"},
		"an edited message": {path: atText, odd: func(h *house, _ simulator.Screen) {
			written := h.write(h.budi, "Pertama")
			h.budi.Edit(written, "Kedua")
		}, reads: "diubah tidak dihitung", answers: map[string]string{"puas": "3", "kendala": "waktu", "rencana": "Pertama"}},
		"an unknown command": {path: atText, odd: func(h *house, _ simulator.Screen) { h.budi.Write("/jalan") }, reads: "tidak kami kenal"},
		"a command of a role that the person has not": {path: atText, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write("/mulai A uji")
		}, reads: "tidak kami kenal"},
		"markup is kept as it is written": {path: atText, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write("<b>tebal</b> & _miring_ [x](y) 🙂")
		}, reads: "<b>tebal</b> & _miring_ [x](y) 🙂", answers: map[string]string{"puas": "3", "kendala": "waktu", "rencana": "<b>tebal</b> & _miring_ [x](y) 🙂"}},
		"NUL is taken out": {path: atText, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write("a\x00b")
		}, reads: "ab", answers: map[string]string{"puas": "3", "kendala": "waktu", "rencana": "ab"}},
		"the longest message that Telegram sends is too long": {path: atText, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write(strings.Repeat("x", 4096))
		}, reads: "paling panjang 4000 huruf"},
		"a long text is kept whole and shown in part": {path: atText, odd: func(h *house, _ simulator.Screen) {
			h.budi.Write(everybody)
		}, reads: "🙂🙂", answers: map[string]string{"puas": "3", "kendala": "waktu", "rencana": everybody}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.open("A")
			h.settle()
			for _, step := range test.path {
				h.act(h.budi, step)
			}
			before := h.session(h.budi)
			messages := len(h.budi.Chat().FromBot())
			test.odd(h, h.budi.Chat())
			h.settle()
			h.reads(h.budi, test.reads)
			if test.answers == nil {
				test.answers = before.Survey.Answers
			}
			after := h.session(h.budi)
			if !maps.Equal(after.Survey.Answers, test.answers) {
				t.Errorf("the answers are %v, want %v", after.Survey.Answers, test.answers)
			}
			if more := len(h.budi.Chat().FromBot()) - messages; more > 1 && name != "an edited message" {
				t.Errorf("the bot sent %d messages", more)
			}
			if units := len(utf16.Encode([]rune(h.budi.Chat().Last().Text))); units > 4096 {
				t.Errorf("a message of %d units", units)
			}
			h.write(h.budi, "/survei") // whatever was done, the way on is there
			if shown := h.session(h.budi); shown.ShownRevision != shown.Revision || h.budi.Chat().Card().ID != int(shown.CardMessageID) {
				t.Errorf("the card is not shown: %+v", shown)
			}
		})
	}
}

func TestClosing(t *testing.T) {
	h := newHouse(t)
	round := h.open("A")
	h.settle()
	for _, step := range atText {
		h.act(h.budi, step)
	}
	h.tap(h.siti, "Mulai")
	messages := len(h.budi.Chat())
	stale := h.siti.Chat().Button("Puas")
	_, err := h.CloseRound(t.Context(), round.ID, storage.Source{}, h.clock.Now())
	must(t, err)
	h.settle()
	h.expect(h.budi, "sudah berakhir", "sudah lengkap")
	h.expect(h.siti, "sudah berakhir", "belum lengkap tidak kami pakai")
	if more := len(h.budi.Chat()) - messages; more != 0 {
		t.Errorf("the end of the round brought %d messages", more)
	}
	h.siti.Tap(stale)
	h.settle()
	h.expect(h.siti, "sudah berakhir")
	h.write(h.siti, "masih sempat?")
	h.expect(h.siti, "tidak ada formulir")
	if status := h.status(round); status.Sent != 1 {
		t.Errorf("sent %d, want 1", status.Sent)
	}
}

func TestTheCardFollows(t *testing.T) {
	t.Run("a card that was sent twice counts from either", func(t *testing.T) {
		h := newHouse(t)
		h.open("A")
		h.settle()
		h.sim.Inject(simulator.Fault{Kind: simulator.CutAfter, Method: "sendMessage", Chat: h.budi.ID})
		for _, step := range atNumber {
			h.act(h.budi, step)
		}
		h.write(h.budi, "banyak")
		cards := h.budi.Chat().FromBot()
		first := cards[len(cards)-2]
		if first.Button("Lewati").Text == "" {
			t.Fatalf("the card was not sent twice; above is\n%s", shown(first))
		}
		h.budi.Tap(first.Button("Lewati"))
		h.settle()
		h.expect(h.budi, "4/5")
	})
	t.Run("who blocked the bot finds the card on coming back", func(t *testing.T) {
		h := newHouse(t)
		h.open("A")
		h.settle()
		h.tap(h.budi, "Mulai")
		button := h.budi.Chat().Button("Puas")
		h.budi.Block()
		h.budi.Tap(button)
		h.settle()
		h.budi.Unblock()
		h.pass(5 * time.Second)
		h.expect(h.budi, "2/5")
	})
	t.Run("a kill before the card is shown", func(t *testing.T) {
		h := newHouse(t)
		h.open("A")
		h.settle()
		h.tap(h.budi, "Mulai")
		h.stop()
		session := h.session(h.budi)
		form, err := trial().Resume(session.Survey)
		must(t, err)
		next, err := form.Apply(survey.Choose{Choice: "3"}, h.clock.Now())
		must(t, err)
		saved, err := h.SaveSession(t.Context(), session, storage.SessionChange{Survey: next.State(), CardMessageID: session.CardMessageID}, h.clock.Now())
		if err != nil || !saved {
			t.Fatalf("saved %t, %v", saved, err)
		}
		h.start()
		h.settle()
		h.expect(h.budi, "2/5")
	})
	t.Run("another message takes it below", func(t *testing.T) {
		h := newHouse(t)
		h.open("A")
		h.settle()
		h.tap(h.budi, "Mulai")
		card := h.budi.Chat().Card()
		h.write(h.budi, "/bahasa")
		h.budi.Tap(card.Button("Puas"))
		h.settle()
		h.reads(h.budi, "2/5")
		if len(h.budi.Chat().Message(card.ID).Rows) != 0 {
			t.Error("the old card kept its buttons")
		}
	})
}

func TestOnlyPrivateChats(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	for name, group := range map[string]*simulator.Group{
		"a group": h.sim.Group(-100, "Kelompok Contoh"), "a channel": h.sim.Channel(-200, "Kanal Contoh"),
	} {
		group.Add(h.siti)
		group.Write(h.siti, "/help")
		group.Write(h.budi, "/start")
		h.pass(10 * time.Second)
		if group.Present() {
			t.Errorf("the bot is still in %s", name)
		}
		if said := group.Chat().FromBot(); len(said) > 0 {
			t.Errorf("in %s it says %v", name, said)
		}
	}
	if got := query[int](h, `SELECT count(*) FROM account WHERE id < 0`); got != 0 {
		t.Errorf("%d groups have accounts", got)
	}
}

func TestPoison(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	h.tap(h.budi, "Mulai")
	session := h.session(h.budi)
	button := h.budi.Chat().Button("Puas")
	broken := survey.State{Place: survey.Place{Stage: survey.AtQuestion, Path: "tidak_ada"}}
	if _, err := h.SaveSession(t.Context(), session, storage.SessionChange{Survey: broken, CardMessageID: session.CardMessageID}, h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.budi.TapData(button.Message, strings.Replace(button.Data, ":1:pick", ":2:pick", 1))
	h.settle()
	h.reads(h.budi, "tidak dapat kami proses")
	h.tap(h.siti, "Mulai") // nobody else is stopped
	h.expect(h.siti, "1/5")
	h.write(h.budi, "/help") // nor the person
	h.reads(h.budi, "/survei")
}
