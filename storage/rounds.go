package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey"
)

// Who answers in a round.
const (
	Alumni      = "alumni"      // those who took part in the training, about themselves
	Supervisors = "supervisors" // their supervisors, about each of them
)

// Round is one instrument sent to one audience about one training, or, where it
// recurs, about none. It ends at ClosesAt, or earlier by command; ClosedAt is nil until then.
type Round struct {
	ID              int64
	InstrumentID    int64
	InstrumentKey   string
	InstrumentTitle survey.Text
	Audience        string
	TrainingID      int64
	TrainingCode    string
	TrainingTitle   string
	ScheduleID      int64      // of one that recurs, which is about no training
	Occasion        *time.Time // of its schedule, at which it opened
	OpenedAt        time.Time
	ClosesAt        time.Time
	ClosedAt        *time.Time
	HeldAt          *time.Time // since then nothing goes out; nil: it does
	Turns           int        // how often it was held or let go on
}

// Opening names a round to be opened: the training by its code, the instrument
// by its key. Without an audience it is Alumni.
type Opening struct{ Training, Instrument, Audience string }

// RoundPreview is what an Opening would open.
type RoundPreview struct {
	TrainingID      int64
	TrainingTitle   string
	InstrumentID    int64
	InstrumentTitle survey.Text
	Invited         int // forms: of all who took part, or about them
	Reachable       int // those of them whose respondent would get a message
	Respondents     int // who would be asked; a supervisor has a form about each of their people
	Unsupervised    int // who took part and whose supervisor is not known, or left; nobody is asked about them

	instrumentKey string
	audience      string
	about         survey.About
	awaits        []stepTaken // the steps of the training's plan that await it, in order of time
}

// ClosesAt is when the round would end if it opened at that moment.
func (p RoundPreview) ClosesAt(opens time.Time, zone *time.Location) time.Time {
	return p.taking(opens, zone).closes(opens, zone)
}

// Step is the step of the training's plan that would open at that moment; false
// where none awaits it.
func (p RoundPreview) Step(opens time.Time, zone *time.Location) (id int64, awaits bool) {
	step := p.taking(opens, zone)
	return step.ID, step.ID != 0
}

// taking is the step that would open at that moment, or what stands for it where
// none awaits it.
func (p RoundPreview) taking(opens time.Time, zone *time.Location) stepTaken {
	for _, step := range p.awaits {
		if !step.over(opens, zone) {
			return step
		}
	}
	return stepTaken{timing: timing{DaysOpen: DaysOpen}, RemindAfter: pq.Int64Array{2, 5}, RemindLast: true}
}

// DaysOpen is how long a round is open that no step opens.
const DaysOpen = 7

// PreviewRound tells what OpenRound would do. It refuses with NotFound (Detail
// what: training, instrument), AlreadyOpen (Detail round), AlreadyPlanned (Detail
// job, at), Empty when nobody took part in the training who is still in the
// office (Detail reason: supervisors where no supervisor of theirs is known), and
// Refused (Detail reason) for an audience that is not served, a form that is about no
// training ("office") and a training that was cancelled ("cancelled").
func (s *Store) PreviewRound(ctx context.Context, o Opening) (RoundPreview, error) {
	return previewRound(ctx, s.db, o)
}

// OpenRound opens a round now: the step of the training's plan that still awaits
// this instrument and audience, with the days that step is open, else one of 7
// days, counted in zone. It invites everybody and announces it to the reachable,
// in one transaction. It refuses what PreviewRound refuses. A command that was
// carried out before gives its round and ErrRepeated.
//
// Where the command is a button's, the message of the button follows how the
// invitations go out.
func (s *Store) OpenRound(ctx context.Context, o Opening, src Source, zone *time.Location, now time.Time) (Round, RoundCounts, error) {
	var status RoundStatus
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockTraining(ctx, tx, o.Training); err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		preview, err := previewRound(ctx, tx, o)
		if err != nil {
			return err
		}
		status, err = openRound(ctx, tx, preview, src, zone, now)
		if err != nil || !src.fromChat() {
			return err
		}
		return follow(ctx, tx, src.Account, Progress{RoundID: status.ID, MessageID: src.Message})
	})
	if errors.Is(err, ErrRepeated) {
		return s.roundOfCommand(ctx, src)
	}
	return status.Round, status.RoundCounts, err
}

// Rounds are all rounds, newest first.
func (s *Store) Rounds(ctx context.Context) ([]Round, error) {
	return findRounds(ctx, s.db, `ORDER BY r.opened_at DESC, r.id DESC`)
}

// Round gives a round as it is; NotFound (Detail what: round) if there is none.
func (s *Store) Round(ctx context.Context, id int64) (Round, error) {
	return readRound(ctx, s.db, id)
}

