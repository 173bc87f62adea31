package simulator

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"pascalatih/bot/simulator/spec"
)

// Kind is why a request was not served as asked: a violation or a refusal.
type Kind string

// Violations: what no state excuses.
const (
	UnknownMethod           = Kind(spec.UnknownMethod)
	UnknownParameter        = Kind(spec.UnknownParameter)
	MissingParameter        = Kind(spec.MissingParameter)
	WrongType               = Kind(spec.WrongType)
	WrongLength             = Kind(spec.WrongLength)
	MethodNotServed    Kind = "method not served"
	BrokenHTML         Kind = "HTML that does not parse"
	BrokenKeyboard     Kind = "keyboard that cannot be shown"
	SentWhilePaused    Kind = "sent while a retry_after ran"
	SentAfterForbidden Kind = "sent again after a 403"
)

// Refusals: what depends on the state of a chat, or of the bot.
const (
	NotModified     Kind = "not modified"
	QueryTooOld     Kind = "query too old"
	QueryUnknown    Kind = "query unknown"
	MessageGone     Kind = "message gone"
	MessageTooOld   Kind = "message too old to delete"
	NotEditable     Kind = "message cannot be edited"
	ChatNotFound    Kind = "chat not found"
	Blocked         Kind = "blocked"
	NeverStarted    Kind = "never started"
	Deactivated     Kind = "deactivated"
	NotMember       Kind = "not a member"
	FileUnknown     Kind = "file unknown"
	FileTooLarge    Kind = "file too large to fetch"
	TooMany         Kind = "429"          // the limits of the simulated Telegram
	TooManyInjected Kind = "429 injected" // a Fault, and what followed from it
	TwoPollers      Kind = "409"
	Unauthorized    Kind = "unauthorized"
)

// Violation is one request that should never have been made.
type Violation struct {
	Kind   Kind
	Method string
	Chat   int64 // zero: no chat, or none that can be read
	Detail string
}

func (v Violation) String() string {
	return fmt.Sprintf("%s: %s to chat %d: %s", v.Kind, v.Method, v.Chat, v.Detail)
}

// tally counts.
type tally struct {
	mu         sync.Mutex
	violations []Violation
	refusals   map[Kind]int
	served     map[string]int
	faults     map[FaultKind]int
	dropped    int
	kills      int
}

func newTally() *tally {
	return &tally{refusals: make(map[Kind]int), served: make(map[string]int), faults: make(map[FaultKind]int)}
}

func (t *tally) violation(v Violation) { t.with(func() { t.violations = append(t.violations, v) }) }
func (t *tally) refusal(k Kind)        { t.with(func() { t.refusals[k]++ }) }
func (t *tally) fault(k FaultKind)     { t.with(func() { t.faults[k]++ }) }
func (t *tally) request(method string) { t.with(func() { t.served[method]++ }) }
func (t *tally) drop(n int)            { t.with(func() { t.dropped += n }) }

func (t *tally) with(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
}

// Violations are all violations so far, in their order.
func (s *Server) Violations() []Violation {
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	return slices.Clone(s.tally.violations)
}

// Refusals counts the refused requests by kind. A 429 that was injected, or that
// answers during the pause an injected one ordered, is TooManyInjected.
func (s *Server) Refusals() map[Kind]int {
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	return maps.Clone(s.tally.refusals)
}

// Requests counts the requests by method, however they were answered.
func (s *Server) Requests() map[string]int {
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	return maps.Clone(s.tally.served)
}

// Faults counts the faults that took effect.
func (s *Server) Faults() map[FaultKind]int {
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	return maps.Clone(s.tally.faults)
}

// Dropped counts the updates that were never fetched in time: callbacks after
// 150 s, all others after 24 h.
func (s *Server) Dropped() int {
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	return s.tally.dropped
}

// Sound is nil if the bot kept all rules: there was no violation and no 429 that
// was not injected. Else it tells what was wrong.
func (s *Server) Sound() error {
	var wrong []error
	for _, v := range s.Violations() {
		wrong = append(wrong, errors.New(v.String()))
	}
	if n := s.Refusals()[TooMany]; n > 0 {
		wrong = append(wrong, fmt.Errorf("%d requests were answered 429, not injected", n))
	}
	return errors.Join(wrong...)
}
