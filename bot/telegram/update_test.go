package telegram_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pascalatih/bot/telegram"
)

func TestUpdates(t *testing.T) {
	const from = `"from":{"id":7,"is_bot":false,"first_name":"Contoh","last_name":"Satu","username":"contoh","language_code":"id"}`
	const chat = `"chat":{"id":7,"type":"private","first_name":"Contoh"}`
	var (
		person  = telegram.User{ID: 7, FirstName: "Contoh", LastName: "Satu", Username: "contoh", Language: "id"}
		private = telegram.Chat{ID: 7, Private: true}
		at      = time.Unix(1780000000, 0)
	)
	message := func(content string) string {
		return `{"update_id":9,"message":{"message_id":31,"date":1780000000,` + from + `,` + chat + `,` + content + `}}`
	}
	callback := func(rest string) string {
		return `{"update_id":9,"callback_query":{"id":"q1",` + from + `,"chat_instance":"x",` + rest + `}}`
	}
	member := func(chat, status string) string {
		return `{"update_id":9,"my_chat_member":{"chat":` + chat + `,` + from + `,"date":1,
			"old_chat_member":{"status":"left","user":{"id":1}},"new_chat_member":{` + status + `,"user":{"id":1}}}}`
	}
	received := func(content telegram.Content, text string) telegram.Update {
		return telegram.Update{ID: 9, Chat: private, From: person,
			Message: &telegram.Received{ID: 31, Date: at, Content: content, Text: text}}
	}
	tapped := func(chat telegram.Chat, data string, messageID int) telegram.Update {
		return telegram.Update{ID: 9, Chat: chat, From: person,
			Callback: &telegram.Callback{ID: "q1", Data: data, MessageID: messageID}}
	}
	became := func(chat telegram.Chat, status telegram.Status) telegram.Update {
		return telegram.Update{ID: 9, Chat: chat, From: person, Membership: &telegram.Membership{Status: status}}
	}
	sent := func(f telegram.File) telegram.Update {
		u := received(telegram.Document, "")
		u.Message.File = &f
		return u
	}
	shared := func(c telegram.SharedContact) telegram.Update {
		u := received(telegram.Contact, "")
		u.Message.Shared = &c
		return u
	}
	file := `{"file_id":"f","file_unique_id":"u","width":1,"height":1,"length":1,"duration":1}`

	tests := map[string]struct {
		wire string
		want telegram.Update
	}{
		"a text":              {message(`"text":"/start pabc"`), received(telegram.Text, "/start pabc")},
		"NUL goes":            {message(`"text":"a\u0000b"`), received(telegram.Text, "ab")},
		"invalid UTF-8 goes":  {message("\"text\":\"a\xff\xc3b\""), received(telegram.Text, "ab")},
		"the rest stays":      {message(`"text":"<b>_*&amp; 👍\n\t"`), received(telegram.Text, "<b>_*&amp; 👍\n\t")},
		"a photo":             {message(`"photo":[` + file + `],"caption":"x"`), received(telegram.Photo, "")},
		"a video":             {message(`"video":` + file), received(telegram.Video, "")},
		"a video note":        {message(`"video_note":` + file), received(telegram.VideoNote, "")},
		"an animation":        {message(`"animation":` + file + `,"document":` + file), received(telegram.Animation, "")},
		"a sticker":           {message(`"sticker":` + file), received(telegram.Sticker, "")},
		"a voice":             {message(`"voice":` + file), received(telegram.Voice, "")},
		"music":               {message(`"audio":` + file), received(telegram.Audio, "")},
		"a document":          {message(`"document":{"file_id":"f","file_unique_id":"u","file_name":"a\u0000.xlsx","mime_type":"text/csv","file_size":3000000000}`), sent(telegram.File{ID: "f", Name: "a.xlsx", MIME: "text/csv", Size: 3000000000})},
		"a bare document":     {message(`"document":` + file), sent(telegram.File{ID: "f"})},
		"one's own contact":   {message(`"contact":{"phone_number":"628120000\u00000001","first_name":"x","user_id":7}`), shared(telegram.SharedContact{Phone: "6281200000001", UserID: 7, Own: true})},
		"another's contact":   {message(`"contact":{"phone_number":"6281200000001","first_name":"x","user_id":8}`), shared(telegram.SharedContact{Phone: "6281200000001", UserID: 8})},
		"a contact of nobody": {message(`"contact":{"phone_number":"0","first_name":"x"}`), shared(telegram.SharedContact{Phone: "0"})},
		"a contact from nobody": {
			`{"update_id":9,"message":{"message_id":31,"date":1780000000,` + chat + `,"contact":{"phone_number":"0","first_name":"x","user_id":0}}}`,
			telegram.Update{ID: 9, Chat: private,
				Message: &telegram.Received{ID: 31, Date: at, Content: telegram.Contact, Shared: &telegram.SharedContact{Phone: "0"}}},
		},
		"a location":           {message(`"location":{"longitude":1,"latitude":2}`), received(telegram.Location, "")},
		"a poll":               {message(`"poll":{"id":"1","question":"?","options":[]}`), received(telegram.Poll, "")},
		"what came after 2022": {message(`"giveaway":{"winner_count":1}`), received(telegram.OtherContent, "")},
		"an edited message": {
			`{"update_id":9,"edited_message":{"message_id":31,"date":1,"edit_date":1780000000,` + from + `,` + chat + `,"text":"Baru"}}`,
			telegram.Update{ID: 9, Chat: private, From: person,
				Edited: &telegram.Received{ID: 31, Date: at, Content: telegram.Text, Text: "Baru"}},
		},
		"a message in a group": {
			`{"update_id":9,"message":{"message_id":31,"date":1780000000,` + from + `,"chat":{"id":-100,"type":"supergroup"},"text":"x"}}`,
			telegram.Update{ID: 9, Chat: telegram.Chat{ID: -100}, From: person,
				Message: &telegram.Received{ID: 31, Date: at, Content: telegram.Text, Text: "x"}},
		},
		"a tap":                        {callback(`"data":"a:1","message":{"message_id":30,"date":1,` + chat + `}`), tapped(private, "a:1", 30)},
		"a tap on an old message":      {callback(`"data":"a:1","message":{"message_id":30,"date":0,` + chat + `}`), tapped(private, "a:1", 0)},
		"a tap without a message":      {callback(`"data":"a:1"`), tapped(private, "a:1", 0)},
		"a tap in a group":             {callback(`"data":"a:1","message":{"message_id":30,"date":1,"chat":{"id":-5,"type":"group"}}`), tapped(telegram.Chat{ID: -5}, "a:1", 30)},
		"a tap without data":           {callback(`"game_short_name":"x"`), tapped(private, "", 0)},
		"a tap on an inline message":   {callback(`"data":"a:1","inline_message_id":"i"`), telegram.Update{ID: 9, From: person}},
		"a tap by nobody":              {`{"update_id":9,"callback_query":{"id":"q1","data":"a:1"}}`, telegram.Update{ID: 9}},
		"the person blocked the bot":   {member(`{"id":7,"type":"private"}`, `"status":"kicked","until_date":0`), became(private, telegram.Kicked)},
		"the person unblocked the bot": {member(`{"id":7,"type":"private"}`, `"status":"member"`), became(private, telegram.Member)},
		"into a group as admin":        {member(`{"id":-5,"type":"group"}`, `"status":"administrator"`), became(telegram.Chat{ID: -5}, telegram.Member)},
		"out of a group":               {member(`{"id":-5,"type":"group"}`, `"status":"left"`), became(telegram.Chat{ID: -5}, telegram.Left)},
		"restricted and no member":     {member(`{"id":-5,"type":"supergroup"}`, `"status":"restricted","is_member":false`), became(telegram.Chat{ID: -5}, telegram.Left)},
		"a post in a channel":          {`{"update_id":9,"channel_post":{"message_id":1,"date":1,"chat":{"id":-6,"type":"channel"}}}`, telegram.Update{ID: 9, Chat: telegram.Chat{ID: -6}}},
		"a kind of later years":        {`{"update_id":9,"chat_boost":{"chat":{"id":-6}}}`, telegram.Update{ID: 9}},
		"what cannot be read":          {`{"update_id":9,"message":"surprise"}`, telegram.Update{ID: 9}},
		"a message of nowhere":         {`{"update_id":9,"message":{"message_id":31,"date":1780000000,"text":"x"}}`, telegram.Update{ID: 9, Message: &telegram.Received{ID: 31, Date: at, Content: telegram.Text, Text: "x"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			const next = `{"update_id":10,"message":{"message_id":32,"date":1,` + chat + `,"text":"berikut"}}`
			client, _ := answering(t, 200, nil, `{"ok":true,"result":[`+test.wire+`,`+next+`]}`)
			got, err := client.Updates(context.Background(), 0, 100, 0)
			if err != nil || len(got) != 2 {
				t.Fatalf("got %d updates and %v, want 2", len(got), err)
			}
			if diff := cmp.Diff(test.want, got[0]); diff != "" {
				t.Errorf("update (-want +got):\n%s", diff)
			}
			want := test.want
			if other := want.Message == nil && want.Edited == nil && want.Callback == nil && want.Membership == nil; got[0].Other() != other {
				t.Errorf("Other() = %v", got[0].Other())
			}
			if got[1].ID != 10 || got[1].Message == nil || got[1].Message.Text != "berikut" {
				t.Errorf("the update after it became %+v", got[1])
			}
		})
	}
}

func TestUpdatesWithoutID(t *testing.T) {
	tests := map[string]struct {
		result string
		ids    int
		kind   telegram.Kind
	}{
		"among others it is dropped":          {`[{"message":{}},{"update_id":10}]`, 1, 0},
		"alone it would come again and again": {`[{"message":{}},7]`, 0, telegram.Unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			client, _ := answering(t, 200, nil, `{"ok":true,"result":`+test.result+`}`)
			got, err := client.Updates(context.Background(), 0, 100, 0)
			if len(got) != test.ids || telegram.KindOf(err) != test.kind {
				t.Errorf("got %d updates and %v, want %d and %v", len(got), err, test.ids, test.kind)
			}
		})
	}
}

