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
)

// fetchable is the largest file that a bot may download.
const fetchable = 20 << 20

// fileOf gives the file of a request: one that came with it, or one that the
// server has already. The caller holds s.mu.
func (s *Server) fileOf(c *call, kind string) (id string, file *File, f *failure) {
	upload, ok := c.files[kind]
	if !ok {
		id = c.text[kind]
		if file = s.documents[id]; file == nil {
			return "", nil, refused(FileUnknown, http.StatusBadRequest, "Bad Request: wrong file identifier/HTTP URL specified")
		}
		return id, file, nil
	}
	if len(upload.Data) == 0 {
		s.violate(c, WrongLength, kind+": the file is empty")
		return "", nil, badRequest("file must be non-empty")
	}
	if kind == "photo" {
		if _, _, err := image.DecodeConfig(bytes.NewReader(upload.Data)); err != nil {
			s.violate(c, WrongType, "photo: is no picture")
			return "", nil, badRequest("IMAGE_PROCESS_FAILED")
		}
	}
	upload.Kind = kind
	return s.keep(&upload), &upload, nil
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
		return nil, badRequest("file is too big")
	}
	return wireFile{FileID: id, FileUniqueID: "u" + id, FileSize: len(file.Data), FilePath: file.Kind + "/" + id}, nil
}

func (s *Server) serveFile(w http.ResponseWriter, filePath string) {
	defer s.clock.Work().Done()
	_, id, _ := strings.Cut(filePath, "/")
	s.mu.Lock()
	file := s.documents[id]
	s.mu.Unlock()
	if file == nil {
		s.answer(w, nil, refused(FileUnknown, http.StatusNotFound, "Not Found"))
		return
	}
	w.Write(file.Data)
	http.NewResponseController(w).Flush()
}
