package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// item is one of an album's files, as a request describes it.
type item struct {
	Type    string `json:"type"`
	Media   string `json:"media"`
	Caption string `json:"caption"`
	Mode    string `json:"parse_mode"`
	Above   bool   `json:"show_caption_above_media"`

	shown    string // the caption, its markup parsed
	entities []entity
}

// sendMediaGroup puts an album into a chat, a message for each of its files.
// Telegram may refuse one file and show the others; here all go, or none.
func (s *Server) sendMediaGroup(_ context.Context, c *call) (any, *failure) {
	items, f := s.itemsOf(c)
	if f != nil {
		return nil, f
	}
	c.messages = len(items)
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, f := s.reach(c, sending)
	if f != nil {
		return nil, f
	}
	var album []*stored
	for i, one := range items {
		m := &stored{from: &s.bot, entities: one.entities}
		m.Message = Message{FromBot: true, Silent: c.silent(), Text: one.shown}
		if one.Mode != "" {
			m.HTML = one.Caption
		}
		if m.fileID, m.File, f = s.fileOf(c, one.Type, one.Media); f != nil {
			return nil, within(i, f)
		}
		album = append(album, m)
	}
	id := fmt.Sprint(s.nextID)
	s.nextID++
	var sent []*wireMessage
	for _, m := range album {
		m.Album = id
		s.put(ch, m, c.now)
		sent = append(sent, ch.wireMessage(m))
	}
	return sent, nil
}

// itemsOf reads the files of an album and what is wrong with them whatever the
// state of the chat.
func (s *Server) itemsOf(c *call) ([]item, *failure) {
	var items []item
	if err := json.Unmarshal([]byte(c.text["media"]), &items); err != nil {
		return nil, badRequest("can't parse media JSON object")
	}
	for i := range items {
		if f := s.readItem(c, &items[i]); f != nil {
			return nil, f
		}
	}
	for _, one := range items {
		if alone[one.Type] && slices.ContainsFunc(items, func(other item) bool { return other.Type != one.Type }) {
			s.violate(c, WrongType, "media: "+one.Type+" beside another type")
			return nil, badRequest(one.Type + " can't be mixed with other media types")
		}
		if one.Above != items[0].Above {
			s.violate(c, WrongType, "media: captions above and below")
			return nil, badRequest("parameter show_caption_above_media must be the same for all messages")
		}
	}
	for _, one := range items {
		if one.Type != "photo" && one.Type != "document" {
			return nil, s.unserved(c, "no albums of the type "+one.Type+" are served")
		}
	}
	return items, nil
}

// alone are the types that stand in an album with their own kind only.
var alone = map[string]bool{"document": true, "audio": true}

// readItem reads one file of an album.
func (s *Server) readItem(c *call, one *item) *failure {
	reason := ""
	name, attached := strings.CutPrefix(one.Media, "attach://")
	_, came := c.files[name]
	switch {
	case one.Type == "animation":
		reason = `type "animation" can't be used in sendMediaGroup`
	case !slices.Contains([]string{"photo", "live_photo", "video", "document", "audio"}, one.Type):
		reason = fmt.Sprintf("type %q is unsupported", one.Type)
	case one.Media == "", attached && !came:
		reason = "media not found"
	}
	if reason != "" {
		s.violate(c, WrongType, "media: "+reason)
		return badRequest("can't parse InputMedia: " + reason)
	}
	var f *failure
	one.shown, one.entities, f = s.parse(c, written{
		text: one.Caption, mode: one.Mode, name: "media.caption", within: "InputMediaPhoto", field: "caption",
	})
	return f
}

// albumSize says, as Telegram does, what is wrong with the number of an album's
// files; empty: Telegram itself takes so many, though it documents that it does not.
func albumSize(media string) string {
	var items []json.RawMessage
	if err := json.Unmarshal([]byte(media), &items); err != nil {
		return ""
	}
	switch {
	case len(items) == 0:
		return "there are no messages to send"
	case len(items) > 10:
		return "too many messages to send as an album"
	}
	return ""
}

// within says which of an album's files it was that Telegram's own servers could
// not make a picture of; other faults are found before, and said as they are.
func within(i int, f *failure) *failure {
	reason, ok := strings.CutPrefix(f.description, "Bad Request: ")
	if !ok || reason != strings.ToUpper(reason) {
		return f
	}
	f.description = fmt.Sprintf("Bad Request: failed to send message #%d with the error message %q", i+1, reason)
	return f
}
