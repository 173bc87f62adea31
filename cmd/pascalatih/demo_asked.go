package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/survey/text"
)

// asked is one message in which somebody was asked for forms.
type asked struct {
	day       string // the local one
	reminders int    // how many of the forms it reminds of
	forms     int
	trainings string // the codes of those they are about
}

// perDay and perWeek are what serve allows by default.
const (
	perDay  = 1
	perWeek = 3
)

// waitingFor is a form that somebody is to be asked for.
type waitingFor struct {
	form     form
	reminder bool
	lastDay  bool
	due      time.Time
}

// expectedOf is the book of what somebody should have been asked: from plan, calendar
// and their own ways alone.
func (l *life) expectedOf() []asked {
	if l.kind == blocking || l.kind == unlinked {
		return nil
	}
	e := expecting{life: l, ended: map[string]string{}, reminded: map[string]string{}}
	for day := l.day(0, 0, 0); day.Before(l.day(demoDays, 0, 0)); day = day.AddDate(0, 0, 1) {
		e.live(day)
	}
	slices.SortStableFunc(e.all, func(a, b asked) int { return strings.Compare(a.day, b.day) })
	return e.all
}

// expecting is a person's book while it is written, day by day.
type expecting struct {
	*life
	all      []asked
	waiting  []waitingFor
	ended    map[string]string // by form: since which day nothing is asked any more
	reminded map[string]string // by round: on which day last
	counted  []time.Time       // the days of messages that nobody asked for
}

func (f form) name() string { return f.round.training.code + " " + f.round.form + " " + f.About }

// roundName is the round's, of all subjects.
func (f form) roundName() string { return f.round.training.code + " " + f.round.form }

