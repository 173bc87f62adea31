package bot

import (
	"context"
	"errors"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// languageTap is the kind of the taps that choose a language; the verb names it.
const languageTap tapKind = "b"

// language is /bahasa. Each language stands on its button in its own words.
func (b *Bot) language(_ context.Context, v visit, _ string) error {
	choice := func(label, language string) []telegram.Button {
		return []telegram.Button{{Text: label, Data: tap{Kind: languageTap, Verb: language}.data()}}
	}
	b.reply(v.Chat.ID, plain(v.say.Say("language.ask", nil)), telegram.Keyboard{
		choice("Bahasa Indonesia", text.Indonesian),
		choice("English", text.English),
	})
	return nil
}

// languageTapped sets the language, and shows the menu of commands in it.
func (b *Bot) languageTapped(ctx context.Context, v visit, t tap) error {
	if t.Verb != text.Indonesian && t.Verb != text.English {
		return b.refuseTap(ctx, v)
	}
	err := b.store.SetLanguage(ctx, v.account.ID, t.Verb, v.source(t.Revision), v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return fmt.Errorf("set a language: %w", err)
	}
	say := b.texts.In(t.Verb)
	b.react(v, plain(say.Say("language.set", nil)), nil)
	b.showMenu(v.account, say)
	return nil
}
