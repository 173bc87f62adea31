package text_test

import (
	"math"
	"testing"
	"time"
	_ "time/tzdata"
)

func TestNumbers(t *testing.T) {
	id, en := load(t).In("id"), load(t).In("en")
	tests := map[string]struct {
		id, en         string
		wantID, wantEN string
	}{
		"decimals":               {id: id.Number(1234.5, 1), en: en.Number(1234.5, 1), wantID: "1.234,5", wantEN: "1,234.5"},
		"millions":               {id: id.Number(5_000_000, 0), en: en.Number(5_000_000, 0), wantID: "5.000.000", wantEN: "5,000,000"},
		"a decimal that is zero": {id: id.Number(3, 1), en: en.Number(3, 1), wantID: "3,0", wantEN: "3.0"},
		"a half is rounded up":   {id: id.Number(2.5, 0), en: en.Number(0.125, 2), wantID: "3", wantEN: "0.13"},
		"less than zero":         {id: id.Number(-1234.56, 1), en: en.Number(-0.25, 1), wantID: "-1.234,6", wantEN: "-0.3"},
		"hardly less than zero":  {id: id.Number(-0.01, 1), en: en.Number(-0.01, 1), wantID: "0,0", wantEN: "0.0"},
		"a count":                {id: id.Count(1234), en: en.Count(1234), wantID: "1.234", wantEN: "1,234"},
		"a share":                {id: id.Percent(0.875, 1), en: en.Percent(0.875, 1), wantID: "87,5%", wantEN: "87.5%"},
		"all of it":              {id: id.Percent(1, 0), en: en.Percent(1, 0), wantID: "100%", wantEN: "100%"},
		"no number":              {id: id.Number(math.NaN(), 1), en: en.Percent(math.NaN(), 0), wantID: "–", wantEN: "–"},
		"more than any number":   {id: id.Number(math.Inf(1), 1), en: en.Percent(math.Inf(-1), 0), wantID: "–", wantEN: "–"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.id != test.wantID || test.en != test.wantEN {
				t.Errorf("got %q and %q, want %q and %q", test.id, test.en, test.wantID, test.wantEN)
			}
		})
	}
}

func TestDates(t *testing.T) {
	id, en := load(t).In("id"), load(t).In("en")
	day := func(month time.Month, date, year int) time.Time {
		return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
	}
	moment := time.Date(2026, time.June, 27, 8, 30, 0, 0, time.UTC)
	tests := map[string]struct {
		id, en         string
		wantID, wantEN string
	}{
		"a day":                {id: id.Day(moment), en: en.Day(moment), wantID: "27 Juni 2026", wantEN: "27 June 2026"},
		"a month":              {id: id.Month(moment), en: en.Month(moment), wantID: "Juni 2026", wantEN: "June 2026"},
		"days of a month":      {id: id.Days(day(6, 22, 2026), day(6, 28, 2026)), en: en.Days(day(6, 22, 2026), day(6, 28, 2026)), wantID: "22–28 Juni 2026", wantEN: "22–28 June 2026"},
		"days of two months":   {id: id.Days(day(6, 29, 2026), day(7, 5, 2026)), en: en.Days(day(6, 29, 2026), day(7, 5, 2026)), wantID: "29 Juni – 5 Juli 2026", wantEN: "29 June – 5 July 2026"},
		"days of two years":    {id: id.Days(day(12, 28, 2026), day(1, 3, 2027)), en: en.Days(day(12, 28, 2026), day(1, 3, 2027)), wantID: "28 Desember 2026 – 3 Januari 2027", wantEN: "28 December 2026 – 3 January 2027"},
		"one day":              {id: id.Days(day(8, 17, 2026), day(8, 17, 2026)), en: en.Days(day(8, 17, 2026), day(8, 17, 2026)), wantID: "17 Agustus 2026", wantEN: "17 August 2026"},
		"in western Indonesia": {id: id.Moment(moment, zone(t, "Asia/Jakarta")), en: en.Moment(moment, zone(t, "Asia/Jakarta")), wantID: "27 Juni 2026 pukul 15.30 WIB", wantEN: "27 June 2026 at 15:30 WIB"},
		"in the middle":        {id: id.Moment(moment, zone(t, "Asia/Makassar")), en: en.Moment(moment, zone(t, "Asia/Makassar")), wantID: "27 Juni 2026 pukul 16.30 WITA", wantEN: "27 June 2026 at 16:30 WITA"},
		"in the east":          {id: id.Moment(moment, zone(t, "Asia/Jayapura")), en: en.Moment(moment, zone(t, "Asia/Jayapura")), wantID: "27 Juni 2026 pukul 17.30 WIT", wantEN: "27 June 2026 at 17:30 WIT"},
		"over midnight":        {id: id.Moment(moment.Add(9*time.Hour), zone(t, "Asia/Jakarta")), en: en.Moment(moment.Add(9*time.Hour), zone(t, "Asia/Jakarta")), wantID: "28 Juni 2026 pukul 00.30 WIB", wantEN: "28 June 2026 at 00:30 WIB"},
		"in a nameless zone":   {id: id.Moment(moment, zone(t, "America/Sao_Paulo")), en: en.Moment(moment, zone(t, "UTC")), wantID: "27 Juni 2026 pukul 05.30 UTC-03", wantEN: "27 June 2026 at 08:30 UTC"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.id != test.wantID || test.en != test.wantEN {
				t.Errorf("got %q and %q, want %q and %q", test.id, test.en, test.wantID, test.wantEN)
			}
		})
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}
