package survey_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pascalatih/survey"
)

// written is the value that a message gives as the answer, or the hint.
func written(t testing.TB, kind survey.Kind, message string, today time.Time) (value, hint string) {
	t.Helper()
	s, err := only(survey.Question{Kind: kind}).Begin().Apply(write(message), today)
	var rejection *survey.Rejection
	if errors.As(err, &rejection) {
		return "", rejection.Hint.In("en")
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.Value("asked"), ""
}

func TestNumbers(t *testing.T) {
	tests := map[string]struct {
		kind    survey.Kind
		message string
		value   string
		hint    string
	}{
		"a whole number":               {survey.Integer, "12", "12", ""},
		"with space around":            {survey.Integer, " 12\n", "12", ""},
		"with a sign":                  {survey.Integer, "+012", "12", ""},
		"below zero":                   {survey.Integer, "-3", "-3", ""},
		"minus zero":                   {survey.Integer, "-0", "0", ""},
		"a fraction where none is":     {survey.Integer, "1,5", "", "whole number"},
		"words":                        {survey.Integer, "dua", "", "whole number"},
		"a number with its unit":       {survey.Integer, "12 jam", "", "whole number"},
		"an exponent":                  {survey.Integer, "1e3", "", "whole number"},
		"a thousands separator":        {survey.Integer, "1.500", "", "thousands comma"},
		"sixteen digits":               {survey.Integer, "1234567890123456", "", "whole number"},
		"a decimal comma":              {survey.Decimal, "1,5", "1.5", ""},
		"a decimal point":              {survey.Decimal, "1.5", "1.5", ""},
		"a whole one among decimals":   {survey.Decimal, "7", "7", ""},
		"zeros that say nothing":       {survey.Decimal, "0001,50", "1.5", ""},
		"nothing but zeros":            {survey.Decimal, "-0,00", "0", ""},
		"below one":                    {survey.Decimal, "-0,125", "-0.125", ""},
		"what may mean 1500":           {survey.Decimal, "1.500", "", "thousands comma"},
		"what may mean 1500, signed":   {survey.Decimal, "-1,500", "", "thousands comma"},
		"thousands and decimals":       {survey.Decimal, "1.500,25", "", "type one number"},
		"six decimals":                 {survey.Decimal, "0.000001", "0.000001", ""},
		"seven decimals":               {survey.Decimal, "0.0000001", "", "type one number"},
		"a comma without its decimals": {survey.Decimal, "1,", "", "type one number"},
		"infinity":                     {survey.Decimal, "Inf", "", "type one number"},
		"digits of another script":     {survey.Decimal, "١٢", "", "type one number"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			value, hint := written(t, test.kind, test.message, today)
			if value != test.value || !strings.Contains(hint, test.hint) || (hint == "") != (test.hint == "") {
				t.Errorf("%q gave %q %q, want %q %q", test.message, value, hint, test.value, test.hint)
			}
		})
	}
}

func TestDates(t *testing.T) {
	tests := map[string]struct{ message, value string }{
		"ISO":                            {"2026-06-27", "2026-06-27"},
		"ISO with short numbers":         {"2026-6-7", "2026-06-07"},
		"day and month":                  {"27/6", "2026-06-27"},
		"today itself":                   {"20/6", "2026-06-20"},
		"yesterday is next year's":       {"19/6", "2027-06-19"},
		"with dashes and year":           {"27-6-2026", "2026-06-27"},
		"with points":                    {"27.06.2026", "2026-06-27"},
		"with a short year":              {"27/6/27", "2027-06-27"},
		"with spaces":                    {" 27 / 6 / 2026 ", "2026-06-27"},
		"in Indonesian":                  {"27 Juni 2026", "2026-06-27"},
		"in English":                     {"27 june 2026", "2026-06-27"},
		"shortened":                      {"1 Agt", "2026-08-01"},
		"with a point after the month":   {"1 Des. 2026", "2026-12-01"},
		"without a space":                {"5mei", "2027-05-05"},
		"with dashes and a name":         {"17-Agustus-2026", "2026-08-17"},
		"the next leap day":              {"29/2", "2028-02-29"},
		"an explicit past year":          {"27/6/2025", "2025-06-27"},
		"a leap day that is not":         {"29/2/2027", ""},
		"the 31st of June":               {"31/6", ""},
		"month before day":               {"6/27", ""},
		"month zero":                     {"1/0", ""},
		"day zero":                       {"0/1", ""},
		"a month that is none":           {"27 Jumat", ""},
		"a year too early":               {"1/1/1899", ""},
		"a year too late":                {"2999-01-01", ""},
		"a year of three digits":         {"1/1/202", ""},
		"a sentence":                     {"secepatnya", ""},
		"a period":                       {"27-30 Juni 2026", ""},
		"two dates":                      {"27/6 28/6", ""},
		"an ISO day that does not exist": {"2026-06-31", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			value, hint := written(t, survey.Date, test.message, today)
			if value != test.value || (hint == "") != (test.value != "") {
				t.Errorf("%q gave %q %q, want %q", test.message, value, hint, test.value)
			}
		})
	}
}

