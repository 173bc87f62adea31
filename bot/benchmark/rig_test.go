package benchmark_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"
)

// rig does what a tap needs and nothing else: the bot's statements, prepared, over
// a pool as large as the bot's, and its requests, over as many connections. It
// knows no forms: it plays the script.
type rig struct {
	script script
	base   string // of the Bot API's methods
	http   *http.Client
	db     *sql.DB

	read, save, shown *sql.Stmt

	failed chan error // the first failure
}

// The bot's own settings.
const (
	rigConnections     = 20
	rigIdleConnections = 64
	rigWorkers         = 16
	rigAllowedUpdates  = `["message","edited_message","callback_query","my_chat_member"]`
)

// The bot's statements.
const (
	readStatement = `
	SELECT s.id, s.round_id, s.invitation_id, s.claim_id, s.account_id, r.instrument_id,
	       s.state, s.survey, s.complete, s.revision, s.shown_revision,
	       coalesce(s.card_message_id, 0), coalesce(s.stale_message_id, 0), s.last_text_id, a.last_message_id,
	       a.language, coalesce(t.title, ''), r.closes_at, a.blocked_at IS NOT NULL,
	       s.state = 'sent' AND EXISTS (SELECT FROM response p
	           WHERE p.round_id = s.round_id AND p.invitation_id = s.invitation_id AND p.counts AND p.automatic),
	       s.opened_at, s.updated_at
	FROM session s
	JOIN account a ON a.id = s.account_id
	JOIN round r ON r.id = s.round_id
	LEFT JOIN training t ON t.id = r.training_id
	WHERE s.id = $1 AND s.account_id = $2`

	saveStatement = `
	UPDATE session SET
	    survey = $3, complete = $4, revision = revision + 1,
	    card_message_id = nullif($5, 0), stale_message_id = nullif($6, 0),
	    last_text_id = greatest(last_text_id, $7),
	    resumed_at = CASE WHEN opened_at IS NOT NULL AND updated_at <= $8::timestamptz - interval '1 day'
	                      THEN $8 ELSE resumed_at END,
	    opened_at = coalesce(opened_at, $8), updated_at = $8
	WHERE id = $1 AND revision = $2 AND state = 'open'`

	shownStatement = `
	WITH shown AS (
		UPDATE session SET
		    shown_revision = greatest(shown_revision, $2),
		    card_message_id = coalesce(nullif($3::bigint, 0), card_message_id),
		    stale_message_id = nullif(stale_message_id, $4)
		WHERE id = $1 RETURNING account_id
	)
	UPDATE account a SET last_message_id = greatest(a.last_message_id, $3)
	FROM shown WHERE a.id = shown.account_id AND a.last_message_id < $3`
)

func newRig(tb testing.TB, o *office, databaseURL string, s script) *rig {
	tb.Helper()
	connector, err := pq.NewConnector(databaseURL)
	must(tb, err)
	db := sql.OpenDB(connector)
	tb.Cleanup(func() { must(tb, db.Close()) })
	db.SetMaxOpenConns(rigConnections)
	db.SetMaxIdleConns(rigConnections)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = 2 * rigIdleConnections
	transport.MaxIdleConnsPerHost = rigIdleConnections
	r := &rig{
		script: s,
		base:   o.sim.URL() + "/bot" + o.sim.Token() + "/",
		http:   &http.Client{Transport: transport},
		db:     db,
		failed: make(chan error, 1),
	}
	for query, statement := range map[string]**sql.Stmt{readStatement: &r.read, saveStatement: &r.save, shownStatement: &r.shown} {
		*statement, err = db.PrepareContext(tb.Context(), query)
		must(tb, err)
	}
	return r
}

// rigUpdate is as much of an update as a tap needs.
type rigUpdate struct {
	ID  int64 `json:"update_id"`
	Tap struct {
		ID   string `json:"id"`
		Data string `json:"data"`
		From struct {
			ID int64 `json:"id"`
		} `json:"from"`
		Message struct {
			ID int64 `json:"message_id"`
		} `json:"message"`
	} `json:"callback_query"`
}

// serve answers until ctx ends. Like the bot it fetches the next taps when those
// it has are committed, and shows their cards meanwhile.
func (r *rig) serve(ctx context.Context) error {
	var showing sync.WaitGroup
	defer showing.Wait()
	var offset int64
	for {
		updates, err := r.updates(ctx, offset, "25")
		if ctx.Err() != nil {
			_, err := r.updates(context.WithoutCancel(ctx), offset, "0") // confirms the last
			showing.Wait()
			return errors.Join(err, r.failure())
		}
		if err != nil {
			return err
		}
		var committing sync.WaitGroup
		places := make(chan struct{}, rigWorkers)
		for _, u := range updates {
			offset = max(offset, u.ID+1)
			places <- struct{}{}
			committing.Go(func() {
				defer func() { <-places }()
				r.note(r.tapped(u, &showing))
			})
		}
		committing.Wait()
		if err := r.failure(); err != nil {
			return err
		}
	}
}

