package bot

import (
	"context"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// allShown notes that a person sees all that is open to them.
func (b *Bot) allShown(ctx context.Context, account int64) {
	if err := b.store.FormsShown(ctx, account, b.clock.Now()); err != nil {
		b.log.Warn("not noted what was shown", "account", account, "err", err)
	}
}

// composeReturn shows a person who blocked the bot, and came back, what they missed
// meanwhile: a form's first card, what is left to do in one, or a list of several.
// What they went on with since they came back they know of.
func (b *Bot) composeReturn(ctx context.Context, d storage.Delivery) (telegram.Message, storage.Outcome, error) {
	open, err := b.sessionsOf(ctx, d)
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	back := d.DueAt.Add(-storage.ReturnAfter)
	var missed []storage.Session
	for _, session := range open {
		if session.OpenedAt == nil || session.UpdatedAt.Before(back) {
			missed = append(missed, session)
		}
	}
	switch {
	case len(missed) == 0:
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "nothing was missed"}, nil
	case len(missed) > 1:
		say := b.texts.In(missed[0].Language)
		words, keyboard, err := b.list(ctx, say, say.Say("surveys.several", nil), missed)
		return telegram.Message{Chat: d.AccountID, Text: words, Buttons: keyboard}, storage.Outcome{}, err
	case missed[0].CardMessageID == 0 && missed[0].OpenedAt == nil:
		words, keyboard, err := b.draw(ctx, missed[0], view{})
		return telegram.Message{Chat: d.AccountID, Text: words, Buttons: keyboard}, storage.Outcome{}, err
	}
	form, err := b.waitingForm(ctx, missed[0])
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	words, keyboard := form.remind(storage.ReminderTurn{})
	return telegram.Message{Chat: d.AccountID, Text: words, Buttons: keyboard}, storage.Outcome{}, nil
}
