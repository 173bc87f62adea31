package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey"
)

// openingState is how far somebody is who starts a round: what is chosen so far.
type openingState struct {
	Training   string     `json:"training"`
	Instrument string     `json:"instrument"`
	Audience   string     `json:"audience"` // "" while it is to be chosen
	Timed      bool       `json:"timed"`    // when it opens is chosen
	Typing     bool       `json:"typing"`   // when it opens is being written
	At         *time.Time `json:"at"`       // none: now
	Page       int        `json:"page"`     // of the trainings
}

func (s openingState) opening() storage.Opening {
	return storage.Opening{Training: s.Training, Instrument: s.Instrument, Audience: s.Audience}
}

// What a tap asks for while a round is started.
const (
	doTraining   = "training"   // ID
	doInstrument = "instrument" // ID
	doNow        = "now"
	doTomorrow   = "tomorrow"
	doWorkday    = "workday"
	doOther      = "other" // a moment that is written
)

// openingDialogue is the conversation by which HR starts a round: which training,
// which instrument, when, and a yes to what is shown then. Who is asked is a question
// of the form that supervisors fill only; others are for those who took part.
func openingDialogue() dialogue[openingState] {
	return dialogue[openingState]{
		kind:   "opening",
		access: office,
		awaits: func(s openingState) awaited {
			if s.Typing {
				return aText
			}
			return onlyTaps
		},
		draw: (*Bot).drawOpening,
		move: (*Bot).moveOpening,
	}
}

// startRound is /mulai: with a training and an instrument, and perhaps who is asked, it
// goes straight to the preview of a round that opens now.
func (b *Bot) startRound(ctx context.Context, v visit, arguments string) error {
	words, audience := audienceIn(strings.Fields(arguments))
	last := len(words) - 1
	switch {
	case last < 0:
		return beginTalk(b, ctx, v, openingDialogue(), openingState{})
	case last == 0:
		b.reply(v.Chat.ID, plain(v.say.Say("rounds.how_to_start", nil)), nil)
		return nil
	}
	state := openingState{Training: strings.Join(words[:last], " "), Instrument: words[last], Audience: audience, Timed: true}
	if state.Audience == "" {
		state.Audience = audienceOf(state.Instrument)
	}
	if _, err := b.store.PreviewRound(ctx, state.opening()); err != nil {
		return b.explainRound(v, err)
	}
	return beginTalk(b, ctx, v, openingDialogue(), state)
}

func (b *Bot) drawOpening(ctx context.Context, sc scene, s openingState) (screen, error) {
	switch {
	case s.Training == "":
		return b.drawTrainings(ctx, sc, s)
	case s.Instrument == "":
		return b.drawInstruments(ctx, sc)
	case s.Audience == "":
		return b.drawAudiences(sc), nil
	case s.Typing:
		return screen{Text: plain(sc.say.Say("rounds.write_when", nil)),
			Buttons: telegram.Keyboard{b.stepBack(sc)}}, nil
	case !s.Timed:
		return b.drawMoments(ctx, sc)
	}
	return b.drawInvitation(ctx, sc, s)
}

// stepBack are the buttons below each step but the first.
func (b *Bot) stepBack(sc scene) []telegram.Button {
	return []telegram.Button{
		sc.button(sc.say.Say("button.back", nil), doReturn, 0, 0),
		sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0),
	}
}

// listedAtOnce is how many things to choose from a page shows.
const listedAtOnce = 6

func (b *Bot) drawTrainings(ctx context.Context, sc scene, s openingState) (screen, error) {
	trainings, err := b.store.TrainingChoices(ctx, storage.Scope{All: true})
	return trainingList(sc, sc.say.Say("rounds.which_training", nil), trainings, s.Page), err
}

// trainingList shows a page of trainings to choose from, below a question. One of
// nobody cannot be chosen.
func trainingList(sc scene, question string, trainings []storage.TrainingChoice, number int) screen {
	if len(trainings) == 0 {
		return screen{Text: plain(sc.say.Say("rounds.no_trainings", nil))}
	}
	part := partOf(len(trainings), listedAtOnce, number)
	var keyboard telegram.Keyboard
	words := write(func(p *page) {
		p.text(question)
		p.line()
		for _, training := range trainings[part.From:part.To] {
			p.line()
			p.text(fmt.Sprintf("%s · %s · ", training.Code, training.Title))
			if training.Participants == 0 {
				p.text(sc.say.Say("rounds.no_participants", nil))
				continue
			}
			p.text(sc.say.Day(training.LastDay))
			keyboard = append(keyboard, []telegram.Button{
				sc.button(training.Code+" · "+training.Title, doTraining, training.ID, 0)})
		}
	})
	turns := part.turns(func(label string, page int) telegram.Button { return sc.button(label, doPage, 0, page) })
	keyboard = append(keyboard, append(turns, sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)))
	return screen{Text: words, Buttons: keyboard}
}

