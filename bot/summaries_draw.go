package bot

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/report"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
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
	p.recaption(p.visit, write(func(page *page) {
		if notice != "" {
			page.italic(notice)
			page.gap()
		}
		fill(page)
	}), buttons)
	return nil
}

// show shows the summary's message again.
func (p summaryPage) show(n report.Notice, notice string) error {
	shown := p.message(n, notice)
	p.recaption(p.visit, shown.Text, shown.Buttons)
	return nil
}

// message is what a summary says first, with the buttons that do what it asks for.
func (p summaryPage) message(n report.Notice, notice string) screen {
	finding, rest, _ := strings.Cut(report.Text(p.figures, p.say, p.zone, n), "\n")
	words := write(func(page *page) {
		page.bold(finding)
		page.line()
		page.text(rest)
		if notice != "" && page.units+len([]rune(notice))+2 <= report.LongestCaption {
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
	}
	return screen{Text: words, Buttons: append(keyboard, []telegram.Button{p.named("button.other_weeks", doOthers)})}
}

// deciding is the button that does what a summary asks for.
func (p summaryPage) deciding(d report.Decision) telegram.Button {
	switch d.Need {
	case report.FewSent:
		return roundButton(p.say.Say("button.remind_people", nil), doRemind, d.Round, 0)
	case report.Unreached:
		return roundButton(p.say.Say("button.see_missing", nil), doMissing, d.Round, 0)
	}
	for i, part := range report.Trainings(p.figures, p.say) {
		if part.Is(d.Round) {
			return p.button(p.say.Say("button.see_fall", nil), tap{Verb: doPart, Index: i})
		}
	}
	return p.named("button.details", doParts)
}

// partsAtOnce is how many trainings or units have a button at a time.
const partsAtOnce = 8

// parts shows a page of the parts that have details.
func (p summaryPage) parts(verb, one string, parts []report.Part, number int) error {
	part := partOf(len(parts), partsAtOnce, number)
	var keyboard telegram.Keyboard
	for i, each := range parts[part.From:part.To] {
		label := each.Name
		if len(p.figures.Forms) > 1 && each.Form != "" {
			label += " · " + each.Form
		}
		keyboard = append(keyboard, []telegram.Button{p.button(label, tap{Verb: one, Index: part.From + i})})
	}
	turns := part.turns(func(label string, page int) telegram.Button { return p.button(label, tap{Verb: verb, Index: page}) })
	if len(turns) > 0 {
		keyboard = append(keyboard, turns)
	}
	other := p.named("button.by_unit", doUnits)
	key := "summaries.trainings"
	if verb == doUnits {
		other, key = p.named("button.by_training", doParts), "summaries.units"
	}
	keyboard = append(keyboard, []telegram.Button{other, p.named("button.back", doShow)})
	return p.put("", func(page *page) {
		page.text(p.say.Say(key, map[string]any{"Count": len(parts)}))
	}, keyboard)
}

// part shows the details of one part.
func (p summaryPage) part(list string, parts []report.Part, number int) error {
	if number >= len(parts) {
		return p.show(report.Notice{}, "")
	}
	each := parts[number]
	one := map[string]string{doParts: doPart, doUnits: doUnit}[list]
	turns := partOf(len(parts), 1, number).turns(func(label string, n int) telegram.Button {
		return p.button(label, tap{Verb: one, Index: n})
	})
	back := p.button(p.say.Say("button.back", nil), tap{Verb: list, Index: number / partsAtOnce})
	return p.put("", func(page *page) {
		page.bold(beginningOf(each.Name, 100))
		page.line()
		if each.Form != "" {
			page.italic(beginningOf(each.Form, 50))
			page.line()
		}
		page.text(report.Detail(p.figures, each, p.say, p.zone))
	}, telegram.Keyboard{append(turns, back)})
}

// weeks shows the weeks of which one may have a summary.
func (p summaryPage) weeks(notice string) error {
	var buttons []telegram.Button
	for _, week := range p.pastWeeks(p.now) {
		label := p.say.Days(week.From.In(p.zone), week.To.Add(-time.Nanosecond).In(p.zone))
		buttons = append(buttons, p.button(label, tap{Verb: doWeek, Revision: p.daysOf(week.From)}))
	}
	keyboard := rows(buttons, 1)
	keyboard = append(keyboard, []telegram.Button{p.named("button.by_round", doOpened), p.named("button.back", doShow)})
	return p.put(notice, func(page *page) { page.text(p.say.Say("summaries.choose_week", nil)) }, keyboard)
}

// rounds shows a page of the rounds of which one may have a summary.
func (p summaryPage) rounds(ctx context.Context, number int, notice string) error {
	rounds, err := p.store.RoundsOf(ctx, p.scope(), time.Time{})
	if err != nil {
		return fmt.Errorf("list the rounds with a summary: %w", err)
	}
	part := partOf(len(rounds), partsAtOnce, number)
	var keyboard telegram.Keyboard
	for _, round := range rounds[part.From:part.To] {
		label := fmt.Sprintf("%d · %s · %s", round.ID, round.TrainingTitle, round.InstrumentTitle.In(p.say.Language()))
		keyboard = append(keyboard, []telegram.Button{p.button(label, tap{Verb: doRound, Revision: round.ID, Index: part.Page})})
	}
	turns := part.turns(func(label string, page int) telegram.Button { return p.button(label, tap{Verb: doOpened, Index: page}) })
	if len(turns) > 0 {
		keyboard = append(keyboard, turns)
	}
	keyboard = append(keyboard, []telegram.Button{p.named("button.back", doOthers)})
	return p.put(notice, func(page *page) {
		page.text(p.say.Say("summaries.choose_round", map[string]any{"Count": len(rounds)}))
	}, keyboard)
}

// summaryFile is what the jobs are told that write a summary as a file.
type summaryFile struct {
	Summary int64 `json:"summary"`
}

// writtenSummary is what came of such a job: what the caption says, and whose
// answers the file is about.
type writtenSummary struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Round int64     `json:"round"`
	Units []int64   `json:"units"`
}

// writeSummary writes a summary as a workbook, or its figures as a list, for the one
// who asked, if they may have it still.
func (b *Bot) writeSummary(ctx context.Context, job storage.Job) error {
	order, err := told[summaryFile](job)
	if err != nil {
		return err
	}
	account, err := b.asker(ctx, job)
	if err != nil {
		return err
	}
	kept, err := b.store.Summary(ctx, order.Summary)
	if err != nil {
		return err
	}
	if !mayRead(account, kept.Units) {
		return nil
	}
	figures, err := kept.Read()
	if err != nil {
		return err
	}
	var content bytes.Buffer
	ending := ".xlsx"
	if job.Kind == storage.JobData {
		ending = ".csv"
		err = report.Data(&content, figures)
	} else {
		err = report.Workbook(&content, figures, b.texts.In(account.Language), b.zone)
	}
	if err != nil {
		return err
	}
	name := fileName("ringkasan", figures.From.In(b.zone).Format(time.DateOnly))
	if figures.Round != 0 {
		name = fileName("ringkasan-putaran", fmt.Sprint(figures.Round))
	}
	result := writtenSummary{From: figures.From, To: figures.To, Round: figures.Round, Units: kept.Units}
	return b.handOut(ctx, job, result, storage.File{Name: name + ending, Data: content.Bytes()})
}

// captionOfSummary says what a summary's file is; days are those of the zone in
// which it was computed.
func captionOfSummary(say text.Phrases, job storage.JobStatus) telegram.HTML {
	made := readResult[writtenSummary](job)
	title := say.Say("summaries.file_week", map[string]any{"Days": say.Days(made.From, made.To.Add(-time.Nanosecond))})
	if made.Round != 0 {
		title = say.Say("summaries.file_round", map[string]any{"Round": made.Round})
	}
	key := "summaries.about_book"
	if job.Kind == storage.JobData {
		key = "summaries.about_data"
	}
	return caption(title, say.Say(key, nil))
}
