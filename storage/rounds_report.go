package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey/stats"
)

// RoundCounts counts invitations of a round by how far they came.
type RoundCounts struct {
	Invited   int
	Reachable int // an account that agreed to be asked and has not blocked the bot
	Delivered int // the invitation arrived, as far as is known
	Opened    int // a first answer was begun
	Complete  int // only Kirim is missing
	Sent      int
	Resumed   int // went on after a day or more
	Withdrawn int
	Declined  int // would rather not; they stay among the invited
	NotMine   int `db:"not_mine"` // is not the supervisor, and neither is left out
}

// RoundStatus is a round with its counts.
type RoundStatus struct {
	Round
	RoundCounts
}

// Standing says how a round came to one of the invited, and if it did not, why.
type Standing string

// The standings. Each of the invited has one of them.
const (
	StandingSent        Standing = "sent"
	StandingReached     Standing = "reached"     // knows of it, and has not sent
	StandingWaiting     Standing = "waiting"     // the invitation did not go out yet
	StandingNoAccount   Standing = "no_account"  // nobody is known to be this employee
	StandingUnconfirmed Standing = "unconfirmed" // somebody says so, and waits for HR
	StandingBlocked     Standing = "blocked"     // the account blocked the bot
	StandingDeclined    Standing = "declined"    // took their consent back
	StandingUnwilling   Standing = "unwilling"   // knows of it, and would rather not answer
	StandingLeft        Standing = "left"        // is no longer in the office
	StandingFailed      Standing = "failed"      // Telegram did not take the invitation
	StandingUnknown     Standing = "unknown"     // nobody knows whether it arrived
	StandingNotMine     Standing = "not_mine"    // said that they are not the supervisor
)

// Unreached are the standings of those who do not know of a round, in the order
// in which they are told.
func Unreached() []Standing {
	return []Standing{StandingNoAccount, StandingUnconfirmed, StandingBlocked, StandingFailed,
		StandingUnknown, StandingWaiting, StandingDeclined, StandingLeft}
}

// RoundReport is how far a round came among those whom somebody may see.
type RoundReport struct {
	RoundStatus
	// Units are those with at least five invited, the ones that lack most first.
	Units []UnitCounts
	// Standings are how many people have each, and of what was sent or declined how
	// many forms.
	Standings map[Standing]int
	// Reasons of those who would rather not answer, the commonest first, once the
	// round is closed and all of it is looked at.
	Reasons []ReasonCount
}

// UnitCounts is how far a round came in a unit.
type UnitCounts struct {
	Unit string
	RoundCounts
}

// Missing is somebody who does not know of a round, and why.
type Missing struct {
	EmployeeID int64 `db:"respondent_id"`
	Name, Unit string
	Standing   Standing
	Reason     string // of StandingFailed, as Telegram gave it; "" where it gave none
}

