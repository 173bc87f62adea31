package main

import (
	"context"
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

// scenes are six weeks of the office. Whatever HR does, it does in chat.
func (d *demo) scenes() []scene {
	return []scene{
		{d.day(0, 8, 0), "Last day of the first training", d.prepare},
		{d.day(0, 9, 0), "", d.handOutLinks},
		{d.day(0, 15, 40), "", d.watch("PEL-01", reactionKey)},
		{d.day(0, 15, 45), "", d.killBusy},
		{d.day(1, 8, 0), "Last day of the second training", nothing},
		{d.day(5, 7, 0), "First Monday: the summary", nothing},
		{d.day(5, 8, 0), "", d.killBeforeSummary},
		{d.day(6, 9, 30), "A day before the first round closes, HR reminds", d.remind},
		{d.day(7, 15, 29), "The first round closes by itself", d.awaitReport},
		{d.day(8, 8, 0), "Last day of the third training, which has no plan", d.showPoster},
		{d.day(8, 15, 45), "", d.startRound},
		{d.day(9, 9, 0), "HR decides who may answer for whom", d.decideClaims},
		{d.day(12, 7, 59), "Second Monday", d.awaitSummary},
		{d.day(16, 9, 0), "The third round is over: HR exports it", d.exportCoded},
		{d.day(19, 7, 59), "Third Monday", d.awaitSummary},
		{d.day(26, 7, 59), "Fourth Monday", d.awaitSummary},
		{d.day(30, 8, 0), "A month after the first training its check-in opens by itself", nothing},
		{d.day(30, 9, 15), "", d.killBusy},
		{d.day(30, 11, 0), "", d.watch("PEL-01", checkinKey)},
		{d.day(33, 7, 59), "Fifth Monday; the second check-in opens", d.awaitSummary},
		{d.day(40, 7, 59), "Sixth Monday", d.awaitSummary},
		{d.day(42, 9, 0), "Six weeks are over: HR closes the check-ins", d.closeCheckins},
		{d.day(42, 10, 0), "", d.exportNamed},
	}
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
