package spec_test

import (
	"slices"
	"strings"
	"testing"

	"pascalatih/bot/simulator/spec"
)

func TestCheck(t *testing.T) {
	tests := map[string]struct {
		method string
		text   map[string]string
		files  []string
		want   []spec.Kind
		path   string
	}{
		"a plain message": {
			method: "sendMessage", text: map[string]string{"chat_id": "7001", "text": "Selamat pagi"},
		},
		"a channel by name": {
			method: "sendMessage", text: map[string]string{"chat_id": "@contoh", "text": "Selamat pagi"},
		},
		"older names still count": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a", "disable_web_page_preview": "true",
				"reply_to_message_id": "5", "allow_sending_without_reply": "true"},
		},
		"null for an optional object is nothing": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a", "reply_markup": "null", "entities": "null"},
		},
		"an inline keyboard": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a",
				"reply_markup": `{"inline_keyboard":[[{"text":"Ya","callback_data":"y"}]]}`},
		},
		"an inline keyboard that is null": {
			method: "editMessageReplyMarkup", text: map[string]string{"chat_id": "1", "message_id": "2",
				"reply_markup": `{"inline_keyboard":null}`},
			want: []spec.Kind{spec.MissingParameter}, path: "reply_markup.inline_keyboard",
		},
		"files that an album names": {
			method: "sendMediaGroup", files: []string{"a", "b"}, text: map[string]string{"chat_id": "1",
				"media": `[{"type":"photo","media":"attach://a","caption":"\"attach://c\""},{"type":"photo","media":"attach://b"}]`},
		},
		"a file that no album names": {
			method: "sendMediaGroup", files: []string{"a", "c"}, text: map[string]string{"chat_id": "1",
				"media": `[{"type":"photo","media":"attach://a","caption":"\"attach://c\""},{"type":"photo","media":"x"}]`},
			want: []spec.Kind{spec.UnknownParameter}, path: "c",
		},
		"an album of one": {
			method: "sendMediaGroup", text: map[string]string{"chat_id": "1", "media": `[{"type":"photo","media":"x"}]`},
			want: []spec.Kind{spec.WrongLength}, path: "media",
		},
		"an album of pictures and videos": {
			method: "sendMediaGroup", text: map[string]string{"chat_id": "1",
				"media": `[{"type":"photo","media":"x"},{"type":"video","media":"y","duration":3}]`},
		},
		"callback data over 64 bytes": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a",
				"reply_markup": `{"inline_keyboard":[[{"text":"Ya","callback_data":"` + strings.Repeat("é", 33) + `"}]]}`},
			want: []spec.Kind{spec.WrongLength}, path: "reply_markup.inline_keyboard[0][0].callback_data",
		},
		"an unknown field in an object": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a",
				"reply_markup": `{"inline_keyboard":[[{"text":"Ya","callback_data":"y","data":"z"}]]}`},
			want: []spec.Kind{spec.UnknownParameter}, path: "reply_markup.inline_keyboard[0][0].data",
		},
		"a button without text": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a",
				"reply_markup": `{"inline_keyboard":[[{"callback_data":"y"}]]}`},
			want: []spec.Kind{spec.MissingParameter}, path: "reply_markup.inline_keyboard[0][0].text",
		},
		"a scope is one of several": {
			method: "setMyCommands", text: map[string]string{"commands": `[{"command":"help","description":"Bantuan"}]`,
				"scope": `{"type":"chat","chat_id":7001}`, "language_code": "id"},
		},
		"too many commands": {
			method: "setMyCommands", text: map[string]string{
				"commands": "[" + strings.Repeat(`{"command":"a","description":"b"},`, 100) + `{"command":"a","description":"b"}]`},
			want: []spec.Kind{spec.WrongLength}, path: "commands",
		},
		"no text": {method: "sendMessage", text: map[string]string{"chat_id": "1"}, want: []spec.Kind{spec.MissingParameter}, path: "text"},
		"no such parameter": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a", "txt": "b"},
			want: []spec.Kind{spec.UnknownParameter}, path: "txt",
		},
		"a word for a number": {
			method: "deleteMessage", text: map[string]string{"chat_id": "1", "message_id": "five"},
			want: []spec.Kind{spec.WrongType}, path: "message_id",
		},
		"a fraction for a whole number": {
			method: "deleteMessage", text: map[string]string{"chat_id": "1", "message_id": "1.5"},
			want: []spec.Kind{spec.WrongType}, path: "message_id",
		},
		"a word for yes or no": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a", "protect_content": "maybe"},
			want: []spec.Kind{spec.WrongType}, path: "protect_content",
		},
		"a list that is none": {
			method: "getUpdates", text: map[string]string{"allowed_updates": "message"},
			want: []spec.Kind{spec.WrongType}, path: "allowed_updates",
		},
		"a list of the wrong things": {
			method: "getUpdates", text: map[string]string{"allowed_updates": "[1]"},
			want: []spec.Kind{spec.WrongType}, path: "allowed_updates[0]",
		},
		"a number out of range": {
			method: "getUpdates", text: map[string]string{"limit": "101"},
			want: []spec.Kind{spec.WrongLength}, path: "limit",
		},
		"a notification too long": {
			method: "answerCallbackQuery", text: map[string]string{"callback_query_id": "1", "text": strings.Repeat("a", 201)},
			want: []spec.Kind{spec.WrongLength}, path: "text",
		},
		"a document":           {method: "sendDocument", text: map[string]string{"chat_id": "1"}, files: []string{"document"}},
		"a document by its id": {method: "sendDocument", text: map[string]string{"chat_id": "1", "document": "F1"}},
		"a file where text belongs": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a"}, files: []string{"parse_mode"},
			want: []spec.Kind{spec.WrongType}, path: "parse_mode",
		},
		"a file nobody asked for": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a"}, files: []string{"picture"},
			want: []spec.Kind{spec.UnknownParameter}, path: "picture",
		},
		"text that is not UTF-8": {
			method: "sendMessage", text: map[string]string{"chat_id": "1", "text": "a\xff"},
			want: []spec.Kind{spec.WrongType}, path: "text",
		},
		"no such method": {method: "sendMesage", want: []spec.Kind{spec.UnknownMethod}, path: "sendMesage"},
	}
	api, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			problems := api.Check(spec.Request{Method: test.method, Text: test.text, Files: test.files})
			var kinds []spec.Kind
			for _, p := range problems {
				kinds = append(kinds, p.Kind)
			}
			if !slices.Equal(kinds, test.want) {
				t.Fatalf("problems: %v, want kinds %v", problems, test.want)
			}
			if len(problems) > 0 && problems[0].Path != test.path {
				t.Errorf("problem at %q, want %q", problems[0].Path, test.path)
			}
		})
	}
}

func TestTextLimit(t *testing.T) {
	tests := []struct {
		within, name string
		least, most  int
	}{
		{"sendMessage", "text", 1, 4096},
		{"editMessageText", "text", 1, 4096},
		{"sendDocument", "caption", 0, 1024},
		{"sendPhoto", "caption", 0, 1024},
		{"editMessageCaption", "caption", 0, 1024},
		{"InputMediaPhoto", "caption", 0, 1024},
	}
	api, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		least, most, ok := api.TextLimit(test.within, test.name)
		if !ok || least != test.least || most != test.most {
			t.Errorf("%s.%s: %d to %d (%v), want %d to %d", test.within, test.name, least, most, ok, test.least, test.most)
		}
	}
	if _, _, ok := api.TextLimit("answerCallbackQuery", "text"); ok {
		t.Error("a notification has no entities")
	}
}

func TestLength(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "é": 1, "🙂": 2} {
		if got := spec.Length(text); got != want {
			t.Errorf("Length(%q) = %d, want %d", text, got, want)
		}
	}
}
