package bot_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/expression"
)

const (
	trialMark = "Uji coba · tidak disimpan"
	trialEnd  = "Akhiri uji coba"
)

// keeping are the tables with a row that holds these words.
func (h *house) keeping(words string) []string {
	h.t.Helper()
	db, err := sql.Open("postgres", h.url)
	must(h.t, err)
	defer db.Close()
	var statement string
	must(h.t, db.QueryRowContext(h.t.Context(), `
		SELECT string_agg(format('SELECT %1$L FROM %1$I r WHERE strpos(to_jsonb(r)::text, $1) > 0', table_name), ' UNION ')
		FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`).Scan(&statement))
	rows, err := db.QueryContext(h.t.Context(), statement, words)
	must(h.t, err)
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var table string
		must(h.t, rows.Scan(&table))
		tables = append(tables, table)
	}
	must(h.t, rows.Err())
	return tables
}

// keptNothing wants nothing to be left of a trial.
func (h *house) keptNothing(words ...string) {
	h.t.Helper()
	for _, part := range words {
		if tables := h.keeping(part); tables != nil {
			h.t.Errorf("%q is kept in %v", part, tables)
		}
	}
	if got := query[int](h, `SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM response) + (SELECT count(*) FROM answer)`); got != 0 {
		h.t.Errorf("%d sessions, responses and answers are kept", got)
	}
}

// A form is tried from the invitation to Kirim, with a change of mind in the
// review.
func TestTrial(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		admin := h.admin()
		h.goes(w, admin, "/instrumen", "[1. Formulir uji]", "[Coba isi]")
		h.reads(admin, trialMark+"\n\nFormulir uji\n\nBapak/Ibu telah mengikuti", "Pelatihan Contoh", "sekitar 1 menit, sampai 6 Juli 2026", "Rahasia")
		h.goes(w, admin, "[Mulai]")
		h.reads(admin, trialMark+"\n\nPelatihan Contoh · 1/5\n\nSeberapa puas?")
		h.goes(w, admin, "[Puas]", "[☐ Anggaran]", "[☐ Waktu]", "[Lanjut]", "banyak")
		h.reads(admin, "3/5", "⚠️ Mohon ketik satu angka")
		h.goes(w, admin, "1,5", "Kalimat <b>pertama</b>", "dan kedua")
		h.reads(admin, "Yang sudah ditulis:\nKalimat <b>pertama</b>\ndan kedua")
		if tables := h.keeping("Kalimat <b>pertama</b>"); !slices.Equal(tables, []string{"dialogue"}) {
			h.t.Errorf("while it is tried, the text is in %v", tables)
		}
		h.goes(w, admin, "[Lanjut]", "[2 minggu]")
		h.reads(admin, "Tinjau jawaban", "2. Apa kendalanya?\nAnggaran, Waktu", "3. Berapa jam?\n1,5", "5. Kapan?\n13 Juli 2026", "tekan Kirim")
		h.goes(w, admin, "menulis di sini")
		h.reads(admin, "Tinjau jawaban", "⚠️ Silakan tekan salah satu tombol.")
		h.goes(w, admin, "[Ubah jawaban]")
		h.reads(admin, "Jawaban nomor berapa")
		h.goes(w, admin, "[1]", "[Sangat puas]")
		h.reads(admin, "1. Seberapa puas?\nSangat puas")
		h.goes(w, admin, "[Kirim]")
		h.reads(admin, "Uji coba selesai. Jawaban tadi tidak dikirim dan tidak disimpan.")
		h.keptNothing("Kalimat", "pertama", "dan kedua", "menulis di sini")
		h.goes(w, admin, "[Semua instrumen]")
		h.reads(admin, "1. Formulir uji")
	})
}

