package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// exchange makes one request through the library and judges its outcome. The
// library knows neither contexts nor statuses, so each exchange gives it an
// HTTP client of its own that does.
func (c *Client) exchange(ctx context.Context, method string, timeout time.Duration, result any, request func(*tgbotapi.BotAPI) (*tgbotapi.APIResponse, error)) (err error) {
	if c.requested != nil {
		begun := time.Now()
		defer func() { c.requested(method, KindOf(err), time.Since(begun)) }()
	}
	ctx, cancel := context.WithTimeout(ctx, timeout) // the machine's time: a socket that never answers
	defer cancel()
	trip := &roundTrip{ctx: ctx, http: c.http}
	api := &tgbotapi.BotAPI{Token: c.token, Client: trip}
	api.SetAPIEndpoint(c.endpoint)

	answer, err := request(api)
	if err != nil {
		return c.failure(method, trip, answer, err)
	}
	if result != nil {
		if err := json.Unmarshal(answer.Result, result); err != nil {
			return &Error{Kind: Unknown, Method: method, Code: trip.status, Reason: "the result makes no sense"}
		}
	}
	c.answered.Store(time.Now().UnixNano()) // the machine's time: how lately the server was there
	return nil
}

// failure tells what became of a request that did not succeed.
func (c *Client) failure(method string, trip *roundTrip, answer *tgbotapi.APIResponse, err error) *Error {
	failed := &Error{Method: method, Code: trip.status, Reason: c.redact(err), cause: trip.ctx.Err()}
	var refused *tgbotapi.Error
	switch {
	case errors.As(err, &refused):
		if answer.ErrorCode != 0 { // the library leaves it out of the errors of uploads
			failed.Code = answer.ErrorCode
		}
		failed.Kind, failed.cause = kindOfAnswer(failed.Code, failed.Reason), nil
	case trip.status >= 300: // a gateway's page instead of Telegram's JSON
		failed.Reason = http.StatusText(trip.status)
		failed.Kind, failed.cause = kindOfAnswer(trip.status, ""), nil
	case trip.began.Load():
		failed.Kind = Unknown
	case trip.tried:
		failed.Kind = Unreachable
	default: // no request could be made of this token and address
		failed.Kind = Unauthorized
	}
	switch failed.Kind {
	case Throttled:
		failed.RetryAfter = max(time.Second, trip.retryAfter)
		if refused != nil && refused.RetryAfter > 0 {
			failed.RetryAfter = time.Duration(refused.RetryAfter) * time.Second
		}
	case Unknown:
		failed.RetryAfter = throttledWithin(failed.Reason)
	}
	return failed
}

// redact is the text of err without the token, which is part of every address.
func (c *Client) redact(err error) string {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	if c.token == "" {
		return err.Error()
	}
	return strings.NewReplacer(c.token, "<token>", url.PathEscape(c.token), "<token>").Replace(err.Error())
}

// roundTrip is the HTTP client of one exchange. It bounds the request by a
// context and notes what the library does not tell.
type roundTrip struct {
	ctx  context.Context
	http *http.Client

	tried      bool          // a request was made of token and address
	began      atomic.Bool   // a connection was there: bytes may have gone out
	status     int           // of the answer, 0 if none came
	retryAfter time.Duration // of the answer's header
}

// Do implements the library's HTTPClient.
func (t *roundTrip) Do(req *http.Request) (*http.Response, error) {
	t.tried = true
	ctx := httptrace.WithClientTrace(t.ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { t.began.Store(true) },
	})
	answer, err := t.http.Do(req.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	t.status = answer.StatusCode
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil {
		t.retryAfter = time.Duration(seconds) * time.Second
	}
	return answer, nil
}
