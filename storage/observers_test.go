package storage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/export"
)

// observed is the office in which employee 8, with account 108, supervises 1 to 4,
// employee 7, without one, supervises 5, and nobody supervises 6; in a unit of the
// supervisors' own.
func observed(t *testing.T) office {
	o := newOffice(t)
	o.exec(`UPDATE employee SET supervisor_id = CASE WHEN id <= 4 THEN 8 ELSE 7 END WHERE id <= 5;
		INSERT INTO account (id, created_at) VALUES (108, '2026-07-01'), (107, '2026-07-01');
		INSERT INTO claim (account_id, employee_id, state, via, created_at) VALUES (108, 8, 'confirmed', 'link', '2026-07-01');
		INSERT INTO consent (account_id, notice_version, given_at) VALUES (108, '1', '2026-07-01')`)
	return o
}

var observation = storage.Opening{Training: "A", Instrument: "observation", Audience: storage.Supervisors}

// observing opens the round for the supervisors of training A.
func (o office) observing() storage.Round {
	o.t.Helper()
	round, _, err := o.OpenRound(o.t.Context(), observation, storage.Source{}, wib, afternoon)
	must(o.t, err)
	return round
}

// about is the session of the supervisor 8 about an employee of this name.
func (o office) about(round storage.Round, name string) storage.Session {
	o.t.Helper()
	sessions, err := o.Observations(o.t.Context(), round.ID, 108)
	must(o.t, err)
	at := slices.IndexFunc(sessions, func(s storage.Session) bool { return s.SubjectName == name })
	if at < 0 {
		o.t.Fatalf("there is no form about %s", name)
	}
	return sessions[at]
}

// subjects are whom the supervisor 8 is to observe, with their states.
func (o office) subjects(round storage.Round) map[string]storage.SessionState {
	o.t.Helper()
	sessions, err := o.Observations(o.t.Context(), round.ID, 108)
	must(o.t, err)
	found := map[string]storage.SessionState{}
	for _, s := range sessions {
		found[s.SubjectName] = s.State
	}
	return found
}

// observe sends the supervisor's form about somebody.
func (o office) observe(round storage.Round, name, level string, now time.Time) {
	o.t.Helper()
	s := o.about(round, name)
	s = o.save(s, answered(o.t, o.form(s), level, now), now)
	sent, err := o.SendSession(o.t.Context(), s, o.form(s).Answers(now), now)
	if err != nil || !sent {
		o.t.Fatalf("sent: %t, %v", sent, err)
	}
}

func TestSupervisorsAreAskedAboutEachOfTheirPeople(t *testing.T) {
	t.Parallel()
	o := observed(t)
	preview, err := o.PreviewRound(t.Context(), observation)
	must(t, err)
	if preview.Invited != 5 || preview.Reachable != 4 || preview.Respondents != 2 || preview.Unsupervised != 1 {
		t.Errorf("preview %+v", preview)
	}
	round, counts, err := o.OpenRound(t.Context(), observation, storage.Source{}, wib, afternoon)
	must(t, err)
	if counts.Invited != 5 || counts.Reachable != 4 {
		t.Errorf("counts %+v", counts)
	}
	claimed := o.claim(1, 10, afternoon)
	if len(claimed) != 1 || claimed[0].AccountID != 108 || len(claimed[0].Sessions) != 4 {
		t.Fatalf("deliveries %+v", claimed)
	}
	o.end(claimed[0], storage.Outcome{State: storage.Sent, MessageID: 5}, afternoon)
	if s := o.about(round, "Pegawai 2"); s.SubjectUnit != "Dinas Contoh" || s.CardMessageID != 0 || s.State != storage.SessionOpen {
		t.Errorf("session %+v", s)
	}
	o.observe(round, "Pegawai 2", "4", afternoon)
	status, err := o.Status(t.Context(), round.ID)
	if err != nil || status.Sent != 1 || status.Delivered != 4 || status.Opened != 1 {
		t.Errorf("status %+v, %v", status.RoundCounts, err)
	}
	t.Run("one message when they join later", func(t *testing.T) {
		o.exec(`UPDATE employee SET supervisor_id = 7 WHERE id = 6; INSERT INTO participation SELECT 2, 1`)
		must1(t)(o.TouchAccount(t.Context(), 107, "id", 0, afternoon))
		links, err := o.Links(t.Context(), "", afternoon)
		must(t, err)
		at := slices.IndexFunc(links, func(l storage.Link) bool { return l.NIP == "198001012005011007" })
		owner, err := o.FindLink(t.Context(), links[at].Token, 107)
		must(t, err)
		if invited, err := o.UseLink(t.Context(), owner.LinkID, 107, "1", storage.Source{}, afternoon); err != nil || invited != 1 {
			t.Errorf("%d invited, %v", invited, err)
		}
		if claimed := o.claim(1, 10, afternoon); len(claimed) != 1 || claimed[0].AccountID != 107 || len(claimed[0].Sessions) != 1 {
			t.Errorf("deliveries %+v", claimed)
		}
	})
}

