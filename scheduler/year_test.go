package scheduler_test

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"pascalatih/scheduler"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// timed holds the year to its time; it means something where nothing else runs.
var timed = flag.Bool("timed", false, "fail where a year of an office takes 30 s or more")

// A year of an office, with the plan standar, is lived on the virtual clock with
// real Postgres and a sender that only notes. The books, which know the plan, the
// calendar and what people do, have the same messages on the same days.
func TestAYearAgreesWithTheBooks(t *testing.T) {
	y := newYear(t)
	began := time.Now()
	y.live()
	took := time.Since(began)
	y.books.plan()
	y.books.keep(y.from, y.to)
	got := y.lines()
	missing, surplus := without(y.books.lines, got), without(got, y.books.lines)
	t.Logf("%d messages to %d people in a year, lived in %v", len(got), len(y.books.people), took)
	if len(missing)+len(surplus) > 0 {
		t.Errorf("%d messages of the books did not come, such as:\n%s\n%d came that are not in them, such as:\n%s",
			len(missing), some(missing), len(surplus), some(surplus))
	}
	if len(got) < y.size.trainings*y.size.participants {
		t.Errorf("only %d messages", len(got))
	}
	if *timed && took >= 30*time.Second {
		t.Errorf("the year took %v, want less than 30 s", took)
	}
	if left := y.count(`SELECT count(*) FROM delivery WHERE state IN ('due', 'held', 'sending')`); left > 0 {
		t.Errorf("%d deliveries have not ended", left)
	}
}

// year is the office, those who live in it, and what came to them.
type year struct {
	*office
	size     yearSize
	from, to time.Time
	late     []yearLate
	books    *books
	desk     *yearDesk
	hurry    *hurried
}

type yearSize struct{ people, trainings, participants int }

// yearLate is somebody whom HR adds to a training after it, at a minute at which
// nothing else happens.
type yearLate struct {
	training, employee int64
	at                 time.Time
}

func newYear(t *testing.T) *year {
	size := yearSize{people: 3000, trainings: 60, participants: 35}
	if raceDetected { // much slower
		size = yearSize{people: 600, trainings: 12, participants: 35}
	}
	y := &year{size: size, from: time.Date(2026, time.January, 1, 0, 0, 0, 0, wib), to: time.Date(2027, time.February, 1, 0, 0, 0, 0, wib)}
	y.office = newOffice(t, y.from)
	y.furnish()
	y.books = y.open()
	y.hurry = hurriedFrom(y.from)
	y.desk = &yearDesk{year: y, shown: map[int64]bool{}, ended: map[int64]bool{}, putOff: map[int64]bool{}, evenings: map[string]yearEvening{}}
	return y
}

