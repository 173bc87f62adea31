package bot

import (
	"context"
	"strings"

	"pascalatih/storage"
)

// profile is /profil: whom the bot takes the account for, and why.
func (b *Bot) profile(ctx context.Context, v visit, _ string) error {
	known, err := b.store.Profile(ctx, v.account.ID)
	if err != nil {
		return err
	}
	roles := ""
	if len(v.account.Grants) > 0 {
		if roles, err = b.rolesHeld(ctx, v.say, v.account.Grants); err != nil {
			return err
		}
	}
	b.reply(v.Chat.ID, write(func(p *page) {
		b.writeClaim(p, v, known)
		p.gap()
		p.text(v.say.Say("profile.language", nil))
		p.line()
		if known.Agreed != nil {
			p.text(v.say.Say("profile.agreed", map[string]any{"At": v.say.Day(known.Agreed.In(b.zone))}))
		} else {
			p.text(v.say.Say("profile.not_agreed", nil))
		}
		if roles != "" {
			p.line()
			p.text(v.say.Say("profile.roles", map[string]any{"Roles": roles}))
		}
		p.gap()
		p.text(v.say.Say("profile.wrong", nil))
	}), nil)
	return nil
}

func (b *Bot) writeClaim(p *page, v visit, known storage.Profile) {
	since := v.say.Day(known.Since.In(b.zone))
	switch known.State {
	case storage.ClaimConfirmed:
		p.bold(known.Name)
		p.line()
		p.text(known.Unit)
		p.line()
		p.text("NIP " + maskNIP(known.NIP))
		p.line()
		p.text(v.say.Say("profile.since", map[string]any{"At": since, "Via": v.say.Say("profile.via_"+string(known.Via), nil)}))
	case storage.ClaimProvisional:
		p.text(v.say.Say("profile.waiting", map[string]any{"At": since, "Title": known.Training}))
	default:
		p.text(v.say.Say("privacy.stranger", nil))
	}
}

// maskNIP hides an NIP but for its end, which tells its owner that it is theirs.
func maskNIP(nip string) string {
	const open = 4
	return strings.Repeat("•", len(nip)-open) + nip[len(nip)-open:]
}
