package stats

import (
	"fmt"
	"slices"
	"time"

	"pascalatih/survey"
)

// Period is what figures are of: a week, or another stretch of time, of all
// rounds; or one round so far. It includes From and ends before To: responses count
// by the time of Kirim, or of HR's confirmation where that came later.
type Period struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Round int64     `json:"round,omitempty"` // 0: all rounds
	Units []int64   `json:"units,omitempty"` // whose responses alone are meant; none: the whole office
}

// Figures are what a summary says, computed once and kept as JSON. Every rendering
// reads them, so that all say the same.
type Figures struct {
	Period
	Forms     []Form           `json:"forms,omitempty"` // those with a round in the period; those on satisfaction first
	UnitNames map[int64]string `json:"unit_names,omitempty"`
	Before    *RoundOf         `json:"before,omitempty"` // the round before one that recurs
	List      []Figure         `json:"list"`
	Compared  []Compared       `json:"compared,omitempty"` // comparisons of which there are figures
}

// Form is an instrument of which there are figures.
type Form struct {
	Key    string      `json:"key"`
	Scope  string      `json:"scope"` // of its figures
	Title  survey.Text `json:"title"`
	Rounds []RoundOf   `json:"rounds"` // in the order in which they opened
	Units  []int64     `json:"units"`  // that were asked, by name
	Items  []Item      `json:"items"`  // that have figures, in the form's order
}

// RoundOf is a round of a form.
type RoundOf struct {
	ID       int64     `json:"id"`
	Training string    `json:"training"` // its title
	Code     string    `json:"code"`     // the training's
	Opened   time.Time `json:"opened"`
	Open     bool      `json:"open"` // took answers still at the period's end
}

// Item is a question that has figures.
type Item struct {
	Name      string           `json:"name"`
	Label     survey.Text      `json:"label"`
	Kind      survey.Kind      `json:"kind"`
	Dimension survey.Dimension `json:"dimension,omitempty"`
	Choices   []survey.Choice  `json:"choices,omitempty"`
}

// Figure is one number that may be shown. Low and High are the ends of its 95%
// interval, where it has one.
type Figure struct {
	// Scope is the period, the units where it is of some, and the form: "2026-06-22
	// to 2026-06-28 reaction".
	Scope   string  `json:"scope"`
	Group   string  `json:"group"` // All, RoundGroup, UnitGroup or, of comparisons, TrainingGroup
	Measure Measure `json:"measure"`
	// Item is what is measured: a question's name, question=choice for one choice of
	// it, a dimension as DimensionItem has it; "" for people.
	Item  string   `json:"item"`
	Value *float64 `json:"value"` // nil: withheld
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
	// N are the people or responses that the figure is of, Base those that could be
	// of it: 18 of 30. Of a mean both are the responses behind it.
	N        int    `json:"n"`
	Base     int    `json:"base"`
	Method   string `json:"method"`
	Withheld bool   `json:"withheld"` // fewer than Least responses are behind it, or can be shown
}

// Measure says what a figure tells.
type Measure string

// The measures. Shares are parts of one.
const (
	Invited    Measure = "invited"      // people
	Unreached  Measure = "unreached"    // people of whom no account is known, or who blocked the bot
	Declined   Measure = "declined"     // people who would rather not answer; of no unit, and only where there are any
	Sent       Measure = "sent"         // people, to the period's end
	SentNow    Measure = "sent_now"     // people, in the period
	Counted    Measure = "counted"      // responses of the period that the figures are of
	Rate       Measure = "rate"         // Sent of Invited
	IndexOf    Measure = "index"        // 25 to 100, of a dimension; Method names its Grade
	Mean       Measure = "mean"         // on the item's scale
	Upper      Measure = "upper"        // share of those above the middle of the scale: 3 and 4 of 4
	Chosen     Measure = "chosen"       // share of those who chose this
	Answered   Measure = "answered"     // share of those who answered in their own words
	Before     Measure = "before"       // mean, of the pairs
	Now        Measure = "now"          // mean, of the pairs
	Gain       Measure = "gain"         // mean of now minus before
	IndexMoved Measure = "index_change" // IndexOf minus that of the week before
	MeanMoved  Measure = "mean_change"  // Mean of a dimension minus that of the round before
	RateMoved  Measure = "rate_change"  // Rate minus that of the round before
)

// All is the group of everything in the period.
const All = "all"

// RoundGroup is the group of one round.
func RoundGroup(id int64) string { return fmt.Sprintf("round:%d", id) }

// UnitGroup is the group of one unit.
func UnitGroup(id int64) string { return fmt.Sprintf("unit:%d", id) }

// DimensionItem is the item of all questions of a dimension together.
func DimensionItem(d survey.Dimension) string { return "dimension:" + string(d) }

// ChoiceItem is the item of one choice of a question.
func ChoiceItem(question, choice string) string { return question + "=" + choice }

// Key finds a figure.
type Key struct {
	Form    string // the instrument's key
	Group   string
	Measure Measure
	Item    string
}

// Table finds figures by their keys.
type Table map[Key]Figure

// Table gives the figures by their keys.
func (f Figures) Table() Table {
	forms := make(map[string]string)
	for _, form := range f.Forms {
		forms[form.Scope] = form.Key
	}
	table := make(Table, len(f.List))
	for _, figure := range f.List {
		table[Key{forms[figure.Scope], figure.Group, figure.Measure, figure.Item}] = figure
	}
	return table
}

// Withheld tells whether any figure is.
func (f Figures) Withheld() bool {
	return slices.ContainsFunc(f.List, func(figure Figure) bool { return figure.Withheld })
}

// scope names what the figures of a form are of, in words that stay clear when
// lists of several summaries are put together. Days are those of From's zone.
func (p Period) scope(form string) string {
	name := fmt.Sprintf("%s to %s", p.From.Format(time.DateOnly), p.To.Add(-time.Nanosecond).Format(time.DateOnly))
	if p.Round != 0 {
		name = RoundGroup(p.Round)
	}
	for _, unit := range p.Units {
		name += " " + UnitGroup(unit)
	}
	return name + " " + form
}
