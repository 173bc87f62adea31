package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

const (
	rudisNIP = "198001012005011003"
	rinasNIP = "198001012005011004"
)

// classroom puts Rudi, whose number is known, and Rina into training A, opens its
// round, and gives the token of its class link.
func (h *house) classroom() (token string) {
	h.t.Helper()
	h.brings(pegawaiHeader+rudisNIP+",\"Rudi Misal, S.Kom.\",Dinas Contoh,,,0812-0000-0003,\n"+rinasNIP+",Rina Umpama,Dinas Contoh,,,,\n"+
		"198001012005011005,Tono Umpama,Dinas Contoh,,,0812-0000-0005,\n198001012005011006,Tini Umpama,Dinas Contoh,,,+62 812-0000-0005,\n",
		pesertaHeader+"A,"+rudisNIP+"\nA,"+rinasNIP+"\n")
	h.open("A")
	link, err := h.ClassLink(h.t.Context(), "A", storage.Source{}, wib, h.clock.Now())
	must(h.t, err)
	return link.Token
}

// hears lets a person's way go on until all that is due to them has come.
func (h *house) hears(w way) {
	h.t.Helper()
	if w.before != nil {
		w.before()
	}
	h.deliver()
	h.settle()
}

// noKeys wants the person to have their letters back.
func (h *house) noKeys(p *simulator.Person) {
	h.t.Helper()
	if keys := p.Chat().Keys(); len(keys) > 0 {
		h.t.Errorf("%s has the keys %v in place of the letters", p.Name, keys)
	}
}

// share presses the key that shares the number.
func (w way) share(h *house, p *simulator.Person) {
	h.t.Helper()
	if w.before != nil {
		w.before()
	}
	_, err := p.ShareContact()
	must(h.t, err)
	h.pass(10 * time.Second)
}

func TestJoiningByPhone(t *testing.T) {
	for _, number := range []string{"6281200000003", "+6281200000003"} {
		t.Run(number, func(t *testing.T) {
			everyWay(t, func(h *house, w way) {
				token := h.classroom()
				rudi := h.sim.Person(7003, "Rudi", "id")
				rudi.SetPhone(number)
				w.step(h, rudi, "/start "+token)
				h.reads(rudi, "Tautan ini untuk peserta Pelatihan A", "Bagikan nomor", "NIP")
				w.share(h, rudi)
				h.reads(rudi, "Sebelum mulai", "Tentang data Bapak/Ibu", "Apakah Bapak/Ibu setuju?")
				h.noKeys(rudi)
				if before := h.account(rudi); before.Claim != nil || before.Consented {
					h.t.Errorf("before the consent there is %+v", before)
				}
				w.step(h, rudi, "[Setuju]")
				h.reads(rudi, "Bapak/Ibu sudah terdaftar", "1 formulir")
				h.hears(w)
				h.reads(rudi, "Formulir uji", "Pelatihan A")
				after := h.account(rudi)
				if after.Claim == nil || after.Claim.Name != "Rudi Misal, S.Kom." || !after.Consented {
					h.t.Errorf("the account is %+v", after)
				}
				if got := query[int](h, `SELECT count(*) FROM claim WHERE account_id = 7003`); got != 1 {
					h.t.Errorf("%d claims", got)
				}
			})
		})
	}
}

func TestJoiningByNIP(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		token := h.classroom()
		rina := h.sim.Person(7004, "Rina Umpama", "id")
		w.step(h, rina, "/start "+token)
		w.step(h, rina, "19800101 200501 1 004")
		h.reads(rina, "nama Telegram", "dihitung setelah disetujui", "Apakah Bapak/Ibu setuju?")
		h.noKeys(rina)
		w.step(h, rina, "[Setuju]")
		h.reads(rina, "1 formulir yang terbuka", "dihitung setelah")
		h.hears(w)
		h.reads(rina, "Formulir uji")
		for _, step := range path {
			h.act(rina, step)
		}
		w.step(h, rina, "[Kirim]")
		h.reads(rina, "Terima kasih")
		if account := h.account(rina); account.Claim != nil || !account.Waiting {
			h.t.Errorf("the account is %+v", account)
		}
		if got := query[int](h, `SELECT count(*) FROM response WHERE NOT counts`); got != 1 {
			h.t.Errorf("%d responses wait", got)
		}
		for _, message := range rina.Chat().FromBot() {
			if strings.Contains(message.Text, "Umpama") || strings.Contains(message.Text, "Dinas") {
				h.t.Errorf("of the employee is told: %s", shown(message))
			}
		}
		w.step(h, rina, "/survei")
		h.reads(rina, "menunggu persetujuan")
		w.step(h, rina, "/start "+token)
		h.reads(rina, "menunggu persetujuan")

		admin := h.admin()
		h.pass(5 * time.Minute)
		h.hears(w)
		h.reads(admin, "1 akun menunggu persetujuan", "Rina Umpama (Dinas Contoh) · Rina Umpama")
		w.step(h, admin, "[Setujui semua]")
		h.reads(admin, "Tidak ada akun yang menunggu")
		h.hears(w)
		h.reads(rina, "sudah menyetujui akun")
		if got := query[int](h, `SELECT count(*) FROM response WHERE counts`); got != 1 {
			h.t.Errorf("%d responses count", got)
		}
	})
}

