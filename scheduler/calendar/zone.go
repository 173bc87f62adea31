package calendar

import (
	"fmt"
	"time"
)

// ParseZone reads an IANA name such as Asia/Jakarta. The empty name and
// "Local" are refused: an office's zone does not depend on the machine.
func ParseZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("the time zone %q names no place: use an IANA name such as Asia/Jakarta, Asia/Makassar or Asia/Jayapura", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("the time zone %q is unknown: use an IANA name such as Asia/Jakarta, Asia/Makassar or Asia/Jayapura", name)
	}
	return zone, nil
}

// Week is the week that t falls in: from the Monday's first moment in zone up
// to, and without, the next Monday's.
func Week(t time.Time, zone *time.Location) (from, to time.Time) {
	day := DayOf(t, zone)
	monday := day.AddDays(-((int(day.Weekday()) + 6) % 7))
	return monday.Begin(zone), monday.AddDays(7).Begin(zone)
}

// WeekBefore is the week before the one that t falls in.
func WeekBefore(t time.Time, zone *time.Location) (from, to time.Time) {
	monday, _ := Week(t, zone)
	return DayOf(monday, zone).AddDays(-7).Begin(zone), monday
}
