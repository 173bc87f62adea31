package handout_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"

	"pascalatih/survey/handout"
)

const classLink = "https://t.me/contoh_pascalatih_bot?start=kABCDEFGHIJKLMNOPQRSTUVWXYZ"

func TestPosterIsReadAgain(t *testing.T) {
	tests := map[string]struct {
		title, address string
	}{
		"a short title":             {title: "Manajemen ASN", address: "https://t.me/abcd5?start=kABCDEFGHIJKLMNOPQRSTUVWXYZ"},
		"a long title":              {title: strings.Repeat("Pelatihan Kepemimpinan Administrator ", 12), address: classLink},
		"a title of one long word":  {title: strings.Repeat("Kepemimpinan", 30), address: classLink},
		"a title of other letters":  {title: "培训 \n 📚", address: classLink},
		"the longest bot and token": {title: "", address: "https://t.me/" + strings.Repeat("b", 32) + "?start=k" + strings.Repeat("ABCdef234", 7)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			about := training
			about.Title = test.title
			picture := poster(t, about, test.address)
			if size := picture.Bounds().Size(); size != image.Pt(1920, 1080) {
				t.Errorf("the poster is %v large", size)
			}
			if said, err := decode(picture); err != nil || said != test.address {
				t.Errorf("the code says %q (%v)", said, err)
			}
			if side := codeSide(picture); side*10 < 1080*6 {
				t.Errorf("the code is only %d pixels high", side)
			}
		})
	}
}

func TestPosterRefusesWhatNoCodeHolds(t *testing.T) {
	for _, length := range []int{2_000, 4_000} {
		err := handout.Poster(&bytes.Buffer{}, training, strings.Repeat("k", length), phrases(t))
		if err == nil {
			t.Errorf("an address of %d letters becomes a poster", length)
		}
	}
}

// decode reads the code off the picture as a camera sees it from afar: a third
// as large.
func decode(picture image.Image) (string, error) {
	seen := image.NewGray(image.Rect(0, 0, 640, 360))
	draw.ApproxBiLinear.Scale(seen, seen.Bounds(), picture, picture.Bounds(), draw.Src, nil)
	bitmap, err := gozxing.NewBinaryBitmapFromImage(seen)
	if err != nil {
		return "", err
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}

// codeSide is how high the code is: from the first black pixel on the left half
// to the last. Letters are not black.
func codeSide(picture image.Image) int {
	first, last := -1, -1
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() / 2 {
			if r, g, b, _ := picture.At(x, y).RGBA(); r|g|b != 0 {
				continue
			}
			if first < 0 {
				first = y
			}
			last = y
			break
		}
	}
	return last - first + 1
}

func poster(t *testing.T, about handout.Training, address string) image.Image {
	t.Helper()
	var out bytes.Buffer
	if err := handout.Poster(&out, about, address, phrases(t)); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 300<<10 {
		t.Errorf("the poster takes %d bytes", out.Len())
	}
	picture, err := png.Decode(&out)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}
