package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Link is an employee's personal link that nobody has used yet.
type Link struct {
	NIP, Name string
	Token     string // for https://t.me/<bot>?start=<token>
	// Supervisor: of participants of the training that was asked for, without taking
	// part in it.
	Supervisor bool
}

// ofTraining selects, of employees e, those who take part in the training with the
// code $1, and the supervisors of those of them who are in the office; where $1 is
// empty, all.
const ofTraining = `($1 = '' OR e.id IN (
	SELECT unnest(ARRAY[m.id, CASE WHEN m.left_at IS NULL THEN m.supervisor_id END])
	FROM participation p JOIN training t ON t.id = p.training_id JOIN employee m ON m.id = p.employee_id WHERE t.code = $1))`

// onlySupervises tells whether an employee e of ofTraining is there as a supervisor.
const onlySupervises = `($1 <> '' AND NOT EXISTS (
	SELECT FROM participation p JOIN training t ON t.id = p.training_id WHERE t.code = $1 AND p.employee_id = e.id))`

// Links gives every present employee whom no account stands for yet their personal link,
// the same one each time until it is used or revoked, ordered by NIP. With a
// training's code they are those of its participants and of their supervisors;
// NotFound when there is no such training.
func (s *Store) Links(ctx context.Context, training string, now time.Time) ([]Link, error) {
	var links []Link
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := checkTraining(ctx, tx, training); err != nil {
			return err
		}
		made, err := makeLinks(ctx, tx, Scope{All: true}, training, now)
		if err != nil {
			return err
		}
		if made > 0 {
			err := writeAudit(ctx, tx, Source{}, "links made", map[string]any{"links": made}, now)
			if err != nil {
				return err
			}
		}
		links, err = unusedLinks(ctx, tx, training)
		return err
	})
	return links, err
}

func checkTraining(ctx context.Context, tx *sqlx.Tx, code string) error {
	if code == "" {
		return nil
	}
	var known bool
	err := tx.GetContext(ctx, &known, `SELECT EXISTS (SELECT FROM training WHERE code = $1)`, code)
	if err != nil {
		return fmt.Errorf("looking for training %s: %w", code, err)
	}
	if !known {
		return refuse(NotFound, "what", "training")
	}
	return nil
}

// makeLinks makes a link for each employee whom the scope shows and who has
// neither account nor link.
func makeLinks(ctx context.Context, tx *sqlx.Tx, scope Scope, training string, now time.Time) (int, error) {
	var employees []int64
	err := tx.SelectContext(ctx, &employees, `
		SELECT e.id FROM employee e
		WHERE e.left_at IS NULL AND ($2 OR e.unit_id = ANY($3)) AND `+ofTraining+`
		  AND NOT EXISTS (SELECT FROM claim c WHERE c.employee_id = e.id AND c.state = 'confirmed')
		  AND NOT EXISTS (SELECT FROM link l WHERE l.employee_id = e.id
		                  AND l.used_at IS NULL AND l.revoked_at IS NULL)
		ORDER BY e.id`, training, scope.All, pq.Array(scope.Units))
	if err != nil {
		return 0, fmt.Errorf("finding employees without a link: %w", err)
	}
	if len(employees) == 0 {
		return 0, nil
	}
	tokens := make([]string, len(employees))
	for i := range tokens {
		tokens[i] = "p" + rand.Text() // 130 bits
	}
	made, err := affected(tx.ExecContext(ctx, `
		INSERT INTO link (token, employee_id, created_at)
		SELECT token, employee, $3 FROM unnest($1::text[], $2::bigint[]) AS new (token, employee)
		ON CONFLICT (employee_id) WHERE used_at IS NULL AND revoked_at IS NULL DO NOTHING`,
		pq.Array(tokens), pq.Array(employees), now))
	if err != nil {
		return 0, fmt.Errorf("making links: %w", err)
	}
	return made, nil
}

func unusedLinks(ctx context.Context, tx *sqlx.Tx, training string) ([]Link, error) {
	var links []Link
	err := tx.SelectContext(ctx, &links, `
		SELECT e.nip, e.name, l.token, `+onlySupervises+` AS supervisor
		FROM link l JOIN employee e ON e.id = l.employee_id
		WHERE l.used_at IS NULL AND l.revoked_at IS NULL AND e.left_at IS NULL
		  AND NOT EXISTS (SELECT FROM claim c WHERE c.employee_id = e.id AND c.state = 'confirmed')
		  AND `+ofTraining+`
		ORDER BY e.nip`, training)
	if err != nil {
		return nil, fmt.Errorf("reading links: %w", err)
	}
	return links, nil
}

