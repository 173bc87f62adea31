package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// ExportOptions says what an export holds.
type ExportOptions struct {
	Long  bool           // a row per answer, instead of one per response
	Names bool           // NIP and name also where the instrument is confidential
	Zone  *time.Location // in which submitted_on is a date
}

// Export gives sink the header and then each row of what was sent in a round, as
// it stands at one moment. Nothing is escaped: that is the file format's part.
//
// Where the instrument is named, rows carry NIP, name and unit. Where it is
// confidential they carry a code, random per employee and training, by which
// they are ordered, and the unit only as far as stats.TellUnits allows; who may
// have Names is the caller's to decide. What leaves with names is audited before
// it does. Responses that were unlinked come last, without a code.
//
// NotFound: there is no such round. An error of sink ends the export and is
// returned.
func (s *Store) Export(ctx context.Context, round int64, o ExportOptions, src Source, now time.Time, sink func(row []string) error) error {
	e := export{options: o}
	err := sqlx.GetContext(ctx, s.db, &e.round, `
		SELECT r.id, r.instrument_id, coalesce(t.code, '') AS training
		FROM round r LEFT JOIN training t ON t.id = r.training_id WHERE r.id = $1`, round)
	if errors.Is(err, sql.ErrNoRows) {
		return refuse(NotFound, "what", "round")
	}
	if err != nil {
		return fmt.Errorf("reading round %d: %w", round, err)
	}
	if e.instrument, err = s.Instrument(ctx, e.round.InstrumentID); err != nil {
		return err
	}
	if err := s.prepareExport(ctx, e, src, now); err != nil {
		return err
	}
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("exporting round %d: %w", round, err)
	}
	defer tx.Rollback() // nothing was written
	if e.told, err = toldUnits(ctx, tx, round); err != nil {
		return err
	}
	if err := sink(e.header()); err != nil {
		return err
	}
	return e.writeRows(ctx, tx, sink)
}

// prepareExport gives everybody in the export a code, and writes audit where
// names leave. A command from chat that is handled again exports again.
func (s *Store) prepareExport(ctx context.Context, e export, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if e.instrument.Privacy == survey.Confidential {
			if err := giveCodes(ctx, tx, e.round.ID); err != nil {
				return err
			}
		}
		if !e.names() {
			return nil
		}
		done, err := findAudit(ctx, tx, src, nil)
		if err != nil || done {
			return err
		}
		return writeAudit(ctx, tx, src, "names exported", map[string]any{"round": e.round.ID, "long": e.options.Long}, now)
	})
}

