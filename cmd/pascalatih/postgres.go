package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"pascalatih/storage"
)

// postgresCommand lets an operator reach the private Postgres, which listens to
// nobody else, and which runs only while it is needed.
type postgresCommand struct {
	office
	Program []string `arg:"" passthrough:"" placeholder:"PROGRAM" help:"What to run, with its arguments; it finds the database in PGHOST, PGDATABASE and so on."`
}

func (c postgresCommand) Run(ctx context.Context, std streams) (err error) {
	url, private, err := c.server(ctx, "", talk(std))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closePrivate(private)) }()
	address, err := storage.Environment(url)
	if err != nil {
		return err
	}
	name := c.Program[0]
	if private != nil {
		// The server's own version of pg_dump, rather than any other.
		if own := filepath.Join(private.Programs(), name); filepath.Base(name) == name && executable(own) {
			name = own
		}
	}
	command := exec.CommandContext(ctx, name, c.Program[1:]...)
	command.Env = append(os.Environ(), address...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, std.out, std.err
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 5 * time.Second
	err = command.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%w: install it with `apt-get install postgresql-client`, of the server's version or newer", err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.Program[0], err)
	}
	return nil
}

func executable(path string) bool {
	_, err := exec.LookPath(path)
	return err == nil
}
