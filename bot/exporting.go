package bot

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/export"
)

// exportingState is what is chosen so far of an export.
type exportingState struct {
	Round  int64         `json:"round"` // 0: not chosen yet
	Page   int           `json:"page,omitempty"`
	Long   bool          `json:"long,omitempty"`   // a row per answer
	Names  bool          `json:"names,omitempty"`  // although the instrument is confidential
	Format export.Format `json:"format,omitempty"` // chosen; the reason for names is awaited
}

// What the buttons of the dialogue do.
const (
	doExcel = "excel"
	doCSV   = "csv"
	doLong  = "long"
	doNames = "names"
)

// exportingDialogue is /ekspor: which round, as what kind of file and, where an
// administrator wants names of a confidential round, why. The reason is kept in
// the audit alone.
func exportingDialogue() dialogue[exportingState] {
	return dialogue[exportingState]{
		kind:   "exporting",
		access: office,
		awaits: func(s exportingState) awaited {
			if s.Format != "" {
				return aText
			}
			return onlyTaps
		},
		draw: (*Bot).drawExporting,
		move: (*Bot).moveExporting,
	}
}

// mayExport tells whether somebody may have a round's answers, and those of a
// confidential one with names.
func mayExport(account storage.Account, names bool) bool {
	if names {
		return admins.allows(account)
	}
	return office.allows(account)
}

// export is /ekspor [ROUND].
func (b *Bot) export(ctx context.Context, v visit, argument string) error {
	if argument == "" {
		return beginTalk(b, ctx, v, exportingDialogue(), exportingState{})
	}
	round, ok := b.numberedRound(v, argument)
	if !ok {
		return nil
	}
	return b.exportRound(ctx, v, round)
}

// exportRound goes to what can be chosen of a round's export. Where nothing was
// sent there is nothing to choose.
func (b *Bot) exportRound(ctx context.Context, v visit, round int64) error {
	status, err := b.store.Status(ctx, round)
	if err != nil {
		return b.explainRound(v, err)
	}
	if status.Sent == 0 {
		b.react(v, plain(v.say.Say("exporting.nothing", nil)),
			telegram.Keyboard{{roundButton(v.say.Say("button.status", nil), doShow, round, 0)}})
		return nil
	}
	return beginTalk(b, ctx, v, exportingDialogue(), exportingState{Round: round})
}

func (b *Bot) drawExporting(ctx context.Context, sc scene, s exportingState) (screen, error) {
	if s.Round == 0 {
		rounds, err := b.store.Rounds(ctx)
		if err != nil {
			return screen{}, err
		}
		return b.roundList(sc, "rounds.none", rounds, s.Page), nil
	}
	status, err := b.store.Status(ctx, s.Round)
	if err != nil {
		return b.drawRefused(sc, err)
	}
	if s.Format != "" {
		return screen{Text: plain(sc.say.Say("exporting.why", nil)), Buttons: telegram.Keyboard{b.stepBack(sc)}}, nil
	}
	instrument, err := b.store.Instrument(ctx, status.InstrumentID)
	if err != nil {
		return screen{}, err
	}
	words := write(func(p *page) {
		b.writeRound(p, sc.say, status.Round)
		p.line()
		p.text(sc.say.Say("exporting.sent", map[string]any{"Count": status.Sent}))
		p.gap()
		p.text(sc.say.Say("exporting."+whoseRows(instrument.Privacy, s.Names), nil))
	})
	return screen{Text: words, Buttons: b.exportButtons(sc, s, instrument.Privacy)}, nil
}

// whoseRows says how an export tells who sent each row: by name, or by a code.
func whoseRows(privacy survey.Privacy, names bool) string {
	if privacy == survey.Named || names {
		return "by_name"
	}
	return "by_code"
}

func (b *Bot) exportButtons(sc scene, s exportingState, privacy survey.Privacy) telegram.Keyboard {
	tick := func(on bool, key, verb string) []telegram.Button {
		sign := unticked
		if on {
			sign = ticked
		}
		return []telegram.Button{sc.button(sign+sc.say.Say(key, nil), verb, 0, 0)}
	}
	keyboard := telegram.Keyboard{
		{sc.button(sc.say.Say("button.excel", nil), doExcel, 0, 0), sc.button(sc.say.Say("button.csv", nil), doCSV, 0, 0)},
		tick(s.Long, "button.row_per_answer", doLong),
	}
	if privacy == survey.Confidential && mayExport(sc.account, true) {
		keyboard = append(keyboard, tick(s.Names, "button.with_names", doNames))
	}
	return append(keyboard, b.stepBack(sc))
}

