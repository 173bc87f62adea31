package bot

import (
	"strconv"

	"pascalatih/bot/telegram"
	"pascalatih/survey"
)

// How much of a question and of its answer the review shows, in characters.
const (
	reviewedLabel  = 60
	reviewedAnswer = 120
)

// reviewed are the questions in the review: what is asked as things stand.
func (c card) reviewed() []survey.Question {
	var asked []survey.Question
	for _, question := range c.answers.Relevant(c.today) {
		if question.Kind.Asks() {
			asked = append(asked, question)
		}
	}
	return asked
}

// writeReview lists every question with its answer.
func (c card) writeReview(p *page) {
	p.italic(c.title())
	p.text(" · ")
	p.text(c.say.Say("review.title", nil))
	p.line()
	for i, question := range c.reviewed() {
		p.line()
		p.text(strconv.Itoa(i+1) + ". " + beginningOf(c.filled(question.Label.In(c.session.Language)), reviewedLabel))
		p.line()
		if value := c.answers.Value(question.Name); value != "" {
			p.bold(beginningOf(c.shown(question, value), reviewedAnswer))
		} else {
			p.text("–")
		}
	}
	p.gap()
	switch {
	case c.listing:
		p.text(c.say.Say("review.which", nil))
	case c.answers.Complete(c.today):
		p.text(c.say.Say("review.complete", map[string]any{"Until": c.say.Moment(c.session.ClosesAt, c.zone)}))
	default:
		p.text(c.say.Say("review.incomplete", nil))
	}
}

// reviewKeyboard has the yes first; while something is missing, the way there.
func (c card) reviewKeyboard() telegram.Keyboard {
	first := c.button(c.say.Say("button.send", nil), doSend, 0)
	if !c.answers.Complete(c.today) {
		first = c.button(c.say.Say("button.complete", nil), doBack, 0)
	}
	return telegram.Keyboard{
		{first},
		{c.button(c.say.Say("button.change", nil), doList, 0)},
	}
}

// listKeyboard has a number for each question, and the way back to the review.
func (c card) listKeyboard() telegram.Keyboard {
	var keys []telegram.Button
	for i, question := range c.reviewed() {
		keys = append(keys, c.button(strconv.Itoa(i+1), doChange, c.indexOf(question)))
	}
	back := c.button(c.say.Say("button.back", nil), doReview, 0)
	return append(rows(keys, mostInARow), []telegram.Button{back})
}

// indexOf is a question's place in the instrument, which no answer shifts.
func (c card) indexOf(question survey.Question) int {
	for i, other := range c.answers.Instrument().Questions {
		if other.Name == question.Name {
			return i
		}
	}
	return -1
}