// asked gives a row for each invitation of round $1 to an employee of the units
// in $3, or of any where $2 is true, counted from the rows that are kept anyway,
// so that no counter can differ from them.
const asked = `
	WITH stand AS (
		SELECT s.invitation_id,
		       bool_or(s.opened_at IS NOT NULL) AS opened,
		       bool_or(s.complete AND s.state = 'open') AS complete,
		       bool_or(s.resumed_at IS NOT NULL) AS resumed,
		       bool_or(s.state = 'sent' AND NOT EXISTS ( -- its response was untied from it
		           SELECT FROM response p WHERE p.round_id = $1 AND p.claim_id = s.claim_id AND p.invitation_id = s.invitation_id)) AS untied
		FROM session s WHERE s.round_id = $1 GROUP BY s.invitation_id
	), carried AS (
		SELECT di.invitation_id, d.account_id,
		       bool_or(coalesce(c.state, d.state) = 'sent') AS sent,
		       bool_or(coalesce(c.unknowns, d.unknowns) > 0) AS unknown,
		       bool_or(coalesce(c.state, d.state) IN ('due', 'held', 'sending', 'unneeded', 'expired')) AS waiting,
		       (array_agg(d.reason ORDER BY d.id DESC) FILTER (WHERE d.state = 'failed'))[1] AS reason
		FROM invitation i
		JOIN delivery_invitation di ON di.invitation_id = i.id
		JOIN delivery d ON d.id = di.delivery_id AND d.kind = 'invitation' -- be it of another round, or of none
		LEFT JOIN delivery c ON c.id = d.carried_by -- it went out in that
		WHERE i.round_id = $1 GROUP BY di.invitation_id, d.account_id
	), arrived AS (
		SELECT invitation_id, bool_or(sent) AS sent, bool_or(unknown) AS unknown FROM carried GROUP BY invitation_id
	), known AS (
		SELECT i.id, i.respondent_id, e.name, e.unit_id, u.name AS unit, e.left_at IS NOT NULL AS gone,
		       i.withdrawn_at IS NOT NULL AS withdrawn, i.declined_as,
		       coalesce(stand.opened, false) AS opened,
		       coalesce(stand.complete, false) AS complete,
		       coalesce(stand.resumed, false) AS resumed,
		       coalesce(arrived.sent OR arrived.unknown AND stand.opened, false) AS delivered,
		       coalesce(stand.untied, false) OR EXISTS (
		           SELECT FROM response p WHERE p.round_id = $1 AND p.invitation_id = i.id AND p.counts) AS sent,
		       c.id AS claim_id, c.account_id, a.blocked_at IS NOT NULL AS blocked, k.id IS NOT NULL AS consented,
		       carried.sent AS account_sent, carried.unknown AS account_unknown, carried.waiting AS account_waiting,
		       coalesce(carried.reason, '') AS account_reason
		FROM invitation i
		JOIN employee e ON e.id = i.respondent_id
		JOIN unit u ON u.id = e.unit_id
		LEFT JOIN stand ON stand.invitation_id = i.id
		LEFT JOIN arrived ON arrived.invitation_id = i.id
		LEFT JOIN claim c ON c.employee_id = i.respondent_id AND c.state = 'confirmed'
		LEFT JOIN account a ON a.id = c.account_id
		LEFT JOIN consent k ON k.account_id = a.id AND k.withdrawn_at IS NULL
		LEFT JOIN carried ON carried.invitation_id = i.id AND carried.account_id = c.account_id
		WHERE i.round_id = $1 AND ($2 OR e.unit_id = ANY($3))
	), asked AS (
		SELECT known.*,
		       NOT withdrawn AND NOT gone AND consented AND NOT blocked AS reachable,
		       CASE
		           WHEN sent THEN 'sent'
		           WHEN declined_as IS NOT NULL THEN declined_as
		           WHEN gone THEN 'left'
		           WHEN withdrawn OR claim_id IS NOT NULL AND NOT consented THEN 'declined'
		           WHEN claim_id IS NULL AND EXISTS (
		               SELECT FROM claim p WHERE p.employee_id = respondent_id AND p.state = 'provisional') THEN 'unconfirmed'
		           WHEN claim_id IS NULL THEN 'no_account'
		           WHEN blocked THEN 'blocked'
		           WHEN opened OR account_sent THEN 'reached'
		           WHEN account_waiting THEN 'waiting'
		           WHEN account_unknown THEN 'unknown'
		           ELSE 'failed'
		       END AS standing
		FROM known
	) `

// Report tells how far a round came among those whom the scope shows. NotFound
// (Detail what: round) if there is none, or it asks none of them.
func (s *Store) Report(ctx context.Context, round int64, scope Scope) (RoundReport, error) {
	found, err := readRound(ctx, s.db, round)
	if err != nil {
		return RoundReport{}, err
	}
	report, err := reportRound(ctx, s.db, round, scope)
	if err != nil {
		return RoundReport{}, err
	}
	if report.Invited == 0 && !scope.All {
		return RoundReport{}, refuse(NotFound, "what", "round")
	}
	report.Round = found
	if found.ClosedAt != nil && scope.All {
		report.Reasons, err = countReasons(ctx, s.db, round)
	}
	return report, err
}

