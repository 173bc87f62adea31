package telegram_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/telegram"
)

// server is a Telegram that keeps updates until an offset confirms them.
type server struct {
	client *telegram.Client

	mu      sync.Mutex
	changed chan struct{} // closed at the next change
	waiting []string      // updates, as JSON
	ids     []int64
	polls   []request
	others  []string // methods besides getUpdates
	answers []answer // to the next polls instead of updates
}

type answer struct {
	status int
	body   string
}

func newServer(t *testing.T) *server {
	s := &server{changed: make(chan struct{})}
	s.client = serving(t, func(w http.ResponseWriter, r *http.Request) {
		got := read(t, r)
		a := answer{200, `{"ok":true,"result":true}`}
		if got.Method == "getUpdates" {
			a = s.poll(r.Context(), got)
		} else {
			s.change(func() { s.others = append(s.others, got.Method) })
		}
		w.WriteHeader(a.status)
		_, _ = w.Write([]byte(a.body))
	})
	return s
}

// poll answers as getUpdates does.
func (s *server) poll(ctx context.Context, got request) answer {
	offset, _ := strconv.ParseInt(got.Params["offset"], 10, 64)
	var scripted []answer
	s.change(func() {
		s.polls = append(s.polls, got)
		if len(s.answers) > 0 {
			scripted, s.answers = s.answers[:1], s.answers[1:]
			return
		}
		for len(s.ids) > 0 && s.ids[0] < offset {
			s.ids, s.waiting = s.ids[1:], s.waiting[1:]
		}
	})
	if scripted != nil {
		return scripted[0]
	}
	for {
		s.mu.Lock()
		// A poll that waits ends without updates where the next ones are scripted.
		over := len(s.waiting) > 0 || len(s.answers) > 0 || got.Params["timeout"] == "0"
		batch, changed := strings.Join(s.waiting, ","), s.changed
		s.mu.Unlock()
		if over {
			return answer{200, `{"ok":true,"result":[` + batch + `]}`}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return answer{200, ""}
		}
	}
}

func (s *server) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	close(s.changed)
	s.changed = make(chan struct{})
}

// comes adds updates with ascending ids: texts "chat:text".
func (s *server) comes(first int64, texts ...string) {
	s.change(func() {
		for i, text := range texts {
			id := first + int64(i)
			chat, words, _ := strings.Cut(text, ":")
			s.ids = append(s.ids, id)
			s.waiting = append(s.waiting, fmt.Sprintf(
				`{"update_id":%d,"message":{"message_id":%d,"date":1,"text":%q,"chat":{"id":%s,"type":"private"},"from":{"id":%s}}}`,
				id, id, words, chat, chat))
		}
	})
}

// says makes the next polls be answered so.
func (s *server) says(answers ...answer) {
	s.change(func() { s.answers = append(s.answers, answers...) })
}

// until waits for a condition on the server.
func (s *server) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		done, changed := holds(), s.changed
		s.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("never happened: %s", what)
		}
	}
}

// confirmed waits until nothing is left unconfirmed.
func (s *server) confirmed(t *testing.T) {
	t.Helper()
	s.until(t, "all confirmed", func() bool { return len(s.ids) == 0 })
}

// unconfirmed is how many updates are kept.
func (s *server) unconfirmed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ids)
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// book notes what was handled.
type book struct {
	mu    sync.Mutex
	lines []string
}

func (b *book) note(u telegram.Update) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, fmt.Sprintf("%d:%s", u.Chat.ID, u.Message.Text))
}

func (b *book) of(chat int64) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var mine []string
	for _, line := range b.lines {
		if strings.HasPrefix(line, fmt.Sprintf("%d:", chat)) {
			mine = append(mine, line)
		}
	}
	return mine
}
