package telegram_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/bot/telegram"
)

func TestRequests(t *testing.T) {
	const done, message = `{"ok":true,"result":true}`, `{"ok":true,"result":{"message_id":77,"date":1,"chat":{"id":7,"type":"private"}}}`
	ctx := context.Background()
	buttons := telegram.Keyboard{{{Text: "Ya", Data: "y:1"}, {Text: "Tidak", Data: "n:1"}}, {{Text: "Kembali", Data: "b:1"}}}
	const markup = `{"inline_keyboard":[[{"text":"Ya","callback_data":"y:1"},{"text":"Tidak","callback_data":"n:1"}],[{"text":"Kembali","callback_data":"b:1"}]]}`
	const noPreview = `{"is_disabled":true}`

	tests := map[string]struct {
		answer string
		call   func(*telegram.Client) (int, error)
		wire   request
		id     int
	}{
		"a message has HTML, buttons and no preview": {
			answer: message,
			call: func(c *telegram.Client) (int, error) {
				return c.Send(ctx, telegram.Message{Chat: 7, Text: "<b>Halo</b>", Buttons: buttons})
			},
			wire: request{Method: "sendMessage", Params: map[string]string{
				"chat_id": "7", "text": "<b>Halo</b>", "parse_mode": "HTML", "link_preview_options": noPreview, "reply_markup": markup,
			}},
			id: 77,
		},
		"a message without buttons sends no keyboard": {
			answer: message,
			call: func(c *telegram.Client) (int, error) {
				return c.Send(ctx, telegram.Message{Chat: 7, Text: "Halo", Silent: true, Buttons: telegram.Keyboard{}})
			},
			wire: request{Method: "sendMessage", Params: map[string]string{
				"chat_id": "7", "text": "Halo", "parse_mode": "HTML", "link_preview_options": noPreview, "disable_notification": "true",
			}},
			id: 77,
		},
		"an edit": {
			answer: message,
			call: func(c *telegram.Client) (int, error) {
				return 0, c.Edit(ctx, 7, 77, "Baru", buttons)
			},
			wire: request{Method: "editMessageText", Params: map[string]string{
				"chat_id": "7", "message_id": "77", "text": "Baru", "parse_mode": "HTML", "link_preview_options": noPreview, "reply_markup": markup,
			}},
		},
		"buttons are removed by giving none": {
			answer: message,
			call:   func(c *telegram.Client) (int, error) { return 0, c.RemoveButtons(ctx, 7, 77) },
			wire:   request{Method: "editMessageReplyMarkup", Params: map[string]string{"chat_id": "7", "message_id": "77"}},
		},
		"a message is deleted": {
			answer: done,
			call:   func(c *telegram.Client) (int, error) { return 0, c.Delete(ctx, 7, 77) },
			wire:   request{Method: "deleteMessage", Params: map[string]string{"chat_id": "7", "message_id": "77"}},
		},
		"a callback is answered silently": {
			answer: done,
			call:   func(c *telegram.Client) (int, error) { return 0, c.AnswerCallback(ctx, "q1", "", false) },
			wire:   request{Method: "answerCallbackQuery", Params: map[string]string{"callback_query_id": "q1"}},
		},
		"a callback is answered with an alert": {
			answer: done,
			call:   func(c *telegram.Client) (int, error) { return 0, c.AnswerCallback(ctx, "q1", "Sudah ditutup", true) },
			wire: request{Method: "answerCallbackQuery", Params: map[string]string{
				"callback_query_id": "q1", "text": "Sudah ditutup", "show_alert": "true",
			}},
		},
		"commands for everybody": {
			answer: done,
			call: func(c *telegram.Client) (int, error) {
				return 0, c.SetCommands(ctx, telegram.AllPrivateChats, "en", []telegram.Command{{Name: "help", Description: "Help"}})
			},
			wire: request{Method: "setMyCommands", Params: map[string]string{
				"commands": `[{"command":"help","description":"Help"}]`, "scope": `{"type":"all_private_chats"}`, "language_code": "en",
			}},
		},
		"no commands for one chat": {
			answer: done,
			call:   func(c *telegram.Client) (int, error) { return 0, c.SetCommands(ctx, 7, "", nil) },
			wire: request{Method: "setMyCommands", Params: map[string]string{
				"commands": `[]`, "scope": `{"type":"chat","chat_id":7}`,
			}},
		},
		"a group is left": {
			answer: done,
			call:   func(c *telegram.Client) (int, error) { return 0, c.LeaveChat(ctx, -100) },
			wire:   request{Method: "leaveChat", Params: map[string]string{"chat_id": "-100"}},
		},
		"a document": {
			answer: message,
			call: func(c *telegram.Client) (int, error) {
				return c.SendDocument(ctx, telegram.Upload{Chat: 7, Name: "rekap.csv", Data: []byte("a;b"), Caption: telegram.Escape("R&D"), Buttons: buttons})
			},
			wire: request{Method: "sendDocument", File: "document: rekap.csv: a;b", Params: map[string]string{
				"chat_id": "7", "caption": "R&amp;D", "parse_mode": "HTML", "reply_markup": markup,
			}},
			id: 77,
		},
		"a picture without a caption or a sound": {
			answer: message,
			call: func(c *telegram.Client) (int, error) {
				return c.SendPhoto(ctx, telegram.Upload{Chat: 7, Name: "kelas.png", Data: []byte("png"), Silent: true})
			},
			wire: request{Method: "sendPhoto", File: "photo: kelas.png: png", Params: map[string]string{"chat_id": "7", "disable_notification": "true"}},
			id:   77,
		},
		"a caption is edited": {
			answer: message,
			call:   func(c *telegram.Client) (int, error) { return 0, c.EditCaption(ctx, 7, 77, "<b>Baru</b>", buttons) },
			wire: request{Method: "editMessageCaption", Params: map[string]string{
				"chat_id": "7", "message_id": "77", "caption": "<b>Baru</b>", "parse_mode": "HTML", "reply_markup": markup,
			}},
		},
		"a caption goes, with its buttons": {
			answer: message,
			call:   func(c *telegram.Client) (int, error) { return 0, c.EditCaption(ctx, 7, 77, "", nil) },
			wire:   request{Method: "editMessageCaption", Params: map[string]string{"chat_id": "7", "message_id": "77"}},
		},
		"keys in place of the letters": {
			answer: message,
			call: func(c *telegram.Client) (int, error) {
				return c.Send(ctx, telegram.Message{Chat: 7, Text: "Nomor", Keys: [][]telegram.Key{{{Text: "Bagikan nomor", Contact: true}}, {{Text: "Tulis NIP"}}}})
			},
			wire: request{Method: "sendMessage", Params: map[string]string{
				"chat_id": "7", "text": "Nomor", "parse_mode": "HTML", "link_preview_options": noPreview,
				"reply_markup": `{"keyboard":[[{"text":"Bagikan nomor","request_contact":true}],[{"text":"Tulis NIP"}]],"resize_keyboard":true,"one_time_keyboard":true}`,
			}},
			id: 77,
		},
		"keys are taken away": {
			answer: message,
			call: func(c *telegram.Client) (int, error) {
				return c.Send(ctx, telegram.Message{Chat: 7, Text: "Terima kasih", RemoveKeys: true})
			},
			wire: request{Method: "sendMessage", Params: map[string]string{
				"chat_id": "7", "text": "Terima kasih", "parse_mode": "HTML", "link_preview_options": noPreview,
				"reply_markup": `{"remove_keyboard":true}`,
			}},
			id: 77,
		},
		"what the bot is doing": {
			answer: done,
			call:   func(c *telegram.Client) (int, error) { return 0, c.ShowAction(ctx, 7, telegram.SendingDocument) },
			wire:   request{Method: "sendChatAction", Params: map[string]string{"chat_id": "7", "action": "upload_document"}},
		},
		"the webhook goes, and what waits stays": {
			answer: done,
			call:   func(c *telegram.Client) (int, error) { return 0, c.DeleteWebhook(ctx) },
			wire:   request{Method: "deleteWebhook", Params: map[string]string{}},
		},
		"updates are asked for by kind, always": {
			answer: `{"ok":true,"result":[]}`,
			call: func(c *telegram.Client) (int, error) {
				_, err := c.Updates(ctx, 5, 100, 25*time.Second)
				return 0, err
			},
			wire: request{Method: "getUpdates", Params: map[string]string{
				"offset": "5", "limit": "100", "timeout": "25",
				"allowed_updates": `["message","edited_message","callback_query","my_chat_member"]`,
			}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			client, requests := answering(t, 200, nil, test.answer)
			id, err := test.call(client)
			if err != nil || id != test.id {
				t.Errorf("got message %d, error %v; want message %d", id, err, test.id)
			}
			if diff := cmp.Diff([]request{test.wire}, requests()); diff != "" {
				t.Errorf("on the wire (-want +got):\n%s", diff)
			}
			if client.Answered().IsZero() {
				t.Error("Telegram answered, but Answered does not say so")
			}
		})
	}
}