// Status gives a round with its counts as they are; NotFound if there is none.
func (s *Store) Status(ctx context.Context, id int64) (RoundStatus, error) {
	return roundStatus(ctx, s.db, id)
}

// lockTraining keeps participants from being added, and rounds from being opened
// by anybody else, until the transaction ends.
func lockTraining(ctx context.Context, tx *sqlx.Tx, code string) error {
	if _, err := tx.ExecContext(ctx, `SELECT FROM training WHERE code = $1 FOR UPDATE`, code); err != nil {
		return fmt.Errorf("lock training: %w", err)
	}
	return nil
}

func previewRound(ctx context.Context, q sqlx.ExtContext, o Opening) (RoundPreview, error) {
	preview, err := previewOpening(ctx, q, o)
	if err != nil {
		return RoundPreview{}, err
	}
	return preview, findPlanned(ctx, q, preview)
}

// previewOpening is previewRound but for what is planned.
func previewOpening(ctx context.Context, q sqlx.ExtContext, o Opening) (RoundPreview, error) {
	if o.Audience == "" {
		o.Audience = Alumni
	}
	if o.Audience != Alumni && o.Audience != Supervisors {
		return RoundPreview{}, refuse(Refused, "reason", "audience")
	}
	preview := RoundPreview{instrumentKey: o.Instrument, audience: o.Audience}
	if err := findTrainingOf(ctx, q, o, &preview); err != nil {
		return RoundPreview{}, err
	}
	if err := findInstrumentOf(ctx, q, o, &preview); err != nil {
		return RoundPreview{}, err
	}
	if preview.about != survey.AboutTraining {
		return RoundPreview{}, refuse(Refused, "reason", "office")
	}
	if err := findObstacles(ctx, q, o, &preview); err != nil {
		return RoundPreview{}, err
	}
	return preview, findAwaitedStep(ctx, q, o, &preview)
}

func findTrainingOf(ctx context.Context, q sqlx.ExtContext, o Opening, preview *RoundPreview) error {
	var cancelled bool
	err := q.QueryRowxContext(ctx, `SELECT id, title, cancelled_at IS NOT NULL FROM training WHERE code = $1`, o.Training).
		Scan(&preview.TrainingID, &preview.TrainingTitle, &cancelled)
	if errors.Is(err, sql.ErrNoRows) {
		return refuse(NotFound, "what", "training")
	}
	if err != nil {
		return fmt.Errorf("find training: %w", err)
	}
	if cancelled {
		return refuse(Refused, "reason", "cancelled")
	}
	return nil
}

// findInstrumentOf takes the version that was published last.
func findInstrumentOf(ctx context.Context, q sqlx.ExtContext, o Opening, preview *RoundPreview) error {
	var title fromJSON[survey.Text]
	err := q.QueryRowxContext(ctx, `
		SELECT id, definition->'title', coalesce(definition->>'about', '') FROM instrument
		WHERE key = $1 ORDER BY published_at DESC, id DESC LIMIT 1`, o.Instrument).
		Scan(&preview.InstrumentID, &title, &preview.about)
	if errors.Is(err, sql.ErrNoRows) {
		return refuse(NotFound, "what", "instrument")
	}
	if err != nil {
		return fmt.Errorf("find instrument: %w", err)
	}
	preview.InstrumentTitle = title.Value
	return nil
}

// findObstacles refuses a round that is open already or would ask nobody.
func findObstacles(ctx context.Context, q sqlx.ExtContext, o Opening, preview *RoundPreview) error {
	var open *int64
	err := q.QueryRowxContext(ctx, `
		WITH asked AS (
			SELECT x.id AS respondent, EXISTS (
			           SELECT FROM claim c
			           JOIN account a ON a.id = c.account_id AND a.blocked_at IS NULL
			           JOIN consent k ON k.account_id = a.id AND k.withdrawn_at IS NULL
			           WHERE c.employee_id = x.id AND c.state = 'confirmed') AS reachable
			FROM (SELECT $3::text AS audience) r
			JOIN participation p ON p.training_id = $1
			JOIN employee e ON e.id = p.employee_id AND e.left_at IS NULL
			LEFT JOIN employee x ON x.id = `+respondentOf+`
		)
		SELECT (SELECT r.id FROM round r
		        WHERE r.training_id = $1 AND r.instrument_key = $2 AND r.audience = $3 AND r.closed_at IS NULL),
		       count(respondent), count(respondent) FILTER (WHERE reachable),
		       count(DISTINCT respondent), count(*) FILTER (WHERE respondent IS NULL)
		FROM asked`,
		preview.TrainingID, o.Instrument, o.Audience).
		Scan(&open, &preview.Invited, &preview.Reachable, &preview.Respondents, &preview.Unsupervised)
	if err != nil {
		return fmt.Errorf("count participants of training %d: %w", preview.TrainingID, err)
	}
	if open != nil {
		return refuse(AlreadyOpen, "round", *open)
	}
	switch {
	case preview.Invited == 0 && preview.Unsupervised > 0:
		return refuse(Empty, "reason", "supervisors")
	case preview.Invited == 0:
		return refuse(Empty)
	}
	return nil
}

