package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pascalatih/scheduler/calendar"
)

func TestReminders(t *testing.T) {
	usual := []int{2, 5}
	tests := map[string]struct {
		zone          string
		holidays      []string
		opens, closes string
		after         []int
		withoutLast   bool
		want          string // days, the last one's in brackets
	}{
		"a week from a Monday: the fifth working day is the last":  {opens: "2026-06-22 15:30", closes: "2026-06-29 15:30", after: usual, want: "06-24 [06-29]"},
		"a week from a Tuesday":                                    {opens: "2026-06-23 09:00", closes: "2026-06-30 09:00", after: usual, want: "06-25 [06-29]"},
		"two weeks":                                                {opens: "2026-06-23 09:00", closes: "2026-07-07 15:00", after: usual, want: "06-25 06-30 [07-07]"},
		"it opens on a Saturday":                                   {opens: "2026-06-27 09:00", closes: "2026-07-04 09:00", after: usual, want: "06-30 [07-03]"},
		"it closes on a Sunday: the last day is Friday":            {opens: "2026-06-23 09:00", closes: "2026-06-28 09:00", after: usual, want: "06-25 [06-26]"},
		"at ten what is due at nine is hardly out: the day before": {opens: "2026-06-22 10:00", closes: "2026-06-26 10:00", after: usual, want: "06-24 [06-25]"},
		"a second after ten it is that day":                        {opens: "2026-06-22 10:00", closes: "2026-06-26 10:01", after: usual, want: "06-24 [06-26]"},
		"it closes on a Monday before ten: Friday is the last day": {opens: "2026-06-22 09:30", closes: "2026-06-29 09:30", after: usual, want: "06-24 [06-26]"},
		"it closes at midnight":                                    {opens: "2026-06-22 00:00", closes: "2026-06-27 00:00", after: usual, want: "06-24 [06-26]"},
		"two on a day are one, of the last day":                    {opens: "2026-06-22 15:00", closes: "2026-06-24 15:00", after: usual, want: "[06-24]"},
		"open for a day":                                           {opens: "2026-06-22 15:30", closes: "2026-06-23 15:30", after: usual, want: "[06-23]"},
		"open for a day from a morning":                            {opens: "2026-06-22 09:00", closes: "2026-06-23 09:00", after: usual, want: ""},
		"open within a day":                                        {opens: "2026-06-22 07:00", closes: "2026-06-22 17:00", after: usual, want: ""},
		"open over a weekend":                                      {opens: "2026-06-26 15:30", closes: "2026-06-28 15:30", after: usual, want: ""},
		"a holiday between":                                        {holidays: []string{"2026-06-24"}, opens: "2026-06-22 15:30", closes: "2026-07-06 15:30", after: usual, want: "06-25 06-30 [07-06]"},
		"its last day is a holiday":                                {holidays: []string{"2026-06-29"}, opens: "2026-06-22 15:30", closes: "2026-06-29 15:30", after: usual, want: "06-24 [06-26]"},
		"over a week of holidays":                                  {holidays: feast, opens: "2026-03-12 09:00", closes: "2026-03-27 15:00", after: usual, want: "03-17 [03-27]"},
		"it closes within that week":                               {holidays: feast, opens: "2026-03-12 09:00", closes: "2026-03-24 15:00", after: usual, want: "[03-17]"},
		"nothing but holidays":                                     {holidays: feast, opens: "2026-03-17 19:00", closes: "2026-03-25 19:00", after: usual, want: ""},
		"over a month's end":                                       {opens: "2026-07-30 09:00", closes: "2026-08-13 15:00", after: usual, want: "08-03 08-06 [08-13]"},
		"over a leap day":                                          {opens: "2028-02-25 15:00", closes: "2028-03-10 15:00", after: usual, want: "02-29 03-03 [03-10]"},
		"past February of a common year":                           {opens: "2027-02-25 15:00", closes: "2027-03-11 15:00", after: usual, want: "03-01 03-04 [03-11]"},
		"over the year's end":                                      {holidays: []string{"2027-01-01"}, opens: "2026-12-29 15:00", closes: "2027-01-12 15:00", after: usual, want: "12-31 01-06 [01-12]"},
		"no last day":                                              {opens: "2026-06-22 15:30", closes: "2026-06-29 15:30", after: usual, withoutLast: true, want: "06-24 06-29"},
		"no last day, and it closes at nine":                       {opens: "2026-06-22 09:00", closes: "2026-06-29 09:00", after: usual, withoutLast: true, want: "06-24"},
		"only the last day":                                        {opens: "2026-06-22 15:30", closes: "2026-06-29 15:30", want: "[06-29]"},
		"no reminders":                                             {opens: "2026-06-22 15:30", closes: "2026-06-29 15:30", withoutLast: true, want: ""},
		"days in any order, and twice":                             {opens: "2026-06-22 15:30", closes: "2026-07-06 15:30", after: []int{5, 1, 5, 0, -2}, want: "06-23 06-29 [07-06]"},
		"the clock is set forward on the way":                      {zone: "Europe/Berlin", opens: "2026-03-26 15:00", closes: "2026-04-02 15:00", after: usual, want: "03-30 [04-02]"},
		"the clock is set back on the way":                         {zone: "Europe/Berlin", opens: "2026-10-22 15:00", closes: "2026-10-29 15:00", after: usual, want: "10-26 [10-29]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := workingOf(t, test.zone, test.holidays...)
			opens, closes := at(t, test.opens+":00", w.Zone), at(t, test.closes+":00", w.Zone)
			var got []string
			for _, reminder := range w.Reminders(opens, closes, test.after, !test.withoutLast) {
				local := reminder.At.In(w.Zone)
				if local.Format(time.TimeOnly) != "09:00:00" {
					t.Errorf("it reminds at %v", local)
				}
				day := local.Format("01-02")
				if reminder.LastDay {
					day = "[" + day + "]"
				}
				got = append(got, day)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("it reminds on %v, want %s", got, test.want)
			}
		})
	}
}

