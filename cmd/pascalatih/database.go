package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"pascalatih/bot/simulator/clock"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/storage/embedded"
	"pascalatih/survey/instruments"
)

// office is what every command that touches the office's data needs.
type office struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" placeholder:"postgres://..." help:"Postgres to use; without one a private Postgres runs under the data directory."`
	DataDir     string `env:"PASCALATIH_DATA_DIR" help:"Private Postgres and caches (default: the user's data directory; ${root_data_dir} for root)."`
	Timezone    string `env:"PASCALATIH_TIMEZONE" default:"Asia/Jakarta" help:"IANA name of the office's time zone."`
	ClockURL    string `env:"PASCALATIH_CLOCK_URL" hidden:""`
}

// rootDataDir is where a service keeps its data.
const rootDataDir = "/var/lib/pascalatih"

// zone is the office's time zone.
func (o office) zone() (*time.Location, error) {
	zone, err := calendar.ParseZone(o.Timezone)
	if err != nil {
		return nil, fmt.Errorf("PASCALATIH_TIMEZONE: %w", err)
	}
	return zone, nil
}

// dataDir is where this machine keeps what is the office's.
func (o office) dataDir() (string, error) {
	if o.DataDir != "" {
		return filepath.Abs(o.DataDir)
	}
	if os.Geteuid() == 0 {
		return rootDataDir, nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "pascalatih"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the data directory: %w; name one with PASCALATIH_DATA_DIR", err)
	}
	return filepath.Join(home, ".local", "share", "pascalatih"), nil
}

// clock is the machine's, or the simulator's virtual one.
func (o office) clock(ctx context.Context) (calendar.Clock, error) {
	if o.ClockURL == "" {
		return systemClock{}, nil
	}
	joined, err := clock.Join(ctx, o.ClockURL)
	if err != nil {
		return nil, fmt.Errorf("join the virtual clock: %w", err)
	}
	return joined, nil
}

// database is an open store with what has to be closed after it.
type database struct {
	*storage.Store
	private *embedded.Server // none where DATABASE_URL names a server
}

// open connects to the office's database, starting the private Postgres where
// none is named. role names who holds the data directory alone; "" shares it.
func (o office) open(ctx context.Context, role string, log *slog.Logger) (database, error) {
	url, private, err := o.server(ctx, role, log)
	if err != nil {
		return database{}, err
	}
	store, err := storage.Open(ctx, url, log)
	if err != nil {
		return database{}, errors.Join(
			fmt.Errorf("reach the database: %w; check DATABASE_URL and that Postgres runs", err),
			closePrivate(private))
	}
	return database{Store: store, private: private}, nil
}

// openPrepared opens the database, brings its tables to this version, and makes
// sure of what every office begins with. admins become administrators.
func (o office) openPrepared(ctx context.Context, role string, admins []int64, now time.Time, log *slog.Logger) (database, error) {
	bundled, err := instruments.All()
	if err != nil {
		return database{}, fmt.Errorf("read the bundled instruments: %w", err)
	}
	db, err := o.open(ctx, role, log)
	if err != nil {
		return database{}, err
	}
	if err := db.Migrate(ctx); err != nil {
		return database{}, errors.Join(fmt.Errorf("migrate the database: %w", err), db.Close())
	}
	if err := db.Seed(ctx, bundled, admins, now); err != nil {
		return database{}, errors.Join(fmt.Errorf("prepare the database: %w", err), db.Close())
	}
	return db, nil
}

func (o office) server(ctx context.Context, role string, log *slog.Logger) (string, *embedded.Server, error) {
	if o.DatabaseURL != "" {
		return o.DatabaseURL, nil, nil
	}
	dir, err := o.dataDir()
	if err != nil {
		return "", nil, err
	}
	server, err := embedded.Start(ctx, embedded.Config{Dir: dir, Role: role, Logger: log})
	if errors.Is(err, fs.ErrPermission) {
		return "", nil, fmt.Errorf("data directory: %w; make it writable or name another with PASCALATIH_DATA_DIR", err)
	}
	if err != nil {
		return "", nil, fmt.Errorf("private Postgres: %w", err)
	}
	return server.URL(), server, nil
}

// opened is the office's data, ready for one command.
type opened struct {
	database
	clock calendar.Clock
	zone  *time.Location
}

// now is the present moment in the office's zone.
func (o opened) now() time.Time { return o.clock.Now().In(o.zone) }

// withOffice opens the office's data for do, and closes it after. A refusal of
// storage comes back in words.
func (o office) withOffice(ctx context.Context, std streams, do func(opened) error) error {
	zone, err := o.zone()
	if err != nil {
		return usageError{err}
	}
	people, err := o.clock(ctx)
	if err != nil {
		return err
	}
	working := people.Work()
	defer working.Done()
	db, err := o.openPrepared(ctx, "", nil, people.Now(), talk(std))
	if err != nil {
		return err
	}
	return errors.Join(sentence(do(opened{database: db, clock: people, zone: zone})), db.Close())
}

// Close closes the connections, and the private Postgres when nobody else uses it.
func (d database) Close() error {
	return errors.Join(d.Store.Close(), closePrivate(d.private))
}

// closePrivate also runs when the command was interrupted, so it has a time of
// its own.
func closePrivate(server *embedded.Server) error {
	if server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second)
	defer cancel()
	if err := server.Close(ctx); err != nil {
		return fmt.Errorf("end the private Postgres: %w", err)
	}
	return nil
}
