package instruments_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pascalatih/survey"
	"pascalatih/survey/instruments"
)

// lastDay is the day on which the reaction form is filled.
var lastDay = time.Date(2026, 6, 19, 15, 30, 0, 0, time.FixedZone("WIB", 7*60*60))

func bundled(t *testing.T) []survey.Instrument {
	t.Helper()
	all, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func reaction(t *testing.T) survey.Instrument { return form(t, "reaction") }

func form(t *testing.T, key string) survey.Instrument {
	t.Helper()
	for _, instrument := range bundled(t) {
		if instrument.Key == key {
			return instrument
		}
	}
	t.Fatalf("there is no form %q", key)
	return survey.Instrument{}
}

func TestBundledInstruments(t *testing.T) {
	var keys []string
	for _, instrument := range bundled(t) {
		keys = append(keys, instrument.Key)
	}
	if !slices.Equal(keys, []string{"reaction", "checkin", "application", "competence", "observation", "program"}) {
		t.Errorf("bundled: %v", keys)
	}
	folders, err := filepath.Glob("*/survey.csv")
	if err != nil || len(folders) != len(keys) {
		t.Errorf("folders: %v, %v", folders, err)
	}
}

// What a form refers to in those before it is there.
func TestReferences(t *testing.T) {
	known := make(map[string]survey.Instrument)
	for _, instrument := range bundled(t) {
		known[instrument.Key] = instrument
		for _, reference := range instrument.Earlier() {
			if _, before := known[reference.Instrument]; !before {
				t.Errorf("%s refers to %s, which comes after it", instrument.Key, reference)
			}
		}
		if err := instrument.CheckEarlier(known); err != nil {
			t.Errorf("%s: %v", instrument.Key, err)
		}
	}
}

// What every bundled form keeps, so that it can be asked in a chat and its
// figures have a source.
func TestEachItem(t *testing.T) {
	for _, instrument := range bundled(t) {
		if !slices.Equal(instrument.Languages, []string{"id", "en"}) || instrument.Privacy != survey.Confidential {
			t.Errorf("%s is in %v, %s", instrument.Key, instrument.Languages, instrument.Privacy)
		}
		for _, question := range instrument.Questions {
			if question.Kind.Asks() && (question.Dimension == "" || question.Source == "") {
				t.Errorf("%s has no dimension or source", question.Name)
			}
			for _, language := range instrument.Languages {
				checkTexts(t, question, language)
			}
		}
	}
}

func checkTexts(t *testing.T, question survey.Question, language string) {
	texts := []string{question.Label[language], question.Hint[language]}
	for _, choice := range question.Choices {
		texts = append(texts, choice.Label[language])
	}
	for _, text := range texts {
		if strings.Contains(text, "!") || strings.TrimSpace(text) != text {
			t.Errorf("%s: %q is not calm", question.Name, text)
		}
		if strings.Contains(text, "Anda") || strings.Contains(text, "kamu") {
			t.Errorf("%s: %q does not say Bapak/Ibu", question.Name, text)
		}
		if utf8.RuneCountInString(text) > 110 {
			t.Errorf("%s: %q is long for a phone", question.Name, text)
		}
	}
}

// The reaction form asks for Kirkpatrick's first level, and for the second as
// intention.
func TestReactionAsks(t *testing.T) {
	form := reaction(t)
	if form.Privacy != survey.Confidential {
		t.Errorf("privacy is %s", form.Privacy)
	}
	want := []string{
		"satisfaction_overall scale satisfaction", "satisfaction_material scale satisfaction",
		"satisfaction_trainer scale satisfaction", "satisfaction_organisation scale satisfaction",
		"satisfaction_time scale satisfaction", "satisfaction_facilities scale satisfaction",
		"relevance scale application", "competence_now scale competence", "competence_before scale competence",
		"confidence scale confidence", "motivation scale motivation",
		"obstacles select_multiple obstacle", "obstacles_other short_text obstacle",
		"help select_multiple recommendation", "help_other short_text recommendation",
		"plan long_text application", "plan_by date application",
	}
	var got []string
	for _, question := range form.Questions {
		got = append(got, question.Name+" "+string(question.Kind)+" "+string(question.Dimension))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// Satisfied is 3 or 4 of 4, as Permenpan RB 14/2017 has it.
func TestSatisfactionHasFourPoints(t *testing.T) {
	for _, question := range reaction(t).Questions {
		if question.Dimension != survey.Satisfaction {
			continue
		}
		var names []string
		for _, choice := range question.Choices {
			names = append(names, choice.Name)
		}
		if !slices.Equal(names, []string{"1", "2", "3", "4"}) || question.Choices[2].Label["id"] != "Puas" {
			t.Errorf("%s: %v", question.Name, question.Choices)
		}
	}
}

// taps are an answer to everything that is required: 13 taps, 2 of them Lanjut.
func taps() []survey.Input {
	var all []survey.Input
	for range 11 {
		all = append(all, survey.Choose{Choice: "3"})
	}
	return append(all,
		survey.Toggle{Choice: "workload"}, survey.Next{},
		survey.Toggle{Choice: "coaching"}, survey.Next{})
}

func TestReactionWays(t *testing.T) {
	tests := map[string]struct {
		inputs  []survey.Input
		answers int
		of      int
	}{
		"the shortest": {append(taps(), survey.Skip{}), 13, 14},
		"with a plan": {append(taps(),
			survey.Write{Text: "Memakai templat surat baru"}, survey.Next{}, survey.Write{Text: "1 Juli"}), 15, 15},
		"with a plan and no date": {append(taps(),
			survey.Write{Text: "Memakai templat surat baru"}, survey.Next{}, survey.Skip{}), 14, 15},
		"with other obstacles and help": {append(taps()[:11:11],
			survey.Toggle{Choice: "other"}, survey.Next{}, survey.Write{Text: "Cuaca"}, survey.Next{},
			survey.Toggle{Choice: "other"}, survey.Next{}, survey.Skip{}, survey.Skip{}), 14, 16},
		"none clears and is cleared": {append(taps()[:11:11],
			survey.Toggle{Choice: "time"}, survey.Toggle{Choice: "none"}, survey.Next{},
			survey.Toggle{Choice: "none"}, survey.Toggle{Choice: "tools"}, survey.Next{}, survey.Skip{}), 13, 14},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := reaction(t).Begin()
			for _, in := range test.inputs {
				next, err := s.Apply(in, lastDay)
				if err != nil {
					t.Fatalf("%#v at %+v: %v", in, s.Place(), err)
				}
				s = next
			}
			if s.Place().Stage != survey.InReview || !s.Complete(lastDay) {
				t.Errorf("at %+v, complete: %v", s.Place(), s.Complete(lastDay))
			}
			if n, of := s.Progress(lastDay); n != test.of || of != test.of {
				t.Errorf("progress %d/%d, want %d", n, of, test.of)
			}
			if got := len(s.Answers(lastDay)); got != test.answers {
				t.Errorf("%d answers, want %d", got, test.answers)
			}
		})
	}
}

// A form that was filled on the last day is sent by itself when the round
// closes, though the day that was planned has passed by then.
func TestAPlanStaysValidUntilTheRoundCloses(t *testing.T) {
	s := reaction(t).Begin()
	for _, in := range append(taps(), survey.Write{Text: "Rapat singkat"}, survey.Next{}, survey.Write{Text: "19/6"}) {
		next, err := s.Apply(in, lastDay)
		if err != nil {
			t.Fatal(err)
		}
		s = next
	}
	if !s.Complete(lastDay.AddDate(0, 0, 14)) {
		t.Error("the date of the plan is in the way two weeks later")
	}
}

func TestPlanByRefusesSlips(t *testing.T) {
	s := reaction(t).Begin()
	for _, in := range append(taps(), survey.Write{Text: "Rapat singkat"}, survey.Next{}) {
		s, _ = s.Apply(in, lastDay)
	}
	for _, slip := range []string{"1/7/2025", "1/7/2029"} {
		if _, err := s.Apply(survey.Write{Text: slip}, lastDay); err == nil {
			t.Errorf("%s was taken", slip)
		}
	}
}

func TestBundledInstrumentsAreKept(t *testing.T) {
	for _, instrument := range bundled(t) {
		content, err := json.Marshal(instrument)
		if err != nil {
			t.Fatal(err)
		}
		var kept survey.Instrument
		if err := json.Unmarshal(content, &kept); err != nil || kept.Hash() != instrument.Hash() {
			t.Errorf("%s: %v", instrument.Key, err)
		}
	}
}
