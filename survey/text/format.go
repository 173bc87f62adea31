package text

import (
	"fmt"
	"math"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Count writes a whole number: 1.234 in Indonesian, 1,234 in English.
func (p Phrases) Count(n int) string { return p.Number(float64(n), 0) }

// Number writes a number with so many decimals: 1.234,5 in Indonesian, 1,234.5
// in English. What is no number is a dash.
func (p Phrases) Number(value float64, decimals int) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return "–"
	}
	return p.printer().Sprint(number.Decimal(round(value, decimals), number.Scale(decimals)))
}

// Percent writes a share, of which 1 is all, as a percentage with so many
// decimals: 87,5% in Indonesian, 87.5% in English. What is no number is a dash.
func (p Phrases) Percent(share float64, decimals int) string {
	written := p.Number(share*100, decimals)
	if written == "–" {
		return written
	}
	return written + "%"
}

// Day writes the date that t shows in its own zone: 27 Juni 2026, 27 June 2026.
func (p Phrases) Day(t time.Time) string {
	return fmt.Sprintf("%d %s %d", t.Day(), p.month(t.Month()), t.Year())
}

// Month writes the month that t shows in its own zone: Juni 2026, June 2026.
func (p Phrases) Month(t time.Time) string {
	return fmt.Sprintf("%s %d", p.month(t.Month()), t.Year())
}

// Days writes the dates from first to last, both included: 22–28 Juni 2026,
// 29 Juni – 5 Juli 2026, 28 Desember 2026 – 3 Januari 2027.
func (p Phrases) Days(first, last time.Time) string {
	switch {
	case first.Year() != last.Year():
		return p.Day(first) + " – " + p.Day(last)
	case first.Month() != last.Month():
		return fmt.Sprintf("%d %s – %s", first.Day(), p.month(first.Month()), p.Day(last))
	case first.Day() != last.Day():
		return fmt.Sprintf("%d–%s", first.Day(), p.Day(last))
	}
	return p.Day(last)
}

// Moment writes a date and time of day in zone, with its name (WIB, WITA or WIT
// in Indonesia): 27 Juni 2026 pukul 15.30 WIB, 27 June 2026 at 15:30 WIB.
func (p Phrases) Moment(t time.Time, zone *time.Location) string {
	local := t.In(zone)
	name, _ := local.Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		name = "UTC" + name // zones without a name of their own go by their offset
	}
	if p.language == English {
		return fmt.Sprintf("%s at %s %s", p.Day(local), local.Format("15:04"), name)
	}
	return fmt.Sprintf("%s pukul %s %s", p.Day(local), local.Format("15.04"), name)
}

func (p Phrases) month(month time.Month) string {
	if p.language == English {
		return month.String()
	}
	names := [...]string{"Januari", "Februari", "Maret", "April", "Mei", "Juni",
		"Juli", "Agustus", "September", "Oktober", "November", "Desember"}
	return names[month-1]
}

func (p Phrases) printer() *message.Printer {
	return message.NewPrinter(language.Make(p.language))
}

// round rounds halves away from zero, as people do; the printer would round them
// to the even digit. It also keeps a small loss from being written as -0.
func round(value float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(value*scale)/scale + 0
}
