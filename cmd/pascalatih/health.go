package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

const (
	// lately is how old Telegram's last answer may be in a ready process. A long
	// poll that brings nothing takes 50 s.
	lately = 90 * time.Second
	// pulse is how often Telegram is asked whether it is there, by a process that
	// heard nothing of it meanwhile: one that stands by.
	pulse = 30 * time.Second
)

// serveHealth answers /healthz (the process lives), /readyz (it does its work:
// database migrated and answering, Telegram answering, polling or standing by)
// and /metrics until ctx is done.
func (s *service) serveHealth(ctx context.Context, listener net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.ready(r.Context()); err != nil {
			http.Error(w, "not ready: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	mux.Handle("GET /metrics", s.metrics.handler(s.log))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve health pages: %w", err)
	}
	return nil
}

// ready says what is missing for this process to do its work, or nil.
func (s *service) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := s.store.Ready(ctx); err != nil {
		s.log.Warn("not ready", "err", err)
		return errors.New("the database does not answer or is not migrated")
	}
	if answered := s.client.Answered(); answered.IsZero() || time.Since(answered) > lately {
		return errors.New("no answer from Telegram lately")
	}
	if !s.onDuty.Load() {
		return errors.New("neither polling nor standing by")
	}
	return nil
}

// keepPulse asks Telegram for a sign of life while nothing else does, and shows
// everybody their menu of commands once it is there.
func (s *service) keepPulse(ctx context.Context) error {
	menus := false
	for ctx.Err() == nil {
		if time.Since(s.client.Answered()) > pulse {
			if _, err := s.client.Me(ctx); err != nil && ctx.Err() == nil {
				s.log.Warn("Telegram does not answer", "err", err)
				pause(ctx, 9*again) // the poller tries more often
			}
		}
		if !menus && !s.client.Answered().IsZero() {
			err := s.bot.Menus(ctx)
			if menus = err == nil; err != nil && ctx.Err() == nil {
				s.log.Warn("menus not set", "err", err)
			}
		}
		pause(ctx, again)
	}
	return nil
}
