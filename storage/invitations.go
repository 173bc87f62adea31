package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey"
)

// lockEmployee keeps invitations to an employee, and sessions for them, from
// being made by anybody else until the transaction ends. Whoever changes what
// makes an employee reachable (a claim, a consent) takes it first: otherwise a
// round that opens at the same moment would look too early and be looked at too
// late.
func lockEmployee(ctx context.Context, tx *sqlx.Tx, employeeID int64) error {
	if _, err := tx.ExecContext(ctx, `SELECT FROM employee WHERE id = $1 FOR UPDATE`, employeeID); err != nil {
		return fmt.Errorf("lock employee %d: %w", employeeID, err)
	}
	return nil
}

// inviteAccount gives an account that was just tied to an employee the sessions
// and invitations of all open rounds in which the employee is asked. It returns
// how many sessions it made; there are none for what was withdrawn, declined or answered.
func inviteAccount(ctx context.Context, tx *sqlx.Tx, accountID, claimID, employeeID int64, why announcing, now time.Time) (int, error) {
	if err := lockEmployee(ctx, tx, employeeID); err != nil {
		return 0, err
	}
	// Locked against closing: a session must not be made in a round that ends.
	var rounds []int64
	err := tx.SelectContext(ctx, &rounds, `
		SELECT r.id FROM round r
		WHERE r.closed_at IS NULL
		  AND EXISTS (SELECT FROM invitation i WHERE i.round_id = r.id AND i.respondent_id = $1)
		ORDER BY r.id FOR SHARE`, employeeID)
	if err != nil {
		return 0, fmt.Errorf("find open rounds for claim %d of account %d: %w", claimID, accountID, err)
	}
	invited := 0
	for _, round := range rounds {
		n, err := inviteReachable(ctx, tx, round, []int64{employeeID}, why, now)
		if err != nil {
			return 0, err
		}
		invited += n
	}
	return invited, nil
}

// inviteParticipants invites employees who were added to a training, or their
// supervisors, to its open rounds, whoever of them is reachable with a message.
func inviteParticipants(ctx context.Context, tx *sqlx.Tx, trainingID int64, employeeIDs []int64, now time.Time) error {
	var rounds []int64
	err := tx.SelectContext(ctx, &rounds, `
		SELECT id FROM round
		WHERE training_id = $1 AND audience IN ('alumni', 'supervisors') AND closed_at IS NULL
		ORDER BY id FOR SHARE`, trainingID)
	if err != nil {
		return fmt.Errorf("find open rounds of training %d: %w", trainingID, err)
	}
	for _, round := range rounds {
		respondents, err := inviteEmployees(ctx, tx, round, employeeIDs, now)
		if err != nil {
			return err
		}
		if _, err := inviteReachable(ctx, tx, round, respondents, unasked, now); err != nil {
			return err
		}
	}
	return nil
}

// inviteEmployees writes an invitation for each employee that has none yet in the
// round: to themselves, or where it asks supervisors, to theirs who is in the
// office. It gives those who answer about them. Who has withdrawn their consent is
// counted as invited and as withdrawn, and never asked.
func inviteEmployees(ctx context.Context, tx *sqlx.Tx, roundID int64, employeeIDs []int64, now time.Time) (respondents []int64, err error) {
	_, err = tx.ExecContext(ctx, `
		INSERT INTO invitation (round_id, respondent_id, subject_id, withdrawn_at)
		SELECT r.id, x.id, e.id,
		       CASE WHEN c.id IS NOT NULL
		             AND NOT EXISTS (SELECT FROM consent k WHERE k.account_id = c.account_id AND k.withdrawn_at IS NULL)
		            THEN $3::timestamptz END
		FROM round r
		JOIN employee e ON e.id = ANY($2)
		JOIN employee x ON x.id = `+respondentOf+`
		LEFT JOIN claim c ON c.employee_id = x.id AND c.state = 'confirmed'
		WHERE r.id = $1
		ORDER BY x.id, e.id
		ON CONFLICT (round_id, respondent_id, subject_id) DO NOTHING`,
		roundID, pq.Array(employeeIDs), now)
	if err != nil {
		return nil, fmt.Errorf("invite to round %d: %w", roundID, err)
	}
	err = tx.SelectContext(ctx, &respondents, `
		SELECT DISTINCT respondent_id FROM invitation WHERE round_id = $1 AND subject_id = ANY($2) ORDER BY respondent_id`,
		roundID, pq.Array(employeeIDs))
	if err != nil {
		return nil, fmt.Errorf("find who answers in round %d: %w", roundID, err)
	}
	return respondents, nil
}

// respondentOf is who answers in round r about employee e, if x, who that is, is in
// the office.
const respondentOf = `CASE r.audience WHEN 'supervisors' THEN e.supervisor_id ELSE e.id END AND x.left_at IS NULL`

