package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// give lets an account hold a role, past any chat.
func (h *house) give(account int64, role storage.Role, scope storage.Scope) {
	h.t.Helper()
	if _, err := h.TouchAccount(h.t.Context(), account, "id", 0, h.clock.Now()); err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.SetRole(h.t.Context(), account, role, scope, storage.Source{}, h.clock.Now()); err != nil {
		h.t.Fatal(err)
	}
}

// forge taps a button that the bot did not make; %d in data is the revision of
// the person's dialogue.
func (h *house) forge(p *simulator.Person, data string) {
	h.t.Helper()
	dialogue, err := h.Dialogue(h.t.Context(), p.ID)
	must(h.t, err)
	p.TapData(p.Chat().Last().ID, strings.Replace(data, "%d", fmt.Sprint(dialogue.Revision), 1))
	h.settle()
}

func (h *house) shows(p *simulator.Person, command string, want bool) {
	h.t.Helper()
	if menu := names(p.Menu()); slices.Contains(menu, command) != want {
		h.t.Errorf("/%s in the menu: want %v, it is %v", command, want, menu)
	}
}

func TestPeran(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		w.step(h, admin, "/peran")
		h.reads(admin, "Yang memegang peran", "1. Akun 9000 · admin")
		w.step(h, admin, "[Cari orang]")
		h.reads(admin, "sebagian nama, atau NIP-nya")
		w.step(h, admin, "contoh budi")
		h.reads(admin, "1. Budi Contoh, Dinas Contoh · belum ada peran")
		w.step(h, admin, "[1. Budi Contoh]")
		h.reads(admin, "Budi Contoh, Dinas Contoh\nbelum ada peran")

		w.step(h, admin, "[☐ Kepegawaian semua unit]")
		h.reads(admin, "sudah disimpan", "Budi Contoh, Dinas Contoh\nkepegawaian semua unit")
		h.reads(h.budi, "Peran Bapak/Ibu di Pascalatih sekarang: kepegawaian semua unit")
		h.shows(h.budi, "mulai", true)
		h.shows(h.budi, "peran", false)

		w.step(h, admin, "[☐ Kepegawaian per unit]")
		h.reads(admin, "Untuk unit kerja mana")
		w.step(h, admin, "[☐ Dinas Contoh]")
		w.step(h, admin, "[Simpan]")
		h.reads(admin, "sudah disimpan", "kepegawaian Dinas Contoh")
		h.reads(h.budi, "sekarang: kepegawaian Dinas Contoh.")
		h.shows(h.budi, "ringkasan", false)
		w.step(h, h.budi, "/help")
		h.reads(h.budi, "Peran Bapak/Ibu: kepegawaian Dinas Contoh.")

		w.step(h, admin, "[☑ Kepegawaian per unit]")
		w.step(h, admin, "[☑ Dinas Contoh]")
		w.step(h, admin, "[Simpan]")
		h.reads(admin, "belum ada peran")
		h.reads(h.budi, "tidak lagi memegang peran khusus")
		if got := names(h.budi.Menu()); slices.Contains(got, "mulai") || !slices.Contains(got, "survei") {
			h.t.Errorf("the menu of somebody without roles is %v", got)
		}
		w.step(h, admin, "[Selesai]")
		h.reads(admin, "selesai")
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action LIKE 'role %' AND account_id = 9000`); got != 3 {
			h.t.Errorf("%d audit rows, want 3", got)
		}
	})
}

func TestPeranOfAdministrators(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		for _, step := range []string{"/peran", "[1. Akun 9000]", "[☑ Admin]"} {
			w.step(h, admin, step)
		}
		h.reads(admin, "melepaskan peran admin sendiri")
		w.step(h, admin, "[Ya, lepaskan]")
		h.reads(admin, "Admin terakhir tidak dapat dicabut", "Akun 9000\nadmin")

		for _, step := range []string{"[Kembali]", "[Cari orang]", "198001012005011001", "[1. Budi Contoh]", "[☐ Admin]"} {
			w.step(h, admin, step)
		}
		h.reads(admin, "Jadikan admin?")
		if h.account(h.budi).Has(storage.RoleAdmin) {
			h.t.Error("an administrator before the yes")
		}
		w.step(h, admin, "[Kembali]")
		h.reads(admin, "belum ada peran")
		w.step(h, admin, "[☐ Admin]")
		w.step(h, admin, "[Ya, jadikan admin]")
		h.reads(h.budi, "sekarang: admin.")
		h.shows(h.budi, "peran", true)

		for _, step := range []string{"[Kembali]", "[2. Akun 9000]", "[☑ Admin]", "[Ya, lepaskan]"} {
			w.step(h, admin, step)
		}
		h.shows(admin, "peran", false)
		if h.account(admin).Holds(storage.RoleAdmin) {
			h.t.Error("still an administrator")
		}
		w.step(h, admin, "/peran")
		h.reads(admin, "tidak kami kenal")
	})
}

// Leaving is told once, and the other administrator takes a role without more
// ado.
func TestPeranLeft(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.give(h.budi.ID, storage.RoleAdmin, storage.Scope{All: true})
	for _, step := range []string{"/peran", "[2. Akun 9000]", "[☑ Admin]", "[Ya, lepaskan]"} {
		h.act(admin, step)
	}
	h.expect(admin, "tidak lagi menjadi admin")
	h.give(h.siti.ID, storage.RoleAdmin, storage.Scope{All: true})
	for _, step := range []string{"/peran", "[2. Siti Contoh]", "[☑ Admin]"} {
		h.act(h.budi, step)
	}
	h.expect(h.budi, "sudah disimpan", "Siti Contoh, Dinas Contoh\nbelum ada peran")
	h.expect(h.siti, "tidak lagi memegang peran khusus")
}

func TestPeranThatChangesNothing(t *testing.T) {
	tests := map[string]struct {
		path  []string
		reads string
	}{
		"nobody of that name":         {path: []string{"[Cari orang]", "Wati"}, reads: "Tidak ada pegawai yang cocok"},
		"one letter":                  {path: []string{"[Cari orang]", "B"}, reads: "sedikitnya dua huruf"},
		"markup":                      {path: []string{"[Cari orang]", "<b>Budi</b>"}, reads: "Tidak ada pegawai yang cocok"},
		"looked for without asking":   {path: []string{"siti"}, reads: "1. Siti Contoh, Dinas Contoh"},
		"looked for again":            {path: []string{"siti", "budi"}, reads: "1. Budi Contoh, Dinas Contoh"},
		"who is not connected":        {path: []string{"rudi"}, reads: "1. Rudi Misal, Dinas Contoh · belum terhubung\n\nYang belum terhubung perlu membuka tautan"},
		"back to the list":            {path: []string{"siti", "[1. Siti Contoh]", "[Kembali]"}, reads: "Yang memegang peran"},
		"a head of no unit":           {path: []string{"siti", "[1. Siti Contoh]", "[☐ Kepala unit]", "[Simpan]"}, reads: "belum ada peran"},
		"no unit instead of every":    {path: []string{"budi", "[1. Budi Contoh]", "[☐ Kepegawaian per unit]", "[Simpan]"}, reads: "pilih unitnya dahulu"},
		"a unit, ticked and unticked": {path: []string{"siti", "[1. Siti Contoh]", "[☐ Kepegawaian per unit]", "[☐ Dinas Contoh]", "[☑ Dinas Contoh]", "[Kembali]"}, reads: "belum ada peran"},
		"left":                        {path: []string{"/batal"}, reads: "dibatalkan"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.newcomer(3, "Rudi Misal")
			h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
			admin := h.admin()
			h.write(admin, "/peran")
			for _, step := range test.path {
				h.act(admin, step)
			}
			h.expect(admin, test.reads)
			if got := query[int](h, `SELECT count(*) FROM account_role`); got != 2 {
				t.Errorf("%d roles are held", got)
			}
			if got := query[int](h, `SELECT count(*) FROM audit WHERE account_id = 9000`); got != 0 {
				t.Errorf("%d audit rows", got)
			}
		})
	}
}

// Who is found without an account has no button, and none can be forged.
func TestPeranForged(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	stranger := h.sim.Person(7003, "Rudi", "id")
	stranger.Start("")
	h.settle()
	for data, reads := range map[string]string{
		"d:7003:%d:choose": "sudah tidak ada", "d:4711:%d:choose": "sudah tidak ada", "d:0:%d:choose": "sudah tidak ada",
		"d:0:%d:give:4": "Yang memegang peran", "d:0:%d:save": "Yang memegang peran", "d:1:%d:unit": "Yang memegang peran",
		"d:0:%d:page:9999": "Yang memegang peran", "d:0:%d:give:9999": "Yang memegang peran", "d:0:%d:zzz": "Yang memegang peran",
	} {
		h.write(admin, "/peran")
		h.forge(admin, data)
		h.expect(admin, reads)
	}
	h.act(admin, "budi")
	h.tap(admin, "1. Budi Contoh")
	for _, data := range []string{"d:0:%d:give:2", "d:0:%d:take:3", "d:0:%d:give:9999", "d:0:%d:choose:4", "d:0:%d:save", "d:7003:%d:zzz"} {
		h.forge(admin, data)
		h.expect(admin, "Budi Contoh, Dinas Contoh\nbelum ada peran")
	}
	h.tap(admin, "☐ Kepegawaian per unit")
	h.forge(admin, "d:99:%d:unit")
	h.forge(admin, "d:0:%d:save")
	h.expect(admin, "sudah tidak ada")
	if got := query[int](h, `SELECT count(*) FROM account_role`); got != 1 {
		t.Errorf("%d roles are held", got)
	}
}

// What somebody was in the midst of ends with the role for it.
func TestARoleTakenInTheMidst(t *testing.T) {
	h := newHouse(t)
	h.give(h.budi.ID, storage.RoleAdmin, storage.Scope{All: true})
	h.write(h.budi, "/peran")
	search := h.budi.Chat().Button("Cari orang")
	admin := h.admin()
	for _, step := range []string{"/peran", "[1. Budi Contoh]", "[☑ Admin]"} {
		h.act(admin, step)
	}
	h.reads(h.budi, "tidak lagi memegang peran khusus")
	h.budi.Tap(search)
	h.settle()
	h.expect(h.budi, "sudah tidak berlaku")
	h.write(h.budi, "siti")
	h.expect(h.budi, "tidak ada formulir")
	h.write(h.budi, "/peran")
	h.expect(h.budi, "tidak kami kenal")
}

func TestPeranInEnglish(t *testing.T) {
	h := newHouse(t)
	must(t, h.SetLanguage(t.Context(), h.budi.ID, "en", storage.Source{}, h.clock.Now()))
	admin := h.admin()
	for _, step := range []string{"/peran", "budi", "[1. Budi Contoh]", "[☐ Kepala unit]", "[☐ Dinas Contoh]", "[Simpan]"} {
		h.act(admin, step)
	}
	h.expect(h.budi, "Your roles in Pascalatih are now: head of Dinas Contoh.")
	h.tap(admin, "☐ Pewawancara")
	h.expect(h.budi, "now: head of Dinas Contoh, interviewer.")
}

func TestPeranPages(t *testing.T) {
	h := newHouse(t)
	query[int](h, `WITH more AS (INSERT INTO unit (name) SELECT 'Unit ' || lpad(n::text, 2, '0') FROM generate_series(1, 20) n RETURNING 1) SELECT count(*) FROM more`)
	for account := range int64(13) {
		h.give(8000+account, storage.RoleInterviewer, storage.Scope{All: true})
	}
	admin := h.admin()
	h.write(admin, "/peran")
	h.expect(admin, "1. Akun 9000 · admin\n2. Akun 8000 · pewawancara", "6. Akun 8004")
	h.tap(admin, "›")
	h.tap(admin, "›")
	h.expect(admin, "13. Akun 8011", "14. Akun 8012")
	h.tap(admin, "‹")
	h.tap(admin, "7. Akun 8005")
	for _, step := range []string{"[☐ Kepegawaian per unit]", "[☐ Unit 01]", "[›]", "[☐ Unit 08]", "[☐ Unit 09]", "[›]", "[☐ Unit 20]", "[Simpan]"} {
		h.act(admin, step)
	}
	h.expect(admin, "Akun 8005\nkepegawaian 4 unit, pewawancara")
}

// A new program's commands are in the menus of those who may use them before
// they write again.
func TestMenusOfRoles(t *testing.T) {
	h := newHouse(t)
	h.give(h.budi.ID, storage.RoleAdmin, storage.Scope{All: true})
	h.shows(h.budi, "peran", false)
	must(t, h.bot.Menus(t.Context()))
	h.settle()
	h.shows(h.budi, "peran", true)
	h.shows(h.siti, "peran", false)
}
