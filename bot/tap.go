package bot

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// tap is what a button carries: what it is about, the revision that its message
// showed, and what to do. A tap at another revision than the present one is an
// old button.
type tap struct {
	Kind     tapKind
	ID       int64 // of the session, the round, …; 0 where there is only one
	Revision int64
	Verb     string // lower-case letters, at most 12
	Index    int    // of a choice or a question, for the verbs that need one
}

// tapKind says what a button is about.
type tapKind string

var tapPattern = regexp.MustCompile(`^([a-z]):([0-9]{1,19}):([0-9]{1,19}):([a-z]{1,12})(?::([0-9]{1,4}))?$`)

var errNoTap = errors.New("not the data of a button")

// data is the tap as callback data, at most 58 of the 64 bytes that Telegram
// allows. An Index of 0 is left out.
func (t tap) data() string {
	data := fmt.Sprintf("%s:%d:%d:%s", t.Kind, t.ID, t.Revision, t.Verb)
	if t.Index > 0 {
		data += ":" + strconv.Itoa(t.Index)
	}
	return data
}

// parseTap reads callback data, which anybody can forge. Only what data wrote
// is accepted.
func parseTap(data string) (tap, error) {
	parts := tapPattern.FindStringSubmatch(data)
	if parts == nil {
		return tap{}, errNoTap
	}
	id, errID := strconv.ParseInt(parts[2], 10, 64)
	revision, errRevision := strconv.ParseInt(parts[3], 10, 64)
	index, _ := strconv.Atoi("0" + parts[5])
	t := tap{Kind: tapKind(parts[1]), ID: id, Revision: revision, Verb: parts[4], Index: index}
	if errID != nil || errRevision != nil || t.data() != data {
		return tap{}, errNoTap
	}
	return t, nil
}
