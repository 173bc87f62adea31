package bot

import (
	"context"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// declineReasons are the reasons that somebody can give who would rather not answer,
// as they are kept; their order is that of the buttons, which carry it.
func declineReasons() []string {
	return []string{"time", "unrelated", "surveys", "uneasy", storage.NoReason}
}

// declining handles a tap by which somebody puts a form off, or declines it; handled
// is false where the tap asks for something else, or not for this now.
func (b *Bot) declining(ctx context.Context, v visit, session storage.Session, t tap) (handled bool, err error) {
	open := session.State == storage.SessionOpen
	declined := session.State == storage.SessionDeclined && session.DeclinedAs != storage.NotMine
	v.say = b.texts.In(session.Language)
	if tapped := v.message(); tapped != 0 && tapped != session.CardMessageID && t.Verb != doLater {
		session.CardMessageID, session.StaleMessageID = tapped, session.CardMessageID
	}
	switch {
	case t.Verb == doDecline && t.Index == 1:
		return b.whichDeclined(ctx, v)
	case t.Verb == doKeep:
		return true, b.surveys(ctx, v, "")
	case t.Verb == doLater && open:
		return true, b.later(ctx, v, session, t.Index == 1)
	case t.Verb == doDecline && open:
		_, err = b.store.Decline(ctx, session, storage.Unwilling, "", v.now)
	case t.Verb == doWhy && declined && t.Index < len(declineReasons()):
		_, err = b.store.SayWhy(ctx, session, declineReasons()[t.Index])
	case t.Verb == doReopen && declined:
		_, err = b.store.Reconsider(ctx, session, v.now)
	default:
		return false, nil
	}
	if err != nil {
		return true, fmt.Errorf("%s a form: %w", t.Verb, err)
	}
	b.show(view{session: session.ID, account: v.Chat.ID, asked: true, stray: v.message(), class: telegram.Edit})
	return true, nil
}

// whichDeclined asks which of the open forms somebody would rather not answer;
// handled is false where none is open any more.
func (b *Bot) whichDeclined(ctx context.Context, v visit) (handled bool, err error) {
	open, err := b.store.OpenSessions(ctx, v.Chat.ID)
	if err != nil {
		return true, fmt.Errorf("read what is open to somebody who declines: %w", err)
	}
	if len(open) == 0 {
		return false, nil
	}
	open = open[:min(mostForms, len(open))]
	titles, err := b.titles(ctx, v.say, open)
	if err != nil {
		return true, err
	}
	var keyboard telegram.Keyboard
	for i, session := range open {
		name := fmt.Sprintf("%d. %s", i+1, titles[i])
		keyboard = append(keyboard, []telegram.Button{card{session: session}.button(beginningOf(name, fullWidth), doDecline, 0)})
	}
	keyboard = append(keyboard, []telegram.Button{card{session: open[0]}.button(v.say.Say("button.back", nil), doKeep, 0)})
	b.react(v, write(func(p *page) {
		p.text(v.say.Say("declined.which", nil))
		for i, title := range titles {
			p.line()
			p.text(fmt.Sprintf("%d. %s", i+1, title))
		}
	}), keyboard)
	return true, nil
}

// writeDeclined says to somebody who declined that they are not asked any more, asks
// why as long as they have not said so, and tells how to come back.
func (c card) writeDeclined(p *page) {
	data := map[string]any{"Title": c.title(), "Until": c.say.Moment(c.session.ClosesAt, c.zone)}
	if c.session.Over {
		p.text(c.say.Say("declined.over", data))
		return
	}
	p.text(c.say.Say("declined.done", data))
	if c.session.DeclinedWhy != "" {
		p.text(" " + c.say.Say("declined.thanks", nil))
	}
	p.gap()
	p.text(c.say.Say("declined.back", data))
	if c.session.DeclinedWhy == "" {
		p.gap()
		p.text(c.say.Say("declined.why", nil))
	}
	if left, sent := byState(c.others); len(left) > 0 {
		p.gap()
		writeLeft(p, c.say, "observing.left", left, sent)
	}
	c.writeBeside(p)
}

// declinedKeyboard has the reasons, as long as none was given, and the way back.
func (c card) declinedKeyboard() telegram.Keyboard {
	if c.session.Over {
		return nil
	}
	var keyboard telegram.Keyboard
	if c.session.DeclinedWhy == "" {
		for i, reason := range declineReasons() {
			keyboard = append(keyboard, []telegram.Button{c.button(c.say.Say("reason."+reason, nil), doWhy, i)})
		}
	}
	left, _ := byState(c.others)
	keyboard = append(append(keyboard, leftKeyboard(left)...), besideKeyboard(c.beside)...)
	return append(keyboard, []telegram.Button{c.button(c.say.Say("button.reopen", nil), doReopen, 0)})
}

// mayTellDeclined tells whether somebody may be told how many declined: among a few
// invited of their units, a number would name them.
func mayTellDeclined(scope storage.Scope, report storage.RoundReport) bool {
	return scope.All || report.Invited >= stats.Least
}

// writeReasons writes why people declined, as far as it may be told.
func writeReasons(p *page, say text.Phrases, reasons []storage.ReasonCount) {
	for _, reason := range reasons {
		key := "reason." + reason.Why
		if reason.Why == "" {
			key = "declined.others"
		}
		p.line()
		p.text("· " + say.Say(key, nil) + ": " + say.Count(reason.Count))
	}
}
