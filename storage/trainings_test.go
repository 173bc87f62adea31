package storage_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/survey/phone"
	"pascalatih/survey/roster"
)

var (
	everyone = storage.Scope{All: true}
	dinas    = storage.Scope{Units: []int64{1}} // the even employees
)

func july(date int) time.Time { return time.Date(2026, time.July, date, 0, 0, 0, 0, time.UTC) }

func (o office) training(id int64) storage.Training {
	o.t.Helper()
	training, err := o.Training(o.t.Context(), everyone, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return training
}

func TestTrainingsOfAMonth(t *testing.T) {
	o := newOffice(t)
	added, err := o.AddTraining(t.Context(), roster.Training{Code: "C", Title: "Pelatihan C",
		First: july(1).AddDate(0, 2, 0), Last: july(1).AddDate(0, 2, 0)}, from(admin, 1), monday)
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.AddTraining(t.Context(), roster.Training{Code: "C"}, from(admin, 1), monday)
	if !errors.Is(err, storage.ErrRepeated) || again != added {
		t.Errorf("the same command again: %d, %v, want %d and ErrRepeated", again, err, added)
	}
	newest, err := o.TrainingMonth(t.Context(), everyone, july(1).AddDate(9, 0, 0))
	if err != nil || len(newest.Trainings) != 1 || newest.Trainings[0].ID != added || !newest.After.IsZero() {
		t.Fatalf("the newest month is %+v, %v", newest, err)
	}
	before, err := o.TrainingMonth(t.Context(), everyone, newest.Before)
	if err != nil || len(before.Trainings) != 2 || !before.Month.Equal(july(1)) || !before.After.Equal(newest.Month) {
		t.Fatalf("the month before is %+v, %v", before, err)
	}
	if b := before.Trainings[0]; b.Code != "B" || b.Participants != 4 {
		t.Errorf("first comes %s with %d participants", b.Code, b.Participants)
	}
	seen, err := o.TrainingMonth(t.Context(), dinas, july(1).AddDate(9, 0, 0))
	if err != nil || len(seen.Trainings) != 2 || seen.Trainings[1].Participants != 3 {
		t.Errorf("HR of one unit sees %+v, %v", seen, err)
	}
	if _, err := o.Training(t.Context(), dinas, added); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("a training of nobody in the unit gives %v", err)
	}
}

func TestChangeTraining(t *testing.T) {
	o := newOffice(t)
	seen := o.training(1)
	if seen.Plan != "singkat" || seen.Participants != 6 {
		t.Fatalf("training A is %+v", seen)
	}
	moved := seen.Training
	moved.First, moved.Last = july(9), july(10)
	steps, err := o.PlanSteps(t.Context(), 1, moved, wib)
	if err != nil || len(steps) != 2 || !steps[0].Opens.Equal(time.Date(2026, time.July, 10, 15, 30, 0, 0, wib)) {
		t.Fatalf("the steps would be %+v, %v", steps, err)
	}
	// Two officers change it at once: one of them comes too late, whoever it is.
	other := seen.Training
	other.Title = "Pelatihan A, angkatan 2"
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i, wanted := range []roster.Training{moved, other} {
		both.Go(func() {
			errs[i] = o.ChangeTraining(t.Context(), 1, seen.Training, wanted, from(101+int64(i), 5), monday)
		})
	}
	both.Wait()
	late := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if late < 0 || errs[1-late] != nil || !storage.IsCode(errs[late], storage.Refused) {
		t.Fatalf("both changes gave %v", errs)
	}
	now := o.training(1)
	if changed := now.Training; changed != moved && changed != other {
		t.Errorf("it became %+v", changed)
	}
	done := from(101+int64(1-late), 5)
	if err := o.ChangeTraining(t.Context(), 1, seen.Training, moved, done, monday); !errors.Is(err, storage.ErrRepeated) {
		t.Errorf("the same command again gives %v", err)
	}

	refused := map[string]struct {
		change func(*roster.Training)
		code   storage.Code
	}{
		"a last day before the first": {change: func(t *roster.Training) { t.Last = t.First.AddDate(0, 0, -1) }, code: storage.Refused},
		"a plan that is not there":    {change: func(t *roster.Training) { t.Plan = "panjang" }, code: storage.NotFound},
	}
	for name, test := range refused {
		t.Run(name, func(t *testing.T) {
			wanted := now.Training
			test.change(&wanted)
			if err := o.ChangeTraining(t.Context(), 1, now.Training, wanted, from(admin, 9), monday); !storage.IsCode(err, test.code) {
				t.Errorf("it gives %v", err)
			}
			if o.training(1) != now {
				t.Error("it was changed")
			}
		})
	}
	if _, err := o.AddTraining(t.Context(), roster.Training{Code: "B", Title: "B", First: july(1), Last: july(1)}, from(admin, 10), monday); !storage.IsCode(err, storage.Refused) {
		t.Errorf("a code that is there gives %v", err)
	}
}

