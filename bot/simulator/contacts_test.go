package simulator_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/bot/simulator"
)

func TestKeysStayUntilTheyAreTakenAway(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	say := func(markup string) message {
		t.Helper()
		r.clock.turn(time.Second)
		return must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a"}.and(params{"reply_markup": markup}))
	}
	asked := [][]simulator.Key{{{Text: "Bagikan nomor", Contact: true}}, {{Text: "Tulis NIP"}}}
	shown := func(when string, want [][]simulator.Key) {
		t.Helper()
		if diff := cmp.Diff(want, p.Chat().Keys()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	shown("before any", nil)
	m := say(share)
	shown("when they came", asked)
	p.SetPhone("6280000000001")
	if _, err := p.ShareContact(); err != nil {
		t.Fatal(err)
	}
	say(yes)
	shown("pressed once, with another message below", asked)
	must[bool](r, "deleteMessage", params{"chat_id": "7001", "message_id": id(m.ID)})
	shown("when their message is deleted", asked)
	say(`{"keyboard":[[{"text":"Batal"}]]}`)
	shown("when others come", [][]simulator.Key{{{Text: "Batal"}}})
	say(`{"remove_keyboard":true}`)
	shown("when they are taken away", nil)
	say("")
	shown("after a message without", nil)
}

func TestPressingKeys(t *testing.T) {
	share1 := func(p *simulator.Person) error { _, err := p.ShareContact(); return err }
	press := func(p *simulator.Person) error { _, err := p.Press("Tulis NIP"); return err }
	tests := map[string]struct {
		markup string
		phone  string
		does   func(*simulator.Person) error
		want   error
		says   string // in the update
	}{
		"the phone number":                 {share, "6280000000001", share1, nil, `"phone_number":"6280000000001","first_name":"Contoh","user_id":7001}`},
		"a word":                           {share, "", press, nil, `"text":"Tulis NIP"`},
		"the phone number of none":         {share, "", share1, simulator.ErrNoPhone, ""},
		"no key for the phone number":      {`{"keyboard":[[{"text":"Bagikan nomor"}]]}`, "6280000000001", share1, simulator.ErrNoKey, ""},
		"an inline button instead of keys": {yes, "6280000000001", share1, simulator.ErrNoKey, ""},
		"another word":                     {`{"keyboard":[[{"text":"Batal"}]]}`, "", press, simulator.ErrNoKey, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			p := r.started(7001)
			p.SetPhone(test.phone)
			must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a", "reply_markup": test.markup})
			if err := test.does(p); !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			batch := r.updates(0, nil)
			if test.want != nil {
				if len(batch) != 0 {
					t.Errorf("came %+v", batch)
				}
				return
			}
			if len(batch) != 1 || !bytes.Contains(batch[0].Message, []byte(test.says)) {
				t.Errorf("came %s", batch[0].Message)
			}
		})
	}
}
