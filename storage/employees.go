package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey"
	"pascalatih/survey/roster"
)

// Reach says whether forms come to an employee, and if not, why.
type Reach string

// The ways in which an employee can be reached, or not. Each has one.
const (
	ReachConnected   Reach = "connected"
	ReachLinked      Reach = "linked"      // no account; a personal link was made and not used
	ReachUnlinked    Reach = "unlinked"    // neither account nor link
	ReachUnconfirmed Reach = "unconfirmed" // somebody says they are this employee, and waits for HR
	ReachBlocked     Reach = "blocked"     // the account blocked the bot
	ReachDeclined    Reach = "declined"    // the account took its consent back
	ReachLeft        Reach = "left"        // is no longer in the office
)

// Person is an employee as lists show them.
type Person struct {
	ID         int64
	NIP        string
	Name, Unit string
	Supervisor string // name; "" for none
	Reach      Reach
}

// personColumns, personTables: an employee e with what a Person and an Employee
// hold.
const (
	personColumns = `
	e.id, e.nip, e.name, u.name AS unit, coalesce(boss.name, '') AS supervisor,
	CASE WHEN e.left_at IS NOT NULL THEN 'left'
	     WHEN c.id IS NULL AND waiting.at IS NOT NULL THEN 'unconfirmed'
	     WHEN c.id IS NULL AND l.id IS NOT NULL THEN 'linked'
	     WHEN c.id IS NULL THEN 'unlinked'
	     WHEN a.blocked_at IS NOT NULL THEN 'blocked'
	     WHEN NOT EXISTS (SELECT FROM consent k WHERE k.account_id = a.id AND k.withdrawn_at IS NULL) THEN 'declined'
	     ELSE 'connected' END AS reach`
	personTables = `
	FROM employee e
	JOIN unit u ON u.id = e.unit_id
	LEFT JOIN employee boss ON boss.id = e.supervisor_id
	LEFT JOIN claim c ON c.employee_id = e.id AND c.state = 'confirmed'
	LEFT JOIN account a ON a.id = c.account_id
	LEFT JOIN link l ON l.employee_id = e.id AND l.used_at IS NULL AND l.revoked_at IS NULL
	LEFT JOIN LATERAL (SELECT min(created_at) AS at FROM claim p WHERE p.employee_id = e.id AND p.state = 'provisional') waiting ON true `
)

// findPeople reads the employees that rest of the statement selects.
func findPeople(ctx context.Context, q sqlx.QueryerContext, rest string, args ...any) ([]Person, error) {
	var people []Person
	if err := sqlx.SelectContext(ctx, q, &people, `SELECT`+personColumns+personTables+rest, args...); err != nil {
		return nil, fmt.Errorf("read employees: %w", err)
	}
	return people, nil
}

// FindEmployees are those, at most limit, whom the scope shows and whom words may
// mean: their name holds each of the words, or the digits are part of their NIP.
// Who left the office comes last.
func (s *Store) FindEmployees(ctx context.Context, scope Scope, words string, limit int) ([]Person, error) {
	parts := strings.Fields(keepable(words, 200))
	digits := strings.Join(parts, "")
	if strings.Trim(digits, "0123456789") != "" {
		digits = ""
	}
	return findPeople(ctx, s.db, `
		JOIN (
			SELECT m.id FROM employee m
			WHERE ($1 OR m.unit_id = ANY($2))
			  AND CASE WHEN $3 = ''
			           THEN NOT EXISTS (SELECT FROM unnest($4::text[]) w WHERE strpos(lower(m.name), lower(w)) = 0)
			           ELSE strpos(m.nip, $3) > 0 END
			ORDER BY m.left_at IS NOT NULL, m.name, m.id LIMIT $5
		) meant ON meant.id = e.id
		ORDER BY e.left_at IS NOT NULL, e.name, e.id`,
		scope.All, pq.Array(scope.Units), digits, pq.Array(parts), limit)
}

// EmployeesByNIP are the employees with these NIPs, by name.
func (s *Store) EmployeesByNIP(ctx context.Context, nips []roster.NIP) ([]Person, error) {
	digits := make([]string, len(nips))
	for i, nip := range nips {
		digits[i] = nip.String()
	}
	return findPeople(ctx, s.db, `WHERE e.nip = ANY($1) ORDER BY e.name, e.id`, pq.Array(digits))
}