// findAwaitedStep finds the steps that a round may open: one of a moment that is
// over is left to another.
func findAwaitedStep(ctx context.Context, q sqlx.ExtContext, o Opening, preview *RoundPreview) error {
	rows, err := q.QueryxContext(ctx, `
		SELECT p.id, t.first_day, t.last_day, p.anchor, p.days, p.cron, p.days_open, p.remind_after, p.remind_last
		FROM `+stepsOfTrainings+`
		WHERE t.id = $1 AND p.instrument_key = $2 AND p.audience = $3
		  AND NOT EXISTS (SELECT FROM round r WHERE r.training_id = t.id AND r.step_id = p.id)
		ORDER BY CASE p.anchor WHEN 'first_day' THEN t.first_day ELSE t.last_day END + p.days, p.position`,
		preview.TrainingID, o.Instrument, o.Audience)
	if err != nil {
		return fmt.Errorf("find the awaited steps of training %d: %w", preview.TrainingID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var step stepTaken
		err := rows.Scan(&step.ID, &step.First, &step.Last, &step.Anchor, &step.Days, &step.Cron, &step.DaysOpen,
			&step.RemindAfter, &step.RemindLast)
		if err != nil {
			return fmt.Errorf("read an awaited step of training %d: %w", preview.TrainingID, err)
		}
		preview.awaits = append(preview.awaits, step)
	}
	return rows.Err()
}

// roundOfCommand gives what a command did that was carried out before.
func (s *Store) roundOfCommand(ctx context.Context, src Source) (Round, RoundCounts, error) {
	var noted struct {
		Round int64 `json:"round"`
	}
	if _, err := findAudit(ctx, s.db, src, &noted); err != nil {
		return Round{}, RoundCounts{}, err
	}
	status, err := roundStatus(ctx, s.db, noted.Round)
	if err != nil {
		return Round{}, RoundCounts{}, err
	}
	return status.Round, status.RoundCounts, ErrRepeated
}

func roundStatus(ctx context.Context, q sqlx.ExtContext, id int64) (RoundStatus, error) {
	round, err := readRound(ctx, q, id)
	if err != nil {
		return RoundStatus{}, err
	}
	counts, err := countRound(ctx, q, id)
	return RoundStatus{Round: round, RoundCounts: counts}, err
}

func readRound(ctx context.Context, q sqlx.ExtContext, id int64) (Round, error) {
	rounds, err := findRounds(ctx, q, `WHERE r.id = $1`, id)
	if err != nil {
		return Round{}, err
	}
	if len(rounds) == 0 {
		return Round{}, refuse(NotFound, "what", "round")
	}
	return rounds[0], nil
}

// findRounds reads the rounds that rest of the statement selects.
func findRounds(ctx context.Context, q sqlx.ExtContext, rest string, args ...any) ([]Round, error) {
	rows, err := q.QueryxContext(ctx, `
		SELECT r.id, r.instrument_id, r.instrument_key, n.definition->'title', r.audience,
		       coalesce(r.training_id, 0), coalesce(t.code, ''), coalesce(t.title, ''),
		       coalesce(r.schedule_id, 0), r.occasion, r.opened_at, r.closes_at, r.closed_at, r.held_at, r.turns
		FROM round r
		JOIN instrument n ON n.id = r.instrument_id
		LEFT JOIN training t ON t.id = r.training_id `+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("read rounds: %w", err)
	}
	defer rows.Close()
	var rounds []Round
	for rows.Next() {
		var r Round
		var title fromJSON[survey.Text]
		err := rows.Scan(&r.ID, &r.InstrumentID, &r.InstrumentKey, &title, &r.Audience,
			&r.TrainingID, &r.TrainingCode, &r.TrainingTitle,
			&r.ScheduleID, &r.Occasion, &r.OpenedAt, &r.ClosesAt, &r.ClosedAt, &r.HeldAt, &r.Turns)
		if err != nil {
			return nil, fmt.Errorf("read a round: %w", err)
		}
		r.InstrumentTitle = title.Value
		rounds = append(rounds, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read rounds: %w", err)
	}
	return rounds, nil
}
