package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// ClassLink is the link that everybody in a training sees. It tells which
// training somebody is in, and nothing of who they are.
type ClassLink struct {
	ID            int64
	Token         string // for https://t.me/<bot>?start=<token>
	TrainingID    int64
	TrainingCode  string
	TrainingTitle string
	FirstDay      time.Time // of the training; a date
	LastDay       time.Time // of the training; a date
	ExpiresAt     time.Time // may be over: only renewing makes another then
}

// classLinkDays is how many days after a training its class link works.
const classLinkDays = 14

// ClassLink gives the class link of the training with this code: the one that
// stands, be it over, or a first one. It works until the end, in zone, of the 14th
// day after the training's last, and for 14 days at least.
//
// NotFound (Detail what: training) if there is none. A command that was carried
// out before gives the link that stands by now, and ErrRepeated.
func (s *Store) ClassLink(ctx context.Context, training string, src Source, zone *time.Location, now time.Time) (link ClassLink, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockTraining(ctx, tx, training); err != nil {
			return err
		}
		if err := checkTraining(ctx, tx, training); err != nil {
			return err
		}
		var found bool
		if link, found, err = standingClassLink(ctx, tx, training, zone); err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, nil); err != nil || found {
			return err
		}
		link, err = makeClassLink(ctx, tx, training, 0, src, zone, now)
		return err
	})
	return link, err
}

// RenewClassLink ends the training's class link with this id (0: there is none
// yet) and makes another, which works for 14 days at least.
//
// NotFound (Detail what: training) if there is none. LinkRevoked: another link
// took its place meanwhile, and comes with it. A command that was carried out
// before gives the link that stands by now, and ErrRepeated.
func (s *Store) RenewClassLink(ctx context.Context, training string, former int64, src Source, zone *time.Location, now time.Time) (link ClassLink, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockTraining(ctx, tx, training); err != nil {
			return err
		}
		if err := checkTraining(ctx, tx, training); err != nil {
			return err
		}
		if link, _, err = standingClassLink(ctx, tx, training, zone); err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		if link.ID != former {
			return refuse(LinkRevoked)
		}
		link, err = makeClassLink(ctx, tx, training, former, src, zone, now)
		return err
	})
	return link, err
}

func makeClassLink(ctx context.Context, tx *sqlx.Tx, training string, former int64, src Source, zone *time.Location, now time.Time) (ClassLink, error) {
	if _, err := tx.ExecContext(ctx, `UPDATE class_link SET revoked_at = $2 WHERE id = $1`, former, now); err != nil {
		return ClassLink{}, fmt.Errorf("end class link %d: %w", former, err)
	}
	var lastDay time.Time
	if err := tx.GetContext(ctx, &lastDay, `SELECT last_day FROM training WHERE code = $1`, training); err != nil {
		return ClassLink{}, fmt.Errorf("read when training %s ends: %w", training, err)
	}
	end := endOfClassLink(lastDay, zone)
	if former != 0 || !end.After(now) {
		end = endOfClassLink(now.In(zone), zone)
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO class_link (token, training_id, created_at, expires_at)
		SELECT $2, id, $3, $4 FROM training WHERE code = $1`,
		training, "k"+rand.Text(), now, end) // 130 bits
	if err != nil {
		return ClassLink{}, fmt.Errorf("make a class link: %w", err)
	}
	link, _, err := standingClassLink(ctx, tx, training, zone)
	if err != nil {
		return ClassLink{}, err
	}
	return link, writeAudit(ctx, tx, src, "class link made", map[string]any{
		"link": link.ID, "training": link.TrainingID, "former": former}, now)
}

// endOfClassLink is the end of the last day on which a link works that counts
// from day.
func endOfClassLink(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+classLinkDays+1, 0, 0, 0, 0, zone)
}

// FindClassLink tells which training a token is for. NotFound (Detail what:
// link): there is no such link; LinkRevoked: it was renewed; Closed: its time is
// over.
func (s *Store) FindClassLink(ctx context.Context, token string, zone *time.Location, now time.Time) (ClassLink, error) {
	link, found, err := readClassLink(ctx, s.db, `l.token = $1`, keepable(token, 64), zone)
	switch {
	case err != nil:
		return ClassLink{}, err
	case !found:
		return ClassLink{}, refuse(NotFound, "what", "link")
	case link.revoked:
		return ClassLink{}, refuse(LinkRevoked)
	case !link.ExpiresAt.After(now):
		return ClassLink{}, refuse(Closed)
	}
	return link.ClassLink, nil
}

// TakesPart tells whether an employee takes part in a training.
func (s *Store) TakesPart(ctx context.Context, employee, training int64) (bool, error) {
	var does bool
	err := s.db.GetContext(ctx, &does, `
		SELECT EXISTS (SELECT FROM participation WHERE employee_id = $1 AND training_id = $2)`, employee, training)
	if err != nil {
		return false, fmt.Errorf("look for employee %d in training %d: %w", employee, training, err)
	}
	return does, nil
}

func standingClassLink(ctx context.Context, q sqlx.QueryerContext, training string, zone *time.Location) (ClassLink, bool, error) {
	link, found, err := readClassLink(ctx, q, `t.code = $1 AND l.revoked_at IS NULL`, training, zone)
	return link.ClassLink, found, err
}

type classLinkRow struct {
	ClassLink
	revoked bool
}

// readClassLink reads a link with its end: a training that was moved to later
// days takes it along.
func readClassLink(ctx context.Context, q sqlx.QueryerContext, where string, key any, zone *time.Location) (classLinkRow, bool, error) {
	var l classLinkRow
	err := q.QueryRowxContext(ctx, `
		SELECT l.id, l.token, t.id, t.code, t.title, t.first_day, t.last_day, l.expires_at, l.revoked_at IS NOT NULL
		FROM class_link l JOIN training t ON t.id = l.training_id WHERE `+where, key).
		Scan(&l.ID, &l.Token, &l.TrainingID, &l.TrainingCode, &l.TrainingTitle, &l.FirstDay, &l.LastDay, &l.ExpiresAt, &l.revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return classLinkRow{}, false, nil
	}
	if err != nil {
		return classLinkRow{}, false, fmt.Errorf("read a class link: %w", err)
	}
	if end := endOfClassLink(l.LastDay, zone); end.After(l.ExpiresAt) {
		l.ExpiresAt = end
	}
	return l, true, nil
}
