package storage

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"pascalatih/storage/embedded/postgrestest"
)

// The statements that run at every tap, send and look around keep to their
// indexes when the tables have grown: ended rows cost nothing.
func TestHotStatementsUseTheirIndexes(t *testing.T) {
	t.Parallel()
	store, err := Open(t.Context(), postgrestest.Open(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := store.db.ExecContext(t.Context(), grown); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.July, 6, 15, 30, 0, 0, time.UTC)
	seven := pq.Array([]int64{7})
	tests := map[string]struct {
		query string
		args  []any
		index string
	}{
		"read a session":     {query: readSession, args: []any{7, 7}, index: "session_pkey"},
		"deliveries' forms":  {query: ofDeliveries, args: []any{seven, seven}, index: "session_pkey"},
		"end as sent":        {query: endSent, args: []any{seven, seven, seven, pq.Array([]time.Time{now}), pq.Array([]string{""}), seven, seven}, index: "delivery_pkey"},
		"an account's forms": {query: openSessions, args: []any{7}, index: "session_account"},
		"save a session":     {query: saveSession, args: []any{7, 0, "{}", false, 1, 0, 0, now}, index: "session_pkey"},
		"cards behind":       {query: cardsBehind, args: []any{20}, index: "session_behind"},
		"claim deliveries":   {query: claimDeliveries, args: []any{now, 7, 1, 1000}, index: "delivery_next"},
		"what may go out":    {query: countClaimable, args: []any{now, 7}, index: "delivery_next"},
		"what waits":         {query: waitingAccounts, args: []any{now, 7}, index: "delivery_waiting"},
		"what is late":       {query: lapse, args: []any{now}, index: "delivery_released"},
		"what went along":    {query: loosen, index: "delivery_carried"},
		"the next delivery":  {query: nextDelivery, index: "delivery_due"},
		"rounds of these":    {query: lapsedRounds, index: "delivery_in_flight"},
		"deliveries in hand": {query: sweepDeliveries, args: []any{now, "x"}, index: "delivery_in_flight"},
		"a session's Kirim":  {query: sendSession, args: []any{7, 0, "{}", 1, 0, now, false, "{}", "{}", "{}", "{}"}, index: "session_pkey"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var lines []string
			if err := store.db.SelectContext(t.Context(), &lines, "EXPLAIN "+test.query, test.args...); err != nil {
				t.Fatal(err)
			}
			plan := strings.Join(lines, "\n")
			if !strings.Contains(plan, test.index) {
				t.Errorf("the plan does without %s:\n%s", test.index, plan)
			}
			for _, table := range []string{"session", "delivery", "response", "invitation", "account"} {
				if strings.Contains(plan, "Seq Scan on "+table+" ") {
					t.Errorf("the plan reads all of %s:\n%s", table, plan)
				}
			}
		})
	}
}

// grown is a year of an office: 20,000 people who have answered.
const grown = `
	INSERT INTO unit (name) VALUES ('Dinas Contoh');
	INSERT INTO employee (nip, name, unit_id)
	SELECT '1980010120050' || lpad(n::text, 5, '0'), 'Pegawai ' || n, 1 FROM generate_series(1, 20000) n;
	INSERT INTO instrument (key, version, hash, privacy, definition, published_at)
	VALUES ('reaction', '1', '', 'confidential', '{}', '2026-01-01');
	INSERT INTO round (instrument_id, instrument_key, audience, opened_at, closes_at)
	VALUES (1, 'reaction', 'alumni', '2026-07-01', '2026-07-08');
	INSERT INTO account (id, created_at) SELECT n, '2026-01-01' FROM generate_series(1, 20000) n;
	INSERT INTO claim (account_id, employee_id, state, via, created_at)
	SELECT n, n, 'confirmed', 'link', '2026-01-01' FROM generate_series(1, 20000) n;
	INSERT INTO invitation (round_id, respondent_id, subject_id) SELECT 1, n, n FROM generate_series(1, 20000) n;
	INSERT INTO session (round_id, invitation_id, claim_id, account_id, state, survey, updated_at)
	SELECT 1, n, n, n, 'sent', '{}', '2026-07-01' FROM generate_series(1, 20000) n;
	INSERT INTO response (round_id, id, invitation_id, claim_id, instrument_id, automatic, sent_at, counted_at)
	SELECT 1, gen_random_uuid(), n, n, 1, false, '2026-07-02', '2026-07-02' FROM generate_series(1, 20000) n;
	INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at, state, ended_at)
	SELECT n::text, 'invitation', n, 1, '2026-07-01', '2026-07-08', 'sent', '2026-07-01' FROM generate_series(1, 20000) n;
	INSERT INTO delivery_invitation (delivery_id, invitation_id) SELECT n, n FROM generate_series(1, 20000) n;
	UPDATE delivery SET state = 'due', ended_at = NULL WHERE id % 100 = 0;
	UPDATE delivery SET state = 'held', ended_at = NULL WHERE id % 4 = 1;
	UPDATE session SET state = 'open', revision = 1 WHERE id % 100 = 0;
	ANALYZE;`
