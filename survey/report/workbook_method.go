package report

import "pascalatih/survey/stats"

// method tells readers who are no statisticians what the figures mean, how they
// are made, and where that comes from.
func (p *page) method() {
	p.heading()
	p.heads([]head{
		{title: p.Say("workbook.column.topic", nil), width: 30},
		{title: p.Say("workbook.column.how", nil), width: 100},
		{title: p.Say("workbook.column.source", nil), width: 34},
	})
	data := map[string]any{"Least": stats.Least, "Firm": stats.FirmPairs}
	for _, topic := range []struct {
		key     string
		sourced bool
	}{
		{"period", false}, {"n", false}, {"rate", true}, {"mean", true}, {"interval", false}, {"upper", false}, {"index", true},
		{"grade", true}, {"change", false}, {"ability", true}, {"paired", true}, {"effect", true}, {"ranks", true}, {"firm", false}, {"plans", false}, {"obstacles", false}, {"hidden", true},
		{"waiting", false}, {"paired_waiting", false}, {"empty", false},
	} {
		key := "workbook.method." + topic.key
		cells := []cell{{p.Say(key+".topic", data), prose}, {p.Say(key+".how", data), prose}, {}}
		if topic.sourced {
			cells[2] = cell{p.Say(key+".source", data), indented}
		}
		p.write(cells...)
	}
}
