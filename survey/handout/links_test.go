package handout_test

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"pascalatih/survey/handout"
	"pascalatih/survey/text"
)

var training = handout.Training{
	Title: "Manajemen A&B + C, 50%",
	First: time.Date(2026, time.June, 22, 0, 0, 0, 0, time.UTC),
	Last:  time.Date(2026, time.June, 28, 0, 0, 0, 0, time.UTC),
}

const personal = "https://t.me/contoh_pascalatih_bot?start=pABCDEFGHIJKLMNOPQRSTUVWXYZ"

func TestLinks(t *testing.T) {
	tests := map[string]struct {
		person handout.Person
		shown  []string
		phone  string // in the WhatsApp link
	}{
		"with a phone": {
			person: handout.Person{Name: "=Contoh", Unit: "Dinas Contoh", Phone: "+6281200000000", Address: personal},
			shown:  []string{"=Contoh", "Dinas Contoh", personal, "Buka pesan"}, phone: "6281200000000"},
		"without a phone": {
			person: handout.Person{Name: "Contoh", Unit: "Dinas Contoh", Address: personal},
			shown:  []string{"Contoh", "Dinas Contoh", personal, "Buka pesan", "Nomor telepon belum ada. Mohon pilih penerimanya di WhatsApp."}},
		"connected already": {
			person: handout.Person{Name: "Contoh", Unit: "Dinas Contoh", Phone: "+6281200000000", Connected: true},
			shown:  []string{"Contoh", "Dinas Contoh", "", "", "Sudah terhubung, tidak perlu tautan."}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := links(t, test.person)
			rows, err := file.GetRows("tautan")
			if err != nil {
				t.Fatal(err)
			}
			want := [][]string{{"nama", "unit", "tautan", "WhatsApp", "keterangan"}, test.shown}
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			linked, target, err := file.GetCellHyperLink("tautan", "C2")
			if err != nil || linked == test.person.Connected || target != test.person.Address {
				t.Errorf("the personal link leads to %q (%v, %v)", target, linked, err)
			}
			if linked, target, _ = file.GetCellHyperLink("tautan", "D2"); linked {
				checkMessage(t, target, test.phone, test.person)
			} else if !test.person.Connected {
				t.Error("there is no WhatsApp link")
			}
		})
	}
}

func checkMessage(t *testing.T, target, phone string, person handout.Person) {
	t.Helper()
	if strings.Contains(target, "+") {
		t.Errorf("WhatsApp would show a plus: %s", target)
	}
	parsed, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	if parsed.Host != "wa.me" || parsed.Path != "/"+phone {
		t.Errorf("the message goes to %s%s", parsed.Host, parsed.Path)
	}
	message := parsed.Query().Get("text")
	for _, part := range []string{"Yth. Bapak/Ibu " + person.Name + ",\n", training.Title + " (22–28 Juni 2026)", "\n" + personal + "\n"} {
		if !strings.Contains(message, part) {
			t.Errorf("the message does not say %q:\n%s", part, message)
		}
	}
}

func TestLinksOfManyPeople(t *testing.T) {
	people := make([]handout.Person, 300)
	for n := range people {
		people[n] = handout.Person{Name: fmt.Sprintf("Pegawai %d", n), Unit: "Dinas Contoh", Phone: fmt.Sprintf("+62812%08d", n), Address: personal}
	}
	file := links(t, people...)
	linked, target, err := file.GetCellHyperLink("tautan", "D301")
	if err != nil || !linked || !strings.HasPrefix(target, "https://wa.me/6281200000299?text=Yth.%20") {
		t.Errorf("the last message's link is %q (%v, %v)", target, linked, err)
	}
}

func links(t *testing.T, people ...handout.Person) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := handout.Links(&out, training, people, phrases(t)); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func phrases(t *testing.T) text.Phrases {
	t.Helper()
	catalogue, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.In(text.Indonesian)
}
