package simulator

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pascalatih/bot/simulator/spec"
)

// handler serves one method. It gives the result, or why there is none.
type handler func(ctx context.Context, c *call) (any, *failure)

// served are the methods that work; all others of the Bot API are violations.
func (s *Server) served() map[string]handler {
	return map[string]handler{
		"getMe":                  s.getMe,
		"getUpdates":             s.getUpdates,
		"deleteWebhook":          s.deleteWebhook,
		"getWebhookInfo":         s.getWebhookInfo,
		"sendMessage":            s.sendMessage,
		"sendDocument":           s.sendDocument,
		"sendPhoto":              s.sendPhoto,
		"sendMediaGroup":         s.sendMediaGroup,
		"sendChatAction":         s.sendChatAction,
		"editMessageText":        s.editMessageText,
		"editMessageCaption":     s.editMessageCaption,
		"editMessageReplyMarkup": s.editMessageReplyMarkup,
		"deleteMessage":          s.deleteMessage,
		"answerCallbackQuery":    s.answerCallbackQuery,
		"setMyCommands":          s.setMyCommands,
		"getMyCommands":          s.getMyCommands,
		"deleteMyCommands":       s.deleteMyCommands,
		"leaveChat":              s.leaveChat,
		"getChat":                s.getChat,
		"getFile":                s.getFile,
	}
}

// call is one request.
type call struct {
	method   string
	text     map[string]string
	files    map[string]File
	chat     int64 // chat_id, if it is a number
	messages int   // how many a send makes; zero: one
	arrival  uint64
	received time.Time // machine time
	now      time.Time // the clock's
	conn     net.Conn
}

func (c *call) number(name string) int {
	n, err := strconv.Atoi(c.text[name])
	if err != nil {
		return 0 // not given: what is given has been checked
	}
	return n
}

// given tells whether an optional object came and is not null.
func (c *call) given(name string) bool { return c.text[name] != "" && c.text[name] != "null" }

// silent tells whether what a request sends is to come without a sound.
func (c *call) silent() bool { return strings.EqualFold(c.text["disable_notification"], "true") }

// failure is an answer that is no result.
type failure struct {
	kind        Kind // a refusal to count; empty: counted elsewhere
	code        int
	description string
	retryAfter  int     // seconds
	notice      *notice // binds the bot once the answer is written
}

// ServeHTTP serves the Bot API, and the page.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if forPage(r.URL.Path) {
		s.page.ServeHTTP(w, r)
		return
	}
	if path, ok := strings.CutPrefix(r.URL.Path, "/file/bot"+s.config.Token+"/"); ok {
		s.fetchFile(w, path)
		return
	}
	c := &call{arrival: s.arrivals.Add(1), received: time.Now()} // machine time: see notice
	c.conn, _ = r.Context().Value(connKey{}).(net.Conn)
	method, ok := strings.CutPrefix(r.URL.Path, "/bot"+s.config.Token+"/")
	if !ok {
		s.answer(w, nil, &failure{kind: Unauthorized, code: http.StatusUnauthorized, description: "Unauthorized"})
		return
	}
	c.method = method
	s.tally.request(method)
	// A long poll is nobody's work; its updates hold the clock by themselves.
	if method != "getUpdates" {
		defer s.clock.Work().Done()
	}
	c.now = s.clock.Now()
	if err := c.read(r); err != nil {
		s.violate(c, WrongType, err.Error())
		s.answer(w, nil, badRequest("can't parse the request"))
		return
	}
	c.chat, _ = strconv.ParseInt(c.text["chat_id"], 10, 64)
	if f := s.violations(c); f != nil {
		s.answer(w, nil, f)
		return
	}
	s.serve(r.Context(), w, c)
}

