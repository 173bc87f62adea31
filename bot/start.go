package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// linkTap is the kind of the taps by which a person becomes an employee.
const linkTap tapKind = "l"

const (
	doConfirm = "yes"   // "this is me"
	doDeny    = "no"    // "this is not me", or no consent
	doAgree   = "agree" // consent to the privacy notice
)

// linkDialogue is the dialogue of a person who pressed a personal link.
const linkDialogue = "link"

type linkState struct {
	Link int64 `json:"link"`
}

// start is /start: alone it says what the person can do here, with a token it
// begins to tie the account to the employee that the link was made for.
func (b *Bot) start(ctx context.Context, v visit, arguments string) error {
	if len(v.account.Grants) > 0 {
		b.showMenu(v.account, v.say)
	}
	if arguments == "" {
		return b.greet(ctx, v)
	}
	token, ok := ParseToken(arguments)
	if !ok {
		return b.explainLink(v, &storage.Error{Code: storage.NotFound})
	}
	owner, err := b.store.FindLink(ctx, string(token), v.account.ID)
	if err != nil {
		return b.explainLink(v, err)
	}
	if owner.UsedBy == v.account.ID {
		return b.greet(ctx, v)
	}
	if v.account.Claim != nil {
		return b.explainLink(v, &storage.Error{Code: storage.AlreadyClaimed, Detail: map[string]any{"who": "account"}})
	}
	revision, err := b.beginDialogue(ctx, v, linkDialogue, linkState{Link: owner.LinkID})
	if err != nil || revision == 0 {
		return err
	}
	b.reply(v.Chat.ID, plain(v.say.Say("start.is_this_you", map[string]any{"Name": mask(owner.Name), "Unit": owner.Unit})),
		yesNo(linkTap, revision, doConfirm, v.say.Say("button.is_me", nil), v.say.Say("button.not_me", nil)))
	return nil
}

// greet answers a person who is known here with their surveys, and any other
// with what to do.
func (b *Bot) greet(ctx context.Context, v visit) error {
	switch {
	case v.account.Consented:
		return b.surveys(ctx, v, "")
	case v.account.Claim != nil:
		return b.privacy(ctx, v, "")
	}
	return b.help(ctx, v, "")
}

// explainLink says why a link leads nowhere, and what to do.
func (b *Bot) explainLink(v visit, err error) error {
	var refusal *storage.Error
	if !errors.As(err, &refusal) {
		return fmt.Errorf("find a link: %w", err)
	}
	key := map[storage.Code]string{
		storage.NotFound:    "start.link_unknown",
		storage.LinkUsed:    "start.link_used",
		storage.LinkRevoked: "start.link_revoked",
	}[refusal.Code]
	if refusal.Code == storage.AlreadyClaimed {
		key = "start.claimed_by_other"
		if refusal.Detail["who"] == "account" {
			key = "start.claims_other"
		}
	}
	if key == "" {
		return fmt.Errorf("find a link: %w", err)
	}
	b.react(v, plain(v.say.Say(key, nil)), nil)
	return nil
}

// linkTapped handles the taps that follow a personal link: who you are, then the
// privacy notice and consent. Nothing is tied before the consent.
func (b *Bot) linkTapped(ctx context.Context, v visit, t tap) error {
	var state linkState
	current, err := b.inDialogue(ctx, v, t, linkDialogue, &state)
	if err != nil {
		return err
	}
	if !current {
		return b.refuseTap(ctx, v)
	}
	switch t.Verb {
	case doConfirm:
		owner, err := b.store.LinkOwner(ctx, state.Link, v.account.ID)
		if err != nil {
			return b.explainLink(v, err)
		}
		b.react(v, b.notice(v.say, v.say.Say("privacy.greeting", map[string]any{"Name": mask(owner.Name)}), v.say.Say("privacy.ask", nil)),
			yesNo(linkTap, t.Revision, doAgree, v.say.Say("button.agree", nil), v.say.Say("button.disagree", nil)))
	case doDeny:
		b.react(v, plain(v.say.Say("start.denied", nil)), nil)
		return b.endDialogue(ctx, v, t, linkState{}) // whose link it was is not kept
	case doAgree:
		return b.useLink(ctx, v, t, state)
	default:
		return b.refuseTap(ctx, v)
	}
	return nil
}

