package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"pascalatih/storage"
)

// long is a value that fills a cell.
func long(sign string) string { return strings.Repeat(sign, 500) }

// A training whose code and title are as odd as the roster takes them is handed
// out and exported like any other.
func TestFilesOfAnOddTraining(t *testing.T) {
	const code = `PEL 01/A <b>&😀\..`
	h := newHouse(t)
	h.brings(rudi...)
	query[int64](h, `UPDATE training SET code = $1, title = $2 WHERE id = 1 RETURNING id`, code, long("😀"))
	admin := h.admin()
	for _, step := range []string{"/tautan " + code, "[Daftar tautan]", "[Poster QR]"} {
		h.act(admin, step)
	}
	round, _, err := h.OpenRound(t.Context(), storage.Opening{Training: code, Instrument: "uji"}, storage.Source{}, wib, h.clock.Now())
	must(t, err)
	h.deliver()
	h.settle()
	for _, step := range path {
		h.act(h.budi, step)
	}
	h.tap(h.budi, "Kirim")
	h.write(admin, fmt.Sprintf("/ekspor %d", round.ID))
	h.tap(admin, "CSV")
	h.works()
	files := h.files(admin)
	for _, name := range []string{"tautan-PEL-01-A-b.xlsx", "poster-PEL-01-A-b.png", "putaran-1-PEL-01-A-b-uji.csv"} {
		file, came := files[name]
		if !came || !strings.Contains(file.Text, "😀😀😀…\n\n") || !strings.HasSuffix(file.Text, ".") {
			t.Errorf("%s: %v, reads\n%s", name, came, file.Text)
		}
	}
	if len(files) != 3 {
		t.Errorf("%d files came", len(files))
	}
}

// A preview of cells that fill a page still shows what would change, with its
// buttons, in one message; so does one of faults.
func TestPreviewOfLongCells(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	rows := []string{"nip,nama,unit,jabatan,golongan"}
	for i := range 6 {
		rows = append(rows, fmt.Sprintf("19800101200501100%d,%s,%s,%s,%s", i, long("n"), long("u"), long("😀"), long("&")))
	}
	untroubled.sends(h, admin, "data.csv", []byte(strings.Join(rows, "\n")))
	h.tap(admin, "Terapkan")
	h.works()
	h.reads(admin, "Sudah disimpan.")
	odd := strings.NewReplacer("n", "m", "u", "v", "😀", "😁", "&", "<")
	for i := range rows[1:] {
		rows[i+1] = odd.Replace(rows[i+1])
	}
	untroubled.sends(h, admin, strings.Repeat("😀", 200)+".csv", []byte(strings.Join(rows, "\n")))
	said := admin.Chat().Last()
	for _, part := range []string{"6 berubah", "nnn… → mmm", "jabatan 😀", "→ 😁", "golongan &&", "→ <<", "dan 1 lainnya"} {
		if !strings.Contains(said.Text, part) {
			t.Errorf("it does not say %q but\n%s", part, said.Text)
		}
	}
	if len(said.Buttons()) != 2 {
		t.Errorf("it has the buttons %v", said.Rows)
	}

	faults := "nip,nama,unit\n" + strings.Repeat(long("😀")+","+long("<")+long("n")+",\n", 9)
	untroubled.sends(h, admin, "<b>"+strings.Repeat("&", 60)+".csv", []byte(faults))
	messages := admin.Chat().FromBot()
	if told := messages[len(messages)-2].Text; !strings.Contains(told, "perlu diperbaiki.") || !strings.Contains(told, "😀…") || !strings.HasSuffix(told, "perlu diperbaiki.") {
		t.Errorf("it reads\n%s", told)
	}
	if file := messages[len(messages)-1].File; file == nil {
		t.Error("the file does not come back")
	}
}

// Thousands whom a roster does not list are looked through page by page.
func TestThousandsAreNotListed(t *testing.T) {
	h := newHouse(t)
	query[int](h, `WITH added AS (
		INSERT INTO employee (nip, name, unit_id) SELECT '19900101200501' || lpad(n::text, 4, '0'), 'Pegawai ' || lpad(n::text, 4, '0'), 1
		FROM generate_series(1, 3000) n RETURNING id) SELECT count(*) FROM added`)
	admin := h.admin()
	untroubled.sends(h, admin, "pegawai.csv", pegawaiOf("198001012005011001,Budi Contoh,Dinas Contoh"))
	h.reads(admin, "Tidak tercantum dalam berkas ini: 3.001 pegawai")
	h.tap(admin, "Yang tidak tercantum")
	h.forge(admin, "d:0:%d:page:9999")
	h.reads(admin, "3001. Siti Contoh")
	h.tap(admin, "Semua pindah")
	h.tap(admin, "‹")
	h.tap(admin, "Semua pensiun")
	h.tap(admin, "Simpan")
	h.reads(admin, "Baik, sudah dicatat: 1 pindah, 6 pensiun.")
}

// A round of 400 units says where it stands in one message.
func TestRoundOfManyUnits(t *testing.T) {
	h := newHouse(t)
	query[int](h, `WITH units AS (
		INSERT INTO unit (name) SELECT repeat('U', 490) || n FROM generate_series(1, 400) n RETURNING id
	), people AS (
		INSERT INTO employee (nip, name, unit_id)
		SELECT '1990' || lpad((u.id * 5 + k)::text, 14, '0'), 'Pegawai Contoh', u.id FROM units u, generate_series(0, 4) k RETURNING id
	), places AS (
		INSERT INTO participation (training_id, employee_id) SELECT 1, id FROM people RETURNING employee_id)
		SELECT count(*) FROM places`)
	h.open("A")
	admin := h.admin()
	h.write(admin, "/status 1")
	h.reads(admin, "UUU", "dan 388 unit kerja lain")
	h.tap(admin, "Tutup putaran")
	h.tap(admin, "Tutup putaran")
	h.reads(admin, "ditutup", "Terkirim 0 dari")
}
