package expression

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar, from what binds least to what binds most.
type (
	disjunction struct {
		Terms []*conjunction `parser:"@@ ( 'or' @@ )*"`
	}
	conjunction struct {
		Terms []*equality `parser:"@@ ( 'and' @@ )*"`
	}
	equality struct {
		First *relation       `parser:"@@"`
		Rest  []*equalityTail `parser:"@@*"`
	}
	equalityTail struct {
		Operator string    `parser:"@( '=' | '!=' )"`
		Term     *relation `parser:"@@"`
	}
	relation struct {
		First *sum            `parser:"@@"`
		Rest  []*relationTail `parser:"@@*"`
	}
	relationTail struct {
		Operator string `parser:"@( '<=' | '<' | '>=' | '>' )"`
		Term     *sum   `parser:"@@"`
	}
	sum struct {
		First *product   `parser:"@@"`
		Rest  []*sumTail `parser:"@@*"`
	}
	sumTail struct {
		Operator string   `parser:"@( '+' | '-' )"`
		Term     *product `parser:"@@"`
	}
	product struct {
		First *factor        `parser:"@@"`
		Rest  []*productTail `parser:"@@*"`
	}
	productTail struct {
		Operator string  `parser:"@( '*' | 'div' | 'mod' )"`
		Term     *factor `parser:"@@"`
	}
	factor struct {
		Minus []string `parser:"@'-'*"`
		Term  *operand `parser:"@@"`
	}
	operand struct {
		Number    *string      `parser:"  @Number"`
		Text      *string      `parser:"| @Text"`
		Reference *string      `parser:"| @Reference"`
		Self      bool         `parser:"| @'.'"`
		Call      *application `parser:"| @@"`
		Group     *disjunction `parser:"| '(' @@ ')'"`
	}
	application struct {
		Pos       lexer.Position
		Name      string         `parser:"@Name '('"`
		Arguments []*disjunction `parser:"( @@ ( ',' @@ )* )? ')'"`
	}
)

var grammar = participle.MustBuild[disjunction](
	participle.Lexer(lexer.MustSimple([]lexer.SimpleRule{
		{Name: "Space", Pattern: `\s+`},
		{Name: "Reference", Pattern: `\$\{\s*[A-Za-z_][A-Za-z0-9_.-]*(/[A-Za-z_][A-Za-z0-9_.-]*)*\s*\}`},
		{Name: "Number", Pattern: `\d+(\.\d*)?|\.\d+`},
		{Name: "Text", Pattern: `'[^']*'|"[^"]*"`},
		{Name: "Name", Pattern: `[A-Za-z_][A-Za-z0-9_.-]*`},
		{Name: "Sign", Pattern: `!=|<=|>=|[=<>+*(),.-]`},
	})),
	participle.Elide("Space"),
)

func parse(source string) (node, error) {
	if !utf8.ValidString(source) {
		return nil, fault(source, 0, "bukan teks yang sah", "not valid text")
	}
	if utf8.RuneCountInString(source) > MaxLength {
		return nil, fault(source, 0,
			fmt.Sprintf("ekspresi lebih panjang dari %d karakter", MaxLength),
			fmt.Sprintf("the expression is longer than %d characters", MaxLength))
	}
	if err := checkDepth(source); err != nil {
		return nil, err
	}
	tree, err := grammar.ParseString("", source)
	if err != nil {
		return nil, syntaxError(source, err)
	}
	b := builder{source: source}
	root := b.disjunction(tree)
	if b.err != nil {
		return nil, b.err
	}
	return root, nil
}

// checkDepth refuses what would make the parser recurse without bound: nothing
// but parentheses nests in this grammar.
func checkDepth(source string) error {
	depth := 0
	var quote rune // that is open, 0 outside a text
	for offset, character := range source {
		switch {
		case quote != 0:
			if character == quote {
				quote = 0
			}
		case character == '\'' || character == '"':
			quote = character
		case character == '(':
			depth++
		case character == ')':
			depth--
		}
		if depth > MaxDepth {
			return fault(source, offset,
				fmt.Sprintf("lebih dari %d tanda kurung di dalam satu sama lain", MaxDepth),
				fmt.Sprintf("more than %d parentheses within one another", MaxDepth))
		}
	}
	return nil
}

