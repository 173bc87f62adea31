package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey"
	"pascalatih/survey/roster"
)

// Plan is what a training's rounds may follow. Those that come with the program
// are the office's own like any other: they can be changed.
type Plan struct {
	ID         int64
	Key, Title string
}

// ForMissing says what a step does where somebody has no account, or a supervisor
// is not known. Who joins later is asked all the same.
type ForMissing string

// What a step does then.
const (
	TellMissing  ForMissing = "tell" // HR is told when its round opens
	AwaitMissing ForMissing = "wait" // nothing
)

// Step is a step of a plan: it sends an instrument some days before or after a
// training.
type Step struct {
	ID, PlanID    int64
	InstrumentKey string
	Instrument    survey.Text `json:"-"` // its title; empty: it is not published
	Audience      string
	Anchor        calendar.Anchor
	Days          int    // after the anchor; before it where negative
	Cron          string // it opens at the first occasion from that day on
	DaysOpen      int
	RemindAfter   []int64 // working days after its opening
	RemindLast    bool    // and on the last day
	Missing       ForMissing
	Off           bool // it opens no more
}

// Same tells whether two steps are the same step, and say the same.
func (s Step) Same(other Step) bool {
	return s.ID == other.ID && s.PlanID == other.PlanID && s.InstrumentKey == other.InstrumentKey &&
		s.Audience == other.Audience && s.Anchor == other.Anchor && s.Days == other.Days && s.Cron == other.Cron &&
		s.DaysOpen == other.DaysOpen && slices.Equal(s.RemindAfter, other.RemindAfter) &&
		s.RemindLast == other.RemindLast && s.Missing == other.Missing && s.Off == other.Off
}

// Plans are all plans, by their keys.
func (s *Store) Plans(ctx context.Context) ([]Plan, error) {
	var plans []Plan
	if err := s.db.SelectContext(ctx, &plans, `SELECT id, key, title FROM plan ORDER BY key`); err != nil {
		return nil, fmt.Errorf("read the plans: %w", err)
	}
	return plans, nil
}

// StepsOf are the steps of a plan in order of time, as they are for a training of
// one day.
func (s *Store) StepsOf(ctx context.Context, plan int64) ([]Step, error) {
	return findSteps(ctx, s.db, `WHERE s.plan_id = $1 ORDER BY s.position`, plan)
}

// Step reads a step of a plan; NotFound (Detail what: step) without one.
func (s *Store) Step(ctx context.Context, id int64) (Step, error) {
	return readStep(ctx, s.db, id)
}

func readStep(ctx context.Context, q sqlx.QueryerContext, id int64) (Step, error) {
	steps, err := findSteps(ctx, q, `WHERE s.id = $1`, id)
	if err != nil {
		return Step{}, err
	}
	if len(steps) == 0 {
		return Step{}, refuse(NotFound, "what", "step")
	}
	return steps[0], nil
}

// titleOfInstrument joins the title of the newest version of s.instrument_key.
const titleOfInstrument = `
	LEFT JOIN LATERAL (SELECT definition->'title' AS title FROM instrument i WHERE i.key = s.instrument_key
	                   ORDER BY i.published_at DESC, i.id DESC LIMIT 1) n ON true `

func findSteps(ctx context.Context, q sqlx.QueryerContext, rest string, args ...any) ([]Step, error) {
	rows, err := q.QueryxContext(ctx, `
		SELECT s.id, s.plan_id, s.instrument_key, n.title, s.audience, s.anchor, s.days, s.cron, s.days_open,
		       s.remind_after, s.remind_last, s.missing, s.off_at IS NOT NULL
		FROM step s `+titleOfInstrument+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("read steps: %w", err)
	}
	defer rows.Close()
	var steps []Step
	for rows.Next() {
		var step Step
		var title sql.Null[fromJSON[survey.Text]]
		err := rows.Scan(&step.ID, &step.PlanID, &step.InstrumentKey, &title, &step.Audience, &step.Anchor, &step.Days, &step.Cron,
			&step.DaysOpen, (*pq.Int64Array)(&step.RemindAfter), &step.RemindLast, &step.Missing, &step.Off)
		if err != nil {
			return nil, fmt.Errorf("read a step: %w", err)
		}
		step.Instrument = title.V.Value
		steps = append(steps, step)
	}
	slices.SortStableFunc(steps, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Days, b.Days), cmp.Compare(a.Anchor, b.Anchor))
	})
	return steps, rows.Err()
}

// PlanStep is a step of a training's plan.
type PlanStep struct {
	ID            int64
	InstrumentKey string
	Instrument    survey.Text // its title; empty: it is not published
	Audience      string
	Opens         time.Time
	Ends          time.Time // its round does at the latest; zero: whenever it opened
	Round         int64     // that it opened; 0: none yet
}

// Over tells whether the step opens no more, though it did not.
func (s PlanStep) Over(now time.Time) bool {
	return s.Round == 0 && awaitedStep{DueStep: DueStep{Occasion: s.Opens}, Ends: s.Ends}.over(now)
}

