package report

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"time"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// Workbook writes a summary as an .xlsx workbook: everything together, each round,
// each unit, the questions, the obstacles, and how the figures are made. Every
// number is a figure of the list, in full; what is withheld says so. The same
// figures give the same bytes.
func Workbook(out io.Writer, f stats.Figures, phrases text.Phrases, zone *time.Location) error {
	b := &book{writer: newWriter(f, phrases, zone), file: excelize.NewFile()}
	defer b.file.Close() // nothing of it is on the disk
	b.prepare()
	for at, sheet := range []struct {
		key   string
		write func(*page)
	}{
		{"summary", (*page).summary},
		{"trainings", (*page).trainings},
		{"units", (*page).units},
		{"items", (*page).items},
		{"obstacles", (*page).obstacles},
		{"pairs", (*page).pairs},
		{"method", (*page).method},
	} {
		p := b.add(at, sheet.key)
		sheet.write(p)
		p.finish()
		if b.err != nil {
			return fmt.Errorf("drawing the sheet %s: %w", p.name, b.err)
		}
	}
	b.order()
	if err := b.file.Write(out); err != nil {
		return fmt.Errorf("writing a summary's workbook: %w", err)
	}
	return nil
}

// book is a workbook being written.
type book struct {
	*writer
	file   *excelize.File
	styles map[look]int
	err    error // the first; nothing is done after it
}

// try keeps the first error, so that a sheet can be drawn without a check after
// every cell.
func (b *book) try(err error) {
	if b.err == nil {
		b.err = err
	}
}

// prepare says what the workbook is, and makes its looks.
func (b *book) prepare() {
	made := b.figures.To.UTC().Format(time.RFC3339)
	b.try(b.file.SetDocProps(&excelize.DocProperties{
		Title:   b.Say("workbook.title", map[string]any{"Period": b.period}),
		Creator: "Pascalatih", LastModifiedBy: "Pascalatih", Language: b.Language(), Created: made, Modified: made,
	}))
	b.styles = make(map[look]int)
	for _, look := range looks() {
		id, err := b.file.NewStyle(look.style())
		b.styles[look] = id
		b.try(err)
	}
}

// order puts in order what the library keeps in that of a map.
func (b *book) order() {
	if types := b.file.ContentTypes; types != nil {
		sort.Slice(types.Defaults, func(i, j int) bool { return types.Defaults[i].Extension < types.Defaults[j].Extension })
	}
}

func (b *book) add(at int, key string) *page {
	p := &page{book: b, name: b.Say("workbook.sheet."+key, nil), row: 1}
	if at == 0 { // a new file has one sheet
		b.try(b.file.SetSheetName(b.file.GetSheetName(0), p.name))
		return p
	}
	_, err := b.file.NewSheet(p.name)
	b.try(err)
	return p
}

// column is one thing that is told of each group: a column of the sheets on
// trainings and units, and a row of the summary.
type column struct {
	head    string // of what it is a part, as readers read it
	title   string // key below workbook.column
	measure stats.Measure
	item    func(stats.Form) string
	part    part
	look    look
	whole   bool // told of everything together only
}

// figureColumns are the columns of which some figure is in the list.
func (b *book) figureColumns() []column {
	people := b.Say("workbook.group.people", nil)
	nothing := func(stats.Form) string { return "" }
	columns := []column{
		{head: people, title: "invited", measure: stats.Invited, item: nothing, look: counts},
		{head: people, title: "unreached", measure: stats.Unreached, item: nothing, look: counts},
		{head: people, title: "sent", measure: stats.Sent, item: nothing, look: counts},
		{head: people, title: "rate", measure: stats.Rate, item: nothing, look: shares},
		{head: people, title: "low", measure: stats.Rate, item: nothing, part: lowEnd, look: shares},
		{head: people, title: "high", measure: stats.Rate, item: nothing, part: highEnd, look: shares},
		{head: people, title: "sent_now", measure: stats.SentNow, item: nothing, look: counts},
		{head: people, title: "counted", measure: stats.Counted, item: nothing, look: counts},
	}
	columns = append(columns, b.satisfactionColumns()...)
	columns = append(columns, b.abilityColumns()...)
	columns = append(columns, b.planColumns()...)
	return slices.DeleteFunc(columns, func(c column) bool {
		return !slices.ContainsFunc(b.figures.Forms, func(form stats.Form) bool {
			return slices.ContainsFunc(b.groups(form), func(group string) bool {
				return b.lookUp(form, group, c.measure, c.item(form)) != nil
			})
		})
	})
}

func (b *book) satisfactionColumns() []column {
	head := b.Say("workbook.group.satisfaction", nil)
	return []column{
		{head: head, title: "n", measure: stats.Mean, item: satisfactionItem, part: countOf, look: counts, whole: true},
		{head: head, title: "mean", measure: stats.Mean, item: satisfactionItem, look: levels},
		{head: head, title: "satisfied", measure: stats.Upper, item: satisfactionItem, look: shares},
		{head: head, title: "index", measure: stats.IndexOf, item: satisfactionItem, look: levels},
		{head: head, title: "grade", measure: stats.IndexOf, item: satisfactionItem, part: gradeOf, look: grades},
		{head: head, title: "change", measure: stats.IndexMoved, item: satisfactionItem, look: changes},
	}
}

// abilityColumns are those of the forms' pairs of before and now; most forms have
// none or one.
func (b *book) abilityColumns() []column {
	var items, heads []string
	for _, form := range b.figures.Forms {
		for _, name := range pairedItems(form) {
			if !slices.Contains(items, name) {
				items = append(items, name)
				heads = append(heads, b.Say("workbook.group.ability_of", map[string]any{"Label": b.labelOf(form, name+stats.EndsNow)}))
			}
		}
	}
	if len(items) == 1 {
		heads[0] = b.Say("workbook.group.ability", nil)
	}
	var columns []column
	for i, name := range items {
		item := func(stats.Form) string { return name }
		columns = append(columns,
			column{head: heads[i], title: "n", measure: stats.Gain, item: item, part: countOf, look: counts, whole: true},
			column{head: heads[i], title: "before", measure: stats.Before, item: item, look: levels},
			column{head: heads[i], title: "now", measure: stats.Now, item: item, look: levels},
			column{head: heads[i], title: "gain", measure: stats.Gain, item: item, look: changes},
			column{head: heads[i], title: "low", measure: stats.Gain, item: item, part: lowEnd, look: changes},
			column{head: heads[i], title: "high", measure: stats.Gain, item: item, part: highEnd, look: changes})
	}
	return columns
}

func (b *book) planColumns() []column {
	head := b.Say("workbook.group.plans", nil)
	return []column{
		{head: head, title: "intend", measure: stats.Answered, item: intentionItem, look: shares},
		{head: head, title: "done", measure: stats.Chosen, item: doneItem, look: shares},
	}
}

func (b *book) labelOf(form stats.Form, item string) string {
	at := slices.IndexFunc(form.Items, func(i stats.Item) bool { return i.Name == item })
	if at < 0 {
		return item
	}
	return form.Items[at].Label.In(b.Language())
}

// groups are those that are told of a form.
func (b *book) groups(form stats.Form) []string {
	groups := []string{stats.All}
	for _, round := range form.Rounds {
		groups = append(groups, stats.RoundGroup(round.ID))
	}
	for _, unit := range form.Units {
		groups = append(groups, stats.UnitGroup(unit))
	}
	return groups
}

func (b *book) title(form stats.Form) string { return form.Title.In(b.Language()) }
