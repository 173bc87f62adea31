package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// lockWithObservers is lockEmployee for several employees and for those who are to
// observe them in open rounds, in one order.
func lockWithObservers(ctx context.Context, tx *sqlx.Tx, employees []int64) error {
	_, err := tx.ExecContext(ctx, `
		SELECT FROM employee WHERE id = ANY($1) OR id IN (
			SELECT i.respondent_id FROM invitation i JOIN round r ON r.id = i.round_id AND r.closed_at IS NULL
			WHERE i.subject_id = ANY($1) AND i.subject_id <> i.respondent_id)
		ORDER BY id FOR UPDATE`, pq.Array(employees))
	if err != nil {
		return fmt.Errorf("lock employees with those who observe them: %w", err)
	}
	return nil
}

// observedAnew are the employees of a staged roster whose supervisor it changes, or
// brings back to the office.
const observedAnew = `
	SELECT d.id FROM (` + differingEmployees + `) d WHERE d.supervisor <> d.was_supervisor
	UNION
	SELECT e.id FROM employee e JOIN employee x ON x.id = e.supervisor_id
	JOIN incoming_employee i ON i.nip = x.nip WHERE x.left_at IS NOT NULL`

// reassignObservers asks, in the open rounds for supervisors, the present supervisor
// of each of the employees, and no other any more: what another one did not send is
// deleted. Where somebody sent already, that stays and nobody else is asked.
func reassignObservers(ctx context.Context, tx *sqlx.Tx, employees []int64, now time.Time) error {
	if len(employees) == 0 {
		return nil
	}
	var rounds []int64
	err := tx.SelectContext(ctx, &rounds, `
		SELECT id FROM round r
		WHERE audience = 'supervisors' AND closed_at IS NULL
		  AND EXISTS (SELECT FROM participation p WHERE p.training_id = r.training_id AND p.employee_id = ANY($1))
		ORDER BY id FOR SHARE`, pq.Array(employees))
	if err != nil {
		return fmt.Errorf("find the rounds that other supervisors answer: %w", err)
	}
	if len(rounds) == 0 {
		return nil
	}
	if err := lockWithObservers(ctx, tx, employees); err != nil {
		return err
	}
	var former []int64
	err = tx.SelectContext(ctx, &former, `
		SELECT i.id FROM invitation i JOIN employee e ON e.id = i.subject_id
		WHERE i.round_id = ANY($1) AND i.subject_id = ANY($2) AND i.respondent_id IS DISTINCT FROM e.supervisor_id
		ORDER BY i.id`, pq.Array(rounds), pq.Array(employees))
	if err != nil {
		return fmt.Errorf("find who is no supervisor any more: %w", err)
	}
	if _, err := deleteUnsent(ctx, tx, former, now); err != nil {
		return err
	}
	for _, round := range rounds {
		if err := inviteObservers(ctx, tx, round, employees, now); err != nil {
			return err
		}
	}
	return nil
}

// inviteObservers invites to a round those who are to observe the ones of the
// employees who take part, are in the office, and were not observed yet.
func inviteObservers(ctx context.Context, tx *sqlx.Tx, round int64, employees []int64, now time.Time) error {
	var unobserved []int64
	err := tx.SelectContext(ctx, &unobserved, `
		SELECT e.id FROM round r
		JOIN participation p ON p.training_id = r.training_id
		JOIN employee e ON e.id = p.employee_id AND e.left_at IS NULL
		WHERE r.id = $1 AND e.id = ANY($2)
		  AND NOT EXISTS (SELECT FROM invitation i JOIN session s ON s.invitation_id = i.id AND s.state = 'sent'
		                  WHERE i.round_id = r.id AND i.subject_id = e.id)
		ORDER BY e.id`, round, pq.Array(employees))
	if err != nil {
		return fmt.Errorf("find whom nobody observed in round %d: %w", round, err)
	}
	respondents, err := inviteEmployees(ctx, tx, round, unobserved, now)
	if err != nil {
		return err
	}
	_, err = inviteReachable(ctx, tx, round, respondents, unasked, now)
	return err
}

const observations = selectSession + `
	WHERE s.round_id = $1 AND s.account_id = $2 AND i.subject_id <> i.respondent_id ORDER BY e.name, s.id`

// Observations are the account's sessions of a round in which it answers about
// others, in any state, by their names.
func (s *Store) Observations(ctx context.Context, round, account int64) ([]Session, error) {
	found, err := s.querySessions(ctx, observations, round, account)
	if err != nil {
		return nil, fmt.Errorf("read whom account %d observes in round %d: %w", account, round, err)
	}
	return found, nil
}

// Unsupervised is how many take part in the training of a round for supervisors, are
// in the office and in the scope, and are observed by nobody: their supervisor is not
// known, or left. Of other rounds it is 0.
func (s *Store) Unsupervised(ctx context.Context, round int64, scope Scope) (n int, err error) {
	err = s.db.GetContext(ctx, &n, `
		SELECT count(*) FROM round r
		JOIN participation p ON p.training_id = r.training_id
		JOIN employee e ON e.id = p.employee_id AND e.left_at IS NULL AND ($2 OR e.unit_id = ANY($3))
		WHERE r.id = $1 AND r.audience = 'supervisors'
		  AND NOT EXISTS (SELECT FROM invitation i WHERE i.round_id = r.id AND i.subject_id = e.id)`,
		round, scope.All, pq.Array(scope.Units))
	if err != nil {
		return 0, fmt.Errorf("count who is observed by nobody in round %d: %w", round, err)
	}
	return n, nil
}
