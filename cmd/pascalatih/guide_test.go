package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/picture"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey/sheet"
)

// guidePictures draws the pictures of docs/hr.md anew from the chat that the guide
// leads to; it needs Chromium.
const guidePictures = "PASCALATIH_GUIDE_PICTURES"

// What a step of the guide says that its reader does, and what they see.
var (
	guideWrites  = regexp.MustCompile("^[0-9]+\\. Tulis `([^`]+)`")
	guideTaps    = regexp.MustCompile(`^[0-9]+\. Ketuk \*\*([^*]+)\*\*`)
	guideSends   = regexp.MustCompile(`^[0-9]+\. Kirim berkas \[[^\]]+\]\(([^)]+)\)`)
	guideLink    = regexp.MustCompile(`^[0-9]+\. Buka tautan di baris \*\*([^*]+)\*\*`)
	guideWaits   = regexp.MustCompile(`^[0-9]+\. Tunggu sampai pukul ([0-9]{2})\.([0-9]{2})`)
	guideSees    = regexp.MustCompile(`^ *> (.+)$`)
	guidePicture = regexp.MustCompile(`!\[[^\]]*\]\((gambar/[^)]+\.png)\)`)
	guideStep    = regexp.MustCompile(`^[0-9]+\. `)
)

// Whoever follows docs/hr.md word by word on an empty database gets from the first
// /start to the first export: the test does it, with the real program.
func TestTheGuideWorksWordByWord(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "docs")
	guide, err := os.ReadFile(filepath.Join(folder, "hr.md"))
	if err != nil {
		t.Fatal(err)
	}
	r := newGuideReader(t, folder)
	for at, line := range strings.Split(string(guide), "\n") {
		if err := r.follow(t.Context(), line); err != nil {
			t.Fatalf("docs/hr.md, line %d, %q: %v", at+1, line, err)
		}
	}
	if r.steps < 20 {
		t.Errorf("the guide has %d steps that could be followed", r.steps)
	}
	if r.exports == 0 {
		t.Error("the guide does not lead to an export")
	}
	if err := r.telegram.Sound(); err != nil {
		t.Errorf("towards Telegram the bot broke rules: %v", err)
	}
}

// guideReader is an HR officer who has nothing but the guide.
type guideReader struct {
	*officer
	folder  string
	steps   int
	exports int
	said    simulator.Message // the reaction to the last step
	seen    int               // messages up to here are in an earlier picture
	files   []simulator.File  // that came so far
}

func newGuideReader(t *testing.T, folder string) *guideReader {
	t.Helper()
	monday := time.Date(2026, time.June, 29, 1, 0, 0, 0, time.UTC) // 08.00 WIB
	s, err := newStage(io.Discard, monday)
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
	did := true
	switch {
	case found(guideWrites) != nil:
		r.said, err = r.writes(ctx, found(guideWrites)[1])
	case found(guideTaps) != nil:
		r.said, err = r.taps(ctx, found(guideTaps)[1])
	case found(guideSends) != nil:
		err = r.sendFile(ctx, found(guideSends)[1])
	case found(guideLink) != nil:
		err = r.openLink(ctx, found(guideLink)[1])
	case found(guideWaits) != nil:
		err = r.waitUntil(ctx, found(guideWaits)[1], found(guideWaits)[2])
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
		r.collect()
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
	if len(r.files) == 0 {
		return fmt.Errorf("no file came")
	}
	tables, err := sheet.Read(r.files[len(r.files)-1].Data)
	if err != nil {
		return err
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

// waitUntil waits for what comes by itself at a time of day.
func (r *guideReader) waitUntil(ctx context.Context, hour, minute string) error {
	before := r.Chat()
	clock, err := time.Parse("15.04", hour+"."+minute)
	if err != nil {
		return err
	}
	now := r.Now().In(r.zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 5, 0, r.zone)
	err = r.as(ctx, r.Person, func(ctx context.Context) error { return r.PauseUntil(ctx, at) })
	if r.said = newest(r.Chat(), before); r.said.ID == 0 {
		return fmt.Errorf("nothing came")
	}
	return err
}

// collect keeps the files that came.
func (r *guideReader) collect() {
	files := r.files[:0]
	for _, m := range r.Chat().FromBot() {
		if m.File == nil {
			continue
		}
		files = append(files, *m.File)
	}
	r.files = files
	r.exports = 0
	for _, file := range files {
		if strings.HasPrefix(file.Name, "putaran-") {
			r.exports++
		}
	}
}

// sees holds a quoted text against what the bot said last; "…" stands for what
// may differ.
func (r *guideReader) sees(quoted string) error {
	said, from := oneLine(r.said.Text), 0
	for _, part := range strings.Split(oneLine(quoted), "…") {
		at := strings.Index(said[from:], strings.TrimSpace(part))
		if at < 0 {
			return fmt.Errorf("the bot does not say this but %q", said)
		}
		from += at
	}
	return nil
}

// picture draws what was said since the last picture, or makes sure that it was
// drawn.
func (r *guideReader) picture(ctx context.Context, name string) error {
	file := filepath.Join(r.folder, name)
	if os.Getenv(guidePictures) == "" {
		info, err := os.Stat(file)
		if err == nil && info.Size() < 5_000 {
			return fmt.Errorf("the picture has %d bytes", info.Size())
		}
		return err
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		return err
	}
	var part simulator.Screen
	for _, m := range r.Chat().Visible() {
		if m.ID > r.seen || m.ID == r.said.ID {
			part = append(part, m)
		}
	}
	r.seen = part[len(part)-1].ID
	drawn, err := picture.Of(ctx, part, simulator.Look{Zone: r.zone})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, drawn, 0o644)
}
