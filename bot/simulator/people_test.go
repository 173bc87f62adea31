package simulator_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/clock"
)

func TestScreenShowsWhatTheBotDid(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	card := must[message](r, "sendMessage", params{"chat_id": "7001", "parse_mode": "HTML", "reply_markup": yes,
		"text": `<b>1/14</b> &lt;Materi&gt; &amp; <a href="https://contoh.id">tautan</a> &#33;`})
	note := r.send(p, "catatan")
	screen := p.Chat()
	if got, want := screen.Card().Text, "1/14 <Materi> & tautan !"; got != want {
		t.Errorf("the card shows %q, want %q", got, want)
	}
	if got, want := screen.Button("Ya"), (simulator.Button{Text: "Ya", Data: "y", Message: card.ID}); got != want {
		t.Errorf("the button is %+v, want %+v", got, want)
	}
	if got := screen.Last().Text; got != "catatan" {
		t.Errorf("the last message is %q", got)
	}
	must[message](r, "editMessageText", params{"chat_id": "7001", "message_id": id(card.ID), "text": "2/14"})
	must[bool](r, "deleteMessage", params{"chat_id": "7001", "message_id": id(note.ID)})
	after := p.Chat()
	if m := after.Message(card.ID); m.Text != "2/14" || m.Edits != 1 || len(m.Rows) != 0 {
		t.Errorf("the card is %+v, want one edit and no buttons", m)
	}
	if after.Message(note.ID).Deleted != true || after.Last().ID != card.ID {
		t.Error("what was deleted is still on the screen")
	}
	if screen.Card().Text == "2/14" {
		t.Error("a screen that was seen has changed afterwards")
	}
}

func TestWhatPeopleDoReachesTheBot(t *testing.T) {
	tests := map[string]struct {
		does func(p *simulator.Person)
		came func(u update) bool
	}{
		"a link":           {func(p *simulator.Person) { p.Start("ptoken") }, says(`"/start ptoken"`)},
		"a text":           {func(p *simulator.Person) { p.Write("halo") }, says(`"halo"`)},
		"a command":        {func(p *simulator.Person) { p.Write("/help") }, says(`"bot_command"`)},
		"a picture":        {func(p *simulator.Person) { p.Photo() }, says(`"photo"`)},
		"a sticker":        {func(p *simulator.Person) { p.Sticker() }, says(`"sticker"`)},
		"a spoken message": {func(p *simulator.Person) { p.Voice() }, says(`"voice"`)},
		"a file":           {func(p *simulator.Person) { p.Document("a.csv", []byte("x")) }, says(`"a.csv"`)},
		"a phone number":   {func(p *simulator.Person) { p.Contact("6280000000001") }, says(`"phone_number":"6280000000001","first_name":"Contoh","user_id":7001}`)},
		"another's number": {func(p *simulator.Person) { p.ContactOf("6280000000002", 7002) }, says(`"phone_number":"6280000000002","first_name":"Contoh","user_id":7002}`)},
		"a number without an account": {func(p *simulator.Person) { p.ContactWithoutUser("6280000000003") },
			says(`"phone_number":"6280000000003","first_name":"Contoh"}`)},
		"a block": {func(p *simulator.Person) { p.Block() }, func(u update) bool {
			return u.Member != nil && u.Member.New.Status == "kicked"
		}},
		"a forged tap": {func(p *simulator.Person) { p.TapData(999, "forged") }, func(u update) bool {
			return u.Callback != nil && u.Callback.Data == "forged" && u.Callback.Message.ID == 999 && u.Callback.Message.Date == 0
		}},
		"a tap without a message": {func(p *simulator.Person) { p.TapInline("x") }, func(u update) bool {
			return u.Callback != nil && u.Callback.Message == nil
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			test.does(r.started(7001))
			batch := r.updates(0, nil)
			if len(batch) != 1 || !test.came(batch[0]) {
				t.Errorf("came %+v", batch)
			}
		})
	}
}

func says(part string) func(update) bool {
	return func(u update) bool { return bytes.Contains(u.Message, []byte(part)) }
}

func TestEditedMessage(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	m := p.Write("satu")
	p.Edit(m, "dua")
	batch := r.updates(0, nil)
	if len(batch) != 2 || batch[1].Edited == nil || batch[1].Edited.Text != "dua" || batch[1].Edited.ID != m.ID {
		t.Errorf("came %+v, want the edit", batch)
	}
	if got := p.Chat().Message(m.ID).Text; got != "dua" {
		t.Errorf("the screen shows %q", got)
	}
}

func TestTapIsAnswered(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a", "reply_markup": yes})
	query := p.Tap(p.Chat().Button("Ya"))
	if _, answered := query.Answer(); answered {
		t.Error("answered before the bot did")
	}
	tap := r.updates(0, nil)[0].Callback
	if tap.Data != "y" || tap.Message.Text != "a" {
		t.Errorf("the tap came as %+v", tap)
	}
	r.clock.turn(15 * time.Second)
	must[bool](r, "answerCallbackQuery", params{"callback_query_id": tap.ID, "text": "Tercatat", "show_alert": "true"})
	answer, err := query.Await(t.Context())
	if want := (simulator.Answer{Text: "Tercatat", Alert: true}); err != nil || answer != want {
		t.Errorf("the person sees %+v (%v), want %+v", answer, err, want)
	}
}

