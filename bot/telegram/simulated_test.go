package telegram_test

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"sync"
	"testing"

	"pascalatih/bot/simulator"
	"pascalatih/bot/telegram"
)

// A summary's first picture is paged in place, and its further ones come as a
// silent album, as the simulator wants both.
func TestPicturesWithASimulatedTelegram(t *testing.T) {
	sim, err := simulator.New(simulator.Config{Clock: newClock(), Unlimited: true})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	client := telegram.New(telegram.Config{Token: sim.Token(), BaseURL: sim.URL(), Log: silent()})
	ctx, budi, drawn := t.Context(), sim.Person(7001, "Budi Contoh", "id"), drawing(t)
	budi.Start("")
	buttons := func(label, data string) telegram.Keyboard { return telegram.Keyboard{{{Text: label, Data: data}}} }
	summary, err := client.SendPhoto(ctx, telegram.Upload{Chat: 7001, Name: "kepuasan.png", Data: drawn, Caption: "<b>Pekan ini</b>", Buttons: buttons("Rinci", "p:2")})
	if err != nil {
		t.Fatal(err)
	}
	first, err := client.SendAlbum(ctx, telegram.Album{Chat: 7001, Silent: true, Pictures: []telegram.Picture{
		{Name: "kepuasan.png", Data: drawn, Caption: telegram.Escape("Jawaban > 5 & lain")}, {Name: "hambatan.png", Data: drawn}, {Name: "tren.png", Data: drawn},
	}})
	if err != nil || first != summary+1 {
		t.Fatalf("the album's first message is %d, after %d: %v", first, summary, err)
	}
	shown := budi.Chat().FromBot()
	if len(shown) != 4 || shown[0].Silent || shown[0].Album != "" || shown[1].Text != "Jawaban > 5 & lain" || shown[3].File.Name != "tren.png" {
		t.Errorf("shown are %+v", shown)
	}
	for _, m := range shown[1:] {
		if !m.Silent || m.Album == "" || m.Album != shown[1].Album || !bytes.Equal(m.File.Data, drawn) {
			t.Errorf("a picture of the album is %+v", m)
		}
	}

	budi.Tap(budi.Chat().Button("Rinci"))
	updates, err := client.Updates(ctx, 0, 100, 0)
	if err != nil || len(updates) != 2 || updates[1].Callback == nil {
		t.Fatalf("got %+v and %v, want a start and a tap", updates, err)
	}
	tap := updates[1].Callback
	if tap.MessageID != summary || tap.Data != "p:2" || updates[1].Chat != (telegram.Chat{ID: 7001, Private: true}) {
		t.Errorf("the tap came as %+v in %+v", tap, updates[1].Chat)
	}
	for range 2 { // the second time it looks so already: no error
		if err := client.EditCaption(ctx, 7001, tap.MessageID, "Halaman 2", buttons("Kembali", "p:1")); err != nil {
			t.Fatal(err)
		}
	}
	if m := budi.Chat().Message(summary); m.Text != "Halaman 2" || m.Button("Kembali").Data != "p:1" || m.Button("Rinci").Text != "" || !bytes.Equal(m.File.Data, drawn) {
		t.Errorf("the second page is %+v", m)
	}
	if err := sim.Sound(); err != nil {
		t.Error(err)
	}
}

