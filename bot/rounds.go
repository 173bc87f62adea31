package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// roundTap is the kind of the taps on what shows rounds. ID is the round; the
// dialogues about rounds have taps of their own.
const roundTap tapKind = "r"

// What a tap on a round asks for.
const (
	doShow    = "show"    // where it stands, in this message
	doRounds  = "list"    // the page Index of the rounds
	doMissing = "missing" // the page Index of who does not know of it
	doRemind  = "remind"
	doClose   = "close"
	doHold    = "hold"   // at turn Revision
	doLetGoOn = "goon"   // at turn Revision
	doUnplan  = "unplan" // the planned round of job ID
	doExport  = "export"
)

// roundTapped handles the taps on what shows rounds. Whoever may see a round of
// some units only may not change it.
func (b *Bot) roundTapped(ctx context.Context, v visit, t tap) error {
	switch t.Verb {
	case doShow:
		return b.showRound(ctx, v, t.ID)
	case doRounds:
		return b.showRounds(ctx, v, t.Index, "")
	case doMissing:
		return b.showMissing(ctx, v, t.ID, t.Index)
	}
	if !office.allows(v.account) {
		return b.refuseTap(ctx, v)
	}
	switch t.Verb {
	case doRemind:
		return beginTalk(b, ctx, v, remindingDialogue(), aboutRound{Round: t.ID})
	case doClose:
		return beginTalk(b, ctx, v, closingDialogue(), aboutRound{Round: t.ID})
	case doHold, doLetGoOn:
		return b.turnRound(ctx, v, t)
	case doUnplan:
		return b.unplan(ctx, v, t)
	case doExport:
		return b.exportRound(ctx, v, t.ID)
	}
	return b.refuseTap(ctx, v)
}

// roundSource is where a command on a tapped round came from. One message may
// show several rounds one after the other, each at several turns, and dialogues
// too: its commands are told apart by numbers below zero, that no dialogue has.
func roundSource(v visit, t tap) storage.Source {
	verb := map[string]int64{doHold: 1, doLetGoOn: 2, doUnplan: 3}[t.Verb]
	return v.source(-(t.ID<<18 + t.Revision<<2 + verb))
}

// roundButton is a button on a round.
func roundButton(label, verb string, round int64, index int) telegram.Button {
	t := tap{Kind: roundTap, ID: round, Verb: verb, Index: index}
	return telegram.Button{Text: beginningOf(label, fullWidth), Data: t.data()}
}

// seenBy is of which units somebody sees the rounds.
func seenBy(account storage.Account) storage.Scope { return account.Scope(people.roles...) }

// numberedRound reads the number of a round behind a command; where it is none,
// it says what is expected.
func (b *Bot) numberedRound(v visit, argument string) (int64, bool) {
	id, err := strconv.ParseInt(argument, 10, 64)
	if err != nil {
		b.reply(v.Chat.ID, plain(v.say.Say("rounds.no_number", nil)), nil)
	}
	return id, err == nil
}

// writeRound writes which round it is, and until when.
func (b *Bot) writeRound(p *page, say text.Phrases, round storage.Round) {
	p.bold(roundTitle(say, round))
	p.line()
	key, at := "rounds.open_until", round.ClosesAt
	switch {
	case round.ClosedAt != nil:
		key, at = "rounds.closed_at", *round.ClosedAt
	case round.HeldAt != nil:
		key = "rounds.held_until"
	}
	until := say.Say(key, map[string]any{"At": say.Moment(at, b.zone)})
	if round.TrainingTitle == "" { // the form is what it is called
		p.text(say.Say("rounds.recurs", map[string]any{"At": say.Moment(round.OpenedAt, b.zone)}) + " · " + until)
		return
	}
	title := round.InstrumentTitle.In(say.Language())
	if round.Audience == storage.Supervisors {
		title += " · " + say.Say("rounds.round_of_supervisors", nil)
	}
	p.text(title + " · " + until)
}

// roundTitle is what a round is called among all: by its training, or by its form
// where it is about none.
func roundTitle(say text.Phrases, round storage.Round) string {
	return fmt.Sprintf("%d · %s", round.ID, cmp.Or(round.TrainingTitle, round.InstrumentTitle.In(say.Language())))
}

// barLength is how many characters a bar has.
const barLength = 10

// bar shows a part of a whole. Something is never shown as nothing, and all but
// one never as all.
func bar(part, whole int) string {
	full := 0
	if whole > 0 {
		full = min(max(part, 0), whole) * barLength / whole
	}
	if full == 0 && part > 0 {
		full = 1
	}
	return strings.Repeat("▰", full) + strings.Repeat("▱", barLength-full)
}

// explainRound answers a command about a round that was refused.
func (b *Bot) explainRound(v visit, err error) error {
	why, err := b.refusedRound(v.say, err)
	if err != nil {
		return err
	}
	b.react(v, why.Text, why.Buttons)
	return nil
}

// refusedRound says why a command about a round was refused, and what to do;
// other errors stay what they are.
func (b *Bot) refusedRound(say text.Phrases, err error) (screen, error) {
	refusal, ok := errors.AsType[*storage.Error](err)
	if !ok {
		return screen{}, err
	}
	return b.sayRefused(say, refusal.Code, refusal.Detail, err)
}

func (b *Bot) sayRefused(say text.Phrases, code storage.Code, detail map[string]any, err error) (screen, error) {
	var buttons telegram.Keyboard
	data := map[string]any{}
	key := ""
	switch code {
	case storage.NotFound:
		key = fmt.Sprintf("rounds.no_%v", detail["what"])
	case storage.AlreadyOpen:
		round := numberIn(detail, "round")
		key, data["Round"] = "rounds.open_already", round
		buttons = telegram.Keyboard{{roundButton(say.Say("button.status", nil), doShow, round, 0)}}
	case storage.AlreadyPlanned:
		key, data["At"] = "rounds.planned_already", ""
		if at, ok := detail["at"].(time.Time); ok {
			data["At"] = say.Moment(at, b.zone)
		}
		buttons = telegram.Keyboard{{roundButton(say.Say("button.rounds", nil), doRounds, 0, 0)}}
	case storage.Empty:
		key = "rounds.empty"
		if detail["reason"] == storage.Supervisors {
			key = "rounds.empty_supervisors"
		}
	case storage.Closed:
		key = "rounds.over"
	case storage.Refused:
		key = fmt.Sprintf("rounds.refused_%v", detail["reason"])
	default:
		return screen{}, err
	}
	return screen{Text: plain(say.Say(key, data)), Buttons: buttons}, nil
}

// numberIn is a number of a refusal's detail; one that was kept as JSON meanwhile
// is a float.
func numberIn(detail map[string]any, key string) int64 {
	switch n := detail[key].(type) {
	case int64:
		return n
	case float64:
		return int64(n)
	}
	return 0
}
