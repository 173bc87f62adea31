package bot

import (
	"context"
	"errors"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// noticeVersion names the wording of the privacy notice (texts privacy.*) that a
// consent is recorded with. Whoever changes what the notice promises, changes it.
const noticeVersion = "2"

// privacyTap is the kind of the taps below the privacy notice.
const privacyTap tapKind = "p"

const (
	doWithdraw = "withdraw"
	doUnlink   = "unlink"
)

// The commands below one notice; each happens once there.
const (
	withdrawal = iota
	unlinking
	renewal
)

// privacy is /privasi: the notice, and the way out.
func (b *Bot) privacy(_ context.Context, v visit, _ string) error {
	switch {
	case v.account.Consented:
		b.reply(v.Chat.ID, b.notice(v.say, v.say.Say("privacy.given", nil)),
			telegram.Keyboard{{privacyButton(v.say.Say("button.withdraw", nil), withdrawal, doWithdraw)}})
	case v.account.Claim != nil:
		b.reply(v.Chat.ID, b.notice(v.say, v.say.Say("privacy.ask", nil)),
			telegram.Keyboard{{privacyButton(v.say.Say("button.agree", nil), renewal, doAgree)}})
	default:
		b.reply(v.Chat.ID, b.notice(v.say, v.say.Say("privacy.stranger", nil)), nil)
	}
	return nil
}

func privacyButton(label string, command int64, verb string) telegram.Button {
	return telegram.Button{Text: label, Data: tap{Kind: privacyTap, Revision: command, Verb: verb}.data()}
}

// notice is the privacy notice in short, between what comes before and after it.
func (b *Bot) notice(say text.Phrases, around ...string) telegram.HTML {
	return write(func(p *page) {
		for _, before := range around[:len(around)-1] {
			p.text(before)
			p.gap()
		}
		p.bold(say.Say("privacy.heading", nil))
		for _, key := range []string{"kept", "seen", "supervisor", "recurring", "route", "automatic", "leave"} {
			p.line()
			p.text("• " + say.Say("privacy."+key, nil))
		}
		p.gap()
		p.text(around[len(around)-1])
	})
}

// privacyTapped carries out what was tapped below the notice. All of it is about
// the sender's own account.
func (b *Bot) privacyTapped(ctx context.Context, v visit, t tap) error {
	switch t.Verb {
	case doWithdraw:
		return b.withdraw(ctx, v, t)
	case doUnlink:
		unlinked, err := b.store.Unlink(ctx, v.account.ID, v.source(t.Revision), v.now)
		if err != nil && !errors.Is(err, storage.ErrRepeated) {
			return fmt.Errorf("unlink responses: %w", err)
		}
		b.react(v, plain(v.say.Say("privacy.unlinked", map[string]any{"Count": unlinked})), nil)
		return nil
	case doAgree:
		return b.consentAnew(ctx, v, t)
	}
	return b.refuseTap(ctx, v)
}

func (b *Bot) withdraw(ctx context.Context, v visit, t tap) error {
	sent, err := b.store.Withdraw(ctx, v.account.ID, v.source(t.Revision), v.now)
	switch {
	case storage.IsCode(err, storage.NoConsent):
		return b.refuseTap(ctx, v)
	case errors.Is(err, storage.ErrRepeated) && v.account.Consented:
		return b.privacy(ctx, v, "") // consent was given anew since: an old button
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return fmt.Errorf("withdraw consent: %w", err)
	}
	if v.account.Claim == nil { // it waited for HR, and ended
		b.react(v, plain(v.say.Say("joining.withdrawn", nil)), nil)
		return nil
	}
	if sent == 0 {
		b.react(v, plain(v.say.Say("privacy.withdrawn", nil)), nil)
		return nil
	}
	b.react(v, write(func(p *page) {
		p.text(v.say.Say("privacy.withdrawn", nil))
		p.gap()
		p.text(v.say.Say("privacy.sent_before", map[string]any{"Count": sent}))
	}), telegram.Keyboard{{privacyButton(v.say.Say("button.unlink", nil), unlinking, doUnlink)}})
	return nil
}

func (b *Bot) consentAnew(ctx context.Context, v visit, t tap) error {
	invited, err := b.store.Consent(ctx, v.account.ID, noticeVersion, v.source(t.Revision), v.now)
	switch {
	case storage.IsCode(err, storage.NotFound):
		return b.refuseTap(ctx, v)
	case errors.Is(err, storage.ErrRepeated) && !v.account.Consented:
		return b.privacy(ctx, v, "") // it was withdrawn since: an old button
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return fmt.Errorf("record consent: %w", err)
	}
	b.react(v, b.welcome(v, invited), nil)
	return nil
}
