package bot_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"pascalatih/bot"
	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// A process that met a block may not be the one that hears of its end: what the person
// missed goes out from either.
func TestComingBackWhileAnotherProcessListens(t *testing.T) {
	h := newHouse(t)
	client := telegram.New(telegram.Config{Token: h.sim.Token(), BaseURL: h.sim.URL(), Log: quiet})
	sender := bot.New(bot.Config{Store: h.Store, Client: client, Pacer: telegram.NewPacer(h.clock, 28),
		Clock: h.clock, Zone: wib, Texts: h.texts, Log: quiet})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := sender.Run(ctx); err != nil {
			t.Errorf("running: %v", err)
		}
	})
	defer running.Wait()
	defer cancel()
	h.budi.Block()
	h.settle()
	query[int](h, `UPDATE account SET blocked_at = NULL WHERE id = 7001 RETURNING 1`) // it is known by the 403 alone
	listener := h.bot
	h.bot = sender
	h.open("A")
	h.bot = listener
	if blocked := query[bool](h, `SELECT blocked_at IS NOT NULL FROM account WHERE id = 7001`); !blocked {
		t.Fatal("the 403 was not noted")
	}
	h.budi.Unblock()
	h.pass(2 * storage.ReturnAfter)
	h.bot = sender
	outcomes := h.deliver()
	h.bot = listener
	h.settle()
	if len(outcomes) != 1 || outcomes[0].State != storage.Sent {
		t.Errorf("what was missed ended %+v", outcomes)
	}
	h.pass(time.Minute)
	h.reads(h.budi, "Pelatihan A")
	if blocked := query[bool](h, `SELECT blocked_at IS NOT NULL FROM account WHERE id = 7001`); blocked {
		t.Error("who came back counts as blocking the bot")
	}
}
