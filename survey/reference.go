package survey

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// EarlierLimit is how many characters of an earlier answer a text shows.
const EarlierLimit = 200

// Reference names a question of an earlier form about the same training. A form
// writes it as ${training/reaction/plan}, with the form's key and the question's
// name: in labels and hints, where the person's own answer takes its place, and
// in relevant and constraint.
type Reference struct{ Instrument, Question string }

// ParseReference reads what stands between the braces: training/reaction/plan.
func ParseReference(path string) (Reference, bool) {
	parts := strings.Split(path, "/")
	if len(parts) != 3 || parts[0] != "training" || !isName(parts[1]) || !isName(parts[2]) {
		return Reference{}, false
	}
	return Reference{Instrument: parts[1], Question: parts[2]}, true
}

// String is what ParseReference reads.
func (r Reference) String() string { return "training/" + r.Instrument + "/" + r.Question }

// MarshalText makes references keys of JSON objects.
func (r Reference) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (r *Reference) UnmarshalText(path []byte) error {
	read, ok := ParseReference(string(path))
	if !ok {
		return fmt.Errorf("%q is no reference to an earlier form", path)
	}
	*r = read
	return nil
}

// Earlier are the questions of earlier forms that the instrument refers to, each
// once.
func (i Instrument) Earlier() []Reference {
	var all []Reference
	for _, mention := range i.mentions() {
		if !slices.Contains(all, mention.of) {
			all = append(all, mention.of)
		}
	}
	return all
}

// CheckEarlier checks references against the newest version of earlier forms, by
// key: the question must be there and have an answer, and so must a choice that
// its answer is compared with. A form that is not among them may come later, and
// is nothing to object to. The error is Problems.
func (i Instrument) CheckEarlier(known map[string]Instrument) error {
	var v validation
	for _, mention := range i.mentions() {
		form, published := known[mention.of.Instrument]
		if mention.of.Instrument == i.Key {
			form, published = i, true
		}
		if !published {
			continue
		}
		question, there := form.Question(mention.of.Question)
		switch {
		case !there:
			v.add(mention.at.because(sentence("formulir %q tidak memuat pertanyaan %q",
				"the form %q has no question %q", form.Key, mention.of.Question)))
		case !question.Kind.Asks():
			v.add(mention.at.because(sentence("%q adalah catatan, tanpa jawaban",
				"%q is a note, without an answer", mention.of.Question)))
		case question.Kind.HasChoices():
			for _, name := range mention.compared {
				if _, exists := question.Choice(name); !exists && name != "" {
					v.add(mention.at.because(noChoiceReason(mention.of.Question, name)))
				}
			}
		}
	}
	if len(v.problems) > 0 {
		return v.problems
	}
	return nil
}

// mention is a place of the form in which a reference stands.
type mention struct {
	of       Reference
	at       Problem  // without a reason
	compared []string // with what an expression compares the answer
}

func (i Instrument) mentions() []mention {
	var all []mention
	for at := range i.Questions {
		all = append(append(all, i.mentionsInTexts(at)...), i.mentionsInExpressions(at)...)
	}
	return all
}

func (i Instrument) mentionsInTexts(at int) []mention {
	var all []mention
	v, q := validation{instrument: i}, i.Questions[at]
	for _, language := range i.Languages {
		for _, text := range []struct{ field, words string }{{"label", q.Label[language]}, {"hint", q.Hint[language]}} {
			for _, path := range embeddedIn(text.words) {
				problem := v.about(at, text.field, text.words)
				problem.Language = language
				all = mentioned(all, path, problem, nil)
			}
		}
	}
	return all
}

func (i Instrument) mentionsInExpressions(at int) []mention {
	var all []mention
	v := validation{instrument: i}
	for _, e := range i.Questions[at].expressions() {
		for _, path := range e.References() {
			var compared []string
			for _, comparison := range e.Comparisons() {
				if comparison.Name == path {
					compared = append(compared, comparison.Value)
				}
			}
			all = mentioned(all, path, v.about(at, e.field, e.String()), compared)
		}
	}
	return all
}

// mentioned adds a path, if it is that of a reference to an earlier form.
func mentioned(all []mention, path string, at Problem, compared []string) []mention {
	if to, ok := ParseReference(path); ok {
		return append(all, mention{of: to, at: at, compared: compared})
	}
	return all
}

// embedded is a reference in a text.
var embedded = regexp.MustCompile(`\$\{([^{}]*)\}`)

// embeddedIn are the paths that a text refers to.
func embeddedIn(text string) []string {
	if !strings.Contains(text, "${") {
		return nil
	}
	var paths []string
	for _, match := range embedded.FindAllStringSubmatch(text, -1) {
		paths = append(paths, strings.TrimSpace(match[1]))
	}
	return paths
}

// embedded checks the references in a text: a question's label and hint may have
// such to earlier forms, nothing else may have any.
func (v *validation) embedded(problem Problem, text string) {
	opened := strings.Count(text, "${")
	if opened == 0 {
		return
	}
	problem.Value = text
	if problem.ChoiceAt >= 0 || problem.Field != "label" && problem.Field != "hint" {
		v.add(problem.because(sentence("rujukan ${…} hanya dilayani dalam label dan hint pertanyaan",
			"references ${…} are served in the label and hint of questions only")))
		return
	}
	paths := embeddedIn(text)
	foreign := slices.ContainsFunc(paths, func(path string) bool {
		_, ok := ParseReference(path)
		return !ok
	})
	if foreign || len(paths) != opened {
		v.add(problem.because(referenceReason()))
	}
}

// shownLength is how many characters of a card a text takes at most.
func shownLength(text string) int {
	return utf8.RuneCountInString(embedded.ReplaceAllString(text, "")) + EarlierLimit*len(embeddedIn(text))
}

func isName(s string) bool { return name.MatchString(s) && len(s) <= MaxName }

func referenceReason() Text {
	return sentence("rujukan ke formulir lain ditulis seperti ${training/reaction/plan}: training, kunci formulir, nama pertanyaan",
		"a reference to another form is written like ${training/reaction/plan}: training, the form's key, the question's name")
}

func noChoiceReason(question, choice string) Text {
	return sentence("pertanyaan %q tidak memiliki pilihan %q", "question %q has no choice %q", question, choice)
}