// The day that counts is the calendar's where the office is, not UTC's.
func TestADateWithoutYearFollowsTheZone(t *testing.T) {
	wib := time.FixedZone("WIB", 7*60*60)
	morning := time.Date(2026, 6, 21, 0, 30, 0, 0, wib) // still the 20th in UTC
	if value, _ := written(t, survey.Date, "20/6", morning); value != "2027-06-20" {
		t.Errorf("got %s", value)
	}
}

func TestTexts(t *testing.T) {
	tests := map[string]struct {
		kind     survey.Kind
		messages []string
		value    string
		hint     string // at the last message
	}{
		"one message":               {survey.LongText, []string{"Satu"}, "Satu", ""},
		"several messages":          {survey.LongText, []string{"Satu", "Dua", "Tiga"}, "Satu\nDua\nTiga", ""},
		"a short text too":          {survey.ShortText, []string{"Satu", "Dua"}, "Satu\nDua", ""},
		"everything as it was":      {survey.LongText, []string{" <b>_*é\u200d🙂 \t= "}, " <b>_*é\u200d🙂 \t= ", ""},
		"without NUL":               {survey.LongText, []string{"a\x00b"}, "ab", ""},
		"without invalid UTF-8":     {survey.LongText, []string{"a\xff\xc3b"}, "ab", ""},
		"nothing but NUL":           {survey.LongText, []string{"\x00"}, "", "no text"},
		"nothing but space":         {survey.LongText, []string{"Satu", " \n\t "}, "Satu", "no text"},
		"a long text at its limit":  {survey.LongText, []string{strings.Repeat("é", survey.LongTextLimit)}, strings.Repeat("é", survey.LongTextLimit), ""},
		"a long text beyond it":     {survey.LongText, []string{strings.Repeat("é", survey.LongTextLimit+1)}, "", "at most 4000"},
		"a short text at its limit": {survey.ShortText, []string{strings.Repeat("a", survey.ShortTextLimit)}, strings.Repeat("a", survey.ShortTextLimit), ""},
		"messages beyond the limit": {survey.ShortText, []string{strings.Repeat("a", 300), strings.Repeat("b", 200)}, strings.Repeat("a", 300), "at most 500"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := only(survey.Question{Kind: test.kind}).Begin()
			var err error
			for _, message := range test.messages {
				s, err = s.Apply(write(message), today)
			}
			if got := s.Value("asked"); got != test.value {
				t.Errorf("got %.60q, want %.60q", got, test.value)
			}
			var rejection *survey.Rejection
			if errors.As(err, &rejection) != (test.hint != "") || rejection != nil && !strings.Contains(rejection.Hint.In("en"), test.hint) {
				t.Errorf("got %v, want the hint %q", err, test.hint)
			}
		})
	}
}

func TestATextCanBeStartedOver(t *testing.T) {
	s := through(t, only(survey.Question{Kind: survey.LongText}).Begin(), write("Satu"), erase, write("Dua"))
	if got := s.Value("asked"); got != "Dua" {
		t.Errorf("got %q", got)
	}
}

func TestChosen(t *testing.T) {
	question, _ := sample().Question("obstacles")
	var names []string
	for _, choice := range question.Chosen("other budget gone") {
		names = append(names, choice.Label.In("id"))
	}
	if got := strings.Join(names, ", "); got != "budget, other" {
		t.Errorf("got %s", got)
	}
	note, _ := sample().Question("welcome")
	if note.Chosen("budget") != nil {
		t.Error("a note has chosen something")
	}
}

// A value that was accepted reads the same when it is written again.
func TestValuesAreCanonicalProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]survey.Kind{survey.Integer, survey.Decimal, survey.Date}).Draw(t, "kind")
		message := rapid.StringMatching(`[+-]?[0-9]{1,4}([.,/ -][0-9]{1,4}){0,2}`).Draw(t, "message")
		form := only(survey.Question{Kind: kind})
		s, err := form.Begin().Apply(write(message), today)
		if err != nil {
			return
		}
		if _, err := form.Resume(s.State()); err != nil {
			t.Fatalf("%q: %v", message, err)
		}
		value := s.Value("asked")
		again, err := form.Begin().Apply(write(value), today)
		if err != nil && kind == survey.Decimal {
			return // 1.234, from 1.2340, is asked again when written by hand
		}
		if err != nil || again.Value("asked") != value {
			t.Fatalf("%q gave %q and that %q, %v", message, value, again.Value("asked"), err)
		}
	})
}

func TestMonths(t *testing.T) {
	names := []string{
		"Januari January Jan", "Februari Pebruari February Feb", "Maret March Mar", "April Apr", "Mei May",
		"Juni June Jun", "Juli July Jul", "Agustus August Agu Ags Agt Aug", "September Sept Sep",
		"Oktober October Okt Oct", "November Nopember Nov Nop", "Desember December Des Dec",
	}
	for month, words := range names {
		for _, word := range strings.Fields(words) {
			want := time.Date(2027, time.Month(month+1), 5, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			if value, _ := written(t, survey.Date, "5 "+word+" 2027", today); value != want {
				t.Errorf("%s gave %q, want %s", word, value, want)
			}
		}
	}
}
