package bot

import "pascalatih/bot/telegram"

// part is one page of a longer list.
type part struct{ From, To, Page, Pages int }

// partOf is the page, from 0, of a list of n things of which a page shows size. A
// page that is not there any more is the last one.
func partOf(n, size, page int) part {
	pages := max(1, (n+size-1)/size)
	page = min(max(page, 0), pages-1)
	return part{From: page * size, To: min(n, (page+1)*size), Page: page, Pages: pages}
}

// turns are the buttons to the pages before and after; none where there is one
// page. button makes the one to a page.
func (p part) turns(button func(label string, page int) telegram.Button) []telegram.Button {
	var row []telegram.Button
	if p.Page > 0 {
		row = append(row, button("‹", p.Page-1))
	}
	if p.Page < p.Pages-1 {
		row = append(row, button("›", p.Page+1))
	}
	return row
}
