package bot_test

import (
	"slices"
	"strings"
	"testing"

	"pascalatih/bot"
	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

func TestLanguage(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		w.step(h, h.budi, "/bahasa")
		w.step(h, h.budi, "[English]")
		h.reads(h.budi, "in English from now on")
		w.step(h, h.budi, "/survei")
		h.reads(h.budi, "There is no form")
		if about := h.budi.Menu()[0].Description; about != "Open forms" {
			h.t.Errorf("the menu says %q", about)
		}
		h.open("A")
		h.settle()
		h.reads(h.budi, "Formulir uji (en)")

		w.step(h, h.budi, "/bahasa")
		w.step(h, h.budi, "[Bahasa Indonesia]")
		h.reads(h.budi, "dalam Bahasa Indonesia")
		w.step(h, h.budi, "/survei")
		h.reads(h.budi, "Formulir uji")
		if about := h.budi.Menu()[0].Description; about != "Formulir yang terbuka" {
			h.t.Errorf("the menu says %q", about)
		}
	})
}

func TestLanguageOfTheFirstWord(t *testing.T) {
	h, next := newHouse(t), int64(7100)
	for theirs, reads := range map[string]string{
		"id": "buka tautan pribadi", "en": "open your personal link", "en-GB": "open your personal link", "de": "buka tautan pribadi", "": "buka tautan pribadi",
	} {
		next++
		person := h.sim.Person(next, "Seseorang", theirs)
		person.Start("")
		h.settle()
		h.expect(person, reads)
	}
}

// Whatever is pressed on one message, what is said is how it then is.
func TestLanguagesPressedInHaste(t *testing.T) {
	tests := map[string]struct {
		pressed []string
		reads   string
		after   string
	}{
		"one, then the other":       {pressed: []string{"English", "Bahasa Indonesia"}, reads: "dalam Bahasa Indonesia", after: "tidak ada formulir"},
		"the other, then one":       {pressed: []string{"Bahasa Indonesia", "English"}, reads: "in English", after: "There is no form"},
		"the same one three times":  {pressed: []string{"English", "English", "English"}, reads: "in English", after: "There is no form"},
		"one, the other, and again": {pressed: []string{"English", "Bahasa Indonesia", "English"}, reads: "dalam Bahasa Indonesia", after: "tidak ada formulir"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.write(h.budi, "/bahasa")
			screen := h.budi.Chat()
			for _, label := range test.pressed {
				h.budi.Tap(screen.Button(label))
			}
			h.settle()
			h.reads(h.budi, test.reads)
			h.write(h.budi, "/survei")
			h.reads(h.budi, test.after)
		})
	}
}

func TestALanguageThatIsNotSpoken(t *testing.T) {
	h := newHouse(t)
	asked := h.write(h.budi, "/bahasa")
	h.budi.TapData(asked.ID+1, "b:0:0:fr")
	h.settle()
	h.reads(h.budi, "sudah tidak berlaku")
}

// commandsOf are the commands that a role finds in its menu.
func commandsOf(role string) []string {
	rights := commandRights()
	return slices.DeleteFunc(bot.CommandNames(), func(name string) bool {
		return name == "start" || !slices.Contains(rights[name], role)
	})
}

func names(menu []simulator.Command) []string {
	var all []string
	for _, c := range menu {
		all = append(all, c.Command)
	}
	return all
}

func TestHelp(t *testing.T) {
	tests := map[string]struct {
		who      int64
		reads    string
		commands []string
	}{
		"to a stranger":       {who: 7003, reads: "buka tautan pribadi", commands: commandsOf(nobody)},
		"to somebody linked":  {who: 7001, reads: "Formulir datang di sini", commands: commandsOf(participant)},
		"to HR of one unit":   {who: 7002, reads: "Peran Bapak/Ibu: kepegawaian Dinas Contoh.", commands: commandsOf(hrOfUnit)},
		"to an administrator": {who: adminID, reads: "Peran Bapak/Ibu: admin.", commands: commandsOf(adminRole)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.give(h.siti.ID, storage.RoleHR, storage.Scope{Units: []int64{1}})
			must(t, h.bot.Menus(t.Context()))
			person := h.sim.Person(test.who, "Seseorang", "id")
			person.Start("")
			h.settle()
			h.write(person, "/help")
			h.expect(person, test.reads)
			var listed []string
			for line := range strings.Lines(person.Chat().Last().Text) {
				if command, found := strings.CutPrefix(line, "/"); found {
					name, _, _ := strings.Cut(command, " ")
					listed = append(listed, name)
				}
			}
			if !slices.Equal(listed, test.commands) {
				t.Errorf("/help lists %v, want %v", listed, test.commands)
			}
			if got := names(person.Menu()); !slices.Equal(got, test.commands) {
				t.Errorf("the menu lists %v, want %v", got, test.commands)
			}
		})
	}
}

func TestMenusBeforeTheFirstWord(t *testing.T) {
	h := newHouse(t)
	must(t, h.bot.Menus(t.Context()))
	must(t, h.bot.Menus(t.Context())) // each process does it at its start
	for language, about := range map[string]string{"id": "Bantuan", "en": "Help", "de": "Bantuan"} {
		menu := h.sim.Person(7100, "Seseorang", language).Menu()
		if got := names(menu); !slices.Equal(got, commandsOf(nobody)) || menu[len(menu)-1].Description != about {
			t.Errorf("in %q the menu is %v", language, menu)
		}
	}
}
