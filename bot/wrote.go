package bot

import (
	"context"
	"fmt"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/text"
)

// wrote handles a text. It belongs to the session that the person last used and
// that is asked something to be written; it counts once, because it must be
// newer than the last text that met a session.
func (b *Bot) wrote(ctx context.Context, v visit) error {
	// Only the end of the round can move the session between reading and writing
	// it; a second replica is the other case. Then it is read anew.
	for range mostTries {
		sessions, err := b.store.OpenSessions(ctx, v.Chat.ID)
		if err != nil {
			return fmt.Errorf("read the sessions that a text may be for: %w", err)
		}
		session, current, found, err := b.addressed(ctx, sessions)
		if err != nil {
			return err
		}
		if !found {
			return b.showOpen(ctx, v, sessions)
		}
		seen := view{session: session.ID, account: v.Chat.ID, asked: true, class: telegram.Reply}
		if v.message() <= lastText(sessions) {
			b.show(seen)
			return nil
		}
		next, notice := writeTo(current, v.Message.Text, b.today(), v.say)
		// What was not taken is noted too: coming again, it must not be taken for the
		// answer to a later question.
		saved, err := b.store.SaveSession(ctx, session, storage.SessionChange{
			Survey:         next.State(),
			Complete:       next.Complete(b.today()),
			CardMessageID:  session.CardMessageID,
			StaleMessageID: session.StaleMessageID,
			LastTextID:     v.message(),
		}, v.now)
		if err != nil {
			return fmt.Errorf("save a session: %w", err)
		}
		if saved {
			if seen.notice = notice; notice == "" {
				b.meter.Answered()
			}
			b.show(seen)
			return nil
		}
	}
	return fmt.Errorf("a text's session moved %d times meanwhile", mostTries)
}

// addressed is the session that a text is for: of those that were begun, the
// last used one whose question is answered by writing, else the last used one.
func (b *Bot) addressed(ctx context.Context, sessions []storage.Session) (storage.Session, survey.Session, bool, error) {
	var best storage.Session
	var bestAnswers survey.Session
	found, bestTakesText := false, false
	for _, session := range sessions {
		if session.OpenedAt == nil {
			continue
		}
		answers, err := b.resume(ctx, session)
		if err != nil {
			return storage.Session{}, survey.Session{}, false, err
		}
		takesText := isWritten(answers)
		newer := takesText == bestTakesText && session.UpdatedAt.After(best.UpdatedAt)
		if !found || newer || takesText && !bestTakesText {
			best, bestAnswers, found, bestTakesText = session, answers, true, takesText
		}
	}
	return best, bestAnswers, found, nil
}

// writeTo gives the session after a text, and the sentence that tells the person
// why it did not move.
func writeTo(s survey.Session, words string, today time.Time, say text.Phrases) (survey.Session, string) {
	if s.Place().Stage == survey.InReview {
		return s, say.Say("notice.tap", nil)
	}
	return apply(s, survey.Write{Text: words}, today, say.Language())
}

// isWritten tells whether the present question is answered by writing.
func isWritten(s survey.Session) bool {
	question, asked := s.Current()
	return asked && question.Kind.Asks() && !question.Kind.HasChoices()
}

// lastText is the newest text that met any of the account's sessions.
func lastText(sessions []storage.Session) int64 {
	var last int64
	for _, session := range sessions {
		last = max(last, session.LastTextID)
	}
	return last
}
