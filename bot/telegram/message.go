package telegram

import (
	"context"
	"errors"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Message is a message to be sent. Links in it show no preview.
//
// Of Buttons, Keys and RemoveKeys it has at most one. A message with Keys or
// RemoveKeys cannot be edited afterwards: Telegram calls it Gone.
type Message struct {
	Chat    int64
	Text    HTML     // 1–4,096 characters once its entities are read
	Buttons Keyboard // may be empty
	Silent  bool     // arrives without a sound
	// Keys, unless empty, come up in place of the person's letters. Telegram
	// keeps them there, folded away after the first press, until a message
	// brings others or takes them away.
	Keys [][]Key
	// RemoveKeys takes away the Keys that an earlier message brought.
	RemoveKeys bool
}

// Keyboard is the rows of buttons below a message.
type Keyboard [][]Button

// Button shows Text and sends Data, 1–64 bytes, back when it is tapped.
type Button struct{ Text, Data string }

// Key is pressed in place of letters: it writes its Text into the chat, or, with
// Contact, asks the person and then sends the phone number of their account.
type Key struct {
	Text    string
	Contact bool // only in private chats
}

// Send sends m and gives the new message's id.
func (c *Client) Send(ctx context.Context, m Message) (messageID int, err error) {
	params := textParams(m.Chat, m.Text, m.Buttons)
	switch {
	case len(m.Keys) > 0:
		params["reply_markup"] = encode(keysMarkup(m.Keys))
	case m.RemoveKeys:
		params["reply_markup"] = encode(tgbotapi.NewRemoveKeyboard(false))
	}
	c.addHow(params, m.Silent)
	return c.sent(func(result any) error {
		return c.call(ctx, "sendMessage", params, requestTimeout, result)
	})
}

// Edit gives a text message a new text and new buttons; an empty keyboard takes
// the old buttons away. A message that already looks so is no error; one that
// cannot be edited any more is Gone.
func (c *Client) Edit(ctx context.Context, chat int64, messageID int, text HTML, buttons Keyboard) error {
	params := textParams(chat, text, buttons)
	params.AddNonZero("message_id", messageID)
	return modified(c.call(ctx, "editMessageText", params, requestTimeout, nil))
}

// RemoveButtons takes the buttons away from a message, text or file. A message without buttons is no
// error; one that cannot be edited any more is Gone.
func (c *Client) RemoveButtons(ctx context.Context, chat int64, messageID int) error {
	return modified(c.call(ctx, "editMessageReplyMarkup", messageParams(chat, messageID), requestTimeout, nil))
}

// Delete deletes a message; one that is deleted already, or too old to be, is
// Gone.
func (c *Client) Delete(ctx context.Context, chat int64, messageID int) error {
	return c.call(ctx, "deleteMessage", messageParams(chat, messageID), requestTimeout, nil)
}

// AnswerCallback ends the waiting sign on a tapped button and shows text, up to
// 200 characters or none, for a moment; with alert until it is dismissed. A
// query older than some 15 seconds is Gone.
func (c *Client) AnswerCallback(ctx context.Context, id string, text string, alert bool) error {
	params := tgbotapi.Params{"callback_query_id": id}
	params.AddNonEmpty("text", text)
	params.AddBool("show_alert", alert)
	return c.call(ctx, "answerCallbackQuery", params, requestTimeout, nil)
}

// addHow says how a message is sent.
func (c *Client) addHow(params tgbotapi.Params, silent bool) {
	params.AddBool("disable_notification", silent)
	params.AddBool("allow_paid_broadcast", c.paid)
}

// sent runs a sending request and reads the id of the message it made.
func (c *Client) sent(request func(result any) error) (int, error) {
	var message sentMessage
	if err := request(&message); err != nil {
		return 0, err
	}
	return message.ID, nil
}

// sentMessage is what is read of a message that a request made.
type sentMessage struct {
	ID int `json:"message_id"`
}

// modified takes "is not modified" for what it is: done.
func modified(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Kind == Refused && contains(e.Reason, notModified) {
		return nil
	}
	return err
}

func textParams(chat int64, text HTML, buttons Keyboard) tgbotapi.Params {
	params := tgbotapi.Params{
		"chat_id":              strconv.FormatInt(chat, 10),
		"text":                 string(text),
		"parse_mode":           tgbotapi.ModeHTML,
		"link_preview_options": `{"is_disabled":true}`,
	}
	addButtons(params, buttons)
	return params
}

func messageParams(chat int64, messageID int) tgbotapi.Params {
	return tgbotapi.Params{
		"chat_id":    strconv.FormatInt(chat, 10),
		"message_id": strconv.Itoa(messageID),
	}
}

func addButtons(params tgbotapi.Params, buttons Keyboard) {
	if len(buttons) > 0 { // an empty one would go out as null
		params["reply_markup"] = encode(markup(buttons))
	}
}

func markup(buttons Keyboard) tgbotapi.InlineKeyboardMarkup {
	rows := make([][]tgbotapi.InlineKeyboardButton, 0, len(buttons))
	for _, row := range buttons {
		keys := make([]tgbotapi.InlineKeyboardButton, 0, len(row))
		for _, button := range row {
			keys = append(keys, tgbotapi.NewInlineKeyboardButtonData(button.Text, button.Data))
		}
		rows = append(rows, keys)
	}
	return tgbotapi.NewInlineKeyboardMarkup(rows...)
}

func keysMarkup(keys [][]Key) tgbotapi.ReplyKeyboardMarkup {
	var rows [][]tgbotapi.KeyboardButton
	for _, row := range keys {
		var buttons []tgbotapi.KeyboardButton
		for _, key := range row {
			buttons = append(buttons, tgbotapi.KeyboardButton{Text: key.Text, RequestContact: key.Contact})
		}
		rows = append(rows, buttons)
	}
	return tgbotapi.ReplyKeyboardMarkup{Keyboard: rows, ResizeKeyboard: true, OneTimeKeyboard: true}
}
