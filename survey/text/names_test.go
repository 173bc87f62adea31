package text_test

import (
	"testing"
	"time"
)

func TestNames(t *testing.T) {
	id, en := load(t).In("id"), load(t).In("en")
	tests := map[string]struct {
		id, en         string
		wantID, wantEN string
	}{
		"a weekday":         {id: id.Weekday(time.Friday), en: en.Weekday(time.Friday), wantID: "Jumat", wantEN: "Friday"},
		"Sunday":            {id: id.Weekday(time.Sunday), en: en.Weekday(time.Sunday), wantID: "Minggu", wantEN: "Sunday"},
		"a month":           {id: id.MonthName(time.August), en: en.MonthName(time.August), wantID: "Agustus", wantEN: "August"},
		"the first":         {id: id.DayOfMonth(1), en: en.DayOfMonth(1), wantID: "1", wantEN: "1st"},
		"the eleventh":      {id: id.DayOfMonth(11), en: en.DayOfMonth(11), wantID: "11", wantEN: "11th"},
		"the twelfth":       {id: id.DayOfMonth(12), en: en.DayOfMonth(12), wantID: "12", wantEN: "12th"},
		"the twenty-second": {id: id.DayOfMonth(22), en: en.DayOfMonth(22), wantID: "22", wantEN: "22nd"},
		"the twenty-third":  {id: id.DayOfMonth(23), en: en.DayOfMonth(23), wantID: "23", wantEN: "23rd"},
		"the thirtieth":     {id: id.DayOfMonth(30), en: en.DayOfMonth(30), wantID: "30", wantEN: "30th"},
		"a time of day":     {id: id.TimeOfDay(15*time.Hour + 30*time.Minute), en: en.TimeOfDay(8 * time.Hour), wantID: "15.30", wantEN: "08:00"},
		"a list of nothing": {id: id.List(nil), en: en.List(nil)},
		"a list of one":     {id: id.List([]string{"a"}), en: en.List([]string{"a"}), wantID: "a", wantEN: "a"},
		"a list of two":     {id: id.List([]string{"a", "b"}), en: en.List([]string{"a", "b"}), wantID: "a dan b", wantEN: "a and b"},
		"a list of three":   {id: id.List([]string{"a", "b", "c"}), en: en.List([]string{"a", "b", "c"}), wantID: "a, b, dan c", wantEN: "a, b and c"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.id != test.wantID || test.en != test.wantEN {
				t.Errorf("got %q and %q, want %q and %q", test.id, test.en, test.wantID, test.wantEN)
			}
		})
	}
}
