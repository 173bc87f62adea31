package simulator_test

import (
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
)

const (
	yes   = `{"inline_keyboard":[[{"text":"Ya","callback_data":"y"}]]}`
	share = `{"keyboard":[[{"text":"Bagikan nomor","request_contact":true}],[{"text":"Tulis NIP"}]],"one_time_keyboard":true}`
)

func TestViolations(t *testing.T) {
	tests := map[string]struct {
		bot  func(r *rig, p *simulator.Person) reply // what the bot does wrong; p is chat 7001
		want simulator.Kind
		says string // in the description
		code int    // 400 if not given
	}{
		"a method that does not exist": {
			bot:  func(r *rig, _ *simulator.Person) reply { return r.call("sendMesage", nil) },
			want: simulator.UnknownMethod, says: "Not Found", code: 404,
		},
		"a method that is not served": {
			bot:  func(r *rig, _ *simulator.Person) reply { return r.call("sendDice", params{"chat_id": "7001"}) },
			want: simulator.MethodNotServed,
		},
		"a parameter that does not exist": {
			bot:  message1(params{"txt": "a"}),
			want: simulator.UnknownParameter, says: "txt",
		},
		"a parameter that is missing": {
			bot:  message1(params{"text": ""}),
			want: simulator.MissingParameter, says: "text",
		},
		"a parameter of the wrong type": {
			bot:  message1(params{"protect_content": "maybe"}),
			want: simulator.WrongType, says: "protect_content",
		},
		"markup that is no JSON": {
			bot:  message1(params{"reply_markup": "{"}),
			want: simulator.WrongType, says: "reply_markup",
		},
		"an update that does not exist": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.call("getUpdates", params{"allowed_updates": `["mesage"]`})
			},
			want: simulator.WrongType, says: "mesage",
		},
		"a command in capitals": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.call("setMyCommands", params{"commands": `[{"command":"Help","description":"Bantuan"}]`})
			},
			want: simulator.WrongType, says: "BOT_COMMAND_INVALID",
		},
		"a text of 4,097": {
			bot:  message1(params{"text": strings.Repeat("a", 4097)}),
			want: simulator.WrongLength, says: "too long",
		},
		"a text of 4,097 in UTF-16": {
			bot:  message1(params{"text": strings.Repeat("🙂", 2048) + "a"}),
			want: simulator.WrongLength, says: "too long",
		},
		"a text of nothing but entities": {
			bot:  message1(params{"text": "<b> </b>", "parse_mode": "HTML"}),
			want: simulator.WrongLength, says: "empty",
		},
		"a caption of 1,025": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.upload("sendDocument", params{"chat_id": "7001", "caption": strings.Repeat("a", 1025)}, "document", "a.csv", []byte("x"))
			},
			want: simulator.WrongLength, says: "too long",
		},
		"a caption with a tag that is not closed": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.upload("sendDocument", params{"chat_id": "7001", "caption": "<b>a", "parse_mode": "HTML"}, "document", "a.csv", []byte("x"))
			},
			want: simulator.BrokenHTML, says: "can't parse entities",
		},
		"a caption edited to 1,025": {
			bot: func(r *rig, _ *simulator.Person) reply {
				m := r.document("a.csv")
				return r.call("editMessageCaption", params{"chat_id": "7001", "message_id": id(m.ID), "caption": strings.Repeat("a", 1025)})
			},
			want: simulator.WrongLength, says: "too long",
		},
		"a document over 50 MB": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.upload("sendDocument", params{"chat_id": "7001"}, "document", "a.csv", make([]byte, 50<<20+1))
			},
			want: simulator.WrongLength, says: "Request Entity Too Large", code: 413,
		},
		"a picture over 10 MB": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.photo(append(picture(4, 3), make([]byte, 10<<20)...))
			},
			want: simulator.WrongLength, says: "is too big for a photo",
		},
		"a picture of 10,001 pixels": {
			bot:  func(r *rig, _ *simulator.Person) reply { return r.photo(picture(9001, 1000)) },
			want: simulator.WrongLength, says: "PHOTO_INVALID_DIMENSIONS",
		},
		"a picture more than twenty times as wide as high": {
			bot:  func(r *rig, _ *simulator.Person) reply { return r.photo(picture(41, 2)) },
			want: simulator.WrongLength, says: "PHOTO_INVALID_DIMENSIONS",
		},
		"an empty file": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.upload("sendDocument", params{"chat_id": "7001"}, "document", "a.csv", nil)
			},
			want: simulator.WrongLength, says: "non-empty",
		},
		"a picture that is none": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.upload("sendPhoto", params{"chat_id": "7001"}, "photo", "a.png", []byte("x"))
			},
			want: simulator.WrongType, says: "IMAGE_PROCESS_FAILED",
		},
		"callback data of 65 bytes": {
			bot:  message1(params{"reply_markup": strings.Replace(yes, `"y"`, `"`+strings.Repeat("y", 65)+`"`, 1)}),
			want: simulator.WrongLength, says: "callback_data",
		},
		"a notification of 201": {
			bot: func(r *rig, p *simulator.Person) reply {
				p.TapData(1, "x")
				query := r.updates(0, nil)[0].Callback.ID
				return r.call("answerCallbackQuery", params{"callback_query_id": query, "text": strings.Repeat("a", 201)})
			},
			want: simulator.WrongLength, says: "text",
		},
		"a tag that is not closed":  {bot: html("<b>a"), want: simulator.BrokenHTML, says: "can't parse entities"},
		"a tag that does not exist": {bot: html("<h1>a</h1>"), want: simulator.BrokenHTML, says: "can't parse entities"},
		"tags that cross":           {bot: html("<b><i>a</b></i>"), want: simulator.BrokenHTML, says: "can't parse entities"},
		"a tag that was not opened": {bot: html("a</b>"), want: simulator.BrokenHTML, says: "can't parse entities"},
		"a bare <":                  {bot: html("1 < 2"), want: simulator.BrokenHTML, says: "can't parse entities"},
		"a bare &":                  {bot: html("a & b"), want: simulator.BrokenHTML, says: "can't parse entities"},
		"a bare >":                  {bot: html("2 > 1"), want: simulator.BrokenHTML, says: "can't parse entities"},
		"Markdown": {
			bot:  message1(params{"parse_mode": "Markdown"}),
			want: simulator.MethodNotServed,
		},
		"an empty row": {
			bot:  message1(params{"reply_markup": `{"inline_keyboard":[[]]}`}),
			want: simulator.BrokenKeyboard, says: "empty",
		},
		"a button without a word": {
			bot:  message1(params{"reply_markup": strings.Replace(yes, "Ya", " ", 1)}),
			want: simulator.BrokenKeyboard, says: "no text",
		},
		"a button that does nothing": {
			bot:  message1(params{"reply_markup": `{"inline_keyboard":[[{"text":"Ya"}]]}`}),
			want: simulator.BrokenKeyboard, says: "0 things",
		},
		"a button that does two things": {
			bot:  message1(params{"reply_markup": `{"inline_keyboard":[[{"text":"Ya","callback_data":"y","url":"https://contoh.id"}]]}`}),
			want: simulator.BrokenKeyboard, says: "2 things",
		},
		"a keyboard without keys": {
			bot:  message1(params{"reply_markup": `{"keyboard":[]}`}),
			want: simulator.BrokenKeyboard, says: "no keys",
		},
		"an empty row of keys": {
			bot:  message1(params{"reply_markup": `{"keyboard":[[]]}`}),
			want: simulator.BrokenKeyboard, says: "empty",
		},
		"a key without a word": {
			bot:  message1(params{"reply_markup": `{"keyboard":[[{"text":" ","request_contact":true}]]}`}),
			want: simulator.BrokenKeyboard, says: "no text",
		},
		"a key that does two things": {
			bot:  message1(params{"reply_markup": `{"keyboard":[[{"text":"a","request_contact":true,"request_location":true}]]}`}),
			want: simulator.BrokenKeyboard, says: "2 things",
		},
		"a phone number asked for in a group": {
			bot: func(r *rig, p *simulator.Person) reply {
				r.Group(-5, "Kelas").Add(p)
				return message1(params{"chat_id": "-5", "reply_markup": share})(r, p)
			},
			want: simulator.BrokenKeyboard, says: "in private chats only",
		},
		"an edit of no caption": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.call("editMessageCaption", params{"chat_id": "7001", "caption": "a"})
			},
			want: simulator.MissingParameter, says: "message_id",
		},
		"an edit of no message": {
			bot: func(r *rig, _ *simulator.Person) reply {
				return r.call("editMessageText", params{"chat_id": "7001", "text": "a"})
			},
			want: simulator.MissingParameter, says: "message_id",
		},
		"a send while the chat's retry_after runs": {
			bot: func(r *rig, _ *simulator.Person) reply {
				r.Inject(simulator.Fault{Kind: simulator.TooManyNow, Method: "sendMessage", RetryAfter: 5 * time.Second})
				message1(nil)(r, nil)
				r.clock.turn(4 * time.Second)
				return message1(nil)(r, nil)
			},
			want: simulator.SentWhilePaused, says: "retry after 1", code: 429,
		},
		"an edit while the chat's retry_after runs": {
			bot: func(r *rig, p *simulator.Person) reply {
				m := r.send(p, "a")
				r.Inject(simulator.Fault{Kind: simulator.TooManyNow, Method: "sendMessage", RetryAfter: 5 * time.Second})
				message1(nil)(r, nil)
				return r.call("editMessageText", params{"chat_id": "7001", "message_id": id(m.ID), "text": "b"})
			},
			want: simulator.SentWhilePaused, says: "retry after 5", code: 429,
		},
		"a send to a third chat, when two have told of the pause of all": {
			bot: func(r *rig, _ *simulator.Person) reply {
				r.started(7002)
				r.started(7003)
				r.Inject(simulator.Fault{Kind: simulator.TooManyNow, Everywhere: true, RetryAfter: 5 * time.Second})
				message1(nil)(r, nil)
				message1(params{"chat_id": "7002"})(r, nil)
				return message1(params{"chat_id": "7003"})(r, nil)
			},
			want: simulator.SentWhilePaused, says: "retry after 5", code: 429,
		},
		"a second send to a chat that answered 403": {
			bot: func(r *rig, p *simulator.Person) reply {
				p.Block()
				message1(nil)(r, nil)
				return message1(nil)(r, nil)
			},
			want: simulator.SentAfterForbidden, says: "blocked", code: 403,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			answer := test.bot(r, r.started(7001))
			if want := max(test.code, 400); answer.Code != want && test.code != 0 || answer.OK || !strings.Contains(answer.Description, test.says) {
				t.Errorf("answered %d %q, want %d with %q", answer.Code, answer.Description, want, test.says)
			}
			violations := r.Violations()
			if len(violations) != 1 || violations[0].Kind != test.want {
				t.Fatalf("violations: %v, want one: %s", violations, test.want)
			}
			if r.Sound() == nil {
				t.Error("the bot is called sound")
			}
		})
	}
}

