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
	// Each choice has a revision of its own, so that both can be made on one message.
	choice := func(label string, revision int64, language string) []telegram.Button {
		return []telegram.Button{{Text: label, Data: tap{Kind: languageTap, Revision: revision, Verb: language}.data()}}
	}
	b.reply(v.Chat.ID, plain(v.say.Say("language.ask", nil)), telegram.Keyboard{
		choice("Bahasa Indonesia", 0, text.Indonesian),
		choice("English", 1, text.English),
	})
	return nil
}

// languageTapped sets the language, and shows the menu of commands in it.
func (b *Bot) languageTapped(ctx context.Context, v visit, t tap) error {
	if t.Verb != text.Indonesian && t.Verb != text.English {
		return b.refuseTap(ctx, v)
	}
	language := t.Verb
	err := b.store.SetLanguage(ctx, v.account.ID, language, v.source(t.Revision), v.now)
	if errors.Is(err, storage.ErrRepeated) {
		language, err = v.account.Language, nil // it may have been changed since
	}
	if err != nil {
		return fmt.Errorf("set a language: %w", err)
	}
	say := b.texts.In(language)
	b.react(v, plain(say.Say("language.set", nil)), nil)
	b.showMenu(v.account, say)
	return nil
}
