package storage

import (
	"context"
	"fmt"
	"time"

	"pascalatih/scheduler/calendar"
)

// Holidays are the days on which the office is closed, those of the weekend left
// out, as far as they are known.
func (s *Store) Holidays(ctx context.Context) (calendar.Holidays, error) {
	var days []time.Time
	if err := s.db.SelectContext(ctx, &days, `SELECT day FROM holiday`); err != nil {
		return nil, fmt.Errorf("read the holidays: %w", err)
	}
	holidays := make(calendar.Holidays, len(days))
	for _, day := range days {
		holidays[calendar.DayOf(day, time.UTC)] = true // dates come as midnights of no zone
	}
	return holidays, nil
}
