package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey"
)

// PlanChange is a change of a plan, or of who follows it: AddStep, MoveStep,
// SwitchStep or SetKindPlan. Rounds that have opened stay as they are.
//
// Each says what the person saw when it was chosen; where somebody else changed
// that meanwhile, it is Refused (Detail reason: "changed"). Without the plan, the
// step or the instrument it is NotFound (Detail what).
type PlanChange interface {
	// make makes the change, and gives what the audit notes of it.
	make(ctx context.Context, tx *sqlx.Tx, now time.Time) (map[string]any, error)
	// action is what the audit calls it.
	action() string
	// touches is the condition on t and p for the trainings and steps that it may
	// move; $2 is its argument.
	touches() (condition string, argument any)
}

// StepMove is a step of a training that will open at another moment.
type StepMove struct {
	TrainingID    int64
	TrainingTitle string
	StepID        int64
	InstrumentKey string
	Instrument    survey.Text // its title; empty: it is not published
	Was, Will     time.Time   // zero: it did, or will, not open
}

// PlanEffect is what a change does to steps that have not opened.
type PlanEffect struct {
	Moves     []StepMove // in order of time
	Trainings int
	People    int // who take part in them, and are still in the office
}

// errOnlyLooked takes a change back that was only looked at.
var errOnlyLooked = errors.New("only looked at")

// PreviewPlan tells what ChangePlan would do, and refuses what it refuses: it makes
// the change, looks, and takes it back.
func (s *Store) PreviewPlan(ctx context.Context, change PlanChange, zone *time.Location, now time.Time) (PlanEffect, error) {
	var effect PlanEffect
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		before, err := awaitedBy(ctx, tx, change, zone, now)
		if err != nil {
			return err
		}
		if _, err := change.make(ctx, tx, now); err != nil {
			return err
		}
		after, err := awaitedBy(ctx, tx, change, zone, now)
		if err != nil {
			return err
		}
		if effect, err = compareAwaited(ctx, tx, before, after); err != nil {
			return err
		}
		return errOnlyLooked
	})
	if errors.Is(err, errOnlyLooked) {
		err = nil
	}
	return effect, err
}

// ChangePlan makes a change. ErrRepeated: it was made before.
func (s *Store) ChangePlan(ctx context.Context, change PlanChange, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		details, err := change.make(ctx, tx, now)
		if _, refused := errors.AsType[*Error](err); refused {
			// It may have waited for itself, handled a second time at once.
			return cmp.Or(firstTime(ctx, tx, src, nil), err)
		}
		if err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, change.action(), details, now)
	})
}

// AddStep adds a step to the plan that it names.
type AddStep struct{ Step Step }

func (a AddStep) action() string         { return "step added" }
func (a AddStep) touches() (string, any) { return `AND p.plan_id = $2`, a.Step.PlanID }

func (a AddStep) make(ctx context.Context, tx *sqlx.Tx, _ time.Time) (map[string]any, error) {
	if err := lockPlan(ctx, tx, a.Step.PlanID); err != nil {
		return nil, err
	}
	step := a.Step
	step.ID = 0
	if err := checkStep(ctx, tx, step); err != nil {
		return nil, err
	}
	err := tx.GetContext(ctx, &step.ID, `
		INSERT INTO step (plan_id, position, instrument_key, audience, anchor, days, cron, days_open, remind_after, remind_last, missing)
		SELECT $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM step WHERE plan_id = $1
		RETURNING id`, step.PlanID, step.InstrumentKey, step.Audience, step.Anchor, step.Days, step.Cron, step.DaysOpen,
		notNull(step.RemindAfter), step.RemindLast, step.Missing)
	if err != nil {
		return nil, fmt.Errorf("add a step to plan %d: %w", step.PlanID, err)
	}
	return map[string]any{"plan": step.PlanID, "step": step.ID, "instrument_key": step.InstrumentKey, "days": step.Days}, nil
}

// MoveStep makes a step say something else than Seen: when it opens, for how long,
// how it reminds. Its instrument and plan stay.
type MoveStep struct{ Seen, Wanted Step }

func (m MoveStep) action() string         { return "step changed" }
func (m MoveStep) touches() (string, any) { return `AND p.id = $2`, m.Seen.ID }

