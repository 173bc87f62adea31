package bot_test

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/sheet"
)

// rudi is somebody in training A who has no account yet.
var rudi = []string{pegawaiHeader + "198001012005011003,Rudi Misal,Dinas Contoh,,,0812-0000-0003,\n", pesertaHeader + "A,198001012005011003\n"}

// files are those that the person got from the bot, by their names. Two of a name
// are an error.
func (h *house) files(p *simulator.Person) map[string]simulator.Message {
	h.t.Helper()
	files := map[string]simulator.Message{}
	for _, m := range p.Chat().FromBot() {
		if m.File == nil {
			continue
		}
		if _, twice := files[m.File.Name]; twice {
			h.t.Errorf("%s came twice", m.File.Name)
		}
		files[m.File.Name] = m
	}
	return files
}

// file is the only one that the person got once all jobs are done.
func (h *house) file(p *simulator.Person, name string) simulator.Message {
	h.t.Helper()
	h.schedule()
	h.pass(time.Minute)
	files := h.files(p)
	if _, found := files[name]; !found || len(files) != 1 {
		h.t.Fatalf("%s got %d files, none or more than %s", p.Name, len(files), name)
	}
	return files[name]
}

// table is a file's sheet's content, without its header.
func (h *house) table(m simulator.Message, at int) [][]string {
	h.t.Helper()
	tables, err := sheet.Read(m.File.Data)
	must(h.t, err)
	var rows [][]string
	for _, row := range tables[at].Rows[1:] {
		var cells []string
		for column := range tables[at].Rows[0].Cells {
			cells = append(cells, row.Cell(column).Value)
		}
		rows = append(rows, cells)
	}
	return rows
}

// personalLink is the address that carries the link of somebody with this NIP.
func (h *house) personalLink(nip string) string {
	h.t.Helper()
	links, err := h.Links(h.t.Context(), "", h.clock.Now())
	must(h.t, err)
	at := slices.IndexFunc(links, func(l storage.Link) bool { return l.NIP == nip })
	if at < 0 {
		h.t.Fatalf("%s has no link", nip)
	}
	return botAddress + links[at].Token
}

// botAddress is where links lead, without their token.
const botAddress = "https://t.me/pascalatih_contoh_bot?start="

// decoded is what a QR code in a picture says.
func decoded(t *testing.T, data []byte) string {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	must(t, err)
	// Of one size in a hundred the reader makes nothing; a camera, too, looks again.
	for _, width := range []int{960, 1920, 640, 800} {
		seen := image.NewGray(image.Rect(0, 0, width, width*9/16))
		draw.ApproxBiLinear.Scale(seen, seen.Bounds(), picture, picture.Bounds(), draw.Src, nil)
		bitmap, err := gozxing.NewBinaryBitmapFromImage(seen)
		must(t, err)
		if said, err := qrcode.NewQRCodeReader().Decode(bitmap, nil); err == nil {
			return said.GetText()
		}
	}
	t.Error("the code cannot be read")
	return ""
}

func TestTautan(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		h.brings(rudi...)
		admin := h.admin()
		h.goes(w, admin, "/tautan")
		h.reads(admin, "Tautan untuk pelatihan apa?", "A · Pelatihan A · 29 Juni 2026")
		h.goes(w, admin, "[A · Pelatihan A]")
		h.reads(admin, "Pelatihan A\nA · 25–29 Juni 2026\n\n▰▰▰▰▰▰▱▱▱▱ 2 terhubung, 1 belum\nTautan kelas dibuat bersama poster pertamanya.")
		h.goes(w, admin, "[Daftar tautan]")
		h.reads(admin, "Daftar tautan sedang disiapkan, dan dikirim ke chat ini.", "2 terhubung, 1 belum")
		list := h.file(admin, "tautan-A.xlsx")
		if !strings.Contains(list.Text, "Pelatihan A\n\nBelum terhubung: 1 orang. Pada barisnya, tekan Buka pesan") || list.File.Kind != "document" {
			h.t.Errorf("as a %s it reads\n%s", list.File.Kind, list.Text)
		}
		want := [][]string{
			{"Budi Contoh", "Dinas Contoh", "", "", "Sudah terhubung, tidak perlu tautan."},
			{"Rudi Misal", "Dinas Contoh", h.personalLink("198001012005011003"), "Buka pesan", ""},
			{"Siti Contoh", "Dinas Contoh", "", "", "Sudah terhubung, tidak perlu tautan."},
		}
		if diff := cmp.Diff(want, h.table(list, 0)); diff != "" {
			h.t.Errorf("the list (-want +got):\n%s", diff)
		}
		for what, statement := range map[string]string{
			"jobs":                   `SELECT count(*) FROM job`,
			"deliveries":             `SELECT count(*) FROM delivery WHERE kind = 'file' AND state = 'sent'`,
			"audit rows of the link": `SELECT count(*) FROM audit WHERE action = 'links made' AND account_id = 9000`,
		} {
			if got := query[int](h, statement); got != 1 {
				h.t.Errorf("%d %s", got, what)
			}
		}
	})
}

