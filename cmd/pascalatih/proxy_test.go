package main

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// proxy is the network between the program and Postgres, which a test can cut.
type proxy struct {
	url      string // of the database, by way of the proxy
	listener net.Listener
	network  string // of the server
	address  string

	mu    sync.Mutex
	down  bool
	conns map[net.Conn]bool
}

// newProxy makes a way to the database at direct, which is up.
func newProxy(t testing.TB, direct string) *proxy {
	t.Helper()
	p, err := openProxy(direct)
	if err != nil {
		t.Fatalf("open a proxy to Postgres: %v", err)
	}
	t.Cleanup(func() {
		p.listener.Close()
		p.cut()
	})
	go p.accept()
	return p
}

func openProxy(direct string) (*proxy, error) {
	address, err := url.Parse(direct)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: listener, network: "tcp", address: address.Host, conns: map[net.Conn]bool{}}
	query := address.Query()
	if folder := query.Get("host"); folder != "" {
		p.network, p.address = "unix", fmt.Sprintf("%s/.s.PGSQL.%s", folder, query.Get("port"))
		query.Del("host")
		query.Del("port")
	}
	query.Set("sslmode", "disable")
	address.Host, address.RawQuery = listener.Addr().String(), query.Encode()
	p.url = address.String()
	return p, nil
}

// cut breaks all connections and lets no new one through until mend.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = true
	for conn := range p.conns {
		breakOff(conn)
	}
	clear(p.conns)
}

// mend ends cut.
func (p *proxy) mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = false
}

func (p *proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.join(conn)
	}
}

// join passes on what is said until either side ends.
func (p *proxy) join(client net.Conn) {
	server, err := net.Dial(p.network, p.address)
	if err != nil {
		breakOff(client)
		return
	}
	if !p.keep(client, server) {
		breakOff(client)
		breakOff(server)
		return
	}
	go p.pass(client, server)
	p.pass(server, client)
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return false
	}
	for _, conn := range conns {
		p.conns[conn] = true
	}
	return true
}

func (p *proxy) pass(from, to net.Conn) {
	_, _ = io.Copy(to, from) // it ends with the connection, however that ends
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range []net.Conn{from, to} {
		conn.Close()
		delete(p.conns, conn)
	}
}

// breakOff ends a connection as a network does: what is under way is lost.
func breakOff(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	conn.Close()
}
