package binaries_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pascalatih/storage/embedded/internal/binaries"
)

func TestFindChooses(t *testing.T) {
	tests := map[string]struct {
		folders []string // versions in the folders looked at; "" is an empty folder
		cached  []string // versions fetched before
		data    int
		want    string // version
	}{
		"the first folder for new data":               {folders: []string{"16.2", "17.1"}, want: "16.2"},
		"an empty folder is passed over":              {folders: []string{"", "15.14"}, want: "15.14"},
		"a version that is too old is passed over":    {folders: []string{"13.9", "15.14"}, want: "15.14"},
		"the version of existing data":                {folders: []string{"17.1", "15.14", "16.2"}, data: 15, want: "15.14"},
		"what was fetched before, if nothing is here": {folders: []string{""}, cached: []string{"17.5"}, want: "17.5"},
		"the newest of what was fetched before":       {folders: []string{""}, cached: []string{"15.13", "18.3", "17.5"}, want: "18.3"},
		"what was fetched before, if it fits the data": {
			folders: []string{"15.14"}, cached: []string{"18.3"}, data: 18, want: "18.3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			set, err := machine(t, test.folders, test.cached).Find(t.Context(), test.data)
			if err != nil {
				t.Fatal(err)
			}
			if set.Version != test.want {
				t.Errorf("found %s, want %s", set.Version, test.want)
			}
		})
	}
}

func TestFindLooksOnPath(t *testing.T) {
	folder := programs(t, t.TempDir(), "16.2")
	linked := t.TempDir() // some machines have links to the programs on PATH
	for _, program := range []string{"postgres", "initdb", "pg_ctl"} {
		if err := os.Symlink(filepath.Join(folder, program), filepath.Join(linked, program)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", linked+string(filepath.ListSeparator)+os.Getenv("PATH"))
	set, err := binaries.Source{Cache: t.TempDir(), Logger: slog.New(slog.DiscardHandler)}.Find(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if set.Dir != folder {
		t.Errorf("found %s, want %s, where the links lead", set.Dir, folder)
	}
}

func TestFindRefuses(t *testing.T) {
	tests := map[string]struct {
		folders []string
		data    int
		says    []string
	}{
		"data of another version than the machine's": {
			folders: []string{"15.14", "17.1"}, data: 16,
			says: []string{"of PostgreSQL 16", "15.14 in ", "17.1 in ", "apt-get install postgresql-16", "DATABASE_URL"}},
		"data that is too old": {
			folders: []string{"14.1"}, data: 14,
			says: []string{"of PostgreSQL 14", "pg_dumpall", "DATABASE_URL"}},
		"nothing here and nothing to be fetched": {
			folders: []string{""},
			says:    []string{"could not be fetched", "404", "apt-get install postgresql", "DATABASE_URL"}},
		"data of a version that cannot be fetched": {
			folders: []string{""}, data: 99,
			says: []string{"no release of PostgreSQL 99", "apt-get install postgresql", "DATABASE_URL"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source := machine(t, test.folders, nil)
			source.Repository = serve(t, nil).url
			_, err := source.Find(t.Context(), test.data)
			if err == nil {
				t.Fatal("found something")
			}
			for _, part := range test.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

// Nothing is said to be missing by somebody who could not finish looking.
func TestFindThatIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := machine(t, []string{"15.13"}, nil).Find(ctx, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("it says %v", err)
	}
}

// machine has one folder for each version, and others in its cache.
func machine(t *testing.T, folders, cached []string) binaries.Source {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir()) // where the library leaves an empty log
	source := binaries.Source{Cache: t.TempDir(), Logger: slog.New(slog.DiscardHandler)}
	for _, version := range folders {
		source.Folders = append(source.Folders, programs(t, t.TempDir(), version))
	}
	for _, version := range cached {
		programs(t, filepath.Join(source.Cache, version), version)
	}
	return source
}

// programs makes a folder bin in home whose programs say that they are of the
// given version.
func programs(t *testing.T, home, version string) string {
	t.Helper()
	bin := filepath.Join(home, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if version == "" {
		return bin
	}
	for _, program := range []string{"postgres", "initdb", "pg_ctl"} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s (made up)'\n", program, version)
		if err := os.WriteFile(filepath.Join(bin, program), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}
