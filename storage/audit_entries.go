package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// AuditEntry is one thing that was done.
type AuditEntry struct {
	ID        int64
	At        time.Time
	AccountID int64 // whose doing; 0: the operator's at the shell, or nobody's
	// Unasked things were done by the scheduler, because their time had come.
	Unasked bool
	Action  string
	// Details are what was noted: ids, counts (json.Number), lists and maps of them.
	Details map[string]any
	// Name is that of the employee that AccountID is; "": it is none.
	Name string
	// Names are what stands behind the ids of the details, by their key: names of
	// employees, titles of trainings. Of a list of units they are all of them.
	Names map[string][]string
}

// AuditFilter says which entries are wanted. The zero one wants all.
type AuditFilter struct {
	Actions  []string // nil: all
	Account  int64    // 0: everybody's
	Chatless bool     // only what was done outside of chats, by no account
	Newest   int64    // none that came after this one; 0: up to now
}

const auditWanted = `
	FROM audit a
	WHERE ($1::text[] IS NULL OR a.action = ANY ($1)) AND ($2::bigint = 0 OR a.account_id = $2)
	  AND (NOT $3 OR a.account_id IS NULL) AND ($4::bigint = 0 OR a.id <= $4) `

func (f AuditFilter) args() []any {
	return []any{pq.Array(f.Actions), f.Account, f.Chatless, f.Newest}
}

// AuditSize counts the entries that are wanted, and gives the newest of them, by
// which the following pages are to be asked for: what comes meanwhile does not
// move them.
func (s *Store) AuditSize(ctx context.Context, f AuditFilter) (total int, newest int64, err error) {
	err = s.db.QueryRowxContext(ctx, `SELECT count(*), coalesce(max(a.id), 0)`+auditWanted, f.args()...).Scan(&total, &newest)
	if err != nil {
		return 0, 0, fmt.Errorf("counting audit: %w", err)
	}
	return total, newest, nil
}

// Audit reads the entries that are wanted, newest first, at most limit of them
// behind the first offset.
func (s *Store) Audit(ctx context.Context, f AuditFilter, offset, limit int) ([]AuditEntry, error) {
	var rows []struct {
		ID        int64
		At        time.Time
		AccountID int64 `db:"account_id"`
		Unasked   bool
		Action    string
		Details   []byte
	}
	err := s.db.SelectContext(ctx, &rows, `
		SELECT a.id, a.at, coalesce(a.account_id, 0) AS account_id, a.action, a.details,
		       a.account_id IS NULL AND (
		           a.details->>'step' IS NOT NULL OR a.details->>'occasion' IS NOT NULL
		           OR a.action = 'round closed' AND EXISTS (
		               SELECT FROM round r WHERE r.id::text = a.details->>'round' AND r.closes_at <= a.at)) AS unasked`+
		auditWanted+`ORDER BY a.id DESC OFFSET $5 LIMIT $6`, append(f.args(), offset, limit)...)
	if err != nil {
		return nil, fmt.Errorf("reading audit: %w", err)
	}
	entries := make([]AuditEntry, len(rows))
	for i, row := range rows {
		details, err := readDetails(row.Details)
		if err != nil {
			return nil, fmt.Errorf("reading audit %d: %w", row.ID, err)
		}
		entries[i] = AuditEntry{ID: row.ID, At: row.At, AccountID: row.AccountID, Unasked: row.Unasked,
			Action: row.Action, Details: details, Names: map[string][]string{}}
	}
	return entries, s.nameEntries(ctx, entries)
}

// readDetails keeps numbers as they are written.
func readDetails(content []byte) (map[string]any, error) {
	var details map[string]any
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	err := decoder.Decode(&details)
	return details, err
}

// namedIDs gives the keys of details whose ids have names, and of what they are.
func namedIDs() map[string]string {
	return map[string]string{"account": "account", "claim": "claim", "claims": "claim", "employee": "employee",
		"round": "round", "training": "training", "unit": "unit", "units": "unit", "plan": "plan"}
}

