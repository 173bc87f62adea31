// Package cluster makes, starts and stops a PostgreSQL data directory of our
// own, as an unprivileged account where we are root.
package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pascalatih/storage/embedded/internal/binaries"
)

const (
	owner    = "pascalatih" // superuser of every cluster
	database = "postgres"   // exists in every cluster
	port     = 5432         // only names the socket, which lies in the cluster's own folder

	// longestSocket is the longest path of a socket that every system takes, in
	// bytes; Linux has room for 107, others for less.
	longestSocket = 99

	passwordFile = "pascalatih.password"
	logFile      = "server.log"
)

// Cluster is a data directory with the programs and the account that serve it.
type Cluster struct {
	dir      string
	programs binaries.Set
	account  account
}

// New prepares to use the data directory dir, an absolute path without links.
// It need not exist yet; its parent does.
func New(dir string, programs binaries.Set) (*Cluster, error) {
	account, err := accountFor(dir)
	if err != nil {
		return nil, err
	}
	return &Cluster{dir: dir, programs: programs, account: account}, nil
}

// Programs is the folder of the programs that serve it.
func (c *Cluster) Programs() string { return c.programs.Dir }

// Version is the major version of the data in dir, 0 where there is none.
func Version(dir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dir, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the version of the data: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("reading the version of the data in %s: %w", dir, err)
	}
	return major, nil
}

// Init makes the data directory: UTF-8 whatever the machine's locale, and a
// random password. options are added to initdb's. The folder appears whole or
// not at all.
func (c *Cluster) Init(ctx context.Context, options ...string) error {
	staging, err := c.staging(ctx)
	if err != nil {
		return err
	}
	password := filepath.Join(staging, passwordFile)
	if err := c.account.write(password, rand.Text()); err != nil {
		return fmt.Errorf("keeping the password: %w", err)
	}
	data := filepath.Join(staging, "data")
	// The socket lies in the data directory, which lets in nobody but the
	// server's account and root; a password would add nothing there.
	arguments := append([]string{"--pgdata=" + data, "--username=" + owner, "--pwfile=" + password,
		"--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"}, options...)
	if err := c.run(ctx, staging, "initdb", arguments...); err != nil {
		return fmt.Errorf("making a database in %s: %w", c.dir, err)
	}
	if err := os.Rename(password, filepath.Join(data, passwordFile)); err != nil {
		return fmt.Errorf("keeping the password: %w", err)
	}
	if err := os.Rename(data, c.dir); err != nil {
		return fmt.Errorf("keeping the data directory: %w", err)
	}
	if err := os.Remove(staging); err != nil {
		return fmt.Errorf("removing the scaffold of the data directory: %w", err)
	}
	return sync(filepath.Dir(c.dir))
}

// staging makes the folder in which a data directory grows, and removes those of
// programs that were killed. Its name is new, because their initdb may still run.
func (c *Cluster) staging(ctx context.Context) (string, error) {
	prefix := filepath.Base(c.dir) + ".new-"
	entries, err := os.ReadDir(filepath.Dir(c.dir))
	if err != nil {
		return "", fmt.Errorf("looking for incomplete data directories: %w", err)
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), prefix) {
			continue
		}
		if err := remove(ctx, filepath.Join(filepath.Dir(c.dir), entry.Name())); err != nil {
			return "", fmt.Errorf("removing an incomplete data directory: %w", err)
		}
	}
	dir, err := os.MkdirTemp(filepath.Dir(c.dir), prefix)
	if err != nil {
		return "", fmt.Errorf("making the data directory: %w", err)
	}
	if err := c.account.own(dir); err != nil {
		return "", fmt.Errorf("giving the data directory to %s: %w", c.account.name, err)
	}
	return dir, nil
}

// remove removes a folder in which another program may still make files: having
// lost some it gives up soon. The wait is for it, thus the machine's time.
func remove(ctx context.Context, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := os.RemoveAll(dir)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-ticker.C:
		}
	}
}