// Whatever the round, reminders keep to what is promised of them.
func TestRemindersHold(t *testing.T) {
	first := calendar.Day{Year: 2026, Month: time.January, Date: 1}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := calendar.ParseZone(rapid.SampledFrom([]string{"Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin", "America/Havana"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		begin := first.AddDays(rapid.IntRange(0, 800).Draw(t, "day"))
		opens := begin.Begin(zone).Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "minute")) * time.Minute)
		closes := opens.Add(time.Duration(rapid.IntRange(1, 40*24*60).Draw(t, "open")) * time.Minute)
		w := calendar.Working{Zone: zone, Holidays: calendar.Holidays{}}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 40), 0, 20).Draw(t, "holidays") {
			w.Holidays[begin.AddDays(n)] = true
		}
		after := rapid.SliceOfN(rapid.IntRange(1, 30), 0, 4).Draw(t, "after")
		reminders := w.Reminders(opens, closes, after, rapid.Bool().Draw(t, "last"))
		before := calendar.DayOf(opens, zone)
		for i, reminder := range reminders {
			day := calendar.DayOf(reminder.At, zone)
			if !before.Before(day) || !reminder.At.Before(closes) || !w.Open(reminder.At) || reminder.LastDay && i != len(reminders)-1 {
				t.Fatalf("open from %v to %v it reminds at %v", opens, closes, reminders)
			}
			worked := 0
			for d := calendar.DayOf(opens, zone).AddDays(1); !day.Before(d); d = d.AddDays(1) {
				if w.Holidays.IsWorkingDay(d) {
					worked++
				}
			}
			if !reminder.LastDay && !slices.Contains(after, worked) {
				t.Fatalf("on working day %d it reminds, and not on %v", worked, after)
			}
			before = day
		}
	})
}

func TestLater(t *testing.T) {
	tests := map[string]struct {
		zone       string
		at, closes string
		want       string // "": not again
	}{
		"tomorrow at the same time":                    {at: "2026-06-24 09:10:30", closes: "2026-06-29 15:30:00", want: "2026-06-25 09:10:30"},
		"on a Saturday, too: it was asked for":         {at: "2026-06-26 14:00:00", closes: "2026-06-29 15:30:00", want: "2026-06-27 14:00:00"},
		"over a month's end":                           {at: "2026-06-30 14:00:00", closes: "2026-07-03 15:30:00", want: "2026-07-01 14:00:00"},
		"on a leap day":                                {at: "2028-02-28 14:00:00", closes: "2028-03-03 15:30:00", want: "2028-02-29 14:00:00"},
		"over the year's end":                          {at: "2026-12-31 22:00:00", closes: "2027-01-05 15:30:00", want: "2027-01-01 22:00:00"},
		"it closes just then: an hour before":          {at: "2026-06-24 15:20:00", closes: "2026-06-25 15:30:00", want: "2026-06-25 14:30:00"},
		"it closes today":                              {at: "2026-06-29 09:10:00", closes: "2026-06-29 15:30:00", want: "2026-06-29 14:30:00"},
		"it closes this evening: the day's last hour":  {at: "2026-06-29 09:10:00", closes: "2026-06-29 21:00:00", want: "2026-06-29 17:00:00"},
		"it closes on Saturday: Friday's last hour":    {at: "2026-06-26 09:10:00", closes: "2026-06-27 09:00:00", want: "2026-06-26 17:00:00"},
		"it closes in less than two hours":             {at: "2026-06-29 13:31:00", closes: "2026-06-29 15:30:00"},
		"in exactly two":                               {at: "2026-06-29 13:30:00", closes: "2026-06-29 15:30:00", want: "2026-06-29 14:30:00"},
		"late on Friday, and it closes on Saturday":    {at: "2026-06-26 16:30:00", closes: "2026-06-27 09:00:00"},
		"it has closed":                                {at: "2026-06-29 16:00:00", closes: "2026-06-29 15:30:00"},
		"tomorrow has no such time: the clock goes on": {zone: "Europe/Berlin", at: "2026-03-28 02:30:00", closes: "2026-04-02 15:00:00", want: "2026-03-29 03:30:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := workingOf(t, test.zone)
			again, found := w.Later(at(t, test.at, w.Zone), at(t, test.closes, w.Zone))
			got := ""
			if found {
				got = again.In(w.Zone).Format(time.DateTime)
			}
			if got != test.want {
				t.Errorf("again at %q, want %q", got, test.want)
			}
		})
	}
}
