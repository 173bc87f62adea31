package bot

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// claimsTap is the kind of the taps on HR's list of claims that wait. Its ID and
// Revision are those of a claim, or the newest and a digest of several; Index is
// the sheet.
const claimsTap tapKind = "k"

const (
	doApart   = "each" // the list with each claim apart
	doApprove = "all"  // those on this sheet together
)

// together is how many clear claims one sheet holds.
const together = 10

// claimSheets parts the claims that wait into sheets, the clear ones first and
// several on one, unless apart; each doubtful one has its own.
func claimSheets(waiting []storage.WaitingClaim, apart bool) [][]storage.WaitingClaim {
	var clear, doubtful []storage.WaitingClaim
	for _, claim := range waiting {
		if isClear(claim) {
			clear = append(clear, claim)
		} else {
			doubtful = append(doubtful, claim)
		}
	}
	size := together
	if apart {
		size = 1
	}
	return append(slices.Collect(slices.Chunk(clear, size)), slices.Collect(slices.Chunk(doubtful, 1))...)
}

// isClear tells whether nothing speaks against a claim.
func isClear(c storage.WaitingClaim) bool {
	return c.TakesPart && !c.Taken && c.Rivals == 0 && !c.Left && alike(c.Name, c.ToldName)
}

// officeScope is whose employees somebody of the office may see.
func officeScope(account storage.Account) storage.Scope {
	return account.Scope(storage.RoleHR, storage.RoleAdmin)
}

// claimsTapped shows the list of claims, and decides on them.
func (b *Bot) claimsTapped(ctx context.Context, v visit, t tap) error {
	switch t.Verb {
	case doList, doApart:
		return b.claimsList(ctx, v, t.Index, t.Verb == doApart, "")
	case doApprove:
		return b.approveShown(ctx, v, t)
	case doConfirm:
		return b.approveOne(ctx, v, t)
	case doDeny:
		return b.refuseOne(ctx, v, t)
	}
	return b.refuseTap(ctx, v)
}

// claimsList shows a sheet of the claims that wait, in the place of what was
// tapped, with a sentence on what was just done.
func (b *Bot) claimsList(ctx context.Context, v visit, sheet int, apart bool, notice string) error {
	waiting, err := b.store.WaitingClaims(ctx, officeScope(v.account))
	if err != nil {
		return err
	}
	shown := b.drawClaims(v.say, waiting, sheet, apart, notice)
	b.react(v, shown.Text, shown.Buttons)
	return nil
}

// approveShown confirms exactly the claims that the tapped sheet showed: where
// one of them is gone, or not clear any more, the list is shown anew.
func (b *Bot) approveShown(ctx context.Context, v visit, t tap) error {
	waiting, err := b.store.WaitingClaims(ctx, officeScope(v.account))
	if err != nil {
		return err
	}
	then := slices.DeleteFunc(slices.Clone(waiting), func(c storage.WaitingClaim) bool { return c.ID > t.ID })
	sheets := claimSheets(then, false)
	at := slices.IndexFunc(sheets, func(sheet []storage.WaitingClaim) bool {
		return isClear(sheet[0]) && digestOfClaims(sheet) == t.Revision
	})
	if at < 0 {
		return b.claimsList(ctx, v, t.Index, false, v.say.Say("claims.decided", nil))
	}
	return b.confirmClaims(ctx, v, t, claimIDs(sheets[at]))
}

func (b *Bot) approveOne(ctx context.Context, v visit, t tap) error {
	return b.confirmClaims(ctx, v, t, []int64{t.ID})
}

func (b *Bot) confirmClaims(ctx context.Context, v visit, t tap, claims []int64) error {
	confirmed, err := b.store.ConfirmClaims(ctx, officeScope(v.account), claims, v.source(t.Revision), v.now)
	notice := v.say.Say("claims.approved", map[string]any{"Count": confirmed})
	switch {
	case storage.IsCode(err, storage.NotFound):
		notice = v.say.Say("claims.decided", nil)
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return fmt.Errorf("confirm claims: %w", err)
	}
	return b.claimsList(ctx, v, t.Index, false, notice)
}

func (b *Bot) refuseOne(ctx context.Context, v visit, t tap) error {
	err := b.store.RefuseClaim(ctx, officeScope(v.account), t.ID, v.source(t.Revision), v.now)
	notice := v.say.Say("claims.refused", nil)
	switch {
	case storage.IsCode(err, storage.NotFound):
		notice = v.say.Say("claims.decided", nil)
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		return fmt.Errorf("refuse a claim: %w", err)
	}
	return b.claimsList(ctx, v, t.Index, false, notice)
}

// digestOfClaims tells sheets apart. It is none of a claim's ids, so that a
// message's buttons are all different commands.
func digestOfClaims(claims []storage.WaitingClaim) int64 {
	sum := fnv.New64a()
	for _, id := range claimIDs(claims) {
		_ = binary.Write(sum, binary.BigEndian, id) // a hash takes everything
	}
	const above = 1 << 62
	return int64(sum.Sum64()>>2) | above
}

