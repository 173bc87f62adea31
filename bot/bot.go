// Package bot holds the conversations: it takes what happens in chats, commits
// what follows from it, and says in each chat what there is to say. It is the
// only place that knows Telegram.
//
// A handler reads, decides and commits, and is done. What is to be seen is put
// on its chat's queue, and the queue speaks at Telegram's pace. A session's card
// is a view of its row: what a crash keeps from being shown, the sweep shows.
package bot

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// Config is what a Bot works with.
type Config struct {
	Store  *storage.Store
	Client *telegram.Client
	Pacer  *telegram.Pacer // of the whole process
	Clock  calendar.Clock
	Zone   *time.Location // the office's
	Texts  *text.Catalogue
	Log    *slog.Logger
	// OnDuty tells whether this process polls at present. Only that one sweeps:
	// it alone knows which chats Telegram asked to leave in peace. nil: always.
	OnDuty func() bool
	Meter  Meter // nil: nobody counts
	// Jitter gives numbers from 0 to 1 that spread the waits before a delivery is
	// tried again. nil: at random.
	Jitter func() float64
}

// Bot speaks with people. Its methods may be used by many goroutines at once.
type Bot struct {
	store  *storage.Store
	client *telegram.Client
	clock  calendar.Clock
	zone   *time.Location
	texts  *text.Catalogue
	log    *slog.Logger
	onDuty func() bool
	meter  Meter
	jitter func() float64

	commands  []command
	buttons   []button
	talks     []talk
	works     map[storage.JobKind]func(b *Bot, ctx context.Context, job storage.Job) error
	captions  map[storage.JobKind]func(say text.Phrases, job storage.JobStatus) telegram.HTML
	followers map[storage.JobKind]follower

	line    *line
	chats   *chats
	answers chan struct{} // a place for each callback answer under way
	firsts  firstUpdates
	sweepIt chan struct{} // a nudge: cards may be behind
	sweeper calendar.Worker
}

// answersAtOnce bounds the callback answers under way.
const answersAtOnce = 128

// New returns a Bot, at work on the clock already: Run must follow. It speaks from
// the first Handle or Send on; Run keeps its queues until the end.
func New(cfg Config) *Bot {
	b := &Bot{
		store:     cfg.Store,
		client:    cfg.Client,
		clock:     cfg.Clock,
		zone:      cfg.Zone,
		texts:     cfg.Texts,
		log:       cfg.Log,
		onDuty:    cfg.OnDuty,
		meter:     cfg.Meter,
		jitter:    cfg.Jitter,
		commands:  commands(),
		buttons:   buttons(),
		talks:     talks(),
		captions:  captions(),
		works:     works(),
		followers: followers(),
		chats:     newChats(cfg.Clock, cfg.Log),
		answers:   make(chan struct{}, answersAtOnce),
		sweepIt:   make(chan struct{}, 1),
		sweeper:   cfg.Clock.Work(),
		firsts:    firstUpdates{seen: map[string]bool{}},
	}
	if b.onDuty == nil {
		b.onDuty = func() bool { return true }
	}
	if b.meter == nil {
		b.meter = unmetered{}
	}
	if b.jitter == nil {
		b.jitter = rand.Float64
	}
	b.line = &line{pacer: cfg.Pacer, store: cfg.Store, clock: cfg.Clock, log: cfg.Log}
	return b
}

// drainTime is how long, in the machine's time, the queues may go on after the
// end was asked for.
const drainTime = 4 * time.Second

// Run sweeps until ctx is done, then lets the chats finish what is in hand. What
// they do not finish in time the next process's sweep shows.
func (b *Bot) Run(ctx context.Context) error {
	b.sweep(ctx)
	b.chats.drain(drainTime)
	return nil
}

// today is the date in the office's zone.
func (b *Bot) today() time.Time { return b.clock.Now().In(b.zone) }

// visit is one update while it is handled.
type visit struct {
	telegram.Update
	now time.Time
	// account is whose chat it is. For a tap on a session's card it has only its
	// id: the session's row tells the rest.
	account storage.Account
	say     text.Phrases // in the account's language
}

// message is the id of the message that was written, or whose button was tapped;
// 0 where there is none or it is not known.
func (v visit) message() int64 {
	switch {
	case v.Message != nil:
		return int64(v.Message.ID)
	case v.Edited != nil:
		return int64(v.Edited.ID)
	case v.Callback != nil:
		return int64(v.Callback.MessageID)
	}
	return 0
}

// source is where a command came from. The revision is that of the button, 0 for
// a message.
func (v visit) source(revision int64) storage.Source {
	return storage.Source{Account: v.Chat.ID, Chat: v.Chat.ID, Message: v.message(), Revision: revision}
}

// ring asks for a sweep of cards.
func ring(nudge chan<- struct{}) {
	select {
	case nudge <- struct{}{}:
	default: // one is waiting already
	}
}
