package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// auditTap is the kind of the taps below /audit. The verb says what kind of
// entries is shown, ID whose, Index which page, and the revision is the newest
// entry of the first page (0: whichever is the newest now).
const auditTap tapKind = "a"

// doWho lists the people whose doings can be shown.
const doWho = "who"

// outsideChats stands for the operator and the scheduler where an account is
// named. No account has it.
const outsideChats = math.MaxInt64

// auditKind is a group of entries that can be shown alone.
type auditKind struct {
	verb    string
	actions []string
}

// auditKinds are all of them. Every action is in one, and has its sentence in
// the texts audit.*.
func auditKinds() []auditKind {
	return []auditKind{
		{verb: "people", actions: []string{"link used", "link revoked", "link made", "links made", "class link made", "class link used",
			"phone corrected", "employee moved", "claims confirmed", "claim refused", "claim ended", "employees left",
			"consent given", "consent withdrawn", "responses unlinked", "language set"}},
		{verb: "trainings", actions: []string{"training added", "training changed", "participants added", "participant removed",
			"training cancelled", "training restored"}},
		{verb: "plans", actions: []string{"plan copied", "step added", "step changed", "step switched off", "step switched on",
			"plan of a kind set", "plan of a kind taken"}},
		{verb: "rounds", actions: []string{"round opened", "round closed", "round planned", "planned round cancelled",
			"round held", "round let go on", "round reminded"}},
		{verb: "imports", actions: []string{"roster imported", "holidays imported", "import cancelled", "instrument published"}},
		{verb: "schedules", actions: []string{"schedule changed", "recurring added", "recurring changed", "recurring switched off", "recurring switched on"}},
		{verb: "roles", actions: []string{"role granted", "role revoked"}},
		{verb: "files", actions: []string{"names exported", "job enqueued"}},
	}
}

// allEntries is the verb of no kind alone.
const allEntries = "all"

// audit is /audit: who did what and when, the newest first.
func (b *Bot) audit(ctx context.Context, v visit, _ string) error {
	shown, err := b.drawAudit(ctx, v.say, tap{Kind: auditTap, Verb: allEntries})
	if err != nil {
		return err
	}
	b.reply(v.Chat.ID, shown.Text, shown.Buttons)
	return nil
}

func (b *Bot) auditTapped(ctx context.Context, v visit, t tap) error {
	draw := b.drawAudit
	_, known := actionsOf(t.Verb)
	switch {
	case t.Verb == doWho:
		draw = b.drawAuditPeople
	case !known:
		return b.refuseTap(ctx, v)
	}
	shown, err := draw(ctx, v.say, t)
	if err != nil {
		return err
	}
	b.react(v, shown.Text, shown.Buttons)
	return nil
}

// actionsOf are the actions of a kind; nil for all.
func actionsOf(verb string) (actions []string, known bool) {
	for _, kind := range auditKinds() {
		if kind.verb == verb {
			return kind.actions, true
		}
	}
	return nil, verb == allEntries
}

// entriesShown is how many entries one page lists.
const entriesShown = 8

func (b *Bot) drawAudit(ctx context.Context, say text.Phrases, t tap) (screen, error) {
	filter := storage.AuditFilter{Account: t.ID, Newest: t.Revision}
	filter.Actions, _ = actionsOf(t.Verb)
	if t.ID == outsideChats {
		filter.Account, filter.Chatless = 0, true
	}
	total, newest, err := b.store.AuditSize(ctx, filter)
	if err != nil {
		return screen{}, err
	}
	part := partOf(total, entriesShown, t.Index)
	entries, err := b.store.Audit(ctx, filter, part.From, entriesShown)
	if err != nil {
		return screen{}, err
	}
	var whose string
	if t.ID != 0 {
		if whose, err = b.whoseAudit(ctx, say, t.ID); err != nil {
			return screen{}, err
		}
	}
	t.Revision = newest
	return screen{Buttons: auditButtons(say, t, part), Text: write(func(p *page) {
		p.bold(say.Say("audit.heading", nil))
		if whose != "" {
			p.text(" · " + whose)
		}
		if part.Pages > 1 {
			p.text(" · " + say.Say("audit.page", map[string]any{"Page": part.Page + 1, "Pages": part.Pages}))
		}
		if len(entries) == 0 {
			p.gap()
			p.text(say.Say("audit.none", nil))
		}
		for _, entry := range entries {
			p.gap()
			p.text(say.Moment(entry.At, b.zone) + " · " + doerOf(say, entry))
			p.line()
			p.text(b.sentenceOf(say, entry))
		}
	})}, nil
}

// whoseAudit is what the one is called whose doings are shown.
func (b *Bot) whoseAudit(ctx context.Context, say text.Phrases, id int64) (string, error) {
	if id == outsideChats {
		return say.Say("audit.outside", nil), nil
	}
	account, err := b.store.Account(ctx, id)
	if err != nil {
		return "", fmt.Errorf("read whose doings are shown: %w", err)
	}
	if account.Claim == nil {
		return nameOf(say, id, ""), nil
	}
	return account.Claim.Name, nil
}

