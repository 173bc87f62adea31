package bot

import "time"

// Meter is told what the bot does, for whoever counts it. Its methods are called
// by many goroutines at once.
type Meter interface {
	// Update is one attempt to handle an update of a kind (message, edited,
	// callback, membership, other), which took so long of the machine's time.
	Update(kind string, outcome Handled, took time.Duration)
	// Answered is a tap or a text that an open form took.
	Answered()
	// Submitted is a form that its person sent.
	Submitted()
}

// Handled is how an attempt to handle an update ended.
type Handled string

// The outcomes of handling an update.
const (
	Done       Handled = "done"
	Again      Handled = "again"       // not for now; the update comes again
	PassedOver Handled = "passed_over" // it failed too often
)

// unmetered is the Meter where nobody counts.
type unmetered struct{}

func (unmetered) Update(string, Handled, time.Duration) {}
func (unmetered) Answered()                             {}
func (unmetered) Submitted()                            {}
