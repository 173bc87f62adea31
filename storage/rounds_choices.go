package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"pascalatih/survey"
)

// TrainingChoice is a training that a round may be about.
type TrainingChoice struct {
	ID           int64
	Code, Title  string
	LastDay      time.Time `db:"last_day"` // a midnight of no zone
	Participants int       // whom the scope shows and who are still in the office
}

// TrainingChoices are the trainings that the scope shows, the latest first.
func (s *Store) TrainingChoices(ctx context.Context, scope Scope) ([]TrainingChoice, error) {
	var all []TrainingChoice
	err := s.db.SelectContext(ctx, &all, `
		SELECT t.id, t.code, t.title, t.last_day,
		       (SELECT count(*) FROM participation a JOIN employee e ON e.id = a.employee_id AND e.left_at IS NULL
		        WHERE a.training_id = t.id AND ($1 OR e.unit_id = ANY($2))) AS participants
		FROM training t WHERE `+trainingShown+`ORDER BY t.last_day DESC, t.id DESC`, scope.All, pq.Array(scope.Units))
	if err != nil {
		return nil, fmt.Errorf("read the trainings to choose from: %w", err)
	}
	return all, nil
}

// InstrumentChoice is the newest version of an instrument.
type InstrumentChoice struct {
	ID    int64
	Key   string
	Title survey.Text
	About survey.About
}

// InstrumentChoices are the newest versions of all instruments, by their keys.
func (s *Store) InstrumentChoices(ctx context.Context) ([]InstrumentChoice, error) {
	rows, err := s.db.QueryxContext(ctx, `
		SELECT DISTINCT ON (key) id, key, definition->'title', coalesce(definition->>'about', '') FROM instrument
		ORDER BY key, published_at DESC, id DESC`)
	if err != nil {
		return nil, fmt.Errorf("read the instruments to choose from: %w", err)
	}
	defer rows.Close()
	var all []InstrumentChoice
	for rows.Next() {
		var choice InstrumentChoice
		var title fromJSON[survey.Text]
		if err := rows.Scan(&choice.ID, &choice.Key, &title, &choice.About); err != nil {
			return nil, fmt.Errorf("read an instrument to choose: %w", err)
		}
		choice.Title = title.Value
		all = append(all, choice)
	}
	return all, rows.Err()
}

// RoundsOf are the rounds in which somebody is asked whom the scope shows: those
// that are open, and those that closed since; newest first.
func (s *Store) RoundsOf(ctx context.Context, scope Scope, since time.Time) ([]Round, error) {
	return findRounds(ctx, s.db, `
		WHERE (r.closed_at IS NULL OR r.closed_at >= $1)
		  AND ($2 OR EXISTS (SELECT FROM invitation i JOIN employee e ON e.id = i.respondent_id
		                     WHERE i.round_id = r.id AND e.unit_id = ANY($3)))
		ORDER BY r.closed_at IS NOT NULL, r.opened_at DESC, r.id DESC`, since, scope.All, pq.Array(scope.Units))
}
