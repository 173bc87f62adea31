package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey"
)

// tapped handles a tap on a session's card. It counts only at the session's
// revision: whatever is older, doubled or too late shows the card as it is.
func (b *Bot) tapped(ctx context.Context, v visit, t tap) error {
	session, err := b.store.Session(ctx, t.ID, v.Chat.ID)
	if storage.IsCode(err, storage.NotFound) {
		return b.refuseTap(ctx, v)
	}
	if err != nil {
		return fmt.Errorf("read the tapped session: %w", err)
	}
	if session.Blocked { // whoever taps does not block any more
		if v, err = b.meet(ctx, v); err != nil {
			return err
		}
	}
	seen := view{session: session.ID, account: v.Chat.ID, asked: true, stray: v.message(), class: telegram.Edit}
	if int64(session.Revision) != t.Revision {
		b.show(seen)
		return nil
	}
	if handled, err := b.declining(ctx, v, session, t); handled || err != nil {
		return err
	}
	if session.State != storage.SessionOpen {
		b.show(seen)
		return nil
	}
	switch t.Verb {
	case doNotMine, doLook:
		seen.disowning = t.Verb == doNotMine && session.SubjectName != ""
		b.show(seen)
		return nil
	case doDisown:
		if session.SubjectName != "" {
			err = b.disown(ctx, v, session, v.now)
		}
		b.show(seen)
		return err
	}
	current, err := b.resume(ctx, session)
	if err != nil {
		return err
	}
	next, notice := current, ""
	if in := inputOf(t.Verb, t.Index, current, b.today()); in != nil {
		next, notice = apply(current, in, b.today(), session.Language)
	}
	seen.notice, seen.listing = notice, t.Verb == doList
	if err := b.keep(ctx, v, session, next, t, seen); err != nil {
		return err
	}
	b.show(seen)
	return nil
}

// keep writes what a tap made of a session. A tap that moved nothing writes
// nothing, unless it makes another message the card.
func (b *Bot) keep(ctx context.Context, v visit, session storage.Session, next survey.Session, t tap, seen view) error {
	change := storage.SessionChange{
		Survey:         next.State(),
		Complete:       next.Complete(b.today()),
		CardMessageID:  session.CardMessageID,
		StaleMessageID: session.StaleMessageID,
	}
	if tapped := v.message(); tapped != 0 && tapped != session.CardMessageID {
		change.CardMessageID, change.StaleMessageID = tapped, session.CardMessageID
	}
	if next.Place().Stage == survey.Sent {
		session.CardMessageID, session.StaleMessageID = change.CardMessageID, change.StaleMessageID
		sent, err := b.store.SendSession(ctx, session, next.Answers(b.today()), v.now)
		if err != nil {
			return fmt.Errorf("send a session: %w", err)
		}
		if sent {
			b.meter.Submitted()
		}
		return nil
	}
	onlyLooks := seen.notice != "" || t.Verb == doList || t.Verb == doReview && session.Survey.Place.Stage == survey.InReview
	if onlyLooks && change.CardMessageID == session.CardMessageID {
		return nil
	}
	saved, err := b.store.SaveSession(ctx, session, change, v.now)
	if err != nil {
		return fmt.Errorf("save a session: %w", err)
	}
	if saved && !onlyLooks {
		b.meter.Answered()
	}
	return nil
}

// resume is what a session's row holds of answers. Where its form refers to
// earlier ones and the session was not given their answers yet, it is now; the
// next write keeps them.
func (b *Bot) resume(ctx context.Context, session storage.Session) (survey.Session, error) {
	instrument, err := b.store.Instrument(ctx, session.InstrumentID)
	if err != nil {
		return survey.Session{}, fmt.Errorf("read a session's instrument: %w", err)
	}
	current, err := instrument.Resume(session.Survey)
	if err != nil {
		return survey.Session{}, fmt.Errorf("%w: session %d: %w", errNotDrawn, session.ID, err)
	}
	awaited := current.Awaits()
	if len(awaited) == 0 || session.State != storage.SessionOpen {
		return current, nil
	}
	earlier, err := b.store.EarlierAnswers(ctx, session.ID, awaited)
	if err != nil {
		return survey.Session{}, fmt.Errorf("recall earlier answers: %w", err)
	}
	return current.Recall(earlier), nil
}

// apply gives the session after an input, and the sentence that tells the person
// why it did not move. An input that does not fit the place moves nothing and
// needs no words: the card is shown as it is.
func apply(s survey.Session, in survey.Input, today time.Time, language string) (survey.Session, string) {
	next, err := s.Apply(in, today)
	if rejection, ok := errors.AsType[*survey.Rejection](err); ok {
		return s, rejection.Hint.In(language)
	}
	return next, "" // unmoved where the input does not fit
}

// inputOf is what a tap on a card says to the session; nil where it says nothing.
func inputOf(verb string, index int, s survey.Session, today time.Time) survey.Input {
	question, _ := s.Current()
	switch verb {
	case doPick:
		if index < len(question.Choices) {
			return survey.Choose{Choice: question.Choices[index].Name}
		}
	case doTick:
		if index < len(question.Choices) {
			return survey.Toggle{Choice: question.Choices[index].Name}
		}
	case doDate:
		if day, known := quickDate(index, today); known && question.Kind == survey.Date {
			return survey.Write{Text: day.Format(time.DateOnly)}
		}
	case doErase:
		return survey.Erase{}
	case doNext:
		return survey.Next{}
	case doBack:
		return survey.Back{}
	case doSkip:
		return survey.Skip{}
	case doReview:
		return survey.Review{}
	case doChange:
		if questions := s.Instrument().Questions; index < len(questions) {
			return survey.Change{Path: questions[index].Name}
		}
	case doSend:
		return survey.Send{}
	}
	return nil
}
