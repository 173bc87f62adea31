package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// Taps by which HR starts and closes rounds.
const (
	openingTap tapKind = "m"
	closingTap tapKind = "c"
)

// openingDialogue is the dialogue of somebody who is about to start a round.
const openingDialogue = "opening"

type openingState struct {
	Training   string `json:"training"`
	Instrument string `json:"instrument"`
}

func (s openingState) opening() storage.Opening {
	return storage.Opening{Training: s.Training, Instrument: s.Instrument}
}

// startRound is /mulai TRAINING INSTRUMENT: it tells how many people would be
// asked, and asks for a yes.
func (b *Bot) startRound(ctx context.Context, v visit, arguments string) error {
	words := strings.Fields(arguments)
	last := len(words) - 1
	if last < 1 {
		b.reply(v.Chat.ID, plain(v.say.Say("rounds.how_to_start", nil)), nil)
		return nil
	}
	state := openingState{Training: strings.Join(words[:last], " "), Instrument: words[last]}
	preview, err := b.store.PreviewRound(ctx, state.opening())
	if err != nil {
		return b.explainRound(v, err)
	}
	revision, err := b.beginDialogue(ctx, v, openingDialogue, state)
	if err != nil || revision == 0 {
		return err
	}
	b.reply(v.Chat.ID, write(func(p *page) {
		p.bold(preview.InstrumentTitle.In(v.say.Language()))
		p.text(" · " + preview.TrainingTitle)
		p.gap()
		p.text(v.say.Say("rounds.will_ask", map[string]any{"Invited": preview.Invited, "Reachable": preview.Reachable, "Days": preview.DaysOpen}))
	}), yesNo(openingTap, revision, doConfirm, v.say.Say("button.start_round", nil), v.say.Say("button.cancel", nil)))
	return nil
}

func (b *Bot) openingTapped(ctx context.Context, v visit, t tap) error {
	var state openingState
	current, err := b.inDialogue(ctx, v, t, openingDialogue, &state)
	if err != nil {
		return err
	}
	switch {
	case !current:
		return b.refuseTap(ctx, v)
	case t.Verb == doDeny:
		b.react(v, plain(v.say.Say("core.cancelled", nil)), nil)
		return b.endDialogue(ctx, v, t, state)
	case t.Verb != doConfirm:
		return b.refuseTap(ctx, v)
	}
	round, counts, err := b.store.OpenRound(ctx, state.opening(), v.source(t.Revision), b.zone, v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return b.explainRound(v, err)
	}
	b.react(v, plain(v.say.Say("rounds.started", map[string]any{
		"Round": round.ID, "Invited": counts.Invited, "Reachable": counts.Reachable, "Until": v.say.Moment(round.ClosesAt, b.zone)})), nil)
	return b.endDialogue(ctx, v, t, state)
}

// closeRound is /tutup ROUND: it tells what closing does, and asks for a yes.
func (b *Bot) closeRound(ctx context.Context, v visit, arguments string) error {
	status, found, err := b.namedRound(ctx, v, arguments, "rounds.how_to_close")
	if err != nil || !found {
		return err
	}
	if status.ClosedAt != nil {
		b.reply(v.Chat.ID, plain(v.say.Say("rounds.closed_already", map[string]any{"Round": status.ID})), nil)
		return nil
	}
	b.reply(v.Chat.ID, write(func(p *page) {
		b.writeRound(p, v, status.Round)
		p.gap()
		p.text(v.say.Say("rounds.will_close", map[string]any{"Sent": status.Sent, "Invited": status.Invited, "Complete": status.Complete}))
	}), telegram.Keyboard{{
		{Text: v.say.Say("button.close_round", nil), Data: tap{Kind: closingTap, ID: status.ID, Verb: doConfirm}.data()},
		{Text: v.say.Say("button.cancel", nil), Data: tap{Kind: closingTap, ID: status.ID, Verb: doDeny}.data()},
	}})
	return nil
}

func (b *Bot) closingTapped(ctx context.Context, v visit, t tap) error {
	switch t.Verb {
	case doConfirm:
	case doDeny:
		return b.leaveOpen(ctx, v, t.ID)
	default:
		return b.refuseTap(ctx, v)
	}
	counts, err := b.store.CloseRound(ctx, t.ID, v.source(t.Revision), v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return b.explainRound(v, err)
	}
	b.react(v, plain(v.say.Say("rounds.closed", map[string]any{"Round": t.ID, "Sent": counts.Sent, "Invited": counts.Invited})), nil)
	return nil
}

