package bot_test

import (
	"strings"
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/roster"
)

// What is due to one person at a time comes in one message: new forms, and reminders
// of those that were begun.
func TestSeveralSurveysInOneMessage(t *testing.T) {
	tests := map[string]struct {
		meanwhile string // what is done to one of the forms before it goes out
		text      string
		buttons   int // 0: it is one form's
	}{
		"a form that was begun and a new one": {text: "Ada 2 formulir yang menunggu jawaban Bapak/Ibu:", buttons: 4},
		"the new one is left":                 {meanwhile: `UPDATE session SET state = 'sent' WHERE account_id = $1 AND opened_at IS NOT NULL RETURNING id`, text: "Bapak/Ibu telah mengikuti Pelatihan C"},
		"the one that was begun is left":      {meanwhile: `UPDATE session SET state = 'closed' WHERE account_id = $1 AND opened_at IS NULL RETURNING id`, text: "masih menunggu jawaban"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.addTraining("C")
			taking, err := roster.Parse("peserta.csv", []byte("kode,nip\nC,"+query[string](h, `SELECT e.nip FROM employee e JOIN claim c ON c.employee_id = e.id WHERE c.account_id = $1`, h.budi.ID)+"\n"))
			must(t, err)
			_, err = h.Import(t.Context(), taking, storage.Source{}, h.clock.Now())
			must(t, err)
			round := h.open("A")
			h.settle()
			h.act(h.budi, "[Mulai]")
			h.pass(24 * time.Hour) // nobody is reminded on the day of the invitation
			_, err = h.RemindRound(t.Context(), round.ID, storage.Source{}, wib, h.clock.Now())
			must(t, err)
			_, _, err = h.OpenRound(t.Context(), storage.Opening{Training: "C", Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
			must(t, err)
			counts, err := h.Release(t.Context(), calendar.Caps{PerDay: 1, PerWeek: 3}, wib, 100, h.clock.Now())
			if err != nil || counts.Carried != 1 {
				t.Fatalf("released %+v, %v", counts, err)
			}
			if test.meanwhile != "" {
				query[int64](h, test.meanwhile, h.budi.ID)
			}
			h.deliver()
			h.settle()
			last := h.budi.Chat().Last()
			if !strings.Contains(last.Text, test.text) {
				t.Errorf("it reads\n%s", shown(last))
			}
			if got := len(last.Buttons()); test.buttons > 0 && got != test.buttons {
				t.Errorf("%d buttons", got)
			}
		})
	}
}
