package bot_test

import (
	"strings"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/expression"
)

// after is a form that shows what people wrote in trial.
func after(t *testing.T) survey.Instrument {
	t.Helper()
	say := func(s string) survey.Text { return survey.Text{"id": s, "en": s + " (en)"} }
	var planned, unplanned expression.Expression
	must(t, planned.UnmarshalText([]byte("${training/uji/rencana} != ''")))
	must(t, unplanned.UnmarshalText([]byte("${training/uji/rencana} = ''")))
	yesNo := []survey.Choice{{Name: "yes", Label: say("Ya")}, {Name: "no", Label: say("Tidak")}}
	form := trial()
	form.Key, form.Title = "lanjut", say("Formulir lanjut")
	form.Questions = []survey.Question{
		{Name: "sekarang", Kind: survey.YesNo, Choices: yesNo, Label: say("Sudah diterapkan?"),
			Hint: say("Waktu itu: ${training/uji/jam} jam, ${training/uji/kendala}, sampai ${training/uji/kapan}")},
		{Name: "terlaksana", Kind: survey.YesNo, Choices: yesNo, Required: true, Relevant: planned,
			Label: say("Apakah “${training/uji/rencana}” terlaksana?")},
		{Name: "lain", Kind: survey.YesNo, Choices: yesNo, Relevant: unplanned, Label: say("Adakah yang berubah?")},
	}
	return form
}

// follow closes the first round of training A and opens the next, in which both
// are asked what they did since.
func (h *house) follow(before storage.Round) storage.Round {
	h.t.Helper()
	_, err := h.CloseRound(h.t.Context(), before.ID, storage.Source{}, h.clock.Now())
	must(h.t, err)
	_, _, err = h.Publish(h.t.Context(), after(h.t), storage.Source{}, h.clock.Now())
	must(h.t, err)
	round, _, err := h.OpenRound(h.t.Context(), storage.Opening{Training: "A", Instrument: "lanjut"}, storage.Source{}, wib, h.clock.Now())
	must(h.t, err)
	h.deliver()
	h.settle()
	return round
}

func TestEarlierAnswersOnCards(t *testing.T) {
	h := newHouse(t)
	first := h.open("A")
	h.settle()
	for _, step := range append(path, "[Kirim]") {
		h.act(h.budi, step)
	}
	next := h.follow(first)

	h.tap(h.siti, "Mulai")
	h.expect(h.siti, "Sudah diterapkan?", "Waktu itu: – jam, –, sampai –")
	h.tap(h.siti, "Lewati")
	h.expect(h.siti, "Adakah yang berubah?")

	h.tap(h.budi, "Mulai")
	h.expect(h.budi, "1/2", "Waktu itu: 1,5 jam, Anggaran, Waktu, sampai 13 Juli 2026")
	h.tap(h.budi, "Lewati")
	h.expect(h.budi, "2/2", "Apakah “Membagikan <b>bahan_ajar</b> 🙂 dan mencobanya” terlaksana?")

	// What he was asked stays asked, whatever becomes of what he wrote then.
	_, err := h.Unlink(t.Context(), h.budi.ID, storage.Source{}, h.clock.Now())
	must(t, err)
	h.restart()
	h.tap(h.budi, "Kembali")
	h.tap(h.budi, "Tidak")
	h.expect(h.budi, "2/2", "Apakah “Membagikan <b>bahan_ajar</b> 🙂 dan mencobanya” terlaksana?")
	h.write(h.budi, "/bahasa")
	h.tap(h.budi, "English")
	h.write(h.budi, "/survei")
	h.expect(h.budi, "2/2", "terlaksana? (en)")
	h.tap(h.budi, "Back")
	h.expect(h.budi, "1/2", "Waktu itu: 1.5 jam, Anggaran (en), Waktu (en), sampai 13 July 2026 (en)")
	h.tap(h.budi, "Next")
	h.tap(h.budi, "Ya (en)")
	h.expect(h.budi, "Review", "2. Apakah “Membagikan <b>bahan_ajar</b> 🙂 dan mencobanya")
	h.tap(h.budi, "Send")
	if sent := h.status(next).Sent; sent != 1 {
		t.Errorf("%d were sent", sent)
	}
}

func TestALongEarlierAnswerIsShortened(t *testing.T) {
	h := newHouse(t)
	first := h.open("A")
	h.settle()
	for _, step := range path[:6] {
		h.act(h.budi, step)
	}
	h.write(h.budi, strings.Repeat("Rencana ", 100))
	for _, step := range []string{"[Lanjut]", "[Lewati]", "[Kirim]"} {
		h.act(h.budi, step)
	}
	h.follow(first)
	h.tap(h.budi, "Mulai")
	h.tap(h.budi, "Ya")
	h.expect(h.budi, "Apakah “Rencana Rencana", "Rencana…” terlaksana?")
	if length := len(h.budi.Chat().Last().Text); length > 300 {
		t.Errorf("the card has %d characters", length)
	}
}

// The name of the question in the way comes with what it shows.
func TestAnEarlierAnswerInARefusal(t *testing.T) {
	h := newHouse(t)
	first := h.open("A")
	h.settle()
	for _, step := range append(path, "[Kirim]") {
		h.act(h.budi, step)
	}
	h.follow(first)
	h.tap(h.budi, "Mulai")
	h.tap(h.budi, "Ya")
	session := h.session(h.budi)
	form, err := after(t).Resume(session.Survey)
	must(t, err)
	form, err = form.Apply(survey.Review{}, h.clock.Now())
	must(t, err)
	saved, err := h.SaveSession(t.Context(), session, storage.SessionChange{Survey: form.State(), CardMessageID: session.CardMessageID}, h.clock.Now())
	if err != nil || !saved {
		t.Fatalf("saved %t, %v", saved, err)
	}
	h.pass(5 * time.Second)
	h.budi.TapData(h.budi.Chat().Last().ID, strings.Replace(h.budi.Chat().Button("Ubah jawaban").Data, "list", "send", 1))
	h.settle()
	h.expect(h.budi, "Masih ada pertanyaan yang perlu dijawab: Apakah “Membagikan <b>bahan_ajar</b>")
}
