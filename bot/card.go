package bot

import (
	"fmt"
	"strings"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/text"
)

// card is the one message that shows a session: all that its text and buttons
// depend on. Drawing it is pure. One that is only tried has a session too, which
// is in no row.
type card struct {
	session storage.Session
	answers survey.Session
	say     text.Phrases
	zone    *time.Location
	today   time.Time
	notice  string // one sentence about what the person just did
	listing bool   // in the review: the questions to change
	mark    string // a line above it all; "" for none
	// Of a form about somebody else: whether it is asked if they are not theirs, and,
	// once it has ended, all forms of the round about the person's people.
	disowning bool
	others    []storage.Session
	// Of a form that was sent, or declined: what else is open to the person.
	beside []namedForm
	// press makes the buttons where they are not the session's, at its revision.
	press func(label, verb string, index int) telegram.Button
}

// sessionTap is the kind of the taps on cards.
const sessionTap tapKind = "s"

// What a tap on a card asks for.
const (
	doOpen   = "open"   // begin, or go on in this message
	doPick   = "pick"   // the choice Index, and on
	doTick   = "tick"   // the choice Index, or no longer
	doDate   = "date"   // the day that quickDates[Index] names
	doErase  = "erase"  // take the answer back, to write it anew
	doNext   = "next"   // Lanjut
	doBack   = "back"   // Kembali
	doSkip   = "skip"   // Lewati
	doReview = "review" // Tinjau
	doList   = "list"   // Ubah jawaban: which question
	doChange = "change" // the question Index of the instrument
	doSend   = "send"   // Kirim

	doLater   = "later"   // Nanti, about this form or, at Index 1, all open ones
	doDecline = "decline" // Tidak bersedia, about this form or, at Index 1, one of the open ones
	doKeep    = "keep"    // none of them after all
	doWhy     = "why"     // the reason Index of declineReasons
	doReopen  = "reopen"  // Isi saja
)

// button is one that acts on this card as it is now.
func (c card) button(label, verb string, index int) telegram.Button {
	if c.press != nil {
		return c.press(label, verb, index)
	}
	t := tap{Kind: sessionTap, ID: c.session.ID, Revision: int64(c.session.Revision), Verb: verb, Index: index}
	return telegram.Button{Text: label, Data: t.data()}
}

// text is what the card says.
func (c card) text() telegram.HTML {
	return write(func(p *page) {
		if c.mark != "" {
			p.italic(c.mark)
			p.gap()
		}
		switch question, asked := c.answers.Current(); {
		case c.session.State == storage.SessionClosed:
			p.text(c.say.Say("card.closed", map[string]any{"Title": c.title()}))
		case c.session.State == storage.SessionDeclined && c.session.DeclinedAs != storage.NotMine:
			c.writeDeclined(p)
		case c.session.State == storage.SessionSent && c.session.Automatic:
			p.text(c.say.Say("card.sent_automatically", map[string]any{"Title": c.title()}))
		case c.session.State == storage.SessionDeclined, c.session.State == storage.SessionSent && c.observes():
			c.writeEnded(p)
		case c.session.State == storage.SessionSent:
			c.writeThanks(p)
		case c.disowning && c.session.State == storage.SessionOpen:
			c.writeDisowning(p)
		case c.session.OpenedAt == nil:
			c.writeInvitation(p)
		case asked:
			c.writeQuestion(p, question)
		default:
			c.writeReview(p)
		}
		if c.notice != "" {
			p.gap()
			p.text("⚠️ " + c.filled(c.notice))
		}
	})
}

// keyboard is the card's buttons; a session that takes no answers has none, but those
// to whom else the person is to observe.
func (c card) keyboard() telegram.Keyboard {
	question, asked := c.answers.Current()
	switch {
	case c.session.State == storage.SessionDeclined && c.session.DeclinedAs != storage.NotMine:
		return c.declinedKeyboard()
	case c.session.State != storage.SessionOpen:
		left, _ := byState(c.others)
		return append(leftKeyboard(left), besideKeyboard(c.beside)...)
	case c.disowning:
		return c.disowningKeyboard()
	case c.session.OpenedAt == nil:
		return append(telegram.Keyboard{{c.button(c.say.Say("button.start", nil), doOpen, 0)}}, c.disownKeys()...)
	case asked:
		return append(c.questionKeyboard(question), c.disownKeys()...)
	case c.listing:
		return c.listKeyboard()
	}
	return c.reviewKeyboard()
}

// title names what the form is about: whom the person observes and the training, or
// the form itself where it is about none.
func (c card) title() string {
	if subject := c.subject(); subject != "" {
		return subject
	}
	return c.answers.Instrument().Title.In(c.session.Language)
}

// subject is title where the form is about somebody else or a training.
func (c card) subject() string {
	if c.observes() && c.session.TrainingTitle != "" {
		return c.session.SubjectName + " · " + c.session.TrainingTitle
	}
	return c.session.SubjectName + c.session.TrainingTitle // one of them at most
}

