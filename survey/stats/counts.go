// Package stats makes figures of what was counted. It is pure: counting is
// done where the answers are kept, and what may be shown is decided here.
package stats

import (
	"time"

	"pascalatih/survey"
)

// Counts is what was counted for a period, which includes From and ends before
// To: responses count by the time of Kirim.
type Counts struct {
	From, To    time.Time
	Rounds      []Round // those that were open at some time in the period
	Tallies     []Tally
	Instruments map[int64]survey.Instrument // the rounds', by id
}

// Round is how far one round has come at the period's end.
type Round struct {
	ID         int64
	Training   string // its title
	Instrument int64
	Invited    int
	Opened     int
	Sent       int // in all
	SentNow    int // in the period
}

// Tally is how often one choice was given to a question in a round, by the
// responses of the period.
type Tally struct {
	Round    int64
	Question string // its name
	Choice   string // its name
	Count    int
	Base     int // the responses that answer the question
}