func TestWhatIsNoProof(t *testing.T) {
	tests := map[string]struct {
		share func(p *simulator.Person)
		reads []string
		keys  bool // they are still there
	}{
		"somebody else's contact":   {share: func(p *simulator.Person) { p.ContactOf("6281200000003", 7777) }, reads: []string{"bukan nomor telepon akun ini"}, keys: true},
		"an entry without account":  {share: func(p *simulator.Person) { p.ContactWithoutUser("6281200000003") }, reads: []string{"bukan nomor telepon akun ini"}, keys: true},
		"a number of nobody":        {share: func(p *simulator.Person) { p.Contact("6281299999999") }, reads: []string{"belum dapat kami cocokkan", "NIP"}},
		"a number of two people":    {share: func(p *simulator.Person) { p.Contact("6281200000005") }, reads: []string{"belum dapat kami cocokkan", "NIP"}},
		"a number of other lands":   {share: func(p *simulator.Person) { p.Contact("819012345678") }, reads: []string{"belum dapat kami cocokkan"}},
		"a number that is none":     {share: func(p *simulator.Person) { p.Contact("0") }, reads: []string{"belum dapat kami cocokkan"}},
		"a number that is written":  {share: func(p *simulator.Person) { p.Write("081200000003") }, reads: []string{"NIP terdiri dari 18 angka"}, keys: true},
		"an NIP that is too short":  {share: func(p *simulator.Person) { p.Write("19800101200501100") }, reads: []string{"NIP terdiri dari 18 angka"}, keys: true},
		"an NIP that is nobody's":   {share: func(p *simulator.Person) { p.Write("198001012005011999") }, reads: []string{"tidak kami temukan"}, keys: true},
		"a name":                    {share: func(p *simulator.Person) { p.Write("Rudi Misal") }, reads: []string{"NIP terdiri dari 18 angka"}, keys: true},
		"an injection":              {share: func(p *simulator.Person) { p.Write("' OR 1=1 --") }, reads: []string{"NIP terdiri dari 18 angka"}, keys: true},
		"something else altogether": {share: func(p *simulator.Person) { p.Write("\u202e\u0000😀") }, reads: []string{"NIP terdiri dari 18 angka"}, keys: true},
	}
	h := newHouse(t)
	token := h.classroom()
	number := int64(7500)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			number++
			person := h.sim.Person(number, "Seseorang", "id")
			person.Start(token)
			h.settle()
			test.share(person)
			h.settle()
			h.reads(person, test.reads...)
			if got := len(person.Chat().Keys()) > 0; got != test.keys {
				t.Errorf("keys: %v", got)
			}
			if account := h.account(person); account.Claim != nil || account.Waiting || account.Consented {
				t.Errorf("the account is %+v", account)
			}
			h.write(person, "/batal")
			h.reads(person, "dibatalkan")
			h.noKeys(person)
			for _, m := range person.Chat().FromBot() {
				if len(m.Keys) > 0 && !m.Deleted {
					t.Errorf("a message with keys is left: %s", shown(m))
				}
			}
		})
	}
}

func TestJoiningAfterANumberOfNobody(t *testing.T) {
	h := newHouse(t)
	token := h.classroom()
	rina := h.sim.Person(7004, "Rina", "id")
	rina.Start(token)
	h.settle()
	rina.Contact("6281299999999")
	h.settle()
	h.write(rina, rinasNIP)
	h.tap(rina, "Tidak setuju")
	h.reads(rina, "tidak kami hubungkan dengan siapa pun")
	if got := query[string](h, `SELECT state::text FROM dialogue WHERE account_id = 7004`); strings.Contains(got, "employee") {
		t.Errorf("whom they named is kept: %s", got)
	}
	rina.Start(token)
	h.settle()
	h.write(rina, rinasNIP)
	h.tap(rina, "Setuju")
	if !h.account(rina).Waiting {
		t.Error("after a no the yes is not heard")
	}
}

