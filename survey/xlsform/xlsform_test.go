package xlsform_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"pascalatih/survey"
	"pascalatih/survey/xlsform"
)

// form is a whole form; each test replaces the sheets it is about. A bar
// separates cells, since commas stand in many.
type form struct{ survey, choices, settings string }

const (
	plainSurvey = `
type|name|label
select_one useful|useful|Berguna?
text|why|Mengapa?`
	plainChoices = `
list_name|name|label
useful|a_lot|Sangat
useful|a_little|Sedikit`
	plainSettings = `
form_id|form_title|version|privacy
short|Singkat|1|named`
)

func (f form) sheets() map[string][][]string {
	sheets := make(map[string][][]string)
	for name, sheet := range map[string][2]string{
		"survey": {f.survey, plainSurvey}, "choices": {f.choices, plainChoices}, "settings": {f.settings, plainSettings},
	} {
		source := sheet[0]
		if source == "" {
			source = sheet[1]
		}
		for row := range strings.SplitSeq(strings.TrimPrefix(source, "\n"), "\n") {
			sheets[name] = append(sheets[name], strings.Split(row, "|"))
		}
	}
	return sheets
}

// folder is the form as CSV files.
func (f form) folder() fstest.MapFS {
	folder := make(fstest.MapFS)
	for name, rows := range f.sheets() {
		var content strings.Builder
		for _, row := range rows {
			for i, cell := range row {
				row[i] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			content.WriteString(strings.Join(row, ",") + "\n")
		}
		folder[name+".csv"] = &fstest.MapFile{Data: []byte(content.String())}
	}
	return folder
}

// workbook is the form as an .xlsx file.
func (f form) workbook(t testing.TB) []byte {
	book := excelize.NewFile()
	for name, rows := range f.sheets() {
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	return saved(t, book)
}

func saved(t testing.TB, book *excelize.File) []byte {
	t.Helper()
	var content bytes.Buffer
	if err := book.Write(&content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// everything has all that is served.
var everything = form{
	survey: `
type|name|label::Bahasa Indonesia (id)|label::English (en)|hint::Bahasa Indonesia (id)|hint::English (en)|required|required_message::Bahasa Indonesia (id)|required_message::English (en)|relevant|constraint|constraint_message::Bahasa Indonesia (id)|constraint_message::English (en)|appearance|parameters|dimension|source|calculation
note|welcome|Selamat datang|Welcome||||||||||||||
select_one yes_no|attended|Hadir?|Attended?|||yes|Mohon dijawab|Please answer|||||||||
select_one puas|rating|Puas?|Satisfied?|Pilih satu|Choose one|TRUE()|||||||likert||satisfaction|Made up (2026)|
range|points|Nilai?|Points?|||no|||${attended} = 'yes'|||||start=0 end=10 step=5|competence||
select_multiple kendala|obstacles|Kendala?|Obstacles?||||||${rating} < 3|not(selected(., 'none') and count-selected(.) > 1)|Hanya satu|Only one||||obstacle||
select_one kendala|worst|Terberat?|Worst?||||||||||||||
integer|days|Hari?|Days?|||||||. >= 0|||||||
decimal|hours|Jam?|Hours?||||||||||||||
text|word|Kata?|Word?||||||||||||||
text|story|Cerita?|Story?||||||||||multiline||||
date|by|Kapan?|When?||||||||||||||`,
	choices: `
list_name|name|label::Bahasa Indonesia (id)|label::English (en)
yes_no|yes|Ya|Yes
yes_no|no|Tidak|No
puas|1|Tidak|No
puas|4|Ya|Yes
kendala|time|Waktu|Time
kendala|none|Tidak ada|None`,
	settings: `
form_id|form_title::Bahasa Indonesia (id)|form_title::English (en)|version|default_language|privacy
all|Semua|Everything|2026.1|Bahasa Indonesia (id)|confidential`,
}

func TestEverythingServed(t *testing.T) {
	fromFolder, err := xlsform.ReadFolder(everything.folder())
	if err != nil {
		t.Fatal(err)
	}
	fromWorkbook, err := xlsform.ReadWorkbook(everything.workbook(t))
	if err != nil {
		t.Fatal(err)
	}
	if fromFolder.Hash() != fromWorkbook.Hash() {
		t.Error("the folder and the workbook give two instruments")
	}
	if fromFolder.Key != "all" || fromFolder.Version != "2026.1" || fromFolder.Title["en"] != "Everything" ||
		fromFolder.DefaultLanguage != "id" || fromFolder.Privacy != survey.Confidential ||
		!cmp.Equal(fromFolder.Languages, []string{"id", "en"}) {
		t.Errorf("settings: %+v", fromFolder)
	}
	var kinds []string
	for _, question := range fromFolder.Questions {
		kinds = append(kinds, question.Name+" "+string(question.Kind))
	}
	want := "welcome note, attended yes_no, rating scale, points scale, obstacles select_multiple, worst select_one, " +
		"days integer, hours decimal, word short_text, story long_text, by date"
	if got := strings.Join(kinds, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAQuestionAsRead(t *testing.T) {
	read, err := xlsform.ReadFolder(everything.folder())
	if err != nil {
		t.Fatal(err)
	}
	rating, _ := read.Question("rating")
	if !rating.Required || rating.Hint["en"] != "Choose one" || rating.Dimension != survey.Satisfaction ||
		rating.Source != "Made up (2026)" || len(rating.Choices) != 2 || rating.Choices[1].Label["id"] != "Ya" {
		t.Errorf("rating: %+v", rating)
	}
	points, _ := read.Question("points")
	var labels []string
	for _, choice := range points.Choices {
		labels = append(labels, choice.Name+"="+choice.Label["id"]+"="+choice.Label["en"])
	}
	if got := strings.Join(labels, " "); got != "0=0=0 5=5=5 10=10=10" || points.Required {
		t.Errorf("points: %s", got)
	}
	obstacles, _ := read.Question("obstacles")
	if obstacles.Relevant.String() != "${rating} < 3" || !obstacles.Constraint.UsesSelf() || obstacles.ConstraintMessage["en"] != "Only one" {
		t.Errorf("obstacles: %+v", obstacles)
	}
	attended, _ := read.Question("attended")
	if attended.RequiredMessage["id"] != "Mohon dijawab" || !attended.Required {
		t.Errorf("attended: %+v", attended)
	}
}

func TestWhatMayVary(t *testing.T) {
	tests := map[string]form{
		"plain headings are the default language": {},
		"a default language in plain headings": {
			survey:   "type|name|label|label::English (en)\ntext|why|Mengapa?|Why?",
			settings: "form_id|form_title|form_title::English (en)|version|privacy|default_language\nshort|Singkat|Short|1|named|Bahasa Indonesia (id)",
		},
		"headings in capitals, with spaces":    {survey: " Type | NAME |Label\ntext|why|Mengapa?", choices: "list name|name|label"},
		"a bare language code":                 {survey: "type|name|label::id\ntext|why|Mengapa?"},
		"columns of a template without values": {survey: "type|name|label|calculation|media::image|\ntext|why|Mengapa?|||"},
		"empty rows between":                   {survey: "type|name|label\n||\ntext|why|Mengapa?\n||"},
		"no choices where none is asked for":   {survey: "type|name|label\ntext|why|Mengapa?", choices: "list_name|name|label"},
		"a list that is not used":              {survey: "type|name|label\ntext|why|Mengapa?"},
		"spaces within a type":                 {survey: "type|name|label\nselect_one   useful|useful|Berguna?"},
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := xlsform.ReadFolder(f.folder()); err != nil {
				t.Error("folder:", err)
			}
			if _, err := xlsform.ReadWorkbook(f.workbook(t)); err != nil {
				t.Error("workbook:", err)
			}
		})
	}
}

func TestFaultyForms(t *testing.T) {
	tests := map[string]struct {
		form form
		want []string // sheet!row column "value": reason
	}{
		"a type not served": {
			form{survey: "type|name|label\ntext|why|Mengapa?\nimage|photo|Foto?\nbegin group|g|G\nacknowledge|ok|OK\nselect_one_from_file x.csv|a|A\ntext x|b|B"},
			[]string{
				`survey!3 type "image": this type is not served`, `survey!4 type "begin group": this type is not served`,
				`survey!5 type "acknowledge": this type is not served`, `survey!6 type "select_one_from_file x.csv": this type is not served`,
				`survey!7 type "text x": this type is not served`,
			},
		},
		"a function not served": {
			form{survey: "type|name|label|constraint\ntext|why|Mengapa?|regex(., '[0-9]')"},
			[]string{`survey!2 constraint "regex(., '[0-9]')": character 1: the function regex() is not served`},
		},
		"an expression that is none": {
			form{survey: "type|name|label|relevant\ntext|a|A|\ntext|b|B|${a} = "},
			[]string{`survey!3 relevant "${a} =": character 7: the expression ends too early`},
		},
		"a column with a meaning that is not served": {
			form{survey: "type|name|label|calculation|media::image::English (en)\ntext|a|A||\ntext|b|B|1 + 1|b.png"},
			[]string{`survey!3 calculation "1 + 1": this column is not served`, `survey!3 media::image::English (en) "b.png": this column is not served`},
		},
		"a choice filter and or_other": {
			form{survey: "type|name|label|choice_filter\nselect_one useful|a|A|x = 1\nselect_one useful or_other|b|B|"},
			[]string{`survey!2 choice_filter "x = 1": this column is not served`, `survey!3 type "select_one useful or_other": there is no choice list "useful or_other"`},
		},
		"a value under no heading": {
			form{survey: "type|name|label\ntext|a|A|what?"},
			[]string{`survey!2  "what?": this column is not served`},
		},
		"a language for what has none": {
			form{survey: "type|name|label|relevant::English (en)\ntext|a|A|1 = 1"},
			[]string{`survey!2 relevant::English (en) "1 = 1": this column is not served`},
		},
		"a language without a code": {
			form{survey: "type|name|label|label::English\ntext|a|A|B"},
			[]string{`survey!1 label::English "label::English": a language is written with its code`},
		},
		"a default language without a code": {
			form{settings: "form_id|form_title|version|privacy|default_language\nshort|Singkat|1|named|Indonesian"},
			[]string{`settings!2 default_language "Indonesian": a language is written with its code`},
		},
		"a translation that is missing": {
			form{survey: "type|name|label::Bahasa Indonesia (id)|label::English (en)\ntext|a|A|A\ntext|b|B|", settings: "form_id|form_title::id|form_title::en|version|privacy\nshort|Singkat|Short|1|named"},
			[]string{`survey!3 label::English (en) "": the text in language "en" is missing`},
		},
		"a text twice in one language": {
			form{survey: "type|name|label|label::Bahasa Indonesia (id)\ntext|a|A|B"},
			[]string{`survey!2 label::Bahasa Indonesia (id) "B": this text is there twice`},
		},
		"a column twice": {
			form{survey: "type|name|label|name\ntext|a|A|b"},
			[]string{`survey!1 name "name": this column is there twice`},
		},
		"columns that are missing": {
			form{survey: "name|label\na|A", settings: "form_id|version\nshort|1"},
			[]string{`survey!1 type "": this column is missing`, `settings!1 form_title "": this column is missing`, `settings!1 privacy "": this column is missing`},
		},
		"no type, name or label": {
			form{survey: "type|name|label\n|a|A\ntext||B\ntext|c|"},
			[]string{`survey!2 type "": the type is missing`, `survey!3 name "": letters, digits`, `survey!4 label "": the text in language "id" is missing`},
		},
		"names twice": {
			form{survey: "type|name|label\ntext|a|A\ntext|a|B", choices: "list_name|name|label\nx|1|1\nx|1|1"},
			[]string{`survey!3 name "a": this name is used already`},
		},
		"a choice twice, used by two questions": {
			form{survey: "type|name|label\nselect_one x|a|A\nselect_one x|b|B", choices: "list_name|name|label\nx|1|1\nx|1|1"},
			[]string{`choices!3 name "1": this name is used already`},
		},
		"a choice without list, name or label": {
			form{choices: "list_name|name|label\nuseful|a|A\nuseful|b|B\n|c|C\nuseful||D\nuseful|e|"},
			[]string{`choices!4 list_name "": the name of the list is missing`, `choices!5 name "": letters, digits`, `choices!6 label "": the text in language "id" is missing`},
		},
		"a list that is not there": {
			form{survey: "type|name|label\nselect_one maybe|a|A"},
			[]string{`survey!2 type "select_one maybe": there is no choice list "maybe"`},
		},
		"a likert in words": {
			form{survey: "type|name|label|appearance\nselect_one useful|a|A|likert"},
			[]string{`choices!2 name "a_lot": the names of a scale's choices must be whole numbers`, `choices!3 name "a_little": the names of a scale's`},
		},
		"an appearance not served": {
			form{survey: "type|name|label|appearance\ntext|a|A|numbers\nselect_multiple useful|b|B|likert"},
			[]string{`survey!2 appearance "numbers": this appearance is not served`, `survey!3 appearance "likert": this appearance is not served`},
		},
		"parameters that are not": {
			form{survey: "type|name|label|parameters\nrange|a|A|\nrange|b|B|start=1 end=100\nrange|c|C|start=1 end=6 step=2\nrange|d|D|start=1 end=5 max=3\nrange|e|E|start=1 end=1.5\nrange|f|F|start=1 end=99999999999999999999\ntext|g|G|rows=3\nrange|h|H|start=5 end=1"},
			[]string{
				`survey!2 parameters "": must be like start=1 end=5`, `survey!3 parameters "start=1 end=100": must be like`,
				`survey!4 parameters "start=1 end=6 step=2": must be like`, `survey!5 parameters "start=1 end=5 max=3": must be like`,
				`survey!6 parameters "start=1 end=1.5": must be like`, `survey!7 parameters "start=1 end=99999999999999999999": must be like`,
				`survey!8 parameters "rows=3": parameters are not served`, `survey!9 parameters "start=5 end=1": must be like`,
			},
		},
		"required that is neither": {
			form{survey: "type|name|label|required\ntext|a|A|${b} = 1"},
			[]string{`survey!2 required "${b} = 1": must be yes or no`},
		},
		"a dimension that is none": {
			form{survey: "type|name|label|dimension\ntext|a|A|joy"},
			[]string{`survey!2 dimension "joy": unknown dimension`},
		},
		"references": {
			form{survey: "type|name|label|relevant\nselect_one useful|a|A|\ntext|b|B|${c} = 1 or ${nothing} = 1\ntext|c|C|selected(${a}, 'often')"},
			[]string{
				`survey!3 relevant "${c} = 1 or ${nothing} = 1": question "c" is not asked before`,
				`survey!3 relevant "${c} = 1 or ${nothing} = 1": there is no question "nothing"`,
				`survey!4 relevant "selected(${a}, 'often')": question "a" has no choice "often"`,
			},
		},
		"references to other forms": {
			form{survey: "type|name|label|hint|relevant\ntext|a|A ${a}|${training/x/y}|\ntext|b|B|${training/x}|${class/x/y} = 1"},
			[]string{
				`survey!2 label "A ${a}": a reference to another form is written like`,
				`survey!3 hint "${training/x}": a reference to another form`, `survey!3 relevant "${class/x/y} = 1": a reference to another form`,
			},
		},
		"an anonymous form": {
			form{settings: "form_id|form_title|version|privacy\nshort|Singkat|1|anonymous"},
			[]string{`settings!2 privacy "anonymous": anonymous forms are not served yet`},
		},
		"about what there is not": {
			form{settings: "form_id|form_title|version|privacy|about\nshort|Singkat|1|named|pelatihan"},
			[]string{`settings!2 about "pelatihan": must be office, or empty where it is about a training`},
		},
		"about the office, with answers about a training": {
			form{survey: "type|name|label\nnote|a|${training/reaction/plan}\ntext|b|B", settings: "form_id|form_title|version|privacy|about\nshort|Singkat|1|named|office"},
			[]string{`settings!2 about "office": the form shows answers about one training`},
		},
		"settings that are not": {
			form{settings: "form_id|form_title|version|privacy\nmy form|||\nother|x|y|z"},
			[]string{
				`settings!2 form_id "my form": letters, digits`, `settings!2 version "": the version must be given`,
				`settings!2 privacy "": must be named or confidential`, `settings!2 form_title "": the text in language`,
				`settings!3  "": there may be one row`,
			},
		},
		"no settings at all": {
			form{settings: "form_id|form_title|version|privacy"},
			[]string{`settings!0 form_id "": letters, digits`, `settings!0 version`, `settings!0 privacy`, `settings!0 form_title`},
		},
		"nothing asked": {
			form{survey: "type|name|label\nnote|a|A"},
			[]string{`survey!0 type "": the form asks nothing`},
		},
		"too many rows": {
			form{survey: "type|name|label" + strings.Repeat("\ntext|a|A", 2001)},
			[]string{`survey!0  "": this sheet has more than 2000 rows`},
		},
		"errors in three sheets, in order": {
			form{
				survey:   "type|name|label|constraint\nselect_one x|a|A|\nimage|b|B|\ninteger|c|C|. > nothing(1)",
				choices:  "list_name|name|label\nx|a b|A\nx|c|",
				settings: "form_id|form_title|version|privacy\nshort|Singkat|1|secret",
			},
			[]string{
				`survey!3 type "image"`, `survey!4 constraint ". > nothing(1)": character 5`,
				`choices!2 name "a b"`, `choices!3 label`, `settings!2 privacy "secret"`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, fromFolder := xlsform.ReadFolder(test.form.folder())
			told(t, fromFolder, test.want)
			_, fromWorkbook := xlsform.ReadWorkbook(test.form.workbook(t))
			told(t, fromWorkbook, test.want)
		})
	}
}

func told(t *testing.T, err error, want []string) {
	t.Helper()
	var faults xlsform.Errors
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want Errors", err)
	}
	var got []string
	for _, e := range faults {
		got = append(got, fmt.Sprintf("%s!%d %s %q: %s", e.Sheet, e.Row, e.Column, e.Value, e.Reason["en"]))
		if e.Reason["id"] == "" {
			t.Errorf("no reason in Indonesian: %v", e)
		}
	}
	same := len(got) == len(want)
	for i := 0; same && i < len(got); i++ {
		same = strings.HasPrefix(got[i], want[i])
	}
	if !same {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
