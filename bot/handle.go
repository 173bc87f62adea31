package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// An update is tried this often before it is passed over.
const mostTries = 3

// Handle does what an update asks for and commits it; nil says that it is done.
// An error says that it could not be done for now (the database is away, ctx
// ended): the update is to come again. One that fails three times for any other
// reason is recorded, answered with one sentence and passed over.
func (b *Bot) Handle(ctx context.Context, u telegram.Update) error {
	begun, outcome := time.Now(), Done // the machine's time: how long the chat waits
	passed, err := b.handle(ctx, u)
	switch {
	case err != nil:
		outcome = Again
	case passed:
		outcome = PassedOver
	}
	b.meter.Update(kindOf(u), outcome, time.Since(begun))
	return err
}

// handle is Handle; passed tells that the update was passed over.
func (b *Bot) handle(ctx context.Context, u telegram.Update) (passed bool, err error) {
	b.chats.enter()
	defer b.chats.leave()
	// Whether the process before this one died of the update is not known: it is
	// counted before it is tried.
	count := b.firsts.is(u)
	failed := error(nil)
	for {
		attempts := 0
		if count {
			if attempts, err = b.countTry(ctx, u, failed); err != nil {
				return false, err
			}
		}
		if attempts > mostTries {
			return true, b.passOver(ctx, u, failed)
		}
		err := b.try(ctx, u)
		if err == nil {
			b.forget(ctx, u, attempts)
			return false, nil
		}
		if storage.IsUnavailable(err) || ctx.Err() != nil {
			return false, err
		}
		failed = err
		b.log.Error("update failed", "chat", u.Chat.ID, "source", sourceOf(u), "err", err)
		if !count { // the first try was not counted beforehand
			if attempts, err = b.countTry(ctx, u, failed); err != nil {
				return false, err
			}
		}
		if attempts >= mostTries {
			return true, b.passOver(ctx, u, failed)
		}
		count = true
	}
}

// firstUpdates are those that the process before this one may have had in hand:
// Telegram gives at most 100 unconfirmed ones, and gives them first.
type firstUpdates struct {
	mu   sync.Mutex
	seen map[string]bool
}

const mostUnconfirmed = 100

// is tells whether an update is one of them, and comes to this process for the
// first time: that it comes again here has reasons of its own, such as a
// database that was away.
func (f *firstUpdates) is(u telegram.Update) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := fmt.Sprintf("%d %s", u.Chat.ID, sourceOf(u))
	if f.seen[key] || len(f.seen) >= mostUnconfirmed {
		return false
	}
	f.seen[key] = true
	return true
}

// try handles an update once. A panic is an error like any other.
func (b *Bot) try(ctx context.Context, u telegram.Update) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return b.route(ctx, u)
}

// countTry counts a try in the update's row, and says which it is.
func (b *Bot) countTry(ctx context.Context, u telegram.Update, failed error) (int, error) {
	if failed == nil {
		failed = errors.New("begun")
	}
	attempts, err := b.store.CountFailure(ctx, u.Chat.ID, sourceOf(u), kindOf(u), failed.Error(), b.clock.Now())
	if err != nil {
		return 0, fmt.Errorf("count a try: %w", err)
	}
	return attempts, nil
}

// forget takes the counted tries of an update back that is done. It may come
// again to other processes, unconfirmed, and is not poison for that.
func (b *Bot) forget(ctx context.Context, u telegram.Update, attempts int) {
	if attempts == 0 {
		return
	}
	if err := b.store.ForgetFailures(ctx, u.Chat.ID, sourceOf(u)); err != nil {
		b.log.Warn("tries of an update not forgotten", "chat", u.Chat.ID, "source", sourceOf(u), "err", err)
	}
}

// passOver records that the update is not tried again, and says so to the
// person.
func (b *Bot) passOver(ctx context.Context, u telegram.Update, failed error) error {
	if err := b.store.PassOver(ctx, u.Chat.ID, sourceOf(u), b.clock.Now()); err != nil {
		return fmt.Errorf("pass over an update: %w", err)
	}
	b.log.Error("update passed over", "chat", u.Chat.ID, "source", sourceOf(u), "err", failed)
	if u.Chat.Private {
		b.reply(u.Chat.ID, plain(b.texts.In(u.From.Language).Say("core.failed", nil)), nil)
	}
	return nil
}

// sourceOf names the update within its chat. update_id is no key: Telegram
// restarts it at random.
func sourceOf(u telegram.Update) string {
	switch {
	case u.Message != nil:
		return fmt.Sprintf("message:%d", u.Message.ID)
	case u.Edited != nil:
		return fmt.Sprintf("message:%d:%d", u.Edited.ID, u.Edited.Date.Unix())
	case u.Callback != nil:
		return "callback:" + u.Callback.ID
	}
	return fmt.Sprintf("update:%d", u.ID)
}

func kindOf(u telegram.Update) string {
	switch {
	case u.Message != nil:
		return "message"
	case u.Edited != nil:
		return "edited"
	case u.Callback != nil:
		return "callback"
	case u.Membership != nil:
		return "membership"
	}
	return "other"
}
