package bot

import (
	"context"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// namedForm is an open form, named as in a list.
type namedForm struct {
	name    string
	session storage.Session
}

// openBeside are the forms that are open to somebody who has just sent one, or declined
// it: of several that came in one message the others would be out of sight until the next
// reminder.
func (b *Bot) openBeside(ctx context.Context, say text.Phrases, sent storage.Session) ([]namedForm, error) {
	open, err := b.store.OpenSessions(ctx, sent.AccountID)
	if err != nil {
		return nil, fmt.Errorf("read what else is open to account %d: %w", sent.AccountID, err)
	}
	open = open[:min(mostForms, len(open))]
	// With the one that was sent: two about one training are told apart by their titles.
	titles, err := b.titles(ctx, say, append([]storage.Session{sent}, open...))
	if err != nil {
		return nil, err
	}
	forms := make([]namedForm, len(open))
	for i, session := range open {
		forms[i] = namedForm{name: fmt.Sprintf("%d. %s", i+1, titles[i+1]), session: session}
	}
	return forms, nil
}

// writeBeside lists them below what is said of the one that has ended.
func (c card) writeBeside(p *page) {
	if len(c.beside) == 0 {
		return
	}
	p.gap()
	p.text(c.say.Say("surveys.left", map[string]any{"Count": len(c.beside)}))
	for _, form := range c.beside {
		p.line()
		p.text(form.name + " · " + c.say.Say("surveys.until", map[string]any{"Until": c.say.Moment(form.session.ClosesAt, c.zone)}))
	}
}

func besideKeyboard(forms []namedForm) telegram.Keyboard {
	var keyboard telegram.Keyboard
	for _, form := range forms {
		keyboard = append(keyboard, []telegram.Button{openButton(form.name, form.session)})
	}
	return keyboard
}
