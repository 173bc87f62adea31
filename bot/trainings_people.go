package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// addingState is how far somebody is who adds people to a training.
type addingState struct {
	Training int64   `json:"training"`
	Words    string  `json:"words,omitempty"` // that are looked for
	Page     int     `json:"page,omitempty"`  // of who was found
	Chosen   []int64 `json:"chosen,omitempty"`
	Sure     bool    `json:"sure,omitempty"` // who is chosen is shown, to be confirmed
	// What was pasted and is nobody who can be added: the first of them, and how
	// many there are.
	Odd      []string `json:"odd,omitempty"` // no NIPs
	OddAll   int      `json:"odd_all,omitempty"`
	Alien    []string `json:"alien,omitempty"` // NIPs of nobody
	AlienAll int      `json:"alien_all,omitempty"`
	Left     int      `json:"left,omitempty"` // are no longer in the office
}

// mostChosen is how many people can be added at once.
const mostChosen = 500

// mostListed is how many of a longer list are named.
const mostListed = 15

// mostOdd is how many of what could not be used are named.
const mostOdd = 5

// addingDialogue is the conversation by which HR adds people to a training: by
// searching names, or by a list of NIPs.
func addingDialogue() dialogue[addingState] {
	return dialogue[addingState]{
		kind:   "adding",
		access: office,
		awaits: func(addingState) awaited { return aText },
		draw:   (*Bot).drawAdding,
		move:   (*Bot).moveAdding,
	}
}

func (b *Bot) moveAdding(ctx context.Context, v visit, s addingState, d deed) (turn[addingState], error) {
	next := turn[addingState]{State: s}
	switch {
	case d.Text != "":
		return b.chooseWritten(ctx, v, s, d.Text)
	case d.Verb == doDeny:
		end, err := b.drawParticipants(ctx, v, s.Training, 0, "")
		return turn[addingState]{State: s, End: &end}, err
	case d.Verb == doPage:
		next.State.Page = d.Index
	case d.Verb == doTick && !s.Sure:
		return b.tickPerson(ctx, v, s, d.ID)
	case d.Verb == doNext && len(s.Chosen) > 0:
		next.State.Sure = true
	case d.Verb == doFind:
		next.State.Sure, next.State.Words, next.State.Page = false, "", 0
	case d.Verb == doConfirm && s.Sure:
		return b.addChosen(ctx, v, s, d)
	}
	return next, nil
}

// chooseWritten takes a list of NIPs, or looks for a name.
func (b *Bot) chooseWritten(ctx context.Context, v visit, s addingState, words string) (turn[addingState], error) {
	nips, odd := pastedNIPs(words)
	if len(nips)+len(odd) == 0 {
		searched, notice := searchedFor(v, words)
		if notice == "" {
			s.Sure, s.Words, s.Page = false, searched, 0
		}
		return turn[addingState]{State: s, Notice: notice}, nil
	}
	people, err := b.store.EmployeesByNIP(ctx, nips)
	if err != nil {
		return turn[addingState]{}, err
	}
	s.Sure, s.Odd, s.Alien, s.Left = true, odd, nil, 0
	for _, nip := range nips {
		at := slices.IndexFunc(people, func(p storage.Person) bool { return p.NIP == nip.String() })
		switch {
		case at < 0:
			s.Alien = append(s.Alien, nip.String())
		case people[at].Reach == storage.ReachLeft:
			s.Left++
		case !slices.Contains(s.Chosen, people[at].ID):
			s.Chosen = append(s.Chosen, people[at].ID)
		}
	}
	s.OddAll, s.AlienAll = len(s.Odd), len(s.Alien)
	s.Odd, s.Alien = s.Odd[:min(mostOdd, s.OddAll)], s.Alien[:min(mostOdd, s.AlienAll)]
	if len(s.Chosen) > mostChosen {
		s.Chosen = s.Chosen[:mostChosen]
		return turn[addingState]{State: s, Notice: v.say.Say("adding.too_many", map[string]any{"Most": v.say.Count(mostChosen)})}, nil
	}
	return turn[addingState]{State: s}, nil
}

// tickPerson chooses somebody who is found, or no longer.
func (b *Bot) tickPerson(ctx context.Context, v visit, s addingState, id int64) (turn[addingState], error) {
	if at := slices.Index(s.Chosen, id); at >= 0 {
		s.Chosen = slices.Delete(s.Chosen, at, at+1)
		return turn[addingState]{State: s}, nil
	}
	fresh, _, err := b.store.NewParticipants(ctx, s.Training, []int64{id})
	if err != nil {
		return turn[addingState]{}, err
	}
	switch {
	case len(fresh) == 0: // takes part since it was shown, or left the office
		return turn[addingState]{State: s, Notice: v.say.Say("adding.not_this", nil)}, nil
	case len(s.Chosen) >= mostChosen:
		return turn[addingState]{State: s, Notice: v.say.Say("adding.too_many", map[string]any{"Most": v.say.Count(mostChosen)})}, nil
	}
	s.Chosen = append(s.Chosen, id)
	return turn[addingState]{State: s}, nil
}

func (b *Bot) addChosen(ctx context.Context, v visit, s addingState, d deed) (turn[addingState], error) {
	added, err := b.store.AddParticipants(ctx, s.Training, s.Chosen, d.source, v.now)
	if storage.IsCode(err, storage.NotFound) {
		end, err := explainTraining(v.say, err)
		return turn[addingState]{State: s, End: &end}, err
	}
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return turn[addingState]{}, err
	}
	end, err := b.drawParticipants(ctx, v, s.Training, 0, v.say.Say("adding.added", map[string]any{"Count": added}))
	return turn[addingState]{State: s, End: &end}, err
}

