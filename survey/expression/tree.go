package expression

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// node is a place of the parsed tree.
type node interface {
	evaluate(Environment) Value
	children() []node
}

type (
	literal   struct{ Value }
	reference string
	self      struct{}
	negation  struct{ operand node }
	binary    struct {
		operator    string
		left, right node
	}
	call struct {
		name      string
		arguments []node
	}
)

func (n literal) evaluate(Environment) Value       { return n.Value }
func (n reference) evaluate(env Environment) Value { return text(env.Answer(string(n))) }
func (self) evaluate(env Environment) Value        { return text(env.Self) }
func (n negation) evaluate(env Environment) Value  { return number(-n.operand.evaluate(env).Number()) }

func (literal) children() []node    { return nil }
func (reference) children() []node  { return nil }
func (self) children() []node       { return nil }
func (n negation) children() []node { return []node{n.operand} }
func (n binary) children() []node   { return []node{n.left, n.right} }
func (n call) children() []node     { return n.arguments }

func (n binary) evaluate(env Environment) Value {
	left := n.left.evaluate(env)
	switch n.operator {
	case "or":
		return truth(left.Boolean() || n.right.evaluate(env).Boolean())
	case "and":
		return truth(left.Boolean() && n.right.evaluate(env).Boolean())
	}
	right := n.right.evaluate(env)
	switch n.operator {
	case "=":
		return truth(equals(left, right))
	case "!=":
		return truth(!equals(left, right))
	case "<":
		return truth(left.Number() < right.Number())
	case "<=":
		return truth(left.Number() <= right.Number())
	case ">":
		return truth(left.Number() > right.Number())
	case ">=":
		return truth(left.Number() >= right.Number())
	case "+":
		return number(left.Number() + right.Number())
	case "-":
		return number(left.Number() - right.Number())
	case "*":
		return number(left.Number() * right.Number())
	case "div":
		return number(left.Number() / right.Number())
	default: // "mod", which like XPath's takes the sign of the dividend
		return number(math.Mod(left.Number(), right.Number()))
	}
}

// arity tells which functions are served, and with how many arguments.
func arity(function string) (arguments int, served bool) {
	switch function {
	case "today":
		return 0, true
	case "not", "count-selected", "string-length":
		return 1, true
	case "selected", "coalesce":
		return 2, true
	case "if":
		return 3, true
	}
	return 0, false
}

func (n call) evaluate(env Environment) Value {
	argument := func(i int) Value { return n.arguments[i].evaluate(env) }
	switch n.name {
	case "today":
		return day(env.Today)
	case "not":
		return truth(!argument(0).Boolean())
	case "count-selected":
		return number(float64(len(strings.Fields(argument(0).String()))))
	case "string-length":
		return number(float64(utf8.RuneCountInString(argument(0).String())))
	case "selected":
		choice := strings.TrimSpace(argument(1).String())
		return truth(slices.Contains(strings.Fields(argument(0).String()), choice))
	case "coalesce":
		if first := argument(0); first.String() != "" {
			return first
		}
		return argument(1)
	default: // "if"
		if argument(0).Boolean() {
			return argument(1)
		}
		return argument(2)
	}
}

// walk visits n and everything below it, in order of appearance.
func walk(n node, visit func(node)) {
	if n == nil {
		return
	}
	visit(n)
	for _, child := range n.children() {
		walk(child, visit)
	}
}
