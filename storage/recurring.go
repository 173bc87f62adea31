package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey"
)

// Who answers in rounds that recur, about themselves. Nobody is asked who has left
// the office; who comes to it, or to a unit, while a round is open waits for the
// next one.
const (
	Everybody = "everybody"
	OfUnits   = "units"
	Recent    = "recent" // who took part in a training that ended in the last months
)

// ScheduleRound is the Job of a schedule by which rounds open.
const ScheduleRound = "round"

// Recurrence is what opens again and again, about no training.
type Recurrence struct {
	Instrument string // by its key; each round takes the version that was published last
	Audience   string
	Units      []int64 // of OfUnits
	Months     int     // of Recent
	Cron       calendar.Cron
	DaysOpen   int
}

// The most that a Recurrence may say.
const (
	MostMonths   = 60
	MostDaysOpen = 90
)

// RecurringRound is a Recurrence as it is kept.
type RecurringRound struct {
	ID              int64
	InstrumentKey   string
	InstrumentTitle survey.Text
	Audience        string
	Units           []int64
	UnitNames       []string // by name
	Months          int
	Expression      string // of cron; one that was written past the program may not be readable
	DaysOpen        int
	Since           time.Time
	OffAt           *time.Time // since then it opens nothing
	Revision        int        // how often it was changed
	Last            *Round     // that it opened last
}

// Recurrence is what it says. An expression that cannot be read is the error of
// calendar.ParseCron.
func (r RecurringRound) Recurrence() (Recurrence, error) {
	cron, err := calendar.ParseCron(r.Expression)
	return Recurrence{Instrument: r.InstrumentKey, Audience: r.Audience, Units: r.Units, Months: r.Months,
		Cron: cron, DaysOpen: r.DaysOpen}, err
}

// RecurrencePreview is whom a Recurrence would ask if it opened now.
type RecurrencePreview struct {
	InstrumentTitle survey.Text
	Invited         int
	Reachable       int // those of them who would get a message
}

// RecurringRounds are all of them, the oldest first.
func (s *Store) RecurringRounds(ctx context.Context) ([]RecurringRound, error) {
	all, err := findRecurring(ctx, s.db, `ORDER BY s.id`)
	if err != nil {
		return nil, err
	}
	for i, recurring := range all {
		rounds, err := findRounds(ctx, s.db, `WHERE r.schedule_id = $1 ORDER BY r.occasion DESC LIMIT 1`, recurring.ID)
		if err != nil {
			return nil, err
		}
		if len(rounds) > 0 {
			all[i].Last = &rounds[0]
		}
	}
	return all, nil
}

// PreviewRecurrence tells whom a Recurrence would ask now. It refuses with NotFound
// (Detail what: instrument, unit) what there is not, and with Refused (Detail
// reason) a form that is about a training ("training"), an audience that lacks its
// units or months or has too many ("audience"), days that are too many or too few
// ("days"), and occasions of which the next comes before a round is over
// ("overlap"). That it asks nobody is no reason: people come.
func (s *Store) PreviewRecurrence(ctx context.Context, r Recurrence, zone *time.Location, now time.Time) (RecurrencePreview, error) {
	return previewRecurrence(ctx, s.db, r.inOrder(), zone, now)
}

// AddRecurring keeps a Recurrence, whose occasions count from now on, and gives its
// id. It refuses what PreviewRecurrence refuses. A command that was carried out
// before gives what it added and ErrRepeated.
func (s *Store) AddRecurring(ctx context.Context, r Recurrence, zone *time.Location, src Source, now time.Time) (id int64, err error) {
	r = r.inOrder()
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Schedule *int64 }{&id}); err != nil {
			return err
		}
		if _, err := previewRecurrence(ctx, tx, r, zone, now); err != nil {
			return err
		}
		err := tx.GetContext(ctx, &id, `
			WITH next AS (SELECT nextval(pg_get_serial_sequence('schedule', 'id')) AS id)
			INSERT INTO schedule (id, key, job, cron, since, instrument_key, audience, units, months, days_open) OVERRIDING SYSTEM VALUE
			SELECT id, 'round:' || id, 'round', $1, $2, $3, $4, $5, nullif($6::int, 0), $7 FROM next
			RETURNING id`,
			r.Cron.String(), now, r.Instrument, r.Audience, pq.Array(listed(r.Units)), r.Months, r.DaysOpen)
		if err != nil {
			return fmt.Errorf("keep a round that recurs: %w", err)
		}
		return writeAudit(ctx, tx, src, "recurring added", r.noted(id), now)
	})
	return id, err
}

