package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

func (b *Bot) drawRoles(ctx context.Context, sc scene, s rolesState) (screen, error) {
	shown, err := b.drawRolesStep(ctx, sc, s)
	if err == nil && s.Said != "" {
		shown.Text = write(func(p *page) { p.italic(sc.say.Say(s.Said, nil)) }) + "\n\n" + shown.Text
	}
	return shown, err
}

func (b *Bot) drawRolesStep(ctx context.Context, sc scene, s rolesState) (screen, error) {
	switch s.At {
	case atSearch:
		return screen{Text: plain(sc.say.Say("access.ask_who", nil)), Buttons: telegram.Keyboard{{returnButton(sc)}}}, nil
	case atFound:
		return b.drawFound(ctx, sc, s)
	case atPerson, atUnits, atConfirm:
		account, err := b.store.Account(ctx, s.Account)
		if err != nil {
			return screen{}, fmt.Errorf("read whose roles are shown: %w", err)
		}
		switch s.At {
		case atUnits:
			return b.drawUnits(ctx, sc, s, account)
		case atConfirm:
			return drawConfirm(sc, account), nil
		}
		return b.drawPerson(ctx, sc, account)
	}
	return b.drawHolders(ctx, sc, s)
}

// peopleShown is how many people one page lists, unitsShown how many units.
const (
	peopleShown = 6
	unitsShown  = 8
)

func (b *Bot) drawHolders(ctx context.Context, sc scene, s rolesState) (screen, error) {
	holders, err := b.store.RoleHolders(ctx)
	if err != nil {
		return screen{}, err
	}
	shown, err := b.drawPeople(ctx, sc, sc.say.Say("access.holders", nil), holders, s.Page)
	if err != nil {
		return screen{}, err
	}
	shown.Buttons = append(shown.Buttons, []telegram.Button{
		sc.button(sc.say.Say("button.find_person", nil), doFind, 0, 0),
		sc.button(sc.say.Say("button.finish", nil), doFinish, 0, 0),
	})
	return shown, nil
}

// mostFound is how many people are listed who may be meant.
const mostFound = 30

func (b *Bot) drawFound(ctx context.Context, sc scene, s rolesState) (screen, error) {
	holders, err := b.store.FindHolders(ctx, s.Words, mostFound+1)
	if err != nil {
		return screen{}, err
	}
	last := telegram.Keyboard{{returnButton(sc)}}
	if len(holders) == 0 {
		return screen{Text: plain(sc.say.Say("access.found_none", nil)), Buttons: last}, nil
	}
	var remarks []string
	if len(holders) > mostFound {
		holders = holders[:mostFound]
		remarks = append(remarks, sc.say.Say("access.found_many", nil))
	}
	if slices.ContainsFunc(holders, func(h storage.Holder) bool { return h.AccountID == 0 }) {
		remarks = append(remarks, sc.say.Say("access.join_first", nil))
	}
	shown, err := b.drawPeople(ctx, sc, sc.say.Say("access.found", nil), holders, s.Page, remarks...)
	if err != nil {
		return screen{}, err
	}
	shown.Buttons = append(shown.Buttons, last...)
	return shown, nil
}

// drawPeople lists people with their roles, and remarks below. Who has an account
// has a button.
func (b *Bot) drawPeople(ctx context.Context, sc scene, heading string, holders []storage.Holder, number int, remarks ...string) (screen, error) {
	part := partOf(len(holders), peopleShown, number)
	var keyboard telegram.Keyboard
	lines := make([]string, 0, peopleShown)
	for i, holder := range holders[part.From:part.To] {
		name := nameOf(sc.say, holder.AccountID, holder.Name)
		label := strconv.Itoa(part.From+i+1) + ". " + name
		line := label
		if holder.Unit != "" {
			line += ", " + holder.Unit
		}
		state := sc.say.Say("access.unconnected", nil)
		if holder.AccountID != 0 {
			keyboard = append(keyboard, []telegram.Button{sc.button(label, doChoose, holder.AccountID, 0)})
			roles, err := b.rolesHeld(ctx, sc.say, holder.Grants)
			if err != nil {
				return screen{}, err
			}
			state = roles
		}
		lines = append(lines, line+" · "+state)
	}
	if turns := part.turns(func(label string, page int) telegram.Button { return sc.button(label, doPage, 0, page) }); turns != nil {
		keyboard = append(keyboard, turns)
	}
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		p.bold(heading)
		for _, line := range lines {
			p.line()
			p.text(line)
		}
		for _, remark := range remarks {
			p.gap()
			p.text(remark)
		}
	})}, nil
}

