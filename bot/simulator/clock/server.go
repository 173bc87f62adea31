// Package clock is a virtual clock that several processes share, so that a demo
// or a test with real processes, killed and started again, lives a year in a
// minute.
//
// # When it jumps
//
// The Server lives with the simulator. Processes join it over HTTP with Join; the
// simulated people and whoever drives them use the Server itself, which is a
// calendar.Clock too. The clock stands while anybody is at work, and jumps to the
// earliest moment that any Worker rests for when
//
//   - every Worker, of every process and of the Server itself, rests or is Done,
//   - no process is expected (see Expect),
//   - nothing is pending (see Pending) that somebody is there to fetch,
//   - and all have looked round since anything last happened.
//
// # Looking round
//
// What one process commits may give another process, or another goroutine of the
// same one, something that is due earlier than the moment it rests for. So before
// a jump the Server asks all to look: every rest everywhere ends early, each
// Worker looks at what there is to do and rests again. When all rest again and
// nobody acted meanwhile, the clock jumps; else all look once more.
//
// To act is: a Worker registered or Done (every Bot API request that the
// simulator serves is one), a rest ended by its wake, its context or its moment,
// a rest until another moment than the same Worker's last, a change of what is
// pending, a process that joins or leaves. A rest that only a look ended, followed
// by a rest until the same moment, is no act: so the looks come to an end. What
// follows for a loop that rests between looks: if it finds something to do, it
// registers that as Work of its own (or wakes who must do it); if it finds
// nothing, it registers nothing and waits for the same moment as before.
//
// # Why nobody is overtaken
//
// Each process talks over one connection, in order. Every order (look, jump) has
// a number, and a report of rest tells the last order taken: a report that
// crossed an order counts for nothing, and the process owes another. A Worker
// whose moment a jump reached is at work before its process can report. A Worker
// that gets up by itself waits until the Server has confirmed it. A wake that has
// not been noticed yet is noticed at the latest in the look that follows its
// sender's act. When a connection breaks, its process has left.
package clock

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"pascalatih/scheduler/calendar"
)

// Server holds the virtual time. Its methods Now and Work make it a
// calendar.Clock for everything that lives in its own process.
type Server struct {
	local *Clock
	http  *http.Server
	url   string

	mu      sync.Mutex
	now     time.Time
	order   uint64
	parties map[*party]struct{}
	acted   bool // something happened since the last look began
	pending int
	fetched bool // somebody who has not joined fetches what is pending
	closed  bool

	expected     []int // numbers of the expectations that stand, oldest first
	expectations int   // how many there ever were
}

var _ calendar.Clock = (*Server)(nil)

// party is a process, or the Workers of the Server's own.
type party struct {
	orders  chan order
	remote  bool
	resting bool
	wants   time.Time // zero: nothing
	hangUp  func()
}

// NewServer starts a clock at the given moment. It listens on a free port of
// 127.0.0.1 until Close.
func NewServer(start time.Time) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the clock: %w", err)
	}
	s := &Server{
		url:     "http://" + listener.Addr().String() + "/clock",
		now:     start.Round(0).UTC(),
		parties: make(map[*party]struct{}),
	}
	s.joinLocal()
	s.http = &http.Server{Handler: http.HandlerFunc(s.serveJoin)}
	go s.http.Serve(listener)
	return s, nil
}

// URL is where processes Join.
func (s *Server) URL() string { return s.url }

// Now is the present moment, in UTC.
func (s *Server) Now() time.Time { return s.local.Now() }

// Work registers a piece of work of this process.
func (s *Server) Work() calendar.Worker { return s.local.Work() }

// Expect makes the clock stand until the next process has joined: call it before
// starting one, while at work. The function it returns takes the expectation back
// if no process will come; after a join it does nothing.
func (s *Server) Expect() (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expectations++
	mine := s.expectations
	s.expected = append(s.expected, mine)
	s.acted = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.expected = slices.DeleteFunc(s.expected, func(e int) bool { return e == mine })
		s.settle()
	}
}

