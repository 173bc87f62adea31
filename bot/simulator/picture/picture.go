// Package picture makes pictures of chats, as a phone shows them, for manuals:
//
//	png, err := picture.Of(ctx, person.Chat()[3:5], simulator.Look{})
//
// It needs Chromium (or Chrome) on the machine.
package picture

import (
	"context"
	"fmt"
	"os"
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
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 1, chromedp.EmulateScale(sharpness)), chromedp.Navigate("about:blank"), draw(html.String())); err != nil {
		return nil, fmt.Errorf("picture of a chat: drawing with Chromium: %w", err)
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return nil, fmt.Errorf("picture of a chat: taking what Chromium drew: %w", err)
	}
	return png, nil
}

// draw shows a page and waits for the pictures in it.
func draw(html string) chromedp.Action[chromedp.Void] {
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
