package survey

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"pascalatih/survey/expression"
)

// Limits of an instrument, in characters where they are of texts. A question's
// texts and choices must fit a chat message together with what the card adds.
const (
	MaxQuestions = 200
	MaxChoices   = 50
	MaxName      = 64
	MaxCardText  = 3000
)

// Problem is one thing that is wrong with an instrument.
type Problem struct {
	Question string // name of the question, "" where it is about the whole
	At       int    // the question's place among the questions, else -1
	Choice   string // name of the choice, "" where it is not about one
	ChoiceAt int    // the choice's place among the question's choices, else -1
	// Field is the XLSForm column the problem is in: "name", "relevant", "privacy".
	Field    string
	Language string // of the text, "" where the problem is not about one
	Value    string // what stands there
	Reason   Text
}

// Problems is everything that is wrong with an instrument, in the form's order.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		place := strings.Join(strings.Fields(problem.Question+" "+problem.Choice+" "+problem.Field), ", ")
		lines[i] = fmt.Sprintf("%s: %s", place, problem.Reason.In("en"))
	}
	return strings.Join(lines, "\n")
}

// Validate checks all that makes an instrument one that can be asked: names,
// texts in every language, choices, references of expressions. The error is
// Problems, with everything that is wrong.
func (i Instrument) Validate() error {
	v := validation{instrument: i}
	v.settings()
	v.questions()
	if len(v.problems) > 0 {
		return v.problems
	}
	return nil
}