// updates confirms all before offset and gives the next, waiting so many seconds.
func (r *rig) updates(ctx context.Context, offset int64, seconds string) (next []rigUpdate, err error) {
	err = r.call(ctx, "getUpdates", url.Values{
		"offset": {strconv.FormatInt(offset, 10)}, "limit": {"100"}, "timeout": {seconds}, "allowed_updates": {rigAllowedUpdates},
	}, &next)
	return next, err
}

// tapped commits a tap, and lets the answer and the next card go out beside that.
func (r *rig) tapped(u rigUpdate, showing *sync.WaitGroup) error {
	ctx := context.Background()
	showing.Go(func() {
		r.note(r.call(ctx, "answerCallbackQuery", url.Values{"callback_query_id": {u.Tap.ID}}, nil))
	})
	session, revision, _, err := parseData(u.Tap.Data)
	if err != nil {
		return err
	}
	read, err := r.session(ctx, session, u.Tap.From.ID)
	if err != nil {
		return err
	}
	if read.revision != revision {
		return fmt.Errorf("a tap at revision %d of %d", revision, read.revision)
	}
	next := r.script.at(revision + 1)
	_, err = r.save.ExecContext(ctx, session, revision, next.state, next.complete, read.card, read.stale, int64(0), time.Now())
	if err != nil {
		return err
	}
	showing.Go(func() { r.note(r.show(ctx, session, u.Tap.From.ID)) })
	return nil
}

// show shows a session's card and notes that it is shown.
func (r *rig) show(ctx context.Context, session, account int64) error {
	read, err := r.session(ctx, session, account)
	if err != nil {
		return err
	}
	card := r.script.at(read.revision)
	keyboard, err := keyboardOf(card, session, read.revision)
	if err != nil {
		return err
	}
	err = r.call(ctx, "editMessageText", url.Values{
		"chat_id": {strconv.FormatInt(account, 10)}, "message_id": {strconv.FormatInt(read.card, 10)},
		"text": {card.html}, "parse_mode": {"HTML"}, "link_preview_options": {`{"is_disabled":true}`}, "reply_markup": {keyboard},
	}, nil)
	// The bot's last sweep may have come first.
	if err != nil && !strings.Contains(err.Error(), "is not modified") {
		return err
	}
	_, err = r.shown.ExecContext(ctx, session, read.revision, read.card, int64(0))
	return err
}

// row is as much of a session as the rig needs.
type row struct {
	revision    int
	card, stale int64
}

func (r *rig) session(ctx context.Context, id, account int64) (row, error) {
	var read row
	var number int64
	var word string
	var survey []byte
	var yes bool
	var moment sql.NullTime
	err := r.read.QueryRowContext(ctx, id, account).Scan(&number, &number, &number, &number, &number, &number,
		&word, &survey, &yes, &read.revision, &number, &read.card, &read.stale, &number, &number,
		&word, &word, &moment, &yes, &yes, &moment, &moment)
	return read, err
}

func keyboardOf(card step, session int64, revision int) (string, error) {
	type key struct {
		Text string `json:"text"`
		Data string `json:"callback_data"`
	}
	var markup struct {
		Rows [][]key `json:"inline_keyboard"`
	}
	prefix := "s:" + strconv.FormatInt(session, 10) + ":" + strconv.Itoa(revision) + ":"
	for _, row := range card.rows {
		keys := make([]key, 0, len(row))
		for _, button := range row {
			keys = append(keys, key{button.Text, prefix + button.Data})
		}
		markup.Rows = append(markup.Rows, keys)
	}
	written, err := json.Marshal(markup)
	return string(written), err
}

// call makes a request of the Bot API.
func (r *rig) call(ctx context.Context, method string, parameters url.Values, result any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.base+method, strings.NewReader(parameters.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := r.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var answer struct {
		OK          bool            `json:"ok"`
		Description string          `json:"description"`
		Result      json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(read, &answer); err != nil {
		return err
	}
	if !answer.OK {
		return errors.New(method + ": " + answer.Description)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Result, result)
}

// failure is what failed meanwhile, if anything did.
func (r *rig) failure() error {
	select {
	case err := <-r.failed:
		return err
	default:
		return nil
	}
}

// note keeps the first failure.
func (r *rig) note(err error) {
	if err == nil {
		return
	}
	select {
	case r.failed <- err:
	default:
	}
}
