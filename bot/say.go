package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// line is how requests go out to chats: at pace, one at a time in a chat. That a chat
// wants none is written before the next one to it can begin, and nowhere but in the
// database: of its coming back another process may hear.
type line struct {
	pacer *telegram.Pacer
	store *storage.Store
	clock calendar.Clock
	log   *slog.Logger
}

// errSilent says that the chat blocked the bot: nothing was sent.
var errSilent = errors.New("the chat blocked the bot")

// request makes one request to a chat when the pace allows it.
func (l *line) request(ctx context.Context, w calendar.Worker, class telegram.Class, chat int64, call func() error) error {
	return l.requestAlbum(ctx, w, class, chat, 1, call)
}

// requestAlbum is request for one that makes so many messages.
func (l *line) requestAlbum(ctx context.Context, w calendar.Worker, class telegram.Class, chat int64, messages int, call func() error) error {
	return l.pacer.DoAlbum(ctx, w, class, chat, messages, func() error {
		err := call()
		if telegram.KindOf(err) == telegram.Blocked {
			l.blocked(ctx, chat)
		}
		return err
	})
}

func (l *line) blocked(ctx context.Context, chat int64) {
	l.log.Info("chat blocked the bot", "chat", chat)
	if err := l.store.Block(context.WithoutCancel(ctx), chat, l.clock.Now()); err != nil {
		l.log.Error("block not noted", "chat", chat, "err", err)
	}
}

// Requests that did not reach Telegram are made again after a moment of the
// machine's time: it is a network that is waited for.
const (
	mostRequests = 5
	firstPause   = 100 * time.Millisecond
)

// insist makes a request until it went through, at most a few times; again tells
// which failures are worth it.
func (l *line) insist(ctx context.Context, request func() error, again func(telegram.Kind) bool) error {
	pause := firstPause
	for tries := 1; ; tries++ {
		err := request()
		if err == nil || tries == mostRequests || !again(telegram.KindOf(err)) || ctx.Err() != nil {
			return err
		}
		if telegram.KindOf(err) == telegram.Throttled {
			continue // the pace waits for it
		}
		rest(ctx, pause)
		pause *= 2
	}
}

// harmless are the failures after which the same request can be made again
// whatever it does: nothing was done.
func harmless(kind telegram.Kind) bool { return kind == telegram.Unreachable }

// passing are those after which a request that may be done twice is made again.
func passing(kind telegram.Kind) bool {
	return kind == telegram.Unreachable || kind == telegram.Throttled || kind.Uncertain()
}

// rest waits in the machine's time.
func rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// reply says something that shows no row: it is sent once, and dropped where
// Telegram does not take it.
func (b *Bot) reply(chat int64, words telegram.HTML, keyboard telegram.Keyboard) {
	b.chats.add(chat, remark{say: func(ctx context.Context, w calendar.Worker) {
		_, err := b.send(ctx, w, telegram.Message{Chat: chat, Text: words, Buttons: keyboard})
		b.dropped(chat, "reply", err)
	}})
}

// send sends a message, notes it as the newest in its chat and gives its id.
func (b *Bot) send(ctx context.Context, w calendar.Worker, m telegram.Message) (message int64, err error) {
	err = b.line.insist(ctx, func() error {
		return b.line.request(ctx, w, telegram.Reply, m.Chat, func() error {
			id, err := b.client.Send(ctx, m)
			if err != nil {
				return err
			}
			message = int64(id)
			return b.store.NoteMessage(ctx, m.Chat, message)
		})
	}, harmless)
	return message, err
}

// edit gives a message of the bot's another text and other buttons.
func (b *Bot) edit(ctx context.Context, w calendar.Worker, chat, message int64, words telegram.HTML, keyboard telegram.Keyboard) error {
	return b.line.insist(ctx, func() error {
		return b.line.request(ctx, w, telegram.Edit, chat, func() error {
			return b.client.Edit(ctx, chat, int(message), words, keyboard)
		})
	}, passing)
}