// inviteReachable makes the sessions of those invitations to the employees that
// a person stands behind who agreed to be asked, and one delivery per account
// that announces them: of a supervisor, one for all of their people; who is added
// later is announced with the others if those still wait, else anew. An account that
// blocked the bot has its session and no delivery. It returns how many sessions it
// made; what is there stays.
//
// Who waits for HR to confirm that they are the employee is asked too, with a
// session of their own, but only as alumni of the training whose class link they
// came by: in which others the employee takes part is told to nobody else.
func inviteReachable(ctx context.Context, tx *sqlx.Tx, roundID int64, employeeIDs []int64, why announcing, now time.Time) (int, error) {
	begin, err := beginning(ctx, tx, roundID)
	if err != nil {
		return 0, err
	}
	var made int
	var announced pq.Int64Array
	err = tx.QueryRowxContext(ctx, `
		WITH admitted AS (
			INSERT INTO session (round_id, invitation_id, claim_id, account_id, state, survey, updated_at)
			SELECT i.round_id, i.id, c.id, c.account_id, 'open', $2, $3
			FROM invitation i
			JOIN round r ON r.id = i.round_id
			JOIN claim c ON c.employee_id = i.respondent_id AND (c.state = 'confirmed'
			    OR c.state = 'provisional' AND r.audience = 'alumni' AND c.training_id = r.training_id)
			JOIN consent k ON k.account_id = c.account_id AND k.withdrawn_at IS NULL
			WHERE i.round_id = $1 AND i.respondent_id = ANY($4) AND i.withdrawn_at IS NULL AND i.declined_at IS NULL
			  AND NOT EXISTS (SELECT FROM response p WHERE p.round_id = i.round_id AND p.invitation_id = i.id AND p.counts)
			  AND NOT EXISTS (SELECT FROM session x JOIN claim y ON y.id = x.claim_id -- unlinked since
			                  WHERE x.invitation_id = i.id AND x.state = 'sent' AND y.state <> 'provisional')
			ORDER BY i.id
			ON CONFLICT (invitation_id, claim_id) DO NOTHING
			RETURNING id, claim_id, account_id
		), asked AS (
			SELECT 'invitation:' || $1::bigint || ':' || claim_id AS key, account_id, min(id) AS first
			FROM admitted GROUP BY claim_id, account_id
		), announced AS (
			INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at, state, reply)
			SELECT s.key || CASE WHEN r.audience = 'supervisors' AND d.state NOT IN ('due', 'held') THEN ':' || s.first ELSE '' END,
			       'invitation', s.account_id, r.id, $3::timestamptz, r.closes_at,
			       CASE WHEN r.held_at IS NULL THEN 'due' ELSE 'held' END, $5::boolean
			FROM asked s
			JOIN account a ON a.id = s.account_id AND a.blocked_at IS NULL
			JOIN round r ON r.id = $1
			LEFT JOIN delivery d ON d.key = s.key
			ON CONFLICT (key) DO UPDATE SET key = excluded.key WHERE delivery.state IN ('due', 'held')
			RETURNING id
		)
		SELECT (SELECT count(*) FROM admitted), ARRAY(SELECT id FROM announced)`,
		roundID, begin, now, pq.Array(employeeIDs), why).Scan(&made, &announced)
	if err != nil {
		return 0, fmt.Errorf("admit to round %d: %w", roundID, err)
	}
	return made, carryForms(ctx, tx, announced)
}

// carryForms has deliveries carry the forms of their round that are open to their
// account. It is a statement of its own because the one that makes them cannot
// look them up by an index: of thousands, each would be held against each.
func carryForms(ctx context.Context, q sqlx.ExecerContext, deliveries []int64) error {
	_, err := q.ExecContext(ctx, `
		INSERT INTO delivery_invitation (delivery_id, invitation_id)
		SELECT d.id, s.invitation_id
		FROM delivery d JOIN session s ON s.account_id = d.account_id AND s.round_id = d.round_id AND s.state = 'open'
		WHERE d.id = ANY($1)
		ON CONFLICT DO NOTHING`, pq.Array(deliveries))
	if err != nil {
		return fmt.Errorf("tie forms to deliveries: %w", err)
	}
	return nil
}

// beginning is the state of a session of the round in which nothing is answered.
func beginning(ctx context.Context, tx *sqlx.Tx, roundID int64) (string, error) {
	var definition []byte
	err := tx.GetContext(ctx, &definition, `
		SELECT n.definition FROM round r JOIN instrument n ON n.id = r.instrument_id WHERE r.id = $1`, roundID)
	if err != nil {
		return "", fmt.Errorf("read the instrument of round %d: %w", roundID, err)
	}
	var instrument survey.Instrument
	if err := json.Unmarshal(definition, &instrument); err != nil {
		return "", fmt.Errorf("read the instrument of round %d: %w", roundID, err)
	}
	state, err := json.Marshal(instrument.Begin().State())
	if err != nil {
		return "", fmt.Errorf("write the beginning of round %d: %w", roundID, err)
	}
	return string(state), nil
}
