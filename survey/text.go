package survey

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// FallbackLanguage is the language of the house: what is not there in the
// language asked for is shown in this one.
const FallbackLanguage = "id"

// Text is a text in several languages, by language tag ("id", "en").
type Text map[string]string

// In is the text in a language. Where it is missing, it is the Indonesian one,
// else that of the first language in alphabetical order; "" if there is none.
func (t Text) In(language string) string {
	for _, tag := range []string{language, FallbackLanguage} {
		if s := t[tag]; s != "" {
			return s
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		if t[tag] != "" {
			return t[tag]
		}
	}
	return ""
}

// IsEmpty reports whether there is no text in any language.
func (t Text) IsEmpty() bool {
	for _, s := range t {
		if s != "" {
			return false
		}
	}
	return true
}

// sentence is a built-in text with the same arguments in both languages.
func sentence(id, en string, arguments ...any) Text {
	return Text{"id": fmt.Sprintf(id, arguments...), "en": fmt.Sprintf(en, arguments...)}
}

// Clean removes NUL and invalid UTF-8, which Postgres refuses; everything else
// stays as it was written.
func Clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}
