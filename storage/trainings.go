package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey/roster"
)

// Training is one run of a course, as a roster would say it: its days are
// midnights UTC.
type Training struct {
	ID int64
	roster.Training
	PlanTitle    string // of the plan that it follows; "": of none
	PlanOfKind   bool   // it names none, and follows that of its kind
	Cancelled    *time.Time
	Participants int // whom the scope shows and who are still in the office
}

// Month is a month with trainings and the ones before and after it that have
// some too; zero where there is none. Months are their first days.
type Month struct {
	Month, Before, After time.Time
	Trainings            []Training // by their first days
}

// trainingsOf selects the trainings in which somebody takes part whom the scope
// ($1, $2) shows, or all of them where it shows everybody.
const trainingsOf = `
	SELECT t.id, t.code, t.title, t.kind, t.provider, t.first_day, t.last_day, t.hours,
	       coalesce(p.key, '') AS plan, coalesce(p.title, ofkind.title, '') AS plan_title,
	       p.id IS NULL AND ofkind.id IS NOT NULL AS plan_of_kind, t.cancelled_at,
	       (SELECT count(*) FROM participation a JOIN employee e ON e.id = a.employee_id
	        WHERE a.training_id = t.id AND e.left_at IS NULL AND ($1 OR e.unit_id = ANY($2))) AS participants
	FROM training t LEFT JOIN plan p ON p.id = t.plan_id
	LEFT JOIN kind_plan k ON k.kind = lower(t.kind) LEFT JOIN plan ofkind ON ofkind.id = k.plan_id
	WHERE ` + trainingShown

const trainingShown = `($1 OR EXISTS (
	SELECT FROM participation a JOIN employee e ON e.id = a.employee_id
	WHERE a.training_id = t.id AND e.unit_id = ANY($2))) `

// TrainingMonth gives the trainings that begin in a month, as far as the scope
// shows them: the latest month up to until that has any, or else the first one
// after it. Without any training at all it is zero.
func (s *Store) TrainingMonth(ctx context.Context, scope Scope, until time.Time) (Month, error) {
	var months []time.Time
	err := s.db.SelectContext(ctx, &months, `
		SELECT DISTINCT date_trunc('month', t.first_day::timestamp) AS month FROM training t
		WHERE `+trainingShown+`ORDER BY month`, scope.All, pq.Array(scope.Units))
	if err != nil {
		return Month{}, fmt.Errorf("read the months of trainings: %w", err)
	}
	if len(months) == 0 {
		return Month{}, nil
	}
	at := 0
	for i, month := range months {
		if !month.After(until) {
			at = i
		}
	}
	found := Month{Month: months[at].UTC()}
	if at > 0 {
		found.Before = months[at-1].UTC()
	}
	if at < len(months)-1 {
		found.After = months[at+1].UTC()
	}
	found.Trainings, err = findTrainings(ctx, s.db, `
		AND t.first_day >= $3::date AND t.first_day < $3::date + interval '1 month'
		ORDER BY t.first_day, t.id`, scope, found.Month.Format(time.DateOnly))
	return found, err
}

// Training reads a training. NotFound (Detail what: training): there is none, or
// nobody takes part in it whom the scope shows.
func (s *Store) Training(ctx context.Context, scope Scope, id int64) (Training, error) {
	return readTraining(ctx, s.db, scope, id)
}

func readTraining(ctx context.Context, q sqlx.ExtContext, scope Scope, id int64) (Training, error) {
	found, err := findTrainings(ctx, q, `AND t.id = $3`, scope, id)
	if err != nil {
		return Training{}, err
	}
	if len(found) == 0 {
		return Training{}, refuse(NotFound, "what", "training")
	}
	return found[0], nil
}

func findTrainings(ctx context.Context, q sqlx.ExtContext, rest string, scope Scope, args ...any) ([]Training, error) {
	rows, err := q.QueryxContext(ctx, trainingsOf+rest, append([]any{scope.All, pq.Array(scope.Units)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read trainings: %w", err)
	}
	defer rows.Close()
	var found []Training
	for rows.Next() {
		var t Training
		var hours sql.NullInt64
		err := rows.Scan(&t.ID, &t.Code, &t.Title, &t.Kind, &t.Provider, &t.First, &t.Last, &hours,
			&t.Plan, &t.PlanTitle, &t.PlanOfKind, &t.Cancelled, &t.Participants)
		if err != nil {
			return nil, fmt.Errorf("read a training: %w", err)
		}
		t.First, t.Last = t.First.UTC(), t.Last.UTC()
		t.Hours = roster.Hours{Count: int(hours.Int64), Known: hours.Valid}
		found = append(found, t)
	}
	return found, rows.Err()
}

// TrainingCoded finds a training by its code; NotFound (Detail what: training)
// without one.
func (s *Store) TrainingCoded(ctx context.Context, code string) (id int64, err error) {
	err = s.db.GetContext(ctx, &id, `SELECT id FROM training WHERE code = $1`, code)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, refuse(NotFound, "what", "training")
	}
	if err != nil {
		return 0, fmt.Errorf("look for a training's code: %w", err)
	}
	return id, nil
}

// TrainingRounds are the rounds about a training, newest first, with the counts
// of those whom the scope shows.
func (s *Store) TrainingRounds(ctx context.Context, scope Scope, training int64) ([]RoundStatus, error) {
	rounds, err := findRounds(ctx, s.db, `WHERE r.training_id = $1 ORDER BY r.opened_at DESC, r.id DESC`, training)
	if err != nil {
		return nil, err
	}
	all := make([]RoundStatus, len(rounds))
	for i, round := range rounds {
		report, err := reportRound(ctx, s.db, round.ID, scope)
		if err != nil {
			return nil, err
		}
		all[i] = RoundStatus{Round: round, RoundCounts: report.RoundCounts}
	}
	return all, nil
}
