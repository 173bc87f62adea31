// Command pascalatih asks civil servants in Telegram what a training was worth,
// keeps their answers in Postgres and tells administrators every week what came
// out. README.md says how to run it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones are there on machines without them

	"github.com/alecthomas/kong"
)

// Exit codes of every command.
const (
	exitDone = iota
	exitFailed
	exitUsage
)

// commands is the whole command line: what each takes stands in its struct.
type commands struct {
	Serve      serveCommand      `cmd:"" help:"Run the bot."`
	Demo       demoCommand       `cmd:"" help:"Live four months and three trainings with 48 made-up people; needs no token and no server."`
	Import     importCommand     `cmd:"" help:"Read roster, trainings and lists of holidays from .xlsx or .csv files."`
	Links      linksCommand      `cmd:"" help:"Print personal links as CSV: nip,nama,url."`
	Instrument instrumentCommand `cmd:"" help:"List, check, publish and write out instruments."`
	Round      roundCommand      `cmd:"" help:"Start, list, watch, remind and close rounds."`
	Export     exportCommand     `cmd:"" help:"Write the responses of a round as CSV or as a workbook."`
	Summary    summaryCommand    `cmd:"" help:"Print the summary of a week, or of a round so far, as administrators get it."`
	Migrate    migrateCommand    `cmd:"" help:"Bring the database to this version's tables."`
	Doctor     doctorCommand     `cmd:"" help:"Look whether serve has all that it needs; changes nothing."`
	Postgres   postgresCommand   `cmd:"" help:"Run a program of PostgreSQL, such as pg_dump or psql, on the office's database."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

// streams are where a command's data and its talk go.
type streams struct {
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// run carries out one command line and returns its exit code.
func run(ctx context.Context, args []string, std streams) int {
	exited := -1
	parser, err := kong.New(&commands{},
		kong.Name("pascalatih"),
		kong.Description("Finds out, in chat, what a training was worth."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
		kong.Vars{"root_data_dir": rootDataDir},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(std.err, "pascalatih:", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // help was asked for and printed
		return exited
	}
	if err != nil {
		fmt.Fprintln(std.err, "pascalatih:", err)
		return exitUsage
	}
	err = command.Run()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(std.err, "pascalatih: interrupted")
		return exitFailed
	}
	if err != nil {
		fmt.Fprintln(std.err, "pascalatih:", err)
		if errors.As(err, new(usageError)) {
			return exitUsage
		}
		return exitFailed
	}
	return exitDone
}

// usageError is a command line that cannot be carried out as it was written.
type usageError struct{ error }
