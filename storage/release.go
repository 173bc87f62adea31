package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/scheduler/calendar"
)

// announcing is what invitations go out for.
type announcing bool

const (
	unasked  announcing = false // by a plan, or by HR: when they are released
	replying announcing = true  // to the person's own tap: at once, at any hour
)

// An unasked delivery is due, and waits to be released; then it may go out until
// released_until, and takes along what else was due to its person (carried_by). What
// is asked for goes out when it is due. These tell of a delivery where it stands; the
// indexes are made for them.
const (
	isWaiting  = `state = 'due' AND carried_by IS NULL AND released_until IS NULL AND kind IN ('invitation', 'reminder') AND NOT reply`
	isReleased = `state = 'due' AND carried_by IS NULL AND (released_until IS NOT NULL OR kind NOT IN ('invitation', 'reminder') OR reply)`
)

// isLoose tells of a delivery d that waits for c, which took it along, that it does
// so no more: c has ended, or itself waits again.
const isLoose = `d.carried_by IS NOT NULL AND d.state IN ('due', 'held')
	AND (c.state NOT IN ('due', 'sending') OR c.state = 'due' AND c.released_until IS NULL AND NOT c.reply)`

const (
	// lapse has what was not sent in its time wait again. $1 is now.
	lapse = `
	WITH late AS (
		SELECT id FROM delivery WHERE state = 'due' AND released_until IS NOT NULL AND released_until <= $1 FOR UPDATE SKIP LOCKED
	)
	UPDATE delivery d SET released_until = NULL, counted_on = NULL, turn = 0 FROM late WHERE d.id = late.id`

	// loosen ends what went out in another message; where that did not, it waits again.
	loosen = `
	WITH loose AS (
		SELECT d.id, c.state IN ('sent', 'unknown') AS out, c.ended_at
		FROM delivery d JOIN delivery c ON c.id = d.carried_by WHERE ` + isLoose + `
		FOR UPDATE OF d SKIP LOCKED
	)
	UPDATE delivery d SET
	    carried_by = CASE WHEN out THEN carried_by END,
	    state = CASE WHEN out THEN 'unneeded' ELSE state END,
	    reason = CASE WHEN out THEN 'in another message' ELSE reason END,
	    ended_at = CASE WHEN out THEN loose.ended_at END
	FROM loose WHERE d.id = loose.id`

	// waitingAccounts locks some of those for whom something waits since $1, but for
	// those that another process is at.
	waitingAccounts = `
	SELECT id FROM account WHERE id IN (
		SELECT account_id FROM (SELECT account_id FROM delivery WHERE ` + isWaiting + ` AND due_at <= $1 ORDER BY due_at LIMIT $2) w)
	ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`

	// waitingFor reads what waits for accounts: what was put off to a later moment goes
	// along where something else goes out before it. Reminders of a last day keep theirs.
	waitingFor = `
	SELECT id, account_id AS account, coalesce(round_id, 0) AS round, kind = 'reminder' AS reminder, last_day, due_at, expires_at
	FROM delivery WHERE ` + isWaiting + ` AND account_id = ANY($1) AND (due_at <= $2 OR NOT last_day)
	ORDER BY id FOR UPDATE SKIP LOCKED`
)

// ReleaseCounts is what became of unasked deliveries.
type ReleaseCounts struct {
	Released int // may go out now
	Carried  int // go out with one of them
	PutOff   int // wait for a working morning
	Yielding int // wait for a reminder of a last day
	Expired  int
}

// Release decides, for some of the people for whom unasked deliveries are due, what
// goes out and what waits, as calendar.Person.Release tells it: each in the working
// time of their unit, in zone where it has none of its own. It looks at so many
// deliveries; with zero counts there is nothing left, or another process is at it.
func (s *Store) Release(ctx context.Context, caps calendar.Caps, zone *time.Location, limit int, now time.Time) (ReleaseCounts, error) {
	office, err := s.Working(ctx, zone)
	if err != nil {
		return ReleaseCounts{}, err
	}
	var counts ReleaseCounts
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		r := release{q: hot{s, tx}, caps: caps, office: office, now: now}
		if err := r.run(ctx, limit); err != nil {
			return err
		}
		counts = r.counts
		return nil
	})
	if err != nil {
		return ReleaseCounts{}, fmt.Errorf("release deliveries: %w", err)
	}
	return counts, nil
}

// release is one transaction of Release.
type release struct {
	q      hot
	caps   calendar.Caps
	office calendar.Working
	now    time.Time

	out     []releasedRow
	carried []carriedRow
	waits   []waitingRow
	expired []int64
	counts  ReleaseCounts
}

