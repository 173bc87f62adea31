package xlsform_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey"
	"pascalatih/survey/xlsform"
)

// changed is the plain form as a workbook in which something was changed.
func changed(t testing.TB, change func(*excelize.File) error) []byte {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(string(form{}.workbook(t))))
	if err != nil {
		t.Fatal(err)
	}
	if err := change(book); err != nil {
		t.Fatal(err)
	}
	return saved(t, book)
}

func TestWorkbooks(t *testing.T) {
	tests := map[string]struct {
		change func(*excelize.File) error
		want   []string // errors; none where it can be read
	}{
		"other sheets are for people": {func(book *excelize.File) error {
			_, err := book.NewSheet("petunjuk")
			return errors.Join(err, book.SetCellFormula("petunjuk", "A1", "=1+1"))
		}, nil},
		"names of sheets in capitals": {func(book *excelize.File) error { return book.SetSheetName("survey", "Survey") }, nil},
		"a version that is a number":  {func(book *excelize.File) error { return book.SetCellValue("settings", "C2", 2) }, nil},
		"required that is Excel's TRUE": {func(book *excelize.File) error {
			return errors.Join(book.SetCellValue("survey", "D1", "required"), book.SetCellBool("survey", "D2", true))
		}, nil},
		"a formula": {func(book *excelize.File) error {
			return errors.Join(book.SetCellInt("survey", "C3", 16), book.SetCellFormula("survey", "C3", "=8+8"))
		}, []string{`survey!3 label "16": this cell holds a formula`}},
		"a formula, and other errors": {func(book *excelize.File) error {
			return errors.Join(book.SetCellInt("settings", "D2", 15), book.SetCellFormula("settings", "D2", "=8+7"), book.SetCellValue("survey", "A3", "image"))
		}, []string{`survey!3 type "image": this type is not served`, `settings!2 privacy "15": this cell holds a formula`}},
		"no survey": {func(book *excelize.File) error { return book.DeleteSheet("survey") },
			[]string{`survey!0  "": this sheet is missing or empty`}},
		"no settings": {func(book *excelize.File) error { return book.DeleteSheet("settings") },
			[]string{`settings!0  "": this sheet is missing or empty`}},
		"no choices": {func(book *excelize.File) error { return book.DeleteSheet("choices") },
			[]string{`survey!2 type "select_one useful": there is no choice list "useful"`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := xlsform.ReadWorkbook(changed(t, test.change))
			if test.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			told(t, err, test.want)
		})
	}
}

func TestFilesThatAreNoForm(t *testing.T) {
	tests := map[string]struct {
		content string
		want    []string
	}{
		"nothing":       {"", []string{`!0  "": This file is empty`}},
		"a PDF":         {"%PDF-1.7", []string{`!0  "": This file is a PDF`}},
		"an old .xls":   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", []string{`!0  "": This file has Excel's old format`}},
		"a broken .zip": {"PK\x03\x04garbage", []string{`!0  "": This file is damaged`}},
		"a CSV file":    {"type,name,label\ntext,a,A\n", []string{`survey!0  "": this sheet is missing`, `settings!0  "": this sheet is missing`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := xlsform.ReadWorkbook([]byte(test.content))
			told(t, err, test.want)
		})
	}
}

func TestFolders(t *testing.T) {
	tests := map[string]struct {
		change func(fstest.MapFS)
		want   []string
	}{
		"an empty folder": {func(f fstest.MapFS) { clear(f) },
			[]string{`survey!0  "": this sheet is missing`, `settings!0  "": this sheet is missing`}},
		"a sheet without rows": {func(f fstest.MapFS) { f["survey.csv"].Data = []byte(",,\n") },
			[]string{`survey!0  "": this sheet is missing`}},
		"open quotes": {func(f fstest.MapFS) { f["choices.csv"].Data = []byte("list_name,name,label\na,b,\"c") },
			[]string{`choices!2  "": The quotation marks`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := form{}.folder()
			test.change(folder)
			_, err := xlsform.ReadFolder(folder)
			told(t, err, test.want)
		})
	}
}

func TestAFolderThatCannotBeOpened(t *testing.T) {
	_, err := xlsform.ReadFolder(closed{})
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v", err)
	}
}

type closed struct{}

func (closed) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

func TestErrorsInOneText(t *testing.T) {
	_, err := xlsform.ReadFolder(form{survey: "type|name|label\nimage|a|A\ntext|b|" + strings.Repeat("b", 4000)}.folder())
	want := "survey row 2 type \"image\": this type is not served\nsurvey row 3 label \"\": the question with its hint"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}

