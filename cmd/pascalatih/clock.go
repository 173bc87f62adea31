package main

import (
	"context"
	"time"

	"pascalatih/scheduler/calendar"
)

// systemClock is the machine's clock, which nobody can hold.
type systemClock struct{}

func (systemClock) Now() time.Time        { return time.Now() }
func (systemClock) Work() calendar.Worker { return systemWorker{} }

type systemWorker struct{}

func (systemWorker) Wait(ctx context.Context, t time.Time, wake <-chan struct{}) {
	var reached <-chan time.Time
	if !t.IsZero() {
		timer := time.NewTimer(time.Until(t))
		defer timer.Stop()
		reached = timer.C
	}
	select {
	case <-reached:
	case <-wake:
	case <-ctx.Done():
	}
}

func (systemWorker) Done() {}
