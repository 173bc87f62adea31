package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Unit is an organisation of the office.
type Unit struct {
	ID   int64
	Name string
}

// Units are all there are, by name.
func (s *Store) Units(ctx context.Context) ([]Unit, error) {
	var units []Unit
	if err := s.db.SelectContext(ctx, &units, `SELECT id, name FROM unit ORDER BY name`); err != nil {
		return nil, fmt.Errorf("reading the units: %w", err)
	}
	return units, nil
}

// Holder is somebody who holds roles, or may be given some: an account, an
// employee, or mostly both.
type Holder struct {
	AccountID  int64  // 0: the employee has none yet
	Name, Unit string // "": the account is no employee
	Grants     []Grant
}

// holdersQuery selects holders from people, whose columns are account_id (0:
// none), name and unit.
const holdersQuery = `
	SELECT p.account_id, p.name, p.unit,
	       (SELECT coalesce(json_agg(json_build_object('role', r.role, 'unit_id', coalesce(r.unit_id, 0))
	                                 ORDER BY r.role, r.unit_id), 'null')
	        FROM account_role r WHERE r.account_id = p.account_id) AS grants
	FROM people p `

// RoleHolders are all accounts that hold a role, administrators first.
func (s *Store) RoleHolders(ctx context.Context) ([]Holder, error) {
	return s.holders(ctx, `
		WITH people AS (
			SELECT a.account_id, a.admin, coalesce(e.name, '') AS name, coalesce(u.name, '') AS unit
			FROM (SELECT account_id, bool_or(role = 'admin') AS admin FROM account_role GROUP BY account_id) a
			LEFT JOIN claim c ON c.account_id = a.account_id AND c.state = 'confirmed'
			LEFT JOIN employee e ON e.id = c.employee_id
			LEFT JOIN unit u ON u.id = e.unit_id
		)`+holdersQuery+`ORDER BY p.admin DESC, p.name = '', p.name, p.account_id`)
}

// FindHolders are those, at most limit, whom words may mean: employees whose
// name holds each of the words, or whose NIP or account the digits are part of;
// and accounts that hold a role and are no employee, by their number.
func (s *Store) FindHolders(ctx context.Context, words string, limit int) ([]Holder, error) {
	parts := strings.Fields(keepable(words, 200))
	digits := strings.Join(parts, "")
	if strings.Trim(digits, "0123456789") != "" {
		digits = ""
	}
	return s.holders(ctx, `
		WITH people AS (
			SELECT coalesce(c.account_id, 0) AS account_id, e.name, u.name AS unit
			FROM employee e
			JOIN unit u ON u.id = e.unit_id
			LEFT JOIN claim c ON c.employee_id = e.id AND c.state = 'confirmed'
			WHERE e.left_at IS NULL
			  AND CASE WHEN $1 = ''
			           THEN NOT EXISTS (SELECT FROM unnest($2::text[]) w WHERE strpos(lower(e.name), lower(w)) = 0)
			           ELSE strpos(e.nip, $1) > 0 OR c.account_id::text = $1 END
			UNION ALL
			SELECT DISTINCT r.account_id, '', ''
			FROM account_role r
			WHERE r.account_id::text = $1
			  AND NOT EXISTS (SELECT FROM claim c WHERE c.account_id = r.account_id AND c.state = 'confirmed')
		)`+holdersQuery+`ORDER BY p.name, p.account_id LIMIT $3`, digits, pq.Array(parts), limit)
}

func (s *Store) holders(ctx context.Context, query string, args ...any) ([]Holder, error) {
	var rows []struct {
		AccountID  int64 `db:"account_id"`
		Name, Unit string
		Grants     fromJSON[[]Grant]
	}
	if err := s.db.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("finding who holds roles: %w", err)
	}
	holders := make([]Holder, len(rows))
	for i, row := range rows {
		holders[i] = Holder{AccountID: row.AccountID, Name: row.Name, Unit: row.Unit, Grants: row.Grants.Value}
	}
	return holders, nil
}