func claimIDs(claims []storage.WaitingClaim) []int64 {
	ids := make([]int64, len(claims))
	for i, claim := range claims {
		ids[i] = claim.ID
	}
	return ids
}

// drawClaims draws a sheet of the claims that wait.
func (b *Bot) drawClaims(say text.Phrases, waiting []storage.WaitingClaim, sheet int, apart bool, notice string) screen {
	sheets := claimSheets(waiting, apart)
	part := partOf(len(sheets), 1, sheet)
	var keyboard telegram.Keyboard
	words := write(func(p *page) {
		if notice != "" {
			p.italic(notice)
			p.gap()
		}
		if len(sheets) == 0 {
			p.text(say.Say("claims.none", nil))
			return
		}
		p.bold(say.Say("claims.heading", map[string]any{"Count": len(waiting)}))
		p.gap()
		if sheet := sheets[part.Page]; apart || !isClear(sheet[0]) {
			b.writeWaiting(p, say, sheet[0])
		} else {
			writeClear(p, say, sheet)
		}
	})
	if len(sheets) == 0 {
		return screen{Text: words}
	}
	verb := doList
	if apart {
		verb = doApart
	}
	keyboard = claimButtons(say, sheets[part.Page], part.Page, apart)
	if turns := part.turns(func(label string, page int) telegram.Button {
		return telegram.Button{Text: label, Data: tap{Kind: claimsTap, Verb: verb, Index: page}.data()}
	}); turns != nil {
		keyboard = append(keyboard, turns)
	}
	return screen{Text: words, Buttons: keyboard}
}

// claimButtons decide on the claims of a sheet.
func claimButtons(say text.Phrases, sheet []storage.WaitingClaim, page int, apart bool) telegram.Keyboard {
	if !apart && isClear(sheet[0]) {
		all := tap{Kind: claimsTap, ID: sheet[len(sheet)-1].ID, Revision: digestOfClaims(sheet), Verb: doApprove, Index: page}
		return telegram.Keyboard{
			{{Text: say.Say("button.approve_all", nil), Data: all.data()}},
			{{Text: say.Say("button.one_by_one", nil), Data: tap{Kind: claimsTap, Verb: doApart, Index: page * together}.data()}},
		}
	}
	claim := sheet[0]
	decide := func(label, verb string) telegram.Button {
		return telegram.Button{Text: label, Data: tap{Kind: claimsTap, ID: claim.ID, Revision: claim.ID, Verb: verb, Index: page}.data()}
	}
	return telegram.Keyboard{{decide(say.Say("button.approve", nil), doConfirm), decide(say.Say("button.refuse", nil), doDeny)}}
}

// writeClear writes several claims, names side by side.
func writeClear(p *page, say text.Phrases, sheet []storage.WaitingClaim) {
	p.text(say.Say("claims.clear", nil))
	for _, claim := range sheet {
		p.line()
		p.text("• " + claim.Name + " (" + claim.Unit + ") · " + toldName(say, claim))
	}
}

// writeWaiting writes one claim, and what speaks against it.
func (b *Bot) writeWaiting(p *page, say text.Phrases, c storage.WaitingClaim) {
	p.text(say.Say("claims.employee", map[string]any{"Name": c.Name, "Unit": c.Unit}))
	p.line()
	p.text(say.Say("claims.told", map[string]any{"Name": toldName(say, c)}))
	p.line()
	p.text(say.Say("claims.came", map[string]any{"Title": c.Training, "At": say.Moment(c.CreatedAt, b.zone)}))
	var reasons []string
	if c.Rivals > 0 {
		reasons = append(reasons, say.Say("claims.rivals", map[string]any{"Count": c.Rivals}))
	}
	for _, doubt := range []struct {
		holds bool
		key   string
	}{
		{c.Taken, "claims.taken"},
		{!c.TakesPart, "claims.not_listed"},
		{!alike(c.Name, c.ToldName), "claims.differs"},
		{c.Left, "claims.left"},
	} {
		if doubt.holds {
			reasons = append(reasons, say.Say(doubt.key, nil))
		}
	}
	for i, reason := range reasons {
		if i == 0 {
			p.line()
		}
		p.line()
		p.text("⚠️ " + reason)
	}
}

func toldName(say text.Phrases, c storage.WaitingClaim) string {
	if c.ToldName == "" {
		return say.Say("claims.nameless", nil)
	}
	return c.ToldName
}

// composeClaims tells somebody of the office who waits, as it is now.
func (b *Bot) composeClaims(ctx context.Context, d storage.Delivery, account storage.Account) (outgoing, storage.Outcome, error) {
	waiting, err := b.store.WaitingClaims(ctx, officeScope(account))
	if err != nil {
		return outgoing{}, storage.Outcome{}, err
	}
	if len(waiting) == 0 {
		return outgoing{}, storage.Outcome{State: storage.Unneeded, Reason: "nobody waits"}, nil
	}
	shown := b.drawClaims(b.texts.In(account.Language), waiting, 0, false, "")
	return outgoing{Message: telegram.Message{Chat: d.AccountID, Text: shown.Text, Buttons: shown.Buttons}}, storage.Outcome{}, nil
}
