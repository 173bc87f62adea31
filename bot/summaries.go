package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/stats"
)

// summaryTap is the kind of the taps on what shows a summary. ID is the summary.
const summaryTap tapKind = "w"

// What a tap on a summary asks for.
const (
	doParts  = "parts"  // the page Index of its trainings
	doPart   = "part"   // the training Index
	doBook   = "book"   // the workbook
	doData   = "data"   // the figures as a list
	doOthers = "others" // the page Index of the weeks of which one may have a summary
	doWeek   = "week"   // the week that begins Revision days after 1 January 1970
	doOpened = "opened" // the page Index of the rounds of which one may have a summary
	doRound  = "round"  // the round Revision
	// doRemind and doMissing are about the round Revision.
)

// readers get summaries: administrators that of the whole office, heads of units
// that of theirs.
var readers = access{roles: []storage.Role{storage.RoleAdmin, storage.RoleUnitHead}, units: true}

// readable are the units of whose answers somebody gets a summary, in order; none:
// the whole office.
func readable(account storage.Account) []int64 {
	if account.Has(storage.RoleAdmin) {
		return nil
	}
	units := account.Scope(storage.RoleUnitHead).Units
	slices.Sort(units)
	return units
}

// mayRead tells whether a summary of these units is for somebody. Roles change
// between its computing and its reading.
func mayRead(account storage.Account, units []int64) bool {
	if account.Has(storage.RoleAdmin) {
		return true
	}
	own := account.Scope(storage.RoleUnitHead).Units
	return len(units) > 0 && !slices.ContainsFunc(units, func(unit int64) bool { return !slices.Contains(own, unit) })
}

// summary is /ringkasan: the last full week's summary comes as soon as it is
// computed; it is the reply.
func (b *Bot) summary(ctx context.Context, v visit, _ string) error {
	_, err := b.orderSummary(ctx, v, storage.SummaryOrder{}, v.source(0))
	return err
}

// orderSummary has a summary sent, unless the same is on its way already.
func (b *Bot) orderSummary(ctx context.Context, v visit, o storage.SummaryOrder, src storage.Source) (ordered bool, err error) {
	o.Units = readable(v.account)
	return b.orderOnce(ctx, v, storage.Order{Kind: storage.JobSummary, AccountID: v.account.ID, Payload: o, Followed: true}, src)
}

// orderOnce makes a job, unless one like it is not through with what it does.
func (b *Bot) orderOnce(ctx context.Context, v visit, order storage.Order, src storage.Source) (bool, error) {
	if awaited, err := b.store.Awaited(ctx, order); awaited || err != nil {
		return false, err
	}
	if _, err := b.store.EnqueueJob(ctx, order, src, v.now); err != nil && !errors.Is(err, storage.ErrRepeated) {
		return false, fmt.Errorf("ask for a %s: %w", order.Kind, err)
	}
	return true, nil
}

// summaryTapped handles the taps on a summary. What they show takes the place of
// what the message said, below its picture.
func (b *Bot) summaryTapped(ctx context.Context, v visit, t tap) error {
	kept, err := b.store.Summary(ctx, t.ID)
	if storage.IsCode(err, storage.NotFound) || err == nil && !mayRead(v.account, kept.Units) {
		return b.refuseTap(ctx, v)
	}
	if err != nil {
		return err
	}
	figures, err := kept.Read()
	if err != nil {
		return err
	}
	page := summaryPage{Bot: b, visit: v, id: kept.ID, figures: figures}
	switch t.Verb {
	case doShow:
		return page.show("")
	case doParts:
		return page.trainings().list(t.Index)
	case doUnits:
		return page.units().list(t.Index)
	case doPart:
		return page.trainings().one(t.Index)
	case doUnit:
		return page.units().one(t.Index)
	case doBook:
		return page.file(ctx, storage.JobWorkbook)
	case doData:
		return page.file(ctx, storage.JobData)
	case doOthers:
		return page.weeks(ctx, t.Index, "")
	case doOpened:
		return page.rounds(ctx, t.Index, "")
	case doWeek:
		return page.orderWeek(ctx, t)
	case doRound:
		return page.orderRound(ctx, t)
	case doRemind, doMissing:
		return page.act(ctx, t)
	}
	return b.refuseTap(ctx, v)
}

