package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// LinkStatus is how far a training's participants are connected, as far as a
// scope shows them.
type LinkStatus struct {
	Training
	Connected int // of the Participants
	// Supervisors are those of participants, who do not take part themselves.
	Supervisors, SupervisorsConnected int
	Class                             ClassLink // the link that stands, be it over; its ID is 0 before the first one
}

// LinkStatus reads it. NotFound (Detail what: training): there is none, or nobody
// takes part in it whom the scope shows.
func (s *Store) LinkStatus(ctx context.Context, scope Scope, training int64, zone *time.Location) (LinkStatus, error) {
	found, err := s.Training(ctx, scope, training)
	if err != nil {
		return LinkStatus{}, err
	}
	status := LinkStatus{Training: found}
	err = s.db.GetContext(ctx, &status.Connected, `
		SELECT count(*) FROM participation p JOIN employee e ON e.id = p.employee_id
		WHERE p.training_id = $1 AND e.left_at IS NULL AND ($2 OR e.unit_id = ANY($3))
		  AND EXISTS (SELECT FROM claim c WHERE c.employee_id = e.id AND c.state = 'confirmed')`,
		training, scope.All, pq.Array(scope.Units))
	if err != nil {
		return LinkStatus{}, fmt.Errorf("count who of training %d is connected: %w", training, err)
	}
	err = s.db.QueryRowxContext(ctx, `
		SELECT count(*), count(*) FILTER (WHERE EXISTS (
		           SELECT FROM claim c WHERE c.employee_id = e.id AND c.state = 'confirmed'))
		FROM employee e
		WHERE e.left_at IS NULL AND ($2 OR e.unit_id = ANY($3)) AND `+ofTraining+` AND `+onlySupervises,
		found.Code, scope.All, pq.Array(scope.Units)).Scan(&status.Supervisors, &status.SupervisorsConnected)
	if err != nil {
		return LinkStatus{}, fmt.Errorf("count the supervisors of training %d: %w", training, err)
	}
	status.Class, _, err = standingClassLink(ctx, s.db, found.Code, zone)
	return status, err
}

// ListedLink is a participant, or the supervisor of one, with their personal link.
type ListedLink struct {
	Name, Unit string
	Supervisor bool   // does not take part themselves
	Phone      string // as the roster has it; "" if it is not known
	Token      string // for https://t.me/<bot>?start=<token>; "" for whom an account stands
}

// ListLinks gives the participants of a training whom the scope shows and who are
// still in the office, by unit and name, and after them such supervisors of theirs.
// Whom no account stands for gets their
// personal link, made now or before: the same one each time until it is used or
// revoked. NotFound (Detail what: training): there is none, or nobody takes part
// in it whom the scope shows.
func (s *Store) ListLinks(ctx context.Context, scope Scope, training int64, src Source, now time.Time) (listed []ListedLink, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		found, err := readTraining(ctx, tx, scope, training)
		if err != nil {
			return err
		}
		made, err := makeLinks(ctx, tx, scope, found.Code, now)
		if err != nil {
			return err
		}
		// Of links that ended between two runs of a job the second makes others.
		noted := firstTime(ctx, tx, src, nil)
		if noted != nil && !errors.Is(noted, ErrRepeated) {
			return noted
		}
		if made > 0 && noted == nil {
			err := writeAudit(ctx, tx, src, "links made", map[string]any{"links": made, "training": training}, now)
			if err != nil {
				return err
			}
		}
		err = tx.SelectContext(ctx, &listed, `
			SELECT e.name, u.name AS unit, e.phone, `+onlySupervises+` AS supervisor,
			       CASE WHEN EXISTS (SELECT FROM claim c WHERE c.employee_id = e.id AND c.state = 'confirmed')
			            THEN '' ELSE coalesce(l.token, '') END AS token
			FROM employee e
			JOIN unit u ON u.id = e.unit_id
			LEFT JOIN link l ON l.employee_id = e.id AND l.used_at IS NULL AND l.revoked_at IS NULL
			WHERE e.left_at IS NULL AND ($2 OR e.unit_id = ANY($3)) AND `+ofTraining+`
			ORDER BY supervisor, u.name, e.name, e.id`, found.Code, scope.All, pq.Array(scope.Units))
		if err != nil {
			return fmt.Errorf("list the links of training %d: %w", training, err)
		}
		return nil
	})
	return listed, err
}
