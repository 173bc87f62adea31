package report

import (
	"github.com/xuri/excelize/v2"
)

// chart is horizontal bars, the first row's at the top.
type chart struct {
	title      string
	categories string // the area of the bars' names
	bars       int
	series     []series // several: parts of a whole
	format     string   // of the numbers at the bars
	low, high  float64  // the axis's ends
}

// series is a number for each bar.
type series struct {
	name   string // the place of its name; "" where there is one series
	values string // the area of its numbers
	colour string
}

const (
	barPixels, aroundBars = 24, 90 // of a chart's height
	betweenCharts         = 20
)

func (c chart) height() int { return aroundBars + c.bars*barPixels }

// draw puts charts below everything, two beside each other, so that none is cut by
// the end of a printed page that could hold it.
func (p *page) draw(charts []chart) {
	half := pixels(p.widths) / 2
	left := 1 // the column in which the right half begins
	for left < len(p.widths) && pixels(p.widths[:left]) <= half {
		left++
	}
	places := []struct{ column, beside int }{{1, 0}, {left, half - pixels(p.widths[:left-1])}}
	for first := 0; first < len(charts); first += 2 {
		pair := charts[first:min(first+2, len(charts))]
		height := 0
		for _, c := range pair {
			height = max(height, c.height())
		}
		p.row++
		if p.height+height > p.printed() {
			p.try(p.file.InsertPageBreak(p.name, p.at(1, p.row)))
			p.row++ // none of the chart before the break
			p.height = 0
		}
		for i, c := range pair {
			p.chart(c, places[i].column, p.row, places[i].beside, half-betweenCharts)
		}
		p.row += height/rowPixels + 1
		p.height += height + 2*rowPixels
	}
}

// printed is about how much of the sheet's height is on a printed page, in pixels.
func (p *page) printed() int {
	const wide, high = 1040, 600 // of an A4 page on its side, between its margins and below the heads
	return max(high, high*pixels(p.widths)/wide)
}

// pixels are how wide columns are together.
func pixels(widths []float64) int {
	total := 0.0
	for _, width := range widths {
		total += width*7 + 5
	}
	return int(total)
}

// chart puts one into a cell, so many pixels from its left.
func (p *page) chart(c chart, column, row, beside, width int) {
	gap, overlap, print, vary := uint(40), 100, true, false
	drawn := &excelize.Chart{
		Type: excelize.Bar, Title: excelize.ChartTitle{
			Paragraph: []excelize.RichTextRun{{Text: c.title, Font: &excelize.Font{Family: fontName, Size: 12, Bold: true, Color: ink}}}},
		Legend:    excelize.ChartLegend{Position: "none"},
		Dimension: excelize.ChartDimension{Width: uint(width), Height: uint(c.height())},
		Format:    excelize.GraphicOptions{OffsetX: beside, Positioning: "oneCell", PrintObject: &print, AltText: c.title},
		PlotArea:  excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: c.format}},
		XAxis:     excelize.ChartAxis{ReverseOrder: true, TickLabelSkip: 1, Font: excelize.Font{Family: fontName, Size: 9, Color: ink}},
		YAxis:     excelize.ChartAxis{None: true, Minimum: &c.low, Maximum: &c.high},
		GapWidth:  &gap, VaryColors: &vary,
	}
	if len(c.series) > 1 {
		drawn.Type, drawn.Overlap, drawn.Legend.Position = excelize.BarPercentStacked, &overlap, "bottom"
		drawn.YAxis.Minimum, drawn.YAxis.Maximum = nil, nil
	}
	for _, s := range c.series {
		label := excelize.ChartDataLabel{Font: excelize.Font{Family: fontName, Size: 9, Color: ink}}
		if len(c.series) > 1 && (s.colour == barColour || s.colour == lowestColour) {
			label.Font.Color = "FFFFFF"
		}
		drawn.Series = append(drawn.Series, excelize.ChartSeries{Name: s.name, Categories: c.categories, Values: s.values,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{s.colour}}, DataLabel: label})
	}
	p.try(p.file.AddChart(p.name, p.at(column, row), drawn))
}

// scaleColours are the colours of a scale's levels, from the lowest; none where it
// has more than are told apart.
func scaleColours(levels int) []string {
	all := []string{lowestColour, "FDB863", "D9D9D9", "92C5DE", barColour}
	switch levels {
	case 2:
		return []string{all[0], all[4]}
	case 3:
		return []string{all[0], all[2], all[4]}
	case 4:
		return []string{all[0], all[1], all[3], all[4]}
	case 5:
		return all
	}
	return nil
}