// serve processes a sound request, with the fault it meets.
func (s *Server) serve(ctx context.Context, w http.ResponseWriter, c *call) {
	fault, faulty := s.fault(c)
	if faulty {
		switch fault.Kind {
		case CutBefore:
			cut(w)
			return
		case Status500:
			s.answer(w, nil, &failure{code: http.StatusInternalServerError, description: "Internal Server Error"})
			return
		case Status502HTML:
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			io.WriteString(w, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>")
			return
		case Refuse:
			s.answer(w, nil, badRequest("message text is invalid"))
			return
		case TooManyNow:
			s.answer(w, nil, s.injectPause(c, fault))
			return
		case RepeatUpdate:
			c.text["offset"] = "0"
		}
	}
	result, refused := s.handlers[c.method](ctx, c)
	switch fault.Kind {
	case CutAfter:
		cut(w)
		return
	case Delay:
		if fault.Held != nil {
			close(fault.Held)
		}
		select {
		case <-time.After(fault.Delay): // machine time: the network's
		case <-ctx.Done():
		}
	}
	s.answer(w, result, refused)
}

// violations finds what is wrong with a request by itself.
func (s *Server) violations(c *call) *failure {
	problems := s.api.Check(spec.Request{Method: c.method, Text: c.text, Files: slices.Collect(maps.Keys(c.files))})
	for _, p := range problems {
		s.violate(c, Kind(p.Kind), p.Path+": "+p.Reason)
	}
	switch {
	case !s.api.Has(c.method):
		return &failure{code: http.StatusNotFound, description: "Not Found"}
	case len(problems) > 0:
		words := problems[0].Path + " " + problems[0].Reason
		if c.method == "sendMediaGroup" && problems[0].Kind == spec.WrongLength {
			words = cmp.Or(albumSize(c.text["media"]), words)
		}
		return badRequest(words)
	case s.handlers[c.method] == nil:
		return s.unserved(c, "the simulator does not serve it")
	}
	return nil
}

func (s *Server) unserved(c *call, detail string) *failure {
	s.violate(c, MethodNotServed, detail)
	return badRequest(detail)
}

func (s *Server) violate(c *call, kind Kind, detail string) {
	s.tally.violation(Violation{Kind: kind, Method: c.method, Chat: c.chat, Detail: detail})
}

func badRequest(description string) *failure {
	return &failure{code: http.StatusBadRequest, description: "Bad Request: " + description}
}

func refused(kind Kind, code int, description string) *failure {
	return &failure{kind: kind, code: code, description: description}
}

// answer writes a result or a refusal, to the last byte: the caller lets go of the
// clock afterwards.
func (s *Server) answer(w http.ResponseWriter, result any, f *failure) {
	reply := map[string]any{"ok": f == nil}
	code := http.StatusOK
	if f == nil {
		reply["result"] = result
	} else {
		code = f.code
		reply["error_code"], reply["description"] = f.code, f.description
		if f.retryAfter > 0 {
			reply["description"] = fmt.Sprint(f.description, " ", f.retryAfter)
			reply["parameters"] = map[string]int{"retry_after": f.retryAfter}
		}
		if f.kind != "" {
			s.tally.refusal(f.kind)
		}
	}
	body, err := json.Marshal(reply)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	w.Write(body)
	http.NewResponseController(w).Flush()
	if f != nil && f.notice != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !f.notice.given {
			*f.notice = notice{given: true, arrivals: s.arrivals.Load(), at: time.Now()} // machine time
		}
	}
}

// cut breaks the connection instead of an answer.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}

// read takes the parameters, in whichever of the Bot API's forms they come.
func (c *call) read(r *http.Request) error {
	c.text, c.files = make(map[string]string), make(map[string]File)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return c.readJSON(r.Body)
	}
	err := r.ParseMultipartForm(64 << 20)
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return fmt.Errorf("reading the form: %w", err)
	}
	for name, values := range r.Form {
		c.text[name] = values[0]
	}
	if r.MultipartForm == nil {
		return nil
	}
	defer r.MultipartForm.RemoveAll()
	for name, headers := range r.MultipartForm.File {
		part, err := headers[0].Open()
		if err != nil {
			return fmt.Errorf("opening %s: %w", name, err)
		}
		data := make([]byte, headers[0].Size)
		_, err = io.ReadFull(part, data)
		part.Close()
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		c.files[name] = File{Name: headers[0].Filename, Data: data}
	}
	return nil
}

func (c *call) readJSON(body io.Reader) error {
	var values map[string]json.RawMessage
	if err := json.NewDecoder(body).Decode(&values); err != nil {
		return fmt.Errorf("reading the JSON body: %w", err)
	}
	for name, raw := range values {
		var text string
		if json.Unmarshal(raw, &text) != nil || string(raw) == "null" {
			text = string(raw)
		}
		c.text[name] = text
	}
	return nil
}
