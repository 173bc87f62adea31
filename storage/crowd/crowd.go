// Package crowd fills a database with what very many people answered within one
// week, for benchmarks. What they said is drawn by chance, alike each time.
package crowd

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"pascalatih/storage"
	"pascalatih/survey"
)

// Crowd is how many people there are, and what they were asked. Every training
// has one round, which opens as the week begins and is open still as it ends.
type Crowd struct {
	Form      survey.Instrument
	Week      time.Time // its beginning
	Trainings int
	Units     int // some large, some small
	Employees int
	Invited   int // to each training
	Sent      int // of them
}

// Fill makes the empty database at url an office of this crowd. Rows lie in the
// order in which people sent, and the planner knows them.
func (c Crowd) Fill(ctx context.Context, url string) error {
	store, err := storage.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer store.Close()
	err = errors.Join(store.Migrate(ctx), store.Seed(ctx, []survey.Instrument{c.Form}, nil, c.Week))
	if err != nil {
		return err
	}
	db, err := sql.Open("postgres", url)
	if err != nil {
		return fmt.Errorf("fill the database: %w", err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // chance is a connection's
	for _, fill := range []func(context.Context, *sql.DB) error{c.roster, c.rounds, c.responses, c.answers, settle} {
		if err := fill(ctx, db); err != nil {
			return fmt.Errorf("fill the database: %w", err)
		}
	}
	return nil
}

// roster is units, and employees of whom nine in ten have an account.
func (c Crowd) roster(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, `SELECT setseed(0.5)`); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, `INSERT INTO unit (name) SELECT 'Dinas Contoh ' || n FROM generate_series(1, $1::int) n`, c.Units)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `
		INSERT INTO employee (nip, name, unit_id)
		SELECT '19800101' || lpad(n::text, 10, '0'), 'Pegawai Contoh ' || n, 1 + floor($1 * random() * random())
		FROM generate_series(1, $2::int) n`, c.Units, c.Employees)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `
		WITH known AS (
			INSERT INTO account (id, created_at) SELECT 1000 + id, $1 FROM employee WHERE id % 10 <> 0 RETURNING id
		)
		INSERT INTO claim (account_id, employee_id, state, via, created_at)
		SELECT id, id - 1000, 'confirmed', 'link', $1 FROM known`, c.Week)
	return err
}

// rounds is a round for each training, and who is invited.
func (c Crowd) rounds(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `
		WITH held AS (
			INSERT INTO training (code, title, first_day, last_day)
			SELECT 'PEL-' || n, 'Pelatihan Contoh ' || n, $1::timestamptz - interval '5 days', $1 FROM generate_series(1, $2::int) n
			RETURNING id
		)
		INSERT INTO round (instrument_id, instrument_key, audience, training_id, opened_at, closes_at)
		SELECT i.id, i.key, 'alumni', t.id, $1, $1 + interval '8 days' FROM held t CROSS JOIN instrument i ORDER BY t.id`,
		c.Week, c.Trainings)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `
		INSERT INTO invitation (round_id, respondent_id, subject_id)
		SELECT r.id, e.id, e.id
		FROM round r CROSS JOIN generate_series(1, $1::int) n
		JOIN employee e ON e.id = 1 + (r.id * $1 + n) % $2`, c.Invited, c.Employees)
	return err
}

// responses are sent within the week, each training's among the others'.
func (c Crowd) responses(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `
		INSERT INTO response (round_id, id, invitation_id, claim_id, instrument_id, training_id, unit_id, automatic, sent_at, counted_at)
		SELECT i.round_id, gen_random_uuid(), i.id, c.id, r.instrument_id, r.training_id, e.unit_id, false, i.sent_at, i.sent_at
		FROM (SELECT *, $1::timestamptz + random() * interval '604799 s' AS sent_at,
		             row_number() OVER (PARTITION BY round_id ORDER BY random()) AS place
		      FROM invitation) i
		JOIN round r ON r.id = i.round_id
		JOIN employee e ON e.id = i.respondent_id
		LEFT JOIN claim c ON c.employee_id = e.id
		WHERE i.place <= $2
		ORDER BY i.sent_at`, c.Week, c.Sent)
	return err
}

// answers are a choice to every scale, some of the choices where several may be
// given, and words of their own from some.
func (c Crowd) answers(ctx context.Context, db *sql.DB) error {
	var names, kinds, choices []string
	var shares []float64
	for _, question := range c.Form.Questions {
		if !question.Kind.Asks() {
			continue
		}
		var of []string
		for _, choice := range question.Choices {
			of = append(of, choice.Name)
		}
		names = append(names, question.Name)
		kinds = append(kinds, string(question.Kind))
		choices = append(choices, strings.Join(of, " "))
		shares = append(shares, share(question))
	}
	_, err := db.ExecContext(ctx, `
		INSERT INTO answer (round_id, response_id, path, question, kind, value)
		SELECT round_id, id, name, name, kind, value
		FROM (
			SELECT r.round_id, r.id, r.sent_at, q.place, q.name, q.kind, CASE
			       WHEN random() > q.share THEN NULL
			       WHEN q.kind IN ('scale', 'select_one') THEN q.choices[1 + floor(sqrt(random()) * cardinality(q.choices))]
			       WHEN q.kind = 'select_multiple' THEN coalesce((
			           SELECT string_agg(name, ' ' ORDER BY place) FROM unnest(q.choices) WITH ORDINALITY u (name, place)
			           WHERE place < cardinality(q.choices) AND random() < 0.25), q.choices[cardinality(q.choices)])
			       WHEN q.kind = 'date' THEN (r.sent_at + random() * interval '90 days')::date::text
			       ELSE 'Menerapkan hasil pelatihan di bagian ' || left(md5(random()::text), 6) || ' mulai bulan ' || ceil(12 * random())
			       END AS value
			FROM response r
			CROSS JOIN (SELECT name, kind, string_to_array(choices, ' ') AS choices, share, place
			            FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[]) WITH ORDINALITY u (name, kind, choices, share, place)) q
		) said
		WHERE value IS NOT NULL
		ORDER BY sent_at, id, place`, pq.Array(names), pq.Array(kinds), pq.Array(choices), pq.Array(shares))
	return err
}

// share is how many answer a question: the bundled forms ask some only of those
// who chose "other".
func share(q survey.Question) float64 {
	switch {
	case q.Required:
		return 1
	case strings.HasSuffix(q.Name, "_other"):
		return 0.25
	case slices.Contains([]survey.Kind{survey.ShortText, survey.LongText, survey.Date}, q.Kind):
		return 0.5
	}
	return 1
}

// settle does what Postgres does by itself in the hours after so much was
// written.
func settle(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `VACUUM ANALYZE`)
	return err
}