// everyKind is a form with a question of each kind, some of them asked only after
// certain answers.
func everyKind(t *testing.T) survey.Instrument {
	t.Helper()
	say := func(s string) survey.Text { return survey.Text{"id": s, "en": s + " (en)"} }
	choices := func(labels ...string) []survey.Choice {
		all := make([]survey.Choice, len(labels))
		for i, label := range labels {
			all[i] = survey.Choice{Name: fmt.Sprintf("c%d", i+1), Label: say(label)}
		}
		return all
	}
	var unsure, few expression.Expression
	must(t, unsure.UnmarshalText([]byte("${yakin} = 'no'")))
	must(t, few.UnmarshalText([]byte(". < 10")))
	form := trial()
	form.Key, form.Title = "semua", say("Formulir semua")
	form.Questions = []survey.Question{
		{Name: "salam", Kind: survey.Note, Label: say("Selamat datang")},
		{Name: "yakin", Kind: survey.YesNo, Required: true, Label: say("Yakin?"),
			Choices: []survey.Choice{{Name: "yes", Label: say("Ya")}, {Name: "no", Label: say("Tidak")}}},
		{Name: "mengapa", Kind: survey.ShortText, Relevant: unsure, Required: true, Label: say("Mengapa tidak?")},
		{Name: "mana", Kind: survey.SelectOne, Label: say("Yang mana?"), Choices: choices("Sebuah pilihan yang labelnya panjang sekali", "Pendek")},
		{Name: "apa", Kind: survey.SelectMultiple, Label: say("Apa saja?"), Choices: choices("Anggaran", "Waktu")},
		{Name: "nilai", Kind: survey.Scale, Label: say("Nilai?"),
			Choices: []survey.Choice{{Name: "0", Label: say("0")}, {Name: "1", Label: say("1")}, {Name: "2", Label: say("2")}}},
		{Name: "orang", Kind: survey.Integer, Label: say("Berapa orang?"), Constraint: few},
		{Name: "jam", Kind: survey.Decimal, Label: say("Berapa jam?")},
		{Name: "cerita", Kind: survey.LongText, Label: say("Ceritakan")},
		{Name: "kapan", Kind: survey.Date, Label: say("Kapan?")},
	}
	must(t, form.Validate())
	return form
}

func TestTrialOfEveryKind(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.publish(everyKind(t))
	h.write(admin, "/instrumen")
	h.expect(admin, "1. Formulir semua\nsemua versi 1 · 9 pertanyaan")
	h.tap(admin, "1. Formulir semua")
	for _, step := range []struct{ act, reads string }{
		{"[Coba isi]", "Formulir semua\n\nBapak/Ibu telah mengikuti"},
		{"halo", "Formulir semua\n\nBapak/Ibu telah mengikuti"}, // it is not begun yet
		{"[Mulai]", "Selamat datang"},
		{"halo", "⚠️ Di sini tidak ada yang perlu diketik"},
		{"[Lanjut]", "1/8\n\nYakin?"},
		{"ya", "⚠️ Mohon jawab dengan menekan salah satu tombol"},
		{"[Tidak]", "2/9\n\nMengapa tidak?"},
		{"Salah tulis", "Yang sudah ditulis:\nSalah tulis"},
		{"[Tulis ulang]", "Mengapa tidak?\n\nSilakan ketik"},
		{"Karena sibuk", "Yang sudah ditulis:\nKarena sibuk"},
		{"[Kembali]", "1/9\n\nYakin?\n\nJawaban saat ini: Tidak"},
		{"[Ya]", "2/8\n\nYang mana?"}, // what is asked after a no only is left out
		{"[2]", "3/8\n\nApa saja?"},
		{"[☐ Waktu]", "3/8"},
		{"[Lanjut]", "4/8\n\nNilai?"},
		{"[Lewati]", "5/8\n\nBerapa orang?"},
		{"12", "⚠️ Jawaban ini belum sesuai"},
		{"9", "6/8\n\nBerapa jam?"},
		{"2,5", "7/8\n\nCeritakan"},
		{"Begitulah", "Yang sudah ditulis:\nBegitulah"},
		{"[Lanjut]", "8/8\n\nKapan?"},
		{"1 Agustus 2026", "1. Yakin?\nYa\n2. Yang mana?\nPendek\n3. Apa saja?\nWaktu\n4. Nilai?\n–\n5. Berapa orang?\n9\n" +
			"6. Berapa jam?\n2,5\n7. Ceritakan\nBegitulah\n8. Kapan?\n1 Agustus 2026"},
		{"[Ubah jawaban]", "Jawaban nomor berapa"},
		{"[Kembali]", "tekan Kirim"},
		{"[Ubah jawaban]", "Jawaban nomor berapa"},
		{"[1]", "Yakin?\n\nJawaban saat ini: Ya"},
		{"[Tidak]", "2/9\n\nMengapa tidak?\n\nYang sudah ditulis:\nKarena sibuk"},
		{"[Lanjut]", "2. Mengapa tidak?\nKarena sibuk"},
	} {
		h.act(admin, step.act)
		h.expect(admin, trialMark, step.reads)
	}
	h.tap(admin, "Kirim")
	h.expect(admin, "Uji coba selesai")
	h.keptNothing("Salah tulis", "Karena sibuk", "Begitulah")
}

