package telegram_test

import (
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"pascalatih/bot/telegram"
)

const token = "12345:made-up_token"

// request is what came over the wire.
type request struct {
	Method string
	Params map[string]string
	File   string // name and content of the uploaded file, or files
}

// answering is a Telegram that gives every request the same answer. The
// requests it got are read with the second result.
func answering(t *testing.T, status int, header http.Header, body string) (*telegram.Client, func() []request) {
	t.Helper()
	var mu sync.Mutex
	var requests []request
	client := serving(t, func(w http.ResponseWriter, r *http.Request) {
		got := read(t, r)
		mu.Lock()
		requests = append(requests, got)
		mu.Unlock()
		for name := range header {
			w.Header().Set(name, header.Get(name))
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
	return client, func() []request {
		mu.Lock()
		defer mu.Unlock()
		return requests
	}
}

// serving is a Client of a server with this handler.
func serving(t testing.TB, handle http.HandlerFunc) *telegram.Client {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return telegram.New(telegram.Config{Token: token, BaseURL: server.URL, Log: silent()})
}

// read takes a request apart.
func read(t testing.TB, r *http.Request) request {
	got := request{Method: strings.TrimPrefix(r.URL.Path, "/bot"+token+"/"), Params: map[string]string{}}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			t.Errorf("read the upload: %v", err)
		}
		var uploaded []string
		for _, field := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
			files := r.MultipartForm.File[field]
			file, err := files[0].Open()
			if err != nil {
				t.Errorf("open the upload: %v", err)
				continue
			}
			content, _ := io.ReadAll(file)
			uploaded = append(uploaded, field+": "+files[0].Filename+": "+string(content))
		}
		got.File = strings.Join(uploaded, "; ")
	}
	if err := r.ParseForm(); err != nil {
		t.Errorf("read the form: %v", err)
	}
	for name := range r.Form {
		got.Params[name] = r.Form.Get(name)
	}
	return got
}

func silent() *slog.Logger {
	return slog.New(slog.DiscardHandler)
}

// unreachable is a Client of an address where nobody listens.
func unreachable(t *testing.T) *telegram.Client {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return telegram.New(telegram.Config{Token: token, BaseURL: server.URL, Log: silent()})
}
