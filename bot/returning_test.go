package bot_test

import (
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// Whoever takes their block back reads once what they missed.
func TestComingBack(t *testing.T) {
	tests := map[string]struct {
		before, missed, back func(h *house)
		want                 []string // in what comes by itself; none: nothing comes
	}{
		"a round that opened meanwhile": {
			missed: func(h *house) { h.open("A") },
			back:   func(h *house) { h.budi.Unblock() },
			want:   []string{"Pelatihan A", "Mulai"},
		},
		"several rounds come in one message": {
			missed: func(h *house) { h.open("A"); h.open("B") },
			back:   func(h *house) { h.budi.Unblock() },
			want:   []string{"1. Pelatihan A", "2. Pelatihan B"},
		},
		"/start shows the form itself": {
			missed: func(h *house) { h.open("A") },
			back:   func(h *house) { h.budi.Unblock(); h.budi.Start("") },
		},
		"/start shows the list itself": {
			missed: func(h *house) { h.open("A"); h.open("B") },
			back:   func(h *house) { h.budi.Unblock(); h.budi.Start("") },
		},
		"what was seen before comes no more": {
			before: func(h *house) { h.open("A") },
			missed: func(*house) {},
			back:   func(h *house) { h.budi.Unblock() },
		},
		"a lost reminder tells what is left": {
			before: func(h *house) {
				round := h.open("A")
				h.settle()
				h.tap(h.budi, "Mulai")
				h.tap(h.budi, "Puas")
				h.pass(24 * time.Hour) // nobody is reminded on the day of the invitation
				_, err := h.RemindRound(h.t.Context(), round.ID, storage.Source{}, wib, h.clock.Now())
				must(h.t, err)
			},
			missed: func(h *house) { h.deliver() },
			back:   func(h *house) { h.budi.Unblock() },
			want:   []string{"Pelatihan A", "Isi sekarang"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			if test.before != nil {
				test.before(h)
				h.settle()
			}
			h.budi.Block()
			h.settle()
			test.missed(h)
			h.settle()
			test.back(h)
			h.settle()
			before := h.budi.Chat().Last().ID
			h.pass(2 * storage.ReturnAfter)
			h.deliver()
			h.pass(time.Minute)
			h.deliver()
			h.settle()
			last := h.budi.Chat().Last()
			if came := last.ID != before; came != (len(test.want) > 0) {
				t.Fatalf("a message came: %t; the last is\n%s", came, shown(last))
			}
			for _, part := range test.want {
				if !strings.Contains(shown(last), part) {
					t.Errorf("there is no %q in\n%s", part, shown(last))
				}
			}
			h.begins()
		})
	}
}

// begins wants a form that came back to be one that can be filled.
func (h *house) begins() {
	h.t.Helper()
	for _, message := range h.budi.Chat().FromBot() {
		if len(message.Rows) == 0 {
			continue
		}
		h.budi.Tap(message.Rows[0][0])
		h.settle()
		if card := h.budi.Chat().Last(); card.Button("Puas") == (simulator.Button{}) && card.Button("Lanjut") == (simulator.Button{}) {
			h.t.Errorf("the form does not go on, but shows\n%s", shown(card))
		}
		return
	}
	h.t.Error("there is nothing to tap")
}
