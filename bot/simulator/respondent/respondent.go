// Package respondent lets a simulated person fill a form as real ones do: they
// read the card, press what they see or write, wait for the reaction, press
// again when none comes, and now and then do what nobody asked for. What they saw
// accepted they write into a book of their own, which an export is held against.
package respondent

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/survey"
	"pascalatih/survey/text"
)

// Respondent is a person in front of one form.
type Respondent struct {
	*simulator.Person
	Form   survey.Instrument
	Title  string       // of the training, as the cards show it
	About  string       // whom the form is about, where it is not the person
	After  int          // messages up to this one are of earlier forms about the training
	Say    text.Phrases // the bot's words in the person's language
	Chance *rand.Rand
	Habits Habits
	// Patience is how long the person waits for a reaction before pressing again.
	Patience time.Duration
	// Mind is what the person is set on answering, by question; the rest is chance.
	Mind map[string]string
	Book *Book

	plans   map[string]string // what the person is about to answer, by question
	written int               // how many of the present text's messages went out
	wrote   simulator.Message // the last message that was meant as an answer
	old     []simulator.Button
	changed int
	pressed string // the question whose answer is on its way
}

// Habits are how a person answers. Shares are from 0 to 1, a card.
type Habits struct {
	Back     float64 // goes back and comes again
	Nonsense float64 // writes or sends what the card does not ask for
	Old      float64 // presses a button of an earlier card
	Twice    float64 // presses twice
	Changes  int     // answers changed in the review
}

// Invited waits for the form's first card.
func (r *Respondent) Invited(ctx context.Context) error {
	_, err := r.Await(ctx, func(s simulator.Screen) bool { return r.read(s).Stage != None })
	return err
}

// Open brings the form's card up, though it be one of several in a list: by the
// button that names it, or by asking what is open. It is an error where that does not
// lead to it.
func (r *Respondent) Open(ctx context.Context) error {
	for range mostTries {
		screen := r.Chat()
		if r.read(screen).Stage != None {
			return nil
		}
		if named := r.named(screen.Last()); named.Text != "" {
			r.Tap(named)
		} else {
			r.Write("/survei")
		}
		_, err := r.AwaitFor(ctx, r.Patience, func(now simulator.Screen) bool {
			return r.read(now).Stage != None || now.Last().ID != screen.Last().ID || now.Last().Edits != screen.Last().Edits
		})
		if err != nil && !errors.Is(err, simulator.ErrNotSeen) {
			return err
		}
	}
	return fmt.Errorf("the form does not come up; the last message says %q", r.Chat().Last().Text)
}

// mostTries is how often a person looks for a form before they give up.
const mostTries = 60

// named is the button of a list that leads to the form; zero: there is none.
func (r *Respondent) named(m simulator.Message) simulator.Button {
	wanted := r.Form.Title.In(r.Say.Language())
	if r.About != "" {
		wanted = r.About
	}
	for _, button := range m.Buttons() {
		_, label, numbered := strings.Cut(button.Text, ". ")
		label, cut := strings.CutSuffix(label, "…")
		if numbered && (strings.HasPrefix(label, wanted) || cut && strings.HasPrefix(wanted, label)) {
			return button
		}
	}
	return simulator.Button{}
}

// Fill answers card after card until the form is sent or stop says so, and gives
// the card at which it ended.
func (r *Respondent) Fill(ctx context.Context, stop func(Seen) bool) (Seen, error) {
	for {
		seen, err := r.look(ctx)
		if err != nil {
			return seen, err
		}
		if seen.Stage == Sent {
			r.Book.Sent = true
			return seen, nil
		}
		if seen.Stage == Closed || stop(seen) {
			return seen, nil
		}
		r.act(seen)
		_, err = r.AwaitFor(ctx, r.Patience, func(s simulator.Screen) bool { return r.read(s).differs(seen) })
		if err != nil && !errors.Is(err, simulator.ErrNotSeen) {
			return seen, err
		}
	}
}

// AwaitSent waits until the form was sent without the person's doing.
func (r *Respondent) AwaitSent(ctx context.Context) error {
	_, err := r.Await(ctx, func(s simulator.Screen) bool { return r.read(s).Stage == Sent })
	if err == nil {
		r.Book.Sent = true
	}
	return err
}

// NoLimit is more cards than any form has.
const NoLimit = 1 << 30

// Never lets Fill go on until the form is sent.
func Never(Seen) bool { return false }

// AtReview stops Fill before Kirim.
func AtReview(s Seen) bool { return s.Stage == Reviewing }

// look reads the present card and notes what it proves to have been accepted: a
// card that asks something else accepted the last answer.
func (r *Respondent) look(ctx context.Context) (Seen, error) {
	screen, err := r.Await(ctx, func(s simulator.Screen) bool { return r.read(s).Stage != None })
	if err != nil {
		return Seen{}, err
	}
	seen := r.read(screen)
	if r.pressed != "" && seen.Stage != Invitation && seen.Question.Name != r.pressed {
		r.accept(r.pressed)
	}
	r.remember(seen)
	return seen, nil
}

// accept writes an answer into the book, and takes out what it made irrelevant.
func (r *Respondent) accept(question string) {
	r.Book.Answers[question] = r.plans[question]
	for later, asked := range dependent {
		if asked.question == question && !asked.by(r.plans[question]) {
			delete(r.Book.Answers, later)
			delete(r.plans, later)
		}
	}
	r.pressed, r.written = "", 0
}

// dependent are the questions of the bundled forms that are asked only after
// certain answers: what the person knows of the form, said here once more and
// independently of it.
var dependent = map[string]struct {
	question string
	by       func(answer string) bool
}{
	"obstacles_other":     {"obstacles", namesOther},
	"help_other":          {"help", namesOther},
	"support_given_other": {"support_given", namesOther},
	"advice_other":        {"advice", namesOther},
	"plan_by":             {"plan", func(answer string) bool { return answer != "" }},
	"example":             {"use", appliedIt},
	"outcome":             {"use", appliedIt},
	"evidence":            {"use", appliedIt},
}

func appliedIt(answer string) bool { return answer != "1" }

func namesOther(answer string) bool { return slices.Contains(strings.Fields(answer), "other") }

// remember keeps some buttons to press when they are old.
func (r *Respondent) remember(seen Seen) {
	if buttons := seen.Message.Buttons(); len(buttons) > 0 && len(r.old) < 30 {
		r.old = append(r.old, buttons[r.Chance.IntN(len(buttons))])
	}
}

// outdated are those of the buttons seen earlier that are not on the card: one
// that still is would count.
func (r *Respondent) outdated(seen Seen) []simulator.Button {
	return slices.DeleteFunc(slices.Clone(r.old), func(b simulator.Button) bool {
		return slices.ContainsFunc(seen.Message.Buttons(), func(now simulator.Button) bool { return now.Data == b.Data })
	})
}
