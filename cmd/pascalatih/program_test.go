package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if program, err := built(); err == nil {
		_ = os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}

// built is the real binary, made once for the tests that run it.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pascalatih-binary-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "pascalatih")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("build the program: %w: %s", err, out), os.RemoveAll(dir))
	}
	return program, nil
})

// environment is all that a process of a test sees of the test's own: no
// variable that would lead it elsewhere.
func environment(more ...string) []string {
	kept := more
	for _, name := range []string{"PATH", "HOME", "TMPDIR"} {
		if value, set := os.LookupEnv(name); set {
			kept = append(kept, name+"="+value)
		}
	}
	return kept
}

// program prepares a run of the real binary.
func program(ctx context.Context, t testing.TB, env []string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(ctx, path, args...)
	command.Env = environment(env...)
	return command
}

// ran is how a command ended.
type ran struct {
	code     int
	out, err string
}

// perform runs a command to its end.
func perform(t testing.TB, env []string, args ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := program(ctx, t, env, args...)
	var out, talk bytes.Buffer
	command.Stdout, command.Stderr = &out, &talk
	if err := command.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatalf("pascalatih %s: %v", strings.Join(args, " "), err)
	}
	return ran{code: command.ProcessState.ExitCode(), out: out.String(), err: talk.String()}
}

// mustPerform runs a command that has to succeed, and gives what it printed.
func mustPerform(t testing.TB, env []string, args ...string) string {
	t.Helper()
	done := perform(t, env, args...)
	if done.code != exitDone {
		t.Fatalf("pascalatih %s ended with %d: %s", strings.Join(args, " "), done.code, done.err)
	}
	return done.out
}

// serving is a running `pascalatih serve`.
type serving struct {
	command *exec.Cmd
	log     *logbook
	ended   chan struct{} // closed when the process has ended
}

// serve starts `pascalatih serve` on a free port. It is killed when the test
// ends, if it still runs then.
func serve(t testing.TB, env ...string) *serving {
	t.Helper()
	command := program(context.Background(), t, append(env, "PASCALATIH_LISTEN=127.0.0.1:0"), "serve")
	s, err := start(command)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.kill()
		<-s.ended
		if t.Failed() {
			t.Logf("log of process %d:\n%s", command.Process.Pid, s.log.tail(60))
		}
	})
	return s
}

func start(command *exec.Cmd) (*serving, error) {
	s := &serving{command: command, log: newLogbook(), ended: make(chan struct{})}
	command.Stderr = s.log
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the bot: %w", err)
	}
	go func() {
		_ = command.Wait() // ProcessState tells how it ended
		close(s.ended)
	}()
	return s, nil
}

// kill ends the process as a power cut would.
func (s *serving) kill() {
	_ = s.command.Process.Kill() // fails where the process has ended already
}

// stop asks the process to end and gives how it did.
func (s *serving) stop(t testing.TB, within time.Duration) (code int) {
	t.Helper()
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("ask the bot to end: %v", err)
	}
	select {
	case <-s.ended:
	case <-time.After(within):
		t.Fatalf("the bot did not end within %v", within)
	}
	return s.command.ProcessState.ExitCode()
}

// says waits until the process logs a line that has all of words, and gives it.
func (s *serving) says(t testing.TB, words ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	line, err := s.log.await(ctx, words...)
	if err != nil {
		t.Fatalf("the bot did not say %q: %v", words, err)
	}
	return line
}

// logbook keeps what a process logs.
type logbook struct {
	mu      sync.Mutex
	lines   []string
	partial []byte
	grew    chan struct{} // closed at the next line
}

func newLogbook() *logbook { return &logbook{grew: make(chan struct{})} }

// Write implements io.Writer.
func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, p...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			return len(p), nil
		}
		l.lines = append(l.lines, string(line))
		l.partial = rest
		close(l.grew)
		l.grew = make(chan struct{})
	}
}

// await waits for a line that has all of words.
func (l *logbook) await(ctx context.Context, words ...string) (string, error) {
	for read := 0; ; {
		l.mu.Lock()
		lines, grew := l.lines, l.grew
		l.mu.Unlock()
		for ; read < len(lines); read++ {
			if hasAll(lines[read], words) {
				return lines[read], nil
			}
		}
		select {
		case <-grew:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func hasAll(line string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(line, word) {
			return false
		}
	}
	return true
}

// tail is the last lines.
func (l *logbook) tail(most int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines[max(0, len(l.lines)-most):], "\n")
}
