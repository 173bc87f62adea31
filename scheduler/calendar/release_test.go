package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pascalatih/scheduler/calendar"
)

func TestUnitsHaveTheirOwnTime(t *testing.T) {
	saturdays := calendar.Weekdays{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true, time.Saturday: true}
	ramadan := []calendar.OtherTime{
		{From: dayOf(t, "2028-02-28"), To: dayOf(t, "2028-03-02"), Opens: 8 * time.Hour, Closes: 15*time.Hour + 30*time.Minute},
		{From: dayOf(t, "2028-03-03"), To: dayOf(t, "2028-03-06")}, // closed
	}
	tests := map[string]struct {
		zone     string
		days     calendar.Weekdays
		at, next string // no next: open
	}{
		"a Saturday where it is worked":             {days: saturdays, at: "2026-06-27 12:00:00"},
		"a Sunday where Saturdays are worked":       {days: saturdays, at: "2026-06-28 12:00:00", next: "2026-06-29 07:00:00 +0700"},
		"Saturday evening":                          {days: saturdays, at: "2026-06-27 18:00:00", next: "2026-06-29 07:00:00 +0700"},
		"WITA":                                      {zone: "Asia/Makassar", at: "2026-06-26 06:59:59", next: "2026-06-26 07:00:00 +0800"},
		"WIT":                                       {zone: "Asia/Jayapura", at: "2026-06-26 18:00:00", next: "2026-06-29 07:00:00 +0900"},
		"the day before other hours, evening":       {at: "2028-02-25 18:00:00", next: "2028-02-28 08:00:00 +0700"},
		"other hours, before they begin":            {at: "2028-02-28 07:30:00", next: "2028-02-28 08:00:00 +0700"},
		"other hours on a leap day":                 {at: "2028-02-29 15:29:59"},
		"other hours on a leap day, at their end":   {at: "2028-02-29 15:30:00", next: "2028-03-01 08:00:00 +0700"},
		"closed days follow, with a weekend":        {at: "2028-03-02 15:30:00", next: "2028-03-07 07:00:00 +0700"},
		"a zone where the clock is set forward":     {zone: "Europe/Berlin", at: "2026-03-28 12:00:00", next: "2026-03-30 07:00:00 +0200"},
		"a zone where it is set back":               {zone: "Europe/Berlin", at: "2026-10-24 12:00:00", next: "2026-10-26 07:00:00 +0100"},
		"the year's end, Saturdays are worked":      {days: saturdays, at: "2026-12-31 18:00:00", next: "2027-01-01 07:00:00 +0700"},
		"the end of a month, Saturdays are no work": {at: "2026-07-31 18:00:00", next: "2026-08-03 07:00:00 +0700"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := workingOf(t, test.zone)
			w.Days, w.Hours = test.days, ramadan
			moment := at(t, test.at, w.Zone)
			if w.Open(moment) != (test.next == "") {
				t.Errorf("open: %v", w.Open(moment))
			}
			if next := w.NextOpen(moment); test.next != "" && next.Format("2006-01-02 15:04:05 -0700") != test.next {
				t.Errorf("NextOpen gives %s, want %s", next, test.next)
			}
		})
	}
}

