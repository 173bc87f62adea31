package telegram

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Error is the outcome of a request that did not succeed. Its text and fields
// never hold the token.
type Error struct {
	// Kind is what the caller decides on.
	Kind Kind
	// Method is the Bot API's method, such as sendMessage.
	Method string
	// Reason is Telegram's description or what broke, for the log.
	Reason string
	// Code is the status that Telegram answered with; 0 where none came.
	Code int
	// RetryAfter is how long to stay quiet, on the people's clock: at least a
	// second where Kind is Throttled, or where it is Unknown because Telegram took
	// an album only in part; else zero.
	RetryAfter time.Duration

	// cause is the context's error where the context ended the request, else nil.
	cause error
}

// Kind tells the failures apart that a caller treats differently.
type Kind int

// The kinds of failure. The zero Kind is no failure of Telegram's.
const (
	// Throttled is a 429: nothing was done, and RetryAfter says how long to wait.
	Throttled Kind = iota + 1
	// Blocked means that the chat cannot be reached until somebody there acts:
	// the bot is blocked or removed, the person deactivated or never started it.
	Blocked
	// Gone means that what the request is about is no longer there to be acted
	// on: the message was deleted or cannot be edited or deleted any more, or
	// the callback query is too old, or the file is kept no longer.
	Gone
	// TooLarge means that a file is larger than Telegram takes or gives, or than
	// the caller wanted.
	TooLarge
	// Refused is any other 4xx: the request is at fault, and sending the same
	// again gives the same.
	Refused
	// Conflict is a 409: another program polls with this token, or a webhook
	// is set.
	Conflict
	// Unauthorized means that the token, or the address, is wrong.
	Unauthorized
	// Unreachable means that the request never began: nothing was done, and it
	// may be sent again.
	Unreachable
	// Unavailable is a 5xx. Whether the request took effect is not known: a
	// gateway also says so about one that had been passed on.
	Unavailable
	// Unknown means that the connection broke, the time ran out or the answer
	// made no sense after the request could have begun, or that Telegram grew
	// tired within an album. Whether it took effect, and how far, is not known.
	Unknown
)

var kindNames = [...]string{"none", "throttled", "blocked", "gone", "too large", "refused", "conflict", "unauthorized", "unreachable", "unavailable", "unknown"}

// String is the kind's name in lower case, fit for logs and columns.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind(%d)", int(k))
	}
	return kindNames[k]
}

// Uncertain tells whether a request of this outcome may have taken effect:
// sending it again may then do it twice.
func (k Kind) Uncertain() bool {
	return k == Unknown || k == Unavailable
}

// KindOf is the Kind of the *Error within err, and zero where there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// Error names the method, the kind and the reason.
func (e *Error) Error() string {
	if e.Code == 0 {
		return fmt.Sprintf("telegram %s: %s: %s", e.Method, e.Kind, e.Reason)
	}
	return fmt.Sprintf("telegram %s: %s (%d): %s", e.Method, e.Kind, e.Code, e.Reason)
}

// Unwrap gives context.Canceled or context.DeadlineExceeded where that ended
// the request.
func (e *Error) Unwrap() error {
	return e.cause
}

// kindOfAnswer tells what an answer with this status and description means.
func kindOfAnswer(code int, reason string) Kind {
	switch {
	case code == 429:
		return Throttled
	case code == 403:
		return Blocked
	case code == 409:
		return Conflict
	case code == 401 || code == 404:
		return Unauthorized
	case code >= 500:
		return Unavailable
	case throttledWithin(reason) > 0:
		return Unknown
	case contains(reason, unreachableChat):
		return Blocked
	case contains(reason, goneTarget):
		return Gone
	case code == 413 || contains(reason, tooLarge):
		return TooLarge
	case code >= 300:
		return Refused
	}
	return Unknown // an answer that says neither yes nor no
}

// Descriptions are Telegram's only word on what a 400 means. They are compared
// in lower case.
var (
	// A person who never started the bot is a chat that Telegram does not find.
	unreachableChat = []string{"chat not found", "peer_id_invalid", "user_is_blocked"}
	goneTarget      = []string{
		"message to edit not found", "message can't be edited", "message_id_invalid",
		"message to delete not found", "message can't be deleted",
		"query is too old", "query_id_invalid",
		"wrong file_id or the file is temporarily unavailable",
	}
	tooLarge    = []string{"is too big"}
	notModified = []string{"message is not modified"}
)

// albumThrottled is how Telegram says, in a 400, that it throttled one message of
// an album. The others may have been sent.
var albumThrottled = regexp.MustCompile(`(?i)failed to send message #\d+ with the error message "too many requests: retry after (\d{1,6})`)

// throttledWithin is the wait that Telegram asks for within an album; zero where
// reason says something else.
func throttledWithin(reason string) time.Duration {
	found := albumThrottled.FindStringSubmatch(reason)
	if found == nil {
		return 0
	}
	seconds, err := strconv.Atoi(found[1])
	if err != nil {
		return 0 // the form admits few digits only
	}
	return max(time.Second, time.Duration(seconds)*time.Second)
}

func contains(reason string, any []string) bool {
	reason = strings.ToLower(reason)
	for _, part := range any {
		if strings.Contains(reason, part) {
			return true
		}
	}
	return false
}
