// Package handout makes what HR gives to people so that they find the bot: the
// list of personal links, and the poster with a training's class link. It is
// pure.
package handout

import "time"

// Training is what a handout says of a training.
type Training struct {
	Title       string
	First, Last time.Time // its days, both included
}