func (m MoveStep) make(ctx context.Context, tx *sqlx.Tx, _ time.Time) (map[string]any, error) {
	if err := lockSeen(ctx, tx, m.Seen); err != nil {
		return nil, err
	}
	step := m.Wanted
	step.ID, step.PlanID, step.Off = m.Seen.ID, m.Seen.PlanID, m.Seen.Off
	step.InstrumentKey, step.Audience = m.Seen.InstrumentKey, m.Seen.Audience
	if err := checkStep(ctx, tx, step); err != nil {
		return nil, err
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE step SET anchor = $2, days = $3, cron = $4, days_open = $5, remind_after = $6, remind_last = $7, missing = $8
		WHERE id = $1`, step.ID, step.Anchor, step.Days, step.Cron, step.DaysOpen, notNull(step.RemindAfter), step.RemindLast, step.Missing)
	if err != nil {
		return nil, fmt.Errorf("change step %d: %w", step.ID, err)
	}
	return map[string]any{"plan": step.PlanID, "step": step.ID, "instrument_key": step.InstrumentKey,
		"was_days": m.Seen.Days, "days": step.Days}, nil
}

// SwitchStep switches a step off, or on again.
type SwitchStep struct {
	Seen Step
	Off  bool
}

func (w SwitchStep) action() string {
	if w.Off {
		return "step switched off"
	}
	return "step switched on"
}

func (w SwitchStep) touches() (string, any) { return `AND p.id = $2`, w.Seen.ID }

func (w SwitchStep) make(ctx context.Context, tx *sqlx.Tx, now time.Time) (map[string]any, error) {
	if err := lockSeen(ctx, tx, w.Seen); err != nil {
		return nil, err
	}
	step := w.Seen
	step.Off = w.Off
	var since *time.Time
	if w.Off {
		since = &now
	} else if err := checkStep(ctx, tx, step); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE step SET off_at = $2 WHERE id = $1`, step.ID, since); err != nil {
		return nil, fmt.Errorf("switch step %d: %w", step.ID, err)
	}
	return map[string]any{"plan": step.PlanID, "step": step.ID, "instrument_key": step.InstrumentKey}, nil
}

// SetKindPlan gives the trainings of a kind that name no plan another one; 0 is
// none, and Seen is the present one.
type SetKindPlan struct {
	Kind       string
	Seen, Plan int64
}

func (k SetKindPlan) action() string {
	if k.Plan == 0 {
		return "plan of a kind taken"
	}
	return "plan of a kind set"
}

func (k SetKindPlan) touches() (string, any) {
	return `AND t.plan_id IS NULL AND lower(t.kind) = lower($2)`, k.Kind
}

