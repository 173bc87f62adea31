package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// drawRecurring is drawSchedules while rounds that recur are looked at.
func (b *Bot) drawRecurring(ctx context.Context, sc scene, r recurringState) (screen, error) {
	last := []telegram.Button{returnButton(sc), sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)}
	switch r.At {
	case atOne, atSwitch:
		return b.drawOne(ctx, sc, r, last)
	case atForm:
		return b.drawForms(ctx, sc, last)
	case atWho:
		return asking(sc, "recurring.ask_who", len(audiences()), func(i int) string { return sc.say.Say("recurring.who_"+audiences()[i], nil) }, last), nil
	case atUnits:
		return b.drawUnitChoice(ctx, sc, r, last)
	case atMonths:
		return asking(sc, "recurring.ask_months", len(monthChoices()), func(i int) string {
			return sc.say.Say("recurring.months", map[string]any{"Count": monthChoices()[i]})
		}, last), nil
	case atDays:
		return asking(sc, "recurring.ask_days", len(dayChoices()), func(i int) string {
			return sc.say.Say("recurring.days", map[string]any{"Count": dayChoices()[i]})
		}, last), nil
	case atWhen:
		drawn := asking(sc, "recurring.ask_when", len(readyExpressions()), func(i int) string { return whenInWords(sc.say, readyExpressions()[i]) }, last)
		written := []telegram.Button{sc.button(sc.say.Say("button.write_schedule", nil), doWrite, 0, 0)}
		drawn.Buttons = slices.Insert(drawn.Buttons, len(drawn.Buttons)-1, written)
		return drawn, nil
	case atCron:
		return drawExpression(sc), nil
	case atSure:
		return b.drawRecurrence(ctx, sc, r, last)
	}
	return b.drawAllRecurring(ctx, sc)
}

// asking is a question with numbered choices, a button each.
func asking(sc scene, key string, count int, label func(int) string, last []telegram.Button) screen {
	var buttons []telegram.Button
	words := write(func(p *page) {
		p.text(sc.say.Say(key, nil))
		for i := range count {
			p.line()
			p.text(strconv.Itoa(i+1) + ". " + label(i))
			buttons = append(buttons, sc.button(strconv.Itoa(i+1), doPick, 0, i))
		}
	})
	return screen{Text: words, Buttons: append(rows(buttons, 4), last)}
}

func (b *Bot) drawAllRecurring(ctx context.Context, sc scene) (screen, error) {
	all, err := b.store.RecurringRounds(ctx)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	for i, one := range all {
		label := strconv.Itoa(i+1) + ". " + one.InstrumentTitle.In(sc.say.Language())
		keyboard = append(keyboard, []telegram.Button{sc.button(label, doChoose, one.ID, 0)})
	}
	keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.add_recurring", nil), doAdd, 0, 0), returnButton(sc)},
		[]telegram.Button{sc.button(sc.say.Say("button.finish", nil), doFinish, 0, 0)})
	return screen{Buttons: keyboard, Text: write(func(p *page) { b.writeRecurring(p, sc.say, all) })}, nil
}

// writeRecurring says of each what it asks of whom, and when.
func (b *Bot) writeRecurring(p *page, say text.Phrases, all []storage.RecurringRound) {
	if len(all) == 0 {
		p.text(say.Say("recurring.none", nil))
	}
	writeNumbered(p, all, func(one storage.RecurringRound) { b.writeOneRecurring(p, say, one) })
}

func (b *Bot) writeOneRecurring(p *page, say text.Phrases, one storage.RecurringRound) {
	p.bold(one.InstrumentTitle.In(say.Language()))
	p.line()
	p.text(say.Say("recurring.is", map[string]any{"Who": audienceInWords(say, one.Audience, one.UnitNames, one.Months),
		"When": whenInWords(say, one.Expression), "Days": say.Say("recurring.days", map[string]any{"Count": one.DaysOpen})}))
	if one.Last != nil {
		p.line()
		p.text(say.Say("recurring.last", map[string]any{"Round": one.Last.ID, "At": say.Moment(one.Last.OpenedAt, b.zone)}))
	}
	p.line()
	said, err := one.Recurrence()
	switch {
	case one.OffAt != nil:
		p.text(say.Say("recurring.off", map[string]any{"At": say.Moment(*one.OffAt, b.zone)}))
	case err == nil:
		p.text(say.Say("schedules.next", map[string]any{"At": b.dayAndMoment(say, said.Cron.Next(b.clock.Now(), b.zone))}))
	}
}

// audienceInWords says whom a recurring round asks.
func audienceInWords(say text.Phrases, audience string, units []string, months int) string {
	switch audience {
	case storage.OfUnits:
		return say.Say("recurring.of_units", map[string]any{"Units": strings.Join(units, ", ")})
	case storage.Recent:
		return say.Say("recurring.of_months", map[string]any{"Months": say.Say("recurring.months", map[string]any{"Count": months})})
	}
	return say.Say("recurring.who_everybody", nil)
}

