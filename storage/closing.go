package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey"
)

// closingBatch is how many complete forms a closing holds in memory at a time.
const closingBatch = 500

// CloseRound ends a round in one transaction: forms in which only Kirim was
// missing are sent, the other open ones take no more answers, and what was still
// to be delivered is no longer needed. HR and the administrators are told, but
// for the one who closed it. A round that is closed already stays as it is. A command that was carried out before gives the counts and ErrRepeated.
//
// A form counts as it stood when its person last touched it; days are those of
// now's zone. NotFound (Detail what: round) if there is no such round.
func (s *Store) CloseRound(ctx context.Context, id int64, src Source, now time.Time) (RoundCounts, error) {
	send, err := s.prepared(ctx, sendSession)
	if err != nil {
		return RoundCounts{}, err
	}
	var counts RoundCounts
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		instrument, open, err := lockRound(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		if !open {
			counts, err = countRound(ctx, tx, id)
			return err
		}
		counts, err = s.closeRound(ctx, tx, tx.StmtxContext(ctx, send), id, instrument, src, now)
		return err
	})
	if errors.Is(err, ErrRepeated) {
		counts, counting := countRound(ctx, s.db, id)
		return counts, errors.Join(counting, err)
	}
	return counts, err
}

// DueClosings are the open rounds whose time is over, oldest first.
func (s *Store) DueClosings(ctx context.Context, now time.Time) ([]int64, error) {
	var due []int64
	err := sqlx.SelectContext(ctx, hot{store: s}, &due, `
		SELECT id FROM round WHERE closed_at IS NULL AND closes_at <= $1 ORDER BY closes_at, id`, now)
	if err != nil {
		return nil, fmt.Errorf("find rounds to close: %w", err)
	}
	return due, nil
}

// NextClosing is when the first of the open rounds closes; false if none is open.
func (s *Store) NextClosing(ctx context.Context) (time.Time, bool, error) {
	return earliest(ctx, s.db, `SELECT min(closes_at) FROM round WHERE closed_at IS NULL`)
}

// lockRound waits until nobody else closes the round or makes sessions in it,
// and tells whether it is open. The lock lets a Kirim pass, which refers to the
// round and holds a session that the closing is about to wait for.
func lockRound(ctx context.Context, tx *sqlx.Tx, id int64) (instrument survey.Instrument, open bool, err error) {
	var definition []byte
	err = tx.QueryRowxContext(ctx, `
		SELECT n.definition, r.closed_at IS NULL FROM round r JOIN instrument n ON n.id = r.instrument_id
		WHERE r.id = $1 FOR NO KEY UPDATE OF r`, id).Scan(&definition, &open)
	if errors.Is(err, sql.ErrNoRows) {
		return survey.Instrument{}, false, refuse(NotFound, "what", "round")
	}
	if err != nil {
		return survey.Instrument{}, false, fmt.Errorf("lock round %d: %w", id, err)
	}
	if err := json.Unmarshal(definition, &instrument); err != nil {
		return survey.Instrument{}, false, fmt.Errorf("read the instrument of round %d: %w", id, err)
	}
	return instrument, open, nil
}

func (s *Store) closeRound(ctx context.Context, tx *sqlx.Tx, send *sqlx.Stmt, id int64, instrument survey.Instrument, src Source, now time.Time) (RoundCounts, error) {
	automatic, closed, err := s.endRound(ctx, tx, send, id, instrument, now)
	if err != nil {
		return RoundCounts{}, err
	}
	if err := tellClosing(ctx, tx, id, src, now); err != nil {
		return RoundCounts{}, err
	}
	counts, err := countRound(ctx, hot{s, tx}, id)
	if err != nil {
		return RoundCounts{}, err
	}
	return counts, writeAudit(ctx, tx, src, "round closed", map[string]any{
		"round": id, "sent": counts.Sent, "automatic": automatic, "unsent": closed,
	}, now)
}

