package main

import (
	"context"
	"fmt"
)

type migrateCommand struct{ office }

func (c migrateCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(opened) error {
		_, err := fmt.Fprintln(std.out, "the database is up to date")
		return err
	})
}
