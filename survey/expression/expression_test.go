package expression_test

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pascalatih/survey/expression"
)

// env has answers of every form; what is not named here is not answered.
func env() expression.Environment {
	answers := map[string]string{
		"score": "3", "training/a/plan": "Bekerja", "half": "1.5", "name": "Made Up", "obstacles": "budget time",
		"day": "2026-06-27", "zero": "0",
	}
	return expression.Environment{
		Answer: func(name string) string { return answers[name] },
		Self:   "budget none",
		Today:  time.Date(2026, 6, 20, 23, 30, 0, 0, time.UTC),
	}
}

func TestEvaluate(t *testing.T) {
	tests := map[string]string{
		// numbers, texts, truth
		`1`: "1", `1.50`: "1.5", `.5`: "0.5", `3.`: "3", `'a b'`: "a b", `"it's"`: "it's",
		`-3`: "-3", `--3`: "3", `- - -3`: "-3", `-'x'`: "NaN", `1 div 0`: "Infinity", `-1 div 0`: "-Infinity",
		`0 div 0`: "NaN", `-0`: "0", `100000000000000000000`: "100000000000000000000",

		// precedence
		`1 + 2 * 3`: "7", `(1 + 2) * 3`: "9", `10 - 3 - 2`: "5", `8 div 2 div 2`: "2",
		`1 = 1 and 2 = 3 or 4 = 4`: "true", `1 = 1 and (2 = 3 or 4 = 5)`: "false",
		`1 < 2 = 2 < 3`: "true", `3 > 2 > 1`: "false", `1 + 1 = 2`: "true",

		// mod takes the sign of the dividend
		`5 mod 2`: "1", `5 mod -2`: "1", `-5 mod 2`: "-1", `1.5 mod .5`: "0",

		// references and conversions
		`${score}`: "3", `${ score }`: "3", `${training/a/plan} != ''`: "true", `${ training/b/plan } = ''`: "true", `${score} + 1`: "4", `${score} = 3`: "true", `${score} = 3.0`: "true",
		`${score} = '3.0'`: "false", `${half} * 2`: "3", `${name} = 'Made Up'`: "true", `${name} + 1`: "NaN",
		`${name} = 0`: "false", `${score} = (1 = 1)`: "true", `'false' = (1 = 1)`: "true",
		`(1 = 1) + 1`: "2", `(1 = 2) + 1`: "1", `not(${zero})`: "false", `not(${zero} + 0)`: "true",

		// what is not answered is the empty text, and NaN in comparisons of size
		`${none} = ''`: "true", `${none} != ''`: "false", `${none} < 5`: "false", `${none} >= 5`: "false",
		`${none} = 0`: "false", `${none} != 0`: "true", `not(${none})`: "true", `${none} + 1`: "NaN",

		// functions
		`selected(., 'none')`: "true", `selected(., 'budg')`: "false", `selected(${none}, 'a')`: "false",
		`selected(${obstacles}, ' time ')`: "true", `count-selected(.)`: "2", `count-selected(${none})`: "0",
		`count-selected(.)-1`: "1", `if(${score} > 2, 'high', 'low')`: "high", `if(${none}, 1, 2)`: "2",
		`coalesce(${none}, 'else')`: "else", `coalesce(${score}, 'else')`: "3",
		`string-length(${name})`: "7", `string-length('né')`: "2", `string-length(${none})`: "0",
		`not(selected(., 'none') and count-selected(.) > 1)`: "false",

		// dates are compared by their days
		`today()`: "2026-06-20", `${day} > today()`: "true", `${day} - today()`: "7",
		`${day} = today() + 7`: "true", `${day} >= '2026-06-28'`: "false", `${day} = '2026-06-27'`: "true",
		`'2026-02-30' + 0`: "NaN", `'1969-12-31' + 0`: "-1",
	}
	for source, want := range tests {
		t.Run(source, func(t *testing.T) {
			parsed, err := expression.Parse(source)
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed.Evaluate(env()).String(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := map[string]struct {
		source   string
		position int
		reason   string
	}{
		"nothing":                      {"", 1, "ends too early"},
		"only space":                   {"  ", 3, "ends too early"},
		"an open end":                  {"1 +", 4, "ends too early"},
		"an open parenthesis":          {"(1", 3, "ends too early"},
		"a stray parenthesis":          {"1)", 2, "not understood"},
		"two operators":                {"1 = < 2", 5, "not understood"},
		"two values":                   {"1 2", 3, "not understood"},
		"an open quote":                {"'a", 1, "not understood"},
		"a curly quote":                {"${a} = ’x’", 8, "not understood"},
		"a reference without a name":   {"${} = 1", 1, "not understood"},
		"a bare name":                  {"score = 1", 7, "not understood"},
		"a path":                       {"/data/score", 1, "not understood"},
		"a union":                      {"${a} | ${b}", 6, "not understood"},
		"a function that is unknown":   {"1 + pulldata('a')", 5, "pulldata() is not served"},
		"a function not served yet":    {"regex(., 'a')", 1, "regex() is not served"},
		"an operator as a function":    {"and(1)", 1, "and() is not served"},
		"too few arguments":            {"selected(.)", 1, "takes 2 arguments"},
		"too many arguments":           {"today(1)", 1, "takes 0 arguments"},
		"invalid UTF-8":                {"'\xff'", 1, "not valid text"},
		"deep parentheses":             {strings.Repeat("(", 40) + "1" + strings.Repeat(")", 40), 33, "more than 32"},
		"a long text":                  {strings.Repeat("1 + ", 1001) + "1", 1, "longer than 4000"},
		"a position after wide signs":  {"'ééé' = ?", 9, "not understood"},
		"a position on the next line":  {"1 =\n ?", 6, "not understood"},
		"case matters for a function":  {"Today()", 1, "Today() is not served"},
		"case matters for an operator": {"1 AND 2", 3, "not understood"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := expression.Parse(test.source)
			var wrong *expression.Error
			if !errors.As(err, &wrong) {
				t.Fatalf("got %v, want an Error", err)
			}
			if wrong.Position != test.position || !strings.Contains(wrong.Error(), test.reason) {
				t.Errorf("got %v, want %q at %d", wrong, test.reason, test.position)
			}
			if wrong.Reason["id"] == "" {
				t.Error("no reason in Indonesian")
			}
		})
	}
}

func TestWhatAnExpressionNames(t *testing.T) {
	tests := map[string]struct {
		source      string
		references  []string
		self        bool
		comparisons []expression.Comparison
	}{
		"nothing":             {source: "1 < today()"},
		"each reference once": {source: "${b} > ${a} and not(${b} < 1)", references: []string{"b", "a"}},
		"a path": {
			source: "${a/b/c} = 'x'", references: []string{"a/b/c"},
			comparisons: []expression.Comparison{{Name: "a/b/c", Value: "x"}},
		},
		"a selected choice": {
			source: "selected(${a}, 'x')", references: []string{"a"},
			comparisons: []expression.Comparison{{Name: "a", Value: "x"}},
		},
		"a fixed value on either side": {
			source: "'x' = ${a} or ${a} != 5", references: []string{"a"},
			comparisons: []expression.Comparison{{Name: "a", Value: "x"}, {Name: "a", Value: "5"}},
		},
		"the answer being checked": {
			source: "not(selected(., 'none'))", self: true,
			comparisons: []expression.Comparison{{Name: ".", Value: "none"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			parsed, err := expression.Parse(test.source)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.references, parsed.References()); diff != "" {
				t.Error("references", diff)
			}
			if parsed.UsesSelf() != test.self {
				t.Error("self", parsed.UsesSelf())
			}
			if diff := cmp.Diff(test.comparisons, parsed.Comparisons()); diff != "" {
				t.Error("comparisons", diff)
			}
		})
	}
}

func TestJSONIsTheSource(t *testing.T) {
	type cell struct {
		Relevant expression.Expression `json:"relevant,omitzero"`
	}
	for _, content := range []string{`{}`, `{"relevant":"${a} = 'x'"}`} {
		var read cell
		if err := json.Unmarshal([]byte(content), &read); err != nil {
			t.Fatal(err)
		}
		written, err := json.Marshal(read)
		if err != nil || string(written) != content {
			t.Errorf("got %s, %v, want %s", written, err, content)
		}
	}
	var read cell
	if err := json.Unmarshal([]byte(`{"relevant":"regex(., 1)"}`), &read); err == nil {
		t.Error("a stored function that is not served was read")
	}
}

func TestTheZeroExpression(t *testing.T) {
	var none expression.Expression
	if !none.IsZero() || none.Evaluate(env()).String() != "" || none.References() != nil || none.UsesSelf() {
		t.Error("the zero expression is not empty")
	}
}

// Numbers are computed as Go computes them, which is IEEE 754 as in XPath.
func TestArithmeticProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.IntRange(-1000, 1000).Draw(t, "a"), rapid.IntRange(-1000, 1000).Draw(t, "b")
		x, y := float64(a), float64(b)
		operator := rapid.SampledFrom([]string{"+", "-", "*", "div", "mod", "<", "<=", ">", ">=", "=", "!="}).Draw(t, "op")
		want := map[string]float64{
			"+": x + y, "-": x - y, "*": x * y, "div": x / y, "mod": math.Mod(x, y),
			"<": one(x < y), "<=": one(x <= y), ">": one(x > y), ">=": one(x >= y), "=": one(x == y), "!=": one(x != y),
		}[operator]
		parsed, err := expression.Parse("${a} " + operator + " (${b} + 0)")
		if err != nil {
			t.Fatal(err)
		}
		got := parsed.Evaluate(expression.Environment{Answer: func(name string) string {
			return map[string]string{"a": strconv.Itoa(a), "b": strconv.Itoa(b)}[name]
		}}).Number()
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Fatalf("%d %s %d: got %v, want %v", a, operator, b, got, want)
		}
	})
}

