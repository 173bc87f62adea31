package report

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// A picture in points, of which each is two pixels wide and high. It is drawn for a
// telephone, where it is 360 to 400 pixels wide: 16 points are 11 of these.
const (
	sharpness   = 2
	pageWidth   = vg.Length(540)
	margin      = vg.Length(24)
	room        = pageWidth - 2*margin
	titleSize   = vg.Length(26)
	labelSize   = vg.Length(18)
	asideSize   = vg.Length(16)
	noteSize    = vg.Length(15)
	barHeight   = vg.Length(19)
	gap         = vg.Length(10)
	rowGap      = vg.Length(12)
	sectionGap  = vg.Length(20)
	lineSpacing = 1.24
	// fewRows is up to how many rows names may have two lines each.
	fewRows = 7
)

// The colours are Okabe and Ito's, which colour-blind people tell apart; the grey
// is darker than theirs, for contrast with white.
func (t Tone) colour() color.Color {
	switch t {
	case Stressed:
		return color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff}
	case Quiet:
		return color.RGBA{R: 0x8a, G: 0x8a, B: 0x8a, A: 0xff}
	}
	return color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff}
}

func black() color.RGBA { return color.RGBA{R: 0x1b, G: 0x1f, B: 0x24, A: 0xff} }

func softer() color.RGBA { return color.RGBA{R: 0x55, G: 0x5b, B: 0x63, A: 0xff} }

// page gathers what is to be drawn, from top to bottom, until its height is known.
type canvas struct {
	letters
	bottom vg.Length // of what is there so far, from the top
	marks  []func(canvas *vgimg.Canvas, height vg.Length)
}

// draw makes a chart's picture.
func (l letters) draw(c Chart) ([]byte, error) {
	p := canvas{letters: l, bottom: margin}
	p.text(p.strong(titleSize), black(), c.Title, 3)
	p.bottom += gap / 2
	p.text(p.normal(asideSize), softer(), c.About, 2)
	p.bottom += sectionGap
	p.rows(c.Rows)
	p.bottom += sectionGap - rowGap
	for _, note := range c.Notes {
		p.text(p.normal(noteSize), softer(), note, 3)
	}
	p.bottom += margin
	return p.png()
}

// text writes below what is there.
func (p *canvas) text(face font.Face, colour color.Color, text string, lines int) {
	for _, line := range broken(face, text, room, lines) {
		high := vg.Length(math.Ceil(float64(face.Font.Size * lineSpacing)))
		p.write(face, colour, line, margin, p.bottom+high-face.Font.Size*0.28)
		p.bottom += high
	}
}

// write puts one line at left, on its baseline.
func (p *canvas) write(face font.Face, colour color.Color, line string, left, baseline vg.Length) {
	p.marks = append(p.marks, func(canvas *vgimg.Canvas, height vg.Length) {
		canvas.SetColor(colour)
		canvas.FillString(face, vg.Point{X: left, Y: height - baseline}, line)
	})
}

// fill paints a rectangle.
func (p *canvas) fill(colour color.Color, left, top, right, bottom vg.Length) {
	p.marks = append(p.marks, func(canvas *vgimg.Canvas, height vg.Length) {
		canvas.SetColor(colour)
		canvas.Fill(vg.Rectangle{Min: vg.Point{X: left, Y: height - bottom}, Max: vg.Point{X: right, Y: height - top}}.Path())
	})
}

func (p *canvas) rows(rows []Row) {
	lines := 2
	if len(rows) > fewRows {
		lines = 1
	}
	track := p.track(rows)
	for _, row := range rows {
		face, colour := p.normal(labelSize), black()
		if row.Strong {
			face = p.strong(labelSize)
		}
		if len(row.Bars) == 0 {
			face, colour = p.normal(asideSize), softer()
		}
		p.text(face, colour, row.Label, lines)
		p.bottom += 3
		for _, bar := range row.Bars {
			p.bar(bar, row.Strong, track)
		}
		p.bottom += rowGap
	}
}

