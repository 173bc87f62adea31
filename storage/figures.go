package storage

import (
	"context"
	"fmt"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey/stats"
)

// Figures are those of a period that is over, or of a round so far. A week's are
// computed once: once a summary of it is kept, they are those. Else the responses
// that may be counted by its end are put into blocks first, and how satisfaction
// moved is told against the week before as that is kept.
func (s *Store) Figures(ctx context.Context, p stats.Period, zone *time.Location) (stats.Figures, error) {
	if p.Round == 0 {
		kept, found, err := s.KeptWeek(ctx, p)
		if err != nil {
			return stats.Figures{}, err
		}
		if found {
			return kept.Read()
		}
	}
	if _, err := s.FormBlocks(ctx, p.Round, p.To, zone); err != nil {
		return stats.Figures{}, fmt.Errorf("form blocks: %w", err)
	}
	if len(p.Units) == 0 { // of some units no comparison is told
		if _, err := s.FormPairs(ctx, p.Round, p.To); err != nil {
			return stats.Figures{}, fmt.Errorf("form pairs: %w", err)
		}
	}
	counts, err := s.Counts(ctx, p)
	if err != nil {
		return stats.Figures{}, err
	}
	figures := stats.Compute(counts)
	if p.Round != 0 {
		return figures, nil
	}
	from, to := calendar.WeekBefore(p.From, zone)
	before, found, err := s.KeptWeek(ctx, stats.Period{From: from, To: to, Units: p.Units})
	if err != nil || !found {
		return figures, err
	}
	earlier, err := before.Read()
	if err != nil {
		return figures, err
	}
	figures.Compare(earlier)
	return figures, nil
}