// A form that refers to earlier ones reads as for somebody who answered none.
func TestTrialWithoutEarlierAnswers(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.bundled()
	for _, step := range []string{"/instrumen", "[2. Tindak lanjut pelatihan]", "[Coba isi]", "[Mulai]", "[Beberapa kali]"} {
		h.act(admin, step)
	}
	h.expect(admin, "Adakah hal yang Bapak/Ibu lakukan secara berbeda sejak pelatihan ini?")
	h.tap(admin, trialEnd)
	h.expect(admin, "Uji coba selesai")
}

// However a trial ends, nothing that was typed is left.
func TestTrialThatIsLeft(t *testing.T) {
	for name, leave := range map[string]func(h *house, admin *simulator.Person){
		"by its button":    func(h *house, admin *simulator.Person) { h.tap(admin, trialEnd) },
		"by /batal":        func(h *house, admin *simulator.Person) { h.write(admin, "/batal") },
		"for another talk": func(h *house, admin *simulator.Person) { h.write(admin, "/pegawai") },
		"for another trial": func(h *house, admin *simulator.Person) {
			h.write(admin, "/instrumen")
			h.tap(admin, "1. Formulir uji")
			h.tap(admin, "Coba isi")
		},
		"alone for one day": func(h *house, admin *simulator.Person) {
			h.pass(23 * time.Hour)
			must(h.t, h.ForgetTrials(h.t.Context(), h.clock.Now()))
			h.write(admin, "masih di sini")
			h.expect(admin, "Kalimat pertama\nmasih di sini")
			h.pass(24 * time.Hour)
			must(h.t, h.ForgetTrials(h.t.Context(), h.clock.Now()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			admin := h.admin()
			for _, step := range []string{"/instrumen", "[1. Formulir uji]", "[Coba isi]", "[Mulai]", "[Puas]", "[☐ Waktu]", "[Lanjut]", "[Lewati]", "Kalimat pertama"} {
				h.act(admin, step)
			}
			old := admin.Chat().Button("Lanjut")
			leave(h, admin)
			h.keptNothing("Kalimat", "masih di sini")
			admin.Tap(old)
			h.settle()
			if last := admin.Chat().Last(); strings.Contains(last.Text, "Kalimat") {
				t.Errorf("its old button shows\n%s", shown(last))
			}
			h.keptNothing("Kalimat")
		})
	}
}

// What is typed belongs to what the person used last: the trial, or their own
// form.
func TestTrialBesideAFormOfOnesOwn(t *testing.T) {
	h := newHouse(t)
	h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
	h.open("A")
	h.settle()
	for _, step := range atText {
		h.act(h.budi, step)
	}
	for _, step := range []string{"/instrumen", "[1. Formulir uji]", "[Coba isi]", "[Mulai]", "teks di skala"} {
		h.act(h.budi, step)
	}
	h.reads(h.budi, trialMark, "⚠️ Mohon jawab dengan menekan salah satu tombol")
	for _, step := range []string{"[Puas]", "[☐ Waktu]"} {
		h.act(h.budi, step)
	}
	h.tap(h.budi, "Lanjut")
	h.write(h.budi, "7")
	h.reads(h.budi, trialMark, "4/5")
	h.write(h.budi, "Hanya coba")
	h.reads(h.budi, trialMark, "Yang sudah ditulis:\nHanya coba")
	if answers := h.session(h.budi).Survey.Answers; answers["rencana"] != "" || answers["jam"] != "" {
		t.Errorf("the form of his own has %v", answers)
	}

	h.write(h.budi, "/survei")
	h.tap(h.budi, "Kembali")
	h.tap(h.budi, "Lewati")
	h.write(h.budi, "Sungguhan")
	h.reads(h.budi, "Pelatihan A · 4/5", "Yang sudah ditulis:\nSungguhan")
	if got := h.session(h.budi).Survey.Answers["rencana"]; got != "Sungguhan" {
		t.Errorf("his form has %q", got)
	}
	if tables := h.keeping("Sungguhan"); !slices.Equal(tables, []string{"session"}) {
		t.Errorf("what he wrote in his form is in %v", tables)
	}
}

func TestTrialButtonsThatAreForged(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for _, step := range []string{"/instrumen", "[1. Formulir uji]", "[Coba isi]"} {
		h.act(admin, step)
	}
	for _, data := range []string{"d:0:%d:send", "d:0:%d:pick:1", "d:0:%d:review"} {
		h.forge(admin, data)
		h.expect(admin, trialMark+"\n\nFormulir uji\n")
	}
	h.tap(admin, "Mulai")
	for _, data := range []string{"d:0:%d:send", "d:0:%d:pick:9999", "d:0:%d:tick:1", "d:0:%d:date:1", "d:0:%d:change:2", "d:0:%d:back", "d:0:%d:skip", "d:9:%d:open"} {
		h.forge(admin, data)
		h.expect(admin, trialMark, "1/5\n\nSeberapa puas?")
	}
	h.forge(admin, "d:0:%d:review")
	h.forge(admin, "d:0:%d:send")
	h.expect(admin, "Tinjau jawaban", "⚠️ Masih ada pertanyaan yang perlu dijawab: Seberapa puas?")
}

// Whatever is tapped and written, the trial of a form shows what the form itself
// does, but for the mark and the way out.
func TestTrialLooksLikeTheForm(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			admin := h.admin()
			h.bundled()
			h.brings(pelatihanHeader+"C,Pelatihan Contoh,,,2026-06-26,2026-06-26,,\n", pesertaHeader+"C,198001012005011001\n")
			for _, step := range []string{"/instrumen", "[6. Kesan setelah pelatihan]", "[Coba isi]"} {
				h.act(admin, step)
			}
			_, _, err := h.OpenRound(t.Context(), storage.Opening{Training: "C", Instrument: "reaction"}, storage.Source{}, wib, h.clock.Now())
			must(t, err)
			h.deliver()
			h.settle()
			chance := rand.New(rand.NewPCG(seed, 0))
			for step := range 70 {
				real, tried := h.budi.Chat().Last(), admin.Chat().Last()
				if diff := cmp.Diff(seen(real), seenInTrial(t, tried)); diff != "" {
					t.Fatalf("step %d: the form (-) and its trial (+):\n%s", step, diff)
				}
				did := anything(chance, real)
				h.act(h.budi, did)
				h.act(admin, did)
			}
		})
	}
}

