package report_test

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey/report"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

func TestWorkbookSaysWhatTheListSays(t *testing.T) {
	for name, f := range weeks(t) {
		for _, lang := range []string{"id", "en"} {
			t.Run(name+" "+lang, func(t *testing.T) {
				b := openBook(t, f, lang)
				b.readGroups("trainings", "training", 4)
				b.readGroups("units", "unit", 2)
				b.readItems()
				b.readObstacles()
				b.readPairs()
				b.readSummary()
				for _, figure := range f.List {
					if !b.seen[figure.Scope+figure.Group+string(figure.Measure)+figure.Item] && b.shows(figure) {
						t.Errorf("%s %s %s %s stands nowhere", figure.Scope, figure.Group, figure.Measure, figure.Item)
					}
				}
			})
		}
	}
}

func TestWorkbookWithholds(t *testing.T) {
	f := sampled{trainings: 4, units: 12, invited: 40, sent: 0.3, checkins: true, weekAgo: true}.draw(t)
	all := sampled{trainings: 2, units: 2, invited: 4, sent: 0.8, checkins: true}.draw(t)
	for name, f := range map[string]stats.Figures{"some": f, "all": all} {
		t.Run(name, func(t *testing.T) {
			slip, hidden := 0.12345678901, 0
			for i := range f.List {
				if figure := &f.List[i]; figure.Withheld {
					figure.Value, figure.Low, figure.High, figure.N, figure.Base = &slip, &slip, &slip, 987654321, 987654321
					hidden++
				}
			}
			if hidden == 0 {
				t.Fatal("nothing is withheld")
			}
			for part, content := range unpack(t, write(t, f, "id")) {
				if strings.Contains(content, "0.123456") || strings.Contains(content, "987654321") {
					t.Errorf("%s tells a figure that is withheld", part)
				}
			}
		})
	}
}

func TestWorkbookIsWrittenAlike(t *testing.T) {
	f := sampled{trainings: 3, units: 6, invited: 40, sent: 0.6, checkins: true, weekAgo: true}.draw(t)
	one, other := write(t, f, "id"), write(t, f, "id")
	if bytes.Equal(one, other) {
		return
	}
	t.Error("the same figures give other bytes")
	parts := unpack(t, other)
	for name, content := range unpack(t, one) {
		if parts[name] != content {
			t.Errorf("%s differs", name)
		}
	}
}

