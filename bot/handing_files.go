package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/handout"
	"pascalatih/survey/phone"
	"pascalatih/survey/text"
)

// handingJob is what the jobs of a training's links are told.
type handingJob struct {
	Training int64 `json:"training"`
}

// handedOut is what came of such a job: what the caption says, and for whose
// people the list is.
type handedOut struct {
	Title   string        `json:"title"`
	Waiting int           `json:"waiting"` // for their first word
	Day     string        `json:"day"`     // on which the class link works last
	Address string        `json:"address"` // of the class link
	Scope   storage.Scope `json:"scope"`
}

// makeLinks makes the list of a training's personal links, for the people whom
// the one who asked may see by now.
func (b *Bot) makeLinks(ctx context.Context, job storage.Job) error {
	account, training, err := b.handedTo(ctx, job)
	if err != nil || training.ID == 0 {
		return err
	}
	scope := seenBy(account)
	listed, err := b.store.ListLinks(ctx, scope, training.ID, job.Source(), b.clock.Now())
	if err != nil {
		return err
	}
	me, err := b.client.Me(ctx)
	if err != nil {
		return fmt.Errorf("ask for the bot's name: %w", err)
	}
	result := handedOut{Title: training.Title, Scope: scope}
	persons := make([]handout.Person, len(listed))
	for i, l := range listed {
		number, _ := phone.Parse(l.Phone) // none where it is not known
		persons[i] = handout.Person{Name: l.Name, Unit: l.Unit, Phone: number.String(), Supervisor: l.Supervisor, Connected: l.Token == ""}
		if l.Token != "" {
			persons[i].Address = addressOf(me, l.Token)
			result.Waiting++
		}
	}
	var content bytes.Buffer
	if err := handout.Links(&content, aboutTraining(training), persons, b.texts.In(account.Language)); err != nil {
		return err
	}
	return b.handOut(ctx, job, result, storage.File{Name: fileName("tautan", training.Code) + ".xlsx", Data: content.Bytes()})
}

// makePoster draws a training's class link, the first one if there is none yet.
func (b *Bot) makePoster(ctx context.Context, job storage.Job) error {
	account, training, err := b.handedTo(ctx, job)
	if err != nil || training.ID == 0 {
		return err
	}
	link, err := b.store.ClassLink(ctx, training.Code, job.Source(), b.zone, b.clock.Now())
	if err != nil && !errors.Is(err, storage.ErrRepeated) {
		return err
	}
	me, err := b.client.Me(ctx)
	if err != nil {
		return fmt.Errorf("ask for the bot's name: %w", err)
	}
	say := b.texts.In(account.Language)
	var picture bytes.Buffer
	result := handedOut{Title: training.Title, Day: lastDay(say, link, b.zone), Address: addressOf(me, link.Token), Scope: seenBy(account)}
	if err := handout.Poster(&picture, aboutTraining(training), result.Address, say); err != nil {
		return err
	}
	return b.handOut(ctx, job, result, storage.File{Name: fileName("poster", training.Code) + ".png", Data: picture.Bytes()})
}

// handedTo is who asked for a training's links, and the training; none where they
// may not see it any more.
func (b *Bot) handedTo(ctx context.Context, job storage.Job) (storage.Account, storage.Training, error) {
	order, err := told[handingJob](job)
	if err != nil {
		return storage.Account{}, storage.Training{}, err
	}
	account, err := b.asker(ctx, job)
	if err != nil {
		return account, storage.Training{}, err
	}
	training, err := b.store.Training(ctx, seenBy(account), order.Training)
	if storage.IsCode(err, storage.NotFound) {
		return account, storage.Training{}, nil
	}
	return account, training, err
}

// handOut keeps what the caption needs, and has the file sent.
func (b *Bot) handOut(ctx context.Context, job storage.Job, result any, file storage.File) error {
	if err := b.store.KeepResult(ctx, job, result); err != nil {
		return err
	}
	return b.store.HandOut(ctx, job, file, b.clock.Now())
}

func aboutTraining(t storage.Training) handout.Training {
	return handout.Training{Title: t.Title, First: t.First, Last: t.Last}
}

// addressOf is the link that carries a token to the bot.
func addressOf(me telegram.User, token string) string {
	return "https://t.me/" + me.Username + "?start=" + token
}

// unsafe is what a file's name has none of, whatever system keeps it.
var unsafe = regexp.MustCompile(`[^A-Za-z0-9._]+`)

// longestPart is how much of a code a file's name has.
const longestPart = 40

// fileName joins parts to the name of a file, without its ending.
func fileName(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part = strings.Trim(unsafe.ReplaceAllString(part, "-"), "-."); part != "" {
			kept = append(kept, part[:min(len(part), longestPart)])
		}
	}
	return strings.Join(kept, "-")
}

func captionOfLinks(say text.Phrases, job storage.JobStatus) telegram.HTML {
	made := readResult[handedOut](job)
	return caption(made.Title, say.Say("handing.list", map[string]any{"Count": made.Waiting}))
}

func captionOfPoster(say text.Phrases, job storage.JobStatus) telegram.HTML {
	made := readResult[handedOut](job)
	return caption(made.Title, say.Say("handing.poster", map[string]any{"Day": made.Day, "Address": made.Address}))
}

// readResult is what a job kept; zero where that cannot be read.
func readResult[R any](job storage.JobStatus) (result R) {
	_ = json.Unmarshal(job.Result, &result) // a caption that says less is better than no file
	return result
}

// longestTitle is how much of a title stands in a caption.
const longestTitle = 200

// caption is what stands below a file: what it is about, and what to do.
func caption(title, sentences string) telegram.HTML {
	return write(func(p *page) {
		p.bold(beginningOf(title, longestTitle))
		p.gap()
		p.text(sentences)
	})
}

// waitForFile is the message that follows a job whose file is its answer: it says
// something only where the job failed.
func (b *Bot) waitForFile(_ context.Context, _ text.Phrases, job storage.JobStatus) (screen, bool, error) {
	return screen{}, job.State == storage.JobDone || job.State == storage.JobCancelled, nil
}

// mayReceive tells whether somebody may have what a job made still: roles change
// between the order and the file.
func mayReceive(account storage.Account, job storage.JobStatus) bool {
	switch job.Kind {
	case storage.JobLinks, storage.JobPoster:
		return rightTo(job.Kind).allows(account) && within(readResult[handedOut](job).Scope, seenBy(account))
	case storage.JobWorkbook, storage.JobData:
		return mayRead(account, readResult[writtenSummary](job).Units)
	case storage.JobExport:
		return mayExport(account, readResult[exported](job).Names)
	}
	return rightTo(job.Kind).allows(account)
}

// within tells whether all of one scope is in another.
func within(part, whole storage.Scope) bool {
	alien := func(unit int64) bool { return !slices.Contains(whole.Units, unit) }
	return whole.All || !part.All && !slices.ContainsFunc(part.Units, alien)
}
