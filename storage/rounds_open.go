package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// openRound writes the round, its invitations, sessions and deliveries, and who
// did it.
func openRound(ctx context.Context, tx *sqlx.Tx, p RoundPreview, src Source, zone *time.Location, now time.Time) (RoundStatus, error) {
	var id int64
	var opener *int64 // none: no step awaits it
	step := p.taking(now, zone)
	if step.ID != 0 {
		opener = &step.ID
	}
	err := tx.GetContext(ctx, &id, `
		INSERT INTO round (instrument_id, instrument_key, audience, training_id, step_id, opened_at, closes_at, remind_after, remind_last)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		p.InstrumentID, p.instrumentKey, p.audience, p.TrainingID, opener, now, step.closes(now, zone), step.RemindAfter, step.RemindLast)
	if err != nil {
		return RoundStatus{}, fmt.Errorf("open a round of training %d: %w", p.TrainingID, err)
	}
	participants, err := lockParticipants(ctx, tx, p)
	if err != nil {
		return RoundStatus{}, err
	}
	status, err := announce(ctx, tx, id, participants, now)
	if err != nil {
		return RoundStatus{}, err
	}
	return status, writeAudit(ctx, tx, src, "round opened", map[string]any{
		"round": id, "training": p.TrainingID, "instrument": p.InstrumentID, "step": opener,
		"invited": status.Invited, "reachable": status.Reachable, "unsupervised": p.Unsupervised,
	}, now)
}

// lockParticipants gives those who took part and are in the office, locked, as are
// their supervisors where these are asked, against being noted as gone just now.
func lockParticipants(ctx context.Context, tx *sqlx.Tx, p RoundPreview) ([]int64, error) {
	var locked []struct {
		ID    int64
		Takes bool
	}
	err := tx.SelectContext(ctx, &locked, `
		SELECT x.id, EXISTS (SELECT FROM participation p WHERE p.training_id = $1 AND p.employee_id = x.id) AS takes
		FROM employee x
		WHERE x.left_at IS NULL AND (
		      x.id IN (SELECT employee_id FROM participation WHERE training_id = $1)
		      OR $2 = 'supervisors' AND x.id IN (
		          SELECT e.supervisor_id FROM participation p JOIN employee e ON e.id = p.employee_id WHERE p.training_id = $1))
		ORDER BY x.id FOR KEY SHARE OF x`, p.TrainingID, p.audience)
	if err != nil {
		return nil, fmt.Errorf("find participants of training %d: %w", p.TrainingID, err)
	}
	var participants []int64
	for _, employee := range locked {
		if employee.Takes {
			participants = append(participants, employee.ID)
		}
	}
	return participants, nil
}

// announce invites to a round that was just written, with its people, and tells how
// far it came.
func announce(ctx context.Context, tx *sqlx.Tx, round int64, people []int64, now time.Time) (RoundStatus, error) {
	respondents, err := inviteEmployees(ctx, tx, round, people, now)
	if err != nil {
		return RoundStatus{}, err
	}
	if _, err := inviteReachable(ctx, tx, round, respondents, unasked, now); err != nil {
		return RoundStatus{}, err
	}
	return roundStatus(ctx, tx, round)
}
