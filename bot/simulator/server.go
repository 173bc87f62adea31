// Package simulator is Telegram in memory: a Bot API server that keeps strictly
// to the documented rules and limits, breaks when it is told to, and has simulated
// people, with whom a test or a demo lives through what real ones would.
//
//	sim, err := simulator.New(simulator.Config{Clock: clock})
//	defer sim.Close()
//	// a bot is started with sim.URL() and sim.Token()
//	budi := sim.Person(7001, "Budi Contoh", "id")
//	budi.Start("ptoken")
//	screen, err := budi.Await(ctx, simulator.HasButton("Setuju"))
//	budi.Tap(screen.Button("Setuju"))
//	…
//	if err := sim.Sound(); err != nil { … }
//
// What a request does wrong by itself, whatever the state of any chat, is a
// Violation; what depends on state is counted as a refusal of its Kind. All
// limits run on the Clock given. If that is a clock.Server, requests and updates
// under way hold it.
package simulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pascalatih/bot/simulator/clock"
	"pascalatih/bot/simulator/spec"
	"pascalatih/scheduler/calendar"
)

// Config says what the simulated Telegram is like.
type Config struct {
	// Clock is people's time: message dates, limits, retry_after, the age of
	// callbacks. Required; a *clock.Server is held by what is under way.
	Clock calendar.Clock
	// Token is the bot's; empty: one is made up.
	Token string
	// BotUsername is the bot's name in links, without @; empty: one is made up.
	BotUsername string
	// Attended says that the bot lives in this process, which has not joined the
	// clock, and polls again whenever it does not: a virtual clock stands while
	// updates lie ready for it.
	Attended bool
	// Unlimited switches the limits of rate off, for benchmarks. Injected pauses
	// stay.
	Unlimited bool
	// Grace is machine time: a send that arrives within it after a retry_after was
	// given counts as already under way. Zero: 250 ms.
	Grace time.Duration
	// Zone is where the times on the page are; nil: Asia/Jakarta.
	Zone *time.Location
	// Lull is machine time: how long after the last act at the page a virtual clock
	// keeps to the visitor's time. Zero: 30 s.
	Lull time.Duration
}

// Server is the simulated Telegram with one bot.
type Server struct {
	config   Config
	clock    calendar.Clock
	virtual  *clock.Server // the same clock, if it is a virtual one
	api      *spec.API
	handlers map[string]handler
	bot      wireUser
	network  *network
	page     *page
	tally    *tally
	arrivals atomic.Uint64

	mu          sync.Mutex
	chats       map[int64]*chat
	nextMessage int
	nextID      int // of files and callbacks
	queue       *queue
	queries     map[string]*Query
	documents   map[string]*File
	paths       map[string]time.Time // of files that may be fetched, and until when
	commands    map[commandScope][]Command
	faults      []Fault
	sends       bucket
	paid        bucket // what is sent with allow_paid_broadcast
	pause       *pause // of all chats
}

// New starts a simulator on a free port of 127.0.0.1.
func New(config Config) (*Server, error) {
	if config.Clock == nil {
		return nil, errors.New("starting the simulator: no clock given")
	}
	config.Token = cmp.Or(config.Token, "7000000001:simulated-token")
	config.BotUsername = cmp.Or(config.BotUsername, "pascalatih_contoh_bot")
	config.Grace = cmp.Or(config.Grace, 250*time.Millisecond)
	api, err := spec.Load()
	if err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	botID, _, _ := strings.Cut(config.Token, ":")
	id, err := strconv.ParseInt(botID, 10, 64)
	if err != nil {
		return nil, errors.New("starting the simulator: a token is a number, a colon and a secret")
	}
	s := &Server{
		config: config, clock: config.Clock, api: api, tally: newTally(),
		bot:         wireUser{ID: id, IsBot: true, FirstName: "Pascalatih (contoh)", Username: config.BotUsername},
		chats:       make(map[int64]*chat),
		nextMessage: 1,
		nextID:      1,
		queue:       newQueue(rand.Int64N(1_000_000_000)),
		queries:     make(map[string]*Query),
		documents:   make(map[string]*File),
		paths:       make(map[string]time.Time),
		commands:    make(map[commandScope][]Command),
		sends:       perSecond(sendsPerSecond, sendsPerSecond),
		paid:        perSecond(paidPerSecond, paidPerSecond),
	}
	s.virtual, _ = config.Clock.(*clock.Server)
	s.handlers = s.served()
	s.page = newPage(s)
	s.network, err = newNetwork(s, s.pollerGone)
	if err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	return s, nil
}

// URL is the base URL of the Bot API: methods are at URL/bot<token>/<method>,
// files at URL/file/bot<token>/<path>. The page with the chats is at URL itself.
func (s *Server) URL() string { return s.network.url }

// Token is the bot's token.
func (s *Server) Token() string { return s.config.Token }

// Link is a deep link that starts the bot with a payload.
func (s *Server) Link(payload string) string {
	return "https://t.me/" + s.config.BotUsername + "?start=" + payload
}

// Close ends the server; all connections break.
func (s *Server) Close() {
	s.network.close()
	s.page.visit.end()
}

// NetworkDown breaks all connections to the Bot API and refuses new ones.
// Requests under way may have been processed. The clock is not concerned.
func (s *Server) NetworkDown() { s.network.down() }

// NetworkUp ends NetworkDown. It fails if the port has been taken meanwhile.
func (s *Server) NetworkUp() error {
	if err := s.network.up(); err != nil {
		return fmt.Errorf("bringing the network up: %w", err)
	}
	return nil
}

// network is the listener and its connections.
type network struct {
	server *http.Server
	url    string
	addr   string
	gone   func(net.Conn)

	mu       sync.Mutex
	listener net.Listener // nil while the network is down
	conns    map[net.Conn]struct{}
}

type connKey struct{}

// newNetwork serves handler; gone is told of every connection that ended.
func newNetwork(handler http.Handler, gone func(net.Conn)) (*network, error) {
	n := &network{gone: gone, addr: "127.0.0.1:0", conns: make(map[net.Conn]struct{})}
	n.server = &http.Server{
		Handler:   handler,
		ConnState: n.track,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, c)
		},
	}
	if err := n.up(); err != nil {
		return nil, err
	}
	n.addr = n.listener.Addr().String()
	n.url = "http://" + n.addr
	return n, nil
}

func (n *network) up() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener != nil {
		return nil
	}
	listener, err := net.Listen("tcp", n.addr)
	if err != nil {
		return err
	}
	n.listener = listener
	go n.server.Serve(listener)
	return nil
}

func (n *network) down() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener == nil {
		return
	}
	n.listener.Close()
	n.listener = nil
	for c := range n.conns {
		c.Close()
	}
}

func (n *network) close() {
	n.down()
	n.server.Close()
}

func (n *network) track(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		n.mu.Lock()
		defer n.mu.Unlock()
		n.conns[c] = struct{}{}
		if n.listener == nil {
			c.Close() // accepted in the instant in which the network went down
		}
	case http.StateClosed, http.StateHijacked:
		n.mu.Lock()
		delete(n.conns, c)
		n.mu.Unlock()
		n.gone(c)
	}
}
