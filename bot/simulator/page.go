package simulator

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed page
var pageFiles embed.FS

// page is the web page on which one watches the people's chats, and acts for them.
// It is for the browser of whoever runs the simulator: requests that other sites
// make, and names other than this machine's own, are refused.
type page struct {
	sim     *Server
	paints  func() error // makes painter, once somebody looks: most simulators show nothing
	painter *painter
	visit   *visit
	handler http.Handler

	mu   sync.Mutex
	taps map[int64]*Query // the last one at the page, by person
}

func newPage(s *Server) *page {
	p := &page{sim: s, visit: newVisit(s.clock, s.config.Lull), taps: make(map[int64]*Query)}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /{$}", p.showPeople)
	routes.HandleFunc("POST /{$}", p.addPerson)
	routes.HandleFunc("GET /chat/{id}", p.showChat)
	routes.HandleFunc("GET /chat/{id}/file/{message}", p.serveFile)
	routes.HandleFunc("POST /chat/{id}/{act}", p.act)
	routes.Handle("GET /page/", http.FileServerFS(pageFiles))
	p.handler = http.NewCrossOriginProtection().Handler(routes)
	p.paints = sync.OnceValue(func() (err error) {
		p.painter, err = newPainter(s.config.Zone)
		return err
	})
	return p
}

// forPage tells whether a path is the page's, and not the Bot API's.
func forPage(path string) bool {
	return path == "/" || strings.HasPrefix(path, "/chat/") || strings.HasPrefix(path, "/page/")
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isOwn(r.Host) {
		http.Error(w, "the page is served on this machine only", http.StatusForbidden)
		return
	}
	if err := p.paints(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"+
		" connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	p.handler.ServeHTTP(w, r)
}

// isOwn tells whether a request was made to this machine by its own name: another
// name may be a stranger's that was led here.
func isOwn(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	ip := net.ParseIP(strings.Trim(name, "[]"))
	return name == "localhost" || ip.IsLoopback()
}

// personView is a person in the list of people.
type personView struct {
	ID   int64
	Name string
	Last string // the beginning of the last message
	Time string
}

func (p *page) showPeople(w http.ResponseWriter, _ *http.Request) {
	view := struct {
		Words  words
		People []personView
	}{Words: words{p.painter.texts.In("")}}
	for _, person := range p.sim.people() {
		shown := personView{ID: person.ID, Name: person.Name}
		if messages := person.Chat().Visible(); len(messages) > 0 {
			last := messages[len(messages)-1]
			at := last.At.In(p.painter.zone)
			shown.Last = cmp.Or(last.Text, fileName(last))
			shown.Time = view.Words.Day(at) + ", " + p.painter.timeOfDay(at, view.Words)
		}
		view.People = append(view.People, shown)
	}
	p.show(w, "people", view)
}

func fileName(m Message) string {
	if m.File == nil {
		return ""
	}
	return cmp.Or(m.File.Name, m.File.Kind)
}

// people are all people of the simulator, by id.
func (s *Server) people() []*Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*Person
	for id, ch := range s.chats {
		if ch.wire.Type == "private" {
			all = append(all, &Person{ID: id, Name: ch.wire.FirstName, Language: ch.language, sim: s, chat: ch})
		}
	}
	slices.SortFunc(all, func(a, b *Person) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// person gives the person of a request, or answers that there is none.
func (p *page) person(w http.ResponseWriter, r *http.Request) (*Person, bool) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err == nil {
		for _, person := range p.sim.people() {
			if person.ID == id {
				return person, true
			}
		}
	}
	http.Error(w, words{p.painter.texts.In("")}.The("no_person"), http.StatusNotFound)
	return nil, false
}

// wholeChat is what the page of a chat shows.
type wholeChat struct {
	chatView
	Person *Person
	Now    string
	Fresh  bool // the bot is to be started, anew if it was blocked
	Gone   bool // the account is no more
	Answer Answer
	Menu   []Command
}

func (p *page) showChat(w http.ResponseWriter, r *http.Request) {
	person, ok := p.person(w, r)
	if !ok {
		return
	}
	served := func(m Message) template.URL { return template.URL(fileAddress(person.ID, m.ID)) }
	view := wholeChat{chatView: p.painter.chat(person.Chat(), person.Language, served), Person: person, Menu: person.Menu()}
	now := person.Now().In(p.painter.zone)
	view.Now = view.Words.Day(now) + ", " + p.painter.timeOfDay(now, view.Words)
	for i := range view.Bubbles {
		view.Bubbles[i].Chat = person.ID
	}
	p.sim.mu.Lock()
	view.Fresh = person.chat.standing == fresh || person.chat.standing == blocked
	view.Gone = person.chat.standing == deactivated
	p.sim.mu.Unlock()
	p.mu.Lock()
	tapped := p.taps[person.ID]
	p.mu.Unlock()
	if tapped != nil {
		view.Answer, _ = tapped.Answer()
	}
	p.show(w, "chat", view)
}

func fileAddress(person int64, message int) string {
	return "/chat/" + strconv.FormatInt(person, 10) + "/file/" + strconv.Itoa(message)
}

// serveFile gives a file of a chat: to be shown, if it is a picture that was sent
// as one, else to be kept.
func (p *page) serveFile(w http.ResponseWriter, r *http.Request) {
	person, ok := p.person(w, r)
	if !ok {
		return
	}
	id, _ := strconv.Atoi(r.PathValue("message"))
	m := person.Chat().Message(id)
	if m.File == nil || m.Deleted {
		http.NotFound(w, r)
		return
	}
	kind := "application/octet-stream"
	if image := imageType(m.File.Data); m.File.Kind == "photo" && image != "" {
		kind = image
	} else {
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(m)}))
	}
	w.Header().Set("Content-Type", kind)
	w.Write(m.File.Data)
}

// show answers with a template, or with nothing of it.
func (p *page) show(w http.ResponseWriter, name string, view any) {
	var out bytes.Buffer
	if err := p.painter.templates.ExecuteTemplate(&out, name, view); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(out.Bytes())
}
