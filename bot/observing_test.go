package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/instruments"
)

// supervising makes Budi the supervisor of so many people who took part in training
// C, named Pegawai 01 and so on, and opens the round for supervisors. What is due
// goes out.
func (h *house) supervising(people int, names ...string) storage.Round {
	h.t.Helper()
	roster := []string{pegawaiHeader + "198001012005011001,Budi Contoh,Dinas Contoh,,,,\n", "", pesertaHeader}
	for i := range people {
		name := fmt.Sprintf("Pegawai %02d", i+1)
		if i < len(names) {
			name = names[i]
		}
		nip := fmt.Sprintf("19850101201001%04d", 1001+i)
		roster[0] += nip + "," + name + ",Badan Contoh,,,,198001012005011001\n"
		roster[2] += "C," + nip + "\n"
	}
	roster[1] = pelatihanHeader + "C,Pelatihan C,,,2026-03-26,2026-03-27,,\n"
	h.brings(roster...)
	all, err := instruments.All()
	must(h.t, err)
	for _, form := range all {
		if form.Key == "observation" {
			h.publish(form)
		}
	}
	round, _, err := h.OpenRound(h.t.Context(), storage.Opening{Training: "C", Instrument: "observation", Audience: storage.Supervisors},
		storage.Source{}, wib, h.clock.Now())
	must(h.t, err)
	h.deliver()
	return round
}

// observes fills the form that is shown, from its first question on, and gives how
// many taps it took.
func (h *house) observes(p *simulator.Person) int {
	h.t.Helper()
	steps := []string{"[Beberapa kali]", "[Sering]", "[Jarang]", "[Sering]", "[Tidak teramati]", "[Selalu]", "[Kadang-kadang]",
		"[Meningkat]", "[Lewati]", "[☐ Membimbing langsung]", "[Lanjut]", "[☐ Pelatihan lanjutan]", "[Lanjut]", "[Kirim]"}
	for _, step := range steps {
		h.act(p, step)
	}
	return len(steps)
}

func TestASupervisorWithOne(t *testing.T) {
	h := newHouse(t)
	round := h.supervising(1)
	h.expect(h.budi, "Pengamatan oleh atasan\n\nPegawai 01 · Badan Contoh\nPegawai ini telah mengikuti Pelatihan C. Sebagai atasannya, ",
		"Waktu: sekitar 1 menit, sampai 6 Juli 2026", "Rahasia: ", "Yang diamati tidak melihat jawaban ini.")
	h.tap(h.budi, "Mulai")
	h.reads(h.budi, "Pegawai 01 · Pelatihan C · 1/11\n\nSejak pelatihan selesai, seberapa sering Bapak/Ibu melihat pegawai ini menerapkan hasilnya?")
	taps := 1 + h.observes(h.budi)
	h.expect(h.budi, "Terima kasih, Bapak/Ibu. Pengamatan atas Pegawai 01 sudah kami terima.\n\nHasilnya kami rangkum bersama pengamatan atasan lain")
	if buttons := h.budi.Chat().Last().Rows; len(buttons) != 0 {
		t.Errorf("buttons %v", buttons)
	}
	if seconds := 6 * taps; seconds > 180 {
		t.Errorf("%d taps", taps)
	}
	if status := h.status(round); status.Sent != 1 {
		t.Errorf("status %+v", status.RoundCounts)
	}
}

func TestASupervisorWithEight(t *testing.T) {
	h := newHouse(t)
	round := h.supervising(8)
	messages := len(h.budi.Chat().FromBot())
	h.expect(h.budi, "Pengamatan oleh atasan\n\n8 pegawai Bapak/Ibu telah mengikuti Pelatihan C.", "Silakan tekan nama yang ingin diisi:\n1. Pegawai 01\n2. Pegawai 02")
	h.tap(h.budi, "3. Pegawai 03")
	h.expect(h.budi, "Pegawai 03 · Pelatihan C · 1/11")
	h.observes(h.budi)
	h.expect(h.budi, "Pengamatan atas Pegawai 03 sudah kami terima.\n\n✓ Pegawai 03\n\nTinggal 7 pegawai:\n1. Pegawai 01")
	for left := 6; left >= 0; left-- {
		h.act(h.budi, "["+h.budi.Chat().Last().Rows[0][0].Text+"]")
		h.observes(h.budi)
		if left > 0 {
			h.expect(h.budi, fmt.Sprintf("Tinggal %d pegawai:\n1. ", left))
		}
	}
	h.expect(h.budi, "Semua pegawai Bapak/Ibu sudah diamati.")
	if got := len(h.budi.Chat().FromBot()); got != messages {
		t.Errorf("%d messages, want all in the one that announced them", got-messages+1)
	}
	if status := h.status(round); status.Sent != 8 || status.Invited != 8 {
		t.Errorf("status %+v", status.RoundCounts)
	}
}