// auditButtons are the other pages, the kinds, and the people.
func auditButtons(say text.Phrases, t tap, part part) telegram.Keyboard {
	var keyboard telegram.Keyboard
	turns := part.turns(func(label string, page int) telegram.Button {
		return telegram.Button{Text: label, Data: tap{Kind: auditTap, ID: t.ID, Revision: t.Revision, Verb: t.Verb, Index: page}.data()}
	})
	if turns != nil {
		keyboard = append(keyboard, turns)
	}
	verbs := []string{allEntries}
	for _, kind := range auditKinds() {
		verbs = append(verbs, kind.verb)
	}
	keys := make([]telegram.Button, len(verbs))
	for i, verb := range verbs {
		label := say.Say("button.audit_"+verb, nil)
		if verb == t.Verb {
			label = ticked + label
		}
		keys[i] = telegram.Button{Text: label, Data: tap{Kind: auditTap, ID: t.ID, Verb: verb}.data()}
	}
	keyboard = append(keyboard, rows(keys, 3)...)
	last := []telegram.Button{{Text: say.Say("button.audit_who", nil), Data: tap{Kind: auditTap, Verb: doWho}.data()}}
	if t.ID != 0 {
		last = append(last, telegram.Button{Text: say.Say("button.audit_everybody", nil), Data: tap{Kind: auditTap, Verb: t.Verb}.data()})
	}
	return append(keyboard, last)
}

// drawAuditPeople lists who did something, a button each.
func (b *Bot) drawAuditPeople(ctx context.Context, say text.Phrases, t tap) (screen, error) {
	people, err := b.store.AuditPeople(ctx)
	if err != nil {
		return screen{}, err
	}
	part := partOf(len(people), unitsShown, t.Index)
	var keyboard telegram.Keyboard
	for _, person := range people[part.From:part.To] {
		id, name := person.AccountID, say.Say("audit.outside", nil)
		if id != 0 {
			name = nameOf(say, id, person.Name)
		} else {
			id = outsideChats
		}
		keyboard = append(keyboard, []telegram.Button{{Text: beginningOf(name, fullWidth), Data: tap{Kind: auditTap, ID: id, Verb: allEntries}.data()}})
	}
	turns := part.turns(func(label string, page int) telegram.Button {
		return telegram.Button{Text: label, Data: tap{Kind: auditTap, Verb: doWho, Index: page}.data()}
	})
	if turns != nil {
		keyboard = append(keyboard, turns)
	}
	keyboard = append(keyboard, []telegram.Button{{Text: say.Say("button.back", nil), Data: tap{Kind: auditTap, Verb: allEntries}.data()}})
	return screen{Text: plain(say.Say("audit.ask_who", nil)), Buttons: keyboard}, nil
}

// doerOf is who did it.
func doerOf(say text.Phrases, entry storage.AuditEntry) string {
	switch {
	case entry.Unasked:
		return say.Say("audit.system", nil)
	case entry.AccountID == 0:
		return say.Say("audit.operator", nil)
	}
	return nameOf(say, entry.AccountID, entry.Name)
}

// sentenceOf says what was done. An action of another version of the program is
// called by its name in the books.
func (b *Bot) sentenceOf(say text.Phrases, entry storage.AuditEntry) string {
	known := slices.ContainsFunc(auditKinds(), func(kind auditKind) bool { return slices.Contains(kind.actions, entry.Action) })
	if !known {
		return say.Say("audit.unknown", map[string]any{"Action": entry.Action})
	}
	sentence := say.Say("audit."+strings.ReplaceAll(entry.Action, " ", "_"), b.auditFields(say, entry))
	if reason, given := entry.Details["reason"].(string); given && reason != "" {
		sentence += " " + say.Say("audit.reason", map[string]any{"Reason": reason})
	}
	return sentence
}

// auditFields are the details of an entry as people call them, under the keys
// that they are noted by.
func (b *Bot) auditFields(say text.Phrases, entry storage.AuditEntry) map[string]any {
	fields := make(map[string]any, len(entry.Details))
	for key, detail := range entry.Details {
		fields[key] = detail
		number, isNumber := detail.(json.Number)
		word, isWord := detail.(string)
		names := strings.Join(entry.Names[key], ", ")
		switch {
		case key == "account" && isNumber:
			fields[key] = names
			if names == "" {
				fields[key] = say.Say("access.account", map[string]any{"Account": number})
			}
		case key == "round" && isNumber && names != "":
			fields[key] = number.String() + " · " + names
		case key == "role" && isWord:
			fields[key] = roleName(say, storage.Role(word), entry.Names["units"])
		case key == "kind" && isWord:
			fields[key] = say.Say("audit.job_"+word, nil)
		case key == "at" && isWord:
			if at, err := time.Parse(time.RFC3339, word); err == nil {
				fields[key] = say.Moment(at, b.zone)
			}
		case key == "does" && isWord:
			fields[key] = scheduleName(say, storage.Schedule{Job: word, Key: word})
		case (key == "was" || key == "cron") && isWord:
			fields[key] = whenInWords(say, word)
		case key == "language" && isWord:
			fields[key] = say.Say("audit.language_"+word, nil)
		case names != "":
			fields[key] = names
		}
	}
	return fields
}
