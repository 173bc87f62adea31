package spec

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Check gives everything that is wrong with the request by itself, whatever the
// state of any chat; nothing if it is sound. An optional object or list that is
// JSON's null counts as not given, as it does for Telegram.
func (a *API) Check(r Request) []Problem {
	method, ok := a.methods[r.Method]
	if !ok {
		return []Problem{{UnknownMethod, r.Method, "the Bot API has no such method"}}
	}
	var problems []Problem
	for name := range r.Text {
		if method.field(name) == nil {
			problems = append(problems, Problem{UnknownParameter, name, "the method takes no such parameter"})
		}
	}
	attached := r.attached()
	for _, name := range r.Files {
		if attached[name] {
			continue
		}
		if f := method.field(name); f == nil {
			problems = append(problems, Problem{UnknownParameter, name, "the method takes no such file"})
		} else if !slices.Contains(f.Types, "InputFile") {
			problems = append(problems, Problem{WrongType, name, "came as a file"})
		}
	}
	for _, f := range method.Fields {
		problems = append(problems, a.checkParameter(f, r)...)
	}
	return problems
}

// attached are the files that the request's parameters name by attach://, within
// JSON or as they are.
func (r Request) attached() map[string]bool {
	names := make(map[string]bool)
	for _, text := range r.Text {
		for _, found := range attachForm.FindAllStringSubmatch(text, -1) {
			names[found[1]] = true
		}
	}
	return names
}

// attachForm is the name of a file that comes with the request.
var attachForm = regexp.MustCompile(`(?:^|")attach://([^"\\]+)(?:$|")`)

func (a *API) checkParameter(f field, r Request) []Problem {
	if slices.Contains(r.Files, f.Name) {
		return nil
	}
	text, given := r.Text[f.Name]
	if !given || text == "null" && !slices.Contains(f.Types, "String") {
		if f.Required {
			return []Problem{{MissingParameter, f.Name, "is required"}}
		}
		return nil
	}
	if !utf8.ValidString(text) {
		return []Problem{{WrongType, f.Name, "is not UTF-8"}}
	}
	return a.fewest(f.Types, func(name string) []Problem { return a.checkText(name, f, text) })
}

// checkText checks a parameter as it came, as text, against one type.
func (a *API) checkText(typeName string, f field, text string) []Problem {
	switch typeName {
	case "String":
		return f.limit.checkText(f.Name, text)
	case "Boolean":
		if !slices.Contains([]string{"true", "True", "false", "False"}, text) {
			return wrongType(f.Name, typeName)
		}
		return nil
	case "InputFile":
		return []Problem{{WrongType, f.Name, "is no file"}}
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil || decoder.More() {
		return wrongType(f.Name, typeName)
	}
	return a.checkValue(typeName, f.limit, f.Name, value)
}

// checkValue checks decoded JSON against one type.
func (a *API) checkValue(typeName string, l limit, path string, value any) []Problem {
	if element, ok := strings.CutPrefix(typeName, "Array of "); ok {
		items, ok := value.([]any)
		if !ok {
			return wrongType(path, typeName)
		}
		problems := l.checkItems(path, len(items))
		for i, item := range items {
			problems = append(problems, a.checkValue(element, limit{}, fmt.Sprintf("%s[%d]", path, i), item)...)
		}
		return problems
	}
	switch value := value.(type) {
	case string:
		if typeName == "String" || typeName == "InputFile" {
			return l.checkText(path, value)
		}
	case bool:
		if typeName == "Boolean" {
			return nil
		}
	case json.Number:
		n, err := strconv.ParseInt(value.String(), 10, 64)
		if typeName == "Float" {
			return nil
		}
		if typeName == "Integer" && err == nil {
			return l.checkValue(path, n)
		}
	case map[string]any:
		if d, ok := a.types[typeName]; ok {
			return a.checkObject(d, path, value)
		}
	}
	return wrongType(path, typeName)
}

func (a *API) checkObject(d definition, path string, object map[string]any) []Problem {
	if len(d.Subtypes) > 0 {
		return a.fewest(d.Subtypes, func(name string) []Problem {
			return a.checkObject(a.types[name], path, object)
		})
	}
	var problems []Problem
	for name := range object {
		if d.field(name) == nil {
			problems = append(problems, Problem{UnknownParameter, path + "." + name, "there is no such field"})
		}
	}
	for _, f := range d.Fields {
		inner := path + "." + f.Name
		value, given := object[f.Name]
		switch {
		case given && value != nil:
			problems = append(problems, a.fewest(f.Types, func(name string) []Problem {
				return a.checkValue(name, f.limit, inner, value)
			})...)
		case f.Required:
			problems = append(problems, Problem{MissingParameter, inner, "is required"})
		}
	}
	return problems
}

// fewest checks alternatives and gives what is wrong with the one that fits best.
func (a *API) fewest(alternatives []string, check func(name string) []Problem) []Problem {
	var best []Problem
	for i, name := range alternatives {
		problems := check(name)
		if i == 0 || len(problems) < len(best) {
			best = problems
		}
	}
	return best
}

func wrongType(path, typeName string) []Problem {
	return []Problem{{WrongType, path, "is not of type " + typeName}}
}
