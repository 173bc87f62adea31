package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// scene is what happens at a moment of the demo. living is the context of the
// lives that it begins.
type scene struct {
	at   time.Time
	name string // a heading; "" goes on below the one before
	play func(ctx, living context.Context) error
}

func nothing(context.Context, context.Context) error { return nil }

// demoDays is how long the demo lives.
const demoDays = 123

// demoSummaries is on how many Mondays a summary comes.
const demoSummaries = 18

// scenes are four months of the office. Whatever HR does, it does in chat.
func (d *demo) scenes() []scene {
	scenes := []scene{
		{d.day(0, 8, 0), "HR prepares the first training", d.prepare},
		{d.day(0, 9, 0), "", d.handOutLinks},
		{d.day(2, 8, 0), "A Sunday, three days before the training: the test before opens", d.waitsUntil(beforeKey)},
		{d.day(3, 10, 0), "", d.watch("PEL-01", beforeKey)},
		{d.day(6, 9, 0), "Last day of the first training", nothing},
		{d.day(6, 15, 45), "", d.killBusy},
		{d.hrReminds(), "HR reminds, beside the plan", d.remind},
		{d.day(13, 15, 29), "The first reaction closes by itself", d.awaitReport},
		{d.day(14, 9, 0), "Last day of the second training", nothing},
		{d.day(28, 9, 0), "Last day of the third training, which has no plan", d.showPoster},
		{d.thirdOpens(), "", d.startRound},
		{d.day(31, 10, 0), "HR decides who may answer for whom", d.decideClaims},
		{d.day(38, 8, 30), "The third round is over: HR exports it", d.exportCoded},
		{d.day(38, 8, 59), "A month after the first training its check-in opens by itself", nothing},
		{d.day(38, 9, 20), "", d.killBusy},
		{d.day(45, 9, 0), "A week of holidays: the second check-in opens, and nobody is disturbed", d.waitsUntil(checkinKey)},
		{d.day(47, 6, 59), "The first working day: what waited goes out, spread over an hour", nothing},
		{d.day(47, 12, 0), "", d.watch("PEL-02", checkinKey)},
		{d.day(55, 10, 0), "HR closes the second check-in", d.closeCheckin},
		{d.goesDown(), "The bot's machine is switched off for two days", d.goDown},
		{d.upAgain(), "It is switched on again, on a holiday: day 90 of the first training was yesterday", d.comeUp},
		{d.day(101, 7, 0), "The first working day: application, competence and observation", nothing},
		{d.day(101, 12, 0), "", d.watch("PEL-01", applicationKey)},
		{d.day(103, 9, 0), "A supervisor says that somebody is not theirs", d.hearOfMistake},
		{d.day(122, 10, 0), "Four months are over: everything is exported", d.exportNamed},
	}
	for monday := 3; monday < demoDays; monday += 7 {
		play := d.awaitSummary
		if monday == 10 {
			play = d.killBeforeSummary
		}
		name := ""
		if monday == 3 || monday == 10 {
			name = "Monday: the week's summary"
		}
		scenes = append(scenes, scene{d.day(monday, 7, 59), name, play})
	}
	slices.SortStableFunc(scenes, func(a, b scene) int { return a.at.Compare(b.at) })
	return scenes
}

// waitsUntil tells that a round opens when nobody is written to, and until when that
// waits.
func (d *demo) waitsUntil(form string) func(ctx, living context.Context) error {
	return func(context.Context, context.Context) error {
		morning := d.at(d.clock.Now(), 7)
		for !d.working(morning) || morning.Before(d.clock.Now()) {
			morning = morning.AddDate(0, 0, 1)
		}
		d.out.tell("the plan", "opens %s today; the invitations wait for %s", form, morning.Format("Monday 2 January, 15:04"))
		return nil
	}
}

// goDown kills the bot, which stays down.
func (d *demo) goDown(context.Context, context.Context) error {
	if err := d.bot.command.Process.Kill(); err != nil {
		return fmt.Errorf("kill the bot: %w", err)
	}
	d.telegram.RecordKill()
	<-d.bot.ended
	d.bot = nil
	d.out.tell("the bot", "is gone; tomorrow at 09:00 three forms of the first training should open")
	return nil
}

// comeUp starts the bot again: what was missed opens now, once, and waits for working
// hours.
func (d *demo) comeUp(context.Context, context.Context) error {
	d.out.tell("the bot", "is started again; what it missed opens now, and goes out on the next working morning")
	return d.startBot()
}

// killBusy kills the bot while an update is in its hands.
func (d *demo) killBusy(ctx, _ context.Context) error {
	soon, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = d.telegram.AwaitDelivered(soon) // nobody acted: it is killed idle
	return d.killBot()
}

// killBeforeSummary kills the bot in the instant in which the summary is due.
func (d *demo) killBeforeSummary(ctx, living context.Context) error {
	if err := d.killBot(); err != nil {
		return err
	}
	return d.awaitSummary(ctx, living)
}
