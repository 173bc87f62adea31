package export_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
	"pascalatih/survey/export"
	"pascalatih/survey/sheet"
	"pascalatih/survey/text"
)

var wib = time.FixedZone("WIB", 7*60*60)

// form has a question of every kind.
func form(privacy survey.Privacy) survey.Instrument {
	label := func(id string) survey.Text { return survey.Text{"id": id, "en": "in English: " + id} }
	choices := []survey.Choice{{Name: "1", Label: label("Kurang")}, {Name: "2", Label: label("Baik")}}
	return survey.Instrument{
		Key: "contoh", Version: "3", Privacy: privacy, DefaultLanguage: "id", Languages: []string{"id", "en"},
		Questions: []survey.Question{
			{Name: "salam", Kind: survey.Note, Label: label("Selamat datang")},
			{Name: "puas", Kind: survey.Scale, Label: label("Puas?"), Choices: choices, Dimension: survey.Satisfaction},
			{Name: "pilih", Kind: survey.SelectOne, Label: label("Yang mana?"), Choices: choices, Dimension: survey.Support},
			{Name: "hambatan", Kind: survey.SelectMultiple, Label: label("Apa saja?"), Choices: choices, Dimension: survey.Obstacle},
			{Name: "setuju", Kind: survey.YesNo, Label: label("Setuju?")},
			{Name: "jam", Kind: survey.Integer, Label: label("Berapa jam?")},
			{Name: "nilai", Kind: survey.Decimal, Label: label("Berapa?")},
			{Name: "mulai", Kind: survey.Date, Label: label("Kapan?")},
			{Name: "kata", Kind: survey.ShortText, Label: label("Satu kata?")},
			{Name: "cerita", Kind: survey.LongText, Label: label("Ceritanya?")},
		},
	}
}

func answered() export.Response {
	r := export.Response{
		ID: "a1", SentAt: time.Date(2026, time.July, 6, 17, 30, 0, 0, time.UTC), // the 7th in WIB
		UnitID: 7, Unit: "Dinas Contoh", Code: "0123456789abcdef", NIP: "198001012005011001", Name: "Pegawai Contoh",
	}
	for _, answer := range []struct {
		kind           survey.Kind
		question, said string
	}{
		{survey.LongText, "cerita", "=1+1"}, {survey.ShortText, "kata", "007"}, {survey.Scale, "puas", "2"},
		{survey.SelectOne, "pilih", "2"}, {survey.SelectMultiple, "hambatan", "1 2"}, {survey.YesNo, "setuju", "yes"},
		{survey.Integer, "jam", "-4"}, {survey.Decimal, "nilai", "2.5"}, {survey.Date, "mulai", "2026-07-01"},
	} {
		r.Answers = append(r.Answers, export.Answer{Path: answer.question, Question: answer.question, Kind: string(answer.kind), Value: answer.said})
	}
	return r
}

