// Package spec knows Telegram's Bot API as data and checks requests against it:
// which methods there are, which parameters each takes, of which types, and how
// long they may be.
package spec

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

//go:embed telegram-bot-api.json
var document []byte

// API is the Bot API. It does not change and may be used side by side.
type API struct {
	methods map[string]definition
	types   map[string]definition
}

// Kind is what is wrong with a request.
type Kind string

// Kinds of problems.
const (
	UnknownMethod    Kind = "unknown method"
	UnknownParameter Kind = "unknown parameter"
	MissingParameter Kind = "missing parameter"
	WrongType        Kind = "wrong type"
	WrongLength      Kind = "wrong length"
)

// Problem is one thing that is wrong with a request.
type Problem struct {
	Kind   Kind
	Path   string // the parameter, and where in it
	Reason string
}

// Request is a call as it came.
type Request struct {
	Method string
	Text   map[string]string // parameters; objects and arrays are JSON
	Files  []string          // names of parameters that came as files
}

// Load gives the API. It is parsed once.
func Load() (*API, error) { return load() }

// Has tells whether there is such a method.
func (a *API) Has(method string) bool {
	_, ok := a.methods[method]
	return ok
}

// Field tells whether the type has such a field.
func (a *API) Field(typeName, name string) bool {
	d := a.types[typeName]
	return d.field(name) != nil
}

// TextLimit gives the limits of a text that count after its entities were parsed,
// in UTF-16 units: of a method's parameter, or of a type's field. Check leaves those
// to the caller.
func (a *API) TextLimit(within, name string) (least, most int, ok bool) {
	d, isMethod := a.methods[within]
	if !isMethod {
		d = a.types[within]
	}
	f := d.field(name)
	if f == nil || !f.limit.afterEntities {
		return 0, 0, false
	}
	return f.limit.least, f.limit.most, true
}

// definition is a method or a type.
type definition struct {
	Fields   []field  `json:"fields"`
	Subtypes []string `json:"subtypes"`
}

type field struct {
	Name        string   `json:"name"`
	Types       []string `json:"types"`
	Required    bool     `json:"required"`
	Description string   `json:"description"`

	limit limit
}

func (d definition) field(name string) *field {
	i := slices.IndexFunc(d.Fields, func(f field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &d.Fields[i]
}

// olderNames are parameters that the server still takes beside the present ones.
var olderNames = []struct {
	beside string
	field  field
}{
	{"reply_parameters", field{Name: "reply_to_message_id", Types: []string{"Integer"}}},
	{"reply_parameters", field{Name: "allow_sending_without_reply", Types: []string{"Boolean"}}},
	{"link_preview_options", field{Name: "disable_web_page_preview", Types: []string{"Boolean"}}},
	{"thumbnail", field{Name: "thumb", Types: []string{"InputFile", "String"}}},
}

var load = sync.OnceValues(func() (*API, error) {
	var read struct {
		Methods map[string]definition `json:"methods"`
		Types   map[string]definition `json:"types"`
	}
	if err := json.Unmarshal(document, &read); err != nil {
		return nil, fmt.Errorf("reading the Bot API's description: %w", err)
	}
	for name, method := range read.Methods {
		for _, older := range olderNames {
			if method.field(older.beside) != nil {
				method.Fields = append(method.Fields, older.field)
			}
		}
		read.Methods[name] = method
	}
	for _, definitions := range []map[string]definition{read.Methods, read.Types} {
		for _, d := range definitions {
			for i := range d.Fields {
				d.Fields[i].limit = limitOf(d.Fields[i])
			}
		}
	}
	return &API{methods: read.Methods, types: read.Types}, nil
})
