package telegram

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// allowedUpdates are the kinds the bot has a use for. It is always sent: without
// it Telegram goes by what was asked for the last time.
const allowedUpdates = `["message","edited_message","callback_query","my_chat_member"]`

// Updates asks Telegram for up to limit updates (1–100) from offset on, waiting
// up to wait (full seconds) for the first one. It confirms all that are before
// offset: Telegram forgets them. With offset 0 it confirms none and gives the
// oldest unconfirmed ones.
//
// An update that cannot be read comes as one that is Other.
func (c *Client) Updates(ctx context.Context, offset int64, limit int, wait time.Duration) ([]Update, error) {
	params := tgbotapi.Params{
		"limit":           strconv.Itoa(limit),
		"timeout":         strconv.Itoa(int(wait / time.Second)),
		"allowed_updates": allowedUpdates,
	}
	params.AddNonZero64("offset", offset)
	var batch []json.RawMessage
	if err := c.call(ctx, "getUpdates", params, wait+pollMargin, &batch); err != nil {
		return nil, err
	}
	updates := make([]Update, 0, len(batch))
	for _, raw := range batch {
		u, err := parseUpdate(raw)
		if err != nil {
			c.log.Warn("update cannot be read", "update", u.ID, "error", err)
		}
		if u.ID != 0 {
			updates = append(updates, u)
		}
	}
	if len(updates) == 0 && len(batch) > 0 {
		return nil, &Error{Kind: Unknown, Method: "getUpdates", Code: 200, Reason: "updates without an id"}
	}
	return updates, nil
}

// DeleteWebhook makes Telegram keep updates for Updates instead of sending them
// to a webhook; none that wait are lost.
func (c *Client) DeleteWebhook(ctx context.Context) error {
	return c.call(ctx, "deleteWebhook", nil, requestTimeout, nil)
}
