package report

import (
	"testing"

	"pgregory.net/rapid"
)

func TestTheLongestBarLeavesRoomForWhatIsSaid(t *testing.T) {
	letters, err := openLetters()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		bar := Bar{
			Length: rapid.Float64Range(0.01, 1).Draw(t, "length"),
			High:   rapid.Float64Range(0, 1).Draw(t, "high"),
			Said:   rapid.SampledFrom([]string{"100%", "4,5 sesudah", "100,0 (A)"}).Draw(t, "said"),
			Aside:  rapid.SampledFrom([]string{"", "1 orang", "1.000.000 dari 5.000.000 mengirim"}).Draw(t, "aside"),
		}
		p := canvas{letters: letters}
		track := p.track([]Row{{Bars: []Bar{bar}}, {Bars: []Bar{{Said: "disembunyikan (n < 5)"}}}})
		if track < 60 {
			t.Fatalf("the longest bar has %v points", track)
		}
		end := track + gap/2 + width(p.strong(labelSize), bar.Said)
		if bar.Aside != "" {
			end += gap/2 + width(p.normal(asideSize), bar.Aside)
		}
		if end > room {
			t.Fatalf("a bar and what is said take %v points of %v", end, room)
		}
	})
}