// Albums and messages at the Pacer's pace are within the simulator's limits.
func TestAlbumsAtPaceWithASimulatedTelegram(t *testing.T) {
	c := newClock()
	sim, err := simulator.New(simulator.Config{Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	client, pacer := telegram.New(telegram.Config{Token: sim.Token(), BaseURL: sim.URL(), Log: silent()}), telegram.NewPacer(c, 28)
	ctx, drawn := t.Context(), drawing(t)
	var group sync.WaitGroup
	setup := c.Work() // holds the clock until all are there
	for chat := range int64(12) {
		sim.Person(7001+chat, "Contoh", "id").Start("")
		for n := range 3 {
			w := c.Work()
			group.Go(func() {
				defer w.Done()
				album := telegram.Album{Chat: 7001 + chat, Pictures: slices.Repeat([]telegram.Picture{{Name: "a.png", Data: drawn}}, 2+4*n)}
				err := pacer.DoAlbum(ctx, w, telegram.Bulk, album.Chat, len(album.Pictures), func() error {
					_, err := client.SendAlbum(ctx, album)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				err = pacer.Do(ctx, w, telegram.Reply, album.Chat, func() error {
					_, err := client.Send(ctx, telegram.Message{Chat: album.Chat, Text: "a"})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	setup.Done()
	group.Wait()
	if err := sim.Sound(); err != nil {
		t.Error(err)
	}
}

// drawing is a small picture.
func drawing(t *testing.T) []byte {
	t.Helper()
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 16, 9))); err != nil {
		t.Fatal(err)
	}
	return drawn.Bytes()
}

// The wire keeps all the rules of files, contacts and keys that the simulator
// knows, and the two understand each other.
func TestFilesAndKeysWithASimulatedTelegram(t *testing.T) {
	sim, err := simulator.New(simulator.Config{Clock: newClock(), Unlimited: true})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	client := telegram.New(telegram.Config{Token: sim.Token(), BaseURL: sim.URL(), Log: silent()})
	ctx, budi := t.Context(), sim.Person(7001, "Budi Contoh", "id")
	budi.Start("")
	budi.SetPhone("6281200000001")
	buttons := telegram.Keyboard{{{Text: "Unduh", Data: "d:1"}}}
	done := func(id int, err error) int {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}

	poster := done(client.SendPhoto(ctx, telegram.Upload{Chat: 7001, Name: "kelas.png", Data: drawing(t), Caption: "<b>Kelas</b>", Buttons: buttons}))
	sheet := done(client.SendDocument(ctx, telegram.Upload{Chat: 7001, Name: "tautan.xlsx", Data: []byte("x")}))
	done(0, client.EditCaption(ctx, 7001, sheet, telegram.Escape("Siap & lengkap"), buttons))
	done(0, client.EditCaption(ctx, 7001, sheet, telegram.Escape("Siap & lengkap"), buttons)) // as it was: no error
	done(0, client.RemoveButtons(ctx, 7001, poster))
	done(0, client.ShowAction(ctx, 7001, telegram.SendingPhoto))
	if m := budi.Chat().Message(sheet); m.Text != "Siap & lengkap" || m.Button("Unduh").Data != "d:1" || m.File.Name != "tautan.xlsx" {
		t.Errorf("the document is %+v", m)
	}
	if m := budi.Chat().Message(poster); m.Text != "Kelas" || len(m.Rows) != 0 || m.File.Kind != "photo" {
		t.Errorf("the picture is %+v", m)
	}

	asked := done(client.Send(ctx, telegram.Message{Chat: 7001, Text: "Nomor", Keys: [][]telegram.Key{{{Text: "Bagikan nomor", Contact: true}}, {{Text: "Tulis NIP"}}}}))
	if _, err := budi.ShareContact(); err != nil {
		t.Fatal(err)
	}
	budi.ContactOf("6281200000002", 7002)
	budi.Document("pegawai.csv", []byte("nip;nama"))
	if err := client.Edit(ctx, 7001, asked, "Baru", nil); telegram.KindOf(err) != telegram.Gone {
		t.Errorf("an edit of a message with keys gives %v, want gone", err)
	}
	done(client.Send(ctx, telegram.Message{Chat: 7001, Text: "Terima kasih", RemoveKeys: true}))
	done(0, client.Delete(ctx, 7001, asked))
	if keys := budi.Chat().Keys(); keys != nil {
		t.Errorf("the keys are still there: %+v", keys)
	}

	updates, err := client.Updates(ctx, 0, 100, 0)
	if err != nil || len(updates) != 4 {
		t.Fatalf("got %d updates and %v, want 4", len(updates), err)
	}
	own, others, file := updates[1].Message.Shared, updates[2].Message.Shared, updates[3].Message.File
	if own == nil || *own != (telegram.SharedContact{Phone: "6281200000001", UserID: 7001, Own: true}) {
		t.Errorf("one's own number came as %+v", own)
	}
	if others == nil || others.Own {
		t.Errorf("another's number came as %+v", others)
	}
	if file == nil || file.Name != "pegawai.csv" || file.Size != 8 {
		t.Fatalf("the file came as %+v", file)
	}
	if data, err := client.Download(ctx, file.ID, telegram.MaxDownload); err != nil || string(data) != "nip;nama" {
		t.Errorf("downloaded %q, %v", data, err)
	}
	if _, err := client.Download(ctx, file.ID, 7); telegram.KindOf(err) != telegram.TooLarge {
		t.Errorf("more than wanted gives %v, want too large", err)
	}
	if err := sim.Sound(); err != nil {
		t.Error(err)
	}
}
