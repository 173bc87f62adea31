package bot

import (
	"errors"
	"testing"
	"time"
)

func TestParseMoment(t *testing.T) {
	jakarta := time.FixedZone("WIB", 7*60*60)
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 24, 10, 0, 0, 0, jakarta)
	at := func(year int, month time.Month, day, hour, minute int) time.Time {
		return time.Date(year, month, day, hour, minute, 0, 0, jakarta)
	}
	tests := map[string]struct {
		zone *time.Location
		want time.Time
		err  error
	}{
		"30/11 09.00":             {want: at(2026, time.November, 30, 9, 0)},
		"30/11 09:05":             {want: at(2026, time.November, 30, 9, 5)},
		" 30-11-2026  pukul 9.00": {want: at(2026, time.November, 30, 9, 0)},
		"30.11.2026, JAM 9.00":    {want: at(2026, time.November, 30, 9, 0)},
		"24/11 10.01":             {want: at(2026, time.November, 24, 10, 1)},
		"5/1 08.30":               {want: at(2027, time.January, 5, 8, 30)},
		"24/11/2027 10.00":        {want: at(2027, time.November, 24, 10, 0)},
		"24/11/2027 10.01":        {err: errTooFar},
		"1/1/9999 00.00":          {err: errTooFar},
		"24/11 10.00":             {err: errPast},
		"23/11 09.00":             {err: errPast},
		"1/9 09.00":               {err: errPast},
		"1/1/0001 00.00":          {err: errPast},
		"31/2 09.00":              {err: errNoMoment},
		"29/2 09.00":              {err: errNoMoment},
		"30/13 09.00":             {err: errNoMoment},
		"0/11 09.00":              {err: errNoMoment},
		"30/11 24.00":             {err: errNoMoment},
		"30/11 09.60":             {err: errNoMoment},
		"30/11":                   {err: errNoMoment},
		"09.00":                   {err: errNoMoment},
		"besok":                   {err: errNoMoment},
		"":                        {err: errNoMoment},
		"30/11 09.00 ya":          {err: errNoMoment},
		"14/3/2027 02.30":         {zone: newYork, err: errNoMoment}, // the clock is set forward over it
	}
	for words, test := range tests {
		t.Run(words, func(t *testing.T) {
			zone := test.zone
			if zone == nil {
				zone = jakarta
			}
			got, err := parseMoment(words, now, zone)
			if !errors.Is(err, test.err) || !got.Equal(test.want) {
				t.Errorf("%v, %v; want %v, %v", got, err, test.want, test.err)
			}
		})
	}
}

func FuzzParseMoment(f *testing.F) {
	now := time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)
	f.Add("30/11 09.00")
	f.Add("30-11-2026 pukul 9:00")
	f.Fuzz(func(t *testing.T, words string) {
		at, err := parseMoment(words, now, time.UTC)
		if err == nil && (!at.After(now) || at.After(now.AddDate(1, 0, 0))) {
			t.Errorf("%q is %v", words, at)
		}
	})
}
