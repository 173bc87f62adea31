package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/clock"
)

// get gives what the page shows at a path.
func (r *rig) get(path string) (*http.Response, string) {
	r.t.Helper()
	response, err := r.http.Get(r.URL() + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response, string(body)
}

// post sends a form of the page as a browser does that is on it.
func (r *rig) post(path string, form url.Values, headers ...string) (*http.Response, string) {
	r.t.Helper()
	return r.postBody(path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), headers...)
}

func (r *rig) postBody(path, kind string, body io.Reader, headers ...string) (*http.Response, string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.URL()+path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Origin", r.URL())
	for i := 0; i < len(headers); i += 2 {
		if request.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	response, err := r.http.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response, string(answer)
}

func TestPageShowsTheChat(t *testing.T) {
	tests := map[string]struct {
		bot   func(r *rig, p *simulator.Person)
		shows []string
		hides []string
	}{
		"markup, and what only looks like it": {
			bot: func(r *rig, _ *simulator.Person) {
				must[message](r, "sendMessage", params{"chat_id": "7001", "parse_mode": "HTML",
					"text": "<b>Yth. <i>😀 Bapak</i></b> &lt;script&gt;alert(1)&lt;/script&gt; <a href=\"https://contoh.id/?a=1&amp;b=2\">sini</a> dan <code>/kode</code>"})
			},
			shows: []string{"<b>Yth. <i>😀 Bapak</i></b> &lt;script&gt;alert(1)&lt;/script&gt; ", `href="https://contoh.id/?a=1&amp;b=2"`, "<code>/kode</code>"},
			hides: []string{"<script>alert"},
		},
		"a link that is a program": {
			bot: func(r *rig, _ *simulator.Person) {
				must[message](r, "sendMessage", params{"chat_id": "7001", "parse_mode": "HTML", "text": `<a href="javascript:alert(1)">sini</a>`})
			},
			shows: []string{">sini</a>"},
			hides: []string{"javascript:"},
		},
		"a person's text, in which nothing is markup": {
			bot:   func(_ *rig, p *simulator.Person) { p.Write("<b>tebal</b> & 27/6, lalu /survei") },
			shows: []string{"&lt;b&gt;tebal&lt;/b&gt; &amp; 27/6, lalu ", `value="/survei"`, `class="own"`},
			hides: []string{`value="/6"`},
		},
		"buttons with names": {
			bot: func(r *rig, _ *simulator.Person) {
				must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a",
					"reply_markup": `{"inline_keyboard":[[{"text":"Sangat \"puas\"","callback_data":"a|1"},{"text":"Peta","url":"https://contoh.id"}]]}`})
			},
			shows: []string{`value="a|1" title="Sangat &#34;puas&#34;">Sangat &#34;puas&#34;</button>`, `<a href="https://contoh.id"`},
		},
		"a keyboard in place of the letters": {
			bot: func(r *rig, _ *simulator.Person) {
				must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a", "reply_markup": share})
			},
			shows: []string{`name="key" value="Bagikan nomor"`, `name="key" value="Tulis NIP"`},
		},
		"a file with its size": {
			bot: func(r *rig, _ *simulator.Person) {
				r.upload("sendDocument", params{"chat_id": "7001", "caption": "Ekspor"}, "document", "ekspor <1>.csv", make([]byte, 5<<10))
			},
			shows: []string{"ekspor &lt;1&gt;.csv", "5 KB", "Ekspor"},
		},
		"an edited message, and a deleted one": {
			bot: func(r *rig, p *simulator.Person) {
				kept, gone := r.send(p, "lama"), r.send(p, "hilang")
				must[message](r, "editMessageText", params{"chat_id": "7001", "message_id": id(kept.ID), "text": "baru"})
				must[bool](r, "deleteMessage", params{"chat_id": "7001", "message_id": id(gone.ID)})
			},
			shows: []string{"baru", "diedit", "2 Maret 2026", ">08.00</time>"},
			hides: []string{"lama", "hilang"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			test.bot(r, r.started(7001))
			response, shown := r.get("/chat/7001")
			if response.StatusCode != http.StatusOK {
				t.Fatalf("answered %s", response.Status)
			}
			for _, part := range test.shows {
				if !strings.Contains(shown, part) {
					t.Errorf("does not show %s", part)
				}
			}
			for _, part := range append(test.hides, "[page.") {
				if strings.Contains(shown, part) {
					t.Errorf("shows %s", part)
				}
			}
			if t.Failed() {
				t.Log(shown)
			}
		})
	}
}