// RevokeLink makes the unused link of the employee with this NIP worthless; the
// next Links gives them another. NotFound when there is none.
func (s *Store) RevokeLink(ctx context.Context, nip string, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		var link int64
		err := tx.GetContext(ctx, &link, `
			UPDATE link SET revoked_at = $2
			WHERE used_at IS NULL AND revoked_at IS NULL
			  AND employee_id = (SELECT id FROM employee WHERE nip = $1)
			RETURNING id`, nip, now)
		if errors.Is(err, sql.ErrNoRows) {
			return refuse(NotFound, "what", "link")
		}
		if err != nil {
			return fmt.Errorf("revoking a link: %w", err)
		}
		return writeAudit(ctx, tx, src, "link revoked", map[string]any{"link": link}, now)
	})
}

// NewLink gives an employee another personal link; the one that nobody used yet
// becomes worthless. NotFound (Detail what: employee): there is none, they left, or
// they are outside the scope. AlreadyClaimed (Detail who: employee): an account
// stands for them, and must be taken from them first. ErrRepeated comes with the
// link that was made the first time.
func (s *Store) NewLink(ctx context.Context, scope Scope, employee int64, src Source, now time.Time) (link Link, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		var noted struct{ Link int64 }
		err := firstTime(ctx, tx, src, &noted)
		if errors.Is(err, ErrRepeated) {
			if link, err = readLink(ctx, tx, noted.Link); err != nil {
				return err
			}
			return ErrRepeated
		}
		if err != nil {
			return err
		}
		if err := lockEmployee(ctx, tx, employee); err != nil {
			return err
		}
		if err := checkLinkable(ctx, tx, scope, employee); err != nil {
			return err
		}
		id, err := replaceLink(ctx, tx, employee, now)
		if err != nil {
			return err
		}
		if link, err = readLink(ctx, tx, id); err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "link made", map[string]any{"link": id, "employee": employee}, now)
	})
	return link, err
}

// checkLinkable refuses a new link for whom it would be of no use.
func checkLinkable(ctx context.Context, tx *sqlx.Tx, scope Scope, employee int64) error {
	var known bool
	err := tx.GetContext(ctx, &known, `
		SELECT EXISTS (SELECT FROM employee WHERE id = $1 AND left_at IS NULL AND ($2 OR unit_id = ANY($3)))`,
		employee, scope.All, pq.Array(scope.Units))
	if err != nil {
		return fmt.Errorf("looking for employee %d: %w", employee, err)
	}
	if !known {
		return refuse(NotFound, "what", "employee")
	}
	taken, err := hasClaim(ctx, tx, `employee_id = $1 AND state = 'confirmed'`, employee)
	if err != nil {
		return err
	}
	if taken {
		return refuse(AlreadyClaimed, "who", "employee")
	}
	return nil
}

