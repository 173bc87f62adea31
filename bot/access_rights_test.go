package bot_test

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/bot"
	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/roster"
)

// The roles that the test walks. hrOfUnit is HR for the unit 1 only.
const (
	nobody      = "nobody"
	participant = "participant"
	interviewer = "interviewer"
	hrOfUnit    = "hr of one unit"
	hr          = "hr"
	unitHead    = "unit head"
	adminRole   = "admin"
)

// Who may: everybody, whoever looks after people of some units, the whole
// office's HR, administrators, who reads summaries.
func everyRole() []string {
	return []string{nobody, participant, interviewer, hrOfUnit, hr, unitHead, adminRole}
}
func peoplesRoles() []string { return []string{hrOfUnit, hr, adminRole} }
func officeRoles() []string  { return []string{hr, adminRole} }
func adminRoles() []string   { return []string{adminRole} }
func readersRoles() []string { return []string{unitHead, adminRole} }

// commandRights says who may use which command.
func commandRights() map[string][]string {
	rights := map[string][]string{}
	for words, roles := range map[string][]string{
		"start help survei profil privasi bahasa batal":       everyRole(),
		"pelatihan pegawai status putaran tautan":             peoplesRoles(),
		"mulai ingatkan tutup impor ekspor instrumen rencana": officeRoles(),
		"wawancara":          officeRoles(),
		"ringkasan":          readersRoles(),
		"jadwal peran audit": adminRoles(),
	} {
		for _, name := range strings.Fields(words) {
			rights[name] = roles
		}
	}
	return rights
}

// talkRight says who may be in a dialogue, and what its buttons ask for.
type talkRight struct {
	roles []string
	verbs string
}

// talkRights says it for every dialogue.
func talkRights() map[string]talkRight {
	return map[string]talkRight{
		"link":       {everyRole(), "yes no agree"},
		"join":       {everyRole(), "yes no agree"},
		"roles":      {adminRoles(), "finish page find choose return give take unit save"},
		"opening":    {officeRoles(), "yes no return page training instrument now tomorrow workday other"},
		"closing":    {officeRoles(), "yes no page choose"},
		"reminding":  {officeRoles(), "yes no page choose"},
		"training":   {officeRoles(), "yes no return field skip sameday plan"},
		"adding":     {officeRoles(), "yes no page find tick next"},
		"removing":   {officeRoles(), "yes no return page choose"},
		"employees":  {peoplesRoles(), "yes finish page find choose return phone units link revoke swap wrong erase unit"},
		"trial":      {officeRoles(), "open pick tick date erase next back skip review list change send finish"},
		"handing":    {peoplesRoles(), "yes no return page training sheet poster renew"},
		"exporting":  {officeRoles(), "no return page choose excel csv long names"},
		"missing":    {officeRoles(), "page choose moved retired keep save"},
		"plans":      {officeRoles(), "yes no return finish choose field instrument anchor number daily workdays write hour remind tell silent copy add switch page kinds kind plan skip"},
		"cancelling": {officeRoles(), "yes no"},
		"schedules":  {adminRoles(), "yes no return finish choose day hour write"},
	}
}

// talkVerbs are those of all dialogues.
func talkVerbs() string {
	verbs := map[string]bool{}
	for _, right := range talkRights() {
		for _, verb := range strings.Fields(right.verbs) {
			verbs[verb] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(verbs)), " ")
}

// tapRight says who may use which buttons of a kind.
type tapRight struct {
	verbs string // the kind's, that roles may use
	roles []string
	works []string // buttons that are valid for whoever may
	// foreign are buttons about what is not the person's own, or not of their
	// units: they get the same answer as about what there is not.
	foreign map[string][]string // by role; "": whoever may
}

