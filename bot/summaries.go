package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/report"
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
	doOthers = "others" // the weeks of which one may have a summary
	doWeek   = "week"   // the week that begins Revision days after 1 January 1970
	doOpened = "opened" // the page Index of the rounds of which one may have a summary
	doRound  = "round"  // the round Revision
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
		return page.show(report.Notice{}, "")
	case doParts:
		return page.parts(doParts, doPart, report.Trainings(figures, v.say), t.Index)
	case doUnits:
		return page.parts(doUnits, doUnit, report.Units(figures), t.Index)
	case doPart:
		return page.part(doParts, report.Trainings(figures, v.say), t.Index)
	case doUnit:
		return page.part(doUnits, report.Units(figures), t.Index)
	case doBook:
		return page.file(ctx, storage.JobWorkbook)
	case doData:
		return page.file(ctx, storage.JobData)
	case doOthers:
		return page.weeks("")
	case doOpened:
		return page.rounds(ctx, t.Index, "")
	case doWeek:
		return page.orderWeek(ctx, t)
	case doRound:
		return page.orderRound(ctx, t)
	}
	return b.refuseTap(ctx, v)
}

// offeredWeeks is of how many past weeks one may have a summary.
const offeredWeeks = 8

// pastWeeks are the weeks that one may have a summary of, the latest first.
func (b *Bot) pastWeeks(now time.Time) []stats.Period {
	var weeks []stats.Period
	for range offeredWeeks {
		from, to := calendar.WeekBefore(now, b.zone)
		weeks = append(weeks, stats.Period{From: from, To: to})
		now = from
	}
	return weeks
}

// daysOf is the day that t falls on, counted from 1 January 1970.
func (b *Bot) daysOf(t time.Time) int64 {
	day := calendar.DayOf(t, b.zone)
	return day.Begin(time.UTC).Unix() / (24 * 60 * 60)
}

// orderWeek has the summary of a week sent. An old button may ask for one that is
// not offered any more.
func (p summaryPage) orderWeek(ctx context.Context, t tap) error {
	for _, week := range p.pastWeeks(p.now) {
		if p.daysOf(week.From) == t.Revision {
			return p.order(ctx, storage.SummaryOrder{Week: week.From}, p.weeks)
		}
	}
	return p.weeks("")
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
	return p.show(report.Notice{}, p.say.Say("summaries.preparing_file", nil))
}

// mayAct tells whether a summary's reader may also do what it asks for.
func (p summaryPage) mayAct() bool { return office.allows(p.account) && len(p.figures.Units) == 0 }

// scope is of which units the reader sees the rounds.
func (p summaryPage) scope() storage.Scope {
	units := readable(p.account)
	return storage.Scope{All: len(units) == 0, Units: units}
}

// composeSummary renders a summary's message for one reader, with its first
// picture, and says where it may have come before or comes late.
func (b *Bot) composeSummary(ctx context.Context, d storage.Delivery, account storage.Account) (outgoing, storage.Outcome, error) {
	kept, figures, ended, err := b.deliveredSummary(ctx, d, account)
	if err != nil || ended.State != "" {
		return outgoing{}, ended, err
	}
	say := b.texts.In(account.Language)
	page := summaryPage{Bot: b, visit: visit{account: account, say: say, now: b.clock.Now()}, id: kept.ID, figures: figures}
	shown := page.message(report.Notice{
		Late:     d.JobID == 0 && b.clock.Now().Sub(kept.Occasion) > lateAfter,
		Repeated: d.Unknowns > 0,
	}, "")
	message := outgoing{Message: telegram.Message{Chat: d.AccountID, Text: shown.Text, Buttons: shown.Buttons}}
	if pictures := b.pictures(d, figures, account); len(pictures) > 0 {
		message.file = &storage.File{Name: pictures[0].Name, Data: pictures[0].PNG}
	}
	return message, storage.Outcome{}, nil
}

// composePictures renders a summary's further pictures, once its message is out.
func (b *Bot) composePictures(ctx context.Context, d storage.Delivery, account storage.Account) (outgoing, storage.Outcome, error) {
	_, figures, ended, err := b.deliveredSummary(ctx, d, account)
	if err != nil || ended.State != "" {
		return outgoing{}, ended, err
	}
	out, err := b.store.SummaryIsOut(ctx, d)
	if err != nil {
		return outgoing{}, storage.Outcome{}, err
	}
	if !out {
		return outgoing{}, storage.Outcome{State: storage.Later, Reason: "its message comes first", After: soonAgain}, nil
	}
	pictures := b.pictures(d, figures, account)
	if len(pictures) < 2 {
		return outgoing{}, storage.Outcome{State: storage.Unneeded, Reason: "no further pictures"}, nil
	}
	message := outgoing{Message: telegram.Message{Chat: d.AccountID}}
	for _, picture := range pictures[1:] {
		message.album = append(message.album, telegram.Picture{Name: picture.Name, Data: picture.PNG})
	}
	return message, storage.Outcome{}, nil
}

// deliveredSummary reads the summary of a delivery, or tells that it is for its
// reader no more.
func (b *Bot) deliveredSummary(ctx context.Context, d storage.Delivery, account storage.Account) (storage.Summary, stats.Figures, storage.Outcome, error) {
	kept, err := b.store.Summary(ctx, d.SummaryID)
	if err != nil {
		return kept, stats.Figures{}, storage.Outcome{}, fmt.Errorf("read the summary of a delivery: %w", err)
	}
	if !mayRead(account, kept.Units) {
		return kept, stats.Figures{}, storage.Outcome{State: storage.Unneeded, Reason: "no role for it any more"}, nil
	}
	figures, err := kept.Read()
	return kept, figures, storage.Outcome{}, err
}

// pictures draws a summary. Without its pictures it is worth sending still.
func (b *Bot) pictures(d storage.Delivery, figures stats.Figures, account storage.Account) []report.Picture {
	pictures, err := report.Pictures(figures, b.texts.In(account.Language), b.zone)
	if err != nil {
		b.log.Error("pictures cannot be drawn", "delivery", d.ID, "summary", d.SummaryID, "err", err)
		return nil
	}
	return pictures
}
