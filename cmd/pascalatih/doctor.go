package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"pascalatih/bot/telegram"
)

// doctorCommand takes what serve takes, and looks whether serve could work with
// it. It changes nothing.
type doctorCommand struct{ serveCommand }

// level is how much a finding matters.
type level string

const (
	fine    level = "ok"
	warning level = "warning" // serve works, but somebody should look
	fails   level = "fails"   // serve does not start, or does not work
)

// finding is one thing that serving needs, and how it is with it. Where it is not
// fine, what it says ends with what to do.
type finding struct {
	level level
	about string
	says  string
}

func found(level level, about, says string, args ...any) finding {
	return finding{level, about, fmt.Sprintf(says, args...)}
}

func (c doctorCommand) Run(ctx context.Context, std streams) error {
	looked, failed := 0, 0
	for _, look := range []func(context.Context) []finding{c.settings, c.telegram, c.address, c.place, c.database} {
		for _, f := range look(ctx) { // told at once: some looks wait for the network
			if _, err := fmt.Fprintf(std.out, "%-8s %-14s %s\n", f.level, f.about, strings.ReplaceAll(f.says, "\n", "; ")); err != nil {
				return err
			}
			looked++
			if f.level == fails {
				failed++
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d lines say that serving fails", failed, looked)
	}
	return nil
}

// settings looks at what was given in words.
func (c doctorCommand) settings(context.Context) []finding {
	findings := []finding{found(fine, "version", "%s", versionName())}
	if zone, err := c.zone(); err != nil {
		findings = append(findings, found(fails, "zone", "%v", err))
	} else {
		findings = append(findings, found(fine, "zone", "%s, where it is %s now", zone, time.Now().In(zone).Format("2006-01-02 15:04")))
	}
	switch err := checkRate(c.Rate); {
	case err != nil:
		findings = append(findings, found(fails, "rate", "%v", err))
	case c.Rate > telegram.FreeRate:
		findings = append(findings, found(warning, "rate", "%v bulk messages a second: above 30 Telegram wants paid broadcasts switched on (@BotFather), and a tenth of a Star for each message; else set PASCALATIH_RATE=28", c.Rate))
	}
	return findings
}

// telegram looks whether the Bot API answers, and to this token.
func (c doctorCommand) telegram(ctx context.Context) []finding {
	if _, err := parseToken(c.Token); err != nil {
		return []finding{found(fails, "token", "%v", err)}
	}
	client := telegram.New(telegram.Config{Token: c.Token, BaseURL: c.APIURL, Log: slog.New(slog.DiscardHandler)})
	me, err := client.Me(ctx)
	switch telegram.KindOf(err) {
	case 0:
	case telegram.Unauthorized:
		return []finding{found(fine, "Bot API", "answers"), found(fails, "token", "%v", errTokenRefused)}
	default:
		return []finding{found(fails, "Bot API", "%v; check this machine's network, its proxy (HTTPS_PROXY) and TELEGRAM_API_URL", err)}
	}
	findings := []finding{found(fine, "Bot API", "answers"), found(fine, "token", "of @%s, number %d", me.Username, me.ID)}
	switch host, err := client.WebhookHost(ctx); {
	case err != nil:
		findings = append(findings, found(warning, "webhook", "%v; try again", err))
	case host != "":
		findings = append(findings, found(warning, "webhook",
			"another program has Telegram send this bot's messages to %s; serve takes that away from it when it starts: end the other program, or ask @BotFather for a bot of your own", host))
	default:
		findings = append(findings, found(fine, "webhook", "none is set"))
	}
	return findings
}

// address looks whether serve can listen where it is to.
func (c doctorCommand) address(ctx context.Context) []finding {
	listener, err := net.Listen("tcp", c.Listen)
	switch {
	case err == nil:
		if err := listener.Close(); err != nil {
			return []finding{found(warning, "address", "%v; try again", err)}
		}
		return []finding{found(fine, "address", "%s is free", c.Listen)}
	case errors.Is(err, syscall.EADDRINUSE) && servesAt(ctx, c.Listen):
		return []finding{found(fine, "address", "a running serve answers at %s", c.Listen)}
	}
	return []finding{found(fails, "address", "%v; name another with PASCALATIH_LISTEN, such as 127.0.0.1:8081", err)}
}

// servesAt tells whether it is a serve that listens at an address.
func servesAt(ctx context.Context, address string) bool {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/metrics", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	return err == nil && strings.Contains(string(text), "pascalatih_build_info{")
}