// leaveOpen is the reaction to a no: unless a yes came before it, the round
// stays open.
func (b *Bot) leaveOpen(ctx context.Context, v visit, round int64) error {
	status, err := b.store.Status(ctx, round)
	if err != nil {
		return b.explainRound(v, err)
	}
	words := v.say.Say("core.cancelled", nil)
	if status.ClosedAt != nil {
		words = v.say.Say("rounds.closed_already", map[string]any{"Round": status.ID})
	}
	b.react(v, plain(words), nil)
	return nil
}

// mostListed is how many rounds /status lists.
const mostListed = 10

// status is /status [ROUND]: one round in full, or the newest in a line each.
func (b *Bot) status(ctx context.Context, v visit, arguments string) error {
	if arguments == "" {
		return b.listRounds(ctx, v)
	}
	status, found, err := b.namedRound(ctx, v, arguments, "rounds.unknown")
	if err != nil || !found {
		return err
	}
	b.reply(v.Chat.ID, write(func(p *page) {
		b.writeRound(p, v, status.Round)
		p.gap()
		p.text(v.say.Say("rounds.counts", map[string]any{
			"Invited": status.Invited, "Reachable": status.Reachable, "Delivered": status.Delivered, "Opened": status.Opened,
			"Complete": status.Complete, "Sent": status.Sent, "Withdrawn": status.Withdrawn}))
	}), nil)
	return nil
}

func (b *Bot) listRounds(ctx context.Context, v visit) error {
	rounds, err := b.store.Rounds(ctx)
	if err != nil {
		return fmt.Errorf("list the rounds: %w", err)
	}
	if len(rounds) == 0 {
		b.reply(v.Chat.ID, plain(v.say.Say("rounds.none", nil)), nil)
		return nil
	}
	b.reply(v.Chat.ID, write(func(p *page) {
		for i, round := range rounds[:min(mostListed, len(rounds))] {
			if i > 0 {
				p.gap()
			}
			b.writeRound(p, v, round)
		}
		p.gap()
		p.text(v.say.Say("rounds.how_to_see", nil))
	}), nil)
	return nil
}

// writeRound writes which round it is, and until when.
func (b *Bot) writeRound(p *page, v visit, round storage.Round) {
	p.bold(fmt.Sprintf("%d · %s", round.ID, round.TrainingTitle))
	p.line()
	key, at := "rounds.open_until", round.ClosesAt
	if round.ClosedAt != nil {
		key, at = "rounds.closed_at", *round.ClosedAt
	}
	p.text(round.InstrumentTitle.In(v.say.Language()) + " · " + v.say.Say(key, map[string]any{"At": v.say.Moment(at, b.zone)}))
}

// namedRound reads the round that a command names; where there is none, it says
// so, or explains the command with the text of key.
func (b *Bot) namedRound(ctx context.Context, v visit, argument, key string) (storage.RoundStatus, bool, error) {
	id, err := strconv.ParseInt(argument, 10, 64)
	if err != nil {
		b.reply(v.Chat.ID, plain(v.say.Say(key, nil)), nil)
		return storage.RoundStatus{}, false, nil
	}
	status, err := b.store.Status(ctx, id)
	if err != nil {
		return storage.RoundStatus{}, false, b.explainRound(v, err)
	}
	return status, true, nil
}

// explainRound says why a command about a round was refused, and what to do.
func (b *Bot) explainRound(v visit, err error) error {
	var refusal *storage.Error
	if !errors.As(err, &refusal) {
		return err
	}
	key := ""
	switch refusal.Code {
	case storage.NotFound:
		key = fmt.Sprintf("rounds.no_%v", refusal.Detail["what"])
	case storage.AlreadyOpen:
		key = "rounds.open_already"
	case storage.Empty:
		key = "rounds.empty"
	default:
		return err
	}
	b.react(v, plain(v.say.Say(key, refusal.Detail)), nil)
	return nil
}

// summary is /ringkasan: the last full week's summary comes as soon as it is
// computed; it is the reply.
func (b *Bot) summary(ctx context.Context, v visit, _ string) error {
	order := storage.Order{Kind: storage.JobSummary, AccountID: v.account.ID}
	_, err := b.store.EnqueueJob(ctx, order, v.source(0), v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return fmt.Errorf("ask for a summary: %w", err)
	}
	return nil
}
