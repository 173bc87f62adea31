package roster

import (
	"fmt"
	"time"
)

// Unit is a row of unit: when a unit works that has a time of its own. Name is
// never empty.
type Unit struct {
	Name string
	Zone string   // an IANA name; the office's where it is empty
	Days Weekdays // the office's where there are none
	At   Place
}

// WorkingHours is a row of jam_kerja: from one day to another, both counted, the
// office works at other hours than it does else, as in Ramadan. There is one of
// them at the most that begins on a day.
type WorkingHours struct {
	From   time.Time // a date: midnight UTC
	To     time.Time // a date, not before From and within a year of it
	Opens  TimeOfDay // before Closes
	Closes TimeOfDay
	Name   string
	// Ends tells that what began on From is an exception no more: buka and tutup
	// are empty.
	Ends bool
	At   Place
}

// longestHours is how long an exception may be: what is longer is a slip in a year.
const longestHours = 366 * 24 * time.Hour

func readUnit(roster *Roster, r *row) {
	unit := Unit{Name: r.requiredText("nama"), Zone: r.zone("zona"), Days: r.weekdays("hari_kerja"), At: r.at}
	if !r.wrong {
		roster.Units = append(roster.Units, unit)
	}
}

func readWorkingHours(roster *Roster, r *row) {
	hours := WorkingHours{
		From:   r.day("dari"),
		To:     r.day("sampai"),
		Opens:  r.timeOfDay("buka"),
		Closes: r.timeOfDay("tutup"),
		Name:   r.text("keterangan"),
		At:     r.at,
	}
	_, opens := r.cell("buka")
	_, closes := r.cell("tutup")
	hours.Ends = !opens && !closes
	switch {
	case r.wrong:
		return
	case hours.To.Before(hours.From):
		r.note("sampai", hours.To.Format(time.DateOnly), &Refused{endsBeforeBegin()})
	case hours.To.Sub(hours.From) >= longestHours:
		r.note("sampai", hours.To.Format(time.DateOnly), &Refused{lastsTooLong()})
	case hours.Ends:
	case !opens:
		r.note("buka", "", &Refused{hoursIncomplete()})
	case !closes:
		r.note("tutup", "", &Refused{hoursIncomplete()})
	case hours.Opens >= hours.Closes:
		r.note("tutup", hours.Closes.String(), &Refused{closesBeforeOpening()})
	}
	if !r.wrong {
		roster.Hours = append(roster.Hours, hours)
	}
}

// Overlapping is the error for hours on days that have others already: those of
// that name from one day to another.
func (h WorkingHours) Overlapping(name string, from, to time.Time) CellError {
	return CellError{File: h.At.File, Sheet: h.At.Sheet, Row: h.At.Row, Column: "dari",
		Value: h.From.Format(time.DateOnly), Reason: hoursOverlap(name, from, to)}
}

// overlaps tells whether a day is in both.
func (h WorkingHours) overlaps(other WorkingHours) bool {
	return !h.Ends && !other.Ends && !h.From.After(other.To) && !other.From.After(h.To)
}

// same tells whether two rows say the same, wherever they stand.
func (u Unit) same(other Unit) bool {
	other.At = u.At
	return u == other
}

func (h WorkingHours) same(other WorkingHours) bool {
	other.At = h.At
	return h == other
}

// mergeWorkTime adds a roster's units and hours to those of the ones before.
func mergeWorkTime(merged *Roster, r Roster, units map[string]Unit, found *problems) {
	for _, unit := range r.Units {
		first, there := units[unit.Name]
		if !there {
			units[unit.Name] = unit
			merged.Units = append(merged.Units, unit)
		} else if !first.same(unit) {
			found.at(unit.At, "nama", unit.Name, saidDifferently(first.At))
		}
	}
	for _, hours := range r.Hours {
		mergeHours(merged, hours, found)
	}
}

// mergeHours adds hours that begin on another day than those before, and have no
// day in common with them.
func mergeHours(merged *Roster, hours WorkingHours, found *problems) {
	for _, first := range merged.Hours {
		switch {
		case first.same(hours):
			return
		case first.From.Equal(hours.From):
			found.at(hours.At, "dari", hours.From.Format(time.DateOnly), saidDifferently(first.At))
			return
		case first.overlaps(hours):
			found.add(hours.Overlapping(first.Name, first.From, first.To))
			return
		}
	}
	merged.Hours = append(merged.Hours, hours)
}

// TimeOfDay is a time by the wall clock, in minutes since midnight.
type TimeOfDay int

// String is the time, such as 08:00.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }
