package telegram_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/bot/telegram"
)

// twoPictures is an album whose first picture has a caption.
var twoPictures = telegram.Album{Chat: 7, Silent: true, Pictures: []telegram.Picture{
	{Name: "kepuasan.png", Data: []byte("png1"), Caption: "<b>Kepuasan</b>"},
	{Name: "hambatan.png", Data: []byte("png2")},
}}

func TestSendAlbum(t *testing.T) {
	const twoMessages = `{"ok":true,"result":[{"message_id":77,"media_group_id":"9"},{"message_id":78,"media_group_id":"9"}]}`
	const files = "picture-1: kepuasan.png: png1; picture-2: hambatan.png: png2"
	captions := telegram.Album{Chat: 7, Pictures: []telegram.Picture{
		{Name: "kepuasan.png", Data: []byte("png1"), Caption: "satu"}, {Name: "hambatan.png", Data: []byte("png2"), Caption: "dua"},
	}}
	tests := map[string]struct {
		album telegram.Album
		wire  map[string]string
	}{
		"silent, with a caption of the first": {twoPictures, map[string]string{
			"chat_id": "7", "disable_notification": "true",
			"media": `[{"type":"photo","media":"attach://picture-1","caption":"\u003cb\u003eKepuasan\u003c/b\u003e","parse_mode":"HTML"},` +
				`{"type":"photo","media":"attach://picture-2"}]`,
		}},
		"with a caption of each": {captions, map[string]string{
			"chat_id": "7",
			"media": `[{"type":"photo","media":"attach://picture-1","caption":"satu","parse_mode":"HTML"},` +
				`{"type":"photo","media":"attach://picture-2","caption":"dua","parse_mode":"HTML"}]`,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			client, requests := answering(t, 200, nil, twoMessages)
			id, err := client.SendAlbum(t.Context(), test.album)
			if err != nil || id != 77 {
				t.Errorf("got message %d and %v, want 77", id, err)
			}
			want := []request{{Method: "sendMediaGroup", Params: test.wire, File: files}}
			if diff := cmp.Diff(want, requests()); diff != "" {
				t.Errorf("on the wire (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSendAlbumFails(t *testing.T) {
	refused := func(description string) string {
		return `{"ok":false,"error_code":400,"description":"Bad Request: ` + description + `"}`
	}
	tests := map[string]struct {
		status int
		body   string
		kind   telegram.Kind
		wait   time.Duration
	}{
		"throttled":                  {429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}`, telegram.Throttled, 7 * time.Second},
		"throttled within the album": {400, refused(`failed to send message #2 with the error message \"Too Many Requests: retry after 8\"`), telegram.Unknown, 8 * time.Second},
		"a picture that is none":     {400, refused(`failed to send message #1 with the error message \"IMAGE_PROCESS_FAILED\"`), telegram.Refused, 0},
		"a picture too large":        {400, refused("file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"), telegram.TooLarge, 0},
		"too many":                   {400, refused("too many messages to send as an album"), telegram.Refused, 0},
		"blocked":                    {403, `{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}`, telegram.Blocked, 0},
		"blocked within the album":   {400, refused(`failed to send message #1 with the error message \"USER_IS_BLOCKED\"`), telegram.Blocked, 0},
		"a gateway without a server": {502, "<html>", telegram.Unavailable, 0},
		"no message":                 {200, `{"ok":true,"result":[]}`, telegram.Unknown, 0},
		"one message for several":    {200, `{"ok":true,"result":{"message_id":77}}`, telegram.Unknown, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			client, requests := answering(t, test.status, nil, test.body)
			id, err := client.SendAlbum(t.Context(), twoPictures)
			var e *telegram.Error
			if !errors.As(err, &e) || id != 0 {
				t.Fatalf("got message %d and %v, want an *Error", id, err)
			}
			if e.Kind != test.kind || e.Code != test.status || e.RetryAfter != test.wait {
				t.Errorf("got %v, code %d, wait %v; want %v, %d, %v", e.Kind, e.Code, e.RetryAfter, test.kind, test.status, test.wait)
			}
			if len(requests()) != 1 {
				t.Errorf("%d requests went out, want 1", len(requests()))
			}
			speaksPlainly(t, err)
		})
	}
}
