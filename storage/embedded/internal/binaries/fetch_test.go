package binaries_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pascalatih/storage/embedded/internal/binaries"
)

func TestFindFetches(t *testing.T) {
	own := onPath(t)
	tests := map[string]struct {
		data int
		sum  func(archive []byte) string
		asks int // major version asked for
	}{
		"the newest release for new data":       {sum: sum, asks: 18},
		"the release of existing data":          {data: own.Major(), sum: sum, asks: own.Major()},
		"a checksum with the file's name":       {sum: func(archive []byte) string { return sum(archive) + "  file.jar\n" }, asks: 18},
		"a checksum in capitals with a newline": {sum: func(archive []byte) string { return strings.ToUpper(sum(archive)) + "\n" }, asks: 18},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			repository := serve(t, func(archive []byte) (int, string) { return http.StatusOK, test.sum(archive) })
			source := machine(t, []string{""}, nil)
			source.Repository = repository.url
			set, err := source.Find(t.Context(), test.data)
			if err != nil {
				t.Fatal(err)
			}
			if set.Version != own.Version || !strings.HasPrefix(set.Dir, source.Cache) {
				t.Errorf("found %s in %s, want %s in the cache", set.Version, set.Dir, own.Version)
			}
			if asked := repository.requests()[0]; !strings.Contains(asked, fmt.Sprintf("/%d.", test.asks)) {
				t.Errorf("asked for %s, want a release of %d", asked, test.asks)
			}
		})
	}
}

func TestFindFetchesOnce(t *testing.T) {
	onPath(t)
	repository := serve(t, func(archive []byte) (int, string) { return http.StatusOK, sum(archive) })
	source := machine(t, []string{""}, nil)
	source.Repository = repository.url
	var together sync.WaitGroup
	for range 4 {
		together.Go(func() {
			if _, err := source.Find(t.Context(), 0); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	var archives int
	for _, path := range repository.requests() {
		if strings.HasSuffix(path, ".jar") {
			archives++
		}
	}
	if archives != 1 {
		t.Errorf("the archive was fetched %d times, want once", archives)
	}
}

func TestFindLeavesNothingOfAFailedFetch(t *testing.T) {
	tests := map[string]struct {
		status int
		sum    string
		says   string
	}{
		"the checksum is missing":        {status: http.StatusNotFound, says: "no checksum"},
		"the checksum does not match":    {status: http.StatusOK, sum: strings.Repeat("0", 64), says: "does not match its checksum"},
		"the checksum is something else": {status: http.StatusOK, sum: "<html>login</html>", says: "not a SHA-256 checksum"},
		"the checksum is empty":          {status: http.StatusOK, says: "not a SHA-256 checksum"},
		"the repository is out of order": {status: http.StatusBadGateway, says: "502"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source := machine(t, []string{""}, nil)
			source.Repository = serve(t, func([]byte) (int, string) { return test.status, test.sum }).url
			_, err := source.Find(t.Context(), 0)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want an error that says %q", err, test.says)
			}
			left(t, source)
		})
	}
}

func TestFindRefusesAnArchiveWithoutPrograms(t *testing.T) {
	repository := serve(t, func(archive []byte) (int, string) { return http.StatusOK, sum(archive) })
	repository.archive = []byte("no archive")
	source := machine(t, []string{""}, nil)
	source.Repository = repository.url
	if _, err := source.Find(t.Context(), 0); err == nil || !strings.Contains(err.Error(), "unpacking PostgreSQL") {
		t.Errorf("got %v, want an error of unpacking", err)
	}
	left(t, source)
}

func TestFindEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	asked := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done() // never answers
	}))
	t.Cleanup(asked.Close)
	source := machine(t, []string{""}, nil)
	source.Repository = asked.URL
	if _, err := source.Find(ctx, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context was cancelled", err)
	}
	left(t, source)
}

// left checks that the cache holds nothing but its lock.
func left(t *testing.T, source binaries.Source) {
	t.Helper()
	entries, err := os.ReadDir(source.Cache)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() != "lock" {
			t.Errorf("%s is left in the cache", entry.Name())
		}
	}
}

// onPath puts the machine's own PostgreSQL first on PATH, where the scripts that
// the repository serves look for the programs to run.
func onPath(t *testing.T) binaries.Set {
	t.Helper()
	own, err := binaries.Source{Cache: t.TempDir(), Logger: slog.New(slog.DiscardHandler)}.Find(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", own.Dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return own
}

// repository is a Maven repository with one archive under every address.
type repository struct {
	url     string
	archive []byte
	sum     func(archive []byte) (status int, text string)

	mu    sync.Mutex
	asked []string
}

// serve runs a repository that answers for checksums what sum says. Without sum
// it has no files at all.
func serve(t *testing.T, sum func(archive []byte) (status int, text string)) *repository {
	t.Helper()
	r := &repository{archive: archive(t), sum: sum}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *repository) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, request.URL.Path)
	if r.sum == nil {
		http.NotFound(w, request)
		return
	}
	if strings.HasSuffix(request.URL.Path, ".sha256") {
		status, text := r.sum(r.archive)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
		return
	}
	_, _ = w.Write(r.archive)
}

func (r *repository) requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// archive is a release as the repository has it: a zip file around a tarball.
func archive(t *testing.T) []byte {
	t.Helper()
	tarball, err := os.ReadFile(filepath.Join("testdata", "programs.txz"))
	if err != nil {
		t.Fatal(err)
	}
	var content bytes.Buffer
	writer := zip.NewWriter(&content)
	file, err := writer.Create("postgres-linux-x86_64.txz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(tarball); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

func sum(archive []byte) string {
	digest := sha256.Sum256(archive)
	return hex.EncodeToString(digest[:])
}