func TestWorkbookKeepsOddNames(t *testing.T) {
	odd := []string{"=HYPERLINK(\"http://a\")", "+1", "-2", "@sum", "'quoted", "007", "a\tb\nc", "\x07bell",
		"Pelatihan & <b>Tata Kelola</b> 🎓", strings.Repeat("Sangat Panjang ", 40), "[]:*?/\\"}
	f := sampled{trainings: len(odd), titles: func(i int) string { return odd[i] }, units: len(odd), invited: 22, sent: 0.9,
		unitNames: func(i int) string { return odd[i] }}.draw(t)
	b := openBook(t, f, "id")
	for key, first := range map[string]int{"trainings": 4, "units": 4} {
		var got []string
		name := b.phrases.Say("workbook.sheet."+key, nil)
		for row := range odd {
			cell := "A" + strconv.Itoa(first+row)
			if kind, err := b.file.GetCellType(name, cell); err != nil || kind != excelize.CellTypeSharedString {
				t.Errorf("%s %s is of the type %v: %v", name, cell, kind, err)
			}
			got = append(got, b.cell(name, cell))
		}
		for _, want := range odd {
			if want = strings.ReplaceAll(want, "\x07", "\uFFFD"); !slices.Contains(got, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
	for part, content := range b.parts {
		if strings.HasPrefix(part, "xl/worksheets/") && strings.Contains(content, "<f>") {
			t.Errorf("%s has a formula", part)
		}
	}
}

func TestWorkbookIsSetUp(t *testing.T) {
	catalogue := load(t)
	for name, f := range weeks(t) {
		for _, lang := range []string{"id", "en"} {
			t.Run(name+" "+lang, func(t *testing.T) {
				b := openBook(t, f, lang)
				for part, content := range b.parts {
					if at := regexp.MustCompile(`\[(workbook|report|export)\.[a-z_.]+\]`).FindString(content); at != "" {
						t.Errorf("%s says %s", part, at)
					}
				}
				props, err := b.file.GetDocProps()
				if err != nil || !strings.Contains(props.Title, "2026") || props.Creator != "Pascalatih" {
					t.Errorf("properties %+v: %v", props, err)
				}
				var want []string
				for _, key := range []string{"summary", "trainings", "units", "items", "obstacles", "pairs", "method"} {
					want = append(want, catalogue.In(lang).Say("workbook.sheet."+key, nil))
				}
				if got := b.file.GetSheetList(); !slices.Equal(got, want) {
					t.Errorf("sheets %q, want %q", got, want)
				}
				for at, name := range b.file.GetSheetList() {
					b.checkSheet(name, at > 0)
				}
			})
		}
	}
}

func (b *opened) checkSheet(name string, tabled bool) {
	b.t.Helper()
	if utf8.RuneCountInString(name) > 31 || strings.ContainsAny(name, `[]:*?/\`) {
		b.t.Errorf("%q cannot be a sheet's name", name)
	}
	layout, err := b.file.GetPageLayout(name)
	if err != nil || *layout.Size != 9 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
		b.t.Errorf("%s: page %+v: %v", name, layout, err)
	}
	if footer, err := b.file.GetHeaderFooter(name); err != nil || !strings.Contains(footer.OddFooter, "&P") {
		b.t.Errorf("%s: footer %+v: %v", name, footer, err)
	}
	if !tabled {
		return
	}
	if panes, err := b.file.GetPanes(name); err != nil || !panes.Freeze || panes.YSplit < 2 {
		b.t.Errorf("%s: panes %+v: %v", name, panes, err)
	}
	if !slices.ContainsFunc(b.file.GetDefinedName(), func(n excelize.DefinedName) bool { return n.Scope == name && n.Name == "_xlnm.Print_Titles" }) {
		b.t.Errorf("%s: its heads are not repeated", name)
	}
}

// Charts show cells that are there, with a name for each bar.
func TestWorkbookDrawsWhatItSays(t *testing.T) {
	area := regexp.MustCompile(`<c:f>'?([^'<!]+)'?!\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)</c:f>|<f>'?([^'<!]+)'?!\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)</f>`)
	for name, f := range weeks(t) {
		t.Run(name, func(t *testing.T) {
			b := openBook(t, f, "id")
			charts := 0
			for part, content := range b.parts {
				if !strings.HasPrefix(part, "xl/charts/chart") {
					continue
				}
				charts++
				found := area.FindAllStringSubmatch(strings.ReplaceAll(content, "&#39;", "'"), -1)
				if len(found) < 2 {
					t.Errorf("%s shows nothing: %s", part, content)
				}
				for _, at := range found {
					at = slices.DeleteFunc(at[1:], func(s string) bool { return s == "" })
					first, _ := strconv.Atoi(at[2])
					last, _ := strconv.Atoi(at[4])
					for row := first; row <= last; row++ {
						if b.cell(at[0], at[1]+strconv.Itoa(row)) == "" {
							t.Errorf("%s shows %s!%s%d, which is empty", part, at[0], at[1], row)
						}
					}
				}
			}
			if len(f.Forms) > 0 && charts < 2 {
				t.Errorf("%d charts", charts)
			}
			if len(f.Forms) == 0 && charts > 0 {
				t.Errorf("%d charts of nothing", charts)
			}
		})
	}
}

// opened is a workbook that was read back.
type opened struct {
	t       *testing.T
	phrases text.Phrases
	figures stats.Figures
	table   stats.Table
	file    *excelize.File
	parts   map[string]string // of the file, by name
	hidden  string
	seen    map[string]bool // the figures that were found
}

func openBook(t *testing.T, f stats.Figures, lang string) *opened {
	t.Helper()
	written := write(t, f, lang)
	file, err := excelize.OpenReader(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	phrases := load(t).In(lang)
	return &opened{t: t, phrases: phrases, figures: f, table: f.Table(), file: file, parts: unpack(t, written),
		hidden: phrases.Say("report.hidden", map[string]any{"Least": stats.Least}), seen: make(map[string]bool)}
}

func write(t *testing.T, f stats.Figures, lang string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := report.Workbook(&out, f, load(t).In(lang), wib); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func load(t *testing.T) *text.Catalogue {
	t.Helper()
	catalogue, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

func unpack(t *testing.T, written []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(written), int64(len(written)))
	if err != nil {
		t.Fatal(err)
	}
	parts := make(map[string]string)
	for _, file := range archive.File {
		from, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		parts[file.Name] = string(content)
	}
	return parts
}

// cell is what a cell holds, unrounded.
func (b *opened) cell(sheet, at string) string {
	b.t.Helper()
	value, err := b.file.GetCellValue(sheet, at, excelize.Options{RawCellValue: true})
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.ReplaceAll(value, "\u00A0", " ")
}

// rows are what a sheet's cells hold, unrounded.
func (b *opened) rows(key string) [][]string {
	b.t.Helper()
	rows, err := b.file.GetRows(b.phrases.Say("workbook.sheet."+key, nil), excelize.Options{RawCellValue: true})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(row[i], "\u00A0", " ")
		}
	}
	return rows
}
