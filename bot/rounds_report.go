package bot

import (
	"context"
	"slices"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// drawReport draws what came of a round that has closed: the rate, each unit, who
// could not be reached, and what can be done about that.
func (b *Bot) drawReport(ctx context.Context, say text.Phrases, round int64) (screen, error) {
	report, err := b.store.Report(ctx, round, storage.Scope{All: true})
	if err != nil {
		return screen{}, err
	}
	before, err := b.sayBefore(ctx, say, report.Round)
	if err != nil {
		return screen{}, err
	}
	words := write(func(p *page) {
		b.writeRound(p, say, report.Round)
		p.gap()
		p.text(bar(report.Sent, report.Invited))
		p.line()
		p.text(say.Say("rounds.rate", map[string]any{"Sent": say.Count(report.Sent), "Invited": say.Count(report.Invited),
			"Rate": say.Percent(float64(report.Sent)/float64(report.Invited), 0)}))
		if before != "" {
			p.line()
			p.text(before)
		}
		if report.Declined > 0 {
			p.line()
			p.text(say.Say("rounds.declined", map[string]any{"Count": report.Declined}))
			writeReasons(p, say, report.Reasons)
		}
		writeUnits(p, say, report.Units)
		if count := report.Standings[storage.StandingNotMine]; count > 0 {
			p.gap()
			p.text("· " + say.Say("standing.not_mine", map[string]any{"Count": count}) + ". " + say.Say("todo.not_mine", nil))
		}
		writeUnreached(p, say, report.Standings)
	})
	return screen{Text: words, Buttons: reportButtons(say, round)}, nil
}

// writeUnreached writes who does not know of a round, and what can be done about
// that, but for those of these standings.
func writeUnreached(p *page, say text.Phrases, standings map[storage.Standing]int, without ...storage.Standing) {
	begun := false
	for _, standing := range storage.Unreached() {
		count := standings[standing]
		if count == 0 || slices.Contains(without, standing) {
			continue
		}
		if !begun {
			p.gap()
			p.text(say.Say("rounds.unreached", nil))
			begun = true
		}
		p.line()
		p.text("· " + say.Say("standing."+string(standing), map[string]any{"Count": count}) + ". " +
			say.Say("todo."+string(standing), nil))
	}
}

// sayBefore says how many sent in the round before one that recurs; "" where there
// is none.
func (b *Bot) sayBefore(ctx context.Context, say text.Phrases, round storage.Round) (string, error) {
	before, found, err := b.store.RoundBefore(ctx, round.ID)
	if err != nil || !found {
		return "", err
	}
	status, err := b.store.Status(ctx, before.ID)
	if err != nil {
		return "", err
	}
	return say.Say("rounds.rate_before", map[string]any{"Day": say.Day(before.OpenedAt.In(b.zone)),
		"Sent": say.Count(status.Sent), "Invited": say.Count(status.Invited),
		"Rate": say.Percent(float64(status.Sent)/float64(max(status.Invited, 1)), 0)}), nil
}

// reportButtons are those below a round's report.
func reportButtons(say text.Phrases, round int64) telegram.Keyboard {
	return telegram.Keyboard{{
		roundButton(say.Say("button.missing", nil), doMissing, round, 0),
		roundButton(say.Say("button.status", nil), doShow, round, 0),
	}, {
		roundButton(say.Say("button.export", nil), doExport, round, 0),
	}}
}

// composeClosing is the report of a closed round, for somebody who looks after
// all units.
func (b *Bot) composeClosing(ctx context.Context, d storage.Delivery, account storage.Account) (telegram.Message, storage.Outcome, error) {
	if !office.allows(account) {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "no role for it any more"}, nil
	}
	report, err := b.drawReport(ctx, b.texts.In(account.Language), d.RoundID)
	return telegram.Message{Chat: d.AccountID, Text: report.Text, Buttons: report.Buttons}, storage.Outcome{}, err
}
