package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/picture"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey/sheet"
)

// guidePictures has the files that docs/hr.md sends written anew, and its pictures
// drawn from the chat that it leads to; that needs Chromium.
const guidePictures = "PASCALATIH_GUIDE_PICTURES"

// What a step of the guide says that its reader does, and what they see.
var (
	guideWrites  = regexp.MustCompile("^[0-9]+\\. Ketik `([^`]+)`")
	guideMenu    = regexp.MustCompile("^[0-9]+\\. Pilih `(/[a-z]+)` di tombol Menu")
	guideTaps    = regexp.MustCompile(`^[0-9]+\. Tekan \*\*([^*]+)\*\*`)
	guideSends   = regexp.MustCompile(`^[0-9]+\. Kirim berkas \[[^\]]+\]\(([^)]+)\)`)
	guideLink    = regexp.MustCompile(`^[0-9]+\. Buka tautan di baris \*\*([^*]+)\*\*`)
	guideSees    = regexp.MustCompile(`^ *> (.+)$`)
	guidePicture = regexp.MustCompile(`<img src="(gambar/[^"]+\.png)"`)
	guideButton  = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	guideCommand = regexp.MustCompile("`/([a-z]+)")
	guideStep    = regexp.MustCompile(`^[0-9]+\. `)
)

// Whoever follows docs/hr.md word by word on an empty database gets from the first
// /start to the first export: the test does it, with the real program.
func TestTheGuideWorksWordByWord(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "docs")
	drawAnew(t)
	tuesday := time.Date(2026, time.June, 30, 1, 0, 0, 0, time.UTC) // 08.00 WIB
	r := newGuideReader(t, folder, tuesday)
	for at, line := range guideLines(t, folder, false) {
		if err := r.follow(t.Context(), line); err != nil {
			t.Fatalf("docs/hr.md, line %d, %q: %v", at+1, line, err)
		}
	}
	if r.steps < 20 {
		t.Errorf("the guide has %d steps that could be followed", r.steps)
	}
	if !strings.HasPrefix(r.book.Name, "putaran-") {
		t.Errorf("the last workbook that the guide leads to is %q, want an export", r.book.Name)
	}
	guide := readGuide(t, folder)
	r.knowsCommands(t, guide)
	r.knowsButtons(t, guide)
	r.hasNoOther(t, guide, "gambar", "contoh")
	if err := r.telegram.Sound(); err != nil {
		t.Errorf("towards Telegram the bot broke rules: %v", err)
	}
}

// guideSamples are the files that the guide sends, written once for its tests.
var guideSamples = sync.OnceValue(func() error { return writeGuideSamples(filepath.Join("..", "..", "docs", "contoh")) })

// drawAnew writes those files where the pictures are to be drawn anew.
func drawAnew(t *testing.T) {
	t.Helper()
	if os.Getenv(guidePictures) == "" {
		return
	}
	if err := guideSamples(); err != nil {
		t.Fatal(err)
	}
}

