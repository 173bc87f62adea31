package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey"
	"pascalatih/survey/export"
	"pascalatih/survey/stats"
)

// ExportOptions says what an export holds.
type ExportOptions struct {
	export.Options
	Reason string // why names are needed, as the audit keeps it; may be empty
}

// Export writes what was sent in a round to out, as it stands at one moment.
//
// Where the instrument is named, rows carry NIP, name and unit. Where it is
// confidential they carry a code, random per employee and training, by which
// they are ordered, and the unit only as far as stats.TellUnits allows; who may
// have Names is the caller's to decide. What leaves with names is audited before
// it does. Responses that were unlinked come last, without a code.
//
// NotFound: there is no such round, and nothing was written. An error of out ends
// the export and is returned.
func (s *Store) Export(ctx context.Context, round int64, o ExportOptions, src Source, now time.Time, out io.Writer) error {
	r, err := s.exportedRound(ctx, round)
	if err != nil {
		return err
	}
	if err := s.prepareExport(ctx, r, o, src, now); err != nil {
		return err
	}
	err = s.inSnapshot(ctx, func(tx *sqlx.Tx) error {
		if r.Told, err = toldUnits(ctx, tx, round); err != nil {
			return err
		}
		return writeExport(ctx, tx, r, o, out)
	})
	if err != nil {
		return fmt.Errorf("exporting round %d: %w", round, err)
	}
	return nil
}

