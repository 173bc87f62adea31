package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// DeliveryClaim tells an account how its claim was decided.
const DeliveryClaim DeliveryKind = "claim"

const (
	claimsCollected = 5 * time.Minute // HR gets one list of what comes in this time,
	claimsApart     = time.Hour       // and no second one sooner
	claimsUseful    = 7 * 24 * time.Hour
)

// planClaimsList has HR told that somebody waits: every HR account that may see
// the employee, or the administrators where there is none. What comes soon after
// is in the same list, which is read when it is sent; an account whose last list
// is recent gets the next one later.
func planClaimsList(ctx context.Context, tx *sqlx.Tx, employee, claim int64, now time.Time) error {
	const listsLock = 7229 // two that come at once are in one list
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, listsLock); err != nil {
		return fmt.Errorf("wait for other claims: %w", err)
	}
	_, err := tx.ExecContext(ctx, `
		WITH hr AS (
			SELECT DISTINCT r.account_id
			FROM account_role r
			JOIN account a ON a.id = r.account_id AND a.blocked_at IS NULL
			JOIN employee e ON e.id = $1
			WHERE r.role = 'hr' AND (r.unit_id IS NULL OR r.unit_id = e.unit_id)
		), told AS (
			SELECT account_id FROM hr
			UNION
			SELECT account_id FROM account_role WHERE role = 'admin' AND unit_id IS NULL AND NOT EXISTS (SELECT FROM hr)
		)
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
		SELECT 'claims:' || a.id || ':' || $2::bigint, 'claims', a.id, d.at, d.at + $6::bigint * interval '1 microsecond'
		FROM told
		JOIN account a ON a.id = told.account_id AND a.blocked_at IS NULL
		CROSS JOIN LATERAL (
			SELECT greatest($3::timestamptz + $4::bigint * interval '1 microsecond',
			                max(o.due_at) + $5::bigint * interval '1 microsecond') AS at
			FROM delivery o WHERE o.account_id = a.id AND o.kind = 'claims'
		) d
		WHERE NOT EXISTS (SELECT FROM delivery o WHERE o.account_id = a.id AND o.kind = 'claims' AND o.state = 'due')`,
		employee, claim, now, claimsCollected.Microseconds(), claimsApart.Microseconds(), claimsUseful.Microseconds())
	if err != nil {
		return fmt.Errorf("plan the list of claims: %w", err)
	}
	return nil
}

// tellClaims has the accounts of claims told how these stand now; what they were
// to be told before is overtaken.
func tellClaims(ctx context.Context, tx *sqlx.Tx, claims []int64, now time.Time) error {
	if len(claims) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE delivery SET state = 'unneeded', reason = 'overtaken', ended_at = $2
		WHERE kind = 'claim' AND state = 'due'
		  AND account_id IN (SELECT account_id FROM claim WHERE id = ANY($1))`, pq.Array(claims), now)
	if err != nil {
		return fmt.Errorf("end what accounts were to be told of claims: %w", err)
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
		SELECT 'claim:' || c.id || ':' || c.state, 'claim', a.id, $2, $3
		FROM claim c JOIN account a ON a.id = c.account_id AND a.blocked_at IS NULL
		WHERE c.id = ANY($1)
		ON CONFLICT (key) DO NOTHING`, pq.Array(claims), now, now.Add(claimsUseful))
	if err != nil {
		return fmt.Errorf("tell accounts of their claims: %w", err)
	}
	return nil
}

// DecidedClaim is how the account's newest claim stands, which is what a
// DeliveryClaim tells; NotFound (Detail what: claim) without one.
func (s *Store) DecidedClaim(ctx context.Context, account int64) (state ClaimState, err error) {
	err = s.db.GetContext(ctx, &state, `SELECT state FROM claim WHERE account_id = $1 ORDER BY id DESC LIMIT 1`, account)
	if errors.Is(err, sql.ErrNoRows) {
		return "", refuse(NotFound, "what", "claim")
	}
	if err != nil {
		return "", fmt.Errorf("read the newest claim of account %d: %w", account, err)
	}
	return state, nil
}

// Profile is what the office knows an account as.
type Profile struct {
	State    ClaimState // of the claim that stands or waits; "" without one
	Via      ClaimVia
	Since    time.Time // when the claim was made
	NIP      string    // these three only of a confirmed claim
	Name     string
	Unit     string
	Training string     // whose class link a claim that waits came by
	Agreed   *time.Time // to the notice; nil: not, or no longer
}

// Profile reads what an account is known as. Of an employee whom it only says it
// is, nothing is read.
func (s *Store) Profile(ctx context.Context, account int64) (Profile, error) {
	var p Profile
	var since *time.Time
	err := s.db.QueryRowxContext(ctx, `
		SELECT coalesce(c.state, ''), coalesce(c.via, ''), c.created_at,
		       coalesce(e.nip, ''), coalesce(e.name, ''), coalesce(u.name, ''), coalesce(t.title, ''),
		       (SELECT given_at FROM consent k WHERE k.account_id = a.id AND k.withdrawn_at IS NULL)
		FROM account a
		LEFT JOIN claim c ON c.account_id = a.id AND c.state IN ('provisional', 'confirmed')
		LEFT JOIN employee e ON e.id = c.employee_id AND c.state = 'confirmed'
		LEFT JOIN unit u ON u.id = e.unit_id
		LEFT JOIN training t ON t.id = c.training_id AND c.state = 'provisional'
		WHERE a.id = $1`, account).
		Scan(&p.State, &p.Via, &since, &p.NIP, &p.Name, &p.Unit, &p.Training, &p.Agreed)
	if err != nil {
		return Profile{}, fmt.Errorf("read the profile of account %d: %w", account, err)
	}
	if since != nil {
		p.Since = *since
	}
	return p, nil
}
