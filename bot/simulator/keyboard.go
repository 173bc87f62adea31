package simulator

import (
	"encoding/json"
	"fmt"
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
	keys   [][]string
	locked bool // of a kind whose message cannot be edited
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
		Inline [][]map[string]any        `json:"inline_keyboard"`
		Keys   [][]struct{ Text string } `json:"keyboard"`
	}
	if err := json.Unmarshal([]byte(source), &markup); err != nil {
		return keyboard{}, err
	}
	k := keyboard{locked: markup.Inline == nil}
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
		var labels []string
		for _, key := range row {
			if strings.TrimSpace(key.Text) == "" {
				return keyboard{}, fmt.Errorf("a button of row %d has no text", i)
			}
			labels = append(labels, key.Text)
		}
		if len(labels) == 0 {
			return keyboard{}, fmt.Errorf("row %d is empty", i)
		}
		k.keys = append(k.keys, labels)
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
	actions := 0
	for name, value := range fields {
		if !appearance[name] && value != nil {
			actions++
		}
	}
	if actions != 1 {
		return Button{}, fmt.Errorf("it does %d things instead of one", actions)
	}
	return b, nil
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
