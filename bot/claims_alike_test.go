package bot

import "testing"

func TestAlike(t *testing.T) {
	tests := map[string]struct {
		listed, told string
		want         bool
	}{
		"the same":                           {"Budi Contoh", "Budi Contoh", true},
		"in other letters":                   {"BUDI CONTOH", "budi contoh", true},
		"degrees behind a comma":             {"Budi Contoh, S.Kom., M.Si.", "Budi Contoh", true},
		"degrees without a comma":            {"Budi Contoh S.Kom M.Si", "Budi Contoh", true},
		"titles in front":                    {"Drs. H. Budi Contoh", "Budi Contoh", true},
		"a title at Telegram":                {"Siti Contohwati", "Bu Siti Contohwati", true},
		"other order":                        {"Budi Contoh", "Contoh Budi", true},
		"a word less":                        {"Budi Misal Contoh", "Budi Contoh", true},
		"a word more":                        {"Budi Contoh", "Budi Misal Contoh", true},
		"an initial":                         {"Budi Contoh", "Budi C.", true},
		"an initial that is glued on":        {"Agus Contoh", "A.Contoh", true},
		"another initial":                    {"Budi Contoh", "Budi D", false},
		"only initials":                      {"Budi Contoh", "B C", false},
		"one word of one":                    {"Suharto", "Soeharto", true},
		"one word of two":                    {"Budi Contoh", "Budi", true},
		"one word of two, that many have":    {"Siti Contoh", "Siti", false},
		"one word that many have, of one":    {"Siti", "siti", true},
		"together":                           {"Nur Aini", "Nuraini", true},
		"an apostrophe":                      {"Nur'aini", "Nuraini", true},
		"old spelling":                       {"Djoko Soesilo", "Joko Susilo", true},
		"Yusuf":                              {"Jusuf Contoh", "Yusup Contoh", true},
		"Muhammad":                           {"Muhammad Rizki", "M. Rizky", true},
		"Moh.":                               {"Mochamad Fauzi", "Moh Pauzi", true},
		"M. of another name":                 {"Maria Contoh", "M. Contoh", true},
		"Muhammad is not enough":             {"Muhammad Rizki", "Muhammad Fauzan", false},
		"Achmad and Ahmad":                   {"Achmad Khairul", "Ahmad Chairul", true},
		"Aisyah":                             {"Aisyah Contoh", "Aisya Contoh", true},
		"an accent":                          {"Jose Contoh", "José Contoh", true},
		"a letter mistyped":                  {"Kurniawan", "Kurniawam", true},
		"a letter that makes another name":   {"Rina Contoh", "Rini Contoh", false},
		"decorated":                          {"Budi Contoh", "✨Budi Contoh✨", true},
		"another person":                     {"Budi Contoh", "Rudi Misal", false},
		"of the same family":                 {"Budi Contoh", "Rudi Contoh", false},
		"a nickname of the house":            {"Budi Contoh", "Mama Rafi", false},
		"nothing":                            {"Budi Contoh", "", false},
		"only signs":                         {"Budi Contoh", "🌸🌸", false},
		"letters of another alphabet":        {"Budi Contoh", "Буди", false},
		"the same word twice is no two ones": {"Budi Contoh", "Budi Budi", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := alike(test.listed, test.told); got != test.want {
				t.Errorf("alike(%q, %q) = %v; words %q and %q", test.listed, test.told, got, nameWords(test.listed), nameWords(test.told))
			}
			if got := alike(test.told, test.listed); got != test.want {
				t.Errorf("the other way round it is %v", got)
			}
		})
	}
}