// replace puts something in the place of a message of the bot's, as the reaction
// to a tap on it; where that is gone, it is sent.
func (b *Bot) replace(chat, message int64, words telegram.HTML, keyboard telegram.Keyboard) {
	b.chats.add(chat, remark{say: func(ctx context.Context, w calendar.Worker) {
		err := error(&telegram.Error{Kind: telegram.Gone})
		if message != 0 {
			err = b.edit(ctx, w, chat, message, words, keyboard)
		}
		if telegram.KindOf(err) == telegram.Gone {
			_, err = b.send(ctx, w, telegram.Message{Chat: chat, Text: words, Buttons: keyboard})
		}
		b.dropped(chat, "reply", err)
	}})
}

// recaption puts something below the picture that a message is, or in the place of
// its text, as the reaction to a tap on it; where that is gone, it is sent. Of pages
// that are turned in haste only the last goes out.
func (b *Bot) recaption(v visit, words telegram.HTML, keyboard telegram.Keyboard) {
	chat, message := v.Chat.ID, v.message()
	b.chats.add(chat, remark{key: fmt.Sprintf("caption:%d", message), say: func(ctx context.Context, w calendar.Worker) {
		var err error
		switch {
		case message == 0:
			err = &telegram.Error{Kind: telegram.Gone}
		case v.Callback.OnFile:
			err = b.line.insist(ctx, func() error {
				return b.line.request(ctx, w, telegram.Edit, chat, func() error {
					return b.client.EditCaption(ctx, chat, int(message), words, keyboard)
				})
			}, passing)
		default:
			err = b.edit(ctx, w, chat, message, words, keyboard)
		}
		if telegram.KindOf(err) == telegram.Gone {
			_, err = b.send(ctx, w, telegram.Message{Chat: chat, Text: words, Buttons: keyboard})
		}
		b.dropped(chat, "caption", err)
	}})
}

// takeButtons takes the buttons from a message of the bot's.
func (b *Bot) takeButtons(chat, message int64) {
	if message == 0 {
		return
	}
	b.chats.add(chat, remark{say: func(ctx context.Context, w calendar.Worker) {
		b.dropped(chat, "buttons", b.removeButtons(ctx, w, chat, message))
	}})
}

// removeButtons takes the buttons from a message; one that is gone has none.
func (b *Bot) removeButtons(ctx context.Context, w calendar.Worker, chat, message int64) error {
	err := b.line.insist(ctx, func() error {
		return b.line.request(ctx, w, telegram.Edit, chat, func() error {
			return b.client.RemoveButtons(ctx, chat, int(message))
		})
	}, passing)
	if kind := telegram.KindOf(err); kind == telegram.Gone || kind == telegram.Refused {
		return nil
	}
	return err
}

// remove deletes a message of the bot's; one that is gone, or too old to be
// deleted, stays as it is.
func (b *Bot) remove(ctx context.Context, w calendar.Worker, chat, message int64) error {
	err := b.line.insist(ctx, func() error {
		return b.line.request(ctx, w, telegram.Edit, chat, func() error {
			return b.client.Delete(ctx, chat, int(message))
		})
	}, passing)
	if kind := telegram.KindOf(err); kind == telegram.Gone || kind == telegram.Refused {
		return nil
	}
	return err
}

// dropped logs what was not said.
func (b *Bot) dropped(chat int64, what string, err error) {
	if err != nil {
		b.log.Warn("not said", "chat", chat, "what", what, "err", err)
	}
}

// answer ends the waiting sign on a tapped button, beside the database's work.
func (b *Bot) answer(callback string) {
	w := b.clock.Work()
	b.chats.enter()
	b.answers <- struct{}{}
	go func() {
		defer w.Done()
		defer b.chats.leave()
		defer func() { <-b.answers }()
		if err := b.client.AnswerCallback(b.chats.ctx, callback, "", false); err != nil {
			b.log.Info("callback not answered", "err", err)
		}
	}()
}

// leave leaves a group or channel: the bot is for private chats only.
func (b *Bot) leave(u telegram.Update) {
	if u.Membership != nil && u.Membership.Status != telegram.Member {
		return // it is out already
	}
	b.chats.add(u.Chat.ID, remark{key: "leave", say: func(ctx context.Context, _ calendar.Worker) {
		b.dropped(u.Chat.ID, "leave", b.client.LeaveChat(ctx, u.Chat.ID))
	}})
}