// PlanSteps are the steps that a training has with that plan, or without one with
// that of its kind, and those days, be it as it is or as it may become; id is 0
// for one that is not there yet. What is switched off is among them where it
// opened before.
func (s *Store) PlanSteps(ctx context.Context, id int64, t roster.Training, zone *time.Location) ([]PlanStep, error) {
	rows, err := s.db.QueryxContext(ctx, `
		SELECT s.id, s.instrument_key, n.title, s.audience, s.anchor, s.days, s.cron, coalesce(r.id, 0)
		FROM step s
		LEFT JOIN round r ON r.training_id = $2 AND r.step_id = s.id `+titleOfInstrument+`
		WHERE s.plan_id = coalesce((SELECT id FROM plan WHERE key = $1), (SELECT plan_id FROM kind_plan WHERE kind = lower($3)))
		  AND (s.off_at IS NULL OR r.id IS NOT NULL)
		ORDER BY s.position`, t.Plan, id, t.Kind)
	if err != nil {
		return nil, fmt.Errorf("read the steps of plan %s: %w", t.Plan, err)
	}
	defer rows.Close()
	var steps []PlanStep
	for rows.Next() {
		var step PlanStep
		var title sql.Null[fromJSON[survey.Text]]
		at := timing{First: t.First, Last: t.Last}
		err := rows.Scan(&step.ID, &step.InstrumentKey, &title, &step.Audience, &at.Anchor, &at.Days, &at.Cron, &step.Round)
		if err == nil {
			step.Opens, err = at.opens(zone)
		}
		if err != nil {
			return nil, fmt.Errorf("read a step of plan %s: %w", t.Plan, err)
		}
		step.Instrument, step.Ends = title.V.Value, at.ends(zone)
		steps = append(steps, step)
	}
	slices.SortStableFunc(steps, func(a, b PlanStep) int { return a.Opens.Compare(b.Opens) })
	return steps, rows.Err()
}

// KindPlan is a kind of trainings and the plan of those of them that name none.
type KindPlan struct {
	Kind      string // as most of its trainings write it
	PlanID    int64  `db:"plan_id"` // 0: none
	PlanTitle string `db:"plan_title"`
	Trainings int    // that name no plan of their own
}

// KindPlans are the kinds that trainings have, or that have a plan.
func (s *Store) KindPlans(ctx context.Context) ([]KindPlan, error) {
	var kinds []KindPlan
	err := s.db.SelectContext(ctx, &kinds, `
		SELECT coalesce(u.written, k.kind) AS kind, coalesce(k.plan_id, 0) AS plan_id, coalesce(p.title, '') AS plan_title,
		       coalesce(u.trainings, 0) AS trainings
		FROM (SELECT lower(kind) AS kind, mode() WITHIN GROUP (ORDER BY kind) AS written,
		             count(*) FILTER (WHERE plan_id IS NULL AND cancelled_at IS NULL) AS trainings
		      FROM training WHERE kind <> '' GROUP BY lower(kind)) u
		FULL JOIN kind_plan k ON k.kind = u.kind
		LEFT JOIN plan p ON p.id = k.plan_id
		ORDER BY 1`)
	if err != nil {
		return nil, fmt.Errorf("read the plans of kinds of trainings: %w", err)
	}
	return kinds, nil
}

// keyPattern is what separates the words of a plan's key.
var keyPattern = regexp.MustCompile(`[^\p{L}\p{N}]+`)

// PlanKey is what a plan of that title is called in files; "" where the title has
// neither letters nor digits.
func PlanKey(title string) string {
	return strings.Trim(keyPattern.ReplaceAllString(strings.ToLower(title), "-"), "-")
}

// CopyPlan makes a plan with another title and the same steps, and gives its id.
// Refused (Detail reason: "title") where its key would be none, or another's.
// NotFound (Detail what: plan): there is no such plan. ErrRepeated comes with the
// first time's id.
func (s *Store) CopyPlan(ctx context.Context, plan int64, title string, src Source, now time.Time) (id int64, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockPlan(ctx, tx, plan); err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, &struct{ Plan *int64 }{&id}); err != nil {
			return err
		}
		key := PlanKey(title)
		if key == "" {
			return refuse(Refused, "reason", "title")
		}
		err := tx.GetContext(ctx, &id, `INSERT INTO plan (key, title) VALUES ($1, $2) RETURNING id`, key, title)
		if pq.As(err, pqerror.UniqueViolation) != nil {
			return refuse(Refused, "reason", "title")
		}
		if err != nil {
			return fmt.Errorf("copy plan %d: %w", plan, err)
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO step (plan_id, position, instrument_key, audience, anchor, days, cron, days_open,
			                  remind_after, remind_last, missing, off_at)
			SELECT $2, position, instrument_key, audience, anchor, days, cron, days_open, remind_after, remind_last, missing, off_at
			FROM step WHERE plan_id = $1`, plan, id)
		if err != nil {
			return fmt.Errorf("copy the steps of plan %d: %w", plan, err)
		}
		return writeAudit(ctx, tx, src, "plan copied", map[string]any{"plan": id, "from": plan}, now)
	})
	return id, err
}

// lockPlan lets one change of a plan at a time pass. NotFound (Detail what: plan)
// without one.
func lockPlan(ctx context.Context, tx *sqlx.Tx, id int64) error {
	var locked int64
	err := tx.GetContext(ctx, &locked, `SELECT id FROM plan WHERE id = $1 FOR NO KEY UPDATE`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return refuse(NotFound, "what", "plan")
	}
	if err != nil {
		return fmt.Errorf("lock plan %d: %w", id, err)
	}
	return nil
}