// live lives one day: what is due comes in the morning, or at its hour.
func (e *expecting) live(day time.Time) {
	today := day.Format(time.DateOnly)
	var moments []time.Time
	if e.working(day) {
		moments = append(moments, e.at(day, 7))
	}
	for _, f := range e.forms {
		for _, m := range append([]time.Time{f.round.opens}, append(slices.Clone(f.round.extraReminders), f.round.reminders...)...) {
			if m.Format(time.DateOnly) == today {
				moments = append(moments, m)
			}
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	for _, moment := range slices.CompactFunc(moments, time.Time.Equal) {
		e.gather(moment)
		e.send(moment)
	}
}

// gather takes up what becomes due.
func (e *expecting) gather(now time.Time) {
	today := now.Format(time.DateOnly)
	for _, f := range e.forms {
		if f.round.opens.Equal(now) {
			e.waiting = append(e.waiting, waitingFor{form: f, due: now})
		}
		for i, at := range append(slices.Clone(f.round.reminders), f.round.extraReminders...) {
			if !at.Equal(now) || e.ended[f.name()] != "" || !e.known(f, today) || e.reminded[f.roundName()] == today {
				continue
			}
			e.waiting = slices.DeleteFunc(e.waiting, func(w waitingFor) bool { return w.reminder && w.form.name() == f.name() })
			e.waiting = append(e.waiting, waitingFor{form: f, reminder: true, lastDay: i == len(f.round.reminders)-1, due: now})
		}
	}
}

// known tells whether the person was asked for a form on an earlier day.
func (e *expecting) known(f form, today string) bool {
	return f.round.opens.Format(time.DateOnly) < today &&
		!slices.ContainsFunc(e.waiting, func(w waitingFor) bool { return !w.reminder && w.form.name() == f.name() })
}

// send has all go out that waits, in one message, if anything may.
func (e *expecting) send(now time.Time) {
	open := e.at(now, 7)
	e.waiting = slices.DeleteFunc(e.waiting, func(w waitingFor) bool { return !now.Before(w.form.round.closes) || e.ended[w.form.name()] != "" })
	if len(e.waiting) == 0 || !e.working(now) || now.Before(open) || !now.Before(e.at(now, 18)) || !e.room(now) || e.yields(now) {
		return
	}
	today := now.Format(time.DateOnly)
	message := asked{day: today, forms: len(e.waiting)}
	var codes []string
	for _, w := range e.waiting {
		codes = append(codes, w.form.round.training.code)
		if w.reminder {
			message.reminders++
			e.reminded[w.form.roundName()] = today
		}
	}
	slices.Sort(codes)
	message.trainings = strings.Join(slices.Compact(codes), " ")
	e.all = append(e.all, message)
	e.counted = append(e.counted, now)
	sent := e.waiting
	e.waiting = nil
	for _, w := range sent {
		e.react(w, now)
	}
}

// react notes what the person does about a form that they were asked for.
func (e *expecting) react(w waitingFor, now time.Time) {
	today := now.Format(time.DateOnly)
	switch {
	case w.form.way == answers,
		w.reminder && (w.form.way == stops || w.form.way == waits || w.form.way == declines):
		e.ended[w.form.name()] = today
	case w.reminder && w.form.way == postpones:
		e.ended[w.form.name()] = today
		tomorrow := now.AddDate(0, 0, 1).Format(time.DateOnly)
		e.all = append(e.all, asked{day: tomorrow, forms: 1, reminders: 1, trainings: w.form.round.training.code})
	}
}

// room tells whether the person may be written to unasked on a day.
func (e *expecting) room(now time.Time) bool {
	year, week := now.ISOWeek()
	sameDay, sameWeek := 0, 0
	for _, day := range e.counted {
		if day.Format(time.DateOnly) == now.Format(time.DateOnly) {
			sameDay++
		}
		if y, w := day.ISOWeek(); y == year && w == week {
			sameWeek++
		}
	}
	return sameDay < perDay && sameWeek < perWeek
}

// yields tells whether what waits leaves the day's message to a reminder of a last
// day that is still to come.
func (e *expecting) yields(now time.Time) bool {
	if slices.ContainsFunc(e.waiting, func(w waitingFor) bool { return w.lastDay }) {
		return false
	}
	today := now.Format(time.DateOnly)
	return slices.ContainsFunc(e.forms, func(f form) bool {
		if len(f.round.reminders) == 0 || e.ended[f.name()] != "" || !e.known(f, today) {
			return false
		}
		last := f.round.reminders[len(f.round.reminders)-1]
		return last.After(now) && last.Format(time.DateOnly) == today
	})
}

// seenBy is what somebody was asked, as it stands in their chat.
func (l *life) seenBy() []asked {
	var all []asked
	say := l.texts.In(l.person.Language)
	chat := l.person.Chat()
	for i, m := range chat {
		if !m.FromBot || i > 0 && !chat[i-1].FromBot && chat[i-1].Text == "/survei" {
			continue
		}
		kind := kindOf(say, m)
		if kind == notAsked {
			continue
		}
		one := asked{day: m.At.In(l.zone).Format(time.DateOnly), forms: max(1, numberedLines(m.First))}
		var codes []string
		for _, t := range demoTrainings() {
			if strings.Contains(m.First, t.title) {
				codes = append(codes, t.code)
			}
		}
		one.trainings = strings.Join(codes, " ")
		switch kind {
		case reminding:
			one.reminders = one.forms
		case mixed:
			one.reminders = one.forms - 1 // which of them is new the list does not say
		}
		all = append(all, one)
	}
	return all
}

type kindOfMessage int

const (
	notAsked kindOfMessage = iota
	inviting
	reminding
	mixed
)

// kindOf reads what a message of the bot's asks for.
func kindOf(say text.Phrases, m simulator.Message) kindOfMessage {
	for _, key := range []string{"reminder.first", "reminder.again", "reminder.numbered", "reminder.last", "reminder.asked",
		"reminder.several_first", "reminder.several_again", "reminder.several_numbered", "reminder.several_last", "reminder.several_asked"} {
		if strings.HasPrefix(m.First, beginningIn(say, key)) && numbersRest(say, key, m.First) {
			return reminding
		}
	}
	for _, key := range []string{"invitation.training", "invitation.before", "observing.several"} {
		if strings.Contains(m.First, middleIn(say, key)) {
			return inviting
		}
	}
	if numberedLines(m.First) > 0 && strings.HasSuffix(firstLine(m.First), endingIn(say, "announced.several")) {
		return mixed
	}
	if numberedLines(m.First) > 0 && strings.HasSuffix(firstLine(m.First), endingIn(say, "invitation.several")) {
		return inviting
	}
	return notAsked
}

func (l *life) reminds(m simulator.Message) bool {
	kind := kindOf(l.texts.In(l.person.Language), m)
	return kind == reminding || kind == mixed
}

// numberedLines is how many numbered lines a text has.
func numberedLines(words string) int {
	n := 0
	for line := range strings.Lines(words) {
		if strings.HasPrefix(line, fmt.Sprintf("%d. ", n+1)) {
			n++
		}
	}
	return n
}

func firstLine(words string) string {
	first, _, _ := strings.Cut(words, "\n")
	return first
}
