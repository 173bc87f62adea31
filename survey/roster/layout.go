package roster

import (
	"slices"
	"strings"

	"pascalatih/survey/sheet"
)

// layout is what a sheet looks like.
type layout struct {
	name    string
	columns []column
	read    func(*Roster, *row) // adds one row to the roster
}

type column struct {
	name     string
	required bool
}

func layouts() []layout {
	return []layout{
		{name: "pegawai", read: readEmployee, columns: []column{
			{"nip", true}, {"nama", true}, {"unit", true}, {"jabatan", false}, {"golongan", false}, {"telepon", false}, {"atasan_nip", false},
		}},
		{name: "pelatihan", read: readTraining, columns: []column{
			{"kode", true}, {"judul", true}, {"jenis", false}, {"penyelenggara", false}, {"mulai", true}, {"selesai", true}, {"jp", false}, {"rencana", false},
		}},
		{name: "peserta", read: readParticipant, columns: []column{
			{"kode", true}, {"nip", true},
		}},
		{name: "unit", read: readUnit, columns: []column{
			{"nama", true}, {"zona", true}, {"hari_kerja", true},
		}},
		{name: "jam_kerja", read: readWorkingHours, columns: []column{
			{"dari", true}, {"sampai", true}, {"buka", true}, {"tutup", true}, {"keterangan", false},
		}},
	}
}

// layoutNamed is the one that a sheet's name tells.
func layoutNamed(name string) (layout, bool) {
	for _, l := range layouts() {
		if l.name == sheetName(name) {
			return l, true
		}
	}
	return layout{}, false
}

// sheetName is a sheet's name as people mean it.
func sheetName(written string) string { return columnName(written) }

// exampleSheet is the sheet that shows how the others are filled in. It is not
// read.
const exampleSheet = "contoh"

// faultsColumn is the one in which Mark says what is wrong; it is not read. Its
// header may go on with what is wrong with the header or the sheet.
const faultsColumn = "kesalahan"

func isFaults(name string) bool {
	return name == faultsColumn || strings.HasPrefix(name, faultsColumn+":")
}

// Holds tells whether a file is a roster, be it one with errors: by the name or
// the columns of a sheet, or by the columns of a CSV file.
func Holds(tables []sheet.Table) bool {
	for _, table := range tables {
		_, named := layoutNamed(table.Name)
		_, complete, found := recognise(headerOf(table))
		if named || complete || found && table.Name == "" {
			return true
		}
	}
	return false
}

func (l layout) names() []string {
	names := make([]string, len(l.columns))
	for i, c := range l.columns {
		names[i] = c.name
	}
	return names
}

// fits counts the layout's columns that a header has; complete tells whether all
// required ones are among them.
func (l layout) fits(header []string) (found int, complete bool) {
	complete = true
	for _, c := range l.columns {
		if slices.Contains(header, c.name) {
			found++
		} else if c.required {
			complete = false
		}
	}
	return found, complete
}

// recognise finds the layout that a header is of: the complete one that has most
// of its columns, else the only one that has most of them, so that what is
// missing can be named.
func recognise(header []string) (best layout, complete, found bool) {
	most, alone := 0, false
	for _, l := range layouts() {
		n, whole := l.fits(header)
		switch {
		case n == 0 || complete && !whole: // worse than what was found
		case n > most || whole && !complete:
			best, most, complete, alone = l, n, whole, true
		case n == most:
			alone = false
		}
	}
	return best, complete, complete || alone
}

// headerOf is a table's first row as column names: lower case, with _ for spaces.
func headerOf(table sheet.Table) []string {
	if len(table.Rows) == 0 {
		return nil
	}
	var header []string
	for _, cell := range table.Rows[0].Cells {
		header = append(header, columnName(cell.Value))
	}
	return header
}

func columnName(written string) string {
	return strings.Join(strings.Fields(strings.ToLower(written)), "_")
}
