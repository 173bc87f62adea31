package simulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"pascalatih/bot/simulator/spec"
)

// What people's clients take: longer texts they cut into several messages.
const (
	longestText = 4096
	longestName = 64
	largestFile = 50 << 20
)

// phoneForm is a phone number as an account has it.
var phoneForm = regexp.MustCompile(`^\+?[0-9]{7,15}$`)

// acts are what one does at the page, by the last part of the form's address. What
// cannot be done gives the key of the sentence that says so.
var acts = map[string]func(p *page, person *Person, r *http.Request) error{
	"start":   (*page).start,
	"write":   (*page).write,
	"tap":     (*page).tap,
	"press":   (*page).press,
	"contact": (*page).contact,
	"file":    (*page).file,
}

// refusal is the key of a sentence for the visitor.
type refusal string

func (r refusal) Error() string { return "the page refuses: " + string(r) }

// act lets the visitor act as a person. The clock stands meanwhile, and goes on at
// the visitor's pace from then on.
func (p *page) act(w http.ResponseWriter, r *http.Request) {
	person, ok := p.person(w, r)
	if !ok {
		return
	}
	do := acts[r.PathValue("act")]
	if do == nil {
		http.NotFound(w, r)
		return
	}
	// The form is read before the clock is held: a slow visitor holds nobody.
	r.Body = http.MaxBytesReader(w, r.Body, largestFile+1<<20)
	err := r.ParseMultipartForm(largestFile)
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		p.refuse(w, person, refusal("unreadable"))
		return
	}
	if r.MultipartForm != nil {
		defer r.MultipartForm.RemoveAll()
	}
	work := p.sim.clock.Work()
	defer work.Done()
	if err := do(p, person, r); err != nil {
		p.refuse(w, person, err)
		return
	}
	p.visit.acts()
	http.Redirect(w, r, fmt.Sprintf("/chat/%d#end", person.ID), http.StatusSeeOther)
}

func (p *page) refuse(w http.ResponseWriter, person *Person, err error) {
	var sentence refusal
	if !errors.As(err, &sentence) {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusBadRequest)
	io.WriteString(w, words{p.painter.texts.In(person.Language)}.The(string(sentence)))
}

// start opens the bot by a link, of which the payload alone will do.
func (p *page) start(person *Person, r *http.Request) error {
	payload := strings.TrimSpace(r.FormValue("payload"))
	if _, after, found := strings.Cut(payload, "?start="); found {
		payload = after
	}
	if payload != "" && !payloadForm.MatchString(payload) {
		return refusal("no_payload")
	}
	p.forget(person)
	person.Start(payload)
	return nil
}

// payloadForm is what Telegram takes as the payload of a deep link.
var payloadForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (p *page) write(person *Person, r *http.Request) error {
	text := strings.TrimSpace(strings.ReplaceAll(r.FormValue("text"), "\r\n", "\n"))
	if text == "" || spec.Length(text) > longestText || !utf8.ValidString(text) {
		return refusal("no_text")
	}
	if !person.started() {
		return refusal("not_started")
	}
	p.forget(person)
	person.Write(text)
	return nil
}

// tap presses a button, also one that has gone meanwhile.
func (p *page) tap(person *Person, r *http.Request) error {
	message, err := strconv.Atoi(r.FormValue("message"))
	data := r.FormValue("data")
	if err != nil || data == "" || !person.started() {
		return refusal("no_button")
	}
	query := person.TapData(message, data)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taps[person.ID] = query
	return nil
}

// forget takes the bot's answer to an earlier tap off the page.
func (p *page) forget(person *Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.taps, person.ID)
}

func (p *page) contact(person *Person, r *http.Request) error {
	phone := strings.NewReplacer(" ", "", "-", "").Replace(r.FormValue("phone"))
	if !phoneForm.MatchString(phone) {
		return refusal("no_phone")
	}
	if !person.started() {
		return refusal("not_started")
	}
	p.forget(person)
	person.SetPhone(phone)
	person.Contact(phone)
	return nil
}

// press presses a key of the keyboard in place of the letters.
func (p *page) press(person *Person, r *http.Request) error {
	p.forget(person)
	_, err := person.Press(r.FormValue("key"))
	switch {
	case errors.Is(err, ErrNoKey):
		return refusal("no_button")
	case errors.Is(err, ErrNoPhone):
		return refusal("no_own_phone")
	}
	return err
}

func (p *page) file(person *Person, r *http.Request) error {
	upload, header, err := r.FormFile("file")
	if err != nil || header.Size == 0 || header.Size > largestFile {
		return refusal("unreadable")
	}
	defer upload.Close()
	data, err := io.ReadAll(upload)
	if err != nil {
		return fmt.Errorf("reading the file: %w", err)
	}
	if !person.started() {
		return refusal("not_started")
	}
	p.forget(person)
	person.Document(header.Filename, data)
	return nil
}

// started tells whether the person's client offers more than to start the bot.
func (p *Person) started() bool {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.chat.standing == open
}

// addPerson makes a person of the visitor's own.
func (p *page) addPerson(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	name := strings.TrimSpace(r.FormValue("name"))
	if name == "" || spec.Length(name) > longestName || !utf8.ValidString(name) {
		p.refuse(w, &Person{}, refusal("no_name"))
		return
	}
	person := p.sim.newcomer(name, r.FormValue("language"))
	http.Redirect(w, r, fmt.Sprintf("/chat/%d", person.ID), http.StatusSeeOther)
}

// visitors are the ids from which people are numbered who come by the page.
const visitors = 100_001

func (s *Server) newcomer(name, language string) *Person {
	s.mu.Lock()
	id := int64(visitors)
	for s.chats[id] != nil {
		id++
	}
	s.mu.Unlock()
	return s.Person(id, name, language)
}