func readGuide(t *testing.T, folder string) string {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join(folder, "hr.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(guide)
}

// guideStory is the heading of the chapter that tells of half a year: its reader
// does not follow it, and a test of its own lives it.
const guideStory = "Dari kalender pelatihan sampai pesan penutup"

// guideLines are the lines of the guide that are of the story, or those that are
// not; the others are empty, so that each keeps its number.
func guideLines(t *testing.T, folder string, story bool) []string {
	t.Helper()
	lines := strings.Split(readGuide(t, folder), "\n")
	within := false
	for at, line := range lines {
		if strings.HasPrefix(line, "## ") {
			within = strings.HasSuffix(line, guideStory)
		}
		if within != story {
			lines[at] = ""
		}
	}
	return lines
}

// moment lives up to a moment of the guide's story and gives what is to be shown.
type moment func(ctx context.Context) (simulator.Screen, error)

// guideReader is an HR officer who has nothing but the guide.
type guideReader struct {
	*officer
	folder  string
	steps   int
	before  simulator.Screen  // the chat before the last step
	said    simulator.Message // the lowest of the reactions to it
	book    simulator.File    // the workbook that came last
	moments map[string]moment // those of the story that are still to come, by their pictures
	shown   simulator.Screen  // what the last of them shows, until the next step
}

func newGuideReader(t *testing.T, folder string, from time.Time) *guideReader {
	t.Helper()
	s, err := newStage(io.Discard, from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	forget := s.clock.Expect()
	bot := serve(t, "DATABASE_URL="+postgrestest.Open(t), "PASCALATIH_CLOCK_URL="+s.clock.URL(), fmt.Sprintf("PASCALATIH_ADMINS=%d", demoAdmin),
		"TELEGRAM_BOT_TOKEN="+s.telegram.Token(), "TELEGRAM_API_URL="+s.telegram.URL())
	go func() {
		<-bot.ended
		forget() // if it ended before it joined the clock, nobody is awaited
	}()
	return &guideReader{folder: folder,
		officer: &officer{Person: s.telegram.Person(demoAdmin, "Bagian Kepegawaian", "id"), stage: s, role: "HR"}}
}

// follow does what a line of the guide says, or holds what it promises against
// the chat.
func (r *guideReader) follow(ctx context.Context, line string) (err error) {
	found := func(pattern *regexp.Regexp) []string { return pattern.FindStringSubmatch(line) }
	before, did := r.Chat(), true
	switch {
	case found(guideWrites) != nil:
		r.said, err = r.writes(ctx, found(guideWrites)[1])
	case found(guideMenu) != nil:
		r.said, err = r.writes(ctx, found(guideMenu)[1])
	case found(guideTaps) != nil:
		r.said, err = r.taps(ctx, found(guideTaps)[1])
	case found(guideSends) != nil:
		err = r.sendFile(ctx, found(guideSends)[1])
	case found(guideLink) != nil:
		err = r.openLink(ctx, found(guideLink)[1])
	case guideStep.MatchString(line):
		return fmt.Errorf("nobody knows how to do this")
	default:
		did = false
	}
	if err != nil {
		return err
	}
	if did {
		r.steps++
		r.before, r.shown = before, nil
		if r.said.File != nil && path.Ext(r.said.File.Name) == ".xlsx" {
			r.book = *r.said.File
		}
	}
	if sees := found(guideSees); sees != nil {
		return r.sees(sees[1])
	}
	if shows := found(guidePicture); shows != nil {
		return r.picture(ctx, shows[1])
	}
	return nil
}

func (r *guideReader) sendFile(ctx context.Context, name string) error {
	data, err := os.ReadFile(filepath.Join(r.folder, name))
	if err != nil {
		return err
	}
	r.said, err = r.sends(ctx, path.Base(name), data)
	return err
}

// openLink opens the personal link of an employee in the workbook that came last.
func (r *guideReader) openLink(ctx context.Context, name string) error {
	tables, err := sheet.Read(r.book.Data)
	if err != nil {
		return fmt.Errorf("read the workbook that came last: %w", err)
	}
	for _, row := range tables[0].Rows {
		if row.Cell(0).Value != name {
			continue
		}
		for _, cell := range row.Cells {
			if _, token, found := strings.Cut(cell.Value, "?start="); found {
				r.said, err = r.acts(ctx, func() { r.Start(token) })
				return err
			}
		}
	}
	return fmt.Errorf("the list has no link for %s", name)
}

// happened is what the last step led to, itself included, or what a scene shows.
func (r *guideReader) happened() (part simulator.Screen) {
	if r.shown != nil {
		return r.shown
	}
	for _, m := range r.Chat().Visible() {
		if was := r.before.Message(m.ID); was.ID == 0 || was.Edits != m.Edits {
			part = append(part, m)
		}
	}
	return part
}

// sees holds a quoted text against how the bot reacted to the last step; "…" stands
// for what may differ.
func (r *guideReader) sees(quoted string) error {
	var said string
	for _, m := range r.happened().FromBot() {
		said += " " + oneLine(m.Text)
	}
	from := 0
	for _, part := range strings.Split(oneLine(quoted), "…") {
		at := strings.Index(said[from:], strings.TrimSpace(part))
		if at < 0 {
			return fmt.Errorf("the bot does not say this but %q", said)
		}
		from += at
	}
	return nil
}

// picture shows the last step and the reactions to it, or the picture that came as
// the reaction; or it makes sure that this was drawn before.
func (r *guideReader) picture(ctx context.Context, name string) error {
	if live, found := r.moments[name]; found {
		delete(r.moments, name)
		var err error
		if r.shown, err = live(ctx); err != nil {
			return fmt.Errorf("live up to %s: %w", name, err)
		}
	}
	file := filepath.Join(r.folder, name)
	if os.Getenv(guidePictures) == "" {
		info, err := os.Stat(file)
		if err == nil && info.Size() < 5_000 {
			return fmt.Errorf("the picture has %d bytes", info.Size())
		}
		return err
	}
	drawn, err := r.draw(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, drawn, 0o644)
}

func (r *guideReader) draw(ctx context.Context) ([]byte, error) {
	if r.said.File != nil && path.Ext(r.said.File.Name) == ".png" {
		return r.said.File.Data, nil
	}
	return picture.Of(ctx, r.happened(), simulator.Look{Zone: r.zone})
}

// knowsCommands looks for the commands that the guide names among those that its
// reader has.
func (r *guideReader) knowsCommands(t *testing.T, guide string) {
	t.Helper()
	menu := r.Menu()
	for _, named := range guideCommand.FindAllStringSubmatch(guide, -1) {
		known := slices.ContainsFunc(menu, func(c simulator.Command) bool { return c.Command == named[1] })
		if !known && named[1] != "start" {
			t.Errorf("the guide names /%s, which is no command", named[1])
		}
	}
}

// knowsButtons looks for the buttons that the guide names among all that the bot
// has; those of a step were tapped.
func (r *guideReader) knowsButtons(t *testing.T, guide string) {
	t.Helper()
	say := r.texts.In("id")
	known := map[string]bool{}
	for _, key := range r.texts.Keys() {
		if strings.HasPrefix(key, "button.") {
			known[say.Say(key, nil)] = true
		}
	}
	for line := range strings.Lines(guide) {
		for _, named := range guideButton.FindAllStringSubmatch(line, -1) {
			if !known[named[1]] && !guideStep.MatchString(line) {
				t.Errorf("the guide names the button %q, which the bot does not have", named[1])
			}
		}
	}
}

// hasNoOther looks for files that the guide does not lead to.
func (r *guideReader) hasNoOther(t *testing.T, guide string, folders ...string) {
	t.Helper()
	for _, folder := range folders {
		files, err := os.ReadDir(filepath.Join(r.folder, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.Contains(guide, folder+"/"+file.Name()) {
				t.Errorf("nothing leads to %s/%s", folder, file.Name())
			}
		}
	}
}
