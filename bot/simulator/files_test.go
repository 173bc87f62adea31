package simulator_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"

	"pascalatih/bot/simulator"
)

func TestFilesBothWays(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	if answer := r.upload("sendDocument", params{"chat_id": "7001", "caption": "Ekspor"}, "document", "ekspor.csv", []byte("a;b")); !answer.OK {
		t.Fatalf("answered %s", answer.Description)
	}
	drawn := picture(4, 3)
	if answer := r.photo(drawn); !answer.OK {
		t.Fatalf("answered %s", answer.Description)
	}
	files := p.Chat().FromBot()
	if m := files[0]; m.File == nil || m.File.Name != "ekspor.csv" || string(m.File.Data) != "a;b" || m.Text != "Ekspor" {
		t.Errorf("the document is %+v", m)
	}
	if m := files[1]; m.File == nil || m.File.Kind != "photo" || !bytes.Equal(m.File.Data, drawn) {
		t.Errorf("the picture is %+v", m)
	}

	p.Document("pegawai.csv", []byte("nip;nama"))
	response, err := r.http.Get(r.address(r.path(r.sent().Document.ID)))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if data, err := io.ReadAll(response.Body); err != nil || string(data) != "nip;nama" {
		t.Errorf("the bot fetched %q (%v)", data, err)
	}
	if err := r.Sound(); err != nil {
		t.Error(err)
	}
}

func TestCaptionIsEdited(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p := r.started(7001)
	m := r.document("ekspor.csv")
	must[message](r, "editMessageCaption", params{"chat_id": "7001", "message_id": id(m.ID), "caption": "<b>Siap</b>", "parse_mode": "HTML", "reply_markup": yes})
	if got := p.Chat().Last(); got.Text != "Siap" || got.HTML != "<b>Siap</b>" || got.Edits != 1 || got.Button("Ya").Data != "y" || got.File == nil {
		t.Errorf("the file is shown as %+v", got)
	}
	must[message](r, "editMessageReplyMarkup", params{"chat_id": "7001", "message_id": id(m.ID)})
	if got := p.Chat().Last(); got.Text != "Siap" || len(got.Rows) != 0 {
		t.Errorf("without its buttons the file is shown as %+v", got)
	}
}

// A picture with buttons is paged in place: what is tapped comes with its message,
// and an edit of the caption keeps the picture.
func TestPictureIsPagedInPlace(t *testing.T) {
	r := newRig(t, simulator.Config{})
	p, drawn := r.started(7001), picture(16, 9)
	more := strings.Replace(yes, "Ya", "Rinci", 1)
	answer := r.upload("sendPhoto", params{"chat_id": "7001", "caption": "<b>Pekan ini</b>", "parse_mode": "HTML", "reply_markup": more,
		"disable_notification": "true"}, "photo", "grafik.png", drawn)
	if !answer.OK {
		t.Fatalf("answered %s", answer.Description)
	}
	if m := p.Chat().Last(); !m.Silent || m.Text != "Pekan ini" {
		t.Errorf("the picture is %+v", m)
	}
	p.Tap(p.Chat().Button("Rinci"))
	tap := r.updates(0, nil)[0].Callback
	if m := tap.Message; tap.Data != "y" || m == nil || m.ID != p.Chat().Last().ID || m.Date == 0 || m.Chat.ID != 7001 || m.Caption != "Pekan ini" ||
		len(m.Photo) != 1 || len(m.Entities) != 1 || len(m.Markup.Rows) != 1 {
		t.Errorf("the tap came as %+v", tap)
	}
	page := params{"chat_id": "7001", "message_id": id(tap.Message.ID), "caption": "Halaman 2", "reply_markup": yes}
	edited := must[message](r, "editMessageCaption", page)
	if edited.Caption != "Halaman 2" || len(edited.Photo) != 1 || len(edited.Entities) != 0 {
		t.Errorf("the edit gave %+v", edited)
	}
	if m := p.Chat().Last(); m.Text != "Halaman 2" || m.HTML != "" || m.Button("Ya").Data != "y" || m.Button("Rinci").Text != "" || !bytes.Equal(m.File.Data, drawn) {
		t.Errorf("the picture is shown as %+v", m)
	}
	if again := r.call("editMessageCaption", page); !strings.Contains(again.Description, "message is not modified") {
		t.Errorf("the same page once more was answered %q", again.Description)
	}
	must[message](r, "editMessageCaption", page.and(params{"caption": strings.Repeat("🙂", 512)}))
	if err := r.Sound(); err != nil {
		t.Error(err)
	}
	if long := r.call("editMessageCaption", page.and(params{"caption": strings.Repeat("🙂", 512) + "a"})); !strings.Contains(long.Description, "message caption is too long") {
		t.Errorf("a caption of 1,025 was answered %q", long.Description)
	}
}

// document sends a file to chat 7001.
func (r *rig) document(name string) message {
	r.t.Helper()
	answer := r.upload("sendDocument", params{"chat_id": "7001"}, "document", name, []byte("x"))
	if !answer.OK {
		r.t.Fatalf("answered %s", answer.Description)
	}
	return decode[message](r, answer.Result)
}

// photo sends a picture to chat 7001.
func (r *rig) photo(data []byte) reply {
	r.t.Helper()
	return r.upload("sendPhoto", params{"chat_id": "7001"}, "photo", "grafik.png", data)
}

// picture is a picture that says that it is so large: a large one takes seconds
// to be drawn.
func picture(width, height int) []byte {
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err) // a buffer takes everything
	}
	file := drawn.Bytes()
	header := file[12:29] // the chunk's name, width, height and how the pixels are kept
	binary.BigEndian.PutUint32(header[4:], uint32(width))
	binary.BigEndian.PutUint32(header[8:], uint32(height))
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(header))
	return file
}

// sentFile is a message with a document.
type sentFile struct {
	Document struct {
		ID string `json:"file_id"`
	}
}

// sent is the first message that the bot has not confirmed.
func (r *rig) sent() sentFile {
	r.t.Helper()
	return decode[sentFile](r, r.updates(0, nil)[0].Message)
}

// path is where getFile says that a file is.
func (r *rig) path(fileID string) string {
	r.t.Helper()
	return must[struct {
		Path string `json:"file_path"`
	}](r, "getFile", params{"file_id": fileID}).Path
}

func (r *rig) address(path string) string { return r.URL() + "/file/bot" + r.Token() + "/" + path }

// fetch asks for a file that does not come.
func (r *rig) fetch(path string) reply {
	r.t.Helper()
	response, err := r.http.Get(r.address(path))
	if err != nil {
		r.t.Fatal(err)
	}
	answer, err := read(response)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer
}
