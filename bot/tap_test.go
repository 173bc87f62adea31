package bot

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseTap(t *testing.T) {
	tests := map[string]struct {
		data string
		want tap
		ok   bool
	}{
		"a tap":                          {data: "s:12:3:next", want: tap{Kind: "s", ID: 12, Revision: 3, Verb: "next"}, ok: true},
		"a tap on a choice":              {data: "s:12:3:pick:4", want: tap{Kind: "s", ID: 12, Revision: 3, Verb: "pick", Index: 4}, ok: true},
		"the first choice":               {data: "s:12:3:pick", want: tap{Kind: "s", ID: 12, Revision: 3, Verb: "pick"}, ok: true},
		"the largest number":             {data: "s:9223372036854775807:0:open", want: tap{Kind: "s", ID: math.MaxInt64, Verb: "open"}, ok: true},
		"nothing":                        {data: ""},
		"words":                          {data: "lanjut"},
		"no verb":                        {data: "s:12:3"},
		"an empty verb":                  {data: "s:12:3:"},
		"a number too large":             {data: "s:9223372036854775808:0:open"},
		"a negative number":              {data: "s:-1:0:open"},
		"a number with a plus":           {data: "s:+1:0:open"},
		"a number with a leading zero":   {data: "s:01:0:open"},
		"an index with a leading zero":   {data: "s:1:0:pick:01"},
		"an index that goes unsaid":      {data: "s:1:0:pick:0"},
		"an index too large":             {data: "s:1:0:pick:10000"},
		"something behind":               {data: "s:1:0:pick:1:1"},
		"a line behind":                  {data: "s:1:0:pick\n"},
		"other digits":                   {data: "s:١:0:open"},
		"capital letters":                {data: "S:1:0:OPEN"},
		"as long as Telegram lets it be": {data: strings.Repeat("s", 64)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := parseTap(test.data)
			if (err == nil) != test.ok || got != test.want {
				t.Errorf("parseTap(%q) = %+v, %v; want %+v", test.data, got, err, test.want)
			}
		})
	}
}

func TestTapFitsAndReturns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := tap{
			Kind:     tapKind(rapid.StringMatching(`[a-z]`).Draw(t, "kind")),
			ID:       rapid.Int64Min(0).Draw(t, "id"),
			Revision: rapid.Int64Min(0).Draw(t, "revision"),
			Verb:     rapid.StringMatching(`[a-z]{1,12}`).Draw(t, "verb"),
			Index:    rapid.IntRange(0, 9999).Draw(t, "index"),
		}
		data := want.data()
		if len(data) > 64 {
			t.Fatalf("%q has %d bytes", data, len(data))
		}
		if got, err := parseTap(data); err != nil || got != want {
			t.Fatalf("parseTap(%q) = %+v, %v; want %+v", data, got, err, want)
		}
	})
}

func FuzzCallback(f *testing.F) {
	for _, data := range []string{"s:1:2:pick:3", "s:1:2:next", "l:0:9:yes", "", "s:1:2", "s:01:2:next", "s:1:2:pick:0"} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data string) {
		read, err := parseTap(data)
		if err == nil && read.data() != data {
			t.Errorf("parseTap(%q) = %+v, which is written %q", data, read, read.data())
		}
		if err != nil && read != (tap{}) {
			t.Errorf("parseTap(%q) refuses and gives %+v", data, read)
		}
	})
}

func TestParseToken(t *testing.T) {
	random := "AbCdEfGhIjKlMnOpQrSt_-" // 132 bits
	tests := map[string]struct {
		given string
		ok    bool
	}{
		"a personal token":            {given: "p" + random, ok: true},
		"that of a class":             {given: "k" + random, ok: true},
		"the longest":                 {given: "p" + strings.Repeat("x", 63), ok: true},
		"nothing":                     {given: ""},
		"under 128 bits":              {given: "p" + random[1:]},
		"longer than Telegram passes": {given: "p" + strings.Repeat("x", 64)},
		"of another kind":             {given: "x" + random},
		"with what no link holds":     {given: "p" + random[:21] + "+"},
		"with a space":                {given: "p" + random + " "},
		"with a line":                 {given: "p" + random + "\n"},
		"an injection":                {given: "p' OR '1'='1' -- xxxxxxxxxxxxxxx"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := ParseToken(test.given)
			if ok != test.ok || ok && string(got) != test.given {
				t.Errorf("ParseToken(%q) = %q, %t; want %t", test.given, got, ok, test.ok)
			}
		})
	}
}

func FuzzDeepLink(f *testing.F) {
	for _, given := range []string{"", "p", "pAbCdEfGhIjKlMnOpQrSt_-", "kAbCdEfGhIjKlMnOpQrSt_-", strings.Repeat("p", 65)} {
		f.Add(given)
	}
	f.Fuzz(func(t *testing.T, given string) {
		token, ok := ParseToken(given)
		if !ok && token != "" {
			t.Errorf("ParseToken(%q) refuses and gives %q", given, token)
		}
		if !ok {
			return
		}
		if string(token) != given || len(token) < 23 || len(token) > 64 || token[0] != 'p' && token[0] != 'k' {
			t.Errorf("ParseToken(%q) takes what is no token", given)
		}
	})
}
