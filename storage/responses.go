package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey"
)

// sendSession is Kirim: the session ends, and its response and answers are
// written, in one statement, once. Unit and training are those of this moment.
// The response's id is random, so that it tells nothing of who or when.
//
// It counts if its claim is confirmed. The claim is held before that is read:
// whoever confirms it at this instant waits and then finds the response, or came
// first and is seen here.
const sendSession = `
	WITH held AS MATERIALIZED (
		SELECT c.id, c.state FROM claim c
		WHERE c.id = (SELECT claim_id FROM session WHERE id = $1)
		FOR SHARE
	), sent AS (
		UPDATE session SET
		    state = 'sent', survey = $3, revision = revision + 1,
		    card_message_id = nullif($4, 0), stale_message_id = nullif($5, 0),
		    resumed_at = CASE WHEN updated_at <= $6::timestamptz - interval '1 day' AND NOT $7::boolean
		                      THEN $6 ELSE resumed_at END,
		    updated_at = $6
		FROM held
		WHERE session.id = $1 AND session.claim_id = held.id AND session.revision = $2 AND session.state = 'open'
		RETURNING round_id, invitation_id, claim_id, held.state AS claim_state
	), filed AS (
		INSERT INTO response (round_id, id, invitation_id, claim_id, instrument_id, training_id, unit_id,
		                      counted_at, automatic, sent_at)
		SELECT sent.round_id, gen_random_uuid(), sent.invitation_id, sent.claim_id, r.instrument_id, r.training_id, e.unit_id,
		       CASE WHEN sent.claim_state = 'confirmed' THEN $6::timestamptz END, $7, $6
		FROM sent
		JOIN round r ON r.id = sent.round_id
		JOIN invitation i ON i.id = sent.invitation_id
		JOIN employee e ON e.id = i.respondent_id
		RETURNING round_id, id
	), said AS (
		INSERT INTO answer (round_id, response_id, path, question, kind, value)
		SELECT filed.round_id, filed.id, a.path, a.question, a.kind, a.value
		FROM filed, unnest($8::text[], $9::text[], $10::text[], $11::text[]) AS a (path, question, kind, value)
	)
	SELECT count(*) FROM sent`

// SendSession is Kirim for the session that was read as before: it ends as sent,
// and its response is written with these answers. sent is false, and nothing
// changed, when the session has moved since or takes no answers any more. Which
// message is the card, and which is stale, is taken from before.
func (s *Store) SendSession(ctx context.Context, before Session, answers []survey.Answer, now time.Time) (sent bool, err error) {
	stmt, err := s.prepared(ctx, sendSession)
	if err != nil {
		return false, err
	}
	return sendWith(ctx, stmt, before, answers, false, now)
}

func sendWith(ctx context.Context, stmt *sqlx.Stmt, before Session, answers []survey.Answer, automatic bool, now time.Time) (bool, error) {
	final, err := json.Marshal(survey.State{Place: survey.Place{Stage: survey.Sent}})
	if err != nil {
		return false, fmt.Errorf("write the state of session %d: %w", before.ID, err)
	}
	var paths, questions, kinds, values []string
	for _, answer := range answers {
		paths = append(paths, answer.Path)
		questions = append(questions, answer.Question.Name)
		kinds = append(kinds, string(answer.Question.Kind))
		values = append(values, answer.Value)
	}
	var ended int
	err = stmt.GetContext(ctx, &ended, before.ID, before.Revision, string(final),
		before.CardMessageID, before.StaleMessageID, now, automatic,
		pq.Array(paths), pq.Array(questions), pq.Array(kinds), pq.Array(values))
	if err != nil {
		return false, fmt.Errorf("send session %d: %w", before.ID, err)
	}
	return ended == 1, nil
}
