package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
	"pascalatih/survey/sheet"
)

// The chapter of docs/hr.md that follows one training for half a year: HR does what
// its steps say, time and other people do the rest, and each picture is a moment
// that the test lives up to.
func TestTheStoryOfTheGuideHappens(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, time.June, 29, 1, 0, 0, 0, time.UTC) // 08.00 WIB
	folder := filepath.Join("..", "..", "docs")
	drawAnew(t)
	r := newGuideReader(t, folder, monday)
	s := &story{guideReader: r}
	r.moments = s.told()
	for at, line := range guideLines(t, folder, true) {
		if err := r.follow(t.Context(), line); err != nil {
			t.Fatalf("docs/hr.md, line %d, %q: %v", at+1, line, err)
		}
	}
	for name := range r.moments {
		t.Errorf("the story does not tell of %s", name)
	}
	if err := r.telegram.Sound(); err != nil {
		t.Errorf("towards Telegram the bot broke rules: %v", err)
	}
}

// story is what the chapter tells of: the participants of a training and their two
// supervisors, all connected once HR has handed out the links.
type story struct {
	*guideReader
	participants []*storyPerson
	supervisors  []*storyPerson
}

// told are the moments of the story by their pictures, each after the one above.
func (s *story) told() map[string]moment {
	return map[string]moment{
		"gambar/17-sebelum.png":         s.testBefore,
		"gambar/18-pengingat.png":       s.reminder,
		"gambar/19-hari-90.png":         s.dayNinety,
		"gambar/20-atasan.png":          s.observation,
		"gambar/21-bukan-bawahan.png":   s.notMine,
		"gambar/22-penutup.png":         s.closing,
		"gambar/23-sebelum-sesudah.png": s.summary,
	}
}

// testBefore connects everybody, and is the Friday before the training.
func (s *story) testBefore(ctx context.Context) (simulator.Screen, error) {
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	first := s.participants[0]
	if err := s.until(ctx, time.July, 3, 8, 20); err != nil {
		return nil, err
	}
	shown := first.lately()
	return shown, s.fill(ctx, 1, s.participants...)
}

// reminder is two working days after the first impressions, which one participant
// left halfway; the check-in comes and goes after it.
func (s *story) reminder(ctx context.Context) (simulator.Screen, error) {
	slow := s.participants[6]
	if err := s.until(ctx, time.July, 8, 15, 40); err != nil {
		return nil, err
	}
	before := slow.taps
	if err := s.as(ctx, slow.Person, func(ctx context.Context) error {
		return slow.fill(ctx, 3, func() bool { return slow.taps-before >= 10 })
	}); err != nil {
		return nil, err
	}
	if err := s.fill(ctx, 3, slices.Delete(slices.Clone(s.participants), 6, 7)...); err != nil {
		return nil, err
	}
	if err := s.until(ctx, time.July, 10, 9, 20); err != nil {
		return nil, err
	}
	shown := slow.lately()
	if err := s.fill(ctx, 3, slow); err != nil {
		return nil, err
	}
	if err := s.until(ctx, time.August, 7, 9, 20); err != nil {
		return nil, err
	}
	return shown, s.fill(ctx, 3, s.participants...)
}

// dayNinety brings two forms in one message; one participant sends the first only.
func (s *story) dayNinety(ctx context.Context) (simulator.Screen, error) {
	if err := s.until(ctx, time.October, 6, 9, 20); err != nil {
		return nil, err
	}
	shown := s.participants[0].lately()
	last := s.participants[11]
	before := last.sent
	err := s.as(ctx, last.Person, func(ctx context.Context) error {
		return last.fill(ctx, 2, func() bool { return last.sent > before })
	})
	if err != nil {
		return nil, err
	}
	return shown, s.fill(ctx, 2, s.participants[:11]...)
}

// observation is a supervisor's list, and what is left of it after the first form.
func (s *story) observation(ctx context.Context) (simulator.Screen, error) {
	first := s.supervisors[0]
	shown := first.lately()
	return shown, s.fill(ctx, 2, first)
}