// Employee is all that HR sees of an employee.
type Employee struct {
	Person
	UnitID          int64 `db:"unit_id"`
	Position, Phone string
	// Since is when what Reach says began; nil where that is not known.
	Since     *time.Time
	Via       ClaimVia  // what the connection rests on; "" without one
	LeftAs    Departure `db:"left_as"` // "" for who is in the office
	Trainings []Attended
	Asked     []Asked
}

// Attended is a training in which an employee took part.
type Attended struct {
	Title    string
	FirstDay time.Time `db:"first_day"` // a date
	LastDay  time.Time `db:"last_day"`  // a date
}

// Asked is a round in which an employee was asked.
type Asked struct {
	Instrument survey.Text
	Training   string
	OpenedAt   time.Time
	// Sent tells whether they sent their form; nil: what they answer is
	// confidential, and whether they did is not shown beside their name.
	Sent *bool
}

// recalled is how many trainings and rounds of an employee are shown.
const recalled = 5

// Employee reads an employee with their newest trainings and rounds. NotFound
// (Detail what: employee): there is none, or the scope does not show them.
func (s *Store) Employee(ctx context.Context, scope Scope, id int64) (Employee, error) {
	var found []Employee
	err := s.db.SelectContext(ctx, &found, `
		SELECT`+personColumns+`, e.unit_id, e.position, e.phone, coalesce(c.via, '') AS via, coalesce(e.left_as, '') AS left_as,
		       CASE WHEN e.left_at IS NOT NULL THEN e.left_at
		            WHEN c.id IS NULL THEN coalesce(waiting.at, l.created_at)
		            WHEN a.blocked_at IS NOT NULL THEN a.blocked_at
		            WHEN NOT EXISTS (SELECT FROM consent k WHERE k.account_id = a.id AND k.withdrawn_at IS NULL)
		            THEN (SELECT max(withdrawn_at) FROM consent k WHERE k.account_id = a.id)
		            ELSE c.created_at END AS since`+personTables+`
		WHERE e.id = $1 AND ($2 OR e.unit_id = ANY($3))`, id, scope.All, pq.Array(scope.Units))
	if err != nil {
		return Employee{}, fmt.Errorf("read employee %d: %w", id, err)
	}
	if len(found) == 0 {
		return Employee{}, refuse(NotFound, "what", "employee")
	}
	employee := found[0]
	err = s.db.SelectContext(ctx, &employee.Trainings, `
		SELECT t.title, t.first_day, t.last_day FROM participation p JOIN training t ON t.id = p.training_id
		WHERE p.employee_id = $1 ORDER BY t.first_day DESC, t.id DESC LIMIT $2`, id, recalled)
	if err != nil {
		return Employee{}, fmt.Errorf("read the trainings of employee %d: %w", id, err)
	}
	employee.Asked, err = s.askedIn(ctx, id)
	return employee, err
}

func (s *Store) askedIn(ctx context.Context, employee int64) ([]Asked, error) {
	rows, err := s.db.QueryxContext(ctx, `
		SELECT n.definition->'title', coalesce(t.title, ''), r.opened_at,
		       CASE WHEN n.privacy = 'named' THEN EXISTS (
		           SELECT FROM response p WHERE p.round_id = r.id AND p.invitation_id = i.id AND p.counts) END
		FROM invitation i
		JOIN round r ON r.id = i.round_id
		JOIN instrument n ON n.id = r.instrument_id
		LEFT JOIN training t ON t.id = r.training_id
		WHERE i.respondent_id = $1 ORDER BY r.opened_at DESC, r.id DESC LIMIT $2`, employee, recalled)
	if err != nil {
		return nil, fmt.Errorf("read in what employee %d was asked: %w", employee, err)
	}
	defer rows.Close()
	var all []Asked
	for rows.Next() {
		var asked Asked
		var title fromJSON[survey.Text]
		if err := rows.Scan(&title, &asked.Training, &asked.OpenedAt, &asked.Sent); err != nil {
			return nil, fmt.Errorf("read in what employee %d was asked: %w", employee, err)
		}
		asked.Instrument = title.Value
		all = append(all, asked)
	}
	return all, rows.Err()
}
