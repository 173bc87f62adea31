package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey/phone"
	"pascalatih/survey/roster"
)

// ClaimVia is what a claim rests on.
type ClaimVia string

// What claims rest on.
const (
	ViaLink  ClaimVia = "link"  // a personal link
	ViaPhone ClaimVia = "phone" // the number of the Telegram account, as the roster has it
	ViaNIP   ClaimVia = "nip"   // an NIP, which is no secret: HR has to confirm it
	ViaHR    ClaimVia = "hr"
)

// ClaimState is how far a claim is.
type ClaimState string

// The states of a claim.
const (
	ClaimProvisional ClaimState = "provisional" // waits for HR
	ClaimConfirmed   ClaimState = "confirmed"
	ClaimRefused     ClaimState = "refused" // by HR, or because another was confirmed
	ClaimEnded       ClaimState = "ended"
)

// EmployeeByPhone finds the one present employee with this number. NotFound
// (Detail what: employee) where there is none, or more than one.
func (s *Store) EmployeeByPhone(ctx context.Context, number phone.Number) (int64, error) {
	const compared = 7 // digits at the end, which every way of writing a number has
	digits := number.String()
	var listed []struct {
		ID    int64
		Phone string
	}
	err := s.db.SelectContext(ctx, &listed, `
		SELECT id, phone FROM employee
		WHERE right(regexp_replace(phone, '[^0-9]', '', 'g'), 7) = $1 AND phone <> '' AND left_at IS NULL`,
		digits[max(0, len(digits)-compared):])
	if err != nil {
		return 0, fmt.Errorf("find employees by the end of a number: %w", err)
	}
	var found []int64
	for _, e := range listed {
		if theirs, err := phone.Parse(e.Phone); err == nil && theirs == number {
			found = append(found, e.ID)
		}
	}
	if len(found) != 1 {
		return 0, refuse(NotFound, "what", "employee")
	}
	return found[0], nil
}

// EmployeeByNIP finds the present employee with this NIP; NotFound (Detail what:
// employee) where there is none, or they left the office.
func (s *Store) EmployeeByNIP(ctx context.Context, nip roster.NIP) (id int64, err error) {
	err = s.db.GetContext(ctx, &id, `SELECT id FROM employee WHERE nip = $1 AND left_at IS NULL`, nip.String())
	if errors.Is(err, sql.ErrNoRows) {
		return 0, refuse(NotFound, "what", "employee")
	}
	if err != nil {
		return 0, fmt.Errorf("find an employee by NIP: %w", err)
	}
	return id, nil
}

// Stands tells whether an account stands for an employee already.
func (s *Store) Stands(ctx context.Context, employee int64) (does bool, err error) {
	err = s.db.GetContext(ctx, &does, `
		SELECT EXISTS (SELECT FROM claim WHERE employee_id = $1 AND state = 'confirmed')`, employee)
	if err != nil {
		return false, fmt.Errorf("look for who stands for employee %d: %w", employee, err)
	}
	return does, nil
}

// Joining is an account that says through a training's class link which employee
// it is, by its phone number or an NIP, and agrees to the privacy notice.
type Joining struct {
	Account  int64
	Training int64 // whose class link it was
	Employee int64
	Via      ClaimVia // ViaPhone or ViaNIP
	ToldName string   // what Telegram calls the person
	Notice   string   // the version of the notice that they agreed to
}

// Joined is what came of it.
type Joined struct {
	Claim     int64
	Confirmed bool // else it waits for HR
	Invited   int  // open rounds whose form comes now
}

// JoinClass ties an account to an employee, records its consent and invites it. A
// claim by phone is confirmed, and others that wait for this employee are
// refused; if another account stands for the employee it waits for HR, as one by
// NIP always does.
//
// A provisional claim has sessions of its own, in the open rounds for alumni of
// the class link's training and of no other: what an employee was trained in
// besides is nobody's business until HR has confirmed. They count from then on.
//
// AlreadyClaimed (Detail who: account): it stands for an employee, or waits for
// HR. NotFound (Detail what: employee): they left the office. ErrRepeated comes
// with what came of it the first time.
func (s *Store) JoinClass(ctx context.Context, j Joining, src Source, now time.Time) (joined Joined, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		joined = Joined{}
		if err := firstTime(ctx, tx, src, &joined); err != nil {
			return err
		}
		if err := lockJoining(ctx, tx, j); err != nil {
			return err
		}
		taken, err := hasClaim(ctx, tx, `employee_id = $1 AND state = 'confirmed'`, j.Employee)
		if err != nil {
			return err
		}
		joined.Confirmed = j.Via == ViaPhone && !taken
		if joined.Confirmed {
			joined.Claim, err = confirmClaim(ctx, tx, j.Account, j.Employee, j.Via, now)
		} else {
			joined.Claim, err = claimProvisionally(ctx, tx, j, now)
		}
		if err != nil {
			return err
		}
		joined.Invited, err = admit(ctx, tx, j.Account, joined.Claim, j.Employee, j.Notice, now)
		if err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "class link used", map[string]any{
			"claim": joined.Claim, "employee": j.Employee, "training": j.Training, "via": j.Via,
			"confirmed": joined.Confirmed, "notice": j.Notice, "invited": joined.Invited,
		}, now)
	})
	return joined, err
}

