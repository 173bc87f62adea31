package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// cell is what a place on a page holds: text or a number. The zero cell is empty.
type cell struct {
	value any
	look  look
}

// page is a sheet being drawn, from top to bottom.
type page struct {
	*book
	name   string
	row    int       // the next, from 1
	height int       // of the rows so far, in pixels
	widths []float64 // of the columns, in characters
	across int       // columns that a row of the table has; 0: no table is being drawn
	// The table that is filtered by, and whose heads stay in view and are repeated on
	// every printed page.
	headFirst, headLast, tableLast int
	frozen                         int // columns that stay in view
}

// write puts a row of cells, as high as the longest text needs, and goes on to the
// next.
func (p *page) write(cells ...cell) {
	lines := 1.0
	for column := range max(len(cells), p.across) {
		c := cell{"", blank}
		if column < len(cells) && cells[column] != (cell{}) {
			c = cells[column]
		}
		p.put(column+1, c)
		if text, ok := c.value.(string); ok && c.look.wraps() && column < len(p.widths) {
			lines = max(lines, c.look.lines(text, p.widths[column]))
		}
	}
	if lines > 1 {
		p.try(p.file.SetRowHeight(p.name, p.row, lines*rowPoints))
	}
	p.height += int(lines * rowPixels)
	p.row++
}

func (p *page) put(column int, c cell) {
	at := p.at(column, p.row)
	switch value := c.value.(type) {
	case string:
		if value != "" {
			p.try(p.file.SetCellStr(p.name, at, value)) // never a formula, whatever it begins with
		}
	case float64:
		p.try(p.file.SetCellFloat(p.name, at, value, decimals(value), 64))
	default:
		p.try(p.file.SetCellValue(p.name, at, value))
	}
	p.try(p.file.SetCellStyle(p.name, at, at, p.styles[c.look]))
}

// decimals are how many a number needs so that the same is read back. Left to
// itself the library cuts numbers off, unrounded, after 15 digits.
func decimals(value float64) int {
	_, behind, _ := strings.Cut(strconv.FormatFloat(value, 'f', -1, 64), ".")
	return len(behind)
}

// at is a place's name, as in "B3".
func (p *page) at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	p.try(err)
	return name
}

// area is a column's rows, as a chart refers to them.
func (p *page) area(column, first, last int) string {
	name, err := excelize.ColumnNumberToName(column)
	p.try(err)
	return fmt.Sprintf("%s!$%s$%d:$%s$%d", p.quoted(), name, first, name, last)
}

// place is one cell, as a chart refers to it.
func (p *page) place(column, row int) string {
	from, _, _ := strings.Cut(p.area(column, row, row), ":")
	return from
}

func (p *page) quoted() string { return "'" + strings.ReplaceAll(p.name, "'", "''") + "'" }

// heading is the sheet's first row, and says where there is nothing to tell.
func (p *page) heading() {
	p.write(cell{p.Say("workbook.sheet_title", map[string]any{"Sheet": p.name, "Period": p.period}), headings})
	if len(p.figures.Forms) == 0 {
		p.write(cell{p.Say("report.quiet", map[string]any{"Period": p.period}), notes})
	}
}

// head is one column of a table.
type head struct {
	group string // heads next to each other of the same group stand below it together
	title string
	width float64
	look  look // columnHeads where it is not said
}

// heads draw a table's heads, which stay in view.
func (p *page) heads(heads []head) {
	p.headFirst = p.row
	for first := 0; first < len(heads); {
		last := first
		for last+1 < len(heads) && heads[last+1].group == heads[first].group {
			last++
		}
		if heads[first].group != "" {
			p.put(first+1, cell{heads[first].group, groupHeads})
			from, to := p.at(first+1, p.row), p.at(last+1, p.row)
			p.try(p.file.SetCellStyle(p.name, from, to, p.styles[groupHeads]))
			if first < last {
				p.try(p.file.MergeCell(p.name, from, to))
			}
		}
		first = last + 1
	}
	p.row++
	cells := make([]cell, len(heads))
	for i, h := range heads {
		cells[i] = cell{h.title, max(h.look, columnHeads)}
		p.widths = append(p.widths, h.width)
	}
	p.headLast, p.across = p.row, len(heads)
	p.write(cells...)
	height, err := p.file.GetRowHeight(p.name, p.headLast)
	p.try(err)
	p.try(p.file.SetRowHeight(p.name, p.headLast, height+rowPoints)) // below the title stands what one filters by
}

// The height of a row of one line.
const (
	rowPoints = 15
	rowPixels = 20
)

// filtered ends the table; it can be filtered by.
func (p *page) filtered() { p.tableLast, p.across = p.row-1, 0 }

// finish sets how wide columns are, what stays in view and how the sheet is printed.
func (p *page) finish() {
	for i, width := range p.widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		p.try(err)
		p.try(p.file.SetColWidth(p.name, name, name, width))
	}
	last := max(p.row-1, 1)
	p.try(p.file.AddIgnoredErrors(p.name, "A1:"+p.at(max(len(p.widths), 1), last), excelize.IgnoredErrorsNumberStoredAsText))
	p.pane()
	p.print()
}

func (p *page) pane() {
	hideGrid := false
	p.try(p.file.SetSheetView(p.name, -1, &excelize.ViewOptions{ShowGridLines: &hideGrid}))
	if p.headLast == 0 {
		return
	}
	active := "bottomLeft"
	if p.frozen > 0 {
		active = "bottomRight"
	}
	p.try(p.file.SetPanes(p.name, &excelize.Panes{Freeze: true, XSplit: p.frozen, YSplit: p.headLast,
		TopLeftCell: p.at(p.frozen+1, p.headLast+1), ActivePane: active}))
	if p.tableLast > p.headLast {
		p.try(p.file.AutoFilter(p.name, p.at(1, p.headLast)+":"+p.at(len(p.widths), p.tableLast), nil))
	}
	p.try(p.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: p.name,
		RefersTo: fmt.Sprintf("%s!$%d:$%d", p.quoted(), p.headFirst, p.headLast)}))
}

// print makes pages of A4 on their side, as wide as the sheet, with the period and
// the page's number at their feet.
func (p *page) print() {
	const a4 = 9
	paper, side, wide, high, fit := a4, "landscape", 1, 0, true
	p.try(p.file.SetPageLayout(p.name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &side, FitToWidth: &wide, FitToHeight: &high}))
	p.try(p.file.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	margin, foot := 0.4, 0.6
	p.try(p.file.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &foot}))
	numbered := p.Say("workbook.page", map[string]any{"Page": "&P", "Pages": "&N"})
	title := strings.ReplaceAll(p.Say("workbook.title", map[string]any{"Period": p.period}), "&", "&&")
	p.try(p.file.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{OddFooter: "&L" + title + "&C" + p.name + "&R" + numbered}))
}
