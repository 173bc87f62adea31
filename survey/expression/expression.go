// Package expression reads and evaluates the expressions of XLSForm (relevant,
// constraint): a subset of XPath 1.0 with its conversions between numbers,
// texts and truth.
//
// What is served: ${name}, ${several/names} (what such a path means is the
// caller's to say), the dot (the answer being checked), numbers, quoted texts,
// parentheses, or, and, = != < <= > >=, + - * div mod, the unary minus,
// and the functions not, selected, count-selected, if, coalesce, string-length
// and today. Anything else is an error when the expression is read, never when
// a person answers.
//
// A question without an answer is the empty text: it is NaN as a number, so
// that no comparison of size holds for it.
package expression

import (
	"fmt"
	"slices"
	"time"
)

// Limits of one expression. They keep a hostile form from exhausting the
// process; real expressions stay far below.
const (
	MaxLength = 4000 // characters of source
	MaxDepth  = 32   // parentheses within one another
)

// Expression is a parsed expression. The zero Expression stands for an empty
// cell: it has no source and IsZero reports it.
//
// As JSON an Expression is its source text; reading it back parses it again.
type Expression struct {
	source string
	root   node
}

// Environment is what an expression is evaluated against.
type Environment struct {
	// Answer gives the stored answer of a question by its name or path, "" where
	// there is none. Several choices are separated by spaces, dates are 2006-01-02.
	Answer func(name string) string
	// Self is the value of the dot: the answer being checked.
	Self string
	// Today is the present day; only its calendar date in its own zone counts.
	Today time.Time
}

// Comparison says that an expression compares the answer to a question with a
// fixed value, as in ${name} = 'value' or selected(${name}, 'value').
type Comparison struct {
	Name  string // "." for the answer being checked
	Value string
}

// Error says what is wrong with the source of an expression, and where.
type Error struct {
	Position int               // the character of the source, counted from 1
	Reason   map[string]string // by language, "id" and "en"
}

func (e *Error) Error() string {
	return fmt.Sprintf("character %d: %s", e.Position, e.Reason["en"])
}

// Parse reads an expression. What is wrong with it is told by *Error: a syntax
// error, a function that is not served or has the wrong number of arguments,
// or a source longer or deeper than the limits.
func Parse(source string) (Expression, error) {
	root, err := parse(source)
	if err != nil {
		return Expression{}, err
	}
	return Expression{source: source, root: root}, nil
}

// IsZero reports whether there is no expression at all.
func (e Expression) IsZero() bool { return e.root == nil }

// String is the source as it was written.
func (e Expression) String() string { return e.source }

// Evaluate computes the value. The zero Expression has the empty text as its
// value.
func (e Expression) Evaluate(env Environment) Value {
	if e.root == nil {
		return text("")
	}
	return e.root.evaluate(env)
}

// Holds reports whether the value is true in the sense of XPath's boolean().
func (e Expression) Holds(env Environment) bool { return e.Evaluate(env).Boolean() }

// References are the names or paths of the questions the expression asks for,
// each once, in order of appearance.
func (e Expression) References() []string {
	var names []string
	walk(e.root, func(n node) {
		if r, ok := n.(reference); ok && !slices.Contains(names, string(r)) {
			names = append(names, string(r))
		}
	})
	return names
}

// UsesSelf reports whether the dot occurs.
func (e Expression) UsesSelf() bool {
	found := false
	walk(e.root, func(n node) {
		if _, ok := n.(self); ok {
			found = true
		}
	})
	return found
}

// Comparisons are the fixed values that answers are compared with, in order of
// appearance. A form can be checked with them for choices that do not exist.
func (e Expression) Comparisons() []Comparison {
	var found []Comparison
	walk(e.root, func(n node) {
		left, right, ok := comparedPair(n)
		if !ok {
			return
		}
		if c, ok := comparison(left, right); ok {
			found = append(found, c)
		} else if c, ok := comparison(right, left); ok {
			found = append(found, c)
		}
	})
	return found
}

// MarshalText gives the source.
func (e Expression) MarshalText() ([]byte, error) { return []byte(e.source), nil }

// UnmarshalText parses; the empty text gives the zero Expression.
func (e *Expression) UnmarshalText(source []byte) error {
	if len(source) == 0 {
		*e = Expression{}
		return nil
	}
	parsed, err := Parse(string(source))
	if err != nil {
		return fmt.Errorf("expression %q: %w", source, err)
	}
	*e = parsed
	return nil
}

func comparedPair(n node) (left, right node, ok bool) {
	switch n := n.(type) {
	case binary:
		return n.left, n.right, n.operator == "=" || n.operator == "!="
	case call:
		if n.name == "selected" {
			return n.arguments[0], n.arguments[1], true
		}
	}
	return nil, nil, false
}

func comparison(asked, fixed node) (Comparison, bool) {
	value, ok := fixed.(literal)
	if !ok {
		return Comparison{}, false
	}
	switch asked := asked.(type) {
	case reference:
		return Comparison{Name: string(asked), Value: value.String()}, true
	case self:
		return Comparison{Name: ".", Value: value.String()}, true
	}
	return Comparison{}, false
}
