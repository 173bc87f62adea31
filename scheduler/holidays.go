package scheduler

import (
	"context"
	"fmt"
	"time"

	"pascalatih/scheduler/calendar"
)

// callUseful is how long a call for holidays is caught up after a downtime. What is
// later is told with the next summary.
const callUseful = 7 * 24 * time.Hour

// callForHolidays has the office asked for next year's holidays where it does not
// know them, at each call that has come and is still worth something.
func (s *Scheduler) callForHolidays(ctx context.Context, now time.Time) error {
	year, wanted := calendar.HolidaysWanted(calendar.DayOf(now, s.Zone))
	if !wanted {
		return nil
	}
	holidays, err := s.Store.Holidays(ctx)
	if err != nil {
		return err
	}
	for _, call := range holidays.Calls(year, s.Zone) {
		expires := call.Add(callUseful)
		if call.After(now) || !expires.After(now) {
			continue
		}
		asked, err := s.Store.CallForHolidays(ctx, year, call, expires, now)
		if err != nil {
			return err
		}
		if asked > 0 {
			s.Log.Info("asked for holidays", "year", year, "accounts", asked)
			s.send.wake()
		}
	}
	return nil
}

// nextCall is when the office is asked for holidays next, if they are missing then.
func (s *Scheduler) nextCall(ctx context.Context, now time.Time) (time.Time, bool, error) {
	holidays, err := s.Store.Holidays(ctx)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("find the next call for holidays: %w", err)
	}
	year := calendar.DayOf(now, s.Zone).Year
	for _, wanted := range []int{year + 1, year + 2} {
		for _, call := range holidays.Calls(wanted, s.Zone) {
			if call.After(now) {
				return call, true, nil
			}
		}
	}
	return time.Time{}, false, nil
}
