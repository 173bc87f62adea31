package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey/stats"
)

// Consent records that an account which had withdrawn agrees again, to the
// notice of this version, and invites it to the rounds that are open. Without a
// confirmed claim it is NotFound. ErrRepeated comes with the first time's number.
func (s *Store) Consent(ctx context.Context, account int64, noticeVersion string, src Source, now time.Time) (invited int, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Invited *int }{&invited}); err != nil {
			return err
		}
		claim, err := lockClaim(ctx, tx, account)
		if err != nil {
			return err
		}
		invited, err = admit(ctx, tx, account, claim.ID, claim.EmployeeID, noticeVersion, now)
		if err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "consent given", map[string]any{
			"claim": claim.ID, "notice": noticeVersion, "invited": invited,
		}, now)
	})
	return invited, err
}

// admit records consent where none stands and invites to the open rounds, as the
// reply to what the person did. What the employee withdrew from before holds again,
// unless it is only said that this is the employee.
func admit(ctx context.Context, tx *sqlx.Tx, account, claim, employee int64, noticeVersion string, now time.Time) (int, error) {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO consent (account_id, notice_version, given_at) VALUES ($1, $2, $3)
		ON CONFLICT (account_id) WHERE withdrawn_at IS NULL DO NOTHING`, account, noticeVersion, now)
	if err != nil {
		return 0, fmt.Errorf("recording the consent of account %d: %w", account, err)
	}
	confirmed, err := hasClaim(ctx, tx, `id = $1 AND state = 'confirmed'`, claim)
	if err != nil {
		return 0, err
	}
	if confirmed {
		if err := renewInvitations(ctx, tx, account, employee); err != nil {
			return 0, err
		}
	}
	return inviteAccount(ctx, tx, account, claim, employee, replying, now)
}

// renewInvitations lets invitations hold again that an earlier withdrawal took
// back. What was announced before is announced anew: its delivery leaves the key.
func renewInvitations(ctx context.Context, tx *sqlx.Tx, account, employee int64) error {
	_, err := tx.ExecContext(ctx, `
		WITH again AS (
			UPDATE invitation i SET withdrawn_at = NULL FROM round r
			WHERE r.id = i.round_id AND r.closed_at IS NULL
			  AND i.respondent_id = $1 AND i.withdrawn_at IS NOT NULL
			RETURNING i.id
		)
		UPDATE delivery d SET key = d.key || ':withdrawn:' || d.id
		FROM delivery_invitation di JOIN again ON again.id = di.invitation_id
		WHERE di.delivery_id = d.id AND d.account_id = $2`, employee, account)
	if err != nil {
		return fmt.Errorf("renewing invitations of account %d: %w", account, err)
	}
	return nil
}

// Withdraw takes an account's consent back: its invitations and reminders are
// not sent any more, its forms that were not sent are deleted with what was
// answered in them, and its open invitations are withdrawn. The claim stays, so
// that nobody else becomes this employee. sent is the number of responses that
// are still tied to the account (Unlink unties them). A claim that waits for HR
// ends, with all that was answered under it: nobody will confirm it.
//
// NoConsent: there is none to take back. ErrRepeated comes with the first time's
// number.
func (s *Store) Withdraw(ctx context.Context, account int64, src Source, now time.Time) (sent int, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Sent *int }{&sent}); err != nil {
			return err
		}
		claim, err := lockClaim(ctx, tx, account)
		if err != nil && !IsCode(err, NotFound) {
			return err
		}
		if err := withdrawConsent(ctx, tx, account, now); err != nil {
			return err
		}
		if err := dropWaiting(ctx, tx, account, now); err != nil {
			return err
		}
		forms, err := forgetForms(ctx, tx, account, claim.EmployeeID, now)
		if err != nil {
			return err
		}
		err = tx.GetContext(ctx, &sent, `
			SELECT count(*) FROM response r JOIN claim c ON c.id = r.claim_id WHERE c.account_id = $1`, account)
		if err != nil {
			return fmt.Errorf("counting responses of account %d: %w", account, err)
		}
		return writeAudit(ctx, tx, src, "consent withdrawn", map[string]any{"sent": sent, "forms": forms}, now)
	})
	return sent, err
}

func withdrawConsent(ctx context.Context, tx *sqlx.Tx, account int64, now time.Time) error {
	var id int64
	err := tx.GetContext(ctx, &id, `
		UPDATE consent SET withdrawn_at = $2 WHERE account_id = $1 AND withdrawn_at IS NULL RETURNING id`,
		account, now)
	if errors.Is(err, sql.ErrNoRows) {
		return refuse(NoConsent)
	}
	if err != nil {
		return fmt.Errorf("withdrawing the consent of account %d: %w", account, err)
	}
	return nil
}

// dropWaiting ends the claim of a locked account that waits for HR, if there is
// one.
func dropWaiting(ctx context.Context, tx *sqlx.Tx, account int64, now time.Time) error {
	var claim standing
	find := func() error {
		return tx.GetContext(ctx, &claim, `
			SELECT id, employee_id FROM claim WHERE account_id = $1 AND state = 'provisional'`, account)
	}
	err := find()
	if err == nil {
		if err := lockEmployee(ctx, tx, claim.EmployeeID); err != nil {
			return err
		}
		err = find() // another may have been confirmed meanwhile
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the claim of account %d that waits: %w", account, err)
	}
	if err := lockRoundsOf(ctx, tx, []int64{claim.ID}); err != nil {
		return err
	}
	return dropClaims(ctx, tx, []int64{claim.ID}, ClaimEnded, now)
}

// forgetForms ends what is on its way to an account and deletes what it has not
// sent; it returns the number of those forms. Forms of closed rounds that were
// never sent go too: nobody needs their answers.
func forgetForms(ctx context.Context, tx *sqlx.Tx, account, employee int64, now time.Time) (int, error) {
	_, err := tx.ExecContext(ctx, `
		UPDATE delivery SET state = 'unneeded', reason = 'consent withdrawn', ended_at = $2
		WHERE account_id = $1 AND state IN ('due', 'held') AND kind IN ('invitation', 'reminder')`, account, now)
	if err != nil {
		return 0, fmt.Errorf("ending deliveries of account %d: %w", account, err)
	}
	forms, err := affected(tx.ExecContext(ctx, `DELETE FROM session WHERE account_id = $1 AND state <> 'sent'`, account))
	if err != nil {
		return 0, fmt.Errorf("deleting forms of account %d: %w", account, err)
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE invitation i SET withdrawn_at = $2
		FROM round r
		WHERE r.id = i.round_id AND r.closed_at IS NULL
		  AND i.respondent_id = $1 AND i.withdrawn_at IS NULL
		  AND NOT EXISTS (SELECT FROM session x WHERE x.invitation_id = i.id AND x.state = 'sent')`, employee, now)
	if err != nil {
		return 0, fmt.Errorf("withdrawing invitations of account %d: %w", account, err)
	}
	return forms, nil
}

