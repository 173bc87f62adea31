package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/scheduler/calendar"
)

// Working is the office's working time in zone, as far as holidays and other hours
// are known.
func (s *Store) Working(ctx context.Context, zone *time.Location) (calendar.Working, error) {
	holidays, err := s.Holidays(ctx)
	if err != nil {
		return calendar.Working{}, err
	}
	hours, err := otherHours(ctx, s.db)
	return calendar.Working{Zone: zone, Holidays: holidays, Hours: hours}, err
}

// UnitsDiffer tells whether some unit works in a zone or on days of its own.
func (s *Store) UnitsDiffer(ctx context.Context) (differ bool, err error) {
	err = sqlx.GetContext(ctx, s.db, &differ, `SELECT EXISTS (SELECT FROM unit WHERE zone IS NOT NULL OR working_days IS NOT NULL)`)
	if err != nil {
		return false, fmt.Errorf("read whether units work at times of their own: %w", err)
	}
	return differ, nil
}

// otherHours are the days on which the office works at other hours than it does else.
func otherHours(ctx context.Context, q sqlx.QueryerContext) ([]calendar.OtherTime, error) {
	var rows []struct {
		From, To      time.Time
		Opens, Closes int64 // seconds since midnight
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT from_day AS from, to_day AS to,
		       coalesce(extract(epoch FROM opens), 0)::bigint AS opens, coalesce(extract(epoch FROM closes), 0)::bigint AS closes
		FROM working_hours ORDER BY from_day DESC`)
	if err != nil {
		return nil, fmt.Errorf("read the other working hours: %w", err)
	}
	var hours []calendar.OtherTime
	for _, row := range rows {
		hours = append(hours, calendar.OtherTime{
			From: calendar.DayOf(row.From, time.UTC), To: calendar.DayOf(row.To, time.UTC), // dates come as midnights of no zone
			Opens: time.Duration(row.Opens) * time.Second, Closes: time.Duration(row.Closes) * time.Second,
		})
	}
	return hours, nil
}

// workingOf are the working times of accounts: the office's, but for what the unit
// of the employee behind each has of its own. An account with nobody behind it keeps
// the office's.
func workingOf(ctx context.Context, q sqlx.QueryerContext, accounts []int64, office calendar.Working) (map[int64]calendar.Working, error) {
	var rows []struct {
		Account int64
		Zone    string
		Days    pq.Int64Array
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT DISTINCT ON (c.account_id) c.account_id AS account, coalesce(u.zone, '') AS zone, u.working_days AS days
		FROM claim c JOIN employee e ON e.id = c.employee_id JOIN unit u ON u.id = e.unit_id
		WHERE c.account_id = ANY($1) AND c.state IN ('confirmed', 'provisional')
		ORDER BY c.account_id, c.state, c.id`, pq.Array(accounts)) // one that is confirmed goes first
	if err != nil {
		return nil, fmt.Errorf("read when units work: %w", err)
	}
	working := make(map[int64]calendar.Working, len(accounts))
	for _, account := range accounts {
		working[account] = office
	}
	zones := map[string]*time.Location{"": office.Zone}
	for _, row := range rows {
		zone, known := zones[row.Zone]
		if !known {
			if zone, err = calendar.ParseZone(row.Zone); err != nil {
				zone = office.Zone // a name that this program's list of zones does not have
			}
			zones[row.Zone] = zone
		}
		unit := office
		unit.Zone = zone
		for _, n := range row.Days {
			unit.Days[n%7] = true
		}
		working[row.Account] = unit
	}
	return working, nil
}

// NextInvitation is when the first of a round's invitations is due, where all that are
// not out wait; false where one is on its way, is held, or none is left.
func (s *Store) NextInvitation(ctx context.Context, round int64) (time.Time, bool, error) {
	return earliest(ctx, s.db, `
		SELECT CASE WHEN bool_and(state = 'due') THEN min(due_at) END
		FROM delivery WHERE round_id = $1 AND kind = 'invitation' AND state IN ('due', 'held', 'sending')`, round)
}