func TestRelease(t *testing.T) {
	type due struct {
		id              int64
		lastDay, remind bool
		at, expires     string
	}
	one := []due{{id: 1, at: "2026-06-22 09:00:00", expires: "2026-07-30 15:30:00"}}
	tests := map[string]struct {
		zone    string
		now     string
		written []string
		lastDay string
		caps    calendar.Caps // zero: 1 and 3
		due     []due

		id    int64
		until string
		wait  string
	}{
		"nothing was written":                      {now: "2026-06-24 09:00:00", due: one, id: 1, until: "2026-06-24 18:00:00 +0700"},
		"in the evening":                           {now: "2026-06-24 18:00:00", due: one, wait: "2026-06-25 07:00:00 +0700"},
		"one today":                                {now: "2026-06-24 09:00:00", written: []string{"2026-06-24"}, due: one, wait: "2026-06-25 07:00:00 +0700"},
		"one today, in the evening":                {now: "2026-06-24 19:00:00", written: []string{"2026-06-24"}, due: one, wait: "2026-06-25 07:00:00 +0700"},
		"one yesterday":                            {now: "2026-06-24 00:00:00", written: []string{"2026-06-23"}, due: one, wait: "2026-06-24 07:00:00 +0700"},
		"three this week":                          {now: "2026-06-25 09:00:00", written: []string{"2026-06-22", "2026-06-23", "2026-06-24"}, due: one, wait: "2026-06-29 07:00:00 +0700"},
		"three this week, on Friday":               {now: "2026-06-26 09:00:00", written: []string{"2026-06-22", "2026-06-23", "2026-06-24"}, due: one, wait: "2026-06-29 07:00:00 +0700"},
		"three last week":                          {now: "2026-06-29 09:00:00", written: []string{"2026-06-24", "2026-06-25", "2026-06-26"}, due: one, id: 1, until: "2026-06-29 18:00:00 +0700"},
		"two a day, one today":                     {now: "2026-06-24 09:00:00", written: []string{"2026-06-24"}, caps: calendar.Caps{PerDay: 2, PerWeek: 3}, due: one, id: 1, until: "2026-06-24 18:00:00 +0700"},
		"one a week, over the end of a month":      {now: "2026-06-30 09:00:00", written: []string{"2026-06-29"}, caps: calendar.Caps{PerDay: 1, PerWeek: 1}, due: one, wait: "2026-07-06 07:00:00 +0700"},
		"a week over the year's end":               {now: "2027-01-01 09:00:00", written: []string{"2026-12-28", "2026-12-29", "2026-12-31"}, due: one, wait: "2027-01-04 07:00:00 +0700"},
		"a week with a leap day":                   {now: "2028-03-02 09:00:00", written: []string{"2028-02-28", "2028-02-29", "2028-03-01"}, due: one, wait: "2028-03-06 07:00:00 +0700"},
		"the clock was set back by a day":          {now: "2026-06-23 09:00:00", written: []string{"2026-06-24"}, due: one, id: 1, until: "2026-06-23 18:00:00 +0700"},
		"set back by two hours":                    {now: "2026-06-24 08:00:00", written: []string{"2026-06-24"}, due: one, wait: "2026-06-25 07:00:00 +0700"},
		"set back, and tomorrow has its one":       {now: "2026-06-23 09:00:00", written: []string{"2026-06-23", "2026-06-24"}, due: one, wait: "2026-06-25 07:00:00 +0700"},
		"where the clock was set forward":          {zone: "Europe/Berlin", now: "2026-03-29 12:00:00", written: []string{"2026-03-27"}, due: one, wait: "2026-03-30 07:00:00 +0200"},
		"where it was set back in a week":          {zone: "Africa/Cairo", now: "2024-10-31 09:00:00", written: []string{"2024-10-28", "2024-10-29", "2024-10-30"}, due: one, wait: "2024-11-04 07:00:00 +0200"},
		"a last day is reminded of later today":    {now: "2026-06-24 08:00:00", lastDay: "2026-06-24 09:00:00", due: one, wait: "2026-06-24 09:00:00 +0700"},
		"later today, with room for both":          {now: "2026-06-24 08:00:00", lastDay: "2026-06-24 09:00:00", caps: calendar.Caps{PerDay: 2, PerWeek: 3}, due: one, id: 1, until: "2026-06-24 18:00:00 +0700"},
		"later today, but in closed time":          {now: "2026-06-24 08:00:00", lastDay: "2026-06-24 18:30:00", due: one, id: 1, until: "2026-06-24 18:00:00 +0700"},
		"a last day is reminded of tomorrow":       {now: "2026-06-24 08:00:00", lastDay: "2026-06-25 09:00:00", due: one, id: 1, until: "2026-06-24 18:00:00 +0700"},
		"later today, but today has its one":       {now: "2026-06-24 08:00:00", lastDay: "2026-06-24 09:00:00", written: []string{"2026-06-24"}, due: one, wait: "2026-06-25 07:00:00 +0700"},
		"one of a last day waits for no other one": {now: "2026-06-24 09:00:00", lastDay: "2026-06-24 10:00:00", due: []due{{id: 1, lastDay: true, remind: true, at: "2026-06-24 09:00:00", expires: "2026-06-24 15:00:00"}}, id: 1, until: "2026-06-24 18:00:00 +0700"},

		"a last day goes before what closes earlier": {now: "2026-06-24 09:00:00", id: 2, until: "2026-06-24 18:00:00 +0700", due: []due{
			{id: 1, at: "2026-06-24 08:00:00", expires: "2026-06-24 12:00:00"},
			{id: 2, lastDay: true, remind: true, at: "2026-06-24 09:00:00", expires: "2026-06-24 15:00:00"}}},
		"what closes first": {now: "2026-06-24 09:00:00", id: 2, until: "2026-06-24 18:00:00 +0700", due: []due{
			{id: 1, at: "2026-06-24 08:00:00", expires: "2026-06-26 12:00:00"},
			{id: 2, remind: true, at: "2026-06-24 09:00:00", expires: "2026-06-25 15:00:00"}}},
		"an invitation before a reminder": {now: "2026-06-24 09:00:00", id: 2, until: "2026-06-24 18:00:00 +0700", due: []due{
			{id: 1, remind: true, at: "2026-06-24 08:00:00", expires: "2026-06-26 12:00:00"},
			{id: 2, at: "2026-06-24 09:00:00", expires: "2026-06-26 12:00:00"}}},
		"what is due for longest": {now: "2026-06-24 09:00:00", id: 2, until: "2026-06-24 18:00:00 +0700", due: []due{
			{id: 1, at: "2026-06-24 09:00:00", expires: "2026-06-26 12:00:00"},
			{id: 2, at: "2026-06-24 08:00:00", expires: "2026-06-26 12:00:00"}}},
		"the first of two alike": {now: "2026-06-24 09:00:00", id: 1, until: "2026-06-24 18:00:00 +0700", due: []due{
			{id: 2, at: "2026-06-24 09:00:00", expires: "2026-06-26 12:00:00"},
			{id: 1, at: "2026-06-24 09:00:00", expires: "2026-06-26 12:00:00"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := calendar.Person{Working: workingOf(t, test.zone)}
			for _, day := range test.written {
				p.Written = append(p.Written, dayOf(t, day))
			}
			if test.lastDay != "" {
				p.LastDay = at(t, test.lastDay, p.Working.Zone)
			}
			var dues []calendar.Due
			for _, d := range test.due {
				dues = append(dues, calendar.Due{ID: d.id, LastDay: d.lastDay, Reminder: d.remind,
					At: at(t, d.at, p.Working.Zone), Expires: at(t, d.expires, p.Working.Zone)})
			}
			caps := test.caps
			if caps == (calendar.Caps{}) {
				caps = calendar.Caps{PerDay: 1, PerWeek: 3}
			}
			got := p.Release(at(t, test.now, p.Working.Zone), caps, dues)
			const layout = "2006-01-02 15:04:05 -0700"
			switch {
			case got.ID != test.id:
				t.Errorf("%d goes out, want %d: %+v", got.ID, test.id, got)
			case test.id != 0 && (got.Until.Format(layout) != test.until || got.Day != calendar.DayOf(got.Until, p.Working.Zone)):
				t.Errorf("until %s on %s, want %s", got.Until, got.Day, test.until)
			case test.id == 0 && (got.Wait.Format(layout) != test.wait || got.Morning == (test.wait[11:13] == "09")):
				t.Errorf("they wait until %s (morning: %v), want %s", got.Wait, got.Morning, test.wait)
			}
		})
	}
}

// Whatever comes due, nobody gets more than the caps allow on a day or in a week, or
// anything in closed time; and all that was due is sent, in a message of its own or
// another's, or has expired.
func TestReleaseKeepsTheCaps(t *testing.T) {
	zones := []string{"Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin", "Africa/Cairo", "Asia/Beirut"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := calendar.ParseZone(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		first := calendar.Day{Year: 2026, Month: time.January, Date: 1}.AddDays(rapid.IntRange(0, 900).Draw(t, "first"))
		w := calendar.Working{Zone: zone, Holidays: calendar.Holidays{}}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 30), 0, 8).Draw(t, "holidays") {
			w.Holidays[first.AddDays(n)] = true
		}
		from := rapid.IntRange(0, 20).Draw(t, "other hours from")
		w.Hours = []calendar.OtherTime{{From: first.AddDays(from), To: first.AddDays(from + rapid.IntRange(0, 9).Draw(t, "for")),
			Opens: 8 * time.Hour, Closes: time.Duration(rapid.IntRange(7, 15).Draw(t, "closes")) * time.Hour}}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 6), 0, 7).Draw(t, "weekdays") {
			w.Days[n] = true
		}
		caps := calendar.Caps{PerDay: rapid.IntRange(1, 2).Draw(t, "a day"), PerWeek: rapid.IntRange(1, 4).Draw(t, "a week")}
		begin := first.Begin(zone)
		var waiting []calendar.Due
		for i := range rapid.IntRange(1, 25).Draw(t, "messages") {
			due := begin.Add(time.Duration(rapid.IntRange(0, 30*24*60).Draw(t, "due")) * time.Minute)
			waiting = append(waiting, calendar.Due{ID: int64(i + 1), At: due, LastDay: rapid.Bool().Draw(t, "last day"), Reminder: true,
				Expires: due.Add(time.Duration(rapid.IntRange(1, 14*24*60).Draw(t, "open")) * time.Minute)})
		}
		p := calendar.Person{Working: w}
		perDay, perWeek := map[calendar.Day]int{}, map[time.Time]int{}
		for steps := 0; len(waiting) > 0; steps++ {
			if steps > 5000 {
				t.Fatalf("%d never end", len(waiting))
			}
			now := waiting[0].At
			for _, d := range waiting {
				if d.At.Before(now) {
					now = d.At
				}
			}
			var due, later []calendar.Due
			p.LastDay = time.Time{}
			for _, d := range waiting {
				switch {
				case !d.Expires.After(now):
				case d.At.After(now):
					if later = append(later, d); d.LastDay && (p.LastDay.IsZero() || d.At.Before(p.LastDay)) {
						p.LastDay = d.At
					}
				default:
					due = append(due, d)
				}
			}
			if waiting = later; len(due) == 0 {
				continue
			}
			decided := p.Release(now, caps, due)
			if decided.ID == 0 {
				if !decided.Wait.After(now) {
					t.Fatalf("they wait until %s, which is over at %s", decided.Wait, now)
				}
				for _, d := range due {
					if d.At = decided.Wait; !d.Expires.After(d.At) {
						d.At = d.Expires
					} else if decided.Morning {
						d.At = calendar.InMorning(decided.Wait, d.Expires, 7)
					}
					waiting = append(waiting, d)
				}
				continue
			}
			monday, _ := calendar.Week(now, zone)
			perDay[decided.Day]++
			perWeek[monday]++
			p.Written = append(p.Written, decided.Day)
			if !w.Open(now) || !decided.Until.After(now) || w.Open(decided.Until) && decided.Until != now {
				t.Fatalf("one goes out at %s, until %s", now, decided.Until)
			}
			if perDay[calendar.DayOf(now, zone)] > caps.PerDay || perWeek[monday] > caps.PerWeek {
				t.Fatalf("%d on %s, %d in its week", perDay[decided.Day], decided.Day, perWeek[monday])
			}
		}
	})
}

func TestInMorning(t *testing.T) {
	morning := time.Date(2026, time.June, 29, 7, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		expires time.Duration // after the morning
		within  time.Duration
	}{
		"over the hour":                    {expires: 24 * time.Hour, within: time.Hour},
		"over half of what is left":        {expires: 20 * time.Minute, within: 10 * time.Minute},
		"together, where little is left":   {expires: time.Minute, within: time.Minute},
		"together, where nothing is left":  {expires: 0, within: time.Minute},
		"exactly twice the spread is left": {expires: 2 * time.Hour, within: time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			minutes := map[time.Duration]int{}
			for person := range int64(600) {
				after := calendar.InMorning(morning, morning.Add(test.expires), person).Sub(morning)
				if after < 0 || after >= test.within || after%time.Minute != 0 {
					t.Fatalf("person %d: %v after the morning", person, after)
				}
				minutes[after]++
			}
			if want := int(test.within / time.Minute); len(minutes) != want {
				t.Errorf("at %d moments, want %d", len(minutes), want)
			}
			for minute, people := range minutes {
				if even := 600 / len(minutes); people < even/2 || people > even*2 {
					t.Errorf("%d people after %v", people, minute)
				}
			}
		})
	}
}