// importing brings a roster in.
func (o office) importing(file string) {
	o.t.Helper()
	must1(o.t)(o.Import(o.t.Context(), read(o.t, file), storage.Source{}, afternoon))
}

func must1(t testing.TB) func(_ any, err error) {
	return func(_ any, err error) { t.Helper(); must(t, err) }
}

// What happens to a round for supervisors while it is open.
func TestObserversWhileARoundIsOpen(t *testing.T) {
	t.Parallel()
	const open, sent = storage.SessionOpen, storage.SessionSent
	all := map[string]storage.SessionState{"Pegawai 1": open, "Pegawai 2": open, "Pegawai 3": open, "Pegawai 4": open}
	without := func(name string) map[string]storage.SessionState {
		rest := map[string]storage.SessionState{}
		for subject, state := range all {
			if subject != name {
				rest[subject] = state
			}
		}
		return rest
	}
	with := func(name string, state storage.SessionState) map[string]storage.SessionState {
		more := without(name)
		more[name] = state
		return more
	}
	tests := map[string]struct {
		announced bool // before it happens
		do        func(o office, round storage.Round)
		subjects  map[string]storage.SessionState
		due       map[int]int // how many forms the deliveries that are due then carry
	}{
		"somebody is added late, before the message": {do: func(o office, _ storage.Round) {
			o.exec(`UPDATE employee SET supervisor_id = 8 WHERE id = 7`)
			must1(o.t)(o.AddParticipants(o.t.Context(), 1, []int64{7}, by(1), afternoon))
		}, subjects: with("Pegawai 7", open), due: map[int]int{5: 1}},
		"somebody is added late, after it": {announced: true, do: func(o office, _ storage.Round) {
			o.exec(`UPDATE employee SET supervisor_id = 8 WHERE id = 7`)
			must1(o.t)(o.AddParticipants(o.t.Context(), 1, []int64{7}, by(1), afternoon))
		}, subjects: with("Pegawai 7", open), due: map[int]int{5: 1}},
		"somebody is removed": {do: func(o office, _ storage.Round) {
			must(o.t, o.RemoveParticipant(o.t.Context(), 1, 3, by(1), afternoon))
		}, subjects: without("Pegawai 3"), due: map[int]int{3: 1}},
		"somebody is removed whom they observed": {announced: true, do: func(o office, round storage.Round) {
			o.observe(round, "Pegawai 3", "4", afternoon)
			must(o.t, o.RemoveParticipant(o.t.Context(), 1, 3, by(1), afternoon))
		}, subjects: with("Pegawai 3", sent)},
		"somebody leaves the office": {do: func(o office, _ storage.Round) {
			must1(o.t)(o.MarkLeft(o.t.Context(), map[int64]storage.Departure{3: storage.Moved}, by(1), afternoon))
		}, subjects: without("Pegawai 3"), due: map[int]int{3: 1}},
		"the supervisor leaves": {do: func(o office, round storage.Round) {
			s := o.about(round, "Pegawai 1")
			o.save(s, o.form(s), afternoon)
			must1(o.t)(o.MarkLeft(o.t.Context(), map[int64]storage.Departure{8: storage.Retired}, by(1), afternoon))
		}, subjects: map[string]storage.SessionState{"Pegawai 1": open}},
		"the roster names another supervisor": {do: func(o office, _ storage.Round) {
			o.importing("nip,nama,unit,atasan_nip\n198001012005011003,Pegawai 3,Dinas Contoh,198001012005011007\n")
		}, subjects: without("Pegawai 3"), due: map[int]int{3: 1}},
		"the roster names another supervisor of one whom they observed": {announced: true, do: func(o office, round storage.Round) {
			o.observe(round, "Pegawai 3", "4", afternoon)
			o.importing("nip,nama,unit,atasan_nip\n198001012005011003,Pegawai 3,Dinas Contoh,198001012005011007\n")
		}, subjects: with("Pegawai 3", sent)},
		"the roster names them the supervisor of more": {announced: true, do: func(o office, _ storage.Round) {
			o.importing("nip,nama,unit,atasan_nip\n198001012005011006,Pegawai 6,Dinas Contoh,198001012005011008\n")
		}, subjects: with("Pegawai 6", open), due: map[int]int{5: 1}},
		"the supervisor withdraws consent": {do: func(o office, _ storage.Round) {
			must1(o.t)(o.Withdraw(o.t.Context(), 108, by(1), afternoon))
		}, subjects: map[string]storage.SessionState{}},
		"and agrees again": {announced: true, do: func(o office, _ storage.Round) {
			must1(o.t)(o.Withdraw(o.t.Context(), 108, by(1), afternoon))
			must1(o.t)(o.Consent(o.t.Context(), 108, "1", by(2), afternoon))
		}, subjects: all, due: map[int]int{4: 1}},
		"one who is observed withdraws consent": {do: func(o office, _ storage.Round) {
			must1(o.t)(o.Withdraw(o.t.Context(), 101, by(1), afternoon))
		}, subjects: all, due: map[int]int{4: 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := observed(t)
			round := o.observing()
			if test.announced {
				for _, d := range o.claim(1, 10, afternoon) {
					o.end(d, storage.Outcome{State: storage.Sent, MessageID: 5}, afternoon)
				}
			}
			test.do(o, round)
			if diff := cmp.Diff(test.subjects, o.subjects(round)); diff != "" {
				t.Errorf("whom the supervisor observes (-want +got):\n%s", diff)
			}
			due := map[int]int{}
			for _, d := range o.claim(1, 10, afternoon) {
				due[len(d.Sessions)]++
			}
			if test.due == nil {
				test.due = map[int]int{}
			}
			if diff := cmp.Diff(test.due, due); diff != "" {
				t.Errorf("deliveries by their forms (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNotMine(t *testing.T) {
	t.Parallel()
	o := observed(t)
	o.exec(`INSERT INTO account (id, created_at) SELECT n, '2026-07-01' FROM generate_series(901, 903) n;
		INSERT INTO account_role (account_id, role, unit_id, granted_at)
		VALUES (901, 'hr', NULL, '2026-07-01'), (902, 'hr', 1, '2026-07-01'), (903, 'hr', 2, '2026-07-01')`)
	round := o.observing()
	s := o.about(round, "Pegawai 2") // of the first unit
	declined, err := o.Decline(t.Context(), s, storage.NotMine, "", afternoon)
	if err != nil || !declined {
		t.Fatalf("declined: %t, %v", declined, err)
	}
	if again, err := o.Decline(t.Context(), s, storage.NotMine, "", afternoon); err != nil || again {
		t.Errorf("declined again: %t, %v", again, err)
	}
	s = o.reread(s)
	if s.State != storage.SessionDeclined || s.DeclinedAs != storage.NotMine {
		t.Errorf("session %+v", s)
	}
	if open, err := o.Reconsider(t.Context(), s, afternoon); err != nil || open {
		t.Errorf("open again: %t, %v", open, err)
	}
	must1(t)(o.Decline(t.Context(), o.about(round, "Pegawai 4"), storage.NotMine, "", afternoon))
	must1(t)(o.Decline(t.Context(), o.about(round, "Pegawai 1"), storage.Unwilling, "time", afternoon))
	report, err := o.Report(t.Context(), round.ID, storage.Scope{All: true})
	if err != nil || report.Declined != 1 || report.NotMine != 2 || report.Standings[storage.StandingNotMine] != 2 || report.Standings[storage.StandingUnwilling] != 1 {
		t.Errorf("report %+v, %v", report, err)
	}
	told := map[int64]int{}
	for _, d := range o.claim(1, 20, afternoon.Add(time.Hour)) {
		if d.Kind != storage.DeliveryNotMine {
			continue
		}
		mistaken, err := o.MistakenIn(t.Context(), d.ID)
		must(t, err)
		if mistaken.Name != "Pegawai 8" || mistaken.Training != "Pelatihan A" {
			t.Errorf("told %+v", mistaken)
		}
		told[d.AccountID] = len(mistaken.Of)
	}
	if diff := cmp.Diff(map[int64]int{admin: 2, 901: 2, 902: 2}, told); diff != "" {
		t.Errorf("who is told of how many (-want +got):\n%s", diff)
	}
	t.Run("and the roster is mended", func(t *testing.T) {
		o.importing("nip,nama,unit,atasan_nip\n198001012005011002,Pegawai 2,Dinas Contoh,198001012005011007\n")
		report, err := o.Report(t.Context(), round.ID, storage.Scope{All: true})
		if err != nil || report.Declined != 1 || report.NotMine != 1 || report.Invited != 5 {
			t.Errorf("report %+v, %v", report, err)
		}
	})
}

func TestObservationsAreExportedWithTheCodeOfWhomTheyAreAbout(t *testing.T) {
	t.Parallel()
	o := observed(t)
	o.opened()
	o.sent(101, "4", afternoon)
	self := o.exported(1, export.Options{})[1]
	round := o.observing()
	o.observe(round, "Pegawai 1", "4", afternoon)
	observed := o.exported(round.ID, export.Options{})[1]
	if got := self["kode"]; got == "" || observed["kode_subjek"] != got || observed["kode"] == "" || observed["kode"] == got {
		t.Errorf("the person is %q; the supervisor %q about %q", got, observed["kode"], observed["kode_subjek"])
	}
	if _, there := self["kode_subjek"]; there {
		t.Error("who answers about themselves has two codes")
	}
}

// A plan's step for supervisors opens once one of them is known, and a planned round
// for them as any other.
func TestSupervisorsAreAskedByPlan(t *testing.T) {
	t.Parallel()
	o := observed(t)
	o.exec(`UPDATE step SET instrument_key = 'observation', audience = 'supervisors' WHERE position = 1;
		UPDATE employee SET supervisor_id = NULL`)
	due, err := o.DueSteps(t.Context(), afternoon, wib)
	if err != nil || len(due) != 1 {
		t.Fatalf("due %v, %v", due, err)
	}
	if _, _, err := o.OpenStep(t.Context(), due[0], wib, afternoon); !storage.IsCode(err, storage.Empty) {
		t.Errorf("without supervisors: %v", err)
	}
	must1(t)(o.NotePassed(t.Context(), due[0], storage.Empty, afternoon))
	if due, err := o.DueSteps(t.Context(), afternoon, wib); err != nil || len(due) != 0 {
		t.Errorf("noted and still due: %v, %v", due, err)
	}
	o.exec(`UPDATE employee SET supervisor_id = 8 WHERE id IN (1, 2)`)
	if due, err = o.DueSteps(t.Context(), afternoon, wib); err != nil || len(due) != 1 {
		t.Fatalf("due %v, %v", due, err)
	}
	if _, counts, err := o.OpenStep(t.Context(), due[0], wib, afternoon); err != nil || counts.Invited != 2 {
		t.Errorf("counts %+v, %v", counts, err)
	}
	opening := storage.Opening{Training: "A", Instrument: "reaction", Audience: storage.Supervisors}
	must1(t)(o.PlanRound(t.Context(), opening, afternoon.Add(day), by(1), afternoon))
	if _, err := o.PreviewRound(t.Context(), opening); !storage.IsCode(err, storage.AlreadyPlanned) {
		t.Errorf("planned twice: %v", err)
	}
}

// What a supervisor answered about somebody is shown again in a form about that one,
// and in none about others or about themselves.
func TestEarlierAnswersOfSupervisors(t *testing.T) {
	t.Parallel()
	o := observed(t)
	o.exec(`INSERT INTO participation VALUES (1, 8)`)
	first := o.observing()
	o.observe(first, "Pegawai 1", "4", afternoon)
	must1(t)(o.CloseRound(t.Context(), first.ID, storage.Source{}, afternoon))
	second := o.observing()
	of := []survey.Reference{{Instrument: "observation", Question: "use"}}
	for name, want := range map[string]int{"Pegawai 1": 1, "Pegawai 2": 0} {
		found, err := o.EarlierAnswers(t.Context(), o.about(second, name).ID, of)
		if err != nil || len(found) != want {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
	must1(t)(o.CloseRound(t.Context(), second.ID, storage.Source{}, afternoon))
	o.opened()
	found, err := o.EarlierAnswers(t.Context(), o.session(108).ID, of)
	if err != nil || len(found) != 0 {
		t.Errorf("about themselves: %v, %v", found, err)
	}
}
