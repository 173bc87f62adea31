package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/text"
)

// instrumentTap is the kind of the taps on what shows instruments. ID is the
// version of an instrument.
const instrumentTap tapKind = "i"

// What a tap on an instrument asks for, beside doShow.
const (
	doInstruments = "list" // the page Index of the instruments
	doTry         = "try"
	doFile        = "file" // its workbook; Revision tells one wish from the next
)

// instruments is /instrumen.
func (b *Bot) instruments(ctx context.Context, v visit, _ string) error {
	return b.showInstruments(ctx, v, 0)
}

// instrumentTapped handles the taps on what shows instruments.
func (b *Bot) instrumentTapped(ctx context.Context, v visit, t tap) error {
	if t.Verb == doInstruments {
		return b.showInstruments(ctx, v, t.Index)
	}
	form, err := b.store.Instrument(ctx, t.ID)
	if storage.IsCode(err, storage.NotFound) {
		back := instrumentButton(v.say.Say("button.instruments", nil), doInstruments, 0, 0)
		b.react(v, plain(v.say.Say("forms.gone", nil)), telegram.Keyboard{{back}})
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the tapped instrument: %w", err)
	}
	switch t.Verb {
	case doShow:
		return b.reactWith(v)(b.drawInstrument(ctx, v.say, t.ID, v.now.UnixMilli(), ""))
	case doTry:
		return beginTalk(b, ctx, v, trialDialogue(), b.beginTrial(t.ID, form, v.now))
	case doFile:
		return b.wantInstrument(ctx, v, t, form)
	}
	return b.refuseTap(ctx, v)
}

// wantInstrument has the workbook of an instrument made. The tapped message
// follows that.
func (b *Bot) wantInstrument(ctx context.Context, v visit, t tap, form survey.Instrument) error {
	order := storage.Order{
		Kind: storage.JobInstrument, AccountID: v.account.ID, Followed: true, Message: v.message(),
		Payload: wantedInstrument{ID: t.ID, Key: form.Key, Version: form.Version},
	}
	// A number below zero: no dialogue that this message showed has it.
	_, err := b.store.EnqueueJob(ctx, order, v.source(-t.Revision), v.now)
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return fmt.Errorf("ask for the workbook of an instrument: %w", err)
	}
	ring(b.sweepIt)
	return nil
}

// instrumentButton is a button on an instrument.
func instrumentButton(label, verb string, instrument int64, index int) telegram.Button {
	t := tap{Kind: instrumentTap, ID: instrument, Verb: verb, Index: index}
	return telegram.Button{Text: beginningOf(label, fullWidth), Data: t.data()}
}

// family is the newest version of an instrument, with the others.
type family struct {
	storage.InstrumentInfo
	others []storage.InstrumentInfo // newest first
}

// families are all instruments, by their keys.
func (b *Bot) families(ctx context.Context) ([]family, error) {
	published, err := b.store.Instruments(ctx)
	if err != nil {
		return nil, err
	}
	var all []family
	for _, info := range published {
		if last := len(all) - 1; last >= 0 && all[last].Key == info.Key {
			all[last].others = append(all[last].others, info)
			continue
		}
		all = append(all, family{InstrumentInfo: info})
	}
	return all, nil
}

// showInstruments shows a page of the instruments.
func (b *Bot) showInstruments(ctx context.Context, v visit, number int) error {
	all, err := b.families(ctx)
	if err != nil {
		return err
	}
	part := partOf(len(all), listedAtOnce, number)
	forms := make([]survey.Instrument, part.To-part.From)
	var keyboard telegram.Keyboard
	for i, shown := range all[part.From:part.To] {
		if forms[i], err = b.store.Instrument(ctx, shown.ID); err != nil {
			return fmt.Errorf("read a listed instrument: %w", err)
		}
		label := fmt.Sprintf("%d. %s", part.From+i+1, shown.Title.In(v.say.Language()))
		keyboard = append(keyboard, []telegram.Button{instrumentButton(label, doShow, shown.ID, 0)})
	}
	turns := part.turns(func(label string, page int) telegram.Button { return instrumentButton(label, doInstruments, 0, page) })
	if turns != nil {
		keyboard = append(keyboard, turns)
	}
	b.react(v, write(func(p *page) {
		if len(all) == 0 {
			p.text(v.say.Say("forms.none", nil))
			return
		}
		p.bold(v.say.Say("forms.heading", nil))
		for i, form := range forms {
			p.gap()
			p.text(fmt.Sprintf("%d. ", part.From+i+1))
			writeInstrument(p, v.say, summaryOf(form))
			if others := len(all[part.From+i].others); others > 0 {
				p.text(" · " + v.say.Say("forms.older", map[string]any{"Count": others}))
			}
		}
		p.gap()
		p.text(v.say.Say("forms.how_new", nil))
	}), keyboard)
	return nil
}

// formSummary is what is told of an instrument wherever it is shown.
type formSummary struct {
	Key       string         `json:"key"`
	Version   string         `json:"version"`
	Title     survey.Text    `json:"title"`
	Languages []string       `json:"languages"`
	Questions int            `json:"questions"`
	Privacy   survey.Privacy `json:"privacy"`
}

func summaryOf(form survey.Instrument) formSummary {
	asked := 0
	for _, question := range form.Questions {
		if question.Kind.Asks() {
			asked++
		}
	}
	return formSummary{Key: form.Key, Version: form.Version, Title: form.Title, Languages: form.Languages,
		Questions: asked, Privacy: form.Privacy}
}

// writeInstrument writes what an instrument is: its title, key, version, length,
// languages and privacy.
func writeInstrument(p *page, say text.Phrases, form formSummary) {
	p.bold(form.Title.In(say.Language()))
	p.line()
	p.text(say.Say("forms.version", map[string]any{"Key": form.Key, "Version": form.Version}))
	p.text(" · " + say.Say("forms.questions", map[string]any{"Count": form.Questions}))
	p.line()
	p.text(languagesOf(say, form.Languages) + " · " + say.Say("forms."+string(form.Privacy), nil))
}

// languagesOf names languages; those that the house has no name for by their
// codes.
func languagesOf(say text.Phrases, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		switch code {
		case text.Indonesian, text.English:
			names[i] = say.Say("forms.language_"+code, nil)
		default:
			names[i] = code
		}
	}
	return strings.Join(names, ", ")
}
