package benchmark_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pascalatih/bot/simulator"
)

// script is what everybody does with the form, and what the bot makes of it: from
// the invitation through all questions to the last, back to the first, and so on
// in a circle. It is recorded from the bot, so that the rig shows the same cards
// and keeps the same state without any knowledge of forms.
type script struct {
	steps []step
	begin int // the circle goes from this step to the end
}

// step is a session at a revision.
type step struct {
	revision int    // when it was recorded
	state    string // the session's survey
	complete bool
	html     string
	rows     [][]simulator.Button // Data is what follows the revision
	press    string               // the Data of the button that is pressed
}

// at is the step of a revision.
func (s script) at(revision int) step {
	if revision < len(s.steps) {
		return s.steps[revision]
	}
	return s.steps[s.begin+(revision-s.begin)%(len(s.steps)-s.begin)]
}

// next is what the script presses on a card, and the card's revision.
func (s script) next(card simulator.Message) (simulator.Button, int, error) {
	buttons := card.Buttons()
	if len(buttons) == 0 {
		return simulator.Button{}, 0, errors.New("the card has no buttons")
	}
	_, revision, _, err := parseData(buttons[0].Data)
	if err != nil {
		return simulator.Button{}, 0, err
	}
	wanted := s.at(revision).press
	for _, button := range buttons {
		if _, _, what, err := parseData(button.Data); err == nil && what == wanted {
			return button, revision, nil
		}
	}
	return simulator.Button{}, 0, fmt.Errorf("revision %d has no button %s", revision, wanted)
}

// record has one person go through the form in front of the bot, until the first
// question comes for the third time: what comes then came before.
func record(ctx context.Context, o *office, person *simulator.Person) (script, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var s script
	for forward := true; ; {
		seen, err := o.photograph(ctx, person)
		if err != nil {
			return script{}, err
		}
		if seen.press, forward, err = choose(seen, forward); err != nil {
			return script{}, err
		}
		turned := forward && len(s.steps) > 0 && s.steps[len(s.steps)-1].press == "back"
		if turned && s.begin > 0 {
			return s, nil
		}
		if turned {
			s.begin = len(s.steps)
		}
		s.steps = append(s.steps, seen)
		if err := s.advance(ctx, person); err != nil {
			return script{}, err
		}
	}
}

// advance presses what the script says, and waits for the next card.
func (s script) advance(ctx context.Context, person *simulator.Person) error {
	card := person.Chat().Last()
	button, revision, err := s.next(card)
	if err != nil {
		return err
	}
	person.Tap(button)
	if _, err := person.Await(ctx, simulator.Changed(card)); err != nil {
		return fmt.Errorf("wait for the card after revision %d: %w", revision, err)
	}
	return nil
}

// photograph gives a person's session and its card; what is to be pressed is
// missing.
func (o *office) photograph(ctx context.Context, person *simulator.Person) (step, error) {
	open, err := o.OpenSessions(ctx, person.ID)
	if err != nil {
		return step{}, err
	}
	if len(open) != 1 {
		return step{}, fmt.Errorf("person %d has %d open forms", person.ID, len(open))
	}
	state, err := json.Marshal(open[0].Survey)
	if err != nil {
		return step{}, err
	}
	card := person.Chat().Last()
	seen := step{revision: open[0].Revision, state: string(state), complete: open[0].Complete, html: card.HTML}
	for _, row := range card.Rows {
		var buttons []simulator.Button
		for _, button := range row {
			_, revision, what, err := parseData(button.Data)
			if err != nil {
				return step{}, err
			}
			if revision != open[0].Revision {
				return step{}, fmt.Errorf("the card shows revision %d of %d", revision, open[0].Revision)
			}
			buttons = append(buttons, simulator.Button{Text: button.Text, Data: what})
		}
		seen.rows = append(seen.rows, buttons)
	}
	return seen, nil
}

// choose tells what to press on a card, and whether the way then leads forward:
// until the last question, whose text nobody writes, and from the first.
func choose(seen step, forward bool) (press string, _ bool, err error) {
	has := map[string]bool{}
	ticks := false
	for _, row := range seen.rows {
		for _, button := range row {
			has[button.Data] = true
			ticks = ticks || button.Data == "tick"
		}
	}
	last := has["skip"] && !ticks && !has["pick"]
	forward = forward && !last || !has["back"]
	order := []string{"open", "pick:3", "next", "tick", "pick"}
	if !forward {
		order = []string{"back"}
	}
	for _, press := range order {
		if has[press] {
			return press, forward, nil
		}
	}
	return "", forward, fmt.Errorf("nothing to press on %q", seen.html)
}

// parseData reads what a button of a card carries: "s", the session, the revision
// and what to do.
func parseData(data string) (session int64, revision int, what string, err error) {
	parts := strings.SplitN(data, ":", 4)
	if len(parts) < 4 {
		return 0, 0, "", fmt.Errorf("not the data of a card's button: %q", data)
	}
	session, errSession := strconv.ParseInt(parts[1], 10, 64)
	revision, errRevision := strconv.Atoi(parts[2])
	return session, revision, parts[3], errors.Join(errSession, errRevision)
}