func TestMe(t *testing.T) {
	client, _ := answering(t, 200, nil, `{"ok":true,"result":{"id":12345,"is_bot":true,"first_name":"Uji","username":"uji_bot"}}`)
	me, err := client.Me(context.Background())
	want := telegram.User{ID: 12345, Bot: true, FirstName: "Uji", Username: "uji_bot"}
	if err != nil || me != want {
		t.Errorf("got %+v, %v; want %+v", me, err, want)
	}
}

func TestEscape(t *testing.T) {
	tests := map[string]telegram.HTML{
		"biasa _saja_ *ya* 👍": "biasa _saja_ *ya* 👍",
		`<b>"R&D"</b>`:        "&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt;",
		"&lt;":                "&amp;lt;",
	}
	for text, want := range tests {
		if got := telegram.Escape(text); got != want {
			t.Errorf("Escape(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestAnswers(t *testing.T) {
	const html = "<html><body>Bad Gateway</body></html>"
	refused := func(code, description string) string {
		return `{"ok":false,"error_code":` + code + `,"description":"` + description + `"}`
	}
	tests := map[string]struct {
		status int
		header http.Header
		body   string
		kind   telegram.Kind
		wait   time.Duration
	}{
		"throttled":                       {429, nil, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}`, telegram.Throttled, 7 * time.Second},
		"throttled by a gateway":          {429, http.Header{"Retry-After": {"4"}}, html, telegram.Throttled, 4 * time.Second},
		"throttled without a wait":        {429, nil, refused("429", "Too Many Requests"), telegram.Throttled, time.Second},
		"blocked":                         {403, nil, refused("403", "Forbidden: bot was blocked by the user"), telegram.Blocked, 0},
		"deactivated":                     {403, nil, refused("403", "Forbidden: user is deactivated"), telegram.Blocked, 0},
		"never started":                   {403, nil, refused("403", "Forbidden: bot can't initiate conversation with a user"), telegram.Blocked, 0},
		"not known at all":                {400, nil, refused("400", "Bad Request: chat not found"), telegram.Blocked, 0},
		"kicked":                          {403, nil, refused("403", "Forbidden: bot was kicked from the group chat"), telegram.Blocked, 0},
		"message to edit deleted":         {400, nil, refused("400", "Bad Request: message to edit not found"), telegram.Gone, 0},
		"message cannot be edited":        {400, nil, refused("400", "Bad Request: message can't be edited"), telegram.Gone, 0},
		"message to delete deleted":       {400, nil, refused("400", "Bad Request: message to delete not found"), telegram.Gone, 0},
		"message too old to delete":       {400, nil, refused("400", "Bad Request: message can't be deleted for everyone"), telegram.Gone, 0},
		"query too old":                   {400, nil, refused("400", "Bad Request: query is too old and response timeout expired or query ID is invalid"), telegram.Gone, 0},
		"HTML that does not parse":        {400, nil, refused("400", "Bad Request: can't parse entities: unclosed tag at byte offset 3"), telegram.Refused, 0},
		"too large, says a gateway":       {413, nil, html, telegram.TooLarge, 0},
		"too large":                       {413, nil, refused("413", "Request Entity Too Large"), telegram.TooLarge, 0},
		"too large for a picture":         {400, nil, refused("400", "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"), telegram.TooLarge, 0},
		"too large to fetch":              {400, nil, refused("400", "Bad Request: file is too big"), telegram.TooLarge, 0},
		"a file kept no longer":           {400, nil, refused("400", "Bad Request: wrong file_id or the file is temporarily unavailable"), telegram.Gone, 0},
		"a redirect is not followed":      {302, http.Header{"Location": {"/elsewhere"}}, html, telegram.Refused, 0},
		"somebody else polls":             {409, nil, refused("409", "Conflict: terminated by other getUpdates request"), telegram.Conflict, 0},
		"token revoked":                   {401, nil, refused("401", "Unauthorized"), telegram.Unauthorized, 0},
		"token of no bot":                 {404, nil, refused("404", "Not Found"), telegram.Unauthorized, 0},
		"server error":                    {500, nil, refused("500", "Internal Server Error"), telegram.Unavailable, 0},
		"bad gateway with HTML":           {502, nil, html, telegram.Unavailable, 0},
		"HTML as if all were well":        {200, nil, html, telegram.Unknown, 0},
		"a result of another shape":       {200, nil, `{"ok":true,"result":"x"}`, telegram.Unknown, 0},
		"no to something, without a code": {200, nil, `{"ok":false}`, telegram.Unknown, 0},
	}
	calls := map[string]func(*telegram.Client) error{
		"send": func(c *telegram.Client) error {
			_, err := c.Send(context.Background(), telegram.Message{Chat: 7, Text: "Halo"})
			return err
		},
		"upload": func(c *telegram.Client) error {
			_, err := c.SendDocument(context.Background(), telegram.Upload{Chat: 7, Name: "a.csv", Data: []byte("a")})
			return err
		},
	}
	for name, test := range tests {
		for how, call := range calls {
			t.Run(name+"/"+how, func(t *testing.T) {
				client, requests := answering(t, test.status, test.header, test.body)
				err := call(client)
				var e *telegram.Error
				if !errors.As(err, &e) {
					t.Fatalf("got %v, want an *Error", err)
				}
				if e.Kind != test.kind || e.Code != test.status || e.RetryAfter != test.wait {
					t.Errorf("got %v, code %d, wait %v; want %v, %d, %v", e.Kind, e.Code, e.RetryAfter, test.kind, test.status, test.wait)
				}
				if len(requests()) != 1 {
					t.Errorf("%d requests went out, want 1", len(requests()))
				}
				if !client.Answered().IsZero() {
					t.Error("a failure counts as an answer")
				}
				speaksPlainly(t, err)
			})
		}
	}
}

func TestNotModifiedIsDone(t *testing.T) {
	client, _ := answering(t, 400, nil, `{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: specified new message content and reply markup are exactly the same"}`)
	if err := client.Edit(context.Background(), 7, 77, "Sama", nil); err != nil {
		t.Errorf("Edit: %v", err)
	}
	if err := client.RemoveButtons(context.Background(), 7, 77); err != nil {
		t.Errorf("RemoveButtons: %v", err)
	}
	if err := client.Delete(context.Background(), 7, 77); telegram.KindOf(err) != telegram.Refused {
		t.Errorf("Delete: %v, want refused", err)
	}
}

func TestBrokenConnections(t *testing.T) {
	cut := func(after func(http.ResponseWriter)) func(*testing.T) *telegram.Client {
		return func(t *testing.T) *telegram.Client {
			return serving(t, func(w http.ResponseWriter, r *http.Request) {
				after(w)
				panic(http.ErrAbortHandler)
			})
		}
	}
	tests := map[string]struct {
		client func(*testing.T) *telegram.Client
		kind   telegram.Kind
	}{
		"nobody listens":                     {unreachable, telegram.Unreachable},
		"cut before the answer":              {cut(func(http.ResponseWriter) {}), telegram.Unknown},
		"cut within the answer":              {cut(answerHalf(200)), telegram.Unknown},
		"cut within the answer of a gateway": {cut(answerHalf(502)), telegram.Unavailable},
		"no address of a server": {func(*testing.T) *telegram.Client {
			return telegram.New(telegram.Config{Token: token, BaseURL: "http://127.0.0.1:port", Log: silent()})
		}, telegram.Unauthorized},
		"a token that is none": {func(*testing.T) *telegram.Client {
			return telegram.New(telegram.Config{Token: token + "\n", BaseURL: "http://127.0.0.1", Log: silent()})
		}, telegram.Unauthorized},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := test.client(t).Send(context.Background(), telegram.Message{Chat: 7, Text: "Halo"})
			if telegram.KindOf(err) != test.kind {
				t.Errorf("got %v, want %v", err, test.kind)
			}
			speaksPlainly(t, err)
		})
	}
}

func answerHalf(status int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"ok":true,"res`))
		w.(http.Flusher).Flush()
	}
}

func TestContextEndsARequest(t *testing.T) {
	t.Run("before it began", func(t *testing.T) {
		client, requests := answering(t, 200, nil, `{"ok":true,"result":true}`)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		err := client.LeaveChat(ctx, 7)
		if telegram.KindOf(err) != telegram.Unreachable || !errors.Is(err, context.Canceled) || len(requests()) != 0 {
			t.Errorf("got %v after %d requests, want unreachable for being canceled after none", err, len(requests()))
		}
	})
	t.Run("while it is under way", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		client := serving(t, func(w http.ResponseWriter, r *http.Request) {
			_ = read(t, r) // only then the server notices that the client left
			cancel()
			<-r.Context().Done()
		})
		err := client.LeaveChat(ctx, 7)
		if telegram.KindOf(err) != telegram.Unknown || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want unknown for being canceled", err)
		}
	})
}

func TestUncertain(t *testing.T) {
	for kind := telegram.Throttled; kind <= telegram.Unknown; kind++ {
		want := kind == telegram.Unknown || kind == telegram.Unavailable
		if kind.Uncertain() != want {
			t.Errorf("%v.Uncertain() = %v, want %v", kind, !want, want)
		}
	}
}

// speaksPlainly checks that an error names what was done and not the token.
func speaksPlainly(t *testing.T, err error) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		if text := e.Error(); strings.Contains(text, "made-up") || strings.Contains(text, "12345") {
			t.Errorf("the token is in %q", text)
		}
	}
	if !strings.Contains(err.Error(), "send") {
		t.Errorf("%q does not name the method", err)
	}
}
