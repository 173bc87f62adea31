package scheduler_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// books count, day by day, who must get which message in a year: from the plan,
// the calendar and the script that people follow. They are kept by hand, as an
// officer would with a diary, and call nothing of the house.
type books struct {
	zone      *time.Location // the office's
	holidays  map[string]bool
	hours     []hoursOf
	units     map[int64]diary
	steps     []bookStep
	people    map[int64]*bookPerson // by account
	rounds    []*bookRound
	trainings []bookTraining

	script func(account int64, round string) manner
	lines  map[string]bool // account, day, kind, forms
}

// diary is when a unit works, where it is not as the office does.
type diary struct {
	zone     *time.Location
	saturday bool
}

// hoursOf is an exception by date range.
type hoursOf struct {
	from, to      string
	opens, closes int // hours
}

type bookStep struct {
	id                 int64
	instrument         string
	supervisors, first bool // whom it asks, and from which day it counts
	days               int
	hour, minute       int
	weekdays           bool // Monday to Friday only
	open               int  // days
	remindAfter        []int
	remindLast         bool
}

type bookTraining struct {
	id          int64
	first, last time.Time
	accounts    []int64 // of those who took part
	supervisors []int64 // accounts of theirs, each once
	late        []bookLate
}

// bookLate is somebody who is added to a training after it; accounts are 0 where
// there is none.
type bookLate struct {
	account, supervisor int64
	at                  time.Time
}

type bookPerson struct {
	unit   int64
	forms  map[*bookRound]*bookForm
	wishes []bookWish
	sent   []time.Time // days, local
}

// bookForm is a round's forms as one person sees them: they come and go together.
type bookForm struct {
	shown time.Time // the day of the first message that carries it
	told  time.Time // that of the last one
	ended time.Time // the evening on which it was sent or declined; zero: never
	later time.Time // when they asked to be reminded again; zero: they did not
}

type bookWish struct {
	round    *bookRound
	reminder bool
	last     bool
	due      time.Time
	made     time.Time
}

// manner is what somebody does about a form: so many days after the message that
// brings it, in the evening, they answer, or say that they will not; nothing where
// days is negative.
type manner struct {
	days     int
	declines bool
}

const (
	evening20 = 20 * time.Hour
	evening19 = 19*time.Hour + 7*time.Minute // when people put off: nothing else is then
)

func (b *books) date(t time.Time) string { return t.Format(time.DateOnly) }

// works tells whether a unit works on the day that t is on, by its own wall clock,
// and from which hour to which.
func (b *books) works(unit int64, t time.Time) (opens, closes int, ok bool) {
	d := b.units[unit]
	switch weekday := t.Weekday(); {
	case weekday == time.Sunday, weekday == time.Saturday && !d.saturday, b.holidays[b.date(t)]:
		return 0, 0, false
	}
	for _, h := range b.hours {
		if b.date(t) >= h.from && b.date(t) <= h.to {
			return h.opens, h.closes, true
		}
	}
	return 7, 18, true
}

func (b *books) zoneOf(unit int64) *time.Location {
	if d := b.units[unit]; d.zone != nil {
		return d.zone
	}
	return b.zone
}

// morning is when the unit's next working day after that of t begins; with today,
// that of t itself counts where its morning is still to come.
func (b *books) morning(unit int64, t time.Time, today bool) time.Time {
	t = t.In(b.zoneOf(unit))
	for n := 0; ; n++ {
		day := time.Date(t.Year(), t.Month(), t.Day()+n, 0, 0, 0, 0, t.Location())
		opens, _, ok := b.works(unit, day)
		begin := day.Add(time.Duration(opens) * time.Hour)
		if ok && (n > 0 || today) && begin.After(t) {
			return begin
		}
	}
}

func (b *books) open(unit int64, t time.Time) bool {
	t = t.In(b.zoneOf(unit))
	opens, closes, ok := b.works(unit, t)
	return ok && t.Hour() >= opens && t.Hour() < closes
}

// keep goes through the year and writes a line for every message.
func (b *books) keep(from, to time.Time) {
	b.lines = map[string]bool{}
	moments := map[time.Time]bool{}
	for _, r := range b.rounds {
		moments[r.opens] = true
		for _, at := range r.late {
			moments[at] = true
		}
		for _, m := range r.reminders {
			moments[m.at] = true
		}
	}
	for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
		today := map[time.Time]bool{}
		for _, p := range b.people {
			for _, w := range p.wishes {
				if b.date(w.due.In(b.zone)) == b.date(day) {
					today[w.due] = true
				}
			}
		}
		for moment := range moments {
			if b.date(moment) == b.date(day) {
				today[moment] = true
			}
		}
		for _, moment := range slices.SortedFunc(maps.Keys(today), time.Time.Compare) {
			if moments[moment] {
				b.at(moment)
			}
			b.morning30(moment)
		}
		b.asLater(day)
	}
}

// asLater writes what people asked to be reminded of on a day; it counts for nothing.
func (b *books) asLater(day time.Time) {
	for account, p := range b.people {
		for r, f := range p.forms {
			if !f.later.IsZero() && b.date(f.later) == b.date(day) && !b.ended(f, f.later) {
				f.told = f.later.In(b.zoneOf(p.unit))
				b.lines[line(account, f.told, []string{r.name})] = true
			}
		}
	}
}