// ChangeRecurring has a recurring round be another from now on; changed is false
// where it is that already. Rounds that are open stay as they are. seen is the
// revision that the person saw: where somebody else changed it meanwhile, it is
// Refused (Detail reason: "changed"). Refused ("due") is it also while an occasion
// has come whose round is about to open. It refuses what PreviewRecurrence refuses,
// and what there is not with NotFound (Detail what: schedule).
func (s *Store) ChangeRecurring(
	ctx context.Context, id int64, seen int, r Recurrence, zone *time.Location, src Source, now time.Time,
) (changed bool, err error) {
	r = r.inOrder()
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		changed = true
		was, err := lockSeenRecurring(ctx, tx, id, seen, src)
		if err != nil {
			return err
		}
		if changed = !was.says(r); !changed {
			return nil
		}
		if _, err := previewRecurrence(ctx, tx, r, zone, now); err != nil {
			return err
		}
		due, err := dueOccasions(ctx, tx, now, zone)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(due, func(d DueOccasion) bool { return d.ScheduleID == id }) {
			return refuse(Refused, "reason", "due")
		}
		// Occasions that have come were of the expression before.
		_, err = tx.ExecContext(ctx, `
			UPDATE schedule SET since = CASE WHEN cron = $2 THEN since ELSE $3 END, cron = $2, revision = revision + 1,
			       instrument_key = $4, audience = $5, units = $6, months = nullif($7::int, 0), days_open = $8
			WHERE id = $1`,
			id, r.Cron.String(), now, r.Instrument, r.Audience, pq.Array(listed(r.Units)), r.Months, r.DaysOpen)
		if err != nil {
			return fmt.Errorf("change recurring round %d: %w", id, err)
		}
		noted := r.noted(id)
		noted["was"] = was.Expression
		return writeAudit(ctx, tx, src, "recurring changed", noted, now)
	})
	return changed, err
}

