package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

type inlineMarkup struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

type inlineButton struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// keyboard is a parsed reply_markup.
type keyboard struct {
	rows   [][]Button
	keys   [][]Key
	remove bool // takes the keys of an earlier message away
	locked bool // of a kind whose message cannot be edited
}

// contact tells whether a key asks for the person's phone number.
func (k keyboard) contact() bool {
	return slices.ContainsFunc(slices.Concat(k.keys...), func(key Key) bool { return key.Contact })
}

// appearance are the fields of an inline button that do not say what it does.
var appearance = map[string]bool{"text": true, "style": true, "icon_custom_emoji_id": true}

// keyboardOf reads a request's reply_markup, which is sound by its types.
func (s *Server) keyboardOf(c *call) (keyboard, *failure) {
	if !c.given("reply_markup") {
		return keyboard{}, nil
	}
	k, err := parseKeyboard(c.text["reply_markup"])
	if err != nil {
		s.violate(c, BrokenKeyboard, err.Error())
		return keyboard{}, badRequest("can't parse reply keyboard markup: " + err.Error())
	}
	return k, nil
}

func parseKeyboard(source string) (keyboard, error) {
	var markup struct {
		Inline [][]map[string]any `json:"inline_keyboard"`
		Keys   [][]map[string]any `json:"keyboard"`
		Remove bool               `json:"remove_keyboard"`
	}
	if err := json.Unmarshal([]byte(source), &markup); err != nil {
		return keyboard{}, err
	}
	k := keyboard{remove: markup.Remove, locked: markup.Inline == nil}
	if markup.Keys != nil && len(markup.Keys) == 0 {
		return keyboard{}, errors.New("it has no keys")
	}
	for i, row := range markup.Inline {
		if len(row) == 0 {
			return keyboard{}, fmt.Errorf("row %d is empty", i)
		}
		buttons := make([]Button, len(row))
		for j, fields := range row {
			button, err := parseButton(fields)
			if err != nil {
				return keyboard{}, fmt.Errorf("button %d of row %d: %w", j, i, err)
			}
			buttons[j] = button
		}
		k.rows = append(k.rows, buttons)
	}
	for i, row := range markup.Keys {
		if len(row) == 0 {
			return keyboard{}, fmt.Errorf("row %d is empty", i)
		}
		keys := make([]Key, len(row))
		for j, fields := range row {
			key, err := parseKey(fields)
			if err != nil {
				return keyboard{}, fmt.Errorf("key %d of row %d: %w", j, i, err)
			}
			keys[j] = key
		}
		k.keys = append(k.keys, keys)
	}
	return k, nil
}

func parseButton(fields map[string]any) (Button, error) {
	var b Button
	b.Text, _ = fields["text"].(string)
	b.Data, _ = fields["callback_data"].(string)
	b.URL, _ = fields["url"].(string)
	if strings.TrimSpace(b.Text) == "" {
		return Button{}, fmt.Errorf("it has no text")
	}
	if n := actions(fields); n != 1 {
		return Button{}, fmt.Errorf("it does %d things instead of one", n)
	}
	return b, nil
}

func parseKey(fields map[string]any) (Key, error) {
	var k Key
	k.Text, _ = fields["text"].(string)
	k.Contact, _ = fields["request_contact"].(bool)
	if strings.TrimSpace(k.Text) == "" {
		return Key{}, errors.New("it has no text")
	}
	if n := actions(fields); n > 1 {
		return Key{}, fmt.Errorf("it does %d things instead of one", n)
	}
	return k, nil
}

// actions counts what a button does.
func actions(fields map[string]any) int {
	n := 0
	for name, value := range fields {
		if !appearance[name] && value != nil && value != false {
			n++
		}
	}
	return n
}

// on puts the inline buttons on a message.
func (k keyboard) on(id int) [][]Button {
	for _, row := range k.rows {
		for i := range row {
			row[i].Message = id
		}
	}
	return k.rows
}

func markupOf(rows [][]Button) *inlineMarkup {
	if len(rows) == 0 {
		return nil
	}
	markup := &inlineMarkup{}
	for _, row := range rows {
		var buttons []inlineButton
		for _, b := range row {
			buttons = append(buttons, inlineButton{Text: b.Text, Data: b.Data, URL: b.URL})
		}
		markup.Rows = append(markup.Rows, buttons)
	}
	return markup
}
