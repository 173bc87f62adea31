package bot

import (
	"context"
	"errors"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// aboutRound is a dialogue about one open round: which one, then a yes.
type aboutRound struct {
	Round int64 `json:"round"` // 0: not chosen yet
	Page  int   `json:"page"`  // of the rounds to choose from
}

// closingDialogue is the conversation by which HR closes a round.
func closingDialogue() dialogue[aboutRound] {
	return dialogue[aboutRound]{kind: "closing", access: office, draw: (*Bot).drawClosing, move: (*Bot).moveClosing}
}

// remindingDialogue is the conversation by which HR reminds those who have not
// sent.
func remindingDialogue() dialogue[aboutRound] {
	return dialogue[aboutRound]{kind: "reminding", access: office, draw: (*Bot).drawReminding, move: (*Bot).moveReminding}
}

// closeRound is /tutup [ROUND].
func (b *Bot) closeRound(ctx context.Context, v visit, arguments string) error {
	return b.beginAbout(ctx, v, closingDialogue(), arguments)
}

// remindRound is /ingatkan [ROUND].
func (b *Bot) remindRound(ctx context.Context, v visit, arguments string) error {
	return b.beginAbout(ctx, v, remindingDialogue(), arguments)
}

// beginAbout begins a dialogue with the round that a command names, or with the
// choice of one.
func (b *Bot) beginAbout(ctx context.Context, v visit, d dialogue[aboutRound], argument string) error {
	if argument == "" {
		return beginTalk(b, ctx, v, d, aboutRound{})
	}
	id, ok := b.numberedRound(v, argument)
	if !ok {
		return nil
	}
	round, err := b.store.Round(ctx, id)
	if err != nil {
		return b.explainRound(v, err)
	}
	if round.ClosedAt != nil {
		return b.explainRound(v, &storage.Error{Code: storage.Closed})
	}
	return beginTalk(b, ctx, v, d, aboutRound{Round: id})
}

// drawChoice shows the open rounds to choose from.
func (b *Bot) drawChoice(ctx context.Context, sc scene, s aboutRound) (screen, error) {
	rounds, err := b.openRounds(ctx, sc.visit)
	if err != nil {
		return screen{}, err
	}
	return b.roundList(sc, "rounds.none_open", rounds, s.Page), nil
}

// roundList shows a page of rounds to choose from; none says that there are none.
func (b *Bot) roundList(sc scene, none string, rounds []storage.Round, number int) screen {
	cancel := sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)
	if len(rounds) == 0 {
		return screen{Text: plain(sc.say.Say(none, nil)), Buttons: telegram.Keyboard{{cancel}}}
	}
	part := partOf(len(rounds), listedAtOnce, number)
	var keyboard telegram.Keyboard
	for _, round := range rounds[part.From:part.To] {
		keyboard = append(keyboard, []telegram.Button{sc.button(roundTitle(sc.say, round), doChoose, round.ID, 0)})
	}
	turns := part.turns(func(label string, page int) telegram.Button { return sc.button(label, doPage, 0, page) })
	keyboard = append(keyboard, append(turns, cancel))
	return screen{Text: write(func(p *page) {
		p.text(sc.say.Say("rounds.which_round", nil))
		for _, round := range rounds[part.From:part.To] {
			p.gap()
			b.writeRound(p, sc.say, round)
		}
	}), Buttons: keyboard}
}

func (b *Bot) openRounds(ctx context.Context, v visit) ([]storage.Round, error) {
	return b.store.RoundsOf(ctx, storage.Scope{All: true}, v.now.Add(recently)) // none has closed since then
}

// moved are the deeds that both dialogues have.
func (s aboutRound) moved(v visit, d deed) (turn[aboutRound], bool) {
	switch {
	case d.Verb == doDeny:
		return turn[aboutRound]{State: s, End: say(v.say.Say("core.cancelled", nil))}, true
	case s.Round == 0 && d.Verb == doPage:
		s.Page = d.Index
	case s.Round == 0 && d.Verb == doChoose:
		s.Round = d.ID
	case s.Round == 0 || d.Verb != doConfirm:
	default:
		return turn[aboutRound]{}, false
	}
	return turn[aboutRound]{State: s}, true
}

// yesOrNo are the buttons of the last step.
func (sc scene) yesOrNo(yes string) telegram.Keyboard {
	return telegram.Keyboard{{
		sc.button(sc.say.Say(yes, nil), doConfirm, 0, 0),
		sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0),
	}}
}

// drawRefused is a step that cannot be taken.
func (b *Bot) drawRefused(sc scene, err error) (screen, error) {
	why, err := b.refusedRound(sc.say, err)
	why.Buttons = append(why.Buttons, []telegram.Button{sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)})
	return why, err
}

