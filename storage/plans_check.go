package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/scheduler/calendar"
)

// The limits of a step.
const (
	EarliestStep = -60
	LatestStep   = 400
	LongestOpen  = 366
	LatestRemind = 60 // working days
	MostReminds  = 5
)

// AudienceFor is who answers an instrument in plans: what is called observation,
// or observation_ and more, is for supervisors, everything else for alumni. So
// nobody can send a form to the wrong people.
func AudienceFor(instrument string) string {
	if instrument == "observation" || strings.HasPrefix(instrument, "observation_") {
		return Supervisors
	}
	return Alumni
}

// Before tells whether a step lies before the training: its round ends when the
// training begins.
func (s Step) Before() bool { return s.Days < 0 && s.Anchor == calendar.FirstDay }

// Check refuses a step that could never do what it is for, with Refused and a
// Detail reason: its day is out of bounds ("days"), its expression is none
// ("cron"), occurs more than once a day ("often") or less than once a year
// ("rare"), a step before the training has one that leaves days out, or counts
// from the last day ("before"); it is open too short or too long ("open"); it
// reminds too often, too late or not in order ("remind"); its audience is not that
// of its instrument ("audience").
func (s Step) Check() error {
	cron, err := calendar.ParseCron(s.Cron)
	switch {
	case s.Anchor != calendar.FirstDay && s.Anchor != calendar.LastDay, s.Days < EarliestStep, s.Days > LatestStep:
		return refuse(Refused, "reason", "days")
	case err != nil:
		return refuse(Refused, "reason", "cron")
	case cron.MoreThanDaily():
		return refuse(Refused, "reason", "often")
	case isRare(cron):
		return refuse(Refused, "reason", "rare")
	case s.Days < 0 && (s.Anchor != calendar.FirstDay || !isDaily(cron)):
		return refuse(Refused, "reason", "before")
	case s.DaysOpen < 1 || s.DaysOpen > LongestOpen:
		return refuse(Refused, "reason", "open")
	case s.Audience != AudienceFor(s.InstrumentKey):
		return refuse(Refused, "reason", "audience")
	case len(s.RemindAfter) > MostReminds:
		return refuse(Refused, "reason", "remind")
	}
	last := int64(0)
	for _, after := range s.RemindAfter {
		if after <= last || after > LatestRemind {
			return refuse(Refused, "reason", "remind")
		}
		last = after
	}
	return nil
}

// isRare tells whether years may pass between two occasions: those of 29 February.
// From a day on, an occasion is looked for within a year.
func isRare(cron calendar.Cron) bool {
	afterLeapDay := time.Date(2000, time.March, 1, 0, 0, 0, 0, time.UTC)
	return cron.Next(afterLeapDay, time.UTC).After(afterLeapDay.AddDate(1, 0, 1))
}

func isDaily(cron calendar.Cron) bool {
	pattern := cron.Pattern()
	return len(pattern.Months) == 0 && len(pattern.Days) == 0 && len(pattern.Weekdays) == 0
}

// checkStep is Check, with what only the database knows: NotFound (Detail what:
// instrument) where nothing of that key is published, and Refused (Detail reason:
// "twice") where another step of the plan sends the same form to the same people
// while this one is open.
func checkStep(ctx context.Context, tx *sqlx.Tx, step Step) error {
	if err := step.Check(); err != nil {
		return err
	}
	var published bool
	err := tx.GetContext(ctx, &published, `
		SELECT EXISTS (SELECT FROM instrument WHERE key = $1) OR EXISTS (SELECT FROM step WHERE id = $2 AND instrument_key = $1)`,
		step.InstrumentKey, step.ID)
	if err != nil {
		return fmt.Errorf("look for instrument %s: %w", step.InstrumentKey, err)
	}
	if !published {
		return refuse(NotFound, "what", "instrument")
	}
	others, err := findSteps(ctx, tx, `WHERE s.plan_id = $1 AND s.id <> $2 AND s.off_at IS NULL AND s.instrument_key = $3 AND s.audience = $4`,
		step.PlanID, step.ID, step.InstrumentKey, step.Audience)
	if err != nil {
		return err
	}
	for _, other := range others {
		if !step.Off && step.Before() == other.Before() && step.Days < other.Days+other.DaysOpen && other.Days < step.Days+step.DaysOpen {
			return refuse(Refused, "reason", "twice")
		}
	}
	return nil
}
