package bot

import (
	"context"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// composeReminder reminds of forms that were not sent, each of what is left to be
// done: Kirim alone, the questions that are open, or all of it.
func (b *Bot) composeReminder(ctx context.Context, d storage.Delivery) (telegram.Message, storage.Outcome, error) {
	sessions, err := b.sessionsOf(ctx, d)
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	var keyboard telegram.Keyboard
	var sentences []string
	for _, session := range sessions {
		sentence, button, err := b.remind(ctx, session)
		if err != nil {
			return telegram.Message{}, storage.Outcome{}, err
		}
		sentences = append(sentences, sentence)
		keyboard = append(keyboard, []telegram.Button{button})
	}
	if len(sentences) == 0 {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "nothing is unsent"}, nil
	}
	words := plain(strings.Join(sentences, "\n\n"))
	return telegram.Message{Chat: d.AccountID, Text: words, Buttons: keyboard}, storage.Outcome{}, nil
}

// remind is what a reminder says of one form, and the button to it.
func (b *Bot) remind(ctx context.Context, session storage.Session) (string, telegram.Button, error) {
	answers, err := b.resume(ctx, session)
	if err != nil {
		return "", telegram.Button{}, err
	}
	say := b.texts.In(session.Language)
	c := card{session: session, answers: answers, say: say}
	data := map[string]any{"Title": c.title(), "Until": say.Moment(session.ClosesAt, b.zone)}
	switch {
	case session.Complete:
		return say.Say("reminder.unsent", data), c.button(say.Say("button.check", nil), doReview, 0), nil
	case session.OpenedAt != nil:
		return say.Say("reminder.unfinished", data), c.button(say.Say("button.resume", nil), doOpen, 0), nil
	}
	data["Count"] = minutes(answers, b.today())
	return say.Say("reminder.unopened", data), c.button(say.Say("button.start", nil), doOpen, 0), nil
}
