package bot

import (
	"context"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// surveys is /survei: what is open to the person.
func (b *Bot) surveys(ctx context.Context, v visit, _ string) error {
	if v.account.Claim != nil && !v.account.Consented {
		return b.privacy(ctx, v, "") // nothing comes until they agree again
	}
	sessions, err := b.store.OpenSessions(ctx, v.Chat.ID)
	if err != nil {
		return fmt.Errorf("read the open sessions: %w", err)
	}
	return b.showOpen(ctx, v, sessions)
}

// showOpen shows the one open form's card below, or a list of them with a button
// each, or says that there is none. Once that was shown, what came of a block taken
// back need not say it again.
func (b *Bot) showOpen(ctx context.Context, v visit, sessions []storage.Session) error {
	switch {
	case len(sessions) == 1:
		b.show(view{session: sessions[0].ID, account: v.Chat.ID, asked: true, all: true, class: telegram.Reply})
		return nil
	case len(sessions) == 0 && v.account.Waiting:
		b.reply(v.Chat.ID, plain(v.say.Say("joining.waiting", nil)), nil)
		return nil
	case len(sessions) == 0 && v.account.Claim == nil:
		b.reply(v.Chat.ID, plain(v.say.Say("surveys.stranger", nil)), nil)
		return nil
	case len(sessions) == 0:
		b.reply(v.Chat.ID, plain(v.say.Say("surveys.none", nil)), nil)
		return nil
	}
	if sameObservations(sessions) {
		listed, err := b.drawObserved(ctx, sessions[0])
		if err == nil {
			b.reply(v.Chat.ID, listed.Text, listed.Buttons)
		}
		return err
	}
	words, keyboard, err := b.list(ctx, v.say, v.say.Say("surveys.several", nil), sessions)
	if err != nil {
		return err
	}
	b.chats.add(v.Chat.ID, remark{say: func(ctx context.Context, w calendar.Worker) {
		_, err := b.send(ctx, w, telegram.Message{Chat: v.Chat.ID, Text: words, Buttons: keyboard})
		b.dropped(v.Chat.ID, "list of forms", err)
		if err == nil {
			b.allShown(ctx, v.Chat.ID)
		}
	}})
	return nil
}

// mostForms is how many forms a list has; the others follow once these are sent.
const mostForms = 20

// list is a heading with several forms below it, each with a button that makes
// this message its card.
func (b *Bot) list(ctx context.Context, say text.Phrases, heading string, sessions []storage.Session) (telegram.HTML, telegram.Keyboard, error) {
	sessions = sessions[:min(mostForms, len(sessions))]
	titles, err := b.titles(ctx, say, sessions)
	if err != nil {
		return "", nil, err
	}
	keyboard := make(telegram.Keyboard, len(sessions))
	for i, session := range sessions {
		titles[i] = fmt.Sprintf("%d. %s", i+1, titles[i])
		keyboard[i] = []telegram.Button{openButton(titles[i], session)}
	}
	return write(func(p *page) {
		p.text(heading)
		for i, session := range sessions {
			p.line()
			p.text(titles[i])
			p.text(" · " + say.Say("surveys.until", map[string]any{"Until": say.Moment(session.ClosesAt, b.zone)}))
		}
	}), keyboard, nil
}

// titles name forms in a list: by what each is about, with the form's own title
// before where several are about the same, or it is about nothing else.
func (b *Bot) titles(ctx context.Context, say text.Phrases, sessions []storage.Session) ([]string, error) {
	about := map[string]int{}
	for _, session := range sessions {
		about[card{session: session}.subject()]++
	}
	titles := make([]string, len(sessions))
	for i, session := range sessions {
		titles[i] = card{session: session}.subject()
		if titles[i] != "" && about[titles[i]] == 1 {
			continue
		}
		instrument, err := b.store.Instrument(ctx, session.InstrumentID)
		if err != nil {
			return nil, fmt.Errorf("read the instrument of session %d: %w", session.ID, err)
		}
		form := instrument.Title.In(say.Language())
		if titles[i] == "" {
			titles[i] = form
		} else {
			titles[i] = form + " · " + titles[i]
		}
	}
	return titles, nil
}

// showPresent reacts to what counts nowhere: the form that the person last used
// is shown with a sentence on it, or the sentence alone is said.
func (b *Bot) showPresent(ctx context.Context, v visit, sentence string) error {
	sessions, err := b.store.OpenSessions(ctx, v.Chat.ID)
	if err != nil {
		return fmt.Errorf("read the open sessions: %w", err)
	}
	var last *storage.Session
	for i, session := range sessions {
		if session.OpenedAt != nil && (last == nil || session.UpdatedAt.After(last.UpdatedAt)) {
			last = &sessions[i]
		}
	}
	if last == nil {
		if v.Callback != nil {
			b.takeButtons(v.Chat.ID, v.message())
		}
		b.reply(v.Chat.ID, plain(sentence), nil)
		return nil
	}
	seen := view{session: last.ID, account: v.Chat.ID, notice: sentence, asked: true, class: telegram.Edit}
	if v.Callback != nil {
		seen.stray = v.message()
	}
	b.show(seen)
	return nil
}

// cancel is /batal: it leaves a dialogue. A form needs no leaving: it is kept as
// it stands.
func (b *Bot) cancel(ctx context.Context, v visit, _ string) error {
	dialogue, err := b.store.Dialogue(ctx, v.Chat.ID)
	if err != nil {
		return fmt.Errorf("read the dialogue to leave: %w", err)
	}
	if dialogue.Kind != "" {
		ended := storage.Dialogue{Revision: dialogue.Revision}
		if _, err := b.store.SaveDialogue(ctx, v.Chat.ID, ended, v.now); err != nil {
			return fmt.Errorf("leave a dialogue: %w", err)
		}
		b.showStep(v, *say(v.say.Say("core.cancelled", nil)), true)
		return nil
	}
	sessions, err := b.store.OpenSessions(ctx, v.Chat.ID)
	if err != nil {
		return fmt.Errorf("read the open sessions: %w", err)
	}
	sentence := v.say.Say("core.nothing_to_cancel", nil)
	for _, session := range sessions {
		if session.OpenedAt != nil {
			sentence = v.say.Say("core.kept", map[string]any{"Until": v.say.Moment(session.ClosesAt, b.zone)})
			break
		}
	}
	b.reply(v.Chat.ID, plain(sentence), nil)
	return nil
}
