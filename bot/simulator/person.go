package simulator

import (
	"context"
	"errors"
	"time"

	"pascalatih/scheduler/calendar"
)

// Person is a simulated Telegram user and their private chat with the bot. What a
// person does happens at once; who lives on a virtual clock does it within Live.
// A Person is used by one goroutine at a time; Chat may be read by any.
type Person struct {
	ID       int64
	Name     string
	Language string

	sim  *Server
	chat *chat
	work calendar.Worker // while the person lives
}

// ErrNotSeen tells that the time to wait for something on the screen has passed.
var ErrNotSeen = errors.New("was not seen in time")

// Person gives the Telegram user with this id, made when it is first asked for:
// one who has not started the bot. The language is an IETF tag such as "id".
func (s *Server) Person(id int64, name, language string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chats[id]
	if ch == nil {
		ch = newChat(wireChat{ID: id, Type: "private", FirstName: name}, fresh)
		ch.language = language
		s.chats[id] = ch
	}
	return &Person{ID: id, Name: name, Language: language, sim: s, chat: ch}
}

// Live runs a person's life in a goroutine of its own and gives what waits for its
// end. On a virtual clock the person is at work from now on, except in Await,
// AwaitFor, Pause and PauseUntil.
func (p *Person) Live(ctx context.Context, life func(ctx context.Context) error) (wait func() error) {
	p.work = p.sim.clock.Work()
	end := make(chan error, 1)
	go func() {
		defer p.work.Done()
		end <- life(ctx)
	}()
	return func() error { return <-end }
}

// Now is the time the person sees.
func (p *Person) Now() time.Time { return p.sim.clock.Now() }

// Chat is the person's screen now.
func (p *Person) Chat() Screen {
	screen, _ := p.look()
	return screen
}

// Menu is the menu of commands that the person sees now.
func (p *Person) Menu() []Command {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.sim.menu(p.ID, p.Language)
}

// Await waits until the screen is as wanted, and gives it as it was then.
func (p *Person) Await(ctx context.Context, wanted func(Screen) bool) (Screen, error) {
	return p.await(ctx, time.Time{}, wanted)
}

// AwaitFor is Await for at most so long by the clock; then it gives the screen
// with ErrNotSeen.
func (p *Person) AwaitFor(ctx context.Context, d time.Duration, wanted func(Screen) bool) (Screen, error) {
	return p.await(ctx, p.Now().Add(d), wanted)
}

// Pause lets so much of the clock's time pass.
func (p *Person) Pause(ctx context.Context, d time.Duration) error {
	return p.PauseUntil(ctx, p.Now().Add(d))
}

// PauseUntil lets time pass until the clock shows t.
func (p *Person) PauseUntil(ctx context.Context, t time.Time) error {
	_, err := p.await(ctx, t, func(Screen) bool { return false })
	if errors.Is(err, ErrNotSeen) {
		return nil
	}
	return err
}

// await waits for the screen, until the given moment if it is not zero.
func (p *Person) await(ctx context.Context, until time.Time, wanted func(Screen) bool) (Screen, error) {
	work := p.work
	if work == nil {
		work = p.sim.clock.Work()
		defer work.Done()
	}
	for {
		screen, changed := p.look()
		switch {
		case wanted(screen):
			return screen, nil
		case ctx.Err() != nil:
			return screen, ctx.Err()
		case !until.IsZero() && !p.Now().Before(until):
			return screen, ErrNotSeen
		}
		work.Wait(ctx, until, changed)
	}
}

// look gives the screen, and what is closed when it changes.
func (p *Person) look() (Screen, <-chan struct{}) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.chat.screen(), p.chat.changed
}

// HasButton wants a button with this label on the screen.
func HasButton(label string) func(Screen) bool {
	return func(s Screen) bool { return s.Button(label).Text != "" }
}

// After wants a message of the bot's that is newer than m.
func After(m Message) func(Screen) bool {
	return func(s Screen) bool { return s.Last().ID > m.ID }
}

// Changed wants a message of the bot's to stand otherwise than in m: edited again,
// or deleted.
func Changed(m Message) func(Screen) bool {
	return func(s Screen) bool {
		now := s.Message(m.ID)
		return now.Edits != m.Edits || now.Deleted != m.Deleted
	}
}
