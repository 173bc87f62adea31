package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// Role is what an account may do.
type Role string

// The roles, from least to most.
const (
	RoleParticipant Role = "participant"
	RoleInterviewer Role = "interviewer"
	RoleHR          Role = "hr"
	RoleUnitHead    Role = "unit_head"
	RoleAdmin       Role = "admin"
)

// Account is a Telegram user, and their private chat, which has the same id.
type Account struct {
	ID        int64
	Known     bool   // false: the account has never written; all else is zero then
	Language  string // "id" or "en"
	Blocked   bool   // has blocked the bot, or is gone
	Grants    []Grant
	Claim     *Claim // the confirmed one; nil: none
	Waiting   bool   // a claim of it waits for HR
	Consented bool   // agreed to the privacy notice, and did not withdraw
}

// Grant is a role that an account holds, for one unit or for all of them.
type Grant struct {
	Role   Role  `json:"role"`
	UnitID int64 `json:"unit_id"` // 0: every unit
}

// Has tells whether the account holds a role for every unit.
func (a Account) Has(role Role) bool {
	return slices.Contains(a.Grants, Grant{Role: role})
}

// Holds tells whether the account holds a role, be it for one unit only.
func (a Account) Holds(role Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == role })
}

// Scope is for which units the account may do what any of these roles may.
func (a Account) Scope(roles ...Role) Scope {
	var scope Scope
	for _, g := range a.Grants {
		switch {
		case !slices.Contains(roles, g.Role):
		case g.UnitID == 0:
			scope.All = true
		default:
			scope.Units = append(scope.Units, g.UnitID)
		}
	}
	return scope
}

// Scope says of which units somebody may see and change the employees.
type Scope struct {
	All   bool
	Units []int64
}

// Claim says which employee an account is.
type Claim struct {
	ID, EmployeeID int64
	Name, Unit     string
}

const accountQuery = `
	SELECT a.id, a.language, a.blocked_at IS NOT NULL AS blocked,
	       (SELECT coalesce(json_agg(json_build_object('role', r.role, 'unit_id', coalesce(r.unit_id, 0))
	                                 ORDER BY r.role, r.unit_id), 'null')
	        FROM account_role r WHERE r.account_id = a.id) AS grants,
	       EXISTS (SELECT FROM consent s WHERE s.account_id = a.id AND s.withdrawn_at IS NULL) AS consented,
	       EXISTS (SELECT FROM claim w WHERE w.account_id = a.id AND w.state = 'provisional') AS waiting,
	       coalesce(c.id, 0) AS claim_id, coalesce(e.id, 0) AS employee_id,
	       coalesce(e.name, '') AS name, coalesce(u.name, '') AS unit
	FROM account a
	LEFT JOIN claim c ON c.account_id = a.id AND c.state = 'confirmed'
	LEFT JOIN employee e ON e.id = c.employee_id
	LEFT JOIN unit u ON u.id = e.unit_id
	WHERE a.id = $1`

// Account reads an account. One that has never written is no error: it comes
// with Known false.
func (s *Store) Account(ctx context.Context, id int64) (Account, error) {
	stmt, err := s.prepared(ctx, accountQuery)
	if err != nil {
		return Account{}, err
	}
	var row struct {
		ID         int64
		Language   string
		Blocked    bool
		Grants     fromJSON[[]Grant]
		Consented  bool
		Waiting    bool
		ClaimID    int64 `db:"claim_id"`
		EmployeeID int64 `db:"employee_id"`
		Name, Unit string
	}
	err = stmt.GetContext(ctx, &row, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{ID: id}, nil
	}
	if err != nil {
		return Account{}, fmt.Errorf("reading account %d: %w", id, err)
	}
	account := Account{
		ID:        row.ID,
		Known:     true,
		Language:  row.Language,
		Blocked:   row.Blocked,
		Consented: row.Consented,
		Waiting:   row.Waiting,
	}
	account.Grants = row.Grants.Value
	if row.ClaimID != 0 {
		account.Claim = &Claim{ID: row.ClaimID, EmployeeID: row.EmployeeID, Name: row.Name, Unit: row.Unit}
	}
	return account, nil
}

// Accounts of one role, for every unit, that can be written to.
func accountsWithRole(ctx context.Context, tx sqlx.QueryerContext, role Role) ([]int64, error) {
	var ids []int64
	err := sqlx.SelectContext(ctx, tx, &ids, `
		SELECT a.id FROM account a JOIN account_role r ON r.account_id = a.id
		WHERE r.role = $1 AND r.unit_id IS NULL AND a.blocked_at IS NULL
		ORDER BY a.id`, role)
	if err != nil {
		return nil, fmt.Errorf("reading accounts by role: %w", err)
	}
	return ids, nil
}

// TouchAccount notes that an account wrote messageID, and so is not blocking
// the bot, and reads it. language ("id" or "en") is for an account that never
// wrote before. To one that blocked the bot what it missed comes after ReturnAfter.
func (s *Store) TouchAccount(ctx context.Context, id int64, language string, messageID int64, now time.Time) (Account, error) {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO account AS a (id, language, created_at, last_message_id) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE
		SET last_message_id = excluded.last_message_id
		WHERE a.last_message_id < excluded.last_message_id`,
		id, language, now, messageID)
	if err != nil {
		return Account{}, fmt.Errorf("noting account %d: %w", id, err)
	}
	account, err := s.Account(ctx, id)
	if err != nil || !account.Blocked {
		return account, err
	}
	account.Blocked = false
	return account, s.comeBack(ctx, id, now)
}

// NoteMessage notes the newest message known in an account's chat.
func (s *Store) NoteMessage(ctx context.Context, account, messageID int64) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE account SET last_message_id = $2 WHERE id = $1 AND last_message_id < $2`,
		account, messageID)
	if err != nil {
		return fmt.Errorf("noting a message of account %d: %w", account, err)
	}
	return nil
}

// SetLanguage sets the language, "id" or "en", in which an account is written to.
func (s *Store) SetLanguage(ctx context.Context, id int64, language string, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE account SET language = $2 WHERE id = $1`, id, language)
		if err != nil {
			return fmt.Errorf("setting the language of account %d: %w", id, err)
		}
		return writeAudit(ctx, tx, src, "language set", map[string]any{"account": id, "language": language}, now)
	})
}

// Block notes that an account cannot be written to, until it writes itself
// (TouchAccount): its due deliveries end as failed.
func (s *Store) Block(ctx context.Context, account int64, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		return blockAccount(ctx, tx, account, now)
	})
}

func blockAccount(ctx context.Context, tx sqlx.ExecerContext, account int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE account SET blocked_at = $2 WHERE id = $1 AND blocked_at IS NULL`, account, now)
	if err != nil {
		return fmt.Errorf("blocking account %d: %w", account, err)
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE delivery SET state = 'failed', reason = 'blocked', ended_at = $2
		WHERE account_id = $1 AND state IN ('due', 'held')`, account, now)
	if err != nil {
		return fmt.Errorf("ending deliveries of account %d: %w", account, err)
	}
	return nil
}