// Unlink unties from an account everything that it sent: claim and invitation
// leave the response, the codes of its employee are dropped, and the unit is
// kept only where at least five of it sent in that round. unlinked is the number
// of responses. ErrRepeated comes with the first time's number.
func (s *Store) Unlink(ctx context.Context, account int64, src Source, now time.Time) (unlinked int, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Unlinked *int }{&unlinked}); err != nil {
			return err
		}
		if err := lockAccount(ctx, tx, account); err != nil {
			return err
		}
		unlinked, err = untie(ctx, tx, account)
		if err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "responses unlinked", map[string]any{"unlinked": unlinked}, now)
	})
	return unlinked, err
}

func untie(ctx context.Context, tx *sqlx.Tx, account int64) (int, error) {
	// A sent session's times would lead back to the response of the same moment.
	_, err := tx.ExecContext(ctx, `
		UPDATE session x SET updated_at = r.opened_at, resumed_at = NULL,
		       opened_at = CASE WHEN x.opened_at IS NOT NULL THEN r.opened_at END
		FROM round r WHERE r.id = x.round_id AND x.account_id = $1 AND x.state = 'sent'`, account)
	if err != nil {
		return 0, fmt.Errorf("unlinking responses of account %d: %w", account, err)
	}
	// Not of whom the account only said it was: their codes stand for others' forms.
	_, err = tx.ExecContext(ctx, `
		DELETE FROM respondent_code WHERE employee_id IN (
			SELECT c.employee_id FROM claim c JOIN response p ON p.claim_id = c.id
			WHERE c.account_id = $1 AND c.state <> 'provisional')`, account)
	if err != nil {
		return 0, fmt.Errorf("unlinking responses of account %d: %w", account, err)
	}
	// A pair says that two responses are of one person.
	_, err = tx.ExecContext(ctx, `
		DELETE FROM pair x USING response p
		WHERE p.claim_id IN (SELECT id FROM claim WHERE account_id = $1 AND state <> 'provisional')
		  AND (x.first_round = p.round_id AND x.first_id = p.id OR x.second_round = p.round_id AND x.second_id = p.id)`, account)
	if err != nil {
		return 0, fmt.Errorf("unlinking responses of account %d: %w", account, err)
	}
	unlinked, err := affected(tx.ExecContext(ctx, `
		UPDATE response p SET claim_id = NULL, invitation_id = NULL,
		       unit_id = CASE WHEN (SELECT count(*) FROM response o
		                            WHERE o.round_id = p.round_id AND o.unit_id = p.unit_id AND o.counts) >= $2
		                 THEN p.unit_id END
		WHERE p.claim_id IN (SELECT id FROM claim WHERE account_id = $1 AND state <> 'provisional')`, account, stats.Least))
	if err != nil {
		return 0, fmt.Errorf("unlinking responses of account %d: %w", account, err)
	}
	return unlinked, nil
}

// standing is the claim that makes an account an employee.
type standing struct {
	ID         int64
	EmployeeID int64 `db:"employee_id"`
}

// lockClaim finds an account's confirmed claim and keeps both its sides from
// changing, or being invited, until the transaction ends. NotFound without one.
func lockClaim(ctx context.Context, tx *sqlx.Tx, account int64) (standing, error) {
	if err := lockAccount(ctx, tx, account); err != nil {
		return standing{}, err
	}
	var claim standing
	err := tx.GetContext(ctx, &claim, `
		SELECT id, employee_id FROM claim WHERE account_id = $1 AND state = 'confirmed'`, account)
	if errors.Is(err, sql.ErrNoRows) {
		return standing{}, refuse(NotFound, "what", "claim")
	}
	if err != nil {
		return standing{}, fmt.Errorf("reading the claim of account %d: %w", account, err)
	}
	return claim, lockEmployee(ctx, tx, claim.EmployeeID)
}
