package main

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
)

// character is how one of the demo's people takes part.
type character int

const (
	atOnce    character = iota // answers on the day of the invitation
	changing                   // so too, goes back, and changes answers before sending
	confused                   // so too, and writes nonsense
	old                        // so too, presses old buttons, and twice
	english                    // so too, in English
	halfway                    // stops halfway and goes on when reminded
	reminded                   // answers only when reminded
	putsOff                    // presses Nanti in the first reminder of a check-in
	unwilling                  // would rather not answer a check-in, and says why
	unsent                     // never presses Kirim in a reaction and a check-in
	blocking                   // blocks the bot
	absent                     // is registered and never answers
	unlinked                   // never opens the link
	disowning                  // a supervisor, reminded, of whose people one is another's
)

// characterOf tells who is who: the same in every demo. Whom the first two supervisors
// observe all answer for themselves too, and those who say how able they are do so both
// before and after: a comparison in which a few were missing would be told only in part,
// so that nobody could work out what those few said.
func characterOf(i int) character {
	return map[int]character{
		1: changing, 2: halfway, 3: reminded, 4: confused, 5: old, 6: english, 9: halfway, 10: putsOff, 12: reminded, 13: unsent,
		15: absent, 16: absent, 17: blocking, 18: unlinked, 19: unwilling, 21: reminded,
		26: unsent, 27: putsOff, 28: changing, 30: halfway, 32: absent, 33: reminded, 34: confused, 37: halfway, 40: english,
		demoAlumni + 1: disowning, demoAlumni + 2: absent,
	}[i]
}

// disowned is the employee of whom the roster has another's supervisor.
const disowned = 15

// way is how somebody deals with one form.
type way int

const (
	answers    way = iota // on the day of the invitation
	stops                 // begins on that day, and goes on after a reminder
	waits                 // for a reminder
	postpones             // in the reminder, and answers after the one asked for
	declines              // in the reminder
	leaves                // all answered, and not sent
	neverActs             // invited, and not more
	isNotAsked            // nothing reaches them
)

// wayWith is how a character deals with a form.
func wayWith(kind character, form string) way {
	switch {
	case kind == absent:
		return neverActs
	case kind == blocking || kind == unlinked:
		return isNotAsked
	case kind == reminded || kind == disowning:
		return waits
	case kind == halfway && (form == reactionKey || form == checkinKey):
		return stops
	case kind == putsOff && form == checkinKey:
		return postpones
	case kind == unwilling && form == checkinKey:
		return declines
	case kind == unsent && (form == reactionKey || form == checkinKey):
		return leaves
	}
	return answers
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

// form is one form that somebody is asked for.
type form struct {
	*respondent.Respondent
	round   demoRound
	way     way
	earlier *respondent.Book // of a check-in and of what comes later: the reaction's
}

// life is one person in the demo.
type life struct {
	*demo
	place    int // in the list of people
	employee demoEmployee
	kind     character
	chance   *rand.Rand
	person   *simulator.Person
	forms    []form
}

// begin lets the lives begin of those of a training's people who do not live yet, and
// of their supervisors. token is each one's way in.
func (d *demo) begin(ctx context.Context, t demoTraining, token func(demoEmployee) string) {
	for i, e := range d.people {
		theirs := len(e.trainings) > 0 && e.trainings[0].code == t.code || t.plan == "standar" && d.isHead(i)
		if !theirs || characterOf(i) == unlinked {
			continue
		}
		l, way := d.lifeOf[i], token(e)
		d.lives = append(d.lives, l.person.Live(ctx, func(ctx context.Context) error {
			err := l.live(ctx, t, way)
			if err != nil && ctx.Err() == nil {
				l.out.tell(e.name, "cannot go on: %v", err)
			}
			return err
		}))
	}
}

func (d *demo) isHead(i int) bool { return i >= demoAlumni && i < demoAlumni+demoHeads }

func (d *demo) newLife(i int, e demoEmployee) *life {
	kind, language := characterOf(i), "id"
	if kind == english {
		language = "en"
	}
	l := &life{demo: d, place: i, employee: e, kind: kind, chance: rand.New(rand.NewPCG(2026, uint64(i))),
		person: d.telegram.Person(e.telegram, e.name, language)}
	if e.phone != "" {
		l.person.SetPhone("62" + strings.ReplaceAll(e.phone[1:], "-", ""))
	}
	reactions := map[string]*respondent.Book{}
	for _, round := range d.demoRounds() {
		for _, about := range l.subjects(round) {
			f := form{Respondent: l.respondent(round, about), round: round, way: wayWith(kind, round.form), earlier: reactions[round.training.code]}
			if round.form == reactionKey {
				reactions[round.training.code] = f.Book
			}
			l.forms = append(l.forms, f)
		}
	}
	return l
}

// subjects are whom the person is asked about in a round: themselves, or their people.
func (l *life) subjects(round demoRound) []int {
	var all []int
	for i := round.training.from; i < round.training.to; i++ {
		if !round.toHeads && i == l.place || round.toHeads && l.people[i].supervisor == l.place {
			all = append(all, i)
		}
	}
	return all
}

func (l *life) respondent(round demoRound, about int) *respondent.Respondent {
	book := &respondent.Book{NIP: l.employee.nip, Training: round.training.code, Answers: map[string]string{}}
	r := &respondent.Respondent{
		Person: l.person, Form: l.instruments[instrumentOf(round.form)], Title: round.training.title, Say: l.texts.In(l.person.Language),
		Chance: l.chance, Habits: habitsOf(l.kind), Patience: patienceOfPeople, Book: book,
	}
	if round.toHeads {
		r.About, book.About = l.people[about].name, l.people[about].nip
	}
	r.Mind = l.minded(round.form)
	l.books[round.form] = append(l.books[round.form], book)
	return r
}

// minded are the answers that are not left to chance: what the comparisons are of.
func (l *life) minded(form string) map[string]string {
	level := func(from, to int) string { return strconv.Itoa(from + l.chance.IntN(to-from+1)) }
	minded := map[string]string{}
	able := 1 + l.place%3
	switch form {
	case beforeKey:
		for _, item := range abilities() {
			minded[item] = level(able, able+1)
		}
	case afterKey: // most are a little better
		for _, item := range abilities() {
			minded[item] = level(able, able+2)
		}
	case observationKey:
		minded["use"], minded["performance"] = level(2, 5), level(3, 5)
	}
	return minded
}

// abilities are the items of the form about competence that the score is of.
func abilities() []string {
	return []string{"ability_tasks", "ability_steps", "ability_quality", "ability_problems", "ability_improvement"}
}

// tell tells what is not everybody's way.
func (l *life) tell(what string, values ...any) {
	if l.kind != atOnce {
		l.out.tell(l.employee.name, what, values...)
	}
}
