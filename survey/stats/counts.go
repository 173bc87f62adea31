package stats

import (
	"time"

	"pascalatih/survey"
)

// Counts is what was counted for a Period. What the answers say comes by block,
// how many people were asked and sent by round and unit.
type Counts struct {
	Period
	Rounds      []Round    // that were open at some time in the period
	Standings   []Standing // of these rounds
	Blocks      []CountedBlock
	Tallies     []Tally
	Pairs       []Pair
	Compared    []Compared                  // of trainings, where something is new
	UnitNames   map[int64]string            // by id
	Instruments map[int64]survey.Instrument // the rounds', by id
}

// Round is a round as it stood at the period's end.
type Round struct {
	ID         int64
	Training   string    // its title
	Code       string    // the training's
	Instrument int64     // its version
	Opened     time.Time `db:"opened_at"`
	Open       bool      // takes answers still
}

// Standing is how far a round has come in one unit at the period's end.
type Standing struct {
	Round     int64
	Unit      int64
	Invited   int
	Unreached int // of them no account is known, or it blocked the bot
	Declined  int // would rather not answer
	Sent      int // in all
	SentNow   int `db:"sent_now"` // in the period
}

// CountedBlock is a Block whose responses are all of the period.
type CountedBlock struct {
	ID    int64
	Form  string
	Round int64 // 0: of several rounds
	Unit  int64 // 0: of several units
	Size  int
	// Formation is the same for all blocks that were formed at once, and of one week;
	// 0: the block is of several weeks.
	Formation int64
}

// Tally is how many responses of a block answer a question in one way.
type Tally struct {
	Block    int64
	Question string // its name
	Value    string // names of choices, separated by spaces; "" where it is no choice
	Count    int
}

// Pair is how many responses of a block rate the same thing so before and so now.
type Pair struct {
	Block       int64
	Item        string // the name that both questions begin with
	Before, Now int
	Count       int
}