func (s *Store) exportedRound(ctx context.Context, id int64) (export.Round, error) {
	var row struct {
		InstrumentID int64 `db:"instrument_id"`
		Training     string
		Observed     bool
	}
	err := sqlx.GetContext(ctx, s.db, &row, `
		SELECT r.instrument_id, coalesce(t.code, '') AS training, r.audience = 'supervisors' AS observed
		FROM round r LEFT JOIN training t ON t.id = r.training_id WHERE r.id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return export.Round{}, refuse(NotFound, "what", "round")
	}
	if err != nil {
		return export.Round{}, fmt.Errorf("reading round %d: %w", id, err)
	}
	instrument, err := s.Instrument(ctx, row.InstrumentID)
	if err != nil {
		return export.Round{}, err
	}
	return export.Round{ID: id, Training: row.Training, Instrument: instrument, Observed: row.Observed}, nil
}

// prepareExport gives everybody in the export a code, and writes audit where
// names leave. A command from chat that is handled again exports again.
func (s *Store) prepareExport(ctx context.Context, r export.Round, o ExportOptions, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if r.Instrument.Privacy == survey.Confidential {
			if err := giveCodes(ctx, tx, r.ID); err != nil {
				return err
			}
		}
		if !r.ShowsNames(o.Options) {
			return nil
		}
		done, err := findAudit(ctx, tx, src, nil)
		if err != nil || done {
			return err
		}
		return auditNames(ctx, tx, src, map[string]any{"round": r.ID, "long": o.Long}, o.Reason, now)
	})
}

// auditNames records that names leave, and why, where a reason was given.
func auditNames(ctx context.Context, tx *sqlx.Tx, src Source, details map[string]any, reason string, now time.Time) error {
	if reason != "" {
		details["reason"] = survey.Clean(reason)
	}
	return writeAudit(ctx, tx, src, "names exported", details, now)
}

// giveCodes draws the codes that are missing, of 64 random bits each: of those who
// answered, and of those whom they answered about.
func giveCodes(ctx context.Context, tx *sqlx.Tx, round int64) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO respondent_code (employee_id, training_id, round_id, code)
		SELECT who.id, p.training_id, CASE WHEN p.training_id IS NULL THEN p.round_id END,
		       left(encode(sha256(uuid_send(gen_random_uuid())), 'hex'), 16)
		FROM response p JOIN invitation i ON i.round_id = p.round_id AND i.id = p.invitation_id
		CROSS JOIN LATERAL (VALUES (i.respondent_id), (i.subject_id)) who (id)
		WHERE p.round_id = $1 AND p.counts AND NOT EXISTS (
		          SELECT FROM respondent_code k WHERE k.employee_id = who.id
		          AND CASE WHEN p.training_id IS NULL THEN k.round_id = p.round_id ELSE k.training_id = p.training_id END)
		GROUP BY who.id, p.training_id, p.round_id
		ORDER BY who.id
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

// writeExport reads the round's responses one after the other, as they are
// written.
func writeExport(ctx context.Context, tx *sqlx.Tx, r export.Round, o ExportOptions, out io.Writer) error {
	w, err := export.New(out, r, o.Options)
	if err != nil {
		return err
	}
	defer w.Close() // what it is about is written by Finish
	rows, err := tx.QueryxContext(ctx, sentResponses, r.ID, r.Instrument.Privacy == survey.Named)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var row exportedResponse
		if err := rows.StructScan(&row); err != nil {
			return err
		}
		if err := w.Add(row.response()); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return w.Finish()
}

// sentResponses are those of a round ($1), ordered by NIP ($2) or by code. They are
// put in order first, so that the answers of each are read while those before it are
// written.
const sentResponses = `
	SELECT id, sent_at, unit_id, unit, code, nip, name, subject_code, subject_nip, paths, kinds, values
	FROM (
		SELECT p.round_id, p.id, p.sent_at, coalesce(p.unit_id, 0) AS unit_id, coalesce(u.name, '') AS unit,
		       coalesce(k.code, '') AS code, coalesce(e.nip, '') AS nip, coalesce(e.name, '') AS name,
		       coalesce(l.code, '') AS subject_code, coalesce(x.nip, '') AS subject_nip,
		       (CASE WHEN $2 THEN e.nip ELSE k.code END) COLLATE "C" AS place
		FROM response p
		LEFT JOIN invitation i ON i.round_id = p.round_id AND i.id = p.invitation_id
		LEFT JOIN employee e ON e.id = i.respondent_id
		LEFT JOIN unit u ON u.id = p.unit_id
		LEFT JOIN respondent_code k ON k.employee_id = e.id
		      AND CASE WHEN p.training_id IS NULL THEN k.round_id = p.round_id ELSE k.training_id = p.training_id END
		LEFT JOIN employee x ON x.id = i.subject_id AND i.subject_id <> i.respondent_id
		LEFT JOIN respondent_code l ON l.employee_id = x.id
		      AND CASE WHEN p.training_id IS NULL THEN l.round_id = p.round_id ELSE l.training_id = p.training_id END
		WHERE p.round_id = $1 AND p.counts
		ORDER BY place NULLS LAST, p.id
	) sent
	CROSS JOIN LATERAL (
		SELECT array_agg(path) AS paths, array_agg(kind) AS kinds, array_agg(value) AS values
		FROM answer a WHERE a.round_id = sent.round_id AND a.response_id = sent.id
	) said
	ORDER BY place NULLS LAST, id`

// exportedResponse is a response as it is read.
type exportedResponse struct {
	ID        string
	SentAt    time.Time `db:"sent_at"`
	UnitID    int64     `db:"unit_id"`
	Unit      string
	Code      string
	NIP, Name string
	// Of whom it is about, where that is not the respondent.
	SubjectCode string `db:"subject_code"`
	SubjectNIP  string `db:"subject_nip"`
	// Of its answers, in the same order.
	Paths, Kinds, Values pq.StringArray
}

func (r exportedResponse) response() export.Response {
	answers := make([]export.Answer, len(r.Paths))
	for i := range answers {
		question := r.Paths[i][strings.LastIndexByte(r.Paths[i], '/')+1:] // a group that repeats stands before it
		answers[i] = export.Answer{Path: r.Paths[i], Question: question, Kind: r.Kinds[i], Value: r.Values[i]}
	}
	return export.Response{ID: r.ID, SentAt: r.SentAt, UnitID: r.UnitID, Unit: r.Unit,
		Code: r.Code, NIP: r.NIP, Name: r.Name,
		SubjectCode: r.SubjectCode, SubjectNIP: r.SubjectNIP, Answers: answers}
}
