package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Participants are those in a training whom the scope shows, by name: at most
// limit after the first ones, and how many there are in all. Who left the office
// is still among them.
func (s *Store) Participants(ctx context.Context, scope Scope, training int64, first, limit int) (people []Person, all int, err error) {
	err = s.db.GetContext(ctx, &all, `
		SELECT count(*) FROM participation p JOIN employee e ON e.id = p.employee_id
		WHERE p.training_id = $1 AND ($2 OR e.unit_id = ANY($3))`, training, scope.All, pq.Array(scope.Units))
	if err != nil {
		return nil, 0, fmt.Errorf("count the participants of training %d: %w", training, err)
	}
	people, err = findPeople(ctx, s.db, `
		JOIN (
			SELECT m.id FROM employee m JOIN participation p ON p.employee_id = m.id AND p.training_id = $1
			WHERE $2 OR m.unit_id = ANY($3)
			ORDER BY m.name, m.id OFFSET $4 LIMIT $5
		) listed ON listed.id = e.id
		ORDER BY e.name, e.id`, training, scope.All, pq.Array(scope.Units), first, limit)
	return people, all, err
}

// NewParticipants are those of the employees who would be added to a training, by
// name, and how many of them take part already. Who left the office, or is not
// known, is neither.
func (s *Store) NewParticipants(ctx context.Context, training int64, employees []int64) (fresh []Person, there int, err error) {
	taking, err := s.ParticipantsAmong(ctx, training, employees)
	if err != nil {
		return nil, 0, err
	}
	fresh, err = findPeople(ctx, s.db, `
		WHERE e.id = ANY($1) AND e.id <> ALL($2) AND e.left_at IS NULL
		ORDER BY e.name, e.id`, pq.Array(employees), pq.Array(taking))
	return fresh, len(taking), err
}

// ParticipantsAmong are those of the employees who take part in a training.
func (s *Store) ParticipantsAmong(ctx context.Context, training int64, employees []int64) ([]int64, error) {
	taking := []int64{} // never nil: Postgres would read NULL
	err := s.db.SelectContext(ctx, &taking, `
		SELECT employee_id FROM participation WHERE training_id = $1 AND employee_id = ANY($2) ORDER BY employee_id`,
		training, pq.Array(employees))
	if err != nil {
		return nil, fmt.Errorf("look who takes part in training %d: %w", training, err)
	}
	return taking, nil
}

// AddParticipants adds employees to a training and invites them to its open
// rounds. added is the number of those who are new in it; who left the office is
// passed over. NotFound (Detail what: training) without one. ErrRepeated comes
// with the first time's number.
func (s *Store) AddParticipants(ctx context.Context, training int64, employees []int64, src Source, now time.Time) (added int, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		// A round that is being opened takes those who are there, or finds them here.
		if err := lockTrainingID(ctx, tx, training); err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, &struct{ Added *int }{&added}); err != nil {
			return err
		}
		var fresh []int64
		err := tx.SelectContext(ctx, &fresh, `
			INSERT INTO participation (training_id, employee_id)
			SELECT $1, e.id FROM employee e WHERE e.id = ANY($2) AND e.left_at IS NULL ORDER BY e.id
			ON CONFLICT DO NOTHING RETURNING employee_id`, training, pq.Array(employees))
		if err != nil {
			return fmt.Errorf("add participants to training %d: %w", training, err)
		}
		if added = len(fresh); added > 0 {
			if err := inviteParticipants(ctx, tx, training, fresh, now); err != nil {
				return err
			}
		}
		return writeAudit(ctx, tx, src, "participants added", map[string]any{
			"training": training, "added": added, "employees": fresh}, now)
	})
	return added, err
}

// Removal is what taking an employee out of a training did, or would do.
type Removal struct {
	Forms int // unsent ones that are deleted with what was answered in them
	Sent  int // forms that stay
}

// PreviewRemoval tells what RemoveParticipant would do. NotFound (Detail what:
// participant): the employee does not take part.
func (s *Store) PreviewRemoval(ctx context.Context, training, employee int64) (Removal, error) {
	var r struct {
		Removal
		Takes bool
	}
	err := s.db.GetContext(ctx, &r, `
		SELECT EXISTS (SELECT FROM participation WHERE training_id = $1 AND employee_id = $2) AS takes,
		       count(*) FILTER (WHERE s.state = 'open' AND s.opened_at IS NOT NULL) AS forms,
		       count(*) FILTER (WHERE s.state = 'sent') AS sent
		FROM session s JOIN invitation i ON i.id = s.invitation_id JOIN round r ON r.id = i.round_id
		WHERE r.training_id = $1 AND r.audience IN ('alumni', 'supervisors') AND i.subject_id = $2`, training, employee)
	if err != nil {
		return Removal{}, fmt.Errorf("look what employee %d has in training %d: %w", employee, training, err)
	}
	if !r.Takes {
		return Removal{}, refuse(NotFound, "what", "participant")
	}
	return r.Removal, nil
}

