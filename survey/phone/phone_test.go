package phone_test

import (
	"errors"
	"strings"
	"testing"

	"pascalatih/survey/phone"
)

func TestParse(t *testing.T) {
	const one = "+6281200000001"
	tests := map[string]struct{ text, want string }{ // "": no number
		"as people dial it":           {"081200000001", one},
		"with its country":            {"+6281200000001", one},
		"with its country, no plus":   {"6281200000001", one},
		"with two zeros":              {"006281200000001", one},
		"with spaces":                 {" 0812 0000 0001 ", one},
		"with hyphens":                {"0812-0000-0001", one},
		"with dots":                   {"0812.0000.0001", one},
		"with other dashes":           {"0812‑0000–0001", one},
		"with brackets":               {"(+62) 812 0000 0001", one},
		"with country and zero":       {"+62 (0)812 0000 0001", one},
		"no plus, but the zero":       {"62 0812 0000 0001", one},
		"from a cell of text":         {"'0812 0000 0001", one},
		"from a cell of numbers":      {"81200000001", one},
		"copied from a chat":          {"\u202a+62\u00a0812\u00a00000\u00a00001\u202c", one},
		"a landline":                  {"(0274) 000001", "+62274000001"},
		"a long one":                  {"0812000000012", "+62812000000012"},
		"of another country":          {"+65 8000 0001", "+6580000001"},
		"another":                     {"081200000002", "+6281200000002"},
		"nothing":                     {"", ""},
		"a plus":                      {"+", ""},
		"a hyphen":                    {"-", ""},
		"too short":                   {"0812", ""},
		"too long":                    {"081200000001000", ""},
		"zeros too many":              {"0000081200000001", ""},
		"two at once":                 {"081200000001 / 081200000002", ""},
		"a word for digits":           {"0812 KANTOR", ""},
		"a word before it":            {"WA 081200000001", ""},
		"an extension":                {"081200000001 ext. 5", ""},
		"what a spreadsheet rounded":  {"6.281E+12", ""},
		"a plus in the middle":        {"0812+00000001", ""},
		"two pluses":                  {"++6281200000001", ""},
		"a plus before the zero":      {"+081200000001", ""},
		"a country that is none":      {"+999 812 0000 0001", ""},
		"an NIP":                      {"198001012005011001", ""},
		"digits of another script":    {"٠٨١٢٠٠٠٠٠٠٠١", ""},
		"a formula":                   {"=081200000001", ""},
		"NUL":                         {"0812\x0000000001", ""},
		"invalid UTF-8":               {"0812\xff00000001", ""},
		"a thousand digits":           {strings.Repeat("8", 1000), ""},
		"a local number of the house": {"110", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := phone.Parse(test.text)
			if got.String() != test.want || errors.Is(err, phone.ErrNoNumber) != (test.want == "") {
				t.Errorf("Parse(%q) = %q, %v; want %q", test.text, got, err, test.want)
			}
		})
	}
}

func TestParseInternational(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"Indonesian":             {"6281200000001", "+6281200000001"},
		"with a plus":            {"+6281200000001", "+6281200000001"},
		"Japanese":               {"819000000001", "+819000000001"},
		"American":               {"12015550001", "+12015550001"},
		"without its country":    {"081200000001", ""},
		"nothing":                {"", ""},
		"a plus":                 {"+", ""},
		"of no country":          {"999812000001", ""},
		"hidden, as some do it":  {"+888 0000 0001", ""},
		"a word":                 {"kontak", ""},
		"a number and a newline": {"6281200000001\n", "+6281200000001"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := phone.ParseInternational(test.text)
			if got.String() != test.want || errors.Is(err, phone.ErrNoNumber) != (test.want == "") {
				t.Errorf("ParseInternational(%q) = %q, %v; want %q", test.text, got, err, test.want)
			}
		})
	}
}

// What Parse would take for the same, though it is another's: 0819 0000 00001 and
// the Japanese +81 90 0000 0001.
func TestAForeignNumberIsNoIndonesianOne(t *testing.T) {
	listed, err := phone.Parse("0819000000001")
	if err != nil {
		t.Fatal(err)
	}
	shared, err := phone.ParseInternational("819000000001")
	if err != nil || shared == listed {
		t.Errorf("%v (%v) is taken for %v", shared, err, listed)
	}
}

func TestMasked(t *testing.T) {
	tests := map[string]string{
		"081234567834": "0812••••••34",
		"08123456734":  "0812•••••34",
		"+6580000001":  "+658•••••01",
		"0274000001":   "0274••••01",
		"+6834000":     "••••••••", // too short to show any of it
	}
	for text, want := range tests {
		n, err := phone.Parse(text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", text, err)
		}
		if got := n.Masked(); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
	if got := (phone.Number{}).Masked(); got != "" {
		t.Errorf("no number is shown as %q", got)
	}
}

// FuzzParse: whatever is written, a number is digits with a +, is read again as
// itself in every form, and is not shown whole.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"0812-0000-0001", "+62 812", "6281200000001", "'0812", "00628", "+39 0", "\u202a(+1) 201", "1800FLOWERS", "0812;ext=1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range []func(string) (phone.Number, error){phone.Parse, phone.ParseInternational} {
			n, err := read(text)
			if err != nil {
				if !errors.Is(err, phone.ErrNoNumber) || n != (phone.Number{}) {
					t.Errorf("%q gives %q, %v", text, n, err)
				}
				continue
			}
			digits, ok := strings.CutPrefix(n.String(), "+")
			if !ok || digits == "" || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
				t.Errorf("%q gives %q", text, n)
			}
			if masked := n.Masked(); strings.Count(masked, "•") < 3 {
				t.Errorf("%q is shown as %q", n, masked)
			}
			if again, err := phone.Parse(n.String()); err != nil || again != n {
				t.Errorf("%q gives %q, and that %q (%v)", text, n, again, err)
			}
			if again, err := phone.ParseInternational(digits); err != nil || again != n {
				t.Errorf("%q gives %q, and without its plus %q (%v)", text, n, again, err)
			}
		}
	})
}
