package text_test

import (
	"testing"

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
		"with a value":                         {lang: "en", key: "report.withheld", data: map[string]any{"Least": 5}, want: "Not shown because there are fewer than 5 responses."},
		"with a value that is not escaped":     {lang: "en", key: "report.withheld", data: map[string]any{"Least": "<5>"}, want: "Not shown because there are fewer than <5> responses."},
		"of one":                               {lang: "en", key: "report.responses", data: map[string]any{"Count": 1}, want: "1 response"},
		"of none":                              {lang: "en", key: "report.responses", data: map[string]any{"Count": 0}, want: "0 responses"},
		"of many":                              {lang: "en", key: "report.responses", data: map[string]any{"Count": 1234}, want: "1,234 responses"},
		"of many in Indonesian":                {lang: "id", key: "report.responses", data: map[string]any{"Count": 1234}, want: "1.234 jawaban"},
		"a key that no catalogue has":          {lang: "id", key: "button.fly", want: "[button.fly]"},
		"a message whose value is not given":   {lang: "id", key: "report.withheld", want: "[report.withheld]"},
		"a message given another value":        {lang: "id", key: "report.withheld", data: map[string]any{"Most": 5}, want: "[report.withheld]"},
		"a message of a number without number": {lang: "en", key: "report.responses", data: map[string]any{}, want: "[report.responses]"},
	}
	catalogue := load(t)
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
	load(t).In("id").Say("report.responses", data)
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

func load(t *testing.T) *text.Catalogue {
	t.Helper()
	catalogue, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}
