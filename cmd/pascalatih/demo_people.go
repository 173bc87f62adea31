package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
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
	return special[i%40]
}

// manners are how people got to Kirim, where it was not straight on.
func manners(c character) string {
	return map[character]string{
		halfway:  "goes on where the form stood, and ",
		changing: "goes back, changes answers, ",
		confused: "writes nonsense and sends stickers in between, ",
		old:      "presses old buttons and presses twice, ",
		english:  "reads in English, ",
	}[c]
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

// The instruments that the demo's rounds are about.
const (
	reactionKey = "reaction"
	checkinKey  = "checkin"
)

// form is one form that somebody is to answer.
type form struct {
	*respondent.Respondent
	// Of a check-in: the day on which they begin to look for it, and the book of the
	// form before it.
	day     int
	earlier *respondent.Book
}

// life is one person in the demo.
type life struct {
	*demo
	employee demoEmployee
	kind     character
	chance   *rand.Rand
	person   *simulator.Person
	forms    []form
}

// begin lets the lives begin of those of a training's people who do not live yet.
// token is each one's way in.
func (d *demo) begin(ctx context.Context, t demoTraining, token func(demoEmployee) string) {
	for i, e := range d.people {
		if len(e.trainings) == 0 || e.trainings[0].code != t.code || characterOf(i) == unlinked {
			continue
		}
		l := d.newLife(i, e)
		way := token(e)
		d.lives = append(d.lives, l.person.Live(ctx, func(ctx context.Context) error { return l.live(ctx, way) }))
	}
}

func (d *demo) newLife(i int, e demoEmployee) *life {
	kind, language := characterOf(i), "id"
	if kind == english {
		language = "en"
	}
	l := &life{demo: d, employee: e, kind: kind, chance: rand.New(rand.NewPCG(2026, uint64(i))),
		person: d.telegram.Person(e.telegram, e.name, language)}
	if e.phone != "" {
		l.person.SetPhone("62" + strings.ReplaceAll(e.phone[1:], "-", ""))
	}
	var later []form
	for _, t := range e.trainings {
		reaction := form{Respondent: l.respondent(t, reactionKey)}
		l.forms = append(l.forms, reaction)
		if t.plan != "" {
			later = append(later, form{l.respondent(t, checkinKey), t.last + 29, reaction.Book})
		}
	}
	l.forms = append(l.forms, later...)
	return l
}

func (l *life) respondent(t demoTraining, key string) *respondent.Respondent {
	book := &respondent.Book{NIP: l.employee.nip, Training: t.code, Answers: map[string]string{}}
	l.books[key] = append(l.books[key], book)
	return &respondent.Respondent{
		Person: l.person, Form: l.instruments[key], Title: t.title, Say: l.texts.In(l.person.Language),
		Chance: l.chance, Habits: habitsOf(l.kind), Patience: time.Minute, Book: book,
	}
}

// tell tells what is not everybody's way.
func (l *life) tell(what string, values ...any) {
	if l.kind != atOnce {
		l.out.tell(l.employee.name, what, values...)
	}
}

// live registers in class, and fills each form as it comes.
func (l *life) live(ctx context.Context, token string) error {
	inClass := l.day(l.employee.trainings[0].last, 13, l.chance.IntN(120))
	if err := l.person.PauseUntil(ctx, inClass); err != nil {
		return err
	}
	if err := l.forms[0].Register(ctx, token); err != nil {
		return err
	}
	if l.kind == blocking {
		l.person.Block()
		l.tell("opens the link, agrees to the notice, and blocks the bot")
		return nil
	}
	for _, f := range l.forms {
		if f.earlier != nil {
			if err := l.person.PauseUntil(ctx, l.day(f.day, 12, 0)); err != nil {
				return err
			}
			f.After = l.person.Chat().Last().ID
		}
		if err := l.fill(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// fill lives with one form from the invitation to the thanks.
func (l *life) fill(ctx context.Context, f form) error {
	if err := f.Invited(ctx); err != nil {
		return err
	}
	if err := l.hesitate(ctx); err != nil {
		return err
	}
	switch l.kind {
	case absent:
		return nil
	case unsent:
		return l.leaveUnsent(ctx, f)
	case halfway:
		if _, err := f.Fill(ctx, l.reading(f, 5+l.chance.IntN(5))); err != nil {
			return err
		}
		l.tell("stops halfway")
		if err := l.person.Pause(ctx, time.Duration(40+l.chance.IntN(40))*time.Hour); err != nil {
			return err
		}
		if l.chance.IntN(2) == 0 {
			l.person.Write("/survei")
		}
	}
	end, err := f.Fill(ctx, l.reading(f, respondent.NoLimit))
	switch {
	case err != nil:
		return err
	case end.Stage == respondent.Closed:
		l.tell("finds the round closed")
	case end.Stage == respondent.Sent:
		l.tell("%ssends %d answers", manners(l.kind), len(f.Book.Answers))
	default:
		return fmt.Errorf("%s: the check-in shows another plan than the person wrote: %q", l.employee.nip, end.Message.Text)
	}
	return nil
}

// reading stops a form after so many cards, and where a check-in does not show
// the person what they planned.
func (l *life) reading(f form, most int) func(respondent.Seen) bool {
	return func(seen respondent.Seen) bool {
		most--
		return most < 0 || !l.showsPlan(f, seen)
	}
}

// showsPlan tells whether a card about the plan shows the one that the person
// sent, and a card for those without one is shown to those only.
func (l *life) showsPlan(f form, seen respondent.Seen) bool {
	if f.earlier == nil {
		return true
	}
	plan := ""
	if f.earlier.Sent {
		plan = oneLine(f.earlier.Answers["plan"])
	}
	switch seen.Question.Name {
	case "plan_done":
		l.plansShown.Store(f.Book, true)
		return plan != "" && strings.Contains(seen.Message.Text, plan)
	case "change":
		return plan == ""
	}
	return true
}

// hesitate is how long people take to begin: many answer in class, at the same
// moment; some hours or days later.
func (l *life) hesitate(ctx context.Context) error {
	now := l.person.Now().In(l.zone)
	later := func(days, minute int) error {
		return l.person.PauseUntil(ctx, time.Date(now.Year(), now.Month(), now.Day()+days, 10, minute, 0, 0, l.zone))
	}
	switch n := l.chance.IntN(10); {
	case n < 4:
		return l.person.PauseUntil(ctx, now.Truncate(15*time.Minute).Add(15*time.Minute))
	case n < 6:
		return l.person.Pause(ctx, time.Duration(10+l.chance.IntN(200))*time.Minute)
	case n < 8:
		return later(3, 0)
	}
	return later(5, l.chance.IntN(120))
}

// leaveUnsent answers everything and never presses Kirim: the form is sent by
// itself when the round closes.
func (l *life) leaveUnsent(ctx context.Context, f form) error {
	end, err := f.Fill(ctx, func(seen respondent.Seen) bool { return respondent.AtReview(seen) || !l.showsPlan(f, seen) })
	if err != nil {
		return err
	}
	if end.Stage != respondent.Reviewing {
		return fmt.Errorf("%s: the check-in shows another plan than the person wrote: %q", l.employee.nip, end.Message.Text)
	}
	l.tell("answers everything and does not press Kirim")
	if err := f.AwaitSent(ctx); err != nil {
		return err
	}
	l.tell("finds the complete form sent by itself")
	return nil
}
