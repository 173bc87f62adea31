package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// What Telegram does not take ends, or is tried again, and stops nothing else.
func TestFaultsOfDeliveries(t *testing.T) {
	tests := map[string]struct {
		fault    simulator.Fault
		attempts int
		ends     storage.OutcomeState
	}{
		"a 400 fails at once":               {fault: simulator.Fault{Kind: simulator.Refuse}, attempts: 1, ends: storage.Failed},
		"a long 500 is outlasted":           {fault: simulator.Fault{Kind: simulator.Status500, Times: 12}, attempts: 13, ends: storage.Sent},
		"a proxy's 502 is outlasted":        {fault: simulator.Fault{Kind: simulator.Status502HTML, Times: 5}, attempts: 6, ends: storage.Sent},
		"a 429 is waited out":               {fault: simulator.Fault{Kind: simulator.TooManyNow, RetryAfter: 30 * time.Second, Times: 2}, attempts: 3, ends: storage.Sent},
		"a cut connection is tried thrice":  {fault: simulator.Fault{Kind: simulator.CutBefore, Times: 9}, attempts: 4, ends: storage.Unknown},
		"a 500 until the end ends with it":  {fault: simulator.Fault{Kind: simulator.Status500, Times: 100_000}, attempts: 0, ends: "expired"},
		"a 400 after a 500 fails with that": {fault: simulator.Fault{Kind: simulator.Refuse}, attempts: 2, ends: storage.Failed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			if strings.Contains(name, "after a 500") {
				h.sim.Inject(simulator.Fault{Kind: simulator.Status500, Method: "sendMessage", Chat: h.budi.ID})
				test.fault.Skip = 0
			}
			test.fault.Method, test.fault.Chat = "sendMessage", h.budi.ID
			h.sim.Inject(test.fault)
			round := h.open("A")
			attempts := 1
			for h.clock.Now().Before(round.ClosesAt) && !h.over(round) {
				next, found, err := h.NextDelivery(t.Context())
				must(t, err)
				if found {
					h.pass(max(next.Sub(h.clock.Now()), time.Second))
				}
				attempts += len(h.deliver())
			}
			h.pass(2 * time.Hour)
			attempts += len(h.deliver())
			messages, err := h.RoundMessages(t.Context(), round.ID)
			must(t, err)
			want := []storage.MessageCount{{State: "sent", Count: 1}, {State: string(test.ends), Count: 1}}
			if test.ends == storage.Sent {
				want = []storage.MessageCount{{State: "sent", Count: 2}}
			}
			if !slices.Equal(messages, want) {
				t.Errorf("the messages ended as %v, want %v", messages, want)
			}
			if test.attempts != 0 && attempts != test.attempts {
				t.Errorf("%d attempts, want %d", attempts, test.attempts)
			}
		})
	}
}

// over tells whether no message of a round is on its way.
func (h *house) over(round storage.Round) bool {
	h.t.Helper()
	out, err := h.Outgoing(h.t.Context(), round.ID)
	must(h.t, err)
	return out.Ended()
}

// HR sees that messages were refused, to whom, why, and what can be done.
func TestStatusTellsWhatWasRefused(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.sim.Inject(simulator.Fault{Kind: simulator.Refuse, Method: "sendMessage", Chat: h.budi.ID})
	h.open("A")
	h.settle()
	h.write(admin, "/status 1")
	h.reads(admin, "Pesan: 1 terkirim · 1 ditolak", "⚠️ Telegram menolak undangan untuk 1 orang", "tekan Belum terjangkau")
	h.tap(admin, "Belum terjangkau")
	h.reads(admin, "1 orang: pesannya ditolak Telegram\nMohon dihubungi langsung, dan sampaikan sebabnya kepada pengelola sistem.\n"+
		"Budi Contoh · Dinas Contoh · Sebabnya: Bad Request: message text is invalid")
}
