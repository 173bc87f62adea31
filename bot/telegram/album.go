package telegram

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Album is pictures that Telegram shows together. It carries no buttons, neither
// when it is sent nor by an edit: clients show none there.
type Album struct {
	Chat     int64
	Pictures []Picture // 2–10, in the order in which they are shown
	Silent   bool      // arrives without a sound
}

// Picture is one of an Album's, a JPEG or PNG within the bounds of SendPhoto.
type Picture struct {
	Name string // what the file is called
	Data []byte // not empty
	// Caption is at most 1,024 characters once its entities are read, and may be
	// empty. Where one picture alone has one, Telegram shows it below the album;
	// those of several are seen only by who opens the pictures one by one.
	Caption HTML
}

// SendAlbum sends a in one request and gives the id of its first message: each
// picture is a message of its own, with the ids in order, and Telegram's limits
// count every one of them (see Pacer.DoAlbum).
//
// An album is not all or nothing at Telegram: where it refuses one picture, the
// error is Refused, though the others may be shown. Where it throttled one, the
// error is Unknown with a RetryAfter.
func (c *Client) SendAlbum(ctx context.Context, a Album) (messageID int, err error) {
	media := make([]inputPhoto, 0, len(a.Pictures)) // never nil: that would go out as null
	var files []tgbotapi.RequestFile
	for i, picture := range a.Pictures {
		name := fmt.Sprintf("picture-%d", i+1)
		files = append(files, tgbotapi.RequestFile{Name: name, Data: tgbotapi.FileBytes{Name: picture.Name, Bytes: picture.Data}})
		photo := inputPhoto{Type: "photo", Media: "attach://" + name, Caption: picture.Caption}
		if picture.Caption != "" {
			photo.ParseMode = tgbotapi.ModeHTML
		}
		media = append(media, photo)
	}
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(a.Chat, 10), "media": encode(media)}
	c.addHow(params, a.Silent)
	var messages []sentMessage
	if err := c.upload(ctx, sendMediaGroup, params, files, &messages); err != nil {
		return 0, err
	}
	if len(messages) == 0 {
		return 0, &Error{Kind: Unknown, Method: sendMediaGroup, Code: http.StatusOK, Reason: "the result has no message"}
	}
	return messages[0].ID, nil
}

const sendMediaGroup = "sendMediaGroup"

// inputPhoto is a picture of an album on the wire. The library's own type would
// send a null for the entities that it does not hold.
type inputPhoto struct {
	Type      string `json:"type"`
	Media     string `json:"media"`
	Caption   HTML   `json:"caption,omitempty"`
	ParseMode string `json:"parse_mode,omitempty"`
}
