package bot

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// alike tells whether the name in the roster and the one that somebody gave
// themselves at Telegram may well be one person's. Titles and degrees, the order
// of words, initials, old spelling and transliteration make no difference, nor
// does what only one of them has; but a name that thousands have is not enough
// where the roster has more.
//
// It finds slips, not liars: anybody can call themselves anything.
func alike(listed, told string) bool {
	a, b := nameWords(listed), nameWords(told)
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	if strings.Join(a, "") == strings.Join(b, "") {
		return true
	}
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	telling := 0
	long = slices.Clone(long)
	for _, word := range short {
		at := slices.IndexFunc(long, func(other string) bool { return sameWord(word, other) })
		if at < 0 {
			return false
		}
		if len(word) > 1 && len(long[at]) > 1 && !commonNames[word] {
			telling++
		}
		long[at] = ""
	}
	return telling > 0
}

// sameWord tells whether two words, as nameWords has them, may be the same.
func sameWord(a, b string) bool {
	switch {
	case a == "" || b == "":
		return false
	case len(a) == 1 || len(b) == 1:
		return a[0] == b[0] // an initial
	case min(len(a), len(b)) < shortestMistyped:
		return a == b
	}
	return oneLetterApart(a, b)
}

// shortestMistyped is the length from which on one letter may differ: in shorter
// names it makes another name.
const shortestMistyped = 6

// oneLetterApart tells whether two words are the same but for one letter that
// differs, is missing or is too many.
func oneLetterApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i == len(a) || a[i+1:] == b[i+1:]
	}
	return len(b)-len(a) == 1 && a[i:] == b[i+1:]
}

// nameWords are the words of a name without titles and degrees, each as it is
// compared: in small Latin letters of one spelling.
func nameWords(name string) []string {
	name, _, _ = strings.Cut(name, ",") // degrees stand behind it
	var words []string
	for _, field := range strings.Fields(strings.ToLower(norm.NFKD.String(name))) {
		if titles[lettersOf(field)] && (len(words) == 0 || len(lettersOf(field)) > 1) {
			continue
		}
		for _, part := range strings.FieldsFunc(field, func(r rune) bool { return r == '.' || r == '-' || r == '_' || r == '/' }) {
			if word := spelled(lettersOf(part)); word != "" {
				words = append(words, word)
			}
		}
	}
	return words
}

// lettersOf is the Latin letters of a word.
func lettersOf(word string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) {
			return -1
		}
		return r
	}, word)
}

// spelled is a word in the one spelling in which words are compared.
func spelled(word string) string {
	if muhammads[word] {
		return "muhamad"
	}
	word = spelling.Replace(word)
	var once []byte // double letters are one
	for i := range len(word) {
		if i == 0 || word[i] != word[i-1] {
			once = append(once, word[i])
		}
	}
	if len(once) > 3 && once[len(once)-1] == 'h' {
		once = once[:len(once)-1]
	}
	return string(once)
}

// spelling brings the old spelling, and the ways in which Arabic and Sanskrit
// names are written, to one.
var spelling = strings.NewReplacer(
	"oe", "u", "tj", "c", "sj", "s", "kh", "h", "ch", "h", "sy", "s", "sh", "s", "th", "t", "dh", "d", "dz", "s", "gh", "g",
	"ie", "i", "ee", "i", "dj", "i", "j", "i", "y", "i", "f", "p", "v", "p", "q", "k", "x", "ks", "z", "s",
)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// Words that are not, or not much of, a name. commonNames are as nameWords has
// them.
var (
	titles = setOf(`h hj kh dr drg drh drs dra ir prof apt ns bd ust ustad bapak pak bpk ibu bu mas mbak kang teh
		a ama amd amk amkeb amdkeb amdkep se sh st sp spd spdi ssos sip sap sstp skm skep sked skom ssi ssn spt spsi spt sag
		shut sstat sst str stp skeb sfarm sik sikom sipem mm ma mh mt mp mpd msi map mkes mkom msc mba mph mpdi mag mak phd`)
	muhammads   = setOf("muhammad muhamad mohammad mohamad mochammad mochamad mohamed muhamed muh moh moch mohd muhd md")
	commonNames = setOf("muhamad siti sri nur ahmad abdul dewi ni i wayan made nyoman ketut putu")
)
