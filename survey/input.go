package survey

// Input is what a respondent does with a session.
type Input interface{ input() }

type (
	// Choose answers a question that takes one choice, and moves on.
	Choose struct{ Choice string }
	// Toggle ticks a choice of a question that takes several, or unticks it. The
	// session stays on the card until Next.
	Toggle struct{ Choice string }
	// Write answers with text. A number or a date moves on at once; a text question
	// collects what is written, a line a message, until Next.
	Write struct{ Text string }
	// Erase takes back the present question's answer and stays on it.
	Erase struct{}
	// Next moves on from a note, from collected ticks or text, from an answer that
	// stands already, or from an optional question without an answer.
	Next struct{}
	// Back goes to the question before; in a change from the review, back to the
	// review.
	Back struct{}
	// Skip leaves an optional question unanswered and moves on; an answer that
	// stood is taken back.
	Skip struct{}
	// Review goes from a question to the review of all answers.
	Review struct{}
	// Change goes from the review to one question. After its answer the session
	// returns to the review, by way of what is open then.
	Change struct{ Path string }
	// Send ends the session from the review.
	Send struct{}
)

func (Choose) input() {}
func (Toggle) input() {}
func (Write) input()  {}
func (Erase) input()  {}
func (Next) input()   {}
func (Back) input()   {}
func (Skip) input()   {}
func (Review) input() {}
func (Change) input() {}
func (Send) input()   {}
