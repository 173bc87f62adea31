package bot

import (
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// furtherPictures is how many pictures a summary has at most beside the first.
const furtherPictures = 3

// Send shows a delivery to its person: it is rendered at this moment, in the
// language of this moment, or is no longer needed. w, the caller's Worker, rests
// while the pace is waited for.
func (b *Bot) Send(ctx context.Context, w calendar.Worker, d storage.Delivery) storage.Outcome {
	var outcome storage.Outcome
	messages := 1
	if d.Kind == storage.DeliveryPictures {
		messages = furtherPictures
	}
	err := b.line.requestAlbum(ctx, w, telegram.Bulk, d.AccountID, messages, func() error {
		message, ended, err := b.compose(ctx, d)
		if err != nil || ended.State != "" {
			outcome = ended
			return err
		}
		begun, end := outlast(ctx, endTime)
		defer end()
		id, err := b.hand(begun, message)
		outcome = storage.Outcome{State: storage.Sent, MessageID: int64(id)}
		return err
	})
	if err != nil {
		outcome = b.outcomeOf(err, d.Attempt)
	}
	switch {
	case outcome.Reason == cannotRender:
		b.log.Error("delivery cannot be rendered", "delivery", d.ID, "kind", d.Kind, "err", err)
	case outcome.State == storage.Failed && !outcome.Blocked:
		b.log.Warn("delivery refused", "delivery", d.ID, "kind", d.Kind, "round", d.RoundID, "reason", outcome.Reason)
	}
	return outcome
}

// outgoing is what a delivery carries: a message, or a file whose caption is its
// text.
type outgoing struct {
	telegram.Message
	file *storage.File
	// sharp pictures go as a file: Telegram makes what it shows as a picture smaller,
	// and less clear than the screen in a class shows it.
	sharp bool
	album []telegram.Picture // without a sound
}

// hand makes the request that carries it.
func (b *Bot) hand(ctx context.Context, o outgoing) (int, error) {
	switch {
	case len(o.album) == 1:
		one := o.album[0]
		return b.client.SendPhoto(ctx, telegram.Upload{Chat: o.Chat, Name: one.Name, Data: one.Data, Caption: one.Caption, Silent: true})
	case len(o.album) > 1:
		return b.client.SendAlbum(ctx, telegram.Album{Chat: o.Chat, Pictures: o.album, Silent: true})
	case o.file == nil:
		return b.client.Send(ctx, o.Message)
	}
	upload := telegram.Upload{Chat: o.Chat, Name: o.file.Name, Data: o.file.Data, Caption: o.Text, Buttons: o.Buttons}
	if path.Ext(o.file.Name) == ".png" && !o.sharp {
		return b.client.SendPhoto(ctx, upload)
	}
	return b.client.SendDocument(ctx, upload)
}

// endTime is how long, in the machine's time, a request that has begun may go on
// once the end was asked for: broken off, nobody would know whether it arrived.
const endTime = 3 * time.Second

// outlast is a context that ends so long after ctx.
func outlast(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	forget := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return longer, func() {
		forget()
		cancel()
	}
}

// cannotRender is the reason of a failure that is the house's own.
const cannotRender = "cannot be rendered"

// outcomeOf tells what the failure of an attempt, from 1, means for its delivery.
func (b *Bot) outcomeOf(err error, attempt int) storage.Outcome {
	// The wire is asked first: a request that was broken off because ctx ended may
	// have taken effect.
	if failure, ok := errors.AsType[*telegram.Error](err); ok {
		return b.outcomeAtWire(failure, attempt)
	}
	switch {
	case errors.Is(err, errSilent):
		return storage.Outcome{State: storage.Failed, Reason: "blocked", Blocked: true}
	case storage.IsUnavailable(err), errors.Is(err, context.Canceled):
		return storage.Outcome{State: storage.Later, Reason: "database away", After: b.again(soonAgain, attempt)}
	}
	return storage.Outcome{State: storage.Failed, Reason: cannotRender}
}

func (b *Bot) outcomeAtWire(failure *telegram.Error, attempt int) storage.Outcome {
	switch failure.Kind {
	case telegram.Throttled:
		return storage.Outcome{State: storage.Later, Reason: "throttled", After: failure.RetryAfter, Throttled: true}
	case telegram.Unreachable:
		return storage.Outcome{State: storage.Later, Reason: "telegram away", After: b.again(soonAgain, attempt)}
	case telegram.Unauthorized, telegram.Conflict:
		return storage.Outcome{State: storage.Later, Reason: failure.Kind.String(), After: b.again(laterAgain, attempt)}
	case telegram.Blocked:
		return storage.Outcome{State: storage.Failed, Reason: "blocked", Blocked: true}
	case telegram.Unavailable:
		return storage.Outcome{State: storage.Unknown, Reason: failure.Kind.String(), After: b.again(serverAgain, attempt)}
	case telegram.Unknown:
		return storage.Outcome{State: storage.Unknown, Reason: failure.Kind.String()}
	}
	return storage.Outcome{State: storage.Failed, Reason: failure.Reason}
}

// again is how long a delivery waits after its attempt.
func (b *Bot) again(w backoff, attempt int) time.Duration { return w.after(attempt, b.jitter()) }

// compose renders a delivery, or tells how it ended without being sent.
func (b *Bot) compose(ctx context.Context, d storage.Delivery) (outgoing, storage.Outcome, error) {
	switch d.Kind { // their sessions tell all that is needed of the account
	case storage.DeliveryInvitation, storage.DeliveryReminder:
		compose := b.composeForms
		if d.Kind == storage.DeliveryInvitation && d.RoundID == 0 {
			compose = b.composeReturn
		}
		message, ended, err := compose(ctx, d)
		return outgoing{Message: message}, ended, err
	}
	account, err := b.store.Account(ctx, d.AccountID)
	if err != nil {
		return outgoing{}, storage.Outcome{}, fmt.Errorf("read the account of a delivery: %w", err)
	}
	if account.Blocked {
		return outgoing{}, storage.Outcome{}, errSilent
	}
	switch d.Kind {
	case storage.DeliverySummary:
		return b.composeSummary(ctx, d, account)
	case storage.DeliveryPictures:
		return b.composePictures(ctx, d, account)
	case storage.DeliveryFile:
		return b.composeFile(ctx, d, account)
	case storage.DeliveryClaims:
		return b.composeClaims(ctx, d, account)
	case storage.DeliveryClaim:
		return b.composeClaim(ctx, d, account)
	case storage.DeliveryNotMine:
		return b.composeMistaken(ctx, d, account)
	case storage.DeliveryOpening:
		message, ended, err := b.composeOpening(ctx, d, account)
		return outgoing{Message: message}, ended, err
	case storage.DeliveryCancelled:
		message, ended, err := b.composeCancelled(ctx, d, account)
		return outgoing{Message: message}, ended, err
	case storage.DeliveryClosing:
		message, ended, err := b.composeClosing(ctx, d, account)
		return outgoing{Message: message}, ended, err
	case storage.DeliveryHolidays:
		message, ended, err := b.composeHolidays(ctx, d, account)
		return outgoing{Message: message}, ended, err
	}
	return outgoing{}, storage.Outcome{}, fmt.Errorf("a delivery of the unknown kind %q", d.Kind)
}

// sessionsOf are the sessions of a delivery that still take answers; errSilent where
// the account blocked the bot.
func (b *Bot) sessionsOf(ctx context.Context, d storage.Delivery) ([]storage.Session, error) {
	sessions, err := b.store.DeliverySessions(ctx, d)
	if err != nil {
		return nil, err
	}
	var open []storage.Session
	for _, session := range sessions {
		if session.Blocked {
			return nil, errSilent
		}
		if session.State == storage.SessionOpen {
			open = append(open, session)
		}
	}
	return open, nil
}

// composeInvitation is the first card of a form, or a list where several forms
// are announced at once.
func (b *Bot) composeInvitation(ctx context.Context, d storage.Delivery) (telegram.Message, storage.Outcome, error) {
	sessions, err := b.sessionsOf(ctx, d)
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	var fresh []storage.Session
	for _, session := range sessions {
		if isFresh(session) {
			fresh = append(fresh, session)
		}
	}
	switch {
	case len(fresh) == 0 && len(sessions) > 0 && d.Unknowns > 0:
		// The person is at the form: the attempt that nobody knew of did arrive.
		return telegram.Message{}, storage.Outcome{State: storage.Sent, MessageID: sessions[0].CardMessageID}, nil
	case len(fresh) == 0:
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "nothing to invite to"}, nil
	case len(fresh) == 1:
		words, keyboard, err := b.draw(ctx, fresh[0], view{})
		return telegram.Message{Chat: d.AccountID, Text: words, Buttons: keyboard}, storage.Outcome{}, err
	case sameObservations(fresh):
		listed, err := b.drawObserved(ctx, fresh[0])
		return telegram.Message{Chat: d.AccountID, Text: listed.Text, Buttons: listed.Buttons}, storage.Outcome{}, err
	}
	say := b.texts.In(fresh[0].Language)
	words, keyboard, err := b.list(ctx, say, say.Say("invitation.several", map[string]any{"Count": len(fresh)}), fresh)
	return telegram.Message{Chat: d.AccountID, Text: words, Buttons: keyboard}, storage.Outcome{}, err
}
