package simulator

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/simulator/spec"
)

// deletable is how long Telegram lets a bot delete a message.
const deletable = 48 * time.Hour

func (s *Server) sendMessage(_ context.Context, c *call) (any, *failure) {
	return s.post(c, "text", "")
}

func (s *Server) sendDocument(_ context.Context, c *call) (any, *failure) {
	return s.post(c, "caption", "document")
}

func (s *Server) sendPhoto(_ context.Context, c *call) (any, *failure) {
	return s.post(c, "caption", "photo")
}

// post puts a message into a chat: a text, or a file of this kind with a caption.
func (s *Server) post(c *call, textName, fileKind string) (any, *failure) {
	text, entities, f := s.textOf(c, textName)
	if f != nil {
		return nil, f
	}
	keys, f := s.keyboardOf(c)
	if f != nil {
		return nil, f
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, f := s.reach(c, sending)
	if f != nil {
		return nil, f
	}
	if keys.contact() && ch.wire.Type != "private" {
		s.violate(c, BrokenKeyboard, "it asks for a phone number in a "+ch.wire.Type)
		return nil, badRequest("phone number can be requested in private chats only")
	}
	m := &stored{from: &s.bot, locked: keys.locked}
	m.Message = Message{FromBot: true, Silent: c.silent(), Keys: keys.keys, NoKeys: keys.remove}
	m.show(c, textName, text, entities)
	if fileKind != "" {
		source := c.text[fileKind]
		if _, came := c.files[fileKind]; came {
			source = "attach://" + fileKind
		}
		if m.fileID, m.File, f = s.fileOf(c, fileKind, source); f != nil {
			return nil, f
		}
	}
	s.put(ch, m, c.now)
	m.Rows = keys.on(m.ID)
	return ch.wireMessage(m), nil
}

// show gives a message the text that a request has under this name.
func (m *stored) show(c *call, name, text string, entities []entity) {
	m.Text, m.entities, m.HTML = text, entities, ""
	if c.text["parse_mode"] != "" {
		m.HTML = c.text[name]
	}
}

// put gives a message its number and shows it. The caller holds s.mu.
func (s *Server) put(ch *chat, m *stored, now time.Time) {
	m.First = m.Text
	m.ID, m.At = s.nextMessage, now
	s.nextMessage++
	ch.messages = append(ch.messages, m)
	ch.change()
}

func (s *Server) editMessageText(_ context.Context, c *call) (any, *failure) {
	if f := s.require(c, "chat_id", "message_id", "text"); f != nil {
		return nil, f
	}
	text, entities, f := s.textOf(c, "text")
	if f != nil {
		return nil, f
	}
	return s.edit(c, func(m *stored) *failure {
		if m.File != nil {
			return refused(NotEditable, http.StatusBadRequest, "Bad Request: there is no text in the message to edit")
		}
		m.show(c, "text", text, entities)
		return nil
	})
}

func (s *Server) editMessageCaption(_ context.Context, c *call) (any, *failure) {
	if f := s.require(c, "chat_id", "message_id"); f != nil {
		return nil, f
	}
	text, entities, f := s.textOf(c, "caption")
	if f != nil {
		return nil, f
	}
	return s.edit(c, func(m *stored) *failure {
		if m.File == nil {
			return refused(NotEditable, http.StatusBadRequest, "Bad Request: there is no caption in the message to edit")
		}
		m.show(c, "caption", text, entities)
		return nil
	})
}

func (s *Server) editMessageReplyMarkup(_ context.Context, c *call) (any, *failure) {
	if f := s.require(c, "chat_id", "message_id"); f != nil {
		return nil, f
	}
	return s.edit(c, func(*stored) *failure { return nil })
}

// edit changes a message of the bot's. Its buttons become those of the request:
// none, if it has none.
func (s *Server) edit(c *call, change func(*stored) *failure) (any, *failure) {
	keys, f := s.keyboardOf(c)
	if f != nil {
		return nil, f
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, f := s.reach(c, editing)
	if f != nil {
		return nil, f
	}
	m, ok := ch.find(c.number("message_id"))
	switch {
	case !ok:
		return nil, refused(MessageGone, http.StatusBadRequest, "Bad Request: message to edit not found")
	case !m.FromBot, m.locked, keys.locked:
		return nil, refused(NotEditable, http.StatusBadRequest, "Bad Request: message can't be edited")
	}
	edited := *m
	if f := change(&edited); f != nil {
		return nil, f
	}
	if m.Album != "" && len(keys.rows) > 0 {
		// Telegram leaves the buttons out, as though none had been given.
		s.violate(c, BrokenKeyboard, "an album carries no buttons")
		keys.rows = nil
	}
	edited.Rows = keys.on(m.ID)
	if edited.Text == m.Text && slices.Equal(edited.entities, m.entities) && sameRows(edited.Rows, m.Rows) {
		return nil, refused(NotModified, http.StatusBadRequest, "Bad Request: message is not modified: specified new message content"+
			" and reply markup are exactly the same as a current content and reply markup of the message")
	}
	edited.Edits++
	*m = edited
	ch.change()
	w := ch.wireMessage(m)
	w.EditDate = c.now.Unix()
	return w, nil
}

func sameRows(a, b [][]Button) bool {
	return slices.EqualFunc(a, b, func(a, b []Button) bool { return slices.Equal(a, b) })
}

func (s *Server) deleteMessage(_ context.Context, c *call) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, f := s.reach(c, unlimited)
	if f != nil {
		return nil, f
	}
	m, ok := ch.find(c.number("message_id"))
	if !ok {
		return nil, refused(MessageGone, http.StatusBadRequest, "Bad Request: message to delete not found")
	}
	if c.now.Sub(m.At) > deletable {
		return nil, refused(MessageTooOld, http.StatusBadRequest, "Bad Request: message can't be deleted for everyone")
	}
	m.Deleted = true
	ch.change()
	return true, nil
}

func (s *Server) sendChatAction(_ context.Context, c *call) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, f := s.reach(c, unlimited)
	return true, f
}

