package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
	"pascalatih/survey"
)

// character is how one of the demo's people takes part.
type character int

const (
	atOnce   character = iota // answers in one go
	halfway                   // stops halfway and goes on days later
	changing                  // goes back, and changes answers before sending
	confused                  // writes nonsense
	old                       // presses old buttons, and twice
	unsent                    // never presses Kirim
	blocking                  // blocks the bot
	absent                    // is registered and never answers
	unlinked                  // never opens the link
	english                   // answers at once, in English
)

// characterOf tells who is who: the same in every demo.
func characterOf(i int) character {
	special := map[int]character{
		2: halfway, 9: halfway, 16: halfway, 25: halfway, 33: halfway,
		4: changing, 11: changing, 29: changing, 35: changing,
		5: confused, 30: confused, 7: old, 31: old,
		13: unsent, 37: unsent, 14: blocking, 15: absent, 18: absent, 38: absent, 39: unlinked, 6: english,
	}
	return special[i]
}

// begin lets one person's life begin.
func (d *demo) begin(ctx context.Context, i int, e demoEmployee, token string) {
	kind := characterOf(i)
	if kind == unlinked {
		return
	}
	language := "id"
	if kind == english {
		language = "en"
	}
	chance := rand.New(rand.NewPCG(2026, uint64(i)))
	life := &life{demo: d, employee: e, kind: kind, chance: chance, person: d.telegram.Person(e.telegram, e.name, language)}
	for _, code := range e.trainings {
		book := &respondent.Book{NIP: e.nip, Training: code, Answers: map[string]string{}}
		d.books = append(d.books, book)
		life.forms = append(life.forms, &respondent.Respondent{
			Person: life.person, Form: d.form, Title: demoTitles[code], Say: d.texts.In(language),
			Chance: chance, Habits: habitsOf(kind), Patience: time.Minute, Book: book,
		})
	}
	d.lives = append(d.lives, life.person.Live(ctx, func(ctx context.Context) error { return life.live(ctx, token) }))
}

func habitsOf(kind character) respondent.Habits {
	switch kind {
	case changing:
		return respondent.Habits{Back: 0.2, Changes: 2}
	case confused:
		return respondent.Habits{Nonsense: 0.5}
	case old:
		return respondent.Habits{Old: 0.4, Twice: 0.3}
	}
	return respondent.Habits{}
}

// life is one person in the demo.
type life struct {
	*demo
	employee demoEmployee
	kind     character
	chance   *rand.Rand
	person   *simulator.Person
	forms    []*respondent.Respondent
}

func (l *life) tell(what string, values ...any) { l.out.tell(l.employee.name, what, values...) }

// live registers in class, and fills each form as it comes.
func (l *life) live(ctx context.Context, token string) error {
	first := l.day(0, 13, 0)
	if l.employee.trainings[0] == demoByHand {
		first = l.day(1, 13, 0)
	}
	if err := l.person.PauseUntil(ctx, first.Add(time.Duration(l.chance.IntN(120))*time.Minute)); err != nil {
		return err
	}
	if err := l.forms[0].Register(ctx, token); err != nil {
		return err
	}
	l.tell("opens the link, agrees to the notice")
	if l.kind == blocking {
		l.person.Block()
		l.tell("blocks the bot")
		return nil
	}
	for _, form := range l.forms {
		if err := l.fill(ctx, form); err != nil {
			return err
		}
	}
	return nil
}

// fill lives with one form from the invitation to the thanks.
func (l *life) fill(ctx context.Context, form *respondent.Respondent) error {
	if err := form.Invited(ctx); err != nil {
		return err
	}
	if err := l.hesitate(ctx); err != nil {
		return err
	}
	switch l.kind {
	case absent:
		return nil
	case unsent:
		return l.leaveUnsent(ctx, form)
	case halfway:
		if _, err := form.Fill(ctx, l.afterCards(5+l.chance.IntN(5))); err != nil {
			return err
		}
		l.tell("stops halfway")
		if err := l.person.Pause(ctx, time.Duration(40+l.chance.IntN(40))*time.Hour); err != nil {
			return err
		}
		l.tell("goes on where the form stood")
		if l.chance.IntN(2) == 0 {
			l.person.Write("/survei")
		}
	}
	end, err := form.Fill(ctx, respondent.Never)
	if err != nil {
		return err
	}
	if end.Stage == respondent.Closed {
		l.tell("finds the round closed")
		return nil
	}
	l.tell("%ssends %d answers", manners[l.kind], len(form.Book.Answers))
	return nil
}

// manners are how people got to Kirim, where it was not straight on.
var manners = map[character]string{
	changing: "goes back, changes answers, ",
	confused: "writes nonsense and sends stickers in between, ",
	old:      "presses old buttons and presses twice, ",
	english:  "reads in English, ",
}

// hesitate is how long people take to begin: many answer in class, at the same
// moment; some hours or days later.
func (l *life) hesitate(ctx context.Context) error {
	switch n := l.chance.IntN(10); {
	case n < 4:
		quarter := l.person.Now().Truncate(15 * time.Minute).Add(15 * time.Minute)
		return l.person.PauseUntil(ctx, quarter)
	case n < 6:
		return l.person.Pause(ctx, time.Duration(10+l.chance.IntN(200))*time.Minute)
	case n < 8:
		return l.person.PauseUntil(ctx, l.day(3, 10, 0))
	}
	return l.person.PauseUntil(ctx, l.day(6, 10, l.chance.IntN(120)))
}

// afterCards stops after so many cards.
func (l *life) afterCards(n int) func(respondent.Seen) bool {
	return func(respondent.Seen) bool {
		n--
		return n < 0
	}
}

// leaveUnsent answers everything and never presses Kirim: the form is sent by
// itself when the round closes.
func (l *life) leaveUnsent(ctx context.Context, form *respondent.Respondent) error {
	if _, err := form.Fill(ctx, respondent.AtReview); err != nil {
		return err
	}
	l.tell("answers everything and does not press Kirim")
	if err := form.AwaitSent(ctx); err != nil {
		return err
	}
	l.tell("finds the complete form sent by itself")
	return nil
}

// isOver tells whether a life ended because the demo did.
func isOver(err error) bool { return errors.Is(err, context.Canceled) }

// compareFiles holds exports against books.
func compareFiles(form survey.Instrument, books []*respondent.Book, paths []string) (respondent.Report, error) {
	var exports []io.Reader
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return respondent.Report{}, fmt.Errorf("read an export: %w", err)
		}
		defer file.Close()
		exports = append(exports, file)
	}
	return respondent.Compare(form, books, exports...)
}
