package simulator

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Query is a tap that waits for the bot's answer.
type Query struct {
	person   *Person
	chat     *chat
	at       time.Time
	answered bool
	answer   Answer
}

// Answer is what Telegram shows after a tap.
type Answer struct {
	Text  string // a line at the top, or in a window; may be empty
	Alert bool   // it is a window to be closed
}

// Start opens the bot by a link: the message is /start with the payload, if there
// is one. A person who had blocked the bot unblocks it so.
func (p *Person) Start(payload string) Message {
	p.Unblock()
	return p.Write(strings.TrimSpace("/start " + payload))
}

// Write sends a text.
func (p *Person) Write(text string) Message {
	return p.say(&stored{Message: Message{Text: text}, entities: commandIn(text)})
}

// Edit changes a message that the person wrote.
func (p *Person) Edit(m Message, text string) {
	p.act(func(now time.Time) {
		mine, ok := p.chat.find(m.ID)
		if !ok || mine.FromBot {
			return
		}
		mine.Text, mine.entities = text, commandIn(text)
		mine.Edits++
		p.chat.change()
		w := p.chat.wireMessage(mine)
		w.EditDate = now.Unix()
		p.sim.push(p.chat, "edited_message", now, w)
	})
}

// Photo sends a picture.
func (p *Person) Photo() Message {
	return p.say(&stored{Message: Message{File: &File{Kind: "photo", Data: []byte("picture")}}})
}

// Sticker sends a sticker.
func (p *Person) Sticker() Message {
	return p.say(&stored{Message: Message{File: &File{Kind: "sticker", Data: []byte("sticker")}}})
}

// Voice sends a spoken message.
func (p *Person) Voice() Message {
	return p.say(&stored{Message: Message{File: &File{Kind: "voice", Data: []byte("voice")}}})
}

// Document sends a file.
func (p *Person) Document(name string, data []byte) Message {
	return p.say(&stored{Message: Message{File: &File{Kind: "document", Name: name, Data: data}}})
}

// Tap presses a button, also one that has gone meanwhile: a person presses what
// they saw.
func (p *Person) Tap(b Button) *Query { return p.TapData(b.Message, b.Data) }

// TapData sends what no button of ours need have: a forged callback.
func (p *Person) TapData(message int, data string) *Query {
	return p.tap(wireCallback{Data: data}, message)
}

// TapInline sends a callback that belongs to no message of the chat.
func (p *Person) TapInline(data string) *Query {
	return p.tap(wireCallback{Data: data, InlineMessageID: "inline-1"}, 0)
}

// Block blocks the bot.
func (p *Person) Block() { p.member(open, blocked, "member", "kicked") }

// Unblock takes Block back.
func (p *Person) Unblock() { p.member(blocked, open, "kicked", "member") }

// Deactivate ends the person's account. The bot is not told.
func (p *Person) Deactivate() {
	p.act(func(time.Time) { p.chat.standing = deactivated })
}

// Answer is the bot's answer to the tap, if it came already.
func (q *Query) Answer() (Answer, bool) {
	q.person.sim.mu.Lock()
	defer q.person.sim.mu.Unlock()
	return q.answer, q.answered
}

// Await waits for the bot's answer to the tap. Telegram takes none after 15 s, so
// on a clock it waits no longer, and gives ErrNotSeen.
func (q *Query) Await(ctx context.Context) (Answer, error) {
	_, err := q.person.await(ctx, q.at.Add(queryLife+time.Second), func(Screen) bool {
		_, answered := q.Answer()
		return answered
	})
	answer, _ := q.Answer()
	return answer, err
}

// act does something at the present moment, under the server's lock.
func (p *Person) act(do func(now time.Time)) {
	now := p.Now()
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	do(now)
}

func (p *Person) say(m *stored) Message {
	p.act(func(now time.Time) {
		if p.chat.standing == fresh {
			p.chat.standing = open
		}
		user := p.user()
		m.from = &user
		if m.File != nil {
			m.fileID = p.sim.keep(m.File)
		}
		p.sim.put(p.chat, m, now)
		p.sim.push(p.chat, "message", now, p.chat.wireMessage(m))
	})
	return m.Message
}

func (p *Person) tap(w wireCallback, message int) *Query {
	q := &Query{person: p, chat: p.chat}
	p.act(func(now time.Time) {
		q.at = now
		w.ID = fmt.Sprintf("%d%06d", p.ID, p.sim.nextID)
		p.sim.nextID++
		w.From, w.ChatInstance = p.user(), fmt.Sprint(p.ID)
		if message != 0 {
			w.Message = p.chat.tapped(message)
		}
		p.sim.queries[w.ID] = q
		p.sim.push(p.chat, "callback_query", now, w)
	})
	return q
}

// tapped is the message of a callback; one that is gone has no date.
func (ch *chat) tapped(id int) *wireMessage {
	if m, ok := ch.find(id); ok {
		return ch.wireMessage(m)
	}
	return &wireMessage{MessageID: id, Chat: ch.wire}
}

func (p *Person) member(from, to standing, old, new string) {
	p.act(func(now time.Time) {
		if p.chat.standing != from {
			return
		}
		p.chat.standing = to
		p.sim.push(p.chat, "my_chat_member", now, p.sim.membership(p.chat, p.user(), now, old, new))
	})
}

func (s *Server) membership(ch *chat, by wireUser, now time.Time, old, new string) wireMembership {
	return wireMembership{
		Chat: ch.wire, From: by, Date: now.Unix(),
		Old: wireMember{User: s.bot, Status: old}, New: wireMember{User: s.bot, Status: new},
	}
}

func (p *Person) user() wireUser {
	return wireUser{ID: p.ID, FirstName: p.Name, LanguageCode: p.Language}
}

// commandIn marks a command as Telegram does for what a person writes.
func commandIn(text string) []entity {
	word, _, _ := strings.Cut(text, " ")
	if len(word) < 2 || word[0] != '/' {
		return nil
	}
	return []entity{{Type: "bot_command", Length: len(word)}}
}
