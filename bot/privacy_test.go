package bot_test

import (
	"fmt"
	"testing"
	"time"

	"pascalatih/bot/simulator"
)

func TestPrivacyNotice(t *testing.T) {
	tests := map[string]struct {
		path   []string
		reads  string
		button string // the only one; "": there is none
	}{
		"to somebody linked":      {reads: "sudah menyetujui", button: "Tarik persetujuan"},
		"to one who withdrew":     {path: []string{"/privasi", "[Tarik persetujuan]"}, reads: "Apakah Bapak/Ibu setuju?", button: "Setuju"},
		"to one who agreed again": {path: []string{"/privasi", "[Tarik persetujuan]", "/privasi", "[Setuju]"}, reads: "sudah menyetujui", button: "Tarik persetujuan"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			for _, step := range append(test.path, "/privasi") {
				h.act(h.budi, step)
			}
			h.reads(h.budi, "Tentang data Bapak/Ibu", "atasan dapat kami tanyai", "survei berkala", "server Telegram", test.reads)
			if buttons := h.budi.Chat().Last().Buttons(); len(buttons) != 1 || buttons[0].Text != test.button {
				t.Errorf("buttons %v, want %s", buttons, test.button)
			}
		})
	}
	t.Run("to a stranger", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		rudi := h.sim.Person(7003, "Rudi", "id")
		h.write(rudi, "/privasi")
		h.expect(rudi, "Tentang data Bapak/Ibu", "belum terhubung")
		if buttons := rudi.Chat().Last().Buttons(); len(buttons) != 0 {
			t.Errorf("buttons %v", buttons)
		}
	})
}

func TestWithdrawing(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		round := h.open("A")
		h.settle()
		w.step(h, h.budi, "[Mulai]")
		w.step(h, h.budi, "[Puas]")
		old := h.budi.Chat().Button("☐ Waktu")

		w.step(h, h.budi, "/privasi")
		w.step(h, h.budi, "[Tarik persetujuan]")
		h.reads(h.budi, "Persetujuan sudah ditarik", "/privasi")
		if a := h.account(h.budi); a.Consented || a.Claim == nil {
			h.t.Errorf("the account is %+v; its claim stays", a)
		}
		if got := query[int](h, `SELECT count(*) FROM session WHERE account_id = 7001`); got != 0 {
			h.t.Errorf("%d forms are left", got)
		}
		if got := h.status(round); got.Withdrawn != 1 || got.Invited != 2 {
			h.t.Errorf("%d withdrawn of %d invited", got.Withdrawn, got.Invited)
		}

		h.budi.Tap(old)
		h.pass(10 * time.Second)
		h.reads(h.budi, "sudah tidak berlaku")
		said := len(h.budi.Chat().FromBot())
		h.open("B")
		h.pass(8 * 24 * time.Hour)
		h.deliver()
		h.settle()
		if now := len(h.budi.Chat().FromBot()); now != said {
			h.t.Errorf("after the withdrawal there came\n%s", shown(h.budi.Chat().Last()))
		}
		w.step(h, h.budi, "/survei")
		h.reads(h.budi, "Apakah Bapak/Ibu setuju?")
	})
}

func TestAgreeingAgain(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		h.open("A")
		h.settle()
		h.tap(h.budi, "Mulai")
		h.tap(h.budi, "Puas")
		h.write(h.budi, "/privasi")
		h.tap(h.budi, "Tarik persetujuan")
		w.step(h, h.budi, "/privasi")
		w.step(h, h.budi, "[Setuju]")
		h.reads(h.budi, "1 formulir")
		h.deliver()
		h.settle()
		h.reads(h.budi, "Formulir uji", "Pelatihan A")
		if s := h.session(h.budi); len(s.Survey.Answers) != 0 {
			h.t.Errorf("answers from before the withdrawal are back: %v", s.Survey.Answers)
		}
		for state, want := range map[string]int{"withdrawn_at IS NULL": 1, "withdrawn_at IS NOT NULL": 1} {
			if got := query[int](h, `SELECT count(*) FROM consent WHERE account_id = 7001 AND `+state); got != want {
				h.t.Errorf("%d consents %s, want %d", got, state, want)
			}
		}
	})
}

