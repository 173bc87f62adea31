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

// SessionState says whether a session takes answers.
type SessionState string

// The states of a session.
const (
	SessionOpen   SessionState = "open"
	SessionSent   SessionState = "sent"
	SessionClosed SessionState = "closed" // its round ended before it could be sent
	// SessionDeclined is that of a person who would rather not answer, or of a
	// supervisor about somebody who is not theirs.
	SessionDeclined SessionState = "declined"
)

// Session is where a respondent stands in a round's instrument, with what is
// needed to show its card.
type Session struct {
	ID, RoundID, InvitationID, ClaimID, AccountID, InstrumentID int64

	State    SessionState
	Survey   survey.State // of a sent session only the place: its answers are the response's
	Complete bool         // only Kirim was missing at the last input

	// Revision grows with each change; only the card that carries it counts.
	// ShownRevision is the newest that the chat is known to show.
	Revision, ShownRevision int

	CardMessageID  int64 // 0: no card is known
	StaleMessageID int64 // a message whose buttons are still to be taken; 0: none
	LastTextID     int64 // message id of the last text that counted
	LastMessageID  int64 // the newest message known in the chat

	Language       string // of the account
	SubjectName    string // whom the respondent answers about as their supervisor; "": themselves
	SubjectUnit    string
	TrainingTitle  string
	TrainingBegins *time.Time // its first day, a midnight of no zone; nil: there is no training
	ClosesAt       time.Time
	Over           bool       // its round is closed
	DeclinedAs     DeclinedAs // "" while it is not, or as Unwilling by whom nobody knows yet
	DeclinedWhy    string     // "" as long as no reason was given
	Blocked        bool       // the account blocked the bot
	Automatic      bool       // sent by the round's closing
	OpenedAt       *time.Time
	UpdatedAt      time.Time
}

// SessionChange is what an input makes of a session.
type SessionChange struct {
	Survey         survey.State
	Complete       bool
	CardMessageID  int64 // 0: none is known
	StaleMessageID int64 // 0: none
	LastTextID     int64 // never lowers what is kept
}

// SessionRef names a session.
type SessionRef struct {
	ID        int64 `db:"id"`
	AccountID int64 `db:"account_id"`
}

const selectSession = `
	SELECT s.id, s.round_id, s.invitation_id, s.claim_id, s.account_id, r.instrument_id,
	       s.state, s.survey, s.complete, s.revision, s.shown_revision,
	       coalesce(s.card_message_id, 0), coalesce(s.stale_message_id, 0), s.last_text_id, a.last_message_id,
	       a.language, coalesce(e.name, ''), coalesce(u.name, ''), coalesce(t.title, ''), t.first_day, r.closes_at, r.closed_at IS NOT NULL,
	       CASE WHEN i.declined_why = 'not_mine' THEN 'not_mine' ELSE coalesce(i.declined_as, '') END, i.declined_why, a.blocked_at IS NOT NULL,
	       s.state = 'sent' AND EXISTS (SELECT FROM response p
	           WHERE p.round_id = s.round_id AND p.invitation_id = s.invitation_id AND p.claim_id = s.claim_id AND p.automatic),
	       s.opened_at, s.updated_at
	FROM session s
	JOIN account a ON a.id = s.account_id
	JOIN round r ON r.id = s.round_id
	JOIN invitation i ON i.id = s.invitation_id
	LEFT JOIN employee e ON e.id = i.subject_id AND i.subject_id <> i.respondent_id
	LEFT JOIN unit u ON u.id = e.unit_id
	LEFT JOIN training t ON t.id = r.training_id `

const (
	readSession  = selectSession + `WHERE s.id = $1 AND s.account_id = $2`
	ofDeliveries = selectSession + `JOIN unnest($1::bigint[], $2::bigint[]) AS d (id, account) ON d.id = s.id AND d.account = s.account_id`
	openSessions = selectSession + `WHERE s.account_id = $1 AND s.state = 'open' AND r.closed_at IS NULL
	ORDER BY r.closes_at, s.id`

	saveSession = `
	UPDATE session SET
	    survey = $3, complete = $4, revision = revision + 1,
	    card_message_id = nullif($5, 0), stale_message_id = nullif($6, 0),
	    last_text_id = greatest(last_text_id, $7),
	    resumed_at = CASE WHEN opened_at IS NOT NULL AND updated_at <= $8::timestamptz - interval '1 day'
	                      THEN $8 ELSE resumed_at END,
	    opened_at = coalesce(opened_at, $8), updated_at = $8
	WHERE id = $1 AND revision = $2 AND state = 'open'`

	cardShown = `
	WITH shown AS (
	    UPDATE session SET
	        shown_revision = greatest(shown_revision, $2),
	        card_message_id = coalesce(nullif($3::bigint, 0), card_message_id),
	        stale_message_id = nullif(stale_message_id, $4)
	    WHERE id = $1 RETURNING account_id
	)
	UPDATE account a SET last_message_id = greatest(a.last_message_id, $3)
	FROM shown WHERE a.id = shown.account_id AND a.last_message_id < $3`

	cardsBehind = `
	SELECT s.id, s.account_id FROM session s JOIN account a ON a.id = s.account_id
	WHERE (s.shown_revision < s.revision OR s.stale_message_id IS NOT NULL) AND a.blocked_at IS NULL
	ORDER BY s.id LIMIT $1`
)

