package bot

import (
	"slices"
	"testing"
)

func TestPastedNIPs(t *testing.T) {
	const first, second = "198001012005011001", "198001012005011002"
	tests := map[string]struct {
		words string
		nips  []string
		odd   []string
	}{
		"one":                        {words: first, nips: []string{first}},
		"one below the other":        {words: first + "\n" + second + "\r\n", nips: []string{first, second}},
		"with commas":                {words: first + ", " + second + ";" + first, nips: []string{first, second}},
		"with spaces":                {words: first + " " + second, nips: []string{first, second}},
		"in groups":                  {words: "19800101 200501 1 001\n19800101 200501 1 002", nips: []string{first, second}},
		"in groups, on one line":     {words: "19800101 200501 1 001 19800101 200501 1 002", nips: []string{first, second}},
		"with dots":                  {words: "19800101.200501.1.001", nips: []string{first}},
		"with an apostrophe":         {words: "'" + first, nips: []string{first}},
		"in a numbered list":         {words: "1. " + first + "\n2. " + second, nips: []string{first, second}},
		"in groups in a list":        {words: "1. 19800101 200501 1 001\n2 19800101 200501 1 002", nips: []string{first, second}},
		"a slip in a list":           {words: "1. " + first[1:], odd: []string{first[1:]}},
		"beside names":               {words: "Budi Contoh " + first + "\n" + second + " Siti Contoh, S.Kom", nips: []string{first, second}},
		"from a table":               {words: "1\t" + first + "\tBudi\n2\t" + second + "\tSiti", nips: []string{first, second}},
		"a digit too few":            {words: first[1:] + "\n" + second, nips: []string{second}, odd: []string{first[1:]}},
		"a digit too many":           {words: first + "9", odd: []string{first + "9"}},
		"as Excel rounds it":         {words: "1.98001012005011E+17", odd: []string{"1.98001012005011E+17"}},
		"a letter for a digit":       {words: "19800101200501100l", odd: []string{"19800101200501100l"}},
		"digits of another alphabet": {words: "١٩٨٠٠١٠١٢٠٠٥٠١١٠٠١"},
		"a name":                     {words: "Budi Contoh"},
		"the end of one":             {words: "011001"},
		"nothing":                    {words: " \n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, odd := pastedNIPs(test.words)
			var nips []string
			for _, nip := range found {
				nips = append(nips, nip.String())
			}
			if !slices.Equal(nips, test.nips) || !slices.Equal(odd, test.odd) {
				t.Errorf("found %v and %v, want %v and %v", nips, odd, test.nips, test.odd)
			}
		})
	}
}
