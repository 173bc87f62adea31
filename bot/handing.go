package bot

import (
	"context"
	"errors"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// handingState is where somebody is who hands out a training's links.
type handingState struct {
	Training int64 `json:"training"`        // 0: not chosen yet
	Page     int   `json:"page,omitempty"`  // of the trainings
	Shown    bool  `json:"shown,omitempty"` // they came from where /pelatihan shows it
	Renewing bool  `json:"renewing,omitempty"`
	Class    int64 `json:"class,omitempty"` // the class link to be renewed
}

// What the buttons of the dialogue do.
const (
	doHand   = "links"  // on a training of /pelatihan: goes to its links
	doSheet  = "sheet"  // the list of personal links
	doPoster = "poster" // the class link as a picture
	doRenew  = "renew"  // the class link
)

// handingDialogue is /tautan: HR gets what brings a training's people into the
// bot, for the people of their units. Only who looks after all units renews the
// class link: the poster that stands in a class is everybody's.
func handingDialogue() dialogue[handingState] {
	return dialogue[handingState]{kind: "handing", access: people, draw: (*Bot).drawHanding, move: (*Bot).moveHanding}
}

// links is /tautan [TRAINING].
func (b *Bot) links(ctx context.Context, v visit, code string) error {
	if code == "" {
		return beginTalk(b, ctx, v, handingDialogue(), handingState{})
	}
	id, err := b.store.TrainingCoded(ctx, code)
	if err == nil {
		_, err = b.store.Training(ctx, seenBy(v.account), id)
	}
	if storage.IsCode(err, storage.NotFound) {
		b.reply(v.Chat.ID, plain(v.say.Say("handing.no_training", nil)), nil)
		return nil
	}
	if err != nil {
		return err
	}
	return beginTalk(b, ctx, v, handingDialogue(), handingState{Training: id})
}

func (b *Bot) drawHanding(ctx context.Context, sc scene, s handingState) (screen, error) {
	scope := seenBy(sc.account)
	if s.Training == 0 {
		trainings, err := b.store.TrainingChoices(ctx, scope)
		return trainingList(sc, sc.say.Say("handing.which_training", nil), trainings, s.Page), err
	}
	status, err := b.store.LinkStatus(ctx, scope, s.Training, b.zone)
	if err != nil {
		return explainTraining(sc.say, err)
	}
	if s.Renewing {
		return screen{Buttons: sc.yesOrNo("button.renew"), Text: write(func(p *page) {
			p.bold(status.Title)
			p.gap()
			p.text(sc.say.Say("handing.sure_renew", nil))
		})}, nil
	}
	return screen{Buttons: b.handingButtons(sc, status), Text: write(func(p *page) {
		p.bold(status.Title)
		p.line()
		p.text(status.Code + " · " + sc.say.Days(status.First, status.Last))
		p.gap()
		if status.Participants > 0 {
			p.text(bar(status.Connected, status.Participants) + " ")
		}
		p.text(sc.say.Say("handing.connected", map[string]any{
			"Connected": sc.say.Count(status.Connected), "Waiting": sc.say.Count(status.Participants - status.Connected)}))
		if status.Supervisors > 0 {
			p.line()
			p.text(bar(status.SupervisorsConnected, status.Supervisors) + " " + sc.say.Say("handing.supervisors", map[string]any{
				"Connected": sc.say.Count(status.SupervisorsConnected),
				"Waiting":   sc.say.Count(status.Supervisors - status.SupervisorsConnected)}))
		}
		p.line()
		p.text(b.classInWords(sc, status.Class))
	})}, nil
}

// classInWords says until when a class link works.
func (b *Bot) classInWords(sc scene, link storage.ClassLink) string {
	key := "handing.class_until"
	switch {
	case link.ID == 0:
		return sc.say.Say("handing.class_none", nil)
	case isOver(link, sc.now) && office.allows(sc.account):
		key = "handing.class_over"
	case isOver(link, sc.now):
		key = "handing.class_over_ask"
	}
	return sc.say.Say(key, map[string]any{"Day": lastDay(sc.say, link, b.zone)})
}

// isOver tells whether a class link works no longer.
func isOver(link storage.ClassLink, now time.Time) bool {
	return link.ID != 0 && !link.ExpiresAt.After(now)
}

// lastDay is the last day on which a class link works: it ends at midnight.
func lastDay(say text.Phrases, link storage.ClassLink, zone *time.Location) string {
	return say.Day(link.ExpiresAt.Add(-time.Second).In(zone))
}

func (b *Bot) handingButtons(sc scene, status storage.LinkStatus) telegram.Keyboard {
	var files []telegram.Button
	if status.Connected < status.Participants || status.SupervisorsConnected < status.Supervisors {
		files = append(files, sc.button(sc.say.Say("button.link_list", nil), doSheet, 0, 0))
	}
	if !isOver(status.Class, sc.now) {
		files = append(files, sc.button(sc.say.Say("button.poster", nil), doPoster, 0, 0))
	}
	var keyboard telegram.Keyboard
	if len(files) > 0 {
		keyboard = append(keyboard, files)
	}
	if status.Class.ID != 0 && office.allows(sc.account) {
		keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.renew_class", nil), doRenew, 0, 0)})
	}
	return append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.back", nil), doReturn, 0, 0)})
}

func (b *Bot) moveHanding(ctx context.Context, v visit, s handingState, d deed) (turn[handingState], error) {
	next := turn[handingState]{State: s}
	switch {
	case s.Renewing && d.Verb == doConfirm:
		return b.renewClass(ctx, v, s, d)
	case s.Renewing && d.Verb == doDeny:
		next.State.Renewing = false
	case s.Renewing:
	case s.Training == 0 && d.Verb == doDeny:
		next.End = say(v.say.Say("core.cancelled", nil))
	case s.Training == 0 && d.Verb == doPage:
		next.State.Page = d.Index
	case s.Training == 0 && d.Verb == doTraining:
		_, err := b.store.Training(ctx, seenBy(v.account), d.ID)
		if err == nil {
			next.State.Training = d.ID
		} else if !storage.IsCode(err, storage.NotFound) {
			return next, err
		}
	case s.Training != 0 && d.Verb == doReturn && s.Shown:
		shown, err := b.drawTraining(ctx, v, s.Training, "")
		return turn[handingState]{State: s, End: &shown}, err
	case s.Training != 0 && d.Verb == doReturn:
		next.State = handingState{Page: s.Page}
	case s.Training != 0:
		return b.orderHandout(ctx, v, s, d)
	}
	return next, nil
}

// orderHandout does what the buttons on a training ask for, as far as it can be done
// still.
func (b *Bot) orderHandout(ctx context.Context, v visit, s handingState, d deed) (turn[handingState], error) {
	next := turn[handingState]{State: s}
	status, err := b.store.LinkStatus(ctx, seenBy(v.account), s.Training, b.zone)
	if err != nil {
		if storage.IsCode(err, storage.NotFound) { // its people, or the role for them, are gone
			err = nil
		}
		return next, err
	}
	kind, notice := storage.JobLinks, "handing.making_list"
	switch {
	case d.Verb == doRenew && status.Class.ID != 0 && office.allows(v.account):
		next.State.Renewing, next.State.Class = true, status.Class.ID
		return next, nil
	case d.Verb == doSheet && status.Participants > 0:
	case d.Verb == doPoster && !isOver(status.Class, v.now):
		kind, notice = storage.JobPoster, "handing.making_poster"
	default:
		return next, nil
	}
	next.Notice = v.say.Say(notice, nil)
	order := storage.Order{Kind: kind, AccountID: v.account.ID, Payload: handingJob{Training: s.Training}, Followed: true}
	if awaited, err := b.store.Awaited(ctx, order); awaited || err != nil { // whoever taps again in impatience gets one file
		return next, err
	}
	if _, err := b.store.EnqueueJob(ctx, order, d.source, v.now); err != nil && !errors.Is(err, storage.ErrRepeated) {
		return next, err
	}
	return next, nil
}

// renewClass puts another class link in the place of the one that was seen.
func (b *Bot) renewClass(ctx context.Context, v visit, s handingState, d deed) (turn[handingState], error) {
	next := turn[handingState]{State: handingState{Training: s.Training, Page: s.Page, Shown: s.Shown}}
	status, err := b.store.LinkStatus(ctx, seenBy(v.account), s.Training, b.zone)
	if storage.IsCode(err, storage.NotFound) || err == nil && !office.allows(v.account) {
		return next, nil
	}
	if err != nil {
		return next, err
	}
	_, err = b.store.RenewClassLink(ctx, status.Code, s.Class, d.source, b.zone, v.now)
	notice := "handing.renewed"
	switch {
	case storage.IsCode(err, storage.LinkRevoked):
		notice = "handing.renewed_already"
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return next, err
	}
	next.Notice = v.say.Say(notice, nil)
	return next, nil
}
