package bot

import (
	"context"
	"fmt"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// timesAhead is how many occasions of what is proposed are written out.
const timesAhead = 5

// drawProposal is the last step: what is proposed, in words and with its next
// times, and what may surprise about it.
func (b *Bot) drawProposal(ctx context.Context, sc scene, schedule storage.Schedule, expression string) (screen, error) {
	cron, err := calendar.ParseCron(expression)
	if err != nil {
		return screen{}, fmt.Errorf("read the schedule that is proposed: %w", err)
	}
	times := b.timesOf(cron)
	remarks, err := b.remarksOn(ctx, sc.say, schedule, cron, times)
	if err != nil {
		return screen{}, err
	}
	words := write(func(p *page) {
		name := scheduleName(sc.say, schedule)
		if when, worded := inWords(sc.say, cron); worded {
			p.bold(sc.say.Say("schedules.will", map[string]any{"Name": name, "When": when}))
		} else {
			p.bold(sc.say.Say("schedules.will_by", map[string]any{"Name": name, "Cron": when}))
		}
		p.gap()
		p.text(sc.say.Say("schedules.five", nil))
		for _, at := range times {
			p.line()
			p.text("• " + b.dayAndMoment(sc.say, at))
		}
		for _, remark := range remarks {
			p.gap()
			p.text(remark)
		}
	})
	return screen{Text: words, Buttons: telegram.Keyboard{
		{sc.button(sc.say.Say("button.save", nil), doConfirm, 0, 0)},
		{sc.button(sc.say.Say("button.change_schedule", nil), doReturn, 0, 0), sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)},
	}}, nil
}

// remarksOn says what may surprise about an expression that is proposed.
func (b *Bot) remarksOn(
	ctx context.Context, say text.Phrases, schedule storage.Schedule, cron calendar.Cron, times []time.Time,
) ([]string, error) {
	var remarks []string
	if cron.Pattern().Either() {
		remarks = append(remarks, say.Say("schedules.either", map[string]any{"Name": scheduleName(say, schedule)}))
	}
	if schedule.Job != storage.ScheduleSummary {
		return remarks, nil
	}
	week := say.Say("schedules.week", nil)
	if skipsWeeks(times, b.zone) {
		return append(remarks, week+" "+say.Say("schedules.skips_weeks", nil)), nil
	}
	remarks = append(remarks, week)
	from, to, lost, err := b.lostWeek(ctx, schedule, times[0])
	if err != nil || !lost {
		return remarks, err
	}
	lastDay := calendar.DayOf(to, b.zone).AddDays(-1).Begin(b.zone)
	return append(remarks, say.Say("schedules.skips_week", map[string]any{"Week": say.Days(from.In(b.zone), lastDay)})), nil
}

// skipsWeeks tells whether there are weeks that no summary at these times is
// about.
func skipsWeeks(times []time.Time, zone *time.Location) bool {
	for i := 1; i < len(times); i++ {
		_, ended := calendar.WeekBefore(times[i-1], zone)
		if begins, _ := calendar.WeekBefore(times[i], zone); begins.After(ended) {
			return true
		}
	}
	return false
}

// lostWeek is the week that the present schedule would have summarised next, where
// nobody will if the first summary comes at first instead.
func (b *Bot) lostWeek(ctx context.Context, schedule storage.Schedule, first time.Time) (from, to time.Time, lost bool, err error) {
	present, err := calendar.ParseCron(schedule.Cron)
	if err != nil {
		return from, to, false, nil // it was written past the program: nothing came by it
	}
	from, to = calendar.WeekBefore(present.Next(b.clock.Now(), b.zone), b.zone)
	if begins, _ := calendar.WeekBefore(first, b.zone); !begins.After(from) {
		return from, to, false, nil
	}
	kept, err := b.store.WeekSummarised(ctx, schedule.ID, from)
	return from, to, !kept, err
}
