package storage

import (
	"context"
	"fmt"
	"time"
)

// DeliveryHolidays asks the office for next year's holidays.
const DeliveryHolidays DeliveryKind = "holidays"

// holidaysMissing is true where fewer than ten holidays of the year $1 are known to
// an office that has people, who would be written to on the others. Every year has
// more: 2026 has 25 with its joint leaves.
const holidaysMissing = `
	(SELECT count(*) FROM holiday WHERE day >= make_date($1, 1, 1) AND day < make_date($1 + 1, 1, 1)) < 10
	AND EXISTS (SELECT FROM employee WHERE left_at IS NULL)`

// HolidaysMissing tells whether the holidays of a year are not known, or but for a
// few, in an office that has people.
func (s *Store) HolidaysMissing(ctx context.Context, year int) (bool, error) {
	var missing bool
	if err := s.db.GetContext(ctx, &missing, `SELECT `+holidaysMissing, year); err != nil {
		return false, fmt.Errorf("look for the holidays of %d: %w", year, err)
	}
	return missing, nil
}

// CallForHolidays has everybody who looks after all units asked for a year's
// holidays, where these are missing: once for each call, and until expires. It
// returns how many are to be asked.
func (s *Store) CallForHolidays(ctx context.Context, year int, call, expires, now time.Time) (int, error) {
	asked, err := affected(s.db.ExecContext(ctx, `
		INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
		SELECT k.key, 'holidays', a.id, $3, $4
		FROM account a CROSS JOIN LATERAL (SELECT concat_ws(':', 'holidays', $1::int, $2::text, a.id) AS key) k
		WHERE a.blocked_at IS NULL
		  AND EXISTS (SELECT FROM account_role r WHERE r.account_id = a.id AND r.role IN ('hr', 'admin') AND r.unit_id IS NULL)
		  AND NOT EXISTS (SELECT FROM delivery d WHERE d.key = k.key) AND `+holidaysMissing+`
		ORDER BY a.id
		ON CONFLICT (key) DO NOTHING`, year, call.Format("2006-01"), now, expires))
	if err != nil {
		return 0, fmt.Errorf("ask for the holidays of %d: %w", year, err)
	}
	return asked, nil
}
