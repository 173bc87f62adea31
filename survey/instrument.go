// Package survey holds what a survey is and how it is answered: instruments,
// their questions, and sessions. It is pure: no database, no network, no clock,
// no chat. Time comes in as an argument, and the same inputs give the same
// outputs.
//
// An Instrument is a definition. Begin gives a Session, which is a value: every
// Input applied to it gives a new Session and leaves the old one as it was.
// State is what is kept of a session between two inputs.
package survey

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"pascalatih/survey/expression"
)

// Instrument is a survey definition. Once published it does not change; a
// change is a new Version.
//
// As JSON it keeps everything; reading it back validates it, so that an
// Instrument read without error can be asked.
type Instrument struct {
	Key             string     `json:"key"`     // stable name, as in "reaction"
	Version         string     `json:"version"` // compared for equality only
	Title           Text       `json:"title"`
	DefaultLanguage string     `json:"default_language"`
	Languages       []string   `json:"languages"` // all texts are there in each
	Privacy         Privacy    `json:"privacy"`
	About           About      `json:"about,omitempty"`
	Questions       []Question `json:"questions"`
}

// Privacy says what ties an answer to a person.
type Privacy string

const (
	// Named: exports carry the NIP and the name.
	Named Privacy = "named"
	// Confidential: exports carry a random code.
	Confidential Privacy = "confidential"
	// Anonymous: nothing ties an answer to a person. Not served yet: Validate
	// refuses it, because the notice promises only what the program does.
	Anonymous Privacy = "anonymous"
)

// About says what a form asks about.
type About string

const (
	// AboutTraining: one training, as most forms do.
	AboutTraining About = ""
	// AboutOffice: the office as a whole and no training; such a form is for rounds
	// that recur.
	AboutOffice About = "office"
)

// Question is one item of an instrument. Which fields have a meaning depends on
// the Kind.
type Question struct {
	// Name is the stable key of the item, unique in the instrument. It is also the
	// question's path, as long as no group repeats.
	Name  string `json:"name"`
	Kind  Kind   `json:"kind"`
	Label Text   `json:"label"`
	Hint  Text   `json:"hint,omitempty"`
	// Choices of the kinds that are answered by choosing, in the form's order.
	Choices []Choice `json:"choices,omitempty"`
	// Required questions must be answered before the form is sent, as far as they
	// are relevant.
	Required        bool `json:"required,omitempty"`
	RequiredMessage Text `json:"required_message,omitempty"`
	// Relevant decides whether the question is asked; without it, it always is. It
	// refers to earlier questions only.
	Relevant expression.Expression `json:"relevant,omitzero"`
	// Constraint decides whether an answer is allowed; the dot is that answer. It
	// does not apply to a question without an answer.
	Constraint        expression.Expression `json:"constraint,omitzero"`
	ConstraintMessage Text                  `json:"constraint_message,omitempty"`
	// Dimension is what the item measures, "" where it measures nothing.
	Dimension Dimension `json:"dimension,omitempty"`
	// Source tells where the wording or the scale comes from.
	Source string `json:"source,omitempty"`
}

// Unobserved names the choice of a scale by which somebody says that they did not
// see what is asked about: an answer, and no level.
const Unobserved = "unobserved"

// Levels are the choices of a scale that are levels, in the form's order.
func (q Question) Levels() []Choice {
	return slices.DeleteFunc(slices.Clone(q.Choices), func(c Choice) bool { return c.Name == Unobserved })
}

// Choice is one of the answers that can be chosen. Those of a scale have whole
// numbers as names, but for Unobserved.
type Choice struct {
	Name  string `json:"name"`
	Label Text   `json:"label"`
}

// Kind is how a question is answered.
type Kind string

const (
	Note           Kind = "note"            // read only, nothing to answer
	YesNo          Kind = "yes_no"          // the choices yes and no, in this order
	SelectOne      Kind = "select_one"      // one choice
	SelectMultiple Kind = "select_multiple" // any number of choices
	Scale          Kind = "scale"           // one choice with a number as its name
	Integer        Kind = "integer"         // whole number
	Decimal        Kind = "decimal"         // number with at most 6 decimals
	ShortText      Kind = "short_text"      // at most ShortTextLimit characters
	LongText       Kind = "long_text"       // at most LongTextLimit characters
	Date           Kind = "date"            // calendar date
)

// Asks reports whether the kind has an answer: all but a note do.
func (k Kind) Asks() bool { return k != Note }

// ChoosesOne reports whether one tap on a choice answers the question.
func (k Kind) ChoosesOne() bool { return k == YesNo || k == SelectOne || k == Scale }

// HasChoices reports whether the question is answered with buttons for choices.
func (k Kind) HasChoices() bool { return k.ChoosesOne() || k == SelectMultiple }

// IsText reports whether the answer is free text.
func (k Kind) IsText() bool { return k == ShortText || k == LongText }

func (k Kind) known() bool {
	switch k {
	case Note, YesNo, SelectOne, SelectMultiple, Scale, Integer, Decimal, ShortText, LongText, Date:
		return true
	}
	return false
}

// Dimension is what an item measures.
type Dimension string

const (
	Satisfaction   Dimension = "satisfaction"
	Competence     Dimension = "competence"
	Performance    Dimension = "performance"
	Motivation     Dimension = "motivation"
	Confidence     Dimension = "confidence"
	Application    Dimension = "application"
	Support        Dimension = "support"
	Obstacle       Dimension = "obstacle"
	Recommendation Dimension = "recommendation"
)

// Dimensions are all of them, in the order in which they are reported.
func Dimensions() []Dimension {
	return []Dimension{Satisfaction, Competence, Performance, Motivation, Confidence,
		Application, Support, Obstacle, Recommendation}
}

// Question finds a question by its path.
func (i Instrument) Question(path string) (Question, bool) {
	at := i.index(path)
	if at < 0 {
		return Question{}, false
	}
	return i.Questions[at], true
}

// Choice finds a choice by its name.
func (q Question) Choice(name string) (Choice, bool) {
	for _, choice := range q.Choices {
		if choice.Name == name {
			return choice, true
		}
	}
	return Choice{}, false
}

// Hash is the SHA-256 of the instrument's JSON, in hexadecimal. Two instruments
// with the same content have the same hash.
func (i Instrument) Hash() string {
	content, err := json.Marshal(i)
	if err != nil { // strings, booleans, lists and maps of strings always marshal
		panic(fmt.Sprintf("survey: marshal instrument: %v", err))
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// UnmarshalJSON reads a stored instrument and validates it.
func (i *Instrument) UnmarshalJSON(content []byte) error {
	type plain Instrument // without this method
	var read plain
	if err := json.Unmarshal(content, &read); err != nil {
		return fmt.Errorf("read instrument: %w", err)
	}
	if err := Instrument(read).Validate(); err != nil {
		return fmt.Errorf("read instrument %q: %w", read.Key, err)
	}
	*i = Instrument(read)
	return nil
}

func (i Instrument) index(path string) int {
	for at, question := range i.Questions {
		if question.Name == path {
			return at
		}
	}
	return -1
}
