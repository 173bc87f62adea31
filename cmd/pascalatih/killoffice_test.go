package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/survey/text"
)

const (
	crowdOfficer  = 9000 // Telegram user id of HR
	crowdSecond   = "UJI-02"
	crowdNewcomer = 3 // employees that HR's file adds
)

// hurried is an HR officer whose bot has a bad day: whatever shows no reaction is
// done again, and much is tapped twice.
type hurried struct {
	*simulator.Person
	say   text.Phrases
	lists map[int]bool // the messages on which the list of links was asked for
	// second is the number of the round that they started.
	second func() int
}

// until does something until the screen is as wanted.
func (h *hurried) until(ctx context.Context, what string, act func(), wanted func(simulator.Screen) bool) error {
	for !wanted(h.Chat()) {
		act()
		_, err := h.AwaitFor(ctx, 2*crowdHurries, wanted)
		if err != nil && !errors.Is(err, simulator.ErrNotSeen) {
			return fmt.Errorf("wait for %s: %w", what, err)
		}
	}
	return nil
}

// tapTwice presses a button as somebody does who is not sure that they did.
func (h *hurried) tapTwice(key string) {
	if button := h.Chat().Button(h.say.Say(key, nil)); button.Text != "" {
		h.Tap(button)
		h.Tap(button)
	}
}

func (h *hurried) hasButton(key string) func(simulator.Screen) bool {
	return simulator.HasButton(h.say.Say(key, nil))
}

func (h *hurried) reads(words string) func(simulator.Screen) bool {
	return func(s simulator.Screen) bool {
		for _, m := range s.FromBot() {
			if strings.Contains(m.Text, words) {
				return true
			}
		}
		return false
	}
}

func (h *hurried) has(file string) func(simulator.Screen) bool {
	return func(s simulator.Screen) bool { return h.count(s, file) > 0 }
}

func (h *hurried) count(s simulator.Screen, file string) (n int) {
	for _, m := range s.FromBot() {
		if m.File != nil && strings.HasPrefix(m.File.Name, file) {
			n++
		}
	}
	return n
}

// work brings a file in, starts a round about it, asks for two files and closes
// the round, while all breaks.
func (h *hurried) work(ctx context.Context, file []byte, first string) error {
	start := "/mulai " + crowdSecond + " reaction"
	for _, step := range []struct {
		what   string
		act    func()
		wanted func(simulator.Screen) bool
	}{
		{"the preview", func() { h.Document("data.xlsx", file) }, h.hasButton("button.apply")},
		{"the import", func() { h.tapTwice("button.apply") }, h.reads(h.say.Say("import.applied", nil))},
		{"the round's preview", func() { h.Write(start) }, h.hasButton("button.start_round")},
		{"the round", func() { h.tapTwice("button.start_round") }, h.hasButton("button.status")},
		{"the links", func() { h.Write("/tautan " + crowdSecond) }, h.hasButton("button.link_list")},
		{"the list of links", h.askForList, h.has("tautan-" + crowdSecond)},
		{"what can be exported", func() { h.Write("/ekspor " + first) }, h.hasButton("button.excel")},
		{"the export", func() { h.tapTwice("button.excel") }, h.has("putaran-" + first)},
		{"the question before closing", func() { h.Write(fmt.Sprint("/tutup ", h.second())) }, h.hasButton("button.close_round")},
		{"the closing", func() { h.tapTwice("button.close_round") }, h.reads("· ditutup ")},
	} {
		if err := h.until(ctx, step.what, step.act, step.wanted); err != nil {
			return fmt.Errorf("%w\n%s", err, screenOf(h.Chat()))
		}
		pause(ctx, 1500*time.Millisecond)
	}
	return ctx.Err()
}

func (h *hurried) askForList() {
	h.lists[h.Chat().Button(h.say.Say("button.link_list", nil)).Message] = true
	h.tapTwice("button.link_list")
}

// officerFile is what HR brings in: some new employees in a training of their own.
func officerFile() ([]byte, error) {
	employees := [][]string{{"nip", "nama", "unit"}}
	participants := [][]string{{"kode", "nip"}}
	for i := range crowdNewcomer {
		nip := crowdNIP(crowdSize + i)
		employees = append(employees, []string{nip, fmt.Sprintf("Pegawai Baru %d", i), "Dinas Contoh 1"})
		participants = append(participants, []string{crowdSecond, nip})
	}
	today := systemClock{}.Now().Format(time.DateOnly)
	trainings := [][]string{{"kode", "judul", "mulai", "selesai"}, {crowdSecond, "Pelatihan Kedua", today, today}}
	return writeBook([]bookSheet{{"pegawai", employees}, {"pelatihan", trainings}, {"peserta", participants}})
}

// hire gives the bot an HR officer.
func (w *killWorld) hire(say text.Phrases) {
	w.officer = &hurried{Person: w.sim.Person(crowdOfficer, "Bagian Kepegawaian", "id"), say: say, lists: map[int]bool{}, second: func() int {
		return w.count(`SELECT r.id FROM round r JOIN training t ON t.id = r.training_id WHERE t.code = $1`, crowdSecond)
	}}
}

// count asks the database for a number.
func (w *killWorld) count(query string, args ...any) (n int) {
	w.t.Helper()
	return countIn(w.t, w.db, query, args...)
}

// countIn asks a database for a number.
func countIn(t testing.TB, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Errorf("%s: %v", query, err)
	}
	return n
}

// checkOffice makes sure that each of HR's commands happened once.
func (w *killWorld) checkOffice() {
	w.t.Helper()
	count := w.count
	lists := count(`SELECT count(*) FROM job WHERE kind = 'links'`)
	unsure := count(`SELECT coalesce(sum(unknowns), 0) FROM delivery WHERE kind = 'file'`)
	w.t.Logf("HR: %d previews, %d lists of links ordered, %d files whose arrival was not known", count(`SELECT count(*) FROM job WHERE kind = 'import'`), lists, unsure)
	for what, got := range map[string][2]int{
		"imports":                          {count(`SELECT count(*) FROM audit WHERE action = 'roster imported' AND account_id = $1`, crowdOfficer), 1},
		"new employees":                    {count(`SELECT count(*) FROM employee`) - crowdSize, crowdNewcomer},
		"rounds about the new training":    {count(`SELECT count(*) FROM round r JOIN training t ON t.id = r.training_id WHERE t.code = $1`, crowdSecond), 1},
		"closings of it":                   {count(`SELECT count(*) FROM audit WHERE action = 'round closed' AND account_id = $1`, crowdOfficer), 1},
		"orders for a list, by messages":   {lists, len(w.officer.lists)},
		"deliveries of one file":           {count(`SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM delivery WHERE kind = 'file' GROUP BY split_part(key, ':', 2)) d`), 1},
		"jobs and deliveries without end":  {count(`SELECT (SELECT count(*) FROM job WHERE state <> 'done') + (SELECT count(*) FROM delivery WHERE kind = 'file' AND state NOT IN ('sent', 'unknown'))`), 0},
		"messages that follow without end": {count(`SELECT count(*) FROM progress WHERE ended_at IS NULL`), 0},
	} {
		if got[0] != got[1] {
			w.t.Errorf("%s: %d, want %d", what, got[0], got[1])
		}
	}
	if came := w.officer.count(w.officer.Chat(), "tautan-"); came < lists || came > lists+unsure {
		w.t.Errorf("%d lists of links came for %d orders", came, lists)
	}
}
