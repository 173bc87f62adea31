package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"pascalatih/storage"
)

// rolesDialogue is /peran: an administrator sees who holds which role, finds
// somebody, and gives or takes roles.
func rolesDialogue() dialogue[rolesState] {
	return dialogue[rolesState]{
		kind:   "roles",
		access: admins,
		awaits: func(s rolesState) awaited {
			if slices.Contains([]string{atHolders, atSearch, atFound}, s.At) {
				return aText
			}
			return onlyTaps
		},
		draw: (*Bot).drawRoles,
		move: (*Bot).moveRoles,
	}
}

// rolesState is where such a dialogue is.
type rolesState struct {
	At      string       `json:"at"`
	Page    int          `json:"page,omitempty"`
	Words   string       `json:"words,omitempty"`   // that are looked for
	Account int64        `json:"account,omitempty"` // whose roles it is about
	Role    storage.Role `json:"role,omitempty"`    // that is for the ticked units
	Units   []int64      `json:"units,omitempty"`   // the ticked ones
	// Said is the key of a sentence on what the person just did. It is part of the
	// step, so that a second tap in haste does not take it away.
	Said string `json:"said,omitempty"`
}

// The steps of the dialogue.
const (
	atHolders = "holders" // a list of who holds roles
	atSearch  = "search"  // who is looked for?
	atFound   = "found"   // a list of who may be meant
	atPerson  = "person"  // one person's roles
	atUnits   = "units"   // for which units?
	atConfirm = "confirm" // of the role of an administrator: sure?
)

// What the buttons of the dialogue do.
const (
	doPage   = "page"
	doFind   = "find"
	doChoose = "choose" // a person, or a role for units
	doGive   = "give"
	doTake   = "take"
	doUnit   = "unit"
	doSave   = "save"
	doReturn = "return"
	doFinish = "finish"
)

// heldRole is a way of holding a role that has a button.
type heldRole struct {
	role     storage.Role
	perUnit  bool
	label    string // its key
	question string // for which units; its key
}

// heldRoles are all of them. Buttons name them by their place.
func heldRoles() []heldRole {
	return []heldRole{
		{role: storage.RoleAdmin, label: "button.role_admin"},
		{role: storage.RoleHR, label: "button.role_hr"},
		{role: storage.RoleHR, perUnit: true, label: "button.role_hr_units", question: "access.choose_hr_units"},
		{role: storage.RoleUnitHead, perUnit: true, label: "button.role_unit_head", question: "access.choose_unit_head"},
		{role: storage.RoleInterviewer, label: "button.role_interviewer"},
	}
}

// held tells whether the account holds it.
func (r heldRole) held(account storage.Account) bool {
	if r.perUnit {
		return len(account.Scope(r.role).Units) > 0
	}
	return account.Has(r.role)
}

func (b *Bot) roles(ctx context.Context, v visit, _ string) error {
	return beginTalk(b, ctx, v, rolesDialogue(), rolesState{At: atHolders})
}

func (b *Bot) moveRoles(ctx context.Context, v visit, s rolesState, d deed) (turn[rolesState], error) {
	s.Said = ""
	stay := turn[rolesState]{State: s}
	switch {
	case d.Text != "":
		return lookFor(s, d.Text), nil
	case d.Verb == doFinish:
		return turn[rolesState]{End: say(v.say.Say("access.finished", nil))}, nil
	case d.Verb == doPage && slices.Contains([]string{atHolders, atFound, atUnits}, s.At):
		stay.State.Page = d.Index
	case d.Verb == doFind:
		stay.State = rolesState{At: atSearch}
	case d.Verb == doReturn && (s.At == atUnits || s.At == atConfirm):
		stay.State = rolesState{At: atPerson, Account: s.Account}
	case d.Verb == doReturn:
		stay.State = rolesState{At: atHolders}
	case d.Verb == doChoose && (s.At == atHolders || s.At == atFound):
		return b.choosePerson(ctx, s, d.ID)
	case s.At == atPerson:
		return b.movePerson(ctx, v, s, d)
	case s.At == atUnits:
		return b.moveUnits(ctx, v, s, d)
	case s.At == atConfirm && (d.Verb == doGive || d.Verb == doTake):
		return b.setRole(ctx, v, s, storage.RoleAdmin, storage.Scope{All: d.Verb == doGive}, d)
	}
	return stay, nil
}

// shortestWords are the fewest letters that are looked for.
const shortestWords = 2

func lookFor(s rolesState, words string) turn[rolesState] {
	words = strings.Join(strings.Fields(words), " ")
	if utf8.RuneCountInString(words) < shortestWords {
		s.Said = "access.too_short"
		return turn[rolesState]{State: s}
	}
	return turn[rolesState]{State: rolesState{At: atFound, Words: words}}
}

