package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey"
)

// earlierAnswers finds the newest response to each of the forms by the session's
// respondent, about the session's subject and training, and in it the answers
// that are asked for. While the claim is provisional nobody knows that it is the
// respondent who answers: then only what the same claim sent is theirs.
const earlierAnswers = `
	WITH asking AS (
		SELECT i.respondent_id, i.subject_id, r.training_id, s.claim_id, c.state = 'confirmed' AS confirmed
		FROM session s
		JOIN invitation i ON i.id = s.invitation_id
		JOIN round r ON r.id = s.round_id
		JOIN claim c ON c.id = s.claim_id
		WHERE s.id = $1
	), theirs AS (
		SELECT p.round_id, p.id, p.instrument_id, p.sent_at
		FROM asking a
		JOIN invitation i ON i.respondent_id = a.respondent_id AND i.subject_id = a.subject_id
		JOIN response p ON p.round_id = i.round_id AND p.invitation_id = i.id AND p.counts
		WHERE a.confirmed AND p.training_id = a.training_id
		UNION ALL
		SELECT p.round_id, p.id, p.instrument_id, p.sent_at
		FROM asking a
		JOIN response p ON p.claim_id = a.claim_id AND p.training_id = a.training_id
		JOIN invitation i ON i.id = p.invitation_id AND i.respondent_id = a.respondent_id AND i.subject_id = a.subject_id
		WHERE NOT a.confirmed
	), newest AS (
		SELECT DISTINCT ON (n.key) n.key, t.round_id, t.id, t.instrument_id
		FROM theirs t JOIN instrument n ON n.id = t.instrument_id
		WHERE n.key = ANY($2)
		ORDER BY n.key, t.sent_at DESC, t.id
	)
	SELECT newest.key, newest.instrument_id, a.path, a.value
	FROM newest
	JOIN unnest($2::text[], $3::text[]) AS asked (key, path) ON asked.key = newest.key
	JOIN answer a ON a.round_id = newest.round_id AND a.response_id = newest.id AND a.path = asked.path`

// EarlierAnswers are what the respondent of a session answered to questions of
// earlier forms about the same training: in the newest response to each form that
// they sent about the same person, mostly themselves. What was not answered, or was untied from them, is
// not among them.
func (s *Store) EarlierAnswers(ctx context.Context, session int64, of []survey.Reference) (map[survey.Reference]survey.Past, error) {
	var keys, names []string
	for _, reference := range of {
		keys = append(keys, reference.Instrument)
		names = append(names, reference.Question)
	}
	stmt, err := s.prepared(ctx, earlierAnswers)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Key          string
		InstrumentID int64 `db:"instrument_id"`
		Path, Value  string
	}
	if err := stmt.SelectContext(ctx, &rows, session, pq.Array(keys), pq.Array(names)); err != nil {
		return nil, fmt.Errorf("read earlier answers for session %d: %w", session, err)
	}
	answers := make(map[survey.Reference]survey.Past, len(rows))
	for _, row := range rows {
		instrument, err := s.Instrument(ctx, row.InstrumentID)
		if err != nil {
			return nil, fmt.Errorf("read the form of an earlier answer: %w", err)
		}
		question, _ := instrument.Question(row.Path)
		if past, ok := survey.PastAnswer(question, row.Value); ok {
			answers[survey.Reference{Instrument: row.Key, Question: row.Path}] = past
		}
	}
	return answers, nil
}

// CheckEarlier checks what an instrument refers to in earlier forms against the
// newest of them that are published. What is wrong is told by survey.Problems.
func (s *Store) CheckEarlier(ctx context.Context, in survey.Instrument) error {
	return checkEarlier(ctx, s.db, in)
}

func checkEarlier(ctx context.Context, q sqlx.QueryerContext, in survey.Instrument) error {
	var keys []string
	for _, reference := range in.Earlier() {
		keys = append(keys, reference.Instrument)
	}
	if keys == nil {
		return nil
	}
	var definitions [][]byte
	err := sqlx.SelectContext(ctx, q, &definitions, `
		SELECT DISTINCT ON (key) definition FROM instrument WHERE key = ANY($1)
		ORDER BY key, published_at DESC, id DESC`, pq.Array(keys))
	if err != nil {
		return fmt.Errorf("read the forms that %s %s refers to: %w", in.Key, in.Version, err)
	}
	known := make(map[string]survey.Instrument, len(definitions))
	for _, definition := range definitions {
		var form survey.Instrument
		if err := json.Unmarshal(definition, &form); err != nil {
			return fmt.Errorf("read a form that %s %s refers to: %w", in.Key, in.Version, err)
		}
		known[form.Key] = form
	}
	return in.CheckEarlier(known)
}
