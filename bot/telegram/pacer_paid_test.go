package telegram_test

import (
	"fmt"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/telegram"
)

// A rate that is paid for is kept to as well, and is had: with bulk alone it is the
// rate less what may go at once.
func TestPaceOfAPaidRate(t *testing.T) {
	for _, test := range []struct{ rate, takes float64 }{ // takes: seconds for 600 chats
		{rate: 30, takes: 600 / 28.9}, {rate: 31, takes: 600 / 29.0}, {rate: 100, takes: 600 / 98.0}, {rate: 1000, takes: 600 / 980.0},
	} {
		t.Run(fmt.Sprint(test.rate, " a second"), func(t *testing.T) {
			c := newClock()
			start := c.Now()
			var all []*sending
			for i := range 600 {
				all = append(all, &sending{class: telegram.Bulk, chat: int64(i), takes: 20 * time.Millisecond})
			}
			pace(c, telegram.NewPacer(c, test.rate), all)
			var began []time.Time
			for _, s := range all {
				began = append(began, s.began)
			}
			for i, at := range began {
				if n := int(test.rate); i >= n && at.Sub(began[i-n]) < time.Second {
					t.Fatalf("%d messages begin within %s", n+1, at.Sub(began[i-n]))
				}
			}
			// A chat may send only after a second: the pacer begins with nothing.
			if took := began[len(began)-1].Sub(start).Seconds(); took > test.takes+1.2 {
				t.Errorf("600 messages take %.2f s, want %.2f at the most", took, test.takes+1.2)
			}
		})
	}
}

// Telegram is told that what goes beyond its free rate is paid for, and nothing
// else.
func TestPaidMessages(t *testing.T) {
	for name, paid := range map[string]bool{"paid": true, "free": false} {
		t.Run(name, func(t *testing.T) {
			sim, err := simulator.New(simulator.Config{Clock: newClock()})
			if err != nil {
				t.Fatal(err)
			}
			defer sim.Close()
			client := telegram.New(telegram.Config{Token: sim.Token(), BaseURL: sim.URL(), Paid: paid})
			throttled := false
			for chat := range int64(40) { // more than go at once for nothing
				sim.Person(7001+chat, "Contoh", "id").Start("")
				_, err := client.Send(t.Context(), telegram.Message{Chat: 7001 + chat, Text: "halo"})
				throttled = throttled || telegram.KindOf(err) == telegram.Throttled
			}
			if throttled == paid {
				t.Errorf("throttled: %t", throttled)
			}
		})
	}
}