// tapRights says it for every kind. One whose buttons are not all for the same
// people has several.
func tapRights() map[string][]tapRight {
	siti := []string{"s:2:1:%s", "s:2:2:%s"} // Siti's form, at its revision and at another
	return map[string][]tapRight{
		"s": {{verbs: "open next pick tick date erase back skip review list change send later decline why reopen", roles: everyRole(), foreign: map[string][]string{"": siti}}},
		"p": {{verbs: "withdraw unlink agree", roles: everyRole()}},
		"b": {{verbs: "id en", roles: everyRole(), works: []string{"b:0:0:id"}}},
		"d": {{verbs: talkVerbs(), roles: everyRole(),
			foreign: map[string][]string{"": {"d:0:1:%s", "d:0:2:%s", "d:7001:1:%s"}}}},
		"a": {{verbs: "all who people trainings plans rounds imports schedules roles files", roles: adminRoles(), works: []string{"a:0:0:all", "a:0:0:who", "a:7002:0:people"}}},
		"k": {
			{verbs: "list each", roles: peoplesRoles(), works: []string{"k:0:0:list", "k:0:0:each:7", "k:1:1:all"},
				foreign: map[string][]string{hrOfUnit: {"k:3:3:%s"}}},
			{verbs: "yes no all", roles: peoplesRoles(), foreign: map[string][]string{hrOfUnit: {"k:3:3:%s"}}}, // on Rina
		},
		"t": {
			{verbs: "show people month links", roles: peoplesRoles(), works: []string{"t:0:0:month", "t:0:202606:month", "t:1:0:show", "t:1:0:people", "t:1:0:links"},
				foreign: map[string][]string{hrOfUnit: {"t:3:0:show", "t:3:0:people", "t:3:0:links"}}},
			{verbs: "new edit add remove begin plan cancel", roles: officeRoles(), works: []string{"t:0:0:new", "t:1:0:edit", "t:1:0:add", "t:1:0:remove", "t:1:0:begin", "t:1:0:plan", "t:1:0:cancel"}},
		},
		"e": {{verbs: "show", roles: peoplesRoles(), works: []string{"e:1:0:show", "e:2:1:show"}, foreign: map[string][]string{hrOfUnit: {"e:3:0:show"}}}},
		"i": {{verbs: "show list try file", roles: officeRoles(), works: []string{"i:0:0:list", "i:1:0:show", "i:1:1:file", "i:1:0:try"}}},
		"m": {{verbs: "yes no missing keep", roles: officeRoles(), works: []string{"m:2:0:missing", "m:2:0:keep", "m:2:0:no"},
			foreign: map[string][]string{"": {"m:1:0:%s"}}}}, // an administrator's file
		"w": {{verbs: "remind missing", roles: adminRoles(), works: []string{"w:1:1:remind", "w:1:1:missing"}}, {verbs: "show parts part units unit book data others week opened round", roles: readersRoles(),
			works:   []string{"w:2:0:show", "w:2:0:parts", "w:2:0:units", "w:2:0:unit:7", "w:2:0:others", "w:2:0:opened", "w:2:2:round", "w:2:0:week"},
			foreign: map[string][]string{unitHead: {"w:1:0:%s", "w:3:0:%s"}}}}, // of the office, and of another unit
		"r": {
			{verbs: "show list missing", roles: peoplesRoles(), works: []string{"r:1:0:show", "r:0:0:list", "r:1:0:missing"},
				foreign: map[string][]string{hrOfUnit: {"r:2:0:show", "r:2:0:missing"}}},
			{verbs: "remind close hold goon unplan export", roles: officeRoles(), works: []string{"r:1:0:export"}},
		},
	}
}

// officeOf is a house in which one person has the role, and the others have
// something to be kept from: a form of Siti's, an open round of each training
// (that of C is of people of another unit), an administrator's dialogue and
// preview of a file, somebody of another unit who waits for HR. The second preview
// is the person's own.
func officeOf(t *testing.T, role string) (*house, *simulator.Person) {
	h := newHouse(t)
	people, err := roster.Parse("pegawai.csv", []byte("nip,nama,unit,jabatan,golongan,telepon,atasan_nip\n198001012005011009,Rina Lain,Badan Lain,,,,\n"))
	must(t, err)
	training, err := roster.Parse("pelatihan.csv", []byte("kode,judul,jenis,penyelenggara,mulai,selesai,jp,rencana\nC,Pelatihan C,,,2026-06-25,2026-06-29,,\n"))
	must(t, err)
	places, err := roster.Parse("peserta.csv", []byte("kode,nip\nC,198001012005011009\n"))
	must(t, err)
	all, err := roster.Merge(people, training, places)
	must(t, err)
	_, err = h.Import(t.Context(), all, storage.Source{}, h.clock.Now())
	must(t, err)
	h.open("A")
	h.open("C")
	h.settle()
	h.tap(h.siti, "Mulai")
	if session := h.session(h.siti); session.ID != 2 || session.Revision != 1 {
		t.Fatalf("Siti's form is %d at %d, not as the foreign buttons say", session.ID, session.Revision)
	}
	h.write(h.admin(), "/peran")
	rina := h.sim.Person(7200, "Rina", "id")
	rina.Start("")
	h.settle()
	joined, err := h.JoinClass(t.Context(), storage.Joining{Account: rina.ID, Training: 3, Employee: 3, Via: storage.ViaNIP, Notice: "1"},
		storage.Source{}, h.clock.Now())
	must(t, err)
	if joined.Claim != 3 || joined.Confirmed {
		t.Fatalf("Rina's claim is %+v, not as the foreign buttons say", joined)
	}
	for i, units := range [][]int64{nil, {1}, {2}} {
		h.keepWeek(adminID, i+1, units...)
	}
	h.previewed(adminID)
	if role == participant {
		h.previewed(h.budi.ID)
		return h, h.budi
	}
	person := h.sim.Person(7100, "Seseorang", "id")
	grants := map[string]storage.Grant{
		interviewer: {Role: storage.RoleInterviewer}, hrOfUnit: {Role: storage.RoleHR, UnitID: 1}, hr: {Role: storage.RoleHR},
		unitHead: {Role: storage.RoleUnitHead, UnitID: 1}, adminRole: {Role: storage.RoleAdmin},
	}
	if grant, some := grants[role]; some {
		scope := storage.Scope{All: grant.UnitID == 0}
		if !scope.All {
			scope.Units = []int64{grant.UnitID}
		}
		h.give(person.ID, grant.Role, scope)
	}
	person.Start("")
	h.settle()
	h.previewed(person.ID)
	return h, person
}

