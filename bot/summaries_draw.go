package bot

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/report"
	"pascalatih/survey/stats"
)

// summaryPage is one summary while it is shown to somebody.
type summaryPage struct {
	*Bot
	visit
	id      int64
	figures stats.Figures
}

func (p summaryPage) button(label string, t tap) telegram.Button {
	t.Kind, t.ID = summaryTap, p.id
	return telegram.Button{Text: beginningOf(label, fullWidth), Data: t.data()}
}

// named is a button with a label of the texts.
func (p summaryPage) named(key, verb string) telegram.Button {
	return p.button(p.say.Say(key, nil), tap{Verb: verb})
}

// tapSource is where this one tap came from: each counts, however often the same
// button is tapped.
func (p summaryPage) tapSource() storage.Source {
	sum := fnv.New64a()
	sum.Write([]byte(p.Callback.ID))
	return p.source(-int64(sum.Sum64() >> 1))
}

// put shows a page below the summary's picture, or in the place of its text.
func (p summaryPage) put(notice string, fill func(page *page), buttons telegram.Keyboard) error {
	p.recaption(p.visit, writeWithin(report.LongestCaption, func(page *page) {
		writeNotice(page, notice)
		fill(page)
	}), buttons)
	return nil
}

// show shows the summary's message again, above a notice if there is one.
func (p summaryPage) show(notice string) error {
	shown := p.message(report.Notice{}, notice)
	p.recaption(p.visit, shown.Text, shown.Buttons)
	return nil
}

// message is what a summary says first, with the buttons that do what it asks for.
func (p summaryPage) message(n report.Notice, notice string) screen {
	if notice != "" {
		n.Room = len([]rune("\n\n" + notice))
	}
	finding, rest, _ := strings.Cut(report.Text(p.figures, p.say, p.zone, n), "\n")
	words := writeWithin(report.LongestCaption, func(page *page) {
		page.bold(finding)
		page.line()
		page.text(rest)
		if notice != "" {
			page.gap()
			page.italic(notice)
		}
	})
	var keyboard telegram.Keyboard
	for _, d := range report.Foremost(p.figures) {
		if p.mayAct() {
			keyboard = append(keyboard, []telegram.Button{p.deciding(d)})
		}
	}
	if len(p.figures.Forms) > 0 {
		keyboard = append(keyboard, []telegram.Button{
			p.named("button.details", doParts), p.named("button.workbook", doBook), p.named("button.data", doData)})
	} else if len(p.figures.Compared) > 0 { // of late pairs: no round is looked at by itself
		keyboard = append(keyboard, []telegram.Button{p.named("button.workbook", doBook), p.named("button.data", doData)})
	}
	return screen{Text: words, Buttons: append(keyboard, []telegram.Button{p.named("button.other_weeks", doOthers)})}
}

// deciding is the button that does what a summary asks for.
func (p summaryPage) deciding(d report.Decision) telegram.Button {
	switch d.Need {
	case report.FewSent:
		return p.button(p.say.Say("button.remind_people", nil), tap{Verb: doRemind, Revision: d.Round})
	case report.Unreached:
		return p.button(p.say.Say("button.see_missing", nil), tap{Verb: doMissing, Revision: d.Round})
	}
	for i, part := range report.Trainings(p.figures, p.say) {
		if part.Is(d.Round) {
			return p.button(p.say.Say("button.see_fall", nil), tap{Verb: doPart, Index: i})
		}
	}
	return p.named("button.details", doParts)
}

// listedParts is how many trainings, units, weeks or rounds have a button at a time.
const listedParts = 8

// longestName is how much of the name of a training or a unit stands in a list.
const longestName = 90

// parts are what a summary has details of, of one kind.
type parts struct {
	summaryPage
	all        []report.Part
	verb, each string // of the taps on the list and on one of them
	title      string // the key of what the list says
	other      telegram.Button
}

func (p summaryPage) trainings() parts {
	return parts{p, report.Trainings(p.figures, p.say), doParts, doPart, "summaries.choose_training", p.named("button.by_unit", doUnits)}
}

func (p summaryPage) units() parts {
	return parts{p, report.Units(p.figures), doUnits, doUnit, "summaries.choose_unit", p.named("button.by_training", doParts)}
}

