package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// missingState is how far somebody is who looks through the employees whom a
// roster does not list.
type missingState struct {
	Job   int64                       `json:"job"` // what came of the roster
	Page  int                         `json:"page,omitempty"`
	Marks map[int64]storage.Departure `json:"marks,omitempty"` // who left, and why
}

// What a tap asks for among them, beside one on a name.
const (
	doMoved   = "moved"   // all on the page were moved
	doRetired = "retired" // all on the page retired
)

// missingDialogue is the conversation about employees whom a roster does not list:
// who of them is no longer in the office. Nobody is taken for gone by himself.
func missingDialogue() dialogue[missingState] {
	return dialogue[missingState]{
		kind:   "missing",
		access: office,
		draw:   (*Bot).drawMissing,
		move:   (*Bot).moveMissing,
	}
}

// missingPage is what the page shows that a state is at.
type missingPage struct {
	part
	people  []storage.Person
	expired bool // who was missing is not known any more
}

func (b *Bot) readMissing(ctx context.Context, s missingState) (missingPage, error) {
	_, came, err := b.cameOf(ctx, s.Job)
	if err != nil || came.Roster == nil {
		return missingPage{expired: true}, err
	}
	missing := came.Roster.Missing
	_, all, err := b.store.Present(ctx, missing, 0, 0)
	if err != nil {
		return missingPage{}, err
	}
	at := partOf(all, peopleShown, s.Page)
	people, _, err := b.store.Present(ctx, missing, at.From, peopleShown)
	return missingPage{part: at, people: people}, err
}

func (b *Bot) drawMissing(ctx context.Context, sc scene, s missingState) (screen, error) {
	at, err := b.readMissing(ctx, s)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	var lines []string
	for i, person := range at.people {
		label := fmt.Sprintf("%d. %s", at.From+i+1, person.Name)
		line := fmt.Sprintf("%s, %s · %s", label, person.Unit, nipEnd(person.NIP))
		if mark := s.Marks[person.ID]; mark != "" {
			line += " → " + sc.say.Say("employees.left_"+string(mark), nil)
		}
		lines = append(lines, line)
		keyboard = append(keyboard, []telegram.Button{sc.button(label, doChoose, person.ID, 0)})
	}
	if turns := at.turns(func(label string, page int) telegram.Button { return sc.button(label, doPage, 0, page) }); turns != nil {
		keyboard = append(keyboard, turns)
	}
	if len(at.people) > 0 {
		keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.all_moved", nil), doMoved, 0, 0),
			sc.button(sc.say.Say("button.all_retired", nil), doRetired, 0, 0)})
	}
	last := []telegram.Button{sc.button(sc.say.Say("button.keep_all", nil), doKeepAll, 0, 0)}
	if len(s.Marks) > 0 {
		last = append([]telegram.Button{sc.button(sc.say.Say("button.save", nil), doSave, 0, 0)}, last...)
	}
	return screen{Buttons: append(keyboard, last), Text: write(func(p *page) {
		switch {
		case at.expired:
			p.text(sc.say.Say("import.expired", nil))
		case len(at.people) == 0:
			p.text(sc.say.Say("import.missing_none", nil))
		default:
			p.text(sc.say.Say("import.missing_how", nil))
			p.line()
		}
		for _, line := range lines {
			p.line()
			p.text(line)
		}
		if len(s.Marks) > 0 {
			p.gap()
			moved, retired := countMarks(s.Marks)
			p.text(sc.say.Say("import.marks", map[string]any{"Moved": sc.say.Count(moved), "Retired": sc.say.Count(retired)}))
		}
	})}, nil
}

func countMarks(marks map[int64]storage.Departure) (moved, retired int) {
	for _, mark := range marks {
		if mark == storage.Moved {
			moved++
		} else {
			retired++
		}
	}
	return moved, retired
}

func (b *Bot) moveMissing(ctx context.Context, v visit, s missingState, d deed) (turn[missingState], error) {
	switch d.Verb {
	case doKeepAll:
		return turn[missingState]{State: s, End: say(v.say.Say("import.kept", nil))}, nil
	case doPage:
		s.Page = d.Index
	case doChoose, doMoved, doRetired:
		at, err := b.readMissing(ctx, s)
		if err != nil {
			return turn[missingState]{}, err
		}
		s.Marks = marked(s.Marks, at.people, d)
	case doSave:
		if len(s.Marks) > 0 {
			return b.saveMissing(ctx, v, s, d)
		}
	}
	return turn[missingState]{State: s}, nil
}

// marked gives the marks after a tap. One on a name goes round: moved, retired,
// kept. One on a whole page takes its marks away where all have them.
func marked(marks map[int64]storage.Departure, people []storage.Person, d deed) map[int64]storage.Departure {
	next := map[int64]storage.Departure{}
	for id, mark := range marks {
		next[id] = mark
	}
	if d.Verb == doChoose {
		if !slices.ContainsFunc(people, func(p storage.Person) bool { return p.ID == d.ID }) {
			return next
		}
		switch marks[d.ID] {
		case "":
			next[d.ID] = storage.Moved
		case storage.Moved:
			next[d.ID] = storage.Retired
		default:
			delete(next, d.ID)
		}
		return next
	}
	all := !slices.ContainsFunc(people, func(p storage.Person) bool { return marks[p.ID] != storage.Departure(d.Verb) })
	for _, person := range people {
		next[person.ID] = storage.Departure(d.Verb)
		if all {
			delete(next, person.ID)
		}
	}
	return next
}

func (b *Bot) saveMissing(ctx context.Context, v visit, s missingState, d deed) (turn[missingState], error) {
	left, err := b.store.MarkLeft(ctx, s.Marks, d.source, v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return turn[missingState]{}, err
	}
	return turn[missingState]{State: s, End: say(v.say.Say("import.left", map[string]any{
		"Moved": v.say.Count(left.Moved), "Retired": v.say.Count(left.Retired)}))}, nil
}