// Session reads a session of an account, in any state. One that is not there, or
// is somebody else's, is NotFound (Detail what: session).
func (s *Store) Session(ctx context.Context, id, account int64) (Session, error) {
	found, err := s.querySessions(ctx, readSession, id, account)
	if err != nil {
		return Session{}, fmt.Errorf("read session %d: %w", id, err)
	}
	if len(found) == 0 {
		return Session{}, refuse(NotFound, "what", "session")
	}
	return found[0], nil
}

// DeliverySessions are the sessions that a delivery carries, in any state; one that
// is not there any more is left out.
func (s *Store) DeliverySessions(ctx context.Context, d Delivery) ([]Session, error) {
	found, err := s.sessions.ask(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("read the sessions of delivery %d: %w", d.ID, err)
	}
	return found, nil
}

func (s *Store) deliverySessions(ctx context.Context, all []Delivery) ([][]Session, error) {
	var ids, accounts []int64
	for _, d := range all {
		for _, id := range d.Sessions {
			ids, accounts = append(ids, id), append(accounts, d.AccountID)
		}
	}
	found, err := s.querySessions(ctx, ofDeliveries, pq.Array(ids), pq.Array(accounts))
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]Session, len(found))
	for _, session := range found {
		byID[session.ID] = session
	}
	carried := make([][]Session, len(all))
	for i, d := range all {
		for _, id := range d.Sessions {
			if session, ok := byID[id]; ok && session.AccountID == d.AccountID {
				carried[i] = append(carried[i], session)
			}
		}
	}
	return carried, nil
}

// OpenSessions are the account's sessions that take answers, the one whose round
// closes first at the front.
func (s *Store) OpenSessions(ctx context.Context, account int64) ([]Session, error) {
	found, err := s.querySessions(ctx, openSessions, account)
	if err != nil {
		return nil, fmt.Errorf("read open sessions: %w", err)
	}
	return found, nil
}

// SaveSession writes what an input made of the session that was read as before,
// and bumps its revision. saved is false, and nothing changed, when the session
// has moved since or takes no answers any more.
func (s *Store) SaveSession(ctx context.Context, before Session, change SessionChange, now time.Time) (saved bool, err error) {
	state, err := json.Marshal(change.Survey)
	if err != nil {
		return false, fmt.Errorf("write the state of session %d: %w", before.ID, err)
	}
	stmt, err := s.prepared(ctx, saveSession)
	if err != nil {
		return false, err
	}
	result, err := stmt.ExecContext(ctx, before.ID, before.Revision, string(state), change.Complete,
		change.CardMessageID, change.StaleMessageID, change.LastTextID, now)
	if err != nil {
		return false, fmt.Errorf("save session %d: %w", before.ID, err)
	}
	written, err := result.RowsAffected()
	return written == 1, err
}

// CardShown notes that the chat shows the session as of revision, in the message
// cardMessageID (0: as before), and that clearedStale (0: none) has lost its
// buttons.
func (s *Store) CardShown(ctx context.Context, id int64, revision int, cardMessageID, clearedStale int64) error {
	stmt, err := s.prepared(ctx, cardShown)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, id, revision, cardMessageID, clearedStale)
	if err != nil {
		return fmt.Errorf("note that session %d is shown: %w", id, err)
	}
	return nil
}

// CardsBehind are sessions whose chat does not show them as they are, at most
// limit; accounts that blocked the bot are left out.
func (s *Store) CardsBehind(ctx context.Context, limit int) ([]SessionRef, error) {
	stmt, err := s.prepared(ctx, cardsBehind)
	if err != nil {
		return nil, err
	}
	var behind []SessionRef
	if err := stmt.SelectContext(ctx, &behind, limit); err != nil {
		return nil, fmt.Errorf("find cards that are behind: %w", err)
	}
	return behind, nil
}

func (s *Store) querySessions(ctx context.Context, query string, args ...any) ([]Session, error) {
	stmt, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryxContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Session
	for rows.Next() {
		session, err := scanSession(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, session)
	}
	return found, rows.Err()
}

func scanSession(rows *sqlx.Rows) (Session, error) {
	var s Session
	var state fromJSON[survey.State]
	err := rows.Scan(&s.ID, &s.RoundID, &s.InvitationID, &s.ClaimID, &s.AccountID, &s.InstrumentID,
		&s.State, &state, &s.Complete, &s.Revision, &s.ShownRevision,
		&s.CardMessageID, &s.StaleMessageID, &s.LastTextID, &s.LastMessageID,
		&s.Language, &s.SubjectName, &s.SubjectUnit, &s.TrainingTitle, &s.TrainingBegins, &s.ClosesAt,
		&s.Over, &s.DeclinedAs, &s.DeclinedWhy, &s.Blocked, &s.Automatic, &s.OpenedAt, &s.UpdatedAt)
	s.Survey = state.Value
	return s, err
}