// act does what a summary asks for, in a message below: the summary stays as it is.
func (p summaryPage) act(ctx context.Context, t tap) error {
	if !p.mayAct() {
		return p.refuseTap(ctx, p.visit)
	}
	return p.roundTapped(ctx, p.below(), tap{Kind: roundTap, ID: t.Revision, Verb: t.Verb})
}

// below is the visit of somebody who tapped a message that is left as it is.
func (v visit) below() visit {
	callback := *v.Callback
	callback.MessageID = 0
	v.Callback = &callback
	return v
}

// pastWeeks are the weeks that one may have a summary of, the latest first: those
// since the first round.
func (p summaryPage) pastWeeks(ctx context.Context) ([]stats.Period, error) {
	rounds, err := p.store.RoundsOf(ctx, p.scope(), time.Time{})
	if err != nil {
		return nil, fmt.Errorf("look for the first round: %w", err)
	}
	first := p.now
	for _, round := range rounds {
		if round.OpenedAt.Before(first) {
			first = round.OpenedAt
		}
	}
	var weeks []stats.Period
	for before := p.now; len(weeks) == 0 || first.Before(before); {
		from, to := calendar.WeekBefore(before, p.zone)
		weeks = append(weeks, stats.Period{From: from, To: to})
		before = from
	}
	return weeks, nil
}

// daysOf is the day that t falls on, counted from 1 January 1970.
func (b *Bot) daysOf(t time.Time) int64 {
	day := calendar.DayOf(t, b.zone)
	return day.Begin(time.UTC).Unix() / (24 * 60 * 60)
}

// orderWeek has the summary of a week sent. An old button may ask for one that is
// not offered any more.
func (p summaryPage) orderWeek(ctx context.Context, t tap) error {
	again := func(notice string) error { return p.weeks(ctx, t.Index, notice) }
	weeks, err := p.pastWeeks(ctx)
	if err != nil {
		return err
	}
	for _, week := range weeks {
		if p.daysOf(week.From) == t.Revision {
			return p.order(ctx, storage.SummaryOrder{Week: week.From}, again)
		}
	}
	return again("")
}

// orderRound has the summary of a round so far sent.
func (p summaryPage) orderRound(ctx context.Context, t tap) error {
	again := func(notice string) error { return p.rounds(ctx, t.Index, notice) }
	_, err := p.store.Report(ctx, t.Revision, p.scope())
	if storage.IsCode(err, storage.NotFound) {
		return again("")
	}
	if err != nil {
		return err
	}
	return p.order(ctx, storage.SummaryOrder{Round: t.Revision}, again)
}

// order has a summary sent and shows the page again, which says so.
func (p summaryPage) order(ctx context.Context, o storage.SummaryOrder, again func(notice string) error) error {
	if _, err := p.orderSummary(ctx, p.visit, o, p.tapSource()); err != nil {
		return err
	}
	return again(p.say.Say("summaries.preparing", nil))
}

// file has the summary written as a file of this kind, and says so.
func (p summaryPage) file(ctx context.Context, kind storage.JobKind) error {
	order := storage.Order{Kind: kind, AccountID: p.account.ID, Payload: summaryFile{Summary: p.id}, Followed: true}
	if _, err := p.orderOnce(ctx, p.visit, order, p.tapSource()); err != nil {
		return err
	}
	return p.show(p.say.Say("summaries.preparing_"+string(kind), nil))
}

// mayAct tells whether a summary's reader may also do what it asks for.
func (p summaryPage) mayAct() bool { return office.allows(p.account) && len(p.figures.Units) == 0 }

// scope is of which units the reader sees the rounds.
func (p summaryPage) scope() storage.Scope {
	units := readable(p.account)
	return storage.Scope{All: len(units) == 0, Units: units}
}