// SwitchRecurring switches a recurring round off, so that it opens nothing, or on
// again: what came meanwhile is not caught up. A round that is open stays so. It
// refuses as ChangeRecurring does; changed is false where it is so already.
func (s *Store) SwitchRecurring(ctx context.Context, id int64, seen int, on bool, src Source, now time.Time) (changed bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		changed = true
		was, err := lockSeenRecurring(ctx, tx, id, seen, src)
		if err != nil {
			return err
		}
		if changed = on != (was.OffAt == nil); !changed {
			return nil
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE schedule SET off_at = CASE WHEN $2 THEN NULL ELSE $3::timestamptz END,
			       since = CASE WHEN $2 THEN $3 ELSE since END, revision = revision + 1
			WHERE id = $1`, id, on, now)
		if err != nil {
			return fmt.Errorf("switch recurring round %d: %w", id, err)
		}
		details := map[string]any{"schedule": id, "instrument": was.InstrumentKey}
		if on {
			return writeAudit(ctx, tx, src, "recurring switched on", details, now)
		}
		return writeAudit(ctx, tx, src, "recurring switched off", details, now)
	})
	return changed, err
}

// inOrder is the same with its units in order, each once, and without what its
// audience does not need.
func (r Recurrence) inOrder() Recurrence {
	r.Units = slices.Compact(slices.Sorted(slices.Values(r.Units)))
	if r.Audience != OfUnits {
		r.Units = nil
	}
	if r.Audience != Recent {
		r.Months = 0
	}
	return r
}

func (r Recurrence) noted(id int64) map[string]any {
	return map[string]any{"schedule": id, "instrument": r.Instrument, "audience": r.Audience, "units": listed(r.Units),
		"months": r.Months, "cron": r.Cron.String(), "days": r.DaysOpen}
}

func (r RecurringRound) says(other Recurrence) bool {
	return r.InstrumentKey == other.Instrument && r.Audience == other.Audience && slices.Equal(r.Units, other.Units) &&
		r.Months == other.Months && r.Expression == other.Cron.String() && r.DaysOpen == other.DaysOpen
}

// lockSeenRecurring reads a recurring round for one change at a time, of what somebody saw.
func lockSeenRecurring(ctx context.Context, tx *sqlx.Tx, id int64, seen int, src Source) (RecurringRound, error) {
	was, err := lockRecurring(ctx, tx, id)
	if err != nil {
		return was, err
	}
	if err := firstTime(ctx, tx, src, nil); err != nil {
		return was, err
	}
	if was.Revision != seen {
		return was, refuse(Refused, "reason", "changed")
	}
	return was, nil
}

func lockRecurring(ctx context.Context, tx *sqlx.Tx, id int64) (RecurringRound, error) {
	all, err := findRecurring(ctx, tx, `AND s.id = $1 FOR NO KEY UPDATE OF s`, id)
	if err != nil {
		return RecurringRound{}, err
	}
	if len(all) == 0 {
		return RecurringRound{}, refuse(NotFound, "what", "schedule")
	}
	return all[0], nil
}

// findRecurring reads the recurring rounds that rest of the statement selects.
func findRecurring(ctx context.Context, q sqlx.QueryerContext, rest string, args ...any) ([]RecurringRound, error) {
	rows, err := q.QueryxContext(ctx, `
		SELECT s.id, s.instrument_key, coalesce((SELECT n.definition->'title' FROM instrument n WHERE n.key = s.instrument_key
		           ORDER BY n.published_at DESC, n.id DESC LIMIT 1), '{}'),
		       s.audience, s.units, ARRAY(SELECT u.name FROM unit u WHERE u.id = ANY(s.units) ORDER BY u.name),
		       coalesce(s.months, 0), s.cron, s.days_open, s.since, s.off_at, s.revision
		FROM schedule s WHERE s.job = 'round' `+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("read recurring rounds: %w", err)
	}
	defer rows.Close()
	var all []RecurringRound
	for rows.Next() {
		var r RecurringRound
		var title fromJSON[survey.Text]
		err := rows.Scan(&r.ID, &r.InstrumentKey, &title, &r.Audience, (*pq.Int64Array)(&r.Units), (*pq.StringArray)(&r.UnitNames),
			&r.Months, &r.Expression, &r.DaysOpen, &r.Since, &r.OffAt, &r.Revision)
		if err != nil {
			return nil, fmt.Errorf("read a recurring round: %w", err)
		}
		r.InstrumentTitle = title.Value
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read recurring rounds: %w", err)
	}
	return all, nil
}

func previewRecurrence(ctx context.Context, q sqlx.ExtContext, r Recurrence, zone *time.Location, now time.Time) (RecurrencePreview, error) {
	if err := r.check(zone, now); err != nil {
		return RecurrencePreview{}, err
	}
	var found RoundPreview
	if err := findInstrumentOf(ctx, q, Opening{Instrument: r.Instrument}, &found); err != nil {
		return RecurrencePreview{}, err
	}
	preview := RecurrencePreview{InstrumentTitle: found.InstrumentTitle}
	if found.about != survey.AboutOffice {
		return RecurrencePreview{}, refuse(Refused, "reason", "training")
	}
	var known bool
	err := q.QueryRowxContext(ctx, `
		SELECT (SELECT count(*) FROM unit WHERE id = ANY($1)) = cardinality($1::bigint[]),
		       count(*),
		       count(*) FILTER (WHERE EXISTS (
		           SELECT FROM claim c
		           JOIN account a ON a.id = c.account_id AND a.blocked_at IS NULL
		           JOIN consent k ON k.account_id = a.id AND k.withdrawn_at IS NULL
		           WHERE c.employee_id = e.id AND c.state = 'confirmed'))
		FROM employee e
		WHERE `+ofAudience, pq.Array(listed(r.Units)), r.Audience, r.Months, calendar.DayOf(now, zone).String()).
		Scan(&known, &preview.Invited, &preview.Reachable)
	if err != nil {
		return RecurrencePreview{}, fmt.Errorf("count whom a recurring round would ask: %w", err)
	}
	if !known {
		return RecurrencePreview{}, refuse(NotFound, "what", "unit")
	}
	return preview, nil
}

// ofAudience are the employees e of the audience $2, with the units $1 and the
// months $3, on the day $4.
const ofAudience = `e.left_at IS NULL AND CASE $2::text
	WHEN 'everybody' THEN true
	WHEN 'units' THEN e.unit_id = ANY($1::bigint[])
	ELSE e.id IN (
	    SELECT p.employee_id FROM participation p JOIN training t ON t.id = p.training_id AND t.cancelled_at IS NULL
	    WHERE t.last_day < $4::date AND t.last_day >= $4::date - make_interval(months => $3::int))
	END`

// occasionsChecked is how many occasions to come are held against each other: a
// year of weeks.
const occasionsChecked = 53

// check refuses what cannot be meant.
func (r Recurrence) check(zone *time.Location, now time.Time) error {
	switch {
	case r.Audience == Everybody:
	case r.Audience == OfUnits && len(r.Units) > 0:
	case r.Audience == Recent && r.Months >= 1 && r.Months <= MostMonths:
	default:
		return refuse(Refused, "reason", "audience")
	}
	if r.DaysOpen < 1 || r.DaysOpen > MostDaysOpen {
		return refuse(Refused, "reason", "days")
	}
	if r.Cron.String() == "" {
		return errors.New("a recurring round without an expression")
	}
	at := r.Cron.Next(now, zone)
	for range occasionsChecked {
		next := r.Cron.Next(at, zone)
		if next.Before(at.In(zone).AddDate(0, 0, r.DaysOpen)) {
			return refuse(Refused, "reason", "overlap")
		}
		at = next
	}
	return nil
}
