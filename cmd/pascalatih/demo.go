package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"pascalatih/bot/simulator/respondent"
	"pascalatih/storage"
	"pascalatih/storage/embedded"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
)

type demoCommand struct {
	Auto bool `help:"Do not wait for Enter between the days."`
}

func (c demoCommand) Run(ctx context.Context, std streams) error {
	began := systemClock{}.Now()
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	d, err := newDemo(ctx, std.out, program)
	if err != nil {
		return err
	}
	if !c.Auto {
		d.enter = bufio.NewReader(os.Stdin)
		fmt.Fprintf(std.out, "%s shows the chats. Between the days you may act there: best as a person\n"+
			"of your own, for what you answer for others is in no book, and the end will say so.\n", d.telegram.URL())
	}
	err = errors.Join(d.live(ctx), d.end())
	if ctx.Err() != nil {
		return ctx.Err() // Ctrl-C reaches the bot too, whose end is then no news
	}
	if err != nil {
		return fmt.Errorf("%w; the bot's log is %s", err, filepath.Join(d.folder, serveLog))
	}
	fmt.Fprintf(std.out, "\nEverything held, in %.0f seconds.\n", systemClock{}.Now().Sub(began).Seconds())
	return nil
}

// demo is four months of an office: a private Postgres, a simulated Telegram on a
// virtual clock, made-up people, and the real bot as a process of its own.
type demo struct {
	*stage
	program  string        // the bot, and the operator's commands
	folder   string        // everything of the demo lies here
	enter    *bufio.Reader // where not every day begins by itself
	postgres *embedded.Server
	store    *storage.Store
	bot      *child

	instruments map[string]survey.Instrument
	people      []demoEmployee
	holidays    map[string]bool // the days, as YYYY-MM-DD
	lifeOf      []*life         // by their places in people; those of alumni and supervisors
	lives       []func() error
	endLives    context.CancelFunc
	admin, hr   *officer

	// What the end is judged by.
	kills       int
	summaries   int
	lastSummary string
	books       map[string][]*respondent.Book // by the form
	exports     map[string][][]byte           // with names, by the form
	plansShown  sync.Map                      // the books of forms whose person saw their own plan
}

// newDemo prepares the stage: nothing of the office's is there yet.
func newDemo(ctx context.Context, out io.Writer, program string) (*demo, error) {
	folder, err := os.MkdirTemp("", "pascalatih-demo-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the demo: %w", err)
	}
	if err := os.Chmod(folder, 0o755); err != nil { // Postgres may run as another user
		return nil, fmt.Errorf("open the demo's folder: %w", err)
	}
	d := &demo{program: program, folder: folder, people: demoEmployees(), instruments: map[string]survey.Instrument{},
		holidays: map[string]bool{}, books: map[string][]*respondent.Book{}, exports: map[string][][]byte{}}
	bundled, err := instruments.All()
	if err != nil {
		return nil, err
	}
	for _, instrument := range bundled {
		d.instruments[instrument.Key] = instrument
	}
	if d.stage, err = newStage(out, demoDay.Add(1*time.Hour)); err != nil { // 08:00 WIB
		return nil, err
	}
	for _, holiday := range demoHolidays() {
		d.holidays[holiday[0]] = true
	}
	for i, e := range d.people[:demoAlumni+demoHeads] {
		d.lifeOf = append(d.lifeOf, d.newLife(i, e))
	}
	if d.postgres, err = embedded.Start(ctx, embedded.Config{Dir: d.dataDir()}); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *demo) dataDir() string { return filepath.Join(d.folder, "data") }

// live lives the four months and checks what came of them.
func (d *demo) live(ctx context.Context) error {
	living, endLives := context.WithCancel(ctx)
	d.endLives = endLives
	for _, scene := range d.scenes() {
		if err := d.until(ctx, scene.at); err != nil {
			return err
		}
		if scene.name != "" {
			d.out.heading(scene.name)
			d.waitForEnter(ctx)
		}
		if err := scene.play(ctx, living); err != nil {
			return err
		}
	}
	return d.settle(ctx)
}

// day is a moment of the demo: days after its first one, on the office's clock.
func (d *demo) day(days, hour, minute int) time.Time {
	year, month, day := demoDay.Date()
	return time.Date(year, month, day+days, hour, minute, 0, 0, d.zone)
}

// until lets everybody else live until t.
func (d *demo) until(ctx context.Context, t time.Time) error {
	for d.clock.Now().Before(t) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := d.bot.failure(); err != nil {
			return err
		}
		d.director.Wait(ctx, t, d.bot.exited())
	}
	return nil
}

// waitForEnter lets time pass only while somebody acts at the page.
func (d *demo) waitForEnter(ctx context.Context) {
	if d.enter == nil {
		return
	}
	fmt.Fprint(d.out.out, "(Enter goes on) ")
	entering, entered := context.WithCancel(ctx)
	closed := make(chan bool, 1)
	go func() { // at the end of ctx it is left to the end of the program
		defer entered()
		_, err := d.enter.ReadString('\n')
		closed <- err != nil
	}()
	d.telegram.Receive(entering, d.director)
	if ctx.Err() == nil && <-closed {
		d.enter = nil
	}
}

// end takes the stage down; what was exported stays.
func (d *demo) end() error {
	if d.endLives != nil {
		d.endLives()
	}
	err := d.bot.stop()
	if d.store != nil {
		err = errors.Join(err, d.store.Close())
	}
	d.close()
	err = errors.Join(err, closePrivate(d.postgres))
	return errors.Join(err, os.RemoveAll(d.dataDir()))
}
