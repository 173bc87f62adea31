package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/sheet"
)

type linksCommand struct {
	office
	Training string `placeholder:"CODE" help:"Only the participants of this training, and their supervisors."`
	Revoke   string `placeholder:"NIP" help:"Make the unused link of this employee worthless; the next links gives another."`
	Token    string `name:"telegram-bot-token" env:"TELEGRAM_BOT_TOKEN" placeholder:"123:ABC" help:"Token of the bot that the links lead to (required)."`
	APIURL   string `name:"telegram-api-url" env:"TELEGRAM_API_URL" placeholder:"URL" help:"Base URL of another Bot API server."`
}

func (c linksCommand) Run(ctx context.Context, std streams) error {
	if c.Revoke != "" {
		return c.withOffice(ctx, std, func(o opened) error {
			return o.RevokeLink(ctx, c.Revoke, storage.Source{}, o.clock.Now())
		})
	}
	if c.Token == "" {
		return usageError{errors.New("TELEGRAM_BOT_TOKEN is not set: the links lead to its bot")}
	}
	client := telegram.New(telegram.Config{Token: c.Token, BaseURL: c.APIURL, Log: talk(std)})
	me, err := client.Me(ctx)
	if err != nil {
		return fmt.Errorf("ask Telegram for the bot's name: %w", err)
	}
	return c.withOffice(ctx, std, func(o opened) error {
		links, err := o.Links(ctx, c.Training, o.clock.Now())
		if err != nil {
			return err
		}
		rows := [][]string{{"nip", "nama", "url"}}
		if c.Training != "" {
			rows[0] = append(rows[0], "sebagai")
		}
		for _, link := range links {
			row := []string{link.NIP, sheet.Escape(link.Name), "https://t.me/" + me.Username + "?start=" + link.Token}
			switch {
			case link.Supervisor:
				row = append(row, "atasan")
			case c.Training != "":
				row = append(row, "peserta")
			}
			rows = append(rows, row)
		}
		return csv.NewWriter(std.out).WriteAll(rows)
	})
}
