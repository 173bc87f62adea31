// Package picture makes pictures of chats, as a phone shows them, for manuals:
//
//	png, err := picture.Of(ctx, person.Chat()[3:5], simulator.Look{})
//
// It needs Chromium (or Chrome) on the machine.
package picture

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"pascalatih/bot/simulator"
)

// The size of a picture: as wide as a phone, and sharp on one.
const (
	width     = 390
	sharpness = 2
)

// patience is how long Chromium may take for one picture.
const patience = 30 * time.Second

// Of gives a PNG of just these messages and, if one stands below them, of the
// keyboard in place of the letters. It fails where there is nothing to be seen, or
// no Chromium.
func Of(ctx context.Context, screen simulator.Screen, look simulator.Look) ([]byte, error) {
	if len(screen.Visible()) == 0 {
		return nil, fmt.Errorf("picture of a chat: there is no message to be seen")
	}
	var html strings.Builder
	if err := screen.WriteHTML(&html, look); err != nil {
		return nil, fmt.Errorf("picture of a chat: %w", err)
	}
	options := chromedp.DefaultExecAllocatorOptions[:]
	if os.Geteuid() == 0 { // Chromium has no sandbox for root; the page is ours and loads nothing
		options = append(options, chromedp.NoSandbox)
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	ctx, quit := chromedp.NewExecAllocator(ctx, options...)
	defer quit()
	ctx, leave := chromedp.NewContext(ctx)
	defer leave()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 1, chromedp.EmulateScale(sharpness)), chromedp.Navigate("about:blank"), show(html.String())); err != nil {
		return nil, fmt.Errorf("picture of a chat: drawing with Chromium: %w", err)
	}
	drawn, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return nil, fmt.Errorf("picture of a chat: taking what Chromium drew: %w", err)
	}
	return inFewColours(drawn)
}

// inFewColours gives a picture in its 256 commonest colours, which takes a third:
// a chat has hardly more.
func inFewColours(drawn []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(drawn))
	if err != nil {
		return nil, fmt.Errorf("picture of a chat: reading what Chromium drew: %w", err)
	}
	counts := map[color.Color]int{}
	area := full.Bounds()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			counts[full.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.Color) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))) // the same each time
	})
	few := image.NewPaletted(area, colours[:min(256, len(colours))])
	draw.Draw(few, area, full, area.Min, draw.Src)
	var small bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&small, few); err != nil {
		return nil, fmt.Errorf("picture of a chat: writing it: %w", err)
	}
	return small.Bytes(), nil
}

// show shows a page and waits for the pictures in it.
func show(html string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		frames, err := cdp.Call(ctx, t, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: frames.FrameTree.Frame.ID, HTML: html})
		if err != nil {
			return err
		}
		const decoded = `Promise.all([...document.images].map(image => image.decode())).then(() => true)`
		_, err = chromedp.Evaluate[bool](decoded, chromedp.EvalAwaitPromise)(ctx, t)
		return err
	})
}
