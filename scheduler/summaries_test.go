package scheduler_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"pascalatih/scheduler"
	"pascalatih/storage"
	"pascalatih/survey/stats"
)

// monday is the first Monday after the office began, midnight.
var monday = time.Date(2026, time.July, 13, 0, 0, 0, 0, wib)

const (
	week  = 7 * day
	eight = 8 * time.Hour // when the weekly summary is due
)

// summaries are those that came to the desk for the first admin, in the order of
// their weeks.
func (o *office) summaries(desk *desk) []storage.Summary {
	o.t.Helper()
	var all []storage.Summary
	for _, a := range desk.of(storage.DeliverySummary) {
		if a.AccountID == 900 {
			summary, err := o.Summary(o.t.Context(), a.SummaryID)
			must(o.t, err)
			all = append(all, summary)
		}
	}
	return all
}

func (o *office) figures(summary storage.Summary) stats.Figures {
	o.t.Helper()
	var figures stats.Figures
	must(o.t, json.Unmarshal(summary.Figures, &figures))
	return figures
}

func TestWeeklySummary(t *testing.T) {
	o := newOffice(t, monday.Add(-time.Hour))
	desk := o.desk()
	for range 2 {
		o.run(desk)
	}
	o.until(monday.Add(eight - time.Second))
	if early := desk.of(storage.DeliverySummary); len(early) != 0 {
		t.Errorf("early: %+v", early)
	}
	o.until(monday.Add(eight + time.Second))
	if got := desk.accounts(storage.DeliverySummary); !maps.Equal(got, once(900, 901)) {
		t.Errorf("sent, by account: %v, want one to each admin", got)
	}
	if at := desk.of(storage.DeliverySummary)[0].at; !at.Equal(monday.Add(eight)) {
		t.Errorf("sent at %v", at)
	}
	o.until(monday.Add(3*week + eight + time.Second))
	for i, summary := range o.summaries(desk) {
		ends := monday.Add(time.Duration(i) * week)
		if !summary.From.Equal(ends.Add(-week)) || !summary.To.Equal(ends) || !summary.Occasion.Equal(ends.Add(eight)) {
			t.Errorf("summary %d of %v to %v, occasion %v", i, summary.From, summary.To, summary.Occasion)
		}
	}
	if got := len(o.summaries(desk)); got != 4 {
		t.Errorf("%d in four weeks", got)
	}
}

func TestWeeklySummaryAfterDowntime(t *testing.T) {
	tests := map[string]struct {
		until time.Time   // the end of the downtime, which began before the first summary
		weeks []time.Time // the ends of the weeks that are caught up
	}{
		"a day":      {until: monday.Add(eight + day), weeks: []time.Time{monday}},
		"two weeks":  {until: monday.Add(eight + week + day), weeks: []time.Time{monday, monday.Add(week)}},
		"four weeks": {until: monday.Add(eight + 4*week - time.Minute), weeks: []time.Time{monday, monday.Add(week), monday.Add(2 * week), monday.Add(3 * week)}},
		"ten weeks: nothing of more than 28 days ago": {until: monday.Add(eight + 9*week + day),
			weeks: []time.Time{monday.Add(6 * week), monday.Add(7 * week), monday.Add(8 * week), monday.Add(9 * week)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, test.until)
			desk := o.desk()
			o.run(desk)
			o.until(test.until.Add(2 * time.Second))
			summaries := o.summaries(desk)
			if len(summaries) != len(test.weeks) {
				t.Fatalf("%d summaries, want %d", len(summaries), len(test.weeks))
			}
			for _, ends := range test.weeks {
				found := false
				for _, summary := range summaries {
					found = found || summary.To.Equal(ends) && summary.From.Equal(ends.Add(-week)) && summary.Occasion.Equal(ends.Add(eight))
				}
				if !found {
					t.Errorf("none of the week until %v", ends)
				}
			}
		})
	}
}

func TestAWeekIsTheOffices(t *testing.T) {
	for name, zone := range map[string]*time.Location{
		"WIB": wib, "WIT": time.FixedZone("WIT", 9*60*60), "UTC": time.UTC, "west": time.FixedZone("west", -9*60*60),
	} {
		t.Run(name, func(t *testing.T) {
			midnight := time.Date(2026, time.July, 13, 0, 0, 0, 0, zone)
			o := newOffice(t, midnight.Add(-2*day))
			desk := o.desk()
			o.exec(`UPDATE training SET plan_id = NULL; UPDATE schedule SET since = '2026-07-08'`)
			o.open()
			o.run(desk, func(c *scheduler.Config) { c.Zone = zone })
			o.until(midnight.Add(-time.Second))
			o.send(101, "4")
			o.until(midnight)
			o.send(102, "3") // belongs to the next week
			o.until(midnight.Add(eight + week + time.Second))
			summaries := o.summaries(desk)
			if len(summaries) != 2 {
				t.Fatalf("%d summaries", len(summaries))
			}
			for i, summary := range summaries {
				ends := midnight.Add(time.Duration(i) * week)
				if !summary.From.Equal(ends.Add(-week)) || !summary.To.Equal(ends) {
					t.Errorf("week %d is %v to %v", i, summary.From, summary.To)
				}
				figures := o.figures(summary)
				if round := figures.Forms[0].Rounds[0]; round.Training != "Pelatihan B" {
					t.Errorf("week %d: %+v", i, round)
				}
				for measure, want := range map[stats.Measure]int{stats.Invited: 6, stats.SentNow: 1, stats.Sent: 1 + i} {
					if got := figures.Table()[stats.Key{Form: "reaction", Group: stats.All, Measure: measure}]; got.N != want {
						t.Errorf("week %d: %s %d, want %d", i, measure, got.N, want)
					}
				}
			}
		})
	}
}

