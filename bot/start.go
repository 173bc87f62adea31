package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

const (
	doConfirm = "yes"   // "this is me"
	doDeny    = "no"    // "this is not me", or no consent
	doAgree   = "agree" // consent to the privacy notice
)

// start is /start: alone it says what the person can do here, with a token it
// begins to tie the account to an employee.
func (b *Bot) start(ctx context.Context, v visit, arguments string) error {
	if len(v.account.Grants) > 0 {
		b.showMenu(v.account, v.say)
	}
	if arguments == "" {
		return b.greet(ctx, v)
	}
	until, paused, err := b.store.Pause(ctx, v.account.ID, v.now)
	if err != nil {
		return err
	}
	if paused {
		b.reply(v.Chat.ID, plain(v.say.Say("joining.paused", map[string]any{"Until": v.say.Moment(until, b.zone)})), nil)
		return nil
	}
	token, ok := ParseToken(arguments)
	switch {
	case !ok:
		err = &storage.Error{Code: storage.NotFound}
	case token.ofClass():
		err = b.startClass(ctx, v, token)
	default:
		err = b.startPersonal(ctx, v, token)
	}
	return b.explainStart(ctx, v, err)
}

// explainStart says why a token leads nowhere; one that nobody made is a guess.
func (b *Bot) explainStart(ctx context.Context, v visit, failed error) error {
	if failed == nil {
		return nil
	}
	sentence, err := refusalOfLink(v.say, failed)
	if err != nil {
		return err
	}
	if storage.IsCode(failed, storage.NotFound) {
		if err := b.store.Guess(ctx, v.account.ID, v.message(), v.now); err != nil {
			return err
		}
	}
	b.reply(v.Chat.ID, plain(sentence), nil)
	return nil
}

// startPersonal begins with a personal link.
func (b *Bot) startPersonal(ctx context.Context, v visit, token Token) error {
	owner, err := b.store.FindLink(ctx, string(token), v.account.ID)
	if err != nil {
		return err
	}
	if owner.UsedBy == v.account.ID {
		return b.greet(ctx, v)
	}
	if v.account.Claim != nil {
		return &storage.Error{Code: storage.AlreadyClaimed, Detail: map[string]any{"who": "account"}}
	}
	return beginTalk(b, ctx, v, linkDialogue(), linkState{Link: owner.LinkID})
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

// refusalOfLink is why a link leads nowhere, and what to do; an err that is no
// refusal comes back.
func refusalOfLink(say text.Phrases, err error) (string, error) {
	var refusal *storage.Error
	if !errors.As(err, &refusal) {
		return "", fmt.Errorf("find a link: %w", err)
	}
	key := map[storage.Code]string{
		storage.NotFound:    "start.link_unknown",
		storage.LinkUsed:    "start.link_used",
		storage.LinkRevoked: "start.link_revoked",
		storage.Closed:      "start.link_revoked",
	}[refusal.Code]
	if refusal.Code == storage.AlreadyClaimed {
		key = "start.claimed_by_other"
		if refusal.Detail["who"] == "account" {
			key = "start.claims_other"
		}
	}
	if key == "" {
		return "", fmt.Errorf("find a link: %w", err)
	}
	return say.Say(key, nil), nil
}

// linkState is where a person is who pressed a personal link.
type linkState struct {
	Link   int64 `json:"link,omitempty"`
	Notice bool  `json:"notice,omitempty"` // they said that it is theirs, and read the notice
}

// linkDialogue follows a personal link: who you are, then the privacy notice and
// consent. Nothing is tied before the consent.
func linkDialogue() dialogue[linkState] {
	return dialogue[linkState]{kind: "link", draw: (*Bot).drawLink, move: (*Bot).moveLink}
}

func (b *Bot) drawLink(ctx context.Context, sc scene, s linkState) (screen, error) {
	owner, err := b.store.LinkOwner(ctx, s.Link, sc.account.ID)
	if err != nil {
		sentence, err := refusalOfLink(sc.say, err)
		return screen{Text: plain(sentence)}, err
	}
	if s.Notice {
		return screen{
			Text:    b.notice(sc.say, sc.say.Say("privacy.greeting", map[string]any{"Name": mask(owner.Name)}), sc.say.Say("privacy.ask", nil)),
			Buttons: consentButtons(sc),
		}, nil
	}
	return screen{
		Text: plain(sc.say.Say("start.is_this_you", map[string]any{"Name": mask(owner.Name), "Unit": owner.Unit})),
		Buttons: telegram.Keyboard{{
			sc.button(sc.say.Say("button.is_me", nil), doConfirm, 0, 0),
			sc.button(sc.say.Say("button.not_me", nil), doDeny, 0, 0),
		}},
	}, nil
}

// consentButtons are those below the privacy notice.
func consentButtons(sc scene) telegram.Keyboard {
	return telegram.Keyboard{{
		sc.button(sc.say.Say("button.agree", nil), doAgree, 0, 0),
		sc.button(sc.say.Say("button.disagree", nil), doDeny, 0, 0),
	}}
}

func (b *Bot) moveLink(ctx context.Context, v visit, s linkState, d deed) (turn[linkState], error) {
	switch {
	case d.Verb == doDeny: // whose link it was is not kept
		return turn[linkState]{End: say(v.say.Say("start.denied", nil)), Forget: true}, nil
	case d.Verb == doConfirm && !s.Notice:
		_, err := b.store.LinkOwner(ctx, s.Link, v.account.ID)
		if err != nil {
			return endLink(v, err)
		}
		s.Notice = true
	case d.Verb == doAgree && s.Notice:
		invited, err := b.store.UseLink(ctx, s.Link, v.account.ID, noticeVersion, d.source, v.now)
		if err != nil && !errors.Is(err, storage.ErrRepeated) {
			return endLink(v, err)
		}
		return turn[linkState]{End: &screen{Text: b.welcome(v, invited)}}, nil
	}
	return turn[linkState]{State: s}, nil
}

func endLink(v visit, refused error) (turn[linkState], error) {
	sentence, err := refusalOfLink(v.say, refused)
	return turn[linkState]{End: say(sentence)}, err
}

// welcome is said after consent: surveys that are open come by themselves.
func (b *Bot) welcome(v visit, invited int) telegram.HTML {
	if invited > 0 {
		return plain(v.say.Say("start.welcome_open", map[string]any{"Count": invited}))
	}
	return plain(v.say.Say("start.welcome", nil))
}

// react is the reaction to a command or to a tap: in the place of the message
// that was tapped, else as a new one. A file is left as it is.
func (b *Bot) react(v visit, words telegram.HTML, keyboard telegram.Keyboard) {
	if v.Callback != nil && !v.Callback.OnFile {
		b.replace(v.Chat.ID, v.message(), words, keyboard)
		return
	}
	b.reply(v.Chat.ID, words, keyboard)
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
