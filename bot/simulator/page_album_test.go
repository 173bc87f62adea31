package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"pascalatih/bot/simulator"
)

// An album is one bubble, with the caption of the only picture that has one; a
// picture of it that is deleted goes.
func TestPageShowsAlbums(t *testing.T) {
	captioned := func(captions ...string) []media {
		items := pictures(len(captions))
		for i, caption := range captions {
			items[i]["caption"] = caption
		}
		return items
	}
	const square, wide = `" alt="Gambar">`, `" alt="Gambar" class="wide">`
	tests := map[string]struct {
		items  []media
		delete bool // the second picture
		shows  []string
		hides  []string
	}{
		"two broad ones below each other": {
			items: captioned("", ""),
			shows: []string{`file/2` + wide + `<img src="/chat/7001/file/3` + wide},
		},
		"the first of three above two, with a caption": {
			items: captioned("", "Grafik lain", ""),
			shows: []string{`file/2` + wide, `file/3` + square, `file/4` + square, `<div class="text">Grafik lain</div>`},
		},
		"four in pairs": {
			items: captioned("", "", "", ""),
			shows: []string{`file/2` + square, `file/5` + square},
		},
		"captions of several, which a phone does not show": {
			items: captioned("satu", "dua", "tiga"),
			shows: []string{`alt="satu"`, `alt="dua"`, `alt="tiga"`},
			hides: []string{`class="text">satu`, `class="text">dua`, `class="text">tiga`},
		},
		"without the one that was deleted": {
			items: captioned("", "", ""), delete: true,
			shows: []string{`file/2` + wide, `file/4` + wide},
			hides: []string{`file/3"`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			r.started(7001)
			if answer := r.album(test.items, nil); !answer.OK {
				t.Fatalf("answered %s", answer.Description)
			}
			if test.delete {
				must[bool](r, "deleteMessage", params{"chat_id": "7001", "message_id": "3"})
			}
			response, shown := r.get("/chat/7001")
			if response.StatusCode != http.StatusOK || strings.Count(shown, `class="pictures"`) != 1 {
				t.Errorf("answered %s, with %d albums", response.Status, strings.Count(shown, `class="pictures"`))
			}
			for _, part := range test.shows {
				if !strings.Contains(shown, part) {
					t.Errorf("does not show %s", part)
				}
			}
			for _, part := range test.hides {
				if strings.Contains(shown, part) {
					t.Errorf("shows %s", part)
				}
			}
			if t.Failed() {
				t.Log(shown)
			}
		})
	}
}

// A picture with its caption and buttons is one bubble, and can be tapped.
func TestPageShowsAPictureWithButtons(t *testing.T) {
	r := newRig(t, simulator.Config{})
	r.started(7001)
	answer := r.upload("sendPhoto", params{"chat_id": "7001", "caption": "<b>Pekan ini</b>", "parse_mode": "HTML", "reply_markup": yes}, "photo", "a.png", picture(16, 9))
	if !answer.OK {
		t.Fatalf("answered %s", answer.Description)
	}
	_, shown := r.get("/chat/7001")
	for _, part := range []string{`src="/chat/7001/file/2" alt="Gambar" class="wide"`, `<b>Pekan ini</b>`, `name="message" value="2"`, `>Ya</button>`} {
		if !strings.Contains(shown, part) {
			t.Errorf("does not show %s", part)
		}
	}
}
