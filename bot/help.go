package bot

import (
	"context"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// help is /help: what this person can do here, and for which units.
func (b *Bot) help(ctx context.Context, v visit, _ string) error {
	roles := ""
	if len(v.account.Grants) > 0 {
		var err error
		if roles, err = b.rolesHeld(ctx, v.say, v.account.Grants); err != nil {
			return err
		}
	}
	b.reply(v.Chat.ID, write(func(p *page) {
		key := "help.stranger"
		if v.account.Claim != nil || v.account.Waiting || len(v.account.Grants) > 0 {
			key = "help.known"
		}
		p.text(v.say.Say(key, nil))
		if roles != "" {
			p.gap()
			p.text(v.say.Say("help.roles", map[string]any{"Roles": roles}))
		}
		p.line()
		for _, entry := range b.menu(v.account, v.say) {
			p.line()
			p.text("/" + entry.Name + " · " + entry.Description)
		}
	}), nil)
	return nil
}

// menu is the commands that an account may use, in their order.
func (b *Bot) menu(account storage.Account, say text.Phrases) []telegram.Command {
	var menu []telegram.Command
	for _, c := range b.commands {
		if c.about != "" && c.access.allows(account) {
			menu = append(menu, telegram.Command{Name: c.name, Description: say.Say(c.about, nil)})
		}
	}
	return menu
}

// showMenu sets the menu of one chat: that of its roles, in its language.
func (b *Bot) showMenu(account storage.Account, say text.Phrases) {
	b.chats.add(account.ID, remark{key: "menu", say: func(ctx context.Context, _ calendar.Worker) {
		b.dropped(account.ID, "menu", b.client.SetCommands(ctx, telegram.Scope(account.ID), "", b.menu(account, say)))
	}})
}

// Menus sets the menus that everybody finds before the first word, in both
// languages, and those of the accounts that hold roles. It may be done again.
func (b *Bot) Menus(ctx context.Context) error {
	for _, language := range b.texts.Languages() {
		menu := b.menu(storage.Account{}, b.texts.In(language))
		if err := b.client.SetCommands(ctx, telegram.AllPrivateChats, language, menu); err != nil {
			return fmt.Errorf("set the menu in %s: %w", language, err)
		}
		if language == text.Indonesian {
			if err := b.client.SetCommands(ctx, telegram.AllPrivateChats, "", menu); err != nil {
				return fmt.Errorf("set the menu of all other languages: %w", err)
			}
		}
	}
	return b.showMenusOfRoles(ctx)
}

// showMenusOfRoles sets the menus of those who hold roles: a new program may have
// commands that their chats do not show yet.
func (b *Bot) showMenusOfRoles(ctx context.Context) error {
	holders, err := b.store.RoleHolders(ctx)
	if err != nil {
		return err
	}
	for _, holder := range holders {
		account, err := b.store.Account(ctx, holder.AccountID)
		if err != nil {
			return fmt.Errorf("read whose menu is set: %w", err)
		}
		if !account.Blocked {
			b.showMenu(account, b.texts.In(account.Language))
		}
	}
	return nil
}
