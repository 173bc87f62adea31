// Package text says things to people in their language: the sentences of the
// catalogues, and numbers and dates as they are written there.
//
// A catalogue is a set of TOML files beside this one, named part.language.toml
// (bot.id.toml, bot.en.toml); [table] and key make the message's key, as in
// "button.next". A message is a text, or where its words depend on a number a
// table with the forms one and other (English) or other (Indonesian). Texts hold
// {{.Field}} for what is put in. The names id, description, hash, one, other and
// their like belong to the library and cannot be keys.
//
// What is put in is not escaped here: the bot escapes for HTML, in one place,
// before it hands values in.
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// The languages. What people did not choose is Indonesian.
const (
	Indonesian = "id"
	English    = "en"
)

//go:embed *.toml
var files embed.FS

// Catalogue holds every message in every language. It is safe for concurrent
// use.
type Catalogue struct {
	bundle   *i18n.Bundle
	parser   template.Parser
	messages map[string]map[string]*i18n.Message // by language and key
}

// Load reads the catalogues that are built in; it fails as LoadFrom does.
func Load() (*Catalogue, error) { return LoadFrom(files) }

// LoadFrom reads the catalogues at the root of from. It fails where a file cannot
// be read, is in a language that is not spoken here, or says a key that another
// file says too.
func LoadFrom(from fs.FS) (*Catalogue, error) {
	c := &Catalogue{
		bundle:   i18n.NewBundle(language.Indonesian),
		parser:   &template.TextParser{Option: "missingkey=error"},
		messages: map[string]map[string]*i18n.Message{Indonesian: {}, English: {}},
	}
	c.bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	entries, err := fs.ReadDir(from, ".")
	if err != nil {
		return nil, fmt.Errorf("listing the catalogues: %w", err)
	}
	for _, entry := range entries {
		if err := c.load(from, entry.Name()); err != nil {
			return nil, fmt.Errorf("reading the catalogue %s: %w", entry.Name(), err)
		}
	}
	return c, nil
}

func (c *Catalogue) load(from fs.FS, name string) error {
	file, err := c.bundle.LoadMessageFileFS(from, name)
	if err != nil {
		return err
	}
	known := c.messages[file.Tag.String()]
	if known == nil {
		return fmt.Errorf("the language %q is not spoken here", file.Tag)
	}
	for _, message := range file.Messages {
		if known[message.ID] != nil {
			return fmt.Errorf("%q is already said in another file", message.ID)
		}
		known[message.ID] = message
	}
	return nil
}

// Languages are those the catalogue speaks, the default first.
func (c *Catalogue) Languages() []string { return []string{Indonesian, English} }

// Keys are the keys of all messages, of whichever language, sorted.
func (c *Catalogue) Keys() []string {
	keys := map[string]bool{}
	for _, messages := range c.messages {
		for key := range messages {
			keys[key] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// In is the catalogue in a language, given as "en" or "en-GB"; in Indonesian
// for one that is not spoken here.
func (c *Catalogue) In(lang string) Phrases {
	base, sure := language.Make(lang).Base()
	spoken := base.String()
	if c.messages[spoken] == nil || sure < language.High {
		spoken = Indonesian
	}
	return Phrases{
		language:  spoken,
		parser:    c.parser,
		localizer: i18n.NewLocalizer(c.bundle, spoken),
	}
}

// Phrases says things in one language. It is safe for concurrent use.
type Phrases struct {
	language  string
	parser    template.Parser
	localizer *i18n.Localizer
}

// Language is the one that is spoken: "id" or "en".
func (p Phrases) Language() string { return p.language }

// Say is the message of that key with data's values put in, unescaped. An int
// named Count chooses between the message's forms and is written as Count
// writes it; all other values stand as fmt prints them.
//
// A key that is in no catalogue, or a field that data does not hold, is a slip
// in the program, which this package's tests look for in the source. The key in
// brackets is said then.
func (p Phrases) Say(key string, data map[string]any) string {
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: data, TemplateParser: p.parser}
	if count, ok := data["Count"].(int); ok {
		written := maps.Clone(data)
		written["Count"] = p.Count(count)
		config.TemplateData, config.PluralCount = written, count
	}
	said, err := p.localizer.Localize(config)
	if err != nil {
		return "[" + key + "]"
	}
	return said
}
