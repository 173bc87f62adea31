package bot_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/sheet"
)

// works does the jobs that are due, each of them twice, as if the process had died
// after the first time, and sends the files that they made.
func (h *house) works() {
	h.t.Helper()
	for h.worksOnce(2) {
	}
	h.pass(10 * time.Second)
	h.deliverAll()
	h.settle()
}

// worksOnce does the job that is due for longest so many times, and tells whether
// there was one.
func (h *house) worksOnce(times int) bool {
	h.t.Helper()
	work := h.clock.Work()
	defer work.Done()
	job, found, err := h.ClaimJob(h.t.Context(), h.process.Number(), time.Minute, h.clock.Now())
	must(h.t, err)
	if !found {
		return false
	}
	for range times {
		must(h.t, h.bot.Work(h.t.Context(), job))
	}
	must(h.t, h.EndJob(h.t.Context(), job, nil, h.clock.Now()))
	return true
}

// sends sends a file, which the bot reads, and shows what came of it.
func (w way) sends(h *house, p *simulator.Person, name string, data []byte) {
	h.t.Helper()
	if w.before != nil {
		w.before()
	}
	p.Document(name, data)
	h.pass(10 * time.Second)
	h.reads(p, "Berkas sedang dibaca.")
	if w.before != nil {
		w.before()
	}
	h.works()
}

// applies confirms what is shown, and lets it be done.
func (w way) applies(h *house, p *simulator.Person, label string) {
	h.t.Helper()
	w.step(h, p, "["+label+"]")
	if w.before != nil {
		w.before()
	}
	h.works()
}

var untroubled = way{taps: 1}

// sheetsOf is a workbook of sheets, each given as CSV.
func sheetsOf(t testing.TB, sheets map[string]string) []byte {
	t.Helper()
	workbook, err := sheet.NewWriter()
	must(t, err)
	defer workbook.Close()
	for _, name := range []string{"pegawai", "pelatihan", "peserta", "survey", "choices", "settings"} {
		content, there := sheets[name]
		if !there {
			continue
		}
		lines := strings.Split(strings.TrimSpace(content), "\n")
		must(t, workbook.Sheet(name, strings.Split(lines[0], ",")...))
		for _, line := range lines[1:] {
			var entries []sheet.Entry
			for _, value := range strings.Split(line, ",") {
				entries = append(entries, sheet.Words(value))
			}
			must(t, workbook.Row(entries...))
		}
	}
	var written bytes.Buffer
	must(t, workbook.Finish(&written))
	return written.Bytes()
}

// A new employee, a changed one, one as before; a new training, with both new
// participants and one who takes part already.
func newRoster(t testing.TB) []byte {
	return sheetsOf(t, map[string]string{
		"pegawai": "nip,nama,unit,telepon\n198001012005011001,Budi Contoh,Badan Contoh,081200000001\n" +
			"198001012005011002,Siti Contoh,Dinas Contoh,\n198001012005011003,Rudi Misal,Dinas Contoh,\n",
		"pelatihan": "kode,judul,mulai,selesai\nA,Pelatihan A,2026-06-25,2026-06-30\nC,Pelatihan C,2026-06-25,2026-06-29\n",
		"peserta":   "kode,nip\nA,198001012005011002\nA,198001012005011003\nC,198001012005011003\n",
	})
}

func TestImporSendsATemplate(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		before := len(admin.Chat().FromBot())
		w.step(h, admin, "/impor")
		h.works()
		sent := admin.Chat().FromBot()[before:]
		if len(sent) != 1 || sent[0].File == nil || sent[0].File.Name != "impor.xlsx" || !strings.Contains(sent[0].Text, "kirim berkasnya ke sini") {
			h.t.Fatalf("it sends %v", sent)
		}
		file, err := excelize.OpenReader(bytes.NewReader(sent[0].File.Data))
		must(h.t, err)
		if want := []string{"pegawai", "pelatihan", "peserta", "unit", "jam_kerja", "contoh"}; !slices.Equal(file.GetSheetList(), want) {
			h.t.Errorf("its sheets are %v", file.GetSheetList())
		}
		lists, err := file.GetDataValidations("pelatihan")
		must(h.t, err)
		if !slices.ContainsFunc(lists, func(v *excelize.DataValidation) bool { return strings.Contains(v.Formula1, "singkat") }) {
			h.t.Error("no cell offers the plan")
		}
	})
}

