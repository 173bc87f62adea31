package stats

import "strings"

// CompareRounds adds how the response rate and the mean of each dimension moved
// since an earlier round of the same form: of all, and of each unit. Both must be
// shown. A figure is of whole blocks, and so is what two of them differ by.
func (f *Figures) CompareRounds(before Figures) {
	if len(before.Forms) != 1 || len(before.Forms[0].Rounds) != 1 {
		return // nobody of these units was asked
	}
	f.Before = &before.Forms[0].Rounds[0]
	earlier := before.Table()
	for _, form := range f.Forms {
		for _, figure := range f.List {
			measure := movesAs(figure)
			if measure == "" || figure.Scope != form.Scope || figure.Withheld {
				continue
			}
			group := figure.Group
			if group == RoundGroup(f.Round) {
				group = RoundGroup(before.Round)
			}
			was, found := earlier[Key{form.Key, group, figure.Measure, figure.Item}]
			if !found || was.Withheld {
				continue
			}
			moved := *figure.Value - *was.Value
			f.List = append(f.List, Figure{Scope: form.Scope, Group: figure.Group, Measure: measure, Item: figure.Item,
				Value: &moved, N: figure.N, Base: was.N, Method: "difference from the round before"})
		}
	}
}

// movesAs is the measure of how a figure moved; "" of those that are not compared.
func movesAs(f Figure) Measure {
	switch {
	case f.Measure == Rate:
		return RateMoved
	case f.Measure == Mean && strings.HasPrefix(f.Item, DimensionItem("")):
		return MeanMoved
	}
	return ""
}
