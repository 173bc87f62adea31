package respondent

import (
	"slices"
	"strconv"
	"strings"

	"pascalatih/bot/simulator"
	"pascalatih/survey"
)

// Stage is what a card shows.
type Stage string

// The stages. None is a chat in which no card of the form is to be seen.
const (
	None       Stage = "none"
	Invitation Stage = "invitation"
	Asking     Stage = "asking"
	Reviewing  Stage = "reviewing"
	Listing    Stage = "listing" // the review, with the questions to change
	Sent       Stage = "sent"
	Closed     Stage = "closed"
)

// Seen is a form's card as a person reads it.
type Seen struct {
	Stage    Stage
	Message  simulator.Message
	Question survey.Question // while Asking
}

// differs tells whether there was a reaction: the card was edited, or another
// message is the card now.
func (s Seen) differs(other Seen) bool {
	return s.Stage != other.Stage || s.Message.ID != other.Message.ID || s.Message.Edits != other.Message.Edits
}

// read finds the form's card: the lowest message that shows it.
func (r *Respondent) read(screen simulator.Screen) Seen {
	for _, m := range slices.Backward(screen.FromBot()) {
		if m.ID <= r.After {
			break
		}
		if seen := r.classify(m); seen.Stage != None {
			return seen
		}
	}
	return Seen{Stage: None}
}

func (r *Respondent) classify(m simulator.Message) Seen {
	seen := Seen{Stage: None, Message: m}
	title := map[string]any{"Title": r.Title}
	if r.About != "" {
		title["Title"] = r.About + " · " + r.Title
	}
	switch {
	case !strings.Contains(m.Text, r.Title) && r.About == "":
	case r.About != "" && strings.HasPrefix(m.Text, r.Say.Say("observing.thanks", map[string]any{"Name": r.About})):
		seen.Stage = Sent
	case !strings.Contains(m.Text, title["Title"].(string)):
	case strings.HasPrefix(m.Text, r.Say.Say("card.thanks", title)), strings.HasPrefix(m.Text, r.Say.Say("card.sent_automatically", title)):
		seen.Stage = Sent
	case strings.HasPrefix(m.Text, r.Say.Say("card.closed", title)):
		seen.Stage = Closed
	case len(m.Rows) == 0: // a card that was replaced by one below
	case m.Button(r.Say.Say("button.start", nil)).Text != "":
		seen.Stage = Invitation
	case strings.Contains(m.Text, r.Say.Say("review.which", nil)):
		seen.Stage = Listing
	case strings.Contains(m.Text, title["Title"].(string)+" · "+r.Say.Say("review.title", nil)):
		seen.Stage = Reviewing
	default:
		return r.classifyQuestion(seen)
	}
	return seen
}

// classifyQuestion finds the question whose label stands on the card.
func (r *Respondent) classifyQuestion(seen Seen) Seen {
	for _, question := range r.Form.Questions {
		if strings.Contains(seen.Message.Text, "\n"+question.Label.In(r.Say.Language())) {
			seen.Stage, seen.Question = Asking, question
		}
	}
	return seen
}

// choice is the button of a question's choice: those come first, in the form's
// order.
func (s Seen) choice(index int) simulator.Button { return s.Message.Buttons()[index] }

// ticked are the names of the choices that are ticked on the card.
func (s Seen) ticked() []string {
	var names []string
	for i, choice := range s.Question.Choices {
		if strings.HasPrefix(s.choice(i).Text, "☑") {
			names = append(names, choice.Name)
		}
	}
	return names
}

// numberOf is the number under which the review lists a question; 0: it does not.
func (r *Respondent) numberOf(question survey.Question, seen Seen) int {
	for line := range strings.Lines(seen.Message.Text) {
		number, label, found := strings.Cut(strings.TrimSpace(line), ". ")
		n, err := strconv.Atoi(number)
		if found && err == nil && strings.HasPrefix(question.Label.In(r.Say.Language()), strings.TrimSuffix(label, "…")) {
			return n
		}
	}
	return 0
}
