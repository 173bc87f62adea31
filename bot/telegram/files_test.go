package telegram_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"pascalatih/bot/telegram"
)

func TestDownload(t *testing.T) {
	const path, where = "documents/file 1%.xlsx", `{"ok":true,"result":{"file_id":"f","file_path":"documents/file 1%.xlsx","file_size":4}}`
	says := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	tests := map[string]struct {
		getFile string // the answer; where if empty
		file    http.HandlerFunc
		limit   int64
		kind    telegram.Kind
		fetched int // how often the file was asked for
	}{
		"a file":                     {file: says(200, "data"), limit: 4, fetched: 1},
		"known to be too large":      {limit: 3, kind: telegram.TooLarge},
		"turns out to be too large":  {file: says(200, "data!"), limit: 4, kind: telegram.TooLarge, fetched: 1},
		"too large for a bot":        {getFile: `{"ok":false,"error_code":400,"description":"Bad Request: file is too big"}`, limit: 4, kind: telegram.TooLarge},
		"a file without a path":      {getFile: `{"ok":true,"result":{"file_id":"f"}}`, limit: 4, kind: telegram.Unknown},
		"a path to elsewhere":        {getFile: `{"ok":true,"result":{"file_path":"../../getMe"}}`, limit: 4, kind: telegram.Unknown},
		"a path of its own machine":  {getFile: `{"ok":true,"result":{"file_path":"/var/lib/a.xlsx"}}`, limit: 4, kind: telegram.Unknown},
		"kept no longer":             {file: says(404, `{"ok":false}`), limit: 4, kind: telegram.Gone, fetched: 1},
		"throttled":                  {file: says(429, ""), limit: 4, kind: telegram.Throttled, fetched: 1},
		"a gateway without a server": {file: says(502, "<html>"), limit: 4, kind: telegram.Unavailable, fetched: 1},
		"an answer without content":  {file: says(204, ""), limit: 4, kind: telegram.Unknown, fetched: 1},
		"cut within the file":        {file: func(w http.ResponseWriter, _ *http.Request) { answerHalf(200)(w); panic(http.ErrAbortHandler) }, limit: 99, kind: telegram.Unknown, fetched: 1},
		"a redirect is not followed": {
			file: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/file/bot"+token+"/"+"other", http.StatusFound)
			},
			limit: 4, kind: telegram.Refused, fetched: 1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			fetched := 0
			client := serving(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/file/bot"+token+"/"+path {
					fetched++
					test.file(w, r)
					return
				}
				if got := read(t, r); got.Method != "getFile" || got.Params["file_id"] != "f" {
					t.Errorf("asked for %+v", got)
				}
				answer := where
				if test.getFile != "" {
					answer = test.getFile
				}
				_, _ = io.WriteString(w, answer)
			})
			data, err := client.Download(t.Context(), "f", test.limit)
			if telegram.KindOf(err) != test.kind || fetched != test.fetched {
				t.Fatalf("got %v after %d fetches, want %v after %d", err, fetched, test.kind, test.fetched)
			}
			if test.kind == 0 && string(data) != "data" || test.kind != 0 && data != nil {
				t.Errorf("got %q", data)
			}
			if err != nil && strings.Contains(err.Error(), "made-up") {
				t.Errorf("the token is in %q", err)
			}
		})
	}
}

func TestContextEndsADownload(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client := serving(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/getFile") {
			_, _ = io.WriteString(w, `{"ok":true,"result":{"file_path":"documents/a"}}`)
			return
		}
		cancel()
		<-r.Context().Done()
	})
	_, err := client.Download(ctx, "f", 4)
	if telegram.KindOf(err) != telegram.Unknown || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want unknown for being canceled", err)
	}
}
