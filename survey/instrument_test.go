package survey_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
)

func TestTextIn(t *testing.T) {
	tests := map[string]struct {
		text     survey.Text
		language string
		want     string
	}{
		"the language asked for":            {survey.Text{"id": "ya", "en": "yes"}, "en", "yes"},
		"Indonesian where it is missing":    {survey.Text{"id": "ya", "en": "yes"}, "jv", "ya"},
		"and where it is empty":             {survey.Text{"id": "ya", "en": ""}, "en", "ya"},
		"any where Indonesian is not there": {survey.Text{"su": "muhun", "jv": "inggih"}, "en", "inggih"},
		"nothing of nothing":                {nil, "id", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.text.In(test.language); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAnInstrumentIsKeptAsJSON(t *testing.T) {
	form := sample()
	content, err := json.Marshal(form)
	if err != nil {
		t.Fatal(err)
	}
	var read survey.Instrument
	if err := json.Unmarshal(content, &read); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(content), string(again)); diff != "" {
		t.Error(diff)
	}
	if read.Hash() != form.Hash() {
		t.Error("the hash changed on the way")
	}
	if !strings.Contains(string(content), `"relevant":"${attended} = 'yes'"`) {
		t.Errorf("an expression is not kept as its source: %s", content)
	}
	through(t, read.Begin(), append(toReview[:8:8], send)...)
}

func TestHashFollowsTheContent(t *testing.T) {
	form, changed := sample(), sample()
	if form.Hash() != changed.Hash() || len(form.Hash()) != 64 {
		t.Error("the same content has two hashes")
	}
	changed.Questions[1].Hint = both("New")
	if form.Hash() == changed.Hash() {
		t.Error("another content has the same hash")
	}
}

func TestReadingValidates(t *testing.T) {
	tests := map[string]string{
		"no JSON":                 `{`,
		"nothing":                 `{}`,
		"an unserved function":    `{"key":"a","questions":[{"name":"q","relevant":"regex(1)"}]}`,
		"an unknown kind of item": `{"key":"a","version":"1","title":{"id":"A"},"default_language":"id","languages":["id"],"privacy":"named","questions":[{"name":"q","kind":"image","label":{"id":"Q"}}]}`,
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			var read survey.Instrument
			if err := json.Unmarshal([]byte(content), &read); err == nil {
				t.Errorf("read %+v", read)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	tests := map[string]struct {
		change func(*survey.Instrument)
		want   string // question, choice, field, language: reason
	}{
		"a key with spaces":         {func(i *survey.Instrument) { i.Key = "my form" }, ",,form_id,: letters, digits"},
		"no version":                {func(i *survey.Instrument) { i.Version = " " }, ",,version,: the version must be given"},
		"no title in a language":    {func(i *survey.Instrument) { delete(i.Title, "en") }, `,,form_title,en: the text in language "en" is missing`},
		"an absent default":         {func(i *survey.Instrument) { i.DefaultLanguage = "jv" }, ",,default_language,: the default language is not among"},
		"a language twice":          {func(i *survey.Instrument) { i.Languages = []string{"id", "en", "id"} }, ",,default_language,: the language code"},
		"no privacy":                {func(i *survey.Instrument) { i.Privacy = "" }, ",,privacy,: must be named or confidential"},
		"an anonymous form":         {func(i *survey.Instrument) { i.Privacy = survey.Anonymous }, ",,privacy,: anonymous forms are not served yet"},
		"only notes":                {func(i *survey.Instrument) { i.Questions = i.Questions[:1] }, ",,type,: the form asks nothing"},
		"too many questions":        {func(i *survey.Instrument) { i.Questions = make([]survey.Question, 201) }, ",,name,: the form has more than 200"},
		"a name with a slash":       {name(8, "a/b"), "a/b,,name,: letters, digits"},
		"a name that is used":       {name(7, "hours"), "hours,,name,: this name is used already"},
		"a kind not served":         {func(i *survey.Instrument) { i.Questions[6].Kind = "image" }, "hours,,type,: this kind of question is not served"},
		"a required note":           {func(i *survey.Instrument) { i.Questions[0].Required = true }, "welcome,,required,: a note cannot be answered"},
		"a note with a constraint":  {constraint(0, "1 = 1"), "welcome,,constraint,: a note cannot be answered"},
		"an unknown dimension":      {func(i *survey.Instrument) { i.Questions[6].Dimension = "joy" }, "hours,,dimension,: unknown dimension; there are: satisfaction, "},
		"no label in a language":    {func(i *survey.Instrument) { delete(i.Questions[6].Label, "id") }, `hours,,label,id: the text in language "id" is missing`},
		"a hint in one language":    {func(i *survey.Instrument) { i.Questions[6].Hint = survey.Text{"id": "Jam"} }, `hours,,hint,en: the text in language "en" is missing`},
		"a label too long":          {func(i *survey.Instrument) { i.Questions[6].Label["en"] = strings.Repeat("é", 3001) }, "hours,,label,en: the question with its hint and choices is longer"},
		"choices of a number":       {func(i *survey.Instrument) { i.Questions[6].Choices = choices("1", "2") }, "hours,,type,: this kind has no choices"},
		"one choice":                {func(i *survey.Instrument) { i.Questions[3].Choices = choices("busy") }, "reason,,type,: there must be 2 to 50 choices"},
		"yes/no of another order":   {func(i *survey.Instrument) { i.Questions[1].Choices = choices("no", "yes") }, "attended,,type,: the choices must be yes and no"},
		"a choice with a space":     {func(i *survey.Instrument) { i.Questions[3].Choices = choices("busy", "very ill") }, "reason,very ill,name,: letters, digits"},
		"a choice twice":            {func(i *survey.Instrument) { i.Questions[3].Choices = choices("busy", "busy") }, "reason,busy,name,: this name is used already"},
		"a scale in words":          {func(i *survey.Instrument) { i.Questions[2].Choices = choices("1", "two") }, "rating,two,name,: the names of a scale's choices must be whole numbers, or unobserved"},
		"a scale of one level":      {func(i *survey.Instrument) { i.Questions[2].Choices = choices("1", "unobserved") }, "rating,,type,: a scale must have at least 2 levels"},
		"a choice without label":    {func(i *survey.Instrument) { i.Questions[3].Choices[1].Label = nil }, `reason,ill,label,id: the text in language "id" is missing`},
		"a reference to nothing":    {relevant(6, "${salary} > 1"), `hours,,relevant,: there is no question "salary"`},
		"a reference to itself":     {relevant(6, "${hours} > 1"), `hours,,relevant,: question "hours" is not asked before this one`},
		"a reference to what comes": {constraint(6, ". > ${share}"), `hours,,constraint,: question "share" is not asked before this one`},
		"a reference to a note":     {relevant(6, "${welcome} = 1"), `hours,,relevant,: "welcome" is a note`},
		"a dot in relevant":         {relevant(6, ". = 1"), "hours,,relevant,: the dot has a meaning in a constraint only"},
		"a path to nowhere":         {relevant(6, "${class/sample/plan} = 1"), "hours,,relevant,: a reference to another form is written like"},
		"a path that is too short":  {constraint(6, ". > ${training/plan}"), "hours,,constraint,: a reference to another form is written like"},
		"a reference in a label":    {label(6, "Jam ${rating}?"), "hours,,label,id: a reference to another form is written like"},
		"a reference left open":     {label(6, "Jam ${training/a/b?"), "hours,,label,id: a reference to another form is written like"},
		"a reference in a choice":   {func(i *survey.Instrument) { i.Questions[3].Choices[1].Label = both("${training/a/b}") }, "reason,ill,label,id: references ${…} are served in the label"},
		"a reference in a title":    {func(i *survey.Instrument) { i.Title = both("${training/a/b}") }, ",,form_title,id: references ${…} are served in the label"},
		"too long with an answer":   {label(6, "${training/a/b}"+strings.Repeat("é", 2801)), "hours,,label,id: the question with its hint and choices is longer"},
		"a choice that is not":      {relevant(6, "selected(${obstacles}, 'rain')"), `hours,,relevant,: question "obstacles" has no choice "rain"`},
		"a point off the scale":     {relevant(6, "${rating} = 5"), `hours,,relevant,: question "rating" has no choice "5"`},
		"a choice of its own":       {constraint(4, "not(selected(., 'nil'))"), `obstacles,,constraint,: question "obstacles" has no choice "nil"`},
		"a first that may not be":   {relevant(0, "1 = 1"), "welcome,,relevant,: the first one must always be asked"},
		"a first asking that might": {relevant(1, "1 = 1"), "attended,,relevant,: the first one must always be asked"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			form := sample()
			test.change(&form)
			var problems survey.Problems
			if err := form.Validate(); !errors.As(err, &problems) {
				t.Fatalf("got %v, want problems", err)
			}
			var got []string
			for _, p := range problems {
				place := strings.Join([]string{p.Question, p.Choice, p.Field, p.Language}, ",")
				got = append(got, place+": "+p.Reason["en"])
				if p.Reason["id"] == "" {
					t.Error("no reason in Indonesian")
				}
			}
			if !strings.HasPrefix(got[0], test.want) && !strings.HasPrefix(got[len(got)-1], test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestValidateTellsEverythingAtOnce(t *testing.T) {
	form := sample()
	form.Key, form.Privacy = "", ""
	form.Questions[6].Relevant = condition("${a} + ${b}")
	var problems survey.Problems
	if !errors.As(form.Validate(), &problems) || len(problems) != 4 {
		t.Errorf("got %v", problems)
	}
	if lines := strings.Count(problems.Error(), "\n") + 1; lines != 4 {
		t.Errorf("told in %d lines", lines)
	}
}

func TestTheSampleIsValid(t *testing.T) {
	if err := sample().Validate(); err != nil {
		t.Error(err)
	}
}

func name(at int, name string) func(*survey.Instrument) {
	return func(i *survey.Instrument) { i.Questions[at].Name = name }
}

func label(at int, words string) func(*survey.Instrument) {
	return func(i *survey.Instrument) { i.Questions[at].Label = both(words) }
}

func relevant(at int, source string) func(*survey.Instrument) {
	return func(i *survey.Instrument) { i.Questions[at].Relevant = condition(source) }
}

func constraint(at int, source string) func(*survey.Instrument) {
	return func(i *survey.Instrument) { i.Questions[at].Constraint = condition(source) }
}