// endRound is what closing a round does to its forms and deliveries: automatic
// forms were sent, and closed ones take no more answers.
func (s *Store) endRound(ctx context.Context, tx *sqlx.Tx, send *sqlx.Stmt, id int64, instrument survey.Instrument, now time.Time) (automatic int, closed int64, err error) {
	if automatic, err = s.sendComplete(ctx, tx, send, id, instrument, now); err != nil {
		return 0, 0, err
	}
	if closed, err = closeSessions(ctx, tx, id, now); err != nil {
		return 0, 0, err
	}
	if err := dropDeliveries(ctx, tx, id, now); err != nil {
		return 0, 0, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE round SET closed_at = $2 WHERE id = $1`, id, now); err != nil {
		return 0, 0, fmt.Errorf("close round %d: %w", id, err)
	}
	return automatic, closed, nil
}

// sendComplete sends the forms in which only Kirim is missing. One that cannot be
// read stays unsent and is logged: it must not keep the round open.
func (s *Store) sendComplete(ctx context.Context, tx *sqlx.Tx, send *sqlx.Stmt, round int64, instrument survey.Instrument, now time.Time) (int, error) {
	sent := 0
	for after := int64(0); ; {
		batch, err := completeSessions(ctx, tx, round, after)
		if err != nil {
			return 0, err
		}
		if len(batch) == 0 {
			return sent, nil
		}
		for _, session := range batch {
			after = session.ID
			form, err := instrument.Resume(session.Survey)
			if err != nil {
				s.log.Error("complete form cannot be read and was not sent", "session", session.ID, "err", err)
				continue
			}
			answers := form.Answers(session.UpdatedAt.In(now.Location()))
			done, err := sendWith(ctx, send, session, answers, true, now)
			if err != nil {
				return 0, err
			}
			if done {
				sent++
			}
		}
	}
}

// completeSessions reads and locks the next open sessions in which only Kirim is
// missing: survey said so at the person's last input, and on that day. (Today a
// date that they gave may lie too far back to be given.)
func completeSessions(ctx context.Context, tx *sqlx.Tx, round, after int64) ([]Session, error) {
	rows, err := tx.QueryxContext(ctx, selectSession+`
		WHERE s.round_id = $1 AND s.id > $2 AND s.state = 'open' AND s.complete
		ORDER BY s.id LIMIT $3 FOR UPDATE OF s`, round, after, closingBatch)
	if err != nil {
		return nil, fmt.Errorf("read complete forms of round %d: %w", round, err)
	}
	defer rows.Close()
	var batch []Session
	for rows.Next() {
		session, err := scanSession(rows)
		if err != nil {
			return nil, fmt.Errorf("read a complete form of round %d: %w", round, err)
		}
		batch = append(batch, session)
	}
	return batch, rows.Err()
}

// closeSessions ends what is still open. Cards follow by the new revision; where
// no card is known, nothing is shown to anybody. What the sessions were given of
// earlier forms goes: it would outlast its being untied from the person.
func closeSessions(ctx context.Context, tx *sqlx.Tx, round int64, now time.Time) (int64, error) {
	result, err := tx.ExecContext(ctx, `
		UPDATE session SET
		    state = 'closed', survey = survey - 'earlier', revision = revision + 1, updated_at = $2,
		    shown_revision = CASE WHEN card_message_id IS NULL THEN revision + 1 ELSE shown_revision END
		WHERE round_id = $1 AND state = 'open'`, round, now)
	if err != nil {
		return 0, fmt.Errorf("close sessions of round %d: %w", round, err)
	}
	// There is no way back any more for who declined. They may have gone on to another
	// form in the same message, whose card it is since.
	_, err = tx.ExecContext(ctx, `
		UPDATE session s SET
		    survey = survey - 'earlier', revision = revision + 1,
		    shown_revision = CASE WHEN card_message_id IS NULL OR EXISTS (
		        SELECT FROM session o WHERE o.account_id = s.account_id AND o.id <> s.id
		          AND o.card_message_id = s.card_message_id AND o.updated_at > s.updated_at)
		        THEN revision + 1 ELSE shown_revision END
		WHERE round_id = $1 AND state = 'declined'`, round)
	if err != nil {
		return 0, fmt.Errorf("close the declined sessions of round %d: %w", round, err)
	}
	return result.RowsAffected()
}

// dropDeliveries ends what was not sent yet. A reminder that somebody asked for, of
// forms of other rounds too, is theirs from now on.
func dropDeliveries(ctx context.Context, tx *sqlx.Tx, round int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE delivery d SET round_id = o.id, expires_at = o.closes_at, state = CASE WHEN o.held THEN 'held' ELSE 'due' END
		FROM (SELECT DISTINCT ON (di.delivery_id) di.delivery_id, r.id, r.closes_at, r.held_at IS NOT NULL AS held
		      FROM delivery x
		      JOIN delivery_invitation di ON di.delivery_id = x.id
		      JOIN session s ON s.invitation_id = di.invitation_id AND s.account_id = x.account_id AND s.state = 'open'
		      JOIN round r ON r.id = s.round_id AND r.id <> $1 AND r.closed_at IS NULL
		      WHERE x.round_id = $1 AND x.kind = 'reminder' AND x.reply AND x.state IN ('due', 'held')
		      ORDER BY di.delivery_id, r.closes_at DESC) o
		WHERE d.id = o.delivery_id`, round)
	if err != nil {
		return fmt.Errorf("pass on what people asked to be reminded of beside round %d: %w", round, err)
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE delivery SET state = 'unneeded', reason = 'round closed', ended_at = $2
		WHERE round_id = $1 AND state IN ('due', 'held')`, round, now)
	if err != nil {
		return fmt.Errorf("end deliveries of round %d: %w", round, err)
	}
	return nil
}

// closingTold is for how long the office is told of what has happened.
const closingTold = 7 * 24 * time.Hour

// tellClosing tells everybody who looks after all units that a round has closed.
func tellClosing(ctx context.Context, tx *sqlx.Tx, round int64, src Source, now time.Time) error {
	return tellOffice(ctx, tx, officeNews{Kind: DeliveryClosing, Key: fmt.Sprintf("closing:%d", round), Round: &round}, src, now)
}

// officeNews is something that the office is told: of a round, of a training, or of a
// step of its plan.
type officeNews struct {
	Kind DeliveryKind
	Key  string // what it is about, so that nobody is told twice

	Round, Training, Step *int64
}

// tellOffice tells everybody who looks after all units but for the one who did it.
func tellOffice(ctx context.Context, tx *sqlx.Tx, news officeNews, src Source, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO delivery (key, kind, account_id, round_id, training_id, step_id, due_at, expires_at)
		SELECT DISTINCT $1::text || ':' || a.id, $2::text, a.id, $3::bigint, $4::bigint, $5::bigint, $7::timestamptz, $8::timestamptz
		FROM account a JOIN account_role r ON r.account_id = a.id
		WHERE r.role IN ('hr', 'admin') AND r.unit_id IS NULL AND a.blocked_at IS NULL AND a.id <> $6
		ON CONFLICT (key) DO NOTHING`,
		news.Key, string(news.Kind), news.Round, news.Training, news.Step, src.Account, now, now.Add(closingTold))
	if err != nil {
		return fmt.Errorf("tell the office %s: %w", news.Key, err)
	}
	return nil
}

// tellOpening tells the office that a round does not reach everybody.
func tellOpening(ctx context.Context, tx *sqlx.Tx, round int64, now time.Time) error {
	return tellOffice(ctx, tx, officeNews{Kind: DeliveryOpening, Key: fmt.Sprintf("opening:%d", round), Round: &round}, Source{}, now)
}

// earliest reads one moment that may be missing.
func earliest(ctx context.Context, q sqlx.QueryerContext, query string, args ...any) (time.Time, bool, error) {
	var at *time.Time
	if err := sqlx.GetContext(ctx, q, &at, query, args...); err != nil {
		return time.Time{}, false, fmt.Errorf("find the next moment: %w", err)
	}
	if at == nil {
		return time.Time{}, false, nil
	}
	return *at, true, nil
}
