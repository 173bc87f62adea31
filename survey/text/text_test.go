package text_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"pascalatih/survey/text"
)

func TestSay(t *testing.T) {
	tests := map[string]struct {
		lang string
		key  string
		data map[string]any
		want string
	}{
		"in Indonesian":                        {lang: "id", key: "button.next", want: "Lanjut"},
		"in English":                           {lang: "en", key: "button.next", want: "Next"},
		"in a kind of English":                 {lang: "en-GB", key: "button.next", want: "Next"},
		"in no language":                       {lang: "", key: "button.next", want: "Lanjut"},
		"in a language not spoken here":        {lang: "nl", key: "button.next", want: "Lanjut"},
		"in what is no language":               {lang: "'; --", key: "button.next", want: "Lanjut"},
		"with a value":                         {lang: "en", key: "sample.withheld", data: map[string]any{"Least": 5}, want: "Not shown because there are fewer than 5 responses."},
		"with a value that is not escaped":     {lang: "en", key: "sample.withheld", data: map[string]any{"Least": "<5>"}, want: "Not shown because there are fewer than <5> responses."},
		"of one":                               {lang: "en", key: "sample.responses", data: map[string]any{"Count": 1}, want: "1 response"},
		"of none":                              {lang: "en", key: "sample.responses", data: map[string]any{"Count": 0}, want: "0 responses"},
		"of many":                              {lang: "en", key: "sample.responses", data: map[string]any{"Count": 1234}, want: "1,234 responses"},
		"of many in Indonesian":                {lang: "id", key: "sample.responses", data: map[string]any{"Count": 1234}, want: "1.234 jawaban"},
		"a key that no catalogue has":          {lang: "id", key: "button.fly", want: "[button.fly]"},
		"a message whose value is not given":   {lang: "id", key: "sample.withheld", want: "[sample.withheld]"},
		"a message given another value":        {lang: "id", key: "sample.withheld", data: map[string]any{"Most": 5}, want: "[sample.withheld]"},
		"a message of a number without number": {lang: "en", key: "sample.responses", data: map[string]any{}, want: "[sample.responses]"},
	}
	catalogue := sample(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := catalogue.In(test.lang).Say(test.key, test.data); got != test.want {
				t.Errorf("Say gives %q, want %q", got, test.want)
			}
		})
	}
}

func TestSayKeepsItsData(t *testing.T) {
	data := map[string]any{"Count": 1234}
	sample(t).In("id").Say("sample.responses", data)
	if data["Count"] != 1234 {
		t.Errorf("Say changed its data to %v", data)
	}
}

func TestLanguage(t *testing.T) {
	for lang, want := range map[string]string{"id": "id", "en": "en", "en-US": "en", "": "id", "fr": "id"} {
		if got := load(t).In(lang).Language(); got != want {
			t.Errorf("In(%q) speaks %q, want %q", lang, got, want)
		}
	}
}

func TestLoadFromRefuses(t *testing.T) {
	tests := map[string]struct {
		files  fstest.MapFS
		reason string
	}{
		"a key in two files":       {files: fstest.MapFS{"a.id.toml": {Data: []byte(`next = "Lanjut"`)}, "b.id.toml": {Data: []byte(`next = "Terus"`)}}, reason: "already said"},
		"a language not spoken":    {files: fstest.MapFS{"a.nl.toml": {Data: []byte(`next = "Verder"`)}}, reason: "not spoken"},
		"a file that is not whole": {files: fstest.MapFS{"a.id.toml": {Data: []byte(`next = "Lanjut`)}}, reason: "a.id.toml"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := text.LoadFrom(test.files)
			if err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("LoadFrom gives %v, want an error with %q", err, test.reason)
			}
		})
	}
}

// sample is a catalogue of the tests' own: the texts of the program may change.
func sample(t *testing.T) *text.Catalogue {
	t.Helper()
	catalogue, err := text.LoadFrom(fstest.MapFS{
		"sample.id.toml": {Data: []byte(`
[button]
next = "Lanjut"
[sample]
withheld = "Kurang dari {{.Least}} jawaban."
responses = "{{.Count}} jawaban"
`)},
		"sample.en.toml": {Data: []byte(`
[button]
next = "Next"
[sample]
withheld = "Not shown because there are fewer than {{.Least}} responses."
[sample.responses]
one = "{{.Count}} response"
other = "{{.Count}} responses"
`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

func load(t *testing.T) *text.Catalogue {
	t.Helper()
	catalogue, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}