func TestPoster(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.goes(w, admin, "/tautan A")
		if admin.Chat().Button("Daftar tautan").Text != "" {
			h.t.Error("everybody is connected, and there is a list of links")
		}
		h.goes(w, admin, "[Poster QR]")
		h.reads(admin, "Poster sedang disiapkan")
		poster := h.file(admin, "poster-A.png")
		// As a file: what Telegram shows as a picture it makes smaller.
		if poster.File.Kind != "document" || !strings.Contains(poster.Text, "Pelatihan A\n\nSilakan tampilkan satu layar penuh di kelas.") ||
			!strings.Contains(poster.Text, botAddress) || !strings.Contains(poster.Text, "Berlaku sampai 13 Juli 2026.") {
			h.t.Errorf("as a %s it reads\n%s", poster.File.Kind, poster.Text)
		}
		if got, want := decoded(h.t, poster.File.Data), botAddress+query[string](h, `SELECT token FROM class_link`); got != want {
			h.t.Errorf("the code says %s, want %s", got, want)
		}
		if got := query[int](h, `SELECT count(*) FROM class_link`); got != 1 {
			h.t.Errorf("%d class links", got)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'class link made' AND account_id = 9000`); got != 1 {
			h.t.Errorf("%d audit rows", got)
		}
	})
}

func TestRenewClassLink(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		first, err := h.ClassLink(h.t.Context(), "A", storage.Source{}, wib, h.clock.Now())
		must(h.t, err)
		admin := h.admin()
		h.goes(w, admin, "/pelatihan", "[1. Pelatihan A]", "[Tautan]")
		h.reads(admin, "Tautan kelas berlaku sampai 13 Juli 2026.")
		h.goes(w, admin, "[Perbarui tautan kelas]")
		h.reads(admin, "Perbarui tautan kelas? Tautan dan poster yang lama tidak berlaku lagi.")
		h.goes(w, admin, "[Batal]")
		if _, err := h.FindClassLink(h.t.Context(), first.Token, wib, h.clock.Now()); err != nil {
			h.t.Errorf("before the yes: %v", err)
		}
		h.goes(w, admin, "[Perbarui tautan kelas]", "[Perbarui]")
		h.reads(admin, "Tautan kelas sudah diperbarui.", "berlaku sampai 13 Juli 2026")
		if _, err := h.FindClassLink(h.t.Context(), first.Token, wib, h.clock.Now()); !storage.IsCode(err, storage.LinkRevoked) {
			h.t.Errorf("the former link: %v", err)
		}
		if got := query[int](h, `SELECT count(*) FROM class_link`); got != 2 {
			h.t.Errorf("%d class links", got)
		}
		h.goes(w, admin, "[Kembali]")
		h.reads(admin, "A\n25–29 Juni 2026", "Tanpa rencana")
	})
}

// Of two officers who renew one class link at once, the second learns that it was
// done, and the first one's poster stays good.
func TestTwoOfficersRenewOneClassLink(t *testing.T) {
	h := newHouse(t)
	_, err := h.ClassLink(t.Context(), "A", storage.Source{}, wib, h.clock.Now())
	must(t, err)
	admin := h.admin()
	h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
	for _, officer := range []*simulator.Person{admin, h.budi} {
		h.write(officer, "/tautan A")
		h.tap(officer, "Perbarui tautan kelas")
	}
	h.tap(admin, "Perbarui")
	h.tap(h.budi, "Perbarui")
	h.reads(admin, "Tautan kelas sudah diperbarui.")
	h.reads(h.budi, "Tautan kelas baru saja diperbarui petugas lain.")
	if got := query[int](h, `SELECT count(*) FROM class_link`); got != 2 {
		t.Errorf("%d class links", got)
	}
}

func TestClassLinkThatIsOver(t *testing.T) {
	h := newHouse(t)
	_, err := h.ClassLink(t.Context(), "A", storage.Source{}, wib, h.clock.Now())
	must(t, err)
	admin := h.admin()
	h.give(h.siti.ID, storage.RoleHR, storage.Scope{Units: []int64{1}})
	h.write(admin, "/tautan A")
	h.pass(20 * 24 * time.Hour)
	h.tap(admin, "Poster QR") // it could be made when the button was shown
	h.reads(admin, "Tautan kelas berakhir 13 Juli 2026. Untuk memakainya lagi, perbarui dahulu.")
	if admin.Chat().Button("Poster QR").Text != "" || query[int](h, `SELECT count(*) FROM job`) != 0 {
		t.Error("there is a poster of a link that works no more")
	}
	h.write(h.siti, "/tautan A")
	h.reads(h.siti, "Mohon minta bagian kepegawaian semua unit memperbaruinya.")
	h.tap(admin, "Perbarui tautan kelas")
	h.tap(admin, "Perbarui")
	h.reads(admin, "Tautan kelas berlaku sampai 2 Agustus 2026.")
	h.tap(admin, "Poster QR")
	h.file(admin, "poster-A.png")
}

// HR of one unit gets the links of its people, and renews nothing.
func TestTautanOfOneUnit(t *testing.T) {
	h := newHouse(t)
	h.brings(rudi...)
	h.brings(pegawaiHeader+"198001012005011009,Rina Lain,Badan Lain,,,,\n",
		pelatihanHeader+"C,Pelatihan C,,,2026-06-26,2026-06-26,,\n", pesertaHeader+"A,198001012005011009\nC,198001012005011009\n")
	_, err := h.ClassLink(t.Context(), "A", storage.Source{}, wib, h.clock.Now())
	must(t, err)
	officer := h.sim.Person(7005, "Petugas Contoh", "id")
	h.give(officer.ID, storage.RoleHR, storage.Scope{Units: []int64{1}})
	officer.Start("")
	h.settle()
	h.write(officer, "/tautan")
	if list := officer.Chat().Last().Text; strings.Contains(list, "Pelatihan C") {
		t.Errorf("a training of others is listed:\n%s", list)
	}
	for _, forged := range []string{"d:3:%d:training", "d:99:%d:training"} {
		h.forge(officer, forged)
		h.reads(officer, "Tautan untuk pelatihan apa?")
	}
	for _, command := range []string{"/tautan C", "/tautan Z", "/tautan <b>", "/tautan A\x00B"} {
		h.write(officer, command)
		h.reads(officer, "Pelatihan dengan kode itu tidak ada.")
	}
	h.write(officer, "/tautan A")
	h.reads(officer, "2 terhubung, 1 belum")
	if officer.Chat().Button("Perbarui tautan kelas").Text != "" {
		t.Error("there is a button to renew the class link")
	}
	for _, forged := range []string{"d:0:%d:renew", "d:0:%d:yes", "d:0:%d:nothing"} {
		h.forge(officer, forged)
		h.reads(officer, "2 terhubung, 1 belum")
	}
	h.tap(officer, "Daftar tautan")
	list := h.file(officer, "tautan-A.xlsx")
	if rows := h.table(list, 0); len(rows) != 3 || strings.Contains(strings.Join(slices.Concat(rows...), "|"), "Rina") {
		t.Errorf("the list is %v", rows)
	}
	if got := query[int](h, `SELECT count(*) FROM link WHERE used_at IS NULL`); got != 1 {
		t.Errorf("%d links were made, want one of the unit's own", got)
	}
	if got := query[int](h, `SELECT count(*) FROM class_link`); got != 1 {
		t.Errorf("%d class links", got)
	}
}

// jobsOnly does the jobs that are due and sends nothing.
func (h *house) jobsOnly() {
	h.t.Helper()
	for h.worksOnce(1) {
	}
}

// Who loses the role, or a unit, between the order and the file gets no file.
func TestFileWithoutTheRole(t *testing.T) {
	one := storage.Scope{Units: []int64{1}}
	other := storage.Scope{Units: []int64{-1}} // of Rina, once it is known
	tests := map[string]struct {
		before, after storage.Scope
		late          bool // when the file is made already
		deliveries    int
	}{
		"before it is made":                    {before: storage.Scope{All: true}},
		"before it is sent":                    {before: storage.Scope{All: true}, late: true, deliveries: 1},
		"the unit, before it is made":          {before: one, after: other},
		"the unit, before it is sent":          {before: one, after: other, late: true, deliveries: 1},
		"all units but one, before it is sent": {before: storage.Scope{All: true}, after: one, late: true, deliveries: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.brings(rudi...)
			h.brings(pegawaiHeader + "198001012005011009,Rina Lain,Badan Lain,,,,\n")
			for i, unit := range test.after.Units {
				if unit < 0 {
					test.after.Units = slices.Clone(test.after.Units)
					test.after.Units[i] = query[int64](h, `SELECT id FROM unit WHERE name = 'Badan Lain'`)
				}
			}
			h.give(h.budi.ID, storage.RoleHR, test.before)
			h.write(h.budi, "/tautan A")
			h.tap(h.budi, "Daftar tautan")
			if test.late {
				h.jobsOnly()
			}
			h.give(h.budi.ID, storage.RoleHR, test.after)
			h.jobsOnly()
			h.deliverAll()
			if got := len(h.files(h.budi)); got != 0 {
				t.Errorf("%d files came", got)
			}
			if got := query[int](h, `SELECT count(*) FROM delivery WHERE kind = 'file'`); got != test.deliveries {
				t.Errorf("%d deliveries", got)
			}
			if got := query[string](h, `SELECT state FROM job`); got != "done" {
				t.Errorf("the job is %s", got)
			}
		})
	}
}

// Who taps again while the file is made gets one, and afterwards another.
func TestFileThatIsAskedForAgain(t *testing.T) {
	h := newHouse(t)
	h.brings(rudi...)
	admin := h.admin()
	h.write(admin, "/tautan A")
	for range 3 {
		h.tap(admin, "Daftar tautan")
		h.reads(admin, "Daftar tautan sedang disiapkan")
	}
	h.jobsOnly()
	h.deliverAll()
	if got := len(h.files(admin)); got != 1 {
		t.Errorf("%d files came", got)
	}
	h.tap(admin, "Daftar tautan")
	if got := query[int](h, `SELECT count(*) FROM job`); got != 2 {
		t.Errorf("%d jobs", got)
	}
}

// A file that cannot be made is told of; until then nothing is said.
func TestFileThatFails(t *testing.T) {
	h := newHouse(t)
	h.brings(rudi...)
	admin := h.admin()
	h.write(admin, "/tautan A")
	h.tap(admin, "Daftar tautan")
	before := len(admin.Chat())
	h.pass(time.Minute)
	if got := len(admin.Chat()); got != before {
		t.Errorf("%d messages while it waits", got-before)
	}
	query[int64](h, `UPDATE job SET state = 'failed', ended_at = due_at RETURNING id`)
	h.pass(time.Minute)
	h.reads(admin, "tidak dapat kami proses")
	if got := len(admin.Chat()); got != before+1 {
		t.Errorf("%d messages tell of it", got-before)
	}
}

// The supervisors of those who took part are in the list of links, marked as such.
func TestLinksOfSupervisors(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.brings(pegawaiHeader + "198001012005011003,Kepala Contoh,Dinas Contoh,,,,\n198001012005011001,Budi Contoh,Dinas Contoh,,,,198001012005011003\n")
	h.act(admin, "/tautan A")
	h.reads(admin, "2 terhubung, 0 belum", "0 atasan terhubung, 1 belum")
	h.tap(admin, "Daftar tautan")
	rows := h.table(h.file(admin, "tautan-A.xlsx"), 0)
	last := rows[len(rows)-1]
	if len(rows) != 3 || last[0] != "Kepala Contoh" || !strings.HasPrefix(last[4], "Atasan peserta, diminta mengamati.") {
		t.Errorf("the list is %v", rows)
	}
}
