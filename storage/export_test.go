package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
)

// exported is an export, each row by its header; the header's own row first.
func (o office) exported(round int64, options storage.ExportOptions) []map[string]string {
	o.t.Helper()
	options.Zone = wib
	var header []string
	var rows []map[string]string
	err := o.Export(o.t.Context(), round, options, storage.Source{}, afternoon, func(row []string) error {
		if header == nil {
			header = row
		}
		if len(row) != len(header) {
			return fmt.Errorf("a row of %d under a header of %d", len(row), len(header))
		}
		byName := make(map[string]string)
		for i, cell := range row {
			byName[header[i]] = cell
		}
		rows = append(rows, byName)
		return nil
	})
	if err != nil {
		o.t.Fatalf("export: %v", err)
	}
	return rows
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
		options storage.ExportOptions
		want    []string
	}{
		"confidential":             {"confidential", storage.ExportOptions{}, slices.Concat(always, []string{"kode", "unit"}, questions)},
		"confidential, with names": {"confidential", storage.ExportOptions{Names: true}, slices.Concat(always, []string{"kode", "unit", "nip", "nama"}, questions)},
		"confidential, long":       {"confidential", storage.ExportOptions{Long: true}, slices.Concat(always, []string{"kode", "unit"}, answer)},
		"named":                    {"named", storage.ExportOptions{}, slices.Concat(always, []string{"nip", "nama", "unit"}, questions)},
		"named, long":              {"named", storage.ExportOptions{Long: true}, slices.Concat(always, []string{"nip", "nama", "unit"}, answer)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.exec(`UPDATE instrument SET privacy = '` + test.privacy + `',
				definition = jsonb_set(definition, '{privacy}', '"` + test.privacy + `"')`)
			round := o.opened()
			var got []string
			err := o.Export(t.Context(), round.ID, test.options, storage.Source{}, afternoon, func(row []string) error {
				got = row
				return nil
			})
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("header (-want +got):\n%s%v", diff, err)
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

	wide := o.exported(round.ID, storage.ExportOptions{})[1:]
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
	if diff := cmp.Diff(wide, o.exported(round.ID, storage.ExportOptions{})[1:]); diff != "" {
		t.Errorf("a second export differs:\n%s", diff)
	}

	// Each answer stands in both shapes with the same value.
	inLong := make(map[string]string)
	for _, row := range o.exported(round.ID, storage.ExportOptions{Long: true})[1:] {
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
	row := o.exported(round.ID, storage.ExportOptions{Names: true})[1]
	if row["nama"] != "Pegawai 1" || !strings.HasSuffix(row["nip"], "001") || row["kode"] == "" {
		t.Errorf("row: %v", row)
	}
	src, discard := from(admin, 70), func([]string) error { return nil }
	for range 2 { // handled again it exports again, and is one command
		err := o.Export(t.Context(), round.ID, storage.ExportOptions{Names: true, Zone: wib}, src, afternoon, discard)
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := o.count(`SELECT count(*) FROM audit WHERE action = 'names exported'`); n != 2 {
		t.Errorf("%d audit rows for one export at the shell and one in chat", n)
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
	for _, row := range o.exported(round.ID, storage.ExportOptions{})[1:] {
		units[row["unit"]]++
	}
	if diff := cmp.Diff(map[string]int{"": 5, "Kantor Contoh": 5}, units); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
}

func TestExportRefusals(t *testing.T) {
	o := newOffice(t)
	options := storage.ExportOptions{Zone: wib}
	discard := func([]string) error { return nil }
	if err := o.Export(t.Context(), 99, options, storage.Source{}, afternoon, discard); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("an unknown round: %v", err)
	}
	full := errors.New("the disk is full")
	err := o.Export(t.Context(), o.opened().ID, options, storage.Source{}, afternoon, func([]string) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("a full disk: %v", err)
	}
}
