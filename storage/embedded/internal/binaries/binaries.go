// Package binaries finds the programs of PostgreSQL on the machine, or fetches
// them where there are none.
package binaries

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Oldest is the first major version that serves Pascalatih's schema.
const Oldest = 15

// installed matches the folders in which Debian and Ubuntu keep the versions.
const installed = "/usr/lib/postgresql/*/bin"

// Set is one version of PostgreSQL's programs.
type Set struct {
	Dir     string // folder that holds initdb, pg_ctl and postgres
	Version string // as in 15.14 or 18.3
}

// Major is the version that data has to match: 15 of 15.14.
func (s Set) Major() int {
	text, _, _ := strings.Cut(s.Version, ".")
	major, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return major
}

// Program is the path of one of the programs.
func (s Set) Program(name string) string {
	return filepath.Join(s.Dir, name)
}

// Source tells where to take the programs from.
type Source struct {
	Folders    []string // to look in; nil for PATH and /usr/lib/postgresql/*/bin
	Cache      string   // folder that keeps what was fetched
	Repository string   // base URL of the Maven repository to fetch from
	Logger     *slog.Logger
}

// Find gives the programs for data of the major version data, or the best for
// new data where data is 0: the first on PATH, else the newest installed, else
// those fetched before, else those fetched now. Its errors are sentences that
// say what to do.
func (s Source) Find(ctx context.Context, data int) (Set, error) {
	set, found, err := s.Look(ctx, data)
	if found || err != nil {
		return set, err
	}
	if ctx.Err() == nil { // else those installed could not be looked at either
		set, err = s.fetch(ctx, data)
	}
	switch {
	case ctx.Err() != nil:
		return Set{}, ctx.Err()
	case err != nil:
		return Set{}, fmt.Errorf("PostgreSQL %d or newer is not installed here and could not be fetched (%w); install it with "+
			"`apt-get install postgresql`, or give a server that runs in DATABASE_URL=postgres://user:password@host/database",
			Oldest, err)
	}
	return set, nil
}

// Look is Find without fetching: found tells whether the machine has them.
func (s Source) Look(ctx context.Context, data int) (set Set, found bool, err error) {
	if data != 0 && data < Oldest {
		return Set{}, false, fmt.Errorf("the existing data is of PostgreSQL %d, which is too old: Pascalatih needs %d or newer; "+
			"move the data to a newer server (pg_dumpall, psql) and give that server in DATABASE_URL", data, Oldest)
	}
	local := s.local(ctx)
	for _, set := range local {
		if data == 0 || set.Major() == data {
			return set, true, nil
		}
	}
	if len(local) > 0 {
		return Set{}, false, mismatch(local, data)
	}
	return Set{}, false, nil
}

func mismatch(found []Set, data int) error {
	var versions []string
	for _, set := range found {
		versions = append(versions, fmt.Sprintf("%s in %s", set.Version, set.Dir))
	}
	return fmt.Errorf("the existing data is of PostgreSQL %d, but this machine has %s; install the matching version with "+
		"`apt-get install postgresql-%d`, or give a server that runs in DATABASE_URL", data, strings.Join(versions, ", "), data)
}

// local lists the sets on this machine that are new enough, best first.
func (s Source) local(ctx context.Context) []Set {
	folders := s.Folders
	if folders == nil {
		folders = append(filepath.SplitList(os.Getenv("PATH")), newestFirst(installed)...)
	}
	folders = append(slices.Clip(folders), newestFirst(filepath.Join(s.Cache, "*", "bin"))...)
	var sets []Set
	for _, folder := range folders {
		set, err := inspect(ctx, folder)
		if err == nil && set.Major() >= Oldest && !slices.Contains(sets, set) {
			sets = append(sets, set)
		}
	}
	return sets
}

// newestFirst lists the folders of a pattern like /usr/lib/postgresql/*/bin by
// the version in their path, highest first.
func newestFirst(pattern string) []string {
	folders, err := filepath.Glob(pattern)
	if err != nil {
		return nil
	}
	major := func(folder string) int {
		return Set{Version: filepath.Base(filepath.Dir(folder))}.Major()
	}
	slices.SortStableFunc(folders, func(a, b string) int { return cmp.Compare(major(b), major(a)) })
	return folders
}

// version matches what `postgres --version` prints.
var version = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+[^\s]*)`)

// inspect looks at the programs of a folder. Those on PATH are often links into
// the folder where the whole set lives, so links are followed.
func inspect(ctx context.Context, folder string) (Set, error) {
	if folder == "" {
		return Set{}, fmt.Errorf("no folder given")
	}
	server, err := filepath.EvalSymlinks(filepath.Join(folder, "postgres"))
	if err != nil {
		return Set{}, fmt.Errorf("looking for postgres: %w", err)
	}
	server, err = filepath.Abs(server)
	if err != nil {
		return Set{}, fmt.Errorf("looking for postgres: %w", err)
	}
	set := Set{Dir: filepath.Dir(server)}
	for _, program := range []string{"initdb", "pg_ctl"} {
		if _, err := exec.LookPath(set.Program(program)); err != nil {
			return Set{}, fmt.Errorf("looking for %s: %w", program, err)
		}
	}
	output, err := exec.CommandContext(ctx, server, "--version").Output()
	if err != nil {
		return Set{}, fmt.Errorf("asking %s for its version: %w", server, err)
	}
	match := version.FindSubmatch(output)
	if match == nil {
		return Set{}, fmt.Errorf("asking %s for its version: unexpected reply", server)
	}
	set.Version = string(match[1])
	return set, nil
}
