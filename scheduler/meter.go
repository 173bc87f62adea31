package scheduler

import "pascalatih/storage"

// Meter is told what the scheduler ends, for whoever counts it. Its methods are
// called by several goroutines at once.
type Meter interface {
	// Delivered is an attempt to send a delivery whose outcome was written.
	Delivered(kind storage.DeliveryKind, outcome storage.OutcomeState)
	// Worked is one run of a job, which failed or not.
	Worked(kind storage.JobKind, failed bool)
}

// unmetered is the Meter where nobody counts.
type unmetered struct{}

func (unmetered) Delivered(storage.DeliveryKind, storage.OutcomeState) {}
func (unmetered) Worked(storage.JobKind, bool)                         {}