func FuzzExpression(f *testing.F) {
	for _, seed := range []string{
		"", "1 + 2", "${a} = 'x' and not(selected(., 'none'))", "((((1))))", "if(1, 2, 3) div today()",
		"count-selected(.) >= 2 or string-length(coalesce(${a}, \"\")) mod 3 != 0", "-----5", "${", "'é", ". . .",
	} {
		f.Add(seed, "budget none")
	}
	f.Fuzz(func(t *testing.T, source, answer string) {
		parsed, err := expression.Parse(source)
		if err != nil {
			var wrong *expression.Error
			if !errors.As(err, &wrong) || wrong.Position < 1 {
				t.Fatalf("not an Error with a position: %v", err)
			}
			return
		}
		around := expression.Environment{
			Answer: func(string) string { return answer },
			Self:   answer,
			Today:  time.Date(2026, 6, 20, 0, 0, 0, 0, time.UTC),
		}
		first := parsed.Evaluate(around)
		again, err := expression.Parse(parsed.String())
		if err != nil {
			t.Fatalf("the source of a parsed expression does not parse: %v", err)
		}
		if second := again.Evaluate(around); first.String() != second.String() || first.Boolean() != second.Boolean() {
			t.Fatalf("%q gave %s and %s", source, first, second)
		}
		parsed.References()
		parsed.Comparisons()
	})
}

func one(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}
