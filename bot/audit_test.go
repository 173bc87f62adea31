package bot_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pascalatih/bot"
	"pascalatih/storage"
)

func TestAuditInChat(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	for _, step := range []string{"/peran", "budi", "[1. Budi Contoh]", "[☐ Kepegawaian per unit]", "[☐ Dinas Contoh]", "[Simpan]"} {
		h.act(admin, step)
	}
	h.pass(time.Hour)
	round := h.open("A")
	_, err := h.CloseRound(t.Context(), round.ID, storage.Source{}, round.ClosesAt)
	must(t, err)
	h.settle()
	h.act(h.budi, "/bahasa")
	h.act(h.budi, "[English]")

	h.write(admin, "/audit")
	h.reads(admin, "Catatan perubahan · halaman 1 dari 2",
		"pukul 16.30 WIB · Budi Contoh\nMemilih bahasa Inggris",
		"sistem\nMenutup putaran 1 · Pelatihan A; terkirim 0",
		"operator\nMembuka putaran 1 · Pelatihan A; diundang 2 orang, 2 dapat dihubungi",
		"29 Juni 2026 pukul 15.30 WIB · Akun 9000\nMemberi Budi Contoh peran kepegawaian Dinas Contoh",
		"operator\nMenghubungkan akun dengan pegawai Siti Contoh")
	if whole := admin.Chat().Last().Text; strings.Index(whole, "Memilih") > strings.Index(whole, "Menutup") {
		t.Errorf("the newest is not first:\n%s", whole)
	}
	messages := len(admin.Chat())
	h.tap(admin, "›")
	h.reads(admin, "halaman 2 dari 2", "Menerbitkan instrumen uji versi 1", "Memberi Akun 9000 peran admin")
	h.tap(admin, "‹")
	h.tap(admin, "Peran")
	h.reads(admin, "Memberi Budi Contoh", "Memberi Akun 9000 peran admin")
	h.tap(admin, "Putaran")
	h.reads(admin, "sistem\nMenutup", "operator\nMembuka")
	if said := admin.Chat().Last().Text; strings.Contains(said, "Memberi") || admin.Chat().Button("☑ Putaran").Text == "" {
		t.Errorf("rounds only:\n%s", said)
	}
	h.tap(admin, "Pilih orang")
	h.reads(admin, "Catatan siapa")
	h.tap(admin, "Budi Contoh")
	h.reads(admin, "Catatan perubahan · Budi Contoh", "Budi Contoh\nMemilih bahasa Inggris")
	h.tap(admin, "Berkas")
	h.reads(admin, "Catatan perubahan · Budi Contoh", "Belum ada catatan")
	h.tap(admin, "Semua orang")
	h.reads(admin, "Belum ada catatan")
	h.tap(admin, "Pilih orang")
	h.tap(admin, "Operator dan sistem")
	h.tap(admin, "Impor")
	h.reads(admin, "Catatan perubahan · Operator dan sistem", "operator\nMengimpor data: pegawai 2 baru dan 0 berubah, pelatihan 2 baru, peserta 4 baru")
	if more := len(admin.Chat()) - messages; more != 0 {
		t.Errorf("paging brought %d messages", more)
	}
	must(t, h.SetLanguage(t.Context(), adminID, "en", storage.Source{}, h.clock.Now()))
	h.write(admin, "/audit")
	h.reads(admin, "Record of changes · page 1 of 2", "operator\nChose English", "Gave Budi Contoh the role HR for Dinas Contoh")
}

// What comes while somebody turns the pages does not move them.
func TestAuditTurnsItsPages(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	change := func(n int) {
		for range n {
			must(t, h.SetLanguage(t.Context(), h.budi.ID, "en", storage.Source{}, h.clock.Now()))
		}
	}
	change(10)
	h.write(admin, "/audit")
	h.tap(admin, "›")
	second := admin.Chat().Last().Text
	change(5)
	h.tap(admin, "‹")
	h.tap(admin, "›")
	if got := admin.Chat().Last().Text; got != second {
		t.Errorf("the second page became\n%s\nit was\n%s", got, second)
	}
	h.tap(admin, "☑ Semua") // the first page as it is now
	h.reads(admin, "halaman 1 dari 3")
	for _, data := range []string{"a:0:1:all:9999", "a:9223372036854775807:0:rounds", "a:9223372036854775806:9223372036854775807:roles:3", "a:0:0:who:9999"} {
		admin.TapData(admin.Chat().Last().ID, data)
		h.settle()
		if said := admin.Chat().Last().Text; !strings.Contains(said, "Catatan") {
			t.Errorf("%s gives\n%s", data, said)
		}
	}
	admin.TapData(admin.Chat().Last().ID, "a:0:0:nothing")
	h.settle()
	h.reads(admin, "sudah tidak berlaku")
}

