package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/scheduler/calendar"
)

// DueStep is a step of a training's plan whose occasion has come.
type DueStep struct {
	TrainingID, StepID int64
	Occasion           time.Time
}

// longestPlan bounds the days since a training's day, or the day its step counts
// to, in which the step's occasion is looked for: expressions of plans occur at
// least once a year.
const longestPlan = 400

// stepsOfTrainings joins the trainings t that somebody may be asked about to the
// steps p that may open for them: those of the plan that the training names, or
// else of the plan of its kind.
const stepsOfTrainings = `training t LEFT JOIN kind_plan k ON k.kind = lower(t.kind)
	JOIN step p ON p.plan_id = coalesce(t.plan_id, k.plan_id)
	AND t.cancelled_at IS NULL AND p.off_at IS NULL`

// stepDay is the day from which on step p of training t opens.
const stepDay = `CASE p.anchor WHEN 'first_day' THEN t.first_day ELSE t.last_day END + p.days`

// DueSteps are the steps that open now: their occasion, in zone, has come and is
// at most 7 days ago, and they have had no round; what is asked before a training
// opens only until it begins. One that cannot open (its instrument is not published,
// nobody took part, HR has planned the same round) is among them until NotePassed has
// noted it, and again once it can. One that would ask again is not: of a training
// whose round of the same form and audience was open at the occasion, or after it.
func (s *Store) DueSteps(ctx context.Context, now time.Time, zone *time.Location) ([]DueStep, error) {
	// No step opens before its day.
	awaited, err := findAwaited(ctx, hot{store: s}, now, zone, `AND `+stepDay+` <= $1::date + `+strconv.Itoa(longestPlan))
	if err != nil {
		return nil, err
	}
	var due []DueStep
	for _, step := range awaited {
		if step.opensAt(now) && (step.CanOpen || !step.Noted) {
			due = append(due, step.DueStep)
		}
	}
	return due, nil
}

// NextStep is the earliest occasion of a step after now.
func (s *Store) NextStep(ctx context.Context, now time.Time, zone *time.Location) (time.Time, bool, error) {
	awaited, err := findAwaited(ctx, hot{store: s}, now, zone, "")
	if err != nil {
		return time.Time{}, false, err
	}
	var next time.Time
	for _, step := range awaited {
		if step.Occasion.After(now) && (next.IsZero() || step.Occasion.Before(next)) {
			next = step.Occasion
		}
	}
	return next, !next.IsZero(), nil
}

// OpenStep opens the round of a step, once: called again, by whomever, it gives
// the round that is there. It refuses what PreviewRound refuses, and with Refused
// (Detail reason: moved) a step that was moved or switched off, or whose training
// was, or was given another plan, since it was found due; (begun) a step before a
// training that has begun.
//
// Where the step says so, HR is told of those who cannot be asked, or about whom
// nobody can.
func (s *Store) OpenStep(ctx context.Context, step DueStep, zone *time.Location, now time.Time) (Round, RoundCounts, error) {
	var status RoundStatus
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		opening, err := lockOpeningOf(ctx, tx, step, zone)
		if err != nil {
			return err
		}
		rounds, err := findRounds(ctx, tx, `WHERE r.training_id = $1 AND r.step_id = $2`, step.TrainingID, step.StepID)
		if err != nil {
			return err
		}
		if len(rounds) > 0 {
			status, err = roundStatus(ctx, tx, rounds[0].ID)
			return err
		}
		if opening.over(now, zone) {
			return refuse(Refused, "reason", "begun")
		}
		preview, err := previewRound(ctx, tx, opening.Opening)
		if err != nil {
			return err
		}
		preview.awaits = []stepTaken{opening.stepTaken}
		if status, err = openRound(ctx, tx, preview, Source{}, zone, now); err != nil {
			return err
		}
		if opening.Missing != TellMissing || status.Reachable == status.Invited && preview.Unsupervised == 0 {
			return nil
		}
		return tellOpening(ctx, tx, status.ID, now)
	})
	return status.Round, status.RoundCounts, err
}