// giveCodes draws the codes that are missing, of 64 random bits each.
func giveCodes(ctx context.Context, tx *sqlx.Tx, round int64) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO respondent_code (employee_id, training_id, round_id, code)
		SELECT i.respondent_id, p.training_id, CASE WHEN p.training_id IS NULL THEN p.round_id END,
		       left(encode(sha256(uuid_send(gen_random_uuid())), 'hex'), 16)
		FROM response p JOIN invitation i ON i.id = p.invitation_id
		WHERE p.round_id = $1 AND p.counts
		GROUP BY i.respondent_id, p.training_id, p.round_id
		ORDER BY i.respondent_id
		ON CONFLICT (employee_id, training_id, round_id) DO NOTHING`, round)
	if err != nil {
		return fmt.Errorf("giving codes to the respondents of round %d: %w", round, err)
	}
	return nil
}

func toldUnits(ctx context.Context, tx *sqlx.Tx, round int64) (map[int64]bool, error) {
	var units []struct {
		ID   *int64
		Sent int
	}
	err := tx.SelectContext(ctx, &units, `
		SELECT unit_id AS id, count(*) AS sent FROM response
		WHERE round_id = $1 AND counts GROUP BY unit_id`, round)
	if err != nil {
		return nil, fmt.Errorf("counting the units of round %d: %w", round, err)
	}
	sent, untold := make(map[int64]int), 0
	for _, unit := range units {
		if unit.ID == nil {
			untold = unit.Sent
			continue
		}
		sent[*unit.ID] = unit.Sent
	}
	return stats.TellUnits(sent, untold), nil
}

// export is one export under way.
type export struct {
	options    ExportOptions
	instrument survey.Instrument
	told       map[int64]bool // units that may stand in a confidential one
	round      struct {
		ID           int64
		InstrumentID int64 `db:"instrument_id"`
		Training     string
	}
}

// names tells whether the rows say who sent them.
func (e export) names() bool {
	return e.instrument.Privacy == survey.Named || e.instrument.Privacy == survey.Confidential && e.options.Names
}

func (e export) header() []string {
	header := []string{"response_id", "round", "training", "instrument", "version", "submitted_on"}
	switch e.instrument.Privacy {
	case survey.Named:
		header = append(header, "nip", "nama", "unit")
	case survey.Confidential:
		header = append(header, "kode", "unit")
		if e.options.Names {
			header = append(header, "nip", "nama")
		}
	}
	if e.options.Long {
		return append(header, "path", "question", "kind", "value")
	}
	for _, question := range e.instrument.Questions {
		if question.Kind.Asks() {
			header = append(header, question.Name)
		}
	}
	return header
}

// exportedResponse is a response as it is read.
type exportedResponse struct {
	ID        string
	SentAt    time.Time `db:"sent_at"`
	UnitID    int64     `db:"unit_id"`
	Unit      string
	Code      string
	NIP, Name string
	Answers   fromJSON[[]exportedAnswer]
}

type exportedAnswer struct{ Path, Question, Kind, Value string }

func (e export) writeRows(ctx context.Context, tx *sqlx.Tx, sink func(row []string) error) error {
	rows, err := tx.QueryxContext(ctx, `
		SELECT p.id, p.sent_at, coalesce(p.unit_id, 0) AS unit_id, coalesce(u.name, '') AS unit,
		       coalesce(k.code, '') AS code, coalesce(e.nip, '') AS nip, coalesce(e.name, '') AS name,
		       (SELECT coalesce(jsonb_agg(jsonb_build_object(
		                   'Path', a.path, 'Question', a.question, 'Kind', a.kind, 'Value', a.value)), '[]')
		        FROM answer a WHERE a.round_id = p.round_id AND a.response_id = p.id) AS answers
		FROM response p
		LEFT JOIN invitation i ON i.id = p.invitation_id
		LEFT JOIN employee e ON e.id = i.respondent_id
		LEFT JOIN unit u ON u.id = p.unit_id
		LEFT JOIN respondent_code k ON k.employee_id = e.id
		      AND CASE WHEN p.training_id IS NULL THEN k.round_id = p.round_id ELSE k.training_id = p.training_id END
		WHERE p.round_id = $1 AND p.counts
		ORDER BY (CASE WHEN $2 THEN e.nip ELSE k.code END) COLLATE "C" NULLS LAST, p.id`,
		e.round.ID, e.instrument.Privacy == survey.Named)
	if err != nil {
		return fmt.Errorf("exporting round %d: %w", e.round.ID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var response exportedResponse
		if err := rows.StructScan(&response); err != nil {
			return fmt.Errorf("exporting round %d: %w", e.round.ID, err)
		}
		for _, row := range e.rows(response) {
			if err := sink(row); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("exporting round %d: %w", e.round.ID, err)
	}
	return nil
}

// rows are the rows of one response: one, or one per answer, in the form's order.
func (e export) rows(r exportedResponse) [][]string {
	whose := []string{
		r.ID, strconv.FormatInt(e.round.ID, 10), e.round.Training,
		e.instrument.Key, e.instrument.Version, r.SentAt.In(e.options.Zone).Format(time.DateOnly),
	}
	whose = append(whose, e.respondent(r)...)
	if !e.options.Long {
		values := make(map[string]string, len(r.Answers.Value))
		for _, answer := range r.Answers.Value {
			values[answer.Question] = answer.Value
		}
		for _, question := range e.instrument.Questions {
			if question.Kind.Asks() {
				whose = append(whose, values[question.Name])
			}
		}
		return [][]string{whose}
	}
	answers := slices.SortedFunc(slices.Values(r.Answers.Value), func(a, b exportedAnswer) int {
		return cmp.Or(cmp.Compare(e.position(a.Question), e.position(b.Question)), cmp.Compare(a.Path, b.Path))
	})
	rows := make([][]string, len(answers))
	for i, a := range answers {
		rows[i] = append(slices.Clone(whose), a.Path, a.Question, a.Kind, a.Value)
	}
	return rows
}

func (e export) respondent(r exportedResponse) []string {
	switch e.instrument.Privacy {
	case survey.Named:
		return []string{r.NIP, r.Name, r.Unit}
	case survey.Confidential:
		if !e.told[r.UnitID] {
			r.Unit = ""
		}
		if e.options.Names {
			return []string{r.Code, r.Unit, r.NIP, r.Name}
		}
		return []string{r.Code, r.Unit}
	}
	return nil
}

func (e export) position(question string) int {
	return slices.IndexFunc(e.instrument.Questions, func(q survey.Question) bool { return q.Name == question })
}
