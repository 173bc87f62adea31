package survey

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Apply does what the respondent did and gives the new session; s stays as it
// was. Today decides what depends on the date; only its calendar date in its own
// zone counts.
//
// An input that is understood and not allowed gives *Rejection, whose Hint is
// for the respondent. One that does not fit the place is ErrNotAsked, any after
// Send is ErrFinished. The returned session is s then.
func (s Session) Apply(in Input, today time.Time) (Session, error) {
	next, err := s.apply(in, today)
	if err != nil {
		return s, err
	}
	return next, nil
}

func (s Session) apply(in Input, today time.Time) (Session, error) {
	switch s.place.Stage {
	case Sent:
		return s, ErrFinished
	case InReview:
		return s.applyInReview(in, today)
	}
	question, _ := s.Current()
	switch in := in.(type) {
	case Choose:
		return s.choose(question, in.Choice, today)
	case Toggle:
		return s.toggle(question, in.Choice, today)
	case Write:
		return s.write(question, Clean(in.Text), today)
	case Erase:
		return s.with(question, ""), nil
	case Next:
		if rejection := s.check(question, today); rejection != nil {
			return s, rejection
		}
		return s.advance(today), nil
	case Skip:
		if question.Required {
			return s, ErrNotAsked
		}
		return s.with(question, "").advance(today), nil
	case Back:
		return s.back(today)
	case Review:
		return s.at(Place{Stage: InReview}), nil
	}
	return s, ErrNotAsked
}

func (s Session) applyInReview(in Input, today time.Time) (Session, error) {
	switch in := in.(type) {
	case Send:
		if question := s.inTheWay(today); question != nil {
			return s, &Rejection{Hint: question.inTheWayHint(), Path: question.Name}
		}
		if !s.Complete(today) {
			return s, &Rejection{Hint: emptyFormHint(), Path: s.instrument.firstAsking()}
		}
		return s.at(Place{Stage: Sent}), nil
	case Change:
		for _, question := range s.Relevant(today) {
			if question.Name == in.Path && question.Kind.Asks() {
				return s.at(Place{Stage: AtQuestion, Path: in.Path, Changing: true}), nil
			}
		}
	case Back:
		if open, found := s.firstOpen(today); found {
			return s.at(Place{Stage: AtQuestion, Path: open}), nil
		}
		return s.at(Place{Stage: AtQuestion, Path: s.lastRelevant(today)}), nil
	}
	return s, ErrNotAsked
}

func (s Session) choose(question Question, choice string, today time.Time) (Session, error) {
	if _, known := question.Choice(choice); !known || !question.Kind.ChoosesOne() {
		return s, ErrNotAsked
	}
	return s.answer(question, choice, today)
}

// toggle ticks or unticks a choice. Unticking always works. A tick takes away
// the ticks that exclude it: those of which one of the two alone satisfies the
// constraint and both together do not, as "none of these" and any other. A tick
// that then breaks a constraint that held is rejected, as the fourth of at most
// three; one on the way to holding, as the first of at least two, is taken, and
// Next checks.
func (s Session) toggle(question Question, choice string, today time.Time) (Session, error) {
	if _, known := question.Choice(choice); !known || question.Kind != SelectMultiple {
		return s, ErrNotAsked
	}
	ticked := strings.Fields(s.answers[question.Name])
	if at := slices.Index(ticked, choice); at >= 0 {
		return s.with(question, question.join(slices.Delete(ticked, at, at+1))), nil
	}
	holds := func(choices ...string) bool {
		return s.allows(question, question.join(choices), today)
	}
	wanted := []string{choice}
	for _, other := range ticked {
		exclusive := (holds(choice) || holds(other)) && !holds(choice, other)
		if !exclusive {
			wanted = append(wanted, other)
		}
	}
	if len(wanted) > 1 && holds(ticked...) && !holds(wanted...) {
		return s, &Rejection{Hint: question.constraintHint(), Path: question.Name}
	}
	return s.with(question, question.join(wanted)), nil
}

// write takes a message at the present question.
func (s Session) write(question Question, text string, today time.Time) (Session, error) {
	if !question.Kind.IsText() {
		value, hint := question.read(text, today)
		if hint != nil {
			return s, &Rejection{Hint: hint, Path: question.Name}
		}
		return s.answer(question, value, today)
	}
	value, hint := question.collect(s.answers[question.Name], text)
	if hint != nil {
		return s, &Rejection{Hint: hint, Path: question.Name}
	}
	return s.with(question, value), nil
}

// answer sets a whole answer and moves on, if the constraint allows it.
func (s Session) answer(question Question, value string, today time.Time) (Session, error) {
	if !s.allows(question, value, today) {
		return s, &Rejection{Hint: question.constraintHint(), Path: question.Name}
	}
	return s.with(question, value).advance(today), nil
}

func (s Session) back(today time.Time) (Session, error) {
	if s.place.Changing {
		return s.at(Place{Stage: InReview}), nil
	}
	path, found := s.preceding(today)
	if !found {
		return s, ErrNotAsked
	}
	return s.at(Place{Stage: AtQuestion, Path: path}), nil
}

// advance passes the present question and goes to the next one, or to the
// review after the last.
func (s Session) advance(today time.Time) Session {
	changing := s.place.Changing
	s = s.passing(s.place.Path)
	path, found := s.following(today)
	if changing {
		path, found = s.firstOpen(today)
	}
	if !found {
		return s.at(Place{Stage: InReview})
	}
	return s.at(Place{Stage: AtQuestion, Path: path, Changing: changing})
}

func (s Session) at(place Place) Session {
	s.place = place
	return s
}

// with is the session with an answer set, or taken back where value is "".
func (s Session) with(question Question, value string) Session {
	answers := make(map[string]string, len(s.answers)+1)
	maps.Copy(answers, s.answers)
	if value == "" {
		delete(answers, question.Name)
	} else {
		answers[question.Name] = value
	}
	s.answers = answers
	return s
}

func (s Session) passing(path string) Session {
	passed := make(map[string]bool, len(s.passed)+1)
	maps.Copy(passed, s.passed)
	passed[path] = true
	s.passed = passed
	return s
}

// firstAsking is the path of the first question that is not a note.
func (i Instrument) firstAsking() string {
	for _, question := range i.Questions {
		if question.Kind.Asks() {
			return question.Name
		}
	}
	return ""
}
