package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Update is something that happened in a chat. At most one of Message, Edited,
// Callback and Membership is set; none is where something happened that the bot
// has no use for. Its strings are valid UTF-8 without NUL, and otherwise as
// hostile as their sender.
type Update struct {
	// ID ascends within a batch. It is no key: Telegram restarts it at random
	// after a quiet week.
	ID int64
	// Chat is where it happened; zero where Telegram does not say.
	Chat Chat
	// From is who did it; zero where it was nobody in particular.
	From User

	Message    *Received
	Edited     *Received
	Callback   *Callback
	Membership *Membership
}

// Other tells whether the update is of no kind that the bot has a use for.
func (u Update) Other() bool {
	return u.Message == nil && u.Edited == nil && u.Callback == nil && u.Membership == nil
}

// Chat is a conversation. A private one has the id of its person.
type Chat struct {
	ID      int64
	Private bool
}

// User is an account at Telegram.
type User struct {
	ID        int64
	FirstName string
	LastName  string // may be empty
	Username  string // without @, may be empty
	Language  string // the IETF tag of their Telegram, may be empty
	Bot       bool
}

// Name is how the account calls itself: first and last name.
func (u User) Name() string {
	return strings.TrimSpace(u.FirstName + " " + u.LastName)
}

// Received is a message that somebody wrote.
type Received struct {
	ID      int       // ascends within the chat
	Date    time.Time // when it was written, or last edited; full seconds
	Content Content
	Text    string         // only where Content is Text
	File    *File          // only where Content is Document
	Shared  *SharedContact // only where Content is Contact
}

// File is a document that somebody sent, as they describe it: what it holds is
// known only once it is downloaded.
type File struct {
	ID   string // what Download wants
	Name string // may be empty
	MIME string // may be empty
	Size int64  // in bytes; 0 where Telegram does not say
}

// SharedContact is an entry of an address book that somebody sent.
type SharedContact struct {
	// Phone is as Telegram gives it: international, mostly without its +.
	Phone string
	// UserID is the account with this number; 0 where Telegram knows none.
	UserID int64
	// Own tells that it is the sender's own account: only then the number proves
	// who writes. Everybody can send or forward the numbers of others.
	Own bool
}

// Content is what a message consists of.
type Content string

// What messages consist of. OtherContent is all that Telegram has besides.
const (
	Text         Content = "text"
	Photo        Content = "photo"
	Video        Content = "video"
	VideoNote    Content = "video_note"
	Animation    Content = "animation"
	Sticker      Content = "sticker"
	Voice        Content = "voice"
	Audio        Content = "audio"
	Document     Content = "document"
	Contact      Content = "contact"
	Location     Content = "location"
	Poll         Content = "poll"
	OtherContent Content = "other"
)

// Callback is a tap on a button.
type Callback struct {
	// ID is what AnswerCallback wants.
	ID string
	// Data is the button's, or whatever a forger sent.
	Data string
	// MessageID is the message whose button it was; 0 where that is too old for
	// Telegram to tell.
	MessageID int
	// OnFile tells that this message is a file: what it says is its caption.
	OnFile bool
}

// Membership is what the bot now is in the chat.
type Membership struct{ Status Status }

// Status is what the bot is in a chat.
type Status string

// In a private chat Kicked means that the person blocked the bot, and Member
// that they started or unblocked it.
const (
	Member Status = "member"
	Left   Status = "left"
	Kicked Status = "kicked"
)

// parseUpdate reads one update. One that cannot be read keeps its id, so that
// it can be passed over; err then says why. An id of 0 is an update without one.
func parseUpdate(raw json.RawMessage) (Update, error) {
	raw = bytes.ToValidUTF8(raw, nil)
	var wire tgbotapi.Update
	if err := json.Unmarshal(raw, &wire); err != nil {
		var only struct {
			ID int64 `json:"update_id"`
		}
		err = fmt.Errorf("read an update: %w", err)
		return Update{ID: only.ID}, errors.Join(err, json.Unmarshal(raw, &only))
	}
	u := Update{ID: int64(wire.UpdateID)}
	switch {
	case wire.Message != nil:
		u.Chat, u.From = chatFrom(wire.Message.Chat), userFrom(wire.Message.From)
		u.Message = receivedFrom(wire.Message)
	case wire.EditedMessage != nil:
		u.Chat, u.From = chatFrom(wire.EditedMessage.Chat), userFrom(wire.EditedMessage.From)
		u.Edited = receivedFrom(wire.EditedMessage)
	case wire.CallbackQuery != nil:
		u.From = userFrom(wire.CallbackQuery.From)
		u.Chat, u.Callback = callbackFrom(wire.CallbackQuery)
	case wire.MyChatMember != nil:
		u.Chat, u.From = chatFrom(&wire.MyChatMember.Chat), userFrom(&wire.MyChatMember.From)
		u.Membership = &Membership{Status: statusFrom(wire.MyChatMember.NewChatMember)}
	case wire.ChannelPost != nil:
		u.Chat = chatFrom(wire.ChannelPost.Chat)
	}
	return u, nil
}

