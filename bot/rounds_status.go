package bot

import (
	"context"
	"fmt"
	"slices"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// status is /status [ROUND]: where a round stands, or the list to choose it from.
func (b *Bot) status(ctx context.Context, v visit, arguments string) error {
	if arguments == "" {
		return b.showRounds(ctx, v, 0, "")
	}
	round, ok := b.numberedRound(v, arguments)
	if !ok {
		return nil
	}
	return b.showRound(ctx, v, round)
}

// showRound shows where a round stands among those whom the person may see.
func (b *Bot) showRound(ctx context.Context, v visit, round int64) error {
	report, err := b.store.Report(ctx, round, seenBy(v.account))
	if err != nil {
		return b.explainRound(v, err)
	}
	steers := report.ClosedAt == nil && office.allows(v.account)
	var out storage.Outgoing
	var waiting string
	var messages []storage.MessageCount
	if office.allows(v.account) {
		if messages, err = b.store.RoundMessages(ctx, round); err != nil {
			return err
		}
	}
	if steers {
		if out, err = b.store.Outgoing(ctx, round); err != nil {
			return err
		}
		if waiting, err = b.sayWaiting(ctx, v.say, report.Round, out); err != nil {
			return err
		}
	}
	unsupervised, err := b.store.Unsupervised(ctx, round, seenBy(v.account))
	if err != nil {
		return err
	}
	words := write(func(p *page) {
		b.writeRound(p, v.say, report.Round)
		p.line()
		writeCounts(p, v.say, report.RoundCounts, mayTellDeclined(seenBy(v.account), report))
		writeReasons(p, v.say, report.Reasons)
		if unsupervised > 0 {
			p.line()
			p.text(v.say.Say("rounds.unsupervised", map[string]any{"Count": unsupervised}))
		}
		if waiting != "" {
			p.gap()
			p.text(waiting)
		}
		writeMessages(p, v.say, report, messages)
		writeUnits(p, v.say, report.Units)
		p.gap()
		p.italic(v.say.Say("rounds.as_of", map[string]any{"At": v.say.Moment(v.now, b.zone)}))
	})
	keyboard := telegram.Keyboard{{
		roundButton(v.say.Say("button.refresh", nil), doShow, round, 0),
		roundButton(v.say.Say("button.missing", nil), doMissing, round, 0),
	}}
	if steers {
		keyboard = append(keyboard, b.steering(v.say, report.Round, out)...)
	}
	last := []telegram.Button{roundButton(v.say.Say("button.rounds", nil), doRounds, 0, 0)}
	if office.allows(v.account) {
		last = append([]telegram.Button{roundButton(v.say.Say("button.export", nil), doExport, round, 0)}, last...)
	}
	b.react(v, words, append(keyboard, last))
	return nil
}

// steering are the buttons that change an open round.
func (b *Bot) steering(say text.Phrases, round storage.Round, out storage.Outgoing) telegram.Keyboard {
	keyboard := telegram.Keyboard{{
		roundButton(say.Say("button.remind", nil), doRemind, round.ID, 0),
		roundButton(say.Say("button.close_round", nil), doClose, round.ID, 0),
	}}
	switch {
	case round.HeldAt != nil:
		keyboard = append(keyboard, []telegram.Button{turnButton(say, round, doLetGoOn)})
	case !out.Ended():
		keyboard = append(keyboard, []telegram.Button{turnButton(say, round, doHold)})
	}
	return keyboard
}

// writeCounts writes how far a round came, a bar a line.
func writeCounts(p *page, say text.Phrases, c storage.RoundCounts, declined bool) {
	for _, row := range []struct {
		key    string
		count  int
		hidden bool
	}{
		{key: "invited", count: c.Invited}, {key: "reachable", count: c.Reachable}, {key: "delivered", count: c.Delivered},
		{key: "opened", count: c.Opened}, {key: "complete", count: c.Complete}, {key: "sent", count: c.Sent},
		{key: "withdrawn", count: c.Withdrawn}, {"declined", c.Declined, !declined || c.Declined == 0}, // few rounds have any
		{"not_mine", c.NotMine, c.NotMine == 0},
	} {
		if row.hidden {
			continue
		}
		p.line()
		p.text(bar(row.count, c.Invited) + " " + say.Say("rounds.count_"+row.key, map[string]any{"Count": row.count}))
	}
}

// mostUnits is how many units a message lists.
const mostUnits = 12

// writeUnits writes how much each unit sent, those that lack most first; of those
// that lack nothing only how many they are.
func writeUnits(p *page, say text.Phrases, units []storage.UnitCounts) {
	if len(units) == 0 {
		return
	}
	p.gap()
	p.text(say.Say("rounds.by_unit", nil))
	lacking := slices.DeleteFunc(slices.Clone(units), func(u storage.UnitCounts) bool { return u.Sent >= u.Invited })
	for _, unit := range lacking[:min(mostUnits, len(lacking))] {
		p.line()
		p.text(fmt.Sprintf("%s %s · %s", bar(unit.Sent, unit.Invited), unit.Unit, say.Say("rounds.sent_of", map[string]any{
			"Sent": say.Count(unit.Sent), "Invited": say.Count(unit.Invited)})))
	}
	for _, rest := range []struct {
		key   string
		count int
	}{{"rounds.more_units", len(lacking) - mostUnits}, {"rounds.full_units", len(units) - len(lacking)}} {
		if rest.count > 0 {
			p.line()
			p.text(say.Say(rest.key, map[string]any{"Count": rest.count}))
		}
	}
}

// namesAtOnce is how many names a page shows.
const namesAtOnce = 15

// showMissing names who does not know of a round, and why.
func (b *Bot) showMissing(ctx context.Context, v visit, round int64, number int) error {
	scope := seenBy(v.account)
	report, err := b.store.Report(ctx, round, scope)
	if err != nil {
		return b.explainRound(v, err)
	}
	_, all, err := b.store.MissingFrom(ctx, round, scope, 0, 0)
	if err != nil {
		return err
	}
	part := partOf(all, namesAtOnce, number)
	missing, _, err := b.store.MissingFrom(ctx, round, scope, part.From, namesAtOnce)
	if err != nil {
		return err
	}
	words := write(func(p *page) {
		b.writeRound(p, v.say, report.Round)
		p.gap()
		if all == 0 {
			p.text(v.say.Say("rounds.none_missing", nil))
			return
		}
		p.text(v.say.Say("rounds.missing", map[string]any{"Count": all}))
		var before storage.Standing
		for _, m := range missing {
			if m.Standing != before {
				p.gap()
				p.bold(v.say.Say("standing."+string(m.Standing), map[string]any{"Count": report.Standings[m.Standing]}))
				before = m.Standing
				if m.Standing == storage.StandingFailed { // what to do about it does not wait for the closing
					p.line()
					p.italic(v.say.Say("todo.failed", nil))
				}
			}
			p.line()
			p.text(m.Name + " · " + m.Unit)
			if m.Reason != "" {
				p.text(" · " + v.say.Say("messages.reason", map[string]any{"Reason": m.Reason}))
			}
		}
	})
	turns := part.turns(func(label string, page int) telegram.Button { return roundButton(label, doMissing, round, page) })
	b.react(v, words, telegram.Keyboard{append(turns, roundButton(v.say.Say("button.status", nil), doShow, round, 0))})
	return nil
}
