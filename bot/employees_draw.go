package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

func (b *Bot) drawEmployees(ctx context.Context, sc scene, s employeeState) (screen, error) {
	switch s.At {
	case atSearch:
		return b.drawSearch(ctx, sc)
	case atFound:
		return b.drawFoundEmployees(ctx, sc, s)
	}
	person, err := b.store.Employee(ctx, seenBy(sc.account), s.Employee)
	if storage.IsCode(err, storage.NotFound) {
		return screen{Text: plain(sc.say.Say("employees.gone", nil)), Buttons: telegram.Keyboard{lookButtons(sc)}}, nil
	}
	if err != nil {
		return screen{}, err
	}
	switch s.At {
	case atPhone:
		return drawPhone(sc, person), nil
	case atUnits:
		return b.drawOtherUnits(ctx, sc, s, person)
	case atConfirm:
		return b.drawCorrection(ctx, sc, s, person)
	}
	return b.drawEmployee(sc, s, person), nil
}

// lookButtons lead on to another person, and out.
func lookButtons(sc scene) []telegram.Button {
	return []telegram.Button{
		sc.button(sc.say.Say("button.find_person", nil), doFind, 0, 0),
		sc.button(sc.say.Say("button.finish", nil), doFinish, 0, 0),
	}
}

// drawSearch asks who is looked for, and leads to the claims that wait.
func (b *Bot) drawSearch(ctx context.Context, sc scene) (screen, error) {
	waiting, err := b.store.WaitingClaims(ctx, seenBy(sc.account))
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	if len(waiting) > 0 {
		label := sc.say.Say("button.waiting_claims", map[string]any{"Number": sc.say.Count(len(waiting))})
		keyboard = append(keyboard, []telegram.Button{{Text: label, Data: tap{Kind: claimsTap, Verb: doList}.data()}})
	}
	finish := sc.button(sc.say.Say("button.finish", nil), doFinish, 0, 0)
	return screen{Text: plain(sc.say.Say("employees.ask", nil)), Buttons: append(keyboard, []telegram.Button{finish})}, nil
}

func (b *Bot) drawFoundEmployees(ctx context.Context, sc scene, s employeeState) (screen, error) {
	found, more, err := b.found(ctx, seenBy(sc.account), s.Words)
	if err != nil {
		return screen{}, err
	}
	part := partOf(len(found), peopleShown, s.Page)
	var keyboard telegram.Keyboard
	var lines []string
	for i, person := range found[part.From:part.To] {
		label := fmt.Sprintf("%d. %s", part.From+i+1, person.Name)
		lines = append(lines, fmt.Sprintf("%s, %s · %s", label, person.Unit, nipEnd(person.NIP)))
		keyboard = append(keyboard, []telegram.Button{sc.button(label, doChoose, person.ID, 0)})
	}
	turns := part.turns(func(label string, leaf int) telegram.Button { return sc.button(label, doPage, 0, leaf) })
	if turns != nil {
		keyboard = append(keyboard, turns)
	}
	return screen{Buttons: append(keyboard, lookButtons(sc)), Text: write(func(p *page) { writeFound(p, sc.say, lines, more) })}, nil
}

// writeFound writes who was found, a line each.
func writeFound(p *page, say text.Phrases, lines []string, more bool) {
	if len(lines) == 0 {
		p.text(say.Say("access.found_none", nil))
		return
	}
	p.text(say.Say("access.found", nil))
	p.line()
	for _, line := range lines {
		p.line()
		p.text(line)
	}
	if more {
		p.gap()
		p.text(say.Say("access.found_many", nil))
	}
}

// drawEmployee shows a person, and what can be done about them.
func (b *Bot) drawEmployee(sc scene, s employeeState, e storage.Employee) screen {
	var keys []telegram.Button
	for _, verb := range corrections(e, seenBy(sc.account)) {
		keys = append(keys, sc.button(sc.say.Say("button.employee_"+verb, nil), verb, 0, 0))
	}
	last := lookButtons(sc)
	if s.Training != 0 || s.Words != "" {
		last = append([]telegram.Button{returnButton(sc)}, last...)
	}
	return screen{Buttons: append(rows(keys, 2), last), Text: write(func(p *page) {
		writeEmployee(p, sc.say, e)
		p.gap()
		p.text(b.reachInWords(sc.say, e))
		if len(e.Trainings) > 0 {
			p.gap()
			p.text(sc.say.Say("employees.trainings", nil))
		}
		for _, training := range e.Trainings {
			p.line()
			p.text("• " + training.Title + " · " + sc.say.Days(training.FirstDay, training.LastDay))
		}
		if len(e.Asked) > 0 {
			p.gap()
			p.text(sc.say.Say("employees.asked", nil))
		}
		for _, asked := range e.Asked {
			p.line()
			p.text("• " + b.askedInWords(sc.say, asked))
		}
	})}
}

