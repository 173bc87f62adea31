package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/text"
)

// sampleForm has a question of each kind.
func sampleForm() survey.Instrument {
	both := func(id, en string) survey.Text { return survey.Text{"id": id, "en": en} }
	choices := func(pairs ...string) []survey.Choice {
		var all []survey.Choice
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, survey.Choice{Name: pairs[i], Label: both(pairs[i+1], pairs[i+1]+" (en)")})
		}
		return all
	}
	return survey.Instrument{
		Key: "sample", Version: "1", Title: both("Formulir contoh", "Sample form"),
		DefaultLanguage: "id", Languages: []string{"id", "en"}, Privacy: survey.Confidential,
		Questions: []survey.Question{
			{Name: "hello", Kind: survey.Note, Label: both("Selamat datang", "Welcome")},
			{Name: "sure", Kind: survey.YesNo, Label: both("Apakah <ini> & itu benar?", "Is it right?"), Required: true,
				Choices: choices("yes", "Ya", "no", "Tidak")},
			{Name: "scale", Kind: survey.Scale, Label: both("Seberapa puas?", "How satisfied?"), Hint: both("Secara umum", "In general"), Required: true,
				Choices: choices("1", "Tidak puas", "2", "Kurang puas", "3", "Puas sekali benar")},
			{Name: "range", Kind: survey.Scale, Label: both("Angka", "Number"),
				Choices: choices("0", "0", "1", "1", "2", "2", "3", "3", "4", "4", "5", "5")},
			{Name: "long", Kind: survey.SelectOne, Label: both("Yang mana?", "Which?"), Required: true,
				Choices: choices("a", "Sebuah pilihan yang labelnya panjang sekali", "b", "Pendek", "c", "C")},
			{Name: "many", Kind: survey.SelectMultiple, Label: both("Kendala?", "Obstacles?"), Required: true,
				Choices: choices("budget", "Anggaran", "time", "Waktu", "none", "Tidak ada")},
			{Name: "amount", Kind: survey.Decimal, Label: both("Berapa jam?", "How many hours?"), Required: true},
			{Name: "words", Kind: survey.LongText, Label: both("Ceritakan", "Tell us")},
			{Name: "when", Kind: survey.Date, Label: both("Kapan?", "When?")},
		},
	}
}

// drawn is a card as one line of text or buttons each.
func drawn(c card) string {
	var out strings.Builder
	out.WriteString(string(c.text()))
	for _, row := range c.keyboard() {
		out.WriteString("\n")
		for _, key := range row {
			read, err := parseTap(key.Data)
			if err != nil {
				panic(err)
			}
			fmt.Fprintf(&out, "[%s %s:%d]", key.Text, read.Verb, read.Index)
		}
	}
	return out.String()
}

var sampleToday = time.Date(2026, 6, 27, 10, 0, 0, 0, time.UTC)

func sampleCard(t *testing.T, language string, inputs ...survey.Input) card {
	t.Helper()
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	answers := sampleForm().Begin()
	for _, in := range inputs {
		if answers, err = answers.Apply(in, sampleToday); err != nil {
			t.Fatalf("%#v: %v", in, err)
		}
	}
	opened := sampleToday
	return card{
		session: storage.Session{ID: 1, Revision: 4, State: storage.SessionOpen, Language: language,
			TrainingTitle: "Pelatihan Contoh", OpenedAt: &opened, ClosesAt: sampleToday.AddDate(0, 0, 7)},
		answers: answers,
		say:     texts.In(language),
		zone:    time.UTC,
		today:   sampleToday,
	}
}

var untilWords = []survey.Input{
	survey.Next{}, survey.Choose{Choice: "yes"}, survey.Choose{Choice: "1"}, survey.Skip{}, survey.Choose{Choice: "b"},
	survey.Toggle{Choice: "time"}, survey.Toggle{Choice: "budget"}, survey.Next{}, survey.Write{Text: "1,5"},
}

func from(inputs []survey.Input, more ...survey.Input) []survey.Input {
	return append(inputs[:len(inputs):len(inputs)], more...)
}