type dueRow struct {
	ID, Account, Round int64
	Reminder           bool
	LastDay            bool      `db:"last_day"`
	DueAt              time.Time `db:"due_at"`
	ExpiresAt          time.Time `db:"expires_at"`
}

type releasedRow struct {
	dueRow
	until time.Time
	day   calendar.Day
	turn  int64
}

type carriedRow struct{ id, by int64 }

type waitingRow struct {
	id int64
	at time.Time
}

func (r *release) run(ctx context.Context, limit int) error {
	if _, err := r.q.ExecContext(ctx, lapse, r.now); err != nil {
		return fmt.Errorf("have what is late wait again: %w", err)
	}
	if _, err := r.q.ExecContext(ctx, loosen); err != nil {
		return fmt.Errorf("end what went out in other messages: %w", err)
	}
	var accounts []int64
	if err := sqlx.SelectContext(ctx, r.q, &accounts, waitingAccounts, r.now, limit); err != nil {
		return fmt.Errorf("find for whom something is due: %w", err)
	}
	if len(accounts) == 0 {
		return nil
	}
	if err := r.decide(ctx, accounts); err != nil {
		return err
	}
	if err := r.takeTurns(ctx); err != nil {
		return err
	}
	return r.write(ctx)
}

// decide reads how people stand, and decides for each.
func (r *release) decide(ctx context.Context, accounts []int64) error {
	var rows []dueRow
	if err := sqlx.SelectContext(ctx, r.q, &rows, waitingFor, pq.Array(accounts), r.now); err != nil {
		return fmt.Errorf("read what waits: %w", err)
	}
	people, err := r.people(ctx, accounts)
	if err != nil {
		return err
	}
	of := map[int64][]dueRow{}
	for _, row := range rows {
		if !row.ExpiresAt.After(r.now) {
			r.expired = append(r.expired, row.ID)
			continue
		}
		of[row.Account] = append(of[row.Account], row)
	}
	for _, account := range accounts {
		if len(of[account]) > 0 {
			r.decideFor(account, people[account], of[account])
		}
	}
	return nil
}

func (r *release) decideFor(account int64, person calendar.Person, rows []dueRow) {
	due := make([]calendar.Due, len(rows))
	for i, row := range rows {
		due[i] = calendar.Due{ID: row.ID, LastDay: row.LastDay, Reminder: row.Reminder, At: row.DueAt, Expires: row.ExpiresAt}
	}
	decided := person.Release(r.now, r.caps, due)
	if decided.ID == 0 {
		r.putOff(account, decided, rows)
		return
	}
	for _, row := range rows {
		if row.ID == decided.ID {
			r.out = append(r.out, releasedRow{dueRow: row, until: decided.Until, day: decided.Day})
		} else {
			r.carried = append(r.carried, carriedRow{id: row.ID, by: decided.ID})
		}
	}
}

// putOff has all that is due for a person wait, for the same moment: so that it goes
// out in one message. What expires before is due when it does, and ends then.
func (r *release) putOff(account int64, decided calendar.Release, rows []dueRow) {
	at := decided.Wait
	if decided.Morning {
		first := at.Add(2 * calendar.Spread)
		for _, row := range rows {
			if row.ExpiresAt.After(at) && row.ExpiresAt.Before(first) {
				first = row.ExpiresAt
			}
		}
		at = calendar.InMorning(decided.Wait, first, account)
		r.counts.PutOff += len(rows)
	} else {
		r.counts.Yielding += len(rows)
	}
	for _, row := range rows {
		due := at
		if !row.ExpiresAt.After(at) {
			due = row.ExpiresAt
		}
		r.waits = append(r.waits, waitingRow{id: row.ID, at: due})
	}
}

// people reads how accounts stand.
func (r *release) people(ctx context.Context, accounts []int64) (map[int64]calendar.Person, error) {
	working, err := workingOf(ctx, r.q, accounts, r.office)
	if err != nil {
		return nil, err
	}
	people := make(map[int64]calendar.Person, len(accounts))
	for account, w := range working {
		people[account] = calendar.Person{Working: w}
	}
	var written []struct {
		Account int64
		Day     time.Time
	}
	// No zone is more than a day off, and a week has seven.
	err = sqlx.SelectContext(ctx, r.q, &written, `
		SELECT account_id AS account, counted_on AS day FROM delivery
		WHERE account_id = ANY($1) AND counted_on >= ($2::timestamptz AT TIME ZONE 'UTC')::date - 8
		  AND state IN ('due', 'held', 'sending', 'sent', 'unknown')`, pq.Array(accounts), r.now)
	if err != nil {
		return nil, fmt.Errorf("read on which days people were written to: %w", err)
	}
	for _, row := range written {
		person := people[row.Account]
		person.Written = append(person.Written, calendar.DayOf(row.Day, time.UTC))
		people[row.Account] = person
	}
	var lastDays []struct {
		Account int64
		At      time.Time
	}
	err = sqlx.SelectContext(ctx, r.q, &lastDays, `
		SELECT account_id AS account, min(due_at) AS at FROM delivery
		WHERE `+isWaiting+` AND account_id = ANY($1) AND kind = 'reminder' AND last_day AND due_at > $2 AND expires_at > due_at
		GROUP BY account_id`, pq.Array(accounts), r.now)
	if err != nil {
		return nil, fmt.Errorf("read which reminders are still to come: %w", err)
	}
	for _, row := range lastDays {
		person := people[row.Account]
		person.LastDay = row.At
		people[row.Account] = person
	}
	return people, nil
}

