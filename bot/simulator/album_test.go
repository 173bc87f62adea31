package simulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
)

// media is one of an album's files as the Bot API wants it.
type media map[string]any

// pictures are n of an album, which come with the request.
func pictures(n int) []media {
	var all []media
	for i := range n {
		all = append(all, media{"type": "photo", "media": fmt.Sprintf("attach://p%d", i)})
	}
	return all
}

// album sends an album to chat 7001, with a picture for each item that names one.
func (r *rig) album(items []media, more params, files ...upload) reply {
	r.t.Helper()
	if len(files) == 0 {
		for _, item := range items {
			if name, attached := strings.CutPrefix(fmt.Sprint(item["media"]), "attach://"); attached {
				files = append(files, upload{name, name + ".png", picture(16, 9)})
			}
		}
	}
	encoded, err := json.Marshal(items)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.uploads("sendMediaGroup", params{"chat_id": "7001", "media": string(encoded)}.and(more), files...)
}

func TestAlbum(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	items := pictures(3)
	items[0]["caption"], items[0]["parse_mode"] = "<b>Kepuasan</b>", "HTML"
	answer := r.album(items, params{"disable_notification": "true"})
	if !answer.OK {
		t.Fatalf("answered %s", answer.Description)
	}
	sent := decode[[]struct {
		message
		Group string `json:"media_group_id"`
	}](r, answer.Result)
	shown := p.Chat().FromBot()
	if len(sent) != 3 || len(shown) != 3 {
		t.Fatalf("%d messages were answered and %d are shown, want 3", len(sent), len(shown))
	}
	for i, m := range shown {
		if m.ID != sent[i].ID || m.Album == "" || m.Album != sent[0].Group || m.Album != sent[i].Group || !m.Silent || m.File.Kind != "photo" {
			t.Errorf("message %d is %+v, and was answered as %+v", i, m, sent[i])
		}
		if len(sent[i].Photo) != 1 || sent[i].Photo[0].Width != 16 {
			t.Errorf("picture %d was answered as %+v", i, sent[i].Photo)
		}
	}
	if shown[0].Text != "Kepuasan" || shown[0].HTML != "<b>Kepuasan</b>" || sent[0].Caption != "Kepuasan" || len(sent[0].Entities) != 1 || shown[1].Text != "" {
		t.Errorf("the captions are %+v and %+v", shown[0], shown[1])
	}
	r.clock.turn(10 * time.Second)
	if answer := r.album(pictures(2), nil); !answer.OK {
		t.Fatalf("answered %s", answer.Description)
	}
	if next := p.Chat().Last(); next.Album == shown[0].Album || next.Silent {
		t.Errorf("another album is %+v", next)
	}
	must[message](r, "editMessageCaption", params{"chat_id": "7001", "message_id": id(shown[1].ID), "caption": "baru"})
	if m := p.Chat().Message(shown[1].ID); m.Text != "baru" || m.Album != shown[1].Album || m.File == nil {
		t.Errorf("the edited picture is %+v", m)
	}
	if err := r.Sound(); err != nil {
		t.Error(err)
	}
}

