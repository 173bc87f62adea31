package main

import (
	"strings"
	"testing"
)

// When units work goes in by the shell as by the chat, and out by empty cells.
func TestImportOfWorkTimes(t *testing.T) {
	s := newShell(t)
	s.importAll()
	units := func(zone, days string) string {
		return s.file("unit.csv", "nama,zona,hari_kerja\nDinas Contoh,"+zone+","+days+"\n")
	}
	hours := func(opens, closes string) string {
		return s.file("jam.csv", "dari,sampai,buka,tutup\n2027-02-08,2027-03-09,"+opens+","+closes+"\n")
	}
	for _, step := range []struct{ name, opens, closes, zone, days, want string }{
		{name: "new", opens: "08:00", closes: "15:00", zone: "WIT", days: "Senin-Sabtu", want: "units,0,1,0\nemployees,0,0,0\ntrainings,0,0,0\nparticipants,0,0,0\nhours,1,0,0\n"},
		{name: "again", opens: "08:00", closes: "15:00", zone: "WIT", days: "Senin-Sabtu", want: "units,0,0,1\nemployees,0,0,0\ntrainings,0,0,0\nparticipants,0,0,0\nhours,0,0,1\n"},
		{name: "taken away", want: "units,0,1,0\nemployees,0,0,0\ntrainings,0,0,0\nparticipants,0,0,0\nhours,0,1,0\n"},
	} {
		if got := s.must("import", units(step.zone, step.days), hours(step.opens, step.closes)); got != "kind,new,changed,unchanged\n"+step.want {
			t.Errorf("%s:\n%s", step.name, got)
		}
	}
	_, talk, code := s.run("import", units("Jakarta", ""), hours("15:00", "08:00"))
	for _, expected := range []string{
		`unit.csv, sheet unit, row 2, column zona, "Jakarta": This zone is unknown.`,
		`jam.csv, sheet jam_kerja, row 2, column tutup, "08:00": The office must close after it opens.`,
		"2 cells are wrong; nothing was imported",
	} {
		if code != exitFailed || !strings.Contains(talk, expected) {
			t.Errorf("exit %d, says %q, want %q", code, talk, expected)
		}
	}
}
