package bot

import (
	"context"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// showTalk shows where a dialogue is.
func (b *Bot) showTalk(ctx context.Context, v visit, row storage.Dialogue) error {
	t, err := b.talkOf(row.Kind, v.account)
	if err != nil {
		return b.refuseTap(ctx, v)
	}
	shown, err := t.show(b, ctx, scene{visit: v, revision: row.Revision}, row.State)
	if err != nil {
		return err
	}
	if row.Said != "" {
		shown.Text = write(func(p *page) { p.italic(row.Said) }) + "\n\n" + shown.Text
	}
	b.showStep(v, shown, false)
	return nil
}

// showStep shows a step in the place of the message that was tapped, else below.
// The message that showed the step before loses its buttons, or goes with its
// keys. Where the dialogue is over, the message is its no more: it keeps what
// buttons it has.
func (b *Bot) showStep(v visit, s screen, over bool) {
	b.chats.add(v.Chat.ID, remark{key: "dialogue", say: func(ctx context.Context, w calendar.Worker) {
		b.dropped(v.Chat.ID, "dialogue", b.putStep(ctx, w, v, s, over))
	}})
	if s.Text == "" {
		ring(b.sweepIt)
	}
}

func (b *Bot) putStep(ctx context.Context, w calendar.Worker, v visit, s screen, over bool) error {
	before, err := b.store.Dialogue(ctx, v.Chat.ID)
	if err != nil {
		return err
	}
	keys := len(s.Keys) > 0
	switch {
	case keys: // noted first: whether they arrived may never be known
		if err := b.store.DialogueShown(ctx, v.Chat.ID, 0, true); err != nil {
			return err
		}
	case before.Keys:
		if err := b.takeKeys(ctx, w, v); err != nil {
			b.dropped(v.Chat.ID, "keys", err)
			keys = !telegram.KindOf(err).Uncertain() // the next step takes them
		}
	}
	message := v.message()
	if s.Text != "" {
		if message, err = b.put(ctx, w, v, s); err != nil {
			return err
		}
	}
	shows := message
	if over {
		shows = 0
	}
	if err := b.store.DialogueShown(ctx, v.Chat.ID, shows, keys); err != nil {
		return err
	}
	switch {
	case before.MessageID == 0 || before.MessageID == message:
		return nil
	case before.Keys:
		return b.remove(ctx, w, v.Chat.ID, before.MessageID)
	}
	return b.removeButtons(ctx, w, v.Chat.ID, before.MessageID)
}

// takeKeys gives the person their letters back. Only a message can do that; it
// is in the way afterwards, and goes.
func (b *Bot) takeKeys(ctx context.Context, w calendar.Worker, v visit) error {
	message, err := b.send(ctx, w, telegram.Message{Chat: v.Chat.ID, Text: plain(v.say.Say("joining.keys_away", nil)), RemoveKeys: true})
	if err != nil {
		return err
	}
	return b.remove(ctx, w, v.Chat.ID, message)
}

// put shows a screen in the place of the message that was tapped, else as a new
// message, and gives the message's id.
func (b *Bot) put(ctx context.Context, w calendar.Worker, v visit, s screen) (int64, error) {
	if v.Callback != nil && v.message() != 0 && !v.Callback.OnFile && len(s.Keys) == 0 {
		err := b.edit(ctx, w, v.Chat.ID, v.message(), s.Text, s.Buttons)
		if telegram.KindOf(err) != telegram.Gone {
			return v.message(), err
		}
	}
	return b.send(ctx, w, telegram.Message{Chat: v.Chat.ID, Text: s.Text, Buttons: s.Buttons, Keys: s.Keys})
}
