package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pascalatih/bot"
	"pascalatih/bot/simulator/clock"
	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/survey/text"
)

type serveCommand struct {
	office
	Token   string  `name:"telegram-bot-token" env:"TELEGRAM_BOT_TOKEN" placeholder:"123:ABC" help:"Token of the bot, from @BotFather (required)."`
	APIURL  string  `name:"telegram-api-url" env:"TELEGRAM_API_URL" placeholder:"URL" help:"Base URL of another Bot API server (default: Telegram's public one)."`
	Admins  []int64 `name:"admins" env:"PASCALATIH_ADMINS" placeholder:"ID,..." help:"Telegram user ids that become administrator at start."`
	Listen  string  `env:"PASCALATIH_LISTEN" default:"127.0.0.1:8080" help:"Address of /healthz, /readyz and /metrics."`
	Rate    float64 `env:"PASCALATIH_RATE" default:"28" help:"Bulk messages a second, over all replicas together; above 30 Telegram wants Stars for them."`
	PerDay  int     `env:"PASCALATIH_PER_DAY" default:"1" help:"Unasked messages, invitations and reminders, that a person gets in a day."`
	PerWeek int     `env:"PASCALATIH_PER_WEEK" default:"3" help:"Unasked messages that a person gets in a week, from Monday to Sunday."`
	Log     string  `env:"PASCALATIH_LOG" default:"text" enum:"text,json" help:"Form of the log: text or json."`
}

func (c serveCommand) Run(ctx context.Context, std streams) error {
	zone, botID, err := c.check()
	if err != nil {
		return err
	}
	log := c.logger(std)
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; is another program there? Name another address with PASCALATIH_LISTEN", c.Listen, err)
	}
	defer listener.Close()
	people, err := c.clock(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if joined, virtual := people.(*clock.Clock); virtual {
		defer joined.Close()
		go func() {
			<-joined.Lost() // whoever drives the clock has gone
			cancel()
		}()
	}
	// Starting counts as work: a virtual clock stands still meanwhile.
	starting := people.Work()
	defer starting.Done()

	db, err := c.openPrepared(ctx, "serve", c.Admins, people.Now(), log)
	if err != nil {
		return err
	}
	defer func() {
		if err := db.Close(); err != nil {
			log.Error("database not closed cleanly", "err", err)
		}
	}()
	catalogue, err := text.Load()
	if err != nil {
		return fmt.Errorf("read the texts: %w", err)
	}
	counted := newMetrics()
	client := telegram.New(telegram.Config{Token: c.Token, BaseURL: c.APIURL, Paid: c.Rate > telegram.FreeRate, Log: log, Requested: counted.Requested})
	if _, err := client.Me(ctx); telegram.KindOf(err) == telegram.Unauthorized {
		return errTokenRefused
	}
	pacer := telegram.NewPacer(people, c.Rate)
	service := &service{store: db.Store, client: client, clock: people, zone: zone, botID: botID, rate: c.Rate, caps: c.caps(),
		pacer: pacer, log: log, metrics: counted}
	counted.of(service)
	service.bot = bot.New(bot.Config{
		Store: db.Store, Client: client, Pacer: pacer,
		Clock: people, Zone: zone, Texts: catalogue, Log: log, OnDuty: service.polling.Load, Meter: counted,
	})
	return service.run(ctx, listener, starting)
}

// check parses what was given, before anything is started.
func (c serveCommand) check() (*time.Location, int64, error) {
	zone, err := c.zone()
	if err != nil {
		return nil, 0, usageError{err}
	}
	botID, err := parseToken(c.Token)
	if err != nil {
		return nil, 0, usageError{err}
	}
	if err := checkRate(c.Rate); err != nil {
		return nil, 0, usageError{err}
	}
	if c.PerDay < 1 || c.PerWeek < 1 {
		return nil, 0, usageError{errors.New("PASCALATIH_PER_DAY and PASCALATIH_PER_WEEK are numbers of messages, 1 at least")}
	}
	if c.ClockURL != "" && !isLocal(c.APIURL) {
		return nil, 0, usageError{errors.New("a virtual clock goes with the simulator only: set TELEGRAM_API_URL to it")}
	}
	return zone, botID, nil
}

// caps are how many unasked messages a person gets.
func (c serveCommand) caps() calendar.Caps {
	return calendar.Caps{PerDay: c.PerDay, PerWeek: c.PerWeek}
}

var errTokenRefused = errors.New("TELEGRAM_BOT_TOKEN was refused by Telegram: copy it anew from @BotFather (/mybots, API Token)")

// parseToken gives the number of the bot whose token this is.
func parseToken(token string) (botID int64, err error) {
	if token == "" {
		return 0, errors.New("TELEGRAM_BOT_TOKEN is not set: ask @BotFather for a bot (/newbot) and give its token")
	}
	number, _, found := strings.Cut(token, ":")
	botID, err = strconv.ParseInt(number, 10, 64)
	if !found || err != nil || botID <= 0 {
		return 0, errors.New("TELEGRAM_BOT_TOKEN has not the form 123456:ABC-DEF: copy it anew from @BotFather")
	}
	return botID, nil
}

func checkRate(rate float64) error {
	if rate <= 0 || rate > 10_000 {
		return fmt.Errorf("PASCALATIH_RATE is %v: give messages a second, such as 28", rate)
	}
	return nil
}

// isLocal reports whether a Bot API server is on this machine; none named is
// Telegram's public one.
func isLocal(apiURL string) bool {
	parsed, err := url.Parse(apiURL)
	if err != nil {
		return false
	}
	host := parsed.Hostname()
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func (c serveCommand) logger(std streams) *slog.Logger {
	if c.Log == "json" {
		return slog.New(slog.NewJSONHandler(std.err, nil))
	}
	return slog.New(slog.NewTextHandler(std.err, nil))
}
