package bot

import "testing"

func TestMask(t *testing.T) {
	for name, want := range map[string]string{
		"Budi Contoh":                   "B••• C•••",
		"Budi Contoh, S.Kom., M.Si.":    "B••• C•••",
		"dr. Siti  Aminah binti Contoh": "d••• S••• A••• b••• C•••",
		"Budi":                          "B•••",
		"Émile":                         "É•••",
		"A B":                           "A••• B•••", // nor does it tell how long a word is
		"<b> & co":                      "<••• &••• c•••",
		"":                              "",
	} {
		if got := mask(name); got != want {
			t.Errorf("mask(%q) = %q, want %q", name, got, want)
		}
	}
}