// list shows a page of them. A single one is shown itself.
func (p parts) list(number int) error {
	if len(p.all) <= 1 {
		return p.one(0)
	}
	part := partOf(len(p.all), listedParts, number)
	var keyboard telegram.Keyboard
	for i := part.From; i < part.To; i++ {
		label := fmt.Sprintf("%d. %s", i+1, partName(p.all[i]))
		keyboard = append(keyboard, []telegram.Button{p.button(label, tap{Verb: p.each, Index: i})})
	}
	turns := part.turns(func(label string, page int) telegram.Button { return p.button(label, tap{Verb: p.verb, Index: page}) })
	if len(turns) > 0 {
		keyboard = append(keyboard, turns)
	}
	keyboard = append(keyboard, []telegram.Button{p.other, p.named("button.back", doShow)})
	return p.put("", func(page *page) {
		p.ask(page, p.title, part, len(p.all))
		for i := part.From; i < part.To; i++ {
			page.line()
			page.text(fmt.Sprintf("%d. %s", i+1, beginningOf(partName(p.all[i]), longestName)))
			if len(p.figures.Forms) > 1 && p.all[i].Form != "" && p.all[i].Name != "" {
				page.text(" · " + beginningOf(p.all[i].Form, fullWidth))
			}
		}
	}, keyboard)
}

// partName is what a part is called: a round about no training is its form's.
func partName(part report.Part) string { return cmp.Or(part.Name, part.Form) }

// one shows the details of one part.
func (p parts) one(number int) error {
	if number >= len(p.all) {
		return p.show("")
	}
	each := p.all[number]
	buttons := partOf(len(p.all), 1, number).turns(func(label string, n int) telegram.Button {
		return p.button(label, tap{Verb: p.each, Index: n})
	})
	if len(p.all) == 1 {
		buttons = append(buttons, p.other, p.named("button.back", doShow))
	} else {
		buttons = append(buttons, p.button(p.say.Say("button.back", nil), tap{Verb: p.verb, Index: number / listedParts}))
	}
	return p.put("", func(page *page) {
		page.bold(beginningOf(partName(each), longestName))
		page.line()
		if each.Form != "" && each.Name != "" {
			page.italic(beginningOf(each.Form, 50))
			page.line()
		}
		page.text(report.Detail(p.figures, each, p.say, p.zone))
	}, telegram.Keyboard{buttons})
}

// weeks shows a page of the weeks of which one may have a summary.
func (p summaryPage) weeks(ctx context.Context, number int, notice string) error {
	weeks, err := p.pastWeeks(ctx)
	if err != nil {
		return err
	}
	part := partOf(len(weeks), listedParts, number)
	var keyboard telegram.Keyboard
	for _, week := range weeks[part.From:part.To] {
		label := p.say.Days(week.From.In(p.zone), week.To.Add(-time.Nanosecond).In(p.zone))
		keyboard = append(keyboard, []telegram.Button{p.button(label, tap{Verb: doWeek, Revision: p.daysOf(week.From), Index: part.Page})})
	}
	turns := part.turns(func(label string, page int) telegram.Button { return p.button(label, tap{Verb: doOthers, Index: page}) })
	if len(turns) > 0 {
		keyboard = append(keyboard, turns)
	}
	keyboard = append(keyboard, []telegram.Button{p.named("button.by_round", doOpened), p.named("button.back", doShow)})
	return p.put(notice, func(page *page) { page.text(p.say.Say("summaries.choose_week", nil)) }, keyboard)
}

// ask writes which of several things is to be chosen, and which of them are shown.
func (p summaryPage) ask(page *page, key string, part part, count int) {
	page.text(p.say.Say(key, nil))
	if part.Pages > 1 {
		page.line()
		page.italic(p.say.Say("summaries.page", map[string]any{"From": part.From + 1, "To": part.To, "Count": count}))
	}
	page.line()
}

// rounds shows a page of the rounds of which one may have a summary.
func (p summaryPage) rounds(ctx context.Context, number int, notice string) error {
	rounds, err := p.store.RoundsOf(ctx, p.scope(), time.Time{})
	if err != nil {
		return fmt.Errorf("list the rounds with a summary: %w", err)
	}
	part := partOf(len(rounds), listedParts, number)
	nameOf := func(round storage.Round) string { return roundTitle(p.say, round) }
	var keyboard telegram.Keyboard
	for _, round := range rounds[part.From:part.To] {
		label := nameOf(round)
		keyboard = append(keyboard, []telegram.Button{p.button(label, tap{Verb: doRound, Revision: round.ID, Index: part.Page})})
	}
	turns := part.turns(func(label string, page int) telegram.Button { return p.button(label, tap{Verb: doOpened, Index: page}) })
	if len(turns) > 0 {
		keyboard = append(keyboard, turns)
	}
	keyboard = append(keyboard, []telegram.Button{p.named("button.back", doOthers)})
	return p.put(notice, func(page *page) {
		if len(rounds) == 0 {
			page.text(p.say.Say("summaries.no_rounds", nil))
			return
		}
		p.ask(page, "summaries.choose_round", part, len(rounds))
		for _, round := range rounds[part.From:part.To] {
			page.line()
			page.text(beginningOf(nameOf(round), longestName) + " · " + beginningOf(round.InstrumentTitle.In(p.say.Language()), fullWidth))
		}
	}, keyboard)
}
