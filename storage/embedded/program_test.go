package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"pascalatih/storage/embedded"
)

// programDir and programRole make this test binary another program that uses the
// private Postgres.
const (
	programDir  = "EMBEDDED_TEST_DIR"
	programRole = "EMBEDDED_TEST_ROLE"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(programDir); dir != "" {
		if err := runProgram(dir, os.Getenv(programRole)); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if dir, err := original(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// runProgram uses the server until its input ends.
func runProgram(dir, role string) error {
	ctx := context.Background()
	server, err := embedded.Start(ctx, embedded.Config{Dir: dir, Role: role})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return server.Close(ctx)
}

// program is another program that uses the private Postgres.
type program struct {
	command *exec.Cmd
	input   io.WriteCloser
	output  *bufio.Reader
}

// begin starts a program; ready tells when it has its server.
func begin(t *testing.T, dir, role string) *program {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), programDir+"="+dir, programRole+"="+role)
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p := &program{command: command, input: input, output: bufio.NewReader(output)}
	t.Cleanup(func() {
		_ = command.Process.Kill() // fails where the test has ended it
		_ = command.Wait()
	})
	return p
}

func (p *program) ready(t *testing.T) {
	t.Helper()
	line, err := p.output.ReadString('\n')
	if strings.TrimSpace(line) != "ready" {
		t.Fatalf("the program said %q (%v)", line, err)
	}
}

// end lets the program close its server and exit.
func (p *program) end(t *testing.T) {
	t.Helper()
	if err := p.input.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Wait(); err != nil {
		t.Fatalf("the program failed: %v", err)
	}
}

// kill ends the program as kill -9 does.
func (p *program) kill(t *testing.T) {
	t.Helper()
	if err := p.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.command.Wait() // says that it was killed
}