func TestParticipantsOfAnOpenRound(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	o.sent(102, "4", afternoon.Add(time.Hour))
	o.session(101)

	// Who is added is invited at once; who is there, or unknown, is passed over.
	added, err := o.AddParticipants(t.Context(), 1, []int64{6, 7, 8, 99}, from(admin, 1), afternoon)
	if err != nil || added != 2 {
		t.Fatalf("added %d, %v", added, err)
	}
	if got := o.count(`SELECT count(*) FROM invitation WHERE round_id = $1`, round.ID); got != 8 {
		t.Errorf("%d are invited", got)
	}
	if added, err = o.AddParticipants(t.Context(), 1, []int64{7}, from(admin, 1), afternoon); !errors.Is(err, storage.ErrRepeated) || added != 2 {
		t.Errorf("the same command again: %d, %v", added, err)
	}

	// Who is taken out is not asked any more, and leaves no trace in the rate.
	if err := o.RemoveParticipant(t.Context(), 1, 1, from(admin, 2), afternoon); err != nil {
		t.Fatal(err)
	}
	if open, err := o.OpenSessions(t.Context(), 101); err != nil || len(open) != 0 {
		t.Errorf("account 101 still has %d forms, %v", len(open), err)
	}
	if due := o.count(`SELECT count(*) FROM delivery WHERE account_id = 101 AND state = 'due'`); due != 0 {
		t.Errorf("%d messages are still due to account 101", due)
	}
	// What was sent stays.
	if err := o.RemoveParticipant(t.Context(), 1, 2, from(admin, 3), afternoon); err != nil {
		t.Fatal(err)
	}
	status, err := o.Status(t.Context(), round.ID)
	if err != nil || status.Invited != 7 || status.Sent != 1 || status.Withdrawn != 0 {
		t.Errorf("the round counts %+v, %v", status.RoundCounts, err)
	}
	if err := o.RemoveParticipant(t.Context(), 1, 2, from(admin, 4), afternoon); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("taken out twice: %v", err)
	}
	// Added again they are asked again, but for what was sent.
	if _, err := o.AddParticipants(t.Context(), 1, []int64{1, 2}, from(admin, 5), afternoon); err != nil {
		t.Fatal(err)
	}
	o.session(101)
	if due := o.count(`SELECT count(*) FROM delivery WHERE account_id = 101 AND state = 'due'`); due != 1 {
		t.Errorf("%d messages are due to account 101", due)
	}
	if open, err := o.OpenSessions(t.Context(), 102); err != nil || len(open) != 0 {
		t.Errorf("account 102 is asked again: %d, %v", len(open), err)
	}
}

