// Package storage keeps everything in Postgres and is the only place with SQL:
// plain statements in view, one file per aggregate. People's time (due, opens,
// answered) comes in as an argument; only leases follow the database's clock.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Store is one program's pool of connections to the office's database. It is
// safe for use by several goroutines.
type Store struct {
	db  *sqlx.DB
	log *slog.Logger

	mu         sync.Mutex
	statements map[string]*sqlx.Stmt // prepared once, by their text

	instruments sync.Map // survey.Instrument by id: published ones never change

	sent     gather[sending, struct{}]   // EndDelivery, of those that were sent
	sessions gather[Delivery, []Session] // DeliverySessions
}

const (
	// Of a small Postgres' 100 connections; several programs share them.
	maxConnections = 20
	// A host that does not answer within this is away.
	connectTimeout = 5 * time.Second
)

// Open connects to the database at url (postgres://…) and asks it once whether
// it answers. It does not migrate. While the database is away the error is one
// for which IsUnavailable holds.
func Open(ctx context.Context, url string, log *slog.Logger) (*Store, error) {
	cfg, err := pq.NewConfig(url)
	if err != nil {
		// The error would repeat the address, with its password.
		return nil, errors.New("the database's address has not the form postgres://user@host/name")
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connectTimeout
	}
	if cfg.Runtime == nil {
		cfg.Runtime = make(map[string]string)
	}
	cfg.Runtime["timezone"] = "UTC"
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("reading the database's address: %w", err)
	}
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("connecting to the database: %w", err)
	}
	s := &Store{
		db:         db,
		log:        log,
		statements: make(map[string]*sqlx.Stmt),
	}
	s.sent.do = s.endSent
	s.sessions.do = s.deliverySessions
	return s, nil
}

// Close ends all connections, after what was begun.
func (s *Store) Close() error {
	s.sent.running.Wait()
	s.sessions.running.Wait()
	return s.db.Close()
}

// A transaction that Postgres sacrificed (deadlock, serialization) is begun
// anew this many times before its error is anybody's.
const maxTransactionAttempts = 4

// inTx runs fn in one transaction and commits it unless fn fails. fn may run
// again from the start, in a new transaction, when Postgres sacrificed the
// first one to a deadlock: it must keep nothing from the run before.
func (s *Store) inTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := s.tryTx(ctx, fn)
		sacrificed := pq.As(err, pqerror.TRDeadlockDetected, pqerror.TRSerializationFailure) != nil
		if !sacrificed || attempt == maxTransactionAttempts {
			return err
		}
	}
}

func (s *Store) tryTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer tx.Rollback() // after a commit it does nothing
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// prepared gives query's statement, prepared once for this Store. Within a
// transaction use tx.StmtxContext on it.
func (s *Store) prepared(ctx context.Context, query string) (*sqlx.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt, ok := s.statements[query]; ok {
		return stmt, nil
	}
	stmt, err := s.db.PreparexContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("preparing a statement: %w", err)
	}
	s.statements[query] = stmt
	return stmt, nil
}

// affected is the number of rows that a statement wrote.
func affected(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	rows, err := result.RowsAffected()
	return int(rows), err
}

// inSnapshot runs fn in a transaction that writes nothing and sees the database as
// it is at one moment: a response that went while its block was counted would tell
// by its absence what it had said.
func (s *Store) inSnapshot(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer tx.Rollback() // nothing was written
	return fn(tx)
}