func (b *Bot) drawOne(ctx context.Context, sc scene, r recurringState, last []telegram.Button) (screen, error) {
	one, found, err := b.recurringRound(ctx, r.ID)
	if err != nil {
		return screen{}, err
	}
	if !found {
		return screen{Text: plain(sc.say.Say("schedules.gone", nil)), Buttons: telegram.Keyboard{last}}, nil
	}
	key, ask := "button.switch_off", "recurring.sure_off"
	if one.OffAt != nil {
		key, ask = "button.switch_on", "recurring.sure_on"
	}
	if r.At == atOne {
		return screen{Text: write(func(p *page) { b.writeOneRecurring(p, sc.say, one) }), Buttons: telegram.Keyboard{
			{sc.button(sc.say.Say("button.change_schedule", nil), doChange, 0, 0), sc.button(sc.say.Say(key, nil), doSwitch, 0, 0)}, last}}, nil
	}
	said, err := one.Recurrence()
	if err != nil {
		return screen{}, err
	}
	asks, err := b.askedNow(ctx, sc, said)
	if err != nil {
		return screen{}, err
	}
	return screen{Text: write(func(p *page) {
		b.writeOneRecurring(p, sc.say, one)
		p.gap()
		p.text(sc.say.Say(ask, nil))
		p.line()
		p.text(asks)
	}), Buttons: telegram.Keyboard{{sc.button(sc.say.Say(key, nil), doConfirm, 0, 0)}, last}}, nil
}

func (b *Bot) drawForms(ctx context.Context, sc scene, last []telegram.Button) (screen, error) {
	forms, err := b.officeForms(ctx)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	for _, form := range forms {
		keyboard = append(keyboard, []telegram.Button{sc.button(form.Title.In(sc.say.Language()), doInstrument, form.ID, 0)})
	}
	return screen{Text: plain(sc.say.Say("recurring.ask_form", nil)), Buttons: append(keyboard, last)}, nil
}

func (b *Bot) drawUnitChoice(ctx context.Context, sc scene, r recurringState, last []telegram.Button) (screen, error) {
	units, err := b.store.Units(ctx)
	if err != nil {
		return screen{}, err
	}
	part := partOf(len(units), listedAtOnce, r.Page)
	var keyboard telegram.Keyboard
	for _, unit := range units[part.From:part.To] {
		mark := "☐ "
		if slices.Contains(r.Units, unit.ID) {
			mark = "☑ "
		}
		keyboard = append(keyboard, []telegram.Button{sc.button(mark+unit.Name, doUnit, unit.ID, 0)})
	}
	turns := part.turns(func(label string, page int) telegram.Button { return sc.button(label, doPage, 0, page) })
	keyboard = append(keyboard, append(turns, sc.button(sc.say.Say("button.next", nil), doNext, 0, 0)), last)
	return screen{Text: plain(sc.say.Say("recurring.ask_units", map[string]any{"Count": len(r.Units)})), Buttons: keyboard}, nil
}

// askedNow says how many would be asked if it opened now.
func (b *Bot) askedNow(ctx context.Context, sc scene, wanted storage.Recurrence) (string, error) {
	preview, err := b.store.PreviewRecurrence(ctx, wanted, b.zone, b.clock.Now())
	if _, refused := errors.AsType[*storage.Error](err); refused {
		return "", nil // a unit or a form is gone: saving says so
	}
	return sc.say.Say("recurring.asks", map[string]any{"Invited": sc.say.Count(preview.Invited), "Reachable": sc.say.Count(preview.Reachable)}), err
}

// drawRecurrence is the last step: what will be asked, of how many, and when.
func (b *Bot) drawRecurrence(ctx context.Context, sc scene, r recurringState, last []telegram.Button) (screen, error) {
	wanted, err := r.recurrence()
	if err != nil {
		return screen{}, err
	}
	asks, err := b.askedNow(ctx, sc, wanted)
	if err != nil {
		return screen{}, err
	}
	instrument, err := b.store.InstrumentNamed(ctx, r.Instrument, "")
	if err != nil {
		return screen{}, err
	}
	units, err := b.store.Units(ctx)
	if err != nil {
		return screen{}, err
	}
	var names []string
	for _, unit := range units {
		if slices.Contains(r.Units, unit.ID) {
			names = append(names, unit.Name)
		}
	}
	return screen{Buttons: telegram.Keyboard{{sc.button(sc.say.Say("button.save", nil), doConfirm, 0, 0)}, last}, Text: write(func(p *page) {
		p.bold(instrument.Title.In(sc.say.Language()))
		p.line()
		p.text(sc.say.Say("recurring.is", map[string]any{"Who": audienceInWords(sc.say, r.Audience, names, r.Months),
			"When": whenInWords(sc.say, r.Cron), "Days": sc.say.Say("recurring.days", map[string]any{"Count": r.Days})}))
		p.gap()
		p.text(asks)
		p.gap()
		p.text(sc.say.Say("schedules.five", nil))
		for _, at := range b.timesOf(wanted.Cron) {
			p.line()
			p.text("• " + b.dayAndMoment(sc.say, at))
		}
	})}, nil
}

// timesOf are the next times of an expression.
func (b *Bot) timesOf(cron calendar.Cron) []time.Time {
	var times []time.Time
	for at := b.clock.Now(); len(times) < timesAhead; {
		at = cron.Next(at, b.zone)
		times = append(times, at)
	}
	return times
}