func replaceLink(ctx context.Context, tx *sqlx.Tx, employee int64, now time.Time) (id int64, err error) {
	_, err = tx.ExecContext(ctx, `
		UPDATE link SET revoked_at = $2 WHERE employee_id = $1 AND used_at IS NULL AND revoked_at IS NULL`, employee, now)
	if err != nil {
		return 0, fmt.Errorf("revoking the link of employee %d: %w", employee, err)
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO link (token, employee_id, created_at) VALUES ($1, $2, $3) RETURNING id`, "p"+rand.Text(), employee, now)
	if err != nil {
		return 0, fmt.Errorf("making a link for employee %d: %w", employee, err)
	}
	return id, nil
}

func readLink(ctx context.Context, tx *sqlx.Tx, id int64) (link Link, err error) {
	err = tx.GetContext(ctx, &link, `
		SELECT e.nip, e.name, l.token FROM link l JOIN employee e ON e.id = l.employee_id WHERE l.id = $1`, id)
	if err != nil {
		return Link{}, fmt.Errorf("reading link %d: %w", id, err)
	}
	return link, nil
}

// LinkOwner is whom a personal link is for, and who used it.
type LinkOwner struct {
	LinkID     int64 `db:"link_id"`
	EmployeeID int64 `db:"employee_id"`
	Name, Unit string
	UsedBy     int64 `db:"used_by"` // account; 0: nobody yet
}

const linkOwnerColumns = `
	SELECT l.id AS link_id, l.employee_id, e.name, u.name AS unit,
	       coalesce(l.used_by, 0) AS used_by, l.revoked_at IS NOT NULL OR e.left_at IS NOT NULL AS revoked
	FROM link l JOIN employee e ON e.id = l.employee_id JOIN unit u ON u.id = e.unit_id `

// FindLink tells whom a token is for when account presses it. NotFound: there is
// no such link; LinkRevoked: it was taken back, or its employee left; LinkUsed: another account used
// it. The owner's name is nobody else's business then and is not returned. An
// account that used the link itself finds its own id in UsedBy.
func (s *Store) FindLink(ctx context.Context, token string, account int64) (LinkOwner, error) {
	return findLink(ctx, s.db, linkOwnerColumns+`WHERE l.token = $1`, keepable(token, 64), account)
}

// LinkOwner is FindLink by the link's id, for the steps that follow.
func (s *Store) LinkOwner(ctx context.Context, linkID, account int64) (LinkOwner, error) {
	return findLink(ctx, s.db, linkOwnerColumns+`WHERE l.id = $1`, linkID, account)
}

func findLink(ctx context.Context, tx sqlx.QueryerContext, query string, key any, account int64) (LinkOwner, error) {
	var row struct {
		LinkOwner
		Revoked bool
	}
	err := sqlx.GetContext(ctx, tx, &row, query, key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return LinkOwner{}, refuse(NotFound, "what", "link")
	case err != nil:
		return LinkOwner{}, fmt.Errorf("reading a link: %w", err)
	case row.Revoked:
		return LinkOwner{}, refuse(LinkRevoked)
	case row.UsedBy != 0 && row.UsedBy != account:
		return LinkOwner{}, refuse(LinkUsed)
	}
	return row.LinkOwner, nil
}

// UseLink ties account to the link's employee, who agreed to the notice of this
// version: consent, a confirmed claim, and the open rounds' invitations at once,
// in one transaction. invited is the number of those.
//
// Beside FindLink's refusals there is AlreadyClaimed: the account stands for
// another employee ("account"), or another account for this one ("employee").
// ErrRepeated comes with the first time's number. An account that used this link
// before only gives its consent anew, if it had withdrawn it. Claims that wait for
// HR are settled by the link: the account's own on this employee is confirmed, and
// others on the employee are refused.
func (s *Store) UseLink(ctx context.Context, linkID, account int64, noticeVersion string, src Source, now time.Time) (invited int, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Invited *int }{&invited}); err != nil {
			return err
		}
		if err := lockAccount(ctx, tx, account); err != nil {
			return err
		}
		owner, err := findLink(ctx, tx, linkOwnerColumns+`WHERE l.id = $1`, linkID, account)
		if err != nil {
			return err
		}
		if err := lockEmployee(ctx, tx, owner.EmployeeID); err != nil {
			return err
		}
		// Somebody may have used it, or taken it back, while the lock was waited for.
		if _, err := findLink(ctx, tx, linkOwnerColumns+`WHERE l.id = $1 FOR UPDATE OF l`, linkID, account); err != nil {
			return err
		}
		claim, err := claimEmployee(ctx, tx, account, owner.EmployeeID, now)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE link SET used_at = $2, used_by = $3 WHERE id = $1 AND used_at IS NULL`, linkID, now, account)
		if err != nil {
			return fmt.Errorf("marking a link used: %w", err)
		}
		invited, err = admit(ctx, tx, account, claim, owner.EmployeeID, noticeVersion, now)
		if err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "link used", map[string]any{
			"link": linkID, "claim": claim, "employee": owner.EmployeeID, "notice": noticeVersion, "invited": invited,
		}, now)
	})
	return invited, err
}

// lockAccount lets commands of one account pass one after the other.
func lockAccount(ctx context.Context, tx *sqlx.Tx, account int64) error {
	_, err := tx.ExecContext(ctx, `SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE`, account)
	if err != nil {
		return fmt.Errorf("locking account %d: %w", account, err)
	}
	return nil
}

// claimEmployee finds or makes the confirmed claim that ties both together.
func claimEmployee(ctx context.Context, tx *sqlx.Tx, account, employee int64, now time.Time) (int64, error) {
	var claims []struct {
		ID         int64
		AccountID  int64 `db:"account_id"`
		EmployeeID int64 `db:"employee_id"`
	}
	err := tx.SelectContext(ctx, &claims, `
		SELECT id, account_id, employee_id FROM claim
		WHERE state = 'confirmed' AND (account_id = $1 OR employee_id = $2)`, account, employee)
	if err != nil {
		return 0, fmt.Errorf("reading claims of account %d: %w", account, err)
	}
	for _, claim := range claims {
		switch {
		case claim.AccountID == account && claim.EmployeeID == employee:
			return claim.ID, nil
		case claim.AccountID == account:
			return 0, refuse(AlreadyClaimed, "who", "account")
		default:
			return 0, refuse(AlreadyClaimed, "who", "employee")
		}
	}
	return confirmClaim(ctx, tx, account, employee, ViaLink, now)
}
