package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey/report"
	"pascalatih/survey/sheet"
	"pascalatih/survey/stats"
)

func TestData(t *testing.T) {
	for name, f := range weeks(t) {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := report.Data(&out, f); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(f.List, readData(t, out.String())); diff != "" {
				t.Errorf("the list (-) and the CSV (+) differ:\n%s", diff)
			}
		})
	}
}

func TestDataIsSafeInASpreadsheet(t *testing.T) {
	share := 1e-7
	f := stats.Figures{List: []stats.Figure{
		{Scope: "=1+1", Group: "+all", Measure: stats.Chosen, Item: `@a="b,c"`, Value: &share, N: 1, Base: 10_000_000, Method: "-m"},
		{Scope: "2026", Group: stats.All, Measure: stats.Mean, Item: "x", Withheld: true},
	}}
	var out bytes.Buffer
	if err := report.Data(&out, f); err != nil {
		t.Fatal(err)
	}
	want := "\uFEFFscope,group,measure,item,value,low,high,n,base,method,withheld\n" +
		`'=1+1,'+all,chosen,"'@a=""b,c""",1e-07,,,1,10000000,'-m,false` + "\n" +
		"2026,all,mean,x,,,,0,0,,true\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if diff := cmp.Diff(f.List, readData(t, out.String())); diff != "" {
		t.Errorf("the list (-) and the CSV (+) differ:\n%s", diff)
	}
}

func TestJSON(t *testing.T) {
	for name, f := range weeks(t) {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := report.JSON(&out, f); err != nil {
				t.Fatal(err)
			}
			var read []stats.Figure
			if err := json.Unmarshal(out.Bytes(), &read); err != nil {
				t.Fatal(err)
			}
			if read == nil {
				t.Errorf("%s is no list", out.String())
			}
			if len(f.List) > 0 && !strings.HasPrefix(out.String(), "[\n  {\n    \"scope\": ") {
				t.Errorf("it begins with %.40q", out.String())
			}
			if diff := cmp.Diff(append([]stats.Figure{}, f.List...), read); diff != "" {
				t.Errorf("the list (-) and the JSON (+) differ:\n%s", diff)
			}
		})
	}
}

// weeks are summaries of many kinds.
func weeks(t *testing.T) map[string]stats.Figures {
	t.Helper()
	long := func(int) string {
		return "=Pelatihan & <Lokakarya> \"Tata Kelola\" " + strings.Repeat("Pemerintahan yang Baik dan Bersih ", 4)
	}
	few := sampled{trainings: 2, units: 2, invited: 40, sent: 0.08, checkins: true}.draw(t)
	oneUnit := sampled{trainings: 2, units: 3, invited: 60, sent: 0.7, checkins: true}.draw(t)
	oneUnit.Period.Units = []int64{2}
	soFar := sampled{trainings: 1, units: 3, invited: 60, sent: 0.7}.draw(t)
	soFar.Period.Round = 1
	return map[string]stats.Figures{
		"one training":      sampled{trainings: 1, units: 1, invited: 20, sent: 0.9}.draw(t),
		"three trainings":   sampled{trainings: 3, units: 6, invited: 40, sent: 0.6, checkins: true, weekAgo: true}.draw(t),
		"long names":        sampled{trainings: 3, units: 6, invited: 90, sent: 0.6, titles: long, unitNames: long, checkins: true}.draw(t),
		"some withheld":     sampled{trainings: 4, units: 12, invited: 40, sent: 0.3, checkins: true, weekAgo: true}.draw(t),
		"nearly all":        few,
		"all withheld":      sampled{trainings: 2, units: 2, invited: 4, sent: 0.8, checkins: true}.draw(t),
		"nobody sent":       sampled{trainings: 2, units: 3, invited: 40}.draw(t),
		"one unit":          oneUnit,
		"one round so far":  soFar,
		"no round was open": sampled{}.draw(t),
		"same people":       sampled{trainings: 6, titles: long, units: 6, invited: 40, sent: 0.6, checkins: true, pairs: []int{24, 7, 0, 60, 5, 12}, observed: []int{18, 3}}.draw(t),
		"all of them alike": alike(t),
	}
}

// alike are comparisons of which some figures are not defined: nobody's score differs.
func alike(t *testing.T) stats.Figures {
	t.Helper()
	c := sampled{trainings: 1, units: 1, invited: 20, sent: 0.9, pairs: []int{6}}.counts(t, 1)
	for i := range c.Compared[0].Pairs {
		c.Compared[0].Pairs[i] = stats.Two{First: 3, Second: 3}
	}
	return stats.Compute(c)
}

// readData reads what Data wrote.
func readData(t *testing.T, written string) []stats.Figure {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(written, "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(cell string) *float64 {
		if cell == "" {
			return nil
		}
		value, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			t.Fatal(err)
		}
		return &value
	}
	count := func(cell string) int {
		n, err := strconv.Atoi(cell)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var list []stats.Figure
	for _, row := range rows[1:] {
		list = append(list, stats.Figure{
			Scope: sheet.Unescape(row[0]), Group: sheet.Unescape(row[1]), Measure: stats.Measure(row[2]), Item: sheet.Unescape(row[3]),
			Value: number(row[4]), Low: number(row[5]), High: number(row[6]), N: count(row[7]), Base: count(row[8]),
			Method: sheet.Unescape(row[9]), Withheld: row[10] == "true",
		})
	}
	return list
}
