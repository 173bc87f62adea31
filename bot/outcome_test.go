package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

func TestOutcomeOf(t *testing.T) {
	wire := func(kind telegram.Kind) error {
		return fmt.Errorf("send: %w", &telegram.Error{Kind: kind, Reason: "said so", RetryAfter: 7 * time.Second})
	}
	tests := map[string]struct {
		err  error
		want storage.Outcome
	}{
		"throttled":           {err: wire(telegram.Throttled), want: storage.Outcome{State: storage.Later, Reason: "throttled", After: 7 * time.Second, Throttled: true}},
		"blocked":             {err: wire(telegram.Blocked), want: storage.Outcome{State: storage.Failed, Reason: "blocked", Blocked: true}},
		"blocked before":      {err: errSilent, want: storage.Outcome{State: storage.Failed, Reason: "blocked", Blocked: true}},
		"refused":             {err: wire(telegram.Refused), want: storage.Outcome{State: storage.Failed, Reason: "said so"}},
		"never began":         {err: wire(telegram.Unreachable), want: storage.Outcome{State: storage.Later, Reason: "telegram away", After: 20 * time.Second}},
		"a server's error":    {err: wire(telegram.Unavailable), want: storage.Outcome{State: storage.Unknown, Reason: "unavailable", After: 40 * time.Second}},
		"broke on the way":    {err: wire(telegram.Unknown), want: storage.Outcome{State: storage.Unknown, Reason: "unknown"}},
		"the token is wrong":  {err: wire(telegram.Unauthorized), want: storage.Outcome{State: storage.Later, Reason: "unauthorized", After: 2 * time.Minute}},
		"we end":              {err: context.Canceled, want: storage.Outcome{State: storage.Later, Reason: "database away", After: 20 * time.Second}},
		"the database's away": {err: fmt.Errorf("read: %w", context.DeadlineExceeded), want: storage.Outcome{State: storage.Later, Reason: "database away", After: 20 * time.Second}},
		"we end meanwhile":    {err: cancelledSend(t), want: storage.Outcome{State: storage.Unknown, Reason: "unknown"}},
		"our own mistake":     {err: errors.New("a form that cannot be read"), want: storage.Outcome{State: storage.Failed, Reason: "cannot be rendered"}},
	}
	b := &Bot{jitter: func() float64 { return 0.5 }}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := b.outcomeOf(test.err, 3); got != test.want {
				t.Errorf("outcomeOf gives %+v, want %+v", got, test.want)
			}
		})
	}
}

// cancelledSend is the error of a send that had reached the server when its
// context ended.
func cancelledSend(t *testing.T) error {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // until then the server does not see that the client leaves
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	client := telegram.New(telegram.Config{Token: "1:a", BaseURL: server.URL, Log: slog.New(slog.DiscardHandler)})
	_, err := client.Send(ctx, telegram.Message{Chat: 1, Text: "a"})
	return err
}

func TestBackoff(t *testing.T) {
	tests := map[string]struct {
		attempt int
		jitter  float64
		want    time.Duration
	}{
		"the first wait":         {attempt: 1, jitter: 0.5, want: 5 * time.Second},
		"twice as long":          {attempt: 2, jitter: 0.5, want: 10 * time.Second},
		"and so on":              {attempt: 5, jitter: 0.5, want: 80 * time.Second},
		"never longer than most": {attempt: 1000, jitter: 0.5, want: 5 * time.Minute},
		"spread before":          {attempt: 2, jitter: 0, want: 7500 * time.Millisecond},
		"spread behind":          {attempt: 2, jitter: 1, want: 12500 * time.Millisecond},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := soonAgain.after(test.attempt, test.jitter); got != test.want {
				t.Errorf("waits %s, want %s", got, test.want)
			}
		})
	}
}