func TestAlbumViolations(t *testing.T) {
	with := func(changed media) []media {
		items := pictures(2)
		maps.Copy(items[1], changed)
		return items
	}
	sends := func(items []media) func(*rig, *simulator.Person) reply {
		return func(r *rig, _ *simulator.Person) reply { return r.album(items, nil) }
	}
	carries := func(data []byte) func(*rig, *simulator.Person) reply {
		return func(r *rig, _ *simulator.Person) reply {
			return r.album(pictures(2), nil, upload{"p0", "a.png", picture(4, 3)}, upload{"p1", "b.png", data})
		}
	}
	tests := map[string]struct {
		bot  func(*rig, *simulator.Person) reply
		want simulator.Kind
		says string
	}{
		"none":                               {sends([]media{}), simulator.WrongLength, "there are no messages to send"},
		"one":                                {sends(pictures(1)), simulator.WrongLength, "media"},
		"eleven":                             {sends(pictures(11)), simulator.WrongLength, "too many messages to send as an album"},
		"a document beside a picture":        {sends(with(media{"type": "document"})), simulator.WrongType, "document can't be mixed with other media types"},
		"a sound beside a picture":           {sends(with(media{"type": "audio"})), simulator.WrongType, "audio can't be mixed with other media types"},
		"an animation":                       {sends(with(media{"type": "animation"})), simulator.WrongType, `can't parse InputMedia: type "animation" can't be used in sendMediaGroup`},
		"a sticker":                          {sends(with(media{"type": "sticker"})), simulator.WrongType, `can't parse InputMedia: type "sticker" is unsupported`},
		"a video, which Telegram would take": {sends(with(media{"type": "video"})), simulator.MethodNotServed, "video"},
		"captions above and below":           {sends(with(media{"show_caption_above_media": true})), simulator.WrongType, "must be the same for all messages"},
		"no type":                            {sends(with(media{"type": nil})), simulator.MissingParameter, "type"},
		"a field that does not exist":        {sends(with(media{"text": "a"})), simulator.UnknownParameter, "text"},
		"a caption of 1,025":                 {sends(with(media{"caption": strings.Repeat("a", 1025)})), simulator.WrongLength, "message caption is too long"},
		"a caption with a tag that is not closed":  {sends(with(media{"caption": "<b>a", "parse_mode": "HTML"})), simulator.BrokenHTML, "can't parse entities"},
		"a picture that is none":                   {carries([]byte("x")), simulator.WrongType, `failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"`},
		"a picture more than twenty times as wide": {carries(picture(41, 2)), simulator.WrongLength, `failed to send message #2 with the error message "PHOTO_INVALID_DIMENSIONS"`},
		"an empty picture":                         {carries(nil), simulator.WrongLength, "Bad Request: file must be non-empty"},
		"a picture over 10 MB":                     {carries(append(picture(4, 3), make([]byte, 10<<20)...)), simulator.WrongLength, "is too big for a photo"},
		"buttons": {func(r *rig, _ *simulator.Person) reply {
			return r.album(pictures(2), params{"reply_markup": yes})
		}, simulator.UnknownParameter, "reply_markup"},
		"a file that did not come": {func(r *rig, _ *simulator.Person) reply {
			return r.album(pictures(2), nil, upload{"p0", "a.png", picture(4, 3)})
		}, simulator.WrongType, "can't parse InputMedia: media not found"},
		"a file that nothing names": {func(r *rig, _ *simulator.Person) reply {
			return r.album(with(media{"media": "photo-1"}), nil, upload{"p0", "a.png", picture(4, 3)}, upload{"p1", "a.png", picture(4, 3)})
		}, simulator.UnknownParameter, "p1"},
		"buttons by an edit": {func(r *rig, p *simulator.Person) reply {
			r.album(pictures(2), nil)
			return r.call("editMessageReplyMarkup", params{"chat_id": "7001", "message_id": id(p.Chat().Last().ID), "reply_markup": yes})
		}, simulator.BrokenKeyboard, "message is not modified"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			p := r.started(7001)
			answer := test.bot(r, p)
			if answer.OK || answer.Code != 400 || !strings.Contains(answer.Description, test.says) {
				t.Errorf("answered %d %q, want 400 with %q", answer.Code, answer.Description, test.says)
			}
			violations := r.Violations()
			if len(violations) != 1 || violations[0].Kind != test.want {
				t.Fatalf("violations: %v, want one: %s", violations, test.want)
			}
			if shown := p.Chat().FromBot(); len(shown) > 0 && shown[0].Album == "" {
				t.Errorf("a part of the album is shown: %+v", shown)
			}
		})
	}
}

