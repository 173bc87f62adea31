package calendar_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pascalatih/scheduler/calendar"
)

func TestPattern(t *testing.T) {
	eight := []time.Duration{8 * time.Hour}
	midnight := []time.Duration{0}
	tests := map[string]struct {
		cron   string
		want   calendar.Pattern
		either bool
		often  bool // more than daily
	}{
		"every day":                {cron: "0 8 * * *", want: calendar.Pattern{Times: eight}},
		"a question mark":          {cron: "0 8 ? * ?", want: calendar.Pattern{Times: eight}},
		"a weekday":                {cron: "0 8 * * mon", want: calendar.Pattern{Weekdays: []time.Weekday{time.Monday}, Times: eight}},
		"Sunday comes last":        {cron: "0 8 * * 0,6", want: calendar.Pattern{Weekdays: []time.Weekday{time.Saturday, time.Sunday}, Times: eight}},
		"a day of some months":     {cron: "0 8 1 3,sep *", want: calendar.Pattern{Months: []time.Month{time.March, time.September}, Days: []int{1}, Times: eight}},
		"all months, by numbers":   {cron: "0 8 1 1-12 *", want: calendar.Pattern{Days: []int{1}, Times: eight}},
		"a day or a weekday":       {cron: "0 8 15 * 1", want: calendar.Pattern{Days: []int{15}, Weekdays: []time.Weekday{time.Monday}, Times: eight}, either: true},
		"a step of the days":       {cron: "0 8 */10 * *", want: calendar.Pattern{Days: []int{1, 11, 21, 31}, Times: eight}},
		"a step or a weekday":      {cron: "0 8 */10 * 1", want: calendar.Pattern{Days: []int{1, 11, 21, 31}, Weekdays: []time.Weekday{time.Monday}, Times: eight}, either: true},
		"all days or a weekday":    {cron: "0 8 1-31 * 1", want: calendar.Pattern{Times: eight}},
		"a day or all weekdays":    {cron: "0 8 1 * 0-6", want: calendar.Pattern{Times: eight}},
		"all days and a weekday":   {cron: "0 8 * * 1", want: calendar.Pattern{Weekdays: []time.Weekday{time.Monday}, Times: eight}},
		"a day and every weekday":  {cron: "0 8 1 * */1", want: calendar.Pattern{Days: []int{1}, Times: eight}},
		"a star among days":        {cron: "0 8 *,5 * 1", want: calendar.Pattern{Weekdays: []time.Weekday{time.Monday}, Times: eight}},
		"@weekly":                  {cron: "@weekly", want: calendar.Pattern{Weekdays: []time.Weekday{time.Sunday}, Times: midnight}},
		"@yearly":                  {cron: "@yearly", want: calendar.Pattern{Months: []time.Month{time.January}, Days: []int{1}, Times: midnight}},
		"twice on a day":           {cron: "0 8,16 * * *", want: calendar.Pattern{Times: []time.Duration{8 * time.Hour, 16 * time.Hour}}, often: true},
		"twice in an hour, yearly": {cron: "0,30 8 1 1 *", want: calendar.Pattern{Months: []time.Month{time.January}, Days: []int{1}, Times: []time.Duration{8 * time.Hour, 8*time.Hour + 30*time.Minute}}, often: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			schedule := cronOf(t, test.cron)
			if diff := cmp.Diff(test.want, schedule.Pattern()); diff != "" {
				t.Error(diff)
			}
			if got := schedule.Pattern().Either(); got != test.either {
				t.Errorf("either: %v", got)
			}
			if got := schedule.MoreThanDaily(); got != test.often {
				t.Errorf("more than daily: %v", got)
			}
		})
	}
}

// An occasion is a time of the pattern on a day that it names, and nothing else
// is; and only what occurs more than once on a day does so more than daily.
func TestPatternSaysWhenItOccurs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schedule, err := calendar.ParseCron(expressions().Draw(t, "cron"))
		if err != nil {
			t.Skip(err)
		}
		pattern := schedule.Pattern()
		day := calendar.Day{Year: 2026, Month: time.January, Date: 1}.AddDays(rapid.IntRange(0, 3000).Draw(t, "day"))
		begin := day.Begin(time.UTC)
		var want []time.Time
		if occursOn(pattern, day) {
			for _, after := range pattern.Times {
				want = append(want, begin.Add(after))
			}
		}
		got := schedule.Occasions(begin.Add(-time.Second), begin.Add(24*time.Hour-time.Second), time.UTC)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s on %s: %s", schedule, day, diff)
		}
		if len(got) > 1 != (schedule.MoreThanDaily() && len(got) > 0) {
			t.Fatalf("%s occurs %d times on %s; more than daily: %v", schedule, len(got), day, schedule.MoreThanDaily())
		}
	})
}

func occursOn(p calendar.Pattern, d calendar.Day) bool {
	if len(p.Months) > 0 && !slices.Contains(p.Months, d.Month) {
		return false
	}
	return len(p.Days) == 0 && len(p.Weekdays) == 0 || slices.Contains(p.Days, d.Date) || slices.Contains(p.Weekdays, d.Weekday())
}

// expressions are cron expressions of all kinds, most of which occur.
func expressions() *rapid.Generator[string] {
	field := func(parts ...string) *rapid.Generator[string] {
		return rapid.SampledFrom(append(parts, "*"))
	}
	return rapid.Custom(func(t *rapid.T) string {
		return field("0", "30", "0,30", "*/20", "5-9").Draw(t, "minute") + " " +
			field("8", "8,16", "*/2", "9-17/4", "0").Draw(t, "hour") + " " +
			field("?", "1", "1,15", "1-7", "*/2", "1-31", "29", "31", "*,3").Draw(t, "day") + " " +
			field("1", "2", "3,9", "1-6", "*/3", "1-12", "JAN").Draw(t, "month") + " " +
			field("?", "0", "1", "1-5", "0,6", "mon,wed", "0-6", "*/2", "*/1").Draw(t, "weekday")
	})
}
