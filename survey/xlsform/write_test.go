package xlsform_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"pascalatih/survey"
	"pascalatih/survey/instruments"
	"pascalatih/survey/xlsform"
)

// failing is what tests and properties have in common.
type failing interface {
	Helper()
	Fatal(...any)
}

func kept(t failing, form survey.Instrument) string {
	t.Helper()
	content, err := json.MarshalIndent(form, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// written is an instrument as a workbook, which must give it back.
func written(t failing, form survey.Instrument) []byte {
	t.Helper()
	var content bytes.Buffer
	if err := xlsform.WriteWorkbook(&content, form); err != nil {
		t.Fatal(err)
	}
	read, err := xlsform.ReadWorkbook(content.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(kept(t, form), kept(t, read)); diff != "" {
		t.Fatal("another form came back (-written +read):\n" + diff)
	}
	return content.Bytes()
}

func TestWriteWorkbook(t *testing.T) {
	forms, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []form{{}, everything, {
		settings: "form_id|form_title::English (en)|form_title::Basa Jawa (jv-latn)|form_title::su|version|default_language|privacy\nshort|Short|Cekak|Pondok|1|en|named",
		survey:   "type|name|label::en|label::Basa Jawa (jv-latn)\nselect_one useful|a|A|A\nselect_one useful|b|B|B",
		choices:  "list_name|name|label::en|label::Basa Jawa (jv-latn)\nuseful|a_lot|A|B\nuseful|a_little|C|D",
	}} {
		read, err := xlsform.ReadFolder(f.folder())
		if err != nil {
			var faults xlsform.Errors
			errors.As(err, &faults)
			t.Fatal(faults)
		}
		forms = append(forms, read)
	}
	for _, one := range forms {
		t.Run(one.Key, func(t *testing.T) { written(t, one) })
	}
}

// What people may write into a cell comes back as it is.
func TestWriteWorkbookProperty(t *testing.T) {
	base, err := xlsform.ReadFolder(everything.folder())
	if err != nil {
		t.Fatal(err)
	}
	words := rapid.OneOf(rapid.StringMatching(`[ -#%-~é“”\n]{1,40}`), rapid.SampledFrom([]string{
		"=1+1", "'=1+1", "''-", "@a", "007", "1E5", "TRUE", "_x0041_", "27/6/2026", "<b>&amp;", "${training/reaction/plan}",
	})).Filter(func(s string) bool { return strings.Trim(s, " \n'=+-@") != "" && strings.TrimSpace(s) == s })
	rapid.Check(t, func(t *rapid.T) {
		one := base
		one.Questions = nil
		for _, question := range base.Questions {
			question.Label = survey.Text{"id": words.Draw(t, "id"), "en": words.Draw(t, "en")}
			question.Source = words.Draw(t, "source")
			one.Questions = append(one.Questions, question)
		}
		if err := xlsform.WriteWorkbook(io.Discard, one); err != nil { // it compares by itself
			t.Fatal(err)
		}
	})
}

func TestQuestionsShareTheirLists(t *testing.T) {
	read, err := xlsform.ReadFolder(everything.folder())
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(written(t, read)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("choices")
	if err != nil {
		t.Fatal(err)
	}
	var lists []string
	for _, row := range rows[1:] {
		if len(lists) == 0 || lists[len(lists)-1] != row[0] {
			lists = append(lists, row[0])
		}
	}
	if got := strings.Join(lists, " "); got != "attended rating points obstacles" {
		t.Errorf("lists: %s", got)
	}
}

func TestWhatNoFormCanSay(t *testing.T) {
	tests := map[string]func(*survey.Instrument){
		"spaces around a text":        func(i *survey.Instrument) { i.Questions[0].Label["id"] = " Selamat datang" },
		"yes and no, and no YesNo":    func(i *survey.Instrument) { i.Questions[1].Kind = survey.SelectOne },
		"languages in another order":  func(i *survey.Instrument) { i.Languages = []string{"en", "id"} },
		"what is no valid instrument": func(i *survey.Instrument) { i.Key = "a b" },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			form, err := xlsform.ReadFolder(everything.folder())
			if err != nil {
				t.Fatal(err)
			}
			change(&form)
			var content bytes.Buffer
			if err := xlsform.WriteWorkbook(&content, form); err == nil || content.Len() != 0 {
				t.Errorf("wrote %d bytes: %v", content.Len(), err)
			}
		})
	}
}
