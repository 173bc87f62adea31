package bot

import (
	"context"
	"errors"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// cancellingState is whose cancelling somebody is asked about, or whose being
// restored.
type cancellingState struct {
	Training int64 `json:"training"`
	Back     bool  `json:"back,omitempty"` // it was cancelled
}

// cancellingDialogue is the question by which HR cancels a training, or takes that
// back: it says with numbers what happens.
func cancellingDialogue() dialogue[cancellingState] {
	return dialogue[cancellingState]{kind: "cancelling", access: office, draw: (*Bot).drawCancelling, move: (*Bot).moveCancelling}
}

func (b *Bot) moveCancelling(ctx context.Context, v visit, s cancellingState, d deed) (turn[cancellingState], error) {
	notice := ""
	switch d.Verb {
	case doDeny:
	case doConfirm:
		change, said := b.store.CancelTraining, "cancelling.cancelled"
		if s.Back {
			change, said = b.store.TakeCancelBack, "cancelling.restored"
		}
		err := change(ctx, s.Training, d.source, v.now)
		switch {
		case storage.IsCode(err, storage.Refused):
			said = "cancelling.refused_changed"
		case err != nil && !errors.Is(err, storage.ErrRepeated) && !storage.IsCode(err, storage.NotFound):
			return turn[cancellingState]{}, err
		}
		what, err := b.store.PreviewCancel(ctx, s.Training, b.zone, v.now)
		if err != nil && !storage.IsCode(err, storage.NotFound) {
			return turn[cancellingState]{}, err
		}
		notice = v.say.Say(said, map[string]any{"Rounds": v.say.Count(len(what.Rounds)), "Steps": v.say.Count(len(what.Steps))})
	default:
		return turn[cancellingState]{State: s}, nil
	}
	end, err := b.drawTraining(ctx, v, s.Training, notice)
	return turn[cancellingState]{State: s, End: &end}, err
}

func (b *Bot) drawCancelling(ctx context.Context, sc scene, s cancellingState) (screen, error) {
	training, err := b.store.Training(ctx, storage.Scope{All: true}, s.Training)
	if err != nil {
		return explainTraining(sc.say, err)
	}
	what, err := b.store.PreviewCancel(ctx, s.Training, b.zone, sc.now)
	if err != nil {
		return screen{}, err
	}
	key, yes := "cancelling.sure", "button.yes_cancel"
	if s.Back {
		key, yes = "cancelling.restore", "button.yes_restore"
	}
	return screen{
		Buttons: telegram.Keyboard{{sc.button(sc.say.Say(yes, nil), doConfirm, 0, 0)}, {sc.button(sc.say.Say("button.back", nil), doDeny, 0, 0)}},
		Text: write(func(p *page) {
			p.text(sc.say.Say(key, map[string]any{"Training": training.Title}))
			if s.Back {
				b.writeStepsOf(p, sc.say, what, "cancelling.step_again")
				return
			}
			b.writeCancellation(p, sc.say, what)
			p.gap()
			p.text(sc.say.Say("cancelling.may_restore", nil))
		}),
	}, nil
}

// writeCancellation writes with numbers what cancelling a training does, or did.
func (b *Bot) writeCancellation(p *page, say text.Phrases, what storage.Cancellation) {
	if len(what.Rounds) == 0 && len(what.Steps) == 0 && what.Planned == 0 {
		p.gap()
		p.text(say.Say("cancelling.nothing", nil))
		return
	}
	for i, round := range what.Rounds {
		if i == 0 {
			p.gap()
		} else {
			p.line()
		}
		p.text("• " + say.Say("cancelling.round_closes", map[string]any{"Round": roundName(say, round.Round),
			"Sent": say.Count(round.Sent), "Invited": say.Count(round.Invited)}))
	}
	if len(what.Rounds) > 0 {
		p.line()
		p.text(say.Say("cancelling.complete_sent", nil))
	}
	b.writeStepsOf(p, say, what, "cancelling.step_never")
	if what.Planned > 0 {
		p.gap()
		p.text(say.Say("cancelling.planned", map[string]any{"Count": what.Planned}))
	}
}

// writeStepsOf writes the steps that open unless a training is cancelled.
func (b *Bot) writeStepsOf(p *page, say text.Phrases, what storage.Cancellation, key string) {
	for i, step := range what.Steps {
		if i == 0 {
			p.gap()
		} else {
			p.line()
		}
		p.text("• " + say.Say(key, map[string]any{"Step": stepName(say, step), "At": say.Moment(step.Opens, b.zone)}))
	}
}

// composeCancelled tells somebody who looks after all units that a training was
// cancelled, and what became of its rounds.
func (b *Bot) composeCancelled(ctx context.Context, d storage.Delivery, account storage.Account) (telegram.Message, storage.Outcome, error) {
	if !office.allows(account) {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "no role for it any more"}, nil
	}
	id, err := b.store.CancelledOf(ctx, d.ID)
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	if id == 0 {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "not cancelled any more"}, nil
	}
	training, err := b.store.Training(ctx, storage.Scope{All: true}, id)
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	what, err := b.store.PreviewCancel(ctx, id, b.zone, b.clock.Now())
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	say := b.texts.In(account.Language)
	return telegram.Message{Chat: d.AccountID,
		Buttons: telegram.Keyboard{{trainingButton(say.Say("button.this_training", nil), doShow, id, 0)}},
		Text: write(func(p *page) {
			p.bold(say.Say("cancelling.told", map[string]any{"Training": training.Title}))
			b.writeCancellation(p, say, what)
		})}, storage.Outcome{}, nil
}
