package main

import "time"

// The forms of the demo's rounds.
const (
	beforeKey      = "competence"
	reactionKey    = "reaction"
	checkinKey     = "checkin"
	applicationKey = "application"
	afterKey       = "competence again"
	observationKey = "observation"
)

// instrumentOf is the instrument of a form.
func instrumentOf(form string) string {
	if form == afterKey {
		return beforeKey
	}
	return form
}

// demoRound is a round as the plan and the calendar promise it: said here once more,
// and independently of the program's own rules.
type demoRound struct {
	training       demoTraining
	form           string
	opens, closes  time.Time
	toHeads        bool        // it asks the supervisors
	reminders      []time.Time // the last one is that of the last day
	extraReminders []time.Time // HR's own
}

// demoRounds are all rounds of the four months.
func (d *demo) demoRounds() []demoRound {
	first, second, third := demoTrainings()[0], demoTrainings()[1], demoTrainings()[2]
	// What opens on day 90, 13 May at 09:00, opens when the bot is back.
	late := d.upAgain()
	all := []demoRound{
		{training: first, form: beforeKey, opens: d.day(2, 8, 0), closes: d.day(5, 8, 0)},
		{training: first, form: reactionKey, opens: d.day(6, 15, 30), closes: d.day(13, 15, 30), extraReminders: []time.Time{d.hrReminds()}},
		{training: second, form: reactionKey, opens: d.day(14, 15, 30), closes: d.day(21, 15, 30)},
		{training: third, form: reactionKey, opens: d.thirdOpens(), closes: d.thirdOpens().AddDate(0, 0, 7)},
		{training: first, form: checkinKey, opens: d.day(38, 9, 0), closes: d.day(52, 9, 0)},
		{training: second, form: checkinKey, opens: d.day(45, 9, 0), closes: d.day(59, 9, 0)},
		{training: first, form: applicationKey, opens: late, closes: late.AddDate(0, 0, 14)},
		{training: first, form: afterKey, opens: late, closes: late.AddDate(0, 0, 14)},
		{training: first, form: observationKey, opens: late, closes: late.AddDate(0, 0, 21), toHeads: true},
	}
	for i := range all {
		all[i].reminders = d.remindersOf(all[i])
	}
	return all
}

// hrReminds is when HR reminds of the first training's reaction, beside the plan.
func (d *demo) hrReminds() time.Time { return d.day(7, 10, 0) }

// thirdOpens is when HR starts the round of the third training.
func (d *demo) thirdOpens() time.Time { return d.day(28, 15, 45) }

// The two days in which the bot is down.
func (d *demo) goesDown() time.Time { return d.day(95, 16, 0) }
func (d *demo) upAgain() time.Time  { return d.day(97, 16, 0) }

// working tells whether a day is neither of a weekend nor a holiday.
func (d *demo) working(day time.Time) bool {
	if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		return false
	}
	return !d.holidays[day.Format(time.DateOnly)]
}

// at is a time of a moment's day.
func (d *demo) at(day time.Time, hour int) time.Time {
	day = day.In(d.zone)
	return time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, d.zone)
}

// remindersOf are the second and the fifth working day after the opening at 09:00, as
// far as they are before that of the last day: the last working day of which the
// morning, up to 10:00, is still before the closing.
func (d *demo) remindersOf(r demoRound) []time.Time {
	last := d.at(r.closes, 9)
	for !d.working(last) || !last.Add(time.Hour).Before(r.closes) {
		last = last.AddDate(0, 0, -1)
	}
	var all []time.Time
	n := 0
	for day := d.at(r.opens, 9).AddDate(0, 0, 1); day.Before(last); day = day.AddDate(0, 0, 1) {
		if !d.working(day) {
			continue
		}
		if n++; n == 2 || n == 5 {
			all = append(all, day)
		}
	}
	if last.After(d.at(r.opens, 9)) {
		all = append(all, last)
	}
	return all
}
