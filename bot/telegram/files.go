package telegram

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// MaxDownload is the largest file that Telegram gives to a bot, in bytes.
const MaxDownload = 20 << 20

// Upload is a file to be sent.
type Upload struct {
	Chat    int64
	Name    string // what the file is called
	Data    []byte // not empty
	Caption HTML   // at most 1,024 characters once its entities are read; may be empty
	// Buttons may be empty.
	Buttons Keyboard
	Silent  bool // arrives without a sound
}

// SendDocument sends u as it is, at most 50 MB, and gives the new message's id. A
// file that Telegram finds too large is TooLarge.
func (c *Client) SendDocument(ctx context.Context, u Upload) (messageID int, err error) {
	return c.sendFile(ctx, "sendDocument", "document", u)
}

// SendPhoto sends u, a JPEG or PNG of at most 10 MB, as a picture and gives the new
// message's id. Its sides are at most 10,000 pixels together and differ by
// at most twenty times. Telegram shows it smaller and compressed: what has to
// stay sharp goes as a document.
func (c *Client) SendPhoto(ctx context.Context, u Upload) (messageID int, err error) {
	return c.sendFile(ctx, "sendPhoto", "photo", u)
}

func (c *Client) sendFile(ctx context.Context, method, kind string, u Upload) (int, error) {
	params := captionParams(u.Caption, u.Buttons)
	params["chat_id"] = strconv.FormatInt(u.Chat, 10)
	c.addHow(params, u.Silent)
	files := []tgbotapi.RequestFile{{Name: kind, Data: tgbotapi.FileBytes{Name: u.Name, Bytes: u.Data}}}
	return c.sent(func(result any) error {
		return c.upload(ctx, method, params, files, result)
	})
}

// EditCaption is Edit for a message that is a file: it gives it a new caption,
// which may be empty, and new buttons.
func (c *Client) EditCaption(ctx context.Context, chat int64, messageID int, caption HTML, buttons Keyboard) error {
	params := captionParams(caption, buttons)
	for name, value := range messageParams(chat, messageID) {
		params[name] = value
	}
	return modified(c.call(ctx, "editMessageCaption", params, requestTimeout, nil))
}

// Action is what a person is told that the bot is doing.
type Action string

// What the bot can be doing.
const (
	SendingDocument Action = "upload_document"
	SendingPhoto    Action = "upload_photo"
)

// ShowAction tells the people of a chat for five seconds, or until a message
// comes, what the bot is doing. It counts towards no limit that is known.
func (c *Client) ShowAction(ctx context.Context, chat int64, action Action) error {
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(chat, 10), "action": string(action)}
	return c.call(ctx, "sendChatAction", params, requestTimeout, nil)
}

// Download fetches the file that somebody sent. One larger than limit, or than
// MaxDownload, is TooLarge and not fetched; one that Telegram no longer keeps is
// Gone.
func (c *Client) Download(ctx context.Context, fileID string, limit int64) ([]byte, error) {
	var file tgbotapi.File
	if err := c.call(ctx, "getFile", tgbotapi.Params{"file_id": fileID}, requestTimeout, &file); err != nil {
		return nil, err
	}
	if int64(file.FileSize) > limit {
		return nil, tooLargeToFetch(limit)
	}
	if !fs.ValidPath(file.FilePath) { // an address of elsewhere would be asked, with the token in it
		return nil, &Error{Kind: Unknown, Method: "getFile", Code: http.StatusOK, Reason: "the result has no path"}
	}
	return c.fetch(ctx, file.FilePath, limit)
}

// fetch gets a file by its path at Telegram.
func (c *Client) fetch(ctx context.Context, path string, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, transferTimeout) // the machine's time: a socket that never answers
	defer cancel()
	trip := &roundTrip{ctx: ctx, http: c.http}
	address := c.files + (&url.URL{Path: path}).EscapedPath()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, c.failure(download, trip, nil, err)
	}
	answer, err := trip.Do(request)
	if err != nil {
		return nil, c.failure(download, trip, nil, err)
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusNotFound: // of a method it would be the token's fault
		return nil, &Error{Kind: Gone, Method: download, Code: answer.StatusCode, Reason: "the file is not kept any more"}
	case answer.StatusCode != http.StatusOK:
		return nil, c.failure(download, trip, nil, fmt.Errorf("answered %s", answer.Status))
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	switch {
	case err != nil:
		return nil, c.failure(download, trip, nil, err)
	case int64(len(data)) > limit:
		return nil, tooLargeToFetch(limit)
	}
	c.answered.Store(time.Now().UnixNano()) // the machine's time: how lately the server was there
	return data, nil
}

// download is what errors call the fetching of a file, which is no method.
const download = "download"

func tooLargeToFetch(limit int64) *Error {
	return &Error{Kind: TooLarge, Method: download, Reason: fmt.Sprintf("the file has more than %d bytes", limit)}
}

func captionParams(caption HTML, buttons Keyboard) tgbotapi.Params {
	params := tgbotapi.Params{}
	if caption != "" {
		params["caption"] = string(caption)
		params["parse_mode"] = tgbotapi.ModeHTML
	}
	addButtons(params, buttons)
	return params
}