func TestName(t *testing.T) {
	tests := map[string]telegram.User{
		"Contoh Satu": {FirstName: "Contoh", LastName: "Satu"},
		"Contoh":      {FirstName: "Contoh"},
		"Satu":        {LastName: "Satu"},
		"":            {Username: "contoh"},
	}
	for want, user := range tests {
		if got := user.Name(); got != want {
			t.Errorf("%+v is called %q, want %q", user, got, want)
		}
	}
}

// FuzzUpdates: whatever comes as an update, nothing panics, and no string is
// one that Postgres would refuse.
func FuzzUpdates(f *testing.F) {
	f.Add(`{"update_id":1,"message":{"message_id":1,"date":1,"text":"x","chat":{"id":7,"type":"private"},"from":{"id":7}}}`)
	f.Add(`{"update_id":1,"callback_query":{"id":"q","from":{"id":7},"data":"a\u0000","message":{"message_id":1,"date":0}}}`)
	f.Add(`{"update_id":1,"my_chat_member":{"new_chat_member":{"status":"kicked"}}}`)
	f.Add(`{"update_id":1,"message":{"message_id":1,"document":{"file_id":"f","file_name":"a\u0000","file_size":-1}}}`)
	f.Add(`{"update_id":1,"message":{"message_id":1,"contact":{"phone_number":"\u0000","user_id":7},"from":{"id":7}}}`)
	f.Add(`{"update_id":1,"edited_message":null,"channel_post":{}}`)
	var mu sync.Mutex
	var wire string
	client := serving(f, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = w.Write([]byte(`{"ok":true,"result":[` + wire + `]}`))
	})
	f.Fuzz(func(t *testing.T, update string) {
		mu.Lock()
		wire = update
		mu.Unlock()
		updates, _ := client.Updates(context.Background(), 0, 100, 0)
		for _, u := range updates {
			texts := []string{u.From.FirstName, u.From.LastName, u.From.Username, u.From.Language}
			if u.Message != nil {
				texts = append(texts, u.Message.Text)
				if f := u.Message.File; f != nil {
					texts = append(texts, f.ID, f.Name, f.MIME)
				}
				if c := u.Message.Shared; c != nil {
					texts = append(texts, c.Phone)
				}
			}
			if u.Callback != nil {
				texts = append(texts, u.Callback.ID, u.Callback.Data)
			}
			for _, text := range texts {
				if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
					t.Errorf("%q from %q", text, update)
				}
			}
		}
	})
}