func message1(changed params) func(*rig, *simulator.Person) reply {
	return func(r *rig, _ *simulator.Person) reply {
		return r.call("sendMessage", params{"chat_id": "7001", "text": "a"}.and(changed))
	}
}

func html(text string) func(*rig, *simulator.Person) reply {
	return message1(params{"text": text, "parse_mode": "HTML"})
}

func TestWrongTokenIsRefused(t *testing.T) {
	r := newRig(t, simulator.Config{})
	response, err := r.http.Get(r.URL() + "/bot7000000001:other/getMe")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := read(response)
	if err != nil || answer.Code != 401 {
		t.Errorf("answered %v (%v), want 401", answer, err)
	}
	if got := r.Refusals()[simulator.Unauthorized]; got != 1 {
		t.Errorf("counted %d times, want once", got)
	}
}

// What is allowed, at its very edges.
func TestNothingWrong(t *testing.T) {
	tests := map[string]func(r *rig, p *simulator.Person) reply{
		"a text of 4,096":                message1(params{"text": strings.Repeat("🙂", 2048)}),
		"a text of 4,096 after entities": html("<b>" + strings.Repeat("&lt;", 4096) + "</b>"),
		"callback data of 64 bytes":      message1(params{"reply_markup": strings.Replace(yes, `"y"`, `"`+strings.Repeat("y", 64)+`"`, 1)}),
		"an empty keyboard":              message1(params{"reply_markup": `{"inline_keyboard":[]}`}),
		"a caption of 1,024": func(r *rig, _ *simulator.Person) reply {
			return r.upload("sendDocument", params{"chat_id": "7001", "caption": strings.Repeat("a", 1024)}, "document", "a.csv", []byte("x"))
		},
		"a picture of 10,000 pixels":             func(r *rig, _ *simulator.Person) reply { return r.photo(picture(9000, 1000)) },
		"a picture twenty times as wide as high": func(r *rig, _ *simulator.Person) reply { return r.photo(picture(40, 2)) },
		"a key that does nothing but write":      message1(params{"reply_markup": `{"keyboard":[[{"text":"a"}]],"one_time_keyboard":true}`}),
		"a preview switched off the older way":   message1(params{"disable_web_page_preview": "true"}),
		"a send a second after three": func(r *rig, p *simulator.Person) reply {
			for range 3 {
				r.send(p, "a")
			}
			r.clock.turn(time.Second)
			return message1(nil)(r, p)
		},
		"a send when the retry_after has run out": func(r *rig, p *simulator.Person) reply {
			r.Inject(simulator.Fault{Kind: simulator.TooManyNow, RetryAfter: 5 * time.Second})
			message1(nil)(r, p)
			r.clock.turn(5 * time.Second)
			return message1(nil)(r, p)
		},
		"a send to another chat than the paused one": func(r *rig, p *simulator.Person) reply {
			r.started(7002)
			r.Inject(simulator.Fault{Kind: simulator.TooManyNow, RetryAfter: 5 * time.Second})
			message1(nil)(r, p)
			return message1(params{"chat_id": "7002"})(r, p)
		},
		"a send after a 403 and an update from the chat": func(r *rig, p *simulator.Person) reply {
			p.Block()
			message1(nil)(r, p)
			p.Unblock()
			return message1(nil)(r, p)
		},
		"what a benchmark sends without limits": nil, // below: it has a Config of its own
	}
	for name, bot := range tests {
		t.Run(name, func(t *testing.T) {
			config := simulator.Config{Unlimited: bot == nil}
			if bot == nil {
				bot = func(r *rig, p *simulator.Person) reply {
					for range 40 {
						r.send(p, "a")
					}
					return message1(nil)(r, p)
				}
			}
			r := newRig(t, config)
			if answer := bot(r, r.started(7001)); !answer.OK {
				t.Errorf("answered %d %q", answer.Code, answer.Description)
			}
			if err := r.Sound(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A request that was under way when a retry_after was given is refused, but no
// violation.
func TestGraceForWhatIsUnderWay(t *testing.T) {
	r := newRig(t, simulator.Config{Grace: time.Hour})
	r.started(7001)
	r.Inject(simulator.Fault{Kind: simulator.TooManyNow, RetryAfter: 5 * time.Second})
	message1(nil)(r, nil)
	if answer := message1(nil)(r, nil); answer.Code != 429 || answer.Parameters.RetryAfter != 5 {
		t.Errorf("answered %+v, want 429", answer)
	}
	if err := r.Sound(); err != nil {
		t.Error(err)
	}
	if got := r.Refusals()[simulator.TooManyInjected]; got != 2 {
		t.Errorf("%d injected 429s, want 2: the second follows from the first", got)
	}
}