func syntaxError(source string, err error) error {
	offset := len(source)
	var located participle.Error
	if errors.As(err, &located) {
		offset = located.Position().Offset
	}
	if offset >= len(source) {
		return fault(source, len(source), "ekspresi belum selesai", "the expression ends too early")
	}
	rest := []rune(source[offset:])
	shown := string(rest[:min(len(rest), 12)])
	return fault(source, offset,
		fmt.Sprintf("tidak dimengerti mulai dari %q", shown),
		fmt.Sprintf("not understood from %q on", shown))
}

func fault(source string, offset int, id, en string) error {
	return &Error{
		Position: utf8.RuneCountInString(source[:offset]) + 1,
		Reason:   map[string]string{"id": id, "en": en},
	}
}

// builder turns the grammar's layers into the tree that is evaluated. It keeps
// the first thing that is wrong.
type builder struct {
	source string
	err    error
}

func (b *builder) disjunction(d *disjunction) node {
	n := b.conjunction(d.Terms[0])
	for _, term := range d.Terms[1:] {
		n = binary{"or", n, b.conjunction(term)}
	}
	return n
}

func (b *builder) conjunction(c *conjunction) node {
	n := b.equality(c.Terms[0])
	for _, term := range c.Terms[1:] {
		n = binary{"and", n, b.equality(term)}
	}
	return n
}

func (b *builder) equality(e *equality) node {
	n := b.relation(e.First)
	for _, tail := range e.Rest {
		n = binary{tail.Operator, n, b.relation(tail.Term)}
	}
	return n
}

func (b *builder) relation(r *relation) node {
	n := b.sum(r.First)
	for _, tail := range r.Rest {
		n = binary{tail.Operator, n, b.sum(tail.Term)}
	}
	return n
}

func (b *builder) sum(s *sum) node {
	n := b.product(s.First)
	for _, tail := range s.Rest {
		n = binary{tail.Operator, n, b.product(tail.Term)}
	}
	return n
}

func (b *builder) product(p *product) node {
	n := b.factor(p.First)
	for _, tail := range p.Rest {
		n = binary{tail.Operator, n, b.factor(tail.Term)}
	}
	return n
}

func (b *builder) factor(f *factor) node {
	n := b.operand(f.Term)
	if len(f.Minus)%2 == 1 {
		return negation{n}
	}
	if len(f.Minus) > 0 {
		return negation{negation{n}} // still a number, as any minus makes it
	}
	return n
}

func (b *builder) operand(o *operand) node {
	switch {
	case o.Number != nil:
		return literal{number(text(*o.Number).Number())}
	case o.Text != nil:
		return literal{text((*o.Text)[1 : len(*o.Text)-1])}
	case o.Reference != nil:
		return reference(strings.TrimSpace(strings.Trim(*o.Reference, "${}")))
	case o.Self:
		return self{}
	case o.Call != nil:
		return b.application(o.Call)
	}
	return b.disjunction(o.Group)
}

func (b *builder) application(a *application) node {
	want, served := arity(a.Name)
	switch {
	case !served:
		b.fail(a, fmt.Sprintf("fungsi %s() tidak dilayani", a.Name),
			fmt.Sprintf("the function %s() is not served", a.Name))
	case len(a.Arguments) != want:
		b.fail(a, "fungsi "+a.Name+"() memerlukan "+strconv.Itoa(want)+" argumen",
			"the function "+a.Name+"() takes "+strconv.Itoa(want)+" arguments")
	}
	arguments := make([]node, len(a.Arguments))
	for i, argument := range a.Arguments {
		arguments[i] = b.disjunction(argument)
	}
	return call{a.Name, arguments}
}

func (b *builder) fail(a *application, id, en string) {
	if b.err == nil {
		b.err = fault(b.source, a.Pos.Offset, id, en)
	}
}
