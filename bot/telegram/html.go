package telegram

import "strings"

// HTML is text in Telegram's HTML mode: tags are markup, and what people wrote
// gets into it only through Escape.
type HTML string

// Escape makes s safe to stand in HTML, in text and in attributes alike: it is
// shown exactly as written. This is the one place of escaping.
func Escape(s string) HTML {
	return HTML(escaper.Replace(s))
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
