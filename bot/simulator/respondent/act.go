package respondent

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pascalatih/bot/simulator"
	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// act does one thing about the card that is seen.
func (r *Respondent) act(seen Seen) {
	switch seen.Stage {
	case Invitation:
		r.press(seen, "button.start")
	case Reviewing:
		r.review(seen)
	case Listing:
		r.pickChange(seen)
	case Asking:
		if !r.misbehave(seen) {
			r.answer(seen)
		}
	}
}

// misbehave does, at times, what nobody asked for.
func (r *Respondent) misbehave(seen Seen) bool {
	if r.pressed != "" || r.written > 0 {
		return false // an answer is on its way: it is brought to its end
	}
	back := seen.Message.Button(r.Say.Say("button.back", nil))
	old := r.outdated(seen)
	switch {
	case r.happens(r.Habits.Old) && len(old) > 0:
		r.Tap(old[r.Chance.IntN(len(old))])
	case r.happens(r.Habits.Nonsense):
		r.nonsense(seen)
	case r.happens(r.Habits.Back) && back.Text != "":
		r.Tap(back)
	default:
		return false
	}
	return true
}

func (r *Respondent) happens(share float64) bool { return r.Chance.Float64() < share }

// nonsense sends what counts nowhere: of a text only where none is asked for.
func (r *Respondent) nonsense(seen Seen) {
	takesText := seen.Question.Kind.IsText()
	switch n := r.Chance.IntN(5); {
	case n == 0:
		r.Sticker()
	case n == 1:
		r.Photo()
	case n == 2:
		r.Voice()
	case n == 3 || takesText:
		r.TapData(seen.Message.ID, "s:1:0:pick:1") // forged
	default:
		r.Write("<b>tidak_tahu & \"halo\" \u0000 😀")
	}
}

func (r *Respondent) press(seen Seen, key string) {
	button := seen.Message.Button(r.Say.Say(key, nil))
	if button.Text == "" {
		return // the card is not as expected: it is read anew
	}
	r.tap(button)
}

func (r *Respondent) tap(button simulator.Button) {
	r.Tap(button)
	if r.happens(r.Habits.Twice) {
		r.Tap(button)
	}
}

// answer does the next thing towards the answer that the person has in mind.
func (r *Respondent) answer(seen Seen) {
	question := seen.Question
	if _, decided := r.plans[question.Name]; !decided {
		r.plan(question)
	}
	plan := r.plans[question.Name]
	switch {
	case question.Kind == survey.Note:
		r.press(seen, "button.next")
	case plan == "" && question.Kind == survey.SelectMultiple, plan == "" && !question.Required:
		r.pressed = question.Name
		r.press(seen, "button.skip")
	case question.Kind.ChoosesOne():
		r.pressed = question.Name
		r.tap(seen.choice(slices.IndexFunc(question.Choices, func(c survey.Choice) bool { return c.Name == plan })))
	case question.Kind == survey.SelectMultiple:
		r.tick(seen, strings.Fields(plan))
	case question.Kind.IsText():
		r.write(seen, strings.Split(plan, "\n"))
	default:
		if r.pressed == question.Name && !r.turnedDown() {
			return // it was written, and Telegram loses nothing
		}
		r.pressed = question.Name
		r.wrote = r.Write(r.spoken(question, plan))
	}
}

// tick brings the ticks on the card to what is wanted, one tap at a time, and
// moves on when they are.
func (r *Respondent) tick(seen Seen, wanted []string) {
	ticked := seen.ticked()
	for i, choice := range seen.Question.Choices {
		if slices.Contains(wanted, choice.Name) != slices.Contains(ticked, choice.Name) {
			r.Tap(seen.choice(i))
			return
		}
	}
	r.pressed = seen.Question.Name
	r.press(seen, "button.next")
}

