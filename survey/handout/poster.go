package handout

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strings"

	"github.com/boombuler/barcode/qr"

	"pascalatih/survey/text"
)

// The poster in pixels: the code on the left as high as it can be, what it is
// about beside it, and the address in letters below.
const (
	width, height = 1920, 1080
	margin        = 72
	codeRoom      = 944 // for the code with the white around it
	quiet         = 4   // modules that stay white around a code
	titleTop      = 110
	dateGap       = 70
	askRoom       = 350
	askGap        = 60
	askBottom     = 880
	addressLine   = 1022
)

var (
	ink    = color.RGBA{R: 0x12, G: 0x2b, B: 0x45, A: 0xff}
	softer = color.RGBA{R: 0x4a, G: 0x5d, B: 0x70, A: 0xff}
)

// Poster writes a PNG picture to be shown on the screen in class: the address of
// the training's class link as a QR code that a camera reads from the back row,
// with the title, the days and what to do.
func Poster(out io.Writer, t Training, address string, say text.Phrases) error {
	picture := image.NewPaletted(image.Rect(0, 0, width, height), palette())
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	right, err := drawCode(picture, address)
	if err != nil {
		return err
	}
	fonts, err := openFonts()
	if err != nil {
		return err
	}
	column := width - margin - right
	days, err := fonts.regular.fit(say.Days(t.First, t.Last), column, oneLine, 40, 28)
	if err != nil {
		return err
	}
	ask, err := fonts.bold.fit(say.Say("handout.poster.ask", nil), column, askRoom, 72, 40)
	if err != nil {
		return err
	}
	titleRoom := askBottom - ask.height() - askGap - dateGap - titleTop
	title, err := fonts.bold.fit(t.Title, column, titleRoom, 88, 40)
	if err != nil {
		return err
	}
	letters, err := fonts.mono.fit(strings.TrimPrefix(address, "https://"), width-2*margin, oneLine, 44, 20)
	if err != nil {
		return err
	}
	below := title.draw(picture, right, titleTop, ink)
	days.draw(picture, right, below+dateGap-days.lineHeight(), softer)
	ask.draw(picture, right, askBottom-ask.height(), ink)
	letters.draw(picture, (width-letters.width())/2, addressLine-letters.lineHeight(), ink)
	if err := png.Encode(out, picture); err != nil {
		return fmt.Errorf("writing the poster: %w", err)
	}
	return nil
}

// palette is what the poster is painted with: white, black, and the inks in
// enough tones for smooth letters. With so few colours the file stays small.
func palette() color.Palette {
	const tones = 24
	colours := color.Palette{color.White, color.Black}
	for _, full := range []color.RGBA{ink, softer} {
		for tone := 1; tone <= tones; tone++ {
			mix := func(part uint8) uint8 { return uint8(255 - (255-int(part))*tone/tones) }
			colours = append(colours, color.RGBA{R: mix(full.R), G: mix(full.G), B: mix(full.B), A: 0xff})
		}
	}
	return colours
}

// drawCode draws the code of an address and gives the place right of it.
func drawCode(picture draw.Image, address string) (right int, err error) {
	code, err := qr.Encode(address, qr.Q, qr.Unicode)
	if err != nil {
		return 0, fmt.Errorf("drawing the code of the class link: %w", err)
	}
	modules := code.Bounds().Dx()
	module := codeRoom / (modules + 2*quiet)
	if module < 4 {
		return 0, fmt.Errorf("drawing the code of the class link: %d modules are too many", modules)
	}
	edge := (codeRoom - modules*module) / 2
	for y := range modules {
		for x := range modules {
			if r, _, _, _ := code.At(x, y).RGBA(); r != 0 {
				continue
			}
			place := image.Rect(edge+x*module, edge+y*module, edge+(x+1)*module, edge+(y+1)*module)
			draw.Draw(picture, place, image.Black, image.Point{}, draw.Src)
		}
	}
	return edge + modules*module + edge/2 + margin/2, nil
}
