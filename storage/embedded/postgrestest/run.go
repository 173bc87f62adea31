package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"pascalatih/storage/embedded"
	"pascalatih/storage/embedded/internal/binaries"
	"pascalatih/storage/embedded/internal/cluster"
	"pascalatih/storage/embedded/internal/flock"
)

// run is a server in a folder of its own, which both last as long as this
// process.
type run struct {
	dir     string
	cluster *cluster.Cluster
	lock    *flock.Lock    // held until the process ends: tells that the folder is in use
	tether  io.WriteCloser // closed by the kernel when the process ends
}

// startRun starts a server on a copy of the cluster that all test processes of
// this machine's user share.
func startRun(ctx context.Context) (*run, error) {
	home, err := home()
	if err != nil {
		return nil, err
	}
	scratch, err := scratch(home)
	if err != nil {
		return nil, err
	}
	r, original, err := newRun(ctx, home, scratch)
	if err != nil {
		return nil, err
	}
	// From here on the watchdog cleans up, whatever happens.
	r.tether, err = watch(r.dir)
	if err != nil {
		return nil, err
	}
	if err := r.cluster.Copy(ctx, original); err != nil {
		return nil, err
	}
	if err := r.cluster.Start(ctx, "fsync=off", "synchronous_commit=off", "full_page_writes=off",
		"shared_buffers=32MB"); err != nil {
		return nil, err
	}
	return r, nil
}

// home is the folder that test processes share.
func home() (string, error) {
	home := "/var/cache/pascalatih-test" // root's own cache is closed to the user that Postgres runs as
	if os.Geteuid() != 0 {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("looking for the cache folder: %w", err)
		}
		home = filepath.Join(cache, "pascalatih-test")
	}
	if err := accessible(home); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(home)
}

// scratch is the folder for the servers of processes: in memory where there is
// room, because a busy disk makes databases ten times slower, else home.
func scratch(home string) (string, error) {
	const memory, room = "/dev/shm", 2 << 30 // bytes; a process takes 30 MB and 8 for each database
	var volume syscall.Statfs_t
	if err := syscall.Statfs(memory, &volume); err != nil {
		return home, nil // this system has no such folder
	}
	if volume.Bavail*uint64(volume.Bsize) < room {
		return home, nil
	}
	dir := filepath.Join(memory, fmt.Sprintf("pascalatih-test-%d", os.Geteuid()))
	return dir, accessible(dir)
}

// accessible makes a folder that all accounts may enter, whatever the umask.
func accessible(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the tests' folder: %w", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return fmt.Errorf("opening the tests' folder: %w", err)
	}
	return nil
}

// newRun prepares a folder in scratch and gives the cluster of home to copy into
// it, one process at a time.
func newRun(ctx context.Context, home, scratch string) (_ *run, original *cluster.Cluster, err error) {
	turn, err := flock.Exclusive(ctx, filepath.Join(home, "lock"))
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, turn.Release()) }()
	if err := sweep(ctx, scratch); err != nil {
		return nil, nil, err
	}
	programs, err := binaries.Source{
		Cache:      filepath.Join(home, "binaries"),
		Repository: embedded.Repository,
		Logger:     slog.New(slog.DiscardHandler),
	}.Find(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	original, err = template(ctx, home, programs)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp(scratch, "run-")
	if err != nil {
		return nil, nil, fmt.Errorf("making a folder for the server: %w", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		return nil, nil, fmt.Errorf("opening the server's folder: %w", err)
	}
	lock, err := flock.Exclusive(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return nil, nil, err
	}
	started, err := cluster.New(filepath.Join(dir, "data"), programs)
	return &run{dir: dir, cluster: started, lock: lock}, original, err
}

// template gives the cluster that runs are copies of, made the first time.
func template(ctx context.Context, home string, programs binaries.Set) (*cluster.Cluster, error) {
	dir := filepath.Join(home, "template-"+programs.Version)
	original, err := cluster.New(dir, programs)
	if err != nil {
		return nil, err
	}
	_, err = os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = original.Init(ctx, "--no-sync", "--wal-segsize=1") // small files copy faster
	}
	if err != nil {
		return nil, fmt.Errorf("making the cluster to copy: %w", err)
	}
	return original, nil
}

// sweep ends and removes what processes left whose watchdog was killed with them.
func sweep(ctx context.Context, scratch string) error {
	dirs, err := filepath.Glob(filepath.Join(scratch, "run-*"))
	if err != nil {
		return fmt.Errorf("looking for abandoned servers: %w", err)
	}
	for _, dir := range dirs {
		lock, err := flock.TryExclusive(filepath.Join(dir, "lock"))
		if lock == nil || err != nil {
			continue // in use, or being removed just now by its watchdog
		}
		abandoned, err := cluster.New(filepath.Join(dir, "data"), binaries.Set{})
		if err == nil {
			err = abandoned.Kill(ctx)
		}
		if err := errors.Join(err, os.RemoveAll(dir), lock.Release()); err != nil {
			return fmt.Errorf("removing an abandoned server: %w", err)
		}
	}
	return nil
}

// watch starts a shell that outlives this process, however that ends, then ends
// the server in dir and removes the folder. It waits for the end of its input,
// which comes when the kernel closes the returned tether.
func watch(dir string) (io.WriteCloser, error) {
	const script = `read -r line
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then kill -QUIT "$pid"; fi
tries=0
while [ -e "$1/data/postmaster.pid" ] && [ $tries -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
rm -rf "$1"`
	watchdog := exec.Command("/bin/sh", "-c", script, "watchdog", dir)
	watchdog.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C must not reach it
	tether, err := watchdog.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("tying the watchdog to this process: %w", err)
	}
	if err := watchdog.Start(); err != nil {
		return nil, fmt.Errorf("starting the watchdog: %w", err)
	}
	return tether, nil
}
