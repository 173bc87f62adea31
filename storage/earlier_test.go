package storage_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey"
)

var (
	planned  = survey.Reference{Instrument: "reaction", Question: "plan"}
	hindered = survey.Reference{Instrument: "reaction", Question: "obstacles"}
	absent   = survey.Reference{Instrument: "reaction", Question: "plan_by"}
	strange  = survey.Reference{Instrument: "unknown", Question: "plan"}
)

// reacted sends the account's reaction with a plan.
func (o office) reacted(account int64, plan string) {
	o.t.Helper()
	s := o.completed(account, "3", afternoon)
	form := o.form(s)
	for _, in := range []survey.Input{survey.Change{Path: "plan"}, survey.Write{Text: plan}, survey.Next{}, survey.Skip{}} {
		var err error
		if form, err = form.Apply(in, afternoon); err != nil {
			o.t.Fatalf("%#v: %v", in, err)
		}
	}
	s = o.save(s, form, afternoon)
	if sent, err := o.SendSession(o.t.Context(), s, o.form(s).Answers(afternoon), afternoon); err != nil || !sent {
		o.t.Fatalf("sending session %d: %v, %v", s.ID, sent, err)
	}
}

// checkedIn closes the reaction and opens the check-in of training A.
func (o office) checkedIn() storage.Round {
	o.t.Helper()
	if _, err := o.CloseRound(o.t.Context(), 1, storage.Source{}, afternoon.Add(7*day)); err != nil {
		o.t.Fatal(err)
	}
	round, _, err := o.OpenRound(o.t.Context(), storage.Opening{Training: "A", Instrument: "checkin"}, storage.Source{}, wib, checkIn)
	if err != nil {
		o.t.Fatal(err)
	}
	return round
}

// earlier are the values that a session is given.
func (o office) earlier(session int64) map[survey.Reference]string {
	o.t.Helper()
	found, err := o.EarlierAnswers(o.t.Context(), session, []survey.Reference{planned, hindered, absent, strange})
	if err != nil {
		o.t.Fatal(err)
	}
	values := make(map[survey.Reference]string, len(found))
	for reference, past := range found {
		values[reference] = past.Value
	}
	return values
}