func (b *Bot) drawAdding(ctx context.Context, sc scene, s addingState) (screen, error) {
	training, err := b.store.Training(ctx, storage.Scope{All: true}, s.Training)
	if err != nil {
		why, err := explainTraining(sc.say, err)
		why.Buttons = telegram.Keyboard{{sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)}}
		return why, err
	}
	switch {
	case s.Sure:
		return b.drawChosen(ctx, sc, s, training)
	case s.Words != "":
		return b.drawTicks(ctx, sc, s, training)
	}
	return screen{Buttons: telegram.Keyboard{addingButtons(sc, s)}, Text: write(func(p *page) {
		p.bold(training.Title)
		p.gap()
		p.text(sc.say.Say("adding.ask", nil))
		writeChosen(p, sc, s)
	})}, nil
}

// addingButtons are the last ones while people are chosen.
func addingButtons(sc scene, s addingState) []telegram.Button {
	cancel := sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0)
	if len(s.Chosen) == 0 {
		return []telegram.Button{cancel}
	}
	return []telegram.Button{sc.button(sc.say.Say("button.next", nil), doNext, 0, 0), cancel}
}

func writeChosen(p *page, sc scene, s addingState) {
	if len(s.Chosen) > 0 {
		p.gap()
		p.text(sc.say.Say("adding.chosen", map[string]any{"Count": len(s.Chosen)}))
	}
}

// drawTicks lists who was found, to be ticked.
func (b *Bot) drawTicks(ctx context.Context, sc scene, s addingState, training storage.Training) (screen, error) {
	found, more, err := b.found(ctx, storage.Scope{All: true}, s.Words)
	if err != nil {
		return screen{}, err
	}
	part := partOf(len(found), peopleShown, s.Page)
	found = found[part.From:part.To]
	ids := make([]int64, len(found))
	for i, person := range found {
		ids[i] = person.ID
	}
	taking, err := b.store.ParticipantsAmong(ctx, s.Training, ids)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	lines := make([]string, len(found))
	for i, person := range found {
		label := fmt.Sprintf("%d. %s", part.From+i+1, person.Name)
		lines[i] = fmt.Sprintf("%s, %s · %s", label, person.Unit, nipEnd(person.NIP))
		switch {
		case slices.Contains(taking, person.ID):
			lines[i] += " · " + sc.say.Say("adding.there", nil)
		case person.Reach == storage.ReachLeft:
			lines[i] += " · " + sc.say.Say("employees.short_left", nil)
		default:
			sign := unticked
			if slices.Contains(s.Chosen, person.ID) {
				sign = ticked
			}
			keyboard = append(keyboard, []telegram.Button{sc.button(sign+label, doTick, person.ID, 0)})
		}
	}
	turns := part.turns(func(label string, leaf int) telegram.Button { return sc.button(label, doPage, 0, leaf) })
	if turns != nil {
		keyboard = append(keyboard, turns)
	}
	return screen{Buttons: append(keyboard, addingButtons(sc, s)), Text: write(func(p *page) {
		p.bold(training.Title)
		p.gap()
		writeFound(p, sc.say, lines, more)
		p.gap()
		p.text(sc.say.Say("adding.more", nil))
		writeChosen(p, sc, s)
	})}, nil
}

// drawChosen shows who would be added, and what was written in vain.
func (b *Bot) drawChosen(ctx context.Context, sc scene, s addingState, training storage.Training) (screen, error) {
	fresh, there, err := b.store.NewParticipants(ctx, s.Training, s.Chosen)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	if len(fresh) > 0 {
		keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.add_people", nil), doConfirm, 0, 0)})
	}
	keyboard = append(keyboard, []telegram.Button{
		sc.button(sc.say.Say("button.find_more", nil), doFind, 0, 0),
		sc.button(sc.say.Say("button.cancel", nil), doDeny, 0, 0),
	})
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		p.bold(training.Title)
		p.gap()
		p.text(sc.say.Say("adding.will_add", map[string]any{"Count": len(fresh)}))
		for _, person := range fresh[:min(mostListed, len(fresh))] {
			p.line()
			p.text(fmt.Sprintf("• %s, %s · %s", person.Name, person.Unit, nipEnd(person.NIP)))
		}
		if more := len(fresh) - mostListed; more > 0 {
			p.line()
			p.text(sc.say.Say("adding.and_more", map[string]any{"Count": more}))
		}
		for _, remark := range remarksOn(sc, s, there) {
			p.gap()
			p.text(remark)
		}
		if len(fresh) > 0 {
			p.gap()
			p.text(sc.say.Say("adding.invited", nil))
		}
	})}, nil
}

// remarksOn say who of those that were written is not added, and why.
func remarksOn(sc scene, s addingState, there int) []string {
	var remarks []string
	if there > 0 {
		remarks = append(remarks, sc.say.Say("adding.are_there", map[string]any{"Count": there}))
	}
	if s.Left > 0 {
		remarks = append(remarks, sc.say.Say("adding.have_left", map[string]any{"Count": s.Left}))
	}
	if s.AlienAll > 0 {
		remarks = append(remarks, sc.say.Say("adding.alien", map[string]any{"Count": s.AlienAll})+" "+firstOf(s.Alien, s.AlienAll))
	}
	if s.OddAll > 0 {
		remarks = append(remarks, sc.say.Say("adding.odd", map[string]any{"Count": s.OddAll})+" "+firstOf(s.Odd, s.OddAll))
	}
	return remarks
}

// firstOf names the first of all of them.
func firstOf(named []string, all int) string {
	const longest = 40
	short := make([]string, len(named))
	for i, word := range named {
		short[i] = beginningOf(word, longest)
	}
	list := strings.Join(short, ", ")
	if all > len(named) {
		list += ", …"
	}
	return list
}
