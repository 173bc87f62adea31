package handout

import (
	"io"
	"net/url"
	"strings"

	"pascalatih/survey/sheet"
	"pascalatih/survey/text"
)

// Person is an employee who gets a personal link.
type Person struct {
	Name, Unit string
	Phone      string // as in "+6281200000000"; empty where it is not known
	Address    string // of the personal link
	Supervisor bool   // of participants, and asked to observe them
	Connected  bool   // stands in the list, but needs no link any more
}

// Links writes a workbook with a row for each person: the personal link, and a
// WhatsApp link that opens a message with it, ready to be sent. The message is in
// the language of say as well, so that it should be the one that people start
// with.
func Links(out io.Writer, t Training, people []Person, say text.Phrases) error {
	w, err := sheet.NewWriter()
	if err != nil {
		return err
	}
	defer w.Close() // the workbook is written by Finish
	err = w.Sheet(say.Say("handout.links.sheet", nil),
		say.Say("handout.links.name", nil),
		say.Say("handout.links.unit", nil),
		say.Say("handout.links.link", nil),
		say.Say("handout.links.whatsapp", nil),
		say.Say("handout.links.note", nil))
	if err != nil {
		return err
	}
	for _, person := range people {
		if err := w.Row(person.row(t, say)...); err != nil {
			return err
		}
	}
	return w.Finish(out)
}

func (p Person) row(t Training, say text.Phrases) []sheet.Entry {
	row := []sheet.Entry{sheet.Words(p.Name), sheet.Words(p.Unit), {}, {}, {}}
	var notes []string
	key := "handout.message"
	if p.Supervisor {
		key = "handout.message_supervisor"
		notes = append(notes, say.Say("handout.links.supervisor", nil))
	}
	switch {
	case p.Connected:
		notes = append(notes, say.Say("handout.links.connected", nil))
	case p.Phone == "":
		notes = append(notes, say.Say("handout.links.no_phone", nil))
	}
	row[4] = sheet.Words(strings.Join(notes, " "))
	if p.Connected {
		return row
	}
	message := say.Say(key, map[string]any{
		"Name": p.Name, "Training": t.Title, "Days": say.Days(t.First, t.Last), "Address": p.Address,
	})
	row[2] = sheet.Link(p.Address, p.Address)
	row[3] = sheet.Link(say.Say("handout.links.send", nil), WhatsApp(p.Phone, message))
	return row
}

// WhatsApp is a link that opens a message to a phone, or lets one choose to whom.
// WhatsApp shows a plus in it as a plus, so a space has to be written as %20.
func WhatsApp(phone, message string) string {
	return "https://wa.me/" + url.PathEscape(strings.TrimPrefix(phone, "+")) +
		"?text=" + strings.ReplaceAll(url.QueryEscape(message), "+", "%20")
}
