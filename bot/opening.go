package bot

import (
	"context"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// composeOpening tells somebody who looks after all units whom a round that just
// opened does not reach, and what can be done about it, or that a step could not
// open. Where everybody is reached meanwhile, or it opened, there is nothing to tell.
func (b *Bot) composeOpening(ctx context.Context, d storage.Delivery, account storage.Account) (telegram.Message, storage.Outcome, error) {
	if !office.allows(account) {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "no role for it any more"}, nil
	}
	if d.RoundID == 0 {
		return b.composePassed(ctx, d, account)
	}
	report, err := b.store.Report(ctx, d.RoundID, storage.Scope{All: true})
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	unsupervised, err := b.store.Unsupervised(ctx, d.RoundID, storage.Scope{All: true})
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	if report.ClosedAt != nil || report.Reachable == report.Invited && unsupervised == 0 {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "everybody is reached, or it is over"}, nil
	}
	asked := "opening.asked"
	if report.Audience == storage.Supervisors {
		asked = "opening.asked_supervisors" // what is counted is forms
	}
	say := b.texts.In(account.Language)
	return telegram.Message{Chat: d.AccountID, Buttons: telegram.Keyboard{{
		roundButton(say.Say("button.missing", nil), doMissing, d.RoundID, 0),
		trainingButton(say.Say("button.links", nil), doHand, report.TrainingID, 0),
	}}, Text: write(func(p *page) {
		b.writeRound(p, say, report.Round)
		p.gap()
		p.text(say.Say("opening.told", nil) + " " +
			say.Say(asked, map[string]any{"Reachable": say.Count(report.Reachable), "Invited": say.Count(report.Invited)}))
		if unsupervised > 0 {
			p.line()
			p.text(say.Say("rounds.unsupervised", map[string]any{"Count": unsupervised}))
		}
		writeUnreached(p, say, report.Standings, storage.StandingWaiting)
		p.gap()
		p.text(say.Say("opening.later", nil))
	})}, storage.Outcome{}, nil
}

// composePassed tells of a step that could not open what it wants.
func (b *Bot) composePassed(ctx context.Context, d storage.Delivery, account storage.Account) (telegram.Message, storage.Outcome, error) {
	passed, found, err := b.store.PassedStepOf(ctx, d.ID, b.zone, b.clock.Now())
	if err != nil {
		return telegram.Message{}, storage.Outcome{}, err
	}
	if !found {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "it opened, or does so no more"}, nil
	}
	say := b.texts.In(account.Language)
	form, wants := passed.FormKey, "passed.no_form"
	if !passed.Form.IsEmpty() {
		form = passed.Form.In(say.Language())
		switch {
		case passed.Participants == 0:
			wants = "passed.no_participants"
		case passed.Audience == storage.Supervisors && passed.Supervisors == 0:
			wants = "passed.no_supervisors"
		default:
			return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "it opens"}, nil
		}
	}
	return telegram.Message{Chat: d.AccountID,
		Buttons: telegram.Keyboard{{trainingButton(say.Say("button.this_training", nil), doShow, passed.TrainingID, 0)}},
		Text: write(func(p *page) {
			p.bold(passed.TrainingTitle)
			p.gap()
			p.text(say.Say("passed.told", map[string]any{"Form": form}) + " " + say.Say(wants, nil))
			p.gap()
			p.text(say.Say("passed.later", map[string]any{"Until": say.Moment(passed.Until, b.zone)}))
		})}, storage.Outcome{}, nil
}
