package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// Two officers press their buttons on one round at the same instant. Whoever comes
// first, it is done once, both are told how it is, and the books say so.
func TestTwoOfficersOnOneRound(t *testing.T) {
	type officer struct {
		way   []string // until the button
		press string
	}
	tests := map[string]struct {
		before func(h *house)
		one    officer
		other  officer
		says   []string // one of these each of them reads
		check  map[string]int
	}{
		"start and start": {
			one: officer{[]string{"/mulai A uji"}, "Mulai putaran"}, other: officer{[]string{"/mulai A uji"}, "Mulai putaran"},
			says:  []string{"Undangan terkirim", "sudah terbuka, dengan nomor 1"},
			check: map[string]int{`SELECT count(*) FROM round`: 1, `SELECT count(*) FROM invitation`: 2, `SELECT count(*) FROM audit WHERE action = 'round opened'`: 1},
		},
		"start and plan": {
			one:   officer{[]string{"/mulai A uji"}, "Mulai putaran"},
			other: officer{[]string{"/mulai", "[A · Pelatihan A]", "[Formulir uji]", "[Besok 09.00]"}, "Rencanakan"},
			says:  []string{"Undangan terkirim", "sudah terbuka, dengan nomor 1", "Putaran akan dimulai", "sudah direncanakan"},
			check: map[string]int{`SELECT (SELECT count(*) FROM round) + (SELECT count(*) FROM job)`: 1},
		},
		"close and close": {
			before: openRound,
			one:    officer{[]string{"/tutup 1"}, "Tutup putaran"}, other: officer{[]string{"/tutup 1"}, "Tutup putaran"},
			says:  []string{"ditutup"},
			check: map[string]int{`SELECT count(*) FROM round WHERE closed_at IS NOT NULL`: 1, `SELECT count(*) FROM audit WHERE action = 'round closed'`: 1},
		},
		"close and remind": {
			before: openRound,
			one:    officer{[]string{"/tutup 1"}, "Tutup putaran"}, other: officer{[]string{"/ingatkan 1"}, "Ingatkan"},
			says:  []string{"ditutup", "Pengingat sedang dikirim kepada 2 orang."},
			check: map[string]int{`SELECT count(*) FROM round WHERE closed_at IS NOT NULL`: 1, `SELECT count(*) FROM delivery WHERE kind = 'reminder' AND state = 'due'`: 0},
		},
		"remind and remind": {
			before: openRound,
			one:    officer{[]string{"/ingatkan 1"}, "Ingatkan"}, other: officer{[]string{"/ingatkan 1"}, "Ingatkan"},
			says:  []string{"Pengingat sedang dikirim kepada 2 orang.", "sudah diingatkan hari ini"},
			check: map[string]int{`SELECT count(*) FROM delivery WHERE kind = 'reminder'`: 2, `SELECT count(*) FROM audit WHERE action = 'round reminded'`: 1},
		},
		"hold and hold": {
			before: func(h *house) { must(h.t, opens(h)) },
			one:    officer{[]string{"/status 1"}, "Hentikan"}, other: officer{[]string{"/status 1"}, "Hentikan"},
			says:  []string{"dihentikan, terbuka sampai"},
			check: map[string]int{`SELECT turns FROM round`: 1, `SELECT count(*) FROM delivery WHERE state = 'held'`: 2, `SELECT count(*) FROM audit WHERE action = 'round held'`: 1},
		},
		"go on and close": {
			before: func(h *house) {
				must(h.t, opens(h))
				must(h.t, h.HoldRound(h.t.Context(), 1, 0, storage.Source{}, h.clock.Now()))
			},
			one: officer{[]string{"/status 1"}, "Lanjutkan"}, other: officer{[]string{"/tutup 1"}, "Tutup putaran"},
			says:  []string{"terbuka sampai", "ditutup"},
			check: map[string]int{`SELECT count(*) FROM round WHERE closed_at IS NOT NULL`: 1, `SELECT count(*) FROM delivery WHERE kind = 'invitation' AND state IN ('due', 'held')`: 0},
		},
		"export and close": {
			before: func(h *house) { h.sends() },
			one:    officer{[]string{"/ekspor 1"}, "CSV"}, other: officer{[]string{"/tutup 1"}, "Tutup putaran"},
			says:  []string{"Ekspor putaran 1 sedang disiapkan", "ditutup"},
			check: map[string]int{`SELECT count(*) FROM round WHERE closed_at IS NOT NULL`: 1, `SELECT count(*) FROM job WHERE kind = 'export'`: 1},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				h := newHouse(t)
				if test.before != nil {
					test.before(h)
				}
				second := h.sim.Person(7005, "Petugas Contoh", "id")
				h.give(second.ID, storage.RoleHR, storage.Scope{All: true})
				second.Start("")
				people := []*simulator.Person{h.admin(), second}
				var pressed []simulator.Button
				for i, does := range []officer{test.one, test.other} {
					h.goes(untroubled, people[i], does.way...)
					button := people[i].Chat().Button(does.press)
					if button.Text == "" {
						t.Fatalf("there is no button %s", does.press)
					}
					pressed = append(pressed, button)
				}
				for i, person := range people {
					person.Tap(pressed[i])
				}
				h.pass(10 * time.Second)
				for i, person := range people {
					reads := person.Chat().Message(pressed[i].Message).Text
					if !slices.ContainsFunc(test.says, func(part string) bool { return strings.Contains(reads, part) }) {
						t.Errorf("%s reads\n%s", person.Name, reads)
					}
				}
				for statement, want := range test.check {
					if got := query[int](h, statement); got != want {
						t.Errorf("%s: %d, want %d", statement, got, want)
					}
				}
			}
		})
	}
}

// openRound opens the round of training A, whose invitations have gone out.
func openRound(h *house) {
	h.open("A")
	h.settle()
}

// opens opens it before any has.
func opens(h *house) error {
	_, _, err := h.OpenRound(h.t.Context(), storage.Opening{Training: "A", Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
	return err
}