// write sends a text message by message, each when the card shows those before
// it, and moves on at the end.
func (r *Respondent) write(seen Seen, messages []string) {
	shown := strings.Join(messages[:r.written], "\n")
	erase := seen.Message.Button(r.Say.Say("button.rewrite", nil))
	switch {
	case r.written == 0 && erase.Text != "":
		r.Tap(erase) // an earlier answer stands there
	case r.written > 0 && !strings.Contains(seen.Message.Text, "\n"+shown):
		if r.turnedDown() {
			r.wrote = r.Write(messages[r.written-1])
		} // else it was written, and Telegram loses nothing
	case r.written < len(messages):
		r.wrote = r.Write(messages[r.written])
		r.written++
	default:
		r.pressed = seen.Question.Name
		r.press(seen, "button.next")
	}
}

// turnedDown tells whether the bot said, since the person last wrote, that it
// could not process something.
func (r *Respondent) turnedDown() bool {
	return slices.ContainsFunc(r.Chat().FromBot(), func(m simulator.Message) bool {
		return m.ID > r.wrote.ID && m.Text == r.Say.Say("core.failed", nil)
	})
}

// review sends, after having changed as many answers as is the person's habit.
func (r *Respondent) review(seen Seen) {
	if r.changed < r.Habits.Changes {
		r.press(seen, "button.change")
		return
	}
	r.press(seen, "button.send")
}

// pickChange picks a question with one choice to be answered otherwise.
func (r *Respondent) pickChange(seen Seen) {
	var candidates []survey.Question
	for _, question := range r.Form.Questions {
		if _, set := r.Mind[question.Name]; !set && question.Kind.ChoosesOne() && r.numberOf(question, seen) > 0 {
			candidates = append(candidates, question)
		}
	}
	question := candidates[r.Chance.IntN(len(candidates))]
	before := r.plans[question.Name]
	for r.plans[question.Name] == before {
		r.plan(question)
	}
	r.changed++
	r.Tap(seen.Message.Button(strconv.Itoa(r.numberOf(question, seen))))
}

// plan decides what to answer.
func (r *Respondent) plan(question survey.Question) {
	if r.plans == nil {
		r.plans = map[string]string{}
	}
	r.plans[question.Name] = r.decide(question)
}

func (r *Respondent) decide(question survey.Question) string {
	if minded, set := r.Mind[question.Name]; set {
		return minded
	}
	switch {
	case question.Kind.ChoosesOne():
		// Of two that come to mind the later one: on most scales the better.
		// Of how it was before, the earlier one.
		most := len(question.Choices)
		one, other := r.Chance.IntN(most), r.Chance.IntN(most)
		if strings.HasSuffix(question.Name, stats.EndsBefore) {
			return question.Choices[min(one, other)].Name
		}
		return question.Choices[max(one, other)].Name
	case question.Kind == survey.SelectMultiple:
		if r.happens(0.15) {
			return "none"
		}
		var names []string
		for _, choice := range question.Choices {
			if choice.Name != "none" && r.happens(0.3) {
				names = append(names, choice.Name)
			}
		}
		if len(names) == 0 {
			names = []string{question.Choices[0].Name}
		}
		return strings.Join(names, " ")
	case !question.Required && r.happens(0.3):
		return ""
	case question.Kind.IsText():
		return r.sentence()
	case question.Kind == survey.Date:
		return r.Now().AddDate(0, 0, 10+r.Chance.IntN(300)).Format("2006-01-02")
	}
	return strconv.Itoa(1 + r.Chance.IntN(9))
}

// sentence is what people write: one message or two, with signs that programs
// stumble over.
func (r *Respondent) sentence() string {
	sentences := []string{
		"Menyusun jadwal layanan <baru> & mencobanya",
		"=Membuat daftar periksa, lalu dipakai tiap pagi",
		"Berbagi ilmu dengan rekan 😀_*",
		"- belajar lagi\ndan mengajak rekan kerja",
		"Memperbaiki alur surat\n\"cepat\" dan 'rapi'",
	}
	return fmt.Sprintf("%s (%d)", sentences[r.Chance.IntN(len(sentences))], r.Chance.IntN(1000))
}

// spoken is a number or a date as people type it.
func (r *Respondent) spoken(question survey.Question, value string) string {
	if question.Kind != survey.Date {
		return strings.Replace(value, ".", ",", 1)
	}
	return value[8:10] + "/" + value[5:7] + "/" + value[:4]
}