func TestMenu(t *testing.T) {
	r := newRig(t, simulator.Config{})
	budi, jane := r.Person(7001, "Budi Contoh", "id"), r.Person(7002, "Jane Contoh", "en")
	set := func(name, scope, language string) {
		p := params{"commands": `[{"command":"` + name + `","description":"x"}]`, "language_code": language}
		must[bool](r, "setMyCommands", p.and(params{"scope": scope}))
	}
	set("bantuan", "", "")
	set("help", `{"type":"all_private_chats"}`, "en")
	set("mulai", `{"type":"chat","chat_id":7001}`, "")
	if got := budi.Menu(); len(got) != 1 || got[0].Command != "mulai" {
		t.Errorf("one with a role sees %v", got)
	}
	if got := jane.Menu(); len(got) != 1 || got[0].Command != "help" {
		t.Errorf("one who reads English sees %v", got)
	}
	must[bool](r, "deleteMyCommands", params{"scope": `{"type":"chat","chat_id":7001}`})
	if got := budi.Menu(); len(got) != 1 || got[0].Command != "bantuan" {
		t.Errorf("then sees %v", got)
	}
}

func TestGroupsAndChannels(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	group, channel := r.Group(-100, "Kelas"), r.Channel(-200, "Kanal")
	group.Write(p, "belum ada bot") // which does not reach the bot
	group.Add(p)
	group.Write(p, "/start")
	channel.Add(p)
	channel.Write(p, "pengumuman")
	var kinds []string
	for _, u := range r.updates(0, nil) {
		switch {
		case u.Member != nil:
			kinds = append(kinds, u.Member.New.Status)
		case u.Post != nil:
			kinds = append(kinds, "post")
		default:
			kinds = append(kinds, "message")
		}
	}
	if want := []string{"member", "message", "message", "administrator", "post"}; !slices.Equal(kinds, want) {
		t.Errorf("came %v, want %v", kinds, want)
	}
	must[bool](r, "leaveChat", params{"chat_id": "-100"})
	if group.Present() || !channel.Present() {
		t.Error("the bot left the group alone")
	}
	if got := group.Chat().FromBot(); len(got) != 0 {
		t.Errorf("the bot said %v", got)
	}
}

// Two people live on a virtual clock with a bot that has not joined it, but holds
// it by fetching updates. The bot answers every message; a person waits for the
// answer, then for a day.
func TestPeopleLiveOnAVirtualClock(t *testing.T) {
	virtual, err := clock.NewServer(start)
	if err != nil {
		t.Fatal(err)
	}
	defer virtual.Close()
	server, err := simulator.New(simulator.Config{Clock: virtual})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	driver := virtual.Work()
	ctx, stop := context.WithCancel(t.Context())
	bot := newEchoBot(t, server)
	done := make(chan struct{})
	go func() { defer close(done); bot.run(ctx) }()
	defer func() { stop(); server.NetworkDown(); <-done }()
	await(t, "the bot polls", func() bool { return server.Requests()["getUpdates"] > 0 })

	var ends []func() error
	for number := range int64(2) {
		p := server.Person(7001+number, "Contoh", "id")
		ends = append(ends, p.Live(ctx, func(ctx context.Context) error {
			for day := range 10 {
				written := p.Write("halo")
				screen, err := p.Await(ctx, func(s simulator.Screen) bool { return s.Last().ID > written.ID })
				if err != nil {
					return err
				}
				if took := screen.Last().At.Sub(written.At); took != 0 {
					t.Errorf("on day %d the answer took %v by the clock", day, took)
				}
				if err := p.Pause(ctx, 24*time.Hour); err != nil {
					return err
				}
			}
			_, err := p.AwaitFor(ctx, time.Hour, simulator.HasButton("Tidak ada"))
			if !errors.Is(err, simulator.ErrNotSeen) {
				t.Errorf("waited for what never comes, and got %v", err)
			}
			return nil
		}))
	}
	driver.Done()
	for _, end := range ends {
		if err := end(); err != nil {
			t.Error(err)
		}
	}
	if got, want := virtual.Now(), start.Add(10*24*time.Hour+time.Hour); !got.Equal(want) {
		t.Errorf("the clock shows %v, want %v", got, want)
	}
	if err := server.Sound(); err != nil {
		t.Error(err)
	}
}

// echoBot answers every message.
type echoBot struct{ *rig }

func newEchoBot(t *testing.T, server *simulator.Server) echoBot {
	r := newRig(t, simulator.Config{})
	return echoBot{&rig{Server: server, t: t, http: r.http}}
}

func (b echoBot) run(ctx context.Context) {
	offset := int64(0)
	for ctx.Err() == nil {
		answer, err := b.try("getUpdates", params{"offset": id(offset), "timeout": "50"})
		if err != nil || !answer.OK {
			return
		}
		for _, u := range decode[[]update](b.rig, answer.Result) {
			m := decode[message](b.rig, u.Message)
			b.try("sendMessage", params{"chat_id": id(m.Chat.ID), "text": "terima kasih"})
			offset = u.ID + 1
		}
	}
}