// lockJoining locks what a JoinClass is about and refuses what stands against it.
func lockJoining(ctx context.Context, tx *sqlx.Tx, j Joining) error {
	// The claim will refer to the training: a round that opens holds it, and then
	// waits for the employee.
	if _, err := tx.ExecContext(ctx, `SELECT FROM training WHERE id = $1 FOR KEY SHARE`, j.Training); err != nil {
		return fmt.Errorf("lock training %d: %w", j.Training, err)
	}
	if err := lockAccount(ctx, tx, j.Account); err != nil {
		return err
	}
	if err := lockEmployee(ctx, tx, j.Employee); err != nil {
		return err
	}
	claimed, err := hasClaim(ctx, tx, `account_id = $1 AND state IN ('provisional', 'confirmed')`, j.Account)
	if err != nil {
		return err
	}
	if claimed {
		return refuse(AlreadyClaimed, "who", "account")
	}
	var present bool
	err = tx.GetContext(ctx, &present, `SELECT EXISTS (SELECT FROM employee WHERE id = $1 AND left_at IS NULL)`, j.Employee)
	if err != nil {
		return fmt.Errorf("look for employee %d: %w", j.Employee, err)
	}
	if !present {
		return refuse(NotFound, "what", "employee")
	}
	return nil
}

func hasClaim(ctx context.Context, tx *sqlx.Tx, where string, args ...any) (has bool, err error) {
	err = tx.GetContext(ctx, &has, `SELECT EXISTS (SELECT FROM claim WHERE `+where+`)`, args...)
	if err != nil {
		return false, fmt.Errorf("look for a claim: %w", err)
	}
	return has, nil
}

// claimProvisionally writes a claim that waits for HR, and tells HR.
func claimProvisionally(ctx context.Context, tx *sqlx.Tx, j Joining, now time.Time) (id int64, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO claim (account_id, employee_id, state, via, training_id, told_name, created_at)
		VALUES ($1, $2, 'provisional', $3, $4, $5, $6) RETURNING id`,
		j.Account, j.Employee, j.Via, j.Training, keepable(j.ToldName, 200), now)
	if err != nil {
		return 0, fmt.Errorf("claim for account %d: %w", j.Account, err)
	}
	return id, planClaimsList(ctx, tx, j.Employee, id, now)
}

// confirmClaim makes the account the employee, for good: its own claim that
// waits for HR is confirmed with what was sent in it, or a claim is made. All
// others that wait for this employee are refused, and one that the account made
// for another employee ends. Whoever calls it holds the account and the employee,
// and knows that no confirmed claim stands against it.
func confirmClaim(ctx context.Context, tx *sqlx.Tx, account, employee int64, via ClaimVia, now time.Time) (id int64, err error) {
	var waiting []struct {
		ID         int64
		AccountID  int64 `db:"account_id"`
		EmployeeID int64 `db:"employee_id"`
	}
	err = tx.SelectContext(ctx, &waiting, `
		SELECT id, account_id, employee_id FROM claim
		WHERE state = 'provisional' AND (account_id = $1 OR employee_id = $2) ORDER BY id`, account, employee)
	if err != nil {
		return 0, fmt.Errorf("read the claims that wait for employee %d: %w", employee, err)
	}
	var refused, ended []int64
	for _, claim := range waiting {
		switch {
		case claim.AccountID != account:
			refused = append(refused, claim.ID)
		case claim.EmployeeID != employee:
			ended = append(ended, claim.ID)
		default:
			id = claim.ID
		}
	}
	if err := lockRoundsOf(ctx, tx, append(append([]int64{id}, refused...), ended...)); err != nil {
		return 0, err
	}
	if err := dropClaims(ctx, tx, refused, ClaimRefused, now); err != nil {
		return 0, err
	}
	if err := dropClaims(ctx, tx, ended, ClaimEnded, now); err != nil {
		return 0, err
	}
	if err := tellClaims(ctx, tx, refused, now); err != nil {
		return 0, err
	}
	if id == 0 {
		err = tx.GetContext(ctx, &id, `
			INSERT INTO claim (account_id, employee_id, state, via, created_at)
			VALUES ($1, $2, 'confirmed', $3, $4) RETURNING id`, account, employee, via, now)
		if err != nil {
			return 0, fmt.Errorf("claim for account %d: %w", account, err)
		}
		return id, nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE claim SET state = 'confirmed', via = $2, told_name = '' WHERE id = $1`, id, via)
	if err != nil {
		return 0, fmt.Errorf("confirm claim %d: %w", id, err)
	}
	if err := declinedBy(ctx, tx, id, now); err != nil {
		return 0, err
	}
	return id, countResponses(ctx, tx, id, now)
}

