package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is whom PostgreSQL runs as.
type account struct {
	name       string
	credential *syscall.Credential // nil: as we do
}

// accountFor chooses the account for a data directory. PostgreSQL refuses to run
// as root, so root runs it as the owner of the data there is, else as postgres,
// else as nobody.
func accountFor(dir string) (account, error) {
	if os.Geteuid() != 0 {
		return account{name: strconv.Itoa(os.Geteuid())}, nil
	}
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return unprivileged()
	}
	if err != nil {
		return account{}, fmt.Errorf("looking at the data directory: %w", err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	if owner.Uid == 0 {
		return account{}, fmt.Errorf("the data in %s belongs to root, but PostgreSQL does not run as root; "+
			"give it to another account with `chown -R postgres: %s`", dir, dir)
	}
	found := account{name: strconv.Itoa(int(owner.Uid)), credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	if entry, err := user.LookupId(found.name); err == nil {
		found.name = entry.Username
	}
	return found, nil
}

func unprivileged() (account, error) {
	for _, name := range []string{"postgres", "nobody"} {
		entry, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(entry.Uid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("reading the account %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(entry.Gid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("reading the account %s: %w", name, err)
		}
		return account{name: name, credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, errors.New("PostgreSQL does not run as root, and this machine has no account postgres or nobody to run it as; " +
		"start Pascalatih as another user, or give a server that runs in DATABASE_URL")
}

// write makes a file that only the account may read.
func (a account) write(path, content string) error {
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return err
	}
	return a.own(path)
}

func (a account) own(path string) error {
	if a.credential == nil {
		return nil
	}
	return os.Lchown(path, int(a.credential.Uid), int(a.credential.Gid))
}

// shutOut is the error of an account that may not enter dir or run program.
func (a account) shutOut(dir, program string) error {
	return fmt.Errorf("PostgreSQL runs as the user %s, who may not enter %s or may not run %s; "+
		"choose a data directory whose parent folders everybody may enter, such as PASCALATIH_DATA_DIR=/var/lib/pascalatih",
		a.name, filepath.Dir(dir), program)
}
