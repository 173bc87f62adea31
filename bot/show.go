package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// view is how a session's card is to be shown this once. What the card says is
// in the session's row, read when it is shown; this is what no row knows.
type view struct {
	session, account int64

	notice  string // one sentence about what the person just did
	listing bool   // the review's questions to change
	// disowning: whether it is true that the person is not theirs.
	disowning bool
	all       bool // it is all that is open to the person
	// asked: the person did something, and sees a reaction even where the card is
	// shown already. Otherwise it is the sweep that asks.
	asked bool
	// stray is a message that was tapped and is perhaps not the card: it loses its
	// buttons then.
	stray int64
	// class is how it will probably go out.
	class telegram.Class
}

// show puts a session's card on its chat's queue. It takes the place of one that
// still waits there: only the newest state goes out.
func (b *Bot) show(v view) {
	b.chats.add(v.account, remark{key: cardKey(v.session), say: func(ctx context.Context, w calendar.Worker) {
		err := b.showCard(ctx, w, v)
		if storage.IsCode(err, storage.NotFound) || errors.Is(err, errSilent) {
			return // there is nothing, or nobody, to show
		}
		if err != nil && ctx.Err() == nil {
			b.log.Warn("card not shown", "session", v.session, "err", err)
		}
		if err == nil && v.all {
			b.allShown(ctx, v.account)
		}
	}})
}

func cardKey(session int64) string { return "card:" + strconv.FormatInt(session, 10) }

// move is how a card gets where the person sees it.
type move int

const (
	stay      move = iota // it is shown
	edit                  // in its place
	sendBelow             // as a new message
)

// moveOf decides how a session's card is to be shown. lost is a message that can
// no longer be edited.
//
// A card that is no longer the last thing in the chat is sent anew below. The
// end of a round is nobody's doing: it is shown where the card is, and brings no
// message of its own.
func moveOf(s storage.Session, v view, lost int64) move {
	card := s.CardMessageID
	if card == lost {
		card = 0
	}
	ended := s.State == storage.SessionClosed || s.Automatic || s.State == storage.SessionDeclined && s.Over
	switch {
	case !v.asked && s.ShownRevision >= s.Revision:
		return stay
	case ended && card != 0:
		return edit
	case ended && !v.asked:
		return stay
	case card == 0 || s.LastMessageID > card:
		return sendBelow
	}
	return edit
}

func (m move) class() telegram.Class {
	if m == sendBelow {
		return telegram.Reply
	}
	return telegram.Edit
}

// errOtherWay says that the card has to go out in another way than was thought.
var errOtherWay = errors.New("the card goes out another way")

// showCard shows a session's card as it is when the pace allows it, and takes
// the buttons of the messages that are not it.
func (b *Bot) showCard(ctx context.Context, w calendar.Worker, v view) error {
	showing := &showing{Bot: b, view: v}
	class := v.class
	for {
		err := b.line.insist(ctx, func() error {
			return b.line.request(ctx, w, class, v.account, func() error { return showing.once(ctx, class) })
		}, passing)
		if !errors.Is(err, errOtherWay) {
			if err != nil {
				return err
			}
			break
		}
		class = showing.move.class()
	}
	for _, message := range showing.others {
		if err := b.removeButtons(ctx, w, v.account, message); err != nil {
			return fmt.Errorf("take a message's buttons: %w", err)
		}
	}
	if showing.stale == 0 {
		return nil
	}
	return b.store.CardShown(ctx, v.session, showing.revision, 0, showing.stale)
}

// showing is one card on its way.
type showing struct {
	*Bot
	view view
	lost int64 // a card that can no longer be edited
	move move

	revision int
	others   []int64 // messages whose buttons are to be taken
	stale    int64   // the one of them that the row remembers
}

// once reads the session and shows it, if that is done by a request of class.
func (s *showing) once(ctx context.Context, class telegram.Class) error {
	session, err := s.store.Session(ctx, s.view.session, s.view.account)
	if err != nil {
		return err
	}
	if session.Blocked && !s.view.asked {
		return errSilent
	}
	s.move = moveOf(session, s.view, s.lost)
	s.revision = session.Revision
	if s.move == stay {
		s.remember(session, session.CardMessageID)
		return s.store.CardShown(ctx, session.ID, session.Revision, 0, 0)
	}
	if s.move.class() != class {
		return errOtherWay
	}
	message, err := s.put(ctx, session)
	if telegram.KindOf(err) == telegram.Gone && s.move == edit {
		s.lost = session.CardMessageID
		s.move = moveOf(session, s.view, s.lost)
		return errOtherWay
	}
	if telegram.KindOf(err) == telegram.Refused || errors.Is(err, errNotDrawn) {
		// The same again would give the same: it waits for the next revision.
		s.log.Error("card cannot be shown", "session", session.ID, "revision", session.Revision, "err", err)
		return s.store.CardShown(ctx, session.ID, session.Revision, 0, 0)
	}
	if err != nil {
		return err
	}
	s.remember(session, message)
	if err := s.store.CardShown(ctx, session.ID, session.Revision, message, 0); err != nil {
		return fmt.Errorf("note a shown card: %w", err)
	}
	return nil
}

// put makes the request.
func (s *showing) put(ctx context.Context, session storage.Session) (message int64, err error) {
	words, keyboard, err := s.draw(ctx, session, s.view)
	if err != nil {
		return 0, err
	}
	if s.move == edit {
		return session.CardMessageID, s.client.Edit(ctx, session.AccountID, int(session.CardMessageID), words, keyboard)
	}
	id, err := s.client.Send(ctx, telegram.Message{Chat: session.AccountID, Text: words, Buttons: keyboard})
	return int64(id), err
}

// remember notes which messages are not the card, and may have its buttons.
func (s *showing) remember(session storage.Session, card int64) {
	s.stale = session.StaleMessageID
	s.others = nil
	for _, message := range []int64{session.StaleMessageID, session.CardMessageID, s.view.stray} {
		if message != 0 && message != card && message != s.lost {
			s.others = append(s.others, message)
		}
	}
}

// errNotDrawn says that a session's row does not fit its instrument.
var errNotDrawn = errors.New("the session does not fit its instrument")

// draw gives what a session's card shows.
func (b *Bot) draw(ctx context.Context, session storage.Session, v view) (telegram.HTML, telegram.Keyboard, error) {
	answers, err := b.resume(ctx, session)
	if err != nil {
		return "", nil, err
	}
	c := card{
		session:   session,
		answers:   answers,
		say:       b.texts.In(session.Language),
		zone:      b.zone,
		today:     b.today(),
		notice:    v.notice,
		listing:   v.listing,
		disowning: v.disowning,
	}
	if c.observes() && session.State != storage.SessionOpen {
		if c.others, err = b.store.Observations(ctx, session.RoundID, session.AccountID); err != nil {
			return "", nil, err
		}
	}
	ended := session.State == storage.SessionSent && !session.Automatic || session.State == storage.SessionDeclined && !session.Over
	if !c.observes() && ended {
		if c.beside, err = b.openBeside(ctx, c.say, session); err != nil {
			return "", nil, err
		}
	}
	return c.text(), c.keyboard(), nil
}
