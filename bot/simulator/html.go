package simulator

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	"pascalatih/bot/simulator/spec"
)

// entity is a part of a text that is shown in a special way. Offset and length
// are in UTF-16 units.
type entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
}

// entityTypes names the entity that each tag makes.
var entityTypes = map[string]string{
	"b": "bold", "strong": "bold",
	"i": "italic", "em": "italic",
	"u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
	"code": "code", "pre": "pre", "a": "text_link",
	"tg-spoiler": "spoiler", "blockquote": "blockquote",
}

var (
	// tagForm is a tag with the attributes that Telegram knows.
	tagForm  = regexp.MustCompile(`^<(/?)([a-z-]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>`)
	hrefForm = regexp.MustCompile(`\shref="([^"]*)"`)
	// charForm is one of the entities that Telegram knows.
	charForm = regexp.MustCompile(`^&(?:lt|gt|amp|quot|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});`)
)

// parseHTML parses a text as Telegram does for parse_mode HTML and gives what is
// shown. It is stricter in one thing: a bare & or > is refused, as Telegram's
// documentation asks for it to be escaped, so that a forgotten escape is found
// before a person's name or answer contains a tag.
func parseHTML(source string) (shown string, entities []entity, err error) {
	var text strings.Builder
	type open struct {
		tag    string
		entity int
	}
	var stack []open
	for rest := source; rest != ""; {
		switch rest[0] {
		case '<':
			tag := tagForm.FindStringSubmatch(rest)
			if tag == nil {
				return "", nil, fmt.Errorf("unsupported start tag at byte offset %d", len(source)-len(rest))
			}
			rest = rest[len(tag[0]):]
			name := tag[2]
			if entityTypes[name] == "" {
				return "", nil, fmt.Errorf("unsupported start tag %q", name)
			}
			if tag[1] == "" {
				e := entity{Type: entityTypes[name], Offset: spec.Length(text.String())}
				if href := hrefForm.FindStringSubmatch(tag[3]); href != nil {
					e.URL = html.UnescapeString(href[1])
				}
				stack = append(stack, open{name, len(entities)})
				entities = append(entities, e)
				continue
			}
			if len(stack) == 0 || stack[len(stack)-1].tag != name {
				return "", nil, fmt.Errorf("unexpected end tag %q", name)
			}
			e := &entities[stack[len(stack)-1].entity]
			e.Length = spec.Length(text.String()) - e.Offset
			stack = stack[:len(stack)-1]
		case '&':
			char := charForm.FindString(rest)
			if char == "" {
				return "", nil, fmt.Errorf("bare & at byte offset %d", len(source)-len(rest))
			}
			text.WriteString(html.UnescapeString(char))
			rest = rest[len(char):]
		case '>':
			return "", nil, fmt.Errorf("bare > at byte offset %d", len(source)-len(rest))
		default:
			plain := rest
			if i := strings.IndexAny(rest, "<&>"); i >= 0 {
				plain = rest[:i]
			}
			text.WriteString(plain)
			rest = rest[len(plain):]
		}
	}
	if len(stack) > 0 {
		return "", nil, fmt.Errorf("can't find end tag corresponding to start tag %q", stack[len(stack)-1].tag)
	}
	return text.String(), entities, nil
}