type awaitedStep struct {
	DueStep
	Ends    time.Time // zero: whenever it opened
	CanOpen bool      // or its day is still to come
	Noted   bool
}

// opensAt tells whether the step opens now, if it can.
func (s awaitedStep) opensAt(now time.Time) bool {
	return calendar.StillOpens(s.Occasion, now) && (s.Ends.IsZero() || now.Before(s.Ends))
}

// over tells whether the step will open no more.
func (s awaitedStep) over(now time.Time) bool {
	return now.After(s.Occasion.Add(calendar.Lateness)) || !s.Ends.IsZero() && (!now.Before(s.Ends) || !s.Occasion.Before(s.Ends))
}

// findAwaited are the steps without a round, past and to come, with their occasions,
// that the condition on t and p selects.
func findAwaited(ctx context.Context, q sqlx.QueryerContext, now time.Time, zone *time.Location, condition string, args ...any) ([]awaitedStep, error) {
	since := calendar.DayOf(now, zone).AddDays(-longestPlan)
	rows, err := q.QueryxContext(ctx, `
		SELECT t.id, p.id, t.first_day, t.last_day, p.anchor, p.days, p.cron, p.days_open,
		       `+stepDay+` > $1::date + `+strconv.Itoa(longestPlan)+` -- that it can is asked of what may be due
		           OR EXISTS (SELECT FROM instrument n WHERE n.key = p.instrument_key)
		           AND EXISTS (SELECT FROM participation a JOIN employee e ON e.id = a.employee_id
		               WHERE a.training_id = t.id AND (p.audience = 'alumni'
		                   OR EXISTS (SELECT FROM employee x WHERE x.id = e.supervisor_id AND x.left_at IS NULL)))
		           AND NOT EXISTS (`+plannedRound+` AND job.payload->'training' = to_jsonb(t.id)
		               AND job.payload->>'instrument' = p.instrument_key AND job.payload->>'audience' = p.audience),
		       EXISTS (SELECT FROM step_pass x WHERE x.training_id = t.id AND x.step_id = p.id),
		       same.is_open, same.ended
		FROM `+stepsOfTrainings+` CROSS JOIN LATERAL (
		    SELECT coalesce(bool_or(r.closed_at IS NULL), false) AS is_open, max(r.closed_at) AS ended FROM round r
		    WHERE r.training_id = t.id AND r.instrument_key = p.instrument_key AND r.audience = p.audience) same
		WHERE `+stepDay+` >= $1::date
		  AND NOT EXISTS (SELECT FROM round r WHERE r.training_id = t.id AND r.step_id = p.id) `+condition+`
		ORDER BY t.id, p.position`, append([]any{since.String()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read awaited steps: %w", err)
	}
	defer rows.Close()
	var awaited []awaitedStep
	for rows.Next() {
		var step awaitedStep
		var at timing
		var open bool
		var ended sql.NullTime
		err := rows.Scan(&step.TrainingID, &step.StepID, &at.First, &at.Last, &at.Anchor, &at.Days, &at.Cron, &at.DaysOpen,
			&step.CanOpen, &step.Noted, &open, &ended)
		if err != nil {
			return nil, fmt.Errorf("read an awaited step: %w", err)
		}
		if step.Occasion, err = at.opens(zone); err != nil {
			return nil, fmt.Errorf("step %d: %w", step.StepID, err)
		}
		step.Ends = at.ends(zone)
		asked := open && !step.Occasion.After(now) || ended.Valid && !ended.Time.Before(step.Occasion)
		if !asked {
			awaited = append(awaited, step)
		}
	}
	return awaited, rows.Err()
}

// moveBeginnings moves the end of the open rounds before trainings with the first
// day of the trainings: d has each one's id, first_day and was_first_day.
func moveBeginnings(d string) string {
	return `
	UPDATE round r
	SET closes_at = greatest(r.closes_at + (d.first_day - d.was_first_day) * interval '1 day', r.opened_at + interval '1 second')
	FROM step p, (` + d + `) d
	WHERE p.id = r.step_id AND p.anchor = 'first_day' AND p.days < 0
	  AND r.training_id = d.id AND r.closed_at IS NULL AND d.first_day <> d.was_first_day`
}

type stepOpening struct {
	Opening
	stepTaken
	Missing ForMissing
}

// lockOpeningOf tells what a step opens, and keeps everybody else from opening
// rounds of its training, or moving either, until the transaction ends.
func lockOpeningOf(ctx context.Context, tx *sqlx.Tx, step DueStep, zone *time.Location) (stepOpening, error) {
	o := stepOpening{stepTaken: stepTaken{ID: step.StepID}}
	err := tx.QueryRowxContext(ctx, `
		SELECT t.code, p.instrument_key, p.audience, p.missing,
		       t.first_day, t.last_day, p.anchor, p.days, p.cron, p.days_open, p.remind_after, p.remind_last
		FROM `+stepsOfTrainings+`
		WHERE t.id = $1 AND p.id = $2 FOR UPDATE OF t FOR SHARE OF p`, step.TrainingID, step.StepID).
		Scan(&o.Training, &o.Instrument, &o.Audience, &o.Missing,
			&o.First, &o.Last, &o.Anchor, &o.Days, &o.Cron, &o.DaysOpen, &o.RemindAfter, &o.RemindLast)
	if errors.Is(err, sql.ErrNoRows) {
		return stepOpening{}, refuse(Refused, "reason", "moved")
	}
	if err != nil {
		return stepOpening{}, fmt.Errorf("lock step %d of training %d: %w", step.StepID, step.TrainingID, err)
	}
	occasion, err := o.opens(zone)
	if err != nil {
		return stepOpening{}, fmt.Errorf("step %d: %w", step.StepID, err)
	}
	if !occasion.Equal(step.Occasion) {
		return stepOpening{}, refuse(Refused, "reason", "moved")
	}
	return o, nil
}

// stepTaken is what a round keeps of the step that opened it.
type stepTaken struct {
	timing
	ID          int64
	RemindAfter pq.Int64Array // working days after its opening
	RemindLast  bool          // and on the last day
}

// timing is when a step opens for a training. Dates come as midnights of no zone.
type timing struct {
	First, Last time.Time
	Anchor      calendar.Anchor
	Days        int
	Cron        string
	DaysOpen    int
}

// opens is the step's occasion.
func (t timing) opens(zone *time.Location) (time.Time, error) {
	cron, err := calendar.ParseCron(t.Cron)
	if err != nil {
		return time.Time{}, err
	}
	return calendar.StepOpens(calendar.DayOf(t.First, time.UTC), calendar.DayOf(t.Last, time.UTC), t.Anchor, t.Days, cron, zone), nil
}

// ends is when a round of the step ends at the latest; zero: whenever it opened.
func (t timing) ends(zone *time.Location) time.Time {
	ends, _ := calendar.StepEnds(calendar.DayOf(t.First, time.UTC), calendar.DayOf(t.Last, time.UTC), t.Anchor, t.Days, zone)
	return ends
}

// over tells whether it is too late for a round of the step.
func (t timing) over(at time.Time, zone *time.Location) bool {
	ends := t.ends(zone)
	return !ends.IsZero() && !at.Before(ends)
}

// closes is when a round of the step ends that opens at that moment.
func (t timing) closes(opens time.Time, zone *time.Location) time.Time {
	closes := opens.In(zone).AddDate(0, 0, t.DaysOpen)
	if ends := t.ends(zone); !ends.IsZero() && ends.Before(closes) {
		return ends
	}
	return closes
}