// furnish makes four units (one of them works on Saturdays, two in other zones),
// people of whom one in ten has no account and the first of each ten leads the
// others, and the trainings.
func (y *year) furnish() {
	ctx := y.t.Context()
	for _, key := range []string{"competence", "checkin", "application", "observation"} {
		_, _, err := y.Publish(ctx, form(key), storage.Source{}, y.from)
		must(y.t, err)
	}
	y.exec(`TRUNCATE consent, claim, participation, training, employee, unit, schedule RESTART IDENTITY CASCADE`)
	y.exec(`INSERT INTO unit (name, zone, working_days) VALUES ('Dinas Contoh', NULL, NULL), ('Kantor Makassar', 'Asia/Makassar', NULL),
		('Kantor Jayapura', 'Asia/Jayapura', NULL), ('Badan Contoh', NULL, '{1,2,3,4,5,6}');
		INSERT INTO working_hours (from_day, to_day, opens, closes, name) VALUES ('2026-02-18', '2026-03-19', '08:00', '15:00', 'Ramadan')`)
	y.exec(fmt.Sprintf(`
		INSERT INTO employee (nip, name, unit_id)
		SELECT '1980010120050' || lpad(n::text, 5, '0'), 'Pegawai ' || n, (ARRAY[1, 1, 1, 2, 3, 4])[1 + n %% 6] FROM generate_series(1, %d) n;
		UPDATE employee SET supervisor_id = (id - 1) / 10 * 10 + 1 WHERE id %% 10 <> 1;
		INSERT INTO account (id, created_at) SELECT 1000 + id, '2026-01-01' FROM employee WHERE id %% 10 <> 5;
		INSERT INTO claim (account_id, employee_id, state, via, created_at) SELECT id, id - 1000, 'confirmed', 'link', '2026-01-01' FROM account WHERE id > 1000;
		INSERT INTO consent (account_id, notice_version, given_at) SELECT id, '1', '2026-01-01' FROM account WHERE id > 1000`, y.size.people))
	chance := rand.New(rand.NewPCG(2026, 60))
	for n := range y.size.trainings {
		first := y.from.AddDate(0, 0, 11+n*250/y.size.trainings)
		last := first.AddDate(0, 0, chance.IntN(5))
		var of []int64
		for _, i := range chance.Perm(y.size.people / (1 + 2*(n%2)))[:y.size.participants+1] { // every other one among a third of them
			of = append(of, int64(i+1))
		}
		y.late = append(y.late, yearLate{training: int64(n + 1), employee: of[0], at: last.AddDate(0, 0, n%9).Add(10*time.Hour + 7*time.Minute)})
		_, err := y.db.ExecContext(ctx, `
			WITH t AS (INSERT INTO training (code, title, first_day, last_day, plan_id)
			           SELECT $1, 'Pelatihan ' || $1, $2::date, $3::date, id FROM plan WHERE key = 'standar' RETURNING id)
			INSERT INTO participation (training_id, employee_id) SELECT t.id, e FROM t, unnest($4::bigint[]) e`,
			fmt.Sprintf("P%02d", n), first.Format(time.DateOnly), last.Format(time.DateOnly), pq.Array(of[1:]))
		must(y.t, err)
	}
}

// live lets the year pass. HR adds who comes late; every evening at eight people
// answer or decline.
func (y *year) live() {
	ctx, cancel := context.WithTimeout(y.t.Context(), 5*time.Minute)
	defer cancel()
	me := y.hurry.Work()
	defer me.Done()
	y.exec(`ANALYZE`)
	p := y.run(y.desk, func(cfg *scheduler.Config) {
		cfg.Clock, cfg.Rate, cfg.Log = y.hurry, 1000, slog.New(slog.DiscardHandler)
	})
	for day := y.from; day.Before(y.to) && ctx.Err() == nil; day = day.AddDate(0, 0, 1) {
		if day.Day() == 1 { // autovacuum does it, when a month takes longer
			y.exec(`ANALYZE round, invitation, session, response, delivery, delivery_invitation`)
		}
		y.addLate(ctx, me, day)
		me.Wait(ctx, day.Add(evening19), nil)
		y.putOff(ctx, day.Add(evening19))
		evening := day.Add(evening20)
		me.Wait(ctx, evening, nil)
		acts := y.desk.evening(day)
		y.answer(acts.answered, evening)
		y.decline(acts.declined, evening)
	}
	me.Wait(ctx, y.to, nil)
	must(y.t, ctx.Err())
	p.stop() // before the clock goes on without us
}

// addLate adds those who come late on a day.
func (y *year) addLate(ctx context.Context, me calendar.Worker, day time.Time) {
	for _, l := range y.late {
		if l.at.Before(day) || !l.at.Before(day.AddDate(0, 0, 1)) {
			continue
		}
		me.Wait(ctx, l.at, nil)
		_, err := y.AddParticipants(ctx, l.training, []int64{l.employee}, storage.Source{}, l.at)
		must(y.t, err)
		y.hurry.stir()
	}
}

// putOff puts off reminders of participants, as the button Nanti does.
func (y *year) putOff(ctx context.Context, now time.Time) {
	off := y.desk.toPutOff()
	if len(off) == 0 {
		return
	}
	working, err := y.Working(ctx, wib)
	must(y.t, err)
	y.read(`SELECT s.id, extract(epoch FROM r.closes_at)::bigint FROM session s JOIN round r ON r.id = s.round_id
		WHERE s.id = ANY($1) AND r.audience = 'alumni'`, func(v []int64) {
		y.desk.putOff[v[0]] = true
		if at, again := working.Later(now, time.Unix(v[1], 0)); again {
			_, err := y.RemindLater(ctx, off[v[0]], []int64{v[0]}, at, now)
			must(y.t, err)
		}
	}, pq.Array(slices.Collect(maps.Keys(off))))
	y.hurry.stir()
}

