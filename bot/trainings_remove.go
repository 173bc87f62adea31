package bot

import (
	"context"
	"errors"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// removingState is how far somebody is who takes a person out of a training.
type removingState struct {
	Training int64 `json:"training"`
	Page     int   `json:"page,omitempty"`
	Employee int64 `json:"employee,omitempty"` // 0: not chosen yet
}

// removingDialogue is the conversation by which HR takes people out of a training,
// one at a time.
func removingDialogue() dialogue[removingState] {
	return dialogue[removingState]{kind: "removing", access: office, draw: (*Bot).drawRemoving, move: (*Bot).moveRemoving}
}

func (b *Bot) moveRemoving(ctx context.Context, v visit, s removingState, d deed) (turn[removingState], error) {
	next := turn[removingState]{State: s}
	switch {
	case d.Verb == doDeny:
		end, err := b.drawParticipants(ctx, v, s.Training, s.Page, "")
		return turn[removingState]{State: s, End: &end}, err
	case d.Verb == doReturn:
		next.State.Employee = 0
	case d.Verb == doPage && s.Employee == 0:
		next.State.Page = d.Index
	case d.Verb == doChoose && s.Employee == 0:
		_, err := b.store.PreviewRemoval(ctx, s.Training, d.ID)
		switch {
		case storage.IsCode(err, storage.NotFound):
			next.Notice = v.say.Say("removing.gone", nil)
		case err != nil:
			return turn[removingState]{}, err
		default:
			next.State.Employee = d.ID
		}
	case d.Verb == doConfirm && s.Employee != 0:
		return b.removeChosen(ctx, v, s, d)
	}
	return next, nil
}

func (b *Bot) removeChosen(ctx context.Context, v visit, s removingState, d deed) (turn[removingState], error) {
	notice := "removing.removed"
	err := b.store.RemoveParticipant(ctx, s.Training, s.Employee, d.source, v.now)
	switch {
	case storage.IsCode(err, storage.NotFound):
		notice = "removing.gone"
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return turn[removingState]{}, err
	}
	end, err := b.drawParticipants(ctx, v, s.Training, s.Page, v.say.Say(notice, nil))
	return turn[removingState]{State: s, End: &end}, err
}

func (b *Bot) drawRemoving(ctx context.Context, sc scene, s removingState) (screen, error) {
	if s.Employee != 0 {
		return b.drawRemoval(ctx, sc, s)
	}
	people, part, err := b.participantsOn(ctx, sc.visit, s.Training, s.Page)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	for i, person := range people {
		label := fmt.Sprintf("%d. %s", part.From+i+1, person.Name)
		keyboard = append(keyboard, []telegram.Button{sc.button(label, doChoose, person.ID, 0)})
	}
	turns := part.turns(func(label string, leaf int) telegram.Button { return sc.button(label, doPage, 0, leaf) })
	keyboard = append(keyboard, append(turns, sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)))
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		p.text(sc.say.Say("removing.whom", nil))
		p.line()
		for i, person := range people {
			p.line()
			p.text(fmt.Sprintf("%d. %s, %s · %s", part.From+i+1, person.Name, person.Unit, nipEnd(person.NIP)))
		}
	})}, nil
}

// drawRemoval asks whether somebody is taken out, and tells what that does.
func (b *Bot) drawRemoval(ctx context.Context, sc scene, s removingState) (screen, error) {
	keyboard := telegram.Keyboard{b.stepBack(sc)}
	removal, err := b.store.PreviewRemoval(ctx, s.Training, s.Employee)
	if storage.IsCode(err, storage.NotFound) {
		return screen{Text: plain(sc.say.Say("removing.gone", nil)), Buttons: keyboard}, nil
	}
	if err != nil {
		return screen{}, err
	}
	training, err := b.store.Training(ctx, storage.Scope{All: true}, s.Training)
	if err != nil {
		return screen{}, err
	}
	person, err := b.store.Employee(ctx, storage.Scope{All: true}, s.Employee)
	if err != nil {
		return screen{}, err
	}
	yes := sc.button(sc.say.Say("button.remove_person", nil), doConfirm, 0, 0)
	return screen{Buttons: append(telegram.Keyboard{{yes}}, keyboard...), Text: write(func(p *page) {
		p.text(sc.say.Say("removing.sure", map[string]any{"Name": person.Name, "Training": training.Title}))
		if removal.Forms > 0 {
			p.gap()
			p.text(sc.say.Say("removing.forms", nil))
		}
		if removal.Sent > 0 {
			p.gap()
			p.text(sc.say.Say("removing.sent", nil))
		}
	})}, nil
}
