package report_test

import (
	"slices"

	"pascalatih/survey/stats"
)

// pairColumns are the sheet of comparisons after its names, column by column; "" is
// no figure.
func pairColumns() []struct {
	measure stats.Measure
	part    string
} {
	return []struct {
		measure stats.Measure
		part    string
	}{
		{stats.PairedGain, "base"},
		{stats.PairedFirst, ""}, {stats.PairedFirst, "low"}, {stats.PairedFirst, "high"}, {stats.PairedFirstSD, ""},
		{stats.PairedSecond, ""}, {stats.PairedSecond, "low"}, {stats.PairedSecond, "high"}, {stats.PairedSecondSD, ""},
		{stats.PairedGain, ""}, {stats.PairedGain, "low"}, {stats.PairedGain, "high"},
		{stats.PairedEffect, ""}, {stats.PairedEffect, "low"}, {stats.PairedEffect, "high"}, {"", ""},
		{stats.PairedRanks, ""}, {stats.PairedRanks, "n"}, {stats.PairedP, ""}, {"", ""}, {"", ""},
	}
}

// readPairs reads the sheet of comparisons: a row for each, in the list's order.
func (b *opened) readPairs() {
	b.t.Helper()
	rows := b.rows("pairs")
	head := slices.IndexFunc(rows, func(row []string) bool { return at(row, 0) == b.phrases.Say("workbook.column.training", nil) })
	rows = rows[head+1:]
	if len(rows) != len(b.figures.Compared) {
		b.t.Fatalf("pairs: %d rows of %d comparisons", len(rows), len(b.figures.Compared))
	}
	for i, c := range b.figures.Compared {
		row := rows[i]
		if at(row, 1) != c.Code || at(row, 2) != b.phrases.Say("workbook.pairs."+string(c.Comparison), nil) {
			b.t.Errorf("pairs: row %d is of %q, %q", i, at(row, 1), at(row, 2))
		}
		hidden := b.table[c.Key(stats.PairedGain)].Withheld
		for column, of := range pairColumns() {
			told := at(row, 5+column)
			switch {
			case of.measure == "":
			case hidden && of.measure == stats.PairedGain && of.part != "base" && of.part != "":
				if told != "" {
					b.t.Errorf("pairs: a hidden row says %q", told)
				}
			default:
				b.holds("pairs, "+c.Code, told, stats.Form{}, stats.TrainingGroup(c.Training), of.measure, c.Item(), of.part)
			}
		}
		gain := b.table[c.Key(stats.PairedGain)]
		said := at(row, 25)
		if want := !hidden && stats.Indicative(gain.N); want != (said == b.phrases.Say("workbook.pairs.indicative", nil)) {
			b.t.Errorf("pairs: of %d the note is %q", gain.N, said)
		}
	}
}
