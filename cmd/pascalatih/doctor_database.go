package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/storage/embedded"
)

// place looks at the data directory, which serve needs where no DATABASE_URL is
// given.
func (c doctorCommand) place(context.Context) []finding {
	if c.DatabaseURL != "" {
		return nil
	}
	dir, err := c.dataDir()
	if err != nil {
		return []finding{found(fails, "data directory", "%v", err)}
	}
	if err := embedded.CheckDir(dir); err != nil {
		return []finding{found(fails, "data directory", "%v", err)}
	}
	free, err := freeSpace(dir)
	if err != nil {
		return []finding{found(fine, "data directory", "%s", dir), found(warning, "disk", "%v", err)}
	}
	return []finding{found(fine, "data directory", "%s", dir), judgeSpace(free, dir)}
}

// freeSpace is how many bytes the disk of a folder, which may still have to be
// made, has left.
func freeSpace(dir string) (uint64, error) {
	var disk unix.Statfs_t
	err := unix.Statfs(dir, &disk)
	for errors.Is(err, fs.ErrNotExist) && filepath.Dir(dir) != dir {
		dir = filepath.Dir(dir)
		err = unix.Statfs(dir, &disk)
	}
	if err != nil {
		return 0, fmt.Errorf("look at the disk of %s: %w", dir, err)
	}
	return disk.Bavail * uint64(disk.Bsize), nil
}

func judgeSpace(free uint64, dir string) finding {
	const megabyte = 1 << 20
	says := fmt.Sprintf("%d MB are free for %s", free/megabyte, dir)
	switch {
	case free < 200*megabyte:
		return found(fails, "disk", "%s; make room: Postgres stops when the disk is full", says)
	case free < 2048*megabyte:
		return found(warning, "disk", "%s; make room soon", says)
	}
	return found(fine, "disk", "%s", says)
}

// database looks at Postgres, and at what is in it.
func (c doctorCommand) database(ctx context.Context) []finding {
	if c.DatabaseURL != "" {
		return c.examine(ctx, c.DatabaseURL)
	}
	dir, err := c.dataDir()
	if err != nil || embedded.CheckDir(dir) != nil {
		return nil // said already
	}
	sight, err := embedded.Look(ctx, embedded.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return []finding{found(fails, "private Postgres", "%v", err)}
	}
	programs := found(fine, "Postgres", "%s", sight.Programs)
	if sight.Programs == "" {
		programs = found(warning, "Postgres", "is not installed; serve fetches it from %s when it starts: `apt-get install postgresql` is better, and brings pg_dump for backups", embedded.Repository)
	}
	switch {
	case sight.URL != "":
		return append([]finding{programs}, c.examine(ctx, sight.URL)...)
	case sight.Data == 0:
		return []finding{programs, found(fine, "database", "there is none yet: serve makes it"), judgeAdministrators(0, len(c.Admins))}
	}
	return []finding{programs, found(fine, "database", "of PostgreSQL %d, not running now; for more ask again while serve runs", sight.Data)}
}

// examine looks at a database that runs.
func (c doctorCommand) examine(ctx context.Context, url string) []finding {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	store, err := storage.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return []finding{found(fails, "database", "%v; check DATABASE_URL and that Postgres runs there", err)}
	}
	defer store.Close() // nothing was written that could be lost
	zone, err := c.zone()
	if err != nil {
		zone = time.UTC // which zone is wrong is said already
	}
	seen, err := store.Examine(ctx, calendar.DayOf(time.Now(), zone))
	if err != nil {
		return []finding{found(fails, "database", "%v; check that the user in DATABASE_URL owns the tables", err)}
	}
	return judgeDatabase(seen, len(c.Admins))
}

// judgeDatabase tells what a database's state means for serving, given how many
// are to become administrators.
func judgeDatabase(seen storage.Examination, admins int) []finding {
	return []finding{judgeServer(seen), judgeDurability(seen), judgeTables(seen), judgeClock(seen.Ahead),
		judgeAdministrators(seen.Administrators, admins), judgeHolidays(seen.Unlisted)}
}

// judgeHolidays looks at the year whose holidays are missing, if there is one.
func judgeHolidays(unlisted int) finding {
	if unlisted == 0 {
		return found(fine, "holidays", "none are missing")
	}
	return found(warning, "holidays", "of %d are missing, so that invitations may go out on one; `pascalatih import FILE` takes a list with the columns tanggal, nama, jenis", unlisted)
}

func judgeServer(seen storage.Examination) finding {
	switch {
	case seen.Number < 150000:
		return found(fails, "database", "is PostgreSQL %s; give one of version 15 or newer in DATABASE_URL", seen.Version)
	case seen.Encoding != "UTF8":
		return found(fails, "database", "keeps text as %s; make it anew with `createdb -E UTF8 -T template0`", seen.Encoding)
	case seen.Standby:
		return found(fails, "database", "is a standby, which takes no writes; name the primary in DATABASE_URL")
	}
	return found(fine, "database", "PostgreSQL %s answers, with %d MB", seen.Version, seen.Size>>20)
}

func judgeDurability(seen storage.Examination) finding {
	var off []string
	for _, setting := range []struct{ name, value string }{
		{"fsync", seen.Fsync}, {"full_page_writes", seen.FullPageWrites}, {"synchronous_commit", seen.SynchronousCommit},
	} {
		if setting.value == "off" {
			off = append(off, setting.name)
		}
	}
	if len(off) > 0 {
		return found(fails, "durability", "off: %s; a crash may lose answers that people saw accepted: set them on in postgresql.conf and restart Postgres", strings.Join(off, ", "))
	}
	return found(fine, "durability", "what was committed survives a crash (fsync, synchronous_commit)")
}

func judgeTables(seen storage.Examination) finding {
	switch {
	case seen.Schema < seen.Needed && !seen.Creatable:
		return found(fails, "tables", "are at %d, this version needs %d, and the user in DATABASE_URL may make none; `GRANT CREATE ON SCHEMA public` to it", seen.Schema, seen.Needed)
	case seen.Schema == 0:
		return found(fine, "tables", "there are none yet: serve makes them")
	case seen.Schema < seen.Needed:
		return found(warning, "tables", "are at %d, this version brings them to %d when it serves; back up before", seen.Schema, seen.Needed)
	case seen.Schema > seen.Needed:
		return found(warning, "tables", "are at %d, made by a newer version than this one, which knows %d; use the newer one", seen.Schema, seen.Needed)
	}
	return found(fine, "tables", "are at %d, as this version needs", seen.Schema)
}

func judgeClock(ahead time.Duration) finding {
	behind := ahead.Abs().Round(time.Millisecond)
	const mend = "set both by the network (`timedatectl set-ntp true`)"
	switch {
	case behind > time.Minute:
		return found(fails, "clock", "this machine's and the database's are %v apart, so that messages go out at wrong times; %s", behind, mend)
	case behind > 2*time.Second:
		return found(warning, "clock", "this machine's and the database's are %v apart; %s", behind, mend)
	}
	return found(fine, "clock", "this machine's and the database's agree")
}

// judgeAdministrators looks at how many there are, and how many serve will make.
func judgeAdministrators(are, become int) finding {
	switch {
	case are > 0:
		return found(fine, "administrator", "there is one (of %d)", are)
	case become > 0:
		return found(fine, "administrator", "there is none yet: serve makes %d from PASCALATIH_ADMINS", become)
	}
	return found(fails, "administrator", "there is none, so that nobody can give roles; put your Telegram user id (@userinfobot tells it) in PASCALATIH_ADMINS")
}