func (b *Bot) moveExporting(ctx context.Context, v visit, s exportingState, d deed) (turn[exportingState], error) {
	next := turn[exportingState]{State: s}
	if s.Names && !mayExport(v.account, true) { // the role was taken meanwhile
		next.State.Names, next.State.Format = false, ""
		next.Notice = v.say.Say("exporting.no_names", nil)
		return next, nil
	}
	switch {
	case d.Verb == doDeny:
		next.End = say(v.say.Say("core.cancelled", nil))
	case d.Verb == doReturn && s.Format != "":
		next.State.Format = ""
	case d.Verb == doReturn:
		next.State = exportingState{Page: s.Page}
	case s.Format != "" && d.Text != "":
		return b.takeReason(ctx, v, s, d)
	case s.Format != "":
	case s.Round == 0 && d.Verb == doPage:
		next.State.Page = d.Index
	case s.Round == 0 && d.Verb == doChoose:
		return b.chooseExported(ctx, v, s, d)
	case s.Round == 0:
	case d.Verb == doLong:
		next.State.Long = !s.Long
	case d.Verb == doNames && mayExport(v.account, true):
		next.State.Names = !s.Names
	case d.Verb == doExcel:
		return b.chooseFormat(ctx, v, s, d, export.Workbook)
	case d.Verb == doCSV:
		return b.chooseFormat(ctx, v, s, d, export.CSV)
	}
	return next, nil
}

// chooseExported takes the round that was chosen, unless nothing was sent in it.
func (b *Bot) chooseExported(ctx context.Context, v visit, s exportingState, d deed) (turn[exportingState], error) {
	next := turn[exportingState]{State: s}
	status, err := b.store.Status(ctx, d.ID)
	switch {
	case storage.IsCode(err, storage.NotFound):
		return next, nil
	case err != nil:
		return next, err
	case status.Sent == 0:
		next.Notice = v.say.Say("exporting.nothing", nil)
		return next, nil
	}
	next.State.Round = d.ID
	return next, nil
}

// chooseFormat has the file made; where it will have names it first asks why.
func (b *Bot) chooseFormat(ctx context.Context, v visit, s exportingState, d deed, format export.Format) (turn[exportingState], error) {
	if s.Names {
		s.Format = format
		return turn[exportingState]{State: s}, nil
	}
	return b.orderExport(ctx, v, s, d, storage.ExportOrder{Format: format})
}

// A reason is at least a few words, so that it says something.
const (
	leastReason = 3 // words
	mostReason  = 500
)

func (b *Bot) takeReason(ctx context.Context, v visit, s exportingState, d deed) (turn[exportingState], error) {
	reason := strings.Join(strings.Fields(d.Text), " ")
	notice := ""
	switch {
	case len(strings.Fields(reason)) < leastReason:
		notice = "exporting.reason_short"
	case utf8.RuneCountInString(reason) > mostReason:
		notice = "exporting.reason_long"
	}
	if notice != "" {
		return turn[exportingState]{State: s, Notice: v.say.Say(notice, nil)}, nil
	}
	return b.orderExport(ctx, v, s, d, storage.ExportOrder{Format: s.Format, Names: true, Reason: reason})
}

// orderExport orders the file, and ends the dialogue.
func (b *Bot) orderExport(ctx context.Context, v visit, s exportingState, d deed, order storage.ExportOrder) (turn[exportingState], error) {
	order.Round, order.Long = s.Round, s.Long
	_, err := b.store.OrderExport(ctx, order, d.source, v.now)
	switch {
	case storage.IsCode(err, storage.Empty):
		return turn[exportingState]{State: s, End: say(v.say.Say("exporting.nothing", nil))}, nil
	case err != nil && !errors.Is(err, storage.ErrRepeated):
		why, err := b.refusedRound(v.say, err)
		return turn[exportingState]{State: s, End: &why}, err
	}
	return turn[exportingState]{State: s, End: say(v.say.Say("exporting.making", map[string]any{"Round": s.Round}))}, nil
}
