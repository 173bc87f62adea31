package simulator

import (
	"math/rand/v2"
	"slices"
	"time"
)

// FaultKind is what goes wrong.
type FaultKind string

// Kinds of faults.
const (
	CutBefore     FaultKind = "cut before"     // the connection breaks, the request was not processed
	CutAfter      FaultKind = "cut after"      // the request was processed, its answer is lost
	Status500     FaultKind = "500"            // not processed
	Status502HTML FaultKind = "502"            // not processed; a proxy's page instead of JSON
	Refuse        FaultKind = "400"            // not processed: the message is at fault
	TooManyNow    FaultKind = "429"            // not processed; retry_after is given
	Delay         FaultKind = "delay"          // processed at once, answered later
	RepeatUpdate  FaultKind = "repeat updates" // a confirmation is forgotten: its updates come once more
)

// Fault is something that goes wrong with requests to come.
type Fault struct {
	Kind   FaultKind
	Method string // which requests; empty: any method. RepeatUpdate is always for getUpdates
	Chat   int64  // which requests; zero: any chat, or none
	Skip   int    // so many of these requests pass first
	Times  int    // so many are hit then; zero: one

	Delay      time.Duration // Delay: machine time, for a request under way holds a virtual clock
	Held       chan struct{} // Delay of one request: closed once it was processed, while its answer waits; nil: nobody is told
	RetryAfter time.Duration // TooManyNow: full seconds; zero: one second
	Everywhere bool          // TooManyNow: the pause is for all chats
}

// Inject plans faults. Of several that fit a request the one injected first takes
// effect.
func (s *Server) Inject(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		f.Times = max(f.Times, 1)
		if f.Kind == RepeatUpdate {
			f.Method = "getUpdates"
		}
		if f.RetryAfter < time.Second {
			f.RetryAfter = time.Second
		}
		s.faults = append(s.faults, f)
	}
}

// Scatter plans n faults of the given kinds over the next requests of the given
// methods (none: of all), at places that the seed determines.
func Scatter(seed uint64, n, requests int, kinds []FaultKind, methods ...string) []Fault {
	random := rand.New(rand.NewPCG(seed, 0))
	if len(methods) == 0 {
		methods = []string{""}
	}
	faults := make([]Fault, n)
	for i := range faults {
		faults[i] = Fault{
			Kind:   kinds[random.IntN(len(kinds))],
			Method: methods[random.IntN(len(methods))],
			Skip:   random.IntN(requests),
			Delay:  time.Duration(random.IntN(50)) * time.Millisecond,
		}
	}
	return faults
}

// fault takes the fault that a request meets, if any. A RepeatUpdate waits for a
// request that confirms something.
func (s *Server) fault(c *call) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	met := -1
	for i := range s.faults {
		f := &s.faults[i]
		switch {
		case f.Method != "" && f.Method != c.method, f.Chat != 0 && f.Chat != c.chat:
		case f.Kind == RepeatUpdate && !s.queue.confirms(c.number("offset")):
		case f.Skip > 0:
			f.Skip--
		case met < 0:
			met = i
		}
	}
	if met < 0 {
		return Fault{}, false
	}
	f := s.faults[met]
	s.faults[met].Times--
	if s.faults[met].Times == 0 {
		s.faults = slices.Delete(s.faults, met, met+1)
	}
	s.tally.fault(f.Kind)
	return f, true
}
