package roster_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey/roster"
	"pascalatih/survey/sheet"
	"pascalatih/survey/text"
)

// What the example shows is what the template takes.
func TestTemplateFilledInAsItsExample(t *testing.T) {
	for _, language := range []string{"id", "en"} {
		filled := edit(t, template(t, language), func(file *excelize.File) {
			rows, err := file.GetRows("contoh")
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"pegawai", "pelatihan", "peserta", "unit", "jam_kerja"} {
				fillIn(t, file, name, rows)
			}
		})
		read, err := roster.Parse("isi.xlsx", filled)
		if err != nil {
			t.Fatal(sentences(err))
		}
		merged, err := roster.Merge(read)
		if err != nil {
			t.Fatal(sentences(err))
		}
		if got := [5]int{len(merged.Employees), len(merged.Trainings), len(merged.Participants), len(merged.Units), len(merged.Hours)}; got != [5]int{2, 1, 1, 1, 1} {
			t.Errorf("there are %v", got)
		}
		if open := merged.References(); len(open) != 1 || open[0].To != roster.ToPlan {
			t.Errorf("what the example refers to is not in it: %v", open)
		}
	}
}

// fillIn copies a sheet's part of the example into the sheet.
func fillIn(t *testing.T, file *excelize.File, name string, example [][]string) {
	t.Helper()
	next := 0
	for _, values := range example {
		switch {
		case len(values) == 1 && strings.HasSuffix(values[0], " "+name):
			next = 1
		case len(values) == 0 && next > 0:
			return
		case next > 0:
			if err := file.SetSheetRow(name, fmt.Sprintf("A%d", next), &values); err != nil {
				t.Fatal(err)
			}
			next++
		}
	}
}

func TestTemplateNotFilledIn(t *testing.T) {
	read, err := roster.Parse("kosong.xlsx", template(t, "id"))
	if err != nil {
		t.Fatal(sentences(err))
	}
	_, err = roster.Merge(read)
	if got, want := sentences(err), "Belum ada yang diisi di dalamnya. Mohon isi, lalu kirim lagi."; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

func TestTemplateLooks(t *testing.T) {
	for _, language := range []string{"id", "en"} {
		file, err := excelize.OpenReader(bytes.NewReader(template(t, language)))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(file.GetSheetList(), " "); got != "pegawai pelatihan peserta unit jam_kerja contoh" {
			t.Errorf("the sheets are %s", got)
		}
		notes := 0
		for _, name := range []string{"pegawai", "pelatihan", "peserta", "unit", "jam_kerja"} {
			comments, err := file.GetComments(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, comment := range comments {
				notes++
				if strings.Contains(comment.Text, "[") || len(comment.Text) < 20 {
					t.Errorf("the note on %s %s is %q", name, comment.Cell, comment.Text)
				}
			}
			if panes, err := file.GetPanes(name); err != nil || !panes.Freeze {
				t.Errorf("the header of %s can leave the view: %v", name, err)
			}
		}
		if notes != 7+8+2+3+5 {
			t.Errorf("there are %d notes", notes)
		}
	}
}

func TestTemplateKeepsNumbersAsText(t *testing.T) {
	file, err := excelize.OpenReader(bytes.NewReader(template(t, "id")))
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range []struct{ sheet, cell string }{
		{"pegawai", "A2"}, {"pegawai", "A9000"}, {"pegawai", "F2"}, {"pegawai", "G2"},
		{"pelatihan", "A2"}, {"peserta", "A2"}, {"peserta", "B2"}, {"contoh", "A9"},
	} {
		id, err := file.GetCellStyle(place.sheet, place.cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := file.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if style.NumFmt != 49 {
			t.Errorf("%s %s has the format %d, want text", place.sheet, place.cell, style.NumFmt)
		}
	}
}

func TestTemplateOffersLists(t *testing.T) {
	tests := map[string]struct{ sheet, cells, list string }{
		"grades":               {"pegawai", "E2:E20001", "III/a"},
		"kinds":                {"pelatihan", "C2:C20001", "teknis"},
		"the plans that exist": {"pelatihan", "H2:H20001", "singkat,lengkap"},
		"the trainings' codes": {"peserta", "A2:A20001", "pelatihan!$A$2"},
	}
	file, err := excelize.OpenReader(bytes.NewReader(template(t, "id", "singkat", "lengkap")))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			lists, err := file.GetDataValidations(test.sheet)
			if err != nil {
				t.Fatal(err)
			}
			for _, list := range lists {
				if list.Sqref == test.cells && strings.Contains(list.Formula1, test.list) && !list.ShowErrorMessage {
					return
				}
			}
			t.Errorf("no such list among %d", len(lists))
		})
	}
}

func template(t testing.TB, language string, plans ...string) []byte {
	t.Helper()
	data, err := roster.Template(say(t, language), plans...)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func say(t testing.TB, language string) text.Phrases {
	t.Helper()
	catalogue, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.In(language)
}

// edit is a workbook that somebody changed.
func edit(t *testing.T, data []byte, change func(*excelize.File)) []byte {
	t.Helper()
	edited, err := sheet.Edit(data, func(file *excelize.File) error {
		change(file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return edited
}