func (b *Bot) useLink(ctx context.Context, v visit, t tap, state linkState) error {
	invited, err := b.store.UseLink(ctx, state.Link, v.account.ID, noticeVersion, v.source(t.Revision), v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return b.explainLink(v, err)
	}
	b.react(v, b.welcome(v, invited), nil)
	return b.endDialogue(ctx, v, t, state)
}

// welcome is said after consent: surveys that are open come by themselves.
func (b *Bot) welcome(v visit, invited int) telegram.HTML {
	if invited > 0 {
		return plain(v.say.Say("start.welcome_open", map[string]any{"Count": invited}))
	}
	return plain(v.say.Say("start.welcome", nil))
}

// react is the reaction to a command or to a tap: in the place of the message
// that was tapped, else as a new one.
func (b *Bot) react(v visit, words telegram.HTML, keyboard telegram.Keyboard) {
	if v.Callback != nil {
		b.replace(v.Chat.ID, v.message(), words, keyboard)
		return
	}
	b.reply(v.Chat.ID, words, keyboard)
}

// beginDialogue puts the account at the beginning of a dialogue and gives its
// revision; 0 where another update of the same chat moved it first.
func (b *Bot) beginDialogue(ctx context.Context, v visit, kind string, state any) (int64, error) {
	before, err := b.store.Dialogue(ctx, v.account.ID)
	if err != nil {
		return 0, err
	}
	content, err := json.Marshal(state)
	if err != nil {
		return 0, fmt.Errorf("write the state of dialogue %s: %w", kind, err)
	}
	saved, err := b.store.SaveDialogue(ctx, v.account.ID, storage.Dialogue{Kind: kind, State: content, Revision: before.Revision}, v.now)
	if err != nil || !saved {
		return 0, err
	}
	return before.Revision + 1, nil
}

// ending is what stays of a dialogue that has ended: enough for the tap that
// ended it to come again.
type ending struct {
	Verb  string          `json:"verb"`
	State json.RawMessage `json:"state"`
}

// inDialogue reads the state of the dialogue that a tap belongs to, and tells
// whether the chat is still in it, or has ended it by this very tap: handled
// again, it finds the same. A tap on another button, made before that one had
// gone, comes too late.
func (b *Bot) inDialogue(ctx context.Context, v visit, t tap, kind string, state any) (bool, error) {
	dialogue, err := b.store.Dialogue(ctx, v.account.ID)
	if err != nil {
		return false, err
	}
	content := dialogue.State
	switch {
	case dialogue.Kind == kind && dialogue.Revision == t.Revision:
	case dialogue.Kind == "" && dialogue.Revision == t.Revision+1:
		var end ending
		if err := json.Unmarshal(dialogue.State, &end); err != nil {
			return false, fmt.Errorf("read how a dialogue ended: %w", err)
		}
		if end.Verb != t.Verb {
			return false, nil
		}
		content = end.State
	default:
		return false, nil
	}
	if err := json.Unmarshal(content, state); err != nil {
		return false, fmt.Errorf("read the state of dialogue %s: %w", kind, err)
	}
	return true, nil
}

// endDialogue ends a dialogue by a tap that was carried out.
func (b *Bot) endDialogue(ctx context.Context, v visit, t tap, state any) error {
	content, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("write the state of an ended dialogue: %w", err)
	}
	end, err := json.Marshal(ending{Verb: t.Verb, State: content})
	if err != nil {
		return fmt.Errorf("write how a dialogue ended: %w", err)
	}
	_, err = b.store.SaveDialogue(ctx, v.account.ID, storage.Dialogue{State: end, Revision: t.Revision}, v.now)
	return err
}

// yesNo is the keyboard of a question with a yes, which comes first, and a no.
func yesNo(kind tapKind, revision int64, verb, yes, no string) telegram.Keyboard {
	return telegram.Keyboard{{
		{Text: yes, Data: tap{Kind: kind, Revision: revision, Verb: verb}.data()},
		{Text: no, Data: tap{Kind: kind, Revision: revision, Verb: doDeny}.data()},
	}}
}

// mask hides a name but for the first letter of each word, so that its owner
// knows it and nobody else learns it. Degrees behind a comma are left out.
func mask(name string) string {
	name, _, _ = strings.Cut(name, ",")
	words := strings.Fields(name)
	for i, word := range words {
		words[i] = string([]rune(word)[:1]) + "•••"
	}
	return strings.Join(words, " ")
}
