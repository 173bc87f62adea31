package simulator_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
)

func TestRefusals(t *testing.T) {
	edit := func(r *rig, messageID int, changed params) reply {
		return r.call("editMessageText", params{"chat_id": "7001", "message_id": id(messageID), "text": "a"}.and(changed))
	}
	tests := map[string]struct {
		bot  func(r *rig, p *simulator.Person) reply
		want simulator.Kind
		code int
		says string
	}{
		"the same text and buttons once more": {
			bot: func(r *rig, p *simulator.Person) reply {
				m := must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a", "reply_markup": yes})
				return edit(r, m.ID, params{"reply_markup": yes, "text": "a"})
			},
			want: simulator.NotModified, code: 400, says: "message is not modified",
		},
		"an answer to a tap of 16 seconds ago": {
			bot: func(r *rig, p *simulator.Person) reply {
				p.TapData(1, "x")
				query := r.updates(0, nil)[0].Callback.ID
				r.clock.turn(16 * time.Second)
				return r.call("answerCallbackQuery", params{"callback_query_id": query})
			},
			want: simulator.QueryTooOld, code: 400, says: "query is too old",
		},
		"an answer to no tap": {
			bot: func(r *rig, p *simulator.Person) reply {
				return r.call("answerCallbackQuery", params{"callback_query_id": "17"})
			},
			want: simulator.QueryUnknown, code: 400, says: "query is too old",
		},
		"an edit of a message that was deleted": {
			bot: func(r *rig, p *simulator.Person) reply {
				m := r.send(p, "a")
				must[bool](r, "deleteMessage", params{"chat_id": "7001", "message_id": id(m.ID)})
				return edit(r, m.ID, nil)
			},
			want: simulator.MessageGone, code: 400, says: "message to edit not found",
		},
		"a second deletion": {
			bot: func(r *rig, p *simulator.Person) reply {
				m := params{"chat_id": "7001", "message_id": id(r.send(p, "a").ID)}
				must[bool](r, "deleteMessage", m)
				return r.call("deleteMessage", m)
			},
			want: simulator.MessageGone, code: 400, says: "message to delete not found",
		},
		"a deletion after 48 hours": {
			bot: func(r *rig, p *simulator.Person) reply {
				m := params{"chat_id": "7001", "message_id": id(r.send(p, "a").ID)}
				r.clock.turn(48*time.Hour + time.Second)
				return r.call("deleteMessage", m)
			},
			want: simulator.MessageTooOld, code: 400, says: "can't be deleted",
		},
		"an edit of what a person wrote": {
			bot:  func(r *rig, p *simulator.Person) reply { return edit(r, p.Write("b").ID, nil) },
			want: simulator.NotEditable, code: 400, says: "message can't be edited",
		},
		"an edit of a message with a reply keyboard": {
			bot: func(r *rig, p *simulator.Person) reply {
				m := must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a", "reply_markup": share})
				return edit(r, m.ID, params{"text": "b"})
			},
			want: simulator.NotEditable, code: 400, says: "message can't be edited",
		},
		"an edit of a message that took a reply keyboard away": {
			bot: func(r *rig, p *simulator.Person) reply {
				m := must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a", "reply_markup": `{"remove_keyboard":true}`})
				return edit(r, m.ID, params{"text": "b"})
			},
			want: simulator.NotEditable, code: 400, says: "message can't be edited",
		},
		"an edit of a file's text": {
			bot:  func(r *rig, p *simulator.Person) reply { return edit(r, r.document("a.csv").ID, nil) },
			want: simulator.NotEditable, code: 400, says: "no text in the message",
		},
		"an edit of a text's caption": {
			bot: func(r *rig, p *simulator.Person) reply {
				return r.call("editMessageCaption", params{"chat_id": "7001", "message_id": id(r.send(p, "a").ID), "caption": "b"})
			},
			want: simulator.NotEditable, code: 400, says: "no caption in the message",
		},
		"the same caption once more": {
			bot: func(r *rig, p *simulator.Person) reply {
				return r.call("editMessageCaption", params{"chat_id": "7001", "message_id": id(r.document("a.csv").ID)})
			},
			want: simulator.NotModified, code: 400, says: "message is not modified",
		},
		"a file over 20 MB to be fetched": {
			bot: func(r *rig, p *simulator.Person) reply {
				p.Document("a.xlsx", make([]byte, 20<<20+1))
				return r.call("getFile", params{"file_id": r.sent().Document.ID})
			},
			want: simulator.FileTooLarge, code: 400, says: "file is too big",
		},
		"a file by a path that nobody gave": {
			bot: func(r *rig, p *simulator.Person) reply {
				p.Document("a.xlsx", []byte("x"))
				return r.fetch("document/" + r.sent().Document.ID)
			},
			want: simulator.FileUnknown, code: 404, says: "Not Found",
		},
		"a file by a path of more than an hour ago": {
			bot: func(r *rig, p *simulator.Person) reply {
				p.Document("a.xlsx", []byte("x"))
				path := r.path(r.sent().Document.ID)
				r.clock.turn(time.Hour + time.Second)
				return r.fetch(path)
			},
			want: simulator.FileUnknown, code: 404, says: "Not Found",
		},
		"a send to who blocked the bot": {
			bot: func(r *rig, p *simulator.Person) reply {
				p.Block()
				return message1(nil)(r, nil)
			},
			want: simulator.Blocked, code: 403, says: "bot was blocked by the user",
		},
		"a send to who never started": {
			bot: func(r *rig, p *simulator.Person) reply {
				r.Person(7009, "Contoh", "id")
				return message1(params{"chat_id": "7009"})(r, nil)
			},
			want: simulator.NeverStarted, code: 403, says: "can't initiate conversation",
		},
		"a send to an account that ended": {
			bot: func(r *rig, p *simulator.Person) reply {
				p.Deactivate()
				return message1(nil)(r, nil)
			},
			want: simulator.Deactivated, code: 403, says: "user is deactivated",
		},
		"a send to a group the bot has left": {
			bot: func(r *rig, p *simulator.Person) reply {
				r.Group(-5, "Contoh").Add(p)
				must[bool](r, "leaveChat", params{"chat_id": "-5"})
				return message1(params{"chat_id": "-5"})(r, nil)
			},
			want: simulator.NotMember, code: 403, says: "not a member",
		},
		"a send to nobody": {
			bot:  message1(params{"chat_id": "1"}),
			want: simulator.ChatNotFound, code: 400, says: "chat not found",
		},
		"a file nobody sent": {
			bot:  func(r *rig, p *simulator.Person) reply { return r.call("getFile", params{"file_id": "x"}) },
			want: simulator.FileUnknown, code: 400, says: "file_id",
		},
		"a fourth send to a chat in a second": {
			bot: func(r *rig, p *simulator.Person) reply {
				for range 3 {
					r.send(p, "a")
				}
				return message1(nil)(r, nil)
			},
			want: simulator.TooMany, code: 429, says: "retry after 1",
		},
		"a thirty-first send in a second": {
			bot: func(r *rig, p *simulator.Person) reply {
				for i := range 30 {
					r.send(r.started(int64(8000+i)), "a")
				}
				return message1(nil)(r, nil)
			},
			want: simulator.TooMany, code: 429, says: "retry after 1",
		},
		"a fourth edit in a chat in a second": {
			bot: func(r *rig, p *simulator.Person) reply {
				m := r.send(p, "a")
				for _, text := range []string{"b", "c", "d"} {
					edit(r, m.ID, params{"text": text})
				}
				return edit(r, m.ID, params{"text": "e"})
			},
			want: simulator.TooMany, code: 429, says: "retry after 1",
		},
		"a 429 that was injected": {
			bot: func(r *rig, p *simulator.Person) reply {
				r.Inject(simulator.Fault{Kind: simulator.TooManyNow, RetryAfter: 7 * time.Second})
				return message1(nil)(r, nil)
			},
			want: simulator.TooManyInjected, code: 429, says: "retry after 7",
		},
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
			if sound, want := r.Sound() == nil, test.want != simulator.TooMany; sound != want {
				t.Errorf("the bot is called sound: %v, want %v", sound, want)
			}
		})
	}
}
