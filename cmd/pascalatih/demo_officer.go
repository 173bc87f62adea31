package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/simulator"
)

// officer is somebody of the demo who works with the bot's commands: each act
// gives the message in which the bot reacted.
type officer struct {
	*simulator.Person
	*stage
	role string // as the timeline calls them
}

// What an officer's patience is, on the virtual clock: what the bot does at once
// is to be seen after the one, what went wrong is done again within the other.
const (
	glance   = 5 * time.Second
	patience = 5 * time.Minute
)

// does does one thing after the other, and gives the reaction to the last: "[…]"
// is a tap, all else is written.
func (o *officer) does(ctx context.Context, steps ...string) (said simulator.Message, err error) {
	for _, step := range steps {
		label, isTap := strings.CutPrefix(step, "[")
		if isTap {
			said, err = o.taps(ctx, strings.TrimSuffix(label, "]"))
		} else {
			said, err = o.writes(ctx, step)
		}
		if err != nil {
			return said, fmt.Errorf("%s, at %s: %w", o.role, step, err)
		}
	}
	return said, nil
}

func (o *officer) writes(ctx context.Context, words string) (simulator.Message, error) {
	o.out.tell(o.role, "writes %s", words)
	return o.acts(ctx, func() { o.Write(words) })
}

// taps presses the lowest button whose label begins so, ticked or not, or is the
// text with this key.
func (o *officer) taps(ctx context.Context, label string) (simulator.Message, error) {
	if strings.HasPrefix(label, "button.") {
		label = o.texts.In("id").Say(label, nil)
	}
	for _, m := range slices.Backward(o.Chat().FromBot()) {
		for _, button := range m.Buttons() {
			if strings.HasPrefix(strings.TrimLeft(button.Text, "☐☑ "), label) {
				o.out.tell(o.role, "taps [%s]", button.Text)
				return o.acts(ctx, func() { o.Tap(button) })
			}
		}
	}
	return simulator.Message{}, fmt.Errorf("no button %q is to be seen; the last message says %q", label, oneLine(o.Chat().Last().Text))
}

func (o *officer) sends(ctx context.Context, name string, data []byte) (simulator.Message, error) {
	o.out.tell(o.role, "sends %s, %d kB", name, len(data)>>10)
	return o.acts(ctx, func() { o.Document(name, data) })
}

// acts does something and gives the newest of the messages in which the bot
// reacted to it, once all is said.
func (o *officer) acts(ctx context.Context, act func()) (simulator.Message, error) {
	before := o.Chat()
	act()
	reacted := func(s simulator.Screen) bool { return newest(s, before).ID != 0 }
	err := o.as(ctx, o.Person, func(ctx context.Context) error {
		if _, err := o.AwaitFor(ctx, patience, reacted); err != nil {
			return err
		}
		return o.Pause(ctx, glance)
	})
	if errors.Is(err, simulator.ErrNotSeen) {
		return simulator.Message{}, errors.New("there is no reaction")
	}
	if err != nil {
		return simulator.Message{}, err
	}
	said := newest(o.Chat(), before)
	o.tellSaid(said)
	return said, nil
}

// newest is the lowest of the bot's messages that was not so before.
func newest(now, before simulator.Screen) simulator.Message {
	for _, m := range slices.Backward(now.FromBot()) {
		if was := before.Message(m.ID); was.ID == 0 || was.Edits != m.Edits {
			return m
		}
	}
	return simulator.Message{}
}

// mostTold is how many lines of a message the timeline has.
const mostTold = 10

// tellSaid tells what the bot says, line by line, and what it sends.
func (o *officer) tellSaid(m simulator.Message) {
	if m.File != nil {
		o.out.tell("the bot", "sends %s, %d kB", m.File.Name, len(m.File.Data)>>10)
	}
	lines := slices.DeleteFunc(strings.Split(m.Text, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
	for _, line := range lines[:min(len(lines), mostTold)] {
		o.out.tell("the bot", "%s", line)
	}
	if more := len(lines) - mostTold; more > 0 {
		o.out.tell("the bot", "… (%d more lines)", more)
	}
}

// awaits waits for a message that somebody did not ask for.
func (o *officer) awaits(ctx context.Context, what string, wanted func(simulator.Message) bool) (simulator.Message, error) {
	var seen simulator.Message
	before := o.Chat().Last()
	err := o.as(ctx, o.Person, func(ctx context.Context) error {
		_, err := o.AwaitFor(ctx, patience, func(s simulator.Screen) bool {
			for _, m := range s.FromBot() {
				if m.ID > before.ID && wanted(m) {
					seen = m
					return true
				}
			}
			return false
		})
		return err
	})
	if err != nil {
		return seen, fmt.Errorf("%s waits for %s: %w", o.role, what, err)
	}
	return seen, nil
}

func oneLine(words string) string { return strings.Join(strings.Fields(words), " ") }
