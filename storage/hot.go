package storage

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

// hot asks what is asked at every moment at which something is due: each query is
// prepared once, because planning it takes longer than running it.
type hot struct {
	store *Store
	tx    *sqlx.Tx // nil: in none
}

func (h hot) statement(ctx context.Context, query string) (*sqlx.Stmt, error) {
	stmt, err := h.store.prepared(ctx, query)
	if err != nil || h.tx == nil {
		return stmt, err
	}
	return h.tx.StmtxContext(ctx, stmt), nil
}

// QueryContext implements sqlx.QueryerContext.
func (h hot) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := h.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// QueryxContext implements sqlx.QueryerContext.
func (h hot) QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	stmt, err := h.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryxContext(ctx, args...)
}

// QueryRowxContext implements sqlx.QueryerContext.
func (h hot) QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row {
	stmt, err := h.statement(ctx, query)
	switch {
	case err == nil:
		return stmt.QueryRowxContext(ctx, args...)
	case h.tx != nil: // a row tells its error itself
		return h.tx.QueryRowxContext(ctx, query, args...)
	}
	return h.store.db.QueryRowxContext(ctx, query, args...)
}

// ExecContext implements sqlx.ExecerContext.
func (h hot) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := h.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}
