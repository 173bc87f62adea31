package respondent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pascalatih/bot/simulator"
)

// Register opens the bot by a link, says who they are, and consents: a personal
// link asks whether it is them, a class link for the phone number, or for the NIP
// of their Book where the account has no number or the roster another. Where there
// is no reaction they press again; where there is nothing to press, they open the
// link anew.
func (r *Respondent) Register(ctx context.Context, token string) error {
	for {
		screen := r.Chat()
		before := r.admission(screen)
		switch before {
		case registered:
			return nil
		case outside:
			r.Start(token)
		case numberAsked:
			if _, err := r.ShareContact(); err != nil {
				r.Write(r.Book.NIP)
			}
		case nipAsked:
			r.Write(r.Book.NIP)
		default:
			r.Tap(screen.Button(r.Say.Say(string(before), nil)))
		}
		_, err := r.AwaitFor(ctx, r.Patience, func(s simulator.Screen) bool {
			now := r.admission(s)
			return now != before && now != outside // what was asked may go before the next comes
		})
		if err != nil && !errors.Is(err, simulator.ErrNotSeen) {
			return fmt.Errorf("wait for the reaction at the stage %s: %w", before, err)
		}
	}
}

// admission is how far a person has come in registering; those stages in which a
// button leads on are named by it.
type admission string

const (
	outside     admission = "outside"
	numberAsked admission = "number asked"
	nipAsked    admission = "nip asked"
	identified  admission = "button.is_me"
	informed    admission = "button.agree"
	registered  admission = "registered"
)

func (r *Respondent) admission(screen simulator.Screen) admission {
	for _, m := range slices.Backward(screen.FromBot()) {
		switch {
		case m.Button(r.Say.Say(string(informed), nil)).Text != "":
			return informed
		case m.Button(r.Say.Say(string(identified), nil)).Text != "":
			return identified
		case r.classify(m).Stage != None, r.begins(m, "start.welcome"), r.begins(m, "joining.asked"), r.begins(m, "joining.invited"):
			return registered
		case strings.Contains(m.Text, r.Say.Say("joining.ask_nip", nil)):
			return nipAsked
		case len(screen.Keys()) > 0:
			return numberAsked
		}
	}
	return outside
}

// begins tells whether a message begins as a text does: its first words, up to
// where a number may make it go on otherwise.
func (r *Respondent) begins(m simulator.Message, key string) bool {
	words, _, _ := strings.Cut(r.Say.Say(key, map[string]any{"Count": 1}), ",")
	words, _, _ = strings.Cut(words, "1")
	return strings.HasPrefix(m.Text, words)
}