// putOff is Nanti: tomorrow at this time, or an hour before the round closes.
func (b *books) putOff(r *bookRound, day time.Time) time.Time {
	now := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, b.zone).Add(evening19)
	at := now.AddDate(0, 0, 1)
	if at.Add(15 * time.Minute).Before(r.closes) {
		return at
	}
	at = r.closes.Add(-time.Hour)
	if opens, closes, ok := b.works(1, at); ok && at.Hour() >= opens && at.Hour() < closes && !at.Before(now.Add(time.Hour)) {
		return at
	}
	return time.Time{}
}

// morning30 is the half hour after a moment, for which something waited: a morning.
func (b *books) morning30(moment time.Time) {
	for _, account := range slices.Sorted(maps.Keys(b.people)) {
		p := b.people[account]
		if slices.ContainsFunc(p.wishes, func(w bookWish) bool { return w.due.Equal(moment) }) {
			b.decide(account, p, moment.Add(30*time.Minute))
		}
	}
}

// at is a moment at which rounds open or remind.
func (b *books) at(moment time.Time) {
	touched := map[int64]bool{}
	for _, r := range b.rounds {
		for _, account := range r.joined(moment) {
			b.people[account].forms[r] = &bookForm{}
			b.people[account].wish(bookWish{round: r, due: moment, made: moment})
			touched[account] = true
		}
		for _, m := range r.reminders {
			if !m.at.Equal(moment) {
				continue
			}
			for _, account := range r.asked {
				p := b.people[account]
				form, joined := p.forms[r]
				// Not who has ended it, who does not know of it, or is told today.
				if !joined || b.ended(form, moment) || form.shown.IsZero() || b.date(form.told) == b.date(moment) || b.date(form.later) == b.date(moment) {
					continue
				}
				p.wish(bookWish{round: r, reminder: true, last: m.last, due: moment, made: moment})
				touched[account] = true
			}
		}
	}
	for _, account := range slices.Sorted(maps.Keys(touched)) {
		b.decide(account, b.people[account], moment)
	}
}

func (p *bookPerson) wish(w bookWish) { p.wishes = append(p.wishes, w) }

func (b *books) ended(f *bookForm, t time.Time) bool { return !f.ended.IsZero() && !t.Before(f.ended) }

// decide writes to a person, or lets what waits wait.
func (b *books) decide(account int64, p *bookPerson, now time.Time) {
	p.wishes = slices.DeleteFunc(p.wishes, func(w bookWish) bool {
		return b.ended(p.forms[w.round], now) || !now.Before(w.round.closes)
	})
	if len(p.wishes) == 0 {
		return
	}
	local := now.In(b.zoneOf(p.unit))
	until := time.Time{}
	switch {
	case !b.open(p.unit, now):
		until = b.morning(p.unit, now, true)
	case b.told(p, local):
		until = b.morning(p.unit, now, false)
		for b.tired(p, until) {
			until = b.morning(p.unit, until, false)
		}
	case b.tired(p, local):
		until = now
		for b.tired(p, until) {
			until = b.morning(p.unit, until, false)
		}
	}
	if until.IsZero() {
		until = b.lastToday(p, now)
	}
	if !until.IsZero() {
		for i := range p.wishes {
			p.wishes[i].due = until
		}
		return
	}
	b.write(account, p, local)
}

// lastToday is when a last-day reminder of the person comes later on this day, if
// none is among what waits; zero: none does.
func (b *books) lastToday(p *bookPerson, now time.Time) time.Time {
	if slices.ContainsFunc(p.wishes, func(w bookWish) bool { return w.last }) {
		return time.Time{}
	}
	var at time.Time
	for r, f := range p.forms {
		for _, m := range r.reminders {
			later := m.last && m.at.After(now) && b.date(m.at.In(b.zoneOf(p.unit))) == b.date(now.In(b.zoneOf(p.unit)))
			if later && !b.ended(f, now) && !f.shown.IsZero() && b.date(f.later) != b.date(m.at) && (at.IsZero() || m.at.Before(at)) {
				at = m.at
			}
		}
	}
	return at
}

func (b *books) told(p *bookPerson, local time.Time) bool {
	return slices.ContainsFunc(p.sent, func(t time.Time) bool { return b.date(t) == b.date(local) })
}

// tired tells that three messages came in the week of that day.
func (b *books) tired(p *bookPerson, day time.Time) bool {
	week := func(t time.Time) string {
		year, number := t.In(b.zoneOf(p.unit)).ISOWeek()
		return fmt.Sprint(year, number)
	}
	n := 0
	for _, t := range p.sent {
		if week(t) == week(day) {
			n++
		}
	}
	return n >= 3
}

// write is one message about all that waits.
func (b *books) write(account int64, p *bookPerson, local time.Time) {
	p.sent = append(p.sent, local)
	forms := map[string]bool{}
	reminds := true
	alone := p.wishes[0].round
	for _, w := range p.wishes {
		forms[w.round.name] = true
		reminds = reminds && w.reminder
		f := p.forms[w.round]
		f.told = local
		if f.shown.IsZero() {
			f.shown = local
			if m := b.script(account, w.round.name); m.days >= 0 {
				midnight := time.Date(local.Year(), local.Month(), local.Day()+m.days, 0, 0, 0, 0, b.zone)
				f.ended = midnight.Add(evening20)
			}
		}
	}
	p.wishes = nil
	if f := p.forms[alone]; reminds && len(forms) == 1 && !alone.supervisors && f.later.IsZero() && putsOff(account) {
		f.later = b.putOff(alone, local)
	}
	b.lines[line(account, local, slices.Sorted(maps.Keys(forms)))] = true
}

// line is a message as both sides write it down.
func line(account int64, local time.Time, forms []string) string {
	return fmt.Sprintf("%d %s %s", account, local.Format(time.DateOnly), strings.Join(forms, " "))
}