func (c card) writeThanks(p *page) {
	p.text(c.say.Say("card.thanks", map[string]any{"Title": c.title()}))
	p.gap()
	next := "card.thanks_next"
	if c.session.TrainingTitle == "" {
		next = "card.thanks_office"
	}
	p.text(c.say.Say(next, nil))
	c.writeBeside(p)
}

// writeInvitation is the first card: what is asked, about what, how long it
// takes, until when, and who sees it.
func (c card) writeInvitation(p *page) {
	instrument := c.answers.Instrument()
	p.bold(instrument.Title.In(c.session.Language))
	p.gap()
	begins, training := c.session.TrainingBegins, map[string]any{"Training": c.session.TrainingTitle}
	switch {
	case c.observes():
		c.writeObserved(p)
	case c.session.TrainingTitle == "":
		p.text(c.say.Say("invitation.general", nil))
	case begins != nil && calendar.DayOf(c.today, c.zone).Before(calendar.DayOf(*begins, time.UTC)):
		p.text(c.say.Say("invitation.before", training))
	default:
		p.text(c.say.Say("invitation.training", training))
	}
	p.gap()
	p.text(c.say.Say("invitation.time", map[string]any{
		"Count": minutes(c.answers, c.today), "Until": c.say.Moment(c.session.ClosesAt, c.zone)}))
	writePrivacy(p, c.say, instrument.Privacy, c.observes())
}

// writePrivacy says who sees the answers.
func writePrivacy(p *page, say text.Phrases, privacy survey.Privacy, observes bool) {
	if privacy == survey.Confidential {
		p.line()
		p.text(say.Say("invitation.confidential", nil))
	}
	if observes {
		p.line()
		p.text(say.Say("observing.unseen", nil))
	}
}

// minutes is how long a form takes: most questions a tap, the written ones more.
func minutes(s survey.Session, today time.Time) int {
	var needed time.Duration
	for _, question := range s.Relevant(today) {
		if question.Kind.IsText() {
			needed += 20 * time.Second
		} else {
			needed += 6 * time.Second
		}
	}
	return max(1, int((needed + 30*time.Second).Minutes()))
}

// writeQuestion is a question's card.
func (c card) writeQuestion(p *page, question survey.Question) {
	p.italic(c.title())
	if n, of := c.answers.Progress(c.today); n > 0 {
		p.text(fmt.Sprintf(" · %d/%d", n, of))
	}
	p.gap()
	p.bold(c.filled(question.Label.In(c.session.Language)))
	if hint := c.filled(question.Hint.In(c.session.Language)); hint != "" {
		p.line()
		p.italic(hint)
	}
	if numbered(c.labels(question)) {
		p.line()
		c.writeChoices(p, question)
	}
	c.writeStanding(p, question)
	if how := c.howToAnswer(question.Kind); how != "" {
		p.gap()
		p.text(how)
	}
}

// writeStanding is the answer so far, where the buttons do not show it.
func (c card) writeStanding(p *page, question survey.Question) {
	value := c.answers.Value(question.Name)
	if value == "" || question.Kind == survey.SelectMultiple {
		return
	}
	p.gap()
	if question.Kind.IsText() {
		p.text(c.say.Say("card.written", nil))
		p.line()
		p.latest(value)
		return
	}
	p.text(c.say.Say("card.standing", map[string]any{"Answer": c.shown(question, value)}))
}

// howToAnswer tells what cannot be seen from the buttons.
func (c card) howToAnswer(kind survey.Kind) string {
	switch kind {
	case survey.SelectMultiple:
		return c.say.Say("card.how_several", nil)
	case survey.ShortText, survey.LongText:
		return c.say.Say("card.how_text", nil)
	case survey.Integer, survey.Decimal:
		return c.say.Say("card.how_number", nil)
	case survey.Date:
		return c.say.Say("card.how_date", nil)
	}
	return ""
}

// shown is an answer as people read it.
func (c card) shown(question survey.Question, value string) string {
	switch {
	case question.Kind.HasChoices():
		var labels []string
		for _, choice := range question.Chosen(value) {
			labels = append(labels, choice.Label.In(c.session.Language))
		}
		return strings.Join(labels, ", ")
	case question.Kind == survey.Date:
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			return c.say.Day(day)
		}
	case question.Kind == survey.Decimal && c.say.Language() == text.Indonesian:
		return strings.Replace(value, ".", ",", 1)
	}
	return value
}

// filled is a text of the form with what the person answered in earlier ones.
func (c card) filled(words string) string {
	return c.answers.Fill(words, func(past survey.Past) string {
		answer := strings.Join(strings.Fields(c.shown(past.Question(), past.Value)), " ")
		return beginningOf(answer, survey.EarlierLimit)
	})
}
