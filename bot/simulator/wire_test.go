package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/scheduler/calendar"
)

var start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// handClock goes as the test turns it.
type handClock struct {
	mu     sync.Mutex
	now    time.Time
	turned chan struct{}
}

func newHandClock() *handClock { return &handClock{now: start, turned: make(chan struct{})} }

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	close(c.turned)
	c.turned = make(chan struct{})
}

func (c *handClock) Work() calendar.Worker { return handWorker{c} }

type handWorker struct{ *handClock }

func (w handWorker) Done() {}

func (w handWorker) Wait(ctx context.Context, t time.Time, wake <-chan struct{}) {
	w.mu.Lock()
	reached, turned := !t.IsZero() && !t.After(w.now), w.turned
	w.mu.Unlock()
	if reached {
		return
	}
	select {
	case <-turned:
	case <-wake:
	case <-ctx.Done():
	}
}

// rig is a simulator, its clock and a bot that the test plays request by request.
type rig struct {
	*simulator.Server
	t     testing.TB
	clock *handClock
	http  *http.Client
}

func newRig(t testing.TB, config simulator.Config) *rig {
	t.Helper()
	clock := newHandClock()
	config.Clock = clock
	if config.Grace == 0 {
		config.Grace = 1 // a nanosecond: what follows an answer has heard it
	}
	server, err := simulator.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	return &rig{Server: server, t: t, clock: clock, http: client}
}

// reply is what the Bot API answers.
type reply struct {
	OK          bool
	Code        int `json:"error_code"`
	Description string
	Result      json.RawMessage
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	}
}

type params map[string]string

// and gives the parameters with some changed; an empty one is taken out.
func (p params) and(changed params) params {
	p = maps.Clone(p)
	for name, value := range changed {
		if p[name] = value; value == "" {
			delete(p, name)
		}
	}
	return p
}

// call makes a request and gives the answer.
func (r *rig) call(method string, p params) reply {
	r.t.Helper()
	answer, err := r.try(method, p)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer
}

// try makes a request whose connection may break.
func (r *rig) try(method string, p params) (reply, error) {
	values := url.Values{}
	for name, value := range p {
		values.Set(name, value)
	}
	response, err := r.http.PostForm(r.URL()+"/bot"+r.Token()+"/"+method, values)
	if err != nil {
		return reply{}, err
	}
	return read(response)
}

// upload makes a request with a file.
func (r *rig) upload(method string, p params, field, name string, data []byte) reply {
	r.t.Helper()
	return r.uploads(method, p, upload{field, name, data})
}

// upload is a file that comes with a request.
type upload struct {
	field, name string
	data        []byte
}

// uploads makes a request with files.
func (r *rig) uploads(method string, p params, files ...upload) reply {
	r.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range p {
		form.WriteField(name, value)
	}
	for _, file := range files {
		part, err := form.CreateFormFile(file.field, file.name)
		if err != nil {
			r.t.Fatal(err)
		}
		part.Write(file.data)
	}
	form.Close()
	response, err := r.http.Post(r.URL()+"/bot"+r.Token()+"/"+method, form.FormDataContentType(), &body)
	if err != nil {
		r.t.Fatal(err)
	}
	answer, err := read(response)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer
}

func read(response *http.Response) (reply, error) {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, err
	}
	var answer reply
	if err := json.Unmarshal(body, &answer); err != nil {
		return reply{}, fmt.Errorf("%s: %w", response.Status, err)
	}
	return answer, nil
}

// must makes a request that succeeds, and gives its result.
func must[T any](r *rig, method string, p params) T {
	r.t.Helper()
	answer := r.call(method, p)
	if !answer.OK {
		r.t.Fatalf("%s: %d %s", method, answer.Code, answer.Description)
	}
	return decode[T](r, answer.Result)
}

func decode[T any](r *rig, raw json.RawMessage) T {
	r.t.Helper()
	var result T
	if err := json.Unmarshal(raw, &result); err != nil {
		r.t.Fatalf("%s: %v", raw, err)
	}
	return result
}

type message struct {
	ID       int `json:"message_id"`
	Text     string
	Caption  string
	Entities []struct{ Type string } `json:"caption_entities"`
	Photo    []struct{ Width, Height int }
	Date     int64
	Chat     struct{ ID int64 }
	Markup   struct {
		Rows [][]struct{ Text string } `json:"inline_keyboard"`
	} `json:"reply_markup"`
}

// send sends a text that is taken.
func (r *rig) send(p *simulator.Person, text string) message {
	r.t.Helper()
	return must[message](r, "sendMessage", params{"chat_id": id(p.ID), "text": text})
}

type update struct {
	ID       int64 `json:"update_id"`
	Message  json.RawMessage
	Callback *struct {
		ID      string
		Data    string
		Message *message
	} `json:"callback_query"`
	Member *struct {
		New struct{ Status string } `json:"new_chat_member"`
	} `json:"my_chat_member"`
	Edited *message         `json:"edited_message"`
	Post   *json.RawMessage `json:"channel_post"`
}

// updates fetches what there is, confirming everything before the offset.
func (r *rig) updates(offset int64, more params) []update {
	r.t.Helper()
	return must[[]update](r, "getUpdates", params{"offset": id(offset)}.and(more))
}

// started is a person who has started the bot, with no update left of it.
func (r *rig) started(number int64) *simulator.Person {
	r.t.Helper()
	p := r.Person(number, "Contoh", "id")
	p.Start("")
	batch := r.updates(0, nil)
	r.updates(batch[len(batch)-1].ID+1, nil)
	return p
}

func id[N int | int64](n N) string { return fmt.Sprint(n) }
