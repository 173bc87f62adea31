package bot

import (
	"strconv"
	"time"
	"unicode/utf8"

	"pascalatih/bot/telegram"
	"pascalatih/survey"
)

// What a phone shows of a button, in characters, by how many stand in a row.
const (
	fullWidth  = 28
	halfWidth  = 13
	tinyWidth  = 3
	mostInARow = 5
)

// ticks stand before the labels of a question that takes several choices.
const (
	ticked   = "☑ "
	unticked = "☐ "
)

// quickDates are the days that a question for a date offers, counted from today.
var quickDates = [...]struct {
	label        string // its key
	months, days int
}{
	{label: "button.two_weeks", days: 14},
	{label: "button.one_month", months: 1},
	{label: "button.three_months", months: 3},
}

// quickDate is the day that one of quickDates names. From the 31st, a month on
// is the last day of a shorter month.
func quickDate(index int, today time.Time) (time.Time, bool) {
	if index < 0 || index >= len(quickDates) {
		return time.Time{}, false
	}
	quick := quickDates[index]
	year, month, day := today.Date()
	first := time.Date(year, month+time.Month(quick.months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	if quick.months > 0 {
		day = min(day, last)
	}
	return first.AddDate(0, 0, day-1+quick.days), true
}

// questionKeyboard has the choices first, in the instrument's order, and below
// them what moves about.
func (c card) questionKeyboard(question survey.Question) telegram.Keyboard {
	keyboard := c.choicesKeyboard(question)
	if question.Kind == survey.Date {
		var row []telegram.Button
		for i, quick := range quickDates {
			row = append(row, c.button(c.say.Say(quick.label, nil), doDate, i))
		}
		keyboard = append(keyboard, row)
	}
	value := c.answers.Value(question.Name)
	if question.Kind.IsText() && value != "" {
		keyboard = append(keyboard, []telegram.Button{c.button(c.say.Say("button.rewrite", nil), doErase, 0)})
	}
	var moves []telegram.Button
	if c.can(survey.Back{}) {
		moves = append(moves, c.button(c.say.Say("button.back", nil), doBack, 0))
	}
	if question.Kind.Asks() && !question.Required {
		moves = append(moves, c.button(c.say.Say("button.skip", nil), doSkip, 0))
	}
	if !question.Kind.Asks() || value != "" {
		moves = append(moves, c.button(c.say.Say("button.next", nil), doNext, 0))
	}
	if len(moves) > 0 {
		keyboard = append(keyboard, moves)
	}
	return keyboard
}

func (c card) can(in survey.Input) bool {
	_, err := c.answers.Apply(in, c.today)
	return err == nil
}

// choicesKeyboard has one button per choice, with its label or, where the labels
// stand numbered in the text, its number.
func (c card) choicesKeyboard(question survey.Question) telegram.Keyboard {
	if !question.Kind.HasChoices() {
		return nil
	}
	verb := doPick
	if question.Kind == survey.SelectMultiple {
		verb = doTick
	}
	labels := c.labels(question)
	inARow := perRow(labels, question.Kind)
	numbered := numbered(labels)
	keys := make([]telegram.Button, len(labels))
	for i, label := range labels {
		if numbered {
			label = number(question, i)
		}
		keys[i] = c.button(c.tick(question, i)+label, verb, i)
	}
	return rows(keys, inARow)
}

// writeChoices lists the choices with their numbers.
func (c card) writeChoices(p *page, question survey.Question) {
	for i, label := range c.labels(question) {
		p.line()
		p.text(number(question, i) + ". " + label)
	}
}

func (c card) labels(question survey.Question) []string {
	labels := make([]string, len(question.Choices))
	for i, choice := range question.Choices {
		labels[i] = choice.Label.In(c.session.Language)
	}
	return labels
}

// number is what a choice is called where labels are numbered: a scale's own
// number, or its place.
func number(question survey.Question, index int) string {
	if question.Kind == survey.Scale && question.Choices[index].Name == survey.Unobserved {
		return "–"
	}
	if question.Kind == survey.Scale {
		return question.Choices[index].Name
	}
	return strconv.Itoa(index + 1)
}

// tick is the sign before a choice that can be ticked.
func (c card) tick(question survey.Question, index int) string {
	if question.Kind != survey.SelectMultiple {
		return ""
	}
	for _, choice := range question.Chosen(c.answers.Value(question.Name)) {
		if choice.Name == question.Choices[index].Name {
			return ticked
		}
	}
	return unticked
}

// numbered tells whether the labels are too long for buttons.
func numbered(labels []string) bool { return longest(labels) > fullWidth }

// perRow is how many buttons of a question stand side by side.
func perRow(labels []string, kind survey.Kind) int {
	switch width := longest(labels); {
	case width > fullWidth, width <= tinyWidth:
		return mostInARow
	case kind == survey.SelectMultiple, width > halfWidth:
		return 1
	}
	return 2
}

func longest(labels []string) int {
	width := 0
	for _, label := range labels {
		width = max(width, utf8.RuneCountInString(label))
	}
	return width
}

// rows breaks buttons into rows of nearly the same length.
func rows(keys []telegram.Button, most int) telegram.Keyboard {
	count := (len(keys) + most - 1) / most
	var keyboard telegram.Keyboard
	for ; count > 0; count-- {
		length := (len(keys) + count - 1) / count
		keyboard = append(keyboard, keys[:length])
		keys = keys[length:]
	}
	return keyboard
}