func TestCSV(t *testing.T) {
	got := string(written(t, round(survey.Confidential), export.Options{Format: export.CSV}, answered()))
	want := "\uFEFFresponse_id,round,training,instrument,version,submitted_on,kode,unit,puas,pilih,hambatan,setuju,jam,nilai,mulai,kata,cerita\n" +
		"a1,12,PEL-01,contoh,3,2026-07-07,0123456789abcdef,Dinas Contoh,2,2,1 2,yes,-4,2.5,2026-07-01,007,'=1+1\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What supervisors answered tells of whom, as far as the instrument lets it.
func TestObservedColumns(t *testing.T) {
	tests := map[string]struct {
		privacy survey.Privacy
		names   bool
		want    string
	}{
		"confidential":             {survey.Confidential, false, "kode=0123456789abcdef unit=Dinas Contoh kode_subjek=fedcba9876543210"},
		"confidential, with names": {survey.Confidential, true, "kode=0123456789abcdef unit=Dinas Contoh nip=198001012005011001 nama=Pegawai Contoh kode_subjek=fedcba9876543210 nip_subjek=198001012005011002"},
		"named":                    {survey.Named, false, "nip=198001012005011001 nama=Pegawai Contoh unit=Dinas Contoh nip_subjek=198001012005011002"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			observed, response := round(test.privacy), answered()
			observed.Observed = true
			response.SubjectCode, response.SubjectNIP = "fedcba9876543210", "198001012005011002"
			tables := workbook(t, observed, export.Options{Names: test.names}, response)
			var got []string
			explained := map[string]bool{}
			for _, row := range tables[1].Rows {
				explained[row.Cell(0).Value] = row.Cell(1).Value != ""
			}
			for column, title := range tables[0].Rows[0].Cells[6:] {
				if title.Value == "puas" {
					break
				}
				got = append(got, title.Value+"="+tables[0].Rows[1].Cell(column+6).Value)
				if !explained[title.Value] {
					t.Errorf("the codebook does not explain %s", title.Value)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got  %v\nwant %v", got, test.want)
			}
		})
	}
}

func TestWorkbookTellsNumbersFromText(t *testing.T) {
	tables := workbook(t, round(survey.Named), export.Options{}, answered())
	if len(tables) != 2 || tables[0].Name != "data" || tables[1].Name != "kodebuku" {
		t.Fatalf("%d sheets: %v", len(tables), tables)
	}
	got := map[string]sheet.Cell{}
	for column, title := range tables[0].Rows[0].Cells {
		cell := tables[0].Rows[1].Cell(column)
		if title.Value != "submitted_on" && title.Value != "mulai" {
			cell.Date = ""
		}
		got[title.Value] = cell
	}
	want := map[string]sheet.Cell{
		"response_id": {Value: "a1"}, "round": {Value: "12", Kind: sheet.Number}, "training": {Value: "PEL-01"},
		"instrument": {Value: "contoh"}, "version": {Value: "3"},
		"submitted_on": {Value: "46210", Kind: sheet.Number, Date: "2026-07-07"},
		"nip":          {Value: "198001012005011001"}, "nama": {Value: "Pegawai Contoh"}, "unit": {Value: "Dinas Contoh"},
		"puas": {Value: "2", Kind: sheet.Number}, "pilih": {Value: "2"}, "hambatan": {Value: "1 2"}, "setuju": {Value: "yes"},
		"jam": {Value: "-4", Kind: sheet.Number}, "nilai": {Value: "2.5", Kind: sheet.Number},
		"mulai": {Value: "46204", Kind: sheet.Number, Date: "2026-07-01"}, "kata": {Value: "007"}, "cerita": {Value: "=1+1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the response's row (-want +got):\n%s", diff)
	}
}

func TestWorkbookHoldsTheRowsOfTheCSV(t *testing.T) {
	few := answered()
	few.UnitID, few.Answers = 8, few.Answers[:2] // of a unit that is not told
	for _, privacy := range []survey.Privacy{survey.Named, survey.Confidential} {
		for _, options := range []export.Options{{}, {Names: true}, {Long: true}, {Long: true, Names: true}} {
			t.Run(fmt.Sprintf("%s, long %t, names %t", privacy, options.Long, options.Names), func(t *testing.T) {
				options.Format = export.CSV
				asCSV, err := sheet.Read(written(t, round(privacy), options, answered(), few))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(plain(asCSV[0]), plain(workbook(t, round(privacy), options, answered(), few)[0])); diff != "" {
					t.Errorf("(-csv +workbook):\n%s", diff)
				}
			})
		}
	}
}

// plain are a table's cells as text, dates as dates, without what is empty at
// the end.
func plain(table sheet.Table) [][]string {
	var rows [][]string
	for _, row := range table.Rows {
		var cells []string
		for _, cell := range row.Cells {
			if cell.Date > "2026" { // no answer is a number as large
				cell.Value = cell.Date
			}
			cells = append(cells, cell.Value)
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		rows = append(rows, cells)
	}
	return rows
}

func TestConfidentialRows(t *testing.T) {
	few := answered()
	few.UnitID = 8
	tests := map[string]struct {
		privacy  survey.Privacy
		options  export.Options
		response export.Response
		want     []string // what tells of the respondent
	}{
		"confidential":                        {survey.Confidential, export.Options{}, answered(), []string{"0123456789abcdef", "Dinas Contoh"}},
		"confidential, a unit of few":         {survey.Confidential, export.Options{}, few, []string{"0123456789abcdef", ""}},
		"confidential, names, a unit of few":  {survey.Confidential, export.Options{Names: true}, few, []string{"0123456789abcdef", "", "198001012005011001", "Pegawai Contoh"}},
		"confidential, long, a unit of few":   {survey.Confidential, export.Options{Long: true}, few, []string{"0123456789abcdef", ""}},
		"named, whatever the unit":            {survey.Named, export.Options{}, few, []string{"198001012005011001", "Pegawai Contoh", "Dinas Contoh"}},
		"anonymous, even if names are wanted": {survey.Anonymous, export.Options{Names: true}, answered(), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.options.Format = export.CSV
			tables, err := sheet.Read(written(t, round(test.privacy), test.options, test.response))
			if err != nil {
				t.Fatal(err)
			}
			answers := 9
			if test.options.Long {
				answers = 4
			}
			var got []string
			cells := tables[0].Rows[1].Cells
			for _, cell := range cells[6 : len(cells)-answers] {
				got = append(got, cell.Value)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLongIsInTheFormsOrder(t *testing.T) {
	rows := plain(workbook(t, round(survey.Confidential), export.Options{Long: true}, answered())[0])
	var order []string
	for _, row := range rows[1:] {
		order = append(order, row[9])
	}
	want := []string{"puas", "pilih", "hambatan", "setuju", "jam", "nilai", "mulai", "kata", "cerita"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCodebook(t *testing.T) {
	tests := map[string]struct {
		privacy survey.Privacy
		options export.Options
		own     []string // columns that are not questions
	}{
		"confidential":             {survey.Confidential, export.Options{}, []string{"kode", "unit"}},
		"confidential, with names": {survey.Confidential, export.Options{Names: true}, []string{"kode", "unit", "nip", "nama"}},
		"confidential, long":       {survey.Confidential, export.Options{Long: true}, []string{"kode", "unit", "path", "question", "kind", "value"}},
		"named":                    {survey.Named, export.Options{}, []string{"nip", "nama", "unit"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rows := plain(workbook(t, round(test.privacy), test.options)[1])
			want := append([]string{"kolom", "response_id", "round", "training", "instrument", "version", "submitted_on"}, test.own...)
			want = append(want, "puas", "pilih", "hambatan", "setuju", "jam", "nilai", "mulai", "kata", "cerita")
			var columns []string
			for _, row := range rows {
				columns = append(columns, row[0])
				for _, cell := range row {
					if strings.HasPrefix(cell, "[") {
						t.Errorf("%s is not explained: %s", row[0], cell)
					}
				}
			}
			if diff := cmp.Diff(want, columns); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	rows := plain(workbook(t, round(survey.Confidential), export.Options{})[1])
	if diff := cmp.Diff([]string{"puas", "Puas?", "kepuasan", "skala", "1 = Kurang\n2 = Baik"}, rows[9]); diff != "" {
		t.Errorf("a scale (-want +got):\n%s", diff)
	}
	if !strings.Contains(rows[8][1], "kurang dari 5 orang") {
		t.Errorf("the unit is explained as %q", rows[8][1])
	}
}

func TestCodebookNamesEveryKindAndDimension(t *testing.T) {
	texts := load(t)
	for _, lang := range texts.Languages() {
		for _, dimension := range survey.Dimensions() {
			if said := texts.In(lang).Say("export.dimension."+string(dimension), nil); strings.HasPrefix(said, "[") {
				t.Errorf("%s in %s", said, lang)
			}
		}
		for _, question := range form(survey.Named).Questions {
			said := texts.In(lang).Say("export.kind."+string(question.Kind), nil)
			if question.Kind.Asks() && strings.HasPrefix(said, "[") {
				t.Errorf("%s in %s", said, lang)
			}
		}
	}
}

func round(privacy survey.Privacy) export.Round {
	return export.Round{ID: 12, Training: "PEL-01", Instrument: form(privacy), Told: map[int64]bool{7: true}}
}

func workbook(t *testing.T, r export.Round, o export.Options, responses ...export.Response) []sheet.Table {
	t.Helper()
	o.Format = export.Workbook
	tables, err := sheet.Read(written(t, r, o, responses...))
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func written(t *testing.T, r export.Round, o export.Options, responses ...export.Response) []byte {
	t.Helper()
	o.Zone, o.Phrases = wib, load(t).In(text.Indonesian)
	var out bytes.Buffer
	w, err := export.New(&out, r, o)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, response := range responses {
		if err := w.Add(response); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Finish(); err != nil {
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
