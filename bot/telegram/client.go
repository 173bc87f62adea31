// Package telegram is the wire to Telegram: one Client over the Bot API with
// typed outcomes, a Poller that confirms an update only after it was handled,
// and a Pacer that keeps Telegram's limits. Nothing else in the house knows the
// Bot API.
package telegram

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// PublicServer is where Telegram serves the Bot API.
const PublicServer = "https://api.telegram.org"

// How long a request may take, in the machine's time; a long poll may take
// pollMargin more than it asked Telegram to wait.
const (
	requestTimeout  = 15 * time.Second
	transferTimeout = time.Minute // of a file
	pollMargin      = 10 * time.Second
)

// idleConnections is how many connections are kept open for the next request:
// with Go's default of two, a busy hour would open one a message.
const idleConnections = 512

// Config is what a Client needs to know.
type Config struct {
	// Token is the bot's secret, as BotFather gave it.
	Token string
	// BaseURL is the Bot API server, whose methods are at /bot<token>/<method>;
	// empty is PublicServer.
	BaseURL string
	// Paid lets messages go beyond Telegram's FreeRate, for a tenth of a Star each
	// where they do; paid broadcasts have to be switched on at @BotFather.
	Paid bool
	// Log is told about updates that make no sense.
	Log *slog.Logger
	// Requested is told of every request how it ended (0: well) and how long it
	// took, in the machine's time; nil: nobody counts.
	Requested func(method string, outcome Kind, took time.Duration)
}

// Client speaks with the Bot API. Every call is one request, is bounded in
// time, and gives an *Error if it did not succeed; it keeps no pace (see Pacer)
// and repeats nothing. A Client may be used by many goroutines at once.
type Client struct {
	token    string
	endpoint string // the library's format: base, then token and method
	files    string // the address of files: base and token, then the path
	http     *http.Client
	paid     bool
	log      *slog.Logger
	answered atomic.Int64 // Unix nanoseconds

	requested func(method string, outcome Kind, took time.Duration)
}

// New makes a Client. It asks Telegram nothing.
func New(cfg Config) *Client {
	base := strings.TrimRight(cfg.BaseURL, "/")
	if base == "" {
		base = PublicServer
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = 2 * idleConnections
	transport.MaxIdleConnsPerHost = idleConnections
	return &Client{
		token:    cfg.Token,
		paid:     cfg.Paid,
		endpoint: strings.ReplaceAll(base, "%", "%%") + "/bot%s/%s",
		files:    base + "/file/bot" + cfg.Token + "/",
		http: &http.Client{
			Transport: transport,
			// Following a redirect would send the request twice.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		log:       cfg.Log,
		requested: cfg.Requested,
	}
}

// Answered is when Telegram last did what was asked, in the machine's time;
// zero if it never did.
func (c *Client) Answered() time.Time {
	nanoseconds := c.answered.Load()
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds)
}

// Me is the bot itself: its id, name and username.
func (c *Client) Me(ctx context.Context) (User, error) {
	var me tgbotapi.User
	if err := c.call(ctx, "getMe", nil, requestTimeout, &me); err != nil {
		return User{}, err
	}
	return userFrom(&me), nil
}

// SetCommands sets the menu of commands shown in scope to those whose
// Telegram speaks lang, an ISO 639-1 code; the empty one is for everybody whose
// language has no menu of its own.
func (c *Client) SetCommands(ctx context.Context, scope Scope, lang string, commands []Command) error {
	list := make([]tgbotapi.BotCommand, 0, len(commands)) // never nil: that would go out as null
	for _, command := range commands {
		list = append(list, tgbotapi.BotCommand{Command: command.Name, Description: command.Description})
	}
	where := tgbotapi.NewBotCommandScopeAllPrivateChats()
	if scope != AllPrivateChats {
		where = tgbotapi.NewBotCommandScopeChat(int64(scope))
	}
	params := tgbotapi.Params{"commands": encode(list), "scope": encode(where)}
	params.AddNonEmpty("language_code", lang)
	return c.call(ctx, "setMyCommands", params, requestTimeout, nil)
}

// Command is one entry of the menu: its name without the slash, and a few words
// on what it does.
type Command struct{ Name, Description string }

// Scope says in which chats a menu of commands is shown: the id of one chat, or
// AllPrivateChats.
type Scope int64

// AllPrivateChats is the scope of every private chat without a menu of its own.
const AllPrivateChats Scope = 0

// LeaveChat leaves a group or channel.
func (c *Client) LeaveChat(ctx context.Context, chat int64) error {
	params := tgbotapi.Params{}
	params.AddNonZero64("chat_id", chat)
	return c.call(ctx, "leaveChat", params, requestTimeout, nil)
}

// call makes one request and decodes what Telegram gave back into result, which
// may be nil.
func (c *Client) call(ctx context.Context, method string, params tgbotapi.Params, timeout time.Duration, result any) error {
	return c.exchange(ctx, method, timeout, result, func(api *tgbotapi.BotAPI) (*tgbotapi.APIResponse, error) {
		return api.MakeRequest(method, params)
	})
}

// upload is call with files.
func (c *Client) upload(ctx context.Context, method string, params tgbotapi.Params, files []tgbotapi.RequestFile, result any) error {
	return c.exchange(ctx, method, transferTimeout, result, func(api *tgbotapi.BotAPI) (*tgbotapi.APIResponse, error) {
		return api.UploadFiles(method, params, files)
	})
}

// encode writes a value of ours as JSON; such values always can be.
func encode(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("telegram: encode a parameter: " + err.Error())
	}
	return string(text)
}
