package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// recently is how long a round is listed after it closed.
const recently = 30 * 24 * time.Hour

// rounds is /putaran: what is planned, open, and closed of late.
func (b *Bot) rounds(ctx context.Context, v visit, _ string) error {
	return b.showRounds(ctx, v, 0, "")
}

// entry is a round, or a planned one, in the list.
type entry struct {
	round   storage.Round
	planned *storage.PlannedRound
}

// entries are what somebody sees of rounds. What is planned concerns those who
// may start rounds.
func (b *Bot) entries(ctx context.Context, v visit) ([]entry, error) {
	var all []entry
	if office.allows(v.account) {
		planned, err := b.store.PlannedRounds(ctx)
		if err != nil {
			return nil, err
		}
		for i := range planned {
			all = append(all, entry{planned: &planned[i]})
		}
	}
	rounds, err := b.store.RoundsOf(ctx, seenBy(v.account), v.now.Add(-recently))
	if err != nil {
		return nil, err
	}
	for _, round := range rounds {
		all = append(all, entry{round: round})
	}
	return all, nil
}

// showRounds shows a page of the rounds, below a notice if there is one.
func (b *Bot) showRounds(ctx context.Context, v visit, number int, notice string) error {
	all, err := b.entries(ctx, v)
	if err != nil {
		return fmt.Errorf("list the rounds: %w", err)
	}
	part := partOf(len(all), listedAtOnce, number)
	var keyboard telegram.Keyboard
	counted := make([]storage.RoundReport, part.To-part.From)
	for i, e := range all[part.From:part.To] {
		if e.planned != nil {
			label := v.say.Say("button.unplan", nil) + " · " + e.planned.TrainingTitle
			keyboard = append(keyboard, []telegram.Button{roundButton(label, doUnplan, e.planned.JobID, 0)})
			continue
		}
		if counted[i], err = b.store.Report(ctx, e.round.ID, seenBy(v.account)); err != nil {
			return fmt.Errorf("count a listed round: %w", err)
		}
		keyboard = append(keyboard, []telegram.Button{roundButton(roundTitle(v.say, e.round), doShow, e.round.ID, 0)})
	}
	turns := part.turns(func(label string, page int) telegram.Button { return roundButton(label, doRounds, 0, page) })
	if len(turns) > 0 {
		keyboard = append(keyboard, turns)
	}
	b.react(v, write(func(p *page) {
		if notice != "" {
			p.italic(notice)
			p.gap()
		}
		if len(all) == 0 {
			p.text(v.say.Say("rounds.none", nil))
		}
		for i, e := range all[part.From:part.To] {
			if i > 0 {
				p.gap()
			}
			b.writeEntry(p, v, e, counted[i])
		}
	}), keyboard)
	return nil
}

func (b *Bot) writeEntry(p *page, v visit, e entry, counted storage.RoundReport) {
	if e.planned != nil {
		p.bold(e.planned.TrainingTitle)
		p.line()
		p.text(e.planned.InstrumentTitle.In(v.say.Language()) + " · " +
			v.say.Say("rounds.planned_for", map[string]any{"At": v.say.Moment(e.planned.OpensAt, b.zone)}))
		return
	}
	b.writeRound(p, v.say, e.round)
	p.line()
	p.text(bar(counted.Sent, counted.Invited) + " " + v.say.Say("rounds.sent_of", map[string]any{
		"Sent": v.say.Count(counted.Sent), "Invited": v.say.Count(counted.Invited)}))
}

// unplan cancels a planned round, and shows the list again. Its moment may have
// come first.
func (b *Bot) unplan(ctx context.Context, v visit, t tap) error {
	err := b.store.CancelPlanned(ctx, t.ID, roundSource(v, t), v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return b.explainRound(v, err)
	}
	return b.showRounds(ctx, v, 0, v.say.Say("rounds.unplanned", nil))
}
