package bot

import (
	"slices"
	"strconv"
	"strings"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// dayInWords says on what day of a training a step lies, as "3 hari sebelum
// mulai".
func dayInWords(say text.Phrases, step storage.Step) string {
	key, count := "plans.after_last", step.Days
	switch {
	case step.Days < 0 && step.Anchor == calendar.FirstDay:
		key, count = "plans.before_first", -step.Days
	case step.Days < 0:
		key, count = "plans.before_last", -step.Days
	case step.Anchor == calendar.FirstDay && step.Days == 0:
		key = "plans.on_first"
	case step.Anchor == calendar.FirstDay:
		key = "plans.after_first"
	case step.Days == 0:
		key = "plans.on_last"
	}
	return say.Say(key, map[string]any{"Count": count})
}

// whenOpens says when a step opens from its day on, as "hari kerja pertama pukul
// 09.00".
func whenOpens(say text.Phrases, expression string) string {
	cron, err := calendar.ParseCron(expression)
	if err != nil {
		return expression
	}
	pattern := cron.Pattern()
	workdays := []string{}
	for _, day := range pattern.Weekdays {
		workdays = append(workdays, strconv.Itoa(int(day)))
	}
	if len(pattern.Times) == 1 && len(pattern.Months) == 0 && len(pattern.Days) == 0 {
		fields := map[string]any{"Time": say.TimeOfDay(pattern.Times[0])}
		switch strings.Join(workdays, "") {
		case "":
			return say.Say("plans.when_daily", fields)
		case "12345":
			return say.Say("plans.when_workdays", fields)
		}
	}
	words, _ := inWords(say, cron)
	return say.Say("plans.when_other", map[string]any{"When": words})
}

// formOf is what a step sends: the title of its instrument.
func formOf(say text.Phrases, step storage.Step) string {
	return stepName(say, storage.PlanStep{InstrumentKey: step.InstrumentKey, Instrument: step.Instrument})
}

// whomInWords is who answers.
func whomInWords(say text.Phrases, audience string) string {
	return say.Say("plans.whom_"+audience, nil)
}

// openInWords says how long a step is open.
func openInWords(say text.Phrases, step storage.Step) string {
	if step.Before() && step.DaysOpen >= -step.Days {
		return say.Say("plans.until_begin", nil)
	}
	return say.Say("plans.open_for", map[string]any{"Count": step.DaysOpen})
}

// remindInWords says when a step reminds.
func remindInWords(say text.Phrases, step storage.Step) string {
	var days []string
	for _, after := range step.RemindAfter {
		days = append(days, strconv.FormatInt(after, 10))
	}
	switch fields := map[string]any{"Days": say.List(days)}; {
	case len(days) > 0 && step.RemindLast:
		return say.Say("plans.reminds_both", fields)
	case len(days) > 0:
		return say.Say("plans.reminds_after", fields)
	case step.RemindLast:
		return say.Say("plans.reminds_last", nil)
	}
	return say.Say("plans.reminds_never", nil)
}

// writeTimeline writes the steps of a plan below their moments, as a line of time;
// steps that follow one another at one moment share it.
func writeTimeline(p *page, say text.Phrases, steps []storage.Step) {
	last := ""
	for i, step := range steps {
		if moment := momentInWords(say, step); moment != last {
			p.gap()
			p.bold(moment)
			last = moment
		}
		p.line()
		what := []string{formOf(say, step), whomInWords(say, step.Audience), openInWords(say, step)}
		if step.Off {
			what = slices.Concat(what[:2], []string{say.Say("plans.is_off", nil)})
		}
		p.text(strconv.Itoa(i+1) + ". " + strings.Join(what, " · "))
	}
}

// momentInWords says when a step opens, as "30 hari setelah selesai, hari kerja
// pertama pukul 09.00".
func momentInWords(say text.Phrases, step storage.Step) string {
	return dayInWords(say, step) + ", " + whenOpens(say, step.Cron)
}

// writeStep writes all of a step.
func writeStep(p *page, say text.Phrases, step storage.Step) {
	p.bold(formOf(say, step))
	field := func(key, value string) {
		p.line()
		p.text(say.Say("plans.name_"+key, nil) + ": " + value)
	}
	field("whom", whomInWords(say, step.Audience))
	field("when", momentInWords(say, step))
	field("open", openInWords(say, step))
	field("remind", remindInWords(say, step))
	field("missing", say.Say("plans.missing_"+string(step.Missing), nil))
}
