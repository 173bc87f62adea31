package simulator

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// queryLife is how long Telegram waits for the answer to a callback.
const queryLife = 15 * time.Second

// Command is an entry of the bot's menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

type commandScope struct {
	kind     string
	chat     int64
	language string
}

var commandForm = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (s *Server) getMe(context.Context, *call) (any, *failure) { return s.bot, nil }

func (s *Server) getChat(_ context.Context, c *call) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chats[c.chat]
	if ch == nil || ch.standing == fresh {
		return nil, refused(ChatNotFound, http.StatusBadRequest, "Bad Request: chat not found")
	}
	return ch.wire, nil
}

func (s *Server) leaveChat(_ context.Context, c *call) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, f := s.reach(c, unlimited)
	if f != nil {
		return nil, f
	}
	if ch.wire.Type == "private" {
		return nil, refused(NotMember, http.StatusBadRequest, "Bad Request: chat member status can't be changed in private chats")
	}
	ch.standing = notMember
	ch.change()
	return true, nil
}

func (s *Server) answerCallbackQuery(_ context.Context, c *call) (any, *failure) {
	const late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queries[c.text["callback_query_id"]]
	switch {
	case q == nil:
		return nil, refused(QueryUnknown, http.StatusBadRequest, late)
	case c.now.Sub(q.at) > queryLife:
		return nil, refused(QueryTooOld, http.StatusBadRequest, late)
	}
	q.answer = Answer{Text: c.text["text"], Alert: c.text["show_alert"] == "true"}
	q.answered = true
	q.chat.change()
	return true, nil
}

func (s *Server) setMyCommands(_ context.Context, c *call) (any, *failure) {
	var commands []Command
	if err := json.Unmarshal([]byte(c.text["commands"]), &commands); err != nil {
		return nil, badRequest("can't parse commands")
	}
	for _, command := range commands {
		if !commandForm.MatchString(command.Command) {
			s.violate(c, WrongType, "commands: "+strconv.Quote(command.Command)+" holds other than lowercase letters, digits and _")
			return nil, badRequest("BOT_COMMAND_INVALID")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands[scopeOf(c)] = commands
	return true, nil
}

func (s *Server) getMyCommands(_ context.Context, c *call) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Command{}, s.commands[scopeOf(c)]...), nil
}

func (s *Server) deleteMyCommands(_ context.Context, c *call) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.commands, scopeOf(c))
	return true, nil
}

func scopeOf(c *call) commandScope {
	scope := struct {
		Type string `json:"type"`
		Chat any    `json:"chat_id"`
	}{Type: "default"}
	if c.given("scope") {
		// It is sound by its types; what cannot be read stays the default.
		_ = json.Unmarshal([]byte(c.text["scope"]), &scope)
	}
	key := commandScope{kind: scope.Type, language: c.text["language_code"]}
	if id, ok := scope.Chat.(float64); ok {
		key.chat = int64(id)
	}
	return key
}

// menu gives the commands that Telegram shows in a private chat, by its order of
// scopes. The caller holds s.mu.
func (s *Server) menu(chat int64, language string) []Command {
	for _, scope := range []commandScope{{kind: "chat", chat: chat}, {kind: "all_private_chats"}, {kind: "default"}} {
		for _, scope.language = range []string{language, ""} {
			if commands, ok := s.commands[scope]; ok {
				return commands
			}
		}
	}
	return nil
}
