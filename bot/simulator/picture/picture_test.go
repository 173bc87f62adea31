package picture_test

import (
	"bytes"
	"image/png"
	"os/exec"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/picture"
)

func TestOf(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("there is no Chromium on this machine")
	}
	screen := simulator.Screen{
		{ID: 1, Text: "halo", At: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)},
		{ID: 2, FromBot: true, Text: "Mohon pendapat", Rows: [][]simulator.Button{{{Text: "Ya", Data: "y"}}}},
	}
	high := 0
	for _, shown := range []simulator.Screen{screen[:1], screen} {
		drawn, err := picture.Of(t.Context(), shown, simulator.Look{})
		if err != nil {
			t.Fatal(err)
		}
		size, err := png.DecodeConfig(bytes.NewReader(drawn))
		if err != nil {
			t.Fatal(err)
		}
		if size.Width != 780 || size.Height <= high {
			t.Errorf("the picture of %d messages is %d by %d", len(shown), size.Width, size.Height)
		}
		high = size.Height
	}
}

func TestOfNothing(t *testing.T) {
	if _, err := picture.Of(t.Context(), simulator.Screen{{ID: 1, Text: "hilang", Deleted: true}}, simulator.Look{}); err == nil {
		t.Error("there is a picture of nothing")
	}
}
