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
// moved is told against the week before as that is kept. A round that recurs is
// compared with the one before.
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
	figures, err := s.freshFigures(ctx, p, zone)
	if err != nil {
		return stats.Figures{}, err
	}
	if p.Round != 0 {
		return figures, s.compareRounds(ctx, &figures, zone)
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

// freshFigures puts what may be counted into blocks, and counts.
func (s *Store) freshFigures(ctx context.Context, p stats.Period, zone *time.Location) (stats.Figures, error) {
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
	return stats.Compute(counts), nil
}

// compareRounds holds the figures of a round against those of the round before,
// for the same units, where it recurs.
func (s *Store) compareRounds(ctx context.Context, figures *stats.Figures, zone *time.Location) error {
	before, found, err := s.RoundBefore(ctx, figures.Round)
	if err != nil || !found {
		return err
	}
	earlier, err := s.freshFigures(ctx, stats.Period{From: before.OpenedAt.In(zone), To: figures.To,
		Round: before.ID, Units: figures.Units}, zone)
	if err != nil {
		return err
	}
	figures.CompareRounds(earlier)
	return nil
}
