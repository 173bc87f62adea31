package storage

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema to what this program needs. Programs that start
// together do it one after the other, under an advisory lock.
func (s *Store) Migrate(ctx context.Context) error {
	provider, err := s.migrator()
	if err != nil {
		return err
	}
	done, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	for _, migration := range done {
		s.log.Info("migrated", "version", migration.Source.Version, "duration", migration.Duration)
	}
	return nil
}

// Ready is nil when the database answers and its schema is at least the one
// that this program needs. (A later one is fine: migrations only add, and
// replicas are replaced one at a time.)
func (s *Store) Ready(ctx context.Context) error {
	version, needed, err := s.schema(ctx)
	if err != nil {
		return err
	}
	if version < needed {
		return fmt.Errorf("the schema is at version %d, this program needs %d: run migrate", version, needed)
	}
	return nil
}

func (s *Store) migrator() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("reading migrations: %w", err)
	}
	// Asked for each second, at most ten minutes.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
	if err != nil {
		return nil, fmt.Errorf("preparing the migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, s.db.DB, files,
		goose.WithSessionLocker(locker), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, fmt.Errorf("reading migrations: %w", err)
	}
	return provider, nil
}
