package telegram

import (
	"context"
	"net/url"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// WebhookHost is the host to which Telegram sends the bot's updates; empty where
// it keeps them to be polled. The rest of the address stays unsaid: it often holds
// the token.
func (c *Client) WebhookHost(ctx context.Context) (string, error) {
	var info tgbotapi.WebhookInfo
	if err := c.call(ctx, "getWebhookInfo", nil, requestTimeout, &info); err != nil {
		return "", err
	}
	if info.URL == "" {
		return "", nil
	}
	address, err := url.Parse(info.URL)
	if err != nil || address.Host == "" {
		return "an address that cannot be read", nil
	}
	return address.Host, nil
}