func (b *Bot) drawPerson(ctx context.Context, sc scene, account storage.Account) (screen, error) {
	roles, err := b.rolesHeld(ctx, sc.say, account.Grants)
	if err != nil {
		return screen{}, err
	}
	var keys []telegram.Button
	for i, way := range heldRoles() {
		sign, verb := unticked, doGive
		if way.held(account) {
			sign, verb = ticked, doTake
		}
		if way.perUnit {
			verb = doChoose
		}
		keys = append(keys, sc.button(sign+sc.say.Say(way.label, nil), verb, 0, i))
	}
	keyboard := telegram.Keyboard{keys[:1], keys[1:3], keys[3:], {returnButton(sc), sc.button(sc.say.Say("button.finish", nil), doFinish, 0, 0)}}
	return screen{Buttons: keyboard, Text: write(func(p *page) {
		writePerson(p, sc.say, account)
		p.line()
		p.text(roles)
		p.gap()
		p.text(sc.say.Say("access.choose", nil))
	})}, nil
}

func writePerson(p *page, say text.Phrases, account storage.Account) {
	name, unit := "", ""
	if account.Claim != nil {
		name, unit = account.Claim.Name, account.Claim.Unit
	}
	p.bold(nameOf(say, account.ID, name))
	if unit != "" {
		p.text(", " + unit)
	}
}

func (b *Bot) drawUnits(ctx context.Context, sc scene, s rolesState, account storage.Account) (screen, error) {
	units, err := b.store.Units(ctx)
	if err != nil {
		return screen{}, err
	}
	part := partOf(len(units), unitsShown, s.Page)
	var keyboard telegram.Keyboard
	for _, unit := range units[part.From:part.To] {
		sign := unticked
		if slices.Contains(s.Units, unit.ID) {
			sign = ticked
		}
		keyboard = append(keyboard, []telegram.Button{sc.button(sign+unit.Name, doUnit, unit.ID, 0)})
	}
	if turns := part.turns(func(label string, page int) telegram.Button { return sc.button(label, doPage, 0, page) }); turns != nil {
		keyboard = append(keyboard, turns)
	}
	last := []telegram.Button{sc.button(sc.say.Say("button.save", nil), doSave, 0, 0), returnButton(sc)}
	question := "access.no_units"
	if len(units) == 0 {
		last = last[1:]
	} else {
		at := slices.IndexFunc(heldRoles(), func(way heldRole) bool { return way.perUnit && way.role == s.Role })
		question = heldRoles()[at].question
	}
	return screen{Buttons: append(keyboard, last), Text: write(func(p *page) {
		writePerson(p, sc.say, account)
		p.gap()
		p.text(sc.say.Say(question, nil))
	})}, nil
}

// drawConfirm asks before somebody becomes an administrator, or gives it up.
func drawConfirm(sc scene, account storage.Account) screen {
	question, yes := "access.confirm_admin", sc.button(sc.say.Say("button.make_admin", nil), doGive, 0, 0)
	if account.ID == sc.account.ID {
		question, yes = "access.confirm_leave", sc.button(sc.say.Say("button.stop_admin", nil), doTake, 0, 0)
	}
	return screen{Buttons: telegram.Keyboard{{yes, returnButton(sc)}}, Text: write(func(p *page) {
		writePerson(p, sc.say, account)
		p.gap()
		p.text(sc.say.Say(question, nil))
	})}
}

func returnButton(sc scene) telegram.Button {
	return sc.button(sc.say.Say("button.back", nil), doReturn, 0, 0)
}

// nameOf is what an account is called: the name of the employee that it is, else
// its number.
func nameOf(say text.Phrases, account int64, name string) string {
	if name == "" {
		return say.Say("access.account", map[string]any{"Account": account})
	}
	return name
}

// mostUnitsNamed is how many units are named; more are counted.
const mostUnitsNamed = 3

// rolesHeld says which roles these are.
func (b *Bot) rolesHeld(ctx context.Context, say text.Phrases, grants []storage.Grant) (string, error) {
	account := storage.Account{Grants: grants}
	var units []storage.Unit
	if slices.ContainsFunc(grants, func(g storage.Grant) bool { return g.UnitID != 0 }) {
		var err error
		if units, err = b.store.Units(ctx); err != nil {
			return "", err
		}
	}
	var roles []string
	for _, role := range []storage.Role{storage.RoleAdmin, storage.RoleHR, storage.RoleUnitHead, storage.RoleInterviewer} {
		if scope := account.Scope(role); scope.All || len(scope.Units) > 0 {
			roles = append(roles, roleName(say, role, namesAmong(units, scope.Units)))
		}
	}
	if len(roles) == 0 {
		return say.Say("role.none", nil), nil
	}
	return strings.Join(roles, ", "), nil
}

// roleName is what a role is called that is held for these units; for none: for
// every unit.
func roleName(say text.Phrases, role storage.Role, units []string) string {
	key := "role." + string(role)
	if len(units) == 0 {
		return say.Say(key, nil)
	}
	named := strings.Join(units, ", ")
	if len(units) > mostUnitsNamed {
		named = say.Say("role.units", map[string]any{"Count": len(units)})
	}
	return say.Say(key+"_of", map[string]any{"Units": named})
}

func namesAmong(units []storage.Unit, ids []int64) []string {
	var names []string
	for _, unit := range units {
		if slices.Contains(ids, unit.ID) {
			names = append(names, unit.Name)
		}
	}
	return names
}
