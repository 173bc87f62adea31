package storage_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/export"
	"pascalatih/survey/instruments"
	"pascalatih/survey/sheet"
	"pascalatih/survey/text"
)

// exported is an export, each row by its header; the header's own row first.
func (o office) exported(round int64, options export.Options) []map[string]string {
	o.t.Helper()
	records := o.exportedCSV(round, options)
	var rows []map[string]string
	for _, record := range records {
		row := make(map[string]string)
		for i, name := range records[0] {
			row[name] = sheet.Unescape(record[i])
		}
		rows = append(rows, row)
	}
	return rows
}

// exportedCSV is an export's file as it is read again.
func (o office) exportedCSV(round int64, options export.Options) [][]string {
	o.t.Helper()
	options.Format, options.Zone = export.CSV, wib
	var out bytes.Buffer
	if err := o.Export(o.t.Context(), round, storage.ExportOptions{Options: options}, storage.Source{}, afternoon, &out); err != nil {
		o.t.Fatalf("export: %v", err)
	}
	content, marked := bytes.CutPrefix(out.Bytes(), []byte("\uFEFF"))
	records, err := csv.NewReader(bytes.NewReader(content)).ReadAll() // of one length each
	if err != nil || !marked {
		o.t.Fatalf("reading the export: %v, marked as UTF-8: %t", err, marked)
	}
	return records
}

