package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// sends has both fill the form of a new round about training A.
func (h *house) sends() storage.Round {
	h.t.Helper()
	round := h.open("A")
	h.settle()
	for _, person := range []*simulator.Person{h.budi, h.siti} {
		for _, step := range path {
			h.act(person, step)
		}
		h.tap(person, "Kirim")
	}
	return round
}

func (h *house) noted(action string) int {
	h.t.Helper()
	return query[int](h, `SELECT count(*) FROM audit WHERE action = $1`, action)
}

// identity is what would tell who sent a form.
var identity = []string{"1980010120050110", "Budi", "Siti"}

func TestEkspor(t *testing.T) {
	tests := map[string]struct {
		steps   []string
		file    string
		caption string
		rows    int
	}{
		"a workbook": {steps: []string{"/ekspor", "[1 · Pelatihan A]", "[☐ Baris per jawaban]", "[☑ Baris per jawaban]", "[Excel]"},
			file: "putaran-1-A-uji.xlsx", caption: "Nama diganti kode acak. Arti setiap kolom ada di lembar kodebuku.", rows: 2},
		"a row per answer": {steps: []string{"/ekspor 1", "[☐ Baris per jawaban]", "[CSV]"},
			file: "putaran-1-A-uji-per-jawaban.csv", caption: "Arti setiap kolom ada dalam ekspor Excel.", rows: 10},
		"from where the round stands": {steps: []string{"/status 1", "[Ekspor]", "[Kembali]", "[1 · Pelatihan A]", "[CSV]"},
			file: "putaran-1-A-uji.csv", caption: "1 · Pelatihan A\n\nNama diganti", rows: 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			everyWay(t, func(h *house, w way) {
				h.sends()
				admin := h.admin()
				h.goes(w, admin, test.steps[:len(test.steps)-1]...)
				h.reads(admin, "1 · Pelatihan A\nFormulir uji · terbuka sampai", "2 formulir terkirim\n\nNama diganti kode acak.")
				h.goes(w, admin, test.steps[len(test.steps)-1])
				h.reads(admin, "Ekspor putaran 1 sedang disiapkan, dan dikirim ke chat ini.")
				file := h.file(admin, test.file)
				if !strings.Contains(file.Text, test.caption) || file.File.Kind != "document" {
					h.t.Errorf("as a %s it reads\n%s", file.File.Kind, file.Text)
				}
				table := h.table(file, 0)
				if len(table) != test.rows {
					h.t.Errorf("%d rows, want %d", len(table), test.rows)
				}
				for _, told := range identity {
					if strings.Contains(strings.Join(slices.Concat(table...), "\n"), told) {
						h.t.Errorf("it tells %s", told)
					}
				}
				if got := query[int](h, `SELECT count(*) FROM job`); got != 1 || h.noted("names exported") != 0 || h.noted("job enqueued") != 1 {
					h.t.Errorf("%d jobs, and the audit of %d with names, %d without", got, h.noted("names exported"), h.noted("job enqueued"))
				}
			})
		})
	}
}

func TestEksporWithNames(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		h.sends()
		admin := h.admin()
		h.goes(w, admin, "/ekspor 1", "[☐ Dengan nama]")
		h.reads(admin, "Berkas memuat NIP dan nama.")
		h.goes(w, admin, "[Excel]", "[Kembali]", "[CSV]")
		h.reads(admin, "Untuk keperluan apa nama diperlukan?")
		h.goes(w, admin, "perlu saja")
		h.reads(admin, "sedikitnya tiga kata", "Untuk keperluan apa nama diperlukan?")
		h.goes(w, admin, "Diminta  pimpinan untuk <audit>")
		h.reads(admin, "Ekspor putaran 1 sedang disiapkan")
		w.step(h, admin, "/audit")
		h.reads(admin, "Mengekspor putaran 1 · Pelatihan A dengan nama. Alasan: Diminta pimpinan untuk <audit>")
		file := h.file(admin, "putaran-1-A-uji-dengan-nama.csv")
		for _, told := range identity {
			if !strings.Contains(string(file.File.Data), told) {
				h.t.Errorf("it does not tell %s", told)
			}
		}
		if !strings.Contains(file.Text, "Berkas ini memuat NIP dan nama, jadi mohon disimpan dengan aman.") {
			h.t.Errorf("it reads\n%s", file.Text)
		}
		reason := query[string](h, `SELECT string_agg(details->>'reason', '|') FROM audit WHERE action = 'names exported' AND account_id = 9000`)
		if reason != "Diminta pimpinan untuk <audit>" {
			h.t.Errorf("the audit's reason is %q", reason)
		}
		if got := query[int](h, `SELECT count(*) FROM job WHERE payload::text || coalesce(result::text, '') || coalesce(reason, '') LIKE '%pimpinan%'`); got != 0 {
			h.t.Error("the job holds the reason")
		}
		if got := query[int](h, `SELECT count(*) FROM dialogue WHERE state::text LIKE '%pimpinan%'`); got != 0 {
			h.t.Error("the dialogue holds the reason")
		}
	})
}

func TestEksporReasonThatIsTooLong(t *testing.T) {
	h := newHouse(t)
	h.sends()
	admin := h.admin()
	for _, step := range []string{"/ekspor 1", "[☐ Dengan nama]", "[CSV]", strings.Repeat("panjang ", 100)} {
		h.act(admin, step)
	}
	h.reads(admin, "Alasan itu terlalu panjang")
	h.tap(admin, "Batal")
	h.expect(admin, "Baik, dibatalkan.")
	if got := query[int](h, `SELECT count(*) FROM job`); got != 0 {
		t.Errorf("%d jobs", got)
	}
}

