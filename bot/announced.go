package bot

import (
	"context"
	"slices"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// composeForms shows the forms that an invitation or a reminder carries, with those
// that were due to the same person at the same time: some are new, of others it
// reminds.
func (b *Bot) composeForms(ctx context.Context, d storage.Delivery) (telegram.Message, storage.Outcome, error) {
	switch {
	case len(d.Reminded) == 0:
		return b.composeInvitation(ctx, d)
	case len(d.Reminded) == len(d.Sessions) && d.Kind == storage.DeliveryReminder:
		return b.composeReminder(ctx, d)
	}
	sessions, err := b.sessionsOf(ctx, d)
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	open := slices.DeleteFunc(slices.Clone(sessions), func(s storage.Session) bool {
		return !isFresh(s) && !slices.Contains(d.Reminded, s.ID)
	})
	switch {
	case len(open) == 0 && len(sessions) > 0 && d.Unknowns > 0:
		// As with an invitation: the attempt that nobody knew of did arrive.
		return telegram.Message{}, storage.Outcome{State: storage.Sent, MessageID: sessions[0].CardMessageID}, nil
	case len(open) == 0:
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "nothing is open"}, nil
	case len(open) > 1:
		say := b.texts.In(open[0].Language)
		words, keyboard, err := b.list(ctx, say, say.Say("announced.several", map[string]any{"Count": len(open)}), open)
		return telegram.Message{Chat: d.AccountID, Text: words, Buttons: keyboard}, storage.Outcome{}, err
	case isFresh(open[0]):
		words, keyboard, err := b.draw(ctx, open[0], view{})
		return telegram.Message{Chat: d.AccountID, Text: words, Buttons: keyboard}, storage.Outcome{}, err
	}
	d.Sessions = []int64{open[0].ID}
	return b.composeReminder(ctx, d)
}

// isFresh tells whether nobody was at a form yet.
func isFresh(s storage.Session) bool { return s.CardMessageID == 0 && s.OpenedAt == nil }
