package report

import (
	"math"
	"slices"
	"strings"

	"pascalatih/survey/stats"
)

// shortestTitle is what a training's name needs to be told from others'.
const shortestTitle = 32

// paired is a figure of a comparison; false where there is none, or it is withheld.
func (w *writer) paired(c stats.Compared, m stats.Measure) (stats.Figure, bool) {
	f, found := w.table[c.Key(m)]
	return f, found && !f.Withheld
}

// pairs tells what the same people said twice, in as many lines as there is room for.
func (w *writer) pairs() {
	all := w.figures.Compared
	if len(all) == 0 {
		return
	}
	told := min(len(all), w.detail.pairs)
	w.blank()
	for _, c := range w.foremostPairs()[:told] {
		w.line(w.pairLine(c))
	}
	if more := len(all) - told; more > 0 {
		w.line(w.Say("report.pairs.more", map[string]any{"Count": more}))
	}
}

// foremostPairs are the comparisons, first the first of each kind.
func (w *writer) foremostPairs() []stats.Compared {
	all := slices.Clone(w.figures.Compared)
	at := slices.IndexFunc(all, func(c stats.Compared) bool { return c.Comparison != all[0].Comparison })
	if at > 1 {
		other := all[at]
		all = slices.Insert(slices.Delete(all, at, at+1), 1, other)
	}
	return all
}

// pairLine is a comparison in one line.
func (w *writer) pairLine(c stats.Compared) string {
	key := "report.pairs." + string(c.Comparison)
	data := map[string]any{"Dimension": upperFirst(w.Say("export.dimension."+string(c.Dimension), nil)),
		"Training": abridged(c.Title, max(w.detail.title, shortestTitle)), "Least": w.Count(c.Least), "Most": w.Count(c.Most), "Hidden": w.hidden()}
	gain, shown := w.paired(c, stats.PairedGain)
	if !shown {
		return w.Say(key+"_hidden", data)
	}
	data["N"], data["First"], data["Second"] = w.Count(gain.N), w.score(c, stats.PairedFirst), w.score(c, stats.PairedSecond)
	data["Moved"] = w.pairMoved(c, gain)
	said := w.Say(key, data)
	if effect, ok := w.paired(c, stats.PairedEffect); ok {
		said += "; " + w.Say("report.pairs.effect", map[string]any{"Effect": w.Number(*effect.Value, 2), "Size": w.size(*effect.Value)})
	}
	if stats.Indicative(gain.N) {
		said += "; " + w.Say("report.pairs.indicative", nil)
	}
	return said
}

// pairMoved says how the second scores differ from the first.
func (w *writer) pairMoved(c stats.Compared, gain stats.Figure) string {
	decimals := scoreDecimals(c)
	key, by := "_rose", w.Number(*gain.Value, decimals)
	switch {
	case strings.HasPrefix(by, "-"):
		key, by = "_fell", w.Number(-*gain.Value, decimals)
	case by == w.Number(0, decimals):
		key = "_same"
	}
	low, high := ends(gain)
	if key == "_fell" {
		low, high = -high, -low // of how far it fell
	}
	return w.Say("report.pairs."+string(c.Comparison)+key, map[string]any{"By": by, "Interval": w.pairInterval(low, high, decimals)})
}

// pairInterval writes the ends of an interval, of which one may be below 0.
func (w *writer) pairInterval(low, high float64, decimals int) string {
	key := "report.pairs.interval"
	if strings.HasPrefix(w.Number(low, decimals), "-") {
		key += "_signed"
	}
	return w.Say(key, map[string]any{"Low": w.Number(low, decimals), "High": w.Number(high, decimals)})
}

// scoreDecimals are how many a score is written with: of a hundred none.
func scoreDecimals(c stats.Compared) int {
	if c.Most-c.Least >= stats.Hundred {
		return 0
	}
	return 1
}

func (w *writer) score(c stats.Compared, m stats.Measure) string {
	f, shown := w.paired(c, m)
	if !shown {
		return ""
	}
	return w.Number(*f.Value, scoreDecimals(c))
}

// size is the word for an effect as it is written, with two decimals.
func (w *writer) size(effect float64) string {
	return w.Say("report.pairs.size."+string(stats.SizeOf(math.Round(effect*100)/100)), nil)
}

// pairDetails are all figures of the comparisons that a round of a form is part of.
func (w *writer) pairDetails(form stats.Form, group string) {
	at := slices.IndexFunc(form.Rounds, func(r stats.RoundOf) bool { return stats.RoundGroup(r.ID) == group })
	if at < 0 {
		return
	}
	for _, c := range w.figures.Compared {
		if c.Code != form.Rounds[at].Code || c.FirstForm != form.Key && c.SecondForm != form.Key {
			continue
		}
		w.blank()
		w.line(w.pairLine(c))
		w.pairNumbers(c)
	}
}

// rankSum writes V, which ends with a half where there are ties.
func (w *writer) rankSum(v float64) string {
	if v == math.Trunc(v) {
		return w.Number(v, 0)
	}
	return w.Number(v, 1)
}

func (w *writer) pairNumbers(c stats.Compared) {
	gain, shown := w.paired(c, stats.PairedGain)
	if !shown {
		return
	}
	w.say("pairs.detail.first_"+string(c.Comparison), map[string]any{
		"First": w.score(c, stats.PairedFirst), "FirstSD": w.score(c, stats.PairedFirstSD),
		"Second": w.score(c, stats.PairedSecond), "SecondSD": w.score(c, stats.PairedSecondSD)})
	if effect, ok := w.paired(c, stats.PairedEffect); ok {
		low, high := ends(effect)
		w.say("pairs.detail.effect", map[string]any{"Effect": w.Number(*effect.Value, 2), "Interval": w.pairInterval(low, high, 2)})
	}
	if p, ok := w.paired(c, stats.PairedP); ok {
		ranks, _ := w.paired(c, stats.PairedRanks)
		key := "pairs.detail.ranks"
		if *p.Value < 0.001 {
			key += "_tiny"
		}
		w.say(key, map[string]any{"P": w.Number(*p.Value, 3), "V": w.rankSum(*ranks.Value), "N": w.Count(p.N)})
	}
	if stats.Indicative(gain.N) {
		w.say("pairs.detail.indicative", map[string]any{"Firm": w.Count(stats.FirmPairs)})
	}
}