// textOf reads a request's text or caption as it will be shown.
func (s *Server) textOf(c *call, name string) (string, []entity, *failure) {
	return s.parse(c, written{text: c.text[name], mode: c.text["parse_mode"], name: name, within: c.method, field: name})
}

// written is a text of a request, and what the Bot API calls it: a field within a
// method or a type, which says how long it may be.
type written struct {
	text, mode    string
	name          string // in the report of a violation
	within, field string
}

// parse reads a text as it will be shown.
func (s *Server) parse(c *call, w written) (string, []entity, *failure) {
	text, entities := w.text, []entity(nil)
	switch strings.ToLower(w.mode) {
	case "":
	case "html":
		var err error
		if text, entities, err = parseHTML(text); err != nil {
			s.violate(c, BrokenHTML, err.Error())
			return "", nil, badRequest("can't parse entities: " + err.Error())
		}
	default:
		return "", nil, s.unserved(c, "no other parse_mode than HTML is served")
	}
	least, most, _ := s.api.TextLimit(w.within, w.field)
	n := spec.Length(text)
	switch {
	case n > most:
		s.violate(c, WrongLength, fmt.Sprintf("%s: %d characters after entities, allowed are %d", w.name, n, most))
		if w.field == "caption" {
			return "", nil, badRequest("message caption is too long")
		}
		return "", nil, badRequest("message is too long")
	case least > 0 && strings.TrimSpace(text) == "":
		s.violate(c, WrongLength, w.name+": is empty")
		return "", nil, badRequest("message text is empty")
	}
	return text, entities, nil
}

// require refuses a request without parameters that are needed here, though the
// Bot API does not always need them.
func (s *Server) require(c *call, names ...string) *failure {
	for _, name := range names {
		if c.text[name] == "" {
			s.violate(c, MissingParameter, name+": is required")
			return badRequest(name + " is required")
		}
	}
	return nil
}

// reach gives the chat of a request, if the limits and the chat's standing let the
// bot reach it. The caller holds s.mu.
func (s *Server) reach(c *call, class class) (*chat, *failure) {
	ch := s.chats[c.chat]
	if ch == nil {
		return nil, refused(ChatNotFound, http.StatusBadRequest, "Bad Request: chat not found")
	}
	if f := s.admit(c, ch, class); f != nil {
		return nil, f
	}
	f := forbidden(ch)
	if f == nil || class != sending {
		return ch, f
	}
	if ch.forbidden.binds(c, 0) {
		s.violate(c, SentAfterForbidden, "the chat had answered 403: "+string(f.kind))
	}
	if ch.forbidden == nil {
		ch.forbidden = &notice{}
	}
	f.notice = ch.forbidden
	return ch, f
}

func forbidden(ch *chat) *failure {
	switch ch.standing {
	case fresh:
		return refused(NeverStarted, http.StatusForbidden, "Forbidden: bot can't initiate conversation with a user")
	case blocked:
		return refused(Blocked, http.StatusForbidden, "Forbidden: bot was blocked by the user")
	case deactivated:
		return refused(Deactivated, http.StatusForbidden, "Forbidden: user is deactivated")
	case notMember:
		return refused(NotMember, http.StatusForbidden, "Forbidden: bot is not a member of the "+ch.wire.Type+" chat")
	}
	return nil
}