// A number whose employee has an account already is for HR to decide on.
func TestAnotherPhoneOfAnEmployee(t *testing.T) {
	h := newHouse(t)
	token := h.classroom()
	h.brings(pegawaiHeader + "198001012005011001,Budi Contoh,Dinas Contoh,,,081200000001,\n")
	other := h.sim.Person(7101, "Budi C", "id")
	other.Start(token)
	h.settle()
	other.Contact("6281200000001")
	h.settle()
	h.reads(other, "nama Telegram")
	h.tap(other, "Setuju")
	h.reads(other, "setelah disetujui bagian kepegawaian")
	admin := h.admin()
	h.forge(admin, "k:0:0:list")
	h.reads(admin, "Pegawai: Budi Contoh, Dinas Contoh", "Nama Telegram: Budi C", "sudah memakai akun lain")
	h.tap(admin, "Setujui")
	h.deliver()
	h.settle()
	h.reads(h.budi, "tidak lagi terhubung")
	h.reads(other, "sudah menyetujui")
	if account := h.account(other); account.Claim == nil || h.account(h.budi).Claim != nil {
		t.Errorf("the account is %+v", account)
	}
}

func TestClassLinksOfWhoIsKnown(t *testing.T) {
	h := newHouse(t)
	token := h.classroom()
	h.settle()
	h.budi.Start(token)
	h.settle()
	h.reads(h.budi, "Formulir uji")
	h.brings(pelatihanHeader + "C,Pelatihan C,,,2026-06-25,2026-06-29,,\n")
	link, err := h.ClassLink(t.Context(), "C", storage.Source{}, wib, h.clock.Now())
	must(t, err)
	h.budi.Start(link.Token)
	h.settle()
	h.reads(h.budi, "belum tercatat sebagai peserta Pelatihan C")
	h.pass(30 * 24 * time.Hour)
	h.budi.Start(link.Token)
	h.settle()
	h.reads(h.budi, "sudah tidak berlaku")
}

func TestGuessingIsSlowed(t *testing.T) {
	h := newHouse(t)
	token := h.classroom()
	rina := h.sim.Person(7004, "Rina", "id")
	for i := range 5 {
		rina.Start("p" + strings.Repeat("A", 22+i))
		h.settle()
		h.reads(rina, "tidak kami kenal")
	}
	rina.Start(token)
	h.settle()
	for i := range 5 {
		h.write(rina, fmt.Sprintf("19800101200501190%d", i))
		h.reads(rina, "tidak kami temukan")
	}
	h.write(rina, rinasNIP)
	h.reads(rina, "Silakan coba lagi mulai 29 Juni 2026 pukul 16.30 WIB")
	rina.Start(token)
	h.settle()
	h.reads(rina, "Silakan coba lagi mulai")
	h.pass(time.Hour)
	h.write(rina, rinasNIP)
	h.reads(rina, "Apakah Bapak/Ibu setuju?")
}

func TestWithdrawingWhileWaiting(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		token := h.classroom()
		rina := h.sim.Person(7004, "Rina", "id")
		h.goes(w, rina, "/start "+token, rinasNIP, "[Setuju]", "/privasi", "[Tarik persetujuan]")
		h.reads(rina, "semua yang menunggu pemeriksaan sudah dihapus")
		if account := h.account(rina); account.Waiting || account.Consented {
			h.t.Errorf("the account is %+v", account)
		}
	})
}

func TestProfile(t *testing.T) {
	h := newHouse(t)
	token := h.classroom()
	h.write(h.budi, "/profil")
	h.reads(h.budi, "Budi Contoh", "Dinas Contoh", "NIP ••••••••••••••1001", "Terhubung sejak 29 Juni 2026 melalui tautan pribadi",
		"Bahasa: Indonesia", "disetujui 29 Juni 2026", "hubungi bagian kepegawaian")
	rina := h.sim.Person(7004, "Rina", "id")
	h.write(rina, "/profil")
	h.reads(rina, "belum terhubung", "tidak disetujui")
	rina.Start(token)
	h.settle()
	h.write(rina, rinasNIP)
	h.tap(rina, "Setuju")
	h.write(rina, "/profil")
	h.reads(rina, "Menunggu persetujuan bagian kepegawaian sejak 29 Juni 2026, sebagai peserta Pelatihan A")
	if last := rina.Chat().Last().Text; strings.Contains(last, "Umpama") || strings.Contains(last, "1004") {
		t.Errorf("of the employee is told: %s", last)
	}
	admin := h.admin()
	h.write(admin, "/profil")
	h.reads(admin, "belum terhubung", "Peran: admin")
	h.write(h.siti, "/bahasa")
	h.tap(h.siti, "English")
	h.write(h.siti, "/profil")
	h.reads(h.siti, "Connected since", "Language: English")
}
