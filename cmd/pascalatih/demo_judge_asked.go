package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey/stats"
)

// judgeAsked holds what people were asked, and when, against what plan, calendar and
// their own ways give; it prints every difference.
func (d *demo) judgeAsked() error {
	messages, reminders, differ := 0, 0, 0
	for _, l := range d.lifeOf {
		expected, seen := l.expectedOf(), l.seenBy()
		for _, one := range seen {
			messages++
			if one.reminders > 0 {
				reminders++
			}
		}
		for _, line := range differences(expected, seen) {
			differ++
			fmt.Fprintf(d.out.out, "     %s %s\n", l.employee.name, line)
		}
	}
	fmt.Fprintf(d.out.out, "%d messages asked somebody to answer, %d of them with a reminder; by plan, calendar and people's ways: %d differ\n",
		messages, reminders, differ)
	if differ > 0 {
		return errors.New("people were asked otherwise than plan and calendar say")
	}
	return nil
}

// differences tells, message by message, where somebody was not asked as they should
// have been.
func differences(expected, seen []asked) []string {
	var all []string
	for i := range max(len(expected), len(seen)) {
		want, got := "nothing", "nothing"
		if i < len(expected) {
			want = expected[i].String()
		}
		if i < len(seen) {
			got = seen[i].String()
		}
		if want != got {
			all = append(all, fmt.Sprintf("should get %s, and got %s", want, got))
		}
	}
	return all
}

func (a asked) String() string {
	return fmt.Sprintf("%d forms, %d of them reminded of, about %s on %s", a.forms, a.reminders, a.trainings, a.day)
}

// toldFigures are the figures of the summaries of the last weeks.
func (d *demo) toldFigures(ctx context.Context) ([]stats.Figures, error) {
	var all []stats.Figures
	from, to := calendar.WeekBefore(d.clock.Now(), d.zone)
	for range 4 {
		kept, found, err := d.store.KeptWeek(ctx, stats.Period{From: from, To: to})
		if err != nil {
			return nil, err
		}
		if found {
			figures, err := kept.Read()
			if err != nil {
				return nil, err
			}
			all = append(all, figures)
		}
		from, to = calendar.WeekBefore(from.Add(time.Minute), d.zone)
	}
	return all, nil
}
