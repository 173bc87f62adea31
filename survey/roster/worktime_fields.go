package roster

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"pascalatih/survey/sheet"
)

// zones are the three of Indonesia, by their short names.
func zones() map[string]string {
	return map[string]string{"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
}

// ParseZone reads WIB, WITA, WIT or an IANA name, and gives the IANA name. The
// error is *Refused.
func ParseZone(text string) (string, error) {
	text = strings.TrimSpace(text)
	if name, short := zones()[strings.ToUpper(text)]; short {
		return name, nil
	}
	// Without a slash it is "Local", the machine's, or one of the names such as EST
	// that stand for no place.
	if _, err := time.LoadLocation(text); err != nil || !strings.Contains(text, "/") {
		return "", &Refused{wrongZone()}
	}
	return text, nil
}

// ZoneName is an IANA name as people write it: the short name where there is one.
func ZoneName(zone string) string {
	for short, name := range zones() {
		if name == zone {
			return short
		}
	}
	return zone
}

// Weekdays are days of the week, by time.Weekday. The zero Weekdays are none.
type Weekdays [7]bool

// week are the days as an office's week has them.
func week() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
}

// String is how a cell holds them: "Senin-Jumat", or "Senin, Rabu"; empty for none.
func (w Weekdays) String() string {
	var parts []string
	days := week()
	for i := 0; i < len(days); i++ {
		if !w[days[i]] {
			continue
		}
		last := i
		for last+1 < len(days) && w[days[last+1]] {
			last++
		}
		if last-i < 2 {
			parts = append(parts, dayNames(days[i])[0])
			continue
		}
		parts = append(parts, dayNames(days[i])[0]+"-"+dayNames(days[last])[0])
		i = last
	}
	return strings.Join(parts, ", ")
}

// dayNames are what people call a day; the first is what the files call it.
func dayNames(day time.Weekday) []string {
	return [...][]string{
		time.Sunday:    {"Minggu", "Ahad", "Sunday"},
		time.Monday:    {"Senin", "Monday"},
		time.Tuesday:   {"Selasa", "Tuesday"},
		time.Wednesday: {"Rabu", "Wednesday"},
		time.Thursday:  {"Kamis", "Thursday"},
		time.Friday:    {"Jumat", "Jum'at", "Jum’at", "Friday"},
		time.Saturday:  {"Sabtu", "Saturday"},
	}[day]
}

// ParseWeekdays reads days of the week, such as "Senin-Jumat", "Senin s.d. Sabtu"
// or "Senin, Rabu dan Jumat". The error is *Refused.
func ParseWeekdays(text string) (Weekdays, error) {
	var days Weekdays
	text = strings.NewReplacer(
		"–", "-", "—", "-", " s.d. ", "-", " s/d ", "-", " sd ", "-", " sampai ", "-", " to ", "-",
		";", ",", " dan ", ",", " and ", ",", "&", ",").Replace(strings.ToLower(text))
	for part := range strings.SplitSeq(text, ",") {
		first, last, ranges := strings.Cut(part, "-")
		from, ok := weekday(first)
		to := from
		if ok && ranges {
			to, ok = weekday(last)
		}
		if !ok {
			return Weekdays{}, &Refused{wrongWeekdays()}
		}
		for day := from; ; day = (day + 1) % 7 {
			days[day] = true
			if day == to {
				break
			}
		}
	}
	return days, nil
}

func weekday(name string) (time.Weekday, bool) {
	name = strings.TrimSpace(name)
	for _, day := range week() {
		if slices.ContainsFunc(dayNames(day), func(known string) bool { return strings.EqualFold(known, name) }) {
			return day, true
		}
	}
	return 0, false
}

// ParseTimeOfDay reads a time such as 08:00, 08.00 or 8:00. The error is *Refused.
func ParseTimeOfDay(text string) (TimeOfDay, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), ".", ":")
	for _, layout := range []string{"15:04", "15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return TimeOfDay(at.Hour()*60 + at.Minute()), nil
		}
	}
	return 0, &Refused{wrongTime()}
}

func (r *row) zone(column string) string {
	cell, filled := r.cell(column)
	if !filled {
		return ""
	}
	zone, err := ParseZone(cell.Value)
	r.note(column, cell.Value, err)
	return zone
}

func (r *row) weekdays(column string) Weekdays {
	cell, filled := r.cell(column)
	if !filled {
		return Weekdays{}
	}
	days, err := ParseWeekdays(cell.Value)
	r.note(column, cell.Value, err)
	return days
}

// timeOfDay reads a time, which a spreadsheet keeps as a part of a day.
func (r *row) timeOfDay(column string) TimeOfDay {
	cell, filled := r.cell(column)
	if !filled {
		return 0
	}
	if part, err := strconv.ParseFloat(cell.Value, 64); cell.Kind == sheet.Number && err == nil && part >= 0 && part < 1 {
		const minutes = 24 * 60
		return TimeOfDay(min(math.Round(part*minutes), minutes-1))
	}
	written := cell.Value
	if cell.Kind == sheet.Number {
		written = "" // 8.3 may be half past eight, or eighteen minutes past
	}
	at, err := ParseTimeOfDay(written)
	r.note(column, cell.Value, err)
	return at
}