func TestImport(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		w.sends(h, admin, "data.xlsx", newRoster(h.t))
		h.reads(admin, "Pratinjau pegawai dan pelatihan", "Unit kerja: 1 baru, 1 tetap", "Pegawai: 1 baru, 1 berubah, 1 tetap",
			"Pelatihan: 1 baru, 1 berubah", "Kepesertaan: 2 baru, 1 tetap",
			"• Budi Contoh (198001012005011001): unit Dinas Contoh → Badan Contoh; telepon kosong → 081200000001",
			"• Pelatihan A (A): selesai 29 Juni 2026 → 30 Juni 2026")
		if got := query[int](h, `SELECT count(*) FROM employee`); got != 2 {
			h.t.Errorf("%d employees before the yes", got)
		}
		if first := admin.Chat().Last().Buttons()[0].Text; first != "Terapkan" {
			h.t.Errorf("the first button is %q, not the yes", first)
		}
		w.applies(h, admin, "Terapkan")
		h.expect(admin, "Sudah disimpan.", "Pegawai: 1 baru, 1 berubah, 1 tetap", "Kepesertaan: 2 baru, 1 tetap")
		if got := query[string](h, `SELECT string_agg(e.name || ' ' || u.name || ' ' || e.phone, ', ' ORDER BY e.id) FROM employee e JOIN unit u ON u.id = e.unit_id`); got !=
			"Budi Contoh Badan Contoh 081200000001, Siti Contoh Dinas Contoh , Rudi Misal Dinas Contoh " {
			h.t.Errorf("the employees are %s", got)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'roster imported' AND account_id = $1`, adminID); got != 1 {
			h.t.Errorf("%d imports are in the books", got)
		}

		w.sends(h, admin, "data.xlsx", newRoster(h.t))
		h.expect(admin, "Tidak ada yang baru")
		if buttons := admin.Chat().Last().Buttons(); len(buttons) != 0 {
			h.t.Errorf("there are the buttons %v", buttons)
		}
	})
}

func TestImportIsOneMessage(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	before := len(admin.Chat().FromBot())
	untroubled.sends(h, admin, "pegawai.csv", []byte("nip,nama,unit\n198001012005011003,Rudi Misal,Dinas Contoh\n198001012005011001,Budi Contoh,Dinas Contoh\n198001012005011002,Siti Contoh,Dinas Contoh\n"))
	untroubled.applies(h, admin, "Terapkan")
	h.expect(admin, "Sudah disimpan.")
	if came := admin.Chat().FromBot()[before:]; len(came) != 1 {
		t.Errorf("%d messages came", len(came))
	}
}

func TestImportIsCancelled(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		w.sends(h, admin, "data.xlsx", newRoster(h.t))
		yes := admin.Chat().Button("Terapkan")
		w.step(h, admin, "[Batal]")
		h.expect(admin, "Baik, dibatalkan.")
		admin.Tap(yes)
		h.settle()
		h.works()
		h.expect(admin, "Berkas itu tidak disimpan lagi. Mohon kirim lagi.")
		if got := query[int](h, `SELECT count(*) FROM employee`); got != 2 {
			h.t.Errorf("%d employees", got)
		}
	})
}

// Of two buttons that are pressed before the first shows, the first counts.
func TestImportYesAndNo(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "data.xlsx", newRoster(t))
	screen := admin.Chat()
	for _, label := range []string{"Terapkan", "Batal", "Terapkan"} {
		admin.Tap(screen.Button(label))
	}
	h.settle()
	h.works()
	h.expect(admin, "Sudah disimpan.")
	admin.Tap(screen.Button("Batal"))
	h.settle()
	h.expect(admin, "Sudah disimpan.")
}

func TestImportIsKeptForADay(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "data.xlsx", newRoster(t))
	h.pass(25 * time.Hour)
	h.tap(admin, "Terapkan")
	h.works()
	h.expect(admin, "Berkas itu tidak disimpan lagi.")
	if got := query[int](h, `SELECT count(*) FROM employee`); got != 2 {
		t.Errorf("%d employees", got)
	}
}

// What has changed since the preview is shown before anything is done.
func TestImportOvertaken(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		w.sends(h, admin, "data.xlsx", newRoster(h.t))
		h.brings(pegawaiHeader + "198001012005011003,Rudi Misal,Dinas Contoh,,,,\n")
		w.applies(h, admin, "Terapkan")
		h.expect(admin, "berubah sejak pratinjau tadi", "Pegawai: 1 berubah, 2 tetap")
		if got := query[int](h, `SELECT count(*) FROM training`); got != 2 {
			h.t.Errorf("%d trainings before the second yes", got)
		}
		w.applies(h, admin, "Terapkan")
		h.expect(admin, "Sudah disimpan.", "Pegawai: 1 berubah, 2 tetap")
	})
}

// What a file names may be gone when it is confirmed.
func TestImportWhoseReferencesVanished(t *testing.T) {
	h := newHouse(t)
	h.addTraining("D")
	admin := h.admin()
	untroubled.sends(h, admin, "peserta.csv", []byte("kode,nip\nD,198001012005011001\n"))
	h.expect(admin, "Kepesertaan: 1 baru")
	query[int64](h, `DELETE FROM training WHERE code = 'D' RETURNING id`)
	h.tap(admin, "Terapkan")
	h.works()
	messages := admin.Chat().FromBot()
	if told := messages[len(messages)-2].Text; !strings.Contains(told, "Kode pelatihan ini tidak ada") {
		t.Errorf("it reads %q", told)
	}
	if messages[len(messages)-1].File == nil {
		t.Error("the file does not come back")
	}
}

// A preview is its reader's alone, and only HR of the whole office gets any.
func TestImportIsOnesOwn(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	untroubled.sends(h, admin, "data.xlsx", newRoster(t))
	job := query[int64](h, `SELECT id FROM job WHERE kind = 'import'`)
	h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
	for _, verb := range []string{"yes", "no", "missing", "keep"} {
		h.forge(h.budi, fmt.Sprintf("m:%d:0:%s", job, verb))
		h.reads(h.budi, "sudah tidak berlaku")
	}
	h.siti.Document("data.xlsx", newRoster(t))
	h.settle()
	if said := h.siti.Chat().Last().Text; strings.Contains(said, "Berkas") {
		t.Errorf("Siti reads %q", said)
	}
	if got := query[int](h, `SELECT count(*) FROM job`); got != 1 {
		t.Errorf("%d jobs", got)
	}
	// Who is no HR any more is told nothing.
	untroubled.sends(h, h.budi, "data.xlsx", newRoster(t))
	h.budi.Document("lagi.xlsx", newRoster(t))
	h.settle()
	query[string](h, `DELETE FROM account_role WHERE account_id = $1 RETURNING role`, h.budi.ID)
	h.works()
	h.reads(h.budi, "Berkas sedang dibaca.")
}
