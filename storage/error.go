package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/lib/pq"
)

// Code tells a program why something that a person asked for was not done.
type Code string

// The codes. What each means for a method stands at the method.
const (
	NotFound       Code = "not_found"       // Detail: what
	AlreadyOpen    Code = "already_open"    // Detail: round
	AlreadyPlanned Code = "already_planned" // Detail: job, at
	Closed         Code = "closed"          // the round, or what hangs on it, is over
	Empty          Code = "empty"           // nobody would be asked
	LinkUsed       Code = "link_used"       // by another account
	LinkRevoked    Code = "link_revoked"    // by the office
	AlreadyClaimed Code = "already_claimed" // Detail: who, "account" or "employee"
	NoConsent      Code = "no_consent"      // there is none to withdraw, or it stands
	OtherContent   Code = "other_content"   // the same version was published with other questions
	Refused        Code = "refused"         // Detail: reason
)

// Error is a refusal that a person should hear about. Every other error of this
// package is internal: it is logged, and people hear one general sentence.
type Error struct {
	Code   Code
	Detail map[string]any // ids and keys that the sentence needs
}

// Error is for logs.
func (e *Error) Error() string {
	if len(e.Detail) == 0 {
		return string(e.Code)
	}
	return fmt.Sprintf("%s %v", e.Code, e.Detail)
}

// IsCode tells whether err is a refusal with this code.
func IsCode(err error, code Code) bool {
	refusal, ok := errors.AsType[*Error](err)
	return ok && refusal.Code == code
}

// ErrRepeated says that this command was carried out before, by the same
// message or button: nothing was changed, only the reply is to be given again.
var ErrRepeated = errors.New("the command was carried out before")

// refuse makes an Error from a code and pairs of detail.
func refuse(code Code, pairs ...any) *Error {
	detail := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		detail[pairs[i].(string)] = pairs[i+1]
	}
	return &Error{Code: code, Detail: detail}
}

// IsUnavailable tells whether err means that the database is away (refused or
// broken connections, a shutdown, a standby, no room, a timeout), so that the
// same request may succeed later; any other error is of the request itself.
//
// The outcome of a commit that ends so is unknown: what is done again must find
// that it happened.
func IsUnavailable(err error) bool {
	if err == nil {
		return false
	}
	if refusal := pq.As(err); refusal != nil {
		return isUnavailableState(string(refusal.Code))
	}
	if errors.Is(err, context.Canceled) {
		return false // we gave up, not the database
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true // deadlines of contexts are such errors too
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func isUnavailableState(state string) bool {
	const readOnly = "25006" // the primary became a standby
	if state == readOnly {
		return true
	}
	switch state[:min(2, len(state))] {
	case "08", // connection exceptions
		"53", // no connections, memory or disk left
		"57", // shutdown, crash, starting up, cancelled
		"58": // the machine's own errors
		return true
	}
	return false
}