// Pending tells how many things lie ready for a process to fetch. While there are
// any, the clock stands if a process has joined or is expected, or if fetched
// says that somebody who has not joined fetches them.
func (s *Server) Pending(n int, fetched bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n == s.pending && fetched == s.fetched {
		return
	}
	s.pending, s.fetched = n, fetched
	s.acted = true
	s.settle()
}

// Joined is the number of processes that share the clock now.
func (s *Server) Joined() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.remotes()
}

// Holding says in words who keeps the clock from jumping, for a test that is
// stuck; empty when nobody does.
func (s *Server) Holding() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var who []string
	for p := range s.parties {
		switch {
		case p.resting:
		case p.remote:
			who = append(who, "a joined process is at work")
		default:
			who = append(who, "this process is at work")
		}
	}
	if len(s.expected) > 0 {
		who = append(who, fmt.Sprintf("%d expected", len(s.expected)))
	}
	if s.pending > 0 {
		who = append(who, fmt.Sprintf("%d pending", s.pending))
	}
	return strings.Join(who, ", ")
}

// Close ends the clock: all connections break.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	parties := s.parties
	s.parties = make(map[*party]struct{})
	s.mu.Unlock()
	for p := range parties {
		p.hangUp()
	}
	s.http.Close()
}

// settle looks or jumps if nobody keeps the clock from it. The caller holds s.mu
// and calls it after every change.
func (s *Server) settle() {
	if s.held() {
		return
	}
	if s.acted {
		s.acted = false
		s.tellAll(true)
		return
	}
	var next time.Time
	for p := range s.parties {
		if !p.wants.IsZero() && (next.IsZero() || p.wants.Before(next)) {
			next = p.wants
		}
	}
	if next.IsZero() {
		return // nobody waits for any moment: the clock stands until somebody acts
	}
	s.now = next
	s.tellAll(false)
}

func (s *Server) held() bool {
	for p := range s.parties {
		if !p.resting {
			return true
		}
	}
	if len(s.expected) > 0 || s.closed {
		return true
	}
	return s.pending > 0 && (s.fetched || s.remotes() > 0)
}

func (s *Server) tellAll(look bool) {
	s.order++
	for p := range s.parties {
		p.resting = false
		p.tell(order{Number: s.order, Now: s.now, Look: look})
	}
}

// tell never blocks: of a party that rests at most one order and one
// confirmation are under way, and the channel has room for more.
func (p *party) tell(o order) {
	select {
	case p.orders <- o:
	default:
		p.hangUp()
	}
}

// hear takes what a party told.
func (s *Server) hear(p *party, t told) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !t.Rest {
		p.resting = false
		s.acted = true
		p.tell(order{Number: s.order, Now: s.now, Ack: true})
		return
	}
	s.acted = s.acted || t.Acted
	if t.Order == s.order {
		p.resting, p.wants = true, t.Wants
	}
	s.settle()
}

func (s *Server) join(p *party) (welcome order, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return order{}, false
	}
	s.parties[p] = struct{}{}
	s.acted = true
	if p.remote && len(s.expected) > 0 {
		s.expected = s.expected[1:]
	}
	return order{Number: s.order, Now: s.now}, true
}

func (s *Server) leave(p *party) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.parties, p)
	s.acted = true
	s.settle()
}

func (s *Server) remotes() int {
	n := 0
	for p := range s.parties {
		if p.remote {
			n++
		}
	}
	return n
}

// joinLocal lets the Server's own Workers take part like a process of their own.
func (s *Server) joinLocal() {
	p := &party{orders: make(chan order, queue), resting: true}
	up := make(chan told, queue)
	ctx, hangUp := context.WithCancel(context.Background())
	p.hangUp = hangUp
	welcome, _ := s.join(p)
	s.local = newClock(welcome, up, ctx.Done(), hangUp)
	s.local.resting = true
	go s.local.listen(p.orders)
	go func() {
		for {
			select {
			case t := <-up:
				s.hear(p, t)
			case <-ctx.Done():
				return
			}
		}
	}()
}
