package simulator

import (
	"bytes"
	"html/template"
	"image"
)

// shownPicture is a picture as it hangs in a bubble.
type shownPicture struct {
	Address template.URL
	Alt     string
	Wide    bool // it takes the bubble's whole width, not half
}

// isPicture tells whether a message is a picture that a browser can show.
func isPicture(m Message) bool {
	return m.File != nil && m.File.Kind == "photo" && imageType(m.File.Data) != ""
}

// albums puts the pictures of each album together; any other message is alone.
func albums(screen Screen) []Screen {
	var all []Screen
	for _, m := range screen {
		last := len(all) - 1
		if last >= 0 && m.Album != "" && m.Album == all[last][0].Album && isPicture(m) && isPicture(all[last][0]) {
			all[last] = append(all[last], m)
			continue
		}
		all = append(all, Screen{m})
	}
	return all
}

// captioned is the message as which those of an album are shown: the first, with
// the caption of the only one that has one. As on a phone, the captions of several
// are not shown.
func captioned(together Screen) Message {
	shown := together[0]
	if len(together) == 1 {
		return shown
	}
	shown.Text, shown.HTML = "", ""
	for _, m := range together {
		if m.Text == "" {
			continue
		}
		if shown.Text != "" {
			shown.Text, shown.HTML = "", ""
			break
		}
		shown.Text, shown.HTML = m.Text, m.HTML
	}
	return shown
}

// hang arranges pictures: one alone, or the first of an odd number, takes the whole
// width, as do two that are broad; the others stand in pairs.
// A caption that is not shown below stands for its picture.
func hang(together Screen, below string, w words, address func(Message) template.URL) []shownPicture {
	var pictures []shownPicture
	for i, m := range together {
		alt := w.The("picture")
		if m.Text != "" && below == "" {
			alt = m.Text
		}
		pictures = append(pictures, shownPicture{
			Address: address(m),
			Alt:     alt,
			Wide:    i == 0 && len(together)%2 == 1 || len(together) == 2 && broad(together[0]) && broad(together[1]),
		})
	}
	return pictures
}

// broad tells whether a picture is clearly broader than high.
func broad(m Message) bool {
	size, _, err := image.DecodeConfig(bytes.NewReader(m.File.Data))
	return err == nil && 5*size.Width > 6*size.Height
}
