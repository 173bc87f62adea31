package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"
)

func TestComposeFile(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{"../../docker-compose.yml"}, cli.WithName("pascalatih"),
		cli.WithEnv([]string{"TELEGRAM_BOT_TOKEN=1:test", "POSTGRES_PASSWORD=test-only"}))
	if err != nil {
		t.Fatalf("prepare the loader: %v", err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatalf("load docker-compose.yml: %v", err)
	}
	bot, err := project.GetService("bot")
	if err != nil {
		t.Fatal(err)
	}
	postgres, err := project.GetService("postgres")
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range []types.ServiceConfig{bot, postgres} {
		if service.HealthCheck == nil || len(service.HealthCheck.Test) == 0 {
			t.Errorf("service %s has no health check", service.Name)
		}
		if service.Restart == "" {
			t.Errorf("service %s is not restarted", service.Name)
		}
		if log := service.Logging; log == nil || log.Options["max-size"] == "" || log.Options["max-file"] == "" {
			t.Errorf("the log of service %s grows without end", service.Name)
		}
		if !slices.Contains(service.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("service %s may gain privileges", service.Name)
		}
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("service %s is reachable from outside, at %s:%s", service.Name, port.HostIP, port.Published)
			}
		}
	}
	if dependency, found := bot.DependsOn["postgres"]; !found || dependency.Condition != types.ServiceConditionHealthy {
		t.Error("the bot does not wait for a healthy Postgres")
	}
	if !bot.ReadOnly || !slices.Contains(bot.CapDrop, "ALL") {
		t.Error("the bot may write to its image, or has capabilities")
	}
	if _, version, pinned := strings.Cut(postgres.Image, ":"); !pinned || !strings.HasPrefix(version, "17-") {
		t.Errorf("the image %s is of no one major version", postgres.Image)
	}
	if len(postgres.Volumes) == 0 {
		t.Error("Postgres keeps its data in no volume")
	}
	if len(postgres.Ports) > 0 {
		t.Error("Postgres is reachable from outside")
	}
}

func TestComposeFileHasNoPassword(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{"../../docker-compose.yml"}, cli.WithName("pascalatih"), cli.WithEnv(nil))
	if err != nil {
		t.Fatalf("prepare the loader: %v", err)
	}
	if _, err := options.LoadProject(t.Context()); err == nil {
		t.Error("the file loads without a password and token from outside")
	}
}

// What .env.example has to be filled in with is what the compose file takes.
func TestComposeVariablesAreExplained(t *testing.T) {
	compose, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.Open("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	defer example.Close()
	explained := map[string]bool{}
	for lines := bufio.NewScanner(example); lines.Scan(); {
		if name, _, found := strings.Cut(lines.Text(), "="); found && !strings.HasPrefix(name, "#") {
			explained[name] = true
		}
	}
	taken := map[string]bool{}
	for _, match := range regexp.MustCompile(`\$\{(\w+)`).FindAllSubmatch(compose, -1) {
		taken[string(match[1])] = true
	}
	if diff := cmp.Diff(taken, explained); diff != "" {
		t.Errorf("what docker-compose.yml takes and .env.example explains differ (-taken +explained):\n%s", diff)
	}
}

func TestUnitFile(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../docs/pascalatih.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range []string{"User=pascalatih", "EnvironmentFile=/etc/pascalatih.env", "StateDirectory=pascalatih",
		"Restart=always", "KillMode=mixed", "TimeoutStopSec=15", "ProtectSystem=strict", "NoNewPrivileges=yes"} {
		if !strings.Contains(string(content), "\n"+setting+"\n") {
			t.Errorf("the unit does without %s", setting)
		}
	}
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		return // a machine without systemd knows no better
	}
	unit := filepath.Join(t.TempDir(), "pascalatih.service")
	here := strings.Replace(string(content), "/usr/local/bin/pascalatih", program, 1) // it must be there
	if err := os.WriteFile(unit, []byte(here), 0o644); err != nil {
		t.Fatal(err)
	}
	// It tells of the machine's other units as well.
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", unit).CombinedOutput()
	if strings.Contains(string(out), "pascalatih") {
		t.Errorf("systemd-analyze verify: %v: %s", err, out)
	}
}