func TestASupervisorWithMany(t *testing.T) {
	h := newHouse(t)
	long := strings.TrimSpace(strings.Repeat("Aditya Nama Panjang ", 12))
	h.supervising(60, long)
	h.expect(h.budi, "60 pegawai Bapak/Ibu", "1. Aditya Nama Panjang", "12. Pegawai 12", "dan 48 pegawai lain, yang menyusul setelah ini")
	if rows := h.budi.Chat().Last().Rows; len(rows) != 12 || len([]rune(rows[0][0].Text)) != 28 {
		t.Errorf("buttons %v", rows)
	}
	h.act(h.budi, "["+h.budi.Chat().Last().Rows[0][0].Text+"]")
	h.reads(h.budi, long+" · Pelatihan C · 1/11")
	h.tap(h.budi, "Bukan bawahan saya")
	h.tap(h.budi, "Ya, bukan")
	h.reads(h.budi, "Formulir tentang "+long, "Tinggal 59 pegawai:\n1. Pegawai 02")
	for range 13 {
		h.act(h.budi, "["+h.budi.Chat().Last().Rows[0][0].Text+"]")
		h.observes(h.budi)
	}
	h.reads(h.budi, "✓ 13 sudah terkirim\n\nTinggal 46 pegawai:")
	h.write(h.budi, "/survei")
	h.reads(h.budi, "✓ 13 sudah terkirim\n\nTinggal 46 pegawai:\n1. Pegawai 15", "dan 34 pegawai lain")
}

func TestNotMine(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	h.supervising(2)
	h.tap(h.budi, "1. Pegawai 01")
	h.tap(h.budi, "Bukan bawahan saya")
	h.expect(h.budi, "Pegawai 01 · Pelatihan C\n\nBila Pegawai 01 bukan bawahan Bapak/Ibu, formulir ini kami tutup")
	h.tap(h.budi, "Kembali")
	h.expect(h.budi, "Pegawai 01 · Pelatihan C · 1/11")
	h.tap(h.budi, "Bukan bawahan saya")
	h.tap(h.budi, "Ya, bukan")
	h.expect(h.budi, "Baik. Formulir tentang Pegawai 01 sudah kami tutup, dan bagian kepegawaian kami beri tahu.\n\nTinggal 1 pegawai:\n1. Pegawai 02")
	h.pass(6 * time.Minute)
	h.deliver()
	h.expect(admin, "Atasan yang tercatat tidak tepat\n\nBudi Contoh (NIP 198001012005011001, Dinas Contoh) menyatakan bukan atasan dari:\n"+
		"· Pegawai 01 (NIP 198501012010011001, Badan Contoh)\n\nPengamatan ini tentang Pelatihan C. Mohon perbaiki kolom atasan_nip")
	h.write(admin, "/status 1")
	h.reads(admin, "Pengamatan oleh atasan · kepada atasan · terbuka sampai", "1 bukan atasannya")
	h.tap(h.budi, "1. Pegawai 02")
	h.tap(h.budi, "Beberapa kali")
	if button := h.budi.Chat().Button("Bukan bawahan saya"); button.Text != "" {
		t.Errorf("after an answer it still says so: %v", h.budi.Chat().Last().Rows)
	}
}

// A supervisor agrees before anything is asked of them, as everybody does.
func TestSupervisorsAgreeFirst(t *testing.T) {
	h := newHouse(t)
	_, err := h.Withdraw(t.Context(), h.budi.ID, storage.Source{}, h.clock.Now())
	must(t, err)
	before := len(h.budi.Chat().FromBot())
	h.supervising(3)
	if got := len(h.budi.Chat().FromBot()); got != before {
		t.Errorf("%d messages before consent", got-before)
	}
	h.write(h.budi, "/survei")
	h.tap(h.budi, "Setuju")
	h.deliver()
	h.reads(h.budi, "3 pegawai Bapak/Ibu telah mengikuti Pelatihan C.")
}

func TestStartingARoundForSupervisors(t *testing.T) {
	h := newHouse(t)
	admin := h.admin()
	_, err := h.CloseRound(t.Context(), h.supervising(2).ID, storage.Source{}, h.clock.Now())
	must(t, err)
	for _, step := range []string{"/mulai", "[C · Pelatihan C]", "[Pengamatan oleh atasan]"} {
		h.act(admin, step)
	}
	h.reads(admin, "Siapa yang ditanyai?")
	h.tap(admin, "Atasan peserta")
	h.tap(admin, "Sekarang")
	h.reads(admin, "Pengamatan oleh atasan · Pelatihan C", "Nama pegawai · unit kerjanya", "Formulir: 2, untuk 1 atasan. Belum terjangkau: 0 formulir")
	h.tap(admin, "Kembali")
	h.tap(admin, "Kembali")
	h.reads(admin, "Siapa yang ditanyai?")
	h.write(admin, "/mulai C observation")
	h.reads(admin, "untuk 1 atasan")
	h.write(admin, "/mulai A observation")
	h.reads(admin, "Atasan para peserta belum tercatat.")
	h.write(admin, "/mulai C uji atasan")
	h.reads(admin, "Formulir uji · Pelatihan C", "untuk 1 atasan")
}
