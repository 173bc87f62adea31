// Package roster reads whom an office employs, what they were trained in and when
// it works, as workbooks with the sheets pegawai, pelatihan, peserta, unit and
// jam_kerja or as CSV files with the columns of one of them. Parse checks every cell of a file, Merge what the
// rows of all files say of each other; what only the database can tell is left
// as References.
package roster

import "time"

// Roster is what one or more files hold.
type Roster struct {
	Employees    []Employee
	Trainings    []Training
	Participants []Participant
	Units        []Unit
	Hours        []WorkingHours
}

// Place is where something was read. The zero Place is nowhere.
type Place struct {
	File  string
	Sheet string // such as "pegawai", also in a CSV file
	Row   int    // as a spreadsheet counts, from 1
}

// Employee is a row of pegawai. NIP, Name and Unit are never empty. What a
// column that is not in the file would hold is not Given: an import leaves it as
// it was.
type Employee struct {
	NIP        NIP
	Name       string
	Unit       string
	Position   string
	Grade      string
	Phone      string // digits, with a leading + or 0
	Supervisor NIP    // none where it is zero
	Given      EmployeeColumns
	At         Place
}

// EmployeeColumns tells which of the columns that may be missing are there.
type EmployeeColumns struct{ Position, Grade, Phone, Supervisor bool }

// Training is a row of pelatihan. Code and Title are never empty, and First is
// not after Last. Given is as in Employee.
type Training struct {
	Code     string
	Title    string
	Kind     string
	Provider string
	First    time.Time // a date: midnight UTC
	Last     time.Time // a date: midnight UTC
	Hours    Hours
	Plan     string // the plan's key; none where it is empty
	Given    TrainingColumns
	At       Place
}

// TrainingColumns tells which of the columns that may be missing are there.
type TrainingColumns struct{ Kind, Provider, Hours, Plan bool }

// Hours are lesson hours (JP), or unknown.
type Hours struct {
	Count int // not negative
	Known bool
}

// Participant is a row of peserta: an employee in a training.
type Participant struct {
	Code string // the training's
	NIP  NIP
	At   Place
}

// Target is what a Reference points to.
type Target string

// The targets.
const (
	ToEmployee Target = "employee"
	ToTraining Target = "training"
	ToPlan     Target = "plan"
	ToUnit     Target = "unit"
)

// Reference is a cell that names something by its key: an NIP, a training's code,
// a plan's key or a unit's name.
type Reference struct {
	To     Target
	Key    string
	At     Place
	Column string
}

// Unknown is the error for a reference to what is nowhere; plans are the keys of
// those that there are.
func (r Reference) Unknown(plans ...string) CellError {
	reason := unknownEmployee()
	switch r.To {
	case ToTraining:
		reason = unknownTraining()
	case ToPlan:
		reason = unknownPlan(plans)
	case ToUnit:
		reason = unknownUnit()
	}
	return CellError{File: r.At.File, Sheet: r.At.Sheet, Row: r.At.Row, Column: r.Column, Value: r.Key, Reason: reason}
}

// References are those that the roster makes and does not hold itself, in its
// order: they have to be known already, else Unknown is what to say of them.
// Plans are in no roster, so every one named is among them.
func (r Roster) References() []Reference {
	employees, trainings, units := map[NIP]bool{}, map[string]bool{}, map[string]bool{}
	for _, employee := range r.Employees {
		employees[employee.NIP] = true
		units[employee.Unit] = true
	}
	for _, training := range r.Trainings {
		trainings[training.Code] = true
	}
	var references []Reference
	for _, employee := range r.Employees {
		if !employee.Supervisor.IsZero() && !employees[employee.Supervisor] {
			references = append(references, Reference{ToEmployee, employee.Supervisor.String(), employee.At, "atasan_nip"})
		}
	}
	for _, training := range r.Trainings {
		if training.Plan != "" {
			references = append(references, Reference{ToPlan, training.Plan, training.At, "rencana"})
		}
	}
	for _, participant := range r.Participants {
		if !trainings[participant.Code] {
			references = append(references, Reference{ToTraining, participant.Code, participant.At, "kode"})
		}
		if !employees[participant.NIP] {
			references = append(references, Reference{ToEmployee, participant.NIP.String(), participant.At, "nip"})
		}
	}
	for _, unit := range r.Units {
		if !units[unit.Name] {
			references = append(references, Reference{ToUnit, unit.Name, unit.At, "nama"})
		}
	}
	return references
}
