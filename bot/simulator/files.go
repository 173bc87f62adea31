package simulator

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/jpeg" // the formats of pictures that Telegram takes
	_ "image/png"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// What a bot may send and fetch at most.
const (
	uploadable = 50 << 20
	picturable = 10 << 20
	fetchable  = 20 << 20
	// A picture's sides together, in pixels, and by how much one exceeds the other.
	sides      = 10_000
	proportion = 20
)

// pathLife is how long a file may be fetched by the path that getFile gave.
// Telegram promises no more.
const pathLife = time.Hour

// fileOf gives a file of a request by what names it: attach:// and the name of one
// that came with the request, or the id of one that the server has already. The
// caller holds s.mu.
func (s *Server) fileOf(c *call, kind, source string) (id string, file *File, f *failure) {
	name, attached := strings.CutPrefix(source, "attach://")
	upload, came := c.files[name]
	if !attached || !came {
		id = source
		if file = s.documents[id]; file == nil {
			return "", nil, refused(FileUnknown, http.StatusBadRequest, "Bad Request: wrong file identifier/HTTP URL specified")
		}
		return id, file, nil
	}
	switch size := len(upload.Data); {
	case size == 0:
		s.violate(c, WrongLength, kind+": the file is empty")
		return "", nil, badRequest("file must be non-empty")
	case size > uploadable:
		s.violate(c, WrongLength, fmt.Sprintf("%s: the file has %d bytes", kind, size))
		return "", nil, &failure{code: http.StatusRequestEntityTooLarge, description: "Request Entity Too Large"}
	}
	if kind == "photo" {
		if f := s.picture(c, upload.Data); f != nil {
			return "", nil, f
		}
	}
	upload.Kind = kind
	return s.keep(&upload), &upload, nil
}

// picture refuses what Telegram does not take for a picture.
func (s *Server) picture(c *call, data []byte) *failure {
	if len(data) > picturable {
		s.violate(c, WrongLength, fmt.Sprintf("photo: the file has %d bytes", len(data)))
		return badRequest(fmt.Sprintf("file of size %d bytes is too big for a photo; the maximum size is %d bytes", len(data), picturable))
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		s.violate(c, WrongType, "photo: is no picture")
		return badRequest("IMAGE_PROCESS_FAILED")
	}
	short, long := min(size.Width, size.Height), max(size.Width, size.Height)
	if short+long > sides || long > proportion*short {
		s.violate(c, WrongLength, fmt.Sprintf("photo: is %d by %d pixels", size.Width, size.Height))
		return badRequest("PHOTO_INVALID_DIMENSIONS")
	}
	return nil
}

// keep stores a file and gives its id. The caller holds s.mu.
func (s *Server) keep(file *File) string {
	id := fmt.Sprintf("%s-%d", file.Kind, s.nextID)
	s.nextID++
	s.documents[id] = file
	return id
}

// attach shows a file in a message as Telegram describes it.
func attach(w *wireMessage, id string, file *File) {
	f := wireFile{FileID: id, FileUniqueID: "u" + id, FileSize: len(file.Data)}
	switch file.Kind {
	case "document":
		f.FileName, f.MimeType = file.Name, mime.TypeByExtension(path.Ext(file.Name))
		w.Document = &f
	case "photo":
		if size, _, err := image.DecodeConfig(bytes.NewReader(file.Data)); err == nil {
			f.Width, f.Height = size.Width, size.Height
		}
		w.Photo = []wireFile{f}
	case "sticker":
		f.Width, f.Height, f.Type, f.Emoji = 512, 512, "regular", "🙂"
		w.Sticker = &f
	case "voice":
		f.Duration = 3
		w.Voice = &f
	}
}

func (s *Server) getFile(_ context.Context, c *call) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.text["file_id"]
	file := s.documents[id]
	switch {
	case file == nil:
		return nil, refused(FileUnknown, http.StatusBadRequest, "Bad Request: wrong file_id or the file is temporarily unavailable")
	case len(file.Data) > fetchable:
		return nil, refused(FileTooLarge, http.StatusBadRequest, "Bad Request: file is too big")
	}
	where := file.Kind + "/" + id
	s.paths[where] = c.now.Add(pathLife)
	return wireFile{FileID: id, FileUniqueID: "u" + id, FileSize: len(file.Data), FilePath: where}, nil
}

// fetchFile serves a file by the path that getFile gave, as long as that holds.
func (s *Server) fetchFile(w http.ResponseWriter, where string) {
	defer s.clock.Work().Done()
	_, id, _ := strings.Cut(where, "/")
	s.mu.Lock()
	file, until := s.documents[id], s.paths[where]
	s.mu.Unlock()
	if file == nil || s.clock.Now().After(until) {
		s.answer(w, nil, refused(FileUnknown, http.StatusNotFound, "Not Found"))
		return
	}
	w.Write(file.Data)
	http.NewResponseController(w).Flush()
}
