package storage

import (
	"errors"
	"strconv"

	"github.com/lib/pq"
)

// Environment is a database's address as PostgreSQL's own programs take it, in
// variables such as PGHOST. It holds the password.
func Environment(url string) ([]string, error) {
	cfg, err := pq.NewConfig(url)
	if err != nil {
		// The error would repeat the address, with its password.
		return nil, errors.New("the database's address has not the form postgres://user@host/name")
	}
	var environment []string
	for _, variable := range []struct{ name, value string }{
		{"PGHOST", cfg.Host}, {"PGPORT", strconv.Itoa(int(cfg.Port))}, {"PGDATABASE", cfg.Database},
		{"PGUSER", cfg.User}, {"PGPASSWORD", cfg.Password}, {"PGSSLMODE", string(cfg.SSLMode)},
		{"PGSSLROOTCERT", cfg.SSLRootCert}, {"PGSSLCERT", cfg.SSLCert}, {"PGSSLKEY", cfg.SSLKey},
	} {
		if variable.value != "" {
			environment = append(environment, variable.name+"="+variable.value)
		}
	}
	return environment, nil
}
