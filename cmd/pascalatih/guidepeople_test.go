package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/survey/text"
)

// storyPerson is a participant or a supervisor of the guide's story, who answers
// whatever form comes by what its card shows.
type storyPerson struct {
	*simulator.Person
	say     text.Phrases
	leaning int // how high the person rates
	taps    int
	sent    int // forms
}

// fill answers what is open, until nothing is or the person has enough.
func (p *storyPerson) fill(ctx context.Context, rating int, enough func() bool) error {
	for {
		card, found := p.card()
		if !found || enough() {
			return nil
		}
		if err := p.answer(ctx, card, rating); err != nil {
			return err
		}
	}
}

// card is the lowest message with buttons.
func (p *storyPerson) card() (simulator.Message, bool) {
	for _, m := range slices.Backward(p.Chat().FromBot()) {
		if len(m.Buttons()) > 0 {
			return m, true
		}
	}
	return simulator.Message{}, false
}

func (p *storyPerson) answer(ctx context.Context, card simulator.Message, rating int) error {
	p.taps++
	for _, key := range []string{"button.send", "button.start", "button.fill_now"} {
		if button := card.Button(p.say.Say(key, nil)); button.Text != "" {
			if key == "button.send" {
				p.sent++
			}
			return p.tap(ctx, button)
		}
	}
	if strings.Contains(card.Text, p.say.Say("card.how_text", nil)) {
		return p.tells(ctx)
	}
	choices := p.choices(card)
	next := card.Button(p.say.Say("button.next", nil))
	ticked := func(b simulator.Button) bool { return strings.HasPrefix(b.Text, "☑") }
	switch {
	case next.Text != "" && (len(choices) == 0 || slices.ContainsFunc(choices, ticked)):
		return p.tap(ctx, next)
	case len(choices) > 0:
		// People and their answers differ, otherwise in each form; the last choice of
		// five may be that it was not observed.
		at := rating + p.leaning*(p.sent+2)%3 + p.taps%2 - 1
		return p.tap(ctx, choices[max(0, min(at, len(choices)-1, 3))])
	}
	return fmt.Errorf("%s does not know how to answer %q", p.Name, card.Text)
}

// tells writes a sentence, and moves on.
func (p *storyPerson) tells(ctx context.Context) error {
	before := p.Chat()
	p.Write("Menyusun daftar periksa layanan, lalu memakainya setiap pagi")
	_, err := p.AwaitFor(ctx, time.Minute, func(s simulator.Screen) bool { return newest(s, before).ID != 0 })
	if err != nil {
		return fmt.Errorf("%s writes: %w", p.Name, err)
	}
	if err := p.Pause(ctx, glance); err != nil {
		return err
	}
	return p.press(ctx, p.say.Say("button.next", nil))
}

// choices are the buttons of a card that are answers.
func (p *storyPerson) choices(card simulator.Message) []simulator.Button {
	return slices.DeleteFunc(card.Buttons(), func(b simulator.Button) bool {
		return slices.ContainsFunc([]string{"next", "back", "skip", "later", "decline", "not_mine", "reopen", "change", "rewrite"}, func(key string) bool {
			return b.Text == p.say.Say("button."+key, nil)
		})
	})
}

// press presses the lowest button whose label has these words.
func (p *storyPerson) press(ctx context.Context, label string) error {
	for _, m := range slices.Backward(p.Chat().FromBot()) {
		for _, button := range m.Buttons() {
			if strings.Contains(button.Text, label) {
				return p.tap(ctx, button)
			}
		}
	}
	return fmt.Errorf("%s sees no button %q, but %q", p.Name, label, p.Chat().Last().Text)
}

// tap presses a button and waits for the reaction.
func (p *storyPerson) tap(ctx context.Context, button simulator.Button) error {
	before := p.Chat()
	p.Tap(button)
	_, err := p.AwaitFor(ctx, time.Minute, func(s simulator.Screen) bool { return newest(s, before).ID != 0 })
	if err != nil {
		return fmt.Errorf("%s taps %s: %w", p.Name, button.Text, err)
	}
	return p.Pause(ctx, glance)
}

// lately is the last message that the person has.
func (p *storyPerson) lately() simulator.Screen {
	visible := p.Chat().Visible()
	return visible[len(visible)-1:]
}
