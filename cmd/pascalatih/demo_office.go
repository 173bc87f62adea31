package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/respondent"
	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/sheet"
)

// prepare is the morning of the first day: the administrator brings the roster in
// and makes somebody HR.
func (d *demo) prepare(ctx, _ context.Context) (err error) {
	if err := d.startBot(); err != nil {
		return err
	}
	d.admin = &officer{Person: d.telegram.Person(demoAdmin, "Admin Contoh", "id"), stage: d.stage, role: "administrator"}
	if _, err := d.admin.does(ctx, "/start", "/impor"); err != nil {
		return err
	}
	roster, err := rosterBook(d.people)
	if err != nil {
		return err
	}
	if _, err := d.admin.sends(ctx, "data-pegawai.xlsx", roster); err != nil {
		return err
	}
	if _, err := d.admin.does(ctx, "[button.apply]"); err != nil {
		return err
	}
	if d.store, err = storage.Open(ctx, d.postgres.URL(), slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	return d.appointHR(ctx)
}

// appointHR gives the last employee a link, and the role.
func (d *demo) appointHR(ctx context.Context) error {
	chosen := d.people[len(d.people)-1]
	said, err := d.admin.does(ctx, "/pegawai "+chosen.nip, "[button.employee_link]", "[button.yes_link]")
	if err != nil {
		return err
	}
	token, err := tokenIn(said.Text)
	if err != nil {
		return err
	}
	d.hr = &officer{Person: d.telegram.Person(chosen.telegram, chosen.name, "id"), stage: d.stage, role: "HR"}
	if err := d.as(ctx, d.hr.Person, func(ctx context.Context) error {
		return d.visitor(d.hr.Person, chosen.nip).Register(ctx, token)
	}); err != nil {
		return fmt.Errorf("HR opens the link: %w", err)
	}
	_, err = d.admin.does(ctx, "/peran", "[button.find_person]", chosen.name, "[1. "+chosen.name, "[button.role_hr]", "[button.finish]")
	return err
}

// visitor is a person who registers and has no form yet.
func (d *demo) visitor(p *simulator.Person, nip string) *respondent.Respondent {
	return &respondent.Respondent{Person: p, Form: d.instruments[reactionKey], Say: d.texts.In(p.Language), Title: "\x00",
		Chance: rand.New(rand.NewPCG(2026, uint64(p.ID))), Patience: time.Minute, Book: &respondent.Book{NIP: nip, Answers: map[string]string{}}}
}

// uploadHolidays brings in the holidays and days of cuti bersama of the year.
func (d *demo) uploadHolidays(ctx context.Context) error {
	holidays, err := holidayBook()
	if err != nil {
		return err
	}
	if _, err := d.hr.sends(ctx, "hari-libur-2026.xlsx", holidays); err != nil {
		return err
	}
	_, err = d.hr.does(ctx, "[button.apply]")
	return err
}

// handOutLinks is HR's first morning: the year's holidays, the first training's plan,
// and the personal links of the first two trainings, whose people's lives begin.
func (d *demo) handOutLinks(ctx, living context.Context) error {
	if err := d.uploadHolidays(ctx); err != nil {
		return err
	}
	for _, t := range demoTrainings() {
		if t.classLink {
			continue
		}
		said, err := d.hr.does(ctx, "/tautan "+t.code, "[button.link_list]")
		if err != nil {
			return err
		}
		tokens, err := tokensIn(said)
		if err != nil {
			return err
		}
		d.begin(living, t, func(e demoEmployee) string { return tokens[e.name] })
	}
	return nil
}

var startLink = regexp.MustCompile(`\?start=([A-Za-z0-9_-]+)`)

// tokenIn is the token of the first link in a text.
func tokenIn(words string) (string, error) {
	found := startLink.FindStringSubmatch(words)
	if found == nil {
		return "", fmt.Errorf("no link stands in %q", words)
	}
	return found[1], nil
}

// tokensIn reads a list of personal links: the token of each name.
func tokensIn(m simulator.Message) (map[string]string, error) {
	if m.File == nil {
		return nil, fmt.Errorf("no list came, but %q", m.Text)
	}
	tables, err := sheet.Read(m.File.Data)
	if err != nil {
		return nil, fmt.Errorf("read the list of links: %w", err)
	}
	tokens := map[string]string{}
	for _, row := range tables[0].Rows {
		for _, cell := range row.Cells {
			if found := startLink.FindStringSubmatch(cell.Value); found != nil && strings.Contains(cell.Value, "t.me") {
				tokens[row.Cell(0).Value] = found[1]
			}
		}
	}
	return tokens, nil
}

// watch is HR's look at where a round stands.
func (d *demo) watch(training, instrument string) func(ctx, living context.Context) error {
	return func(ctx, _ context.Context) error { return d.aboutRound(ctx, d.hr, "/status", training, instrument) }
}

// aboutRound has somebody write a command about a round, and tap what follows.
func (d *demo) aboutRound(ctx context.Context, o *officer, command, training, instrument string, taps ...string) error {
	round, err := d.roundOf(ctx, training, instrument)
	if err != nil {
		return err
	}
	_, err = o.does(ctx, append([]string{fmt.Sprintf("%s %d", command, round.ID)}, taps...)...)
	return err
}

func (d *demo) remind(ctx, _ context.Context) error {
	return d.aboutRound(ctx, d.hr, "/ingatkan", "PEL-01", reactionKey, "[button.remind]")
}

// awaitReport waits for the message about a round that closed by itself.
func (d *demo) awaitReport(ctx, _ context.Context) error {
	title := demoTrainings()[0].title
	said, err := d.hr.awaits(ctx, "the report", func(m simulator.Message) bool { return strings.Contains(m.Text, title) })
	d.hr.tellSaid(said)
	return err
}

// showPoster puts the class link of the third training on the screen in class.
// Somebody who sees it types another one's NIP.
func (d *demo) showPoster(ctx, living context.Context) error {
	third := demoTrainings()[2]
	said, err := d.hr.does(ctx, "/tautan "+third.code, "[button.poster]")
	if err != nil {
		return err
	}
	token, err := tokenIn(said.Text)
	if err != nil {
		return err
	}
	d.begin(living, third, func(demoEmployee) string { return token })
	mistaken := d.people[third.from+3]
	typist := d.telegram.Person(demoTypist, "Orang Lain", "id")
	d.lives = append(d.lives, typist.Live(living, func(ctx context.Context) error {
		if err := typist.PauseUntil(ctx, d.day(third.last, 15, 0)); err != nil {
			return err
		}
		d.out.tell(typist.Name, "opens the class link and types the NIP of %s", mistaken.name)
		return d.visitor(typist, mistaken.nip).Register(ctx, token)
	}))
	return nil
}

// startRound is /mulai by buttons for the training without a plan.
func (d *demo) startRound(ctx, _ context.Context) error {
	_, err := d.hr.does(ctx, "/mulai", "["+demoTrainings()[2].code, "["+d.instruments[reactionKey].Title.In("id"), "[button.now]", "[button.start_round]")
	return err
}

// decideClaims goes through HR's list: what is clear together, and each doubtful
// one apart.
func (d *demo) decideClaims(ctx, _ context.Context) error {
	label := d.texts.In("id").Say("button.waiting_claims", map[string]any{"Number": ""})
	beginning, _, _ := strings.Cut(label, "(")
	said, err := d.hr.does(ctx, "/pegawai", "["+beginning)
	for err == nil && len(said.Rows) > 0 {
		has := func(key string) bool { return said.Button(d.texts.In("id").Say(key, nil)).Text != "" }
		switch {
		case has("button.approve_all"):
			said, err = d.hr.does(ctx, "[button.approve_all]")
		case strings.Contains(said.Text, "Orang Lain"):
			said, err = d.hr.does(ctx, "[button.refuse]")
		case has("button.approve"):
			said, err = d.hr.does(ctx, "[button.approve]")
		default:
			return fmt.Errorf("HR cannot decide on %q", said.Text)
		}
	}
	return err
}

// exportCoded is HR's export: a workbook with codes in place of names.
func (d *demo) exportCoded(ctx, _ context.Context) error {
	round, err := d.roundOf(ctx, "PEL-03", reactionKey)
	if err != nil {
		return err
	}
	said, err := d.hr.does(ctx, fmt.Sprintf("/ekspor %d", round.ID), "[button.excel]")
	if err != nil {
		return err
	}
	if said.File == nil {
		return fmt.Errorf("no file came, but %q", said.Text)
	}
	if d.instruments[reactionKey].Privacy == survey.Confidential && namesSomebody(said.File.Data, d.people) {
		return errors.New("the export names people")
	}
	return nil
}

// namesSomebody tells whether a workbook holds somebody's name or NIP.
func namesSomebody(workbook []byte, people []demoEmployee) bool {
	tables, err := sheet.Read(workbook)
	if err != nil {
		return true
	}
	told := fmt.Sprint(tables)
	for _, e := range people {
		if strings.Contains(told, e.name) || strings.Contains(told, e.nip) {
			return true
		}
	}
	return false
}

// closeCheckin is HR's /tutup of a round before its time.
func (d *demo) closeCheckin(ctx, _ context.Context) error {
	return d.aboutRound(ctx, d.hr, "/tutup", "PEL-02", checkinKey, "[button.close_round]")
}

// hearOfMistake waits for the message that somebody's supervisor is another one.
func (d *demo) hearOfMistake(ctx, _ context.Context) error {
	heading := d.texts.In("id").Say("mistaken.heading", nil)
	for _, m := range d.hr.Chat().FromBot() {
		if strings.HasPrefix(m.Text, heading) {
			d.hr.tellSaid(m)
			return nil
		}
	}
	return errors.New("HR was not told whose supervisor is another one")
}

// exportNamed is the administrator's export of every round, with names and the
// reason for them: the books are held against these files.
func (d *demo) exportNamed(ctx, _ context.Context) error {
	rounds, err := d.store.Rounds(ctx)
	if err != nil {
		return err
	}
	again := map[string]bool{}
	for _, round := range slices.Backward(rounds) { // the oldest first
		said, err := d.admin.does(ctx, fmt.Sprintf("/ekspor %d", round.ID), "[button.with_names]", "[button.csv]",
			"Mencocokkan jawaban dengan catatan peserta")
		if err != nil {
			return err
		}
		if said.File == nil {
			return fmt.Errorf("no file came, but %q", said.Text)
		}
		form := round.InstrumentKey
		if form == beforeKey && again[round.TrainingCode] {
			form = afterKey
		}
		again[round.TrainingCode] = again[round.TrainingCode] || form == beforeKey
		d.exports[form] = append(d.exports[form], said.File.Data)
	}
	return nil
}

// awaitSummary waits for the week's summary in the administrator's chat.
func (d *demo) awaitSummary(ctx, _ context.Context) error {
	said, err := d.admin.awaits(ctx, "the summary", d.isSummary)
	if err != nil {
		return err
	}
	d.summaries++
	first, _, _ := strings.Cut(said.Text, "\n")
	d.out.tell(d.admin.role, "receives the summary: %s", first)
	return nil
}

// isSummary tells the week's summary from other messages.
func (d *demo) isSummary(m simulator.Message) bool {
	say := d.texts.In("id")
	week := say.Say("report.week", map[string]any{"Days": "\x00"})
	heading, _, _ := strings.Cut(say.Say("report.heading", map[string]any{"Period": week, "Finding": ""}), "\x00")
	quiet, _, _ := strings.Cut(say.Say("report.quiet", map[string]any{"Period": week}), "\x00")
	return strings.HasPrefix(m.Text, quiet) || strings.HasPrefix(strings.ToLower(m.Text), strings.ToLower(heading))
}
