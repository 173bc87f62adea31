package bot

import (
	"context"
	"time"

	"pascalatih/bot/telegram"
)

const (
	// sweepEvery is how often cards that are behind are looked for: in people's
	// time while there are some, and in the machine's for what other processes
	// leave.
	sweepEvery = time.Second
	sweepLimit = 500
)

// sweep shows cards that are behind their session: what a crash kept from being
// shown, what the end of a round changed.
func (b *Bot) sweep(ctx context.Context) {
	defer b.sweeper.Done()
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	stop := context.AfterFunc(ctx, func() { ring(b.sweepIt) })
	defer stop()
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				ring(b.sweepIt)
			}
		}
	}()
	for ctx.Err() == nil {
		next := time.Time{}
		if b.onDuty() {
			next = b.sweepOnce(ctx)
		}
		b.sweeper.Wait(ctx, next, b.sweepIt)
	}
}

// sweepOnce gives when to look again, for what was behind or is followed; zero where
// nothing was.
func (b *Bot) sweepOnce(ctx context.Context) time.Time {
	next := b.followAll(ctx)
	behind, err := b.store.CardsBehind(ctx, sweepLimit)
	if err != nil {
		if ctx.Err() == nil {
			b.log.Error("cards behind not found", "err", err)
		}
		return next
	}
	for _, card := range behind {
		if !b.chats.has(card.AccountID, cardKey(card.ID)) {
			b.show(view{session: card.ID, account: card.AccountID, class: telegram.Edit})
		}
	}
	if len(behind) > 0 {
		next = b.clock.Now().Add(sweepEvery)
	}
	return next
}
