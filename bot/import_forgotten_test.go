package bot_test

import (
	"fmt"
	"testing"
	"time"

	"pascalatih/storage"
)

// A day after a file came, nothing of what it said is kept. Whoever comes back to
// it later hears so; what they marked themselves is not lost.
func TestPreviewIsForgotten(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	lines := h.crowd(10)
	changed := "198001012005011002,Siti Contoh,Badan Contoh"
	untroubled.sends(h, admin, "Pegawai Contoh.csv", pegawaiOf(append(lines[2:], changed)...))
	h.reads(admin, "unit Dinas Contoh → Badan Contoh")
	untroubled.sends(h, admin, "Pegawai Contoh.csv", pegawaiOf(lines[1:]...))
	h.goes(untroubled, admin, "[Periksa]", "[1. Budi Contoh]")
	h.pass(25 * time.Hour)
	must(t, h.ForgetFiles(t.Context(), h.clock.Now()))
	if got := query[int](h, `SELECT count(*) FROM job WHERE (payload::text || coalesce(result::text, '')) ~ 'Contoh|document-'`); got != 0 {
		t.Errorf("%d jobs hold names still", got)
	}
	h.tap(admin, "Semua pensiun")
	h.reads(admin, "Berkas itu tidak disimpan lagi", "Ditandai: 1 pindah, 0 pensiun.")
	h.tap(admin, "Simpan")
	h.reads(admin, "1 pindah, 0 pensiun")
	for _, verb := range []string{"missing", "keep", "yes"} {
		h.forge(admin, "m:1:0:"+verb)
		h.reads(admin, "Berkas itu tidak disimpan lagi. Mohon kirim lagi.")
	}
	h.forge(admin, "m:1:0:no")
	h.reads(admin, "dibatalkan")
}

// Whoever loses the role gets nothing of what they asked for before: no file, no
// preview, and what they confirmed is not done.
func TestWorkWithoutTheRole(t *testing.T) {
	file := pegawaiOf("198001012005011002,Siti Contoh,Badan Contoh")
	tests := map[string]struct {
		ask  func(h *house)
		late bool // when the work is done already
	}{
		"a template":                  {ask: func(h *house) { h.write(h.budi, "/impor") }},
		"a template that is made":     {ask: func(h *house) { h.write(h.budi, "/impor") }, late: true},
		"an instrument":               {ask: func(h *house) { h.goes(untroubled, h.budi, "/instrumen", "[1. Formulir uji]", "[Unduh]") }},
		"an instrument that is made":  {ask: func(h *house) { h.goes(untroubled, h.budi, "/instrumen", "[1. Formulir uji]", "[Unduh]") }, late: true},
		"a poster that is made":       {ask: func(h *house) { h.goes(untroubled, h.budi, "/tautan A", "[Poster QR]") }, late: true},
		"a file that is read":         {ask: func(h *house) { h.budi.Document("data.csv", file) }},
		"a faulty file that was read": {ask: func(h *house) { h.budi.Document("data.csv", pegawaiOf("1,,")) }, late: true},
		"a preview": {ask: func(h *house) {
			untroubled.sends(h, h.budi, "data.csv", file)
			h.tap(h.budi, "Terapkan")
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
			test.ask(h)
			h.settle()
			if test.late {
				h.jobsOnly()
			}
			before := fmt.Sprint(h.budi.Chat())
			h.give(h.budi.ID, storage.RoleHR, storage.Scope{})
			h.give(h.budi.ID, storage.RoleInterviewer, storage.Scope{All: true})
			h.works()
			if after := fmt.Sprint(h.budi.Chat()); after != before && !test.late { // what was done may have been told at once
				t.Errorf("the chat was\n%s\nand is\n%s", before, after)
			}
			if got := len(h.files(h.budi)); got != 0 {
				t.Errorf("%d files came", got)
			}
			if got := query[int](h, `SELECT count(*) FROM employee e JOIN unit u ON u.id = e.unit_id WHERE u.name = 'Badan Contoh'`); got != 0 {
				t.Error("it was applied")
			}
			if got := query[int](h, `SELECT count(*) FROM job WHERE state <> 'done'`); got != 0 {
				t.Errorf("%d jobs did not end", got)
			}
		})
	}
}
