package bot_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/roster"
)

// newcomer puts one more participant of training A into the roster and gives
// the token of their link.
func (h *house) newcomer(number int, name string) (token string) {
	h.t.Helper()
	nip := fmt.Sprintf("198001012005011%03d", number)
	people, err := roster.Parse("pegawai.csv", []byte("nip,nama,unit,jabatan,golongan,telepon,atasan_nip\n"+nip+","+name+",Dinas Contoh,,,,\n"))
	must(h.t, err)
	places, err := roster.Parse("peserta.csv", []byte("kode,nip\nA,"+nip+"\n"))
	must(h.t, err)
	all, err := roster.Merge(people, places)
	must(h.t, err)
	_, err = h.Import(h.t.Context(), all, storage.Source{}, h.clock.Now())
	must(h.t, err)
	links, err := h.Links(h.t.Context(), "", h.clock.Now())
	must(h.t, err)
	for _, link := range links {
		if link.NIP == nip {
			return link.Token
		}
	}
	h.t.Fatalf("%s has no link", name)
	return ""
}

// query reads one value past the Store, for what it has no method for.
func query[T any](h *house, statement string, args ...any) (value T) {
	h.t.Helper()
	db, err := sql.Open("postgres", h.url)
	must(h.t, err)
	defer db.Close()
	must(h.t, db.QueryRowContext(h.t.Context(), statement, args...).Scan(&value))
	return value
}

func (h *house) account(p *simulator.Person) storage.Account {
	h.t.Helper()
	account, err := h.Account(h.t.Context(), p.ID)
	must(h.t, err)
	return account
}

// ways are those in which the same steps can go: whichever it is, they come to
// the same. Each gives what happens before every step, and how a button is
// pressed.
var ways = map[string]func(h *house) way{
	"without trouble": func(*house) way { return way{taps: 1} },
	"with a restart between all steps": func(h *house) way {
		return way{before: h.restart, taps: 1}
	},
	"with every update coming twice": func(h *house) way {
		return way{before: func() { h.sim.Inject(simulator.Fault{Kind: simulator.RepeatUpdate}) }, taps: 1}
	},
	"with every button pressed twice": func(*house) way { return way{taps: 2} },
	"with answers that are lost": func(h *house) way {
		return way{before: func() { h.sim.Inject(simulator.Fault{Kind: simulator.CutAfter, Method: "sendMessage"}) }, taps: 1}
	},
}

type way struct {
	before func()
	taps   int
}

// step lets a person do one step: "[label]" is a tap, all else is written.
func (w way) step(h *house, p *simulator.Person, step string) {
	h.t.Helper()
	if w.before != nil {
		w.before()
	}
	label, isTap := strings.CutPrefix(step, "[")
	if !isTap {
		p.Write(step)
		h.pass(10 * time.Second)
		return
	}
	button := p.Chat().Button(strings.TrimSuffix(label, "]"))
	if button.Text == "" {
		h.t.Fatalf("%s sees no button %s on\n%s", p.Name, step, shown(p.Chat().Last()))
	}
	for range w.taps {
		p.Tap(button)
	}
	h.pass(10 * time.Second)
}

// everyWay runs a test in each of the ways.
func everyWay(t *testing.T, test func(h *house, w way)) {
	for name, make := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			test(h, make(h))
		})
	}
}

func TestPersonalLink(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		token := h.newcomer(3, "Rudi Misal")
		round := h.open("A")
		rudi := h.sim.Person(7003, "Orang Lain", "id")

		w.step(h, rudi, "/start "+token)
		h.reads(rudi, "Apakah ini Bapak/Ibu: R••• M•••, Dinas Contoh?")
		w.step(h, rudi, "[Ya, saya]")
		h.reads(rudi, "Terima kasih, R••• M•••", "Tentang data Bapak/Ibu", "server Telegram", "/privasi", "Apakah Bapak/Ibu setuju?")
		if first := rudi.Chat().Last().Buttons()[0].Text; first != "Setuju" {
			h.t.Errorf("the first button is %q, not the yes", first)
		}
		if before := h.account(rudi); before.Claim != nil || before.Consented {
			h.t.Errorf("before the consent there is %+v", before)
		}
		if got := query[int](h, `SELECT count(*) FROM claim c FULL JOIN consent USING (account_id) FULL JOIN session USING (account_id) WHERE account_id = 7003`); got != 0 {
			h.t.Errorf("before the consent %d rows are stored", got)
		}
		w.step(h, rudi, "[Setuju]")
		h.reads(rudi, "Bapak/Ibu sudah terdaftar", "1 formulir")
		if w.before != nil {
			w.before()
		}
		h.deliver()
		h.settle()
		h.reads(rudi, "Formulir uji", "Pelatihan A")

		after := h.account(rudi)
		if after.Claim == nil || after.Claim.Name != "Rudi Misal" || !after.Consented {
			h.t.Errorf("the account is %+v", after)
		}
		for table, want := range map[string]int{"claim": 1, "consent": 1, "session": 1, "delivery": 1} {
			if got := query[int](h, `SELECT count(*) FROM `+table+` WHERE account_id = 7003`); got != want {
				h.t.Errorf("%d rows of %s, want %d", got, table, want)
			}
		}
		if got := query[string](h, `SELECT notice_version FROM consent WHERE account_id = 7003`); got != "2" {
			h.t.Errorf("the consent is to version %q of the notice", got)
		}
		if got := h.status(round); got.Reachable != 3 || got.Invited != 3 {
			h.t.Errorf("%d reachable of %d invited", got.Reachable, got.Invited)
		}
		for _, message := range rudi.Chat().FromBot() {
			if strings.Contains(message.Text, "Rudi") {
				h.t.Errorf("the name is told: %s", shown(message))
			}
		}
	})
}

