package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// dialogueTap is the kind of the taps of all dialogues: they carry the revision
// of the chat's dialogue.
const dialogueTap tapKind = "d"

// dialogue says how one kind of conversation of several steps goes. S is what is
// remembered from one step to the next; it is kept in the chat's row, so that a
// dialogue goes on after a restart wherever it was.
type dialogue[S any] struct {
	kind   string
	access access // who may be in it; asked at each step
	// awaits tells what the present step takes beside taps on its buttons.
	awaits func(s S) awaited
	// draw gives what the present step shows.
	draw func(b *Bot, ctx context.Context, sc scene, s S) (screen, error)
	// move does what a deed asks for. It may be called twice with the same deed, if
	// a crash came between what it did and the next step: what it changes must be
	// a command of d.source, which happens once.
	move func(b *Bot, ctx context.Context, v visit, s S, d deed) (turn[S], error)
}

// awaited says what a step takes beside taps.
type awaited uint8

const (
	onlyTaps awaited = 0
	aText    awaited = 1 << iota
	aContact
)

// deed is what a person did in a dialogue: a tap, a text, or their contact.
type deed struct {
	Verb    string                  // of the button; "" for all else
	ID      int64                   // of the button
	Index   int                     // of the button
	Text    string                  `json:"-"` // as it was written; "" for all else
	Contact *telegram.SharedContact `json:"-"`
	source  storage.Source          // for the command that it leads to
}

// turn is what a deed leads to: the next step, or the end.
type turn[S any] struct {
	State S
	// Notice is a sentence on what the person just did, above the step. It is part of
	// the step: a second tap in haste does not take it away.
	Notice string
	// End says that the dialogue is over, and what is said then. Without a text the
	// message is left as it is to the storage.Progress that follows in it.
	End *screen
	// Forget, with End: nothing is kept of what was said in the dialogue. The deed
	// that ended it finds the zero State, should it come again.
	Forget bool
}

// screen is what a message shows. Of Buttons and Keys it has at most one.
type screen struct {
	Text    telegram.HTML
	Buttons telegram.Keyboard
	// Keys come up in place of the person's letters, only in a step of a dialogue.
	// Telegram does not let their message be edited: the next step is shown in
	// another one, and this one is deleted.
	Keys [][]telegram.Key
}

// say ends a dialogue with one sentence.
func say(sentence string) *screen { return &screen{Text: plain(sentence)} }

// scene is a visit during which a dialogue is shown.
type scene struct {
	visit
	revision int64 // of the dialogue as it is shown
}

// button is a button of the step that is shown.
func (sc scene) button(label, verb string, id int64, index int) telegram.Button {
	t := tap{Kind: dialogueTap, ID: id, Revision: sc.revision, Verb: verb, Index: index}
	return telegram.Button{Text: beginningOf(label, fullWidth), Data: t.data()}
}

// talk is a dialogue of any kind.
type talk interface {
	named() string
	admits(account storage.Account) bool
	takes(state json.RawMessage) (awaited, error)
	show(b *Bot, ctx context.Context, sc scene, state json.RawMessage) (screen, error)
	advance(b *Bot, ctx context.Context, v visit, state json.RawMessage, d deed) (step, error)
}

// step is a turn whose state is written down.
type step struct {
	state  json.RawMessage
	notice string
	end    *screen
	forget bool
}

func (d dialogue[S]) named() string                       { return d.kind }
func (d dialogue[S]) admits(account storage.Account) bool { return d.access.allows(account) }

func (d dialogue[S]) takes(state json.RawMessage) (awaited, error) {
	s, err := d.read(state)
	if err != nil || d.awaits == nil {
		return onlyTaps, err
	}
	return d.awaits(s), nil
}

func (d dialogue[S]) show(b *Bot, ctx context.Context, sc scene, state json.RawMessage) (screen, error) {
	s, err := d.read(state)
	if err != nil {
		return screen{}, err
	}
	return d.draw(b, ctx, sc, s)
}

func (d dialogue[S]) advance(b *Bot, ctx context.Context, v visit, state json.RawMessage, did deed) (step, error) {
	s, err := d.read(state)
	if err != nil {
		return step{}, err
	}
	next, err := d.move(b, ctx, v, s, did)
	if err != nil {
		return step{}, err
	}
	content, err := json.Marshal(next.State)
	if err != nil {
		return step{}, fmt.Errorf("write the state of dialogue %s: %w", d.kind, err)
	}
	return step{state: content, notice: next.Notice, end: next.End, forget: next.Forget}, nil
}

func (d dialogue[S]) read(state json.RawMessage) (S, error) {
	var s S
	if err := json.Unmarshal(state, &s); err != nil {
		return s, fmt.Errorf("read the state of dialogue %s: %w", d.kind, err)
	}
	return s, nil
}

// errNoTalk says that a dialogue's kind is none that the chat may be in: it was
// of an older program, or the role for it was taken meanwhile.
var errNoTalk = errors.New("no dialogue of this kind")

// talkOf finds how the dialogue of a row goes.
func (b *Bot) talkOf(kind string, account storage.Account) (talk, error) {
	at := slices.IndexFunc(b.talks, func(t talk) bool { return t.named() == kind })
	if at < 0 || !b.talks[at].admits(account) {
		return nil, errNoTalk
	}
	return b.talks[at], nil
}