func chatFrom(c *tgbotapi.Chat) Chat {
	if c == nil {
		return Chat{}
	}
	return Chat{ID: c.ID, Private: c.IsPrivate()}
}

func userFrom(u *tgbotapi.User) User {
	if u == nil {
		return User{}
	}
	return User{
		ID:        u.ID,
		FirstName: clean(u.FirstName),
		LastName:  clean(u.LastName),
		Username:  clean(u.UserName),
		Language:  clean(u.LanguageCode),
		Bot:       u.IsBot,
	}
}

func receivedFrom(m *tgbotapi.Message) *Received {
	date := m.Date
	if m.EditDate != 0 {
		date = m.EditDate
	}
	return &Received{
		ID:      m.MessageID,
		Date:    time.Unix(int64(date), 0),
		Content: contentOf(m),
		Text:    clean(m.Text),
		File:    fileFrom(m),
		Shared:  sharedFrom(m),
	}
}

func fileFrom(m *tgbotapi.Message) *File {
	if contentOf(m) != Document {
		return nil
	}
	d := m.Document
	return &File{ID: clean(d.FileID), Name: clean(d.FileName), MIME: clean(d.MimeType), Size: int64(d.FileSize)}
}

func sharedFrom(m *tgbotapi.Message) *SharedContact {
	if contentOf(m) != Contact {
		return nil
	}
	c := m.Contact
	own := m.From != nil && m.From.ID != 0 && c.UserID == m.From.ID
	return &SharedContact{Phone: clean(c.PhoneNumber), UserID: c.UserID, Own: own}
}

// callbackFrom reads a tap and where it was made. Telegram leaves the message
// out, or gives it without a date and content, where it is too old; the bot's
// buttons are in private chats, which have the person's id. A tap on an inline
// message is on none of the bot's.
func callbackFrom(q *tgbotapi.CallbackQuery) (Chat, *Callback) {
	if q.InlineMessageID != "" || q.From == nil {
		return Chat{}, nil
	}
	tap := &Callback{ID: clean(q.ID), Data: clean(q.Data)}
	if q.Message == nil || q.Message.Chat == nil {
		return Chat{ID: q.From.ID, Private: true}, tap
	}
	if q.Message.Date != 0 {
		tap.MessageID = q.Message.MessageID
		tap.OnFile = q.Message.Document != nil || len(q.Message.Photo) > 0
	}
	return chatFrom(q.Message.Chat), tap
}

func statusFrom(m tgbotapi.ChatMember) Status {
	switch {
	case m.Status == "kicked":
		return Kicked
	case m.Status == "left", m.Status == "restricted" && !m.IsMember:
		return Left
	}
	return Member
}

func contentOf(m *tgbotapi.Message) Content {
	switch {
	case m.Text != "":
		return Text
	case len(m.Photo) > 0:
		return Photo
	case m.Video != nil:
		return Video
	case m.VideoNote != nil:
		return VideoNote
	case m.Animation != nil: // before Document, which Telegram sets as well
		return Animation
	case m.Sticker != nil:
		return Sticker
	case m.Voice != nil:
		return Voice
	case m.Audio != nil:
		return Audio
	case m.Document != nil:
		return Document
	case m.Contact != nil:
		return Contact
	case m.Location != nil:
		return Location
	case m.Poll != nil:
		return Poll
	}
	return OtherContent
}

// clean removes NUL, which Postgres refuses.
func clean(s string) string {
	return strings.ReplaceAll(s, "\x00", "")
}
