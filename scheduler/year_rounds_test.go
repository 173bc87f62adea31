package scheduler_test

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

type bookRound struct {
	name          string // training and step
	opens, closes time.Time
	asked         []int64
	late          map[int64]time.Time // of those asked, who comes later, and when
	reminders     []bookReminder
	supervisors   bool
}

type bookReminder struct {
	at   time.Time
	last bool
}

// plan writes down every round of the year.
func (b *books) plan() {
	for _, t := range b.trainings {
		for _, s := range b.steps {
			anchor := t.last
			if s.first {
				anchor = t.first
			}
			day := anchor.AddDate(0, 0, s.days)
			for s.weekdays && (day.Weekday() == time.Saturday || day.Weekday() == time.Sunday) {
				day = day.AddDate(0, 0, 1)
			}
			r := &bookRound{name: fmt.Sprintf("%d/%d", t.id, s.id), asked: slices.Clone(t.accounts), late: map[int64]time.Time{}, supervisors: s.supervisors,
				opens: time.Date(day.Year(), day.Month(), day.Day(), s.hour, s.minute, 0, 0, b.zone)}
			if s.supervisors {
				r.asked = slices.Clone(t.supervisors)
			}
			r.closes = r.opens.AddDate(0, 0, s.open)
			for _, l := range t.late {
				r.join(l, s.supervisors)
			}
			r.reminders = b.reminders(r, s)
			b.rounds = append(b.rounds, r)
		}
	}
	slices.SortFunc(b.rounds, func(x, y *bookRound) int { return cmp.Compare(x.opens.Unix(), y.opens.Unix()) })
}

// join lets somebody be asked who came after the training, unless the round is over.
func (r *bookRound) join(l bookLate, supervisors bool) {
	account := l.account
	if supervisors {
		account = l.supervisor
	}
	if account == 0 || !l.at.Before(r.closes) || slices.Contains(r.asked, account) {
		return
	}
	r.asked = append(r.asked, account)
	if l.at.After(r.opens) {
		r.late[account] = l.at
	}
}

// joined are those asked who know of the round from a moment on.
func (r *bookRound) joined(moment time.Time) (accounts []int64) {
	for _, account := range r.asked {
		at, late := r.late[account]
		if !late {
			at = r.opens
		}
		if at.Equal(moment) {
			accounts = append(accounts, account)
		}
	}
	return accounts
}

// reminders are at nine: on the last working day on which there is an hour left to
// answer, and, before it, so many working days of the office after the opening.
func (b *books) reminders(r *bookRound, s bookStep) []bookReminder {
	nine := func(day time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 9, 0, 0, 0, b.zone)
	}
	var final *bookReminder
	for day := r.closes; s.remindLast && final == nil && b.date(day) > b.date(r.opens); day = day.AddDate(0, 0, -1) {
		if b.officeWorks(day) && nine(day).Add(time.Hour).Before(r.closes) {
			final = &bookReminder{nine(day), true}
		}
	}
	var all []bookReminder
	for _, n := range s.remindAfter {
		day := r.opens
		for n > 0 {
			day = day.AddDate(0, 0, 1)
			if b.officeWorks(day) {
				n--
			}
		}
		if nine(day).Before(r.closes) && (final == nil || nine(day).Before(final.at)) {
			all = append(all, bookReminder{nine(day), false})
		}
	}
	if final != nil {
		all = append(all, *final)
	}
	return all
}

func (b *books) officeWorks(day time.Time) bool {
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday && !b.holidays[b.date(day)]
}