func TestPageActs(t *testing.T) {
	tests := map[string]struct {
		act  string
		form url.Values
		says string // in the update that reaches the bot
	}{
		"a text":              {"write", url.Values{"text": {"satu\r\ndua"}}, `"satu\ndua"`},
		"a command":           {"write", url.Values{"text": {"/survei"}}, `"bot_command"`},
		"a tap":               {"tap", url.Values{"message": {"2"}, "data": {"y"}}, `"y"`},
		"a phone number":      {"contact", url.Values{"phone": {"+62 812-0000-0001"}}, `"+6281200000001"`},
		"a key":               {"press", url.Values{"key": {"Tulis NIP"}}, `"Tulis NIP"`},
		"a payload":           {"start", url.Values{"payload": {"ptoken"}}, `"/start ptoken"`},
		"a link":              {"start", url.Values{"payload": {"https://t.me/bot?start=ktoken"}}, `"/start ktoken"`},
		"a start without one": {"start", url.Values{"payload": {""}}, `"/start"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			r.started(7001)
			must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a", "reply_markup": share})
			response, answer := r.post("/chat/7001/"+test.act, test.form)
			if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Request.URL.Path, "/chat/7001") {
				t.Fatalf("answered %s: %s", response.Status, answer)
			}
			if came := must[json.RawMessage](r, "getUpdates", nil); !strings.Contains(string(came), test.says) {
				t.Errorf("came %s, want %s", came, test.says)
			}
		})
	}
}

func TestPageRefuses(t *testing.T) {
	tests := map[string]struct {
		path    string
		form    url.Values
		headers []string
		code    int
		says    string
	}{
		"an empty text":                  {"/chat/7001/write", url.Values{"text": {"  "}}, nil, 400, "Mohon tulis pesan"},
		"a text of 4,097":                {"/chat/7001/write", url.Values{"text": {strings.Repeat("a", 4097)}}, nil, 400, "4.096"},
		"a text that is none":            {"/chat/7001/write", url.Values{"text": {"\xff"}}, nil, 400, "Mohon tulis pesan"},
		"a tap on nothing":               {"/chat/7001/tap", url.Values{"message": {"2"}}, nil, 400, "tidak dapat ditekan"},
		"a key that is not shown":        {"/chat/7001/press", url.Values{"key": {"Ya"}}, nil, 400, "tidak dapat ditekan"},
		"a phone number in words":        {"/chat/7001/contact", url.Values{"phone": {"nol delapan"}}, nil, 400, "nomor telepon"},
		"a payload with a space":         {"/chat/7001/start", url.Values{"payload": {"a b"}}, nil, 400, "tautan yang lengkap"},
		"a file that did not come":       {"/chat/7001/file", nil, nil, 400, "kosong"},
		"a text before the start":        {"/chat/7002/write", url.Values{"text": {"halo"}}, nil, 400, "tombol Mulai"},
		"a person whom nobody knows":     {"/chat/7003/write", url.Values{"text": {"halo"}}, nil, 404, "tidak ada"},
		"an act that there is not":       {"/chat/7001/jump", nil, nil, 404, ""},
		"a newcomer without a name":      {"/", url.Values{"name": {" "}}, nil, 400, "Mohon tulis nama"},
		"a form of another site":         {"/chat/7001/write", url.Values{"text": {"halo"}}, []string{"Origin", "https://contoh.id"}, 403, ""},
		"a form that a browser reports":  {"/chat/7001/write", url.Values{"text": {"halo"}}, []string{"Sec-Fetch-Site", "cross-site"}, 403, ""},
		"a stranger's name of this host": {"/chat/7001/write", url.Values{"text": {"halo"}}, []string{"Host", "contoh.id", "Origin", "http://contoh.id"}, 403, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulator.Config{})
			p := r.started(7001)
			r.Person(7002, "Baru Contoh", "id")
			before := len(p.Chat())
			response, answer := r.post(test.path, test.form, test.headers...)
			if response.StatusCode != test.code || !strings.Contains(answer, test.says) {
				t.Errorf("answered %s %q, want %d and %q", response.Status, answer, test.code, test.says)
			}
			if got := len(p.Chat()); got != before {
				t.Errorf("the chat has %d messages instead of %d", got, before)
			}
			if batch := r.updates(0, nil); len(batch) != 0 {
				t.Errorf("the bot was told %v", batch)
			}
		})
	}
}

func TestPageListsPeople(t *testing.T) {
	r := newRig(t, simulator.Config{})
	if _, shown := r.get("/"); !strings.Contains(shown, "Belum ada siapa pun.") {
		t.Errorf("an empty list shows %s", shown)
	}
	r.started(7001).Write("halo <b>")
	r.Group(-5, "Kelas")
	response, shown := r.post("/", url.Values{"name": {"Tamu Contoh"}, "language": {"en"}})
	if response.StatusCode != http.StatusOK || !strings.Contains(shown, "Start</button>") || strings.Contains(shown, `id="write"`) {
		t.Errorf("a newcomer sees %s %s, want a start in English", response.Status, shown)
	}
	_, shown = r.get("/")
	for _, part := range []string{`href="/chat/7001#end"`, "halo &lt;b&gt;", "Tamu Contoh"} {
		if !strings.Contains(shown, part) {
			t.Errorf("the list does not show %s: %s", part, shown)
		}
	}
	if strings.Contains(shown, "Kelas") {
		t.Error("the list shows a group")
	}
}

func TestPageFiles(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "pegawai.csv")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(part, "<script>nip;nama")
	form.Close()
	if response, answer := r.postBody("/chat/7001/file", form.FormDataContentType(), &body); response.StatusCode != http.StatusOK {
		t.Fatalf("answered %s: %s", response.Status, answer)
	}
	sent := p.Chat()[len(p.Chat())-1]
	if sent.File == nil || sent.File.Name != "pegawai.csv" || string(sent.File.Data) != "<script>nip;nama" {
		t.Fatalf("the person sent %+v", sent)
	}
	response, content := r.get("/chat/7001/file/" + id(sent.ID))
	if kind, how := response.Header.Get("Content-Type"), response.Header.Get("Content-Disposition"); content != "<script>nip;nama" ||
		kind != "application/octet-stream" || !strings.HasPrefix(how, "attachment") {
		t.Errorf("the file comes as %s, %s: %q", kind, how, content)
	}
	r.photo(picture(4, 3))
	response, _ = r.get("/chat/7001/file/" + id(p.Chat().Last().ID))
	if kind := response.Header.Get("Content-Type"); kind != "image/png" {
		t.Errorf("the picture comes as %s", kind)
	}
	if response, _ := r.get("/chat/7001/file/9999"); response.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is none: %s", response.Status)
	}
}

func TestPageShowsTheAnswerToATap(t *testing.T) {
	r := newRig(t, simulator.Config{})
	r.started(7001)
	must[message](r, "sendMessage", params{"chat_id": "7001", "text": "a", "reply_markup": yes})
	r.post("/chat/7001/tap", url.Values{"message": {"2"}, "data": {"y"}})
	must[bool](r, "answerCallbackQuery", params{"callback_query_id": r.updates(0, nil)[0].Callback.ID, "text": "Sudah tercatat"})
	if _, shown := r.get("/chat/7001"); !strings.Contains(shown, "Sudah tercatat") {
		t.Errorf("the answer is not shown: %s", shown)
	}
	r.post("/chat/7001/write", url.Values{"text": {"halo"}})
	if _, shown := r.get("/chat/7001"); strings.Contains(shown, "Sudah tercatat") {
		t.Error("the answer stays")
	}
}

// Somebody who acts at the page has the clock at their pace; when they have gone,
// it jumps again. A host who waits for them lets it go on, no longer than that.
func TestVisitorsHaveTheirTime(t *testing.T) {
	virtual, err := clock.NewServer(start)
	if err != nil {
		t.Fatal(err)
	}
	defer virtual.Close()
	server, err := simulator.New(simulator.Config{Clock: virtual, Lull: 700 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	host := virtual.Work()
	r := &rig{Server: server, t: t, http: &http.Client{Transport: &http.Transport{}}}
	defer r.http.CloseIdleConnections()
	server.Person(7001, "Tamu Contoh", "id")
	late := server.Person(7002, "Budi Contoh", "id")
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	wait := late.Live(ctx, func(ctx context.Context) error { return late.Pause(ctx, 24*time.Hour) })

	receiving, enter := context.WithCancel(ctx)
	received := make(chan struct{})
	go func() { defer close(received); server.Receive(receiving, host) }()
	began := time.Now() // machine time, as the visitor has it
	r.post("/chat/7001/start", nil)
	await(t, "the clock goes on", func() bool { return virtual.Now().After(start) })
	await(t, "the clock stands", func() bool {
		return strings.HasPrefix(virtual.Holding(), "this process is at work") && time.Since(began) > time.Second
	})
	if passed := virtual.Now().Sub(start); passed > time.Since(began) {
		t.Errorf("the clock went on by %v while the visitor had %v", passed, time.Since(began))
	}
	enter()
	<-received
	stood := virtual.Now()
	if stood.Sub(start) > time.Hour {
		t.Errorf("the clock shows %v after a visit", stood)
	}
	host.Done()
	if err := wait(); err != nil {
		t.Error(err)
	}
	if got, want := virtual.Now(), start.Add(24*time.Hour); !got.Equal(want) {
		t.Errorf("the clock shows %v, want %v", got, want)
	}
}

func TestWriteHTMLNeedsNothingElse(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	must[message](r, "sendMessage", params{"chat_id": "7001", "text": "Mohon pendapat", "reply_markup": yes})
	r.photo(picture(4, 3))
	var page strings.Builder
	if err := p.Chat()[1:].WriteHTML(&page, simulator.Look{Language: "en"}); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Mohon pendapat", ">Ya</button>", `src="data:image/png;base64,`, "2 March 2026", "max-width: 412px"} {
		if !strings.Contains(page.String(), part) {
			t.Errorf("does not show %s", part)
		}
	}
	for _, part := range []string{"/start", "<script", "<link", `src="/`, "ZgotmplZ"} {
		if strings.Contains(page.String(), part) {
			t.Errorf("shows %s", part)
		}
	}
}
