package simulator

import "time"

// Group is a group or a channel, where the bot has no business.
type Group struct {
	sim  *Server
	chat *chat
}

// Group makes a group without the bot. Ids of groups are negative.
func (s *Server) Group(id int64, title string) *Group { return s.gathering(id, "group", title) }

// Channel makes a channel without the bot. Ids of channels are negative.
func (s *Server) Channel(id int64, title string) *Group { return s.gathering(id, "channel", title) }

func (s *Server) gathering(id int64, kind, title string) *Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := newChat(wireChat{ID: id, Type: kind, Title: title}, notMember)
	s.chats[id] = ch
	return &Group{sim: s, chat: ch}
}

// Add lets a person bring the bot in.
func (g *Group) Add(by *Person) {
	by.act(func(now time.Time) {
		g.chat.standing = open
		status := "member"
		if g.chat.wire.Type == "channel" {
			status = "administrator"
		}
		g.sim.push(g.chat, "my_chat_member", now, g.sim.membership(g.chat, by.user(), now, "left", status))
		if g.chat.wire.Type == "group" {
			g.post(by, now, &stored{}, []wireUser{g.sim.bot})
		}
	})
}

// Write lets a person write into the group, or post in the channel.
func (g *Group) Write(by *Person, text string) {
	by.act(func(now time.Time) {
		g.post(by, now, &stored{Message: Message{Text: text}, entities: commandIn(text)}, nil)
	})
}

// Present tells whether the bot is in the group.
func (g *Group) Present() bool {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	return g.chat.standing == open
}

// Chat is what the group shows now.
func (g *Group) Chat() Screen {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	return g.chat.screen()
}

// post shows a message and tells the bot, if it is there. The caller holds s.mu.
func (g *Group) post(by *Person, now time.Time, m *stored, members []wireUser) {
	kind := "channel_post"
	if g.chat.wire.Type == "group" {
		kind = "message"
		user := by.user()
		m.from = &user
	}
	g.sim.put(g.chat, m, now)
	if g.chat.standing != open {
		return
	}
	w := g.chat.wireMessage(m)
	w.NewMembers = members
	g.sim.push(g.chat, kind, now, w)
}