func (b *Bot) drawInstruments(ctx context.Context, sc scene) (screen, error) {
	instruments, err := b.store.InstrumentChoices(ctx)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	for _, instrument := range instruments {
		if instrument.About != survey.AboutTraining {
			continue
		}
		label := instrument.Title.In(sc.say.Language())
		keyboard = append(keyboard, []telegram.Button{sc.button(label, doInstrument, instrument.ID, 0)})
	}
	keyboard = append(keyboard, b.stepBack(sc))
	return screen{Text: plain(sc.say.Say("rounds.which_instrument", nil)), Buttons: keyboard}, nil
}

// openingDays are tomorrow and the next working day.
func (b *Bot) openingDays(ctx context.Context) (tomorrow, workday time.Time, err error) {
	holidays, err := b.store.Holidays(ctx)
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	today := calendar.DayOf(b.clock.Now(), b.zone)
	return openingOn(today.AddDays(1), b.zone), openingOn(holidays.NextWorkingDay(today), b.zone), nil
}

func (b *Bot) drawMoments(ctx context.Context, sc scene) (screen, error) {
	tomorrow, workday, err := b.openingDays(ctx)
	if err != nil {
		return screen{}, err
	}
	keyboard := telegram.Keyboard{
		{sc.button(sc.say.Say("button.now", nil), doNow, 0, 0)},
		{sc.button(sc.say.Say("button.tomorrow", nil), doTomorrow, 0, 0)},
	}
	words := sc.say.Say("rounds.when", nil)
	if !workday.Equal(tomorrow) {
		keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.workday", nil), doWorkday, 0, 0)})
		words += "\n\n" + sc.say.Say("rounds.workday", map[string]any{"At": sc.say.Moment(workday, b.zone)})
	}
	morning, err := b.waitsUntil(ctx, b.clock.Now())
	if err != nil {
		return screen{}, err
	}
	if !morning.IsZero() {
		words += "\n\n" + b.sayMorning(sc.say, "rounds.now_waits", 0, morning)
	}
	keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.other_time", nil), doOther, 0, 0)}, b.stepBack(sc))
	return screen{Text: plain(words), Buttons: keyboard}, nil
}

// drawInvitation is the last step: what the respondents will see, how many they
// are, and until when. What cannot be opened any more is told with a way back.
func (b *Bot) drawInvitation(ctx context.Context, sc scene, s openingState) (screen, error) {
	preview, err := b.store.PreviewRound(ctx, s.opening())
	if err != nil {
		why, err := b.refusedRound(sc.say, err)
		why.Buttons = append(why.Buttons, b.stepBack(sc))
		return why, err
	}
	instrument, err := b.store.Instrument(ctx, preview.InstrumentID)
	if err != nil {
		return screen{}, fmt.Errorf("read the instrument of an invitation: %w", err)
	}
	opens, yes := b.clock.Now(), "button.start_round"
	if s.At != nil {
		opens, yes = *s.At, "button.plan_round"
	}
	closes := preview.ClosesAt(opens, b.zone)
	morning, err := b.waitsUntil(ctx, opens)
	if err != nil {
		return screen{}, err
	}
	first := card{
		session: storage.Session{State: storage.SessionOpen, Language: sc.say.Language(),
			TrainingTitle: preview.TrainingTitle, ClosesAt: closes},
		answers: instrument.Begin(), say: sc.say, zone: b.zone, today: opens.In(b.zone),
	}
	if s.Audience == storage.Supervisors {
		first.session.SubjectName, first.session.SubjectUnit = sc.say.Say("rounds.some_employee", nil), sc.say.Say("rounds.some_unit", nil)
	}
	words := write(func(p *page) {
		p.bold(preview.InstrumentTitle.In(sc.say.Language()) + " · " + preview.TrainingTitle)
		p.gap()
		p.text(sc.say.Say("rounds.will_see", nil))
		p.line()
		p.quote(first.text())
		p.gap()
		writeAsked(p, sc.say, s.Audience, preview)
		p.gap()
		key := "rounds.opens_now"
		if s.At != nil {
			key = "rounds.opens_at"
		}
		p.text(sc.say.Say(key, map[string]any{"At": sc.say.Moment(opens, b.zone), "Until": sc.say.Moment(closes, b.zone)}))
		switch {
		case morning.IsZero():
		case morning.Before(closes):
			p.line()
			p.text(b.sayMorning(sc.say, "rounds.invites_wait", 0, morning))
		default:
			p.line()
			p.text(sc.say.Say("rounds.closes_first", nil))
		}
	})
	return screen{Text: words, Buttons: telegram.Keyboard{
		{sc.button(sc.say.Say(yes, nil), doConfirm, 0, 0)}, b.stepBack(sc)}}, nil
}