// Names are those of XLSForm, within ASCII: a question's becomes a column of the
// export, a choice's a word of a list separated by spaces.
var (
	name        = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)
	choiceName  = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
	languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]+)*$`)
)

type validation struct {
	instrument Instrument
	problems   Problems
}

func (v *validation) settings() {
	i := v.instrument
	if !isName(i.Key) {
		v.add(Problem{At: -1, ChoiceAt: -1, Field: "form_id", Value: i.Key, Reason: nameReason()})
	}
	if strings.TrimSpace(i.Version) == "" || len(i.Version) > MaxName {
		v.add(Problem{At: -1, ChoiceAt: -1, Field: "version", Value: i.Version, Reason: sentence(
			"versi harus diisi, paling panjang %d karakter",
			"the version must be given, at most %d characters", MaxName)})
	}
	if !slices.Contains(i.Languages, i.DefaultLanguage) {
		v.add(Problem{At: -1, ChoiceAt: -1, Field: "default_language", Value: i.DefaultLanguage, Reason: sentence(
			"bahasa utama tidak ada di antara bahasa formulir",
			"the default language is not among the form's languages")})
	}
	for at, language := range i.Languages {
		if !languageTag.MatchString(language) || slices.Contains(i.Languages[:at], language) {
			v.add(Problem{At: -1, ChoiceAt: -1, Field: "default_language", Value: language, Reason: sentence(
				"kode bahasa tidak sah atau disebut dua kali",
				"the language code is not valid or is given twice")})
		}
	}
	v.privacy()
	v.subject()
	v.text(Problem{At: -1, ChoiceAt: -1, Field: "form_title"}, i.Title, true)
}

func (v *validation) privacy() {
	switch v.instrument.Privacy {
	case Named, Confidential:
	case Anonymous:
		v.add(Problem{At: -1, ChoiceAt: -1, Field: "privacy", Value: string(Anonymous), Reason: sentence(
			"formulir anonim belum dilayani: janji itu belum dapat dipenuhi",
			"anonymous forms are not served yet: the promise cannot be kept yet")})
	default:
		v.add(Problem{At: -1, ChoiceAt: -1, Field: "privacy", Value: string(v.instrument.Privacy), Reason: sentence(
			"harus named atau confidential", "must be named or confidential")})
	}
}

func (v *validation) subject() {
	switch v.instrument.About {
	case AboutTraining:
	case AboutOffice:
		if len(v.instrument.Earlier()) > 0 {
			v.add(Problem{At: -1, ChoiceAt: -1, Field: "about", Value: string(AboutOffice), Reason: sentence(
				"formulir ini menampilkan jawaban tentang satu pelatihan, jadi tidak dapat tentang instansi",
				"the form shows answers about one training, so it cannot be about the office")})
		}
	default:
		v.add(Problem{At: -1, ChoiceAt: -1, Field: "about", Value: string(v.instrument.About), Reason: sentence(
			"harus office, atau kosong bila tentang pelatihan", "must be office, or empty where it is about a training")})
	}
}

func (v *validation) questions() {
	i := v.instrument
	if len(i.Questions) > MaxQuestions {
		v.add(Problem{At: -1, ChoiceAt: -1, Field: "name", Reason: sentence(
			"formulir memuat lebih dari %d pertanyaan", "the form has more than %d questions", MaxQuestions)})
		return
	}
	asking := slices.IndexFunc(i.Questions, func(q Question) bool { return q.Kind.Asks() })
	if asking < 0 {
		v.add(Problem{At: -1, ChoiceAt: -1, Field: "type", Reason: sentence(
			"formulir tidak memuat satu pertanyaan pun", "the form asks nothing")})
	}
	for at, question := range i.Questions {
		v.question(at, question)
		if (at == 0 || at == asking) && !question.Relevant.IsZero() {
			v.add(v.about(at, "relevant", question.Relevant.String()).because(
				sentence("yang pertama harus selalu ditanyakan", "the first one must always be asked")))
		}
	}
}

func (v *validation) question(at int, q Question) {
	named := v.about(at, "name", q.Name)
	if !isName(q.Name) {
		v.add(named.because(nameReason()))
	}
	if v.instrument.index(q.Name) < at {
		v.add(named.because(sentence("nama ini sudah dipakai", "this name is used already")))
	}
	if !q.Kind.known() {
		v.add(v.about(at, "type", string(q.Kind)).because(sentence(
			"jenis pertanyaan ini tidak dilayani", "this kind of question is not served")))
	}
	if q.Kind == Note && q.Required {
		v.add(v.about(at, "required", "yes").because(sentence(
			"catatan tidak dapat dijawab", "a note cannot be answered")))
	}
	if q.Dimension != "" && !slices.Contains(Dimensions(), q.Dimension) {
		v.add(v.about(at, "dimension", string(q.Dimension)).because(sentence(
			"dimensi tidak dikenal; yang ada: %s", "unknown dimension; there are: %s", dimensionNames())))
	}
	v.text(v.about(at, "label", ""), q.Label, true)
	v.text(v.about(at, "hint", ""), q.Hint, false)
	v.text(v.about(at, "required_message", ""), q.RequiredMessage, false)
	v.text(v.about(at, "constraint_message", ""), q.ConstraintMessage, false)
	v.choices(at, q)
	v.length(at, q)
	for _, e := range q.expressions() {
		v.expression(at, e)
	}
}

// namedExpression is an expression and the column it stands in.
type namedExpression struct {
	field string
	expression.Expression
}

func (q Question) expressions() []namedExpression {
	return []namedExpression{{"relevant", q.Relevant}, {"constraint", q.Constraint}}
}

func (v *validation) choices(at int, q Question) {
	kind := v.about(at, "type", string(q.Kind))
	switch {
	case !q.Kind.HasChoices() && len(q.Choices) > 0:
		v.add(kind.because(sentence("jenis ini tidak memiliki pilihan", "this kind has no choices")))
	case q.Kind.HasChoices() && (len(q.Choices) < 2 || len(q.Choices) > MaxChoices):
		v.add(kind.because(sentence("harus ada 2 sampai %d pilihan", "there must be 2 to %d choices", MaxChoices)))
	case q.Kind == Scale && len(q.Levels()) < 2:
		v.add(kind.because(sentence("skala harus memiliki sedikitnya 2 tingkat", "a scale must have at least 2 levels")))
	case q.Kind == YesNo && (q.Choices[0].Name != "yes" || q.Choices[1].Name != "no" || len(q.Choices) > 2):
		v.add(kind.because(sentence("pilihannya harus yes dan no", "the choices must be yes and no")))
	}
	seen := make(map[string]bool, len(q.Choices))
	for i, choice := range q.Choices {
		problem := v.about(at, "name", choice.Name)
		problem.Choice, problem.ChoiceAt = choice.Name, i
		if !choiceName.MatchString(choice.Name) || len(choice.Name) > MaxName {
			v.add(problem.because(nameReason()))
		}
		if seen[choice.Name] {
			v.add(problem.because(sentence("nama ini sudah dipakai", "this name is used already")))
		}
		if q.Kind == Scale && !wholeNumber.MatchString(choice.Name) && choice.Name != Unobserved {
			v.add(problem.because(sentence("nama pilihan skala harus bilangan bulat, atau unobserved",
				"the names of a scale's choices must be whole numbers, or unobserved")))
		}
		seen[choice.Name] = true
		problem.Field, problem.Value = "label", ""
		v.text(problem, choice.Label, true)
	}
}

// length keeps a card within a chat message, in each language.
func (v *validation) length(at int, q Question) {
	for _, language := range v.instrument.Languages {
		length := shownLength(q.Label[language]) + shownLength(q.Hint[language])
		for _, choice := range q.Choices {
			length += utf8.RuneCountInString(choice.Label[language])
		}
		if length > MaxCardText {
			problem := v.about(at, "label", "")
			problem.Language = language
			v.add(problem.because(sentence(
				"pertanyaan beserta petunjuk dan pilihannya lebih dari %d karakter",
				"the question with its hint and choices is longer than %d characters", MaxCardText)))
		}
	}
}

// text must be there in all languages of the form or, unless needed, in none.
func (v *validation) text(problem Problem, text Text, needed bool) {
	if text.IsEmpty() && !needed {
		return
	}
	for _, language := range v.instrument.Languages {
		if strings.TrimSpace(text[language]) == "" {
			problem.Language = language
			v.add(problem.because(sentence("teks dalam bahasa %q belum ada",
				"the text in language %q is missing", language)))
		}
		problem.Language = language
		v.embedded(problem, text[language])
	}
}

// expression checks what a relevant or constraint refers to: earlier questions
// only, that have an answer, and choices that these have; or other forms.
func (v *validation) expression(at int, e namedExpression) {
	q := v.instrument.Questions[at]
	problem := v.about(at, e.field, e.String())
	for _, reference := range e.References() {
		_, elsewhere := ParseReference(reference)
		switch to := v.instrument.index(reference); {
		case elsewhere:
		case strings.Contains(reference, "/"):
			v.add(problem.because(referenceReason()))
		case to < 0:
			v.add(problem.because(sentence("pertanyaan %q tidak ada", "there is no question %q", reference)))
		case to >= at:
			v.add(problem.because(sentence("pertanyaan %q tidak ditanyakan sebelum ini",
				"question %q is not asked before this one", reference)))
		case !v.instrument.Questions[to].Kind.Asks():
			v.add(problem.because(sentence("%q adalah catatan, tanpa jawaban",
				"%q is a note, without an answer", reference)))
		}
	}
	if e.field == "relevant" && e.UsesSelf() {
		v.add(problem.because(sentence("titik hanya ada dalam constraint", "the dot has a meaning in a constraint only")))
	}
	if e.field == "constraint" && !e.IsZero() && !q.Kind.Asks() {
		v.add(problem.because(sentence("catatan tidak dapat dijawab", "a note cannot be answered")))
	}
	for _, comparison := range e.Comparisons() {
		compared, known := v.instrument.Question(comparison.Name)
		if comparison.Name == "." {
			compared, known = q, true
		}
		if _, exists := compared.Choice(comparison.Value); known && compared.Kind.HasChoices() &&
			!exists && comparison.Value != "" {
			v.add(problem.because(noChoiceReason(compared.Name, comparison.Value)))
		}
	}
}

// about begins a problem with a field of a question.
func (v *validation) about(at int, field, value string) Problem {
	return Problem{Question: v.instrument.Questions[at].Name, At: at, ChoiceAt: -1, Field: field, Value: value}
}

func (v *validation) add(problem Problem) { v.problems = append(v.problems, problem) }

func (p Problem) because(reason Text) Problem {
	p.Reason = reason
	return p
}

func nameReason() Text {
	return sentence("hanya huruf, angka, titik, _ dan - tanpa spasi, paling panjang %d; nama pertanyaan diawali huruf",
		"letters, digits, dots, _ and - only, without spaces, at most %d; a name of a question begins with a letter", MaxName)
}

func dimensionNames() string {
	var names []string
	for _, dimension := range Dimensions() {
		names = append(names, string(dimension))
	}
	return strings.Join(names, ", ")
}
