package bot

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

func TestQuickDate(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	tests := []struct {
		index       int
		today, want string
	}{
		{index: 0, today: "2026-06-27", want: "2026-07-11"},
		{index: 0, today: "2026-12-25", want: "2027-01-08"},
		{index: 1, today: "2026-06-27", want: "2026-07-27"},
		{index: 1, today: "2027-01-31", want: "2027-02-28"},
		{index: 1, today: "2028-01-31", want: "2028-02-29"},
		{index: 2, today: "2026-11-30", want: "2027-02-28"},
	}
	for _, test := range tests {
		got, known := quickDate(test.index, day(test.today))
		if !known || !got.Equal(day(test.want)) {
			t.Errorf("quick date %d on %s is %s, want %s", test.index, test.today, got.Format(time.DateOnly), test.want)
		}
	}
	if _, known := quickDate(len(quickDates), sampleToday); known {
		t.Error("a quick date that is not offered is known")
	}
}

func TestMoveOf(t *testing.T) {
	open := storage.Session{State: storage.SessionOpen, Revision: 2, ShownRevision: 1, CardMessageID: 10, LastMessageID: 10}
	with := func(change func(s *storage.Session)) storage.Session {
		s := open
		change(&s)
		return s
	}
	tests := map[string]struct {
		session storage.Session
		view    view
		lost    int64
		want    move
	}{
		"a card that is behind is edited":                     {session: open, want: edit},
		"one that is shown stays":                             {session: with(func(s *storage.Session) { s.ShownRevision = 2 }), want: stay},
		"one that is shown is shown to who asks":              {session: with(func(s *storage.Session) { s.ShownRevision = 2 }), view: view{asked: true}, want: edit},
		"one with something below is sent anew":               {session: with(func(s *storage.Session) { s.LastMessageID = 11 }), want: sendBelow},
		"one that is not there is sent":                       {session: with(func(s *storage.Session) { s.CardMessageID = 0 }), want: sendBelow},
		"one that cannot be edited is sent anew":              {session: open, lost: 10, want: sendBelow},
		"thanks go below too":                                 {session: with(func(s *storage.Session) { s.State, s.LastMessageID = storage.SessionSent, 11 }), want: sendBelow},
		"the end of a round is shown where the card is":       {session: with(func(s *storage.Session) { s.State, s.LastMessageID = storage.SessionClosed, 11 }), want: edit},
		"what was sent by itself too":                         {session: with(func(s *storage.Session) { s.State, s.Automatic, s.LastMessageID = storage.SessionSent, true, 11 }), want: edit},
		"the end of a round brings no message":                {session: with(func(s *storage.Session) { s.State, s.CardMessageID = storage.SessionClosed, 0 }), want: stay},
		"the end of a round is said to who asks":              {session: with(func(s *storage.Session) { s.State, s.CardMessageID = storage.SessionClosed, 0 }), view: view{asked: true}, want: sendBelow},
		"the end of a round is not said anew in a lost place": {session: with(func(s *storage.Session) { s.State = storage.SessionClosed }), lost: 10, want: stay},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := moveOf(test.session, test.view, test.lost); got != test.want {
				t.Errorf("moveOf gives %d, want %d", got, test.want)
			}
		})
	}
}

func TestRows(t *testing.T) {
	for count, want := range map[int][]int{1: {1}, 4: {4}, 5: {5}, 6: {3, 3}, 7: {4, 3}, 11: {4, 4, 3}, 16: {4, 4, 4, 4}} {
		var got []int
		for _, row := range rows(make([]telegram.Button, count), mostInARow) {
			got = append(got, len(row))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d buttons (-want +got):\n%s", count, diff)
		}
	}
}
