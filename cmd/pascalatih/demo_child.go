package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// serveLog is where the bot of a demo logs.
const serveLog = "serve.log"

// child is a running bot.
type child struct {
	command *exec.Cmd
	ended   chan struct{} // closed when the process has ended
	err     error         // how it ended; to be read once ended is closed
}

// environment is all that a process of the demo sees: no variable of the
// caller's that would lead it elsewhere.
func (d *demo) environment(more ...string) []string {
	kept := []string{
		"PASCALATIH_DATA_DIR=" + d.dataDir(),
		"PASCALATIH_CLOCK_URL=" + d.clock.URL(),
		"TELEGRAM_BOT_TOKEN=" + d.telegram.Token(),
		"TELEGRAM_API_URL=" + d.telegram.URL(),
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG"} {
		if value, set := os.LookupEnv(name); set {
			kept = append(kept, name+"="+value)
		}
	}
	return append(kept, more...)
}

// startBot starts serve. The clock waits for it until everything of it runs.
func (d *demo) startBot() error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(d.folder, serveLog), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("open the bot's log: %w", err)
	}
	defer log.Close() // the process has its own
	command := exec.Command(d.program, "serve")
	command.Env = d.environment("PASCALATIH_LISTEN="+address, fmt.Sprintf("PASCALATIH_ADMINS=%d", demoAdmin))
	command.Stderr = log
	forget := d.clock.Expect()
	if err := command.Start(); err != nil {
		forget()
		return fmt.Errorf("start the bot: %w", err)
	}
	c := &child{command: command, ended: make(chan struct{})}
	go func() {
		c.err = command.Wait()
		close(c.ended)
		forget() // if it ended before it joined the clock, nobody is awaited
	}()
	d.bot = c
	return nil
}

// exited is closed when the bot has ended; of no bot, never.
func (c *child) exited() <-chan struct{} {
	if c == nil {
		return nil
	}
	return c.ended
}

// failure tells that the bot ended by itself.
func (c *child) failure() error {
	if c == nil {
		return nil
	}
	select {
	case <-c.ended:
		return fmt.Errorf("the bot ended by itself: %v", c.err)
	default:
		return nil
	}
}

// killBot ends the bot as a power cut would, and starts it again.
func (d *demo) killBot() error {
	if err := d.bot.command.Process.Kill(); err != nil {
		return fmt.Errorf("kill the bot: %w", err)
	}
	busy := d.telegram.RecordKill()
	<-d.bot.ended
	d.kills++
	what := "is killed (SIGKILL) and started again"
	if busy {
		what = "is killed (SIGKILL) in the middle of its work, and started again"
	}
	d.out.tell("the bot", "%s", what)
	return d.startBot()
}

// stop asks the bot to end and waits until it has.
func (c *child) stop() error {
	if c == nil {
		return nil
	}
	if err := c.failure(); err != nil {
		return err
	}
	if err := c.command.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("end the bot: %w", err)
	}
	select {
	case <-c.ended:
	case <-time.After(10 * time.Second):
		return errors.Join(errors.New("the bot did not end within 10 s"), c.command.Process.Kill())
	}
	if c.err != nil {
		return fmt.Errorf("the bot ended badly: %w", c.err)
	}
	return nil
}

// run runs one command of this program as the operator would, and gives what it
// printed.
func (d *demo) run(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, d.program, args...)
	command.Env = d.environment()
	var out, talk bytes.Buffer
	command.Stdout, command.Stderr = &out, &talk
	forget := d.clock.Expect()
	defer forget()
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("pascalatih %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(talk.String()))
	}
	return out.String(), nil
}

// freeAddress is one on this machine at which nobody listens.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}
