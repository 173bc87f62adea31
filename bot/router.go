package bot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// access says who may do something: the holders of any of these roles, for every
// unit or, where units is set, be it for one. Without roles everybody may.
type access struct {
	roles []storage.Role
	units bool
}

// Who may do what.
var (
	admins = access{roles: []storage.Role{storage.RoleAdmin}}
	// office is for what concerns the whole office: rounds, imports, exports.
	office = access{roles: []storage.Role{storage.RoleHR, storage.RoleAdmin}}
	// people is for what concerns single employees, each officer's own units.
	people = access{roles: []storage.Role{storage.RoleHR, storage.RoleAdmin}, units: true}
)

// allows tells whether an account may.
func (a access) allows(account storage.Account) bool {
	return len(a.roles) == 0 || slices.ContainsFunc(a.roles, func(role storage.Role) bool {
		return account.Has(role) || a.units && account.Holds(role)
	})
}

// command is something that a person asks for by writing /name.
type command struct {
	name   string
	access access
	// about is the key of the few words that the menu says on it; "" keeps it out
	// of the menu.
	about string
	do    func(b *Bot, ctx context.Context, v visit, arguments string) error
}

// button is a kind of taps.
type button struct {
	kind   tapKind
	access access
	do     func(b *Bot, ctx context.Context, v visit, t tap) error
	// bare taps need no account read before they are handled.
	bare bool
}

// commands are all there are, in the order of the menu. One that is not here
// does not exist.
func commands() []command {
	return []command{
		{name: "survei", about: "menu.survei", do: (*Bot).surveys},
		{name: "pelatihan", access: people, about: "menu.pelatihan", do: (*Bot).trainings},
		{name: "rencana", access: office, about: "menu.rencana", do: (*Bot).plans},
		{name: "pegawai", access: people, about: "menu.pegawai", do: (*Bot).employees},
		{name: "instrumen", access: office, about: "menu.instrumen", do: (*Bot).instruments},
		{name: "tautan", access: people, about: "menu.tautan", do: (*Bot).links},
		{name: "putaran", access: people, about: "menu.putaran", do: (*Bot).rounds},
		{name: "mulai", access: office, about: "menu.mulai", do: (*Bot).startRound},
		{name: "status", access: people, about: "menu.status", do: (*Bot).status},
		{name: "ingatkan", access: office, about: "menu.ingatkan", do: (*Bot).remindRound},
		{name: "tutup", access: office, about: "menu.tutup", do: (*Bot).closeRound},
		{name: "ekspor", access: office, about: "menu.ekspor", do: (*Bot).export},
		{name: "impor", access: office, about: "menu.impor", do: (*Bot).importing},
		{name: "ringkasan", access: readers, about: "menu.ringkasan", do: (*Bot).summary},
		{name: "jadwal", access: admins, about: "menu.jadwal", do: (*Bot).schedules},
		{name: "peran", access: admins, about: "menu.peran", do: (*Bot).roles},
		{name: "audit", access: admins, about: "menu.audit", do: (*Bot).audit},
		{name: "profil", about: "menu.profil", do: (*Bot).profile},
		{name: "privasi", about: "menu.privasi", do: (*Bot).privacy},
		{name: "bahasa", about: "menu.bahasa", do: (*Bot).language},
		{name: "batal", about: "menu.batal", do: (*Bot).cancel},
		{name: "help", about: "menu.help", do: (*Bot).help},
		{name: "start", do: (*Bot).start},
	}
}

// buttons are all kinds of taps there are.
func buttons() []button {
	return []button{
		{kind: sessionTap, do: (*Bot).tapped, bare: true},
		{kind: privacyTap, do: (*Bot).privacyTapped},
		{kind: languageTap, do: (*Bot).languageTapped},
		{kind: dialogueTap, do: (*Bot).dialogueTapped},
		{kind: roundTap, access: people, do: (*Bot).roundTapped},
		{kind: summaryTap, access: readers, do: (*Bot).summaryTapped},
		{kind: trainingTap, access: people, do: (*Bot).trainingTapped},
		{kind: employeeTap, access: people, do: (*Bot).employeeTapped},
		{kind: instrumentTap, access: office, do: (*Bot).instrumentTapped},
		{kind: claimsTap, access: people, do: (*Bot).claimsTapped},
		{kind: auditTap, access: admins, do: (*Bot).auditTapped},
		{kind: importTap, access: office, do: (*Bot).importTapped},
	}
}

