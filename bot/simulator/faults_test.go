package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
)

func TestFaults(t *testing.T) {
	tests := map[string]struct {
		fault     simulator.Fault
		breaks    bool // there is no answer that can be read
		code      int
		processed bool
	}{
		"a connection cut before": {fault: simulator.Fault{Kind: simulator.CutBefore}, breaks: true},
		"a connection cut after":  {fault: simulator.Fault{Kind: simulator.CutAfter}, breaks: true, processed: true},
		"a 500":                   {fault: simulator.Fault{Kind: simulator.Status500}, code: 500},
		"a 502 with HTML":         {fault: simulator.Fault{Kind: simulator.Status502HTML}, breaks: true},
		"a 400":                   {fault: simulator.Fault{Kind: simulator.Refuse}, code: 400},
		"a 429":                   {fault: simulator.Fault{Kind: simulator.TooManyNow}, code: 429},
		"a delay":                 {fault: simulator.Fault{Kind: simulator.Delay, Delay: time.Millisecond}, processed: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			p := r.started(7001)
			test.fault.Method = "sendMessage"
			r.Inject(test.fault)
			answer, err := r.try("sendMessage", params{"chat_id": "7001", "text": "halo"})
			if (err != nil) != test.breaks || answer.Code != test.code {
				t.Errorf("answered %d, error %v; want %d, broken %v", answer.Code, err, test.code, test.breaks)
			}
			if got := p.Chat().Last().Text == "halo"; got != test.processed {
				t.Errorf("processed: %v, want %v", got, test.processed)
			}
			if got := r.Faults()[test.fault.Kind]; got != 1 {
				t.Errorf("took effect %d times, want once", got)
			}
			r.clock.turn(time.Second)
			r.send(p, "lagi") // and is over
			if err := r.Sound(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFaultMeetsTheRequestsItIsFor(t *testing.T) {
	r := newRig(t, simulator.Config{Unlimited: true})
	budi, siti := r.started(7001), r.started(7002)
	r.Inject(simulator.Fault{Kind: simulator.Status500, Method: "sendMessage", Chat: budi.ID, Skip: 1, Times: 2})
	var codes []int
	for _, p := range []*simulator.Person{budi, siti, budi, siti, budi, budi} {
		codes = append(codes, r.call("sendMessage", params{"chat_id": id(p.ID), "text": "a"}).Code)
	}
	if want := []int{0, 0, 500, 0, 500, 0}; !slices.Equal(codes, want) {
		t.Errorf("codes %v, want %v", codes, want)
	}
}

// Who is told of a delay sees what the bot does not know yet.
func TestADelayIsTold(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	held := make(chan struct{})
	r.Inject(simulator.Fault{Kind: simulator.Delay, Method: "sendMessage", Delay: 200 * time.Millisecond, Held: held})
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		r.send(p, "halo")
	}()
	<-held
	if seen := p.Chat().Last().Text; seen != "halo" {
		t.Errorf("while the answer waited the chat showed %q", seen)
	}
	select {
	case <-answered:
		t.Error("it was answered already")
	default:
	}
	<-answered
}

func TestRepeatedUpdates(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	r.Inject(simulator.Fault{Kind: simulator.RepeatUpdate})
	p.Write("a")
	first := r.updates(0, nil) // confirms nothing: the fault waits
	p.Write("b")
	second := r.updates(first[0].ID+1, nil)
	if len(second) != 2 || second[0].ID != first[0].ID {
		t.Fatalf("after the forgotten confirmation came %v", second)
	}
	if rest := r.updates(second[1].ID+1, nil); len(rest) != 0 {
		t.Errorf("and then %v, want nothing", rest)
	}
}

func TestScatterIsReplayable(t *testing.T) {
	kinds := []simulator.FaultKind{simulator.CutBefore, simulator.CutAfter, simulator.Status500}
	plan := simulator.Scatter(7, 20, 100, kinds, "sendMessage", "editMessageText")
	if again := simulator.Scatter(7, 20, 100, kinds, "sendMessage", "editMessageText"); !slices.Equal(plan, again) {
		t.Error("the same seed gives another plan")
	}
	if other := simulator.Scatter(8, 20, 100, kinds, "sendMessage", "editMessageText"); slices.Equal(plan, other) {
		t.Error("another seed gives the same plan")
	}
	for _, f := range plan {
		if !slices.Contains(kinds, f.Kind) || f.Skip >= 100 || !strings.HasSuffix(f.Method, "Message") && f.Method != "editMessageText" {
			t.Errorf("not as asked: %+v", f)
		}
	}
}

func TestNetworkDown(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	broken := make(chan error)
	go func() {
		_, err := r.try("getUpdates", params{"timeout": "50"})
		broken <- err
	}()
	await(t, "the bot polls", func() bool { return r.Requests()["getUpdates"] == 3 })
	r.NetworkDown()
	if err := <-broken; err == nil {
		t.Error("the poll survived")
	}
	p.Write("a")
	if _, err := r.try("getMe", nil); err == nil {
		t.Error("a new connection was let in")
	}
	if err := r.NetworkUp(); err != nil {
		t.Fatal(err)
	}
	if got := len(r.updates(0, nil)); got != 1 {
		t.Errorf("%d updates waited, want 1", got)
	}
}
