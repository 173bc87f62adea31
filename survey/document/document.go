// Package document tells what a file is that somebody sent: a roster, a list of
// holidays or an instrument. It goes by what is in it, whatever its name.
package document

import (
	"slices"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/roster"
	"pascalatih/survey/sheet"
)

// Kind is what a file is.
type Kind string

// The kinds of files.
const (
	Roster     Kind = "roster"     // for roster.ParseTables
	Holidays   Kind = "holidays"   // for roster.ParseHolidays
	Instrument Kind = "instrument" // for xlsform.ReadWorkbook
)

// Recognise reads a file's tables and tells what they are. Errors in them are for
// the kind's own reader to find. What is none of the kinds, or cannot be read at
// all, gives *sheet.Unreadable, whose Reason says what to do.
func Recognise(data []byte) (Kind, []sheet.Table, error) {
	tables, err := sheet.Read(data)
	if err != nil {
		return "", nil, err
	}
	switch {
	case slices.ContainsFunc(tables, isForm):
		return Instrument, tables, nil
	case roster.HoldsHolidays(tables):
		return Holidays, tables, nil
	case roster.Holds(tables):
		return Roster, tables, nil
	case !slices.ContainsFunc(tables, func(table sheet.Table) bool { return len(table.Rows) > 0 }):
		return "", nil, &sheet.Unreadable{Reason: survey.Text{
			"id": "Berkas ini belum berisi apa pun. Mohon isi, lalu kirim lagi.",
			"en": "There is nothing in this file yet. Please fill it in and send it again.",
		}}
	}
	return "", nil, &sheet.Unreadable{Reason: survey.Text{
		"id": "Isi berkas ini tidak dikenali. Yang dapat dibaca: data pegawai (lembar pegawai, pelatihan, peserta, unit, jam_kerja), hari libur (kolom tanggal, nama, jenis), atau instrumen (lembar survey, choices, settings).",
		"en": "The content of this file is not recognised. What can be read: employees (sheets pegawai, pelatihan, peserta, unit, jam_kerja), holidays (columns tanggal, nama, jenis), or an instrument (sheets survey, choices, settings).",
	}}
}

// isForm tells whether a table is the sheet of an XLSForm that holds the
// questions.
func isForm(table sheet.Table) bool {
	return strings.EqualFold(strings.TrimSpace(table.Name), "survey")
}