// previewed lets an account have sent a roster that lists Rina alone, as it may
// have done before its role was taken.
func (h *house) previewed(account int64) {
	h.t.Helper()
	_, err := h.EnqueueJob(h.t.Context(), storage.Order{Kind: storage.JobImport, AccountID: account}, storage.Source{}, h.clock.Now())
	must(h.t, err)
	job, _, err := h.ClaimJob(h.t.Context(), h.process.Number(), time.Minute, h.clock.Now())
	must(h.t, err)
	came := map[string]any{"roster": storage.ImportPreview{Missing: []int64{1, 2}, Present: 3}}
	must(h.t, errors.Join(
		h.KeepFile(h.t.Context(), job, storage.File{Name: "pegawai.csv", Data: []byte("nip,nama,unit\n198001012005011009,Rina Lain,Badan Lain\n")}, h.clock.Now()),
		h.KeepResult(h.t.Context(), job, came),
		h.EndJob(h.t.Context(), job, nil, h.clock.Now())))
}

// Whoever may not, hears what everybody hears who writes or taps something that
// does not exist, and nothing changes. Every role is walked through every
// command, dialogue and kind of button.
func TestWhoMayDoWhat(t *testing.T) {
	for _, role := range everyRole() {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			h, person := officeOf(t, role)
			db, err := sql.Open("postgres", h.url)
			must(t, err)
			defer db.Close()
			w := &walk{house: h, person: person, role: role, db: db}
			w.commands()
			w.talks()
			w.taps()
		})
	}
}

// walk is one role's way through all there is.
type walk struct {
	*house
	person *simulator.Person
	role   string
	db     *sql.DB
	before map[string]string // what the tables hold; nil: to be read
}

func (w *walk) commands() {
	rights := commandRights()
	unknown := w.answerTo("/tidakada")
	for _, name := range bot.CommandNames() {
		roles, known := rights[name]
		if !known {
			w.t.Errorf("/%s is new: say in commandRights who may use it", name)
			continue
		}
		if slices.Contains(roles, w.role) {
			if got := w.answerTo("/" + name); got == unknown {
				w.t.Errorf("/%s is unknown to %s", name, w.role)
			}
			w.write(w.person, "/batal")
			w.before = nil
			continue
		}
		for _, arguments := range []string{"", " 1", " 2", " 99", " A", " A uji", " 198001012005011002", " siti"} {
			w.refused("/"+name+arguments, unknown, func() string { return w.answerTo("/" + name + arguments) })
		}
		for _, other := range []string{"/" + strings.ToUpper(name), "/" + name + "@pascalatih_bot 1"} {
			w.refused(other, unknown, func() string { return w.answerTo(other) })
		}
	}
}

// talks puts the person into each dialogue, as one is in it whose role was taken.
func (w *walk) talks() {
	rights := talkRights()
	gone := w.answerToTap("z:0:0:yes")
	stray := w.answerTo("siti")
	for _, name := range bot.TalkNames() {
		right, known := rights[name]
		if !known {
			w.t.Errorf("the dialogue %s is new: say in talkRights who may be in it", name)
			continue
		}
		if slices.Contains(right.roles, w.role) {
			continue
		}
		for _, verb := range strings.Fields(right.verbs) {
			row, err := w.Dialogue(w.t.Context(), w.person.ID)
			must(w.t, err)
			row.Kind, row.State = name, []byte(`{}`)
			_, err = w.SaveDialogue(w.t.Context(), w.person.ID, row, w.clock.Now())
			must(w.t, err)
			data := fmt.Sprintf("d:1:%d:%s", row.Revision+1, verb)
			w.refused(data+" in "+name, gone, func() string { return w.answerToTap(data) })
		}
		w.refused("a text in "+name, stray, func() string { return w.answerTo("siti") })
		w.write(w.person, "/batal")
	}
}