func TestPersonalLinkWithoutOpenForms(t *testing.T) {
	h := newHouse(t)
	rudi := h.sim.Person(7003, "Rudi", "id")
	rudi.Start(h.newcomer(3, "Rudi Misal"))
	h.settle()
	h.tap(rudi, "Ya, saya")
	h.tap(rudi, "Setuju")
	h.expect(rudi, "sudah terdaftar", "akan datang di sini")
}

func TestALinkThatIsNotTakenUp(t *testing.T) {
	tests := map[string]struct {
		steps []string
		reads string
	}{
		"it is somebody else":                  {steps: []string{"[Bukan saya]"}, reads: "tidak kami hubungkan dengan siapa pun"},
		"they do not agree":                    {steps: []string{"[Ya, saya]", "[Tidak setuju]"}, reads: "tidak kami hubungkan dengan siapa pun"},
		"they leave":                           {steps: []string{"/batal"}, reads: "dibatalkan"},
		"they leave at the notice":             {steps: []string{"[Ya, saya]", "/batal"}, reads: "dibatalkan"},
		"they do something else in the middle": {steps: []string{"[Ya, saya]", "/help", "[Tidak setuju]", "/bahasa"}, reads: "bahasa apa"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			leave(newHouse(t), way{taps: 1}, test.steps, test.reads)
		})
	}
	t.Run("whatever happens on the way", func(t *testing.T) {
		everyWay(t, func(h *house, w way) {
			leave(h, w, []string{"[Ya, saya]", "[Tidak setuju]"}, "tidak kami hubungkan dengan siapa pun")
		})
	})
}

// leave goes from a personal link to a no, and then to a yes after all.
func leave(h *house, w way, steps []string, reads string) {
	h.t.Helper()
	token := h.newcomer(3, "Rudi Misal")
	rudi := h.sim.Person(7003, "Rudi", "id")
	w.step(h, rudi, "/start "+token)
	yes := rudi.Chat().Button("Ya, saya")
	for _, step := range steps {
		w.step(h, rudi, step)
	}
	h.reads(rudi, reads)
	if a := h.account(rudi); a.Claim != nil || a.Consented {
		h.t.Errorf("the account is %+v", a)
	}
	rudi.Tap(yes) // a button that was left behind
	h.pass(10 * time.Second)
	h.reads(rudi, "sudah tidak berlaku")
	w.step(h, rudi, "/start "+token)
	w.step(h, rudi, "[Ya, saya]")
	w.step(h, rudi, "[Setuju]")
	if a := h.account(rudi); a.Claim == nil || !a.Consented {
		h.t.Errorf("in the end the account is %+v", a)
	}
}

// Of two buttons that are pressed before the first shows, the first counts, and
// nothing says otherwise.
func TestYesAndNoAtOnce(t *testing.T) {
	tests := map[string]struct {
		buttons [2]string
		tied    bool
		never   string
	}{
		"yes, then no": {buttons: [2]string{"Setuju", "Tidak setuju"}, tied: true, never: "tidak kami hubungkan"},
		"no, then yes": {buttons: [2]string{"Tidak setuju", "Setuju"}, never: "sudah terdaftar"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			rudi := h.sim.Person(7003, "Rudi", "id")
			rudi.Start(h.newcomer(3, "Rudi Misal"))
			h.settle()
			h.tap(rudi, "Ya, saya")
			screen := rudi.Chat()
			for _, label := range test.buttons {
				rudi.Tap(screen.Button(label))
			}
			h.settle()
			if a := h.account(rudi); a.Consented != test.tied {
				t.Errorf("the account is %+v", a)
			}
			for _, message := range rudi.Chat().FromBot() {
				if strings.Contains(message.Text, test.never) {
					t.Errorf("it says\n%s", shown(message))
				}
			}
		})
	}
}