// Start runs the server, detached from this process, and returns when it takes
// connections. settings like "fsync=off" come after our own and win.
func (c *Cluster) Start(ctx context.Context, settings ...string) error {
	if err := c.clearStale(); err != nil {
		return err
	}
	listening, err := c.listening()
	if err != nil {
		return err
	}
	log := filepath.Join(c.dir, logFile)
	if err := os.Rename(log, log+".old"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("putting the old log aside: %w", err)
	}
	options := "-c " + strings.Join(append(append(ours(), listening...), settings...), " -c ")
	// Paths are relative to the data directory, so that no character of its own
	// path meets the shell that pg_ctl starts the server with.
	err = c.run(ctx, c.dir, "pg_ctl", "start", "--wait", "--timeout=300", "--silent",
		"--pgdata=.", "--log="+logFile, "--options="+options)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		// pg_ctl was killed, but not the server, if it got that far.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(err, c.Kill(ctx))
	}
	return fmt.Errorf("starting PostgreSQL in %s: %w%s", c.dir, err, lastLines(log))
}

// Stop ends the server, waiting until its data is safely down. Stopping a
// cluster that does not run is no error.
func (c *Cluster) Stop(ctx context.Context) error {
	server, err := c.postmaster()
	if err != nil || server == nil {
		return err
	}
	err = c.run(ctx, c.dir, "pg_ctl", "stop", "--mode=fast", "--wait", "--timeout=60", "--silent", "--pgdata=.")
	if err != nil {
		return fmt.Errorf("stopping PostgreSQL in %s: %w", c.dir, err)
	}
	return nil
}

// URL is the address of a database of the running server, for lib/pq.
func (c *Cluster) URL() (string, error) {
	server, err := c.postmaster()
	if err != nil {
		return "", err
	}
	if server == nil {
		return "", fmt.Errorf("PostgreSQL does not run in %s", c.dir)
	}
	if server.socket != "" {
		query := url.Values{"host": {c.dir}, "port": {strconv.Itoa(server.port)}, "sslmode": {"disable"}}
		address := url.URL{Scheme: "postgres", User: url.User(owner), Path: "/" + database, RawQuery: query.Encode()}
		return address.String(), nil
	}
	password, err := os.ReadFile(filepath.Join(c.dir, passwordFile))
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(owner, string(password)),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(server.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return address.String(), nil
}

// ours are the settings of every server. They stand on the command line, where
// neither the configuration file nor ALTER SYSTEM can change them.
func ours() []string {
	return []string{
		"fsync=on", "synchronous_commit=on", "full_page_writes=on",
		"max_connections=100", "jit=off", "timezone=UTC", "log_timezone=UTC",
		// Statements and their errors name people; what fails is logged by the
		// program that asked. Left are starts, stops and crashes.
		"log_min_messages=log", "log_min_error_statement=panic", "log_error_verbosity=terse", "log_checkpoints=off",
	}
}

// listening tells the server where to: a socket in the data directory, or where
// its path would be too long, a port of this machine.
func (c *Cluster) listening() ([]string, error) {
	if len(filepath.Join(c.dir, fmt.Sprintf(".s.PGSQL.%d", port))) <= longestSocket {
		return []string{"listen_addresses=''", "unix_socket_directories=.", fmt.Sprintf("port=%d", port)}, nil
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("looking for a free port: %w", err)
	}
	if err := free.Close(); err != nil {
		return nil, fmt.Errorf("looking for a free port: %w", err)
	}
	number := free.Addr().(*net.TCPAddr).Port
	return []string{"listen_addresses=127.0.0.1", "unix_socket_directories=''", fmt.Sprintf("port=%d", number)}, nil
}

// Copy makes the data directory as a copy of that of a stopped cluster, in a
// tenth of the time that Init takes.
func (c *Cluster) Copy(ctx context.Context, original *Cluster) error {
	// cp knows each system's quickest way, and keeps owners and modes.
	output, err := exec.CommandContext(ctx, "cp", "-a", original.dir, c.dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("copying the data directory: %w%s", err, quote(string(output)))
	}
	c.account = original.account
	return nil
}

// sync makes the names in a folder survive a crash of the machine, as PostgreSQL
// does for those within the data directory.
func sync(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("opening %s: %w", dir, err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	return nil
}
