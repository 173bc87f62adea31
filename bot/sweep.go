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
		if b.onDuty() && b.sweepOnce(ctx) {
			next = b.clock.Now().Add(sweepEvery)
		}
		b.sweeper.Wait(ctx, next, b.sweepIt)
	}
}

// sweepOnce tells whether there was something that was behind, or is followed.
func (b *Bot) sweepOnce(ctx context.Context) bool {
	following := b.followAll(ctx)
	behind, err := b.store.CardsBehind(ctx, sweepLimit)
	if err != nil {
		if ctx.Err() == nil {
			b.log.Error("cards behind not found", "err", err)
		}
		return following
	}
	for _, card := range behind {
		if !b.chats.has(card.AccountID, cardKey(card.ID)) {
			b.show(view{session: card.ID, account: card.AccountID, class: telegram.Edit})
		}
	}
	return following || len(behind) > 0
}
