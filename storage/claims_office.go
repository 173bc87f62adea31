package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// WaitingClaim is a claim that HR has to confirm, with what speaks for and
// against it.
type WaitingClaim struct {
	ID        int64
	Name      string // in the roster
	Unit      string
	ToldName  string `db:"told_name"` // what Telegram calls the person
	Training  string // whose class link they came by
	Via       ClaimVia
	CreatedAt time.Time `db:"created_at"`

	TakesPart bool `db:"takes_part"` // the employee takes part in that training
	Taken     bool // another account stands for the employee
	Rivals    int  // other accounts that say they are the same employee
	Left      bool // the employee left the office meanwhile
}

// WaitingClaims are the claims that wait for HR, on employees of the scope's
// units, oldest first.
func (s *Store) WaitingClaims(ctx context.Context, scope Scope) ([]WaitingClaim, error) {
	var waiting []WaitingClaim
	err := s.db.SelectContext(ctx, &waiting, `
		SELECT c.id, e.name, u.name AS unit, c.told_name, coalesce(t.title, '') AS training, c.via, c.created_at,
		       EXISTS (SELECT FROM participation p WHERE p.training_id = c.training_id AND p.employee_id = e.id) AS takes_part,
		       EXISTS (SELECT FROM claim o WHERE o.employee_id = e.id AND o.state = 'confirmed') AS taken,
		       (SELECT count(*) FROM claim o WHERE o.employee_id = e.id AND o.state = 'provisional' AND o.id <> c.id) AS rivals,
		       e.left_at IS NOT NULL AS left
		FROM claim c
		JOIN employee e ON e.id = c.employee_id
		JOIN unit u ON u.id = e.unit_id
		LEFT JOIN training t ON t.id = c.training_id
		WHERE c.state = 'provisional' AND ($1 OR e.unit_id = ANY($2))
		ORDER BY c.id`, scope.All, pq.Array(scope.Units))
	if err != nil {
		return nil, fmt.Errorf("read the claims that wait: %w", err)
	}
	return waiting, nil
}

// ConfirmClaims confirms those of the claims that still wait and are on employees
// of the scope's units, and gives their number. Their forms count from now on,
// other claims on the same employees are refused, and an account that stood for
// one of them before does so no longer; all of these accounts are told.
// NotFound (Detail what: claim): none of them waits any more, or is within the
// scope. ErrRepeated comes with the first time's number.
func (s *Store) ConfirmClaims(ctx context.Context, scope Scope, claims []int64, src Source, now time.Time) (confirmed int, err error) {
	claims = slices.Sorted(slices.Values(claims)) // everybody locks them in one order
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		confirmed = 0
		if err := firstTime(ctx, tx, src, &struct{ Confirmed *int }{&confirmed}); err != nil {
			return err
		}
		var done []int64
		for _, id := range claims {
			claim, waits, err := lockWaiting(ctx, tx, scope, id)
			if err != nil {
				return err
			}
			if !waits {
				continue
			}
			if err := confirmWaiting(ctx, tx, claim, now); err != nil {
				return err
			}
			done = append(done, id)
		}
		if len(done) == 0 {
			return refuse(NotFound, "what", "claim")
		}
		confirmed = len(done)
		return writeAudit(ctx, tx, src, "claims confirmed", map[string]any{"confirmed": confirmed, "claims": done}, now)
	})
	return confirmed, err
}

// RefuseClaim refuses a claim and deletes what was answered under it; its account
// is told. NotFound (Detail what: claim): it does not wait, or not any more, or is
// on an employee outside the scope.
func (s *Store) RefuseClaim(ctx context.Context, scope Scope, id int64, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		claim, waits, err := lockWaiting(ctx, tx, scope, id)
		if err != nil {
			return err
		}
		if !waits {
			return refuse(NotFound, "what", "claim")
		}
		if err := lockRoundsOf(ctx, tx, []int64{id}); err != nil {
			return err
		}
		if err := dropClaims(ctx, tx, []int64{id}, ClaimRefused, now); err != nil {
			return err
		}
		if err := tellClaims(ctx, tx, []int64{id}, now); err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "claim refused", map[string]any{"claim": id, "employee": claim.EmployeeID}, now)
	})
}

