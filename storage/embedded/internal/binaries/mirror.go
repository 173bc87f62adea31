package binaries

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	fetchTimeout = 10 * time.Minute // for one file over a slow line; machines' time
	largestFile  = 256 << 20        // bytes; a release has about 30 MB
)

// mirror hands files of a repository on to embedded-postgres, each only if it
// matches its checksum. The library by itself takes an archive whose .sha256 is
// missing and cannot be cancelled; behind the mirror it sees no such archive,
// and requests end with their context.
type mirror struct {
	repository string
	client     *http.Client

	mu      sync.Mutex
	refused error
}

func newMirror(repository string) *mirror {
	return &mirror{
		repository: strings.TrimRight(repository, "/"),
		client:     &http.Client{Timeout: fetchTimeout},
	}
}

// ServeHTTP answers a file with the repository's, or its .sha256 with the sum of
// the file, which by then has been compared.
func (m *mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, wantsSum := strings.CutSuffix(r.URL.Path, ".sha256")
	if wantsSum {
		// The file came first and was checked; the sum is asked for a second time.
		sum, err := m.sum(r.Context(), file)
		m.reply(w, []byte(sum), err)
		return
	}
	content, err := m.checked(r.Context(), file)
	m.reply(w, content, err)
}

// refusal is why a file was last refused.
func (m *mirror) refusal() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refused
}

func (m *mirror) reply(w http.ResponseWriter, content []byte, err error) {
	if err != nil {
		m.mu.Lock()
		m.refused = err
		m.mu.Unlock()
		http.Error(w, "refused", http.StatusBadGateway)
		return
	}
	// A failed write shows at the other end, which is in this process.
	_, _ = w.Write(content)
}

// checked gets a file that matches its checksum.
func (m *mirror) checked(ctx context.Context, file string) ([]byte, error) {
	sum, err := m.sum(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("no checksum: %w", err)
	}
	content, err := m.get(ctx, file)
	if err != nil {
		return nil, err
	}
	actual := sha256.Sum256(content)
	if hex.EncodeToString(actual[:]) != sum {
		return nil, fmt.Errorf("%s%s does not match its checksum", m.repository, file)
	}
	return content, nil
}

// sum gets the SHA-256 that the repository names for a file, as lower case hex.
func (m *mirror) sum(ctx context.Context, file string) (string, error) {
	content, err := m.get(ctx, file+".sha256")
	if err != nil {
		return "", err
	}
	fields := strings.Fields(string(content)) // some tools write the file's name behind it
	if len(fields) == 0 || len(fields[0]) != hex.EncodedLen(sha256.Size) {
		return "", fmt.Errorf("%s%s.sha256 is not a SHA-256 checksum", m.repository, file)
	}
	return strings.ToLower(fields[0]), nil
}

func (m *mirror) get(ctx context.Context, file string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.repository+file, nil)
	if err != nil {
		return nil, fmt.Errorf("asking for %s%s: %w", m.repository, file, err)
	}
	response, err := m.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking for a file: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s%s: %s", m.repository, file, response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, largestFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s%s: %w", m.repository, file, err)
	}
	if len(content) > largestFile {
		return nil, fmt.Errorf("%s%s is larger than %d bytes", m.repository, file, largestFile)
	}
	return content, nil
}
