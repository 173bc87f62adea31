package main

import (
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
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
	}
	if dependency, found := bot.DependsOn["postgres"]; !found || dependency.Condition != types.ServiceConditionHealthy {
		t.Error("the bot does not wait for a healthy Postgres")
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