// choosePerson goes on to one person's roles. Who is neither an employee nor
// holds a role is nobody's business here, whatever a button says.
func (b *Bot) choosePerson(ctx context.Context, s rolesState, id int64) (turn[rolesState], error) {
	account, err := b.store.Account(ctx, id)
	if err != nil {
		return turn[rolesState]{}, fmt.Errorf("read whose roles are asked for: %w", err)
	}
	if account.Claim == nil && len(account.Grants) == 0 {
		s.Said = "access.gone"
		return turn[rolesState]{State: s}, nil
	}
	return turn[rolesState]{State: rolesState{At: atPerson, Account: id}}, nil
}

// movePerson gives or takes a role, or asks what has to be asked before.
func (b *Bot) movePerson(ctx context.Context, v visit, s rolesState, d deed) (turn[rolesState], error) {
	ways := heldRoles()
	if d.Index >= len(ways) {
		return turn[rolesState]{State: s}, nil
	}
	way := ways[d.Index]
	switch {
	case d.Verb == doChoose && way.perUnit:
		account, err := b.store.Account(ctx, s.Account)
		if err != nil {
			return turn[rolesState]{}, fmt.Errorf("read whose role it is: %w", err)
		}
		s.At, s.Page, s.Role, s.Units = atUnits, 0, way.role, account.Scope(way.role).Units
		return turn[rolesState]{State: s}, nil
	case way.perUnit, d.Verb != doGive && d.Verb != doTake:
		return turn[rolesState]{State: s}, nil
	case way.role == storage.RoleAdmin && (d.Verb == doGive || s.Account == v.account.ID):
		s.At = atConfirm
		return turn[rolesState]{State: s}, nil
	}
	return b.setRole(ctx, v, s, way.role, storage.Scope{All: d.Verb == doGive}, d)
}

// moveUnits ticks a unit, or keeps those that are ticked.
func (b *Bot) moveUnits(ctx context.Context, v visit, s rolesState, d deed) (turn[rolesState], error) {
	switch d.Verb {
	case doUnit:
		if at := slices.Index(s.Units, d.ID); at >= 0 {
			s.Units = slices.Delete(s.Units, at, at+1)
		} else {
			s.Units = append(s.Units, d.ID)
		}
	case doSave:
		account, err := b.store.Account(ctx, s.Account)
		if err != nil {
			return turn[rolesState]{}, fmt.Errorf("read whose role it is: %w", err)
		}
		if len(s.Units) == 0 && account.Has(s.Role) { // nobody means to take what is for every unit here
			s.Said = "access.no_unit_chosen"
			return turn[rolesState]{State: s}, nil
		}
		return b.setRole(ctx, v, s, s.Role, storage.Scope{Units: s.Units}, d)
	}
	return turn[rolesState]{State: s}, nil
}

// setRole changes a role, says so to whom it concerns, and shows the person's
// roles again.
func (b *Bot) setRole(ctx context.Context, v visit, s rolesState, role storage.Role, scope storage.Scope, d deed) (turn[rolesState], error) {
	next := turn[rolesState]{State: rolesState{At: atPerson, Account: s.Account, Said: "access.saved"}}
	changed, err := b.store.SetRole(ctx, s.Account, role, scope, d.source, v.now)
	switch {
	case storage.IsCode(err, storage.Refused):
		next.State.Said = "access.last_admin"
		return next, nil
	case storage.IsCode(err, storage.NotFound):
		return turn[rolesState]{State: rolesState{At: atHolders, Said: "access.gone"}}, nil
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return turn[rolesState]{}, fmt.Errorf("set a role: %w", err)
	}
	account, err := b.store.Account(ctx, s.Account)
	if err != nil {
		return turn[rolesState]{}, fmt.Errorf("read who has another role: %w", err)
	}
	if changed {
		if err := b.tellRoles(ctx, account, v.account.ID); err != nil {
			return turn[rolesState]{}, err
		}
	}
	if account.ID == v.account.ID && !admins.allows(account) {
		next.End = say(v.say.Say("access.left", nil))
	}
	return next, nil
}

// tellRoles shows an account the menu of the roles that it has now and, unless it
// is its own doing, says which these are.
func (b *Bot) tellRoles(ctx context.Context, account storage.Account, by int64) error {
	say := b.texts.In(account.Language)
	b.showMenu(account, say)
	if account.ID == by || account.Blocked {
		return nil
	}
	if len(account.Grants) == 0 {
		b.reply(account.ID, plain(say.Say("access.taken", nil)), nil)
		return nil
	}
	roles, err := b.rolesHeld(ctx, say, account.Grants)
	if err != nil {
		return err
	}
	b.reply(account.ID, plain(say.Say("access.given", map[string]any{"Roles": roles})), nil)
	return nil
}