// SetRole has an account hold a role for every unit or for those of scope, and
// for no other; a scope of none takes the role. changed tells whether that is
// different from before: if not, nothing is noted. Beside an error it tells
// nothing, but for ErrRepeated, with which it is true.
//
// admin and interviewer are for every unit, unit_head for some, hr is for either,
// and nobody needs to be given another: Refused (Detail reason: "scope"). The
// last administrator stays one: Refused ("last_admin"). NotFound (what: "account"
// or "unit") where there is no such thing.
func (s *Store) SetRole(ctx context.Context, account int64, role Role, scope Scope, src Source, now time.Time) (changed bool, err error) {
	if !holdable(role, scope) {
		return false, refuse(Refused, "reason", "scope")
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		changed = true
		if err := lockRoles(ctx, tx); err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		before, err := roleUnits(ctx, tx, account, role)
		if err != nil {
			return err
		}
		wanted := scopeUnits(scope)
		if changed = !slices.Equal(before, wanted); !changed {
			return nil
		}
		if err := replaceRole(ctx, tx, account, role, wanted, now); err != nil {
			return err
		}
		details := map[string]any{"account": account, "role": role}
		if len(wanted) == 0 {
			return writeAudit(ctx, tx, src, "role revoked", details, now)
		}
		if !scope.All {
			details["units"] = wanted
		}
		return writeAudit(ctx, tx, src, "role granted", details, now)
	})
	return changed, err
}

// holdable tells whether a role can be held for these units, or for none.
func holdable(role Role, scope Scope) bool {
	switch role {
	case RoleAdmin, RoleInterviewer:
		return len(scope.Units) == 0
	case RoleUnitHead:
		return !scope.All
	case RoleHR:
		return !scope.All || len(scope.Units) == 0
	}
	return false
}

// scopeUnits are the units of a scope as account_role keeps them, in order: 0
// stands for every unit.
func scopeUnits(scope Scope) []int64 {
	if scope.All {
		return []int64{0}
	}
	units := append([]int64{}, scope.Units...) // never nil: Postgres would read NULL
	slices.Sort(units)
	return slices.Compact(units)
}

// lockRoles lets one change of roles at a time pass, so that two administrators
// who remove each other do not leave none.
func lockRoles(ctx context.Context, tx *sqlx.Tx) error {
	const rolesLock = 7229
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, rolesLock); err != nil {
		return fmt.Errorf("waiting for other changes of roles: %w", err)
	}
	return nil
}

func roleUnits(ctx context.Context, tx *sqlx.Tx, account int64, role Role) ([]int64, error) {
	var known bool
	if err := tx.GetContext(ctx, &known, `SELECT EXISTS (SELECT FROM account WHERE id = $1)`, account); err != nil {
		return nil, fmt.Errorf("looking for account %d: %w", account, err)
	}
	if !known {
		return nil, refuse(NotFound, "what", "account")
	}
	var units []int64
	err := tx.SelectContext(ctx, &units, `
		SELECT coalesce(unit_id, 0) FROM account_role WHERE account_id = $1 AND role = $2 ORDER BY 1`, account, string(role))
	if err != nil {
		return nil, fmt.Errorf("reading a role of account %d: %w", account, err)
	}
	return units, nil
}

// replaceRole has the account hold the role for these units instead.
func replaceRole(ctx context.Context, tx *sqlx.Tx, account int64, role Role, units []int64, now time.Time) error {
	if role == RoleAdmin && len(units) == 0 {
		if err := checkAdminLeft(ctx, tx, account); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `
		DELETE FROM account_role
		WHERE account_id = $1 AND role = $2 AND coalesce(unit_id, 0) <> ALL ($3)`, account, string(role), pq.Array(units))
	if err != nil {
		return fmt.Errorf("revoking a role of account %d: %w", account, err)
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO account_role (account_id, role, unit_id, granted_at)
		SELECT $1, $2, nullif(unit, 0), $4 FROM unnest($3::bigint[]) unit
		ON CONFLICT (account_id, role, unit_id) DO NOTHING`, account, string(role), pq.Array(units), now)
	if pq.As(err, pqerror.ForeignKeyViolation) != nil {
		return refuse(NotFound, "what", "unit")
	}
	if err != nil {
		return fmt.Errorf("granting a role to account %d: %w", account, err)
	}
	return nil
}

func checkAdminLeft(ctx context.Context, tx *sqlx.Tx, account int64) error {
	var left bool
	err := tx.GetContext(ctx, &left, `
		SELECT EXISTS (SELECT FROM account_role WHERE role = 'admin' AND account_id <> $1)`, account)
	if err != nil {
		return fmt.Errorf("looking for another administrator: %w", err)
	}
	if !left {
		return refuse(Refused, "reason", "last_admin")
	}
	return nil
}