// Whoever is added while a round opens is invited to it once, by whichever of two
// officers, and whichever comes first.
func TestAddedWhileOpening(t *testing.T) {
	o := newOffice(t)
	var all sync.WaitGroup
	errs := make([]error, 3)
	added := make([]int, 2)
	for i := range added {
		all.Go(func() {
			added[i], errs[i] = o.AddParticipants(t.Context(), 1, []int64{8, 7}, from(101+int64(i), 1), afternoon)
		})
	}
	all.Go(func() {
		_, _, errs[2] = o.OpenRound(t.Context(), storage.Opening{Training: "A", Instrument: "reaction"}, storage.Source{}, wib, afternoon)
	})
	all.Wait()
	if err := errors.Join(errs...); err != nil || added[0]+added[1] != 2 {
		t.Fatalf("added %v, %v", added, err)
	}
	if got := o.count(`SELECT count(*) FROM invitation`); got != 8 {
		t.Errorf("%d are invited", got)
	}
}

// Kirim and being taken out meet in either order, and leave no form half there.
func TestRemovedWhileSending(t *testing.T) {
	o := newOffice(t)
	round := o.opened()
	for _, account := range []int64{101, 102, 103, 104} {
		s := o.completed(account, "4", afternoon)
		answers := o.form(s).Answers(afternoon)
		var both sync.WaitGroup
		var sent bool
		var errs [2]error
		both.Go(func() { sent, errs[0] = o.SendSession(t.Context(), s, answers, afternoon) })
		both.Go(func() {
			errs[1] = o.RemoveParticipant(t.Context(), 1, account-100, from(admin, account), afternoon)
		})
		both.Wait()
		if errs[0] != nil || errs[1] != nil {
			t.Fatalf("sending and taking out gave %v", errs)
		}
		kept := o.count(`SELECT count(*) FROM response p JOIN invitation i ON i.id = p.invitation_id
			WHERE i.round_id = $1 AND i.respondent_id = $2`, round.ID, account-100)
		if sent != (kept == 1) {
			t.Errorf("account %d sent: %v, and %d responses are kept", account, sent, kept)
		}
	}
}

func TestFindEmployees(t *testing.T) {
	o := newOffice(t)
	o.exec(`UPDATE employee SET name = 'Budi Santosa Contoh', supervisor_id = 3 WHERE id = 2;
		UPDATE employee SET name = 'Siti Santosa', left_at = '2026-07-01', left_as = 'retired' WHERE id = 4;
		UPDATE account SET blocked_at = '2026-07-02' WHERE id = 101;
		UPDATE consent SET withdrawn_at = '2026-07-03' WHERE account_id = 103`)
	tests := map[string]struct {
		words string
		scope storage.Scope
		want  []int64
	}{
		"parts of a name":           {words: "SANTOSA bud", scope: everyone, want: []int64{2}},
		"who left comes last":       {words: "santosa", scope: everyone, want: []int64{2, 4}},
		"the end of an NIP":         {words: "011 003", scope: everyone, want: []int64{3}},
		"outside the scope":         {words: "011003", scope: dinas},
		"a wildcard is no wildcard": {words: "%", scope: everyone},
		"NUL":                       {words: "budi\x00", scope: everyone, want: []int64{2}},
		"nobody's scope":            {words: "pegawai", scope: storage.Scope{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, err := o.FindEmployees(t.Context(), test.scope, test.words, 10)
			var ids []int64
			for _, person := range found {
				ids = append(ids, person.ID)
			}
			if err != nil || !slices.Equal(ids, test.want) {
				t.Errorf("found %v, %v, want %v", ids, err, test.want)
			}
		})
	}
	reaches := map[int64]storage.Reach{1: storage.ReachBlocked, 2: storage.ReachConnected, 3: storage.ReachDeclined,
		4: storage.ReachLeft, 5: storage.ReachUnlinked}
	for id, want := range reaches {
		employee, err := o.Employee(t.Context(), everyone, id)
		if err != nil || employee.Reach != want || (employee.Since == nil) != (want == storage.ReachUnlinked) {
			t.Errorf("employee %d: %s since %v, %v, want %s", id, employee.Reach, employee.Since, err, want)
		}
	}
	if _, err := o.Employee(t.Context(), dinas, 1); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("an employee of another unit gives %v", err)
	}
}

