package text_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"text/template/parse"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// shouted are several exclamation marks in a row.
var shouted = regexp.MustCompile(`!\s*!`)

func TestBothLanguagesSayTheSame(t *testing.T) {
	messages := readMessages(t)
	for _, key := range load(t).Keys() {
		id, en := messages["id"][key], messages["en"][key]
		if id == nil || en == nil {
			t.Errorf("%s is not said in both languages", key)
			continue
		}
		if diff := cmp.Diff(fields(t, id), fields(t, en)); diff != "" {
			t.Errorf("%s is given different fields in Indonesian (-) and English (+):\n%s", key, diff)
		}
	}
}

func TestEveryMessageIsWhole(t *testing.T) {
	for lang, messages := range readMessages(t) {
		for key, message := range messages {
			if message.Other == "" {
				t.Errorf("%s in %s has no text, or no form other", key, lang)
			}
			for form, said := range forms(message) {
				if strings.TrimSpace(said) == "" || said != strings.TrimSpace(said) {
					t.Errorf("%s in %s is empty or has spaces around it: %q", key, lang, said)
				}
				if shouted.MatchString(said) {
					t.Errorf("%s in %s shouts: %q", key, lang, said)
				}
				if form != "other" && (lang != "en" || form != "one") {
					t.Errorf("%s has the form %s, which %s does not have", key, form, lang)
				}
			}
			if message.One != "" && !slices.Contains(fields(t, message), "Count") {
				t.Errorf("%s in %s has the form one, but no {{.Count}} to choose it", key, lang)
			}
		}
	}
}

func TestButtonsAreShort(t *testing.T) {
	for lang, messages := range readMessages(t) {
		for key, message := range messages {
			onButton := strings.HasPrefix(key, "button.") || strings.HasPrefix(key, "reason.")
			if onButton && len(strings.Fields(message.Other)) > 3 {
				t.Errorf("%s in %s has more than three words: %q", key, lang, message.Other)
			}
		}
	}
}

// readMessages reads the catalogues' files as they stand, by language and key.
func readMessages(t *testing.T) map[string]map[string]*i18n.Message {
	t.Helper()
	names, err := filepath.Glob("*.toml")
	if err != nil {
		t.Fatal(err)
	}
	messages := map[string]map[string]*i18n.Message{"id": {}, "en": {}}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := i18n.ParseMessageFileBytes(data, name, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, message := range file.Messages {
			messages[file.Tag.String()][message.ID] = message
		}
	}
	return messages
}

// forms are a message's texts by plural form, those that are given.
func forms(message *i18n.Message) map[string]string {
	all := map[string]string{"zero": message.Zero, "one": message.One, "two": message.Two,
		"few": message.Few, "many": message.Many, "other": message.Other}
	for form, said := range all {
		if said == "" {
			delete(all, form)
		}
	}
	return all
}

// fields are the names of what is put into a message, in any of its forms.
func fields(t *testing.T, message *i18n.Message) []string {
	t.Helper()
	var found []string
	for _, said := range forms(message) {
		parsed, err := template.New(message.ID).Parse(said)
		if err != nil {
			t.Fatal(err)
		}
		found = appendFields(found, parsed.Root)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func appendFields(found []string, node parse.Node) []string {
	switch node := node.(type) {
	case *parse.ListNode:
		if node != nil {
			for _, child := range node.Nodes {
				found = appendFields(found, child)
			}
		}
	case *parse.ActionNode:
		return appendFields(found, node.Pipe)
	case *parse.IfNode:
		return appendFields(appendFields(appendFields(found, node.Pipe), node.List), node.ElseList)
	case *parse.PipeNode:
		for _, command := range node.Cmds {
			for _, argument := range command.Args {
				found = appendFields(found, argument)
			}
		}
	case *parse.FieldNode:
		return append(found, node.Ident[0])
	}
	return found
}