func TestLinksThatLeadNowhere(t *testing.T) {
	used := func(h *house) string { return query[string](h, `SELECT token FROM link WHERE used_by = 7001`) }
	rudis := func(h *house) string { return h.newcomer(3, "Rudi Misal") }
	always := func(payload string) func(*house) string { return func(*house) string { return payload } }
	tests := map[string]struct {
		token func(h *house) string
		by    int64 // 7001 is Budi, 7003 a stranger
		reads string
	}{
		"used by somebody else":                                 {token: used, by: 7003, reads: "sudah dipakai dari akun lain"},
		"used by somebody else, pressed by one who is somebody": {token: used, by: 7002, reads: "sudah dipakai dari akun lain"},
		"used by the same account":                              {token: used, by: 7001, reads: "tidak ada formulir yang perlu diisi"},
		"of another employee":                                   {token: rudis, by: 7001, reads: "sudah terhubung dengan pegawai lain"},
		"revoked": {token: func(h *house) string {
			token := rudis(h)
			must(h.t, h.RevokeLink(h.t.Context(), "198001012005011003", storage.Source{}, h.clock.Now()))
			return token
		}, by: 7003, reads: "sudah tidak berlaku"},
		"never made":        {token: always("p" + strings.Repeat("A", 22)), by: 7003, reads: "tidak kami kenal"},
		"too short":         {token: always("pAAAA"), by: 7003, reads: "tidak kami kenal"},
		"too long":          {token: always("p" + strings.Repeat("A", 64)), by: 7003, reads: "tidak kami kenal"},
		"of another kind":   {token: always("k" + strings.Repeat("A", 22)), by: 7003, reads: "tidak kami kenal"},
		"an injection":      {token: always("p' OR 1=1 --"), by: 7003, reads: "tidak kami kenal"},
		"markup":            {token: always("<b>&amp;"), by: 7003, reads: "tidak kami kenal"},
		"with NUL":          {token: always("p" + strings.Repeat("A", 21) + "\x00"), by: 7003, reads: "tidak kami kenal"},
		"with a word after": {token: always("p" + strings.Repeat("A", 22) + " x"), by: 7003, reads: "tidak kami kenal"},
	}
	h := newHouse(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			token := test.token(h)
			person := h.sim.Person(test.by, "Seseorang", "id")
			before := h.account(person).Claim
			person.Start(token)
			h.settle()
			h.expect(person, test.reads)
			if buttons := person.Chat().Last().Buttons(); len(buttons) != 0 {
				t.Errorf("there are buttons: %v", buttons)
			}
			if strings.Contains(person.Chat().Last().Text, "•") {
				t.Errorf("it tells of whom the link is: %s", shown(person.Chat().Last()))
			}
			after := h.account(person).Claim
			if (before == nil) != (after == nil) || before != nil && before.ID != after.ID {
				t.Errorf("the account was %+v and is %+v", before, after)
			}
		})
	}
}

func TestTheUsedLinkLeadsToTheForms(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	h.settle()
	h.budi.Start(query[string](h, `SELECT token FROM link WHERE used_by = 7001`))
	h.settle()
	h.expect(h.budi, "Formulir uji", "Pelatihan A")
}

func TestTwoAccountsAtOneLink(t *testing.T) {
	tests := map[string]struct {
		until []string // what the second does before the first agrees
		then  []string
		reads string
	}{
		"the second is asked who it is":        {then: []string{"[Ya, saya]"}, reads: "sudah dipakai dari akun lain"},
		"the second reads the notice":          {until: []string{"[Ya, saya]"}, then: []string{"[Setuju]"}, reads: "sudah dipakai dari akun lain"},
		"the second comes when it is too late": {until: []string{"[Bukan saya]"}, then: nil, reads: "tidak kami hubungkan"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			token := h.newcomer(3, "Rudi Misal")
			first, second := h.sim.Person(7003, "Rudi", "id"), h.sim.Person(7004, "Bukan Rudi", "id")
			first.Start(token)
			second.Start(token)
			h.settle()
			for _, step := range test.until {
				h.act(second, step)
			}
			h.tap(first, "Ya, saya")
			h.tap(first, "Setuju")
			for _, step := range test.then {
				h.act(second, step)
			}
			h.reads(second, test.reads)
			if h.account(first).Claim == nil || h.account(second).Claim != nil {
				t.Error("the link tied the wrong account")
			}
		})
	}
}

func TestAnEmployeeWithAnotherAccount(t *testing.T) {
	h := newHouse(t)
	token := "p" + strings.Repeat("B", 22)
	query[int64](h, `INSERT INTO link (token, employee_id, created_at)
		SELECT $1, employee_id, '2026-06-29' FROM claim WHERE account_id = 7001 RETURNING id`, token)
	other := h.sim.Person(7005, "Ponsel Kedua", "id")
	other.Start(token)
	h.settle()
	h.tap(other, "Ya, saya")
	h.tap(other, "Setuju")
	h.expect(other, "sudah terhubung dengan akun lain")
	if a := h.account(other); a.Claim != nil || a.Consented {
		t.Errorf("the account is %+v", a)
	}
}