// What is allowed in an album, at its very edges.
func TestAlbumsWithNothingWrong(t *testing.T) {
	tests := map[string]func(r *rig) reply{
		"ten pictures": func(r *rig) reply { return r.album(pictures(10), nil) },
		"documents": func(r *rig) reply {
			return r.album([]media{{"type": "document", "media": "attach://a"}, {"type": "document", "media": "attach://b"}}, nil)
		},
		"a caption of 1,024 after entities": func(r *rig) reply {
			items := pictures(2)
			items[1]["caption"], items[1]["parse_mode"] = "<b>"+strings.Repeat("&lt;", 1024)+"</b>", "HTML"
			return r.album(items, nil)
		},
		"a picture that Telegram has already, twice": func(r *rig) reply {
			sent := decode[struct {
				Photo []struct {
					ID string `json:"file_id"`
				}
			}](r, r.photo(picture(4, 3)).Result)
			r.clock.turn(time.Second)
			known := media{"type": "photo", "media": sent.Photo[0].ID}
			return r.album([]media{known, known}, nil)
		},
		"a send when each picture is paid for": func(r *rig) reply {
			r.album(pictures(10), nil)
			r.clock.turn(8 * time.Second)
			return message1(nil)(r, nil)
		},
	}
	for name, bot := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			r.started(7001)
			if answer := bot(r); !answer.OK {
				t.Errorf("answered %d %q", answer.Code, answer.Description)
			}
			if err := r.Sound(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAlbumRefusals(t *testing.T) {
	tests := map[string]struct {
		bot  func(r *rig, p *simulator.Person) reply
		want simulator.Kind
		code int
		says string
	}{
		"a send after an album of ten": {func(r *rig, _ *simulator.Person) reply {
			r.album(pictures(10), nil)
			r.clock.turn(7900 * time.Millisecond)
			return message1(nil)(r, nil)
		}, simulator.TooMany, 429, "retry after 1"},
		"an album in a chat that has room for two": {func(r *rig, p *simulator.Person) reply {
			r.send(p, "a")
			return r.album(pictures(3), nil)
		}, simulator.TooMany, 429, "retry after 1"},
		"an album where all chats have room for nine": {func(r *rig, _ *simulator.Person) reply {
			for i := range 21 {
				r.send(r.started(int64(8000+i)), "a")
			}
			return r.album(pictures(10), nil)
		}, simulator.TooMany, 429, "retry after 1"},
		"who blocked the bot": {func(r *rig, p *simulator.Person) reply {
			p.Block()
			return r.album(pictures(2), nil)
		}, simulator.Blocked, 403, "bot was blocked by the user"},
		"nobody": {func(r *rig, _ *simulator.Person) reply {
			return r.album(pictures(2), params{"chat_id": "1"})
		}, simulator.ChatNotFound, 400, "chat not found"},
		"a picture that Telegram does not have": {func(r *rig, _ *simulator.Person) reply {
			items := pictures(2)
			items[1]["media"] = "photo-99"
			return r.album(items, nil)
		}, simulator.FileUnknown, 400, "wrong file identifier/HTTP URL specified"},
		"a 429 that was injected": {func(r *rig, _ *simulator.Person) reply {
			r.Inject(simulator.Fault{Kind: simulator.TooManyNow, Method: "sendMediaGroup", RetryAfter: 7 * time.Second})
			return r.album(pictures(2), nil)
		}, simulator.TooManyInjected, 429, "retry after 7"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			answer := test.bot(r, r.started(7001))
			if answer.Code != test.code || !strings.Contains(answer.Description, test.says) {
				t.Errorf("answered %d %q, want %d with %q", answer.Code, answer.Description, test.code, test.says)
			}
			if got, want := r.Refusals(), map[simulator.Kind]int{test.want: 1}; !maps.Equal(got, want) {
				t.Errorf("refusals: %v, want %v", got, want)
			}
			if violations := r.Violations(); len(violations) > 0 {
				t.Errorf("violations: %v, want none", violations)
			}
		})
	}
}