// EndClaim takes an employee's account from them, because they have another phone
// or it was the wrong person: what the account sent stays, what it did not send is
// deleted, nothing more goes to it, and it is told. Whoever becomes the employee
// next gets the open forms that were not sent. NotFound (Detail what: claim): no
// account stands for the employee, or they are outside the scope.
func (s *Store) EndClaim(ctx context.Context, scope Scope, employee int64, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		var account int64
		err := tx.GetContext(ctx, &account, `
			SELECT c.account_id FROM claim c JOIN employee e ON e.id = c.employee_id
			WHERE c.employee_id = $1 AND c.state = 'confirmed' AND ($2 OR e.unit_id = ANY($3))`,
			employee, scope.All, pq.Array(scope.Units))
		if errors.Is(err, sql.ErrNoRows) {
			return refuse(NotFound, "what", "claim")
		}
		if err != nil {
			return fmt.Errorf("find who stands for employee %d: %w", employee, err)
		}
		claim, err := lockClaim(ctx, tx, account)
		if err != nil {
			return err
		}
		if claim.EmployeeID != employee {
			return refuse(NotFound, "what", "claim")
		}
		if err := releaseClaim(ctx, tx, claim.ID, now); err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "claim ended", map[string]any{"claim": claim.ID, "employee": employee}, now)
	})
}

// waiting is a claim that waits, while HR decides on it.
type waiting struct {
	ID         int64
	AccountID  int64 `db:"account_id"`
	EmployeeID int64 `db:"employee_id"`
	Via        ClaimVia
}

// lockWaiting reads a claim and keeps it, its account and its employee from being
// changed by others; false if it does not wait or is not within the scope.
func lockWaiting(ctx context.Context, tx *sqlx.Tx, scope Scope, id int64) (waiting, bool, error) {
	read := func() (claim waiting, found bool, err error) {
		err = tx.GetContext(ctx, &claim, `
			SELECT c.id, c.account_id, c.employee_id, c.via FROM claim c JOIN employee e ON e.id = c.employee_id
			WHERE c.id = $1 AND c.state = 'provisional' AND ($2 OR e.unit_id = ANY($3))`,
			id, scope.All, pq.Array(scope.Units))
		if errors.Is(err, sql.ErrNoRows) {
			return waiting{}, false, nil
		}
		if err != nil {
			return waiting{}, false, fmt.Errorf("read claim %d: %w", id, err)
		}
		return claim, true, nil
	}
	claim, found, err := read()
	if err != nil || !found {
		return waiting{}, false, err
	}
	if err := lockAccount(ctx, tx, claim.AccountID); err != nil {
		return waiting{}, false, err
	}
	if err := lockEmployee(ctx, tx, claim.EmployeeID); err != nil {
		return waiting{}, false, err
	}
	return read() // somebody may have decided while the locks were waited for
}

// confirmWaiting confirms a claim that is locked.
func confirmWaiting(ctx context.Context, tx *sqlx.Tx, claim waiting, now time.Time) error {
	var former []int64
	err := tx.SelectContext(ctx, &former, `SELECT id FROM claim WHERE employee_id = $1 AND state = 'confirmed'`, claim.EmployeeID)
	if err != nil {
		return fmt.Errorf("find who stood for employee %d: %w", claim.EmployeeID, err)
	}
	for _, id := range former {
		if err := releaseClaim(ctx, tx, id, now); err != nil {
			return err
		}
	}
	if _, err := confirmClaim(ctx, tx, claim.AccountID, claim.EmployeeID, claim.Via, now); err != nil {
		return err
	}
	if err := renewInvitations(ctx, tx, claim.AccountID, claim.EmployeeID); err != nil {
		return err
	}
	if _, err := inviteAccount(ctx, tx, claim.AccountID, claim.ID, claim.EmployeeID, unasked, now); err != nil {
		return err
	}
	return tellClaims(ctx, tx, []int64{claim.ID}, now)
}

// releaseClaim ends a confirmed claim. What was sent under it stays, and counts.
func releaseClaim(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) error {
	if err := lockRoundsOf(ctx, tx, []int64{id}); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE claim SET state = 'ended', ended_at = $2 WHERE id = $1`, id, now); err != nil {
		return fmt.Errorf("end claim %d: %w", id, err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM session WHERE claim_id = $1 AND state <> 'sent'`, id); err != nil {
		return fmt.Errorf("delete the unsent forms of claim %d: %w", id, err)
	}
	if err := endInvitations(ctx, tx, []int64{id}, now); err != nil {
		return err
	}
	return tellClaims(ctx, tx, []int64{id}, now)
}
