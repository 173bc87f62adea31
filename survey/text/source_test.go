package text_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Say cannot fail, so its calls are checked here: a key that is written out in
// the program is in the catalogues, and data that is written out beside it holds
// what the message puts in.
func TestTheProgramSaysWhatTheCataloguesHold(t *testing.T) {
	messages := readMessages(t)["id"]
	for _, call := range sayCalls(t, filepath.Join("..", "..")) {
		message := messages[call.key]
		if message == nil {
			t.Errorf("%s says %q, which is in no catalogue", call.at, call.key)
			continue
		}
		if !call.written {
			continue
		}
		for _, field := range fields(t, message) {
			if !slices.Contains(call.fields, field) {
				t.Errorf("%s says %q without its %s", call.at, call.key, field)
			}
		}
	}
}

type sayCall struct {
	at      token.Position
	key     string
	written bool     // the data is nil or a map that is written out
	fields  []string // its keys
}

// sayCalls are the calls of Say below root, tests left out, whose key is written
// out.
func sayCalls(t *testing.T, root string) []sayCall {
	t.Helper()
	var calls []sayCall
	files := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != root {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if call, ok := asSayCall(node); ok {
				call.at = files.Position(node.Pos())
				calls = append(calls, call)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

func asSayCall(node ast.Node) (sayCall, bool) {
	call, ok := node.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return sayCall{}, false
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || method.Sel.Name != "Say" {
		return sayCall{}, false
	}
	key, ok := literal(call.Args[0])
	if !ok {
		return sayCall{}, false
	}
	said := sayCall{key: key}
	switch data := call.Args[1].(type) {
	case *ast.Ident:
		said.written = data.Name == "nil"
	case *ast.CompositeLit:
		said.written = true
		for _, element := range data.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				field, isLiteral := literal(pair.Key)
				said.written = said.written && isLiteral
				said.fields = append(said.fields, field)
			}
		}
	}
	return said, true
}

func literal(node ast.Expr) (string, bool) {
	basic, ok := node.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(basic.Value)
	return value, err == nil
}
