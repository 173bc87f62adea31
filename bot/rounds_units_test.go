package bot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
	"pascalatih/survey/text"
)

func TestWriteUnits(t *testing.T) {
	lacking := func(n int) (units []storage.UnitCounts) {
		for i := range n {
			units = append(units, storage.UnitCounts{Unit: fmt.Sprintf("Dinas %d", i+1), RoundCounts: storage.RoundCounts{Invited: 5, Sent: 1}})
		}
		return units
	}
	full := storage.UnitCounts{Unit: "Dinas Rajin", RoundCounts: storage.RoundCounts{Invited: 6, Sent: 6}}
	tests := map[string]struct {
		units []storage.UnitCounts
		want  []string // the lines; none: nothing is written
	}{
		"no unit is large enough": {},
		"each that lacks something, then how many lack nothing": {
			units: append(lacking(1), full, full),
			want:  []string{"Per unit kerja (paling sedikit 5 undangan):", "▰▰▱▱▱▱▱▱▱▱ Dinas 1 · 1 dari 5 terkirim", "▰▰▰▰▰▰▰▰▰▰ 2 unit kerja sudah mengirim semua"},
		},
		"nobody lacks anything": {
			units: []storage.UnitCounts{full},
			want:  []string{"Per unit kerja (paling sedikit 5 undangan):", "▰▰▰▰▰▰▰▰▰▰ 1 unit kerja sudah mengirim semua"},
		},
	}
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	written := func(units []storage.UnitCounts) string {
		return string(write(func(p *page) { writeUnits(p, texts.In("id"), units) }))
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Join(test.want, "\n"), strings.TrimSpace(written(test.units))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	many := written(append(lacking(400), full))
	if !strings.Contains(many, "dan 388 unit kerja lain\n▰") || len(many) > 2000 {
		t.Errorf("of 400 units it writes %d bytes:\n%s", len(many), many)
	}
}