func TestCard(t *testing.T) {
	inReview := from(untilWords, survey.Write{Text: "Satu <b>"}, survey.Write{Text: "dua_"}, survey.Next{}, survey.Write{Text: "1/8"})
	tests := map[string]struct {
		language string
		inputs   []survey.Input
		change   func(c *card)
		want     string
	}{
		"the invitation": {change: func(c *card) { c.session.OpenedAt = nil }, want: `
<b>Formulir contoh</b>

Bapak/Ibu telah mengikuti Pelatihan Contoh. Kami mohon pendapat Bapak/Ibu tentang pelatihan ini.

Waktu: sekitar 1 menit, sampai 4 Juli 2026 pukul 10.00 UTC.
Rahasia: jawaban Bapak/Ibu dibaca dengan kode, tanpa nama. Hanya administrator yang dapat membuka nama, dan itu dicatat.
[Mulai open:0]`},
		"the invitation in English": {language: "en", change: func(c *card) { c.session.OpenedAt = nil }, want: `
<b>Sample form</b>

You took part in Pelatihan Contoh. We would like to know what you think of it.

Time: about 1 minute, until 4 July 2026 at 10:00 UTC.
Confidential: your answers are read with a code, without your name. Only an administrator can look up names, and that is recorded.
[Start open:0]`},
		"a note": {want: `
<i>Pelatihan Contoh</i>

<b>Selamat datang</b>
[Lanjut next:0]`},
		"yes or no, side by side": {inputs: untilWords[:1], want: `
<i>Pelatihan Contoh</i> · 1/8

<b>Apakah &lt;ini&gt; &amp; itu benar?</b>
[Ya pick:0][Tidak pick:1]
[Kembali back:0]`},
		"a scale, a label a line": {inputs: untilWords[:2], want: `
<i>Pelatihan Contoh</i> · 2/8

<b>Seberapa puas?</b>
<i>Secara umum</i>
[Tidak puas pick:0]
[Kurang puas pick:1]
[Puas sekali benar pick:2]
[Kembali back:0]`},
		"bare numbers, in even rows, optional": {inputs: untilWords[:3], want: `
<i>Pelatihan Contoh</i> · 3/8

<b>Angka</b>
[0 pick:0][1 pick:1][2 pick:2]
[3 pick:3][4 pick:4][5 pick:5]
[Kembali back:0][Lewati skip:0]`},
		"long labels, numbered in the text": {inputs: untilWords[:4], want: `
<i>Pelatihan Contoh</i> · 4/8

<b>Yang mana?</b>

1. Sebuah pilihan yang labelnya panjang sekali
2. Pendek
3. C
[1 pick:0][2 pick:1][3 pick:2]
[Kembali back:0]`},
		"several choices, nothing ticked": {inputs: untilWords[:5], want: `
<i>Pelatihan Contoh</i> · 5/8

<b>Kendala?</b>

Setelah memilih, tekan Lanjut.
[☐ Anggaran tick:0]
[☐ Waktu tick:1]
[☐ Tidak ada tick:2]
[Kembali back:0]`},
		"several choices, ticked": {inputs: untilWords[:7], want: `
<i>Pelatihan Contoh</i> · 5/8

<b>Kendala?</b>

Setelah memilih, tekan Lanjut.
[☑ Anggaran tick:0]
[☑ Waktu tick:1]
[☐ Tidak ada tick:2]
[Kembali back:0][Lanjut next:0]`},
		"a number, refused": {inputs: untilWords[:8], change: func(c *card) { c.notice = "Mohon ketik satu angka." }, want: `
<i>Pelatihan Contoh</i> · 6/8

<b>Berapa jam?</b>

Silakan ketik angkanya.

⚠️ Mohon ketik satu angka.
[Kembali back:0]`},
		"a choice that stands": {inputs: from(untilWords, survey.Back{}), want: `
<i>Pelatihan Contoh</i> · 6/8

<b>Berapa jam?</b>

Jawaban saat ini: 1,5

Silakan ketik angkanya.
[Kembali back:0][Lanjut next:0]`},
		"a text, not begun": {inputs: untilWords, want: `
<i>Pelatihan Contoh</i> · 7/8

<b>Ceritakan</b>

Silakan ketik jawaban Bapak/Ibu, boleh dalam beberapa pesan, lalu tekan Lanjut.
[Kembali back:0][Lewati skip:0]`},
		"a text of several messages": {inputs: from(untilWords, survey.Write{Text: "Satu <b>"}, survey.Write{Text: "dua_"}), want: `
<i>Pelatihan Contoh</i> · 7/8

<b>Ceritakan</b>

Yang sudah ditulis:
Satu &lt;b&gt;
dua_

Silakan ketik jawaban Bapak/Ibu, boleh dalam beberapa pesan, lalu tekan Lanjut.
[Tulis ulang erase:0]
[Kembali back:0][Lewati skip:0][Lanjut next:0]`},
		"a date": {inputs: from(untilWords, survey.Skip{}), want: `
<i>Pelatihan Contoh</i> · 8/8

<b>Kapan?</b>

Silakan tekan salah satu tombol, atau ketik tanggalnya, misalnya 27/6 atau 27 Juni 2026.
[2 minggu date:0][1 bulan date:1][3 bulan date:2]
[Kembali back:0][Lewati skip:0]`},
		"the review": {inputs: inReview, want: `
<i>Pelatihan Contoh</i> · Tinjau jawaban

1. Apakah &lt;ini&gt; &amp; itu benar?
<b>Ya</b>
2. Seberapa puas?
<b>Tidak puas</b>
3. Angka
–
4. Yang mana?
<b>Pendek</b>
5. Kendala?
<b>Anggaran, Waktu</b>
6. Berapa jam?
<b>1,5</b>
7. Ceritakan
<b>Satu &lt;b&gt;
dua_</b>
8. Kapan?
<b>1 Agustus 2026</b>

Bila sudah sesuai, tekan Kirim. Bila tidak, formulir terkirim sendiri pada 4 Juli 2026 pukul 10.00 UTC.
[Kirim send:0]
[Ubah jawaban list:0]`},
		"the review, something missing": {language: "en", inputs: []survey.Input{survey.Review{}}, want: `
<i>Pelatihan Contoh</i> · Review

1. Is it right?
–
2. How satisfied?
–
3. Number
–
4. Which?
–
5. Obstacles?
–
6. How many hours?
–
7. Tell us
–
8. When?
–

Some questions still need an answer. Please tap Complete it.
[Complete it back:0]
[Change answers list:0]`},
		"which answer to change": {language: "en", inputs: []survey.Input{survey.Review{}}, change: func(c *card) { c.listing = true }, want: `
<i>Pelatihan Contoh</i> · Review

1. Is it right?
–
2. How satisfied?
–
3. Number
–
4. Which?
–
5. Obstacles?
–
6. How many hours?
–
7. Tell us
–
8. When?
–

Which answer would you like to change?
[1 change:1][2 change:2][3 change:3][4 change:4]
[5 change:5][6 change:6][7 change:7][8 change:8]
[Back review:0]`},
		"sent": {inputs: from(inReview, survey.Send{}), change: func(c *card) { c.session.State = storage.SessionSent }, want: `
Terima kasih, Bapak/Ibu. Jawaban untuk Pelatihan Contoh sudah kami terima.

Jawaban ini kami rangkum bersama jawaban peserta lain untuk memperbaiki pelatihan berikutnya.`},
		"sent by the round's end": {inputs: from(inReview, survey.Send{}), change: func(c *card) {
			c.session.State, c.session.Automatic = storage.SessionSent, true
		}, want: `
Masa pengisian Pelatihan Contoh sudah berakhir. Jawaban Bapak/Ibu sudah lengkap, jadi sudah kami terima. Terima kasih.`},
		"closed": {inputs: untilWords[:3], change: func(c *card) { c.session.State = storage.SessionClosed }, want: `
Masa pengisian Pelatihan Contoh sudah berakhir. Jawaban yang belum lengkap tidak kami pakai.`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			language := test.language
			if language == "" {
				language = "id"
			}
			c := sampleCard(t, language, test.inputs...)
			if test.change != nil {
				test.change(&c)
			}
			if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), drawn(c)); diff != "" {
				t.Errorf("the card (-want +got):\n%s", diff)
			}
		})
	}
}