// answer sends sessions: what the forms say is of no interest here.
func (y *year) answer(sessions []int64, at time.Time) {
	if len(sessions) == 0 {
		return
	}
	_, err := y.db.ExecContext(y.t.Context(), `
		WITH done AS (
			UPDATE session SET state = 'sent', revision = revision + 1, shown_revision = revision + 1, opened_at = $2, updated_at = $2
			WHERE id = ANY($1) AND state = 'open' RETURNING round_id, invitation_id, claim_id
		)
		INSERT INTO response (round_id, id, invitation_id, claim_id, instrument_id, training_id, unit_id, automatic, sent_at, counted_at)
		SELECT d.round_id, gen_random_uuid(), d.invitation_id, d.claim_id, r.instrument_id, r.training_id, 1, false, $2, $2
		FROM done d JOIN round r ON r.id = d.round_id`, pq.Array(sessions), at)
	must(y.t, err)
}

// decline ends sessions whose people will not answer.
func (y *year) decline(sessions []int64, at time.Time) {
	if len(sessions) == 0 {
		return
	}
	_, err := y.db.ExecContext(y.t.Context(), `
		WITH done AS (
			UPDATE session SET state = 'declined', revision = revision + 1, updated_at = $2 WHERE id = ANY($1) AND state = 'open' RETURNING invitation_id
		)
		UPDATE invitation i SET declined_at = $2, declined_as = 'unwilling', declined_why = 'none' FROM done WHERE i.id = done.invitation_id`,
		pq.Array(sessions), at)
	must(y.t, err)
}

// roundsOf names the rounds of sessions as the books do.
func (y *year) roundsOf(sessions []int64) map[int64]string {
	rows, err := y.db.Query(`
		SELECT s.id, r.training_id || '/' || r.step_id FROM session s JOIN round r ON r.id = s.round_id WHERE s.id = ANY($1)`, pq.Array(sessions))
	must(y.t, err)
	defer rows.Close()
	names := map[int64]string{}
	for rows.Next() {
		var id int64
		var name string
		must(y.t, rows.Scan(&id, &name))
		names[id] = name
	}
	must(y.t, rows.Err())
	return names
}

// lines are the messages that came.
func (y *year) lines() map[string]bool {
	var all []int64
	for _, n := range y.desk.notes {
		all = append(all, n.sessions...)
	}
	names := y.roundsOf(all)
	lines := map[string]bool{}
	for _, n := range y.desk.notes {
		forms := map[string]bool{}
		for _, s := range n.sessions {
			forms[names[s]] = true
		}
		l := line(n.account, n.local, slices.Sorted(maps.Keys(forms)))
		if lines[l] {
			y.t.Errorf("came twice: %s", l)
		}
		lines[l] = true
	}
	return lines
}

