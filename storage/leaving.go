package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Departure says why an employee is no longer in the office.
type Departure string

// The departures.
const (
	Moved   Departure = "moved" // to another office
	Retired Departure = "retired"
)

// Left counts who was noted as no longer in the office.
type Left struct{ Moved, Retired int }

// MarkLeft notes of employees that they are no longer in the office, by their ids;
// whoever left before, or is not known, is passed over. They stay in the books.
// Their links end, and they are asked no more: an invitation whose form they never
// opened is withdrawn, so that it counts for no rate, and no reminder goes out. A
// form that they began stays open to them until its round closes. Who was to observe
// them is asked no more either, unless they began. An import that
// lists them again takes it back. ErrRepeated comes with the first time's counts.
func (s *Store) MarkLeft(ctx context.Context, departures map[int64]Departure, src Source, now time.Time) (Left, error) {
	var left Left
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		left = Left{}
		if err := firstTime(ctx, tx, src, &left); err != nil {
			return err
		}
		var ids []int64
		for id := range departures {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		// Rounds before employees, as wherever people are invited.
		_, err := tx.ExecContext(ctx, `
			SELECT FROM round r WHERE r.closed_at IS NULL
			  AND EXISTS (SELECT FROM invitation i WHERE i.round_id = r.id AND (i.respondent_id = ANY($1) OR i.subject_id = ANY($1)))
			ORDER BY r.id FOR SHARE`, pq.Array(ids))
		if err != nil {
			return fmt.Errorf("lock the rounds of who leaves: %w", err)
		}
		if err := lockWithObservers(ctx, tx, ids); err != nil {
			return err
		}
		var present []int64
		err = tx.SelectContext(ctx, &present, `
			SELECT id FROM employee WHERE id = ANY($1) AND left_at IS NULL ORDER BY id FOR UPDATE`, pq.Array(ids))
		if err != nil {
			return fmt.Errorf("lock who leaves: %w", err)
		}
		leaving := map[Departure][]int64{}
		for _, id := range present {
			leaving[departures[id]] = append(leaving[departures[id]], id)
		}
		for _, as := range []Departure{Moved, Retired} {
			_, err := tx.ExecContext(ctx, `UPDATE employee SET left_at = $2, left_as = $3 WHERE id = ANY($1)`, pq.Array(leaving[as]), now, as)
			if err != nil {
				return fmt.Errorf("note who left: %w", err)
			}
		}
		left = Left{Moved: len(leaving[Moved]), Retired: len(leaving[Retired])}
		withdrawn, err := withdrawUnopened(ctx, tx, present, now)
		if err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "employees left", map[string]any{
			"moved": left.Moved, "retired": left.Retired, "employees": present, "uninvited": withdrawn}, now)
	})
	return left, err
}

// withdrawUnopened deletes the invitations to open rounds of employees who left,
// where they opened no form, and ends what else is on its way about them. It gives
// the number of those deleted.
func withdrawUnopened(ctx context.Context, tx *sqlx.Tx, employees []int64, now time.Time) (int, error) {
	// Locked before it is looked whether it was opened: that may happen just now.
	_, err := tx.ExecContext(ctx, `
		SELECT FROM session WHERE invitation_id IN (
			SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id AND r.closed_at IS NULL
			WHERE i.respondent_id = ANY($1) OR i.subject_id = ANY($1))
		ORDER BY id FOR UPDATE`, pq.Array(employees))
	if err != nil {
		return 0, fmt.Errorf("lock the forms of who left: %w", err)
	}
	var invitations []struct {
		ID    int64
		Begun bool // or the person does not want to be asked
	}
	err = tx.SelectContext(ctx, &invitations, `
		SELECT i.id, i.withdrawn_at IS NOT NULL OR i.declined_at IS NOT NULL OR EXISTS (
		           SELECT FROM session s WHERE s.invitation_id = i.id AND (s.opened_at IS NOT NULL OR s.state = 'sent')) AS begun
		FROM invitation i JOIN round r ON r.id = i.round_id AND r.closed_at IS NULL
		WHERE i.respondent_id = ANY($1) OR i.subject_id = ANY($1) ORDER BY i.id`, pq.Array(employees))
	if err != nil {
		return 0, fmt.Errorf("find the invitations of who left: %w", err)
	}
	var unopened, begun []int64
	for _, invitation := range invitations {
		if invitation.Begun {
			begun = append(begun, invitation.ID)
		} else {
			unopened = append(unopened, invitation.ID)
		}
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE delivery SET state = 'unneeded', reason = 'left the office', ended_at = $2
		WHERE state IN ('due', 'held') AND id IN (SELECT delivery_id FROM delivery_invitation WHERE invitation_id = ANY($1))
		  AND NOT EXISTS (SELECT FROM delivery_invitation o WHERE o.delivery_id = delivery.id
		                  AND o.invitation_id <> ALL($1) AND o.invitation_id <> ALL($3))`,
		pq.Array(listed(begun)), now, pq.Array(listed(unopened)))
	if err != nil {
		return 0, fmt.Errorf("end the reminders of who left: %w", err)
	}
	if len(unopened) == 0 {
		return 0, nil
	}
	return len(unopened), deleteInvitations(ctx, tx, unopened, now)
}

// Present are those of the employees who are in the office, by unit and name: at
// most limit after the first ones, and how many there are in all.
func (s *Store) Present(ctx context.Context, employees []int64, first, limit int) (people []Person, all int, err error) {
	err = s.db.GetContext(ctx, &all, `SELECT count(*) FROM employee WHERE id = ANY($1) AND left_at IS NULL`, pq.Array(employees))
	if err != nil {
		return nil, 0, fmt.Errorf("count who is in the office: %w", err)
	}
	people, err = findPeople(ctx, s.db, `
		JOIN (
			SELECT m.id FROM employee m JOIN unit o ON o.id = m.unit_id
			WHERE m.id = ANY($1) AND m.left_at IS NULL
			ORDER BY o.name, m.name, m.id OFFSET $2 LIMIT $3
		) listed ON listed.id = e.id
		ORDER BY u.name, e.name, e.id`, pq.Array(employees), first, limit)
	return people, all, err
}