// anything is something that one can do at a card, but for Kirim.
func anything(chance *rand.Rand, card simulator.Message) string {
	if chance.IntN(4) == 0 {
		words := []string{"Mencoba hal baru", "2", "27/7", "1 Agustus 2026", "1 Agustus 2036", "dengan <b>tanda</b> & lainnya"}
		return words[chance.IntN(len(words))]
	}
	buttons := slices.DeleteFunc(card.Buttons(), func(b simulator.Button) bool { return b.Text == "Kirim" })
	return "[" + buttons[chance.IntN(len(buttons))].Text + "]"
}

// seen is a message as a person sees it.
func seen(m simulator.Message) []string {
	lines := []string{m.HTML}
	for _, row := range m.Rows {
		labels := ""
		for _, button := range row {
			labels += "[" + button.Text + "]"
		}
		lines = append(lines, labels)
	}
	return lines
}

// seenInTrial is seen without what is the trial's.
func seenInTrial(t *testing.T, m simulator.Message) []string {
	t.Helper()
	lines := seen(m)
	words, marked := strings.CutPrefix(lines[0], "<i>"+trialMark+"</i>\n\n")
	if last := len(lines) - 1; marked && lines[last] == "["+trialEnd+"]" {
		lines[0] = words
		return lines[:last]
	}
	t.Fatalf("it is no card of a trial:\n%s", shown(m))
	return nil
}
