package main

import (
	"os/exec"
	"strings"
	"testing"
)

// The rules of the house: who may import whom.
func TestImportsKeepTheHouse(t *testing.T) {
	const house = "pascalatih/"
	rules := []struct {
		room   string   // packages at or below it …
		closed []string // … import nothing at or below these …
		except []string // … but these
		why    string
	}{
		{room: "survey", closed: []string{"pascalatih/storage", "pascalatih/bot", "pascalatih/scheduler", "pascalatih/cmd",
			"database/sql", "net", "os", "github.com/jmoiron/sqlx", "github.com/lib/pq", "github.com/go-telegram-bot-api"},
			except: []string{"net/url"}, why: "survey is pure"}, // net/url only writes addresses
		{room: "scheduler/calendar", closed: []string{house, "database/sql", "net", "os"}, why: "rules of time are pure"},
		{room: "storage", closed: []string{"pascalatih/bot", "pascalatih/scheduler", "pascalatih/cmd", "github.com/go-telegram-bot-api"},
			except: []string{"pascalatih/scheduler/calendar"}, why: "storage knows neither chat nor schedule"},
		{room: "bot", closed: []string{"pascalatih/scheduler", "pascalatih/cmd", "database/sql", "github.com/jmoiron/sqlx", "github.com/lib/pq"},
			except: []string{"pascalatih/scheduler/calendar"}, why: "bot and scheduler do not know each other; SQL is storage's"},
		{room: "scheduler", closed: []string{"pascalatih/bot", "pascalatih/cmd", "database/sql", "github.com/jmoiron/sqlx", "github.com/lib/pq"},
			why: "bot and scheduler do not know each other; SQL is storage's"},
	}
	for pkg, imports := range listImports(t) {
		for _, rule := range rules {
			if !within(pkg, house+rule.room) {
				continue
			}
			for _, imported := range imports {
				if withinAny(imported, rule.closed) && !withinAny(imported, rule.except) && !within(imported, house+rule.room) {
					t.Errorf("%s imports %s: %s", pkg, imported, rule.why)
				}
			}
		}
	}
}

// listImports gives the imports of every package of the module, tests left out.
func listImports(t *testing.T) map[string][]string {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "pascalatih/...").Output()
	if err != nil {
		t.Fatalf("list the module's packages: %v", err)
	}
	imports := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		imports[fields[0]] = fields[1:]
	}
	if len(imports) < 10 {
		t.Fatalf("only %d packages found", len(imports))
	}
	return imports
}

// within reports whether pkg is room or lies below it.
func within(pkg, room string) bool {
	room = strings.TrimSuffix(room, "/")
	return pkg == room || strings.HasPrefix(pkg, room+"/")
}

func withinAny(pkg string, rooms []string) bool {
	for _, room := range rooms {
		if within(pkg, room) {
			return true
		}
	}
	return false
}
