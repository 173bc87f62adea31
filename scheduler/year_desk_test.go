package scheduler_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// script is what a person does about the forms of a round: the same in the house
// and in the books.
func script(account int64, round string) manner {
	h := fnv.New32a()
	fmt.Fprint(h, account, " ", round)
	switch n := h.Sum32() % 10; {
	case n < 3:
		return manner{days: 0}
	case n < 6:
		return manner{days: 2}
	case n < 8:
		return manner{days: 6}
	case n < 9:
		return manner{days: 3, declines: true}
	}
	return manner{days: -1}
}

// yearDesk is a Sender that notes.
type yearDesk struct {
	year *year

	mu       sync.Mutex
	notes    []yearNote
	seen     int                    // of the notes, by the people
	shown    map[int64]bool         // sessions that came in a message
	ended    map[int64]bool         // sessions that were answered or declined
	putOff   map[int64]bool         // sessions that were put off once
	evenings map[string]yearEvening // sessions that will be, by the day
}

// yearEvening are the sessions that end in an evening.
type yearEvening struct{ answered, declined []int64 }

type yearNote struct {
	account  int64
	local    time.Time
	sessions []int64
	reminds  bool // of all of them
}

// Send implements scheduler.Sender. As in the house's own, a form that has ended is
// left out of the message.
func (d *yearDesk) Send(_ context.Context, _ calendar.Worker, delivery storage.Delivery) storage.Outcome {
	d.mu.Lock()
	defer d.mu.Unlock()
	open := slices.DeleteFunc(slices.Clone(delivery.Sessions), func(s int64) bool { return d.ended[s] })
	if len(open) == 0 {
		return storage.Outcome{State: storage.Unneeded, Reason: "nothing to say"}
	}
	unit := d.year.books.people[delivery.AccountID].unit
	local := d.year.hurry.Now().In(d.year.books.zoneOf(unit))
	d.notes = append(d.notes, yearNote{account: delivery.AccountID, local: local, sessions: open,
		reminds: delivery.Kind == storage.DeliveryReminder && len(delivery.Reminded) == len(delivery.Sessions)})
	return storage.Outcome{State: storage.Sent, MessageID: int64(len(d.notes))}
}

// evening is what people do in the evening of a day: they look at what came that was
// new, and decide when to answer; then they do what they have decided to. It gives
// the sessions that end.
func (d *yearDesk) evening(day time.Time) yearEvening {
	d.mu.Lock()
	defer d.mu.Unlock()
	var fresh []int64
	came := map[int64]yearNote{}
	for _, note := range d.notes[d.seen:] {
		for _, s := range note.sessions {
			if !d.shown[s] {
				d.shown[s], came[s] = true, note
				fresh = append(fresh, s)
			}
		}
	}
	d.seen = len(d.notes)
	for s, round := range d.year.roundsOf(fresh) {
		if m := script(came[s].account, round); m.days >= 0 {
			day := came[s].local.AddDate(0, 0, m.days).Format(time.DateOnly)
			evening := d.evenings[day]
			if m.declines {
				evening.declined = append(evening.declined, s)
			} else {
				evening.answered = append(evening.answered, s)
			}
			d.evenings[day] = evening
		}
	}
	due := d.evenings[day.Format(time.DateOnly)]
	for _, s := range slices.Concat(due.answered, due.declined) {
		d.ended[s] = true
	}
	return due
}

// putsOff tells whether somebody puts off the first reminder of a form that comes
// alone.
func putsOff(account int64) bool { return account%7 == 3 }

// toPutOff are the sessions that people put off in the evening, and their accounts.
func (d *yearDesk) toPutOff() map[int64]int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	off := map[int64]int64{}
	for _, note := range d.notes[d.seen:] {
		if s := note.sessions[0]; note.reminds && len(note.sessions) == 1 && putsOff(note.account) && !d.putOff[s] {
			off[s] = note.account
		}
	}
	return off
}
