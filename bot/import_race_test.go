package bot_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/survey/sheet"
)

// officers are two people of HR, each with a preview of a file of their own.
func (h *house) officers(files ...[]byte) (*simulator.Person, *simulator.Person) {
	h.t.Helper()
	h.give(h.budi.ID, storage.RoleHR, storage.Scope{All: true})
	admin := h.admin()
	untroubled.sends(h, admin, "data.csv", files[0])
	untroubled.sends(h, h.budi, "data.csv", files[len(files)-1])
	h.tap(admin, "Terapkan")
	h.tap(h.budi, "Terapkan")
	return admin, h.budi
}

// race does the jobs that are due at the same moment.
func (h *house) race(also ...func()) {
	h.t.Helper()
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() { h.worksOnce(1) })
	}
	for _, do := range also {
		wait.Go(do)
	}
	wait.Wait()
	h.works()
}

// Two officers who confirm the same changes at once make them once; the other is
// shown that nothing is left.
func TestTwoImportsAtOnce(t *testing.T) {
	for i := range 5 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			file := []byte("nip,nama,unit\n198001012005011003,Rudi Misal,Badan Contoh\n198001012005011002,Siti Contoh,Badan Contoh\n198001012005011001,Budi Contoh,Dinas Contoh\n")
			one, other := h.officers(file)
			h.race()
			applied := 0
			for _, officer := range []*simulator.Person{one, other} {
				switch said := officer.Chat().Last().Text; {
				case strings.Contains(said, "Sudah disimpan."):
					applied++
				case !strings.Contains(said, "Tidak ada yang baru"):
					t.Errorf("one reads %q", said)
				}
			}
			if applied != 1 {
				t.Errorf("%d were applied", applied)
			}
			if got := query[int](h, `SELECT count(*) FROM audit WHERE action = 'roster imported' AND account_id IS NOT NULL`); got != 1 {
				t.Errorf("%d imports are in the books", got)
			}
			if got := query[int](h, `SELECT count(*) FROM employee`); got != 3 {
				t.Errorf("%d employees", got)
			}
		})
	}
}

// Two files about other people do not hinder each other.
func TestTwoOtherImportsAtOnce(t *testing.T) {
	h := newHouse(t)
	one, other := h.officers([]byte("nip,nama,unit\n198001012005011003,Rudi Misal,Dinas Contoh\n"), []byte("nip,nama,unit\n198001012005011004,Rani Misal,Dinas Contoh\n"))
	h.race()
	h.reads(one, "Sudah disimpan.")
	h.reads(other, "Sudah disimpan.")
	if got := query[int](h, `SELECT count(*) FROM employee`); got != 4 {
		t.Errorf("%d employees", got)
	}
}

// An import that changes people, and HR's yes to who they are, at the same moment.
func TestImportBesideClaims(t *testing.T) {
	for i := range 5 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.roomOf([]int{10, 11, 12}, nil)
			h.open("A")
			people := h.asks(map[int]string{10: called(10), 11: called(11), 12: called(12)})
			admin := h.admin()
			rows := "nip,nama,unit,telepon\n"
			for n := 10; n <= 12; n++ {
				rows += fmt.Sprintf("198001012005011%03d,%s,Badan Contoh,08120000000%d\n", n, called(n), n-10)
			}
			untroubled.sends(h, admin, "pegawai.csv", []byte(rows))
			h.tap(admin, "Terapkan")
			waiting, err := h.WaitingClaims(t.Context(), storage.Scope{All: true})
			must(t, err)
			var claims []int64
			for _, claim := range waiting {
				claims = append(claims, claim.ID)
			}
			h.race(func() {
				_, err := h.ConfirmClaims(t.Context(), storage.Scope{All: true}, claims, storage.Source{}, h.clock.Now())
				if err != nil {
					t.Errorf("confirming: %v", err)
				}
			}, func() {
				_, err := h.MarkLeft(t.Context(), map[int64]storage.Departure{1: storage.Moved}, storage.Source{}, h.clock.Now())
				if err != nil {
					t.Errorf("leaving: %v", err)
				}
			})
			h.reads(admin, "Sudah disimpan.", "3 berubah")
			for n, person := range people {
				if state := h.state(person); state != "confirmed" {
					t.Errorf("the claim on %d is %s", n, state)
				}
			}
			if got := query[int](h, `SELECT count(*) FROM employee e JOIN unit u ON u.id = e.unit_id WHERE u.name = 'Badan Contoh'`); got != 3 {
				t.Errorf("%d were moved", got)
			}
		})
	}
}

// A city's roster goes through chat quickly and in little memory; the bounds are
// wide, for a busy machine.
func TestImportOfMany(t *testing.T) {
	const people, limit = 5_000, 20 * time.Second
	h := newHouse(t)
	admin := h.admin()
	file := manyRows(t, people)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, step := range []struct{ label, reads string }{{"", "Pratinjau pegawai dan pelatihan"}, {"Terapkan", "Sudah disimpan."}} {
		if step.label == "" {
			admin.Document("data.xlsx", file)
			h.pass(10 * time.Second)
		} else {
			h.tap(admin, step.label)
		}
		began := time.Now()
		h.worksOnce(1)
		took := time.Since(began)
		h.settle()
		h.reads(admin, step.reads)
		runtime.ReadMemStats(&after)
		t.Logf("%d employees and as many participants: %v to %q, %d MB from the system", people, took.Round(10*time.Millisecond), step.reads, after.Sys>>20)
		if took > limit {
			t.Errorf("to %q it took %v", step.reads, took)
		}
	}
	if got := query[int](h, `SELECT count(*) FROM participation`); got != people+4 {
		t.Errorf("%d participations", got)
	}
}

// manyRows is a workbook with so many employees, each of them in a training.
func manyRows(t testing.TB, n int) []byte {
	t.Helper()
	workbook, err := sheet.NewWriter()
	must(t, err)
	defer workbook.Close()
	nip := func(i int) string { return fmt.Sprintf("1990010120%08d", i) }
	row := func(values ...string) {
		entries := make([]sheet.Entry, len(values))
		for i, value := range values {
			entries[i] = sheet.Words(value)
		}
		must(t, workbook.Row(entries...))
	}
	must(t, workbook.Sheet("pegawai", "nip", "nama", "unit", "jabatan", "golongan", "telepon", "atasan_nip"))
	for i := range n {
		row(nip(i), fmt.Sprintf("Pegawai Contoh %d", i), fmt.Sprintf("Dinas Contoh %d", i%40), "Analis Contoh", "III/b", fmt.Sprintf("0812%08d", i), nip((i+1)%n))
	}
	must(t, workbook.Sheet("peserta", "kode", "nip"))
	for i := range n {
		row("A", nip(i))
	}
	var written bytes.Buffer
	must(t, workbook.Finish(&written))
	return written.Bytes()
}
