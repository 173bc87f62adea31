package storage

import (
	"context"
	"database/sql/driver"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

// The first key of the advisory locks that say which processes live; the second
// is the process's number.
const processLockClass = 7227

// livingProcesses selects the numbers of the processes that hold their lock. A
// lease of any other has run out.
const livingProcesses = `
	SELECT objid::bigint FROM pg_locks
	WHERE locktype = 'advisory' AND classid = 7227 AND objsubid = 2 AND granted
	  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

// Process is this program's membership among those that share the database: a
// number, and an advisory lock on it that lives on a connection of its own.
type Process struct {
	number int
	conn   *sqlx.Conn
	lost   chan struct{}
	stop   context.CancelFunc
	ended  sync.WaitGroup
}

const (
	pingEvery   = time.Second     // machines' time: how soon a loss is noticed
	pingTimeout = 2 * time.Second // a silent network counts as a broken connection
)

// Join makes the program a process with a number of its own, until Close or
// until its connection breaks.
func (s *Store) Join(ctx context.Context) (*Process, error) {
	conn, err := s.db.Connx(ctx)
	if err != nil {
		return nil, fmt.Errorf("joining as a process: %w", err)
	}
	number, err := takeNumber(ctx, conn)
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("joining as a process: %w", err)
	}
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	p := &Process{number: number, conn: conn, lost: make(chan struct{}), stop: stop}
	p.ended.Go(func() { p.watch(watching) })
	return p, nil
}

// takeNumber draws numbers until one is free: after two billion they repeat.
func takeNumber(ctx context.Context, conn *sqlx.Conn) (int, error) {
	for {
		var number int
		if err := conn.GetContext(ctx, &number, `SELECT nextval('process_number')`); err != nil {
			return 0, err
		}
		var locked bool
		err := conn.GetContext(ctx, &locked, `SELECT pg_try_advisory_lock($1, $2)`, processLockClass, number)
		if err != nil {
			return 0, err
		}
		if locked {
			return number, nil
		}
	}
}

// watch asks each second whether the connection, and with it the lock, lives.
func (p *Process) watch(ctx context.Context) {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		pinging, cancel := context.WithTimeout(ctx, pingTimeout)
		err := p.conn.PingContext(pinging)
		cancel()
		if err != nil && ctx.Err() == nil {
			close(p.lost)
			return
		}
	}
}

// Number is what this process writes into its leases.
func (p *Process) Number() int { return p.number }

// Lost is closed when the connection broke: the number is nobody's then, its
// leases have run out, and the program must Join anew before it polls or claims.
func (p *Process) Lost() <-chan struct{} { return p.lost }

// Close gives the number up. It may be called more than once.
func (p *Process) Close() error {
	p.stop()
	p.ended.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), pingTimeout)
	defer cancel()
	_, err := p.conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1, $2)`, processLockClass, p.number)
	if err != nil {
		// Not back into the pool: the lock may still be on it.
		_ = p.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	p.conn.Close()
	if err != nil && !IsUnavailable(err) {
		return fmt.Errorf("leaving as a process: %w", err)
	}
	return nil // with its connection the lock is gone too
}

// HoldPolling takes or renews for p the right to poll bot's updates, for 15 s,
// and tells whether p holds it. It passes to p at once when the process that
// held it is gone; a p that has lost its own connection never holds it.
func (s *Store) HoldPolling(ctx context.Context, p *Process, bot int64) (held bool, err error) {
	rows, err := affected(s.db.ExecContext(ctx, `
		INSERT INTO poller AS held (bot_id, process, lease_until)
		SELECT $1::bigint, $2::int, clock_timestamp() + interval '15 seconds'
		WHERE $2 IN (`+livingProcesses+`)
		ON CONFLICT (bot_id) DO UPDATE
		SET process = excluded.process, lease_until = excluded.lease_until
		WHERE held.process = excluded.process OR held.lease_until < clock_timestamp()
		   OR held.process NOT IN (`+livingProcesses+`)`, bot, p.number))
	if err != nil {
		return false, fmt.Errorf("taking the polling lease: %w", err)
	}
	return rows == 1, nil
}

// ReleasePolling gives the right to poll up, if p holds it.
func (s *Store) ReleasePolling(ctx context.Context, p *Process, bot int64) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM poller WHERE bot_id = $1 AND process = $2`, bot, p.number)
	if err != nil {
		return fmt.Errorf("giving up the polling lease: %w", err)
	}
	return nil
}
