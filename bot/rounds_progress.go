package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// drawOutgoing draws the message that follows how the invitations of a round go
// out. It has ended once nothing is on its way, be it that the round is held: who
// lets it go on follows it anew. Who may not start rounds any more is told
// nothing.
func (b *Bot) drawOutgoing(ctx context.Context, account storage.Account, id int64) (screen, bool, error) {
	if !office.allows(account) {
		return screen{}, true, nil
	}
	round, err := b.store.Round(ctx, id)
	if err != nil {
		return screen{}, false, err
	}
	out, err := b.store.Outgoing(ctx, id)
	if err != nil {
		return screen{}, false, err
	}
	say := b.texts.In(account.Language)
	held := round.HeldAt != nil && round.ClosedAt == nil
	ended := out.Ended() || held && out.Flying == 0
	key := "rounds.going_out"
	status := roundButton(say.Say("button.status", nil), doShow, id, 0)
	buttons := telegram.Keyboard{{turnButton(say, round, doHold)}}
	switch {
	case round.ClosedAt != nil:
		key, buttons = "rounds.closed_before_out", telegram.Keyboard{{status}}
	case held:
		key, buttons = "rounds.held", telegram.Keyboard{
			{turnButton(say, round, doLetGoOn), roundButton(say.Say("button.close_round", nil), doClose, id, 0)}}
	case out.All == 0:
		key, buttons = "rounds.nobody_out", telegram.Keyboard{{status}}
	case ended:
		key, buttons = "rounds.all_out", telegram.Keyboard{{status}}
	}
	waiting, err := b.sayWaiting(ctx, say, round, out)
	if err != nil {
		return screen{}, false, err
	}
	return screen{Buttons: buttons, Text: write(func(p *page) {
		b.writeRound(p, say, round)
		p.gap()
		if out.All > 0 {
			p.text(bar(out.Sent, out.All))
			p.line()
		}
		p.text(say.Say(key, map[string]any{"Sent": say.Count(out.Sent), "All": say.Count(out.All), "Waiting": say.Count(out.Waiting)}))
		if waiting != "" {
			p.line()
			p.text(waiting)
		}
	})}, ended, nil
}

// sayWaiting says how many invitations of a round wait for working time, and until
// when; "" where none does.
func (b *Bot) sayWaiting(ctx context.Context, say text.Phrases, round storage.Round, out storage.Outgoing) (string, error) {
	if out.Waiting == 0 || round.ClosedAt != nil || round.HeldAt != nil {
		return "", nil
	}
	morning, err := b.waitsUntil(ctx, b.clock.Now())
	if err != nil || morning.IsZero() || !morning.Before(round.ClosesAt) {
		return "", err
	}
	return b.sayMorning(say, "rounds.waiting", out.Waiting, morning), nil
}

// turnButton holds a round, or lets it go on, at its present turn.
func turnButton(say text.Phrases, round storage.Round, verb string) telegram.Button {
	key := "button.hold"
	if verb == doLetGoOn {
		key = "button.go_on"
	}
	t := tap{Kind: roundTap, ID: round.ID, Revision: int64(round.Turns), Verb: verb}
	return telegram.Button{Text: say.Say(key, nil), Data: t.data()}
}

// turnRound holds a round or lets it go on, and shows what the tapped message
// shows: how the invitations go out, or where the round stands.
func (b *Bot) turnRound(ctx context.Context, v visit, t tap) error {
	turn := b.store.HoldRound
	if t.Verb == doLetGoOn {
		turn = b.store.LetGoOn
	}
	err := turn(ctx, t.ID, int(t.Revision), roundSource(v, t), v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) && !storage.IsCode(err, storage.Closed) {
		return b.explainRound(v, err)
	}
	follows, err := b.store.FollowsRound(ctx, v.Chat.ID, t.ID, v.message())
	if err != nil {
		return err
	}
	if !follows {
		return b.showRound(ctx, v, t.ID)
	}
	shown, _, err := b.drawOutgoing(ctx, v.account, t.ID)
	if err != nil {
		return err
	}
	b.react(v, shown.Text, shown.Buttons)
	ring(b.sweepIt)
	return nil
}

// openPlanned does the job of a planned round.
func (b *Bot) openPlanned(ctx context.Context, job storage.Job) error {
	return b.store.OpenPlanned(ctx, job, b.zone, b.clock.Now())
}

// drawPlanned tells the one who planned a round why it could not be opened.
func (b *Bot) drawPlanned(_ context.Context, say text.Phrases, job storage.JobStatus) (screen, bool, error) {
	var outcome storage.PlannedOutcome
	if err := json.Unmarshal(job.Result, &outcome); err != nil {
		return screen{}, false, fmt.Errorf("read what came of job %d: %w", job.ID, err)
	}
	why, err := b.sayRefused(say, outcome.Code, outcome.Detail, fmt.Errorf("a planned round ended as %q", outcome.Code))
	if err != nil {
		return screen{}, false, err
	}
	failed := say.Say("rounds.not_opened", map[string]any{"Training": outcome.Training})
	why.Text = plain(failed) + "\n\n" + why.Text
	return why, true, nil
}
