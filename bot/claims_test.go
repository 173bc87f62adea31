package bot_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
)

// asks has new people wait for HR: each is the employee with the n-th NIP, by the
// class link of A, under a Telegram name. It gives their chats.
func (h *house) asks(names map[int]string) map[int]*simulator.Person {
	h.t.Helper()
	people := map[int]*simulator.Person{}
	for n := range 40 {
		name, wanted := names[n]
		if !wanted {
			continue
		}
		person := h.sim.Person(int64(7200+n), name, "id")
		person.Start("")
		h.settle()
		employee := query[int64](h, `SELECT id FROM employee WHERE nip = $1`, fmt.Sprintf("198001012005011%03d", n))
		_, err := h.JoinClass(h.t.Context(), storage.Joining{Account: person.ID, Training: 1, Employee: employee, Via: storage.ViaNIP, ToldName: name, Notice: "1"},
			storage.Source{}, h.clock.Now())
		must(h.t, err)
		people[n] = person
	}
	return people
}

// roomOf puts employees into the roster, and those of them who are participants
// into training A.
func (h *house) roomOf(participants, others []int) {
	h.t.Helper()
	people, places := pegawaiHeader, pesertaHeader
	for _, n := range append(append([]int{}, participants...), others...) {
		people += fmt.Sprintf("198001012005011%03d,Pegawai Nomor%c,Dinas Contoh,,,,\n", n, 'A'+rune(n))
	}
	for _, n := range participants {
		places += fmt.Sprintf("A,198001012005011%03d\n", n)
	}
	h.brings(people, places)
}

// called is how the n-th employee of roomOf is called.
func called(n int) string { return fmt.Sprintf("Pegawai Nomor%c", 'A'+rune(n)) }

func (h *house) state(person *simulator.Person) string {
	h.t.Helper()
	return query[string](h, `SELECT state FROM claim WHERE account_id = $1 ORDER BY id DESC LIMIT 1`, person.ID)
}

func TestTheListOfClaims(t *testing.T) {
	everyWay(t, func(h *house, w way) {
		h.roomOf([]int{10, 11, 12}, []int{13})
		people := h.asks(map[int]string{10: called(10), 11: "Nomorl P.", 12: "Mama Rafi", 13: called(13)})
		admin := h.admin()
		if got := h.deliver(); len(got) != 0 {
			h.t.Errorf("%d messages go out before the list is collected", len(got))
		}
		h.pass(5 * time.Minute)
		h.hears(w)
		h.reads(admin, "4 akun menunggu persetujuan", "Pegawai NomorK (Dinas Contoh) · Pegawai NomorK", "Pegawai NomorL (Dinas Contoh) · Nomorl P.")
		w.step(h, admin, "[›]")
		h.reads(admin, "Nama Telegram: Mama Rafi", "Namanya berbeda")
		w.step(h, admin, "[›]")
		h.reads(admin, "Pegawai NomorN", "bukan peserta")
		w.step(h, admin, "[‹]")
		w.step(h, admin, "[Tolak]")
		w.step(h, admin, "[‹]")
		w.step(h, admin, "[Setujui semua]")
		h.reads(admin, "1 akun menunggu persetujuan", "Pegawai NomorN")
		w.step(h, admin, "[Setujui]")
		h.reads(admin, "Tidak ada akun yang menunggu")
		h.deliverAll()
		h.settle()
		for n, want := range map[int]string{10: "sudah menyetujui", 11: "sudah menyetujui", 12: "tidak dapat menyetujui", 13: "sudah menyetujui"} {
			h.reads(people[n], want)
		}
		if got := query[int](h, `SELECT count(*) FROM audit WHERE action IN ('claims confirmed', 'claim refused')`); got != 3 {
			h.t.Errorf("%d decisions in the audit", got)
		}
	})
}

// Setujui semua approves what was on the sheet, nothing that came later, and
// nothing at all where the sheet is not so any more.
func TestApprovingWhatWasShown(t *testing.T) {
	h := newHouse(t)
	h.roomOf([]int{10, 11, 12}, nil)
	people := h.asks(map[int]string{10: called(10), 11: called(11)})
	admin := h.admin()
	h.forge(admin, "k:0:0:list")
	shownThen := admin.Chat().Button("Setujui semua")
	later := h.asks(map[int]string{12: called(12)})
	admin.Tap(shownThen)
	h.settle()
	h.reads(admin, "2 akun disetujui", "1 akun menunggu", called(12))
	if got := h.state(later[12]); got != "provisional" {
		t.Errorf("who came later is %s", got)
	}
	stale := admin.Chat().Button("Setujui semua")
	h.sim.Person(7300, "Lain", "id").Start("")
	h.settle()
	_, err := h.JoinClass(t.Context(), storage.Joining{Account: 7300, Training: 1, Employee: query[int64](h, `SELECT max(id) FROM employee`), Via: storage.ViaNIP, Notice: "1"},
		storage.Source{}, h.clock.Now())
	must(t, err)
	admin.Tap(stale)
	h.settle()
	h.reads(admin, "Itu sudah diputuskan", "Ada 1 akun lain yang mengaku pegawai ini")
	if got := h.state(later[12]); got != "provisional" {
		t.Errorf("who is doubtful by now is %s", got)
	}
	for n, person := range people {
		if got := h.state(person); got != "confirmed" {
			t.Errorf("%d is %s", n, got)
		}
	}
}

