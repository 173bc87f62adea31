package bot

import (
	"context"
	"fmt"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey"
)

// trialState is where somebody stands who tries a form. Nothing of it is kept
// beyond the trial.
type trialState struct {
	Instrument int64        `json:"instrument"`
	Begun      bool         `json:"begun,omitempty"` // past the invitation
	Survey     survey.State `json:"survey"`
	Closes     time.Time    `json:"closes"` // when a round would that opened as the trial began
	// What a card shows this once.
	Notice  string `json:"notice,omitempty"`
	Listing bool   `json:"listing,omitempty"`
}

// trialDialogue lets HR try a form on themselves: the card of a respondent, with
// a mark above it and a way out below, that ends in nothing. Earlier forms are
// those of somebody who answered none.
func trialDialogue() dialogue[trialState] {
	return dialogue[trialState]{
		kind:   storage.DialogueTrial,
		access: office,
		awaits: func(trialState) awaited { return aText },
		draw:   (*Bot).drawTrial,
		move:   (*Bot).moveTrial,
	}
}

// beginTrial is the invitation to a form.
func (b *Bot) beginTrial(id int64, form survey.Instrument, now time.Time) trialState {
	return trialState{Instrument: id, Survey: form.Begin().State(), Closes: now.In(b.zone).AddDate(0, 0, storage.DaysOpen)}
}

func (b *Bot) resumeTrial(ctx context.Context, s trialState) (survey.Session, error) {
	form, err := b.store.Instrument(ctx, s.Instrument)
	if err != nil {
		return survey.Session{}, fmt.Errorf("read the instrument that is tried: %w", err)
	}
	return form.Resume(s.Survey)
}

func (b *Bot) drawTrial(ctx context.Context, sc scene, s trialState) (screen, error) {
	answers, err := b.resumeTrial(ctx, s)
	if err != nil {
		return screen{}, err
	}
	session := storage.Session{State: storage.SessionOpen, Language: sc.say.Language(), ClosesAt: s.Closes}
	if answers.Instrument().About == survey.AboutTraining {
		session.TrainingTitle = sc.say.Say("trial.training", nil)
	}
	if s.Begun {
		session.OpenedAt = &sc.now
	}
	c := card{
		session: session, answers: answers, say: sc.say, zone: b.zone, today: b.today(),
		notice: s.Notice, listing: s.Listing, mark: sc.say.Say("trial.mark", nil),
		press: func(label, verb string, index int) telegram.Button { // a card has labels as they are
			return telegram.Button{Text: label, Data: sc.button(label, verb, 0, index).Data}
		},
	}
	end := sc.button(sc.say.Say("button.end_trial", nil), doFinish, 0, 0)
	return screen{Text: c.text(), Buttons: append(c.keyboard(), []telegram.Button{end})}, nil
}

// moveTrial does to the form what the same deed does to a respondent's.
func (b *Bot) moveTrial(ctx context.Context, v visit, s trialState, d deed) (turn[trialState], error) {
	over := s.Instrument == 0 // the deed that ended it comes again
	if over || d.Verb == doFinish {
		return endTrial(v), nil
	}
	answers, err := b.resumeTrial(ctx, s)
	if err != nil {
		return turn[trialState]{}, err
	}
	s.Notice, s.Listing = "", d.Verb == doList
	switch in := inputOf(d.Verb, d.Index, answers, b.today()); {
	case d.Verb == doOpen:
		s.Begun = true
	case !s.Begun: // there is one button only
	case d.Text != "":
		answers, s.Notice = writeTo(answers, d.Text, b.today(), v.say)
	case in != nil:
		answers, s.Notice = apply(answers, in, b.today(), v.say.Language())
	}
	if answers.Place().Stage == survey.Sent {
		return endTrial(v), nil
	}
	s.Survey = answers.State()
	return turn[trialState]{State: s}, nil
}

// endTrial ends a trial, and with it all that was answered.
func endTrial(v visit) turn[trialState] {
	back := instrumentButton(v.say.Say("button.instruments", nil), doInstruments, 0, 0)
	return turn[trialState]{
		End:    &screen{Text: plain(v.say.Say("trial.ended", nil)), Buttons: telegram.Keyboard{{back}}},
		Forget: true,
	}
}