func (w *walk) taps() {
	rights := tapRights()
	gone := w.answerToTap("z:0:0:yes")
	for _, kind := range bot.TapKinds() {
		if len(rights[kind]) == 0 {
			w.t.Errorf("buttons of the kind %s are new: say in tapRights who may use them", kind)
		}
		for _, right := range rights[kind] {
			if slices.Contains(right.roles, w.role) {
				w.allowed(kind, right, gone)
				continue
			}
			for _, verb := range append(strings.Fields(right.verbs), "zzz") {
				for _, where := range []string{"0:0", "1:0", "1:1", "2:0", "99:0", "7002:1", "9223372036854775807:9223372036854775807"} {
					data := kind + ":" + where + ":" + verb
					w.refused(data, gone, func() string { return w.answerToTap(data) })
				}
			}
		}
	}
	for _, forged := range []string{"", "a", "a:0:0", "a:0:0:all:0", "A:0:0:ALL", "s:1", "r:-1:0:show", strings.Repeat("a", 64)} {
		w.refused(forged, gone, func() string { return w.answerToTap(forged) })
	}
}

// allowed wants the valid buttons to work, and those of others to be answered as
// those of nobody.
func (w *walk) allowed(kind string, right tapRight, gone string) {
	for _, data := range right.works {
		if got := w.answerToTap(data); got == gone {
			w.t.Errorf("the button %s does not work for %s", data, w.role)
		}
		w.before = nil
	}
	for _, foreign := range append(slices.Clone(right.foreign[""]), right.foreign[w.role]...) {
		verbs := strings.Fields(right.verbs)
		if !strings.Contains(foreign, "%s") {
			verbs = verbs[:1]
		}
		for _, verb := range verbs {
			data := strings.Replace(foreign, "%s", verb, 1)
			parts := strings.Split(data, ":")
			nothing := w.answerToTap(kind + ":99:" + parts[2] + ":" + parts[3])
			w.refused(data, nothing, func() string { return w.answerToTap(data) })
		}
	}
}

// refused wants something to be answered so, and to change nothing.
func (w *walk) refused(what, answer string, do func() string) {
	w.t.Helper()
	if w.before == nil {
		w.before = w.contents()
	}
	got := do()
	if got != answer {
		w.t.Errorf("%s gives %s\n%s\nand not\n%s", what, w.role, got, answer)
	}
	after := w.contents()
	for table, content := range after {
		if content != w.before[table] {
			w.t.Errorf("%s by %s changes the table %s", what, w.role, table)
		}
	}
	w.before = after
}

// answerTo is all that the bot says to what the person writes.
func (w *walk) answerTo(words string) string {
	w.t.Helper()
	written := w.write(w.person, words)
	return w.saidSince(written.ID)
}

// answerToTap is all that the bot says to a tap on a message of its own that
// cannot be edited any more.
func (w *walk) answerToTap(data string) string {
	w.t.Helper()
	last := 0
	for _, message := range w.person.Chat() {
		last = max(last, message.ID)
	}
	w.person.TapData(last+1000, data)
	w.settle()
	return w.saidSince(last)
}

func (w *walk) saidSince(message int) string {
	var said []string
	for _, m := range w.person.Chat().FromBot() {
		if m.ID > message {
			said = append(said, m.Text)
		}
	}
	return strings.Join(said, "\n---\n")
}

// contents digests what the tables hold, but for what each message leaves
// behind: that somebody wrote, where the chat's dialogue is, and which message is
// a form's card.
func (w *walk) contents() map[string]string {
	w.t.Helper()
	var digests string
	must(w.t, w.db.QueryRowContext(w.t.Context(), `
		SELECT string_agg(format(
			'SELECT %1$L, md5(coalesce(string_agg(content, ''|'' ORDER BY content), ''''))
			 FROM (SELECT (to_jsonb(r) - ''{card_message_id,stale_message_id,shown_revision}''::text[])::text AS content FROM %1$I r) all_of_it',
			table_name), ' UNION ALL ')
		FROM information_schema.tables
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> ALL ('{account,dialogue,update_failure}')`).Scan(&digests))
	rows, err := w.db.QueryContext(w.t.Context(), digests)
	must(w.t, err)
	defer rows.Close()
	contents := map[string]string{}
	for rows.Next() {
		var table, digest string
		must(w.t, rows.Scan(&table, &digest))
		contents[table] = digest
	}
	must(w.t, rows.Err())
	if len(contents) < 20 || contents["audit"] == "" {
		w.t.Fatalf("only the tables %v were read", contents)
	}
	return contents
}