// beginTalk puts the chat at the beginning of a dialogue and shows it: in the
// place of the message that was tapped, else below. A command that comes again
// finds its dialogue wherever it is by now.
func beginTalk[S any](b *Bot, ctx context.Context, v visit, d dialogue[S], state S) error {
	before, err := b.store.Dialogue(ctx, v.account.ID)
	if err != nil {
		return err
	}
	if v.Message != nil && v.message() <= before.LastTextID {
		return b.showTalk(ctx, v, before)
	}
	content, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("write the state of dialogue %s: %w", d.kind, err)
	}
	return b.goOn(ctx, v, before, d.kind, step{state: content})
}

// dialogueTapped handles a tap in a dialogue. A tap at another revision than the
// present one is an old button: the present step is shown in its place.
func (b *Bot) dialogueTapped(ctx context.Context, v visit, t tap) error {
	row, err := b.store.Dialogue(ctx, v.account.ID)
	if err != nil {
		return err
	}
	did := deed{Verb: t.Verb, ID: t.ID, Index: t.Index, source: v.source(t.Revision)}
	switch {
	case row.Kind != "" && row.Revision == t.Revision:
		return b.doDeed(ctx, v, row, did)
	case row.Kind != "":
		return b.showTalk(ctx, v, row)
	case row.Revision == t.Revision+1:
		return b.repeatEnd(ctx, v, row, did)
	}
	return b.refuseTap(ctx, v)
}

// dialogueWrote hands a text or a contact to the chat's dialogue, and tells
// whether it was for that.
func (b *Bot) dialogueWrote(ctx context.Context, v visit, did deed, kind awaited) (bool, error) {
	row, err := b.store.Dialogue(ctx, v.account.ID)
	if err != nil {
		return false, err
	}
	did.source = v.source(0)
	if v.message() <= row.LastTextID {
		if row.Kind == "" {
			return true, b.repeatEnd(ctx, v, row, did)
		}
		return true, b.showTalk(ctx, v, row)
	}
	t, err := b.talkOf(row.Kind, v.account)
	if err != nil {
		return false, nil
	}
	takes, err := t.takes(row.State)
	if err != nil || takes&kind == 0 {
		return false, err
	}
	if newer, err := b.formIsNewer(ctx, v, row); err != nil || newer {
		return false, err
	}
	return true, b.doDeed(ctx, v, row, did)
}

// formIsNewer tells whether the person used a form that asks for a text later
// than the dialogue, or the form had this text before: then it is for the form.
func (b *Bot) formIsNewer(ctx context.Context, v visit, row storage.Dialogue) (bool, error) {
	sessions, err := b.store.OpenSessions(ctx, v.Chat.ID)
	if err != nil {
		return false, fmt.Errorf("read the sessions that a text may be for: %w", err)
	}
	if v.message() <= lastText(sessions) {
		return true, nil
	}
	session, answers, found, err := b.addressed(ctx, sessions)
	return found && isWritten(answers) && session.UpdatedAt.After(row.UpdatedAt), err
}

// doDeed lets a dialogue go on by a deed.
func (b *Bot) doDeed(ctx context.Context, v visit, row storage.Dialogue, did deed) error {
	t, err := b.talkOf(row.Kind, v.account)
	if err != nil {
		return b.refuseTap(ctx, v)
	}
	next, err := t.advance(b, ctx, v, row.State, did)
	if err != nil {
		return err
	}
	if next.end == nil {
		return b.goOn(ctx, v, row, row.Kind, next)
	}
	if next.forget {
		row.State = json.RawMessage(`{}`)
	}
	content, err := json.Marshal(ended{Kind: row.Kind, Deed: did, State: row.State})
	if err != nil {
		return fmt.Errorf("write how a dialogue ended: %w", err)
	}
	row.Kind, row.State, row.Said, row.LastTextID = "", content, "", v.written()
	if _, err := b.store.SaveDialogue(ctx, v.account.ID, row, v.now); err != nil {
		return err
	}
	b.showStep(v, *next.end, true)
	return nil
}

// ended is what stays of a dialogue that has ended: enough for the deed that
// ended it to come again.
type ended struct {
	Kind  string          `json:"kind"`
	Deed  deed            `json:"deed"`
	State json.RawMessage `json:"state"`
}

// repeatEnd answers the deed that ended the dialogue, when it comes again, as it
// did the first time. Any other comes too late.
func (b *Bot) repeatEnd(ctx context.Context, v visit, row storage.Dialogue, did deed) error {
	var last ended
	if err := json.Unmarshal(row.State, &last); err != nil {
		return fmt.Errorf("read how a dialogue ended: %w", err)
	}
	t, err := b.talkOf(last.Kind, v.account)
	same := last.Deed.Verb == did.Verb && last.Deed.ID == did.ID && last.Deed.Index == did.Index
	if err != nil || !same {
		return b.refuseTap(ctx, v)
	}
	again, err := t.advance(b, ctx, v, last.State, did)
	if err != nil {
		return err
	}
	if again.end == nil {
		return b.refuseTap(ctx, v)
	}
	b.showStep(v, *again.end, true)
	return nil
}

// goOn keeps a dialogue's next step and shows it.
func (b *Bot) goOn(ctx context.Context, v visit, row storage.Dialogue, kind string, next step) error {
	row.Kind, row.State, row.Said, row.LastTextID = kind, next.state, next.notice, v.written()
	saved, err := b.store.SaveDialogue(ctx, v.account.ID, row, v.now)
	if err != nil {
		return err
	}
	if !saved { // another update of this chat came first
		if row, err = b.store.Dialogue(ctx, v.account.ID); err != nil {
			return err
		}
		return b.showTalk(ctx, v, row)
	}
	row.Revision++
	return b.showTalk(ctx, v, row)
}

// written is the id of the message that the person wrote; 0 for a tap.
func (v visit) written() int64 {
	if v.Message == nil {
		return 0
	}
	return v.message()
}