// takeTurns gives what was released the next turns of its rounds, each from its own
// last one, or from the one that is on now where that is higher: a round that comes
// later begins beside the others, not behind all that they have waiting. Within a
// round what expires first goes first.
func (r *release) takeTurns(ctx context.Context) error {
	if len(r.out) == 0 {
		return nil
	}
	slices.SortFunc(r.out, func(a, b releasedRow) int {
		return cmp.Or(cmp.Compare(a.Round, b.Round), a.ExpiresAt.Compare(b.ExpiresAt), a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID))
	})
	var rounds []int64
	for _, row := range r.out {
		rounds = append(rounds, row.Round)
	}
	var floor int64
	err := sqlx.GetContext(ctx, r.q, &floor, `
		SELECT coalesce((SELECT turn FROM delivery WHERE `+isReleased+` AND turn > 0 AND due_at <= $1 ORDER BY turn LIMIT 1), 1)`, r.now)
	if err != nil {
		return fmt.Errorf("read whose turn it is: %w", err)
	}
	var lasts []struct{ Round, Turn int64 }
	err = sqlx.SelectContext(ctx, r.q, &lasts, `
		SELECT round_id AS round, max(turn) AS turn FROM delivery
		WHERE state = 'due' AND turn > 0 AND round_id = ANY($1) GROUP BY round_id`, pq.Array(slices.Compact(rounds)))
	if err != nil {
		return fmt.Errorf("read the turns of rounds: %w", err)
	}
	next := map[int64]int64{}
	for _, last := range lasts {
		next[last.Round] = last.Turn + 1
	}
	for i := range r.out {
		round := r.out[i].Round
		if round == 0 {
			continue
		}
		r.out[i].turn = max(next[round], floor)
		next[round] = r.out[i].turn + 1
	}
	return nil
}

// write writes what was decided.
func (r *release) write(ctx context.Context) error {
	var ids, turns, carried, by, waiting []int64
	var until, at []time.Time
	var days []string
	for _, row := range r.out {
		ids, turns = append(ids, row.ID), append(turns, row.turn)
		until, days = append(until, row.until), append(days, row.day.String())
	}
	for _, row := range r.carried {
		carried, by = append(carried, row.id), append(by, row.by)
	}
	for _, row := range r.waits {
		waiting, at = append(waiting, row.id), append(at, row.at)
	}
	r.counts.Released, r.counts.Carried, r.counts.Expired = len(ids), len(carried), len(r.expired)
	for _, one := range []struct {
		what  string
		rows  int
		query string
		args  []any
	}{
		{"release deliveries", len(ids), `
			UPDATE delivery d SET released_until = n.until, counted_on = n.day, turn = n.turn
			FROM unnest($1::bigint[], $2::timestamptz[], $3::date[], $4::bigint[]) n (id, until, day, turn) WHERE d.id = n.id`,
			[]any{pq.Array(ids), pq.Array(until), pq.Array(days), pq.Array(turns)}},
		{"tie deliveries to others", len(carried), `
			UPDATE delivery d SET carried_by = n.by FROM unnest($1::bigint[], $2::bigint[]) n (id, by) WHERE d.id = n.id`,
			[]any{pq.Array(carried), pq.Array(by)}},
		{"put deliveries off", len(waiting), `
			UPDATE delivery d SET due_at = n.at FROM unnest($1::bigint[], $2::timestamptz[]) n (id, at) WHERE d.id = n.id`,
			[]any{pq.Array(waiting), pq.Array(at)}},
		{"end what expired", len(r.expired), `
			UPDATE delivery SET state = 'expired', ended_at = $2 WHERE id = ANY($1)`,
			[]any{pq.Array(r.expired), r.now}},
	} {
		if one.rows == 0 {
			continue
		}
		if _, err := r.q.ExecContext(ctx, one.query, one.args...); err != nil {
			return fmt.Errorf("%s: %w", one.what, err)
		}
	}
	return nil
}