// Names are an administrator's: others see no button for them, and a forged one
// brings none.
func TestEksporWithNamesForged(t *testing.T) {
	h := newHouse(t)
	h.sends()
	officer := h.sim.Person(7005, "Petugas Contoh", "id")
	h.give(officer.ID, storage.RoleHR, storage.Scope{All: true})
	officer.Start("")
	h.settle()
	h.write(officer, "/ekspor 1")
	if officer.Chat().Button("☐ Dengan nama").Text != "" {
		t.Error("there is a button for names")
	}
	h.forge(officer, "d:0:%d:names")
	h.reads(officer, "Nama diganti kode acak.")
	h.tap(officer, "CSV")
	file := h.file(officer, "putaran-1-A-uji.csv")
	for _, told := range identity {
		if strings.Contains(string(file.File.Data), told) {
			t.Errorf("it tells %s", told)
		}
	}
	if got := h.noted("names exported"); got != 0 {
		t.Errorf("%d audit rows", got)
	}
}

// An administrator who becomes an officer on the way gets no names.
func TestEksporAfterTheRoleIsTaken(t *testing.T) {
	tests := map[string]struct {
		steps []string
		jobs  bool // are done before it is taken
		role  storage.Role
		more  []string // what is done afterwards
		reads string
	}{
		"before the reason":         {steps: []string{"[CSV]"}, role: storage.RoleHR, more: []string{"Diminta pimpinan kantor"}, reads: "Ekspor dengan nama hanya untuk admin."},
		"before the file is made":   {steps: []string{"[CSV]", "Diminta pimpinan kantor"}, role: storage.RoleHR, reads: "sedang disiapkan"},
		"before the file is sent":   {steps: []string{"[CSV]", "Diminta pimpinan kantor"}, jobs: true, role: storage.RoleHR, reads: "sedang disiapkan"},
		"all of it, before sending": {steps: []string{"[CSV]", "Diminta pimpinan kantor"}, jobs: true, reads: "sedang disiapkan"},
		"all of it, before making":  {steps: []string{"[CSV]", "Diminta pimpinan kantor"}, reads: "sedang disiapkan"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.sends()
			second := h.sim.Person(7005, "Admin Lain", "id")
			h.give(second.ID, storage.RoleAdmin, storage.Scope{All: true})
			second.Start("")
			h.settle()
			for _, step := range append([]string{"/ekspor 1", "[☐ Dengan nama]"}, test.steps...) {
				h.act(second, step)
			}
			if test.jobs {
				h.jobsOnly()
			}
			h.give(second.ID, storage.RoleAdmin, storage.Scope{})
			if test.role != "" {
				h.give(second.ID, test.role, storage.Scope{All: true})
			}
			for _, step := range test.more {
				h.act(second, step)
			}
			h.reads(second, test.reads)
			h.jobsOnly()
			h.deliverAll()
			if got := len(h.files(second)); got != 0 {
				t.Errorf("%d files came", got)
			}
		})
	}
}

func TestEksporOfNothing(t *testing.T) {
	h := newHouse(t)
	h.open("A")
	admin := h.admin()
	for argument, reads := range map[string]string{"99": "Putaran itu tidak ada", "A": "ketik nomor putarannya"} {
		h.write(admin, "/ekspor "+argument)
		h.reads(admin, reads)
	}
	h.write(admin, "/ekspor 1")
	h.reads(admin, "Belum ada formulir yang dikirim")
	h.tap(admin, "Keadaan")
	h.tap(admin, "Ekspor")
	h.reads(admin, "Belum ada formulir yang dikirim")
	h.write(admin, "/ekspor")
	h.tap(admin, "1 · Pelatihan A")
	h.reads(admin, "Belum ada formulir yang dikirim", "Putaran yang mana?")
	for _, forged := range []string{"d:99:%d:choose", "d:1:%d:excel", "d:0:%d:names"} {
		h.forge(admin, forged)
		h.reads(admin, "Putaran yang mana?")
	}
	if got := query[int](h, `SELECT count(*) FROM job`); got != 0 {
		t.Errorf("%d jobs", got)
	}
}

// A round that closed long ago is exported like one that is open.
func TestEksporOfAClosedRound(t *testing.T) {
	h := newHouse(t)
	round := h.sends()
	_, err := h.CloseRound(t.Context(), round.ID, storage.Source{}, h.clock.Now())
	must(t, err)
	h.pass(60 * 24 * 3600e9)
	admin := h.admin()
	for _, step := range []string{"/ekspor", fmt.Sprintf("[%d · Pelatihan A]", round.ID), "[Excel]"} {
		h.act(admin, step)
	}
	h.file(admin, "putaran-1-A-uji.xlsx")
}

// Two who ask at once get a file each.
func TestTwoOfficersExportOneRound(t *testing.T) {
	h := newHouse(t)
	h.sends()
	admin := h.admin()
	h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
	for _, officer := range []*simulator.Person{admin, h.budi} {
		h.write(officer, "/ekspor 1")
	}
	for _, officer := range []*simulator.Person{admin, h.budi} {
		officer.Tap(officer.Chat().Button("CSV"))
	}
	h.settle()
	h.file(admin, "putaran-1-A-uji.csv")
	if got := len(h.files(h.budi)); got != 1 {
		t.Errorf("the other got %d files", got)
	}
}