// Whether somebody answered what is confidential is not told beside their name.
func TestEmployeeIsToldOfWithoutAnswers(t *testing.T) {
	o := newOffice(t)
	o.opened()
	o.sent(102, "4", afternoon)
	employee, err := o.Employee(t.Context(), everyone, 2)
	if err != nil || len(employee.Asked) != 1 || employee.Asked[0].Sent != nil || len(employee.Trainings) != 1 {
		t.Fatalf("the employee is %+v, %v", employee, err)
	}
	o.exec(`UPDATE instrument SET privacy = 'named'`)
	employee, err = o.Employee(t.Context(), everyone, 2)
	if err != nil || employee.Asked[0].Sent == nil || !*employee.Asked[0].Sent {
		t.Errorf("of what is not confidential it tells %+v, %v", employee.Asked, err)
	}
}

func TestCorrectEmployee(t *testing.T) {
	o := newOffice(t)
	number, err := phone.Parse("0812-0000-0001")
	if err != nil {
		t.Fatal(err)
	}
	o.exec(`UPDATE employee SET left_at = '2026-07-01', left_as = 'moved' WHERE id = 8`)
	tests := map[string]struct {
		do   func(src storage.Source) error
		what string // that is not found; "": it works
	}{
		"a number": {do: func(src storage.Source) error { return o.SetPhone(t.Context(), dinas, 2, number, src, monday) }},
		"no number any more": {do: func(src storage.Source) error {
			return o.SetPhone(t.Context(), everyone, 1, phone.Number{}, src, monday)
		}},
		"a number, of another unit": {what: "employee", do: func(src storage.Source) error {
			return o.SetPhone(t.Context(), dinas, 1, number, src, monday)
		}},
		"a number, of who left": {what: "employee", do: func(src storage.Source) error {
			return o.SetPhone(t.Context(), everyone, 8, number, src, monday)
		}},
		"a unit": {do: func(src storage.Source) error { return o.SetUnit(t.Context(), everyone, 4, 2, src, monday) }},
		"a unit outside the scope": {what: "unit", do: func(src storage.Source) error {
			return o.SetUnit(t.Context(), dinas, 6, 2, src, monday)
		}},
		"no unit": {what: "unit", do: func(src storage.Source) error { return o.SetUnit(t.Context(), everyone, 6, 99, src, monday) }},
	}
	message := int64(0)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			message++
			err := test.do(from(admin, message))
			refusal, refused := errors.AsType[*storage.Error](err)
			if test.what == "" && err != nil || test.what != "" && (!refused || refusal.Detail["what"] != test.what) {
				t.Fatalf("it gives %v", err)
			}
			if test.what == "" {
				if err := test.do(from(admin, message)); !errors.Is(err, storage.ErrRepeated) {
					t.Errorf("the same command again gives %v", err)
				}
			}
		})
	}
	if found, err := o.EmployeeByPhone(t.Context(), number); err != nil || found != 2 {
		t.Errorf("the number is that of %d, %v", found, err)
	}
	if in := o.count(`SELECT unit_id FROM employee WHERE id = 4`); in != 2 {
		t.Errorf("employee 4 is in unit %d", in)
	}
}

// A step that was found due does not open once its training was moved.
func TestStepOfAMovedTraining(t *testing.T) {
	o := newOffice(t)
	due, err := o.DueSteps(t.Context(), afternoon, wib)
	if err != nil || len(due) != 1 {
		t.Fatalf("due are %v, %v", due, err)
	}
	seen := o.training(1).Training
	moved := seen
	moved.Last = july(20)
	if err := o.ChangeTraining(t.Context(), 1, seen, moved, from(admin, 1), afternoon); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.OpenStep(t.Context(), due[0], wib, afternoon); !storage.IsCode(err, storage.Refused) {
		t.Errorf("it opens: %v", err)
	}
	without := moved
	without.Plan = ""
	if err := o.ChangeTraining(t.Context(), 1, moved, without, from(admin, 2), afternoon); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.OpenStep(t.Context(), due[0], wib, afternoon); !storage.IsCode(err, storage.Refused) {
		t.Errorf("without a plan it opens: %v", err)
	}
}
