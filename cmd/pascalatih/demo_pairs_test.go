package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// aboutPairs is a line that compares what the same people said twice.
func aboutPairs() *regexp.Regexp {
	return regexp.MustCompile(`^(Kompetensi|Penerapan|Kinerja).* \((\d+) (?:orang yang sama|pegawai, skala 0–100)\): (?:diri sendiri )?([\d,]+)(?: → |, atasan )([\d,]+), ` +
		`(naik|turun|tetap|atasan lebih tinggi|atasan lebih rendah|sama) ?([\d,]*) ?\[(-?[\d,]+)(?:–| s\.d\. )(-?[\d,]+)\]; g = (-?[\d,]+) \(.+\)$`)
}

// pairs are the numbers of such a line.
func (w *sentWeek) pairs(found []string) []told {
	dimension := map[string]survey.Dimension{
		"Kompetensi": survey.Competence, "Penerapan": survey.Application, "Kinerja": survey.Performance}[found[0]]
	at := slices.IndexFunc(w.figures.Compared, func(c stats.Compared) bool { return c.Dimension == dimension })
	if at < 0 {
		return []told{{written: "no comparison"}}
	}
	figure := func(m stats.Measure) stats.Figure { return w.table[w.figures.Compared[at].Key(m)] }
	gain := figure(stats.PairedGain)
	by, low, high := *gain.Value, *gain.Low, *gain.High
	if fell := found[4] == "turun" || strings.HasSuffix(found[4], "rendah"); fell {
		by, low, high = -by, -high, -low
	}
	numbers := []told{countOf(found[1], gain), valueOf(found[2], figure(stats.PairedFirst)), valueOf(found[3], figure(stats.PairedSecond)),
		{found[6], low, gain}, {found[7], high, gain}, valueOf(found[8], figure(stats.PairedEffect))}
	if found[5] != "" {
		numbers = append(numbers, told{found[5], by, gain})
	}
	return numbers
}

// What the demo does where people were asked otherwise than plan and calendar say.
func TestDemoSeesWhoWasAskedOtherwise(t *testing.T) {
	invited := asked{day: "2026-02-09", forms: 1, trainings: "PEL-01"}
	reminded := asked{day: "2026-02-10", forms: 1, reminders: 1, trainings: "PEL-01"}
	moved := reminded
	moved.day = "2026-02-11"
	tests := map[string]struct {
		seen    []asked
		differs int
	}{
		"as it should be":    {seen: []asked{invited, reminded}},
		"not reminded":       {seen: []asked{invited}, differs: 1},
		"reminded twice":     {seen: []asked{invited, reminded, reminded}, differs: 1},
		"reminded too late":  {seen: []asked{invited, moved}, differs: 1},
		"asked for nothing":  {differs: 2},
		"invited once again": {seen: []asked{invited, invited}, differs: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := differences([]asked{invited, reminded}, test.seen); len(got) != test.differs {
				t.Errorf("%d differences, want %d: %q", len(got), test.differs, got)
			}
		})
	}
}

// What the demo does with a comparison that the books do not give.
func TestDemoSeesAWrongComparison(t *testing.T) {
	compared := stats.Compared{Training: 1, Comparison: stats.BeforeAfter, Dimension: survey.Competence}
	booked := pairsOf{comparison: stats.BeforeAfter, dimension: survey.Competence, n: 12, first: 2, second: 3.5}
	tests := map[string]struct {
		first, second, gain float64
		n                   int
		wrong               bool
	}{
		"as the books give it": {first: 2, second: 3.5, gain: 1.5, n: 12},
		"one pair too few":     {first: 2, second: 3.5, gain: 1.5, n: 11, wrong: true},
		"another mean":         {first: 2.1, second: 3.5, gain: 1.4, n: 12, wrong: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			table := stats.Table{}
			for measure, value := range map[stats.Measure]float64{
				stats.PairedFirst: test.first, stats.PairedSecond: test.second, stats.PairedGain: test.gain} {
				table[compared.Key(measure)] = stats.Figure{Value: &value, N: test.n}
			}
			if err := booked.holds(table, compared); (err != nil) != test.wrong {
				t.Errorf("error %v", err)
			}
		})
	}
}