// notMine is what HR hears when a supervisor says that somebody is not theirs.
func (s *story) notMine(ctx context.Context) (simulator.Screen, error) {
	other := s.supervisors[1]
	before := s.Chat().Last()
	err := s.as(ctx, other.Person, func(ctx context.Context) error {
		if err := other.press(ctx, "Pegawai Contoh Dua Belas"); err != nil {
			return err
		}
		if err := other.press(ctx, "Bukan bawahan saya"); err != nil {
			return err
		}
		return other.press(ctx, "Ya, bukan")
	})
	if err != nil {
		return nil, err
	}
	if err := s.rest(ctx, 10*time.Minute); err != nil {
		return nil, err
	}
	shown := since(s.Chat(), before)
	return shown, s.fill(ctx, 2, other)
}

// closing is the message on one of the two forms that close after two weeks, which a
// participant declined when reminded.
func (s *story) closing(ctx context.Context) (simulator.Screen, error) {
	unwilling := s.participants[11]
	if err := s.until(ctx, time.October, 8, 9, 20); err != nil {
		return nil, err
	}
	err := s.as(ctx, unwilling.Person, func(ctx context.Context) error { return unwilling.press(ctx, "Tidak bersedia") })
	if err != nil {
		return nil, err
	}
	if err := s.until(ctx, time.October, 20, 8, 50); err != nil {
		return nil, err
	}
	before := s.Chat().Last()
	if err := s.until(ctx, time.October, 20, 9, 20); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(since(s.Chat(), before), func(m simulator.Message) bool {
		return !strings.Contains(m.Text, "Penerapan hasil pelatihan") // two forms close, in any order
	}), nil
}

// summary is that of the week in which the forms closed.
func (s *story) summary(ctx context.Context) (simulator.Screen, error) {
	if err := s.until(ctx, time.October, 26, 7, 50); err != nil {
		return nil, err
	}
	before := s.Chat().Last()
	if err := s.until(ctx, time.October, 26, 8, 30); err != nil {
		return nil, err
	}
	return since(s.Chat(), before), nil
}

// connect opens the personal links in the workbook that HR got last.
func (s *story) connect(ctx context.Context) error {
	tables, err := sheet.Read(s.book.Data)
	if err != nil {
		return fmt.Errorf("read the workbook that came last: %w", err)
	}
	for _, row := range tables[0].Rows {
		name := row.Cell(0).Value
		for _, cell := range row.Cells {
			_, token, found := strings.Cut(cell.Value, "?start=")
			if !found || strings.Contains(cell.Value, "wa.me") {
				continue
			}
			p := s.person(name)
			err := s.as(ctx, p.Person, func(ctx context.Context) error {
				guest := respondent.Respondent{Person: p.Person, Title: "-", Say: s.texts.In("id"), Patience: time.Minute}
				return guest.Register(ctx, token)
			})
			if err != nil {
				return fmt.Errorf("%s connects: %w", name, err)
			}
			break
		}
	}
	if len(s.participants) != 12 || len(s.supervisors) != 2 {
		return fmt.Errorf("the list of links has %d participants and %d supervisors", len(s.participants), len(s.supervisors))
	}
	slices.SortFunc(s.supervisors, func(a, b *storyPerson) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

func (s *story) person(name string) *storyPerson {
	p := &storyPerson{Person: s.telegram.Person(int64(demoFirstID+len(s.participants)+50*len(s.supervisors)), name, "id"), say: s.texts.In("id")}
	if strings.HasPrefix(name, "Atasan") {
		s.supervisors = append(s.supervisors, p)
	} else {
		p.leaning = len(s.participants)
		s.participants = append(s.participants, p)
	}
	return p
}

func never() bool { return false }

// fill lets people fill all that is open to them, one after the other.
func (s *story) fill(ctx context.Context, rating int, people ...*storyPerson) error {
	for _, p := range people {
		if err := s.as(ctx, p.Person, func(ctx context.Context) error { return p.fill(ctx, rating, never) }); err != nil {
			return fmt.Errorf("%s fills: %w", p.Name, err)
		}
	}
	return nil
}

// until lets the time of the office's zone come.
func (s *story) until(ctx context.Context, month time.Month, day, hour, minute int) error {
	return s.as(ctx, s.Person, func(ctx context.Context) error {
		return s.PauseUntil(ctx, time.Date(2026, month, day, hour, minute, 0, 0, s.zone))
	})
}

func (s *story) rest(ctx context.Context, d time.Duration) error {
	return s.as(ctx, s.Person, func(ctx context.Context) error { return s.Pause(ctx, d) })
}

// since are the messages of a chat after one.
func since(now simulator.Screen, last simulator.Message) simulator.Screen {
	return slices.DeleteFunc(now.Visible(), func(m simulator.Message) bool { return m.ID <= last.ID })
}