func TestEarlierAnswers(t *testing.T) {
	both := map[survey.Reference]string{planned: "Rencana 101", hindered: "budget time"}
	// A newer response to another version of the form, by the same person.
	const newer = `
		INSERT INTO instrument (key, version, hash, privacy, definition, published_at)
		SELECT key, '3', 'other', privacy, jsonb_set(definition, '{version}', '"3"'), '2026-07-10' FROM instrument WHERE key = 'reaction';
		INSERT INTO round (instrument_id, instrument_key, audience, training_id, opened_at, closes_at, closed_at)
		SELECT max(id), 'reaction', 'alumni', 1, '2026-07-10', '2026-07-11', '2026-07-11' FROM instrument;
		INSERT INTO invitation (round_id, respondent_id, subject_id) SELECT max(id), 1, 1 FROM round;
		INSERT INTO response (round_id, id, invitation_id, claim_id, instrument_id, training_id, automatic, sent_at, counted_at)
		SELECT r.id, gen_random_uuid(), i.id, 1, r.instrument_id, 1, false, '2026-07-11', '2026-07-11'
		FROM round r JOIN invitation i ON i.round_id = r.id WHERE r.opened_at = '2026-07-10';
		INSERT INTO answer (round_id, response_id, path, question, kind, value)
		SELECT round_id, id, 'plan', 'plan', 'long_text', 'Rencana baru' FROM response WHERE sent_at = '2026-07-11';`
	const provisional = `UPDATE claim SET state = 'provisional' WHERE account_id = 101;`
	tests := map[string]struct {
		after string // what happens before they are looked up
		want  map[survey.Reference]string
	}{
		"the respondent's own":                {want: both},
		"of the newest response, any version": {after: newer, want: map[survey.Reference]string{planned: "Rencana baru"}},
		"of another training":                 {after: `UPDATE round SET training_id = 2; UPDATE response SET training_id = 1`, want: map[survey.Reference]string{}},
		"untied":                              {after: `UPDATE response SET claim_id = NULL, invitation_id = NULL`, want: map[survey.Reference]string{}},
		"about somebody else":                 {after: `UPDATE invitation SET subject_id = 7 WHERE round_id = 1`, want: map[survey.Reference]string{}},
		"of an account they had before": {want: both, after: `UPDATE claim SET state = 'ended' WHERE account_id = 102;
			UPDATE response p SET claim_id = 2 FROM invitation i WHERE i.id = p.invitation_id AND i.respondent_id = 1`},
		"sent by a claim that waits too": {after: provisional + `UPDATE response SET counted_at = NULL`, want: both},
		"of a form that does not count":  {after: `UPDATE response SET counted_at = NULL`, want: map[survey.Reference]string{}},
		"not another claim's while one waits": {after: provisional + `
			UPDATE response p SET claim_id = 2 FROM invitation i WHERE i.id = p.invitation_id AND i.respondent_id = 1`, want: map[survey.Reference]string{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.opened()
			o.reacted(101, "Rencana 101")
			o.reacted(102, "Rencana 102")
			o.checkedIn()
			o.exec(test.after)
			if diff := cmp.Diff(test.want, o.earlier(o.session(101).ID)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEarlierAnswersComeWithTheirWording(t *testing.T) {
	o := newOffice(t)
	o.opened()
	o.sent(101, "3", afternoon)
	o.checkedIn()
	found, err := o.EarlierAnswers(t.Context(), o.session(101).ID, []survey.Reference{hindered})
	if err != nil {
		t.Fatal(err)
	}
	past := found[hindered]
	chosen := past.Question().Chosen(past.Value)
	if len(chosen) != 2 || chosen[1].Label.In("en") != "Too little time" {
		t.Errorf("got %+v", chosen)
	}
	if none := o.earlier(o.session(103).ID); len(none) != 0 {
		t.Errorf("somebody who did not answer is given %v", none)
	}
}

// What a session was given goes when it ends, whichever way it does.
func TestEarlierAnswersGoWithTheSession(t *testing.T) {
	o := newOffice(t)
	o.opened()
	o.reacted(101, "Rencana 101")
	o.reacted(102, "Rencana 102")
	round := o.checkedIn()
	for _, account := range []int64{101, 102} {
		s := o.session(account)
		form := o.form(s)
		found, err := o.EarlierAnswers(t.Context(), s.ID, form.Awaits())
		if err != nil {
			t.Fatal(err)
		}
		form = form.Recall(found)
		if account == 102 {
			form = answered(t, form, "3", checkIn)
		}
		o.save(s, form, checkIn)
	}
	given := `SELECT count(*) FROM session WHERE survey::text LIKE '%Rencana%'`
	if n := o.count(given); n != 2 {
		t.Fatalf("%d sessions keep what they were given", n)
	}
	counts, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, checkIn.Add(14*day))
	if err != nil || counts.Sent != 1 {
		t.Fatalf("%d were sent: %v", counts.Sent, err)
	}
	if n := o.count(given); n != 0 {
		t.Errorf("%d sessions still keep it", n)
	}
	if n := o.count(`SELECT count(*) FROM answer WHERE path = 'plan_done'`); n != 1 {
		t.Errorf("%d answers about the plan", n)
	}
}

func TestPublishChecksReferences(t *testing.T) {
	o := newOffice(t)
	infos, err := o.Instruments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	forms := make(map[string]survey.Instrument)
	for _, info := range infos {
		if forms[info.Key], err = o.Instrument(t.Context(), info.ID); err != nil {
			t.Fatal(err)
		}
	}
	reaction, checkin := forms["reaction"], forms["checkin"]
	reaction.Version = "3"
	reaction.Questions = reaction.Questions[:len(reaction.Questions)-2] // without the plan
	if _, _, err := o.Publish(t.Context(), reaction, storage.Source{}, afternoon); err != nil {
		t.Fatal(err)
	}
	if _, isNew, err := o.Publish(t.Context(), checkin, storage.Source{}, afternoon); err != nil || isNew {
		t.Errorf("what is published already: %v, %v", isNew, err)
	}
	checkin.Version = "2"
	var problems survey.Problems
	for name, err := range map[string]error{
		"checking":   o.CheckEarlier(t.Context(), checkin),
		"publishing": publishing(o, checkin),
	} {
		if !errors.As(err, &problems) || !strings.Contains(problems[0].Reason["en"], `the form "reaction" has no question "plan"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := o.count(`SELECT count(*) FROM instrument WHERE key = 'checkin'`); n != 1 {
		t.Errorf("%d check-ins are published", n)
	}
}

func publishing(o office, form survey.Instrument) error {
	_, _, err := o.Publish(o.t.Context(), form, storage.Source{}, afternoon)
	return err
}