func writeEmployee(p *page, say text.Phrases, e storage.Employee) {
	p.bold(e.Name)
	p.line()
	p.text("NIP " + e.NIP)
	p.line()
	about := []string{e.Unit}
	if e.Position != "" {
		about = append(about, e.Position)
	}
	p.text(strings.Join(about, " · "))
	if e.Supervisor != "" {
		p.line()
		p.text(say.Say("employees.supervisor", map[string]any{"Name": e.Supervisor}))
	}
	p.line()
	if e.Phone == "" {
		p.text(say.Say("employees.phone_none", nil))
		return
	}
	p.text(say.Say("employees.phone", map[string]any{"Number": e.Phone}))
}

// reachInWords says how a person can be reached, or why not and what helps.
func (b *Bot) reachInWords(say text.Phrases, e storage.Employee) string {
	since := ""
	if e.Since != nil {
		since = say.Day(e.Since.In(b.zone))
	}
	via := ""
	if e.Via != "" {
		via = say.Say("employees.via_"+string(e.Via), nil)
	}
	left := ""
	if e.LeftAs != "" {
		left = say.Say("employees.left_"+string(e.LeftAs), nil)
	}
	return say.Say("employees.reach_"+string(e.Reach), map[string]any{"Since": since, "Via": via, "Left": left})
}

// askedInWords says in what a person was asked, and whether they answered where
// that is no secret.
func (b *Bot) askedInWords(say text.Phrases, asked storage.Asked) string {
	name := asked.Instrument.In(say.Language())
	if asked.Training != "" {
		name += " · " + asked.Training
	}
	key := "employees.invited"
	if asked.Sent != nil && *asked.Sent {
		key = "employees.sent"
	}
	return name + " · " + say.Say(key, map[string]any{"At": say.Day(asked.OpenedAt.In(b.zone))})
}

func drawPhone(sc scene, e storage.Employee) screen {
	last := []telegram.Button{returnButton(sc)}
	if e.Phone != "" {
		last = append([]telegram.Button{sc.button(sc.say.Say("button.erase_phone", nil), doErase, 0, 0)}, last...)
	}
	return screen{Buttons: telegram.Keyboard{last}, Text: write(func(p *page) {
		writeEmployee(p, sc.say, e)
		p.gap()
		p.text(sc.say.Say("employees.ask_phone", nil))
	})}
}

// drawOtherUnits lists the units to which a person may be moved.
func (b *Bot) drawOtherUnits(ctx context.Context, sc scene, s employeeState, e storage.Employee) (screen, error) {
	units, err := b.store.Units(ctx)
	if err != nil {
		return screen{}, err
	}
	scope := seenBy(sc.account)
	units = slices.DeleteFunc(units, func(u storage.Unit) bool {
		return u.ID == e.UnitID || !scope.All && !slices.Contains(scope.Units, u.ID)
	})
	part := partOf(len(units), unitsShown, s.Page)
	var keyboard telegram.Keyboard
	for _, unit := range units[part.From:part.To] {
		keyboard = append(keyboard, []telegram.Button{sc.button(unit.Name, doUnit, unit.ID, 0)})
	}
	turns := part.turns(func(label string, leaf int) telegram.Button { return sc.button(label, doPage, 0, leaf) })
	return screen{Buttons: append(keyboard, append(turns, returnButton(sc))), Text: write(func(p *page) {
		writeEmployee(p, sc.say, e)
		p.gap()
		if len(units) == 0 {
			p.text(sc.say.Say("employees.no_other_unit", nil))
			return
		}
		p.text(sc.say.Say("employees.ask_unit", nil))
	})}, nil
}

// drawCorrection asks whether what was chosen is right, and tells what it does.
func (b *Bot) drawCorrection(ctx context.Context, sc scene, s employeeState, e storage.Employee) (screen, error) {
	key, data := "employees.sure_"+s.Doing, map[string]any{"Name": e.Name}
	switch s.Doing {
	case doPhone:
		data["Number"] = s.Number
		if s.Number == "" {
			key = "employees.sure_erase"
		}
	case doUnits:
		units, err := b.store.Units(ctx)
		if err != nil {
			return screen{}, err
		}
		data["Unit"] = strings.Join(namesAmong(units, []int64{s.Unit}), "")
	}
	yes := sc.button(sc.say.Say("button.yes_"+s.Doing, nil), doConfirm, 0, 0)
	return screen{Text: plain(sc.say.Say(key, data)), Buttons: telegram.Keyboard{{yes, returnButton(sc)}}}, nil
}
