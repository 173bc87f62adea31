package storage_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey"
)

func TestSession(t *testing.T) {
	t.Parallel()
	t.Run("begins at the first question, with what its card needs", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		s := o.session(101)
		if s.RoundID != round.ID || s.State != storage.SessionOpen || s.TrainingTitle != "Pelatihan A" ||
			s.Language != "id" || !s.ClosesAt.Equal(round.ClosesAt) || s.OpenedAt != nil || s.Revision != 0 {
			t.Errorf("session %+v", s)
		}
		if at := o.form(s).Place(); at.Stage != survey.AtQuestion {
			t.Errorf("stands at %+v", at)
		}
	})

	t.Run("is nobody else's", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		if _, err := o.Session(t.Context(), o.session(101).ID, 102); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("another account reads it: %v", err)
		}
	})

	t.Run("a change at an old revision is not written", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		before := o.session(101)
		after := o.completed(101, "4", afternoon)
		if after.Revision != before.Revision+1 || !after.Complete || after.CardMessageID != 7 || !after.OpenedAt.Equal(afternoon) {
			t.Errorf("after the first change: %+v", after)
		}
		saved, err := o.SaveSession(t.Context(), before, storage.SessionChange{Survey: before.Survey}, afternoon)
		if err != nil || saved {
			t.Errorf("the old revision was saved: %v, %v", saved, err)
		}
		if diff := cmp.Diff(after, o.reread(before)); diff != "" {
			t.Errorf("it changed (-before +after):\n%s", diff)
		}
	})

	t.Run("going on after a day is noted as resumed", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		s := o.session(101)
		for _, after := range []time.Duration{0, day - time.Second} {
			s = o.save(s, o.form(s), afternoon.Add(after))
		}
		if got := o.status(round).Resumed; got != 0 {
			t.Errorf("%d resumed within a day", got)
		}
		o.save(s, o.form(s), afternoon.Add(3*day))
		if got := o.status(round); got.Resumed != 1 || got.Opened != 1 {
			t.Errorf("counts %+v", got.RoundCounts)
		}
	})

	t.Run("its card is behind until it is shown", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		if behind := o.behind(); len(behind) != 0 {
			t.Errorf("new sessions are behind: %v", behind)
		}
		s := o.completed(101, "4", afternoon)
		if behind := o.behind(); len(behind) != 1 || behind[0] != (storage.SessionRef{ID: s.ID, AccountID: 101}) {
			t.Errorf("behind: %v", behind)
		}
		if err := o.CardShown(t.Context(), s.ID, s.Revision, 12, 0); err != nil {
			t.Fatal(err)
		}
		if behind := o.behind(); len(behind) != 0 {
			t.Errorf("behind after it was shown: %v", behind)
		}
		if s = o.reread(s); s.CardMessageID != 12 || s.LastMessageID != 12 {
			t.Errorf("session %+v", s)
		}
	})

	t.Run("buttons that are still to be taken keep it behind, a blocked account does not", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		s := o.session(101)
		saved, err := o.SaveSession(t.Context(), s, storage.SessionChange{Survey: s.Survey, CardMessageID: 9, StaleMessageID: 8}, afternoon)
		if err != nil || !saved {
			t.Fatal(saved, err)
		}
		for cleared, behind := range map[int64]int{5: 1, 8: 0} {
			o.exec(`UPDATE session SET stale_message_id = 8 WHERE account_id = 101`)
			if err := o.CardShown(t.Context(), s.ID, 1, 9, cleared); err != nil {
				t.Fatal(err)
			}
			if got := o.behind(); len(got) != behind {
				t.Errorf("after %d was cleared: %v", cleared, got)
			}
		}
		o.exec(`UPDATE session SET stale_message_id = 8; UPDATE account SET blocked_at = '2026-07-06'`)
		if got := o.behind(); len(got) != 0 {
			t.Errorf("behind with a blocked account: %v", got)
		}
	})
}

func TestSendSession(t *testing.T) {
	t.Parallel()
	t.Run("writes response and answers with unit and training of this moment", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		s := o.completed(101, "3", afternoon)
		answers := o.form(s).Answers(afternoon)
		o.exec(`UPDATE employee SET unit_id = 1 WHERE id = 1`)
		sent, err := o.SendSession(t.Context(), s, answers, afternoon)
		if err != nil || !sent {
			t.Fatal(sent, err)
		}
		if got := o.count(`SELECT count(*) FROM response WHERE round_id = $1 AND invitation_id = $2 AND claim_id = $3
			AND unit_id = 1 AND training_id = 1 AND sent_at = $4 AND counts AND NOT automatic`,
			round.ID, s.InvitationID, s.ClaimID, afternoon); got != 1 {
			t.Errorf("%d responses as wanted", got)
		}
		for _, answer := range answers {
			if got := o.count(`SELECT count(*) FROM answer WHERE path = $1 AND question = $1 AND kind = $2 AND value = $3`,
				answer.Path, string(answer.Question.Kind), answer.Value); got != 1 {
				t.Errorf("%d answers to %s", got, answer.Path)
			}
		}
		if got := o.count(`SELECT count(*) FROM answer`); got != len(answers) || got == 0 {
			t.Errorf("%d answers, want %d", got, len(answers))
		}
		after := o.reread(s)
		if after.State != storage.SessionSent || after.Revision != s.Revision+1 || len(after.Survey.Answers) != 0 ||
			after.Survey.Place.Stage != survey.Sent || after.Automatic {
			t.Errorf("session %+v", after)
		}
		if open, err := o.OpenSessions(t.Context(), 101); err != nil || len(open) != 0 {
			t.Errorf("still open: %v, %v", open, err)
		}
	})

	t.Run("pressed after a day it is a resumption, by itself it is none", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		s := o.completed(101, "3", afternoon)
		o.completed(102, "3", afternoon)
		sent, err := o.SendSession(t.Context(), s, o.form(s).Answers(afternoon), afternoon.Add(2*day))
		if err != nil || !sent {
			t.Fatal(sent, err)
		}
		counts, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, round.ClosesAt)
		if err != nil || counts.Resumed != 1 || counts.Sent != 2 {
			t.Errorf("counts %+v, %v", counts, err)
		}
	})

	t.Run("two at once are one response", func(t *testing.T) {
		o := newOffice(t)
		o.opened()
		s := o.completed(101, "3", afternoon)
		answers := o.form(s).Answers(afternoon)
		var sent atomic.Int32
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				ok, err := o.SendSession(t.Context(), s, answers, afternoon)
				if err != nil {
					t.Error(err)
				}
				if ok {
					sent.Add(1)
				}
			})
		}
		wait.Wait()
		if got := o.count(`SELECT count(*) FROM response`); got != 1 || sent.Load() != 1 {
			t.Errorf("%d responses, %d times sent", got, sent.Load())
		}
	})
}

func (o office) behind() []storage.SessionRef {
	o.t.Helper()
	behind, err := o.CardsBehind(o.t.Context(), 10)
	if err != nil {
		o.t.Fatal(err)
	}
	return behind
}

func (o office) status(round storage.Round) storage.RoundStatus {
	o.t.Helper()
	status, err := o.Status(o.t.Context(), round.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return status
}
