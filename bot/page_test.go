package bot

import (
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

func TestWrite(t *testing.T) {
	long := strings.Repeat("panjang ", 1000)
	tests := map[string]struct {
		fill func(p *page)
		want string // its beginning
		ends string
	}{
		"what people wrote is escaped": {
			fill: func(p *page) { p.bold(`<b>"a" & b</b>`) },
			want: "<b>&lt;b&gt;&quot;a&quot; &amp; b&lt;/b&gt;</b>", ends: "</b>",
		},
		"a short page stays as it is": {
			fill: func(p *page) { p.text("satu"); p.gap(); p.italic("dua") },
			want: "satu\n\n<i>dua</i>", ends: "</i>",
		},
		"a long piece loses its end, its neighbours nothing": {
			fill: func(p *page) { p.bold(long); p.gap(); p.text("di bawah") },
			want: "<b>panjang panjang", ends: "…</b>\n\ndi bawah",
		},
		"what is being written loses its beginning": {
			fill: func(p *page) { p.bold("atas"); p.gap(); p.latest(long + "selesai") },
			want: "<b>atas</b>\n\n…", ends: "panjang selesai",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := string(write(test.fill))
			if !strings.HasPrefix(got, test.want) || !strings.HasSuffix(got, test.ends) {
				t.Errorf("write gives %.60q … %q", got, got[max(0, len(got)-60):])
			}
		})
	}
}

func TestWriteFitsAMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.StringN(1, 4, -1).Draw(t, "word"), rapid.IntRange(0, 3000).Draw(t, "times"))
		}), 1, 40).Draw(t, "pieces")
		var units int
		write(func(p *page) {
			for _, piece := range pieces {
				p.text(piece)
				p.line()
			}
			units = p.units
		})
		if units > longestMessage {
			t.Fatalf("a message of %d units", units)
		}
		if got := utf16.Encode([]rune(beginningOf(pieces[0], 10))); len(got) > 20 {
			t.Fatalf("a beginning of %d units", len(got))
		}
	})
}
