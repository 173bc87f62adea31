package clock_test

import (
	"testing"
	"time"

	"pascalatih/bot/simulator/clock"
)

func TestWhatKeepsTheClockStanding(t *testing.T) {
	tests := map[string]struct {
		hold func(t *testing.T, server *clock.Server) (release func())
		by   string
	}{
		"a Worker of the server's process": {
			hold: func(t *testing.T, server *clock.Server) func() { return server.Work().Done },
			by:   "this process is at work",
		},
		"a Worker of a joined process": {
			hold: func(t *testing.T, server *clock.Server) func() { return join(t, server).Work().Done },
			by:   "a joined process is at work",
		},
		"a process that has joined and not yet started, until it is killed": {
			hold: func(t *testing.T, server *clock.Server) func() { return join(t, server).Close },
			by:   "a joined process is at work",
		},
		"a process killed at work, until its connection is gone": {
			hold: func(t *testing.T, server *clock.Server) func() {
				process := join(t, server)
				process.Work()
				return process.Close
			},
			by: "a joined process is at work",
		},
		"an expected process, until it has joined and rests": {
			hold: func(t *testing.T, server *clock.Server) func() {
				server.Expect()
				return func() { join(t, server).Work().Done() }
			},
			by: "1 expected",
		},
		"an expected process, until it is known not to come": {
			hold: func(t *testing.T, server *clock.Server) func() { return server.Expect() },
			by:   "1 expected",
		},
		"something pending that a joined process fetches": {
			hold: func(t *testing.T, server *clock.Server) func() {
				join(t, server).Work().Done()
				server.Pending(1, false)
				return func() { server.Pending(0, false) }
			},
			by: "1 pending",
		},
		"something pending that another fetches, until that one is gone": {
			hold: func(t *testing.T, server *clock.Server) func() {
				server.Pending(1, true)
				return func() { server.Pending(1, false) }
			},
			by: "1 pending",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := newServer(t)
			driver := server.Work()
			release := test.hold(t, server)
			woke := make(chan time.Time)
			go func() {
				defer driver.Done()
				restUntil(t.Context(), server, driver, start.Add(time.Hour))
				woke <- server.Now()
			}()
			if test.by != "this process is at work" {
				eventually(t, "held by "+test.by, func() bool { return server.Holding() == test.by })
			}
			if now := server.Now(); !now.Equal(start) {
				t.Errorf("the clock shows %v, want %v", now, start)
			}
			release()
			if got, want := <-woke, start.Add(time.Hour); !got.Equal(want) {
				t.Errorf("woke at %v, want %v", got, want)
			}
		})
	}
}
