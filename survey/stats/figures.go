package stats

import (
	"time"

	"pascalatih/survey"
)

// Figures are what a summary says, computed once and kept as JSON. Every
// rendering reads them, so that all say the same.
type Figures struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Forms []Form    `json:"forms"` // those with a round in the period, by key
	// Withheld is set where anything is: fewer than Least responses were behind it.
	Withheld bool `json:"withheld"`
}

// Form is what came of one instrument, over all its rounds of the period.
type Form struct {
	Key          string       `json:"key"`
	Title        survey.Text  `json:"title"`
	Rounds       []RoundPart  `json:"rounds"`
	Satisfaction Satisfaction `json:"satisfaction"`
	Obstacles    Ranking      `json:"obstacles"` // without "none"
	Help         Ranking      `json:"help"`      // without "none"
}

// RoundPart is one round of a form. How many were invited and sent is never
// withheld: it tells nothing of what anybody answered.
type RoundPart struct {
	Round        int64   `json:"round"`
	Training     string  `json:"training"`
	Invited      int     `json:"invited"`
	Sent         int     `json:"sent"`     // in all, to the period's end
	SentNow      int     `json:"sent_now"` // in the period
	Rate         float64 `json:"rate"`     // Sent of Invited; 1 is all
	Satisfaction Measure `json:"satisfaction"`
}

// Measure is a mean on the scale from 1 to 4 and the share of those satisfied
// (3 or 4). Without responses, or withheld, all is zero.
type Measure struct {
	N        int     `json:"n"` // responses behind it
	Mean     float64 `json:"mean"`
	Share    float64 `json:"share"` // 1 is all
	Withheld bool    `json:"withheld,omitempty"`
}

// Satisfaction is the measure over all items of that dimension, and of each.
type Satisfaction struct {
	Measure
	Items []Item `json:"items,omitempty"` // in the form's order; those withheld are left out
}

// Item is the measure of one question.
type Item struct {
	Question string      `json:"question"`
	Label    survey.Text `json:"label"`
	Measure
}

// Ranking is how often each choice of a question with several was named, most
// often first, in the form's order where equally often. Shares do not add up to
// one.
type Ranking struct {
	N        int     `json:"n"` // responses behind it
	Choices  []Named `json:"choices,omitempty"`
	Withheld bool    `json:"withheld,omitempty"`
}

// Named is how often one choice was named.
type Named struct {
	Choice string      `json:"choice"`
	Label  survey.Text `json:"label"`
	Count  int         `json:"count"`
	Share  float64     `json:"share"` // of the responses behind the ranking; 1 is all
}