func (b *Bot) moveOpening(ctx context.Context, v visit, s openingState, d deed) (turn[openingState], error) {
	stay := turn[openingState]{State: s}
	switch {
	case d.Verb == doDeny:
		return turn[openingState]{State: s, End: say(v.say.Say("core.cancelled", nil))}, nil
	case d.Verb == doReturn:
		return turn[openingState]{State: s.before()}, nil
	case s.Typing:
		return b.moveTyped(v, s, d), nil
	case s.Training == "":
		return b.chooseTraining(ctx, v, s, d)
	case s.Instrument == "":
		return b.chooseInstrument(ctx, s, d)
	case s.Audience == "":
		return chooseAudience(s, d), nil
	case !s.Timed:
		return b.chooseMoment(ctx, s, d)
	case d.Verb == doConfirm:
		return b.confirmOpening(ctx, v, s, d)
	}
	return stay, nil
}

// before is the step before this one.
func (s openingState) before() openingState {
	switch {
	case s.Typing:
		s.Typing = false
	case s.Timed:
		s.Timed, s.At = false, nil
	case s.Audience != "" && s.Instrument == observation:
		s.Audience = ""
	case s.Instrument != "":
		s.Instrument, s.Audience = "", ""
	default:
		s.Training = ""
	}
	return s
}

func (b *Bot) chooseTraining(ctx context.Context, v visit, s openingState, d deed) (turn[openingState], error) {
	next := turn[openingState]{State: s}
	switch d.Verb {
	case doPage:
		next.State.Page = d.Index
	case doTraining:
		trainings, err := b.store.TrainingChoices(ctx, storage.Scope{All: true})
		if err != nil {
			return next, err
		}
		at := slices.IndexFunc(trainings, func(t storage.TrainingChoice) bool { return t.ID == d.ID })
		switch {
		case at < 0:
		case trainings[at].Participants == 0: // they were taken out since it was shown
			next.Notice = v.say.Say("rounds.empty", nil)
		default:
			next.State.Training = trainings[at].Code
		}
	}
	return next, nil
}

func (b *Bot) chooseInstrument(ctx context.Context, s openingState, d deed) (turn[openingState], error) {
	instruments, err := b.store.InstrumentChoices(ctx)
	if err != nil || d.Verb != doInstrument {
		return turn[openingState]{State: s}, err
	}
	for _, instrument := range instruments {
		if instrument.ID == d.ID && instrument.About == survey.AboutTraining {
			if s.Instrument = instrument.Key; s.Instrument != observation {
				s.Audience = storage.Alumni
			}
		}
	}
	return turn[openingState]{State: s}, nil
}

func (b *Bot) chooseMoment(ctx context.Context, s openingState, d deed) (turn[openingState], error) {
	tomorrow, workday, err := b.openingDays(ctx)
	if err != nil {
		return turn[openingState]{}, err
	}
	switch d.Verb {
	case doNow:
		s.Timed = true
	case doTomorrow:
		s.Timed, s.At = true, &tomorrow
	case doWorkday:
		s.Timed, s.At = true, &workday
	case doOther:
		s.Typing = true
	}
	return turn[openingState]{State: s}, nil
}

// moveTyped takes a moment that was written.
func (b *Bot) moveTyped(v visit, s openingState, d deed) turn[openingState] {
	if d.Text == "" {
		return turn[openingState]{State: s}
	}
	at, err := parseMoment(d.Text, v.now, b.zone)
	switch {
	case errors.Is(err, errPast):
		return turn[openingState]{State: s, Notice: v.say.Say("rounds.when_past", nil)}
	case errors.Is(err, errTooFar):
		return turn[openingState]{State: s, Notice: v.say.Say("rounds.when_far", nil)}
	case err != nil:
		return turn[openingState]{State: s, Notice: v.say.Say("rounds.when_unread", nil)}
	}
	s.Typing, s.Timed, s.At = false, true, &at
	return turn[openingState]{State: s}
}

// confirmOpening opens the round, or plans it. The message then follows how the
// invitations go out.
func (b *Bot) confirmOpening(ctx context.Context, v visit, s openingState, d deed) (turn[openingState], error) {
	var err error
	end := &screen{}
	if s.At == nil {
		_, _, err = b.store.OpenRound(ctx, s.opening(), d.source, b.zone, v.now)
	} else {
		_, err = b.store.PlanRound(ctx, s.opening(), *s.At, d.source, v.now)
		end.Text = plain(v.say.Say("rounds.planned", map[string]any{"At": v.say.Moment(*s.At, b.zone)}))
		end.Buttons = telegram.Keyboard{{roundButton(v.say.Say("button.rounds", nil), doRounds, 0, 0)}}
	}
	switch refusal, refused := errors.AsType[*storage.Error](err); {
	case refused && refusal.Code == storage.Refused && refusal.Detail["reason"] == "past":
		s.Timed, s.At = false, nil
		return turn[openingState]{State: s, Notice: v.say.Say("rounds.when_past", nil)}, nil
	case refused:
		why, err := b.refusedRound(v.say, err)
		return turn[openingState]{State: s, End: &why}, err
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return turn[openingState]{}, err
	}
	return turn[openingState]{State: s, End: end}, nil
}
