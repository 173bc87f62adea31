package storage_test

import (
	"testing"
	"time"
)

func TestGuessesArePaused(t *testing.T) {
	tests := []struct {
		name    string
		guesses []time.Duration // after monday; the n-th is in message n
		again   bool            // the last message comes twice
		at      time.Duration
		until   time.Duration // 0: no pause
	}{
		{name: "none"},
		{name: "nine", guesses: minutes(0, 1, 2, 3, 4, 5, 6, 7, 8), at: 9 * time.Minute},
		{name: "nine, one of them twice", guesses: minutes(0, 1, 2, 3, 4, 5, 6, 7, 8), again: true, at: 9 * time.Minute},
		{name: "ten", guesses: minutes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), at: 9 * time.Minute, until: time.Hour},
		{name: "ten, just before the hour is over", guesses: minutes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), at: time.Hour - time.Second, until: time.Hour},
		{name: "ten, when the hour is over", guesses: minutes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), at: time.Hour},
		{name: "ten in more than an hour", guesses: minutes(0, 10, 20, 30, 40, 50, 55, 56, 57, 61), at: 61 * time.Minute},
		{name: "more than ten", guesses: minutes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), at: 12 * time.Minute, until: 62 * time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := newOffice(t)
			guess := func(message int, after time.Duration) {
				if err := o.Guess(t.Context(), 101, int64(message), monday.Add(after)); err != nil {
					t.Fatal(err)
				}
			}
			for i, after := range test.guesses {
				guess(i, after)
			}
			if last := len(test.guesses) - 1; test.again {
				guess(last, test.guesses[last]+time.Second)
			}
			until, paused, err := o.Pause(t.Context(), 101, monday.Add(test.at))
			if err != nil || paused != (test.until != 0) || paused && !until.Equal(monday.Add(test.until)) {
				t.Errorf("paused %v until %v: %v", paused, until, err)
			}
			if _, paused, err := o.Pause(t.Context(), 102, monday.Add(test.at)); paused || err != nil {
				t.Errorf("another account is paused: %v, %v", paused, err)
			}
		})
	}
}

func TestGuessesAreForgotten(t *testing.T) {
	o := newOffice(t)
	for i, after := range minutes(0, 30, 60) {
		if err := o.Guess(t.Context(), 101, int64(i), monday.Add(after)); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.count(`SELECT count(*) FROM guess`); n != 2 {
		t.Errorf("%d guesses are kept", n)
	}
}

func minutes(counts ...int) []time.Duration {
	spans := make([]time.Duration, len(counts))
	for i, n := range counts {
		spans[i] = time.Duration(n) * time.Minute
	}
	return spans
}
