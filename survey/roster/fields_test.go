package roster_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pascalatih/survey/roster"
)

func TestFieldsAreReadAsPeopleWriteThem(t *testing.T) {
	day := func(written string) (string, error) {
		date, err := roster.ParseDay(written)
		return date.Format(time.DateOnly), err
	}
	hours := func(written string) (string, error) {
		hours, err := roster.ParseHours(written)
		return strings.Repeat("|", hours.Count), err
	}
	tests := map[string]struct {
		read    func(string) (string, error)
		written string
		want    string
		refused bool
	}{
		"a date with slashes":     {read: day, written: "5/12/2026", want: "2026-12-05"},
		"a date in words":         {read: day, written: " 5  Desember 2026", want: "2026-12-05"},
		"a short month":           {read: day, written: "5 Des 2026", want: "2026-12-05"},
		"an ISO date":             {read: day, written: "2026-12-05", want: "2026-12-05"},
		"a day that is not there": {read: day, written: "31/11/2026", refused: true},
		"no date":                 {read: day, written: "besok", refused: true},
		"hours":                   {read: hours, written: " 8 ", want: "||||||||"},
		"no hours":                {read: hours, written: "0", want: ""},
		"half hours":              {read: hours, written: "1,5", refused: true},
		"hours below none":        {read: hours, written: "-1", refused: true},
		"a title":                 {read: roster.ParseText, written: " Pelatihan\nA\x00 ", want: "Pelatihan A"},
		"an empty title":          {read: roster.ParseText, written: " \x00 ", refused: true},
		"a long title":            {read: roster.ParseText, written: strings.Repeat("é", 501), refused: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.read(test.written)
			if test.refused {
				if _, ok := errors.AsType[*roster.Refused](err); !ok {
					t.Fatalf("%q gives %q, %v, and is not refused", test.written, got, err)
				}
				return
			}
			if err != nil || got != test.want {
				t.Errorf("%q gives %q, %v, want %q", test.written, got, err, test.want)
			}
		})
	}
}