func (k SetKindPlan) make(ctx context.Context, tx *sqlx.Tx, _ time.Time) (map[string]any, error) {
	if k.Plan != 0 {
		if err := lockPlan(ctx, tx, k.Plan); err != nil {
			return nil, err
		}
	}
	var present int64
	err := tx.GetContext(ctx, &present, `SELECT plan_id FROM kind_plan WHERE kind = lower($1) FOR UPDATE`, k.Kind)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("lock the plan of a kind: %w", err)
	}
	if present != k.Seen {
		return nil, refuse(Refused, "reason", "changed")
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM kind_plan WHERE kind = lower($1)`, k.Kind); err != nil {
		return nil, fmt.Errorf("take the plan of a kind: %w", err)
	}
	if k.Plan != 0 {
		// Two at once: the second finds the row of the first, and is refused.
		written, err := affected(tx.ExecContext(ctx, `
			INSERT INTO kind_plan (kind, plan_id) VALUES (lower($1), $2) ON CONFLICT DO NOTHING`, k.Kind, k.Plan))
		if err != nil {
			return nil, fmt.Errorf("set the plan of a kind: %w", err)
		}
		if written == 0 {
			return nil, refuse(Refused, "reason", "changed")
		}
	}
	return map[string]any{"plan": cmp.Or(k.Plan, k.Seen), "training_kind": k.Kind}, nil
}

// lockSeen keeps a step, with its plan, from being changed by anybody else, and
// refuses where it is not as the person saw it.
func lockSeen(ctx context.Context, tx *sqlx.Tx, seen Step) error {
	if err := lockPlan(ctx, tx, seen.PlanID); err != nil {
		return err
	}
	present, err := readStep(ctx, tx, seen.ID)
	if err != nil {
		return err
	}
	if !present.Same(seen) {
		return refuse(Refused, "reason", "changed")
	}
	return nil
}

// notNull is an array that Postgres does not read as NULL.
func notNull(numbers []int64) pq.Int64Array {
	if numbers == nil {
		return pq.Int64Array{}
	}
	return numbers
}

// stepOf is a step of a training.
type stepOf struct{ training, step int64 }

// awaitedBy are the steps that will open by themselves among those that a change
// may move, with their moments.
func awaitedBy(ctx context.Context, q sqlx.QueryerContext, change PlanChange, zone *time.Location, now time.Time) (map[stepOf]time.Time, error) {
	condition, argument := change.touches()
	return willOpen(ctx, q, zone, now, condition, argument)
}

func willOpen(ctx context.Context, q sqlx.QueryerContext, zone *time.Location, now time.Time, condition string, argument any) (map[stepOf]time.Time, error) {
	awaited, err := findAwaited(ctx, q, now, zone, condition, argument)
	if err != nil {
		return nil, err
	}
	opens := make(map[stepOf]time.Time, len(awaited))
	for _, step := range awaited {
		if !step.over(now) {
			opens[stepOf{step.TrainingID, step.StepID}] = step.Occasion
		}
	}
	return opens, nil
}

// compareAwaited tells which steps open at another moment than before.
func compareAwaited(ctx context.Context, q sqlx.QueryerContext, before, after map[stepOf]time.Time) (PlanEffect, error) {
	var effect PlanEffect
	trainings, steps := map[int64]bool{}, map[int64]bool{}
	all := maps.Clone(before)
	maps.Copy(all, after)
	for step := range all {
		was, will := before[step], after[step]
		if was.Equal(will) {
			continue
		}
		effect.Moves = append(effect.Moves, StepMove{TrainingID: step.training, StepID: step.step, Was: was, Will: will})
		trainings[step.training], steps[step.step] = true, true
	}
	effect.Trainings = len(trainings)
	if effect.Trainings == 0 {
		return effect, nil
	}
	return effect, nameMoves(ctx, q, &effect, slices.Sorted(maps.Keys(trainings)), slices.Sorted(maps.Keys(steps)))
}

// nameMoves gives the moves their names and their order, and counts whom they
// touch.
func nameMoves(ctx context.Context, q sqlx.QueryerContext, effect *PlanEffect, trainings, steps []int64) error {
	err := sqlx.GetContext(ctx, q, &effect.People, `
		SELECT count(DISTINCT a.employee_id) FROM participation a JOIN employee e ON e.id = a.employee_id AND e.left_at IS NULL
		WHERE a.training_id = ANY($1)`, pq.Array(trainings))
	if err != nil {
		return fmt.Errorf("count whom a change of plans touches: %w", err)
	}
	var titles []struct {
		ID    int64
		Title string
	}
	if err := sqlx.SelectContext(ctx, q, &titles, `SELECT id, title FROM training WHERE id = ANY($1)`, pq.Array(trainings)); err != nil {
		return fmt.Errorf("read which trainings a change of plans touches: %w", err)
	}
	known, err := findSteps(ctx, q, `WHERE s.id = ANY($1)`, pq.Array(steps))
	if err != nil {
		return err
	}
	titleOf, stepOf := map[int64]string{}, map[int64]Step{}
	for _, training := range titles {
		titleOf[training.ID] = training.Title
	}
	for _, step := range known {
		stepOf[step.ID] = step
	}
	for i, move := range effect.Moves {
		step := stepOf[move.StepID]
		effect.Moves[i].TrainingTitle = titleOf[move.TrainingID]
		effect.Moves[i].InstrumentKey, effect.Moves[i].Instrument = step.InstrumentKey, step.Instrument
	}
	slices.SortFunc(effect.Moves, func(a, b StepMove) int { return a.order(b) })
	return nil
}

// order puts moves in order of when they open, or would have.
func (m StepMove) order(other StepMove) int {
	when := func(m StepMove) time.Time {
		if m.Will.IsZero() {
			return m.Was
		}
		return m.Will
	}
	switch c := when(m).Compare(when(other)); {
	case c != 0:
		return c
	case m.TrainingID != other.TrainingID:
		return int(m.TrainingID - other.TrainingID)
	}
	return int(m.StepID - other.StepID)
}