func (b *Bot) drawClosing(ctx context.Context, sc scene, s aboutRound) (screen, error) {
	if s.Round == 0 {
		return b.drawChoice(ctx, sc, s)
	}
	status, err := b.store.Status(ctx, s.Round)
	if err == nil && status.ClosedAt != nil {
		err = &storage.Error{Code: storage.Closed}
	}
	if err != nil {
		return b.drawRefused(sc, err)
	}
	return screen{Buttons: sc.yesOrNo("button.close_round"), Text: write(func(p *page) {
		b.writeRound(p, sc.say, status.Round)
		p.gap()
		p.text(sc.say.Say("rounds.will_close", map[string]any{"Sent": sc.say.Count(status.Sent),
			"Invited": sc.say.Count(status.Invited), "Complete": sc.say.Count(status.Complete)}))
	})}, nil
}

// moveClosing closes the round; the answer is its report.
func (b *Bot) moveClosing(ctx context.Context, v visit, s aboutRound, d deed) (turn[aboutRound], error) {
	if next, moved := s.moved(v, d); moved {
		return next, nil
	}
	_, err := b.store.CloseRound(ctx, s.Round, d.source, v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		why, err := b.refusedRound(v.say, err)
		return turn[aboutRound]{State: s, End: &why}, err
	}
	report, err := b.drawReport(ctx, v.say, s.Round)
	return turn[aboutRound]{State: s, End: &report}, err
}

func (b *Bot) drawReminding(ctx context.Context, sc scene, s aboutRound) (screen, error) {
	if s.Round == 0 {
		return b.drawChoice(ctx, sc, s)
	}
	round, err := b.store.Round(ctx, s.Round)
	if err != nil {
		return b.drawRefused(sc, err)
	}
	reminding, err := b.store.PreviewReminder(ctx, s.Round, b.zone, sc.now)
	if err != nil {
		return b.drawRefused(sc, err)
	}
	when, err := b.sayWhenReminded(ctx, sc.say, round, sc.now)
	if err != nil {
		return screen{}, err
	}
	buttons := sc.yesOrNo("button.remind")
	if reminding.Reminded == 0 {
		buttons[0] = buttons[0][1:]
	}
	return screen{Buttons: buttons, Text: write(func(p *page) {
		b.writeRound(p, sc.say, round)
		p.gap()
		p.text(sc.say.Say("rounds.will_remind", map[string]any{"Count": reminding.Reminded}) + when)
		if len(reminding.Others) > 0 {
			p.gap()
			p.text(sc.say.Say("rounds.not_reminded", nil))
			writeStandings(p, sc.say, reminding.Others)
		}
	})}, nil
}

// sayWhenReminded says when reminders of a round go out, where that is not at once for
// all: in closed time, and where people had their message of the day.
func (b *Bot) sayWhenReminded(ctx context.Context, say text.Phrases, round storage.Round, now time.Time) (string, error) {
	morning, err := b.waitsUntil(ctx, now)
	switch {
	case err != nil:
		return "", err
	case morning.IsZero():
		written, err := b.store.WrittenOn(ctx, round.ID, calendar.DayOf(now, b.zone))
		if err != nil || !written {
			return "", err
		}
		return "\n" + say.Say("rounds.reminders_capped", nil), nil
	case !morning.Before(round.ClosesAt):
		return "\n" + say.Say("rounds.reminders_late", nil), nil
	}
	return "\n" + b.sayMorning(say, "rounds.reminders_wait", 0, morning), nil
}

// writeStandings writes how many there are of each standing.
func writeStandings(p *page, say text.Phrases, counts map[storage.Standing]int) {
	order := append([]storage.Standing{storage.StandingSent, storage.StandingReminded, storage.StandingAnswering,
		storage.StandingUnwilling, storage.StandingNotMine}, storage.Unreached()...)
	for _, standing := range order {
		if count := counts[standing]; count > 0 {
			p.line()
			p.text("· " + say.Say("standing."+string(standing), map[string]any{"Count": count}))
		}
	}
}

func (b *Bot) moveReminding(ctx context.Context, v visit, s aboutRound, d deed) (turn[aboutRound], error) {
	if next, moved := s.moved(v, d); moved {
		return next, nil
	}
	reminded, err := b.store.RemindRound(ctx, s.Round, d.source, b.zone, v.now)
	switch {
	case storage.IsCode(err, storage.Empty): // all have sent since it was shown
		return turn[aboutRound]{State: s, End: say(v.say.Say("rounds.nobody_to_remind", nil))}, nil
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		why, err := b.refusedRound(v.say, err)
		return turn[aboutRound]{State: s, End: &why}, err
	}
	round, err := b.store.Round(ctx, s.Round)
	if err != nil {
		return turn[aboutRound]{}, err
	}
	when, err := b.sayWhenReminded(ctx, v.say, round, v.now)
	if err != nil {
		return turn[aboutRound]{}, err
	}
	key := "rounds.reminded"
	if when != "" {
		key = "rounds.will_remind"
	}
	end := say(v.say.Say(key, map[string]any{"Count": reminded}) + when)
	end.Buttons = telegram.Keyboard{{roundButton(v.say.Say("button.status", nil), doShow, s.Round, 0)}}
	return turn[aboutRound]{State: s, End: end}, nil
}
