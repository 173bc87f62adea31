package clock

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// protocol is what a process asks its connection to be upgraded to: lines of
// JSON, orders one way and told the other.
const protocol = "pascalatih-clock"

// queue is how many messages may lie between a clock and its connection. In each
// direction hardly more than two are ever under way.
const queue = 16

// order is what the server says: look, or the new present, or (Ack) that it knows
// of our being at work.
type order struct {
	Number uint64    `json:"number"`
	Now    time.Time `json:"now"`
	Look   bool      `json:"look,omitempty"`
	Ack    bool      `json:"ack,omitempty"`
}

// told is what a process says: all rest (Rest) since order Order, the earliest of
// them until Wants; or, without Rest, that somebody got up.
type told struct {
	Rest  bool      `json:"rest,omitempty"`
	Order uint64    `json:"order,omitempty"`
	Wants time.Time `json:"wants,omitzero"`
	Acted bool      `json:"acted,omitempty"`
}

// Join makes this process share the clock that a Server holds at url, until Close,
// the end of ctx or the end of the process.
func Join(ctx context.Context, url string) (*Clock, error) {
	stream, err := dial(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("joining the clock: %w", err)
	}
	decoder := json.NewDecoder(stream)
	var welcome order
	if err := decoder.Decode(&welcome); err != nil {
		stream.Close()
		return nil, fmt.Errorf("joining the clock: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	hangUp := sync.OnceFunc(func() {
		cancel()
		stream.Close()
	})
	context.AfterFunc(ctx, hangUp)
	up := make(chan told, queue)
	c := newClock(welcome, up, ctx.Done(), hangUp)
	go func() {
		defer hangUp()
		receive(decoder, c.take)
	}()
	go func() {
		defer hangUp()
		send(ctx, stream, up)
	}()
	return c, nil
}

func dial(ctx context.Context, url string) (io.ReadWriteCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Connection", "Upgrade")
	request.Header.Set("Upgrade", protocol)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	stream, ok := response.Body.(io.ReadWriteCloser)
	if !ok || response.StatusCode != http.StatusSwitchingProtocols {
		response.Body.Close()
		return nil, fmt.Errorf("%s is no clock: %s", url, response.Status)
	}
	return stream, nil
}

// serveJoin holds the connection of one process for as long as it lasts.
func (s *Server) serveJoin(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), protocol) {
		http.Error(w, "this is a clock for processes", http.StatusUpgradeRequired)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer conn.Close()
	fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", protocol)
	s.attend(conn, buffered.Reader)
}

func (s *Server) attend(conn net.Conn, reader *bufio.Reader) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p := &party{remote: true, orders: make(chan order, queue), hangUp: func() { conn.Close() }}
	welcome, ok := s.join(p)
	if !ok {
		return
	}
	defer s.leave(p)
	p.orders <- welcome
	go func() {
		defer conn.Close()
		send(ctx, conn, p.orders)
	}()
	receive(json.NewDecoder(reader), func(t told) { s.hear(p, t) })
}

// receive hands on what arrives until the connection breaks.
func receive[T any](decoder *json.Decoder, take func(T)) {
	for {
		var message T
		if decoder.Decode(&message) != nil {
			return
		}
		take(message)
	}
}

// send writes what is to be said until the connection breaks or ctx is done.
func send[T any](ctx context.Context, w io.Writer, messages <-chan T) {
	encoder := json.NewEncoder(w)
	for {
		select {
		case message := <-messages:
			if encoder.Encode(message) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