func TestExportHeader(t *testing.T) {
	bundled, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	var questions []string
	for _, question := range bundled[0].Questions {
		if question.Kind != survey.Note {
			questions = append(questions, question.Name)
		}
	}
	always := []string{"response_id", "round", "training", "instrument", "version", "submitted_on"}
	answer := []string{"path", "question", "kind", "value"}
	tests := map[string]struct {
		privacy string
		options export.Options
		want    []string
	}{
		"confidential":             {"confidential", export.Options{}, slices.Concat(always, []string{"kode", "unit"}, questions)},
		"confidential, with names": {"confidential", export.Options{Names: true}, slices.Concat(always, []string{"kode", "unit", "nip", "nama"}, questions)},
		"confidential, long":       {"confidential", export.Options{Long: true}, slices.Concat(always, []string{"kode", "unit"}, answer)},
		"named":                    {"named", export.Options{}, slices.Concat(always, []string{"nip", "nama", "unit"}, questions)},
		"named, long":              {"named", export.Options{Long: true}, slices.Concat(always, []string{"nip", "nama", "unit"}, answer)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.exec(`UPDATE instrument SET privacy = '` + test.privacy + `',
				definition = jsonb_set(definition, '{privacy}', '"` + test.privacy + `"')`)
			round := o.opened()
			if diff := cmp.Diff(test.want, o.exportedCSV(round.ID, test.options)[0]); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExportConfidential(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	lateEvening := time.Date(2026, time.July, 7, 0, 30, 0, 0, wib) // still the 6th in UTC
	for i, account := range []int64{104, 102, 101} {
		o.sent(account, fmt.Sprint(1+i), lateEvening)
	}
	o.completed(103, "4", lateEvening) // and never sent

	wide := o.exported(round.ID, export.Options{})[1:]
	if len(wide) != 3 {
		t.Fatalf("%d rows", len(wide))
	}
	var codes []string
	for _, row := range wide {
		codes = append(codes, row["kode"])
		if row["submitted_on"] != "2026-07-07" || row["training"] != "A" || row["instrument"] != "reaction" {
			t.Errorf("row: %v", row)
		}
		if row["unit"] != "" {
			t.Errorf("unit %s of fewer than five is told", row["unit"])
		}
	}
	if !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != 3 || len(codes[0]) != 16 {
		t.Errorf("codes: %v", codes)
	}
	if diff := cmp.Diff(wide, o.exported(round.ID, export.Options{})[1:]); diff != "" {
		t.Errorf("a second export differs:\n%s", diff)
	}

	// Each answer stands in both shapes with the same value.
	inLong := make(map[string]string)
	for _, row := range o.exported(round.ID, export.Options{Long: true})[1:] {
		inLong[row["response_id"]+" "+row["question"]] = row["value"]
	}
	inWide := make(map[string]string)
	form := o.form(o.session(103))
	for _, row := range wide {
		for _, question := range form.Instrument().Questions {
			if value := row[question.Name]; value != "" {
				inWide[row["response_id"]+" "+question.Name] = value
			}
		}
	}
	if diff := cmp.Diff(inWide, inLong); diff != "" {
		t.Errorf("long differs from wide (-wide +long):\n%s", diff)
	}
	scale := slices.IndexFunc(form.Instrument().Questions, func(q survey.Question) bool { return q.Kind == survey.Scale })
	var levels []string
	for _, row := range wide {
		levels = append(levels, row[form.Instrument().Questions[scale].Name])
	}
	slices.Sort(levels)
	if diff := cmp.Diff([]string{"1", "2", "3"}, levels); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestExportNames(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	o.sent(101, "3", afternoon)
	row := o.exported(round.ID, export.Options{Names: true})[1]
	if row["nama"] != "Pegawai 1" || !strings.HasSuffix(row["nip"], "001") || row["kode"] == "" {
		t.Errorf("row: %v", row)
	}
	options := storage.ExportOptions{
		Options: export.Options{Format: export.CSV, Names: true, Zone: wib},
		Reason:  "Bapak/Ibu pimpinan\x00 meminta",
	}
	for range 2 { // handled again it exports again, and is one command
		if err := o.Export(t.Context(), round.ID, options, from(admin, 70), afternoon, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.count(`SELECT count(*) FROM audit WHERE action = 'names exported'`); n != 2 {
		t.Errorf("%d audit rows for one export at the shell and one in chat", n)
	}
	if n := o.count(`SELECT count(*) FROM audit WHERE account_id = 900 AND details->>'reason' = 'Bapak/Ibu pimpinan meminta'`); n != 1 {
		t.Errorf("%d audit rows with the reason of the one in chat", n)
	}
}

func TestExportTellsUnitsOfFive(t *testing.T) {
	o := newOffice(t)
	o.exec(`DELETE FROM claim;
		INSERT INTO unit (name) VALUES ('Kantor Contoh');
		INSERT INTO employee (nip, name, unit_id)
		SELECT '198001012005012' || lpad(n::text, 3, '0'), 'Pegawai ' || n, CASE WHEN n <= 2 THEN 1 WHEN n <= 5 THEN 2 ELSE 3 END
		FROM generate_series(1, 10) n;
		INSERT INTO participation SELECT 1, id FROM employee WHERE nip LIKE '198001012005012%';
		INSERT INTO account (id, created_at) SELECT 400 + id, '2026-07-01' FROM employee WHERE nip LIKE '198001012005012%';
		INSERT INTO consent (account_id, notice_version, given_at) SELECT id, '1', '2026-07-01' FROM account WHERE id > 400 AND id < 900;
		INSERT INTO claim (account_id, employee_id, state, via, created_at)
		SELECT 400 + id, id, 'confirmed', 'link', '2026-07-01' FROM employee WHERE nip LIKE '198001012005012%'`)
	round := o.opened()
	for id := int64(409); id <= 418; id++ {
		o.sent(id, "3", afternoon)
	}
	units := make(map[string]int)
	for _, row := range o.exported(round.ID, export.Options{})[1:] {
		units[row["unit"]]++
	}
	if diff := cmp.Diff(map[string]int{"": 5, "Kantor Contoh": 5}, units); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
}

func TestExportRefusals(t *testing.T) {
	o := newOffice(t)
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	options := storage.ExportOptions{Options: export.Options{Format: export.CSV, Zone: wib, Phrases: texts.In(text.Indonesian)}}
	var out bytes.Buffer
	err = o.Export(t.Context(), 99, options, storage.Source{}, afternoon, &out)
	if !storage.IsCode(err, storage.NotFound) || out.Len() > 0 {
		t.Errorf("an unknown round: %v, and %d bytes", err, out.Len())
	}
	round := o.opened().ID
	for _, format := range []export.Format{export.CSV, export.Workbook} {
		options.Format = format
		if err := o.Export(t.Context(), round, options, storage.Source{}, afternoon, fullDisk{}); !errors.Is(err, errFull) {
			t.Errorf("a full disk for %s: %v", format, err)
		}
	}
	options.Format = "pdf"
	if err := o.Export(t.Context(), round, options, storage.Source{}, afternoon, io.Discard); err == nil {
		t.Error("a format that is none is written")
	}
}

var errFull = errors.New("the disk is full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