// countResponses lets what was sent under a claim count from now on. What another
// account sent as the same employee before is counted alone, tied to it still or
// not: the claim's own form goes, sent or open, since it could not be counted.
func countResponses(ctx context.Context, tx *sqlx.Tx, claim int64, now time.Time) error {
	for _, statement := range []string{
		`DELETE FROM response p WHERE p.claim_id = $1 AND EXISTS (
			SELECT FROM session x WHERE x.invitation_id = p.invitation_id AND x.claim_id <> $1 AND x.state = 'sent')`,
		`DELETE FROM session s WHERE s.claim_id = $1 AND s.state <> 'sent' AND EXISTS (
			SELECT FROM session x WHERE x.invitation_id = s.invitation_id AND x.claim_id <> $1 AND x.state = 'sent')`,
	} {
		if _, err := tx.ExecContext(ctx, statement, claim); err != nil {
			return fmt.Errorf("delete the forms of claim %d that were sent before: %w", claim, err)
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE response SET counted_at = $2 WHERE claim_id = $1 AND counted_at IS NULL`, claim, now)
	if err != nil {
		return fmt.Errorf("count the responses of claim %d: %w", claim, err)
	}
	return nil
}

// lockRoundsOf keeps the rounds in which claims have open forms from being
// closed: a closing holds its forms, and waits for their claims to send them.
func lockRoundsOf(ctx context.Context, tx *sqlx.Tx, claims []int64) error {
	_, err := tx.ExecContext(ctx, `
		SELECT FROM round r
		WHERE r.closed_at IS NULL
		  AND EXISTS (SELECT FROM session s WHERE s.round_id = r.id AND s.claim_id = ANY($1))
		ORDER BY r.id FOR SHARE`, pq.Array(claims))
	if err != nil {
		return fmt.Errorf("lock the rounds of claims: %w", err)
	}
	return nil
}

// dropClaims ends claims that were not confirmed, with everything that was
// answered under them, sent or not, and with the consent that was given for it.
func dropClaims(ctx context.Context, tx *sqlx.Tx, claims []int64, state ClaimState, now time.Time) error {
	if len(claims) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE claim SET state = $2, ended_at = $3, told_name = '' WHERE id = ANY($1)`, pq.Array(claims), state, now)
	if err != nil {
		return fmt.Errorf("end claims: %w", err)
	}
	for _, statement := range []string{
		`DELETE FROM session WHERE claim_id = ANY($1)`,
		`DELETE FROM response WHERE claim_id = ANY($1)`,
	} {
		if _, err := tx.ExecContext(ctx, statement, pq.Array(claims)); err != nil {
			return fmt.Errorf("delete the forms of claims: %w", err)
		}
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE consent SET withdrawn_at = $2
		WHERE withdrawn_at IS NULL AND account_id IN (SELECT account_id FROM claim WHERE id = ANY($1))`,
		pq.Array(claims), now)
	if err != nil {
		return fmt.Errorf("end the consent of claims: %w", err)
	}
	return endInvitations(ctx, tx, claims, now)
}

// endInvitations ends what is on its way to the accounts of claims.
func endInvitations(ctx context.Context, tx *sqlx.Tx, claims []int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE delivery SET state = 'unneeded', reason = 'claim ended', ended_at = $2
		WHERE account_id IN (SELECT account_id FROM claim WHERE id = ANY($1))
		  AND state IN ('due', 'held') AND kind IN ('invitation', 'reminder')`, pq.Array(claims), now)
	if err != nil {
		return fmt.Errorf("end the deliveries of claims: %w", err)
	}
	return nil
}