// track is how long the longest bar can be that leaves room for what is said
// behind each.
func (p *canvas) track(rows []Row) vg.Length {
	track := room
	for _, row := range rows {
		for _, bar := range row.Bars {
			if end := max(bar.Length, bar.High); end > 0 {
				free := room - gap - width(p.strong(labelSize), bar.Said) - p.asideWidth(bar)
				track = min(track, free)
			}
		}
	}
	return track
}

func (p *canvas) asideWidth(bar Bar) vg.Length {
	if bar.Aside == "" {
		return 0
	}
	return gap + width(p.normal(asideSize), bar.Aside)
}

// bar draws a bar with its interval and what is said of it.
func (p *canvas) bar(bar Bar, strong bool, track vg.Length) {
	at := func(part float64) vg.Length {
		return margin + vg.Length(math.Round(float64(track)*min(max(part, 0), 1)*sharpness)/sharpness)
	}
	top, middle, end := p.bottom, p.bottom+(barHeight-1)/2, at(bar.Length)
	if end > margin {
		p.fill(bar.Tone.colour(), margin, top, end, top+barHeight)
	}
	if bar.High > bar.Low {
		low, high := at(bar.Low), at(bar.High)
		p.fill(black(), low, middle-0.5, high, middle+0.5)
		end = max(end, high)
	}
	baseline := middle + labelSize*0.36
	face, left := p.strong(labelSize), end+gap/2
	if bar.Length == 0 && bar.High == 0 {
		left = margin
	}
	if bar.Tone == Quiet && !strong {
		face = p.normal(labelSize)
	}
	p.write(face, black(), bar.Said, left, baseline)
	if bar.Aside != "" {
		aside := p.normal(asideSize)
		p.write(aside, softer(), bar.Aside, pageWidth-margin-width(aside, bar.Aside), baseline)
	}
	p.bottom += barHeight + 2
}

// png draws all marks on white.
func (p *canvas) png() ([]byte, error) {
	const dotsPerInch = sharpness * 72
	canvas := vgimg.NewWith(vgimg.UseWH(pageWidth, p.bottom), vgimg.UseDPI(dotsPerInch))
	for _, mark := range p.marks {
		mark(canvas, p.bottom)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, thrifty(canvas.Image())); err != nil {
		return nil, fmt.Errorf("writing the picture: %w", err)
	}
	return out.Bytes(), nil
}

// thrifty is a picture with the colours of palette, which makes the file a third of
// what it would be and saves as much time.
func thrifty(picture image.Image) image.Image {
	source := image.NewRGBA(picture.Bounds())
	draw.Draw(source, source.Rect, picture, source.Rect.Min, draw.Src)
	few := image.NewPaletted(source.Rect, palette())
	known := make(map[[4]byte]uint8)
	last, index := [4]byte{0xff, 0xff, 0xff, 0xff}, uint8(0) // white
	for i := range few.Pix {
		pixel := [4]byte(source.Pix[4*i:])
		if pixel != last {
			var found bool
			if index, found = known[pixel]; !found {
				index = uint8(few.Palette.Index(color.RGBA{R: pixel[0], G: pixel[1], B: pixel[2], A: pixel[3]}))
				known[pixel] = index
			}
			last = pixel
		}
		few.Pix[i] = index
	}
	return few
}

// palette is what pictures are painted with: white, the bars' colours, and the
// letters' in enough tones for smooth edges.
func palette() color.Palette {
	const tones = 24
	colours := color.Palette{color.White, Plain.colour(), Stressed.colour(), Quiet.colour()}
	for _, full := range []color.RGBA{black(), softer()} {
		for tone := 1; tone <= tones; tone++ {
			mix := func(part uint8) uint8 { return uint8(255 - (255-int(part))*tone/tones) }
			colours = append(colours, color.RGBA{R: mix(full.R), G: mix(full.G), B: mix(full.B), A: 0xff})
		}
	}
	return colours
}