func TestAnErrorForPeople(t *testing.T) {
	tests := map[string]struct {
		form   form
		id, en string
	}{
		"with a value": {form{survey: "type|name|label\nimage|a|A\ntext|b|B"},
			`lembar survey, baris 2, kolom type, "image": jenis pertanyaan ini tidak dilayani`,
			`sheet survey, row 2, column type, "image": this type is not served`},
		"without one": {form{survey: "type|name|label\n|a|A\ntext|b|B"},
			`lembar survey, baris 2, kolom type: jenis pertanyaan belum diisi`,
			`sheet survey, row 2, column type: the type is missing`},
		"of a sheet": {form{survey: "type|name|label\nnote|a|A"},
			`lembar survey, kolom type: formulir tidak memuat satu pertanyaan pun`,
			`sheet survey, column type: the form asks nothing`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := xlsform.ReadFolder(test.form.folder())
			var faults xlsform.Errors
			if !errors.As(err, &faults) || faults[0].In("id") != test.id || faults[0].In("en") != test.en {
				t.Errorf("got %v", err)
			}
		})
	}
	_, err := xlsform.ReadWorkbook(nil)
	var faults xlsform.Errors
	if !errors.As(err, &faults) || faults[0].In("id") != "Berkas ini kosong." {
		t.Errorf("of a file: %v", err)
	}
}

// What somebody else finds wrong is told with its cells.
func TestChecks(t *testing.T) {
	refers := form{survey: "type|name|label|hint|relevant\ntext|a|A||\ntext|b|B|“${training/reaction/plan}”|${training/reaction/wish} != ''"}
	known := map[string]survey.Instrument{"reaction": {Key: "reaction", Questions: []survey.Question{{Name: "plan", Kind: survey.LongText}}}}
	check := func(form survey.Instrument) error { return form.CheckEarlier(known) }
	want := []string{`survey!3 relevant "${training/reaction/wish} != ''": the form "reaction" has no question "wish"`}
	_, fromFolder := xlsform.ReadFolder(refers.folder(), check)
	told(t, fromFolder, want)
	_, fromWorkbook := xlsform.ReadWorkbook(refers.workbook(t), check)
	told(t, fromWorkbook, want)

	away := errors.New("the database is away")
	_, err := xlsform.ReadFolder(refers.folder(), func(survey.Instrument) error { return away })
	if !errors.Is(err, away) {
		t.Errorf("got %v", err)
	}
}

// FuzzXLSForm reads a file as a workbook and as each of the three CSV sheets.
func FuzzXLSForm(f *testing.F) {
	for _, one := range []form{{}, everything, {settings: "form_id|form_title|version|privacy\na b||1|anonymous"}} {
		folder := one.folder()
		f.Add(folder["survey.csv"].Data, folder["choices.csv"].Data, folder["settings.csv"].Data, one.workbook(f))
	}
	f.Fuzz(func(t *testing.T, surveyCSV, choicesCSV, settingsCSV, workbook []byte) {
		fromFolder, err := xlsform.ReadFolder(fstest.MapFS{
			"survey.csv":   &fstest.MapFile{Data: surveyCSV},
			"choices.csv":  &fstest.MapFile{Data: choicesCSV},
			"settings.csv": &fstest.MapFile{Data: settingsCSV},
		})
		checkRead(t, fromFolder, err)
		fromWorkbook, err := xlsform.ReadWorkbook(workbook)
		checkRead(t, fromWorkbook, err)
	})
}

// checkRead holds for every file: it is refused with reasons, or gives an
// instrument that can be kept and begun.
func checkRead(t *testing.T, read survey.Instrument, err error) {
	if err != nil {
		var faults xlsform.Errors
		if !errors.As(err, &faults) || len(faults) == 0 {
			t.Fatalf("not told as Errors: %v", err)
		}
		for _, e := range faults {
			if e.Reason["id"] == "" || e.Reason["en"] == "" {
				t.Fatalf("without a reason: %+v", e)
			}
		}
		return
	}
	content, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	var kept survey.Instrument
	if err := json.Unmarshal(content, &kept); err != nil {
		t.Fatalf("a form that was read cannot be kept: %v", err)
	}
	if kept.Hash() != read.Hash() {
		t.Fatal("the hash changed on the way")
	}
	if _, asked := kept.Begin().Current(); !asked {
		t.Fatal("nothing is asked")
	}
}