// RemoveParticipant takes an employee out of a training. In its open rounds they
// are not asked any more: what they did not send is deleted, as is the invitation
// that nothing was sent for, so that it counts for no rate and they are invited
// anew if they are added again. What was sent stays. NotFound (Detail what:
// training, participant).
func (s *Store) RemoveParticipant(ctx context.Context, training, employee int64, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockTrainingID(ctx, tx, training); err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		removed, err := affected(tx.ExecContext(ctx, `
			DELETE FROM participation WHERE training_id = $1 AND employee_id = $2`, training, employee))
		if err != nil {
			return fmt.Errorf("take employee %d out of training %d: %w", employee, training, err)
		}
		if removed == 0 {
			return refuse(NotFound, "what", "participant")
		}
		uninvited, err := uninvite(ctx, tx, training, employee, now)
		if err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "participant removed", map[string]any{
			"training": training, "employee": employee, "uninvited": uninvited}, now)
	})
}

// uninvite deletes the invitations of an employee, and those to observe them, to the
// open rounds about a training for which nothing was sent, and gives their number.
func uninvite(ctx context.Context, tx *sqlx.Tx, training, employee int64, now time.Time) (int, error) {
	var rounds []int64
	err := tx.SelectContext(ctx, &rounds, `
		SELECT id FROM round
		WHERE training_id = $1 AND audience IN ('alumni', 'supervisors') AND closed_at IS NULL ORDER BY id FOR SHARE`, training)
	if err != nil {
		return 0, fmt.Errorf("find open rounds of training %d: %w", training, err)
	}
	if err := lockWithObservers(ctx, tx, []int64{employee}); err != nil {
		return 0, err
	}
	var invitations []int64
	err = tx.SelectContext(ctx, &invitations, `
		SELECT id FROM invitation WHERE round_id = ANY($1) AND subject_id = $2 ORDER BY id`, pq.Array(rounds), employee)
	if err != nil {
		return 0, fmt.Errorf("find invitations about employee %d: %w", employee, err)
	}
	return deleteUnsent(ctx, tx, invitations, now)
}

// deleteUnsent deletes those of the invitations for which nothing was sent, and gives
// their number.
func deleteUnsent(ctx context.Context, tx *sqlx.Tx, invitations []int64, now time.Time) (int, error) {
	if len(invitations) == 0 {
		return 0, nil
	}
	// Locked before it is looked whether it was sent: that may happen just now.
	// (A condition around the locking statement would be put inside it, and leave
	// what is not sent yet unlocked.)
	var forms []struct {
		InvitationID int64 `db:"invitation_id"`
		State        SessionState
	}
	err := tx.SelectContext(ctx, &forms, `
		SELECT invitation_id, state FROM session WHERE invitation_id = ANY($1) ORDER BY id FOR UPDATE`, pq.Array(invitations))
	if err != nil {
		return 0, fmt.Errorf("lock the forms of invitations: %w", err)
	}
	unsent := slices.Clone(invitations)
	for _, form := range forms {
		if form.State == SessionSent {
			unsent = slices.DeleteFunc(unsent, func(id int64) bool { return id == form.InvitationID })
		}
	}
	return len(unsent), deleteInvitations(ctx, tx, unsent, now)
}

// deleteInvitations deletes invitations for which nothing was sent, with their
// forms. What is on its way for them alone ends; what announced them leaves its key,
// so that it is announced anew to who is invited again.
func deleteInvitations(ctx context.Context, tx *sqlx.Tx, invitations []int64, now time.Time) error {
	const alone = `id IN (SELECT delivery_id FROM delivery_invitation WHERE invitation_id = ANY($1))
		AND NOT EXISTS (SELECT FROM delivery_invitation o WHERE o.delivery_id = delivery.id AND o.invitation_id <> ALL($1))`
	_, err := tx.ExecContext(ctx, `
		UPDATE delivery SET state = 'unneeded', reason = 'not invited any more', ended_at = $2
		WHERE state IN ('due', 'held') AND `+alone, pq.Array(invitations), now)
	if err != nil {
		return fmt.Errorf("end the deliveries of invitations: %w", err)
	}
	for _, statement := range []string{
		`UPDATE delivery SET key = key || ':removed:' || id WHERE ` + alone,
		`DELETE FROM delivery_invitation WHERE invitation_id = ANY($1)`,
		`DELETE FROM session WHERE invitation_id = ANY($1)`,
		`DELETE FROM invitation WHERE id = ANY($1)`,
	} {
		if _, err := tx.ExecContext(ctx, statement, pq.Array(invitations)); err != nil {
			return fmt.Errorf("delete invitations: %w", err)
		}
	}
	return nil
}