// open opens the books: what they are told of the office.
func (y *year) open() *books {
	b := &books{zone: wib, holidays: holidays2026(y.t), script: script, people: map[int64]*bookPerson{},
		hours: []hoursOf{{"2026-02-18", "2026-03-19", 8, 15}},
		units: map[int64]diary{1: {}, 2: {zone: time.FixedZone("WITA", 8*3600)}, 3: {zone: time.FixedZone("WIT", 9*3600)}, 4: {saturday: true}}}
	for date := range b.holidays {
		y.exec(fmt.Sprintf(`INSERT INTO holiday (day, name, kind) VALUES ('%s', 'Libur', 'holiday')`, date))
	}
	y.read(`SELECT c.account_id, e.unit_id FROM claim c JOIN employee e ON e.id = c.employee_id`, func(v []int64) {
		b.people[v[0]] = &bookPerson{unit: v[1], forms: map[*bookRound]*bookForm{}}
	})
	y.readPlan(b)
	at := map[int64]int{}
	rows, err := y.db.Query(`SELECT id, first_day, last_day FROM training ORDER BY id`)
	must(y.t, err)
	defer rows.Close()
	for rows.Next() {
		var t bookTraining
		must(y.t, rows.Scan(&t.id, &t.first, &t.last))
		at[t.id] = len(b.trainings)
		b.trainings = append(b.trainings, t)
	}
	must(y.t, rows.Err())
	y.read(`SELECT p.training_id, coalesce(c.account_id, 0), coalesce(s.account_id, 0) FROM participation p JOIN employee e ON e.id = p.employee_id
		LEFT JOIN claim c ON c.employee_id = e.id LEFT JOIN claim s ON s.employee_id = e.supervisor_id ORDER BY 1, 2, 3`, func(v []int64) {
		t := &b.trainings[at[v[0]]]
		if v[1] != 0 {
			t.accounts = append(t.accounts, v[1])
		}
		if v[2] != 0 && !slices.Contains(t.supervisors, v[2]) {
			t.supervisors = append(t.supervisors, v[2])
		}
	})
	y.readLate(b, at)
	return b
}

// readLate reads who will join, and under whom.
func (y *year) readLate(b *books, trainings map[int64]int) {
	for _, l := range y.late {
		y.read(fmt.Sprintf(`SELECT coalesce(c.account_id, 0), coalesce(s.account_id, 0) FROM employee e
			LEFT JOIN claim c ON c.employee_id = e.id LEFT JOIN claim s ON s.employee_id = e.supervisor_id WHERE e.id = %d`, l.employee), func(v []int64) {
			t := &b.trainings[trainings[l.training]]
			t.late = append(t.late, bookLate{account: v[0], supervisor: v[1], at: l.at})
		})
	}
}

// readPlan reads the plan standar; its expressions name a minute, an hour and
// perhaps Monday to Friday.
func (y *year) readPlan(b *books) {
	rows, err := y.db.Query(`
		SELECT s.id, s.instrument_key, s.audience = 'supervisors', s.anchor = 'first_day', s.days, s.cron, s.days_open, s.remind_after, s.remind_last
		FROM step s JOIN plan p ON p.id = s.plan_id WHERE p.key = 'standar' AND s.off_at IS NULL ORDER BY s.position`)
	must(y.t, err)
	defer rows.Close()
	for rows.Next() {
		var s bookStep
		var cron string
		var after []int64
		must(y.t, rows.Scan(&s.id, &s.instrument, &s.supervisors, &s.first, &s.days, &cron, &s.open, (*pq.Int64Array)(&after), &s.remindLast))
		for _, n := range after {
			s.remindAfter = append(s.remindAfter, int(n))
		}
		fields := strings.Fields(cron)
		s.minute, err = strconv.Atoi(fields[0])
		must(y.t, err)
		s.hour, err = strconv.Atoi(fields[1])
		must(y.t, err)
		switch strings.Join(fields[2:], " ") {
		case "* * *":
		case "* * 1-5":
			s.weekdays = true
		default:
			y.t.Fatalf("the books cannot read %q", cron)
		}
		b.steps = append(b.steps, s)
	}
	must(y.t, rows.Err())
}

// read reads rows of numbers.
func (y *year) read(query string, each func([]int64), args ...any) {
	rows, err := y.db.Query(query, args...)
	must(y.t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(y.t, err)
	for rows.Next() {
		values := make([]int64, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		must(y.t, rows.Scan(into...))
		each(values)
	}
	must(y.t, rows.Err())
}

// holidays2026 are the days off of the bundled list.
func holidays2026(t *testing.T) map[string]bool {
	file, err := os.Open("../survey/roster/testdata/holidays-2026.csv")
	must(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	must(t, err)
	days := map[string]bool{}
	for _, row := range rows[1:] {
		days[row[0]] = true
	}
	return days
}

func without(all, of map[string]bool) []string {
	left := map[string]bool{}
	for l := range all {
		if !of[l] {
			left[l] = true
		}
	}
	return slices.Sorted(maps.Keys(left))
}

func some(lines []string) string { return strings.Join(lines[:min(len(lines), 12)], "\n") }