// MissingFrom names those of a round whom the scope shows and who do not know of
// it, by why and by name: at most limit after the first ones, and how many there
// are in all.
func (s *Store) MissingFrom(ctx context.Context, round int64, scope Scope, first, limit int) (missing []Missing, all int, err error) {
	order := make([]string, 0, len(Unreached()))
	for _, standing := range Unreached() {
		order = append(order, string(standing))
	}
	err = s.db.GetContext(ctx, &all, asked+`SELECT count(DISTINCT (respondent_id, standing)) FROM asked WHERE standing = ANY($4)`,
		round, scope.All, pq.Array(scope.Units), pq.Array(order))
	if err != nil {
		return nil, 0, fmt.Errorf("count who does not know of round %d: %w", round, err)
	}
	err = s.db.SelectContext(ctx, &missing, asked+`
		SELECT respondent_id, name, unit, standing, max(CASE WHEN standing = 'failed' THEN account_reason ELSE '' END) AS reason
		FROM asked WHERE standing = ANY($4)
		GROUP BY respondent_id, name, unit, standing
		ORDER BY array_position($4, standing), name, respondent_id OFFSET $5 LIMIT $6`,
		round, scope.All, pq.Array(scope.Units), pq.Array(order), first, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("find who does not know of round %d: %w", round, err)
	}
	return missing, all, nil
}

func countRound(ctx context.Context, q sqlx.QueryerContext, round int64) (RoundCounts, error) {
	report, err := reportRound(ctx, q, round, Scope{All: true})
	return report.RoundCounts, err
}

func reportRound(ctx context.Context, q sqlx.QueryerContext, round int64, scope Scope) (RoundReport, error) {
	var rows []struct {
		UnitCounts
		UnitID   int64 `db:"unit_id"`
		Standing Standing
		People   int // a supervisor has several forms
	}
	err := sqlx.SelectContext(ctx, q, &rows, asked+`
		SELECT unit_id, unit, standing, count(*) AS invited, count(DISTINCT respondent_id) AS people,
		       count(*) FILTER (WHERE withdrawn) AS withdrawn,
		       count(*) FILTER (WHERE NOT sent AND declined_as = 'unwilling') AS declined,
		       count(*) FILTER (WHERE NOT sent AND declined_as = 'not_mine') AS not_mine,
		       count(*) FILTER (WHERE reachable) AS reachable,
		       count(*) FILTER (WHERE delivered) AS delivered,
		       count(*) FILTER (WHERE opened) AS opened,
		       count(*) FILTER (WHERE complete) AS complete,
		       count(*) FILTER (WHERE resumed) AS resumed,
		       count(*) FILTER (WHERE sent) AS sent
		FROM asked GROUP BY unit_id, unit, standing ORDER BY unit, unit_id`,
		round, scope.All, pq.Array(scope.Units))
	if err != nil {
		return RoundReport{}, fmt.Errorf("count round %d: %w", round, err)
	}
	report := RoundReport{Standings: map[Standing]int{}}
	units := map[int64]*UnitCounts{}
	for _, row := range rows {
		report.RoundCounts.add(row.RoundCounts)
		report.Standings[row.Standing] += row.People
		if row.Standing == StandingSent || row.Standing == StandingNotMine || row.Standing == StandingUnwilling {
			report.Standings[row.Standing] += row.Invited - row.People
		}
		if units[row.UnitID] == nil {
			units[row.UnitID] = &UnitCounts{Unit: row.Unit}
		}
		units[row.UnitID].add(row.RoundCounts)
	}
	for _, unit := range units {
		if unit.Invited >= stats.Least {
			report.Units = append(report.Units, *unit)
		}
	}
	slices.SortFunc(report.Units, func(a, b UnitCounts) int {
		return cmp.Or(cmp.Compare(a.Sent*b.Invited, b.Sent*a.Invited), cmp.Compare(a.Unit, b.Unit))
	})
	return report, nil
}

func (c *RoundCounts) add(more RoundCounts) {
	c.Invited += more.Invited
	c.Reachable += more.Reachable
	c.Delivered += more.Delivered
	c.Opened += more.Opened
	c.Complete += more.Complete
	c.Sent += more.Sent
	c.Resumed += more.Resumed
	c.Withdrawn += more.Withdrawn
	c.Declined += more.Declined
	c.NotMine += more.NotMine
}
