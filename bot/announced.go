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
	reminds := func(s storage.Session) bool { return slices.Contains(d.Reminded, s.ID) }
	open := slices.DeleteFunc(slices.Clone(sessions), func(s storage.Session) bool { return !isFresh(s) && !reminds(s) })
	if len(open) > 1 && slices.ContainsFunc(open, reminds) {
		if answering, err := b.isAnswering(ctx, d); err != nil || answering.State != "" {
			return telegram.Message{}, answering, err
		}
	}
	switch {
	case len(open) == 0 && len(sessions) > 0 && d.Unknowns > 0:
		// As with an invitation: the attempt that nobody knew of did arrive.
		return telegram.Message{}, storage.Outcome{State: storage.Sent, MessageID: sessions[0].CardMessageID}, nil
	case len(open) == 0:
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "nothing is open"}, nil
	case len(open) > 1:
		return b.announce(ctx, d.AccountID, open)
	case reminds(open[0]):
		d.Sessions = []int64{open[0].ID}
		return b.composeReminder(ctx, d)
	}
	words, keyboard, err := b.draw(ctx, open[0], view{})
	return telegram.Message{Chat: d.AccountID, Text: words, Buttons: keyboard}, storage.Outcome{}, err
}

// announce lists several forms, of which some are new, each with what is left of it.
func (b *Bot) announce(ctx context.Context, account int64, open []storage.Session) (telegram.Message, storage.Outcome, error) {
	waiting := make([]waitingForm, len(open))
	for i, session := range open {
		var err error
		if waiting[i], err = b.waitingForm(ctx, session); err != nil {
			return telegram.Message{}, storage.Outcome{}, err
		}
	}
	heading := waiting[0].say.Say("announced.several", map[string]any{"Count": len(open)})
	words, keyboard, err := b.listWaiting(ctx, heading, waiting)
	return telegram.Message{Chat: account, Text: words, Buttons: append(keyboard, waiting[0].putOffSeveral())}, storage.Outcome{}, err
}

// isFresh tells whether nobody was at a form yet.
func isFresh(s storage.Session) bool { return s.CardMessageID == 0 && s.OpenedAt == nil }