// What an old button says is never what is no longer so.
func TestOldButtonsOfTheNotice(t *testing.T) {
	tests := map[string]struct {
		path      []string
		old       int // the button that stands there before this step is pressed in the end
		consented bool
		reads     string
	}{
		"a withdrawal, after agreeing again":  {path: []string{"/privasi", "[Tarik persetujuan]", "/privasi", "[Setuju]"}, old: 1, consented: true, reads: "sudah menyetujui"},
		"a consent, after withdrawing again":  {path: []string{"/privasi", "[Tarik persetujuan]", "/privasi", "[Setuju]", "/privasi", "[Tarik persetujuan]"}, old: 3, reads: "Apakah Bapak/Ibu setuju?"},
		"a second withdrawal":                 {path: []string{"/privasi", "/privasi", "[Tarik persetujuan]"}, old: 1, reads: "sudah tidak berlaku"},
		"a withdrawal, handled again at once": {path: []string{"/privasi", "[Tarik persetujuan]"}, old: 1, reads: "Persetujuan sudah ditarik"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			var old simulator.Button
			for i, step := range test.path {
				if i == test.old {
					old = h.budi.Chat().Last().Buttons()[0]
				}
				h.act(h.budi, step)
			}
			h.budi.Tap(old)
			h.settle()
			h.reads(h.budi, test.reads)
			if a := h.account(h.budi); a.Consented != test.consented {
				t.Errorf("consented: %v", a.Consented)
			}
		})
	}
}

func TestUnlinkingWhatWasSent(t *testing.T) {
	tests := map[string]struct {
		others int // of the same unit who sent in that round
		kept   bool
	}{
		"the unit goes where four are of it": {others: 3},
		"it stays where five are":            {others: 4, kept: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, w := newHouse(t), way{taps: 2}
			round := h.open("A")
			h.settle()
			for _, step := range path {
				h.act(h.budi, step)
			}
			h.tap(h.budi, "Kirim")
			query[int](h, fmt.Sprintf(`
				WITH more AS (
					INSERT INTO response (round_id, id, instrument_id, training_id, unit_id, automatic, sent_at, counted_at)
					SELECT round_id, gen_random_uuid(), instrument_id, training_id, unit_id, false, sent_at, sent_at
					FROM response, generate_series(1, %d) RETURNING 1
				) SELECT count(*) FROM more`, test.others))

			w.step(h, h.budi, "/privasi")
			w.step(h, h.budi, "[Tarik persetujuan]")
			h.reads(h.budi, "1 formulir yang sudah dikirim masih terhubung")
			if got := query[int](h, `SELECT count(*) FROM response WHERE claim_id IS NOT NULL`); got != 1 {
				t.Errorf("%d responses are tied; it is untied on request only", got)
			}
			w.step(h, h.budi, "[Lepaskan jawaban]")
			h.reads(h.budi, "1 formulir tidak lagi terhubung")
			if got := query[int](h, `SELECT count(*) FROM response WHERE claim_id IS NOT NULL OR invitation_id IS NOT NULL`); got != 0 {
				t.Errorf("%d responses are still tied", got)
			}
			if got := query[int](h, `SELECT count(*) FROM response WHERE unit_id IS NULL`); (got == 0) != test.kept {
				t.Errorf("%d responses without unit", got)
			}
			if got := query[int](h, `SELECT count(*) FROM answer`); got != len(given) {
				t.Errorf("%d answers are left of %d", got, len(given))
			}
			if got := h.status(round).Sent; got != 1 { // the others were not invited
				t.Errorf("%d sent", got)
			}
		})
	}
}
