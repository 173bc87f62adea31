package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/storage/embedded/postgrestest"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
)

// office is a database with two trainings: "A" of 6 July 2026 with the plan
// singkat and the employees 1 to 6, and "B" without a plan and with 5 to 8.
// Employees 1 to 4 are linked to the accounts 101 to 104; 900 is an admin.
type office struct {
	*storage.Store
	t   testing.TB
	url string
	db  *sql.DB
}

var wib = time.FixedZone("WIB", 7*60*60)

// afternoon is 6 July 2026, 15.30 WIB, when the reaction to training A is asked.
var afternoon = time.Date(2026, time.July, 6, 15, 30, 0, 0, wib)

const (
	admin = 900
	day   = 24 * time.Hour
)

func newOffice(t testing.TB) office {
	t.Helper()
	url := postgrestest.OpenPrepared(t, "office", func(url string) error { return furnish(t.Context(), url) })
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return office{Store: connect(t, url), t: t, url: url, db: db}
}

// furnish makes an empty database an office.
func furnish(ctx context.Context, url string) error {
	store, err := storage.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer store.Close()
	bundled, err := instruments.All()
	if err != nil {
		return err
	}
	err = errors.Join(store.Migrate(ctx), store.Seed(ctx, bundled, []int64{admin}, monday))
	if err != nil {
		return err
	}
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `
		INSERT INTO unit (name) VALUES ('Dinas Contoh'), ('Badan Contoh');
		INSERT INTO employee (nip, name, unit_id)
		SELECT '198001012005011' || lpad(n::text, 3, '0'), 'Pegawai ' || n, 1 + n % 2 FROM generate_series(1, 8) n;
		INSERT INTO training (code, title, first_day, last_day, plan_id)
		SELECT 'A', 'Pelatihan A', '2026-07-02', '2026-07-06', id FROM plan WHERE key = 'singkat';
		INSERT INTO training (code, title, first_day, last_day) VALUES ('B', 'Pelatihan B', '2026-07-01', '2026-07-03');
		INSERT INTO participation (training_id, employee_id)
		SELECT 1, n FROM generate_series(1, 6) n UNION ALL SELECT 2, n FROM generate_series(5, 8) n;
		INSERT INTO account (id, created_at) SELECT 100 + n, '2026-07-01' FROM generate_series(1, 4) n;
		INSERT INTO claim (account_id, employee_id, state, via, created_at)
		SELECT 100 + n, n, 'confirmed', 'link', '2026-07-01' FROM generate_series(1, 4) n;
		INSERT INTO consent (account_id, notice_version, given_at)
		SELECT 100 + n, '1', '2026-07-01' FROM generate_series(1, 4) n;`)
	return err
}

func (o office) exec(statements string) {
	o.t.Helper()
	if _, err := o.db.ExecContext(o.t.Context(), statements); err != nil {
		o.t.Fatalf("%s: %v", statements, err)
	}
}

// count reads one number.
func (o office) count(sqlText string, args ...any) int {
	o.t.Helper()
	var n int
	if err := o.db.QueryRowContext(o.t.Context(), sqlText, args...).Scan(&n); err != nil {
		o.t.Fatalf("%s: %v", sqlText, err)
	}
	return n
}

// opened opens the round of training A.
func (o office) opened() storage.Round {
	o.t.Helper()
	round, _, err := o.OpenRound(o.t.Context(), storage.Opening{Training: "A", Instrument: "reaction"}, storage.Source{}, wib, afternoon)
	if err != nil {
		o.t.Fatal(err)
	}
	return round
}

// session is the account's only open one.
func (o office) session(account int64) storage.Session {
	o.t.Helper()
	open, err := o.OpenSessions(o.t.Context(), account)
	if err != nil {
		o.t.Fatal(err)
	}
	if len(open) != 1 {
		o.t.Fatalf("account %d has %d open sessions", account, len(open))
	}
	return open[0]
}

// reread is the session as it is now.
func (o office) reread(s storage.Session) storage.Session {
	o.t.Helper()
	now, err := o.Session(o.t.Context(), s.ID, s.AccountID)
	if err != nil {
		o.t.Fatal(err)
	}
	return now
}

// save writes what the inputs make of the account's session, and gives it back.
func (o office) save(s storage.Session, form survey.Session, now time.Time) storage.Session {
	o.t.Helper()
	saved, err := o.SaveSession(o.t.Context(), s, storage.SessionChange{
		Survey: form.State(), Complete: form.Complete(now), CardMessageID: 7,
	}, now)
	if err != nil || !saved {
		o.t.Fatalf("saving session %d: %v, %v", s.ID, saved, err)
	}
	return o.reread(s)
}

// form is the survey side of a session.
func (o office) form(s storage.Session) survey.Session {
	o.t.Helper()
	instrument, err := o.Instrument(o.t.Context(), s.InstrumentID)
	if err != nil {
		o.t.Fatal(err)
	}
	form, err := instrument.Resume(s.Survey)
	if err != nil {
		o.t.Fatal(err)
	}
	return form
}

// completed answers everything in the account's session at now, on the given
// level of every scale, and leaves it in review.
func (o office) completed(account int64, level string, now time.Time) storage.Session {
	o.t.Helper()
	s := o.session(account)
	return o.save(s, answered(o.t, o.form(s), level, now), now)
}

func answered(t testing.TB, form survey.Session, level string, now time.Time) survey.Session {
	t.Helper()
	for form.Place().Stage == survey.AtQuestion {
		question, _ := form.Current()
		inputs := []survey.Input{survey.Skip{}}
		switch {
		case question.Kind == survey.Note:
			inputs = []survey.Input{survey.Next{}}
		case question.Kind == survey.Scale:
			inputs = []survey.Input{survey.Choose{Choice: level}}
		case question.Kind == survey.SelectMultiple:
			inputs = []survey.Input{survey.Toggle{Choice: question.Choices[0].Name}, survey.Toggle{Choice: question.Choices[1].Name}, survey.Next{}}
		}
		for _, input := range inputs {
			var err error
			if form, err = form.Apply(input, now); err != nil {
				t.Fatalf("%s: %v", question.Name, err)
			}
		}
	}
	return form
}

// sent completes the account's session and sends it.
func (o office) sent(account int64, level string, now time.Time) storage.Session {
	o.t.Helper()
	s := o.completed(account, level, now)
	ok, err := o.SendSession(o.t.Context(), s, o.form(s).Answers(now), now)
	if err != nil || !ok {
		o.t.Fatalf("sending session %d: %v, %v", s.ID, ok, err)
	}
	return o.reread(s)
}
