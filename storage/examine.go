package storage

import (
	"context"
	"fmt"
	"time"

	"pascalatih/scheduler/calendar"
)

// Examination is how a database is set up, as far as serving depends on it.
type Examination struct {
	Version string // of the server, as in 17.6
	Number  int    // the same to compare by: 170006
	Size    int64  // bytes

	Encoding  string
	Standby   bool // it takes no writes
	Creatable bool // this user may make tables

	// The settings that decide whether what was committed survives a crash.
	Fsync, FullPageWrites, SynchronousCommit string

	Ahead          time.Duration // of the server's clock against this machine's; half a round trip is not known
	Schema, Needed int64         // the migration that the tables are at, 0 without tables; the newest of this program
	Administrators int
	Unlisted       int // the year whose holidays should be known and are not; 0: none
}

// Settings as they hold for connections of ours.
const examine = `
	SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
	       pg_database_size(current_database()) AS size,
	       current_setting('server_encoding') AS encoding,
	       pg_is_in_recovery() AS standby,
	       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS creatable,
	       current_setting('fsync') AS fsync, current_setting('full_page_writes') AS fullpagewrites,
	       current_setting('synchronous_commit') AS synchronouscommit`

// Examine looks at the database on a day, and changes nothing.
func (s *Store) Examine(ctx context.Context, day calendar.Day) (Examination, error) {
	var found Examination
	if err := s.db.GetContext(ctx, &found, examine); err != nil {
		return Examination{}, fmt.Errorf("read the database's settings: %w", err)
	}
	var err error
	if found.Ahead, err = s.ahead(ctx); err != nil {
		return Examination{}, err
	}
	if found.Schema, found.Needed, err = s.schema(ctx); err != nil || found.Schema == 0 {
		return found, err
	}
	err = s.db.GetContext(ctx, &found.Administrators, `SELECT count(DISTINCT account_id) FROM account_role WHERE role = 'admin'`)
	if err != nil {
		return Examination{}, fmt.Errorf("count the administrators: %w", err)
	}
	if year, wanted := calendar.HolidaysWanted(day); wanted && found.Schema >= found.Needed {
		missing, err := s.HolidaysMissing(ctx, year)
		if err != nil {
			return Examination{}, err
		}
		if missing {
			found.Unlisted = year
		}
	}
	return found, nil
}

// ahead compares the clocks: the server's moment lies between those of asking and
// of hearing, and is taken for the middle.
func (s *Store) ahead(ctx context.Context) (time.Duration, error) {
	asked := time.Now()
	var there time.Time
	if err := s.db.GetContext(ctx, &there, `SELECT clock_timestamp()`); err != nil {
		return 0, fmt.Errorf("read the database's clock: %w", err)
	}
	return there.Sub(asked.Add(time.Since(asked) / 2)), nil
}

// schema is the migration that the tables are at, 0 where there are none, and the
// newest that this program has.
func (s *Store) schema(ctx context.Context) (at, needed int64, err error) {
	provider, err := s.migrator()
	if err != nil {
		return 0, 0, err
	}
	sources := provider.ListSources()
	needed = sources[len(sources)-1].Version
	var made bool
	if err := s.db.GetContext(ctx, &made, `SELECT to_regclass('goose_db_version') IS NOT NULL`); err != nil {
		return 0, 0, fmt.Errorf("look for the schema's version: %w", err)
	}
	if !made {
		return 0, needed, nil
	}
	err = s.db.GetContext(ctx, &at, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`)
	if err != nil {
		return 0, 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return at, needed, nil
}
