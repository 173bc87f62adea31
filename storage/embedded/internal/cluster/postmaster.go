package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// postmaster is a running server, as its postmaster.pid describes it.
type postmaster struct {
	pid    int
	port   int
	socket string // folder of its socket, empty where it listens on TCP
	status string // starting, ready, stopping, …
}

// Ready tells whether a server runs here and takes connections. It waits for one
// that is starting or stopping.
func (c *Cluster) Ready(ctx context.Context) (ready bool, err error) {
	err = c.await(ctx, func(server *postmaster) bool {
		ready = server != nil && server.status == "ready"
		return ready || server == nil
	})
	return ready, err
}

// Kill ends the server at once and waits until it is gone. Its data is recovered
// at the next start.
func (c *Cluster) Kill(ctx context.Context) error {
	server, err := c.postmaster()
	if err != nil || server == nil {
		return err
	}
	err = syscall.Kill(server.pid, syscall.SIGQUIT) // PostgreSQL's "immediate shutdown"
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("ending PostgreSQL in %s: %w", c.dir, err)
	}
	return c.await(ctx, func(server *postmaster) bool { return server == nil })
}

// postmaster reads postmaster.pid; nil means that no server runs.
func (c *Cluster) postmaster() (*postmaster, error) {
	text, err := os.ReadFile(filepath.Join(c.dir, "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking for a running PostgreSQL: %w", err)
	}
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(lines[0])
	if err != nil || !c.alive(pid) {
		return nil, nil
	}
	running := &postmaster{pid: pid, status: "starting"}
	if len(lines) < 8 { // the server adds lines as it starts
		return running, nil
	}
	running.port, err = strconv.Atoi(lines[3])
	if err != nil {
		return nil, fmt.Errorf("reading postmaster.pid in %s: %w", c.dir, err)
	}
	running.socket = lines[4]
	running.status = strings.TrimSpace(lines[7])
	return running, nil
}

// alive tells whether pid is a server of this data directory. After a crash of
// the machine its number may belong to any process, but only ours works in here.
func (c *Cluster) alive(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	if _, err := os.Stat("/proc/self/cwd"); err != nil {
		return true // no Linux: believe the file
	}
	folder, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if errors.Is(err, fs.ErrPermission) {
		return true // a container without that right: believe the file
	}
	return err == nil && folder == c.dir
}

// clearStale removes a postmaster.pid whose number now belongs to another
// process. PostgreSQL itself would refuse to start until that one ends.
func (c *Cluster) clearStale() error {
	server, err := c.postmaster()
	if err != nil || server != nil {
		return err
	}
	err = os.Remove(filepath.Join(c.dir, "postmaster.pid"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing a stale postmaster.pid: %w", err)
	}
	return nil
}

// await looks at the server, nil where none runs, until it is as wanted.
func (c *Cluster) await(ctx context.Context, wanted func(*postmaster) bool) error {
	// The wait is for another program, thus the machine's time.
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		server, err := c.postmaster()
		if err != nil || wanted(server) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for PostgreSQL in %s: %w", c.dir, context.Cause(ctx))
		case <-ticker.C:
		}
	}
}

// run executes one of PostgreSQL's programs in dir, as the cluster's account.
func (c *Cluster) run(ctx context.Context, dir, program string, arguments ...string) error {
	var said bytes.Buffer
	command := exec.CommandContext(ctx, c.programs.Program(program), arguments...)
	command.Dir = dir
	// No PG* variables and no locale from outside, nor our own secrets.
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	command.Stdout = &said
	command.Stderr = &said
	command.WaitDelay = time.Second // for a killed program's children that keep the pipes
	// A session of its own: Ctrl-C in the terminal is for us, not for the server.
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: c.account.credential}
	err := command.Run()
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", program, context.Cause(ctx))
	}
	if errors.Is(err, fs.ErrPermission) {
		return c.account.shutOut(dir, command.Path)
	}
	if err != nil {
		return fmt.Errorf("%s: %w%s", program, err, quote(said.String()))
	}
	return nil
}

// lastLines quotes the end of a log for an error.
func lastLines(log string) string {
	text, err := os.ReadFile(log)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return quote(strings.Join(lines[max(0, len(lines)-5):], "\n"))
}

func quote(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	return "\n" + text
}
