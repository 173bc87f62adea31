package report_test

import (
	"slices"
	"strconv"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// told is what a cell of a table is expected to show, by the group of its head and
// its head.
type told struct {
	group, column string
	measure       stats.Measure
	item          string // "plan" and "done" stand for the form's own
	part          string // "low", "high", "n", "grade"; "" for the value
}

func tolds() []told {
	satisfaction := stats.DimensionItem(survey.Satisfaction)
	return []told{
		{"people", "invited", stats.Invited, "", ""}, {"people", "unreached", stats.Unreached, "", ""}, {"people", "sent", stats.Sent, "", ""},
		{"people", "rate", stats.Rate, "", ""}, {"people", "low", stats.Rate, "", "low"}, {"people", "high", stats.Rate, "", "high"},
		{"people", "sent_now", stats.SentNow, "", ""}, {"people", "counted", stats.Counted, "", ""},
		{"satisfaction", "n", stats.Mean, satisfaction, "n"}, {"satisfaction", "mean", stats.Mean, satisfaction, ""},
		{"satisfaction", "satisfied", stats.Upper, satisfaction, ""}, {"satisfaction", "index", stats.IndexOf, satisfaction, ""},
		{"satisfaction", "grade", stats.IndexOf, satisfaction, "grade"}, {"satisfaction", "change", stats.IndexMoved, satisfaction, ""},
		{"ability", "n", stats.Gain, "competence", "n"}, {"ability", "before", stats.Before, "competence", ""},
		{"ability", "now", stats.Now, "competence", ""}, {"ability", "gain", stats.Gain, "competence", ""},
		{"ability", "low", stats.Gain, "competence", "low"}, {"ability", "high", stats.Gain, "competence", "high"},
		{"plans", "intend", stats.Answered, "plan", ""}, {"plans", "done", stats.Chosen, "plan_done=4", ""},
	}
}

// told finds what a head stands for.
func (b *opened) told(group, column string) (told, bool) {
	for _, c := range tolds() {
		if b.phrases.Say("workbook.group."+c.group, nil) == group && b.phrases.Say("workbook.column."+c.column, nil) == column {
			return c, true
		}
	}
	return told{}, false
}

// holds checks a cell against the list: a number, withheld, or nothing.
func (b *opened) holds(where, cell string, form stats.Form, group string, measure stats.Measure, item, part string) {
	b.t.Helper()
	figure, found := b.table[stats.Key{Form: form.Key, Group: group, Measure: measure, Item: item}]
	if question, _, choice := strings.Cut(item, "="); !found && choice {
		if figure = b.table[stats.Key{Form: form.Key, Group: group, Measure: measure, Item: question}]; figure.Withheld {
			found = true
		}
	}
	want := ""
	switch {
	case !found:
	case figure.Withheld:
		want = b.hidden
	case part == "grade":
		want = string(stats.GradeOf(*figure.Value))
	default:
		number := map[string]*float64{"": figure.Value, "low": figure.Low, "high": figure.High}[part]
		if n, count := map[string]int{"n": figure.N, "base": figure.Base}[part]; count {
			whole := float64(n)
			number = &whole
		}
		if number == nil {
			break
		}
		if got, err := strconv.ParseFloat(cell, 64); err != nil || got != *number {
			b.t.Errorf("%s: %q instead of %v", where, cell, *number)
		}
		want = cell
	}
	if cell != want {
		b.t.Errorf("%s (%s %s %s %s): %q instead of %q", where, form.Key, group, measure, item, cell, want)
	}
	b.seen[figure.Scope+figure.Group+string(figure.Measure)+figure.Item] = true
}

func (b *opened) form(title string) (stats.Form, bool) {
	at := slices.IndexFunc(b.figures.Forms, func(f stats.Form) bool { return f.Title.In(b.phrases.Language()) == title })
	if at < 0 {
		return stats.Form{}, false
	}
	return b.figures.Forms[at], true
}

// at is a place of a row that may be shorter.
func at(row []string, column int) string {
	if column >= len(row) {
		return ""
	}
	return row[column]
}

// readGroups reads the sheet of trainings or units: after names columns, the figures.
func (b *opened) readGroups(key, first string, names int) {
	b.t.Helper()
	rows := b.rows(key)
	head := slices.IndexFunc(rows, func(row []string) bool { return at(row, 0) == b.phrases.Say("workbook.column."+first, nil) })
	var want, got []string
	for _, form := range b.figures.Forms {
		for _, round := range form.Rounds {
			want = append(want, form.Key+" "+round.Code+" "+round.Training)
		}
		if key == "units" {
			want = want[:len(want)-len(form.Rounds)]
			for _, unit := range form.Units {
				want = append(want, form.Key+" "+b.figures.UnitNames[unit])
			}
		}
	}
	next := make(map[string]int) // units of the same name come in the list's order
	for _, row := range rows[head+1:] {
		form, known := b.form(at(row, names-1))
		if !known {
			continue
		}
		group, name := "", form.Key+" "+row[0]
		if key == "trainings" {
			id, _ := strconv.ParseInt(row[2], 10, 64)
			group, name = stats.RoundGroup(id), form.Key+" "+row[1]+" "+row[0]
		} else {
			group = stats.UnitGroup(form.Units[next[form.Key]])
			next[form.Key]++
		}
		got = append(got, name)
		above := ""
		for column := names; column < len(rows[head]); column++ {
			if title := at(rows[head-1], column); title != "" {
				above = title
			}
			c, known := b.told(above, rows[head][column])
			if !known {
				b.t.Errorf("%s: nothing is known of the column %s, %s", key, above, rows[head][column])
				continue
			}
			b.holds(name+", "+rows[head][column], at(row, column), form, group, c.measure, c.item, c.part)
		}
	}
	if !slices.Equal(got, want) {
		b.t.Errorf("%s: rows of %q, want %q", key, got, want)
	}
}

// readItems reads the sheet of questions.
func (b *opened) readItems() {
	b.t.Helper()
	for _, row := range b.rows("items") {
		form, known := b.form(at(row, 0))
		if !known {
			continue
		}
		name, where := row[2], "items, "+row[2]+" "+at(row, 11)
		parts := []string{"", "low", "high"}
		item := b.item(form, name)
		choice := slices.IndexFunc(item.Choices, func(c survey.Choice) bool { return c.Label.In(b.phrases.Language()) == at(row, 11) })
		switch said := at(row, 3); {
		case at(row, 11) != "" && choice >= 0:
			key := stats.ChoiceItem(name, item.Choices[choice].Name)
			b.holds(where, row[4], form, stats.All, stats.Chosen, key, "base")
			b.holds(where, row[12], form, stats.All, stats.Chosen, key, "n")
			for i, part := range parts {
				b.holds(where, row[13+i], form, stats.All, stats.Chosen, key, part)
			}
		case item.Name == "" && !strings.HasPrefix(name, "dimension:"):
			for _, m := range []stats.Measure{stats.Before, stats.Now, stats.Gain} {
				if said == b.phrases.Say("workbook.pair."+string(m), nil) {
					for i, part := range parts {
						b.holds(where, at(row, 5+i), form, stats.All, m, name, part)
					}
				}
			}
		default:
			for i, part := range parts {
				b.holds(where, at(row, 5+i), form, stats.All, stats.Mean, name, part)
				b.holds(where, at(row, 8+i), form, stats.All, stats.Upper, name, part)
				whole := stats.Chosen
				if item.Kind.IsText() {
					whole = stats.Answered
				}
				b.holds(where, at(row, 13+i), form, stats.All, whole, name, part)
			}
		}
	}
}

func (b *opened) item(form stats.Form, name string) stats.Item {
	for _, item := range form.Items {
		if item.Name == name {
			return item
		}
	}
	return stats.Item{}
}

// readObstacles reads the sheet of obstacles and what would help.
func (b *opened) readObstacles() {
	b.t.Helper()
	rows := make(map[string]int)
	for _, row := range b.rows("obstacles") {
		form, known := b.form(at(row, 2))
		if !known {
			continue
		}
		dimensions := []survey.Dimension{survey.Obstacle}
		if row[1] == b.phrases.Say("workbook.column.help", nil) {
			dimensions = []survey.Dimension{survey.Support, survey.Recommendation}
		}
		ranking, _ := b.table.Ranking(form, stats.All, dimensions...)
		key := ranking.Item.Name
		rows[form.Key+" "+key]++
		for _, choice := range ranking.Item.Choices {
			if choice.Label.In(b.phrases.Language()) == row[0] {
				key = stats.ChoiceItem(ranking.Item.Name, choice.Name)
			}
		}
		for i, part := range []string{"n", "", "low", "high", "base"} {
			b.holds("obstacles, "+row[0], row[3+i], form, stats.All, stats.Chosen, key, part)
		}
	}
	for _, form := range b.figures.Forms {
		for _, dimensions := range [][]survey.Dimension{{survey.Obstacle}, {survey.Support, survey.Recommendation}} {
			ranking, asked := b.table.Ranking(form, stats.All, dimensions...)
			want := len(ranking.Item.Choices)
			if ranking.Withheld {
				want = 1
			}
			if got := rows[form.Key+" "+ranking.Item.Name]; asked && got != want {
				b.t.Errorf("%d rows of %s, want %d", got, ranking.Item.Name, want)
			}
		}
	}
}

// readSummary reads the first sheet: its facts by their names, and that every other
// number is one of the list.
func (b *opened) readSummary() {
	b.t.Helper()
	inList := make(map[float64]bool)
	for _, figure := range b.figures.List {
		if !figure.Withheld {
			inList[float64(figure.N)], inList[float64(figure.Base)], inList[*figure.Value] = true, true, true
		}
	}
	rows := b.rows("summary")
	head := slices.IndexFunc(rows, func(row []string) bool { return at(row, 0) == b.phrases.Say("workbook.results", nil) })
	group, facts := "", head >= 0
	for i, row := range rows {
		if len(row) == 0 {
			facts = facts && i < head
			continue
		}
		if i <= head+1 {
			continue // titles, and how many rounds there are
		}
		if facts && len(strings.Join(row[1:], "")) == 0 && b.isGroup(row[0]) {
			group = row[0]
			continue
		}
		c, known := b.told(group, row[0])
		for column := 1; column < len(row); column++ {
			if facts && !known {
				b.t.Errorf("summary: nothing is known of %s, %s", group, row[0])
			}
			if facts {
				b.holds("summary, "+row[0], row[column], b.figures.Forms[column-1], stats.All, c.measure, c.item, c.part)
				continue
			}
			if number, err := strconv.ParseFloat(row[column], 64); err == nil && !inList[number] && !b.isRound(row[column]) {
				b.t.Errorf("summary, %s: %v is not in the list", row[0], number)
			}
		}
	}
}

func (b *opened) isGroup(title string) bool {
	return slices.ContainsFunc(tolds(), func(c told) bool { return b.phrases.Say("workbook.group."+c.group, nil) == title })
}

func (b *opened) isRound(id string) bool {
	return slices.ContainsFunc(b.figures.Forms, func(form stats.Form) bool {
		return slices.ContainsFunc(form.Rounds, func(r stats.RoundOf) bool { return strconv.FormatInt(r.ID, 10) == id })
	})
}

// shows tells whether a figure has its place in the workbook: all of everything
// together have, and of a round or unit those that its row tells.
func (b *opened) shows(figure stats.Figure) bool {
	if figure.Group == stats.All || strings.HasPrefix(figure.Group, "training:") {
		return true
	}
	return slices.ContainsFunc(tolds(), func(c told) bool { return c.measure == figure.Measure && c.item == figure.Item })
}
