package bot

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// employeeTap is the kind of the taps that lead to an employee, ID; Revision is
// the training whose participants the button stood beside, 0 for none.
const employeeTap tapKind = "e"

// employeeState is how far somebody is who looks after employees, one by one.
type employeeState struct {
	At       string `json:"at"`
	Words    string `json:"words,omitempty"` // that are looked for
	Page     int    `json:"page,omitempty"`
	Employee int64  `json:"employee,omitempty"`
	Training int64  `json:"training,omitempty"` // whose participants they were chosen from
	Doing    string `json:"doing,omitempty"`    // what is to be confirmed
	Number   string `json:"number,omitempty"`   // the new one, to be confirmed
	Unit     int64  `json:"unit,omitempty"`     // the new one, to be confirmed
}

// atPhone is the step that asks for a telephone number; the others are those of
// the roles.
const atPhone = "phone"

// What the buttons on an employee do.
const (
	doPhone  = "phone"
	doUnits  = "units"
	doLink   = "link"   // another personal link
	doRevoke = "revoke" // the personal link
	doSwap   = "swap"   // the account: it is another phone now
	doWrong  = "wrong"  // the account: it was somebody else
)

// employeesDialogue is /pegawai: HR looks a person up, sees how they can be
// reached, and corrects what is wrong about it, within their units.
func employeesDialogue() dialogue[employeeState] {
	return dialogue[employeeState]{
		kind:   "employees",
		access: people,
		awaits: func(s employeeState) awaited {
			if slices.Contains([]string{atSearch, atFound, atPhone}, s.At) {
				return aText
			}
			return onlyTaps
		},
		draw: (*Bot).drawEmployees,
		move: (*Bot).moveEmployees,
	}
}

// employees is /pegawai [NIP or name].
func (b *Bot) employees(ctx context.Context, v visit, arguments string) error {
	if arguments == "" {
		return beginTalk(b, ctx, v, employeesDialogue(), employeeState{At: atSearch})
	}
	begin, err := b.searchEmployees(ctx, v, employeeState{At: atSearch}, arguments)
	if err != nil {
		return err
	}
	if begin.Notice != "" {
		b.reply(v.Chat.ID, plain(begin.Notice), nil)
		return nil
	}
	return beginTalk(b, ctx, v, employeesDialogue(), begin.State)
}

// employeeTapped leads from a list to an employee.
func (b *Bot) employeeTapped(ctx context.Context, v visit, t tap) error {
	_, err := b.store.Employee(ctx, seenBy(v.account), t.ID)
	if t.Verb != doShow || storage.IsCode(err, storage.NotFound) {
		return b.refuseTap(ctx, v)
	}
	if err != nil {
		return err
	}
	return beginTalk(b, ctx, v, employeesDialogue(), employeeState{At: atPerson, Employee: t.ID, Training: t.Revision})
}

// employeeButton leads to an employee, from the participants of a training.
func employeeButton(label string, employee, training int64) telegram.Button {
	t := tap{Kind: employeeTap, ID: employee, Revision: training, Verb: doShow}
	return telegram.Button{Text: beginningOf(label, fullWidth), Data: t.data()}
}

// searchedFor are the words that are looked for, or a notice that they are too
// few.
func searchedFor(v visit, written string) (words, notice string) {
	words = strings.Join(strings.Fields(written), " ")
	if utf8.RuneCountInString(words) < shortestWords {
		return "", v.say.Say("access.too_short", nil)
	}
	return words, ""
}

// found are the employees whom words may mean, and whether there are more.
func (b *Bot) found(ctx context.Context, scope storage.Scope, words string) ([]storage.Person, bool, error) {
	all, err := b.store.FindEmployees(ctx, scope, words, mostFound+1)
	return all[:min(mostFound, len(all))], len(all) > mostFound, err
}

// searchEmployees goes on to who was found; to the person at once where there is
// one.
func (b *Bot) searchEmployees(ctx context.Context, v visit, s employeeState, written string) (turn[employeeState], error) {
	words, notice := searchedFor(v, written)
	if notice != "" {
		return turn[employeeState]{State: s, Notice: notice}, nil
	}
	all, _, err := b.found(ctx, seenBy(v.account), words)
	if err != nil {
		return turn[employeeState]{}, err
	}
	if len(all) == 1 {
		return turn[employeeState]{State: employeeState{At: atPerson, Employee: all[0].ID}}, nil
	}
	return turn[employeeState]{State: employeeState{At: atFound, Words: words}}, nil
}

func (b *Bot) moveEmployees(ctx context.Context, v visit, s employeeState, d deed) (turn[employeeState], error) {
	stay := turn[employeeState]{State: s}
	switch {
	case d.Text != "" && s.At == atPhone:
		return readNumber(v, s, d.Text), nil
	case d.Text != "":
		return b.searchEmployees(ctx, v, s, d.Text)
	case d.Verb == doFinish:
		return turn[employeeState]{State: s, End: say(v.say.Say("access.finished", nil))}, nil
	case d.Verb == doPage && (s.At == atFound || s.At == atUnits):
		stay.State.Page = d.Index
	case d.Verb == doFind:
		stay.State = employeeState{At: atSearch}
	case d.Verb == doChoose && s.At == atFound:
		stay.State = employeeState{At: atPerson, Employee: d.ID, Words: s.Words, Page: s.Page}
	case d.Verb == doReturn:
		return b.stepBackFrom(ctx, v, s)
	case s.At == atPerson:
		return b.chooseCorrection(ctx, v, s, d)
	case s.At == atPhone && d.Verb == doErase:
		stay.State.At, stay.State.Doing, stay.State.Number = atConfirm, doPhone, ""
	case s.At == atUnits && d.Verb == doUnit:
		stay.State.At, stay.State.Doing, stay.State.Unit = atConfirm, doUnits, d.ID
	case s.At == atConfirm && d.Verb == doConfirm:
		return b.correct(ctx, v, s, d)
	}
	return stay, nil
}