func TestASummaryThatFailsIsNotSkipped(t *testing.T) {
	for name, refused := range map[string]string{
		"of the first week":                        `NEW.occasion < '2026-07-14'`,
		"of the office, after that of a unit head": `NEW.units = '{}'`,
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, monday.Add(eight+week+day))
			o.exec(`INSERT INTO account_role (account_id, role, unit_id, granted_at) VALUES (101, 'unit_head', 1, '2026-07-01')`)
			o.exec(`
				CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
				CREATE TRIGGER refuse BEFORE INSERT ON summary FOR EACH ROW WHEN (` + refused + `) EXECUTE FUNCTION refuse()`)
			desk := o.desk()
			o.run(desk)
			o.settle()
			o.exec(`DROP TRIGGER refuse ON summary`)
			o.until(o.clock.Now().Add(2 * time.Second))
			if got := len(o.summaries(desk)); got != 2 {
				t.Errorf("%d summaries, want that of each week", got)
			}
			if got := desk.accounts(storage.DeliverySummary)[101]; got != 2 {
				t.Errorf("the head of a unit got %d", got)
			}
		})
	}
}

func TestSummaryOnDemand(t *testing.T) {
	wednesday := monday.Add(2*day + 10*time.Hour)
	ask := func(o *office) {
		_, err := o.EnqueueJob(o.t.Context(), storage.Order{Kind: storage.JobSummary, AccountID: 901}, storage.Source{}, o.clock.Now())
		must(o.t, err)
	}
	// What was caught up at the start is not what was asked for.
	start := func(t *testing.T) (*office, *desk) {
		o := newOffice(t, wednesday)
		desk := o.desk()
		o.run(desk)
		o.until(wednesday.Add(2 * time.Second))
		return o, desk
	}

	t.Run("comes at once, for the one who asked", func(t *testing.T) {
		o, desk := start(t)
		o.run(desk)
		before := len(desk.of(storage.DeliverySummary))
		ask(o)
		o.until(o.clock.Now().Add(2 * time.Second))
		came := desk.of(storage.DeliverySummary)[before:]
		if len(came) != 1 || came[0].AccountID != 901 {
			t.Fatalf("came: %+v", came)
		}
		summary, err := o.Summary(t.Context(), came[0].SummaryID)
		must(t, err)
		if !summary.From.Equal(monday.Add(-week)) || !summary.To.Equal(monday) || came[0].JobID == 0 {
			t.Errorf("it is of %v to %v, asked for by job %d; want the last full week", summary.From, summary.To, came[0].JobID)
		}
		if kept := o.count(`SELECT count(*) FROM summary`); kept != 1 {
			t.Errorf("%d summaries are kept of the week", kept)
		}
	})

	t.Run("comes once, even if its job runs twice", func(t *testing.T) {
		o, desk := start(t)
		before := len(desk.of(storage.DeliverySummary))
		ask(o)
		o.until(o.clock.Now().Add(2 * time.Second))
		// Its process died before it could write that it was done.
		o.exec(`UPDATE job SET state = 'running', process = 2000000000, lease_until = clock_timestamp() + interval '1 hour', ended_at = NULL`)
		o.until(o.clock.Now().Add(10 * time.Second))
		if came := desk.of(storage.DeliverySummary)[before:]; len(came) != 1 {
			t.Errorf("came: %+v", came)
		}
		if got := o.count(`SELECT count(*) FROM job WHERE state = 'done' AND attempts = 2`); got != 1 {
			t.Errorf("%d jobs done at the second attempt", got)
		}
	})

	t.Run("is tried again after it failed", func(t *testing.T) {
		o, desk := start(t)
		before := len(desk.of(storage.DeliverySummary))
		o.exec(`ALTER TABLE response RENAME TO away`)
		ask(o)
		o.until(o.clock.Now().Add(2 * time.Second))
		o.exec(`ALTER TABLE away RENAME TO response`)
		o.until(o.clock.Now().Add(2 * time.Minute))
		if came := desk.of(storage.DeliverySummary)[before:]; len(came) != 1 {
			t.Errorf("came: %+v", came)
		}
	})
}
