package telegram_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"pascalatih/bot/simulator"
	"pascalatih/bot/telegram"
)

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

	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 16, 9))); err != nil {
		t.Fatal(err)
	}
	poster := done(client.SendPhoto(ctx, telegram.Upload{Chat: 7001, Name: "kelas.png", Data: drawn.Bytes(), Caption: "<b>Kelas</b>", Buttons: buttons}))
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