// talks are all dialogues there are.
func talks() []talk {
	return []talk{linkDialogue(), joinDialogue(), rolesDialogue(), openingDialogue(), closingDialogue(), remindingDialogue(),
		trainingDialogue(), addingDialogue(), removingDialogue(), employeesDialogue(),
		trialDialogue(), handingDialogue(), exportingDialogue(), missingDialogue(), schedulesDialogue(),
		plansDialogue(), cancellingDialogue()}
}

// route hands an update to whom it concerns.
func (b *Bot) route(ctx context.Context, u telegram.Update) error {
	if u.Chat.ID == 0 || u.Other() {
		return nil
	}
	if !u.Chat.Private {
		b.leave(u)
		return nil
	}
	v := visit{Update: u, now: b.clock.Now(), account: storage.Account{ID: u.Chat.ID}}
	switch {
	case u.Callback != nil:
		return b.routeTap(ctx, v)
	case u.Membership != nil && u.Membership.Status == telegram.Kicked:
		return b.store.Block(ctx, v.Chat.ID, v.now)
	}
	v, err := b.meet(ctx, v)
	if err != nil {
		return err
	}
	switch {
	case u.Message != nil && u.Message.Content == telegram.Text:
		return b.routeText(ctx, v)
	case u.Message != nil && u.Message.Shared != nil:
		return b.routeContact(ctx, v)
	case u.Message != nil && u.Message.File != nil:
		return b.received(ctx, v)
	case u.Message != nil:
		return b.showPresent(ctx, v, v.say.Say("notice.content", nil))
	case u.Edited != nil:
		return b.showPresent(ctx, v, v.say.Say("notice.edited", nil))
	}
	return nil
}

// meet notes that the account wrote, and reads it.
func (b *Bot) meet(ctx context.Context, v visit) (visit, error) {
	message := v.message()
	if v.Callback != nil {
		message = 0 // the message is the bot's
	}
	language := b.texts.In(v.From.Language).Language()
	account, err := b.store.TouchAccount(ctx, v.Chat.ID, language, message, v.now)
	if err != nil {
		return v, fmt.Errorf("meet an account: %w", err)
	}
	v.account, v.say = account, b.texts.In(account.Language)
	return v, nil
}

// commandPattern is how a command begins; some clients write the bot's name
// behind it.
var commandPattern = regexp.MustCompile(`^/([A-Za-z0-9_]{1,32})(@\w+)?(\s|$)`)

func (b *Bot) routeText(ctx context.Context, v visit) error {
	parts := commandPattern.FindStringSubmatch(v.Message.Text)
	if parts == nil {
		if taken, err := b.dialogueWrote(ctx, v, deed{Text: v.Message.Text}, aText); taken || err != nil {
			return err
		}
		return b.wrote(ctx, v)
	}
	name := strings.ToLower(parts[1])
	for _, c := range b.commands {
		if c.name == name && c.access.allows(v.account) {
			return c.do(b, ctx, v, strings.TrimSpace(v.Message.Text[len(parts[0]):]))
		}
	}
	b.reply(v.Chat.ID, plain(v.say.Say("core.unknown", nil)), nil)
	return nil
}

// routeContact hands a contact to the dialogue that asked for it.
func (b *Bot) routeContact(ctx context.Context, v visit) error {
	taken, err := b.dialogueWrote(ctx, v, deed{Contact: v.Message.Shared}, aContact)
	if taken || err != nil {
		return err
	}
	return b.showPresent(ctx, v, v.say.Say("notice.content", nil))
}

// routeTap answers the callback, so that the button stops waiting, and does what
// it asks for beside that.
func (b *Bot) routeTap(ctx context.Context, v visit) error {
	b.answer(v.Callback.ID)
	t, err := parseTap(v.Callback.Data)
	at := slices.IndexFunc(b.buttons, func(known button) bool { return err == nil && known.kind == t.Kind })
	if at < 0 {
		return b.refuseTap(ctx, v)
	}
	if b.buttons[at].bare {
		return b.buttons[at].do(b, ctx, v, t)
	}
	v, err = b.meet(ctx, v)
	if err != nil {
		return err
	}
	if !b.buttons[at].access.allows(v.account) {
		return b.refuseTap(ctx, v)
	}
	return b.buttons[at].do(b, ctx, v, t)
}

// refuseTap is the reaction to a button that leads nowhere: forged, foreign, or
// of something that is gone. The present card says so, or one sentence.
func (b *Bot) refuseTap(ctx context.Context, v visit) error {
	v, err := b.meet(ctx, v)
	if err != nil {
		return err
	}
	return b.showPresent(ctx, v, v.say.Say("core.gone", nil))
}
