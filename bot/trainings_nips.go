package bot

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"pascalatih/survey/roster"
)

// nipLength is how many digits an NIP has.
const nipLength = 18

// likelyNIP is from how many digits on what was written is an NIP that may have a
// slip in it, and not part of one that is looked for.
const likelyNIP = 12

// listNumber is the number before an entry of a list.
var listNumber = regexp.MustCompile(`^[0-9]{1,4}[.)]$`)

// pastedNIPs are the NIPs in what somebody pasted into the chat, each once, and
// what looks like an NIP and is none. NIPs may stand in groups of digits
// (19800101 200501 1 001), behind a number in a list or beside a name, one behind
// the other or each on a line.
func pastedNIPs(words string) (nips []roster.NIP, odd []string) {
	var groups []string
	for piece := range strings.FieldsFuncSeq(words, func(r rune) bool { return strings.ContainsRune("\n\r\t,;|", r) }) {
		for written := strings.Fields(piece); len(written) > 0; {
			n := nipGroup(written)
			groups = append(groups, strings.Join(written[:n], " "))
			written = written[n:]
		}
	}
	for _, group := range groups {
		nip, err := roster.ParseNIP(onlyDigits(group))
		switch {
		case isNamed(group) && len(onlyDigits(group)) >= likelyNIP, err != nil && len(onlyDigits(group)) >= likelyNIP:
			odd = append(odd, group)
		case err == nil && !slices.Contains(nips, nip):
			nips = append(nips, nip)
		}
	}
	return nips, odd
}

// nipGroup is how many of the words, one at least, belong together: those that
// make an NIP, or those up to a name or the next NIP.
func nipGroup(words []string) int {
	if isNamed(words[0]) || listNumber.MatchString(words[0]) {
		return 1
	}
	digits := 0
	for i, word := range words {
		digits += len(onlyDigits(word))
		switch {
		case isNamed(word):
			return i
		case digits == nipLength:
			return i + 1
		case digits > nipLength && len(onlyDigits(words[0])) < len("1980"): // a number in a list, perhaps
			return 1
		case digits > nipLength:
			return max(1, i)
		}
	}
	return len(words)
}

// isNamed tells whether a word has letters in it.
func isNamed(word string) bool { return strings.ContainsFunc(word, unicode.IsLetter) }

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// nipEnd is the end of an NIP, which tells people of one name apart.
func nipEnd(nip string) string {
	const shown = 6
	return "…" + nip[max(0, len(nip)-shown):]
}
