package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"pascalatih/bot/simulator"
)

// How much breaks, and how the moments are chosen.
const (
	killCount   = 20
	cutCount    = 10 // of each network
	randomKills = 3  // fall anywhere, also while the bot starts
)

// keeper keeps the bot running: one that ended is started again, as a service
// manager does.
type keeper struct {
	world *killWorld

	mu      sync.Mutex
	bot     *serving
	meant   bool          // the end of this bot was brought about
	started chan struct{} // closed when the next bot starts
	logs    []*logbook
}

// keep runs bots until ctx is done, then ends the last as an operator does. An
// end that nobody brought about is an error, unless Postgres could not be reached
// at the start.
func (k *keeper) keep(ctx context.Context) error {
	for {
		bot, err := k.begin()
		if err != nil {
			return err
		}
		select {
		case <-bot.ended:
		case <-ctx.Done():
			return k.endLast(bot)
		}
		if err := k.explain(bot); err != nil {
			return err
		}
		pause(ctx, 100*time.Millisecond) // a service manager takes its time, too
	}
}

func (k *keeper) begin() (*serving, error) {
	command := program(context.Background(), k.world.t, k.world.bot(), "serve")
	k.mu.Lock()
	defer k.mu.Unlock()
	bot, err := start(command)
	if err != nil {
		return nil, err
	}
	k.bot, k.meant = bot, false
	k.logs = append(k.logs, bot.log)
	close(k.started)
	k.started = make(chan struct{})
	return bot, nil
}

func (k *keeper) explain(bot *serving) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	said := bot.log.tail(1)
	if k.meant || bot.command.ProcessState.ExitCode() == exitFailed && strings.Contains(said, "database") {
		return nil
	}
	return fmt.Errorf("the bot ended by itself (%s): %s", bot.command.ProcessState, said)
}

func (k *keeper) endLast(bot *serving) error {
	defer bot.kill()
	if code := bot.stop(k.world.t, 10*time.Second); code != exitDone {
		return fmt.Errorf("asked to end, the bot ended with %d: %s", code, bot.log.tail(3))
	}
	return nil
}

// polling waits until the present bot, or one after it, polls.
func (k *keeper) polling(ctx context.Context) error {
	for {
		k.mu.Lock()
		bot, next := k.bot, k.started
		k.mu.Unlock()
		waiting, cancel := context.WithCancel(ctx)
		go func() {
			select {
			case <-next:
				cancel()
			case <-waiting.Done():
			}
		}()
		_, err := bot.log.await(waiting, `"msg":"polling"`)
		cancel()
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// kill kills the present bot.
func (k *keeper) kill() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.meant = true
	k.bot.kill()
	k.world.sim.RecordKill()
}

// killAtTimes kills the bot again and again: mostly when it works and Telegram
// has delivered what is not confirmed, at times at any moment.
func (k *keeper) killAtTimes(ctx context.Context, chance *rand.Rand) error {
	anywhere := chance.Perm(killCount)[:randomKills]
	for i := range killCount {
		if slices.Contains(anywhere, i) {
			pause(ctx, upTo(chance, 2*time.Second))
			k.kill()
			continue
		}
		if err := k.polling(ctx); err != nil {
			return fmt.Errorf("wait for the bot to poll: %w", err)
		}
		pause(ctx, upTo(chance, 1500*time.Millisecond))
		if err := k.world.sim.AwaitDelivered(ctx); err != nil {
			return fmt.Errorf("wait for an update under way: %w", err)
		}
		pause(ctx, upTo(chance, 5*time.Millisecond))
		k.kill()
	}
	return nil
}

// cutAtTimes cuts the networks in a random order, each time for a while.
func (w *killWorld) cutAtTimes(ctx context.Context, chance *rand.Rand) error {
	for _, n := range chance.Perm(2 * cutCount) {
		pause(ctx, 300*time.Millisecond+upTo(chance, 1200*time.Millisecond))
		lasts := 50*time.Millisecond + upTo(chance, 700*time.Millisecond)
		if n < cutCount {
			w.sim.NetworkDown()
			pause(ctx, lasts)
			if err := w.sim.NetworkUp(); err != nil {
				return err
			}
			continue
		}
		w.proxy.cut()
		pause(ctx, lasts)
		w.proxy.mend()
	}
	return nil
}

// breakThings does all that, and lets single requests fail in between; at its end
// it is calm.
func (w *killWorld) breakThings(ctx context.Context, k *keeper) error {
	w.sim.Inject(simulator.Scatter(w.seed, 30, 1000, []simulator.FaultKind{
		simulator.CutBefore, simulator.CutAfter, simulator.Status500, simulator.Status502HTML, simulator.Delay,
	}, "sendMessage", "editMessageText", "editMessageReplyMarkup", "answerCallbackQuery", "getUpdates")...)
	w.sim.Inject(simulator.Scatter(w.seed+1, 5, 50, []simulator.FaultKind{simulator.RepeatUpdate})...)
	var kills, cuts error
	var breaking sync.WaitGroup
	breaking.Go(func() { kills = k.killAtTimes(ctx, rand.New(rand.NewPCG(w.seed, 1001))) })
	breaking.Go(func() { cuts = w.cutAtTimes(ctx, rand.New(rand.NewPCG(w.seed, 1002))) })
	breaking.Wait()
	w.calm.Store(true)
	return errors.Join(kills, cuts, ctx.Err())
}

func upTo(chance *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(chance.Int64N(int64(most)))
}