func TestClaimsOneByOne(t *testing.T) {
	h := newHouse(t)
	var all []int
	names := map[int]string{}
	for n := 5; n < 18; n++ {
		all = append(all, n)
		names[n] = called(n)
	}
	h.roomOf(all, nil)
	h.asks(names)
	admin := h.admin()
	h.forge(admin, "k:0:0:list")
	if got := strings.Count(admin.Chat().Last().Text, "•"); got != 10 {
		t.Errorf("%d are on the first sheet", got)
	}
	h.tap(admin, "›")
	if got := strings.Count(admin.Chat().Last().Text, "•"); got != 3 {
		t.Errorf("%d are on the second sheet", got)
	}
	h.tap(admin, "Satu per satu")
	h.reads(admin, "Pegawai: "+called(15), "Nama Telegram: "+called(15))
	h.tap(admin, "Tolak")
	h.reads(admin, "Ditolak", "12 akun menunggu")
}

// Two officers press different buttons on the same list at once.
func TestTwoOfficersOnTheList(t *testing.T) {
	h := newHouse(t)
	h.roomOf([]int{10, 11}, nil)
	people := h.asks(map[int]string{10: called(10), 11: called(11)})
	other := h.sim.Person(7600, "Petugas Lain", "id")
	h.give(other.ID, storage.RoleHR, storage.Scope{All: true})
	other.Start("")
	admin := h.admin()
	for _, officer := range []*simulator.Person{admin, other} {
		h.forge(officer, "k:0:0:list")
	}
	h.tap(other, "Satu per satu")
	var both sync.WaitGroup
	both.Go(func() { admin.Tap(admin.Chat().Button("Setujui semua")) })
	both.Go(func() { other.Tap(other.Chat().Button("Tolak")) })
	both.Wait()
	h.settle()
	first, second := h.state(people[10]), h.state(people[11])
	switch {
	case first == "confirmed" && second == "confirmed":
		h.reads(other, "Itu sudah diputuskan")
	case first == "refused" && (second == "provisional" || second == "confirmed"):
	default:
		t.Errorf("they are %s and %s", first, second)
	}
}

func TestTheListIsOfTheOfficersUnits(t *testing.T) {
	h := newHouse(t)
	h.roomOf([]int{10}, nil)
	h.brings(pegawaiHeader + "198001012005011011,Rina Lain,Badan Lain,,,,\n")
	people := h.asks(map[int]string{10: called(10), 11: "Rina Lain"})
	officer := h.sim.Person(7600, "Petugas Unit", "id")
	h.give(officer.ID, storage.RoleHR, storage.Scope{Units: []int64{query[int64](h, `SELECT id FROM unit WHERE name = 'Badan Lain'`)}})
	officer.Start("")
	h.settle()
	h.forge(officer, "k:0:0:list")
	h.reads(officer, "1 akun menunggu", "Rina Lain")
	foreign := query[int64](h, `SELECT id FROM claim WHERE account_id = $1`, people[10].ID)
	for _, verb := range []string{"yes", "no"} {
		h.forge(officer, fmt.Sprintf("k:%d:%d:%s", foreign, foreign, verb))
		h.reads(officer, "Itu sudah diputuskan")
	}
	if got := h.state(people[10]); got != "provisional" {
		t.Errorf("the other unit's is %s", got)
	}
	h.forge(people[10], fmt.Sprintf("k:%d:%d:yes", foreign, foreign))
	h.reads(people[10], "sudah tidak berlaku")
	if got := h.state(people[10]); got != "provisional" {
		t.Errorf("who waits approved themselves: %s", got)
	}
}

func TestTheListIsNotSentTwice(t *testing.T) {
	h := newHouse(t)
	h.roomOf([]int{10, 11}, nil)
	h.asks(map[int]string{10: called(10)})
	h.admin()
	h.pass(5 * time.Minute)
	if got := h.deliver(); len(got) != 1 {
		t.Fatalf("%d messages", len(got))
	}
	h.pass(30 * time.Minute)
	h.asks(map[int]string{11: called(11)})
	h.pass(10 * time.Minute)
	if got := h.deliver(); len(got) != 0 {
		t.Errorf("%d messages within the hour", len(got))
	}
	h.pass(30 * time.Minute)
	if got := h.deliver(); len(got) != 1 || got[0].State != storage.Sent {
		t.Errorf("after the hour: %v", got)
	}
	h.asks(nil)
	h.pass(24 * time.Hour)
	if got := h.deliver(); len(got) != 0 {
		t.Errorf("%d messages with nothing new", len(got))
	}
}

func TestNoListWhereNobodyWaits(t *testing.T) {
	h := newHouse(t)
	h.roomOf([]int{10}, nil)
	people := h.asks(map[int]string{10: called(10)})
	h.write(people[10], "/privasi")
	h.tap(people[10], "Tarik persetujuan")
	h.pass(5 * time.Minute)
	if got := h.deliver(); len(got) != 1 || got[0].State != storage.Unneeded {
		t.Errorf("it ended as %v", got)
	}
}