// An action of a newer program, or of an older one, is told as well as can be.
func TestAuditOfAnotherProgram(t *testing.T) {
	h := newHouse(t)
	query[int](h, `WITH more AS (INSERT INTO audit (at, action, details) VALUES ($1, 'moon painted', '{"round": "?", "units": [[1], {}, 1.5], "account": {}}') RETURNING 1)
		SELECT count(*) FROM more`, h.clock.Now())
	admin := h.admin()
	h.write(admin, "/audit")
	h.reads(admin, "operator\nTindakan lain: moon painted")
}

// Every action that storage notes has its kind and its sentence, which says
// nothing that is not noted.
func TestEveryActionHasItsSentence(t *testing.T) {
	texts, err := catalogue()
	must(t, err)
	keys, kinds := texts.Keys(), bot.AuditActions()
	written := notedActions(t)
	for _, action := range written {
		if kinds[action.name] != 1 {
			t.Errorf("%s notes %q, which is in %d kinds of auditKinds (bot/audit.go), want 1", action.at, action.name, kinds[action.name])
		}
		key := "audit." + strings.ReplaceAll(action.name, " ", "_")
		if !slices.Contains(keys, key) {
			t.Errorf("%s notes %q, which has no text %s (survey/text/audit.*.toml)", action.at, action.name, key)
			continue
		}
		if action.details == nil {
			continue
		}
		for _, language := range texts.Languages() {
			if said := texts.In(language).Say(key, action.details); strings.HasPrefix(said, "[") {
				t.Errorf("%s in %s says what %s does not note", key, language, action.at)
			}
		}
	}
	for action := range kinds {
		if !slices.ContainsFunc(written, func(a notedAction) bool { return a.name == action }) {
			t.Errorf("nothing notes %q any more: take it from auditKinds and the texts", action)
		}
	}
	for _, kind := range jobKinds(t) {
		if !slices.Contains(keys, "audit.job_"+kind) {
			t.Errorf("jobs of the kind %s have no text audit.job_%s", kind, kind)
		}
	}
}

// notedAction is a call that writes audit.
type notedAction struct {
	at, name string
	details  map[string]any // something for each key that is written out; nil: the map is made elsewhere
}

func notedActions(t *testing.T) []notedAction {
	t.Helper()
	var all []notedAction
	inspectStorage(t, func(at string, node ast.Node) {
		if method, isMethod := node.(*ast.FuncDecl); isMethod && method.Name.Name == "action" {
			all = append(all, actionsOf(at, method)...)
		}
		call, isCall := node.(*ast.CallExpr)
		if !isCall || len(call.Args) != 6 {
			return
		}
		if name, named := call.Fun.(*ast.Ident); !named || name.Name != "writeAudit" {
			return
		}
		action, written := literal(call.Args[3])
		if asked, isAsked := call.Args[3].(*ast.CallExpr); isAsked && asked.Fun.(*ast.SelectorExpr).Sel.Name == "action" {
			return // its methods say it
		}
		if !written {
			t.Errorf("%s: the action of an audit row must be written out, so that this test finds its sentence", at)
			return
		}
		noted := notedAction{at: at, name: action}
		if details, written := call.Args[4].(*ast.CompositeLit); written {
			noted.details = map[string]any{}
			for _, element := range details.Elts {
				key, _ := literal(element.(*ast.KeyValueExpr).Key)
				noted.details[key] = map[string]any{"New": 0, "Changed": 0, "Unchanged": 0}
			}
		}
		all = append(all, noted)
	})
	if len(all) < 10 {
		t.Fatalf("only %d calls were found", len(all))
	}
	return all
}

// actionsOf are the actions that a method named action gives.
func actionsOf(at string, method *ast.FuncDecl) []notedAction {
	var all []notedAction
	ast.Inspect(method.Body, func(node ast.Node) bool {
		if given, isReturn := node.(*ast.ReturnStmt); isReturn {
			if action, written := literal(given.Results[0]); written {
				all = append(all, notedAction{at: at, name: action})
			}
		}
		return true
	})
	return all
}

// jobKinds are the values of the constants of storage.JobKind.
func jobKinds(t *testing.T) []string {
	t.Helper()
	var kinds []string
	inspectStorage(t, func(_ string, node ast.Node) {
		value, isValue := node.(*ast.ValueSpec)
		if !isValue || len(value.Values) != 1 {
			return
		}
		if name, named := value.Type.(*ast.Ident); named && name.Name == "JobKind" {
			kind, _ := literal(value.Values[0])
			kinds = append(kinds, kind)
		}
	})
	if len(kinds) == 0 {
		t.Fatal("no kind of job was found")
	}
	return kinds
}

// inspectStorage shows visit every node of storage's source, tests left out.
func inspectStorage(t *testing.T, visit func(at string, node ast.Node)) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "storage", "*.go"))
	must(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		must(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			if node != nil {
				visit(fmt.Sprint(files.Position(node.Pos())), node)
			}
			return true
		})
	}
}

func literal(node ast.Expr) (string, bool) {
	basic, isBasic := node.(*ast.BasicLit)
	if !isBasic || basic.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(basic.Value)
	return value, err == nil
}