// nameEntries looks up what stands behind the ids of all the entries at once.
func (s *Store) nameEntries(ctx context.Context, entries []AuditEntry) error {
	named, wanted := namedIDs(), map[string][]int64{}
	for _, entry := range entries {
		wanted["account"] = append(wanted["account"], entry.AccountID)
		for key, what := range named {
			wanted[what] = append(wanted[what], idsIn(entry.Details[key])...)
		}
	}
	names, err := s.namesOf(ctx, wanted)
	if err != nil {
		return err
	}
	for i, entry := range entries {
		entries[i].Name = names[thing{"account", entry.AccountID}]
		for key, what := range named {
			for _, id := range idsIn(entry.Details[key]) {
				if name := names[thing{what, id}]; name != "" {
					entry.Names[key] = append(entry.Names[key], name)
				}
			}
		}
	}
	return nil
}

// thing is something that has a name.
type thing struct {
	what string
	id   int64
}

func (s *Store) namesOf(ctx context.Context, wanted map[string][]int64) (map[thing]string, error) {
	var rows []struct {
		What string
		ID   int64
		Name string
	}
	err := s.db.SelectContext(ctx, &rows, `
		SELECT 'account' AS what, c.account_id AS id, e.name
		FROM claim c JOIN employee e ON e.id = c.employee_id
		WHERE c.state = 'confirmed' AND c.account_id = ANY ($1)
		UNION ALL SELECT 'claim', c.id, e.name
		FROM claim c JOIN employee e ON e.id = c.employee_id WHERE c.id = ANY ($2)
		UNION ALL SELECT 'employee', id, name FROM employee WHERE id = ANY ($3)
		UNION ALL SELECT 'round', r.id, coalesce(t.title, n.definition->'title'->>(n.definition->>'default_language'))
		FROM round r JOIN instrument n ON n.id = r.instrument_id LEFT JOIN training t ON t.id = r.training_id WHERE r.id = ANY ($4)
		UNION ALL SELECT 'training', id, title FROM training WHERE id = ANY ($5)
		UNION ALL SELECT 'unit', id, name FROM unit WHERE id = ANY ($6)
		UNION ALL SELECT 'plan', id, title FROM plan WHERE id = ANY ($7)`,
		pq.Array(wanted["account"]), pq.Array(wanted["claim"]), pq.Array(wanted["employee"]),
		pq.Array(wanted["round"]), pq.Array(wanted["training"]), pq.Array(wanted["unit"]), pq.Array(wanted["plan"]))
	if err != nil {
		return nil, fmt.Errorf("naming what audit is about: %w", err)
	}
	names := map[thing]string{}
	for _, row := range rows {
		names[thing{row.What, row.ID}] = row.Name
	}
	return names, nil
}

// idsIn are the ids in a detail that is an id or a list of them.
func idsIn(detail any) []int64 {
	list, isList := detail.([]any)
	if !isList {
		list = []any{detail}
	}
	var ids []int64
	for _, element := range list {
		if number, isNumber := element.(json.Number); isNumber {
			if id, err := number.Int64(); err == nil {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// AuditPerson is an account that did something.
type AuditPerson struct {
	AccountID int64  `db:"account_id"` // 0: all that was done outside of chats
	Name      string // of the employee that it is; "": it is none
}

// AuditPeople are all who did something, the one who did so last first.
func (s *Store) AuditPeople(ctx context.Context) ([]AuditPerson, error) {
	var people []AuditPerson
	err := s.db.SelectContext(ctx, &people, `
		SELECT coalesce(a.account_id, 0) AS account_id, coalesce(e.name, '') AS name
		FROM (SELECT account_id, max(id) AS last FROM audit GROUP BY account_id) a
		LEFT JOIN claim c ON c.account_id = a.account_id AND c.state = 'confirmed'
		LEFT JOIN employee e ON e.id = c.employee_id
		ORDER BY a.last DESC`)
	if err != nil {
		return nil, fmt.Errorf("finding who did what: %w", err)
	}
	return people, nil
}
