package simulator

import (
	"slices"
	"time"
)

// Message is a message as it stands in a chat.
type Message struct {
	ID      int
	FromBot bool
	Text    string     // what is shown, its markup parsed; a file's caption
	First   string     // Text as it was sent, whatever it was edited to
	HTML    string     // what the bot sent, if it sent HTML
	Rows    [][]Button // inline buttons
	Keys    [][]Key    // the keyboard in place of the letters that came with it
	NoKeys  bool       // it took such a keyboard away
	File    *File      // what came with it
	Album   string     // the messages with the same one are shown together; empty: it stands alone
	Silent  bool       // it came without a sound
	Phone   string     // of the contact that it is
	At      time.Time  // when it was sent
	Edits   int        // how often it was edited
	Deleted bool       // it is no longer on the screen
}

// Button is an inline button of a message.
type Button struct {
	Text    string
	Data    string // what a tap sends to the bot; empty: it opens URL
	URL     string
	Message int // the message it belongs to
}

// Key is a button of a keyboard in place of the letters.
type Key struct {
	Text    string
	Contact bool // it shares the person's phone number; else it writes Text
}

// File is a document or a picture in a chat.
type File struct {
	Name string // as it was uploaded
	Kind string // document, photo, sticker, voice
	Data []byte
}

// Buttons are all inline buttons of the message, row by row.
func (m Message) Buttons() []Button { return slices.Concat(m.Rows...) }

// Button is the message's button with this label; zero: there is none.
func (m Message) Button(label string) Button {
	for _, b := range m.Buttons() {
		if b.Text == label {
			return b
		}
	}
	return Button{}
}

// Screen is a chat at a moment: its messages, oldest first, with the deleted ones.
type Screen []Message

// Visible are the messages that are not deleted.
func (s Screen) Visible() Screen {
	return slices.DeleteFunc(slices.Clone(s), func(m Message) bool { return m.Deleted })
}

// FromBot are the bot's messages that are not deleted.
func (s Screen) FromBot() Screen {
	return slices.DeleteFunc(s.Visible(), func(m Message) bool { return !m.FromBot })
}

// Last is the bot's last message; zero: there is none.
func (s Screen) Last() Message {
	if bots := s.FromBot(); len(bots) > 0 {
		return bots[len(bots)-1]
	}
	return Message{}
}

// Card is the bot's last message that has buttons; zero: there is none.
func (s Screen) Card() Message {
	for _, m := range slices.Backward(s.FromBot()) {
		if len(m.Rows) > 0 {
			return m
		}
	}
	return Message{}
}

// Message is the message with this id, though it be deleted; zero: there is none.
func (s Screen) Message(id int) Message {
	for _, m := range s {
		if m.ID == id {
			return m
		}
	}
	return Message{}
}

// Button is the lowest button on the screen with this label; zero: there is none.
func (s Screen) Button(label string) Button {
	for _, m := range slices.Backward(s.FromBot()) {
		if b := m.Button(label); b.Text != "" {
			return b
		}
	}
	return Button{}
}

// Keys is the keyboard that the person has in place of the letters; nil: there is
// none. It stays until a message brings another or takes it away: pressing a
// one-time keyboard only folds it, and that deleting its message removes it is
// nowhere promised.
func (s Screen) Keys() [][]Key {
	for _, m := range slices.Backward(s) {
		if m.NoKeys || len(m.Keys) > 0 {
			return m.Keys
		}
	}
	return nil
}

// standing is what the bot may do in a chat.
type standing string

const (
	fresh       standing = "fresh" // a private chat whose person never started the bot
	open        standing = "open"
	blocked     standing = "blocked"
	deactivated standing = "deactivated"
	notMember   standing = "not a member"
)

// chat is a chat of the bot. Its fields are guarded by the server's mu.
type chat struct {
	wire      wireChat
	language  string // of a private chat's person
	standing  standing
	phone     string // the number of the person's account, as Telegram gives it
	messages  []*stored
	changed   chan struct{} // closed at the next change
	sends     bucket
	edits     bucket
	pause     *pause
	forbidden *notice // the last send was answered 403, and no update came since
}

// stored is a message with what the bot's side needs to know of it.
type stored struct {
	Message
	entities []entity
	from     *wireUser
	locked   bool // it has a keyboard other than inline, so Telegram edits it no more
	fileID   string
	contact  *wireContact
}

func newChat(wire wireChat, standing standing) *chat {
	return &chat{
		wire: wire, standing: standing, changed: make(chan struct{}),
		sends: perSecond(sendsPerChatPerSecond, sendsPerChatBurst),
		edits: perSecond(editsPerChatPerSecond, editsPerChatPerSecond),
	}
}

func (ch *chat) change() {
	close(ch.changed)
	ch.changed = make(chan struct{})
}

func (ch *chat) screen() Screen {
	screen := make(Screen, len(ch.messages))
	for i, m := range ch.messages {
		screen[i] = m.Message
	}
	return screen
}

// find gives a message that is still there.
func (ch *chat) find(id int) (*stored, bool) {
	for _, m := range slices.Backward(ch.messages) {
		if m.ID == id {
			return m, !m.Deleted
		}
	}
	return nil, false
}

func (ch *chat) wireMessage(m *stored) *wireMessage {
	w := &wireMessage{
		MessageID: m.ID, From: m.from, Chat: ch.wire, Date: m.At.Unix(),
		Text: m.Text, Entities: m.entities, ReplyMarkup: markupOf(m.Rows), Contact: m.contact,
	}
	if m.File != nil {
		w.Text, w.Entities, w.Caption, w.CaptionEntities = "", nil, m.Text, m.entities
		w.MediaGroupID = m.Album
		attach(w, m.fileID, m.File)
	}
	return w
}
