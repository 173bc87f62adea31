package bot

import (
	"context"
	"strconv"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

func (b *Bot) drawSchedules(ctx context.Context, sc scene, s scheduleState) (screen, error) {
	if s.Recurring != nil {
		return b.drawRecurring(ctx, sc, *s.Recurring)
	}
	schedule, found, err := b.findSchedule(ctx, s.ID)
	if err != nil {
		return screen{}, err
	}
	finish := sc.button(sc.say.Say("button.finish", nil), doFinish, 0, 0)
	switch {
	case s.At == atSchedules || s.At == "":
		return b.drawScheduleChoice(ctx, sc)
	case !found:
		return screen{Text: plain(sc.say.Say("schedules.gone", nil)), Buttons: telegram.Keyboard{{finish}}}, nil
	case s.At == atTime:
		return drawTimes(sc, schedule, s.Weekday), nil
	case s.At == atExpression:
		return drawExpression(sc), nil
	case s.At == atSure:
		return b.drawProposal(ctx, sc, schedule, s.Cron)
	}
	last := []telegram.Button{sc.button(sc.say.Say("button.write_schedule", nil), doWrite, 0, 0)}
	if !s.Only {
		last = append(last, returnButton(sc))
	}
	return b.drawDays(sc, schedule, telegram.Keyboard{last, {recurringButton(sc), finish}}), nil
}

// recurringButton leads to the rounds that recur.
func recurringButton(sc scene) telegram.Button {
	return sc.button(sc.say.Say("button.recurring", nil), doRecurring, 0, 0)
}

// drawScheduleChoice lists all schedules, a button each.
func (b *Bot) drawScheduleChoice(ctx context.Context, sc scene) (screen, error) {
	schedules, err := b.store.Schedules(ctx)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	for i, schedule := range schedules {
		label := strconv.Itoa(i+1) + ". " + scheduleName(sc.say, schedule)
		keyboard = append(keyboard, []telegram.Button{sc.button(label, doChoose, schedule.ID, 0)})
	}
	keyboard = append(keyboard, []telegram.Button{recurringButton(sc), sc.button(sc.say.Say("button.finish", nil), doFinish, 0, 0)})
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		b.writeSchedules(p, sc.say, schedules)
		p.gap()
		p.text(sc.say.Say("schedules.which", nil))
	})}, nil
}

// endSchedules ends the dialogue with all schedules as they are now.
func (b *Bot) endSchedules(ctx context.Context, v visit, s scheduleState, notice string) (turn[scheduleState], error) {
	schedules, err := b.store.Schedules(ctx)
	if err != nil {
		return turn[scheduleState]{}, err
	}
	return turn[scheduleState]{State: s, End: &screen{Text: write(func(p *page) {
		if notice != "" {
			p.italic(notice)
			p.gap()
		}
		b.writeSchedules(p, v.say, schedules)
	})}}, nil
}

// writeSchedules says of each when it comes and when next. Several are numbered.
func (b *Bot) writeSchedules(p *page, say text.Phrases, schedules []storage.Schedule) {
	if len(schedules) == 0 {
		p.text(say.Say("schedules.none", nil))
	}
	writeNumbered(p, schedules, func(schedule storage.Schedule) { b.writeSchedule(p, say, schedule) })
}

// writeNumbered writes each with a gap between; several are numbered.
func writeNumbered[T any](p *page, all []T, write func(T)) {
	for i, one := range all {
		if i > 0 {
			p.gap()
		}
		if len(all) > 1 {
			p.text(strconv.Itoa(i+1) + ". ")
		}
		write(one)
	}
}

func (b *Bot) writeSchedule(p *page, say text.Phrases, schedule storage.Schedule) {
	p.text(say.Say("schedules.is", map[string]any{"Name": scheduleName(say, schedule), "When": whenInWords(say, schedule.Cron)}))
	cron, err := calendar.ParseCron(schedule.Cron)
	if err != nil {
		return // it was written past the program
	}
	p.line()
	p.text(say.Say("schedules.next", map[string]any{"At": b.dayAndMoment(say, cron.Next(b.clock.Now(), b.zone))}))
}

// dayAndMoment writes a moment with its day of the week.
func (b *Bot) dayAndMoment(say text.Phrases, at time.Time) string {
	return say.Weekday(at.In(b.zone).Weekday()) + ", " + say.Moment(at, b.zone)
}

// drawDays shows a schedule, and the days that it may come on instead.
func (b *Bot) drawDays(sc scene, schedule storage.Schedule, last telegram.Keyboard) screen {
	var days []telegram.Button
	for i := range 7 {
		day := time.Weekday((i + 1) % 7) // Monday first
		days = append(days, sc.button(sc.say.Weekday(day), doDay, 0, int(day)))
	}
	return screen{Buttons: append(rows(days, 3), last...), Text: write(func(p *page) {
		b.writeSchedule(p, sc.say, schedule)
		p.gap()
		p.text(sc.say.Say("schedules.ask_day", nil))
	})}
}

// The hours that have a button; others are written.
const (
	firstHour = 6
	lastHour  = 17
)

func drawTimes(sc scene, schedule storage.Schedule, day time.Weekday) screen {
	var hours []telegram.Button
	for hour := firstHour; hour <= lastHour; hour++ {
		hours = append(hours, sc.button(sc.say.TimeOfDay(time.Duration(hour)*time.Hour), doHour, 0, hour))
	}
	last := []telegram.Button{returnButton(sc), sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)}
	return screen{Buttons: append(rows(hours, 4), last), Text: plain(sc.say.Say("schedules.ask_time",
		map[string]any{"Name": scheduleName(sc.say, schedule), "Days": weekdaysInWords(sc.say, []time.Weekday{day})}))}
}

// exampleExpressions show how days are named.
func exampleExpressions() []string {
	return []string{"0 8 * * 1", "0 9 * * 1-5", "0 9 1,15 * *", "0 9 1 3,9 *"}
}

func drawExpression(sc scene) screen {
	last := []telegram.Button{returnButton(sc), sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)}
	return screen{Buttons: telegram.Keyboard{last}, Text: write(func(p *page) {
		p.text(sc.say.Say("schedules.ask_expression", nil))
		p.gap()
		p.text(sc.say.Say("schedules.for_example", nil))
		for _, expression := range exampleExpressions() {
			p.line()
			p.text("• " + expression + " · " + whenInWords(sc.say, expression))
		}
	})}
}
