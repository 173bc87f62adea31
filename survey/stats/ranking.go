package stats

import (
	"cmp"
	"slices"

	"pascalatih/survey"
)

// NoneNamed is the name of the choice that says there is nothing to name. It has
// its figure, and no place in a ranking.
const NoneNamed = "none"

// Ranking is the choices of a question that takes several, the most named first,
// in the form's order where equally often; those that nobody named are left out.
// Shares do not add up to one.
type Ranking struct {
	Item     Item
	Base     int // responses behind it; 0: withheld
	Withheld bool
	Choices  []Ranked
}

// Ranked is one choice in a ranking.
type Ranked struct {
	survey.Choice
	Figure Figure
}

// Ranking ranks the choices of a form's first question of the dimensions that takes
// several, as a group named them; false where nothing is told of such a question.
func (t Table) Ranking(form Form, group string, dimensions ...survey.Dimension) (Ranking, bool) {
	at := slices.IndexFunc(form.Items, func(i Item) bool {
		return i.Kind == survey.SelectMultiple && slices.Contains(dimensions, i.Dimension)
	})
	if at < 0 {
		return Ranking{}, false
	}
	r := Ranking{Item: form.Items[at]}
	if f, found := t[Key{form.Key, group, Chosen, r.Item.Name}]; found && f.Withheld {
		r.Withheld = true
		return r, true
	}
	for _, choice := range r.Item.Choices {
		figure, found := t[Key{form.Key, group, Chosen, ChoiceItem(r.Item.Name, choice.Name)}]
		if !found {
			return Ranking{}, false
		}
		r.Base = figure.Base
		if figure.N > 0 && choice.Name != NoneNamed {
			r.Choices = append(r.Choices, Ranked{choice, figure})
		}
	}
	slices.SortStableFunc(r.Choices, func(a, b Ranked) int { return cmp.Compare(b.Figure.N, a.Figure.N) })
	return r, true
}

// PlanDone is the name of the question of a check-in that asks how far somebody's
// plan is carried out; the last of its choices says that it is.
const PlanDone = "plan_done"
